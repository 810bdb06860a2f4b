//! Jobs that two active replicas of a dispatcher move: the one that enters its queue first is the job, the other a copy that is
//! run for nothing. A copy has a record of its own that has ended from the start, so that nothing follows from what becomes of it.

use super::{Fates, Tracked, Waiting};
use crate::engine::Observer;
use crate::engine::job::{Job, Sequence};
use crate::engine::replication::Replication;
use crate::model::DispatcherId;
use crate::units::SimTime;

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// The number of a job that its dispatcher moves twice now, before it has moved; `None`: it moves once.
    pub(in crate::engine) fn moved_twice(&self, job: &Job, via: DispatcherId) -> Option<u32> {
        if self.dispatchers[via.index()].doubled { self.fates.as_ref()?.find(job) } else { None }
    }

    /// Whether this is a copy of a job that runs or has ended, and so no job that waits.
    pub(in crate::engine) fn is_copy(&self, job: &Job) -> bool {
        let fates = self.fates.as_ref().filter(|fates| fates.classes[job.class.index()].multiplies);
        let tracked = fates.and_then(|fates| Some(fates.jobs.get(fates.find(job)?)));
        tracked.is_some_and(Tracked::has_copy)
    }

    /// The same of a job that is created now and goes on at once.
    pub(super) fn passes_twice(&self, job: &Job) -> Option<u32> {
        let via = self.classes[job.class.index()].via?;
        if self.dispatchers[via.index()].would_pass(self.now) { self.moved_twice(job, via) } else { None }
    }

    /// The copy of a job that passed its dispatcher becomes ready.
    pub(super) fn enter_copy(&mut self, id: u32) {
        let Some(Job { class, tenant, .. }) = self.fates.as_ref().map(|fates| fates.jobs.get(id).job) else { return };
        let queue = self.classes[class.index()].queue;
        if (self.starts_at_once(class, tenant, queue) || self.make_room(queue))
            && let Some(copy) = self.copy(id)
        {
            self.enter(copy);
        }
    }

    /// The copy of a job that was moved waits, if there is room, and idle workers choose later.
    #[cold]
    pub(in crate::engine) fn enqueue_copy(&mut self, id: u32) {
        let Some(job) = self.fates.as_ref().map(|fates| fates.jobs.get(id).job) else { return };
        if self.make_room(self.classes[job.class.index()].queue)
            && let Some(copy) = self.copy(id)
        {
            let queue = self.report_ready(copy, None);
            self.enqueue(copy, queue);
        }
    }

    /// `None`: the job had to leave its full queue for its own copy.
    fn copy(&mut self, id: u32) -> Option<Job> {
        let fates = self.fates.as_mut()?;
        let job = fates.jobs.find(id)?.job;
        self.sequence = self.sequence.next();
        self.observer.duplicated(self.now, job.class);
        Some(fates.copy(id, self.sequence))
    }
}

impl Fates<'_> {
    /// The copy fails as the job does.
    fn copy(&mut self, id: u32, sequence: Sequence) -> Job {
        self.created += 1;
        let of = *self.jobs.get(id);
        let copy = Tracked {
            job: Job { sequence, ..of.job },
            serial: self.created,
            place: Waiting::Nowhere,
            patience: SimTime::NEVER,
            leaves: None,
            attempts: 0,
            interrupted: 0,
            running: 0,
            ended: true,
            ready_again: None,
            group: None,
            ..of
        };
        let id = self.jobs.add(copy);
        self.waiting.insert(sequence.0, id);
        copy.job
    }
}
