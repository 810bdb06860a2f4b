//! Slips of the pen in a text that is no TOML: YAML, a brace that is not closed. Each gets one message that says what to write.

use super::problem::Problem;
use super::source::Place;

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
    use crate::scenario::text::problem::render;
    use crate::scenario::text::source::Sources;

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
