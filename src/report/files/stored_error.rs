//! Why what was stored cannot be used.

use std::fmt;

/// The format of `results.json`; raised whenever older programs could not read a new file, or newer ones an old file.
pub(in crate::report) const FORMAT: u32 = 3;

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
