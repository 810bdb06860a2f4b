//! What to write for a key or value that a table does not have: keys of other systems, and keys that stand elsewhere.

use super::names::written_path;
use super::schema;
use super::schema::kind::Kind;
use crate::scenario::text::node::{Value, split_path};
use crate::units::{parse_duration, parse_rate, path_keys, quoted, written_key};

/// What to write instead of a key that a table of this kind and path does not have; `None`: nothing is known of it.
pub(super) fn of_key(kind: &Kind, key: &str, path: &str) -> Option<String> {
    let parts = split_path(key).filter(|parts| parts.len() > 1 && kind.has(&parts[0]));
    if let Some(parts) = parts {
        return Some(format!("write the path without quotes: `{} = ...`", written_path(&parts)));
    }
    let name = path_keys(path).pop().unwrap_or_default();
    let (table, name) = (written_key(&name), quoted(&name));
    match (kind.name, key) {
        ("Job", "concurrency" | "max_concurrency" | "concurrency_limit" | "parallelism") => Some(format!(
            "to cap the jobs of a class that run at once, write `[limits.{table}]` with `class = {name}` and `slots = N`"
        )),
        ("Pool", "concurrency" | "workers" | "threads" | "count") => {
            Some("write `size = N`: each worker runs one job at a time".to_owned())
        }
        ("Law", "mean" | "cv" | "min" | "max" | "shape") => {
            Some(format!("name the distribution, such as `{table}.exponential = {{ mean = \"2s\" }}`"))
        }
        (_, "cron" | "schedule" | "crontab") => Some(schedules()),
        _ => None,
    }
}

/// Where a key stands that is right and at another place.
pub(super) fn elsewhere(kind: &Kind, key: &str) -> Option<String> {
    let has_key = |other: &&Kind| other.name != kind.name && other.has(key);
    let places: Vec<&str> = schema::kinds().filter(has_key).map(|kind| kind.what).collect();
    let says_little = places.is_empty() || places.len() > MOST_PLACES;
    (!says_little).then(|| format!("`{key}` stands in {}", places.join(", ")))
}

/// A key that stands in more kinds of tables says little.
const MOST_PLACES: usize = 3;

/// What to write for a value where a table of this kind belongs, if it is clear what is meant; `written` is the value in the file.
pub(super) fn of_value(kind: &Kind, key: &str, (value, written): (&Value, &str)) -> Option<String> {
    let key = written_key(key);
    if let Some(tag) = value.as_text().filter(|text| kind.has(text)) {
        return Some(format!("write `{key}.{tag} = ...`, with what belongs to it"));
    }
    let text = value.as_text();
    let is_duration = text.is_some_and(|text| parse_duration(text).is_ok());
    let is_rate = text.is_some_and(|text| parse_rate(text).is_ok());
    let is_number = matches!(value, Value::Integer(_) | Value::Float(_));
    Some(match kind.name {
        "Law" if is_duration => {
            format!("write `{key}.constant = {written}`, or `{key}.exponential = {{ mean = {written} }}`")
        }
        "Law" if is_number => format!("write a time with its unit, such as `{key}.constant = \"{written}s\"`"),
        "Arrivals" if is_rate => format!("write `{key}.poisson = {{ rate = {written} }}`"),
        "Poisson" if is_rate => format!("write `{key} = {{ rate = {written} }}`"),
        "Exponential" if is_duration => format!("write `{key} = {{ mean = {written} }}`"),
        "ConstantRetry" if is_duration => format!("write `{key} = {{ delay = {written}, most = 5 }}`"),
        "Retry" if is_number => format!("write `{key}.constant = {{ delay = \"10s\", most = {written} }}`"),
        "Take" if matches!(value, Value::List(_)) => format!("write `{key}.strict = {written}`"),
        _ => return None,
    })
}

/// Where times are stated.
fn schedules() -> String {
    let takes_cron = schema::kinds().filter(|kind| kind.has("cron"));
    let places: Vec<&str> = takes_cron.map(|kind| kind.what).collect();
    match places.is_empty() {
        true => "write when jobs come as `arrivals.periodic = { every = \"24h\", first = \"09:00\" }`".to_owned(),
        false => format!("`cron` stands in {}", places.join(", ")),
    }
}
