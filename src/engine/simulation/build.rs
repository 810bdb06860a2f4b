//! From a model to the state of a replication at time zero.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use crate::engine::alert::counters::AlertCounters;
use crate::engine::alert::state::AlertState;
use crate::engine::arrivals::Source;
use crate::engine::arrivals::demand::Demand;
use crate::engine::arrivals::next_arrivals::NextArrivals;
use crate::engine::calendar::timers::{Timer, Timers};
use crate::engine::calm::Calm;
use crate::engine::changes::Changes;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::dispatcher::staging::Staging;
use crate::engine::job::{EMPTY_SLOT, Sequence};
use crate::engine::lifecycle::records::JobRecords;
use crate::engine::observer::Observer;
use crate::engine::policy::lane_dispatch;
use crate::engine::policy::lane_dispatch::LaneDispatch;
use crate::engine::pool::Pool;
use crate::engine::pool::buffer::Buffers;
use crate::engine::pool::server::slots::NextCompletion;
use crate::engine::pool::staff::Staff;
use crate::engine::queue::lanes::LaneQueue;
use crate::engine::queue::tenants::Tenants;
use crate::engine::queue::terms::Terms;
use crate::engine::queue::{Layout, Queue, SimpleOrder};
use crate::engine::simulation::state::{
    Budget, Class, Control, Core, Dirty, Dispatch, Features, Lifecycle, Simulation,
};
use crate::engine::simulation::workforce::Workforce;
use crate::model::{self, AlertId, Capacity, Choose, ClassId, DispatcherId, JobClass, Model, PoolId, QueueId};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

/// Whether a model needs [`Simulation`] with [`Full`](super::state::Full) features.
pub(crate) fn needs_full(model: &Model) -> bool {
    JobRecords::are_needed(model)
        || AlertCounters::new(model).is_some()
        || lane_dispatch::is_needed(model)
        || model.pools().iter().any(|pool| {
            let capacity = &pool.capacity;
            capacity.can_interrupt()
                || capacity.poll.is_some()
                || capacity.prefetch.is_some()
                || capacity.measures_load()
                || capacity.choose != Choose::IdleFirst
        })
}

fn pool_ids(model: &Model) -> impl Iterator<Item = PoolId> {
    (0..model.pools().len()).map(|place| PoolId(place as u16))
}

/// The pools of which something is so, with that.
fn pools_with<T>(model: &Model, of: impl Fn(&Capacity) -> Option<T>) -> impl Iterator<Item = (PoolId, T)> {
    pool_ids(model).zip(model.pools()).filter_map(move |(id, pool)| Some((id, of(&pool.capacity)?)))
}

fn queue_ids(model: &Model) -> impl Iterator<Item = QueueId> {
    (0..model.queues().len()).map(|place| QueueId(place as u16))
}

/// What the classes of a queue come to, found in one walk over all classes.
#[derive(Clone, Debug, Default)]
struct OfQueue {
    /// Their different priorities, ascending.
    priorities: Vec<i32>,
    becomes_ready_late: bool,
}

impl OfQueue {
    /// Of each queue.
    fn all(model: &Model) -> Vec<Self> {
        let mut queues = vec![Self::default(); model.queues().len()];
        for class in model.classes() {
            let queue = &mut queues[class.queue.index()];
            queue.priorities.push(class.priority);
            queue.becomes_ready_late |= becomes_ready_late(class);
        }
        for OfQueue { priorities, .. } in &mut queues {
            priorities.sort_unstable();
            priorities.dedup();
        }
        queues
    }
}

fn new_queue(model: &Model, (queue, all): (QueueId, &[OfQueue]), seed: ReplicationSeed) -> Queue {
    match SimpleOrder::of(model.queues()[queue.index()].order) {
        Some(order) if !lane_dispatch::is_needed(model) => {
            Queue::new(layout(model, (queue, order), &all[queue.index()]))
        }
        _ => Queue::with_lanes(LaneQueue::new(model, queue, lane_dispatch::is_by_tenant(model), seed)),
    }
}

