//! The baseline: the figures of a run that was agreed on, in a small text file that is committed beside the scenarios.
//!
//! TOML, every figure a table of its own with the value of each replication, rounded to six digits, so that a change shows in a
//! diff as the change of a figure and two runs can be compared replication by replication.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::figures::compared;
use super::meaning::{PointPromises, Promises, renewed};
use crate::experiment::{ComparedFigure, PointResult, Results};

/// The format of the file. Format 1 held neither objectives, horizon and warm-up nor figures of what comes after the start.
const FORMAT: u32 = 2;
/// The first line of the file.
const HEAD: &str = "# What `tailback check --baseline` compares with; `tailback check --update-baseline` writes it.\n";

/// The figures of one or more scenarios.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    format: u32,
    scenarios: BTreeMap<String, Recorded>,
}

/// The figures of one scenario.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// In format 1 the version and seed of all points.
    #[serde(default, skip_serializing)]
    version: Option<String>,
    #[serde(default, skip_serializing)]
    seed: Option<u64>,
    /// Hash of the points, as this version writes it; a file without it is taken as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blake3: Option<String>,
    /// The points without sweep, by the name of the alternative.
    pub points: BTreeMap<String, RecordedPoint>,
}

/// The figures of one design point. Each point says how it was made: `--alternative` renews one and leaves the others.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPoint {
    /// Version of Tailback that made them.
    #[serde(default)]
    pub version: String,
    /// Master seed.
    #[serde(default)]
    pub seed: u64,
    /// Length of the simulated world in seconds; `None`: format 1 did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_s: Option<f64>,
    /// Stated warm-up in seconds; `None`: it was found by the run, or format 1 did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmup_s: Option<f64>,
    /// Confidence of its intervals, 0 to 1; `None`: an earlier version did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Replications made.
    pub replications: u32,
    /// Their numbers, if they are not the first ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directed: Vec<u32>,
    /// Hash of the trajectories of all replications.
    pub fingerprint: String,
    /// What was promised.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objectives: PointPromises,
    /// The figures by whom they concern and what they are, such as `class mail: wait_p95`.
    pub figures: BTreeMap<String, RecordedFigure>,
}

/// A figure in every replication.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFigure {
    /// Its unit.
    pub unit: String,
    /// The mean over the replications that have a value, for readers of the file.
    pub mean: f64,
    /// Some replication knows only that its value is larger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// The replications (from 0) that have no value.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub without: BTreeSet<u32>,
    /// The values of the others, in their order.
    pub values: Vec<f64>,
}

/// A text that is no baseline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaselineError(String);

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BaselineError {}

impl Default for Baseline {
    fn default() -> Self {
        Self { format: FORMAT, scenarios: BTreeMap::new() }
    }
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// [`BaselineError`] when it is not TOML, of a newer format, or when its figures do not fit each other.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = toml::from_str(text).map_err(|error| BaselineError(place_of(text, &error)))?;
        if !(1..=FORMAT).contains(&baseline.format) {
            let found = baseline.format;
            return Err(BaselineError(format!("it has format {found}; this version reads formats 1 to {FORMAT}")));
        }
        for (name, scenario) in &baseline.scenarios {
            scenario.points.iter().try_for_each(|(alternative, point)| point.check((name, alternative)))?;
            scenario.check_hash(name)?;
        }
        Ok(baseline.renewed())
    }

    /// As if this version had written it.
    fn renewed(mut self) -> Self {
        self.format = FORMAT;
        for scenario in self.scenarios.values_mut() {
            let (version, seed) = (scenario.version.take(), scenario.seed.take());
            for point in scenario.points.values_mut() {
                point.version = version.clone().unwrap_or_else(|| std::mem::take(&mut point.version));
                point.seed = seed.unwrap_or(point.seed);
                let figures = std::mem::take(&mut point.figures);
                point.figures = figures.into_iter().map(|(name, figure)| (renewed(&name), figure)).collect();
            }
        }
        self
    }

    /// Its text.
    ///
    /// # Panics
    /// Never: everything in it can be written as TOML.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut sealed = self.clone();
        for (name, scenario) in &mut sealed.scenarios {
            scenario.blake3 = Some(scenario.hash(name));
        }
        format!("{HEAD}{}", toml::to_string(&sealed).expect("a baseline is TOML"))
    }

    /// The figures of a scenario.
    #[must_use]
    pub fn scenario(&self, name: &str) -> Option<&Recorded> {
        self.scenarios.get(name)
    }

    /// The names of the scenarios in it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.scenarios.keys().map(String::as_str)
    }

    /// Puts the figures of a run in the place of those of the same scenario; with names in `only`, of those alternatives alone.
    pub fn record(&mut self, results: &Results, promises: &Promises, only: &[String]) {
        let recorded = Recorded::of(results, promises);
        match self.scenarios.get_mut(&results.name) {
            Some(known) if !only.is_empty() => known.points.extend(recorded.points),
            _ => drop(self.scenarios.insert(results.name.clone(), recorded)),
        }
    }
}

