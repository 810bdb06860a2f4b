//! Results of a study over all replications: everything that tables and pictures show. Stored as `results.json`, from which the
//! pictures can be drawn again.

mod access;
pub(in crate::experiment) mod sensitivity;

pub use sensitivity::{Bar, End, Outcome, SensitivityResult};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::metric::{CurveKind, Metric, Quantity, ScopeName};
use crate::stats::Estimate;

/// The results of a study.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Results {
    /// Version of Tailback that made them.
    pub version: String,
    /// Short name of the study.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The question it answers.
    pub question: Option<String>,
    /// Where its facts come from.
    pub source: Option<String>,
    /// Wall-clock start as RFC 9557 text with its time zone; `None`: no wall clock.
    pub start: Option<String>,
    /// Length of the simulated world in seconds.
    pub horizon_s: f64,
    /// Length of a curve step in seconds.
    pub step_s: f64,
    /// Jobs created before this are left out of the metrics, in seconds.
    pub warmup_s: f64,
    /// How the warm-up was found; `None`: it was stated.
    pub warmup_found: Option<WarmupResult>,
    /// Replications of each design point; with a rule of precision, those of the first batch.
    pub replications: u32,
    /// The rule by which replications were added; `None`: their number was fixed.
    pub precision: Option<PrecisionResult>,
    /// Master seed.
    pub seed: u64,
    /// Confidence of all intervals, 0 to 1; with a rule of precision, at whichever look it stopped.
    pub confidence: f64,
    /// Swept paths and their values.
    pub axes: Vec<AxisResult>,
    /// Whether the sweep has all combinations of these values.
    pub is_grid: bool,
    /// Names of all job classes of all points in their first order: a class keeps its place, and so its colour, in every picture.
    pub classes: Vec<String>,
    /// Design points in the order of the plan; the first is the base.
    pub points: Vec<PointResult>,
    /// Paired differences of each alternative (without sweep) against the base.
    pub differences: Vec<Difference>,
    /// The confidence at which the interval of each difference is taken, so that those of all alternatives hold together, for
    /// each figure, with the confidence of the results.
    pub difference_confidence: f64,
    /// What one number of the scenario after the other does to the outcomes; `None`: it was not asked for.
    pub sensitivity: Option<SensitivityResult>,
    /// What a reader must know before trusting the figures.
    pub warnings: Vec<Warning>,
}

/// How MSER-5 found the warm-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryWarmup")]
pub struct WarmupResult {
    /// In how many replications of each design point it was sought.
    pub replications: u32,
    /// Whether every design point settles in the first half of the run.
    pub settled: bool,
}

/// The rule by which replications were added: batches that double, until every objective is decided or precise enough.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryPrecision")]
pub struct PrecisionResult {
    /// Replications of the first batch.
    pub first: u32,
    /// The most replications of a design point.
    pub most: u32,
    /// Half-width, as a share of the mean, at which an objective needs no decision; null: only decisions count.
    pub half_width: Option<f64>,
    /// How often a design point is looked at, at most.
    pub looks: u32,
    /// The confidence at which each interval is taken, so that all looks together have the confidence of the results.
    pub look_confidence: f64,
}

/// A swept path and its values as written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryAxis")]
pub struct AxisResult {
    /// Path in the scenario.
    pub path: String,
    /// Values as written.
    pub values: Vec<String>,
}

