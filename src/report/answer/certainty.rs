//! What must be known beside the verdicts of the base: why some are open, what rare days do, which jobs are lost.

use crate::experiment::{DayKind, Metric, MissingEvent, ObjectiveResult, PointResult, Results, ScopeKind, Verdict};
use crate::report::figures::{figure, percent};
use crate::report::words::base_point;
use crate::units::human_count;

/// Counts of lost jobs, and how each reads.
const LOSSES: [(&str, &str); 8] = [
    ("rejected", "rejected"),
    ("balked", "turned away at the sight of the queue"),
    ("dropped", "dropped"),
    ("expired", "expired"),
    ("abandoned", "abandoned"),
    ("missed", "missed ticks"),
    ("dead", "dead"),
    ("lost_with_worker", "lost with their worker"),
];

pub(super) fn sentence(results: &Results) -> Option<String> {
    let base = base_point(results)?;
    let noted = base.objectives.iter().flat_map(|objective| notes(base, objective));
    let sentences: Vec<String> = lost(base).into_iter().chain(noted).chain(directed(base)).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// What must be known beside the verdict on an objective of a point, as sentences.
#[must_use]
pub fn notes(point: &PointResult, objective: &ObjectiveResult) -> Vec<String> {
    let reason = objective.reason.as_ref().map(|reason| match objective.verdict {
        Verdict::Undecided => format!("`{}` is undecided: {reason}.", objective.text),
        _ => format!("`{}`: {reason}.", objective.text),
    });
    let tenant = objective.tenant.map(|tenant| format!("The worst tenant of `{}` is number {tenant}.", objective.text));
    reason.into_iter().chain(tenant).chain(of_what(objective)).chain(by_day(&point.days, objective)).collect()
}

/// Rare events that no verdict contains.
#[must_use]
pub fn missing(point: &PointResult) -> Option<String> {
    let told = |event: &MissingEvent| format!("{} ({} of the replications)", event.event, percent(event.probability));
    let events: Vec<String> = point.missing_events.iter().map(told).collect();
    (!events.is_empty()).then(|| format!("No figure contains what happens when {}.", events.join(", or when ")))
}

/// Which replications were not drawn as they come.
#[must_use]
pub fn directed(point: &PointResult) -> Option<String> {
    let chosen: u32 = point.days.iter().filter(|day| day.event.is_some()).map(|day| day.replications).sum();
    (!point.directed.is_empty()).then(|| {
        format!(
            "{chosen} of the {} replications were chosen because a rare event happens in them; they count for as much as it is probable.",
            point.replications
        )
    })
}

/// A maximum is no maximum over the replications, and a time to drain no longest one.
fn of_what(objective: &ObjectiveResult) -> Option<String> {
    let is_own = objective.metric.starts_with("max(") || objective.metric == "drain_time";
    is_own.then(|| format!("`{}` is the mean over the replications of each one's own value.", objective.metric))
}

/// "When a restart of `driver` hangs (4.0 % of the replications), `share(wait <= 1h)` is 51.2 %; otherwise 100 %."
fn by_day(days: &[DayKind], objective: &ObjectiveResult) -> Option<String> {
    let told = |(day, value): (&DayKind, &Option<f64>)| {
        let value = figure((*value)?, &objective.unit);
        Some(match &day.event {
            Some(event) => format!("when {event} ({} of the replications) it is {value}", percent(day.probability)),
            None => format!("otherwise {value}"),
        })
    };
    let parts: Vec<String> = days.iter().zip(&objective.by_day).filter_map(told).collect();
    (parts.len() > 1).then(|| format!("`{}`: {}.", objective.metric, parts.join("; ")))
}

/// How many jobs of each class are lost, and how.
fn lost(point: &PointResult) -> Vec<String> {
    let classes = point.metrics.iter().filter(|m| m.scope.kind == ScopeKind::Class && m.metric == "created");
    classes.filter_map(|created| lost_of(point, created)).collect()
}

fn lost_of(point: &PointResult, created: &Metric) -> Option<String> {
    let count = |name: &str| {
        let found = point.metrics.iter().find(|m| m.scope == created.scope && m.metric == name);
        found.and_then(|metric| metric.estimate).map_or(0.0, |estimate| estimate.mean)
    };
    let ways = LOSSES.iter().map(|(name, words)| (count(name), *words)).filter(|way| way.0 > 0.0);
    let ways: Vec<(f64, &str)> = ways.collect();
    let lost: f64 = ways.iter().map(|way| way.0).sum();
    let how: Vec<String> = ways.iter().map(|(number, words)| format!("{} {words}", human_count(*number))).collect();
    let share = lost / created.estimate?.mean;
    (share > 0.0).then(|| {
        let (share, name) = (percent(share.min(1.0)), &created.scope.name);
        format!("{share} of the {name} jobs are lost ({} a replication).", how.join(", "))
    })
}
