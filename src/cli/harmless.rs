//! Text on its way to a terminal or into the log of a runner: nothing in it acts, whoever wrote it. All that the program says passes here.

use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use crate::untrusted::harmless_line;

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
    let lines: Vec<_> = text.split('\n').map(harmless_line).collect();
    lines.join("\n")
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
