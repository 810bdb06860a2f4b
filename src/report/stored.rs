//! `results.json`: everything that was found, for drawing pictures again and for comparing runs.

use std::fmt;
use std::io::{self, BufWriter, Write};

use serde::{Deserialize, Serialize};

use super::seal;
use crate::experiment::Results;

/// The format of this file; raised whenever older programs could not read a new file, or newer ones an old file.
const FORMAT: u32 = 3;

/// Read first, so that a file of another version is told from a damaged one.
#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Deserialize)]
struct Body {
    results: Results,
}

/// Why stored results, or a part of them, cannot be used.
#[derive(Debug)]
pub enum StoredError {
    /// The text is no JSON of this shape.
    Damaged(serde_json::Error),
    /// It was written in another format.
    OtherFormat(u32),
    /// There is no hash at its end.
    NoSeal,
    /// It does not have the hash that stands at its end.
    Altered,
    /// `results.json` and `manifest.json` are of different runs.
    Mixed,
    /// Another program made it.
    OtherProgram {
        /// Its version.
        version: String,
        /// The hash of its sources.
        sources: String,
    },
}

impl fmt::Display for StoredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What stands there is not told: a link may point to any file.
            Self::Damaged(error) => write!(
                f,
                "it does not hold the results of a run: line {}, column {} does not fit",
                error.line(),
                error.column()
            ),
            Self::NoSeal => f.write_str(
                "there is no hash at its end: it was cut short or damaged, or an earlier version of tailback wrote it; run the scenario \
                 again",
            ),
            Self::Altered => f.write_str(
                "its content does not have the hash at its end: it was damaged or changed after it was written; run the scenario again, \
                 or restore the file",
            ),
            Self::Mixed => f.write_str(
                "`manifest.json` beside it belongs to another run: the run that wrote it was interrupted, or one of the two was \
                 replaced; run the scenario again",
            ),
            Self::OtherProgram { version, sources } => write!(
                f,
                "it was made by tailback {version} (sources {sources}), and this is tailback {} (sources {}): use the program that made \
                 it, or run the part again with this one",
                env!("CARGO_PKG_VERSION"),
                env!("TAILBACK_SOURCES"),
            ),
            Self::OtherFormat(format) => write!(
                f,
                "it has format {format} and this version of tailback reads format {FORMAT}: run the scenario again, or use the version \
                 that `manifest.json` beside it names"
            ),
        }
    }
}

impl std::error::Error for StoredError {}

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
pub(super) fn write_stored_to(results: &Results, writer: &mut dyn Write) -> io::Result<String> {
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
pub(super) fn to_text(value: &impl Serialize) -> String {
    with_newline(serde_json::to_string_pretty(value))
}

fn with_newline(text: serde_json::Result<String>) -> String {
    #[expect(clippy::expect_used, reason = "fails only for maps without text keys and failing writers; there are none")]
    let mut text = text.expect("derived types with text keys serialise");
    text.push('\n');
    text
}