fn new_class<'m>(model: &'m Model, (id, all): (ClassId, &[OfQueue]), seed: ReplicationSeed) -> Class<'m> {
    let class = &model.classes()[id.index()];
    Class {
        source: Source::new(model, id, seed),
        demand: Demand::new(class, seed),
        queue: class.queue,
        via: class.via,
        lane: all[class.queue.index()].priorities.partition_point(|&priority| priority < class.priority),
        initial_backlog: class.initial_backlog,
    }
}

fn layout(model: &Model, (queue, order): (QueueId, SimpleOrder), of_queue: &OfQueue) -> Layout {
    Layout {
        order,
        lanes: of_queue.priorities.len(),
        gets_staged: of_queue.becomes_ready_late
            || model.serving(queue).iter().any(|pool| gives_back(&model.pools()[pool.index()])),
    }
}

/// Whether jobs that a pool has taken can be ready again.
fn gives_back(pool: &model::Pool) -> bool {
    pool.capacity.can_interrupt() || pool.capacity.prefetch.is_some()
}

/// Whether a job can become ready later than it is created.
fn becomes_ready_late(class: &JobClass) -> bool {
    class.via.is_some() || class.fate.can_retry() || class.fate.visibility_timeout.is_some()
}

fn servers_of(pools: &[Pool], queue: QueueId) -> Vec<(PoolId, usize)> {
    let ranks = pools.iter().zip(0..).map(|(pool, place)| (PoolId(place), pool.serves(queue)));
    ranks.filter_map(|(pool, rank)| Some((pool, rank?))).collect()
}

