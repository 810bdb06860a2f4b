//! `results.json`: everything that was found, for drawing pictures again and for comparing runs.

use std::io::{self, BufWriter, Write};

use serde::{Deserialize, Serialize};

use super::seal;
use super::stored_error::{FORMAT, StoredError};
use crate::experiment::Results;

/// Read first, so that a file of another version is told from a damaged one.
#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Deserialize)]
struct Body {
    results: Results,
}

/// The text of `results.json`: compact, with a final newline. Floats are written so that they are read back exactly.
#[must_use]
#[expect(clippy::expect_used, reason = "memory does not fail, and JSON is text")]
pub fn write_stored(results: &Results) -> String {
    let mut text = Vec::new();
    write_stored_to(results, &mut text).expect("memory takes all results");
    String::from_utf8(text).expect("JSON is text")
}

/// Writes `results.json`, which may be large; the hash of all of it.
///
/// # Errors
/// What the writer says.
pub(in crate::report) fn write_stored_to(results: &Results, writer: &mut dyn Write) -> io::Result<String> {
    // Pieces of JSON are short, and hashing likes long ones.
    let mut json = BufWriter::with_capacity(1 << 16, seal::Sealing::new(writer));
    write!(json, "{{\"format\":{FORMAT},\"results\":")?;
    serde_json::to_writer(&mut json, results)?;
    json.into_inner().map_err(io::IntoInnerError::into_error)?.end()
}

/// Reads the text of `results.json`.
///
/// # Errors
/// [`StoredError`] when it is damaged, of another format or not as it was written.
pub fn read_stored(text: &str) -> Result<Results, StoredError> {
    let header: Header = serde_json::from_str(text).map_err(StoredError::Damaged)?;
    if header.format != FORMAT {
        return Err(StoredError::OtherFormat(header.format));
    }
    seal::check(text)?;
    let body: Body = serde_json::from_str(text).map_err(StoredError::Damaged)?;
    Ok(body.results)
}

/// Indented JSON with a final newline.
pub(in crate::report) fn to_text(value: &impl Serialize) -> String {
    with_newline(serde_json::to_string_pretty(value))
}

fn with_newline(text: serde_json::Result<String>) -> String {
    #[expect(clippy::expect_used, reason = "fails only for maps without text keys and failing writers; there are none")]
    let mut text = text.expect("derived types with text keys serialise");
    text.push('\n');
    text
}
