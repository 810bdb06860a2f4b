//! The state of one replication: the only thing that knows all the others.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use crate::engine::alert::counters::AlertCounters;
use crate::engine::alert::state::AlertState;
use crate::engine::arrivals::Source;
use crate::engine::arrivals::demand::Demand;
use crate::engine::arrivals::next_arrivals::NextArrivals;
use crate::engine::calendar::timers::Timers;
use crate::engine::calm::Calm;
use crate::engine::changes::Changes;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::job::Sequence;
use crate::engine::lifecycle::records::JobRecords;
use crate::engine::policy::lane_dispatch::LaneDispatch;
use crate::engine::pool::Pool;
use crate::engine::pool::server::slots::{Done, NextCompletion};
use crate::engine::queue::Queue;
use crate::engine::queue::terms::Terms;
use crate::engine::simulation::workforce::Workforce;
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};
use crate::units::SimTime;

/// What a machine knows, as constants: the compiler takes out what it does not.
pub(crate) trait Features {
    /// Whether everything a model can have may be there.
    const FULL: bool;
}

/// No job has another fate than its completion, workers take the heads of queues, no running job is interrupted, and no alert
/// counts by class.
pub(crate) struct Plain;

/// Everything a model can have.
pub(crate) struct Full;

impl Features for Plain {
    const FULL: bool = false;
}

impl Features for Full {
    const FULL: bool = true;
}

/// The state of one replication, in six parts. Vectors are indexed by the ids of the model.
///
/// Compiled twice, for [`Plain`] and for [`Full`], so that an ordinary model does not pay for what it does not use.
pub(crate) struct Simulation<'m, 'o, O, F: Features> {
    pub(super) core: Core<'m, 'o, O>,
    pub(super) dispatch: Dispatch,
    pub(super) lifecycle: Lifecycle<'m>,
    pub(super) workforce: Workforce<'m>,
    pub(super) dispatchers: Vec<Dispatcher<'m>>,
    pub(super) control: Control<'m>,
    pub(super) dirty: Dirty,
    pub(super) features: PhantomData<F>,
}

/// What every job meets.
// Together, as almost each event touches most of it.
pub(super) struct Core<'m, 'o, O> {
    pub(super) observer: &'o mut O,
    pub(super) horizon: SimTime,
    pub(super) now: SimTime,
    pub(super) classes: Vec<Class<'m>>,
    pub(super) arrivals: NextArrivals,
    pub(super) queues: Vec<Queue>,
    /// The pools that serve each queue, in the order of the model, with the rank of the queue there.
    pub(super) servers: Vec<Vec<(PoolId, usize)>>,
    pub(super) pools: Vec<Pool>,
    pub(super) timers: Timers,
    /// The completion that is next, and its pool.
    pub(super) next_completion: (NextCompletion, PoolId),
    /// Jobs staged, ready or waiting for a retry.
    pub(super) backlog: u64,
    pub(super) backlog_limit: u64,
    /// Jobs started so far.
    pub(super) starts: u64,
    pub(super) sequence: Sequence,
    pub(super) budget: Budget,
}

/// How workers pick.
pub(super) struct Dispatch {
    /// `None`: workers take the heads of queues, chosen by the policy of their pool.
    pub(super) lanes: Option<Box<LaneDispatch>>,
    /// What the policies of pools compare.
    pub(super) terms: Terms,
}

/// What else can become of jobs than being finished.
pub(super) struct Lifecycle<'m> {
    /// `None`: nothing.
    pub(super) records: Option<Box<JobRecords<'m>>>,
    /// Which waiting jobs without a record were started before: created, class, sequence.
    pub(super) attempted: BTreeSet<(SimTime, ClassId, u32)>,
    /// What was done of waiting jobs that go on with what is left, by the same.
    pub(super) done: BTreeMap<(SimTime, ClassId, u32), Done>,
    /// The demands of interrupted jobs that start anew.
    pub(super) demands_anew: Vec<Demand<'m>>,
    /// Jobs created so far; counted only where jobs are tracked, as without each of them waits or was started.
    pub(super) created: u64,
}

/// What acts on the model while it runs: timed changes, alerts and responses.
pub(super) struct Control<'m> {
    pub(super) changes: Changes<'m>,
    pub(super) alerts: AlertState<'m>,
    /// What alerts count by class; `None`: nothing.
    pub(super) counters: Option<AlertCounters>,
    /// What backlog is normal; `None`: no change of the model ends when it is so again.
    pub(super) calm: Option<Box<Calm>>,
    /// What changes multiply the service of each class by; `None`: no change holds that does.
    pub(super) service_factors: Option<Vec<f64>>,
    /// Whether service can take another time than the demand.
    pub(super) stretches: bool,
}

/// What is left to do before the event is over.
#[derive(Default)]
pub(super) struct Dirty {
    /// Whether a job is about to leave its worker, so that nobody takes that worker from it: the jobs that follow it enter before its
    /// worker goes on, start on idle workers at once, and preempt only then.
    pub(super) is_completing: bool,
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
    /// The run is over, and what is left of its jobs is followed for as long again.
    pub(super) is_following: bool,
    /// Of the recursion, in which no job came, and not entered yet.
    pub(super) without_job: u64,
}
