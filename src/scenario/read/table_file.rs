//! CSV files that a scenario names, plain or gzipped, read as a stream; what is wrong in them is reported with file, row and column.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::table_text::{DELIMITERS, Quoting};
use super::values;
use crate::scenario::syntax::fields::Field;
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::Place;
use crate::untrusted::{ROWS_LIMIT, RowGuard, VISITS_LIMIT, excerpt, unpacked};

/// How a file is written.
#[derive(Clone, Copy, Default)]
pub(super) struct Dialect {
    /// What stands between cells; `None`: found out.
    pub(super) delimiter: Option<u8>,
    /// What begins a line that is not read; `None`: `#`.
    pub(super) comment: Option<u8>,
}

/// A CSV file with its header.
pub(super) struct TableFile<'a> {
    /// The value that names it.
    field: Field<'a>,
    pub(super) name: String,
    path: PathBuf,
    delimiter: u8,
    comment: u8,
    header: Vec<String>,
    /// What messages may quote of it.
    pub(super) quoting: Quoting,
}

/// Begins a comment where nothing else is stated.
const COMMENT: u8 = b'#';

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
    /// Opens the file that a value names, beside the scenario; its header has a column `wanted`, if it is right.
    pub(super) fn open(field: &Field<'a>, dialect: Dialect, wanted: Option<&str>) -> Option<Self> {
        let name = values::text(field)?;
        let path = PathBuf::from(&name);
        let comment = dialect.comment.unwrap_or(COMMENT);
        let (header, quoting) = (Vec::new(), Quoting::default());
        let mut file = Self { field: field.clone(), name, path, delimiter: b',', comment, header, quoting };
        let tried = dialect.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
        let mut headers = Vec::new();
        for delimiter in tried {
            file.delimiter = delimiter;
            headers.push((delimiter, file.read_header()?));
        }
        let has =
            |(header, _): &(Vec<String>, bool)| wanted.is_some_and(|wanted| header.iter().any(|cell| cell == wanted));
        let place = headers.iter().position(|(_, header)| has(header)).unwrap_or(0);
        let (delimiter, (header, has_row)) = headers.swap_remove(place);
        (file.delimiter, file.header) = (delimiter, header);
        file.quoting = Quoting::of_table(&file.header, delimiter, has_row);
        if file.header.iter().all(String::is_empty) {
            let name = &file.name;
            return field.refuse(format!("`{name}` has no header"), "expected a line with the names of the columns");
        }
        Some(file)
    }

    /// The header, and whether there is a row that fits it.
    fn read_header(&self) -> Option<(Vec<String>, bool)> {
        let mut reader = match self.reader(&RowGuard::default()) {
            Ok(reader) => reader,
            Err(error) => return self.refuse_to_open(&error),
        };
        let header = match reader.headers() {
            Ok(cells) => cells.iter().map(|cell| cell.trim().to_owned()).collect(),
            Err(error) => return self.field.refuse(self.said_of(&error), "expected a CSV file"),
        };
        Some((header, reader.read_record(&mut csv::StringRecord::new()).unwrap_or(false)))
    }

    fn refuse_to_open<T>(&self, error: &std::io::Error) -> Option<T> {
        let problem = self.field.problem(format!("cannot read `{}`: {error}", excerpt(&self.name, LONGEST_PATH)));
        self.field.desk.report(match error.kind() {
            std::io::ErrorKind::PermissionDenied => problem
                .accepted("expected a file below the folder of the scenario")
                .help("`--allow-path DIR` allows the files below another folder"),
            _ => problem.accepted("sought beside the scenario"),
        });
        None
    }

    fn said_of(&self, error: &csv::Error) -> String {
        match error.kind() {
            csv::ErrorKind::Utf8 { .. } => format!("`{}` is not UTF-8", excerpt(&self.name, LONGEST_PATH)),
            csv::ErrorKind::Io(error) => format!("cannot read `{}`: {error}", excerpt(&self.name, LONGEST_PATH)),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("the row has {len} cells, the header {expected_len}")
            }
            _ => error.to_string(),
        }
    }

    /// Reads it from its start.
    fn reader(&self, guard: &RowGuard) -> std::io::Result<csv::Reader<Box<dyn Read>>> {
        let mut builder = csv::ReaderBuilder::new();
        Ok(builder.delimiter(self.delimiter).comment(Some(self.comment)).from_reader(self.bytes(guard)?))
    }

    /// Its bytes, unpacked. The one place that opens files which a scenario names.
    fn bytes(&self, guard: &RowGuard) -> std::io::Result<Box<dyn Read>> {
        let file = self.field.desk.office.roots.open(&self.path)?;
        unpacked(file, Path::new(&self.path).extension().is_some_and(|extension| extension == "gz"), guard)
    }

    /// The index of the column that a value names.
    pub(super) fn column_of(&self, field: &Field<'_>, name: &str) -> Option<usize> {
        let found = self.header.iter().position(|column| column == name);
        if found.is_none() {
            let problem = field.problem(format!("`{}` has no column `{name}`", self.name));
            let problem = problem.accepted(self.quoting.columns(&self.header));
            field.desk.report(problem.suggest(name, self.quoting.names(&self.header)));
        }
        found
    }

    /// Visits all rows until one is wrong, which is reported.
    pub(super) fn visit(&self, mut each: impl FnMut(&Row<'_>) -> Result<(), CellError>) -> Option<()> {
        let guard = RowGuard::default();
        let mut reader = match self.reader(&guard) {
            Ok(reader) => reader,
            Err(error) => return self.refuse_to_open(&error),
        };
        let mut record = csv::StringRecord::new();
        for rows in 1.. {
            match reader.read_record(&mut record) {
                Ok(false) => return Some(()),
                Ok(true) => guard.row_ended(),
                Err(error) if error.is_io_error() => return self.field.refuse(self.said_of(&error), ""),
                Err(error) => {
                    let title = self.said_of(&error);
                    return self.report(error.position(), None, (title, "every row needs all cells, as UTF-8"));
                }
            }
            self.count_row(rows)?;
            if let Err(error) = each(&Row { record: &record }) {
                return self.report(record.position(), Some(error.column), (error.title, error.accepted));
            }
        }
        Some(())
    }

    /// Rows are counted over all files: each takes memory.
    fn count_row(&self, rows: u64) -> Option<()> {
        let visits = &self.field.desk.office.visits;
        visits.set(visits.get() + 1);
        if rows > ROWS_LIMIT {
            let title = format!("`{}` has more than {ROWS_LIMIT} rows", excerpt(&self.name, LONGEST_PATH));
            return self.field.refuse(title, "expected fewer rows: thin them out, and ask for more `load`");
        }
        if visits.get() > VISITS_LIMIT {
            let title = format!("the traces of the scenario have more than {VISITS_LIMIT} rows together");
            return self.field.refuse(title, "expected fewer, counted for each job class and alternative");
        }
        Some(())
    }

    /// The numbers of a column in seconds, empty cells left out.
    pub(super) fn column(&self, name: &str, unit: f64) -> Option<Vec<f64>> {
        let column = self.column_of(&self.field, name)?;
        let mut numbers = Vec::new();
        self.visit(|row| {
            if let Some(cell) = row.cell(column) {
                numbers.push(seconds(cell, unit, self.quoting).map_err(|title| CellError::number(column, title))?);
            }
            Ok(())
        })?;
        Some(numbers)
    }

    fn report(
        &self,
        at: Option<&csv::Position>,
        column: Option<usize>,
        (title, accepted): (String, &str),
    ) -> Option<()> {
        let (line, byte) = at.map_or((1, 0), |at| (at.line(), at.byte()));
        let (text, start, end) = self.shown(&self.text_at(byte), column);
        let source = self.field.desk.office.sources.borrow_mut().add_once(&self.name, &text, line as usize);
        let title = match column.and_then(|column| self.header.get(column)) {
            Some(column) if self.quoting == Quoting::Nothing => {
                let place = self.header.iter().position(|name| name == column).unwrap_or_default() + 1;
                format!("row {line}, column {place}: {title}")
            }
            Some(column) => format!("row {line}, column `{column}`: {title}"),
            None => format!("row {line}: {title}"),
        };
        self.field.desk.report(Problem::new(Place { source, start, end }, title).accepted(accepted));
        None
    }

    /// The line that a message shows of a row: blank up to the cell, so that the place is right, and of the cell what may be shown.
    fn shown(&self, row: &str, column: Option<usize>) -> (String, usize, usize) {
        let Some(column) = column else { return ("...".to_owned(), 0, 3) };
        let (start, end) = cell_span(row, self.delimiter, column);
        let before = " ".repeat(row[..start].chars().count().min(LONGEST_PATH));
        let cell = if start == end {
            String::new()
        } else {
            self.quoting.of_cell(&row[start..end]).unwrap_or("...".to_owned())
        };
        let (from, to) = (before.len(), before.len() + cell.len());
        (before + &cell, from, to)
    }

    /// The row that begins at this byte, as it is written.
    fn text_at(&self, byte: u64) -> String {
        let read = || -> std::io::Result<String> {
            let guard = RowGuard::default();
            let mut bytes = self.bytes(&guard)?;
            skip(&mut bytes, byte, &guard)?;
            let mut text = Vec::new();
            bytes.take(LONGEST_ROW).read_to_end(&mut text)?;
            Ok(first_row(&String::from_utf8_lossy(&text)).to_owned())
        };
        read().unwrap_or_default()
    }
}

