//! Results as people see them: every name, title and value with what is hidden in it written out. The true ones stay in the JSON and CSV files.
//!
//! All pictures, pages and texts are made of this copy, so that none of them has to think of it. Names that differ still do.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;

use crate::experiment::Results;
use crate::model::Study;
use crate::untrusted::{is_hidden, one_line, told_apart};

/// What is prose, where line breaks mean a blank.
const PROSE: [&str; 3] = ["title", "question", "source"];

/// The results as they are shown; a copy only where something is hidden.
#[must_use]
pub fn shown(results: &Results) -> Cow<'_, Results> {
    let mut search = Search::default();
    let written = serde_json::to_writer(&mut search, results);
    if written.is_ok() && !search.found {
        return Cow::Borrowed(results);
    }
    let shown = serde_json::to_value(results).map(|value| written_out(value, "")).and_then(serde_json::from_value);
    #[expect(clippy::expect_used, reason = "results.json is read back by `plot` in the same way")]
    Cow::Owned(shown.expect("results are what they are written as"))
}

fn written_out(value: Value, key: &str) -> Value {
    match value {
        Value::String(text) if PROSE.contains(&key) => one_line(&text).into(),
        Value::String(text) => told_apart(&text).into(),
        Value::Array(values) => values.into_iter().map(|value| written_out(value, "")).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| {
                let value = written_out(value, &key);
                (told_apart(&key).into_owned(), value)
            })
            .collect(),
        other => other,
    }
}

/// Finds out whether some text in JSON may have something hidden in it.
#[derive(Default)]
struct Search {
    found: bool,
    is_escape: bool,
}

impl Write for Search {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for &byte in bytes {
            // An escape of a control, or a backslash that may begin what looks like one.
            self.found |= (self.is_escape && byte != b'"') || byte == 0x7f;
            self.is_escape = !self.is_escape && byte == b'\\';
        }
        // Texts come in whole pieces.
        self.found |= !bytes.is_ascii() && std::str::from_utf8(bytes).map_or(true, |text| text.contains(is_hidden));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The study as it is shown. Names in its model are plain.
#[must_use]
pub fn shown_study(study: &Study) -> Study {
    let mut shown = study.clone();
    let show = |text: &mut String| *text = told_apart(text).into_owned();
    let prose = |text: &mut String| *text = one_line(text).into_owned();
    prose(&mut shown.title);
    show(&mut shown.name);
    [&mut shown.question, &mut shown.source].into_iter().flatten().for_each(prose);
    for axis in &mut shown.axes {
        show(&mut axis.path);
        axis.values.iter_mut().for_each(show);
    }
    for point in &mut shown.points {
        prose(&mut point.title);
        point.sweep.iter_mut().for_each(show);
        let differences = std::mem::take(&mut point.differences);
        let shown = differences
            .into_iter()
            .map(|(path, value)| (told_apart(&path).into_owned(), told_apart(&value).into_owned()));
        point.differences = shown.collect();
    }
    shown
}
