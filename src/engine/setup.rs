//! From a model to the state of a replication at time zero.

use std::collections::{BTreeMap, BTreeSet};

use super::Observer;
use super::arrivals::{Heads, Source};
use super::budget::Budget;
use super::calm::Calm;
use super::changes::Changes;
use super::choice::{self, Choice, Shelf};
use super::demand::Demand;
use super::dispatchers::Dispatcher;
use super::fates::Fates;
use super::job::{Running, Sequence};
use super::meters::Meters;
use super::policies::Policies;
use super::pool::{NextCompletion, Pool};
use super::prefetch::Prefetch;
use super::queue::{Layout, Queue};
use super::replication::{Class, Replication};
use super::responses::Watch;
use super::staff::Staff;
use super::staging::Staging;
use super::timers::{Timer, Timers};
use crate::model::{self, AlertId, Choose, ClassId, DispatcherId, JobClass, Model, PoolId, QueueId};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

/// Whether a model needs [`Replication`] with `SPECIAL`.
pub(super) fn is_special(model: &Model) -> bool {
    Fates::are_needed(model)
        || Meters::new(model).is_some()
        || choice::is_needed(model)
        || model.pools().iter().any(|pool| {
            let capacity = &pool.capacity;
            capacity.can_interrupt()
                || capacity.poll.is_some()
                || capacity.prefetch.is_some()
                || capacity.measures_load()
                || capacity.choose != Choose::IdleFirst
        })
}

impl<'m, 'o, O: Observer, const SPECIAL: bool> Replication<'m, 'o, O, SPECIAL> {
    pub(super) fn new(model: &'m Model, seed: ReplicationSeed, observer: &'o mut O) -> Self {
        let of_queues = OfQueue::all(model);
        let mut classes: Vec<_> = (0..model.classes().len())
            .map(|place| new_class(model, (ClassId(place as u16), &of_queues), seed))
            .collect();
        let mut pools: Vec<_> = model.pools().iter().map(|pool| Pool::new(pool, seed)).collect();
        let told_apart = |spec: &model::Pool| spec.capacity.failures.is_some() || spec.capacity.prefetch.is_some();
        let numbered = pools.iter_mut().zip(model.pools()).filter(|(_, spec)| told_apart(spec));
        numbered.for_each(|(pool, _)| pool.number_workers(NOBODY));
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
        Self {
            horizon: SimTime::ZERO.after(model.horizon()),
            backlog_limit: model.backlog_limit().min(observer.most_waiting()),
            now: SimTime::ZERO,
            arrivals: Heads::new(&classes.iter_mut().map(|class| class.source.next(SimTime::ZERO)).collect::<Vec<_>>()),
            queues: queue_ids(model).map(|queue| new_queue(model, (queue, &of_queues), seed)).collect(),
            servers: queue_ids(model).map(|queue| servers_of(&pools, queue)).collect(),
            timers,
            preempts: model.pools().iter().any(|pool| pool.capacity.preempt.is_some()),
            polls: model.pools().iter().any(|pool| pool.capacity.poll.is_some()),
            measures_load: model.pools().iter().any(|pool| pool.capacity.measures_load()),
            rosters: model.pools().iter().any(|pool| pool.capacity.choose != Choose::IdleFirst),
            prefetches: prefetches(model),
            restarts: model.pools().iter().any(|pool| pool.capacity.restart.is_some()),
            is_completing: false,
            stretches: model.pools().iter().any(|pool| pool.capacity.speed != 1.0),
            demands_anew: model.classes().iter().map(|class| Demand::anew(class, seed)).collect(),
            again: BTreeSet::new(),
            done: BTreeMap::new(),
            staffs,
            policies: Policies::new(model, seed),
            fates: Fates::new(model, seed),
            watch: Watch::new(model, seed),
            meters: Meters::new(model),
            priorities: model.classes().iter().map(|class| class.priority).collect(),
            service_factors: None,
            next_completion: (NextCompletion::NEVER, PoolId(0)),
            calm: Calm::new(model),
            backlog: 0,
            starts: 0,
            created: 0,
            budget: Budget::default(),
            sequence: Sequence::default(),
            choice: choice::is_needed(model).then(|| Box::new(Choice::new(model, seed))),
            observer,
            classes,
            dispatchers,
            pools,
            changes,
        }
    }
}

/// Fills the slots of workers that have run no job yet.
pub(super) const NOBODY: Running = Running { created: SimTime::ZERO, class: ClassId(0), tenant: 0, attempt: None };

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
    if choice::is_needed(model) {
        return Queue::on_shelf(Shelf::new(model, queue, choice::is_by_tenant(model), seed));
    }
    Queue::new(layout(model, queue, &all[queue.index()]))
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

fn layout(model: &Model, queue: QueueId, of_queue: &OfQueue) -> Layout {
    Layout {
        order: model.queues()[queue.index()].order,
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
fn prefetches(model: &Model) -> Vec<Option<Prefetch>> {
    let prefetch = |pool: &model::Pool| Some(Prefetch::new(pool.capacity.prefetch?, pool.size));
    let prefetches: Vec<_> = model.pools().iter().map(prefetch).collect();
    if prefetches.iter().all(Option::is_none) { Vec::new() } else { prefetches }
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
