//! `manifest.json`: what made the files beside it, and how to make them again.
//!
//! Holds no time stamps, no folders and no number of threads: the same scenario, seed and version give the same bytes.

use serde::{Deserialize, Serialize};

use super::stored::StoredError;
use crate::experiment::{PointResult, Results, Warning};

/// Where a study came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Name of the scenario file, without its folder.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What the command line laid over it, such as `--seed 7`, one argument each.
    pub arguments: Vec<String>,
    /// Paths and values, as TOML, of what its base case leaves out.
    pub defaults: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    version: &'a str,
    scenario: ScenarioCopy<'a>,
    arguments: &'a [String],
    seed: u64,
    replications: u32,
    points: Vec<PointMark<'a>>,
    warnings: &'a [Warning],
    files: &'a [String],
}

#[derive(Serialize)]
struct ScenarioCopy<'a> {
    file: &'a str,
    blake3: String,
    text: &'a str,
    defaults: &'a [(String, String)],
}

#[derive(Serialize)]
struct PointMark<'a> {
    alternative: &'a str,
    sweep: &'a [String],
    replications: u32,
    fingerprint: &'a str,
}

impl<'a> PointMark<'a> {
    fn of(point: &'a PointResult) -> Self {
        Self {
            alternative: &point.alternative,
            sweep: &point.sweep,
            replications: point.replications,
            fingerprint: &point.fingerprint,
        }
    }
}

/// The text of `manifest.json`; `files` are the names of all files of the run.
#[must_use]
pub fn write_manifest(results: &Results, origin: &Origin, files: &[String]) -> String {
    let scenario = ScenarioCopy {
        file: &origin.file,
        blake3: blake3::hash(origin.text.as_bytes()).to_hex().to_string(),
        text: &origin.text,
        defaults: &origin.defaults,
    };
    super::stored::to_text(&Manifest {
        format: 1,
        version: &results.version,
        scenario,
        arguments: &origin.arguments,
        seed: results.seed,
        replications: results.replications,
        points: results.points.iter().map(PointMark::of).collect(),
        warnings: &results.warnings,
        files,
    })
}

#[derive(Deserialize)]
struct StoredOrigin {
    scenario: StoredScenario,
    arguments: Vec<String>,
}

#[derive(Deserialize)]
struct StoredScenario {
    file: String,
    text: String,
    defaults: Vec<(String, String)>,
}

/// Reads from the text of `manifest.json` where the study came from.
///
/// # Errors
/// [`StoredError::Damaged`] when it is no manifest of this version.
pub fn read_origin(manifest: &str) -> Result<Origin, StoredError> {
    let StoredOrigin { scenario, arguments } = serde_json::from_str(manifest).map_err(StoredError::Damaged)?;
    let StoredScenario { file, text, defaults } = scenario;
    Ok(Origin { file, text, arguments, defaults })
}

#[derive(Deserialize)]
struct FileList {
    files: Vec<String>,
}

/// The files that a manifest names; empty when it is not one.
pub(super) fn files_of(manifest: &str) -> Vec<String> {
    serde_json::from_str::<FileList>(manifest).map(|list| list.files).unwrap_or_default()
}
