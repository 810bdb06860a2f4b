//! Jobs that leave unserved, and all else that is due for single jobs.

use crate::engine::job::{Job, ReadyJob};
use crate::engine::lifecycle::agenda::Due;
use crate::engine::lifecycle::tracked::Waiting;
use crate::engine::observer::{Leaving, Left, Observer, Place};
use crate::engine::simulation::state::Replication;
use crate::model::QueueId;
use crate::units::SimTime;

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Serves what is due now.
    pub(super) fn serve_due(&mut self) {
        let now = self.now;
        if let Some(fates) = &mut self.fates {
            fates.agenda.note_look(now);
        }
        while let Some(entry) = self.fates.as_mut().and_then(|fates| fates.agenda.take_due(now)) {
            match entry.due {
                Due::Retry => self.retry(entry.job),
                Due::Visible => self.make_visible(entry.job),
                Due::Abandon => self.lose(entry.job, Leaving::Abandoned),
                Due::Expire => self.lose(entry.job, Leaving::Expired),
            }
        }
        if !self.prefetches.is_empty() {
            self.employ_idle();
        }
        self.plan_due();
    }

    /// The delay of a retry is over, or that of a job that was over a limit, for which there is always room.
    fn retry(&mut self, id: u32) {
        let Some((job, is_retry)) = self.fates.as_mut().map(|fates| fates.end_delay(id)) else { return };
        let queue = self.classes[job.class.index()].queue;
        if is_retry && !self.starts_at_once(job.class, job.tenant, queue) && !self.make_room(queue) {
            return self.lose(id, Leaving::Rejected);
        }
        self.backlog -= 1;
        if let Some(fates) = &mut self.fates {
            fates.stop_waiting(id);
        }
        if self.fates.as_ref().is_some_and(|fates| !fates.jobs.get(id).has_copy()) {
            self.observer.retried(self.now, job.class);
        }
        self.enter_again(id);
    }

    /// A job over a limit was taken out of its queue and comes back later.
    #[cold]
    pub(super) fn delay(&mut self, job: &Job, (queue, ready): (QueueId, SimTime), until: SimTime) {
        self.backlog += 1;
        if self.is_copy(job) {
            self.observer.copy_requeued(self.now, job.class, queue);
        } else {
            self.observer.requeued(self.now, job.class, queue);
        }
        if let Some(fates) = &mut self.fates {
            fates.delay(job, Waiting::Delayed(queue, ready), until);
        }
        self.plan_due();
    }

    /// A job that waits leaves, wherever it is.
    fn lose(&mut self, id: u32, reason: Leaving) {
        let Some(fates) = &mut self.fates else { return };
        let (job, place) = (fates.jobs.get(id).job, fates.jobs.get(id).place);
        self.backlog -= 1;
        let place = match place {
            Waiting::Nowhere => return,
            Waiting::Retrying | Waiting::Delayed(..) => Place::Retrying,
            Waiting::Staged(dispatcher) => {
                self.dispatchers[dispatcher.index()].staged.remove(&job);
                Place::Staged(dispatcher)
            }
            Waiting::Ready(queue, ready) => {
                self.take_out(queue, &ReadyJob { job, ready });
                Place::Ready { queue, ready }
            }
            Waiting::Held(pool, queue, ready) => {
                self.take_out_of_buffer(pool, &job);
                Place::Ready { queue, ready }
            }
        };
        self.lose_job((&job, Some(id)), place, reason);
    }

    fn take_out(&mut self, queue: QueueId, job: &ReadyJob) {
        let lane = self.classes[job.job.class.index()].lane;
        let taken = self.queues[queue.index()].remove(job, lane);
        assert!(taken.is_some(), "a job that waits in a queue was not found there");
        self.note_taken(queue);
    }

    /// The job that has been longest in a queue leaves it.
    pub(super) fn drop_oldest(&mut self, queue: QueueId) {
        let Some(ReadyJob { job, ready }) = self.queues[queue.index()].remove_oldest() else { return };
        self.backlog -= 1;
        self.note_taken(queue);
        let id = self.fates.as_ref().and_then(|fates| fates.find(&job));
        match id.filter(|&id| self.fates.as_ref().is_some_and(|fates| fates.jobs.get(id).has_copy())) {
            Some(id) => {
                self.note_withdrawn(id, queue);
                self.forget(id);
            }
            None => self.lose_job((&job, id), Place::Ready { queue, ready }, Leaving::Dropped),
        }
    }

    /// A job that was taken out of its place is gone.
    pub(super) fn lose_job(&mut self, (job, id): (&Job, Option<u32>), place: Place, reason: Leaving) {
        let attempted = match id.zip(self.fates.as_ref()) {
            Some((id, fates)) => fates.jobs.get(id).attempts > 0,
            None => self.again.remove(&(job.created, job.class, job.sequence.0)),
        };
        let Job { created, class, tenant, .. } = *job;
        if let Some(meters) = self.meters.as_mut().filter(|_| !attempted) {
            meters.left(class, created);
        }
        let wasted = self.take_done(job).time;
        self.observer.left(self.now, Left { class, tenant, created, place, attempted, wasted, reason });
        if let Some(id) = id {
            self.end_job(id);
            if let Some(fates) = &mut self.fates {
                fates.jobs.remove(id);
            }
        }
    }

    /// A job has ended without being finished.
    pub(super) fn end_job(&mut self, id: u32) {
        let Some(fates) = &mut self.fates else { return };
        fates.stop_waiting(id);
        fates.forget_again(id);
        let group = fates.jobs.get(id).group;
        self.end_part(group, false);
    }

    /// The waiting copy of a job that is finished leaves its queue.
    pub(super) fn withdraw(&mut self, id: u32) {
        let Some(tracked) = self.fates.as_ref().map(|fates| *fates.jobs.get(id)) else { return };
        if let Waiting::Ready(queue, ready) = tracked.place {
            self.backlog -= 1;
            self.take_out(queue, &ReadyJob { job: tracked.job, ready });
            self.note_withdrawn(id, queue);
        }
    }

    fn note_withdrawn(&mut self, id: u32, queue: QueueId) {
        let Some(fates) = &mut self.fates else { return };
        fates.stop_waiting(id);
        self.observer.withdrawn(self.now, fates.jobs.get(id).job.class, queue);
    }
}
