//! For how long most jobs are late: in each replication by itself, and then over the replications.

use super::results::{Metric, ScopeName};
use super::unit::{Subject, UnitResult};
use crate::model::{DesignPoint, Measure, Objective, Quantity, Scope, Settings, Statistic};
use crate::stats::Estimate;
use crate::units::{Human, human_seconds};

/// The name of the metric: for how long more than half of the jobs created wait longer than this many seconds.
#[must_use]
pub fn late_metric(bound_s: f64) -> String {
    format!("most(wait > {})", human_seconds(bound_s, Human::Prose))
}

/// The wait that an objective allows, in seconds; `None` for objectives on anything else.
fn wait_bound(objective: &Objective) -> Option<f64> {
    match objective.measure {
        Measure::ShareWithin(Quantity::Wait, bound) => Some(bound.as_secs_f64()),
        Measure::OfTime(Statistic::Percentile(_) | Statistic::Mean | Statistic::Max, Quantity::Wait) => {
            Some(objective.bound)
        }
        _ => None,
    }
}

/// One metric for each wait that objectives of a part of the model allow; none without curves.
pub(super) fn metrics(
    point: &DesignPoint,
    (settings, confidence): (&Settings, f64),
    units: &[UnitResult],
    name_of: impl Fn(Scope) -> ScopeName,
) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = Vec::new();
    for objective in &point.objectives {
        let Some(bound) = wait_bound(objective) else { continue };
        let (scope, metric) = (name_of(objective.scope), late_metric(bound));
        if metrics.iter().any(|other| other.scope == scope && other.metric == metric) {
            continue;
        }
        let times = units.iter().map(|unit| late_seconds(unit, objective.scope, (point, settings), bound));
        let Some(times) = times.collect::<Option<Vec<f64>>>() else { continue };
        metrics.push(Metric {
            scope,
            metric,
            unit: "s".into(),
            estimate: Estimate::of(&times, confidence),
            at_least: false,
            count: None,
            values: times.into_iter().map(Some).collect(),
        });
    }
    metrics
}

/// The length of the steps since the warm-up in which more than half of the jobs created waited longer; steps without jobs are not late.
fn late_seconds(
    unit: &UnitResult,
    scope: Scope,
    (point, settings): (&DesignPoint, &Settings),
    bound: f64,
) -> Option<f64> {
    let is_median = |key: super::unit::Key| key.metric == "wait_p50" && key.subject == Subject::Part(scope);
    let curve = unit.curves.iter().find(|curve| is_median(curve.key))?;
    let (step, horizon) = (settings.curve_step.as_secs_f64(), point.model.horizon().as_secs_f64());
    let warmup = settings.warmup.removed().as_secs_f64();
    let length = |i: usize| (((i + 1) as f64 * step).min(horizon) - (i as f64 * step).max(warmup)).max(0.0);
    let late = curve.values.iter().enumerate().filter(|(_, wait)| wait.is_some_and(|wait| wait > bound));
    // A sum of nothing would be -0.
    Some(late.map(|(i, _)| length(i)).fold(0.0, |sum, step| sum + step))
}
