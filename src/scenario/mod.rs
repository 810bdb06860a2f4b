//! The scenario language: text in, a valid [`Study`] or all problems at once out.

use std::path::{Path, PathBuf};

use crate::model::Study;

/// A scenario that was read and understood.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it asks for.
    pub study: Study,
    /// Its text as read.
    pub text: String,
    /// The base case as TOML with every default filled in.
    pub effective: String,
}

/// What the command line lays over a scenario.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overrides {
    /// `path=value`, in order; the value is TOML, or a bare string.
    pub set: Vec<String>,
    /// Replaces `run.replications`.
    pub replications: Option<u32>,
    /// Replaces `run.seed`.
    pub seed: Option<u64>,
    /// Only these alternatives (`base` among them); empty: all.
    pub only: Vec<String>,
}

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

/// Reads a scenario file.
///
/// # Errors
/// [`ScenarioError`] when it cannot be read or is wrong.
pub fn load(_path: &Path, _overrides: &Overrides) -> Result<Scenario, ScenarioError> {
    todo!()
}

/// Reads a scenario from text; `name` is shown in messages and its stem names the study; files that it names are sought
/// beside it.
///
/// # Errors
/// [`ScenarioError`] when it is wrong, or when a trace it names cannot be read.
pub fn parse(_name: &Path, _text: &str, _overrides: &Overrides) -> Result<Scenario, ScenarioError> {
    todo!()
}
