//! Why a scenario was not understood.

use std::fmt;
use std::path::PathBuf;

use crate::untrusted::shown_path;

/// Why a scenario was not understood.
#[derive(Debug)]
pub enum ScenarioError {
    /// It could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It has problems; all of them, rendered with file, line, column, caret and help. Without colour.
    Invalid(String),
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => write!(f, "cannot read {}: {error}", shown_path(path)),
            Self::Invalid(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ScenarioError {}
