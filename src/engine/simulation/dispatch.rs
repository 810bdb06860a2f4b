//! The only place where jobs meet workers: who starts what, and what a worker does that has finished a job.

use crate::engine::job::{Job, ReadyJob, Running, Sequence};
use crate::engine::observer::{Created, Observer, Start};
use crate::engine::policy::lane_dispatch::{At, Pick};
use crate::engine::policy::limits::Claim;
use crate::engine::pool::server::slots::Interruptible;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, PoolId, QueueId};
use crate::units::{SimDuration, SimTime};

/// Whose idle workers may start something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Those of the pools that serve a queue.
    Queue(QueueId),
    All,
}

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// A job that comes while a worker is idle is told in one call, and is in no queue.
    // The whole way of a job is inlined into the loop, as the state it needs then stays in registers (`benches/README.md`, `f5b15ab`).
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
        self.core.pools[id.index()].hand_over(rank);
        self.occupy(id, Running::plain(&job), finish);
    }

    /// An idle worker is busy from now on; says in which slot.
    #[inline(always)]
    fn occupy(&mut self, id: PoolId, running: Running, finish: SimTime) -> usize {
        let server = &mut self.core.pools[id.index()].server;
        let slot = server.occupy(running, finish, self.core.starts);
        // Only this pool's next completion can be another one: no need to look at all pools.
        let next = server.next_completion();
        if next.precedes(self.core.next_completion.0) {
            self.core.next_completion = (next, id);
        }
        slot
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
        let slot = self.occupy(pool, running, finish);
        if F::FULL && self.workforce.known.contains(&pool) {
            self.seat(pool, slot);
        }
        self.keep(pool, slot, (queue, job));
    }

    /// The worker of the job that is finished next starts another one.
    #[inline(always)]
    pub(super) fn start_next(&mut self, pool: PoolId, queue: QueueId, job: ReadyJob) {
        let (running, finish) = self.start(pool, queue, job);
        let slot = self.core.pools[pool.index()].server.succeed(running, finish, self.core.starts);
        self.keep(pool, slot, (queue, job));
    }

    /// Notes what must be known to interrupt a job, in pools that may.
    #[inline(always)]
    fn keep(&mut self, pool: PoolId, slot: usize, (queue, job): (QueueId, ReadyJob)) {
        if F::FULL && self.core.pools[pool.index()].server.keeps() {
            let whole = self.service_time(job.job.class, job.job.service, pool);
            let done = self.take_done(&job.job);
            self.core.pools[pool.index()]
                .server
                .keep(slot, Interruptible { job, queue, start: self.core.now, whole, done });
        }
    }

    /// The worker of the job that is finished first leaves, starts the next job or becomes idle.
    #[inline(always)]
    pub(super) fn go_on(&mut self, id: PoolId, running: Running) {
        if F::FULL {
            if self.workforce.restarting.contains(&id) {
                self.leave_to_restart(id);
            }
            self.free_slot(id, running);
        }
        if self.leaves(id) {
            let pool = &mut self.core.pools[id.index()];
            pool.server.release();
            self.core.observer.workers(self.core.now, id, pool.available());
        } else if let Some((queue, job)) = self.next_job(id) {
            self.start_next(id, queue, job);
        } else {
            self.become_idle(id);
        }
        if F::FULL && self.shares_room() {
            self.go_on_elsewhere(id);
        }
        self.find_next_completion();
    }

    /// Whether the worker of the job that is finished first leaves the pool.
    #[inline(always)]
    fn leaves(&mut self, id: PoolId) -> bool {
        if F::FULL && self.workforce.buffer(id).is_some() {
            let pool = &self.core.pools[id.index()];
            return pool.leaves(pool.server.finishing_slot());
        }
        let told = F::FULL && self.workforce.known.contains(&id) && self.leaves_as_told(id);
        let pool = &self.core.pools[id.index()];
        told || pool.busy() > pool.size
    }

    /// The job that the worker of the job that is finished first takes next: of its buffer where it has one.
    #[inline(always)]
    fn next_job(&mut self, id: PoolId) -> Option<(QueueId, ReadyJob)> {
        if F::FULL && self.workforce.buffer(id).is_some() {
            return self.next_of_buffer(id);
        }
        if F::FULL && self.dispatch.lanes.is_some() {
            return self.next_of_lanes(id);
        }
        let queue = self.pick_head(id)?;
        Some((queue, self.take_head(queue)))
    }

    #[cold]
    fn next_of_lanes(&mut self, id: PoolId) -> Option<(QueueId, ReadyJob)> {
        let pick = self.pick(id)?;
        Some((pick.queue, self.take(id, pick)))
    }

    #[inline(always)]
    fn become_idle(&mut self, id: PoolId) {
        if F::FULL && self.workforce.known.contains(&id) {
            self.rest(id);
        }
        self.core.pools[id.index()].server.release();
        if F::FULL && self.workforce.polling.contains(&id) {
            self.look_later(id);
        }
    }

    /// Whether a job that leaves its worker can let others start elsewhere than on that worker.
    #[inline(always)]
    fn shares_room(&self) -> bool {
        self.dispatch.lanes.is_some() || !self.workforce.buffers.is_empty()
    }

    /// A job has left a pool: its process may take another one in advance, and a limit that it was under may let others start.
    #[cold]
    fn go_on_elsewhere(&mut self, id: PoolId) {
        self.fetch(id);
        if self.dispatch.lanes.as_ref().is_some_and(|lanes| lanes.limits.join_pools()) {
            self.settle(Reach::All);
        }
        self.plan_polls();
    }

    /// A job no longer holds its slot of a limit.
    #[inline(always)]
    pub(super) fn free_slot(&mut self, id: PoolId, job: Running) {
        if self.dispatch.lanes.is_some() {
            self.free_slot_of_lanes(id, job);
        }
    }

    #[cold]
    fn free_slot_of_lanes(&mut self, id: PoolId, job: Running) {
        if let Some(lanes) = &mut self.dispatch.lanes {
            let queue = self.core.classes[job.class.index()].queue;
            let claim = Claim { pool: id, queue, key: lanes.key(job.class, job.tenant) };
            lanes.ended(claim, self.core.pools[id.index()].policies(), self.core.now);
        }
    }

    /// Whether a job that has found no idle worker can meet one all the same.
    #[inline(always)]
    pub(super) fn may_meet(&self) -> bool {
        self.shares_room() || !self.workforce.preempting.is_empty()
    }

    /// Jobs have come to wait, or workers are there that were not: idle ones start what they may, processes take in advance, those that
    /// poll are told when to look, and more urgent jobs take the workers of others; each pool by pool, in the order of the model.
    ///
    /// It is called where that happens and not once at the end of an event, as what follows in the same event goes by it: a change of
    /// service times comes after the workers of the same change have started jobs, a dispatcher that moves several batches has the first
    /// one started before the next, of two jobs that are due at once the second finds the room that the first left. (Who polls was told of
    /// a job that has come when it came, by `note_ready`.)
    pub(super) fn settle(&mut self, reach: Reach) {
        match reach {
            Reach::Queue(queue) => {
                for place in 0..self.core.servers[queue.index()].len() {
                    self.employ(self.core.servers[queue.index()][place].0);
                }
            }
            Reach::All => (0..self.core.pools.len()).for_each(|place| self.employ(PoolId(place as u16))),
        }
        if F::FULL {
            self.fetch_all();
            if reach == Reach::All {
                self.plan_polls();
            }
            self.preempt();
        }
    }

    /// Idle workers of a pool start what they may.
    #[inline]
    fn employ(&mut self, id: PoolId) {
        while self.core.pools[id.index()].has_idle() {
            let Some(pick) = self.pick(id) else { break };
            self.start_picked(id, pick);
        }
    }

    /// An idle worker starts the job that was picked.
    #[inline]
    pub(super) fn start_picked(&mut self, id: PoolId, pick: Pick) {
        let job = self.take(id, pick);
        self.start_idle(id, pick.queue, job);
    }

    /// The job that a worker takes next; those that it finds over a limit that says so go back.
    #[inline(always)]
    pub(super) fn pick(&mut self, id: PoolId) -> Option<Pick> {
        if F::FULL && self.dispatch.lanes.is_some() {
            return self.pick_lane(id);
        }
        Some(Pick { queue: self.pick_head(id)?, lane: None })
    }

    #[inline(always)]
    fn pick_head(&mut self, id: PoolId) -> Option<QueueId> {
        self.core.pools[id.index()].pick(&self.core.queues, &self.dispatch.terms, self.core.now)
    }

    #[inline(never)]
    fn pick_lane(&mut self, id: PoolId) -> Option<Pick> {
        loop {
            let pick = self.look(id)?;
            match self.dispatch.lanes.as_ref()?.requeues(id, pick) {
                None => return Some(pick),
                Some(delay) => self.requeue(pick, delay),
            }
        }
    }

    /// The job that a worker would take next, if it does not go back, with its class.
    pub(super) fn look_for_one(&mut self, id: PoolId) -> Option<(Pick, ClassId)> {
        if self.dispatch.lanes.is_none() {
            let pick = self.pick(id)?;
            return Some((pick, self.core.queues[pick.queue.index()].peek()?.job.class));
        }
        let pick = self.look(id)?;
        let stays = self.dispatch.lanes.as_ref()?.requeues(id, pick).is_none();
        stays.then_some((pick, pick.lane?.class))
    }

    fn look(&mut self, id: PoolId) -> Option<Pick> {
        let pool = &mut self.core.pools[id.index()];
        let size = pool.size;
        let (policy, ready, served) = pool.picker();
        let at = At { pool: id, size, ready, served, now: self.core.now };
        self.dispatch.lanes.as_mut()?.pick(&at, policy, &mut self.core.queues)
    }

    /// A job leaves its queue, to be back at its tail after a delay.
    fn requeue(&mut self, pick: Pick, delay: SimDuration) {
        let ReadyJob { job, ready } = self.take_out_of(pick);
        self.delay(&job, (pick.queue, ready), self.core.now.after(delay));
    }

    /// Takes the job that was picked out of its queue, to be started now; it holds its slots from now on.
    #[inline(always)]
    pub(super) fn take(&mut self, id: PoolId, pick: Pick) -> ReadyJob {
        let ready = self.take_out_of(pick);
        if F::FULL
            && let Some(key) = pick.lane
        {
            self.claim(Claim { pool: id, queue: pick.queue, key }, &ready.job);
        }
        ready
    }

    #[inline(always)]
    fn take_out_of(&mut self, Pick { queue, lane }: Pick) -> ReadyJob {
        let Some(key) = lane.filter(|_| F::FULL) else { return self.take_head(queue) };
        let job = self.core.queues[queue.index()].lane_queue().and_then(|lanes| lanes.pop(key));
        self.hand_out(queue, job)
    }

    #[inline(always)]
    fn take_head(&mut self, queue: QueueId) -> ReadyJob {
        let job = self.core.queues[queue.index()].pop();
        self.hand_out(queue, job)
    }

    #[inline(always)]
    fn hand_out(&mut self, queue: QueueId, job: Option<ReadyJob>) -> ReadyJob {
        let job = job.expect("pools mark only queues that hold jobs");
        self.core.backlog -= 1;
        self.note_taken(queue);
        job
    }

    fn claim(&mut self, claim: Claim, job: &Job) {
        let takes = self.service_time(job.class, job.service, claim.pool);
        if let Some(lanes) = &mut self.dispatch.lanes {
            let claim = Claim { key: lanes.key(job.class, job.tenant), ..claim };
            lanes.started(claim, self.core.pools[claim.pool.index()].policies(), (self.core.now, takes));
        }
    }
}
