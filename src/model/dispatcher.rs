//! Dispatchers: what moves jobs from a staging place into their queues, and how it fails and recovers.

use super::Ticks;
use crate::distribution::Distribution;
use crate::units::{Rate, Share, SimDuration, SimTime};

/// Moves jobs from its staging place into their queues.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Dispatcher {
    /// Its name in the scenario; unique.
    pub name: String,
    /// It wakes at multiples of this; zero: it moves each job at once.
    pub interval: SimDuration,
    /// Each wake-up comes up to this later, uniformly; less than the interval.
    pub jitter: SimDuration,
    /// The most jobs it moves at a wake-up; `None`: all that are staged. Needs a positive interval.
    pub batch: Option<u64>,
    /// It goes on with batches until its staging place is empty; idle workers choose after each batch. Needs a batch.
    pub until_empty: bool,
    /// Which staged job it moves first.
    pub order: StagedOrder,
    /// The most jobs it moves in a second, one by one; `None`: no limit. Only without an interval.
    pub rate: Option<Rate>,
    /// When it is down: disjoint, ascending, `from < to`.
    pub outages: Vec<Outage>,
    /// A regular restart, during which it is down.
    pub restart: Option<Restart>,
    /// Random failures, during which it is down.
    pub failures: Option<Failures>,
    /// How many replicas there are, of which one is active; at least 1. `None`: one, and with a fail-over gap a standby that never
    /// fails.
    pub replicas: Option<u32>,
    /// A standby takes over after this gap: restarts and failures hold it down at most this long while one is there. `None`: at
    /// once, or without replicas never.
    pub failover: Option<SimDuration>,
    /// What it does with the jobs staged while it was down.
    pub on_return: OnReturn,
}

/// Which staged job is moved first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum StagedOrder {
    /// The one staged first.
    #[default]
    Oldest,
    /// The one staged last.
    Newest,
    /// The one of the class with the smallest priority, of these the one staged first.
    Priority,
}

/// A window of time in which a dispatcher does not do its work: from the start, up to but not including the end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outage {
    /// Start.
    pub from: SimTime,
    /// End; after the start.
    pub to: SimTime,
    /// What it looks like from outside.
    pub kind: OutageKind,
}

impl Outage {
    /// The dispatcher is down, as everybody can see.
    #[must_use]
    pub const fn down(from: SimTime, to: SimTime) -> Self {
        Self { from, to, kind: OutageKind::Down }
    }
}

/// What a dispatcher that does not do its work looks like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum OutageKind {
    /// It is gone and shows no sign of life.
    Down,
    /// It comes up for a while and goes down for a while, over and over, and never stays up for long enough to move a job.
    CrashLoop {
        /// How long it is up; positive.
        up: SimDuration,
        /// How long it is down; positive.
        down: SimDuration,
    },
    /// It shows signs of life and moves nothing.
    Idle,
    /// It wakes, or moves a job at its rate, this many times less often; above 1, and with an interval or a rate.
    Slow(f64),
    /// Two replicas are active at once: each job that is moved enters its queue twice. The job is the one that enters first; its
    /// copy is work for nothing. Needs two replicas.
    TwoActive,
}

impl Dispatcher {
    /// Whether two of its replicas are ever active at once.
    #[must_use]
    pub fn can_release_twice(&self) -> bool {
        self.outages.iter().any(|outage| outage.kind == OutageKind::TwoActive)
    }
}

/// A regular restart.
#[derive(Clone, PartialEq, Debug)]
pub struct Restart {
    /// When restarts start.
    pub times: Ticks,
    /// How long the dispatcher is down each time, in seconds.
    pub takes: Distribution,
    /// Each start comes up to this later, uniformly; less than the time between two.
    pub jitter: SimDuration,
    /// The share of the restarts that hang until somebody or the next restart starts it anew.
    pub hangs: Share,
}

/// Failures at random.
#[derive(Clone, PartialEq, Debug)]
pub struct Failures {
    /// From a repair to the next failure, in seconds.
    pub after: Distribution,
    /// From a failure to its repair, in seconds.
    pub repair: Distribution,
}

/// What a dispatcher does at the end of an outage or restart with the jobs that were staged meanwhile.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum OnReturn {
    /// Moves all of them at once, oldest first; a dispatcher with a rate keeps to it.
    #[default]
    Flood,
    /// Moves at this positive rate, oldest first, until its staging place is empty; new jobs line up behind.
    Paced(Rate),
    /// Moves all of them at once; the queue serves them newest first, each only when no job that
    /// became ready in the ordinary way waits in the queue.
    NewestFirst,
    /// Drops those that are older than this at the return, and moves the others at once, oldest first; a dispatcher with a rate
    /// keeps to it.
    Expire(SimDuration),
}
