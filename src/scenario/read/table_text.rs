//! What a message may quote of a table that a scenario names: names of columns and short cells, and those only of a file that is a table at
//! sight. A scenario of a stranger may name any file below its folder, such as one with secrets, and read the message.

use crate::scenario::text::problem::list_of;
use crate::untrusted::excerpt;

/// What may stand between cells, where it is not stated; the first is taken unless the header has the columns only with another.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The most names that a message lists.
const MOST_NAMES: usize = 8;
/// The most characters of a name.
const LONGEST_NAME: usize = 40;
/// The most characters of a cell that is no number and no date.
const LONGEST_WORD: usize = 12;

/// How much of a table may be quoted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Quoting {
    /// Nothing: it need not be a table.
    #[default]
    Nothing,
    /// Numbers and dates: it has one column.
    Numbers,
    /// Names of columns and the beginning of cells too.
    Words,
}

impl Quoting {
    /// A table at sight has names in its header, one of the usual signs between its cells, and a row that fits the header.
    pub(super) fn of_table(header: &[String], delimiter: u8, has_row: bool) -> Self {
        let names = header.iter().all(|cell| is_name(cell)) && DELIMITERS.contains(&delimiter);
        match header.len() {
            _ if !names || !has_row => Self::Nothing,
            1 => Self::Numbers,
            _ => Self::Words,
        }
    }

    /// A cell as a message names it.
    pub(super) fn quote(self, cell: &str) -> String {
        match self.of_cell(cell) {
            Some(part) => format!("`{part}`"),
            None => format!("a text of {} characters", cell.chars().count()),
        }
    }

    /// What may be shown of a cell.
    pub(super) fn of_cell(self, cell: &str) -> Option<String> {
        let is_number = cell.chars().all(|c| c.is_ascii_digit() || "+-.,:/ eETZ".contains(c));
        match self {
            Self::Nothing => None,
            _ if is_number => Some(excerpt(cell, LONGEST_NAME)),
            Self::Numbers => None,
            Self::Words => Some(excerpt(cell, LONGEST_WORD)),
        }
    }

    /// The names of the columns, or how many there are.
    pub(super) fn columns(self, header: &[String]) -> String {
        match (self, header.len()) {
            (Self::Words, count) if count <= MOST_NAMES => format!("it has {}", list_of(header)),
            (Self::Words, count) => {
                let more = count - MOST_NAMES;
                format!("it has {} and {more} more columns", list_of(&header[..MOST_NAMES]))
            }
            (_, 1) => "it has one column".to_owned(),
            (_, count) => format!("it has {count} columns"),
        }
    }

    /// Names of the table that may be suggested.
    pub(super) fn names(self, all: &[String]) -> impl Iterator<Item = &str> {
        all.iter().map(String::as_str).filter(move |name| self == Self::Words && is_name(name))
    }

    /// Values of a column in a list, if they are few and names.
    pub(super) fn values(self, values: &[String]) -> Option<String> {
        let few = !values.is_empty() && values.len() <= MOST_NAMES;
        (self == Self::Words && few && values.iter().all(|value| is_name(value)))
            .then(|| format!("it has {}", list_of(values)))
    }
}

/// Whether a text is like the name of a column: `created at`, `wait (s)`, `p95_%`; not `KEY=value`, `/bin/sh` or a key in base 64.
fn is_name(text: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || "_-. ()/%#".contains(c);
    let starts = text.chars().next().is_none_or(|c| c.is_alphabetic() || c == '_');
    let token = |word: &str| word.len() >= 20 && word.contains(|c: char| c.is_ascii_digit());
    starts && text.chars().count() <= LONGEST_NAME && text.chars().all(within) && !text.split([' ', '_']).any(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn tables_are_told_from_other_files() {
        let quoting = |header: &str, delimiter| Quoting::of_table(&cells(header), delimiter, true);
        for header in ["at,took", "created at,wait (s),p95_%,", "_id,größe"] {
            assert_eq!(quoting(header, b','), Quoting::Words, "{header}");
        }
        assert_eq!(quoting("at", b','), Quoting::Numbers);
        for header in
            ["KEY=abc", "A=1,b", "root,x,0,0,root,/root", "user,$6$abc", "[default]", "ghp_0123456789abcdefghij"]
        {
            assert_eq!(quoting(header, b','), Quoting::Nothing, "{header}");
        }
        assert_eq!(quoting("password,hunter", b':'), Quoting::Nothing, "no table has colons");
        assert_eq!(Quoting::of_table(&cells("at,took"), b',', false), Quoting::Nothing);
    }

    #[test]
    fn cells_are_quoted_as_far_as_they_are_harmless() {
        assert_eq!(Quoting::Words.quote("2020-09-30T08:00:00Z"), "`2020-09-30T08:00:00Z`");
        assert_eq!(Quoting::Words.quote("soon"), "`soon`");
        assert_eq!(Quoting::Words.quote("a long sentence with secrets"), "`a long sente...`");
        assert_eq!(Quoting::Words.quote("\u{1b}[2J"), "`\\u{1b}[2J`");
        assert_eq!(Quoting::Numbers.quote("soon"), "a text of 4 characters");
        assert_eq!(Quoting::Nothing.quote("1"), "a text of 1 characters");
    }
}
