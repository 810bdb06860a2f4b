//! Results of a study over all replications: everything that tables and pictures show. Stored as `results.json`, from which the
//! pictures can be drawn again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sensitivity::SensitivityResult;
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

impl Results {
    /// The first step of the curves that lies after the warm-up: nothing before it counts.
    #[must_use]
    pub fn first_counted_step(&self) -> usize {
        libm::ceil(self.warmup_s / self.step_s - 1e-9) as usize
    }

    /// The fewest and the most replications of a design point.
    #[must_use]
    pub fn replications_made(&self) -> (u32, u32) {
        let made = || self.points.iter().map(|point| point.replications);
        (made().min().unwrap_or(self.replications), made().max().unwrap_or(self.replications))
    }
}

/// How MSER-5 found the warm-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WarmupResult {
    /// In how many replications of each design point it was sought.
    pub replications: u32,
    /// Whether every design point settles in the first half of the run.
    pub settled: bool,
}

/// The rule by which replications were added: batches that double, until every objective is decided or precise enough.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct PrecisionResult {
    /// Replications of the first batch.
    pub first: u32,
    /// The most replications of a design point.
    pub most: u32,
    /// Half-width, as a share of the mean, at which an objective needs no decision; `None`: only decisions count.
    pub half_width: Option<f64>,
    /// How often a design point is looked at, at most.
    pub looks: u32,
    /// The confidence at which each interval is taken, so that all looks together have the confidence of the results.
    pub look_confidence: f64,
}

/// A swept path and its values as written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AxisResult {
    /// Path, such as `pools.workers.size`.
    pub path: String,
    /// Values, such as `20` or `40/s`.
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
    pub metrics: Vec<Metric>,
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
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DayKind {
    /// What happens in them; `None`: nothing rare.
    pub event: Option<String>,
    /// The probability that a replication is of this kind, 0 to 1.
    pub probability: f64,
    /// Replications of this kind that were made.
    pub replications: u32,
}

/// A rare event that no figure contains.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MissingEvent {
    /// What could happen.
    pub event: String,
    /// The probability that it happens in a replication, 0 to 1.
    pub probability: f64,
}

/// What kind of thing a figure concerns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScopeKind {
    /// All jobs, or the whole system. The name is `all`.
    All,
    /// A job class.
    Class,
    /// A queue.
    Queue,
    /// A pool.
    Pool,
    /// A dispatcher.
    Dispatcher,
    /// A provider.
    Provider,
    /// A fault: an outage, a burst or a change, by its label.
    Fault,
    /// An alert.
    Alert,
    /// A response to an alert.
    Response,
}

/// What a figure concerns.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ScopeName {
    /// The kind of thing.
    pub kind: ScopeKind,
    /// Its name.
    pub name: String,
}

