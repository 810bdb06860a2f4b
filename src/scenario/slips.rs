//! Slips of the pen that are common enough to be known: keys of other systems, YAML for TOML, a brace that is not closed. Each gets one
//! message that says what to write.

use super::names::written_path;
use super::node::Value;
use super::paths::split_path;
use super::problem::Problem;
use super::schema;
use super::schema::kind::Kind;
use super::source::Place;
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

/// The slip behind a text that is no TOML, if it is a known one; `error` is where the reader stopped.
pub(super) fn of_syntax(text: &str, source: usize, error: usize) -> Option<Problem> {
    yaml(text, source, error).or_else(|| open_brace(text, source, error))
}

/// The line at a place, with the place of its first character.
fn line_at(text: &str, at: usize) -> (usize, &str) {
    let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (start, text[start..].lines().next().unwrap_or(""))
}

fn yaml(text: &str, source: usize, error: usize) -> Option<Problem> {
    let (start, line) = line_at(text, error);
    let written = line.trim().trim_start_matches("- ");
    let (key, value) = written.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let is_value = value.is_empty() || value.starts_with(' ');
    if !is_key || !is_value {
        return None;
    }
    let place =
        Place { source, start: start + line.len() - line.trim_start().len(), end: start + line.trim_end().len() };
    let value = value.trim();
    let accepted = match value {
        "" => format!("write a table as `[{key}]`, such as `[pools.NAME]`, and its values as `key = value`"),
        _ if value.parse::<f64>().is_ok() || value.starts_with(['"', '\'', '[', '{']) => {
            format!("write `{key} = {value}`")
        }
        "true" | "false" => format!("write `{key} = {value}`"),
        _ => format!("write `{key} = \"{value}\"`"),
    };
    Some(Problem::new(place, format!("`{}` is YAML, and a scenario is TOML", written.trim_end())).accepted(accepted))
}

/// The last brace before the error that nothing closes.
fn open_brace(text: &str, source: usize, error: usize) -> Option<Problem> {
    let (start, line) = line_at(text, error);
    let mut open: Vec<usize> = Vec::new();
    let mut quote = None;
    let mut comment = false;
    for (at, c) in text[..start + line.len()].char_indices() {
        match (quote, c) {
            (_, '\n') => (quote, comment) = (None, false),
            _ if comment => {}
            (Some(mark), c) => quote = (c != mark).then_some(mark),
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => comment = true,
            // A table by its header can stand in no brace.
            (None, '[') if at == line_at(text, at).0 && !open.is_empty() => break,
            (None, '{') => open.push(at),
            (None, '}') => drop(open.pop()),
            _ => {}
        }
    }
    let at = open.pop()?;
    let (start, line) = line_at(text, at);
    let place = Place { source, start: at, end: start + line.trim_end().len() };
    Some(Problem::new(place, "the `{` is not closed").accepted("write `}` at the end"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::problem::render;
    use crate::scenario::source::Sources;

    fn told(text: &str, error: usize) -> String {
        let mut sources = Sources::default();
        let source = sources.add("s.toml", text);
        of_syntax(text, source, error).map_or_else(String::new, |problem| render(&sources, &[problem]))
    }

    #[test]
    fn yaml_and_open_braces_are_known_and_other_slips_are_not() {
        assert!(told("pools:\n  w:\n    size: 4\n", 5).contains("write a table as `[pools]`"));
        assert!(told("size: 4", 4).contains("write `size = 4`"));
        assert!(told("queue: mail", 5).contains("write `queue = \"mail\"`"));
        assert!(told("[jobs.a]\na = { b = '}' \n[pools.w]\nsize = 2", 24).contains("the `{` is not closed"));
        assert_eq!(told("a = { b = 1 }\nsize 4", 18), "");
    }
}
