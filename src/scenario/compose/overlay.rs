//! Laying a partial scenario over another, and telling what differs.

use std::collections::{BTreeMap, HashMap};

use crate::scenario::syntax::language::Spot;
use crate::scenario::syntax::names::{written_key, written_path};
use crate::scenario::syntax::paths;
use crate::scenario::text::node::{Entry, Node, Table, Value, split_path};
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::Sources;

/// Lays `over` over `base`: tables merge, a choice with another tag is replaced, all else replaces.
pub(super) fn merge(base: &mut Table, over: &Table) {
    let mut over = over.clone();
    // What stands twice in an overlay was reported when the file was read; an argument or a swept path says one thing.
    normalise(&mut over, Spot::scenario(), &mut Vec::new());
    merge_at(base, &over, Spot::scenario());
}

fn merge_at(base: &mut Table, over: &Table, spot: Spot) {
    if spot.is_choice() && base.keys().ne(over.keys()) {
        *base = over.clone();
        return;
    }
    // Names of things never exclude each other, however many there are.
    if spot.is_exclusive() {
        let stated: Vec<&str> = over.keys().collect();
        base.entries.retain(|entry| !spot.excludes(&stated, &entry.key));
    }
    let mut places = (over.entries.len() > FEW).then(|| Places::of(base));
    for entry in &over.entries {
        merge_entry(base, entry, (spot.below(&entry.key), places.as_mut()));
    }
}

/// So many keys are looked up one by one.
const FEW: usize = 8;

/// Where the keys of a table are: looking up each of many among many takes the product of their numbers.
struct Places(HashMap<String, usize>);

impl Places {
    fn of(table: &Table) -> Self {
        Self(table.keys().map(str::to_owned).zip(0..).collect())
    }
}

fn merge_entry(base: &mut Table, entry: &Entry, (spot, places): (Spot, Option<&mut Places>)) {
    let place = match &places {
        Some(places) => places.0.get(&entry.key).copied(),
        None => base.entries.iter().position(|below| below.key == entry.key),
    };
    let Some(below) = place.and_then(|place| base.entries.get_mut(place)) else {
        places.into_iter().for_each(|places| _ = places.0.insert(entry.key.clone(), base.entries.len()));
        base.entries.push(entry.clone());
        return;
    };
    match (&mut below.node.value, &entry.node.value) {
        (Value::Table(below), Value::Table(over)) => merge_at(below, over, spot),
        _ => *below = entry.clone(),
    }
}

/// Lays many small overlays over one base, each of a few values of things that have names.
pub(super) struct Merger<'t> {
    base: &'t mut Table,
    /// Where the things of each section are.
    places: HashMap<String, Places>,
}

impl<'t> Merger<'t> {
    pub(super) fn new(base: &'t mut Table) -> Self {
        Self { base, places: HashMap::new() }
    }

    /// Lays one over it, as [`merge`] does.
    pub(super) fn merge(&mut self, over: &Table) {
        let mut over = over.clone();
        normalise(&mut over, Spot::scenario(), &mut Vec::new());
        for section in &over.entries {
            let spot = Spot::scenario().below(&section.key);
            let below = self.base.entry_mut(&section.key).map(|entry| &mut entry.node.value);
            match (below, &section.node.value) {
                (Some(Value::Table(below)), Value::Table(over)) if !spot.is_choice() && !spot.is_exclusive() => {
                    let places = self.places.entry(section.key.clone()).or_insert_with(|| Places::of(below));
                    over.entries
                        .iter()
                        .for_each(|entry| merge_entry(below, entry, (spot.below(&entry.key), Some(places))));
                }
                _ => merge_entry(self.base, section, (spot, None)),
            }
        }
    }
}

/// The path that `over` sets at, above or below a swept path, or in its stead: no value is left there for a sweep to set. `None`: a
/// sweep may set the path.
pub(super) fn sets(over: &Table, path: &[String]) -> Option<Vec<String>> {
    let (mut table, mut spot) = (over, Spot::scenario());
    for (i, key) in path.iter().enumerate() {
        let stated: Vec<&str> = table.keys().collect();
        let other = match stated.iter().find(|tag| **tag != key) {
            Some(tag) if spot.is_choice() => Some(tag),
            _ => stated.first().filter(|_| spot.excludes(&stated, key)),
        };
        if let Some(other) = other {
            return Some([&path[..i], &[(*other).to_owned()]].concat());
        }
        match &table.get(key)?.value {
            Value::Table(below) if i + 1 < path.len() => (table, spot) = (below, spot.below(key)),
            _ => return Some(path[..=i].to_vec()),
        }
    }
    None
}

/// Writes all tables of values by path in one way: as tables in tables, whether their keys are paths in quotes or not.
pub(in crate::scenario) fn normalise(table: &mut Table, spot: Spot, problems: &mut Vec<Problem>) {
    for entry in &mut table.entries {
        let below = spot.below(&entry.key);
        if let Value::Table(table) = &mut entry.node.value {
            if below.has_targets() {
                unquote(table, (below, TARGET), problems);
            }
            normalise(table, below, problems);
        }
    }
}

/// Keys of the path of a target: a section, a name and what is changed of it.
const TARGET: usize = 3;