/// The results of one design point.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PointResult {
    /// Name of the alternative; `base` for the file as it stands.
    pub alternative: String,
    /// Its title.
    pub title: String,
    /// Swept values as written, one for each axis; empty for the point as the file stands.
    pub sweep: Vec<String>,
    /// What differs from the base: path to value as written.
    pub differences: BTreeMap<String, String>,
    /// Replications made.
    pub replications: u32,
    /// The numbers of the replications, if they are not the first ones: some were chosen because a rare event happens in them.
    pub directed: Vec<u32>,
    /// The kinds of replications that are told apart by the rare events that happen in them; empty if there is one kind.
    pub days: Vec<DayKind>,
    /// Rare events that can happen and did in fewer than two replications: no figure contains them.
    pub missing_events: Vec<MissingEvent>,
    /// Nothing is random: a recorded trace is replayed, so that all replications are one observation.
    pub is_one_observation: bool,
    /// Figures, in the order of the report.
    pub metrics: Vec<MetricResult>,
    /// Objectives with their verdicts.
    pub objectives: Vec<ObjectiveResult>,
    /// Curves over time; empty for sweep points.
    pub curves: Vec<Curve>,
    /// Distributions beyond x; empty for sweep points.
    pub tails: Vec<Tail>,
    /// Outages, bursts and changes; empty for sweep points.
    pub markers: Vec<Marker>,
    /// Hash of the trajectories of all replications, in hexadecimal.
    pub fingerprint: String,
}

/// A kind of replications: those in which a rare event happens, or none does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryDayKind")]
pub struct DayKind {
    /// What happens in them; null: nothing rare.
    pub event: Option<String>,
    /// The probability that a replication is of this kind, 0 to 1.
    pub probability: f64,
    /// Replications of this kind that were made.
    pub replications: u32,
}

/// A rare event that no figure contains.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryMissingEvent")]
pub struct MissingEvent {
    /// What could happen.
    pub event: String,
    /// The probability that it happens in a replication, 0 to 1.
    pub probability: f64,
}

/// A figure of a design point over its replications.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MetricResult {
    /// What it concerns.
    pub scope: ScopeName,
    /// What is measured, such as `wait_p95`.
    pub metric: Metric,
    /// Its unit: `s`, `jobs`, `share`, `h`, `cost`, `times`.
    pub unit: String,
    /// Over the jobs of all replications for means and percentiles of times, else the mean of each replication's own value; `None`: none
    /// has a value (no job of this kind).
    pub estimate: Option<Estimate>,
    /// Some replication knows only that its value is larger: report it as `more than`.
    pub at_least: bool,
    /// Jobs behind it in all replications; `None` where no jobs are counted.
    pub count: Option<u64>,
    /// The value of each replication; `None` where it has none. Empty in the points of a sweep for metrics that nothing is compared by,
    /// which would take most of the memory of a large sweep.
    pub values: Vec<Option<f64>>,
}

/// What design points are compared by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FigureName {
    /// A metric.
    Metric(Metric),
    /// The measure of an objective as written, where no metric has that name.
    Measure(String),
}

/// Whether an objective is met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "SummaryVerdict")]
pub enum Verdict {
    /// The whole interval is on the good side of the bound.
    Met,
    /// The whole interval is on the bad side.
    Missed,
    /// The interval contains the bound.
    Undecided,
    /// No job to judge by.
    NoData,
}

/// An objective with its measured value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ObjectiveResult {
    /// As written, such as `share(wait <= 30s) >= 99%`.
    pub text: String,
    /// Whom it concerns.
    pub scope: ScopeName,
    /// The measure as written, such as `p99(wait)`.
    pub metric: String,
    /// Unit of value and bound.
    pub unit: String,
    /// Its bound.
    pub bound: f64,
    /// Whether larger values are better.
    pub larger_is_better: bool,
    /// The measured value over replications.
    pub estimate: Option<Estimate>,
    /// The value is only known to be larger.
    pub at_least: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// What each replication contributes: its own value, or of a statistic over jobs a value so that their mean is the estimate.
    pub values: Vec<Option<f64>>,
    /// Why it is undecided, or what must be known beside the verdict; `None`: nothing.
    pub reason: Option<String>,
    /// Of an objective by tenant, the tenant that decides, from 0.
    pub tenant: Option<u16>,
    /// What the trace of its class calls that tenant; `None`: it has no name.
    pub tenant_name: Option<String>,
    /// The measure on each kind of day of the point, in their order.
    pub by_day: Vec<Option<f64>>,
    /// With a rule of precision: since when no more replications were needed; `None`: more were needed than are allowed.
    pub settled: Option<Settlement>,
    /// When it is not met although it is over the whole run; `None`: at no time, or that was not sought.
    pub bad_hours: Option<BadHours>,
    /// From and up to when, in seconds since the start, most jobs created wait for longer than it allows, if that is one stretch and about
    /// as long as it is on average; `None`: it is not, or that was not sought.
    pub late_s: Option<(f64, f64)>,
}

