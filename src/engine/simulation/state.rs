//! The state of one replication: the only thing that knows all the others.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::alert::counters::Meters;
use crate::engine::alert::state::Watch;
use crate::engine::arrivals::Source;
use crate::engine::arrivals::demand::Demand;
use crate::engine::arrivals::next_arrivals::Heads;
use crate::engine::calendar::timers::Timers;
use crate::engine::calm::Calm;
use crate::engine::changes::Changes;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::job::Sequence;
use crate::engine::lifecycle::records::Fates;
use crate::engine::policy::changing::Policies;
use crate::engine::policy::lane_dispatch::Choice;
use crate::engine::pool::buffer::Prefetch;
use crate::engine::pool::staff::Staff;
use crate::engine::pool::{Done, NextCompletion, Pool};
use crate::engine::queue::Queue;
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};
use crate::units::SimTime;

/// The state of one replication. Vectors are indexed by the ids of the model.
///
/// Compiled twice, so that an ordinary model does not pay for what it does not use: without `SPECIAL`, no job has another fate than
/// its completion, workers take the heads of queues, no running job is interrupted, and no alert counts by class.
pub(crate) struct Replication<'m, 'o, O, const SPECIAL: bool> {
    pub(super) observer: &'o mut O,
    pub(super) horizon: SimTime,
    pub(super) backlog_limit: u64,
    pub(super) now: SimTime,
    pub(super) classes: Vec<Class<'m>>,
    pub(super) arrivals: Heads,
    pub(super) queues: Vec<Queue>,
    /// The pools that serve each queue, in the order of the model, with the rank of the queue there.
    pub(super) servers: Vec<Vec<(PoolId, usize)>>,
    pub(super) pools: Vec<Pool>,
    pub(super) dispatchers: Vec<Dispatcher<'m>>,
    /// The staff of each pool whose workers follow more than changes; empty where no pool's do.
    pub(super) staffs: Vec<Option<Box<Staff<'m>>>>,
    pub(super) changes: Changes<'m>,
    /// What changes make of the policies of pools.
    pub(super) policies: Policies<'m>,
    /// What else can become of jobs than being finished; `None`: nothing.
    pub(super) fates: Option<Box<Fates<'m>>>,
    pub(super) timers: Timers,
    pub(super) watch: Watch<'m>,
    /// What alerts count by class; `None`: nothing.
    pub(super) meters: Option<Meters>,
    /// The priority of each class.
    pub(super) priorities: Vec<i32>,
    /// What changes multiply the service of each class by; `None`: no change holds that does.
    pub(super) service_factors: Option<Vec<f64>>,
    /// The completion that is next, and its pool.
    pub(super) next_completion: (NextCompletion, PoolId),
    /// What backlog is normal; `None`: no change of the model ends when it is so again.
    pub(super) calm: Option<Box<Calm>>,
    /// Whether some pool gives the worker of a job to a more urgent one.
    pub(super) preempts: bool,
    /// Whether idle workers of some pool look for jobs now and then.
    pub(super) polls: bool,
    /// Whether it is counted what the workers of some pool do.
    pub(super) measures_load: bool,
    /// Whether the workers of some pool are known.
    pub(super) rosters: bool,
    /// What the workers of each pool have taken in advance; empty where no pool's do.
    pub(super) prefetches: Vec<Option<Prefetch>>,
    /// Whether workers of some pool are restarted.
    pub(super) restarts: bool,
    /// Whether a job is about to leave its worker, so that nobody takes that worker from it.
    pub(super) is_completing: bool,
    /// Whether service can take another time than the demand.
    pub(super) stretches: bool,
    /// The demands of interrupted jobs that start anew.
    pub(super) demands_anew: Vec<Demand<'m>>,
    /// Which waiting jobs without a record of their fate were started before: created, class, sequence.
    pub(super) again: BTreeSet<(SimTime, ClassId, u32)>,
    /// What was done of waiting jobs that go on with what is left, by the same.
    pub(super) done: BTreeMap<(SimTime, ClassId, u32), Done>,
    /// Jobs staged, ready or waiting for a retry.
    pub(super) backlog: u64,
    /// Jobs started so far.
    pub(super) starts: u64,
    /// Jobs created so far; counted only where jobs have fates, as without each of them waits or was started.
    pub(super) created: u64,
    pub(super) budget: Budget,
    pub(super) sequence: Sequence,
    /// `None`: workers take the heads of queues, chosen by the policy of their pool.
    pub(super) choice: Option<Box<Choice>>,
}

/// What the engine needs to know of a class for each of its jobs.
pub(super) struct Class<'m> {
    pub(super) source: Source<'m>,
    pub(super) demand: Demand<'m>,
    pub(super) queue: QueueId,
    pub(super) via: Option<DispatcherId>,
    /// The rank of its priority in its queue.
    pub(super) lane: usize,
    pub(super) initial_backlog: u64,
}

/// How many events there were.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget {
    pub(super) events: u64,
    /// Of the recursion, in which no job came, and not entered yet.
    pub(super) without_job: u64,
}