/// Takes apart the keys that are paths in quotes, in so many levels.
fn unquote(table: &mut Table, (spot, levels): (Spot, usize), problems: &mut Vec<Problem>) {
    for entry in std::mem::take(&mut table.entries) {
        let is_path = !spot.takes(&entry.key) && entry.key.contains('.');
        let keys = if is_path { split_path(&entry.key) } else { None };
        let keys = keys.unwrap_or_else(|| vec![entry.key.clone()]);
        join(table, paths::overlay(&keys, entry.key_place, entry.node), &mut Vec::new(), problems);
    }
    for entry in table.entries.iter_mut().filter(|_| levels > 1) {
        if let Value::Table(below) = &mut entry.node.value {
            unquote(below, (spot.below(&entry.key), levels - 1), problems);
        }
    }
}

/// Adds what no other entry states.
fn join(table: &mut Table, over: Table, path: &mut Vec<String>, problems: &mut Vec<Problem>) {
    for entry in over.entries {
        path.push(entry.key.clone());
        match (table.entry_mut(&entry.key).map(|below| &mut below.node.value), entry.node.value) {
            (None, value) => {
                let node = Node { value, place: entry.node.place };
                table.entries.push(Entry { key: entry.key, key_place: entry.key_place, node });
            }
            (Some(Value::Table(below)), Value::Table(over)) => join(below, over, path, problems),
            _ => {
                let problem = Problem::new(entry.key_place, format!("`{}` is stated twice", written_path(&*path)));
                problems.push(problem.accepted("with and without quotes it is the same path; keep one of them"));
            }
        }
        path.pop();
    }
}

/// Whether two values say the same, wherever they stand.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Table(a), Value::Table(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries
                    .iter()
                    .enumerate()
                    .all(|(i, entry)| b.get_near(i, &entry.key).is_some_and(|other| same(&entry.node, other)))
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (a, b) => a == b,
    }
}

/// What `other` says otherwise than `base`: path to value as written. Titles and what is not simulated are left out.
pub(super) fn differences(base: &Table, other: &Table, sources: &Sources) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in other.entries.iter().filter(|entry| !matches!(entry.key.as_str(), "title" | "alternatives" | "sweep"))
    {
        collect(base.get(&entry.key), entry, &entry.key, &mut |path, node| {
            found.insert(path.to_owned(), node.as_written(sources));
        });
    }
    found
}

fn collect(base: Option<&Node>, entry: &Entry, path: &str, note: &mut impl FnMut(&str, &Node)) {
    if base.is_some_and(|base| same(base, &entry.node)) {
        return;
    }
    match &entry.node.value {
        // A policy that says no more than its name.
        Value::Table(table) if table.entries.is_empty() && base.is_none() => note(path, &entry.node),
        Value::Table(table) => {
            let below = base.and_then(Node::as_table);
            for (i, inner) in table.entries.iter().enumerate() {
                let below = below.and_then(|table| table.get_near(i, &inner.key));
                collect(below, inner, &format!("{path}.{}", written_key(&inner.key)), note);
            }
        }
        _ => note(path, &entry.node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::text::node::parse;

    fn read(sources: &mut Sources, text: &str) -> Table {
        let source = sources.add("test", text);
        parse(sources, source).unwrap().as_table().unwrap().clone()
    }

    fn merged(base: &str, over: &str) -> BTreeMap<String, String> {
        let mut sources = Sources::default();
        let (mut base, over) = (read(&mut sources, base), read(&mut sources, over));
        merge(&mut base, &over);
        differences(&Table::default(), &base, &sources)
    }

    fn pairs(expected: &[(&str, &str)]) -> BTreeMap<String, String> {
        expected.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn tables_merge_and_values_replace() {
        let found = merged("pools.a = { size = 1, cost = '1/h' }", "pools.a.size = 2\npools.b.size = 3");
        assert_eq!(found, pairs(&[("pools.a.cost", "1/h"), ("pools.a.size", "2"), ("pools.b.size", "3")]));
    }

    #[test]
    fn a_choice_with_another_tag_is_replaced_and_with_the_same_tag_merged() {
        let base = "jobs.a.arrivals.burst = { jobs = 9, from = '1h', over = '1h' }";
        let found = merged(base, "jobs.a.arrivals.poisson.rate = '1/s'");
        assert_eq!(found, pairs(&[("jobs.a.arrivals.poisson.rate", "1/s")]));
        let found = merged("jobs.a.arrivals.burst = { jobs = 9, from = '1h' }", "jobs.a.arrivals.burst.jobs = 5");
        assert_eq!(found, pairs(&[("jobs.a.arrivals.burst.jobs", "5"), ("jobs.a.arrivals.burst.from", "1h")]));
    }

    #[test]
    fn percentiles_replace_mean_and_cv() {
        let found = merged(
            "jobs.a.service_time.lognormal = { mean = '1s', cv = 2 }",
            "jobs.a.service_time.lognormal = { p50 = '1s', p99 = '9s' }",
        );
        let expected = [("jobs.a.service_time.lognormal.p50", "1s"), ("jobs.a.service_time.lognormal.p99", "9s")];
        assert_eq!(found, pairs(&expected));
    }

    #[test]
    fn only_what_differs_is_told() {
        let mut sources = Sources::default();
        let base = read(&mut sources, "title = 'a'\npools.a = { size = 1, take.strict = ['x'] }");
        let other = read(&mut sources, "title = 'b'\npools.a = { size = 1, take.strict = [ 'x',  'y' ] }");
        assert_eq!(differences(&base, &other, &sources), pairs(&[("pools.a.take.strict", "[ 'x', 'y' ]")]));
    }
}
