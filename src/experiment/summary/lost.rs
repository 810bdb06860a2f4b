//! How many jobs of each class are lost, and in which ways: read off the figures of a point, for warnings and for the answer.

use std::collections::HashMap;

use crate::experiment::results::PointResult;
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
    let of_classes = point.metrics.iter().filter(|metric| metric.scope.kind == ScopeKind::Class);
    // Each class is looked up once, as there may be thousands.
    let (mut classes, mut places): (Vec<OfClass<'_>>, HashMap<&str, usize>) = Default::default();
    for metric in of_classes {
        let mean = metric.estimate.map(|estimate| estimate.mean);
        let place = *places.entry(&metric.scope.name).or_insert(classes.len());
        if place == classes.len() {
            classes.push(OfClass { name: &metric.scope.name, created: None, lost: [0.0; LOSSES.len()] });
        }
        match LOSSES.iter().position(|(way, _)| *way == metric.metric) {
            Some(way) => classes[place].lost[way] = mean.unwrap_or(0.0),
            None if metric.metric == Metric::Created => classes[place].created = mean,
            None => {}
        }
    }
    classes.into_iter().filter_map(OfClass::in_words)
}

/// Jobs of a class in a replication, on average: created, and lost in each way.
struct OfClass<'a> {
    name: &'a str,
    created: Option<f64>,
    lost: [f64; LOSSES.len()],
}

impl OfClass<'_> {
    fn in_words(self) -> Option<LostJobs> {
        let ways = || self.lost.into_iter().zip(LOSSES).filter(|(number, _)| *number > 0.0);
        let lost: f64 = ways().map(|(number, _)| number).sum();
        let how: Vec<String> = ways().map(|(number, (_, words))| format!("{} {words}", human_count(number))).collect();
        let share = lost / self.created?;
        (share > 0.0).then(|| LostJobs { class: self.name.to_owned(), lost, share, how: how.join(", ") })
    }
}
