//! Paths of values, such as `jobs."mail.v2".tenants`: how the keys of TOML are written and read. What is written here can be pasted
//! into a scenario, a sweep or `--set`.

use crate::untrusted::is_hidden;

/// Whether a key stands in a path without quotes.
#[must_use]
pub fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// A key as it is written in TOML: in quotes where it needs them.
#[must_use]
pub fn written_key(key: &str) -> String {
    if is_bare(key) { key.to_owned() } else { quoted(key) }
}

/// A path as it is written in TOML.
#[must_use]
pub fn written_path<T: AsRef<str>>(path: impl IntoIterator<Item = T>) -> String {
    path.into_iter().map(|key| written_key(key.as_ref())).collect::<Vec<_>>().join(".")
}

/// A text as a TOML basic string.
#[must_use]
pub fn quoted(text: &str) -> String {
    let escape = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if is_hidden(c) && c as u32 > 0xffff => format!("\\U{:08X}", c as u32),
        c if is_hidden(c) => format!("\\u{:04X}", c as u32),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

/// The text of a quoted part at the start of `text`, in either kind of TOML's quotes, and how long it is with its quotes; `None`:
/// there is none, or nothing closes it.
#[must_use]
pub fn unquoted(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut found = String::new();
    let mut rest = text.char_indices().skip(1);
    while let Some((at, c)) = rest.next() {
        match c {
            c if c == quote => return Some((found, at + 1)),
            '\\' if quote == '"' => found.push(escaped(&mut rest)?),
            c => found.push(c),
        }
    }
    None
}

/// The character behind a backslash: itself, or the one of a number in four or eight hexadecimal digits.
fn escaped(rest: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let digits = match rest.next()?.1 {
        'u' => 4,
        'U' => 8,
        c => return Some(c),
    };
    let number = rest.take(digits).try_fold(0, |number, (_, c)| Some(number * 16 + c.to_digit(16)?))?;
    char::from_u32(number)
}

/// The keys of a path as [`written_path`] writes it; a place in a list, such as `[2]`, stays with its key.
#[must_use]
pub fn path_keys(path: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut at = 0;
    while let Some(c) = path[at..].chars().next() {
        if let Some((part, length)) = unquoted(&path[at..]) {
            keys.last_mut().into_iter().for_each(|key| key.push_str(&part));
            at += length;
            continue;
        }
        at += c.len_utf8();
        match c {
            '.' => keys.push(String::new()),
            c => keys.last_mut().into_iter().for_each(|key| key.push(c)),
        }
    }
    keys
}

/// Whether a path leads through an item of a list, such as `dispatchers.d.outages[2].from`.
#[must_use]
pub fn leads_into_list(path: &str) -> bool {
    let mut at = 0;
    while let Some(c) = path[at..].chars().next() {
        match unquoted(&path[at..]) {
            Some((_, length)) => at += length,
            None if c == '[' => return true,
            None => at += c.len_utf8(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_quotes_where_they_need_them() {
        assert_eq!(written_path(["jobs", "mail-2", "size"]), "jobs.mail-2.size");
        assert_eq!(written_path(["jobs", "it's \"new\"", "a.b"]), "jobs.\"it's \\\"new\\\"\".\"a.b\"");
        assert_eq!(written_key(""), "\"\"");
    }

    #[test]
    fn a_written_path_is_read_back() {
        for path in [vec!["a", "b.c", "d"], vec!["it's \"new\\", ".", "\\"], vec!["jobs", "wörk ers"], vec!["a"]] {
            assert_eq!(path_keys(&written_path(&path)), path);
        }
        assert_eq!(path_keys("a.'b.c'.d[2]"), ["a", "b.c", "d[2]"]);
        assert_eq!(path_keys("a.\"caf\\u00e9\""), ["a", "café"]);
        assert!(leads_into_list("dispatchers.d.outages[2].kind") && !leads_into_list("jobs.\"a[2]\".queue"));
    }
}
