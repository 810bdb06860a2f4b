//! Plain text tables that keep to a width: columns that do not fit go into a further block, rows and their names repeated.

use std::borrow::Cow;

use crate::untrusted::{escape, harmless_line, visible};

/// What a text means, for those who colour it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// Good news.
    Good,
    /// Bad news.
    Bad,
    /// Not known yet.
    Undecided,
    /// Headings.
    Strong,
}

/// Turns a text and its tone into what is printed; must not change its visible width.
pub type Paint<'a> = &'a dyn Fn(Tone, &str) -> String;

/// A cell: one line of text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

impl Cell {
    /// A cell that means nothing special.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Plain }
    }
}

/// A column: the lines of its heading and a cell for each row.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Column {
    heading: Vec<String>,
    cells: Vec<Cell>,
}

impl Column {
    fn width(&self) -> usize {
        let heading = self.heading.iter().map(|line| line.chars().count());
        let cells = self.cells.iter().map(|cell| cell.text.chars().count());
        heading.chain(cells).max().unwrap_or(0)
    }
}

/// A table whose first column names the rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    columns: Vec<Column>,
}

/// A line break in a name would be one of the table.
fn in_a_line(mut cell: Cell) -> Cell {
    if let Cow::Owned(text) = visible(&cell.text) {
        cell.text = text;
    }
    cell
}

const GAP: &str = "  ";
/// What no line starts with after a number.
const UNITS: [&str; 10] = ["s", "ms", "µs", "min", "h", "d", "%", "k", "M", "G"];

impl Table {
    /// A table with the rows named by `names` under `heading`.
    #[must_use]
    pub fn new(heading: &str, names: Vec<String>) -> Self {
        let cells = names.into_iter().map(Cell::plain).map(in_a_line).collect();
        Self { columns: vec![Column { heading: vec![heading.to_owned()], cells }] }
    }

    /// Adds a column: lines of its heading and one cell for each row.
    pub fn column(&mut self, heading: Vec<String>, cells: Vec<Cell>) {
        let heading = heading.into_iter().map(|line| visible(&line).into_owned()).collect();
        self.columns.push(Column { heading, cells: cells.into_iter().map(in_a_line).collect() });
    }

    /// Adds a column unless none of its cells says anything.
    pub fn column_if_any(&mut self, heading: Vec<String>, cells: Vec<Cell>) {
        if cells.iter().any(|cell| !cell.text.is_empty()) {
            self.column(heading, cells);
        }
    }

    /// The table as text of at most `width` characters a line (more where a single column needs more), blocks apart by an empty line.
    #[must_use]
    pub fn render(&self, width: usize, paint: Paint<'_>) -> String {
        let shown = self.for_terminals();
        let blocks = shown.blocks(width);
        blocks.iter().map(|block| render_block(block, paint)).collect::<Vec<_>>().join("\n")
    }

    /// The table as a terminal shows it, so that its columns are as wide as what they hold.
    fn for_terminals(&self) -> Self {
        let line = |text: &String| harmless_line(text).into_owned();
        let cell = |cell: &Cell| Cell { text: line(&cell.text), tone: cell.tone };
        let column = |column: &Column| Column {
            heading: column.heading.iter().map(line).collect(),
            cells: column.cells.iter().map(cell).collect(),
        };
        Self { columns: self.columns.iter().map(column).collect() }
    }

    /// The table for Markdown, in one piece.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let rows = self.columns.first().map_or(0, |column| column.cells.len());
        let mut text = line(self.columns.iter().map(|c| escape(&c.heading.join(" "))).collect());
        text.push_str(&line(vec!["---".to_owned(); self.columns.len()]));
        for row in 0..rows {
            let cell = |column: &Column| column.cells.get(row).map_or_else(String::new, |c| escape(&c.text));
            text.push_str(&line(self.columns.iter().map(cell).collect()));
        }
        text
    }

    /// The heading of each column in one line.
    pub(crate) fn headings(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.heading.join(" ")).collect()
    }

    /// The cells row by row.
    pub(crate) fn rows(&self) -> Vec<Vec<&Cell>> {
        let rows = self.columns.first().map_or(0, |column| column.cells.len());
        (0..rows).map(|row| self.columns.iter().filter_map(|column| column.cells.get(row)).collect()).collect()
    }

    /// The columns shared out over blocks, the names first in each.
    fn blocks(&self, width: usize) -> Vec<Vec<&Column>> {
        let Some((names, rest)) = self.columns.split_first() else {
            return Vec::new();
        };
        let mut blocks = vec![vec![names]];
        let mut used = names.width();
        for column in rest {
            let needed = GAP.len() + column.width();
            if used + needed > width && blocks.last().is_some_and(|block| block.len() > 1) {
                blocks.push(vec![names]);
                used = names.width();
            }
            used += needed;
            blocks.last_mut().into_iter().for_each(|block| block.push(column));
        }
        blocks
    }
}

