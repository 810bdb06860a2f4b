//! Text in CSV that stays text: a spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and a formula can start programs.

use std::borrow::Cow;

use super::{is_hidden, visible};

/// A cell: text that would be calculated gets an apostrophe before it, which spreadsheets do not show; numbers stay as they are. The true
/// text is in `summary.json`.
pub(crate) fn csv_text(cell: &str) -> Cow<'_, str> {
    let begins =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let cell = written_out(cell);
    if begins && !is_number(&cell) { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// A terminal that shows the file acts on nothing in it; blanks and line breaks of a cell belong to CSV.
fn written_out(cell: &str) -> Cow<'_, str> {
    let is_blank = |c: char| matches!(c, '\t' | '\r' | '\n');
    if !cell.contains(|c: char| is_hidden(c) && !is_blank(c)) {
        return Cow::Borrowed(cell);
    }
    let parts = cell.split_inclusive(is_blank).map(|part| {
        let end = part.trim_end_matches(is_blank).len();
        format!("{}{}", visible(&part[..end]), &part[end..])
    });
    Cow::Owned(parts.collect())
}

fn is_number(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) && cell.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("-1+1", "'-1+1"),
            ("+x", "'+x"),
            ("\tx", "'\tx"),
            ("-inf", "'-inf"),
            ("-1.5", "-1.5"),
            ("-1e-7", "-1e-7"),
            ("+2", "+2"),
            ("a=b", "a=b"),
            ("", ""),
            ("'x", "'x"),
            ("a\u{1b}[2J\nb", "a\\u{1b}[2J\nb"),
        ] {
            assert_eq!(csv_text(cell), written);
        }
    }
}
