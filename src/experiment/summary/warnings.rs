//! What a reader must know before trusting the figures: each warning gives its number, why it matters and a remedy.

use super::lost::{LostJobs, lost_jobs};
use super::words::percent;
use crate::experiment::results::{MissingEvent, PointResult, Verdict, Warning};
use crate::metric::{Metric, ScopeKind};
use crate::model::{FoundWarmup, Settings, Warmup};
use crate::units::human_count;

/// A pool busier than this had no reserve all run long.
const OVERLOAD: f64 = 0.99;
/// Unfinished jobs matter from this share of the jobs created.
const MANY_LEFT: f64 = 0.01;
/// Jobs beyond a percentile below which it says little.
const THIN_TAIL: f64 = 10.0;
/// With fewer replications, intervals are wide and their level is doubtful for skewed figures.
const FEW_REPLICATIONS: u32 = 5;

/// The kinds of warnings and the sentence each gives.
#[derive(Clone, PartialEq, Debug)]
enum Kind {
    Overload { pool: String, utilisation: f64 },
    JobsLeft { unfinished: f64, share: f64 },
    ThinTail { class: String, per_replication: f64 },
    WideInterval { objective: String, scope: String, replications: f64 },
    FewReplications { replications: u32 },
    MissingEvent { event: String, probability: f64 },
    OneObservation,
    LostJobs(LostJobs),
    Unsettled,
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Overload { .. } => "overload",
            Self::JobsLeft { .. } => "jobs-left",
            Self::ThinTail { .. } => "thin-tail",
            Self::WideInterval { .. } => "wide-interval",
            Self::FewReplications { .. } => "few-replications",
            Self::MissingEvent { .. } => "missing-event",
            Self::OneObservation => "one-observation",
            Self::LostJobs(_) => "lost-jobs",
            Self::Unsettled => "unsettled",
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Overload { pool, utilisation } => format!(
                "pool `{pool}` was busy {:.1} % of the time: its backlog grows as long as the load lasts; add workers or shorten the load",
                100.0 * utilisation
            ),
            Self::JobsLeft { unfinished, share } => format!(
                "{} jobs ({:.1} % of those created) were unfinished at the end; their waits were followed for up to as long again, but counts and the \
                backlog are those at the end; a longer `run.horizon` shows the rest",
                human_count(*unfinished),
                100.0 * share
            ),
            Self::ThinTail { class, per_replication } => format!(
                "`{class}` has {} jobs a replication: its p99 rests on fewer than {THIN_TAIL} jobs each; compare its p95, or lengthen the run",
                human_count(*per_replication)
            ),
            Self::WideInterval { objective, scope, replications } => format!(
                "`{objective}` of {scope} is undecided: its interval contains the bound; about {} replications would decide it",
                human_count(*replications)
            ),
            Self::FewReplications { replications: 1 } => {
                "one replication gives no confidence interval; use `run.replications` of 20 or more".into()
            }
            Self::FewReplications { replications } => {
                format!("{replications} replications give wide intervals; use `run.replications` of 20 or more")
            }
            Self::MissingEvent { event, probability } => format!(
                "no figure contains what happens when {event}: it does in {} of the replications, but in fewer than two of those made; \
                `tailback check` and `run.precision` add such replications",
                percent(*probability)
            ),
            Self::OneObservation => {
                "nothing is random: a recorded trace is replayed, so all replications are one observation of that time; intervals say \
                nothing about other days"
                    .into()
            }
            Self::LostJobs(LostJobs { class, lost, share, how }) => format!(
                "{} `{class}` jobs a replication ({:.1} % of those created) are lost ({how}): they are above every bound in shares and \
                percentiles; means are over the jobs that started or finished",
                human_count(*lost),
                100.0 * share
            ),
            Self::Unsettled => {
                "the jobs in the system of some design point do not settle in the first half of the run, so that MSER-5 finds no warm-up to \
                be trusted; lengthen `run.horizon`, or state `run.warmup`"
                    .into()
            }
        }
    }
}

