//! Paths of values, such as `pools.workers.size`: from `--set` arguments and sweeps to overlays.

use super::language::canonical;
use super::names::{Names, existing, nearest, written_key, written_path};
use super::schema;
use super::schema::kind::Declared;
use crate::scenario::text::node::{Entry, Node, Table, Value, lookup, parse, split_path};
use crate::scenario::text::problem::{Problem, closest, list_of};
use crate::scenario::text::source::{Place, Sources};

/// A partial scenario with a single value.
pub(in crate::scenario) struct Setting {
    pub(in crate::scenario) path: Vec<String>,
    pub(in crate::scenario) overlay: Table,
}

/// Reads `path=value` from the command line; the value is TOML, or else a text as it stands.
pub(in crate::scenario) fn read_argument(
    sources: &mut Sources,
    option: &str,
    argument: &str,
) -> Result<Setting, Problem> {
    let source = sources.add(option, argument);
    let whole = Place { source, start: 0, end: argument.len() };
    let Some((path, value)) = split_argument(argument) else {
        return Err(Problem::new(whole, "there is no `=`").accepted("expected `path=value`"));
    };
    let keys = split_path(path).ok_or_else(|| {
        Problem::new(whole.part(0, path.len()), format!("`{path}` is not a path"))
            .accepted("expected a path such as `pools.workers.size`")
    })?;
    let key_place = whole.part(0, path.trim_end().len());
    if value.trim().is_empty() {
        return Err(Problem::new(whole, format!("`{path}` is set to nothing")).accepted("expected `path=value`"));
    }
    let node = parse(sources, source).ok().and_then(|node| lookup(node.as_table()?, &keys).cloned());
    let start = path.len() + 1 + (value.len() - value.trim_start().len());
    let node = node.unwrap_or_else(|| Node {
        value: Value::Text(value.trim().to_owned()),
        place: whole.part(start, start + value.trim().len()),
    });
    let path = canonical(&keys);
    Ok(Setting { overlay: overlay(&path, key_place, node), path })
}

/// A path and its value: they are parted by the first `=` before which a path stands, as a key in quotes may hold another.
fn split_argument(argument: &str) -> Option<(&str, &str)> {
    let parted = |(at, _): (usize, &str)| (&argument[..at], &argument[at + 1..]);
    let is_path = |(path, _): &(&str, &str)| split_path(path).is_some();
    argument.match_indices('=').map(parted).find(is_path).or_else(|| argument.split_once('='))
}

/// A table with this value at the end of a path.
pub(in crate::scenario) fn overlay(path: &[String], key_place: Place, node: Node) -> Table {
    let wrap = |node: Node, key: &String| {
        let entry = Entry { key: key.clone(), key_place, node };
        Node { value: Value::Table(Table { entries: vec![entry] }), place: key_place }
    };
    match path.iter().rev().fold(node, wrap).value {
        Value::Table(table) => table,
        _ => Table::default(),
    }
}

/// A path of the scenario, for messages that say how one looks.
pub(in crate::scenario) fn example(root: &Table) -> String {
    let pool = root.table("pools").and_then(|pools| pools.keys().next());
    format!("such as `pools.{}.size`", pool.map_or_else(|| "NAME".to_owned(), written_key))
}

/// Checks that a path leads to something that the scenario has, at least to a thing with a name.
pub(in crate::scenario) fn check(path: &[String], place: Place, root: &Table) -> Result<(), Problem> {
    let names = Names::collect(root);
    let whole = written_path(path);
    let Some(section) = schema::Scenario::KIND.key(&path[0]) else {
        let problem = Problem::new(place, format!("`{whole}` leads nowhere: a scenario has no `{}`", path[0]));
        let accepted = format!("it has {}", list_of(schema::Scenario::KIND.names()));
        return Err(match closest(&path[0], schema::Scenario::KIND.names()) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem.accepted(accepted),
        });
    };
    let keys_of = |section: &str| -> Vec<String> {
        root.table(section).map(|table| table.keys().map(str::to_owned).collect()).unwrap_or_default()
    };
    let (events, responses, limits) = (keys_of("events"), keys_of("responses"), keys_of("limits"));
    let (what, known): (&str, &[String]) = match section.name {
        "jobs" => ("job class", &names.jobs),
        "queues" => ("queue", &names.queues),
        "pools" => ("pool", &names.pools),
        "profiles" => ("profile", &names.profiles),
        "dispatchers" => ("dispatcher", &names.dispatchers),
        "events" => ("event", &events),
        "limits" => ("limit", &limits),
        "alerts" => ("alert", &names.alerts),
        "responses" => ("response", &responses),
        "providers" => ("provider", &names.providers),
        _ => return Ok(()),
    };
    let Some(name) = path.get(1).filter(|_| path.len() > 2) else {
        let problem = Problem::new(place, format!("`{whole}` is not a single value"));
        let name = known.first().map_or("NAME", String::as_str);
        return Err(problem.accepted(format!("expected a path such as `{}.{}.KEY`", section.name, written_key(name))));
    };
    if known.contains(name) {
        return Ok(());
    }
    let problem = Problem::new(place, format!("`{whole}` leads nowhere: there is no {what} `{name}`"));
    // Several keys within one pair of quotes are one name.
    let apart = split_path(name).filter(|keys| keys.len() > 1 && known.contains(&keys[0]));
    if let Some(keys) = apart {
        let meant = [&path[..1], &keys, &path[2..]].concat();
        return Err(problem.help(format!("without quotes around several keys it is `{}`", written_path(meant))));
    }
    Err(match nearest(name, known) {
        Some(name) => problem.help(format!("did you mean `{name}`?")),
        None => problem.accepted(existing(what, known)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_the_syntax_of_keys() {
        assert_eq!(split_path("pools.workers.size").unwrap(), ["pools", "workers", "size"]);
        assert_eq!(split_path("profiles.day.steps.\"07:00\"").unwrap(), ["profiles", "day", "steps", "07:00"]);
        assert_eq!(split_path("pools..size"), None);
        assert_eq!(split_path(""), None);
        assert_eq!(split_path("a = 1\nb"), None);
    }

    #[test]
    fn arguments_hold_toml_or_a_bare_text() {
        let mut sources = Sources::default();
        let mut value = |argument: &str| {
            let setting = read_argument(&mut sources, "--set", argument).unwrap_or_else(|_| panic!("{argument}"));
            lookup(&setting.overlay, &setting.path).unwrap().value.clone()
        };
        assert_eq!(value("pools.a.size=40"), Value::Integer(40));
        assert_eq!(value("jobs.a.arrivals.poisson.rate=40/s"), Value::Text("40/s".to_owned()));
        assert_eq!(value("jobs.a.arrivals.poisson.rate = \"40/s\""), Value::Text("40/s".to_owned()));
        assert!(matches!(value("pools.a.take.strict=['x']"), Value::List(_)));
    }
}
