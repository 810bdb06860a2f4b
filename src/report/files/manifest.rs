//! `manifest.json`: what made the files beside it, and how to make them again.
//!
//! Holds no time stamps, no folders and no number of threads: the same scenario, seed and version give the same bytes.

use serde::{Deserialize, Serialize};

use super::seal;
use super::stored_error::StoredError;
use crate::experiment::{PointResult, Results, Warning};
use crate::report::html::Portrait;

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
    results_blake3: &'a str,
    portrait_blake3: &'a str,
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

/// What a manifest says of the files beside it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stamps {
    /// The names of all files of the run.
    pub files: Vec<String>,
    /// Hash of `results.json`: results are only drawn with the manifest of their own run.
    pub results: String,
    /// Hash of what is drawn of the scenario, which changes with the traces that it names.
    pub portrait: String,
}

impl Stamps {
    /// Of a run with these files and this hash of its results.
    #[must_use]
    pub fn new(files: Vec<String>, results: String, portrait: &Portrait) -> Self {
        Self { files, results, portrait: portrait_stamp(portrait) }
    }
}

fn portrait_stamp(portrait: &Portrait) -> String {
    seal::hash(&format!("{portrait:?}"))
}

/// The text of `manifest.json`.
#[must_use]
pub fn write_manifest(results: &Results, origin: &Origin, stamps: &Stamps) -> String {
    let scenario = ScenarioCopy {
        file: &origin.file,
        blake3: seal::hash(&origin.text),
        text: &origin.text,
        defaults: &origin.defaults,
    };
    let text = super::stored::to_text(&Manifest {
        format: 2,
        version: &results.version,
        scenario,
        arguments: &origin.arguments,
        seed: results.seed,
        replications: results.replications,
        points: results.points.iter().map(PointMark::of).collect(),
        warnings: &results.warnings,
        files: &stamps.files,
        results_blake3: &stamps.results,
        portrait_blake3: &stamps.portrait,
    });
    seal::sealed(&text)
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

#[derive(Deserialize)]
struct StoredStamps {
    results_blake3: String,
    portrait_blake3: String,
}

/// What a manifest says of its run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// Where the study came from.
    pub origin: Origin,
    results: String,
    portrait: String,
}

impl Made {
    /// Whether `results` is the text of the `results.json` of this run.
    ///
    /// # Errors
    /// [`StoredError::Mixed`] when it is of another run.
    pub fn check_results(&self, results: &str) -> Result<(), StoredError> {
        if seal::hash(results) == self.results { Ok(()) } else { Err(StoredError::Mixed) }
    }

    /// Whether the scenario looks as it did in this run.
    #[must_use]
    pub fn is_portrait(&self, portrait: &Portrait) -> bool {
        portrait_stamp(portrait) == self.portrait
    }
}

/// Reads the text of `manifest.json`.
///
/// # Errors
/// [`StoredError`] when it is damaged, of an earlier version or not as it was written.
pub fn read_made(manifest: &str) -> Result<Made, StoredError> {
    let origin = read_origin(manifest)?;
    let StoredStamps { results_blake3, portrait_blake3 } =
        serde_json::from_str(manifest).map_err(StoredError::Damaged)?;
    Ok(Made { origin, results: results_blake3, portrait: portrait_blake3 })
}

/// Reads from the text of `manifest.json` where the study came from.
///
/// # Errors
/// [`StoredError`] when it is no manifest of this version, or not as it was written.
pub fn read_origin(manifest: &str) -> Result<Origin, StoredError> {
    seal::check(manifest)?;
    let StoredOrigin { scenario, arguments } = serde_json::from_str(manifest).map_err(StoredError::Damaged)?;
    let StoredScenario { file, text, defaults } = scenario;
    Ok(Origin { file, text, arguments, defaults })
}

#[derive(Deserialize)]
struct FileList {
    files: Vec<String>,
}

/// The files that a manifest names; empty when it is not one.
pub(in crate::report) fn files_of(manifest: &str) -> Vec<String> {
    serde_json::from_str::<FileList>(manifest).map(|list| list.files).unwrap_or_default()
}
