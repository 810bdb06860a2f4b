//! Laying a partial scenario over another, and telling what differs.

use std::collections::BTreeMap;

use super::laws::percentile_share;
use super::node::{Entry, Node, Table, Value};
use super::source::Sources;

/// Keys whose table is a choice: another tag replaces what was there.
const CHOICES: [&str; 12] = [
    "arrivals",
    "service_time",
    "interarrival",
    "take",
    "on_return",
    "size",
    "after",
    "takes",
    "repair",
    "kind",
    "retry",
    "patience",
];

/// Groups of keys of which a table can have only one; stating one drops the others.
const GROUPS: [&[&[&str]]; 3] = [
    &[&["mean", "cv"], &["percentiles"], &["branches"]],
    &[&["at"], &["every", "first"], &["rate", "profile"], &["cron", "repeated"]],
    &[&["quantiles"], &["file", "column", "unit"]],
];

/// Lays `over` over `base`: tables merge, a choice with another tag is replaced, all else replaces.
pub(super) fn merge(base: &mut Table, over: &Table) {
    merge_at(base, over, &mut Vec::new());
}

fn merge_at(base: &mut Table, over: &Table, path: &mut Vec<String>) {
    if path.len() == 2 && path[0] == "profiles" {
        drop_other_shape(base, over);
    } else if is_choice(path) && base.keys().ne(over.keys()) {
        *base = over.clone();
        return;
    }
    if in_choice(path) || path.last().is_some_and(|key| key == "restart") {
        drop_excluded(base, over);
    }
    for entry in &over.entries {
        path.push(entry.key.clone());
        merge_entry(base, entry, path);
        path.pop();
    }
}

fn merge_entry(base: &mut Table, entry: &Entry, path: &mut Vec<String>) {
    let Some(below) = base.entry_mut(&entry.key) else {
        base.entries.push(entry.clone());
        return;
    };
    match (&mut below.node.value, &entry.node.value) {
        (Value::Table(below), Value::Table(over)) => merge_at(below, over, path),
        _ => *below = entry.clone(),
    }
}

fn is_choice(path: &[String]) -> bool {
    let named = path.last().is_some_and(|key| CHOICES.contains(&key.as_str())) && !in_free_table(path);
    named || (path.len() == 2 && path[0] == "profiles")
}

/// Below `set` and `scale` keys are paths to things of any name.
fn in_free_table(path: &[String]) -> bool {
    path.get(2).is_some_and(|key| key == "set" || key == "scale")
}

fn in_choice(path: &[String]) -> bool {
    path.len() >= 2 && is_choice(&path[..path.len() - 1])
}

/// A profile has one shape, and exceptions beside it.
fn drop_other_shape(base: &mut Table, over: &Table) {
    let is_shape = |key: &str| key != "except";
    let stated: Vec<&str> = over.keys().filter(|key| is_shape(key)).collect();
    if !stated.is_empty() {
        base.entries.retain(|entry| !is_shape(&entry.key) || stated.contains(&entry.key.as_str()));
    }
}

/// Drops from `base` the keys that cannot stand beside those of `over`.
fn drop_excluded(base: &mut Table, over: &Table) {
    let place = |key: &str| {
        let key = if percentile_share(key).is_some() { "percentiles" } else { key };
        let in_set = |set: &&[&[&str]]| set.iter().position(|group| group.contains(&key));
        GROUPS.iter().enumerate().find_map(|(i, set)| Some((i, in_set(set)?)))
    };
    let stated: Vec<(usize, usize)> = over.keys().filter_map(place).collect();
    let percentiles = over.keys().any(|key| percentile_share(key).is_some());
    base.entries.retain(|entry| match place(&entry.key) {
        Some((set, group)) => !stated.iter().any(|(s, g)| *s == set && *g != group),
        None => true,
    });
    // Two percentiles that are stated replace two others: three would say too much.
    if percentiles && over.entries.len() >= 2 {
        base.entries.retain(|entry| percentile_share(&entry.key).is_none());
    }
}

/// The value at a path.
pub(super) fn lookup<'a>(table: &'a Table, path: &[String]) -> Option<&'a Node> {
    let (first, rest) = path.split_first()?;
    let node = table.get(first)?;
    if rest.is_empty() { Some(node) } else { lookup(node.as_table()?, rest) }
}

/// Whether two values say the same, wherever they stand.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Table(a), Value::Table(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries.iter().all(|entry| b.get(&entry.key).is_some_and(|other| same(&entry.node, other)))
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
        Value::Table(table) => {
            let below = base.and_then(Node::as_table);
            for inner in &table.entries {
                let below = below.and_then(|table| table.get(&inner.key));
                collect(below, inner, &format!("{path}.{}", inner.key), note);
            }
        }
        _ => note(path, &entry.node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::node::parse;

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
