//! The event loop, and the way of a job through it: admit, enter the queue, start, complete.

use std::collections::BTreeSet;

use super::arrivals::{Due, Heads, Recorded, Source};
use super::changes::Changes;
use super::demand::Demand;
use super::dispatchers::Dispatcher;
use super::job::{Job, ReadyJob, Running, Sequence};
use super::meters::Meters;
use super::pool::{Kept, NextCompletion, Pool};
use super::queue::Queue;
use super::responses::Watch;
use super::staff::Staff;
use super::timers::{Timer, Timers};
use super::{Completion, Created, Halt, Observer, Ready, Start};
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};
use crate::units::{SimDuration, SimTime};

/// The state of one replication. Vectors are indexed by the ids of the model.
pub(super) struct Replication<'m, 'o, O> {
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
    /// Whether some change ends when the backlog is drained.
    pub(super) watches_drain: bool,
    /// Whether some pool gives the worker of a job to a more urgent one.
    pub(super) preempts: bool,
    /// Whether service can take another time than the demand.
    pub(super) stretches: bool,
    /// The demands of interrupted jobs that start anew.
    pub(super) demands_anew: Vec<Demand<'m>>,
    /// Which waiting jobs were started before: created, class, sequence.
    pub(super) again: BTreeSet<(SimTime, ClassId, u32)>,
    /// Jobs staged or ready.
    pub(super) backlog: u64,
    /// Jobs started so far.
    pub(super) starts: u64,
    pub(super) sequence: Sequence,
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

impl<O: Observer> Replication<'_, '_, O> {
    /// Advances to the least of the heads until the horizon.
    pub(super) fn run(mut self) -> Result<(), Halt> {
        self.begin();
        loop {
            let (timer, arrival) = (self.timers.first_time(), self.arrivals.first());
            let (completion, pool) = self.next_completion;
            if timer <= arrival && timer <= completion.time() && self.timer_precedes(completion.time()) {
                self.advance_to(timer);
                if self.serve_timer() == Timer::End {
                    break;
                }
                self.check_backlog()?;
            } else if completion.time() <= arrival {
                self.advance_to(completion.time());
                self.complete(pool);
                self.check_drained();
            } else {
                self.advance_to(arrival);
                self.arrive();
                self.check_backlog()?;
            }
        }
        self.report_unfinished();
        Ok(())
    }

    #[inline]
    fn advance_to(&mut self, time: SimTime) {
        assert!(time >= self.now, "an event was scheduled in the past: at {time:?}, and it is {:?}", self.now);
        self.now = time;
    }

    /// Whether a timer that is due before or at the next completion comes before it.
    fn timer_precedes(&self, completion: SimTime) -> bool {
        self.timers.first().is_some_and(|(time, timer)| time < completion || timer.precedes_completions())
    }

    #[inline]
    fn check_backlog(&mut self) -> Result<(), Halt> {
        if self.backlog > self.backlog_limit {
            return Err(self.halt());
        }
        self.check_drained();
        Ok(())
    }

    #[inline]
    fn check_drained(&mut self) {
        if self.watches_drain && self.backlog == 0 {
            self.end_drained();
        }
    }

    /// Finds the pool whose completion is next.
    #[inline(always)]
    pub(super) fn find_next_completion(&mut self) {
        let mut first = (NextCompletion::NEVER, PoolId(0));
        for (pool, place) in self.pools.iter().zip(0..) {
            let next = pool.next_completion();
            if next < first.0 {
                first = (next, PoolId(place));
            }
        }
        self.next_completion = first;
    }

    /// Serves the class whose arrival is first.
    #[inline]
    fn arrive(&mut self) {
        let id = self.arrivals.class();
        let source = &mut self.classes[id.index()].source;
        let due = source.due();
        self.arrivals.replace_first(source.next(self.now));
        let recorded = match due {
            Due::Job => None,
            Due::Recorded(recorded) => Some(recorded),
            Due::Nothing => return,
        };
        let job = self.create(id, recorded);
        self.admit(job);
    }

    /// A new job is staged before its dispatcher or enters its queue.
    #[inline]
    fn admit(&mut self, job: Job) {
        let via = self.classes[job.class.index()].via;
        match via {
            Some(dispatcher) if !self.dispatchers[dispatcher.index()].passes(self.now) => self.stage(job, dispatcher),
            _ => self.enter(job),
        }
    }

    #[inline(always)]
    pub(super) fn create(&mut self, class: ClassId, recorded: Option<Recorded>) -> Job {
        let demand = &mut self.classes[class.index()].demand;
        let tenant = demand.draw_tenant(recorded);
        let service = demand.draw_service(recorded.and_then(|recorded| recorded.service));
        self.observer.created(self.now, Created { class, tenant, service });
        if let Some(meters) = &mut self.meters {
            meters.created(class, self.now);
        }
        Job { created: self.now, service, class, tenant, sequence: self.sequence }
    }

