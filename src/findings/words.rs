//! What several reports say of results in the same words.

use std::ops::ControlFlow;

use super::figures::{percent, whole_percent};
use crate::experiment::{Difference, FigureName, ObjectiveResult, PointResult, Results, ScopeName, Verdict};
use crate::metric::{Metric, ScopeKind};
use crate::units::{Human, human_seconds};

/// The design points that are not swept: the base, where it was run, and the alternatives as they stand.
pub(crate) fn plain_points(results: &Results) -> Vec<&PointResult> {
    results.points.iter().filter(|point| point.sweep.is_empty()).collect()
}

/// The base, where it was run.
pub(crate) fn base_point(results: &Results) -> Option<&PointResult> {
    plain_points(results).into_iter().find(|point| is_base(point))
}

/// Whether a point is the scenario as it stands.
pub(crate) fn is_base(point: &PointResult) -> bool {
    point.alternative == "base"
}

/// What a reader calls a scope: the name, with its kind only where that helps.
#[must_use]
pub fn scope_words(scope: &ScopeName) -> String {
    match scope.kind {
        ScopeKind::All => "all jobs".to_owned(),
        ScopeKind::Class => scope.name.clone(),
        ScopeKind::Queue => format!("queue {}", scope.name),
        ScopeKind::Pool => format!("pool {}", scope.name),
        ScopeKind::Dispatcher => format!("dispatcher {}", scope.name),
        ScopeKind::Provider => format!("provider {}", scope.name),
        ScopeKind::Fault => format!("after {}", scope.name),
        ScopeKind::Alert => format!("alert {}", scope.name),
        ScopeKind::Response => format!("response {}", scope.name),
    }
}

/// The verdict over all objectives of a point; `None` without objectives.
pub(crate) fn overall(point: &PointResult) -> Option<Verdict> {
    let worst = |worst, objective: &ObjectiveResult| match (worst, objective.verdict) {
        (_, Verdict::Missed) => ControlFlow::Break(Verdict::Missed),
        (Verdict::Met, verdict) => ControlFlow::Continue(verdict),
        (worst, _) => ControlFlow::Continue(worst),
    };
    let found = point.objectives.iter().try_fold(Verdict::Met, worst);
    let (ControlFlow::Continue(verdict) | ControlFlow::Break(verdict)) = found;
    (!point.objectives.is_empty()).then_some(verdict)
}

/// The paired differences that matter for the question: those of the measures of objectives; without objectives, those of the
/// p95 wait of all jobs.
#[must_use]
pub fn relevant_differences(results: &Results) -> Vec<&Difference> {
    let objectives: Vec<_> = results.points.iter().flat_map(|p| &p.objectives).collect();
    let relevant = |d: &&Difference| match objectives.as_slice() {
        [] => d.scope.kind == ScopeKind::All && d.metric == FigureName::Metric(Metric::WAIT_P95),
        objectives => objectives.iter().any(|o| o.scope == d.scope && FigureName::of(&o.metric) == d.metric),
    };
    results.differences.iter().filter(relevant).collect()
}

/// How much of the start is left out, and why; `None`: nothing is, as stated.
pub(crate) fn warmup_words(results: &Results) -> Option<String> {
    let removed = format!(
        "The first {} ({} of the run) are left out of all figures but the curves",
        human_seconds(results.warmup_s, Human::Prose),
        percent(results.warmup_s / results.horizon_s)
    );
    match results.warmup_found {
        None => (results.warmup_s > 0.0).then(|| format!("{removed}: the warm-up, as stated.")),
        Some(found) => Some(format!(
            "{removed}: the warm-up, found by MSER-5 in the jobs in the system, mean of {} replications; the longest of the design points that settle.",
            found.replications
        )),
    }
}

/// How alternatives are compared with the base, and what their intervals are worth.
pub(crate) fn compared_words(results: &Results) -> String {
    let count = plain_points(results).len().saturating_sub(1);
    let how = "Against the base, replication by replication";
    if count < 2 {
        return how.to_owned();
    }
    format!(
        "{how}; the interval of each is taken at {}, so that the {count} of a figure hold together at {}",
        percent(results.difference_confidence),
        whole_percent(results.confidence)
    )
}