/// All timers that are known at the start.
fn timers(
    model: &Model,
    changes: &Changes<'_>,
    (dispatchers, observer): (&mut [Dispatcher<'_>], &impl Observer),
) -> Timers {
    let mut timers = Timers::default();
    timers.add(SimTime::ZERO.after(model.horizon()), Timer::End);
    if let Some(step) = observer.sample_step() {
        assert!(!step.is_zero(), "the step between samples is zero");
        timers.add(SimTime::ZERO.after(step), Timer::Sample);
    }
    if observer.counts_from() > SimTime::ZERO {
        timers.add(observer.counts_from(), Timer::WarmedUp);
    }
    for (alert, place) in model.alerts().iter().zip(0..) {
        timers.add(SimTime::ZERO.after(alert.every), Timer::Check(AlertId(place)));
    }
    changes.edges().for_each(|time| timers.add(time, Timer::Change));
    if model.classes().iter().any(|class| class.initial_backlog > 0) {
        timers.add(SimTime::ZERO, Timer::InitialBacklog);
    }
    for (dispatcher, place) in dispatchers.iter_mut().zip(0..) {
        add_dispatcher_timers(&mut timers, dispatcher, DispatcherId(place));
    }
    timers
}

fn staffs(model: &Model, seed: ReplicationSeed) -> Vec<Option<Box<Staff<'_>>>> {
    let staffs: Vec<_> = model.pools().iter().map(|pool| Staff::new(pool, seed)).collect();
    if staffs.iter().all(Option::is_none) { Vec::new() } else { staffs }
}

/// Empty where no pool does.
fn buffers(model: &Model) -> Vec<Option<Buffers>> {
    let prefetch = |pool: &model::Pool| Some(Buffers::new(pool.capacity.prefetch?, pool.size));
    let buffers: Vec<_> = model.pools().iter().map(prefetch).collect();
    if buffers.iter().all(Option::is_none) { Vec::new() } else { buffers }
}

fn add_staff_timers(staffs: &mut [Option<Box<Staff<'_>>>], timers: &mut Timers) {
    for (staff, place) in staffs.iter_mut().zip(0..) {
        let first = staff.as_mut().map(|staff| staff.first_timers()).unwrap_or_default();
        first.into_iter().for_each(|(time, timer)| timers.add(time, timer.of(PoolId(place))));
    }
}

fn add_dispatcher_timers(timers: &mut Timers, dispatcher: &mut Dispatcher<'_>, id: DispatcherId) {
    for (outage, place) in dispatcher.spec.outages.iter().zip(0..) {
        timers.add(outage.from, Timer::OutageStarts(id, place));
        timers.add(outage.to, Timer::OutageEnds(id, place));
    }
    if let Some(time) = dispatcher.plan_restart() {
        timers.add(time, Timer::RestartStarts(id));
    }
    if let Some(time) = dispatcher.draw_failure() {
        timers.add(SimTime::ZERO.after(time), Timer::Fails(id));
    }
}

impl<'m, 'o, O: Observer, F: Features> Simulation<'m, 'o, O, F> {
    pub(crate) fn new(model: &'m Model, seed: ReplicationSeed, observer: &'o mut O) -> Self {
        let of_queues = OfQueue::all(model);
        let mut classes: Vec<_> = (0..model.classes().len())
            .map(|place| new_class(model, (ClassId(place as u16), &of_queues), seed))
            .collect();
        let tenants = Tenants::new(model);
        let mut pools: Vec<_> = pool_ids(model).map(|id| Pool::new(model, id, &tenants, seed)).collect();
        let told_apart = |spec: &model::Pool| spec.capacity.failures.is_some() || spec.capacity.prefetch.is_some();
        let numbered = pools.iter_mut().zip(model.pools()).filter(|(_, spec)| told_apart(spec));
        numbered.for_each(|(pool, _)| pool.number_workers(EMPTY_SLOT));
        let changes = Changes::new(model.changes());
        let mut staffs = staffs(model, seed);
        let mut dispatchers: Vec<_> = model
            .dispatchers()
            .iter()
            .zip(0..)
            .map(|(spec, id)| Dispatcher::new(spec, Staging::new(model, DispatcherId(id)), seed))
            .collect();
        let mut timers = timers(model, &changes, (&mut dispatchers, observer));
        add_staff_timers(&mut staffs, &mut timers);
        let that = |wanted: &dyn Fn(&Capacity) -> bool| {
            pools_with(model, |it| wanted(it).then_some(())).map(|(id, ())| id).collect()
        };
        let next_times: Vec<_> = classes.iter_mut().map(|class| class.source.next(SimTime::ZERO)).collect();
        let core = Core {
            horizon: SimTime::ZERO.after(model.horizon()),
            now: SimTime::ZERO,
            arrivals: NextArrivals::new(&next_times),
            queues: queue_ids(model).map(|queue| new_queue(model, (queue, &of_queues), seed)).collect(),
            servers: queue_ids(model).map(|queue| servers_of(&pools, queue)).collect(),
            timers,
            next_completion: (NextCompletion::NEVER, PoolId(0)),
            backlog: 0,
            backlog_limit: model.backlog_limit().min(observer.most_waiting()),
            starts: 0,
            sequence: Sequence::default(),
            budget: Budget::default(),
            observer,
            classes,
            pools,
        };
        let lanes = lane_dispatch::is_needed(model).then(|| Box::new(LaneDispatch::new(model)));
        Self {
            core,
            dispatch: Dispatch { lanes, terms: Terms::new(model) },
            lifecycle: Lifecycle {
                records: JobRecords::new(model, seed),
                attempted: BTreeSet::new(),
                done: BTreeMap::new(),
                demands_anew: model.classes().iter().map(|class| Demand::anew(class, seed)).collect(),
                created: 0,
            },
            workforce: Workforce {
                staffs,
                buffers: buffers(model),
                preempting: pools_with(model, |capacity| capacity.preempt).collect(),
                polling: that(&|capacity| capacity.poll.is_some()),
                known: that(&|capacity| capacity.choose != Choose::IdleFirst),
                restarting: that(&|capacity| capacity.restart.is_some()),
                measures_load: model.pools().iter().any(|pool| pool.capacity.measures_load()),
            },
            dispatchers,
            control: Control {
                changes,
                alerts: AlertState::new(model, seed),
                counters: AlertCounters::new(model),
                calm: Calm::new(model),
                service_factors: None,
                stretches: model.pools().iter().any(|pool| pool.capacity.speed != 1.0),
            },
            dirty: Dirty::default(),
            features: PhantomData,
        }
    }
}
