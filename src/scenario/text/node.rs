//! A tree of values with their places, read from TOML. Tables keep the order of the file; overlays may mix values
//! of several sources in one tree, and every value still knows where it is written.

use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::source::{Place, Sources};

/// A value and where it is written.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::scenario) struct Node {
    pub(in crate::scenario) value: Value,
    pub(in crate::scenario) place: Place,
}

/// What TOML knows.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::scenario) enum Value {
    Text(String),
    Integer(i128),
    Float(f64),
    Boolean(bool),
    /// Any of TOML's dates and times, in TOML's words.
    DateTime(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys with values, in the order of the file.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::scenario) struct Table {
    pub(in crate::scenario) entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::scenario) struct Entry {
    pub(in crate::scenario) key: String,
    pub(in crate::scenario) key_place: Place,
    pub(in crate::scenario) node: Node,
}

impl Table {
    pub(in crate::scenario) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(in crate::scenario) fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }

    pub(in crate::scenario) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value of a key that is most likely at this place: two tables that are alike are compared in a time in proportion to their length.
    pub(in crate::scenario) fn get_near(&self, place: usize, key: &str) -> Option<&Node> {
        let near = self.entries.get(place).filter(|entry| entry.key == key);
        near.map(|entry| &entry.node).or_else(|| self.get(key))
    }

    /// The table under a key; `None` when there is none.
    pub(in crate::scenario) fn table(&self, key: &str) -> Option<&Table> {
        self.get(key).and_then(Node::as_table)
    }

    /// The keys in order.
    pub(in crate::scenario) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }
}

impl Value {
    pub(in crate::scenario) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Node {
    pub(in crate::scenario) fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(in crate::scenario) fn as_text(&self) -> Option<&str> {
        self.value.as_text()
    }

    /// What it is, for messages.
    pub(in crate::scenario) fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a string",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::DateTime(_) => "a date or time",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The value on one line in the words of its source, without the quotes of a string.
    pub(in crate::scenario) fn as_written(&self, sources: &Sources) -> String {
        match &self.value {
            Value::Text(text) | Value::DateTime(text) => text.clone(),
            _ => sources.text(self.place).split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// Reads a TOML document, or all problems of its syntax.
pub(in crate::scenario) fn parse(sources: &Sources, source: usize) -> Result<Node, Vec<Problem>> {
    let text = &sources.get(source).text;
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let place = Place { source, start: 0, end: 0 };
        return Ok(Node { value: Value::Table(convert_table(source, table.get_ref())), place });
    }
    let first = errors.first().and_then(toml::de::Error::span).map_or(0, |span| span.start);
    if let Some(slip) = super::slips::of_syntax(text, source, first) {
        return Err(vec![slip]);
    }
    Err(errors.iter().map(|error| syntax_problem(source, text, error)).collect())
}

fn syntax_problem(source: usize, text: &str, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..0);
    let (start, end) = (span.start.min(text.len()), span.end.min(text.len()));
    if error.message().contains("recurs") {
        return too_deep(source, text, (start, end));
    }
    let mut lines = error.message().lines();
    let title = format!("not valid TOML: {}", lines.next().unwrap_or("syntax error"));
    Problem::new(Place { source, start, end }, title).accepted(lines.collect::<Vec<_>>().join("; "))
}

/// Lists, tables or keys within each other, deeper than the reader goes. Of keys with many dots it does not say where they are.
fn too_deep(source: usize, text: &str, (start, end): (usize, usize)) -> Problem {
    let dots = |line: &str| line.matches('.').count();
    let lines = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end()))
    });
    let most = lines.max_by_key(|(start, line)| (dots(line), std::cmp::Reverse(*start)));
    let (start, end) = match most {
        Some((at, line)) if start == 0 && dots(line) > DEEP => (at, at + line.len()),
        _ => (start, end),
    };
    let problem =
        Problem::new(Place { source, start, end }, "lists, tables or dotted keys are too deep within each other");
    problem.accepted(format!("a scenario needs fewer than 10 levels, and at most {DEEP} are read"))
}

/// Levels of lists and tables that are read.
const DEEP: usize = 80;

fn convert_table(source: usize, table: &DeTable<'_>) -> Table {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_place: place(source, key.span()),
            node: Node { value: convert(source, value.get_ref()), place: place(source, value.span()) },
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_place);
    Table { entries }
}

fn place(source: usize, span: std::ops::Range<usize>) -> Place {
    Place { source, start: span.start, end: span.end }
}

fn convert(source: usize, value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            i128::from_str_radix(number.as_str(), number.radix()).map_or(Value::Float(f64::INFINITY), Value::Integer)
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(time) => Value::DateTime(time.to_string()),
        DeValue::Array(list) => {
            let node = |item: &toml::Spanned<DeValue<'_>>| Node {
                value: convert(source, item.get_ref()),
                place: place(source, item.span()),
            };
            Value::List(list.iter().map(node).collect())
        }
        DeValue::Table(table) => Value::Table(convert_table(source, table)),
    }
}

/// The parts of a path in TOML's syntax of keys.
pub(in crate::scenario) fn split_path(path: &str) -> Option<Vec<String>> {
    let mut sources = Sources::default();
    let source = sources.add("path", &format!("{} = 0", path.trim()));
    let root = parse(&sources, source).ok()?;
    let mut table = root.as_table()?;
    let mut keys = Vec::new();
    loop {
        let [entry] = table.entries.as_slice() else { return None };
        keys.push(entry.key.clone());
        match &entry.node.value {
            Value::Table(below) => table = below,
            _ => return Some(keys),
        }
    }
}

/// The value at a path.
pub(in crate::scenario) fn lookup<'a>(table: &'a Table, path: &[String]) -> Option<&'a Node> {
    let (first, rest) = path.split_first()?;
    let node = table.get(first)?;
    if rest.is_empty() { Some(node) } else { lookup(node.as_table()?, rest) }
}
