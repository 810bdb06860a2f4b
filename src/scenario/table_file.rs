//! CSV files that a scenario names, plain or gzipped; what is wrong in them is reported with file, line and column.

use std::io::Read;
use std::path::Path;

use super::fields::{Field, list_of};
use super::problem::Problem;
use super::source::Place;
use super::values;

/// The largest file that is read, unpacked.
const LARGEST: u64 = 4 << 30;

/// A CSV file in memory with its header.
pub(super) struct TableFile<'a> {
    /// The value that names it.
    field: Field<'a>,
    pub(super) name: String,
    text: String,
    header: Vec<String>,
}

/// A row.
pub(super) struct Row<'a> {
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    /// The cell in a column, without blanks around it; `None` when it is empty.
    pub(super) fn cell(&self, column: usize) -> Option<&str> {
        self.record.get(column).map(str::trim).filter(|cell| !cell.is_empty())
    }
}

impl<'a> TableFile<'a> {
    /// Reads the file that a value names, beside the scenario.
    pub(super) fn open(field: &Field<'a>) -> Option<Self> {
        let name = values::text(field)?;
        let bytes = match read_bytes(&field.desk.office.folder.join(&name)) {
            Ok(bytes) => bytes,
            Err(error) => {
                return field.refuse(format!("cannot read `{name}`: {error}"), "sought beside the scenario");
            }
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return field.refuse(format!("`{name}` is not UTF-8"), "expected a CSV file");
        };
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let header: Vec<String> =
            reader.headers().map(|cells| cells.iter().map(|cell| cell.trim().to_owned()).collect()).unwrap_or_default();
        drop(reader);
        if header.iter().all(String::is_empty) {
            return field.refuse(format!("`{name}` has no header"), "expected a line with the names of the columns");
        }
        Some(Self { field: field.clone(), name, text, header })
    }

    /// The index of the column that a value names.
    pub(super) fn column_of(&self, field: &Field<'_>, name: &str) -> Option<usize> {
        let found = self.header.iter().position(|column| column == name);
        if found.is_none() {
            let problem = field.problem(format!("`{}` has no column `{name}`", self.name));
            let problem = problem.accepted(format!("it has {}", list_of(&self.header)));
            field.desk.report(problem.suggest(name, self.header.iter().map(String::as_str)));
        }
        found
    }

    /// Visits all rows until one is wrong, which is reported.
    pub(super) fn visit(&self, mut each: impl FnMut(&Row<'_>) -> Result<(), CellError>) -> Option<()> {
        let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(self.text.as_bytes());
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => return Some(()),
                Ok(true) => {}
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    let title = match error.kind() {
                        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                            format!("the row has {len} cells, the header {expected_len}")
                        }
                        _ => error.to_string(),
                    };
                    return self.report(line, None, title, "every row needs all cells");
                }
            }
            let line = record.position().map_or(1, csv::Position::line);
            if let Err(error) = each(&Row { record: &record }) {
                let cell = record.get(error.column).unwrap_or("");
                return self.report(line, Some((error.column, cell)), error.title, error.accepted);
            }
        }
    }

    /// The numbers of a column in seconds, empty cells left out.
    pub(super) fn column(&self, name: &str, unit: f64) -> Option<Vec<f64>> {
        let column = self.column_of(&self.field, name)?;
        let mut numbers = Vec::new();
        self.visit(|row| {
            if let Some(cell) = row.cell(column) {
                numbers.push(seconds(cell, unit).map_err(|title| CellError::number(column, title))?);
            }
            Ok(())
        })?;
        Some(numbers)
    }

    fn report(&self, line: u64, cell: Option<(usize, &str)>, title: String, accepted: &str) -> Option<()> {
        let text = self.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("");
        let source = self.field.desk.office.sources.borrow_mut().add_excerpt(&self.name, text, line as usize);
        let (start, end) = match cell {
            Some((column, cell)) => cell_span(text, column, cell),
            None => (0, text.len()),
        };
        let title = match cell {
            Some((column, _)) => format!("column `{}`: {title}", self.header[column]),
            None => title,
        };
        self.field.desk.report(Problem::new(Place { source, start, end }, title).accepted(accepted));
        None
    }
}

/// Where a cell stands in its line: exact without quoted commas, else the first place with its text.
fn cell_span(line: &str, column: usize, cell: &str) -> (usize, usize) {
    let start: usize = line.split(',').take(column).map(|cell| cell.len() + 1).sum();
    let start = if line.get(start..).is_some_and(|rest| rest.starts_with(cell)) { start } else { 0 };
    (start, (start + cell.len()).min(line.len()))
}

/// What is wrong with a cell.
pub(super) struct CellError {
    pub(super) column: usize,
    pub(super) title: String,
    pub(super) accepted: &'static str,
}

impl CellError {
    /// A cell that should hold a number.
    pub(super) fn number(column: usize, title: String) -> Self {
        Self { column, title, accepted: "expected a number that is not negative" }
    }
}

/// A number of time units as seconds.
pub(super) fn seconds(cell: &str, unit: f64) -> Result<f64, String> {
    let number: f64 = cell.parse().map_err(|_| format!("`{cell}` is not a number"))?;
    let seconds = number * unit;
    match number {
        _ if !number.is_finite() => Err(format!("`{cell}` is not a finite number")),
        _ if number < 0.0 => Err(format!("`{cell}` is negative")),
        _ if seconds > 9.2e9 => Err(format!("`{cell}` is longer than 292 years, the most that the clock counts")),
        _ => Ok(seconds),
    }
}

/// Reads a unit of time as its length in seconds.
pub(super) fn unit_seconds(field: &Field<'_>) -> Option<f64> {
    let units = [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("d", 86_400.0)];
    values::word(field, &units)
}

fn read_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::MultiGzDecoder::new(file).take(LARGEST).read_to_end(&mut bytes)?;
    } else {
        file.take(LARGEST).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 == LARGEST {
        return Err(std::io::Error::other("it is larger than 4 GiB"));
    }
    Ok(bytes)
}
