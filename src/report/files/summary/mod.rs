//! `summary.json`: everything but curves, distributions and the values of single replications, in a published schema.
//!
//! Types here are what the published format has otherwise than the results: estimates count replications, and the values of single
//! replications are left out. All others are those of the results, which carry their names in the schema.

mod convert;
mod sensitivity;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::experiment::{
    AxisResult, DayKind, Marker, MissingEvent, PrecisionResult, Results, Settlement, Verdict, WarmupResult, Warning,
};
use crate::metric::ScopeName;
use sensitivity::SummarySensitivity;

/// The format of this file; raised when a reader of the old one would be misled.
const FORMAT: u32 = 1;

/// Results of a Tailback run without curves, distributions and the values of single replications.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// Format of this file.
    pub format: u32,
    /// Version of Tailback that wrote it.
    pub version: String,
    /// Short name of the scenario.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The question it answers.
    pub question: Option<String>,
    /// The answer in words.
    pub answer: String,
    /// Where its facts come from.
    pub source: Option<String>,
    /// Wall-clock start with its time zone; null: no wall clock.
    pub start: Option<String>,
    /// Length of the simulated world in seconds.
    pub horizon_s: f64,
    /// Jobs created before this many seconds are left out of the metrics.
    pub warmup_s: f64,
    /// How the warm-up was found; null: it was stated.
    pub warmup_found: Option<WarmupResult>,
    /// Replications of each design point; with a rule of precision, those of the first batch.
    pub replications: u32,
    /// The rule by which replications were added; null: their number was fixed.
    pub precision: Option<PrecisionResult>,
    /// Master seed.
    pub seed: u64,
    /// Confidence of all intervals, 0 to 1.
    pub confidence: f64,
    /// Swept paths and their values.
    pub axes: Vec<AxisResult>,
    /// Whether the sweep has all combinations of these values.
    pub is_grid: bool,
    /// Job classes.
    pub classes: Vec<String>,
    /// Design points in the order of the plan: an alternative at a point of the sweep.
    pub points: Vec<SummaryPoint>,
    /// Paired differences of the alternatives against the base.
    pub differences: Vec<SummaryDifference>,
    /// The confidence at which the interval of each difference is taken, so that those of all alternatives hold together, for
    /// each figure, with the confidence of the results.
    pub difference_confidence: f64,
    /// What one number of the scenario after the other does to the outcomes; null: it was not asked for.
    pub sensitivity: Option<SummarySensitivity>,
    /// What a reader must know before trusting the figures.
    pub warnings: Vec<Warning>,
}

/// An alternative at a point of the sweep.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryPoint {
    /// Name of the alternative; `base` for the file as it stands.
    pub alternative: String,
    /// Its title.
    pub title: String,
    /// Swept values, one for each axis; empty for the point as the file stands.
    pub sweep: Vec<String>,
    /// What differs from the base: path to value as written.
    pub differences: BTreeMap<String, String>,
    /// Replications made.
    pub replications: u32,
    /// Objectives with their verdicts.
    pub objectives: Vec<SummaryObjective>,
    /// The numbers of the replications, if they are not the first ones: some were chosen because a rare event happens in them.
    pub directed: Vec<u32>,
    /// The kinds of replications that are told apart by the rare events that happen in them; empty if there is one kind.
    pub days: Vec<DayKind>,
    /// Rare events that can happen and did in fewer than two replications: no figure contains them.
    pub missing_events: Vec<MissingEvent>,
    /// Nothing is random: a recorded trace is replayed, so that all replications are one observation.
    pub is_one_observation: bool,
    /// Figures.
    pub metrics: Vec<SummaryMetric>,
    /// Outages, bursts and changes.
    pub markers: Vec<Marker>,
    /// Hash of the trajectories of all replications.
    pub fingerprint: String,
}

/// A mean over replications with its interval.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryEstimate {
    /// The mean.
    pub mean: f64,
    /// Lower end of the interval; null with fewer than two values.
    pub low: Option<f64>,
    /// Upper end of the interval; null with fewer than two values.
    pub high: Option<f64>,
    /// Replications that have a value.
    pub replications: u32,
}

/// A figure over replications.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryMetric {
    /// What it concerns.
    pub scope: ScopeName,
    /// Its name, such as `wait_p95`.
    pub metric: String,
    /// Its unit: `s`, `jobs`, `share`, `h`, `cost` or `times`.
    pub unit: String,
    /// The estimate; null: no replication has a value.
    pub estimate: Option<SummaryEstimate>,
    /// The value is only known to be at least this.
    pub at_least: bool,
    /// Jobs behind it in all replications; null where no jobs are counted.
    pub count: Option<u64>,
}

/// An objective with its measured value.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryObjective {
    /// As written.
    pub text: String,
    /// Whom it concerns.
    pub scope: ScopeName,
    /// The metric it measures.
    pub metric: String,
    /// Unit of value and bound.
    pub unit: String,
    /// Its bound.
    pub bound: f64,
    /// Whether larger values are better.
    pub larger_is_better: bool,
    /// The estimate; null: no replication has a value.
    pub estimate: Option<SummaryEstimate>,
    /// The value is only known to be at least this.
    pub at_least: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is undecided, or what must be known beside the verdict; null: nothing.
    pub reason: Option<String>,
    /// Of an objective by tenant, the tenant that decides, from 0; null: it is not by tenant.
    pub tenant: Option<u16>,
    /// The measure on each kind of day of the point, in their order; empty if there is one kind.
    pub by_day: Vec<Option<f64>>,
    /// With a rule of precision: since when no more replications were needed; null: more were needed than are allowed.
    pub settled: Option<Settlement>,
}

/// The paired difference of an alternative against the base.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryDifference {
    /// Name of the alternative.
    pub alternative: String,
    /// What it concerns.
    pub scope: ScopeName,
    /// Name of the metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Mean of the base.
    pub base: f64,
    /// Mean of the alternative.
    pub value: f64,
    /// Alternative minus base.
    pub estimate: SummaryEstimate,
    /// In words.
    pub words: String,
}

/// The text of `summary.json`, indented, with a final newline.
#[must_use]
pub fn write_summary(results: &Results) -> String {
    super::stored::to_text(&Summary::from(results))
}

/// The JSON Schema of `summary.json`, indented, with a final newline.
#[must_use]
pub fn summary_schema() -> String {
    super::stored::to_text(&schemars::schema_for!(Summary))
}
