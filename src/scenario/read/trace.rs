//! Reading recorded arrivals: `arrivals.trace = { file = "jobs.csv", arrival = "submitted" }`.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use super::table_file::{CellError, Dialect, Row, TableFile, unit_seconds};
use super::table_text::Quoting;
use super::times::time_zone;
use super::trace_times::TimeReader;
use super::values;
use crate::model::{RowFate, Trace, TraceAccount, TraceRow};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::scenario::text::node::Node;
use crate::units::{SimDuration, SimTime, written_path};
use crate::untrusted::{USED_ROWS_LIMIT, excerpt};

/// Columns of a trace.
struct Columns {
    arrival: usize,
    service: Service,
    tenant: Option<usize>,
    /// The column of classes and the value that is kept.
    class: Option<(usize, String)>,
    /// Columns with the value a row must have there.
    conditions: Vec<(usize, String)>,
}

/// Where the service times stand.
#[derive(Clone, Copy)]
enum Service {
    /// Nowhere.
    Drawn,
    Duration(usize),
    Between {
        started: usize,
        finished: usize,
    },
}

/// Reads the trace of a job class. With `draws` a job without a recorded service time is no fault.
pub(super) fn read(field: &Field<'_>, class: &str, draws: bool) -> Option<Arc<Trace>> {
    let key = format!("{class} {draws} {:?}", field.node);
    if let Some(known) = field.desk.office.traces.borrow().get(&key) {
        return known.clone();
    }
    let trace = read_file(field, class, draws).map(Arc::new);
    field.desk.office.traces.borrow_mut().insert(key, trace.clone());
    trace
}

/// Whether a job class replays a trace.
fn trace_of(job: &Node) -> Option<&Node> {
    job.as_table()?.get("arrivals")?.as_table()?.get("trace")
}

/// The first whole second at which all that the traces of a scenario recorded is over; `None`: it replays none. `Some(None)`: some
/// trace is wrong.
pub(super) fn end(desk: &crate::scenario::syntax::desk::Desk<'_>, root: &Node) -> Option<Option<SimDuration>> {
    let jobs = root.as_table()?.table("jobs")?;
    let traced = jobs.entries.iter().filter_map(|entry| Some((entry, trace_of(&entry.node)?)));
    let ends: Vec<Option<SimTime>> = traced
        .map(|(entry, node)| {
            let field = Field::new(desk, node, written_path(["jobs", &entry.key, "arrivals", "trace"]));
            let draws = entry.node.as_table().is_some_and(|job| job.get("service_time").is_some());
            let trace = read(&field, &entry.key, draws)?;
            trace.rows.iter().map(|row| row.at.after(row.service.unwrap_or(SimDuration::ZERO))).max()
        })
        .collect();
    let last = ends.iter().copied().collect::<Option<Vec<SimTime>>>();
    let end = |last: SimTime| SimDuration::from_secs(last.as_nanos() / 1_000_000_000 + 1);
    (!ends.is_empty()).then(|| last.and_then(|last| last.into_iter().max()).map(end))
}

fn read_file(field: &Field<'_>, class: &str, draws: bool) -> Option<Trace> {
    let fields = field.open::<schema::TraceFile>()?;
    let dialect = dialect(&fields);
    let wanted = fields.table.get("arrival").and_then(Node::as_text);
    let file = fields.need("file", |file| TableFile::open(file, dialect.unwrap_or_default(), wanted));
    let unit = fields.maybe("time_unit", unit_seconds);
    let decimal = fields.maybe("decimal", |field| values::word(field, &[(",", true), (".", false)]));
    let zone = fields.maybe("time_zone", time_zone);
    let (limit, load) = (fields.maybe("limit", values::jobs), fields.maybe("load", load));
    let file = file?;
    let columns = columns(&fields, &file, class)?;
    let (unit, decimal, zone, limit, load, _) = (unit?, decimal?, zone?, limit?, load?, dialect?);
    let mut times = TimeReader::new(field, zone);
    times.unit = unit.map(|seconds| (seconds * 1e9).round() as i128);
    (times.decimal_comma, times.quoting) = (decimal, file.quoting);
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut reading = Reading { limit, draws, ..Reading::of(&columns, &times, &field.desk.office.kept) };
    file.visit(|row| reading.row(row))?;
    let tenants = reading.tenant_names();
    let Reading { mut rows, mut account, .. } = reading;
    rows.sort_by_key(|row: &TraceRow| (row.at, row.row));
    account.takes = columns.class.map(|(_, value)| value);
    account.assumed.extend(times.assumed());
    account.assumed.extend(load.and_then(assumption));
    let trace = Trace { source: file.name, rows, load, tenants, account };
    check_jobs(field, &trace, file.quoting)?;
    Some(trace)
}

