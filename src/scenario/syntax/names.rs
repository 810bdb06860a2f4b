//! The names that a scenario gives to things, in the order of their first appearance; found before anything is read, so
//! that things may refer to each other in any order.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;

use super::schema;
use super::schema::kind::Declared;
use crate::scenario::text::node::Table;
use crate::scenario::text::problem::{closest, list_of};
pub(in crate::scenario) use crate::units::{written_key, written_path};
use crate::untrusted::is_hidden;

/// The name of the file as it stands among the alternatives.
pub(in crate::scenario) const BASE: &str = "base";

/// Names in order, each with its place at hand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::scenario) struct NameList {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl NameList {
    /// Adds a name, unless it is there.
    fn add(&mut self, name: &str) {
        if !self.places.contains_key(name) {
            self.places.insert(name.to_owned(), self.names.len());
            self.names.push(name.to_owned());
        }
    }
}

impl Deref for NameList {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
    }
}

/// Names by kind of thing; the place in a list is the index in the model.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::scenario) struct Names {
    pub(in crate::scenario) jobs: NameList,
    pub(in crate::scenario) queues: NameList,
    pub(in crate::scenario) pools: NameList,
    pub(in crate::scenario) dispatchers: NameList,
    pub(in crate::scenario) profiles: NameList,
    pub(in crate::scenario) alerts: NameList,
    pub(in crate::scenario) providers: NameList,
    pub(in crate::scenario) limits: NameList,
    /// Job classes whose jobs follow others.
    pub(in crate::scenario) followers: HashSet<String>,
}

/// The classes that some job class names in `then` or `join`.
fn followers(root: &Table) -> HashSet<String> {
    let jobs = root.table("jobs").map(|jobs| jobs.entries.as_slice()).unwrap_or_default();
    let mut found = HashSet::new();
    for job in jobs.iter().filter_map(|job| job.node.as_table()) {
        if let Some(crate::scenario::text::node::Value::List(items)) = job.get("then").map(|node| &node.value) {
            let class = |item: &crate::scenario::text::node::Node| {
                item.as_table().and_then(|table| table.get("class")?.as_text().map(str::to_owned))
            };
            found.extend(items.iter().filter_map(|item| item.as_text().map(str::to_owned).or_else(|| class(item))));
        }
        let class = |node: &crate::scenario::text::node::Node| {
            node.as_table().map_or(Some(node.clone()), |join| join.get("class").cloned())
        };
        found.extend(job.get("join").and_then(class).and_then(|node| node.as_text().map(str::to_owned)));
    }
    found
}

impl Names {
    /// Collects the names of a scenario.
    pub(in crate::scenario) fn collect(root: &Table) -> Self {
        let names = |section: &str| {
            let mut names = NameList::default();
            root.table(section).into_iter().flat_map(Table::keys).for_each(|name| names.add(name));
            names
        };
        let mut queues = NameList::default();
        // The queue of job classes that name none, without the quotes of TOML.
        let default = schema::Job::KIND.default_of("queue").map(|name| name.trim_matches('"'));
        for job in root.table("jobs").into_iter().flat_map(|jobs| &jobs.entries) {
            let stated = job.node.as_table().and_then(|job| job.get("queue"));
            let queue = stated.map_or(default, |node| node.as_text());
            queue.filter(|queue| !queue.is_empty()).into_iter().for_each(|queue| queues.add(queue));
        }
        Self {
            jobs: names("jobs"),
            queues,
            pools: names("pools"),
            dispatchers: names("dispatchers"),
            profiles: names("profiles"),
            alerts: names("alerts"),
            providers: names("providers"),
            limits: names("limits"),
            followers: followers(root),
        }
    }

    /// The index of a name in one of the lists.
    pub(in crate::scenario) fn index(names: &NameList, name: &str) -> Option<u16> {
        names.places.get(name).and_then(|&index| u16::try_from(index).ok())
    }
}

/// What there is instead, said when no name is near.
pub(in crate::scenario) fn existing(what: &str, names: &[String]) -> String {
    match names.len() {
        0 => format!("the scenario has no {what}"),
        1..=8 => format!("there is {}", list_of(names)),
        _ => String::new(),
    }
}

/// The most characters of a name.
const MOST_CHARACTERS: usize = 80;

/// What a name may be, where one is refused.
pub(in crate::scenario) const NAME: &str =
    "a name is a text in one line, without blanks around it, of at most 80 characters";

/// Why a text cannot be the name of a thing; `None`: it can.
pub(in crate::scenario) fn flaw(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("a name cannot be empty".to_owned());
    }
    if let Some(c) = name.chars().find(|c| is_hidden(*c)) {
        return Some(format!("a name cannot hold the character U+{:04X}, which nobody sees", c as u32));
    }
    if name.contains('`') {
        return Some(format!(
            "`{}` cannot be a name: it holds a backtick, which reports put around names",
            name.replace('`', "'")
        ));
    }
    if name.trim() != name {
        return Some(format!("`{name}` cannot be a name: it begins or ends with a blank"));
    }
    let length = name.chars().count();
    (length > MOST_CHARACTERS).then(|| format!("a name of {length} characters is too long"))
}

/// The name in `names` that is most like `name`.
pub(in crate::scenario) fn nearest(name: &str, names: &[String]) -> Option<String> {
    closest(name, names.iter().map(String::as_str)).map(str::to_owned)
}