/// Reads over so many bytes, among which rows end that were read before.
fn skip(bytes: &mut impl Read, count: u64, guard: &RowGuard) -> std::io::Result<()> {
    let mut left = count;
    while left > 0 {
        let skipped = std::io::copy(&mut bytes.by_ref().take(left.min(1 << 16)), &mut std::io::sink())?;
        guard.row_ended();
        left = if skipped == 0 { 0 } else { left - skipped };
    }
    Ok(())
}

/// The most characters of a path that a message shows.
const LONGEST_PATH: usize = 200;
/// The most bytes of a row that a message shows.
const LONGEST_ROW: u64 = 4_096;

/// The text up to the end of the line that is in no quotes.
fn first_row(text: &str) -> &str {
    let text = text.trim_start_matches(['\u{feff}', '\n', '\r']);
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c == '\n' && !quoted
    });
    text[..end.unwrap_or(text.len())].trim_end_matches('\r')
}

/// Where a cell stands in its row, without the blanks around it.
fn cell_span(row: &str, delimiter: u8, column: usize) -> (usize, usize) {
    let (mut quoted, mut place, mut start, mut end) = (false, 0, 0, row.len());
    for (at, c) in row.char_indices() {
        quoted ^= c == '"';
        if c == char::from(delimiter) && !quoted {
            if place == column {
                end = at;
                break;
            }
            place += 1;
            start = at + 1;
        }
    }
    let cell = &row[start..end];
    let before = cell.len() - cell.trim_start().len();
    let cell = cell.trim();
    if cell.is_empty() { (start, end) } else { (start + before, start + before + cell.len()) }
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
fn seconds(cell: &str, unit: f64, quoting: Quoting) -> Result<f64, String> {
    let shown = quoting.quote(cell);
    let number: f64 = cell.parse().map_err(|_| format!("{shown} is not a number"))?;
    let seconds = number * unit;
    match number {
        _ if !number.is_finite() => Err(format!("{shown} is not a finite number")),
        _ if number < 0.0 => Err(format!("{shown} is negative")),
        _ if seconds > 9.2e9 => Err(format!("{shown} is longer than 292 years, the most that the clock counts")),
        _ => Ok(seconds),
    }
}

/// Reads a unit of time as its length in seconds.
pub(super) fn unit_seconds(field: &Field<'_>) -> Option<f64> {
    let units = [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("d", 86_400.0)];
    values::word(field, &units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_in_quotes_and_between_blanks() {
        let row = r#"1," a;b, c ",  30 ,,x"#;
        let cell = |column| {
            let (start, end) = cell_span(row, b',', column);
            &row[start..end]
        };
        assert_eq!([cell(0), cell(1), cell(2), cell(3), cell(4)], ["1", r#"" a;b, c ""#, "30", "", "x"]);
        assert_eq!(first_row("1,\"a\nb\",2\r\n3,c,4\n"), "1,\"a\nb\",2");
    }
}
