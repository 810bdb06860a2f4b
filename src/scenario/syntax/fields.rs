//! Reading tables: typed access to their keys that reports what is wrong and goes on.

use super::desk::Desk;
use super::names::written_key;
use super::schema::kind::{Declared, Kind};
use crate::scenario::text::node::{Node, Table, Value};
use crate::scenario::text::problem::{Problem, closest, list_of};
use crate::scenario::text::source::Place;
use crate::units::{path_keys, quoted};

/// What switches a key off as if it were left out.
pub(in crate::scenario) const OFF: &str = "none";

/// A value with its path, to be read.
#[derive(Clone)]
pub(in crate::scenario) struct Field<'a> {
    pub(in crate::scenario) desk: &'a Desk<'a>,
    pub(in crate::scenario) node: &'a Node,
    pub(in crate::scenario) path: String,
}

impl<'a> Field<'a> {
    pub(in crate::scenario) fn new(desk: &'a Desk<'a>, node: &'a Node, path: impl Into<String>) -> Self {
        Self { desk, node, path: path.into() }
    }

    /// The last part of the path, without the quotes that it has there.
    pub(in crate::scenario) fn key(&self) -> String {
        path_keys(&self.path).pop().unwrap_or_default()
    }

    /// A problem at this value.
    pub(in crate::scenario) fn problem(&self, title: impl Into<String>) -> Problem {
        Problem::new(self.node.place, title)
    }

    /// Reports that this value is wrong; `None` for the caller to return.
    pub(in crate::scenario) fn refuse<T>(&self, title: impl Into<String>, accepted: impl Into<String>) -> Option<T> {
        self.desk.report(self.problem(title).accepted(accepted));
        None
    }

    /// Reports that this value is not of the kind that is accepted.
    pub(in crate::scenario) fn refuse_kind<T>(&self, accepted: &str) -> Option<T> {
        self.refuse(format!("`{}` cannot be {}", self.key(), self.node.kind()), format!("expected {accepted}"))
    }

    /// Whether this is a table with such a key.
    pub(in crate::scenario) fn has(&self, key: &str) -> bool {
        self.node.as_table().is_some_and(|table| table.entries.iter().any(|entry| entry.key == key))
    }

    /// A value below this one.
    pub(in crate::scenario) fn child(&self, key: &str, node: &'a Node) -> Self {
        let key = written_key(key);
        let path = if self.path.is_empty() { key } else { format!("{}.{key}", self.path) };
        Self { desk: self.desk, node, path }
    }

    /// The items of a list, or the single value as a list of one.
    pub(in crate::scenario) fn items(&self) -> Vec<Self> {
        match &self.node.value {
            Value::List(nodes) => nodes
                .iter()
                .enumerate()
                .map(|(i, node)| Self { desk: self.desk, node, path: format!("{}[{i}]", self.path) })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    /// The items of a list that has at least one.
    pub(in crate::scenario) fn list(&self, of: &str) -> Option<Vec<Self>> {
        match &self.node.value {
            Value::List(nodes) if nodes.is_empty() => {
                self.refuse(format!("`{}` is empty", self.key()), format!("expected {of}"))
            }
            Value::List(_) => Some(self.items()),
            _ => self.refuse_kind(of),
        }
    }

    /// Keys and values of a table whose keys are free.
    pub(in crate::scenario) fn entries(&self, of: &str) -> Option<Vec<(&'a str, Place, Self)>> {
        let Some(table) = self.node.as_table() else { return self.refuse_kind(of) };
        if table.entries.is_empty() {
            return self.refuse(format!("`{}` is empty", self.key()), format!("expected {of}"));
        }
        let entry =
            |e: &'a crate::scenario::text::node::Entry| (e.key.as_str(), e.key_place, self.child(&e.key, &e.node));
        Some(table.entries.iter().map(entry).collect())
    }

    /// Opens a table of this kind, reporting keys that it does not have.
    pub(in crate::scenario) fn open<T: Declared>(&self) -> Option<Fields<'a>> {
        self.open_with::<T>(|_| false)
    }

    /// Opens a table that has further keys besides those of its kind.
    pub(in crate::scenario) fn open_with<T: Declared>(&self, further: impl Fn(&str) -> bool) -> Option<Fields<'a>> {
        self.open_kind(&T::KIND, &further)
    }

