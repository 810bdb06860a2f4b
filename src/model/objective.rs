//! Objectives: a measure, a comparison and a bound.

use super::{AlertId, ClassId, DispatcherId, PoolId, ProviderId, QueueId};
use crate::units::SimDuration;

/// A promise that is checked against the results.
#[derive(Clone, PartialEq, Debug)]
pub struct Objective {
    /// As written in the scenario, such as `share(wait <= 30s) >= 99%`.
    pub text: String,
    /// Whom it concerns.
    pub scope: Scope,
    /// What is measured.
    pub measure: Measure,
    /// How the measured value must compare with the bound.
    pub comparison: Comparison,
    /// The bound in the unit of the measure: seconds, jobs, or a share from 0 to 1.
    pub bound: f64,
}

/// Whom a figure concerns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// All jobs.
    All,
    /// The jobs of a class.
    Class(ClassId),
    /// A queue.
    Queue(QueueId),
    /// A pool.
    Pool(PoolId),
    /// A dispatcher and its staging place.
    Dispatcher(DispatcherId),
    /// A provider.
    Provider(ProviderId),
    /// An alert.
    Alert(AlertId),
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Measure {
    /// A statistic of a time of the jobs, in seconds: `p95(wait)`.
    OfTime(Statistic, Quantity),
    /// The share of jobs whose time is at most the bound: `share(wait <= 30s)`.
    ShareWithin(Quantity, SimDuration),
    /// For how long the time of some job is above the bound: `time(wait > 60s)`. A job is counted from when its time exceeds the bound
    /// to when it ends; spells of several jobs that overlap count once. While jobs are lost and none comes to its end, it counts too.
    TimeAbove(Quantity, SimDuration),
    /// A statistic of the number of jobs staged or ready: `max(backlog)`.
    Backlog(Statistic),
    /// The time that all jobs together spent staged, ready or waiting for a retry, in hours: `backlog_hours`.
    BacklogHours,
    /// The largest age of the oldest job ready in a queue: `age(queue)`; scope queue.
    Age,
    /// The largest number of jobs staged before a dispatcher: `staged_depth(dispatcher)`; scope dispatcher.
    StagedDepth,
    /// The largest age of the oldest job staged before a dispatcher: `staged_age(dispatcher)`; scope dispatcher.
    StagedAge,
    /// Busy worker-time over available worker-time; scope pool or all.
    Utilisation,
    /// From the end of a fault (outage, breakdown, burst, change) to the first instant at which the backlog is no larger than without the
    /// faults, the longest over the faults.
    DrainTime,
    /// Cost of the worker-hours available; scope pool or all.
    Cost,
    /// From the start of the first fault to the first firing since: `fired_after(alert)`; scope alert.
    FiredAfter,
    /// Firings in 30 days of the same scenario without its faults: `false_alarms(alert)`; scope alert.
    FalseAlarms,
}

/// A time in the life of a job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Quantity {
    /// From created to the start of service: what users feel.
    Wait,
    /// From ready in the queue to the start of service: what a queue dashboard shows.
    QueueWait,
    /// From created to ready.
    StagingDelay,
    /// From created to finished; end-to-end latency.
    Sojourn,
}

impl Quantity {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Wait, Self::QueueWait, Self::StagingDelay, Self::Sojourn];

    /// Its name in expressions, columns and axes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::QueueWait => "queue_wait",
            Self::StagingDelay => "staging_delay",
            Self::Sojourn => "sojourn",
        }
    }
}

/// A statistic of a distribution or curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Statistic {
    /// The mean; over time for a backlog.
    Mean,
    /// The largest.
    Max,
    /// The smallest value that at least this share of the jobs do not exceed: p95 is `Percentile(0.95)`.
    Percentile(f64),
}

/// How a measured value must compare with its bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}
