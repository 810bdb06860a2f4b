//! Text in Markdown that stays text: no structure, no HTML, no live link, whoever wrote it.

use super::visible;

/// What Markdown, tables and formulas of GitHub, and HTML give a meaning.
const SPECIAL: &str = "\\`*_~[]|<>#&$";

/// Where text stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Within {
    /// A paragraph, a list or a heading.
    Line,
    /// A cell of a table, which ends at a pipe even in code.
    Cell,
}

/// A text of somebody else. Words that a viewer would make a link of become code.
#[must_use]
pub fn escape(text: &str) -> String {
    let text = visible(text);
    let mut escaped = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| c.is_whitespace() || c == '|') {
        let end = word.trim_end_matches(|c: char| c.is_whitespace() || c == '|').len();
        let (word, gap) = word.split_at(end);
        if is_link(word) {
            escaped.push_str(&code(word, Within::Line));
        } else {
            word.chars().for_each(|c| push(c, &mut escaped));
        }
        gap.chars().for_each(|c| push(c, &mut escaped));
    }
    escaped
}

fn push(c: char, escaped: &mut String) {
    if SPECIAL.contains(c) {
        escaped.push('\\');
    }
    escaped.push(c);
}

/// Whether viewers make a link of a word: addresses of pages and mails, names of people, numbers of issues.
fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    let is_issue = word.match_indices('#').any(|(at, _)| word[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    is_issue || word.contains('@') || ["://", "www.", "mailto:", "xmpp:"].iter().any(|part| word.contains(part))
}

/// A text as code: its marks are longer than every run of backticks in it.
#[must_use]
pub(crate) fn code(text: &str, within: Within) -> String {
    let mut text = visible(text).into_owned();
    if within == Within::Cell {
        // A backslash before a pipe is read in two ways.
        text = text.replace("\\|", "\\u{5c}|").replace('|', "\\|");
    }
    let marks = "`".repeat(longest_run(&text) + 1);
    let pads = text.starts_with('`') || text.ends_with('`') || (text.starts_with(' ') && text.ends_with(' '));
    let pad = if pads || text.is_empty() { " " } else { "" };
    format!("{marks}{pad}{text}{pad}{marks}")
}

/// A sentence of ours, in which names stand between backticks: they become code, the rest stays text.
#[must_use]
pub(crate) fn sentence(text: &str, within: Within) -> String {
    let part = |(i, part): (usize, &str)| match i % 2 {
        1 if part.is_empty() => String::new(),
        1 => code(part, within),
        _ => escape(part),
    };
    text.split('`').enumerate().map(part).collect()
}

/// Lines of code: the fence is longer than every run of backticks in them.
pub(crate) fn fenced(language: &str, lines: &str) -> String {
    let fence = "`".repeat(longest_run(lines).max(2) + 1);
    format!("{fence}{language}\n{lines}\n{fence}\n")
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_no_structure_and_no_links() {
        for (text, escaped) in [
            ("p95_wait <b>|x", "p95\\_wait \\<b\\>\\|x"),
            ("[c](javascript:x)\n# H", "\\[c\\](javascript:x)\\\\u{a}\\# H"),
            ("see https://e.org/a|b, www.e.org", "see `https://e.org/a`\\|b, `www.e.org`"),
            ("ask @a or fix #12 or # 12", "ask `@a` or fix `#12` or \\# 12"),
            ("a`b@c", "``a`b@c``"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(code("a", Within::Line), "`a`");
        assert_eq!(code("a``b`", Within::Line), "``` a``b` ```");
        assert_eq!(code("a|b\\|c", Within::Cell), "`a\\|b\\u{5c}\\|c`");
        assert_eq!(code("", Within::Line), "`  `");
        assert_eq!(sentence("`a_b` is <x>: `c|d`", Within::Cell), "`a_b` is \\<x\\>: `c\\|d`");
        assert_eq!(fenced("sh", "a ```` b"), "`````sh\na ```` b\n`````\n");
    }
}