fn render_block(columns: &[&Column], paint: Paint<'_>) -> String {
    let heading_lines = columns.iter().map(|c| c.heading.len()).max().unwrap_or(0);
    let rows = columns.first().map_or(0, |c| c.cells.len());
    let widths: Vec<usize> = columns.iter().map(|column| column.width()).collect();
    let mut text = String::new();
    for line in 0..heading_lines {
        text.push_str(&join((columns, &widths), paint, |column| heading_line(column, line, heading_lines)));
    }
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join(GAP);
    text.push_str(&rule);
    text.push('\n');
    for row in 0..rows {
        text.push_str(&join((columns, &widths), paint, |column| column.cells.get(row).cloned().unwrap_or_default()));
    }
    text
}

/// Headings stand on the rule: short ones start lower.
fn heading_line(column: &Column, line: usize, lines: usize) -> Cell {
    let skipped = lines - column.heading.len();
    let text = line.checked_sub(skipped).and_then(|i| column.heading.get(i)).cloned().unwrap_or_default();
    Cell { text, tone: Tone::Strong }
}

fn join((columns, widths): (&[&Column], &[usize]), paint: Paint<'_>, cell: impl Fn(&Column) -> Cell) -> String {
    let mut line = String::new();
    let mut owed = 0;
    for (column, width) in columns.iter().zip(widths) {
        let Cell { text, tone } = cell(column);
        line.push_str(&" ".repeat(if text.is_empty() { 0 } else { owed }));
        let pad = width - text.chars().count() + GAP.len();
        owed = if text.is_empty() { owed + pad } else { pad };
        line.push_str(&if text.is_empty() { text } else { paint(tone, &text) });
    }
    line.push('\n');
    line
}

/// Wraps prose at `width` characters between words; later lines start with `indent` spaces. What is hidden in it is written out.
#[must_use]
pub fn wrap(text: &str, width: usize, indent: usize) -> String {
    let mut lines = vec![String::new()];
    for word in words(&visible(text)) {
        let used = lines.last().map_or(0, |line| line.chars().count());
        if used > indent && used + 1 + word.chars().count() > width {
            lines.push(" ".repeat(indent));
        }
        let line = lines.len() - 1;
        if !lines[line].trim().is_empty() {
            lines[line].push(' ');
        }
        lines[line].push_str(&word);
    }
    lines.join("\n")
}

/// The words of a text; a unit stays with its number.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_unit = UNITS.contains(&word.trim_end_matches(['.', ',', ';', ':', ')']));
        match words.last_mut().filter(|last| is_unit && last.ends_with(|c: char| c.is_ascii_digit())) {
            Some(last) => last.extend([" ", word]),
            None => words.push(word.to_owned()),
        }
    }
    words
}

/// Prose after a label such as `Answer:   `; later lines start below the first word after the label.
pub(crate) fn labelled(label: &str, text: &str, width: usize) -> String {
    let indent = label.chars().count();
    let wrapped = wrap(text, width.saturating_sub(indent), 0);
    format!("{label}{}\n", wrapped.replace('\n', &format!("\n{}", " ".repeat(indent))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(_: Tone, text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn columns_that_do_not_fit_continue_in_a_second_block() {
        let mut table = Table::new("name", vec!["a".into(), "bb".into()]);
        table.column(vec!["x".into()], vec![Cell::plain("1234567890"), Cell::plain("")]);
        table.column(vec!["two".into(), "lines".into()], vec![Cell::plain("abcdefghij"), Cell::plain("k")]);
        let text = table.render(20, &plain);
        assert_eq!(
            text,
            "name  x\n----  ----------\na     1234567890\nbb\n\n      two\nname  lines\n----  ----------\na     abcdefghij\nbb    k\n"
        );
    }

    #[test]
    fn no_line_is_wider_than_asked_nor_ends_in_blanks() {
        let mut table = Table::new("name", vec!["row".into()]);
        for i in 0..20 {
            table.column(vec![format!("column {i}")], vec![Cell::plain("value ± 1")]);
        }
        let text = table.render(100, &plain);
        assert!(text.lines().all(|line| line.chars().count() <= 100 && line.trim_end() == line));
        assert_eq!(text.matches("column").count(), 20);
    }

    #[test]
    fn prose_is_wrapped_between_words() {
        assert_eq!(wrap("one two three four", 9, 2), "one two\n  three\n  four");
        assert_eq!(wrap("over 1 h 26 min.", 8, 0), "over 1 h\n26 min.");
        assert_eq!(wrap("over 126 min.", 8, 0), "over\n126 min.");
    }
}
