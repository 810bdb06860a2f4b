//! Text in which nothing is hidden: what a terminal, a viewer or a page would act on, or would not show, is written out.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// How a character begins that is written out.
const WRITTEN: &str = "\\u{";

/// Whether a character does something else than being seen: controls, marks that turn the direction of text, separators of lines, marks
/// without width (but the joiners that scripts need), tags, and what is no character.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{fdd0}'..='\u{fdef}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// The text with what is hidden written out, such as `\u{1b}`; a line break is `\u{a}`. Twice is as good as once.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_hidden) { Cow::Owned(written_out(text, |_, c| is_hidden(c))) } else { Cow::Borrowed(text) }
}

/// The same for names, which must stay apart: one that only looks written out already is another one. Not to be done twice.
#[must_use]
pub fn told_apart(name: &str) -> Cow<'_, str> {
    if !name.contains(WRITTEN) {
        return visible(name);
    }
    Cow::Owned(written_out(name, |at, c| is_hidden(c) || name[at..].starts_with(WRITTEN)))
}

/// A line for a terminal or a log: what is hidden is written out but for tabs, and no runner of CI takes it for a command. Twice is as
/// good as once.
#[must_use]
pub fn harmless_line(line: &str) -> Cow<'_, str> {
    let is_meant = |c: char| is_hidden(c) && c != '\t';
    let command = commands(line);
    if command.is_empty() && !line.contains(is_meant) {
        return Cow::Borrowed(line);
    }
    Cow::Owned(written_out(line, |at, c| is_meant(c) || command.contains(&at)))
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

/// A paragraph, such as a title, in one line: blanks and line breaks become one blank each.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\t']) {
        return visible(text);
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Cow::Owned(visible(&line).into_owned())
}

/// A path as a message names it.
#[must_use]
pub fn shown_path(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}

/// The beginning of a text, of at most `most` characters, with what is hidden written out.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &shown[..end]),
        None => shown.into_owned(),
    }
}

/// The text with the characters that are meant, by their place and themselves, as `\u{1b}`.
fn written_out(text: &str, is_meant: impl Fn(usize, char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        if is_meant(at, c) {
            let _ = write!(shown, "{WRITTEN}{:x}}}", c as u32);
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_written_out_and_texts_stay_apart() {
        for (text, shown) in [
            ("mail", "mail"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\nb\0\u{9b}\u{7f}", "a\\u{a}b\\u{0}\\u{9b}\\u{7f}"),
            ("\u{202e}abc\u{2066}\u{fffe}", "\\u{202e}abc\\u{2066}\\u{fffe}"),
            ("क्‍ष é 漢", "क्‍ष é 漢"),
        ] {
            assert_eq!(visible(text), shown);
            assert_eq!(visible(shown), shown);
        }
        assert_eq!(told_apart("\u{1b}"), "\\u{1b}");
        assert_eq!(told_apart("\\u{1b}"), "\\u{5c}u{1b}");
        assert_eq!(one_line("a\n  b\u{1b}"), "a b\\u{1b}");
        assert_eq!(excerpt("abcdef", 3), "abc...");
    }
}
