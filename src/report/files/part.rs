//! `part.json`: which part of which run plan the stored units beside it belong to, and all that is needed to join the parts: the
//! scenario and what the command line laid over it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::manifest::Origin;
use super::seal;
use super::stored_error::StoredError;
use crate::experiment::Shard;

/// The name of the file.
pub const PART_MANIFEST: &str = "part.json";

/// What a part of a run plan is a part of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartManifest {
    /// Version of Tailback that ran the part.
    pub version: String,
    /// Hash of its sources: results of others are never mixed.
    pub sources: String,
    /// The scenario.
    pub scenario: PartScenario,
    /// What the command line laid over it, such as `--set` and its value, one argument each.
    pub arguments: Vec<String>,
    /// Master seed.
    pub seed: u64,
    /// Replications of each design point.
    pub replications: u32,
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub parts: u32,
}

/// The scenario of a part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartScenario {
    /// Name of its file.
    pub file: String,
    /// The folder of the file, where traces that it names are sought.
    pub folder: String,
    /// Hash of its text.
    pub blake3: String,
    /// Its text.
    pub text: String,
}

/// Read first, so that a part of another version is told from a damaged one.
#[derive(Deserialize)]
struct Program {
    version: String,
    sources: String,
}

impl PartManifest {
    /// The manifest of a part of the study of this origin, read from `folder`.
    #[must_use]
    pub fn new(origin: &Origin, folder: &Path, (seed, replications): (u64, u32), shard: Shard) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sources: env!("TAILBACK_SOURCES").to_owned(),
            scenario: PartScenario {
                file: origin.file.clone(),
                folder: folder.display().to_string(),
                blake3: seal::hash(&origin.text),
                text: origin.text.clone(),
            },
            arguments: origin.arguments.clone(),
            seed,
            replications,
            part: shard.part(),
            parts: shard.parts(),
        }
    }

    /// The text of `part.json`.
    #[must_use]
    pub fn to_text(&self) -> String {
        seal::sealed(&super::stored::to_text(self))
    }

    /// Reads the text of `part.json`.
    ///
    /// # Errors
    /// [`StoredError`] when it is damaged or not as it was written, or when another program made the part, whose results may differ in any bit.
    pub fn from_text(text: &str) -> Result<Self, StoredError> {
        let Program { version, sources } = serde_json::from_str(text).map_err(StoredError::Damaged)?;
        if (version.as_str(), sources.as_str()) != (env!("CARGO_PKG_VERSION"), env!("TAILBACK_SOURCES")) {
            return Err(StoredError::OtherProgram { version, sources });
        }
        seal::check(text)?;
        serde_json::from_str(text).map_err(StoredError::Damaged)
    }

    /// Where it came from, with the `defaults` that reading its scenario gives.
    #[must_use]
    pub fn origin(&self, defaults: Vec<(String, String)>) -> Origin {
        let PartScenario { file, text, .. } = &self.scenario;
        Origin { file: file.clone(), text: text.clone(), arguments: self.arguments.clone(), defaults }
    }
}