/// When an objective that is met over the whole run is not.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BadHours {
    /// From and up to when, in seconds since the start, in the order of time. Of waits: of the jobs created then.
    pub stretches_s: Vec<(f64, f64)>,
    /// What is seen there, such as `p95 wait`.
    pub seen: String,
    /// The value farthest beyond the bound, of a step of the curves.
    pub worst: f64,
    /// Its unit.
    pub unit: String,
}

/// When an objective needed no more replications, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummarySettlement")]
pub struct Settlement {
    /// Replications at the look from which on it was settled.
    pub replications: u32,
    /// Why it was settled.
    pub how: Settled,
}

/// Why an objective needs no more replications.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "SummarySettled")]
pub enum Settled {
    /// It is met or missed.
    Decided,
    /// It is open, and its half-width is as small as was asked for.
    Precise,
    /// It is open because its value is only known from below, which more replications do not change.
    LowerBound,
}

/// A curve over time. Entry i is of the step that ends at `(i + 1) * step_s`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Curve {
    /// What it concerns.
    pub scope: ScopeName,
    /// What it tells.
    pub metric: CurveKind,
    /// Its unit: `s`, `jobs`, `workers`.
    pub unit: String,
    /// Mean over the replications that have a value.
    pub mean: Vec<Option<f64>>,
    /// Lower end of the interval.
    pub low: Vec<Option<f64>>,
    /// Upper end of the interval.
    pub high: Vec<Option<f64>>,
    /// From this step on some jobs behind it were unfinished at the horizon, so that it is a lower bound; `None`: nowhere.
    pub censored_from: Option<usize>,
}

/// The distribution of a time beyond x, over the jobs of all replications: `share[i]` of the jobs exceed `x_s[i]` seconds, and every time
/// up to `x_s[i + 1]`; all of them exceed what lies before `x_s[0]`. It ends with a share of 0 at the longest time, unless that is
/// known only from below.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Tail {
    /// What it concerns: a class or all.
    pub scope: ScopeName,
    /// The time: `wait` or `sojourn`.
    pub metric: Quantity,
    /// Ascending, in seconds.
    pub x_s: Vec<f64>,
    /// Descending, from less than 1.
    pub share: Vec<f64>,
}

/// What a marker stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "SummaryMarkerKind")]
pub enum MarkerKind {
    /// A dispatcher is down.
    Outage,
    /// A burst or batch of jobs.
    Burst,
    /// A change of workers, rates or service times.
    Change,
}

/// Something that happens at a known time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryMarker")]
pub struct Marker {
    /// What it is.
    pub kind: MarkerKind,
    /// Its name.
    pub label: String,
    /// Start in seconds.
    pub from_s: f64,
    /// End in seconds; null: an instant, or until something happens.
    pub to_s: Option<f64>,
}

/// The paired difference of an alternative against the base: alternative minus base, replication by replication.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Difference {
    /// Name of the alternative.
    pub alternative: String,
    /// What the figure concerns.
    pub scope: ScopeName,
    /// The metric, or the measure of an objective.
    pub metric: FigureName,
    /// Its unit.
    pub unit: String,
    /// The mean of the base over the paired replications.
    pub base: f64,
    /// The mean of the alternative over the paired replications.
    pub value: f64,
    /// The difference with its interval.
    pub estimate: Estimate,
    /// In words, such as `prioritised cuts the p95 wait of verification-mail by 1 h 10 min to 1 h 20 min`.
    pub words: String,
}

/// A warning.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryWarning")]
pub struct Warning {
    /// Short stable name.
    pub kind: String,
    /// The alternatives it concerns.
    pub alternatives: Vec<String>,
    /// The text.
    pub text: String,
}
