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
//! worker. Where workers choose among lanes (see `policy::lane_dispatch`) it joins its queue first, and the idle workers of those pools choose,
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

mod alert;
mod arrivals;
mod calendar;
mod calm;
mod changes;
mod dispatcher;
mod halt;
mod job;
mod lifecycle;
mod observer;
mod policy;
mod pool;
mod queue;
mod rare;
mod simulation;

pub use halt::{Halt, Reason};
pub use observer::{
    Alarm, Breakdown, Calls, Completion, CopyPlace, Created, Disposition, Failed, Fetched, Interruption, JobTimes,
    Leaving, Left, Observer, Place, Ready, Start, SystemView, UnavailableWorkers, Unfinished,
};
pub use rare::{RareEvent, rare_events, rarest_state};

use crate::engine::simulation::build;
use crate::engine::simulation::state::{Full, Plain, Simulation};
use crate::model::Model;
use crate::random::ReplicationSeed;

/// Simulates one replication.
///
/// # Errors
/// [`Halt`] when more jobs are staged and ready than the model's backlog limit, when there are more events than its event limit, or
/// when the observer is stopped.
pub fn simulate<O: Observer>(model: &Model, seed: ReplicationSeed, observer: &mut O) -> Result<(), Halt> {
    if build::needs_full(model) {
        Simulation::<O, Full>::new(model, seed, observer).run()
    } else {
        let replication = Simulation::<O, Plain>::new(model, seed, observer);
        if replication.is_recursive() { replication.recurse() } else { replication.run() }
    }
}