/// A figure of a design point over its replications.
///
/// Names: of a class and of all: `created`, `started`, `finished`, `unfinished` (jobs);
/// `wait_mean`, `wait_p50`, `wait_p90`, `wait_p95`, `wait_p99`, `wait_p99.9`, `wait_max` and the same of `queue_wait`, `staging_delay`
/// and `sojourn` (s; staging delay only where jobs are staged); `backlog_mean`, `backlog_max` (jobs), `backlog_hours` (job-hours), `backlog_peak_time` (s); `drain_time` (s,
/// also by fault). Of a queue: `depth_mean`, `depth_max`, `age_max`. Of a dispatcher: `staged_mean`, `staged_max`, `staged_age_max`.
/// Of a provider: `calls` (let in), `calls_in_progress` (mean), `utilisation` of its cap, if it has one, `waiting_hours` (h that workers were held
/// by jobs that waited to be let in).
/// Of an alert: `fired` (share of the replications in which it fired after the first fault began, or at all without faults),
/// `fired_after`, `resolved_after` (s, from the start of the first fault), `age_when_fired` (s, of the oldest job ready or staged),
/// `firings` (times, since the warm-up), `false_alarms` (times in 30 days of the same scenario without its faults). Of a response: `acted` (times),
/// `acted_after` (s). Of whom an objective on waits concerns: `most(wait > 30 s)`, for how long more than half of the jobs created wait longer
/// than it allows (s, in each replication by its curve). Of a pool and of all: `utilisation` (share), `busy_hours`, `idle_hours`, `worker_hours` (h), `cost`.
///
/// With a warm-up, jobs count that were created after it, and attempts, levels, peaks and drains after it.
///
/// Only of classes that can have them, and of all: attempts `failures` and `timed_out` (killed), `retries` planned; `requeues` (times that a job over its limit went back); jobs `dead` (no retry
/// left), `rejected` (full queue), `balked`, `dropped` (oldest of a full queue), `expired`, `abandoned`, `missed` (ticks of a
/// dispatcher that was down); `duplicates` (copies that became
/// ready beside a running one); `wasted_hours` (h) of worker time in attempts that finished no job; of a class also `retrying_mean`,
/// `retrying_max` (jobs that wait for the due time of a retry, or to go back to their queue; a part of the backlog), `prefetched_mean` and `prefetched_max` (jobs
/// that workers have taken in advance; a part of the backlog and not of a queue's depth). Every job that was created is finished,
/// unfinished, dead, rejected, balked, dropped, expired, abandoned or missed. Waits are those of jobs that were started, from creation to the
/// first start; sojourns those of jobs that were finished, from creation to the final finish. A job that was lost misses
/// every share within a bound that it has not met before.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Metric {
    /// What it concerns.
    pub scope: ScopeName,
    /// Its name, such as `wait_p95`.
    pub metric: String,
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

/// Whether an objective is met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The whole interval is on the good side of the bound.
    Met,
    /// The whole interval is on the bad side.
    Missed,
    /// The interval contains the bound: more replications are needed.
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settlement {
    /// Replications at the look from which on it was settled.
    pub replications: u32,
    /// Why it was settled.
    pub how: Settled,
}

/// Why an objective needs no more replications.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// It is met or missed.
    Decided,
    /// It is open, and its half-width is as small as was asked for.
    Precise,
    /// It is open because its value is only known from below, which more replications do not change.
    LowerBound,
}

/// A curve over time. Entry i is of the step that ends at `(i + 1) * step_s`.
///
/// Names: of a class and of all: `wait_mean`, `wait_p50`, `wait_p95`, `wait_p99` (s, by time of creation: the jobs created in the
/// step), `staged`, `ready`, `running` and, where it can happen, `prefetched` and `retrying` (jobs, mean over the step); of a queue: `depth`,
/// `age` (jobs, s, at the end of the step); of a dispatcher: `staged_depth`, `staged_age`; of a provider: `calls_in_progress`, `calls_waiting`; of an alert: `firing` (share of the step); of
/// a pool: `busy`, `available` (workers, mean over the step).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Curve {
    /// What it concerns.
    pub scope: ScopeName,
    /// Its name.
    pub metric: String,
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
    pub metric: String,
    /// Ascending, in seconds.
    pub x_s: Vec<f64>,
    /// Descending, from less than 1.
    pub share: Vec<f64>,
}

/// What a marker on the time axis stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkerKind {
    /// A dispatcher or a provider is down, or workers are taken away.
    Outage,
    /// A burst or batch of jobs.
    Burst,
    /// A change of workers, rates or service times.
    Change,
}

/// Something that happens at a known time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Marker {
    /// What it is.
    pub kind: MarkerKind,
    /// Its name for pictures, such as `canvas-driver-d2 down`.
    pub label: String,
    /// Start, in seconds.
    pub from_s: f64,
    /// End, in seconds; `None`: an instant, or until something happens.
    pub to_s: Option<f64>,
}

/// The paired difference of an alternative against the base: alternative minus base, replication by replication.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Difference {
    /// Name of the alternative.
    pub alternative: String,
    /// What the figure concerns.
    pub scope: ScopeName,
    /// Name of the metric.
    pub metric: String,
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

/// A warning: its number, why it matters, and a remedy.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Warning {
    /// Short stable name: `overload`, `wide-interval`, `thin-tail`, `jobs-left`, `few-replications`, `unsettled`,
    /// `trace-rows`.
    pub kind: String,
    /// The alternatives it concerns.
    pub alternatives: Vec<String>,
    /// The text.
    pub text: String,
}
