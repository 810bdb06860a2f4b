//! What ends a command early, and the exit code that says so.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::experiment::StoreError;
use crate::report::{StoredError, WriteError};
use crate::scenario::ScenarioError;
use crate::untrusted::shown_path;

/// What ends a command early.
#[derive(Debug)]
pub(super) enum Failure {
    /// The scenario or the arguments are wrong; the text says where and how.
    Refused(String),
    /// No candidate meets every objective.
    Missed(String),
    /// There were not enough replications to decide.
    Undecided(String),
    /// A file could not be read.
    Unreadable { path: PathBuf, error: std::io::Error },
    /// A file could not be written.
    Unwritable(WriteError),
    /// Stored results could not be used.
    Unusable { path: PathBuf, error: StoredError },
    /// Units could not be stored or are in use.
    Store(StoreError),
    /// Something else that the environment did not allow.
    Environment(String),
}

impl Failure {
    /// 1: objectives are missed; 2: a wrong scenario or wrong arguments; 3: input or output failed; 4: undecided.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Missed(_) => ExitCode::from(1),
            Self::Refused(_) => ExitCode::from(2),
            Self::Undecided(_) => ExitCode::from(4),
            Self::Unreadable { .. }
            | Self::Unwritable(_)
            | Self::Unusable { .. }
            | Self::Store(_)
            | Self::Environment(_) => ExitCode::from(3),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(text) => f.write_str(text.trim_end()),
            Self::Unreadable { path, error } => write!(f, "error: cannot read `{}`: {error}", shown_path(path)),
            Self::Unwritable(error) => write!(f, "error: {error}"),
            Self::Unusable { path, error } => write!(f, "error: cannot use `{}`: {error}", shown_path(path)),
            Self::Store(error) => write!(f, "error: {error}"),
            Self::Missed(text) => write!(f, "missed: {text}"),
            Self::Undecided(text) => write!(f, "undecided: {text}"),
            Self::Environment(text) => write!(f, "error: {text}"),
        }
    }
}

impl From<ScenarioError> for Failure {
    fn from(error: ScenarioError) -> Self {
        match error {
            ScenarioError::Unreadable { path, error } => Self::Unreadable { path, error },
            ScenarioError::Invalid(text) => Self::Refused(text),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::Unwritable(error)
    }
}
