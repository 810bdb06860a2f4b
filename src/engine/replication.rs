//! The event loop, and the way of a job through it: admit, enter the queue, start, complete.

use std::collections::{BTreeMap, BTreeSet};

use super::arrivals::{Due, Heads, Recorded, Source};
use super::budget::Budget;
use super::calm::Calm;
use super::changes::Changes;
use super::choice::Choice;
use super::demand::Demand;
use super::dispatchers::Dispatcher;
use super::fates::Fates;
use super::job::{Job, ReadyJob, Running, Sequence};
use super::meters::Meters;
use super::policies::Policies;
use super::pool::{Done, Kept, NextCompletion, Pool};
use super::prefetch::Prefetch;
use super::queue::Queue;
use super::responses::Watch;
use super::staff::Staff;
use super::timers::{Timer, Timers};
use super::{Completion, Created, Halt, Observer, Ready, Reason, Start};
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};
use crate::units::{SimDuration, SimTime};

/// The state of one replication. Vectors are indexed by the ids of the model.
///
/// Compiled twice, so that an ordinary model does not pay for what it does not use: without `SPECIAL`, no job has another fate than
/// its completion, workers take the heads of queues, no running job is interrupted, and no alert counts by class.
pub(super) struct Replication<'m, 'o, O, const SPECIAL: bool> {
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

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Advances to the least of the heads until the horizon, and then as long as the observer follows the jobs that are there.
    pub(super) fn run(mut self) -> Result<(), Halt> {
        self.begin();
        while self.serve_some()? {}
        self.report_unfinished();
        if self.observer.passes_horizon() { self.follow() } else { Ok(()) }
    }

    /// Serves many events, and counts them; false at the end of the run.
    #[inline(always)]
    fn serve_some(&mut self) -> Result<bool, Halt> {
        let chunk = self.chunk();
        for event in 0..chunk {
            if !self.serve_next()? {
                self.budget.note(u64::from(event));
                return Ok(false);
            }
        }
        self.spend(u64::from(chunk))?;
        Ok(true)
    }

