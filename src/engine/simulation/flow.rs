//! The way of a job: it is created, admitted, becomes ready, and is finished.

use crate::engine::arrivals::due::{Due, Recorded};
use crate::engine::job::{Job, ReadyJob, Running};
use crate::engine::observer::{Completion, Created, Observer, Ready};
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Class, Features, Simulation};
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};
use crate::units::SimTime;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// The class whose arrival is first, and what is recorded of the job; `None`: no job comes of it.
    #[inline(always)]
    pub(super) fn next_arrival(&mut self) -> Option<(ClassId, Option<Recorded>)> {
        let id = self.core.arrivals.class();
        let source = &mut self.core.classes[id.index()].source;
        let due = if source.yields_only_jobs() { Due::Job } else { source.due() };
        self.core.arrivals.replace_first(source.next(self.core.now));
        match due {
            Due::Recorded(recorded) => Some((recorded.class, Some(recorded))),
            Due::Tick if self.misses(id) => None,
            Due::Job | Due::Tick => Some((id, None)),
            Due::Nothing => None,
        }
    }

    /// Serves the class whose arrival is first.
    #[inline(always)]
    pub(super) fn arrive(&mut self) {
        let Some((id, recorded)) = self.next_arrival() else { return };
        let Class { via, queue, .. } = self.core.classes[id.index()];
        if F::FULL && self.lifecycle.records.is_some() {
            return self.arrive_tracked(id, recorded, None);
        }
        if !F::FULL && via.is_none() {
            return self.arrive_fast(id, queue, recorded);
        }
        let job = self.create(id, recorded);
        self.admit(job);
    }

    /// A job that nothing can stage or turn away: an idle worker starts it, or it waits in its queue.
    #[inline(always)]
    fn arrive_fast(&mut self, class: ClassId, queue: QueueId, recorded: Option<Recorded>) {
        let (job, created) = self.draw_job(class, recorded);
        match self.idle_server(queue) {
            Some(server) => self.start_at_once(server, queue, (job, created)),
            None => {
                self.core.observer.queued(self.core.now, created, queue);
                self.enqueue(job, queue);
            }
        }
    }

    /// A new job is staged before its dispatcher or enters its queue.
    #[inline(always)]
    pub(super) fn admit(&mut self, job: Job) {
        let via = self.core.classes[job.class.index()].via;
        match via {
            Some(dispatcher) if !self.dispatchers[dispatcher.index()].passes(self.core.now) => {
                self.stage(job, dispatcher);
            }
            _ => self.enter(job),
        }
    }

    #[inline(always)]
    pub(super) fn create(&mut self, class: ClassId, recorded: Option<Recorded>) -> Job {
        let (job, created) = self.draw_job(class, recorded);
        self.core.observer.created(self.core.now, created);
        if F::FULL
            && let Some(counters) = &mut self.control.counters
        {
            counters.created(class, self.core.now);
        }
        job
    }

    /// Draws what a job brings with it.
    #[inline(always)]
    pub(super) fn draw_job(&mut self, class: ClassId, recorded: Option<Recorded>) -> (Job, Created) {
        if F::FULL {
            self.lifecycle.created += 1;
        }
        let demand = &mut self.core.classes[class.index()].demand;
        let tenant = demand.draw_tenant(recorded);
        let service = demand.draw_service(recorded.and_then(|recorded| recorded.service));
        let job = Job { created: self.core.now, service, class, tenant, sequence: self.core.sequence };
        (job, Created { class, tenant, service })
    }

    /// A job becomes ready: an idle worker starts it, or it waits in its queue.
    #[inline(always)]
    pub(super) fn enter(&mut self, job: Job) {
        let queue = self.report_ready(job, None);
        // Where lanes are told apart, it may have to wait although a worker is idle.
        let server = if F::FULL && self.dispatch.lanes.is_some() { None } else { self.idle_server(queue) };
        match server {
            Some((pool, rank)) => {
                self.core.pools[pool.index()].hand_over(rank);
                self.start_idle(pool, queue, ReadyJob { job, ready: self.core.now });
            }
            None => {
                self.enqueue(job, queue);
                if F::FULL && self.may_meet() {
                    self.settle(Reach::Queue(queue));
                }
            }
        }
    }

    #[inline(always)]
    pub(super) fn idle_server(&self, queue: QueueId) -> Option<(PoolId, usize)> {
        let idle = |&(pool, _): &(PoolId, usize)| self.core.pools[pool.index()].has_idle();
        match self.core.servers[queue.index()][..] {
            [only] => idle(&only).then_some(only),
            ref servers => servers.iter().copied().find(idle),
        }
    }

    /// A ready job waits in its queue in the ordinary order.
    #[inline(always)]
    pub(super) fn enqueue(&mut self, job: Job, queue: QueueId) {
        let job = self.note_ready(job, queue, self.core.now);
        self.core.queues[queue.index()].push(job, self.core.classes[job.job.class.index()].lane);
    }

    #[inline(always)]
    pub(super) fn note_ready(&mut self, job: Job, queue: QueueId, ready: SimTime) -> ReadyJob {
        self.core.backlog += 1;
        self.core.sequence = self.core.sequence.next();
        self.mark(queue, true);
        if F::FULL {
            // Not only once jobs have met workers: a look at this job in vain is the one that a job which comes at the instant of the
            // look comes too late for.
            self.plan_polls();
        }
        if F::FULL && self.lifecycle.records.is_some() {
            self.note_waits(&job, queue, ready);
        }
        ReadyJob { job: Job { sequence: self.core.sequence, ..job }, ready }
    }

    /// A job was taken out of a queue, which may be empty now.
    #[inline(always)]
    pub(super) fn note_taken(&mut self, id: QueueId) {
        self.mark(id, !self.core.queues[id.index()].is_empty());
    }

    /// Tells the pools that serve a queue whether it holds jobs.
    #[inline(always)]
    fn mark(&mut self, queue: QueueId, holds_jobs: bool) {
        // A loop over one pool, which is the common case, is not as easy to predict.
        if let [(pool, rank)] = self.core.servers[queue.index()][..] {
            return self.core.pools[pool.index()].ready.set(rank, holds_jobs);
        }
        for &(pool, rank) in &self.core.servers[queue.index()] {
            self.core.pools[pool.index()].ready.set(rank, holds_jobs);
        }
    }

    /// The first job of a pool is finished; its worker leaves, starts the next job or becomes idle.
    #[inline(always)]
    pub(super) fn complete(&mut self, id: PoolId) {
        let running = self.core.pools[id.index()].server.finishing();
        if F::FULL {
            return self.complete_specially(id, running);
        }
        let Running { created, class, tenant, .. } = running;
        self.core.observer.completed(self.core.now, Completion { class, tenant, pool: id, created });
        self.go_on(id, running);
    }

    #[cold]
    fn complete_specially(&mut self, id: PoolId, running: Running) {
        if running.attempt.is_some() {
            return self.complete_attempt(id, running);
        }
        let Running { created, class, tenant, .. } = running;
        self.core.observer.completed(self.core.now, Completion { class, tenant, pool: id, created });
        if let Some(counters) = &mut self.control.counters {
            counters.completed(class);
        }
        self.go_on(id, running);
    }

    #[inline(always)]
    pub(super) fn report_ready(&mut self, job: Job, staged: Option<DispatcherId>) -> QueueId {
        let queue = self.core.classes[job.class.index()].queue;
        let copy = F::FULL && self.is_copy(&job);
        let ready = Ready { class: job.class, queue, created: job.created, staged, copy };
        self.core.observer.ready(self.core.now, ready);
        queue
    }
}
