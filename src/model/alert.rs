//! Alerts: what a monitor watches, and what people or machines do when it fires.

use super::{AlertId, Change, ClassId, Comparison, DispatcherId, Hours, PoolId, QueueId};
use crate::distribution::Distribution;
use crate::units::{Rate, SimDuration};

/// A condition that a monitor checks regularly. It fires when the condition has held at every check for a while.
#[derive(Clone, PartialEq, Debug)]
pub struct Alert {
    /// Its name in the scenario; unique.
    pub name: String,
    /// As written, such as `staged_age(driver) > 30m for 5m`.
    pub text: String,
    /// What must hold.
    pub condition: Condition,
    /// For how long it must have held before the alert fires; zero: at the first check that finds it.
    pub hold: SimDuration,
    /// From one check to the next, the first after this time; positive.
    pub every: SimDuration,
    /// For how long the condition must not have held before the alert resolves.
    pub resolve_after: SimDuration,
}

/// Any of these holds, each of which is that all of its clauses hold; no list is empty.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition(pub Vec<Vec<Clause>>);

/// A metric compared with a bound in the unit of the metric. A metric without a value does not compare.
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// What is watched.
    pub metric: Metric,
    /// How it must compare.
    pub comparison: Comparison,
    /// With what: jobs, seconds, a share, jobs per second or a multiple, as the metric has it.
    pub bound: f64,
}

/// What a monitor can watch.
#[derive(Clone, PartialEq, Debug)]
pub enum Metric {
    /// Jobs ready in a queue: `depth(queue)`.
    Depth(QueueId),
    /// Age of the oldest job ready in a queue, in seconds; 0 when empty: `age(queue)`.
    Age(QueueId),
    /// Jobs staged before a dispatcher: `staged_depth(dispatcher)`.
    StagedDepth(DispatcherId),
    /// Age of the oldest job staged, in seconds; 0 when none is: `staged_age(dispatcher)`.
    StagedAge(DispatcherId),
    /// Jobs on the workers of a pool: `in_flight(pool)`.
    InFlight(PoolId),
    /// Busy workers of a pool over those there, as a share: `utilisation(pool)`.
    Utilisation(PoolId),
    /// Expected service of the jobs ready in the queues of a pool over its workers, in seconds: `work(pool)`.
    Work(PoolId),
    /// Jobs of a class created a second over the last window: `arrivals(class, 10m)`.
    Arrivals(ClassId, SimDuration),
    /// Jobs of a class finished a second over the last window: `completions(class, 10m)`.
    Completions(ClassId, SimDuration),
    /// Share of the jobs of a class started in the last window that waited longer than a bound; without a value when none was:
    /// `late(class, 30s, 1h)`.
    Late(ClassId, SimDuration, SimDuration),
    /// How many times faster than allowed an objective on the share of late jobs uses up its budget, the lesser of a long and a
    /// short window: `burn(class, 1h, 5m)`.
    Burn(Burn),
    /// Age of the oldest job of a class that has not started, wherever it is, in seconds: `oldest(class)`. For a class of
    /// one small job a minute this is a canary.
    Oldest(ClassId),
    /// Time since a dispatcher last showed a sign of life, in seconds: `heartbeat(dispatcher)`.
    Heartbeat(DispatcherId),
}

/// The rate at which an objective is used up.
#[derive(Clone, PartialEq, Debug)]
pub struct Burn {
    /// Whose objective.
    pub class: ClassId,
    /// A job that waits longer is late.
    pub bound: SimDuration,
    /// The share of jobs that may be late; above 0.
    pub budget: f64,
    /// The long window.
    pub long: SimDuration,
    /// The short window, which lets the alert resolve soon.
    pub short: SimDuration,
}

/// What is done when an alert fires.
#[derive(Clone, PartialEq, Debug)]
pub struct Response {
    /// Its name in the scenario; unique.
    pub name: String,
    /// The alert it answers.
    pub on: AlertId,
    /// From the firing to the action, in seconds; drawn anew each time.
    pub after: Distribution,
    /// An action that would fall outside of these hours waits until they begin; `None`: it never waits.
    pub hours: Option<Hours>,
    /// The most times it acts in a run; `None`: every time.
    pub at_most: Option<u32>,
    /// What changes from the action on; its own times are not used. Its end may be [`super::Until::Drained`].
    pub change: Change,
    /// When the change is undone.
    pub until: ResponseEnd,
    /// A dispatcher that is restarted: it is up at once, whatever held it down.
    pub restart: Option<DispatcherId>,
    /// Dispatchers that from now on release at this pace what was staged during an outage.
    pub pace: Vec<(DispatcherId, Rate)>,
}

/// When what a response changed is undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResponseEnd {
    /// Never, or when the backlog is drained if its change says so.
    Horizon,
    /// When the alert resolves.
    Resolved,
    /// After this time.
    After(SimDuration),
}
