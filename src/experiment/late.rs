//! For how long most jobs are late: in each replication by itself, and then over the replications.

use super::judge::{self, Most};
use super::over_jobs::Terms;
use super::results::{Metric, ScopeName};
use super::step_waits::StepProfile;
use super::unit::{UnitResult, Value};
use crate::model::{DesignPoint, Measure, Objective, Quantity, Scope, Settings, Statistic};
use crate::stats::{Jobs, Pooled};
use crate::units::{Human, SimDuration, human_seconds};

/// The name of the metric: for how long more than half of the jobs created wait longer than this many seconds.
#[must_use]
pub fn late_metric(bound_s: f64) -> String {
    format!("most(wait > {})", human_seconds(bound_s, Human::Prose))
}

/// The wait that an objective allows, in seconds; `None` for objectives on anything else.
fn wait_bound(objective: &Objective) -> Option<f64> {
    match objective.measure {
        Measure::ShareWithin(Quantity::Wait, bound, _) => Some(bound.as_secs_f64()),
        Measure::OfTime(Statistic::Percentile(_) | Statistic::Mean | Statistic::Max, Quantity::Wait) => {
            Some(objective.bound)
        }
        _ => None,
    }
}

/// One metric for each wait that objectives of a part of the model allow; none without curves.
pub(super) fn metrics(
    point: &DesignPoint,
    (settings, terms): (&Settings, &Terms<'_>),
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
        let values: Vec<Value> = times.iter().map(|&seconds| Value::exactly(seconds)).collect();
        metrics.push(Metric {
            scope,
            metric,
            unit: "s".into(),
            estimate: judge::estimate_of(&values, terms, Most::Seen),
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
    let wanted = |i: usize| !matches!(scope, Scope::Class(id) if id.index() != i);
    let classes: Vec<&Vec<StepProfile>> =
        unit.steps.iter().enumerate().filter(|(i, _)| wanted(*i)).map(|(_, steps)| steps).collect();
    let steps = classes.first()?.len();
    let bucket = Pooled::<5>::bucket_at(SimDuration::from_secs_f64(bound).as_nanos());
    let is_late = |step: usize| {
        let mut jobs = Jobs::default();
        classes.iter().for_each(|steps| jobs += steps[step].beyond(bucket));
        jobs.beyond * 2.0 > jobs.all
    };
    let (step, horizon) = (settings.curve_step.as_secs_f64(), point.model.horizon().as_secs_f64());
    let warmup = settings.warmup.removed().as_secs_f64();
    let length = |i: usize| (((i + 1) as f64 * step).min(horizon) - (i as f64 * step).max(warmup)).max(0.0);
    // A sum of nothing would be -0.
    Some((0..steps).filter(|&step| is_late(step)).map(length).fold(0.0, |sum, step| sum + step))
}