/// A number of times the recorded load.
fn load(field: &Field<'_>) -> Option<f64> {
    let load = values::positive_number(field)?;
    if load > 1_000.0 {
        return field.refuse(format!("`load` is {load}"), "expected at most 1000 times the recorded jobs");
    }
    Some(load)
}

fn assumption(load: f64) -> Option<String> {
    let percent = (load * 1e4).round() / 1e2;
    match load {
        _ if load < 1.0 => Some(format!("a load of {percent} % is assumed: each replication draws which jobs come")),
        _ if load > 1.0 => Some(format!(
            "a load of {percent} % is assumed: copies of recorded jobs come up to 15 min before or after them, drawn by each replication"
        )),
        _ => None,
    }
}

fn dialect(fields: &Fields<'_>) -> Option<Dialect> {
    let delimiter = fields.maybe("delimiter", |field| one_byte(field, "`;`, `,`, `|` or `tab`"));
    let comment = fields.maybe("comment", |field| one_byte(field, "`#` or `%`"));
    Some(Dialect { delimiter: delimiter?, comment: comment? })
}

/// A single character that is no letter, digit or quote.
fn one_byte(field: &Field<'_>, accepted: &str) -> Option<u8> {
    let text = values::text(field)?;
    match text.as_bytes() {
        _ if text == "tab" => Some(b'\t'),
        [byte] if !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
        _ => field.refuse(
            format!("`{}` cannot be `{text}`", field.key()),
            format!("expected one character, such as {accepted}"),
        ),
    }
}

/// A trace without jobs answers no question.
fn check_jobs(field: &Field<'_>, trace: &Trace, quoting: Quoting) -> Option<()> {
    let horizon = field.desk.horizon.get().copied().unwrap_or(SimTime::NEVER);
    if trace.rows.first().is_some_and(|row| row.at < horizon) {
        return Some(());
    }
    let count = |fate: RowFate| trace.account.fates.iter().filter(|found| **found == fate).count();
    let (before, after) = (count(RowFate::BeforeStart), count(RowFate::Used));
    let lies = |number: usize, of: usize, place: &str| match (number, of) {
        (1, 1) => format!("its only row of this class lies {place}"),
        (number, _) => format!("{number} rows of this class lie {place}"),
    };
    let all = before + after;
    let where_they_lie: Vec<String> = [(before, "before the start of the run"), (after, "at or after its end")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, place)| lies(number, all, place))
        .collect();
    if where_they_lie.is_empty() {
        return no_row(field, trace, quoting);
    }
    let title = format!("no row of `{}` makes a job: {}", trace.source, where_they_lie.join(" and "));
    field.refuse(title, "expected rows from `run.start` to `run.horizon`")
}

fn no_row(field: &Field<'_>, trace: &Trace, quoting: Quoting) -> Option<()> {
    let title = format!("no row of `{}` is of this class", trace.source);
    let names = &trace.account.names;
    let problem = field.problem(title).accepted(quoting.values(names).unwrap_or("expected at least one".to_owned()));
    let takes = trace.account.takes.as_deref().unwrap_or_default();
    field.desk.report(problem.suggest(takes, quoting.names(names)));
    None
}

