//! Jobs that are there twice: visible again beside a running copy, or moved by two active replicas of a dispatcher.
//! A copy has a record of its own that has ended from the start, so that nothing follows from what becomes of it.

use crate::engine::job::Job;
use crate::engine::lifecycle::tracked::Tracked;
use crate::engine::observer::Observer;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::DispatcherId;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// A job, or a copy beside a running one, becomes ready again.
    pub(super) fn enter_again(&mut self, id: u32) {
        self.core.sequence = self.core.sequence.next();
        if let Some(job) = self.lifecycle.records.as_mut().map(|records| records.issue(id, self.core.sequence)) {
            self.enter(job);
        }
    }

    /// The number of a job that its dispatcher moves twice now, before it has moved; `None`: it moves once.
    pub(super) fn moved_twice(&self, job: &Job, via: DispatcherId) -> Option<u32> {
        if self.dispatchers[via.index()].doubled { self.lifecycle.records.as_ref()?.find(job) } else { None }
    }

    /// Whether this is a copy of a job that runs or has ended, and so no job that waits.
    pub(super) fn is_copy(&self, job: &Job) -> bool {
        let records = self.lifecycle.records.as_ref().filter(|records| records.multiplies(job.class));
        let tracked = records.and_then(|records| Some(records.job(records.find(job)?)));
        tracked.is_some_and(Tracked::has_copy)
    }

    /// The same of a job that is created now and goes on at once.
    pub(super) fn passes_twice(&self, job: &Job) -> Option<u32> {
        let via = self.core.classes[job.class.index()].via?;
        if self.dispatchers[via.index()].would_pass(self.core.now) { self.moved_twice(job, via) } else { None }
    }

    /// The copy of a job that passed its dispatcher becomes ready.
    pub(super) fn enter_copy(&mut self, id: u32) {
        let Some(Job { class, tenant, .. }) = self.lifecycle.records.as_ref().map(|records| records.job(id).job) else {
            return;
        };
        let queue = self.core.classes[class.index()].queue;
        if (self.starts_at_once(class, tenant, queue) || self.make_room(queue))
            && let Some(copy) = self.copy(id)
        {
            self.enter(copy);
        }
    }

    /// The copy of a job that was moved waits, if there is room, and idle workers choose later.
    #[cold]
    pub(super) fn enqueue_copy(&mut self, id: u32) {
        let Some(job) = self.lifecycle.records.as_ref().map(|records| records.job(id).job) else { return };
        if self.make_room(self.core.classes[job.class.index()].queue)
            && let Some(copy) = self.copy(id)
        {
            let queue = self.report_ready(copy, None);
            self.enqueue(copy, queue);
        }
    }

    /// `None`: the job had to leave its full queue for its own copy.
    fn copy(&mut self, id: u32) -> Option<Job> {
        let records = self.lifecycle.records.as_mut()?;
        let job = records.find_job(id)?.job;
        self.core.sequence = self.core.sequence.next();
        self.core.observer.duplicated(self.core.now, job.class);
        Some(records.copy(id, self.core.sequence))
    }

    /// The visibility timeout of a running job ends.
    pub(super) fn make_visible(&mut self, id: u32) {
        let Some(records) = &mut self.lifecycle.records else { return };
        records.job_mut(id).ready_again = None;
        if records.may_repeat(id) {
            self.core.observer.duplicated(self.core.now, records.job(id).job.class);
            self.enter_again(id);
        }
    }
}
