//! CSV files that a scenario names, plain or gzipped, read as a stream; what is wrong in them is reported with file, row and column.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::fields::{Field, list_of};
use super::problem::Problem;
use super::source::Place;
use super::values;

/// The most bytes that are read of a file, unpacked.
const LARGEST: u64 = 4 << 30;
/// What may stand between cells, where it is not stated; the first is taken unless the header has the columns only with another.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

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
    /// Opens the file that a value names, beside the scenario; its header has a column `wanted`, if it is right.
    pub(super) fn open(field: &Field<'a>, dialect: Dialect, wanted: Option<&str>) -> Option<Self> {
        let name = values::text(field)?;
        let path = field.desk.office.folder.join(&name);
        let comment = dialect.comment.unwrap_or(b'#');
        let mut file = Self { field: field.clone(), name, path, delimiter: b',', comment, header: Vec::new() };
        let tried = dialect.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
        let mut headers = Vec::new();
        for delimiter in tried {
            file.delimiter = delimiter;
            headers.push((delimiter, file.read_header()?));
        }
        let has = |header: &[String]| wanted.is_some_and(|wanted| header.iter().any(|cell| cell == wanted));
        let place = headers.iter().position(|(_, header)| has(header)).unwrap_or(0);
        (file.delimiter, file.header) = headers.swap_remove(place);
        if file.header.iter().all(String::is_empty) {
            let name = &file.name;
            return field.refuse(format!("`{name}` has no header"), "expected a line with the names of the columns");
        }
        Some(file)
    }

    fn read_header(&self) -> Option<Vec<String>> {
        let mut reader = match self.reader() {
            Ok(reader) => reader,
            Err(error) => {
                let title = format!("cannot read `{}`: {error}", self.name);
                return self.field.refuse(title, "sought beside the scenario");
            }
        };
        match reader.headers() {
            Ok(cells) => Some(cells.iter().map(|cell| cell.trim().to_owned()).collect()),
            Err(error) => self.field.refuse(self.said_of(&error), "expected a CSV file"),
        }
    }

    fn said_of(&self, error: &csv::Error) -> String {
        match error.kind() {
            csv::ErrorKind::Utf8 { .. } => format!("`{}` is not UTF-8", self.name),
            csv::ErrorKind::Io(error) => format!("cannot read `{}`: {error}", self.name),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("the row has {len} cells, the header {expected_len}")
            }
            _ => error.to_string(),
        }
    }

    /// Reads it from its start.
    fn reader(&self) -> std::io::Result<csv::Reader<Box<dyn Read>>> {
        let mut builder = csv::ReaderBuilder::new();
        Ok(builder.delimiter(self.delimiter).comment(Some(self.comment)).from_reader(bytes(&self.path)?))
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
        let mut reader = match self.reader() {
            Ok(reader) => reader,
            Err(error) => return self.field.refuse(format!("cannot read `{}`: {error}", self.name), ""),
        };
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => return Some(()),
                Ok(true) => {}
                Err(error) => {
                    let title = self.said_of(&error);
                    return self.report(error.position(), None, (title, "every row needs all cells, as UTF-8"));
                }
            }
            if let Err(error) = each(&Row { record: &record }) {
                return self.report(record.position(), Some(error.column), (error.title, error.accepted));
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

    fn report(
        &self,
        at: Option<&csv::Position>,
        column: Option<usize>,
        (title, accepted): (String, &str),
    ) -> Option<()> {
        let (line, byte) = at.map_or((1, 0), |at| (at.line(), at.byte()));
        let text = self.text_at(byte);
        let source = self.field.desk.office.sources.borrow_mut().add_once(&self.name, &text, line as usize);
        let (start, end) = column.map_or((0, text.len()), |column| cell_span(&text, self.delimiter, column));
        let title = match column {
            Some(column) => format!("row {line}, column `{}`: {title}", self.header[column]),
            None => format!("row {line}: {title}"),
        };
        self.field.desk.report(Problem::new(Place { source, start, end }, title).accepted(accepted));
        None
    }

    /// The row that begins at this byte, as it is written.
    fn text_at(&self, byte: u64) -> String {
        let read = || -> std::io::Result<String> {
            let mut bytes = bytes(&self.path)?;
            std::io::copy(&mut bytes.by_ref().take(byte), &mut std::io::sink())?;
            let mut text = Vec::new();
            bytes.take(LONGEST_ROW).read_to_end(&mut text)?;
            Ok(first_row(&String::from_utf8_lossy(&text)).to_owned())
        };
        read().unwrap_or_default()
    }
}

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

/// The bytes of a regular file, unpacked. The one place that opens files which a scenario names.
fn bytes(path: &Path) -> std::io::Result<Box<dyn Read>> {
    // Asked before it is opened: to open a pipe can wait for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let file = BufReader::with_capacity(1 << 16, std::fs::File::open(path)?);
    let is_packed = path.extension().is_some_and(|extension| extension == "gz");
    let unpacked: Box<dyn Read> =
        if is_packed { Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(file))) } else { Box::new(file) };
    Ok(Box::new(Limited { bytes: unpacked, left: LARGEST }))
}

/// Ends with an error behind so many bytes.
struct Limited {
    bytes: Box<dyn Read>,
    left: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.left =
            self.left.checked_sub(read as u64).ok_or_else(|| std::io::Error::other("it is larger than 4 GiB"))?;
        Ok(read)
    }
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