    fn open_kind(&self, kind: &'static Kind, further: &dyn Fn(&str) -> bool) -> Option<Fields<'a>> {
        let Some(table) = self.node.as_table() else {
            let title = format!("`{}` cannot be {}", self.key(), self.node.kind());
            let written = self.desk.text(self.node.place);
            let problem = self.problem(title).accepted(format!("expected a table with {}", list_of(kind.names())));
            self.desk.report(match super::hints::of_value(kind, &self.key(), (&self.node.value, &written)) {
                Some(help) => problem.help(help),
                None => problem,
            });
            return None;
        };
        for entry in table.entries.iter().filter(|e| !kind.has(&e.key) && !further(&e.key)) {
            self.desk.report(unknown_key(kind, (&entry.key, entry.key_place), &self.path));
        }
        Some(Fields { field: self.clone(), kind, table })
    }

    /// Opens a choice: a table with exactly one of the keys of its kind.
    pub(in crate::scenario) fn choose<T: Declared>(&self) -> Option<(&'static str, Self)> {
        self.choose_beside::<T>(&[])
    }

    /// Opens a choice that can have these keys beside its one tag.
    pub(in crate::scenario) fn choose_beside<T: Declared>(&self, beside: &[&str]) -> Option<(&'static str, Self)> {
        let kind = &T::KIND;
        let fields = self.open_kind(kind, &|_| false)?;
        let tags = || kind.names().filter(|key| !beside.contains(key));
        let mut found = fields.table.entries.iter().filter_map(|entry| {
            let key = tags().find(|key| *key == entry.key)?;
            Some((key, entry))
        });
        let Some((key, entry)) = found.next() else {
            let unknown = fields.table.entries.iter().any(|e| !kind.has(&e.key));
            if !unknown {
                self.refuse::<()>(format!("`{}` says nothing", self.key()), format!("one of {}", list_of(tags())));
            }
            return None;
        };
        if let Some((second, entry)) = found.next() {
            let title = format!("`{}` is both `{key}` and `{second}`", self.key());
            self.desk.report(Problem::new(entry.key_place, title).accepted("only one of them can hold"));
            return None;
        }
        Some((key, self.child(key, &entry.node)))
    }
}

fn unknown_key(kind: &Kind, (key, place): (&str, Place), path: &str) -> Problem {
    if let Some(help) = super::hints::of_key(kind, key, path) {
        return Problem::new(place, format!("{} has no `{key}`", kind.what)).help(help);
    }
    if kind.later.contains(&key) {
        let title = format!("`{key}` is not in this version");
        return Problem::new(place, title).accepted(format!("{} has {}", kind.what, list_of(kind.names())));
    }
    let problem = Problem::new(place, format!("{} has no `{key}`", kind.what));
    let near = closest(key, kind.names());
    match (near, super::hints::elsewhere(kind, key)) {
        (Some(name), None) => problem.help(format!("did you mean `{name}`?")),
        (Some(name), Some(_)) if strsim::levenshtein(key, name) == 1 => problem.help(format!("did you mean `{name}`?")),
        (_, Some(place)) => problem.accepted(format!("it has {}", list_of(kind.names()))).help(place),
        (None, None) => problem.accepted(format!("it has {}", list_of(kind.names()))),
    }
}

/// An open table.
pub(in crate::scenario) struct Fields<'a> {
    pub(in crate::scenario) field: Field<'a>,
    kind: &'static Kind,
    pub(in crate::scenario) table: &'a Table,
}