    /// Serves the least of the heads; false at the end of the run.
    #[inline(always)]
    pub(super) fn serve_next(&mut self) -> Result<bool, Halt> {
        let (timer, arrival) = (self.timers.first_time(), self.arrivals.first());
        let (completion, pool) = self.next_completion;
        if timer <= arrival && timer <= completion.time() && self.timer_precedes(completion.time()) {
            self.advance_to(timer);
            if self.serve_timer() == Timer::End {
                return Ok(false);
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
        Ok(true)
    }

    /// Goes on beyond the horizon, at most as long again. Whoever follows jobs is told of all events of the last instant, so that it does
    /// not matter which of them came first. A backlog beyond its limit ends it, as jobs that come now do not count.
    #[cold]
    #[inline(never)]
    fn follow(&mut self) -> Result<(), Halt> {
        self.timers.add(self.horizon.twice(), Timer::End);
        self.budget.follows();
        let (mut chunk, mut events) = (self.chunk(), 0);
        loop {
            let is_over = self.next_time() > self.now && !self.observer.follows();
            if is_over || !self.serve_next().unwrap_or(false) {
                break;
            }
            events += 1;
            if events == chunk {
                self.spend(u64::from(chunk))?;
                (chunk, events) = (self.chunk(), 0);
            }
        }
        self.report_unfinished();
        Ok(())
    }

    #[inline]
    fn advance_to(&mut self, time: SimTime) {
        assert!(time >= self.now, "an event was scheduled in the past: at {time:?}, and it is {:?}", self.now);
        if SPECIAL && self.measures_load {
            self.count_load(time);
        }
        self.now = time;
    }

    /// Whether a timer that is due before or at the next completion comes before it.
    fn timer_precedes(&self, completion: SimTime) -> bool {
        self.timers.first().is_some_and(|(time, timer)| time < completion || timer.precedes_completions())
    }

    #[inline]
    fn check_backlog(&mut self) -> Result<(), Halt> {
        if self.backlog > self.backlog_limit {
            return Err(self.halt(Reason::Backlog));
        }
        self.check_drained();
        Ok(())
    }

    #[inline]
    fn check_drained(&mut self) {
        if self.calm.is_some() {
            self.watch_drain();
        }
    }

    /// Finds the pool whose completion is next.
    #[inline(always)]
    pub(super) fn find_next_completion(&mut self) {
        if let [pool] = &self.pools[..] {
            self.next_completion = (pool.next_completion(), PoolId(0));
            return;
        }
        let mut first = (NextCompletion::NEVER, PoolId(0));
        for (pool, place) in self.pools.iter().zip(0..) {
            let next = pool.next_completion();
            if next.precedes(first.0) {
                first = (next, PoolId(place));
            }
        }
        self.next_completion = first;
    }

    /// The class whose arrival is first, and what is recorded of the job; `None`: no job comes of it.
    #[inline(always)]
    pub(super) fn next_arrival(&mut self) -> Option<(ClassId, Option<Recorded>)> {
        let id = self.arrivals.class();
        let source = &mut self.classes[id.index()].source;
        let due = if source.brings_jobs_only() { Due::Job } else { source.due() };
        self.arrivals.replace_first(source.next(self.now));
        match due {
            Due::Recorded(recorded) => Some((recorded.class, Some(recorded))),
            Due::Tick if self.misses(id) => None,
            Due::Job | Due::Tick => Some((id, None)),
            Due::Nothing => None,
        }
    }

    /// Serves the class whose arrival is first.
    #[inline(always)]
    fn arrive(&mut self) {
        let Some((id, recorded)) = self.next_arrival() else { return };
        let Class { via, queue, .. } = self.classes[id.index()];
        if SPECIAL && self.fates.is_some() {
            return self.come(id, recorded, None);
        }
        if !SPECIAL && via.is_none() {
            return self.come_plainly(id, queue, recorded);
        }
        let job = self.create(id, recorded);
        self.admit(job);
    }

    /// A job that nothing can stage or turn away: an idle worker starts it, or it waits in its queue.
    #[inline(always)]
    fn come_plainly(&mut self, class: ClassId, queue: QueueId, recorded: Option<Recorded>) {
        let (job, created) = self.draw_job(class, recorded);
        match self.idle_server(queue) {
            Some(server) => self.start_at_once(server, queue, (job, created)),
            None => {
                self.observer.queued(self.now, created, queue);
                self.enqueue(job, queue);
            }
        }
    }

    #[inline(always)]
    fn start_at_once(&mut self, (id, rank): (PoolId, usize), queue: QueueId, (job, created): (Job, Created)) {
        let Job { class, tenant, service, .. } = job;
        let finish = self.now.after(self.service_time(class, service, id));
        let start = Start { class, tenant, queue, pool: id, created: self.now, ready: self.now, finish, copy: false };
        self.observer.started_at_once(self.now, created, start);
        self.starts += 1;
        let pool = &mut self.pools[id.index()];
        pool.note_served(rank);
        pool.occupy(Running::plain(&job), finish, self.starts);
        let next = pool.next_completion();
        if next.precedes(self.next_completion.0) {
            self.next_completion = (next, id);
        }
    }

    /// A new job is staged before its dispatcher or enters its queue.
    #[inline(always)]
    pub(super) fn admit(&mut self, job: Job) {
        let via = self.classes[job.class.index()].via;
        match via {
            Some(dispatcher) if !self.dispatchers[dispatcher.index()].passes(self.now) => self.stage(job, dispatcher),
            _ => self.enter(job),
        }
    }

    #[inline(always)]
    pub(super) fn create(&mut self, class: ClassId, recorded: Option<Recorded>) -> Job {
        let (job, created) = self.draw_job(class, recorded);
        self.observer.created(self.now, created);
        if SPECIAL && let Some(meters) = &mut self.meters {
            meters.created(class, self.now);
        }
        job
    }

    /// Draws what a job brings with it.
    #[inline(always)]
    pub(super) fn draw_job(&mut self, class: ClassId, recorded: Option<Recorded>) -> (Job, Created) {
        if SPECIAL {
            self.created += 1;
        }
        let demand = &mut self.classes[class.index()].demand;
        let tenant = demand.draw_tenant(recorded);
        let service = demand.draw_service(recorded.and_then(|recorded| recorded.service));
        let job = Job { created: self.now, service, class, tenant, sequence: self.sequence };
        (job, Created { class, tenant, service })
    }

    /// A job becomes ready: an idle worker starts it, or it waits in its queue.
    #[inline(always)]
    pub(super) fn enter(&mut self, job: Job) {
        let queue = self.classes[job.class.index()].queue;
        self.observer.ready(
            self.now,
            Ready { class: job.class, queue, created: job.created, staged: None, copy: SPECIAL && self.is_copy(&job) },
        );
        if SPECIAL && self.choice.is_some() {
            return self.enter_by_choice(job, queue);
        }
        match self.idle_server(queue) {
            Some((pool, rank)) => {
                self.pools[pool.index()].note_served(rank);
                self.start_idle(pool, queue, ReadyJob { job, ready: self.now });
            }
            None => {
                self.enqueue(job, queue);
                if SPECIAL && !self.prefetches.is_empty() {
                    self.fetch_all();
                }
                if SPECIAL && self.preempts {
                    self.preempt();
                }
            }
        }
    }

    #[inline(always)]
    pub(super) fn idle_server(&self, queue: QueueId) -> Option<(PoolId, usize)> {
        let idle = |&(pool, _): &(PoolId, usize)| self.pools[pool.index()].has_idle();
        match self.servers[queue.index()][..] {
            [only] => idle(&only).then_some(only),
            ref servers => servers.iter().copied().find(idle),
        }
    }

    /// A ready job waits in its queue in the ordinary order.
    #[inline(always)]
    pub(super) fn enqueue(&mut self, job: Job, queue: QueueId) {
        let job = self.note_ready(job, queue, self.now);
        self.queues[queue.index()].push(job, self.classes[job.job.class.index()].lane);
    }

    #[inline(always)]
    pub(super) fn note_ready(&mut self, job: Job, queue: QueueId, ready: SimTime) -> ReadyJob {
        self.backlog += 1;
        self.sequence = self.sequence.next();
        self.mark(queue, true);
        if SPECIAL && self.polls {
            self.plan_polls();
        }
        if SPECIAL && self.fates.is_some() {
            self.note_fate_waits(&job, queue, ready);
        }
        ReadyJob { job: Job { sequence: self.sequence, ..job }, ready }
    }

    /// Takes the next job of a queue that is not empty.
    #[inline(always)]
    pub(super) fn take(&mut self, id: QueueId) -> ReadyJob {
        let job = self.queues[id.index()].pop();
        self.hand_out(id, job)
    }

    /// Takes a job of a queue that is not empty.
    #[inline(always)]
    pub(super) fn take_from(&mut self, id: QueueId, take: impl FnOnce(&mut Queue) -> Option<ReadyJob>) -> ReadyJob {
        let job = take(&mut self.queues[id.index()]);
        self.hand_out(id, job)
    }

    #[inline(always)]
    fn hand_out(&mut self, id: QueueId, job: Option<ReadyJob>) -> ReadyJob {
        let job = job.expect("pools mark only queues that hold jobs");
        self.backlog -= 1;
        self.note_taken(id);
        job
    }

    /// A job was taken out of a queue, which may be empty now.
    #[inline(always)]
    pub(super) fn note_taken(&mut self, id: QueueId) {
        self.mark(id, !self.queues[id.index()].is_empty());
    }

    /// Tells the pools that serve a queue whether it holds jobs.
    #[inline(always)]
    fn mark(&mut self, queue: QueueId, holds_jobs: bool) {
        // A loop over one pool, which is the common case, is not as easy to predict.
        if let [(pool, rank)] = self.servers[queue.index()][..] {
            return self.pools[pool.index()].ready.set(rank, holds_jobs);
        }
        for &(pool, rank) in &self.servers[queue.index()] {
            self.pools[pool.index()].ready.set(rank, holds_jobs);
        }
    }

    /// Reports the start of a job and says until when it runs.
    #[inline(always)]
    pub(super) fn start(&mut self, pool: PoolId, queue: QueueId, ready: ReadyJob) -> (Running, SimTime) {
        self.starts += 1;
        if SPECIAL && self.fates.is_some() {
            return self.start_attempt(pool, queue, ready);
        }
        let ReadyJob { job, ready } = ready;
        let Job { created, service, class, tenant, sequence } = job;
        let finish = self.now.after(self.service_time(class, service, pool));
        let start = Start { class, tenant, queue, pool, created, ready, finish, copy: false };
        if SPECIAL {
            self.report_start(start, sequence);
        } else {
            self.observer.started(self.now, start);
        }
        (Running::plain(&job), finish)
    }

    /// Reports the start of a job that has no record of its fate.
    #[cold]
    pub(super) fn report_start(&mut self, start: Start, sequence: Sequence) {
        if self.again.is_empty() || !self.again.remove(&(start.created, start.class, sequence.0)) {
            self.observer.started(self.now, start);
            if let Some(meters) = &mut self.meters {
                meters.started(start.class, start.created, self.now);
            }
        } else {
            self.observer.restarted(self.now, start);
        }
    }

    /// How long a demand takes in a pool.
    #[inline(always)]
    pub(super) fn service_time(&self, class: ClassId, service: SimDuration, pool: PoolId) -> SimDuration {
        if self.stretches { self.stretch(class, service, pool) } else { service }
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
        let next = pool_state.next_completion();
        if next.precedes(self.next_completion.0) {
            self.next_completion = (next, pool);
        }
        if SPECIAL && self.rosters {
            self.seat(pool, slot);
        }
        self.keep(pool, slot, (queue, job));
    }

    /// The worker of the job that is finished next starts another one.
    #[inline(always)]
    pub(super) fn start_next(&mut self, pool: PoolId, queue: QueueId, job: ReadyJob) {
        let (running, finish) = self.start(pool, queue, job);
        let slot = self.pools[pool.index()].succeed(running, finish, self.starts);
        self.keep(pool, slot, (queue, job));
    }

    /// Notes what must be known to interrupt a job, in pools that may.
    #[inline(always)]
    fn keep(&mut self, pool: PoolId, slot: usize, (queue, job): (QueueId, ReadyJob)) {
        if SPECIAL && self.pools[pool.index()].keeps() {
            let whole = self.service_time(job.job.class, job.job.service, pool);
            let done = self.take_done(&job.job);
            self.pools[pool.index()].keep(slot, Kept { job, queue, start: self.now, whole, done });
        }
    }

    /// The first job of a pool is finished; its worker leaves, starts the next job or becomes idle.
    #[inline(always)]
    fn complete(&mut self, id: PoolId) {
        let running = self.pools[id.index()].finishing();
        if SPECIAL {
            return self.complete_specially(id, running);
        }
        let Running { created, class, tenant, .. } = running;
        self.observer.completed(self.now, Completion { class, tenant, pool: id, created });
        self.go_on(id, running);
    }

    /// The worker of the job that is finished first leaves, starts the next job or becomes idle.
    #[inline(always)]
    pub(super) fn go_on(&mut self, id: PoolId, running: Running) {
        if SPECIAL && self.restarts {
            self.leave_to_restart(id);
        }
        if SPECIAL && self.prefetches.get(id.index()).is_some_and(Option::is_some) {
            return self.go_on_from_buffer(id, running);
        }
        if SPECIAL && self.choice.is_some() {
            return self.complete_by_choice(id, running);
        }
        let told = SPECIAL && self.rosters && self.leaves_as_told(id);
        let pool = &mut self.pools[id.index()];
        if told || pool.busy() > pool.size {
            pool.release();
            self.observer.workers(self.now, id, pool.available());
        } else if let Some(queue) = pool.pick(&self.queues, &self.priorities) {
            let job = self.take(queue);
            self.start_next(id, queue, job);
        } else {
            if SPECIAL && self.rosters {
                self.rest(id);
            }
            self.pools[id.index()].release();
            if SPECIAL && self.polls {
                self.look_later(id);
            }
        }
        self.find_next_completion();
    }

    #[cold]
    fn complete_specially(&mut self, id: PoolId, running: Running) {
        if running.attempt.is_some() {
            return self.complete_attempt(id, running);
        }
        let Running { created, class, tenant, .. } = running;
        self.observer.completed(self.now, Completion { class, tenant, pool: id, created });
        if let Some(meters) = &mut self.meters {
            meters.completed(class);
        }
        self.go_on(id, running);
    }
}