/// All warnings, one for each text, with the alternatives it concerns.
pub(in crate::experiment) fn warnings(points: &[PointResult], settings: &Settings) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    let mut add = |kind: &Kind, alternative: &str| {
        let text = kind.text();
        match warnings.iter_mut().find(|warning| warning.text == text) {
            Some(warning) => warning.alternatives.push(alternative.into()),
            None => warnings.push(Warning { kind: kind.name().into(), alternatives: vec![alternative.into()], text }),
        }
    };
    for point in points.iter().filter(|point| point.sweep.is_empty()) {
        let kinds = overloads(point).chain(jobs_left(point)).chain(wide_intervals(point)).chain(thin_tails(point));
        let kinds = kinds.chain(lost_jobs(point).map(Kind::LostJobs)).chain(missing_events(point));
        let kinds = kinds.chain(point.is_one_observation.then_some(Kind::OneObservation));
        kinds.for_each(|kind| add(&kind, &point.alternative));
    }
    // More replications of what is one observation are no more observations.
    let fewest = points.iter().filter(|point| !point.is_one_observation).map(|point| point.replications).min();
    if let Some(replications) = fewest.filter(|&fewest| fewest < FEW_REPLICATIONS) {
        add(&Kind::FewReplications { replications }, "base");
    }
    if matches!(settings.warmup, Warmup::Found(FoundWarmup { settled: false, .. })) {
        add(&Kind::Unsettled, "base");
    }
    warnings
}

fn mean_of_all(point: &PointResult, metric: Metric) -> Option<f64> {
    point.metric_of_all(metric)?.estimate.map(|estimate| estimate.mean)
}

fn overloads(point: &PointResult) -> impl Iterator<Item = Kind> {
    let utilisations =
        point.metrics.iter().filter(|m| m.scope.kind == ScopeKind::Pool && m.metric == Metric::Utilisation);
    utilisations.filter_map(|metric| {
        let utilisation = metric.estimate?.mean;
        (utilisation > OVERLOAD).then(|| Kind::Overload { pool: metric.scope.name.clone(), utilisation })
    })
}

fn jobs_left(point: &PointResult) -> impl Iterator<Item = Kind> {
    let left = || {
        let unfinished = mean_of_all(point, Metric::Unfinished)?;
        let share = unfinished / mean_of_all(point, Metric::Created).filter(|&created| created > 0.0)?;
        (share > MANY_LEFT).then_some(Kind::JobsLeft { unfinished, share })
    };
    left().into_iter()
}

fn missing_events(point: &PointResult) -> impl Iterator<Item = Kind> {
    point.missing_events.iter().map(|MissingEvent { event, probability }| Kind::MissingEvent {
        event: event.clone(),
        probability: *probability,
    })
}

/// Only where somebody asked for a p99 or higher.
fn thin_tails(point: &PointResult) -> impl Iterator<Item = Kind> {
    let asked = point.objectives.iter().filter(|objective| objective.metric.starts_with("p99"));
    asked.filter_map(|objective| {
        let per_replication = point.estimate(objective.scope.key(), Metric::Created)?.mean;
        (per_replication * 0.01 < THIN_TAIL)
            .then(|| Kind::ThinTail { class: objective.scope.name.clone(), per_replication })
    })
}

/// The half-width shrinks with the root of the replications.
fn wide_intervals(point: &PointResult) -> impl Iterator<Item = Kind> {
    let undecided = point.objectives.iter().filter(|objective| objective.verdict == Verdict::Undecided);
    undecided.filter_map(|objective| {
        let estimate = objective.estimate?;
        let half_width = (estimate.high? - estimate.low?) / 2.0;
        let distance = (estimate.mean - objective.bound).abs();
        (distance > 0.0 && half_width > distance).then(|| Kind::WideInterval {
            objective: objective.text.clone(),
            scope: objective.scope.name.clone(),
            replications: (f64::from(estimate.count) * (half_width / distance).powi(2)).ceil(),
        })
    })
}
