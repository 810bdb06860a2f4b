//! What dispatchers do: they go down, come back, and move what is staged.

use crate::engine::calendar::timers::Timer;
use crate::engine::dispatcher::{Cause, Dispatcher, Recovery};
use crate::engine::job::Job;
use crate::engine::observer::{Breakdown, Leaving, Observer, Place};
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, DispatcherId, QueueId};
use crate::units::{SimDuration, SimTime};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    pub(super) fn start_outage(&mut self, id: DispatcherId, place: u32) {
        let dispatcher = &mut self.dispatchers[id.index()];
        dispatcher.start_outage(self.core.now, dispatcher.spec.outages[place as usize].kind);
    }

    pub(super) fn end_outage(&mut self, id: DispatcherId, place: u32) {
        self.bring_back(id, |it, now| it.end_outage(now, it.spec.outages[place as usize].kind));
    }

    pub(super) fn start_restart(&mut self, id: DispatcherId) {
        self.note_fault();
        let dispatcher = &mut self.dispatchers[id.index()];
        let ends = dispatcher.start_restart(self.core.now);
        if dispatcher.is_hung() {
            self.core.observer.broke_down(self.core.now, Breakdown::Dispatcher(id));
        }
        if let Some(time) = ends {
            self.core.timers.add(self.core.now.after(time), Timer::RestartEnds(id, dispatcher.restarts()));
        }
        if let Some(time) = dispatcher.plan_restart() {
            self.core.timers.add(time, Timer::RestartStarts(id));
        }
    }

    /// A dispatcher fails at random: its repair is planned, and who takes over.
    pub(super) fn fail(&mut self, id: DispatcherId) {
        self.note_fault();
        self.core.observer.broke_down(self.core.now, Breakdown::Dispatcher(id));
        if let Some((repaired, taken_over)) = self.dispatchers[id.index()].break_down(self.core.now) {
            self.core.timers.add(repaired, Timer::Mended(id));
            if let Some(time) = taken_over {
                self.core.timers.add(time, Timer::Repaired(id));
            }
        }
    }

    pub(super) fn mend(&mut self, id: DispatcherId) {
        if self.dispatchers[id.index()].mend() {
            self.repair(id);
        }
    }

    /// A replica is active again.
    pub(super) fn repair(&mut self, id: DispatcherId) {
        if let Some(time) = self.dispatchers[id.index()].draw_failure() {
            self.core.timers.add(self.core.now.after(time), Timer::Fails(id));
        }
        self.bring_back(id, |it, now| it.recover(now, Cause::Failure));
    }

    /// Ends what holds a dispatcher down, or some of it, and does what it does with what is staged if it is back.
    pub(super) fn bring_back(&mut self, id: DispatcherId, end: impl FnOnce(&mut Dispatcher<'_>, SimTime) -> Recovery) {
        let dispatcher = &mut self.dispatchers[id.index()];
        let was_down = dispatcher.is_down();
        let recovery = end(dispatcher, self.core.now);
        if was_down && !dispatcher.is_down() {
            self.core.observer.returned(self.core.now, id);
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
        while let Some(job) = self.dispatchers[id.index()].staged.pop_older(self.core.now, age) {
            self.core.backlog -= 1;
            let record = self.lifecycle.records.as_ref().and_then(|records| records.find(&job));
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
        let via = self.core.classes[class.index()].via;
        let lost = via.is_some_and(|via| self.dispatchers[via.index()].is_down());
        if lost {
            // What it would have brought is drawn all the same, so that later jobs are what they are without the outage.
            let (_, created) = self.draw_job(class, None);
            if let Some(records) = &mut self.lifecycle.records {
                records.skip(class);
            }
            self.core.observer.turned_away(self.core.now, created, Leaving::Missed);
        }
        lost
    }

    pub(super) fn wake(&mut self, id: DispatcherId) {
        let jobs = self.dispatchers[id.index()].wake(self.core.now);
        self.move_jobs(id, jobs, false);
        while jobs > 0 && self.dispatchers[id.index()].goes_on() {
            self.move_jobs(id, jobs, false);
        }
        self.plan_wake(id);
    }

    pub(super) fn plan_wake(&mut self, id: DispatcherId) {
        if let Some(time) = self.dispatchers[id.index()].plan_wake(self.core.now) {
            self.core.timers.add(time, Timer::Wake(id));
        }
    }

    pub(super) fn release(&mut self, id: DispatcherId, paced: u32) {
        if !self.dispatchers[id.index()].paces(paced) {
            return;
        }
        self.move_jobs(id, 1, false);
        if let Some(time) = self.dispatchers[id.index()].plan_release() {
            self.core.timers.add(time, Timer::Release(id, paced));
        }
    }

    /// Puts a job that is created into the staging place of a dispatcher.
    pub(super) fn stage(&mut self, job: Job, id: DispatcherId) {
        self.core.observer.staged(self.core.now, job.class, id);
        self.core.backlog += 1;
        if let Some(records) = &mut self.lifecycle.records {
            records.note_staged(&job, id);
            self.plan_due();
        }
        self.dispatchers[id.index()].staged.push(job);
        self.plan_wake(id);
    }

    /// Up to `most` jobs of a staging place become ready, and then idle workers choose among all of them.
    fn move_jobs(&mut self, id: DispatcherId, most: u64, newest_first: bool) {
        for _ in 0..most {
            let Some(job) = self.dispatchers[id.index()].staged.pop() else { break };
            self.core.backlog -= 1;
            if self.lifecycle.records.is_some() && !self.moves(&job, id) {
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
        self.settle(Reach::All);
    }

    /// A ready job waits in its queue and is served newest first.
    fn enqueue_recovered(&mut self, job: Job, queue: QueueId) {
        let job = self.note_ready(job, queue, self.core.now);
        self.core.queues[queue.index()].push_recovered(job);
    }
}
