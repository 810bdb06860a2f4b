//! How many jobs of each class are lost, and in which ways: read off the figures of a point, for warnings and for the answer.

use crate::experiment::results::{MetricResult, PointResult};
use crate::metric::{Metric, ScopeKind};
use crate::units::human_count;

/// The counts of jobs that are lost, and how each reads.
const LOSSES: [(Metric, &str); 8] = [
    (Metric::Rejected, "rejected"),
    (Metric::Balked, "turned away at the sight of the queue"),
    (Metric::Dropped, "dropped"),
    (Metric::Expired, "expired"),
    (Metric::Abandoned, "abandoned"),
    (Metric::Missed, "missed ticks"),
    (Metric::Dead, "dead"),
    (Metric::LostWithWorker, "lost with their worker"),
];

/// The lost jobs of a class.
#[derive(Clone, PartialEq, Debug)]
pub struct LostJobs {
    /// Name of the class.
    pub class: String,
    /// How many a replication.
    pub lost: f64,
    /// Their share of the jobs created.
    pub share: f64,
    /// How many in which way, in words.
    pub how: String,
}

/// The lost jobs of each class that has some.
pub fn lost_jobs(point: &PointResult) -> impl Iterator<Item = LostJobs> + '_ {
    let classes = point.metrics.iter().filter(|m| m.scope.kind == ScopeKind::Class && m.metric == Metric::Created);
    classes.filter_map(|created| lost_of(point, created))
}

fn lost_of(point: &PointResult, created: &MetricResult) -> Option<LostJobs> {
    let count = |metric: Metric| {
        let found = point.metric(created.scope.key(), metric);
        found.and_then(|metric| metric.estimate).map_or(0.0, |estimate| estimate.mean)
    };
    let ways = LOSSES.iter().map(|(metric, words)| (count(*metric), *words)).filter(|way| way.0 > 0.0);
    let ways: Vec<(f64, &str)> = ways.collect();
    let lost: f64 = ways.iter().map(|way| way.0).sum();
    let how: Vec<String> = ways.iter().map(|(number, words)| format!("{} {words}", human_count(*number))).collect();
    let share = lost / created.estimate?.mean;
    (share > 0.0).then(|| LostJobs { class: created.scope.name.clone(), lost, share, how: how.join(", ") })
}
