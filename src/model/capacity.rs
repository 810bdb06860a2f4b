//! How many workers of a pool are there over time, how fast they are, and what happens to the job of one that dies.

use std::sync::Arc;

use super::{Autoscale, Failures, Pool, ScaleRule, Take, Ticks};
use crate::distribution::Distribution;
use crate::units::{SimDuration, SimTime};

/// What makes the number of workers of a pool change; by default nothing does.
#[derive(Clone, PartialEq, Debug)]
pub struct Capacity {
    /// What sets the size by a metric; then nothing else may set or scale it.
    pub autoscale: Option<Autoscale>,
    /// Sizes by the time of the day or week.
    pub calendar: Option<Calendar>,
    /// How the pool shrinks.
    pub scale_in: ScaleIn,
    /// Which workers leave when it does; [`Choose::IdleFirst`] where workers fail by themselves or take jobs in advance.
    pub choose: Choose,
    /// When all workers are down: disjoint, ascending, `from < to`. Their jobs are interrupted.
    pub outages: Vec<Window>,
    /// How each worker breaks down by itself, busy or idle; then the size may not change.
    pub failures: Option<Failures>,
    /// How its workers are restarted, some at a time; then they do not fail by themselves.
    pub restart: Option<RollingRestart>,
    /// How all workers break down together.
    pub pool_failures: Option<Failures>,
    /// What happens to the job of a worker that is killed or breaks down.
    pub interrupted: Interrupted,
    /// A more urgent job takes the worker of a less urgent one, whose work is treated so.
    pub preempt: Option<Rerun>,
    /// Service takes the demand divided by this; positive, finite.
    pub speed: f64,
    /// How often an idle worker looks for a job; `None`: it starts one the instant that it is ready.
    pub poll: Option<SimDuration>,
    /// How its workers take jobs in advance; then they neither poll, nor preempt, nor are restarted one after the other.
    pub prefetch: Option<Prefetch>,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            autoscale: None,
            calendar: None,
            scale_in: ScaleIn::Drain,
            choose: Choose::IdleFirst,
            outages: Vec::new(),
            failures: None,
            restart: None,
            pool_failures: None,
            interrupted: Interrupted::Redelivered(Redelivery { to: End::Head, rerun: Rerun::Restart }),
            preempt: None,
            speed: 1.0,
            poll: None,
            prefetch: None,
        }
    }
}

/// How workers take jobs in advance. The workers of a pool belong to processes, the first ones to the first process. A process that has
/// room for a job takes the next one into its buffer, whether its workers are idle or not; the processes take turns. Its idle workers
/// start what is in its buffer in the order in which it was taken, and no other process gets it unless all workers of this one leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prefetch {
    /// Workers of a process; at least 1.
    pub slots: u32,
    /// Jobs that its buffer holds for each of its workers, besides those that run; at least 1.
    pub per_slot: u32,
}

impl Prefetch {
    /// What it cannot be combined with in a pool; `None`: there is no such thing.
    fn problem(self, capacity: &Capacity) -> Option<&'static str> {
        let checks = [
            (self.slots == 0 || self.per_slot == 0, "it prefetches nothing"),
            (capacity.poll.is_some(), "it prefetches and polls"),
            (capacity.preempt.is_some(), "it prefetches and preempts"),
            (capacity.restart.is_some(), "it prefetches and its workers are restarted"),
        ];
        checks.into_iter().find_map(|(wrong, problem)| wrong.then_some(problem))
    }
}

/// A window of time: from the start, up to but not including the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Start.
    pub from: SimTime,
    /// End; after the start.
    pub to: SimTime,
}

/// How the workers of a pool are restarted: those that are busy when it begins first, then the idle ones. A busy worker leaves as when the
/// pool shrinks, when its job is finished or killed. A restart that is still going on is not begun anew.
#[derive(Clone, PartialEq, Debug)]
pub struct RollingRestart {
    /// When regular ones begin; `None`: only changes and responses restart.
    pub times: Option<Ticks>,
    /// How long each worker is away, in seconds; the mean is positive.
    pub takes: Distribution,
    /// How many leave together, at least 1; the next ones go when all of them are back.
    pub at_a_time: u32,
    /// And when this time has passed since then.
    pub gap: SimDuration,
}

impl RollingRestart {
    fn is_valid(&self) -> bool {
        let regular = self.times.as_ref().is_none_or(|times| times.problem().is_none());
        regular && self.takes.mean() > 0.0 && self.at_a_time > 0
    }
}

/// Sizes over the run, as the clock on the wall says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// From each of these times on, so many workers, up to the end of the run; ascending, the first at zero.
    pub steps: Arc<[(SimTime, u32)]>,
}

impl Calendar {
    /// The size at a time of the run.
    #[must_use]
    pub fn size_at(&self, time: SimTime) -> u32 {
        self.steps[self.place(time).saturating_sub(1)].1
    }

    /// When the next step begins after a time of the run; [`SimTime::NEVER`]: none does.
    #[must_use]
    pub fn next_change(&self, time: SimTime) -> SimTime {
        self.steps.get(self.place(time)).map_or(SimTime::NEVER, |(start, _)| *start)
    }

    fn place(&self, time: SimTime) -> usize {
        self.steps.partition_point(|(start, _)| *start <= time)
    }
}

/// What happens to busy workers when their pool shrinks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScaleIn {
    /// The first to finish their job leave.
    Drain,
    /// As `Drain`, but those that have not left after this time are killed, the latest started first.
    KillAfter(SimDuration),
}