impl<'a> Fields<'a> {
    /// The value of a key, if it is stated and not switched off.
    pub(in crate::scenario) fn get(&self, key: &str) -> Option<Field<'a>> {
        let declared = self.kind.key(key);
        debug_assert!(declared.is_some(), "{} declares no key {key}", self.kind.name);
        let is_off = |node: &&Node| node.as_text() == Some(OFF) && declared.is_some_and(|key| key.has_off);
        self.table.get(key).filter(|node| !is_off(node)).map(|node| self.field.child(key, node))
    }

    /// Whether a key is stated, be it to switch it off.
    pub(in crate::scenario) fn states(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Reads a value that must be stated.
    pub(in crate::scenario) fn need<T>(&self, key: &str, read: impl FnOnce(&Field<'a>) -> Option<T>) -> Option<T> {
        match self.get(key) {
            Some(field) => read(&field),
            None if self.is_misspelt(key) => None,
            None => {
                let title = format!("`{}` is missing", self.path_of(key));
                self.field.desk.report(self.field.problem(title).accepted(format!("needs `{key}`")));
                None
            }
        }
    }

    /// Reads a value that may be left out; `None` when it is wrong.
    #[expect(clippy::option_option, reason = "wrong, left out and stated are three different outcomes")]
    pub(in crate::scenario) fn maybe<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Field<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.get(key) {
            Some(field) => read(&field).map(Some),
            None => Some(None),
        }
    }

    /// Reads a value with the default that its declaration states; where it is left out, that is noted for the effective scenario.
    pub(in crate::scenario) fn or<T>(&self, key: &str, read: impl FnOnce(&Field<'_>) -> Option<T>) -> Option<T> {
        self.or_computed(key, self.default_of(key), read)
    }

    /// Reads a value with a default that follows from others, as TOML.
    pub(in crate::scenario) fn or_computed<T>(
        &self,
        key: &str,
        default: &str,
        read: impl FnOnce(&Field<'_>) -> Option<T>,
    ) -> Option<T> {
        if let Some(field) = self.get(key) {
            return read(&field);
        }
        let value = self.read_default(key, default, read);
        self.field.desk.defaults.borrow_mut().push((self.path_of(key), default.to_owned()));
        value
    }

    /// Reads a value with the default that its declaration states, which goes without saying in the effective scenario.
    pub(in crate::scenario) fn or_plainly<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Field<'_>) -> Option<T>,
    ) -> Option<T> {
        match self.get(key) {
            Some(field) => read(&field),
            None => self.read_default(key, self.default_of(key), read),
        }
    }

    fn read_default<T>(&self, key: &str, default: &str, read: impl FnOnce(&Field<'_>) -> Option<T>) -> Option<T> {
        let node = default_node(default, self.field.node.place);
        read(&Field::new(self.field.desk, &node, self.path_of(key)))
    }

    /// What holds where a key is left out, as TOML.
    pub(in crate::scenario) fn default_of(&self, key: &str) -> &'static str {
        let default = self.kind.default_of(key);
        debug_assert!(default.is_some(), "{} declares no default of {key}", self.kind.name);
        default.unwrap_or_default()
    }

    /// Whether a key has the text that is declared as its default, be it stated or not.
    pub(in crate::scenario) fn holds_default(&self, key: &str) -> bool {
        let Some(default) = self.kind.default_of(key) else { return false };
        self.get(key).is_none_or(|field| field.node.as_text().is_some_and(|text| quoted(text) == default))
    }

    /// Whether a default is declared for a key.
    pub(in crate::scenario) fn has_default(&self, key: &str) -> bool {
        self.kind.default_of(key).is_some()
    }

    /// Whether an unknown key, which was reported, is most likely meant to be this one.
    pub(in crate::scenario) fn is_misspelt(&self, key: &str) -> bool {
        let mut unknown = self.table.keys().filter(|found| !self.kind.has(found));
        unknown.any(|found| closest(found, self.kind.names()) == Some(key))
    }

    fn path_of(&self, key: &str) -> String {
        let key = written_key(key);
        if self.field.path.is_empty() { key } else { format!("{}.{key}", self.field.path) }
    }
}

/// A default as a node that lies where its table is.
fn default_node(default: &str, place: Place) -> Node {
    let mut sources = crate::scenario::text::source::Sources::default();
    let source = sources.add("default", &format!("default = {default}"));
    let node = crate::scenario::text::node::parse(&sources, source)
        .ok()
        .and_then(|node| node.as_table()?.get("default").cloned());
    let mut node = node.unwrap_or(Node { value: Value::Text(default.to_owned()), place });
    set_place(&mut node, place);
    node
}

fn set_place(node: &mut Node, place: Place) {
    node.place = place;
    match &mut node.value {
        Value::List(nodes) => nodes.iter_mut().for_each(|node| set_place(node, place)),
        Value::Table(table) => table.entries.iter_mut().for_each(|entry| {
            entry.key_place = place;
            set_place(&mut entry.node, place);
        }),
        _ => {}
    }
}
