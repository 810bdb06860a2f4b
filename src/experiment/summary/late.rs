//! For how long most jobs are late, over the replications.

use super::estimate::{Most, estimate_of};
use super::over_jobs::Terms;
use crate::experiment::results::MetricResult;
use crate::experiment::unit::{UnitResult, Value};
use crate::metric::{Metric, ScopeName};
use crate::model::{DesignPoint, Scope};

/// One metric for each wait that objectives of a part of the model allow; none in the points of a sweep.
pub(in crate::experiment) fn metrics(
    point: &DesignPoint,
    terms: &Terms<'_>,
    units: &[UnitResult],
    name_of: impl Fn(Scope) -> ScopeName,
) -> Vec<MetricResult> {
    let mut metrics: Vec<MetricResult> = Vec::new();
    for (i, objective) in point.objectives.iter().enumerate().filter(|_| point.sweep.is_empty()) {
        let Some((bound, _)) = objective.wait_bound() else { continue };
        let (scope, metric) = (name_of(objective.scope), Metric::most_late(bound.as_secs_f64()));
        if metrics.iter().any(|other| other.scope == scope && other.metric == metric) {
            continue;
        }
        let times = units.iter().map(|unit| unit.objectives[i].most_late);
        let Some(times) = times.collect::<Option<Vec<f64>>>() else { continue };
        let values: Vec<Value> = times.iter().map(|&seconds| Value::exactly(seconds)).collect();
        metrics.push(MetricResult {
            scope,
            metric,
            unit: metric.unit().name().into(),
            estimate: estimate_of(&values, terms, Most::Seen),
            at_least: false,
            count: None,
            values: times.into_iter().map(Some).collect(),
        });
    }
    metrics
}
