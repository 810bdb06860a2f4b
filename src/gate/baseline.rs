//! The baseline: the figures of a run that was agreed on, in a small text file that is committed beside the scenarios.
//!
//! TOML, every figure a table of its own with the value of each replication, rounded to six digits, so that a change shows in a
//! diff as the change of a figure and two runs can be compared replication by replication.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::experiment::{ComparedFigure, PointResult, Results, ScopeKind, ScopeName};

/// The format of the file.
const FORMAT: u32 = 1;
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
    /// Version of Tailback that made them.
    pub version: String,
    /// Master seed.
    pub seed: u64,
    /// The points without sweep, by the name of the alternative.
    pub points: BTreeMap<String, RecordedPoint>,
}

/// The figures of one design point.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPoint {
    /// Replications made.
    pub replications: u32,
    /// Hash of the trajectories of all replications.
    pub fingerprint: String,
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
        let baseline: Self = toml::from_str(text).map_err(|error| BaselineError(error.to_string()))?;
        if baseline.format != FORMAT {
            let found = baseline.format;
            return Err(BaselineError(format!("it has format {found}; this version reads format {FORMAT}\n")));
        }
        for (name, scenario) in &baseline.scenarios {
            for (alternative, point) in &scenario.points {
                for (figure, recorded) in &point.figures {
                    if !recorded.fits(point.replications) {
                        let place = format!("`scenarios.{name}.points.{alternative}`, `{figure}`");
                        let (found, all) = (recorded.values.len() + recorded.without.len(), point.replications);
                        return Err(BaselineError(format!(
                            "{place}: {found} values (with those in `without`) for {all} replications, or one that is not finite\n"
                        )));
                    }
                }
            }
        }
        Ok(baseline)
    }

    /// Its text.
    ///
    /// # Panics
    /// Never: everything in it can be written as TOML.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{HEAD}{}", toml::to_string(self).expect("a baseline is TOML"))
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

    /// Puts the figures of a run in the place of those of the same scenario.
    pub fn record(&mut self, results: &Results) {
        self.scenarios.insert(results.name.clone(), Recorded::of(results));
    }
}

impl Recorded {
    fn of(results: &Results) -> Self {
        let points = results.points.iter().filter(|point| point.sweep.is_empty()).map(|point| {
            let figures = compared(point);
            let recorded = figures.iter().filter_map(|figure| Some((figure_name(figure), RecordedFigure::of(figure)?)));
            let point_recorded = RecordedPoint {
                replications: point.replications,
                fingerprint: point.fingerprint.clone(),
                figures: recorded.collect(),
            };
            (point.alternative.clone(), point_recorded)
        });
        Self { version: results.version.clone(), seed: results.seed, points: points.collect() }
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

/// The figures of a point; a metric that an objective measures too, as `p95(wait)` does `wait_p95`, only once.
pub(super) fn compared(point: &PointResult) -> Vec<ComparedFigure<'_>> {
    let all = ComparedFigure::all_of(point);
    let measured = |figure: &ComparedFigure<'_>| {
        let (quantity, statistic) = figure.metric.split_once('_').unwrap_or_default();
        let written = format!("{statistic}({quantity})");
        all.iter().any(|other| other.measure.is_some() && other.scope == figure.scope && other.metric == written)
    };
    all.iter().filter(|figure| figure.measure.is_some() || !measured(figure)).copied().collect()
}

/// To six digits: what a file shows, and what both sides of a comparison are rounded to.
pub(super) fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// Such as `class mail: wait_p95` or `all: backlog_max`.
pub(super) fn figure_name(figure: &ComparedFigure<'_>) -> String {
    let ScopeName { kind, name } = figure.scope;
    let whom = match kind {
        ScopeKind::All => "all".to_owned(),
        kind => format!("{} {name}", format!("{kind:?}").to_lowercase()),
    };
    format!("{whom}: {}", figure.metric)
}