fn columns(fields: &Fields<'_>, file: &TableFile<'_>, class: &str) -> Option<Columns> {
    let named = |field: &Field<'_>| file.column_of(field, &values::text(field)?);
    let arrival = fields.need("arrival", named);
    let (service, tenant) = (service(fields, file), fields.maybe("tenant", named));
    let (class_column, only) = (fields.maybe("class", named), fields.maybe("only", values::text));
    if let (Some(None), Some(field)) = (class_column, fields.get("only")) {
        return field.refuse("`only` without `class`", "state the column with the classes");
    }
    let conditions = fields.maybe("where", |field| conditions(field, file))?.unwrap_or_default();
    let only = only?.unwrap_or_else(|| class.to_owned());
    Some(Columns {
        arrival: arrival?,
        service: service?,
        tenant: tenant?,
        class: class_column?.map(|column| (column, only)),
        conditions,
    })
}

fn service(fields: &Fields<'_>, file: &TableFile<'_>) -> Option<Service> {
    let named = |field: &Field<'_>| file.column_of(field, &values::text(field)?);
    let service = fields.maybe("service", named);
    let (started, finished) = (fields.maybe("started", named), fields.maybe("finished", named));
    let (stated, beside) = (fields.get("service"), fields.get("finished").or_else(|| fields.get("started")));
    if let (Some(_), Some(field)) = (&stated, &beside) {
        let title = format!("`{}` beside `service`", field.key());
        return field.refuse(title, "either `service`, or `started` and `finished`");
    }
    match (service?, started?, finished?) {
        (Some(column), ..) => Some(Service::Duration(column)),
        (None, Some(started), Some(finished)) => Some(Service::Between { started, finished }),
        (None, None, None) => Some(Service::Drawn),
        _ => {
            let lacks = if fields.get("started").is_some() { "finished" } else { "started" };
            let field = beside.unwrap_or_else(|| fields.field.clone());
            let title = format!("`{}` without `{lacks}`", field.key());
            field.refuse(title, "the service time lies between the two")
        }
    }
}

fn conditions(field: &Field<'_>, file: &TableFile<'_>) -> Option<Vec<(usize, String)>> {
    let entries = field.entries("columns with the value a row must have")?;
    let read = |(name, _, value): &(&str, _, Field<'_>)| Some((file.column_of(value, name)?, values::text(value)?));
    let found: Vec<_> = entries.iter().map(read).collect();
    found.into_iter().collect()
}

/// A file while it is read.
struct Reading<'a> {
    columns: &'a Columns,
    times: &'a TimeReader,
    limit: usize,
    draws: bool,
    /// Rows that all traces of the scenario keep.
    kept: &'a Cell<u64>,
    rows: Vec<TraceRow>,
    tenants: HashMap<String, u16>,
    values: HashMap<String, u32>,
    account: TraceAccount,
}

impl<'a> Reading<'a> {
    fn of(columns: &'a Columns, times: &'a TimeReader, kept: &'a Cell<u64>) -> Self {
        Self {
            columns,
            times,
            limit: usize::MAX,
            draws: true,
            kept,
            rows: Vec::new(),
            tenants: HashMap::new(),
            values: HashMap::new(),
            account: TraceAccount::default(),
        }
    }

    /// Uses a row or leaves it out, and notes which.
    fn row(&mut self, row: &Row<'_>) -> Result<(), CellError> {
        let columns = self.columns;
        if let Some((column, _)) = &columns.class {
            self.note_class(row.cell(*column).unwrap_or(""));
        }
        let fits = |(column, value): &(usize, String)| row.cell(*column).unwrap_or("") == value;
        let fate =
            if columns.class.iter().chain(&columns.conditions).all(fits) { self.use_row(row)? } else { RowFate::Other };
        self.account.fates.push(fate);
        Ok(())
    }

