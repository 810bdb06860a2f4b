//! Words for a shell.

use std::fmt::Write;

use super::visible::is_hidden;

/// A word for a POSIX shell: as it is if nothing in it needs quotes, and always in one line. What is hidden is written as `$'\x1b'`, which
/// bash, zsh, ksh and POSIX of 2024 know.
#[must_use]
pub fn shell_quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,%+@".contains(c);
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.contains(is_hidden) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut quoted = "$'".to_owned();
    for c in word.chars() {
        match c {
            '\\' | '\'' => quoted.extend(['\\', c]),
            // Three octal digits for each byte, so that no digit behind them counts.
            c if is_hidden(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            c => quoted.push(c),
        }
    }
    quoted + "'"
}

/// A path as a word for a shell, which no command takes for an option; `-` stays standard input.
#[must_use]
pub fn shell_path(path: &str) -> String {
    if path.starts_with('-') && path != "-" { shell_quoted(&format!("./{path}")) } else { shell_quoted(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_the_shell_would_take_them_apart() {
        assert_eq!(shell_quoted("a/b-1.toml"), "a/b-1.toml");
        assert_eq!(shell_quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_quoted(""), "''");
        assert_eq!(shell_quoted("=ls"), "'=ls'");
        assert_eq!([shell_path("-x"), shell_path("-"), shell_path("x")], ["./-x", "-", "x"]);
        assert_eq!(shell_quoted("a\n'b\\\u{202e}7"), r"$'a\012\'b\\\342\200\2567'");
    }
}
