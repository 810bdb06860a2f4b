//! For how long most jobs are late: in each replication by itself, and then over the replications.

use super::bounds::wait_bound;
use super::judge::{self, Most};
use super::over_jobs::Terms;
use super::results::{MetricResult, ScopeName};
use super::unit::{UnitResult, Value};
use crate::metric::Metric;
use crate::model::{DesignPoint, Scope};
use crate::units::{SimDuration, SimTime};

/// Lengths of time by which jobs are counted, in seconds: the longest of which a run has a thousand.
const WIDTHS: [u64; 12] = [3_600, 1_800, 900, 600, 300, 120, 60, 30, 15, 10, 5, 1];

/// The jobs created in each short time, and how many of them wait for longer than a bound. The time depends on the length of the run alone
/// and on nothing that concerns its pictures.
#[derive(Clone, Debug)]
pub(super) struct MostLate {
    width: SimDuration,
    horizon: SimTime,
    jobs: Vec<(u32, u32)>,
}

impl MostLate {
    pub(super) fn new(horizon: SimTime) -> Self {
        let run = horizon.as_nanos();
        let fits = |seconds: &&u64| **seconds <= run / 1_000_000_000_000;
        let width = WIDTHS.iter().find(fits).map_or(run.div_ceil(1_000), |seconds| seconds * 1_000_000_000).max(1);
        let jobs = vec![(0, 0); run.div_ceil(width) as usize];
        Self { width: SimDuration::from_nanos(width), horizon, jobs }
    }

    pub(super) fn count(&mut self, created: SimTime, is_late: bool) {
        if let Some((all, late)) = self.jobs.get_mut((created.as_nanos() / self.width.as_nanos()) as usize) {
            *all += 1;
            *late += u32::from(is_late);
        }
    }

    /// For how long since the warm-up more than half of the jobs created wait for longer. A time without jobs is not late.
    pub(super) fn seconds(&self, warmup: SimTime) -> f64 {
        let width = self.width.as_nanos();
        let nanos = |place: usize| {
            let from = place as u64 * width;
            from.saturating_add(width).min(self.horizon.as_nanos()).saturating_sub(from.max(warmup.as_nanos()))
        };
        let late = self.jobs.iter().enumerate().filter(|(_, (all, late))| u64::from(*late) * 2 > u64::from(*all));
        late.map(|(place, _)| nanos(place)).sum::<u64>() as f64 / 1e9
    }
}

/// One metric for each wait that objectives of a part of the model allow; none in the points of a sweep.
pub(super) fn metrics(
    point: &DesignPoint,
    terms: &Terms<'_>,
    units: &[UnitResult],
    name_of: impl Fn(Scope) -> ScopeName,
) -> Vec<MetricResult> {
    let mut metrics: Vec<MetricResult> = Vec::new();
    for (i, objective) in point.objectives.iter().enumerate().filter(|_| point.sweep.is_empty()) {
        let Some((bound, _)) = wait_bound(objective) else { continue };
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
            estimate: judge::estimate_of(&values, terms, Most::Seen),
            at_least: false,
            count: None,
            values: times.into_iter().map(Some).collect(),
        });
    }
    metrics
}
