//! What must be known beside the verdicts of the base: why some are open, what rare days do, which jobs are lost.

use std::collections::BTreeSet;

use crate::experiment::{DayKind, LostJobs, MissingEvent, ObjectiveResult, PointResult, Results, Verdict, lost_jobs};
use crate::findings::figures::{figure, percent};
use crate::findings::words::base_point;
use crate::metric::Metric;

pub(super) fn sentence(results: &Results) -> Option<String> {
    let base = base_point(results)?;
    let noted = base.objectives.iter().flat_map(|objective| notes(base, objective));
    let own = own_values(base.objectives.iter());
    let sentences: Vec<String> =
        lost_jobs(base).map(lost_in_words).chain(noted).chain(own).chain(directed(base)).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// What must be known beside the verdict on an objective of a point, as sentences.
#[must_use]
pub fn notes(point: &PointResult, objective: &ObjectiveResult) -> Vec<String> {
    let reason = objective.reason.as_ref().map(|reason| match objective.verdict {
        Verdict::Undecided => format!("`{}` is undecided: {reason}.", objective.text),
        _ => format!("`{}`: {reason}.", objective.text),
    });
    let tenant = objective.tenant.map(|tenant| match &objective.tenant_name {
        Some(name) => format!("The worst tenant of `{}` is `{name}`.", objective.text),
        None => format!("The worst tenant of `{}` is number {tenant}.", objective.text),
    });
    reason.into_iter().chain(tenant).chain(by_day(&point.days, objective)).collect()
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

/// A maximum is no maximum over the replications, and a time to drain no longest one: said once for all objectives.
pub fn own_values<'a>(objectives: impl Iterator<Item = &'a ObjectiveResult>) -> Option<String> {
    let is_own = |metric: &&str| metric.starts_with("max(") || Metric::of_measure(metric) == Some(Metric::DrainTime);
    let own: BTreeSet<&str> = objectives.map(|objective| objective.metric.as_str()).filter(is_own).collect();
    let mean = if own.len() == 1 { "is the mean" } else { "are means" };
    let named: Vec<String> = own.into_iter().map(|metric| format!("`{metric}`")).collect();
    let named = named.join(" and ");
    (!named.is_empty()).then(|| format!("{named} {mean} over the replications of each one's own value."))
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

/// "53.2 % of the mail jobs are lost (7 661 rejected a replication)."
fn lost_in_words(LostJobs { class, share, how, .. }: LostJobs) -> String {
    format!("{} of the {class} jobs are lost ({how} a replication).", percent(share.min(1.0)))
}
