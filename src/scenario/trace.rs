//! Reading recorded arrivals: `arrivals.trace = { file = "jobs.csv", arrival = "submitted" }`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::desk::WallClock;
use super::fields::{Field, Fields};
use super::table_file::{CellError, Row, TableFile, seconds, unit_seconds};
use super::times::{NoInstant, instant};
use super::{kinds, values};
use crate::model::{Trace, TraceRow};
use crate::units::{SimDuration, SimTime};

/// Traces that were read, by what was asked for: design points share them. `None`: it is wrong, which was reported.
pub(super) type TraceStore = RefCell<HashMap<String, Option<Arc<Trace>>>>;

/// Columns of a trace and how their cells are read.
struct Columns {
    arrival: usize,
    service: Option<usize>,
    tenant: Option<usize>,
    /// Columns with the value a row must have there.
    only: Vec<(usize, String)>,
    unit: f64,
    limit: usize,
}

/// Reads the trace of a job class.
pub(super) fn read(field: &Field<'_>, class: &str) -> Option<Arc<Trace>> {
    let key = format!("{class} {:?}", field.node);
    if let Some(known) = field.desk.office.traces.borrow().get(&key) {
        return known.clone();
    }
    let trace = read_file(field, class).map(Arc::new);
    field.desk.office.traces.borrow_mut().insert(key, trace.clone());
    trace
}

fn read_file(field: &Field<'_>, class: &str) -> Option<Trace> {
    let fields = field.open(&kinds::TRACE)?;
    let file = fields.need("file", TableFile::open);
    let unit = fields.or("time_unit", "\"s\"", unit_seconds);
    let limit = fields.maybe("limit", values::jobs);
    let file = file?;
    let columns = columns(&fields, &file, class);
    let mut columns = columns?;
    columns.unit = unit?;
    columns.limit = limit?.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let rows = rows(field, &file, &columns)?;
    if rows.is_empty() {
        return field.refuse(format!("no row of `{}` is of this class", file.name), "expected at least one");
    }
    Some(Trace { source: file.name, rows })
}

fn columns(fields: &Fields<'_>, file: &TableFile<'_>, class: &str) -> Option<Columns> {
    let named = |field: &Field<'_>| file.column_of(field, &values::text(field)?);
    let arrival = fields.need("arrival", named);
    let (service, tenant) = (fields.maybe("service", named), fields.maybe("tenant", named));
    let (class_column, only) = (fields.maybe("class", named), fields.maybe("only", values::text));
    if let (Some(None), Some(field)) = (class_column, fields.get("only")) {
        return field.refuse("`only` without `class`", "state the column with the classes");
    }
    let mut conditions = fields.maybe("where", |field| conditions(field, file))?.unwrap_or_default();
    if let Some(column) = class_column? {
        conditions.push((column, only?.unwrap_or_else(|| class.to_owned())));
    }
    Some(Columns {
        arrival: arrival?,
        service: service?,
        tenant: tenant?,
        only: conditions,
        unit: 1.0,
        limit: usize::MAX,
    })
}

fn conditions(field: &Field<'_>, file: &TableFile<'_>) -> Option<Vec<(usize, String)>> {
    let entries = field.entries("columns with the value a row must have")?;
    let read = |(name, _, value): &(&str, _, Field<'_>)| Some((file.column_of(value, name)?, values::text(value)?));
    let found: Vec<_> = entries.iter().map(read).collect();
    found.into_iter().collect()
}

fn rows(field: &Field<'_>, file: &TableFile<'_>, columns: &Columns) -> Option<Vec<TraceRow>> {
    let mut rows = Vec::new();
    let mut tenants: HashMap<String, u16> = HashMap::new();
    file.visit(|row| {
        let fits = columns.only.iter().all(|(column, value)| row.cell(*column).unwrap_or("") == value);
        if fits && rows.len() < columns.limit {
            rows.push(read_row(field, columns, row, &mut tenants)?);
        }
        Ok(())
    })?;
    rows.sort_by_key(|row: &TraceRow| row.at);
    Some(rows)
}

fn read_row(
    field: &Field<'_>,
    columns: &Columns,
    row: &Row<'_>,
    tenants: &mut HashMap<String, u16>,
) -> Result<TraceRow, CellError> {
    let at = arrival(field, row.cell(columns.arrival).unwrap_or(""), columns)?;
    let service = match columns.service.and_then(|column| Some((column, row.cell(column)?))) {
        Some((column, cell)) => {
            let seconds = seconds(cell, columns.unit).map_err(|title| CellError::number(column, title))?;
            Some(SimDuration::from_secs_f64(seconds))
        }
        None => None,
    };
    let tenant = match columns.tenant {
        Some(column) => tenant(row.cell(column).unwrap_or(""), column, tenants)?,
        None => 0,
    };
    Ok(TraceRow { at, service, tenant })
}

fn arrival(field: &Field<'_>, cell: &str, columns: &Columns) -> Result<SimTime, CellError> {
    let column = columns.arrival;
    if !cell.contains('T') && !cell.contains(':') {
        let seconds = seconds(cell, columns.unit).map_err(|title| CellError::number(column, title))?;
        return Ok(SimTime::ZERO.after(SimDuration::from_secs_f64(seconds)));
    }
    let wrong = |title: String, accepted| CellError { column, title, accepted };
    let Some(WallClock::Dated(clock)) = field.desk.clock.get() else {
        return Err(wrong(format!("`{cell}` is a date"), "state `run.start`"));
    };
    let instant =
        instant(&cell.replacen(' ', "T", 1), Some(clock.start().time_zone())).map_err(|error| match error {
            NoInstant::Unreadable => {
                wrong(format!("`{cell}` is not a date with a time"), "such as `2020-09-30T09:00:00Z`")
            }
            NoInstant::NotOnce(title, how) => {
                wrong(format!("`{cell}`: {title}; {how}"), "state times with their offset")
            }
        })?;
    clock
        .time_of(instant.timestamp())
        .ok_or_else(|| wrong(format!("`{cell}` is before the start of the run"), "the run starts at `run.start`"))
}

fn tenant(cell: &str, column: usize, tenants: &mut HashMap<String, u16>) -> Result<u16, CellError> {
    if let Some(tenant) = tenants.get(cell) {
        return Ok(*tenant);
    }
    let tenant = u16::try_from(tenants.len()).map_err(|_| CellError {
        column,
        title: "there are more than 65 536 tenants".to_owned(),
        accepted: "expected fewer tenants",
    })?;
    tenants.insert(cell.to_owned(), tenant);
    Ok(tenant)
}