/// Which workers leave when a pool shrinks. Workers that still boot go before all others, the last one requested first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choose {
    /// Idle workers, then those that finish their job first; the latest started jobs are killed.
    IdleFirst,
    /// Any, busy or idle, with equal probability.
    Random,
    /// Those that came up last, busy or idle; of several that came up together any.
    Newest,
    /// Those that came up first, busy or idle; of several that came up together any.
    Oldest,
    /// As a `ReplicaSet` of Kubernetes: the newest, but ages within the same power of two of nanoseconds count as equal.
    Kubernetes,
}

/// What happens to a job whose worker is killed or breaks down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interrupted {
    /// It was acknowledged late: it waits and runs again.
    Redelivered(Redelivery),
    /// It was acknowledged early: it is lost.
    Lost,
}

/// How an interrupted job comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Redelivery {
    /// Where in its queue.
    pub to: End,
    /// What it still has to do.
    pub rerun: Rerun,
}

/// An end of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It is served next, and keeps the time at which it became ready.
    Head,
    /// It is served last, and is ready from now on.
    Tail,
}

/// What an interrupted job still has to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rerun {
    /// What was left.
    Resume,
    /// The same demand from the start.
    Restart,
    /// A new demand from the start.
    Resample,
}

impl Capacity {
    /// What is wrong with it in a pool; `None`: nothing.
    pub(super) fn problem(pool: &Pool) -> Option<&'static str> {
        let capacity = &pool.capacity;
        let from_zero = |rule: &ScaleRule| matches!(rule, ScaleRule::Keda(_) | ScaleRule::LatencySteps(_));
        let stuck = capacity.autoscale.as_ref().is_some_and(|scale| pool.size == 0 && !from_zero(&scale.rule));
        let resized = capacity.autoscale.is_some() || capacity.calendar.is_some();
        let windows = &capacity.outages;
        let disjoint = windows.windows(2).all(|pair| pair[0].to <= pair[1].from);
        let by_urgency = matches!(pool.take, Take::Strict(_) | Take::Priority(_));
        let failures = [&capacity.failures, &capacity.pool_failures];
        let checks = [
            (stuck, "its autoscaler never starts from no worker"),
            (capacity.autoscale.is_some() && capacity.calendar.is_some(), "it has an autoscaler and a calendar"),
            (capacity.calendar.as_ref().is_some_and(|calendar| !calendar.is_valid()), "its calendar is wrong"),
            (!disjoint || windows.iter().any(|window| window.from >= window.to), "its outages are wrong"),
            (capacity.failures.is_some() && resized, "its workers fail and its size changes"),
            (capacity.restart.as_ref().is_some_and(|restart| !restart.is_valid()), "its restart is wrong"),
            (capacity.restart.is_some() && capacity.failures.is_some(), "its workers fail and are restarted"),
            (failures.into_iter().flatten().any(|f| f.after.mean() <= 0.0), "it fails all the time"),
            (
                capacity.choose != Choose::IdleFirst && (capacity.failures.is_some() || capacity.prefetch.is_some()),
                "its workers are told apart in two ways",
            ),
            (capacity.preempt.is_some() && !by_urgency, "it preempts without an order of urgency"),
            (!(capacity.speed.is_finite() && capacity.speed > 0.0), "its speed is wrong"),
            (capacity.poll.is_some_and(SimDuration::is_zero), "its idle workers look all the time"),
        ];
        let of_autoscaler = capacity.autoscale.as_ref().and_then(Autoscale::problem);
        let of_prefetch = capacity.prefetch.and_then(|prefetch| prefetch.problem(capacity));
        of_autoscaler.or(of_prefetch).or(checks.into_iter().find_map(|(wrong, problem)| wrong.then_some(problem)))
    }

    /// Whether something else than a timed change sets the size, so that none may.
    pub(super) fn owns_size(&self) -> bool {
        self.autoscale.is_some() || self.failures.is_some()
    }

    /// Whether workers can be paid for before they are useful.
    #[must_use]
    pub fn can_boot(&self) -> bool {
        self.autoscale.as_ref().is_some_and(|autoscale| autoscale.boot.is_some())
    }

    /// Whether it matters how much of their time its workers are busy.
    pub(crate) fn measures_load(&self) -> bool {
        self.autoscale.as_ref().is_some_and(|scale| matches!(scale.metric, super::ScaleMetric::Utilisation(_)))
    }

    fn can_fail(&self) -> bool {
        !self.outages.is_empty() || self.failures.is_some() || self.pool_failures.is_some()
    }

    /// Whether workers can be paid for and down.
    #[must_use]
    pub fn can_break(&self) -> bool {
        self.can_fail() || self.restart.is_some()
    }

    /// Whether a running job can be taken from its worker.
    #[must_use]
    pub fn can_interrupt(&self) -> bool {
        self.can_break() || self.preempt.is_some() || matches!(self.scale_in, ScaleIn::KillAfter(_))
    }

    /// Whether a job can be lost.
    #[must_use]
    pub fn can_lose(&self) -> bool {
        let dies = self.can_fail() || matches!(self.scale_in, ScaleIn::KillAfter(_));
        dies && self.interrupted == Interrupted::Lost
    }
}

impl Calendar {
    fn is_valid(&self) -> bool {
        let ascending = self.steps.windows(2).all(|pair| pair[0].0 < pair[1].0);
        ascending && self.steps.first().is_some_and(|(start, _)| *start == SimTime::ZERO)
    }
}
