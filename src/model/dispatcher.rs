//! Dispatchers: what moves jobs from a staging place into their queues, and how it fails and recovers.

use crate::units::{Rate, SimDuration, SimTime};

/// Moves jobs from its staging place into their queues.
#[derive(Clone, PartialEq, Debug)]
pub struct Dispatcher {
    /// Its name in the scenario; unique.
    pub name: String,
    /// It wakes at multiples of this; zero: it moves each job at once.
    pub interval: SimDuration,
    /// The most jobs it moves at a wake-up; `None`: all that are staged. Needs a positive interval.
    pub batch: Option<u64>,
    /// When it is down: disjoint, ascending, `from < to`.
    pub outages: Vec<Window>,
    /// A regular restart, during which it is down.
    pub restart: Option<Restart>,
    /// What it does with the jobs staged while it was down.
    pub on_return: OnReturn,
}

/// A window of time: from the start, up to but not including the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Start.
    pub from: SimTime,
    /// End; after the start.
    pub to: SimTime,
}

/// A regular restart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restart {
    /// From the start of one restart to the start of the next; longer than `takes`.
    pub every: SimDuration,
    /// How long the dispatcher is down each time; positive.
    pub takes: SimDuration,
    /// Start of the first restart.
    pub first: SimTime,
}

/// What a dispatcher does at the end of an outage or restart with the jobs that were staged meanwhile.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum OnReturn {
    /// Moves all of them at once, oldest first.
    Flood,
    /// Moves at this positive rate, oldest first, until its staging place is empty; new jobs line up behind.
    Paced(Rate),
    /// Moves all of them at once; the queue serves them newest first, each only when no job that
    /// became ready in the ordinary way waits in the queue.
    NewestFirst,
}
