//! Writing the base case as TOML with every default filled in.

use super::overlay::Merger;
use crate::scenario::text::node::{Entry, Node, Table, Value, parse};
use crate::scenario::text::source::Sources;
use crate::units::{leads_into_list, quoted, written_key};

/// Tables whose entries are tables with names: they get headers of their own.
const SECTIONS: [&str; 8] = ["jobs", "queues", "pools", "profiles", "dispatchers", "events", "alerts", "responses"];

/// The base case of a scenario with these defaults, which are paths and values as TOML.
pub(super) fn write(root: &Table, defaults: &[(String, String)]) -> String {
    let mut table = root.clone();
    table.entries.retain(|entry| !matches!(entry.key.as_str(), "alternatives" | "sweep"));
    // Paths into lists have no key of their own; what is left out there stays left out.
    let mut merger = Merger::new(&mut table);
    for (path, value) in defaults.iter().filter(|(path, _)| !leads_into_list(path)) {
        let mut sources = Sources::default();
        let source = sources.add("default", &format!("{path} = {value}"));
        if let Ok(Node { value: Value::Table(default), .. }) = parse(&sources, source) {
            merger.merge(&default);
        }
    }
    document(&table)
}

fn document(root: &Table) -> String {
    let mut text = String::new();
    let is_section = |entry: &&Entry| SECTIONS.contains(&entry.key.as_str());
    let is_table = |entry: &&Entry| entry.node.as_table().is_some();
    root.entries.iter().filter(|entry| !is_table(entry)).for_each(|entry| write_entry(&mut text, entry));
    for entry in root.entries.iter().filter(|entry| is_table(entry) && !is_section(entry)) {
        write_table(&mut text, &written_key(&entry.key), &entry.node);
    }
    for section in root.entries.iter().filter(is_section) {
        for entry in section.node.as_table().map(|table| table.entries.as_slice()).unwrap_or_default() {
            write_table(&mut text, &format!("{}.{}", section.key, written_key(&entry.key)), &entry.node);
        }
    }
    text
}

fn write_table(text: &mut String, name: &str, node: &Node) {
    text.push_str(&format!("\n[{name}]\n"));
    let entries = node.as_table().map(|table| table.entries.as_slice()).unwrap_or_default();
    entries.iter().for_each(|entry| write_entry(text, entry));
}

/// `key = value`, with the keys of tables with a single entry joined by dots.
fn write_entry(text: &mut String, entry: &Entry) {
    let mut path = written_key(&entry.key);
    let mut node = &entry.node;
    while let Some([only]) = node.as_table().map(|table| table.entries.as_slice()) {
        path = format!("{path}.{}", written_key(&only.key));
        node = &only.node;
    }
    text.push_str(&format!("{path} = {}\n", inline(node)));
}

fn inline(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(flag) => flag.to_string(),
        Value::DateTime(text) => text.clone(),
        Value::List(nodes) => format!("[{}]", nodes.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let pairs =
                table.entries.iter().map(|entry| format!("{} = {}", written_key(&entry.key), inline(&entry.node)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}
