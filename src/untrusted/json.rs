//! JSON for a terminal or a log: the same values, with what a terminal or a runner would act on as escapes of JSON.

use std::borrow::Cow;
use std::fmt::Write;

use super::visible::is_hidden;

/// JSON with the same meaning and nothing hidden in it. Runners of CI take `##[` anywhere in a line for a command.
#[must_use]
pub fn harmless_json(json: &str) -> Cow<'_, str> {
    let is_meant = |c: char| is_hidden(c) && c != '\n';
    if !json.contains(is_meant) && !json.contains("##") {
        return Cow::Borrowed(json);
    }
    let mut harmless = String::with_capacity(json.len() + 16);
    for (at, c) in json.char_indices() {
        if is_meant(c) || json[at..].starts_with("##") {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(harmless, "\\u{unit:04x}");
            }
        } else {
            harmless.push(c);
        }
    }
    Cow::Owned(harmless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_what_they_are() {
        let value = serde_json::json!({ "a\u{202e}\u{1b}": "##[error]\u{9b}\u{e0001}\u{feff}x\n" });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let harmless = harmless_json(&text);
        assert!(!harmless.contains("##") && harmless.chars().all(|c| c == '\n' || !is_hidden(c)), "{harmless}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&harmless).unwrap(), value);
    }
}
