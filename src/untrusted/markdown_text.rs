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

/// Before numbers of what a project has: issues, merge requests, epics, milestones, snippets; GitHub and GitLab make links of them.
const NUMBERED: [&str; 5] = ["#", "!", "&", "%", "$"];
/// What commits are named by.
const DIGITS_OF_COMMITS: std::ops::RangeInclusive<usize> = 7..=40;

/// Whether viewers make a link or a picture of a word: addresses of pages and mails, names of people, numbers of issues, commits, labels,
/// emoji. A backslash does not keep them from that: they look at the text behind it.
fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    let digit_follows = |at: usize| word[at..].starts_with(|c: char| c.is_ascii_digit());
    let begins = |at: usize| !word[..at].ends_with(char::is_alphanumeric);
    let is_numbered = |sign: &str| word.match_indices(sign).any(|(at, _)| digit_follows(at + sign.len()));
    let is_github = word.match_indices("gh-").any(|(at, sign)| begins(at) && digit_follows(at + sign.len()));
    let is_label = word.match_indices('~').any(|(at, _)| word[at + 1..].starts_with(char::is_alphanumeric));
    let is_commit = |part: &str| DIGITS_OF_COMMITS.contains(&part.len()) && part.chars().all(|c| c.is_ascii_hexdigit());
    word.contains('@')
        || is_label
        || is_github
        || NUMBERED.iter().any(|sign| is_numbered(sign))
        || word.split(|c: char| !c.is_alphanumeric()).any(is_commit)
        || has_emoji(&word)
        || ["://", "www.", "mailto:", "xmpp:"].iter().any(|part| word.contains(part))
}

/// Whether it has a name between colons. Of numbers, such as those of a clock, only two are names.
fn has_emoji(word: &str) -> bool {
    let is_name = |part: &str| {
        let fits = part.chars().all(|c| c.is_alphanumeric() || "_+-".contains(c));
        fits && (part.contains(|c: char| !c.is_ascii_digit()) || ["100", "1234"].contains(&part))
    };
    let parts: Vec<&str> = word.split(':').collect();
    let between = parts.get(1..parts.len() - 1).unwrap_or_default();
    between.iter().any(|part| !part.is_empty() && is_name(part))
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
            ("GH-1 (o/r#2) !3 %4 &5 gh-x high-1", "`GH-1` `(o/r#2)` `!3` `%4` `&5` gh-x high-1"),
            (
                "see 0123abc, 0123abcd-x and 0123ab or deadbeef.",
                "see `0123abc,` `0123abcd-x` and 0123ab or `deadbeef.`",
            ),
            (":tada: x:+1:, :100: 08:30:00 a::b a:b", "`:tada:` `x:+1:,` `:100:` 08:30:00 a::b a:b"),
            ("~bug ~ 99 %", "`~bug` \\~ 99 %"),
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
