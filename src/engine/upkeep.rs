//! What timers do: changes, dispatchers, samples, the initial backlog, and the account of unfinished jobs.

use super::dispatchers::{Cause, Dispatcher, Recovery};
use super::job::Job;
use super::queue::Queue;
use super::replication::Replication;
use super::timers::Timer;
use super::{Breakdown, Halt, Leaving, Observer, Place, Ready, Reason, Unfinished, World};
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};
use crate::units::{SimDuration, SimTime};

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Reports the workers of each pool at time zero.
    pub(super) fn begin(&mut self) {
        for (pool, place) in self.pools.iter().zip(0..) {
            self.observer.workers(self.now, PoolId(place), pool.available());
        }
        if self.polls {
            (0..self.pools.len()).for_each(|place| self.settle_polls(PoolId(place as u16)));
        }
    }

    /// Serves the first timer and says which it was.
    #[cold]
    pub(super) fn serve_timer(&mut self) -> Timer {
        let timer = self.timers.first().map_or(Timer::End, |(_, timer)| timer);
        self.timers.remove_first();
        self.serve(timer);
        timer
    }

    fn serve(&mut self, timer: Timer) {
        match timer {
            Timer::Sample => self.sample(),
            Timer::WarmedUp => self.observer.warmed_up(self.now),
            Timer::End => {}
            Timer::Check(id) => self.check_alert(id),
            Timer::Change => self.pass_changes(),
            Timer::OutageStarts(id, place) => self.start_outage(id, place),
            Timer::RestartStarts(id) => self.start_restart(id),
            Timer::Fails(id) => self.fail(id),
            Timer::OutageEnds(id, place) => self.end_outage(id, place),
            Timer::RestartEnds(id, restart) => self.bring_back(id, |it, now| it.end_restart(now, restart)),
            Timer::Repaired(id) => self.repair(id),
            Timer::Mended(id) => self.mend(id),
            Timer::Undo(id, acted) => self.undo(id, acted),
            Timer::Respond(id) => self.respond(id),
            Timer::Wake(id) => self.wake(id),
            Timer::Release(id, paced) => self.release(id, paced),
            Timer::InitialBacklog => self.create_initial_backlog(),
            Timer::LetIn(id) => self.open_gate(id),
            Timer::Due => self.serve_due(),
            Timer::Early(timer, pool) | Timer::Staff(timer, pool) => self.serve_staff(timer, pool),
        }
    }

    fn sample(&mut self) {
        let places = Places { queues: &self.queues, dispatchers: &self.dispatchers };
        self.observer.sample(self.now, &places);
        self.plan_sample();
    }

    pub(super) fn plan_sample(&mut self) {
        if let Some(step) = self.observer.sample_step() {
            self.timers.add(self.now.after(step), Timer::Sample);
        }
    }

    fn pass_changes(&mut self) {
        while self.timers.remove_if_first(self.now, Timer::Change) {}
        self.changes.pass(self.now);
        self.apply_changes();
        self.changes.restarts_at(self.now).into_iter().for_each(|pool| self.restart_pool(pool));
    }

    /// Ends the changes that last until the backlog is drained, if it is.
    pub(super) fn watch_drain(&mut self) {
        if self.calm.as_mut().is_some_and(|calm| calm.note(self.now, self.backlog)) {
            self.changes.end_drained();
            self.apply_changes();
        }
    }

    /// A fault begins at random.
    pub(super) fn note_fault(&mut self) {
        self.calm.iter_mut().for_each(|calm| calm.begin_random_fault(self.now));
    }

    pub(super) fn apply_changes(&mut self) {
        let waits = self.changes.wait_for_drain();
        self.calm.iter_mut().for_each(|calm| calm.wait(self.now, waits));
        let classes = (0..self.classes.len()).map(|place| ClassId(place as u16));
        if let Some(choice) = &mut self.choice {
            choice.paused = classes.clone().filter(|&class| self.changes.pauses(class)).collect();
        }
        self.apply_policies();
        self.resize_pools();
        let factors: Vec<_> = classes.map(|class| self.changes.service_factor(class)).collect();
        self.service_factors = factors.iter().any(|&factor| factor != 1.0).then_some(factors);
        self.stretches = self.service_factors.is_some() || self.pools.iter().any(|pool| pool.speed != 1.0);
        let (now, classes, changes) = (self.now, &mut self.classes, &self.changes);
        self.arrivals
            .replace_all(|class, head| classes[class.index()].source.scale_rate(now, head, changes.rate_factor(class)));
    }

    fn resize_pools(&mut self) {
        for place in 0..self.pools.len() {
            let id = PoolId(place as u16);
            // An autoscaler alone says how many workers its pool has.
            if !self.is_autoscaled(id) {
                self.want(id, self.changes.size(id, self.pools[place].base_size));
            }
        }
        self.employ_idle();
    }

    /// Idle workers start what is ready, pool by pool.
    pub(super) fn employ_idle(&mut self) {
        if self.choice.is_some() {
            return self.employ_all_by_choice();
        }
        for place in 0..self.pools.len() {
            let id = PoolId(place as u16);
            while self.pools[place].has_idle() {
                let Some(queue) = self.pools[place].pick(&self.queues, &self.priorities) else { break };
                let job = self.take(queue);
                self.start_idle(id, queue, job);
            }
        }
        self.fetch_all();
        if self.polls {
            self.plan_polls();
        }
        if self.preempts {
            self.preempt();
        }
    }

    fn start_outage(&mut self, id: DispatcherId, place: u32) {
        let dispatcher = &mut self.dispatchers[id.index()];
        dispatcher.start_outage(self.now, dispatcher.spec.outages[place as usize].kind);
    }

    fn end_outage(&mut self, id: DispatcherId, place: u32) {
        self.bring_back(id, |it, now| it.end_outage(now, it.spec.outages[place as usize].kind));
    }

    fn start_restart(&mut self, id: DispatcherId) {
        self.note_fault();
        let dispatcher = &mut self.dispatchers[id.index()];
        let ends = dispatcher.start_restart(self.now);
        if dispatcher.is_hung() {
            self.observer.broke_down(self.now, Breakdown::Dispatcher(id));
        }
        if let Some(time) = ends {
            self.timers.add(self.now.after(time), Timer::RestartEnds(id, dispatcher.restarts()));
        }
        if let Some(time) = dispatcher.plan_restart() {
            self.timers.add(time, Timer::RestartStarts(id));
        }
    }

    /// A dispatcher fails at random: its repair is planned, and who takes over.
    fn fail(&mut self, id: DispatcherId) {
        self.note_fault();
        self.observer.broke_down(self.now, Breakdown::Dispatcher(id));
        if let Some((repaired, taken_over)) = self.dispatchers[id.index()].break_down(self.now) {
            self.timers.add(repaired, Timer::Mended(id));
            if let Some(time) = taken_over {
                self.timers.add(time, Timer::Repaired(id));
            }
        }
    }

    fn mend(&mut self, id: DispatcherId) {
        if self.dispatchers[id.index()].mend() {
            self.repair(id);
        }
    }

    /// A replica is active again.
    fn repair(&mut self, id: DispatcherId) {
        if let Some(time) = self.dispatchers[id.index()].draw_failure() {
            self.timers.add(self.now.after(time), Timer::Fails(id));
        }
        self.bring_back(id, |it, now| it.recover(now, Cause::Failure));
    }

    /// Ends what holds a dispatcher down, or some of it, and does what it does with what is staged if it is back.
    pub(super) fn bring_back(&mut self, id: DispatcherId, end: impl FnOnce(&mut Dispatcher<'_>, SimTime) -> Recovery) {
        let dispatcher = &mut self.dispatchers[id.index()];
        let was_down = dispatcher.is_down();
        let recovery = end(dispatcher, self.now);
        if was_down && !dispatcher.is_down() {
            self.observer.returned(self.now, id);
        }
        match recovery {
            Recovery::None => {}
            Recovery::Drip => self.plan_wake(id),
            Recovery::Move { newest_first } => self.move_jobs(id, u64::MAX, newest_first),
            Recovery::Pace(paced) => self.release(id, paced),
            Recovery::Expire(age) => self.expire_staged(id, age),
        }
    }

    /// Drops the staged jobs that are older than this, and moves the others; a dispatcher with a rate keeps to it.
    fn expire_staged(&mut self, id: DispatcherId, age: SimDuration) {
        while let Some(job) = self.dispatchers[id.index()].staged.pop_older(self.now, age) {
            self.backlog -= 1;
            let record = self.fates.as_ref().and_then(|fates| fates.find(&job));
            self.lose_job((&job, record), Place::Staged(id), Leaving::Expired);
        }
        if self.dispatchers[id.index()].spec.rate.is_some() {
            return self.plan_wake(id);
        }
        self.move_jobs(id, u64::MAX, false);
    }

    /// A tick comes to a dispatcher that loses those it does not see: whether it is lost.
    #[cold]
    pub(super) fn misses(&mut self, class: ClassId) -> bool {
        let via = self.classes[class.index()].via;
        let lost = via.is_some_and(|via| self.dispatchers[via.index()].is_down());
        if lost {
            // What it would have brought is drawn all the same, so that later jobs are what they are without the outage.
            let (_, created) = self.draw_job(class, None);
            if let Some(fates) = &mut self.fates {
                fates.skip(class);
            }
            self.observer.turned_away(self.now, created, Leaving::Missed);
        }
        lost
    }

    fn wake(&mut self, id: DispatcherId) {
        let jobs = self.dispatchers[id.index()].wake(self.now);
        self.move_jobs(id, jobs, false);
        while jobs > 0 && self.dispatchers[id.index()].goes_on() {
            self.move_jobs(id, jobs, false);
        }
        self.plan_wake(id);
    }

    pub(super) fn plan_wake(&mut self, id: DispatcherId) {
        if let Some(time) = self.dispatchers[id.index()].plan_wake(self.now) {
            self.timers.add(time, Timer::Wake(id));
        }
    }

    fn release(&mut self, id: DispatcherId, paced: u32) {
        if !self.dispatchers[id.index()].paces(paced) {
            return;
        }
        self.move_jobs(id, 1, false);
        if let Some(time) = self.dispatchers[id.index()].plan_release() {
            self.timers.add(time, Timer::Release(id, paced));
        }
    }

    /// Puts a job that is created into the staging place of a dispatcher.
    pub(super) fn stage(&mut self, job: Job, id: DispatcherId) {
        self.observer.staged(self.now, job.class, id);
        self.backlog += 1;
        if let Some(fates) = &mut self.fates {
            fates.note_staged(&job, id);
            self.plan_due();
        }
        self.dispatchers[id.index()].staged.push(job);
        self.plan_wake(id);
    }

    /// Up to `most` jobs of a staging place become ready, and then idle workers choose among all of them.
    fn move_jobs(&mut self, id: DispatcherId, most: u64, newest_first: bool) {
        for _ in 0..most {
            let Some(job) = self.dispatchers[id.index()].staged.pop() else { break };
            self.backlog -= 1;
            if self.fates.is_some() && !self.moves(&job, id) {
                continue;
            }
            let twice = self.moved_twice(&job, id);
            let queue = self.report_ready(job, Some(id));
            if newest_first {
                self.enqueue_recovered(job, queue);
            } else {
                self.enqueue(job, queue);
            }
            twice.into_iter().for_each(|job| self.enqueue_copy(job));
        }
        self.employ_idle();
    }

    /// A ready job waits in its queue and is served newest first.
    fn enqueue_recovered(&mut self, job: Job, queue: QueueId) {
        let job = self.note_ready(job, queue, self.now);
        self.queues[queue.index()].push_recovered(job);
    }

    pub(super) fn report_ready(&mut self, job: Job, staged: Option<DispatcherId>) -> QueueId {
        let queue = self.classes[job.class.index()].queue;
        self.observer
            .ready(self.now, Ready { class: job.class, queue, created: job.created, staged, copy: self.is_copy(&job) });
        queue
    }

    fn create_initial_backlog(&mut self) {
        for place in 0..self.classes.len() {
            for _ in 0..self.classes[place].initial_backlog {
                // The limit is the caller's to report, but no reason to fill the memory first.
                if self.backlog > self.backlog_limit {
                    return;
                }
                self.create_initial(ClassId(place as u16));
            }
        }
        self.employ_idle();
    }

    fn create_initial(&mut self, class: ClassId) {
        let created =
            if self.fates.is_some() { self.create_initial_here(class) } else { Some(self.create(class, None)) };
        let Some(job) = created else { return };
        let via = self.classes[class.index()].via;
        match via {
            Some(dispatcher) if !self.dispatchers[dispatcher.index()].passes(self.now) => self.stage(job, dispatcher),
            _ => {
                let twice = via.and_then(|via| self.moved_twice(&job, via));
                let queue = self.report_ready(job, None);
                self.enqueue(job, queue);
                twice.into_iter().for_each(|job| self.enqueue_copy(job));
            }
        }
    }

    /// Reports each job that is still there.
    pub(super) fn report_unfinished(&mut self) {
        let tracks = |class| self.fates.as_ref().is_some_and(|fates| fates.tracks(class));
        for (dispatcher, place) in self.dispatchers.iter().zip(0..) {
            for Job { class, tenant, created, .. } in dispatcher.iter().filter(|job| !tracks(job.class)) {
                let place = Place::Staged(DispatcherId(place));
                self.observer.unfinished(self.now, Unfinished { class, tenant, place, created });
            }
        }
        let mut waiting: Vec<_> = self.all_held().collect();
        for (queue, id) in self.queues.iter().zip(0..) {
            waiting.extend(queue.iter().map(|waiting| (QueueId(id), waiting)));
        }
        for (queue, waiting) in waiting.into_iter().filter(|(_, waiting)| !tracks(waiting.job.class)) {
            let Job { class, tenant, created, .. } = waiting.job;
            let is_again = self.again.contains(&(created, class, waiting.job.sequence.0));
            let ready = Place::Ready { queue, ready: waiting.ready };
            let place = if is_again { Place::Retrying } else { ready };
            self.observer.unfinished(self.now, Unfinished { class, tenant, place, created });
        }
        for (pool, place) in self.pools.iter().zip(0..) {
            for job in pool.running().filter(|job| job.attempt.is_none()) {
                let place = Place::Running(PoolId(place));
                let unfinished = Unfinished { class: job.class, tenant: job.tenant, place, created: job.created };
                self.observer.unfinished(self.now, unfinished);
            }
        }
        self.report_unfinished_tracked();
    }

    /// The run must stop: says which class has most of the backlog.
    #[cold]
    pub(super) fn halt(&self, reason: Reason) -> Halt {
        let mut waiting = vec![0_u64; self.classes.len()];
        let staged = self.dispatchers.iter().flat_map(Dispatcher::iter);
        let ready = self.queues.iter().flat_map(Queue::iter).map(|waiting| waiting.job);
        let held = self.all_held().map(|(_, held)| held.job);
        staged.chain(ready).chain(held).for_each(|job| waiting[job.class.index()] += 1);
        if let Some(fates) = &self.fates {
            (0..).zip(&mut waiting).for_each(|(class, waiting)| *waiting += fates.retrying(ClassId(class)));
        }
        Halt { reason, class: class_with_most(&waiting), at: self.now, backlog: self.backlog }
    }
}

/// The first class with the most jobs.
pub(super) fn class_with_most(jobs: &[u64]) -> ClassId {
    ClassId((0..jobs.len()).rev().max_by_key(|&place| jobs[place]).unwrap_or_default() as u16)
}

/// The state of places that observers may look at.
struct Places<'a, 'm> {
    queues: &'a [Queue],
    dispatchers: &'a [Dispatcher<'m>],
}

impl World for Places<'_, '_> {
    fn depth(&self, queue: QueueId) -> u64 {
        self.queues[queue.index()].len()
    }

    fn oldest_ready(&self, queue: QueueId) -> Option<SimTime> {
        self.queues[queue.index()].oldest_ready()
    }

    fn staged_depth(&self, dispatcher: DispatcherId) -> u64 {
        self.dispatchers[dispatcher.index()].depth()
    }

    fn oldest_staged(&self, dispatcher: DispatcherId) -> Option<SimTime> {
        self.dispatchers[dispatcher.index()].oldest()
    }
}
