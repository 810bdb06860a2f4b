//! Text on its way to a terminal or into the log of a runner: nothing in it acts, whoever wrote it. All that the program says passes here.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use crate::untrusted::is_hidden;

/// Begins a colour of our own; nobody else knows it.
fn mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    // The standard library draws its keys anew for each process.
    let drawn = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    MARK.get_or_init(|| format!("\u{1b}{:016x}{:016x}", drawn(), drawn()))
}

/// A text in a colour, as [`harmless`] lets it pass.
pub(super) fn coloured(code: &str, text: &str) -> String {
    let mark = mark();
    format!("{mark}[{code}m{text}{mark}[0m")
}

/// The text with everything hidden in it written out, but for its line breaks, tabs and our own colours; no line is a command for a runner.
pub(super) fn harmless(text: &str) -> String {
    let parts: Vec<String> = text.split(mark()).map(plain).collect();
    parts.join("\u{1b}")
}

fn plain(text: &str) -> String {
    let lines = text.split('\n').map(|line| written_out(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn written_out(line: &str) -> Cow<'_, str> {
    let is_meant = |c: char| is_hidden(c) && c != '\t';
    let command = commands(line);
    if command.is_empty() && !line.contains(is_meant) {
        return Cow::Borrowed(line);
    }
    let mut shown = String::with_capacity(line.len() + 16);
    for (at, c) in line.char_indices() {
        if is_meant(c) || command.contains(&at) {
            shown.push_str(&format!("\\u{{{:x}}}", c as u32));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Where a line must be broken so that no runner takes it for a command: GitHub trims it and looks for `::`, and for `##[` anywhere; others
/// look for `##vso[` and `##teamcity[`.
fn commands(line: &str) -> Vec<usize> {
    let start = line.find(|c: char| !c.is_whitespace() && !is_hidden(c)).unwrap_or(line.len());
    let mut places: Vec<usize> = line[start..].starts_with("::").then_some(start).into_iter().collect();
    for (bracket, _) in line.match_indices('[') {
        let before = line[..bracket].trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let hashes = before.len() - before.trim_end_matches('#').len();
        // All of them: the last two of three are a command as well.
        places.extend((hashes > 1).then_some(before.len() - hashes..before.len()).into_iter().flatten());
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_and_the_rest_stays() {
        for (text, shown) in [
            ("a table\n  row\tcell\n", "a table\n  row\tcell\n"),
            ("\u{1b}]0;pwn\u{7}\u{9b}2J\u{202e}", "\\u{1b}]0;pwn\\u{7}\\u{9b}2J\\u{202e}"),
            ("x\n \u{a0}::error::y\na ::b", "x\n \u{a0}\\u{3a}:error::y\na ::b"),
            ("a\r::error::y", "a\\u{d}::error::y"),
            ("\u{200b}::error::y", "\\u{200b}\\u{3a}:error::y"),
            ("a ##[error]b ##vso[x] ## z[", "a \\u{23}\\u{23}[error]b \\u{23}\\u{23}vso[x] ## z["),
            ("###[y]", "\\u{23}\\u{23}\\u{23}[y]"),
            ("\u{1b}[31m", "\\u{1b}[31m"),
        ] {
            assert_eq!(harmless(text), shown, "{text:?}");
        }
        assert_eq!(harmless(&format!("a {} b", coloured("32", "ok\u{1b}[1m"))), "a \u{1b}[32mok\\u{1b}[1m\u{1b}[0m b");
    }
}