    fn note_class(&mut self, value: &str) {
        let next = self.account.names.len() as u32;
        let place = self.values.get(value).copied().unwrap_or(next);
        if place == next {
            self.values.insert(value.to_owned(), place);
            self.account.names.push(value.to_owned());
        }
        self.account.values.push(place);
    }

    fn use_row(&mut self, row: &Row<'_>) -> Result<RowFate, CellError> {
        let columns = self.columns;
        let at = self.times.time(row.cell(columns.arrival), columns.arrival)?;
        if self.rows.len() >= self.limit {
            return Ok(RowFate::OverLimit);
        }
        let Ok(at) = u64::try_from(at) else { return Ok(RowFate::BeforeStart) };
        let service = self.service(row)?;
        let tenant = columns.tenant.map_or(Ok(0), |column| self.tenant(row.cell(column).unwrap_or(""), column))?;
        let place = u32::try_from(self.account.fates.len()).map_err(|_| CellError {
            column: columns.arrival,
            title: "there are more than 4 294 967 295 rows".to_owned(),
            accepted: "expected fewer rows",
        })?;
        self.keep_count(columns.arrival)?;
        self.rows.push(TraceRow { at: SimTime::from_nanos(at), service, tenant, row: place });
        Ok(RowFate::Used)
    }

    /// Kept rows are counted over all traces: each takes memory.
    fn keep_count(&self, column: usize) -> Result<(), CellError> {
        self.kept.set(self.kept.get() + 1);
        if self.kept.get() <= USED_ROWS_LIMIT {
            return Ok(());
        }
        let title = format!("the traces of the scenario use more than {USED_ROWS_LIMIT} rows together");
        Err(CellError {
            column,
            title,
            accepted: "expected fewer: state a `limit`, or thin them out and ask for more `load`",
        })
    }

    fn service(&self, row: &Row<'_>) -> Result<Option<SimDuration>, CellError> {
        let missing = |column| match self.draws {
            true => Ok(None),
            false => Err(CellError {
                column,
                title: "empty".to_owned(),
                accepted: "expected a value, or `service_time` in the job class, from which it is then drawn",
            }),
        };
        match self.columns.service {
            Service::Drawn => Ok(None),
            Service::Duration(column) => match row.cell(column) {
                Some(cell) => Ok(Some(SimDuration::from_nanos(self.times.duration(cell, column)?))),
                None => missing(column),
            },
            Service::Between { started, finished } => match (row.cell(started), row.cell(finished)) {
                (None, _) => missing(started),
                (_, None) => missing(finished),
                (Some(from), Some(to)) => self.between((from, started), (to, finished)).map(Some),
            },
        }
    }

    fn between(&self, (from, started): (&str, usize), (to, finished): (&str, usize)) -> Result<SimDuration, CellError> {
        let (start, end) = (self.times.time(Some(from), started)?, self.times.time(Some(to), finished)?);
        u64::try_from(end - start).map(SimDuration::from_nanos).map_err(|_| CellError {
            column: finished,
            title: format!(
                "{} is before {}, when the job started",
                self.times.quoting.quote(to),
                self.times.quoting.quote(from)
            ),
            accepted: "expected a time after the start of the job",
        })
    }

    /// What the tenants are called, by number; long names are cut.
    fn tenant_names(&self) -> Vec<String> {
        let mut names: Vec<(&String, &u16)> = self.tenants.iter().collect();
        names.sort_by_key(|(_, number)| **number);
        names.into_iter().map(|(name, _)| excerpt(name, 40)).collect()
    }

    fn tenant(&mut self, cell: &str, column: usize) -> Result<u16, CellError> {
        if let Some(tenant) = self.tenants.get(cell) {
            return Ok(*tenant);
        }
        let tenant = u16::try_from(self.tenants.len()).map_err(|_| CellError {
            column,
            title: "there are more than 65 536 tenants".to_owned(),
            accepted: "expected fewer tenants",
        })?;
        self.tenants.insert(cell.to_owned(), tenant);
        Ok(tenant)
    }
}