impl Recorded {
    fn of(results: &Results, promises: &Promises) -> Self {
        let points = results.points.iter().filter(|point| point.sweep.is_empty()).map(|point| {
            let objectives = promises.get(&point.alternative).cloned().unwrap_or_default();
            (point.alternative.clone(), RecordedPoint::of(results, point, objectives))
        });
        Self { version: None, seed: None, blake3: None, points: points.collect() }
    }

    /// Of the points and the name of the scenario. Spaces and comments do not count.
    fn hash(&self, name: &str) -> String {
        let points = toml::to_string(&self.points).expect("points are TOML");
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes()).update(points.as_bytes());
        hasher.finalize().to_hex().to_string()
    }

    fn check_hash(&self, name: &str) -> Result<(), BaselineError> {
        match &self.blake3 {
            Some(hash) if *hash != self.hash(name) => Err(BaselineError(format!(
                "`scenarios.{name}` does not have the hash that it was written with: it was damaged, joined or changed by hand. Restore it, \
                 or record the scenario again\n"
            ))),
            _ => Ok(()),
        }
    }
}

impl RecordedPoint {
    fn of(results: &Results, point: &PointResult, objectives: PointPromises) -> Self {
        let figures = compared(point);
        let recorded = figures.iter().filter_map(|(name, figure)| Some((name.clone(), RecordedFigure::of(figure)?)));
        Self {
            version: results.version.clone(),
            seed: results.seed,
            horizon_s: Some(results.horizon_s),
            warmup_s: results.warmup_found.is_none().then_some(results.warmup_s),
            confidence: Some(results.confidence),
            replications: point.replications,
            directed: point.directed.clone(),
            fingerprint: point.fingerprint.clone(),
            objectives,
            figures: recorded.collect(),
        }
    }

    /// Whether it is of format 1.
    pub(super) fn is_old(&self) -> bool {
        self.horizon_s.is_none()
    }

    fn check(&self, (name, alternative): (&str, &str)) -> Result<(), BaselineError> {
        let Some((figure, recorded)) = self.figures.iter().find(|(_, figure)| !figure.fits(self.replications)) else {
            return Ok(());
        };
        let place = format!("`scenarios.{name}.points.{alternative}`, `{figure}`");
        let (found, all) = (recorded.values.len() + recorded.without.len(), self.replications);
        Err(BaselineError(format!(
            "{place}: {found} values (with those in `without`) for {all} replications, or one that is not finite"
        )))
    }
}

impl RecordedFigure {
    /// `None`: no replication has a value.
    fn of(figure: &ComparedFigure<'_>) -> Option<Self> {
        let values: Vec<f64> = figure.values.iter().flatten().map(|&value| rounded(value)).collect();
        let without = (0u32..).zip(figure.values).filter(|(_, value)| value.is_none()).map(|(i, _)| i).collect();
        let mean = rounded(values.iter().sum::<f64>() / values.len() as f64);
        let recorded = Self { unit: figure.unit.to_owned(), mean, at_least: figure.at_least, without, values };
        (!recorded.values.is_empty()).then_some(recorded)
    }

    /// Of a count that cannot be.
    pub(super) fn zeros(unit: &str, replications: u32) -> Self {
        let values = vec![0.0; replications as usize];
        Self { unit: unit.to_owned(), mean: 0.0, at_least: false, without: BTreeSet::new(), values }
    }

    fn fits(&self, replications: u32) -> bool {
        self.values.len() + self.without.len() == replications as usize
            && self.without.iter().all(|&i| i < replications)
            && self.values.iter().all(|value| value.is_finite())
    }

    /// The value of each replication.
    pub(super) fn by_replication(&self) -> Vec<Option<f64>> {
        let mut values = self.values.iter().copied();
        let all = self.values.len() + self.without.len();
        (0u32..).take(all).map(|i| if self.without.contains(&i) { None } else { values.next() }).collect()
    }
}

/// Where a text is no baseline. What stands there is not told: a link in a pull request may point to any file.
fn place_of(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    // Fields that are missing are ours; all else may quote the file.
    match error.message() {
        message if message.starts_with("missing field") => format!("line {line}: {message}"),
        _ => format!("line {line} does not fit"),
    }
}

/// To six digits: what a file shows, and what both sides of a comparison are rounded to.
pub(super) fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}
