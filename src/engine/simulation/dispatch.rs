//! Where jobs meet workers: who starts what, and what a worker does that has finished a job.

use crate::engine::job::{Job, ReadyJob, Running, Sequence};
use crate::engine::observer::{Created, Observer, Start};
use crate::engine::policy::lane_dispatch::{At, Pick};
use crate::engine::policy::limits::Claim;
use crate::engine::pool::Interruptible;
use crate::engine::queue::Queue;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, PoolId, QueueId};
use crate::units::{SimDuration, SimTime};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    #[inline(always)]
    pub(super) fn start_at_once(
        &mut self,
        (id, rank): (PoolId, usize),
        queue: QueueId,
        (job, created): (Job, Created),
    ) {
        let Job { class, tenant, service, .. } = job;
        let finish = self.core.now.after(self.service_time(class, service, id));
        let start =
            Start { class, tenant, queue, pool: id, created: self.core.now, ready: self.core.now, finish, copy: false };
        self.core.observer.started_at_once(self.core.now, created, start);
        self.core.starts += 1;
        let pool = &mut self.core.pools[id.index()];
        pool.note_served(rank);
        pool.occupy(Running::plain(&job), finish, self.core.starts);
        let next = pool.next_completion();
        if next.precedes(self.core.next_completion.0) {
            self.core.next_completion = (next, id);
        }
    }

    /// Takes the next job of a queue that is not empty.
    #[inline(always)]
    pub(super) fn take(&mut self, id: QueueId) -> ReadyJob {
        let job = self.core.queues[id.index()].pop();
        self.hand_out(id, job)
    }

    /// Takes a job of a queue that is not empty.
    #[inline(always)]
    pub(super) fn take_from(&mut self, id: QueueId, take: impl FnOnce(&mut Queue) -> Option<ReadyJob>) -> ReadyJob {
        let job = take(&mut self.core.queues[id.index()]);
        self.hand_out(id, job)
    }

    #[inline(always)]
    fn hand_out(&mut self, id: QueueId, job: Option<ReadyJob>) -> ReadyJob {
        let job = job.expect("pools mark only queues that hold jobs");
        self.core.backlog -= 1;
        self.note_taken(id);
        job
    }

    /// Reports the start of a job and says until when it runs.
    #[inline(always)]
    pub(super) fn start(&mut self, pool: PoolId, queue: QueueId, ready: ReadyJob) -> (Running, SimTime) {
        self.core.starts += 1;
        if F::FULL && self.lifecycle.records.is_some() {
            return self.start_attempt(pool, queue, ready);
        }
        let ReadyJob { job, ready } = ready;
        let Job { created, service, class, tenant, sequence } = job;
        let finish = self.core.now.after(self.service_time(class, service, pool));
        let start = Start { class, tenant, queue, pool, created, ready, finish, copy: false };
        if F::FULL {
            self.report_start(start, sequence);
        } else {
            self.core.observer.started(self.core.now, start);
        }
        (Running::plain(&job), finish)
    }

    /// Reports the start of a job that has no record of its fate.
    #[cold]
    pub(super) fn report_start(&mut self, start: Start, sequence: Sequence) {
        if self.lifecycle.attempted.is_empty()
            || !self.lifecycle.attempted.remove(&(start.created, start.class, sequence.0))
        {
            self.core.observer.started(self.core.now, start);
            if let Some(counters) = &mut self.control.counters {
                counters.started(start.class, start.created, self.core.now);
            }
        } else {
            self.core.observer.restarted(self.core.now, start);
        }
    }

    /// How long a demand takes in a pool.
    #[inline(always)]
    pub(super) fn service_time(&self, class: ClassId, service: SimDuration, pool: PoolId) -> SimDuration {
        if self.control.stretches { self.stretch(class, service, pool) } else { service }
    }

    fn stretch(&self, class: ClassId, service: SimDuration, pool: PoolId) -> SimDuration {
        let factor = self.control.service_factors.as_ref().map_or(1.0, |factors| factors[class.index()]);
        match factor / self.core.pools[pool.index()].speed {
            1.0 => service,
            factor => SimDuration::from_secs_f64(service.as_secs_f64() * factor),
        }
    }

    #[inline(always)]
    pub(super) fn start_idle(&mut self, pool: PoolId, queue: QueueId, job: ReadyJob) {
        let (running, finish) = self.start(pool, queue, job);
        let pool_state = &mut self.core.pools[pool.index()];
        let slot = pool_state.occupy(running, finish, self.core.starts);
        let next = pool_state.next_completion();
        if next.precedes(self.core.next_completion.0) {
            self.core.next_completion = (next, pool);
        }
        if F::FULL && self.workforce.rosters {
            self.seat(pool, slot);
        }
        self.keep(pool, slot, (queue, job));
    }

    /// The worker of the job that is finished next starts another one.
    #[inline(always)]
    pub(super) fn start_next(&mut self, pool: PoolId, queue: QueueId, job: ReadyJob) {
        let (running, finish) = self.start(pool, queue, job);
        let slot = self.core.pools[pool.index()].succeed(running, finish, self.core.starts);
        self.keep(pool, slot, (queue, job));
    }

    /// Notes what must be known to interrupt a job, in pools that may.
    #[inline(always)]
    fn keep(&mut self, pool: PoolId, slot: usize, (queue, job): (QueueId, ReadyJob)) {
        if F::FULL && self.core.pools[pool.index()].keeps() {
            let whole = self.service_time(job.job.class, job.job.service, pool);
            let done = self.take_done(&job.job);
            self.core.pools[pool.index()].keep(slot, Interruptible { job, queue, start: self.core.now, whole, done });
        }
    }

    /// The worker of the job that is finished first leaves, starts the next job or becomes idle.
    #[inline(always)]
    pub(super) fn go_on(&mut self, id: PoolId, running: Running) {
        if F::FULL && self.workforce.restarts {
            self.leave_to_restart(id);
        }
        if F::FULL && self.workforce.buffers.get(id.index()).is_some_and(Option::is_some) {
            return self.go_on_from_buffer(id, running);
        }
        if F::FULL && self.dispatch.lanes.is_some() {
            return self.complete_by_choice(id, running);
        }
        let told = F::FULL && self.workforce.rosters && self.leaves_as_told(id);
        let pool = &mut self.core.pools[id.index()];
        if told || pool.busy() > pool.size {
            pool.release();
            self.core.observer.workers(self.core.now, id, pool.available());
        } else if let Some(queue) = pool.pick(&self.core.queues, &self.dispatch.priorities) {
            let job = self.take(queue);
            self.start_next(id, queue, job);
        } else {
            if F::FULL && self.workforce.rosters {
                self.rest(id);
            }
            self.core.pools[id.index()].release();
            if F::FULL && self.workforce.polls {
                self.look_later(id);
            }
        }
        self.find_next_completion();
    }

    /// Idle workers start what is ready, pool by pool.
    pub(super) fn employ_idle(&mut self) {
        if self.dispatch.lanes.is_some() {
            return self.employ_all_by_choice();
        }
        for place in 0..self.core.pools.len() {
            let id = PoolId(place as u16);
            while self.core.pools[place].has_idle() {
                let Some(queue) = self.core.pools[place].pick(&self.core.queues, &self.dispatch.priorities) else {
                    break;
                };
                let job = self.take(queue);
                self.start_idle(id, queue, job);
            }
        }
        self.fetch_all();
        if self.workforce.polls {
            self.plan_polls();
        }
        if self.workforce.preempts {
            self.preempt();
        }
    }

    /// A job became ready: it waits, and idle workers of the pools that serve its queue choose.
    #[cold]
    pub(super) fn enter_by_choice(&mut self, job: Job, queue: QueueId) {
        self.enqueue(job, queue);
        for i in 0..self.core.servers[queue.index()].len() {
            let (pool, _) = self.core.servers[queue.index()][i];
            self.employ_by_choice(pool);
        }
        self.fetch_all();
        if self.workforce.preempts {
            self.preempt();
        }
    }

    /// The first job of a pool is finished. A limit that it was under may let other pools go on.
    #[cold]
    pub(super) fn complete_by_choice(&mut self, id: PoolId, job: Running) {
        self.free_slot(id, job);
        self.succeed_by_choice(id);
        self.go_on_elsewhere();
        self.find_next_completion();
    }

    /// A job that has left a pool may let others start that a limit held back.
    pub(super) fn go_on_elsewhere(&mut self) {
        if self.dispatch.lanes.as_ref().is_some_and(|choice| choice.limits.join_pools()) {
            self.employ_all_by_choice();
        }
        if self.workforce.polls {
            self.plan_polls();
        }
    }

    /// A job no longer holds its slot.
    pub(super) fn free_slot(&mut self, id: PoolId, job: Running) {
        if let Some(choice) = &mut self.dispatch.lanes {
            let queue = self.core.classes[job.class.index()].queue;
            let claim = Claim { pool: id, queue, key: choice.key(job.class, job.tenant) };
            choice.note_end(claim, self.core.now);
        }
    }

    fn succeed_by_choice(&mut self, id: PoolId) {
        let told = self.workforce.rosters && self.leaves_as_told(id);
        let pool = &mut self.core.pools[id.index()];
        if told || pool.busy() > pool.size {
            pool.release();
            self.core.observer.workers(self.core.now, id, pool.available());
        } else if let Some(pick) = self.pick(id) {
            let job = self.take_picked(id, pick);
            self.start_next(id, pick.queue, job);
        } else {
            if self.workforce.rosters {
                self.rest(id);
            }
            self.core.pools[id.index()].release();
            if self.workforce.polls {
                self.look_later(id);
            }
        }
    }

    /// Idle workers of all pools start what they may, pool by pool.
    #[cold]
    pub(super) fn employ_all_by_choice(&mut self) {
        (0..self.core.pools.len()).for_each(|place| self.employ_by_choice(PoolId(place as u16)));
        self.fetch_all();
        if self.workforce.polls {
            self.plan_polls();
        }
        if self.workforce.preempts {
            self.preempt();
        }
    }

    fn employ_by_choice(&mut self, id: PoolId) {
        while self.core.pools[id.index()].has_idle() {
            let Some(pick) = self.pick(id) else { break };
            self.start_picked(id, pick);
        }
    }

    /// An idle worker starts the job that was picked.
    pub(super) fn start_picked(&mut self, id: PoolId, pick: Pick) {
        let job = self.take_picked(id, pick);
        self.start_idle(id, pick.queue, job);
    }

    /// The job that a worker takes next; those that it finds over a limit that says so go back.
    pub(super) fn pick(&mut self, id: PoolId) -> Option<Pick> {
        loop {
            let pick = self.look(id)?;
            match self.dispatch.lanes.as_ref()?.requeues(id, pick) {
                None => return Some(pick),
                Some(delay) => self.requeue(pick, delay),
            }
        }
    }

    /// The job that a worker would take next, if it does not go back.
    pub(super) fn look_for_one(&mut self, id: PoolId) -> Option<Pick> {
        let pick = self.look(id)?;
        self.dispatch.lanes.as_ref()?.requeues(id, pick).is_none().then_some(pick)
    }

    fn look(&mut self, id: PoolId) -> Option<Pick> {
        let pool = &self.core.pools[id.index()];
        let at = At { pool: id, size: pool.size, ready: &pool.ready, served: pool.served(), now: self.core.now };
        self.dispatch.lanes.as_mut()?.pick(&at, &mut self.core.queues)
    }

    /// A job leaves its queue, to be back at its tail after a delay.
    fn requeue(&mut self, pick: Pick, delay: SimDuration) {
        let ReadyJob { job, ready } = self.take_from(pick.queue, |queue| queue.lane_queue()?.pop(pick.key));
        self.delay(&job, (pick.queue, ready), self.core.now.after(delay));
    }

    /// Takes the job that was picked out of its queue, to be started now; it holds a slot from now on.
    pub(super) fn take_picked(&mut self, id: PoolId, pick: Pick) -> ReadyJob {
        let ready = self.take_from(pick.queue, |queue| queue.lane_queue()?.pop(pick.key));
        let Job { class, tenant, service, .. } = ready.job;
        let takes = self.service_time(class, service, id);
        if let Some(choice) = &mut self.dispatch.lanes {
            let claim = Claim { pool: id, queue: pick.queue, key: choice.key(class, tenant) };
            choice.note_start(claim, self.core.now, takes);
        }
        ready
    }

    /// An idle worker starts the job that [`Self::next_of`] found.
    pub(super) fn start_chosen(&mut self, id: PoolId, queue: QueueId, pick: Option<Pick>) {
        let job = self.take_chosen(id, queue, pick);
        self.start_idle(id, queue, job);
    }

    /// Takes the job that [`Self::next_of`] found out of its queue.
    pub(super) fn take_chosen(&mut self, id: PoolId, queue: QueueId, pick: Option<Pick>) -> ReadyJob {
        match pick {
            Some(pick) => self.take_picked(id, pick),
            None => self.take(queue),
        }
    }

    /// Where the next job of a pool waits, its class, and the lane where lanes are chosen.
    pub(super) fn next_of(&mut self, id: PoolId) -> Option<(QueueId, ClassId, Option<Pick>)> {
        if self.dispatch.lanes.is_some() {
            return self.pick(id).map(Pick::next);
        }
        let queue = self.core.pools[id.index()].pick(&self.core.queues, &self.dispatch.priorities)?;
        Some((queue, self.core.queues[queue.index()].peek()?.job.class, None))
    }
}
