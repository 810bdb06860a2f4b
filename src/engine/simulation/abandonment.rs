//! Jobs that leave unserved, and all else that is due for single jobs.

use crate::engine::job::{Job, ReadyJob};
use crate::engine::lifecycle::agenda::Due;
use crate::engine::lifecycle::tracked::Waiting;
use crate::engine::observer::{Leaving, Left, Observer, Place};
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::QueueId;
use crate::units::SimTime;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Serves what is due now.
    pub(super) fn serve_due(&mut self) {
        let now = self.core.now;
        if let Some(records) = &mut self.lifecycle.records {
            records.note_look(now);
        }
        while let Some(entry) = self.lifecycle.records.as_mut().and_then(|records| records.take_due(now)) {
            match entry.due {
                Due::Retry => self.retry(entry.job),
                Due::Visible => self.make_visible(entry.job),
                Due::Abandon => self.lose(entry.job, Leaving::Abandoned),
                Due::Expire => self.lose(entry.job, Leaving::Expired),
            }
        }
        if !self.workforce.buffers.is_empty() {
            self.settle(Reach::All);
        }
        self.plan_due();
    }

    /// The delay of a retry is over, or that of a job that was over a limit, for which there is always room.
    fn retry(&mut self, id: u32) {
        let Some((job, is_retry)) = self.lifecycle.records.as_mut().map(|records| records.end_delay(id)) else {
            return;
        };
        let queue = self.core.classes[job.class.index()].queue;
        if is_retry && !self.starts_at_once(job.class, job.tenant, queue) && !self.make_room(queue) {
            return self.lose(id, Leaving::Rejected);
        }
        self.core.backlog -= 1;
        if let Some(records) = &mut self.lifecycle.records {
            records.stop_waiting(id);
        }
        if self.lifecycle.records.as_ref().is_some_and(|records| !records.job(id).has_copy()) {
            self.core.observer.retried(self.core.now, job.class);
        }
        self.enter_again(id);
    }

    /// A job over a limit was taken out of its queue and comes back later.
    #[cold]
    pub(super) fn delay(&mut self, job: &Job, (queue, ready): (QueueId, SimTime), until: SimTime) {
        self.core.backlog += 1;
        if self.is_copy(job) {
            self.core.observer.copy_requeued(self.core.now, job.class, queue);
        } else {
            self.core.observer.requeued(self.core.now, job.class, queue);
        }
        if let Some(records) = &mut self.lifecycle.records {
            records.delay(job, Waiting::Delayed(queue, ready), until);
        }
        self.plan_due();
    }

    /// A job that waits leaves, wherever it is.
    fn lose(&mut self, id: u32, reason: Leaving) {
        let Some(records) = &mut self.lifecycle.records else { return };
        let (job, place) = (records.job(id).job, records.job(id).place);
        self.core.backlog -= 1;
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
        let lane = self.core.classes[job.job.class.index()].lane;
        let taken = self.core.queues[queue.index()].remove(job, lane);
        assert!(taken.is_some(), "a job that waits in a queue was not found there");
        self.note_taken(queue);
    }

    /// The job that has been longest in a queue leaves it.
    pub(super) fn drop_oldest(&mut self, queue: QueueId) {
        let Some(ReadyJob { job, ready }) = self.core.queues[queue.index()].remove_oldest() else { return };
        self.core.backlog -= 1;
        self.note_taken(queue);
        let id = self.lifecycle.records.as_ref().and_then(|records| records.find(&job));
        match id.filter(|&id| self.lifecycle.records.as_ref().is_some_and(|records| records.job(id).has_copy())) {
            Some(id) => {
                self.note_withdrawn(id, queue);
                self.forget(id);
            }
            None => self.lose_job((&job, id), Place::Ready { queue, ready }, Leaving::Dropped),
        }
    }

    /// A job that was taken out of its place is gone.
    pub(super) fn lose_job(&mut self, (job, id): (&Job, Option<u32>), place: Place, reason: Leaving) {
        let attempted = match id.zip(self.lifecycle.records.as_ref()) {
            Some((id, records)) => records.job(id).attempts > 0,
            None => self.lifecycle.attempted.remove(&(job.created, job.class, job.sequence.0)),
        };
        let Job { created, class, tenant, .. } = *job;
        if let Some(counters) = self.control.counters.as_mut().filter(|_| !attempted) {
            counters.left(class, created);
        }
        let wasted = self.take_done(job).time;
        self.core.observer.left(self.core.now, Left { class, tenant, created, place, attempted, wasted, reason });
        if let Some(id) = id {
            self.end_job(id);
            if let Some(records) = &mut self.lifecycle.records {
                records.remove_job(id);
            }
        }
    }

    /// A job has ended without being finished.
    pub(super) fn end_job(&mut self, id: u32) {
        let Some(records) = &mut self.lifecycle.records else { return };
        records.stop_waiting(id);
        records.forget_again(id);
        let group = records.job(id).group;
        self.end_part(group, false);
    }

    /// The waiting copy of a job that is finished leaves its queue.
    pub(super) fn withdraw(&mut self, id: u32) {
        let Some(tracked) = self.lifecycle.records.as_ref().map(|records| *records.job(id)) else { return };
        if let Waiting::Ready(queue, ready) = tracked.place {
            self.core.backlog -= 1;
            self.take_out(queue, &ReadyJob { job: tracked.job, ready });
            self.note_withdrawn(id, queue);
        }
    }

    fn note_withdrawn(&mut self, id: u32, queue: QueueId) {
        let Some(records) = &mut self.lifecycle.records else { return };
        records.stop_waiting(id);
        self.core.observer.withdrawn(self.core.now, records.job(id).job.class, queue);
    }
}