    /// A job becomes ready: an idle worker starts it, or it waits in its queue.
    #[inline(always)]
    fn enter(&mut self, job: Job) {
        let queue = self.classes[job.class.index()].queue;
        self.observer.ready(self.now, Ready { class: job.class, queue, created: job.created, staged: None });
        match self.idle_server(queue) {
            Some((pool, rank)) => {
                self.pools[pool.index()].note_served(rank);
                self.start_idle(pool, queue, ReadyJob { job, ready: self.now });
            }
            None => {
                self.enqueue(job, queue);
                if self.preempts {
                    self.preempt();
                }
            }
        }
    }

    #[inline(always)]
    fn idle_server(&self, queue: QueueId) -> Option<(PoolId, usize)> {
        self.servers[queue.index()].iter().copied().find(|(pool, _)| self.pools[pool.index()].has_idle())
    }

    /// A ready job waits in its queue in the ordinary order.
    #[inline(always)]
    pub(super) fn enqueue(&mut self, job: Job, queue: QueueId) {
        let job = self.note_ready(job, queue);
        self.queues[queue.index()].push(job, self.classes[job.job.class.index()].lane);
    }

    /// A ready job waits in its queue and is served newest first.
    pub(super) fn enqueue_recovered(&mut self, job: Job, queue: QueueId) {
        let job = self.note_ready(job, queue);
        self.queues[queue.index()].push_recovered(job);
    }

    #[inline(always)]
    pub(super) fn note_ready(&mut self, job: Job, queue: QueueId) -> ReadyJob {
        self.backlog += 1;
        self.sequence = self.sequence.next();
        for &(pool, rank) in &self.servers[queue.index()] {
            self.pools[pool.index()].ready.insert(rank);
        }
        ReadyJob { job: Job { sequence: self.sequence, ..job }, ready: self.now }
    }

    /// Takes the next job of a queue that is not empty.
    #[inline(always)]
    pub(super) fn take(&mut self, id: QueueId) -> ReadyJob {
        let queue = &mut self.queues[id.index()];
        let job = queue.pop().expect("pools mark only queues that hold jobs");
        self.backlog -= 1;
        if queue.is_empty() {
            for &(pool, rank) in &self.servers[id.index()] {
                self.pools[pool.index()].ready.remove(rank);
            }
        }
        job
    }

    /// Reports the start of a job and says until when it runs.
    #[inline(always)]
    fn start(&mut self, pool: PoolId, queue: QueueId, ready: ReadyJob) -> (Running, SimTime) {
        let ReadyJob { job: Job { created, service, class, tenant, sequence }, ready } = ready;
        self.starts += 1;
        let finish = self.now.after(if self.stretches { self.stretch(class, service, pool) } else { service });
        let start = Start { class, tenant, queue, pool, created, ready, finish };
        if self.again.is_empty() || !self.again.remove(&(created, class, sequence.0)) {
            self.observer.started(self.now, start);
            if let Some(meters) = &mut self.meters {
                meters.started(class, created, self.now);
            }
        } else {
            self.observer.restarted(self.now, start);
        }
        (Running { created, class, tenant }, finish)
    }

    fn stretch(&self, class: ClassId, service: SimDuration, pool: PoolId) -> SimDuration {
        let factor = self.service_factors.as_ref().map_or(1.0, |factors| factors[class.index()]);
        match factor / self.pools[pool.index()].speed {
            1.0 => service,
            factor => SimDuration::from_secs_f64(service.as_secs_f64() * factor),
        }
    }

    #[inline(always)]
    pub(super) fn start_idle(&mut self, pool: PoolId, queue: QueueId, job: ReadyJob) {
        let (running, finish) = self.start(pool, queue, job);
        let pool_state = &mut self.pools[pool.index()];
        let slot = pool_state.occupy(running, finish, self.starts);
        if pool_state.keeps() {
            pool_state.keep(slot, Kept { job, queue, start: self.now, finish });
        }
        self.next_completion = self.next_completion.min((pool_state.next_completion(), pool));
    }

    /// The first job of a pool is finished; its worker leaves, starts the next job or becomes idle.
    #[inline]
    fn complete(&mut self, id: PoolId) {
        let pool = &mut self.pools[id.index()];
        let Running { created, class, tenant } = pool.finishing();
        self.observer.completed(self.now, Completion { class, tenant, pool: id, created });
        if let Some(meters) = &mut self.meters {
            meters.completed(class);
        }
        if pool.busy() > pool.size {
            pool.release();
            self.observer.workers(self.now, id, pool.available());
        } else if let Some(queue) = pool.pick(&self.queues, &self.priorities) {
            let job = self.take(queue);
            let (running, finish) = self.start(id, queue, job);
            let pool = &mut self.pools[id.index()];
            let slot = pool.succeed(running, finish, self.starts);
            if pool.keeps() {
                pool.keep(slot, Kept { job, queue, start: self.now, finish });
            }
        } else {
            pool.release();
        }
        self.find_next_completion();
    }

    /// Idle workers start what is ready, pool by pool.
    pub(super) fn employ_idle(&mut self) {
        for place in 0..self.pools.len() {
            let id = PoolId(place as u16);
            while self.pools[place].has_idle() {
                let Some(queue) = self.pools[place].pick(&self.queues, &self.priorities) else { break };
                let job = self.take(queue);
                self.start_idle(id, queue, job);
            }
        }
        if self.preempts {
            self.preempt();
        }
    }
}
