//! One replication of a model: a pure function of (model, seed) that reports to an [`Observer`].
//!
//! The run covers the times from zero up to, but not including, the horizon. Simultaneous events happen in this order:
//! samples and checks of alerts (they see the state before), completions (they free workers before arrivals take them), changes, outages
//! that begin and then outages that end, responses that end and then responses that act, wake-ups of dispatchers, retries that are due,
//! copies that become visible again, jobs whose patience ends, jobs that expire, what concerns the workers of pools (what goes down,
//! what comes up, steps of calendars, killings, boots that end, readings for autoscalers, their decisions, looks of idle workers that
//! poll), arrivals. So a job that a worker takes at the very instant at which its patience ends is served. Within a kind: completions in
//! the order in which the jobs were started, everything else in the order of the model, arrivals of one class in the order of their source.
//!
//! A job that becomes ready goes at once to the first pool, in the order of the model, that serves its queue and has an idle
//! worker. Where workers choose among lanes (see `choice`) it joins its queue first, and the idle workers of those pools choose,
//! pool by pool; with limits the idle workers of all pools do so after each completion, once its own worker went on. What a
//! dispatcher moves at one instant, and the initial backlog, becomes ready as a whole before idle workers choose.
//!
//! Where idle workers poll, each looks for a job at instants of its own, and a job that becomes ready waits for the first of them.
//!
//! Jobs that follow a finished one are created at its completion, before its worker chooses its next job.
//!
//! There is no single calendar: completions lie in a heap for each pool, the next arrival of each class beside them, all else
//! in a small calendar, and the loop advances to the least of these heads. That is twice as fast as one calendar, and an
//! arrival costs no sift.

mod arrivals;
mod autoscale;
mod blocks;
mod budget;
mod calm;
mod capacity;
mod changes;
mod choice;
mod demand;
mod dispatchers;
mod fates;
mod free_times;
mod heap;
mod interrupt;
mod job;
mod meters;
mod monitor;
mod observer;
mod policies;
mod policy;
mod polling;
mod pool;
mod prefetch;
mod pulse;
mod queue;
mod rare;
mod ready_times;
mod recursion;
mod replication;
mod responses;
mod rolling;
mod roster;
mod setup;
mod slab;
mod staff;
mod staging;
mod timers;
mod upkeep;

pub use observer::{
    Absent, Alarm, Breakdown, Calls, Completion, CopyPlace, Created, Failed, Fetched, Interruption, Leaving, Left,
    Life, Observer, Place, Ready, Sequel, Start, Unfinished, World,
};

pub use rare::{RareEvent, rare_events, rarest_state};

use std::fmt;

use crate::model::{ClassId, Model};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

use replication::Replication;

/// Simulates one replication.
///
/// # Errors
/// [`Halt`] when more jobs are staged and ready than the model's backlog limit, when there are more events than its event limit, or
/// when the observer is stopped.
pub fn simulate<O: Observer>(model: &Model, seed: ReplicationSeed, observer: &mut O) -> Result<(), Halt> {
    if setup::is_special(model) {
        Replication::<O, true>::new(model, seed, observer).run()
    } else {
        let replication = Replication::<O, false>::new(model, seed, observer);
        if replication.is_recursive() { replication.recurse() } else { replication.run() }
    }
}

/// A replication was stopped before its horizon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halt {
    /// Why.
    pub reason: Reason,
    /// The class with the most jobs staged or ready.
    pub class: ClassId,
    /// When.
    pub at: SimTime,
    /// Jobs staged or ready, of all classes.
    pub backlog: u64,
}

/// Why a replication was stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The backlog outgrew its limit.
    Backlog,
    /// There were more events than the limit.
    Events {
        /// What took most of them, as a path of the scenario such as `pools.workers.poll`.
        cause: String,
        /// The limit.
        limit: u64,
    },
    /// The observer asked for it.
    Stopped,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, class, at, backlog } = self;
        let at = at.as_secs_f64();
        match reason {
            Reason::Backlog => write!(
                f,
                "the backlog outgrew its limit: {backlog} jobs are staged or ready {at} s after the start, most of them \
                 of job class {} (counted from 0)",
                class.0
            ),
            Reason::Events { cause, limit } => {
                write!(f, "more than {limit} events up to {at} s after the start, most of them for `{cause}`")
            }
            Reason::Stopped => f.write_str("the run was stopped"),
        }
    }
}

impl std::error::Error for Halt {}
