//! Objectives: a measure, a comparison and a bound.

use super::{AlertId, ClassId, DispatcherId, Hours, PoolId, ProviderId, QueueId};
use crate::metric::{Ceiling, Metric, Quantity, ScopeKind, TimeStatistic, Unit};
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
    /// Which jobs are measured.
    pub among: Among,
    /// How the measured value must compare with the bound.
    pub comparison: Comparison,
    /// The bound in the unit of the measure: seconds, jobs, or a share from 0 to 1.
    pub bound: f64,
    /// `chance(CONDITION) >= 95%`: the promise is about the share of the replications in which the condition above holds. `None`: it is
    /// about the measure itself.
    pub chance: Option<Chance>,
}

impl Objective {
    /// The time that an objective counts jobs against, and whether it is within reach itself. A percentile is within its bound when as
    /// large a share of the jobs is.
    #[must_use]
    pub fn counted_bound(&self) -> Option<(Quantity, Option<(SimDuration, Reach)>)> {
        let seconds = || SimDuration::from_secs_f64(self.bound);
        match self.measure {
            Measure::ShareWithin(quantity, bound, reach) => Some((quantity, Some((bound, reach)))),
            Measure::TimeAbove(quantity, bound) => Some((quantity, Some((bound, Reach::UpTo)))),
            Measure::OfTime(Statistic::Percentile(_), quantity) => {
                let reach = match self.comparison {
                    Comparison::Less | Comparison::AtLeast => Reach::Below,
                    Comparison::AtMost | Comparison::Greater => Reach::UpTo,
                };
                Some((quantity, Some((seconds(), reach))))
            }
            Measure::OfTime(_, quantity) if !self.among.is_all() => Some((quantity, None)),
            _ => None,
        }
    }

    /// The wait that an objective allows all its jobs, and whether it is within reach itself; `None` for objectives on anything else.
    #[must_use]
    pub fn wait_bound(&self) -> Option<(SimDuration, Reach)> {
        if !self.among.is_all() {
            return None;
        }
        match (self.measure, self.counted_bound()) {
            (Measure::ShareWithin(..) | Measure::OfTime(..), Some((Quantity::Wait, bound))) => bound,
            (Measure::OfTime(_, Quantity::Wait), None) => Some((SimDuration::from_secs_f64(self.bound), Reach::UpTo)),
            _ => None,
        }
    }
}

/// Which jobs of its scope an objective is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Among {
    /// It is about the jobs of each tenant: the worst one decides.
    pub by_tenant: bool,
    /// It is about the jobs created in these hours; `None`: at any time.
    pub hours: Option<Hours>,
}

impl Among {
    /// Whether it is about all jobs of the scope.
    #[must_use]
    pub fn is_all(&self) -> bool {
        !self.by_tenant && self.hours.is_none()
    }
}

/// How often a condition must hold.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Chance {
    /// How the share of the replications must compare with the one that is asked for.
    pub comparison: Comparison,
    /// The share that is asked for, from 0 to 1.
    pub share: f64,
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

impl Scope {
    /// The kind of thing.
    #[must_use]
    pub const fn kind(self) -> ScopeKind {
        match self {
            Self::All => ScopeKind::All,
            Self::Class(_) => ScopeKind::Class,
            Self::Queue(_) => ScopeKind::Queue,
            Self::Pool(_) => ScopeKind::Pool,
            Self::Dispatcher(_) => ScopeKind::Dispatcher,
            Self::Provider(_) => ScopeKind::Provider,
            Self::Alert(_) => ScopeKind::Alert,
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Measure {
    /// A statistic of a time of the jobs, in seconds: `p95(wait)`.
    OfTime(Statistic, Quantity),
    /// The share of jobs whose time is at most the bound: `share(wait <= 30s)`; or shorter than it: `share(wait < 30s)`.
    ShareWithin(Quantity, SimDuration, Reach),
    /// The share of the jobs created that are lost in this way: `share(expired)`.
    ShareLost(Loss),
    /// The number of jobs that are lost in this way: `count(dead)`.
    CountLost(Loss),
    /// For how long the time of some job is above the bound: `time(wait > 60s)`. A job is counted from when its time exceeds the bound
    /// to when it ends; spells of several jobs that overlap count once. While jobs are lost and none comes to its end, it counts too.
    TimeAbove(Quantity, SimDuration),
    /// A figure of the table: `max(backlog)`, `age(queue)`, `drain_time`.
    Figure(Metric),
}

impl Measure {
    /// The unit of its values.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::OfTime(..) | Self::TimeAbove(..) => Unit::Seconds,
            Self::ShareWithin(..) | Self::ShareLost(_) => Unit::Share,
            Self::CountLost(_) => Unit::Jobs,
            Self::Figure(metric) => metric.unit(),
        }
    }

    /// How large the value of a replication can be; `None`: it counts jobs.
    #[must_use]
    pub const fn ceiling(self) -> Option<Ceiling> {
        match self {
            Self::OfTime(..) => Some(Ceiling::JobTime),
            Self::TimeAbove(..) => Some(Ceiling::Spell),
            Self::ShareWithin(..) | Self::ShareLost(_) | Self::CountLost(_) => None,
            Self::Figure(metric) => match metric.asked() {
                Some(asked) => Some(asked.ceiling),
                None => None,
            },
        }
    }
}

/// Whether a bound itself is within reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// `<=`
    UpTo,
    /// `<`
    Below,
}

/// A way in which jobs are lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    /// Any of the others, and whatever else keeps a job from ever being finished.
    Lost,
    /// Turned away by a full queue.
    Rejected,
    /// Dropped from a full queue.
    Dropped,
    /// Too old before it was started.
    Expired,
    /// Its user's patience ended.
    Abandoned,
    /// Not tried again after a failure.
    Dead,
}

impl Loss {
    /// All of them, in the order of messages.
    pub const ALL: [Self; 6] = [Self::Lost, Self::Rejected, Self::Dropped, Self::Expired, Self::Abandoned, Self::Dead];

    /// Its name in expressions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Rejected => "rejected",
            Self::Dropped => "dropped",
            Self::Expired => "expired",
            Self::Abandoned => "abandoned",
            Self::Dead => "dead",
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

impl From<TimeStatistic> for Statistic {
    fn from(statistic: TimeStatistic) -> Self {
        match (statistic, statistic.share()) {
            (_, Some(share)) => Self::Percentile(share),
            (TimeStatistic::Max, _) => Self::Max,
            _ => Self::Mean,
        }
    }
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

impl Comparison {
    /// Whether a value satisfies it.
    #[must_use]
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::Greater => value > bound,
            Self::AtLeast => value >= bound,
        }
    }

    /// Whether larger values are better.
    #[must_use]
    pub fn wants_more(self) -> bool {
        matches!(self, Self::Greater | Self::AtLeast)
    }
}
