//! The account of the jobs that are still there when a run ends.

use crate::engine::dispatcher::Dispatcher;
use crate::engine::halt::{Halt, Reason};
use crate::engine::job::Job;
use crate::engine::lifecycle::tracked::Waiting;
use crate::engine::observer::{Observer, Place, Unfinished};
use crate::engine::queue::Queue;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};

/// The first class with the most jobs.
pub(super) fn class_with_most(jobs: &[u64]) -> ClassId {
    ClassId((0..jobs.len()).rev().max_by_key(|&place| jobs[place]).unwrap_or_default() as u16)
}

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Reports each job that is still there.
    pub(super) fn report_unfinished(&mut self) {
        let tracks = |class| self.lifecycle.records.as_ref().is_some_and(|records| records.tracks(class));
        for (dispatcher, place) in self.dispatchers.iter().zip(0..) {
            for Job { class, tenant, created, .. } in dispatcher.iter().filter(|job| !tracks(job.class)) {
                let place = Place::Staged(DispatcherId(place));
                self.core.observer.unfinished(self.core.now, Unfinished { class, tenant, place, created });
            }
        }
        let mut waiting: Vec<_> = self.all_held().collect();
        for (queue, id) in self.core.queues.iter().zip(0..) {
            waiting.extend(queue.iter().map(|waiting| (QueueId(id), waiting)));
        }
        for (queue, waiting) in waiting.into_iter().filter(|(_, waiting)| !tracks(waiting.job.class)) {
            let Job { class, tenant, created, .. } = waiting.job;
            let is_again = self.lifecycle.attempted.contains(&(created, class, waiting.job.sequence.0));
            let ready = Place::Ready { queue, ready: waiting.ready };
            let place = if is_again { Place::Retrying } else { ready };
            self.core.observer.unfinished(self.core.now, Unfinished { class, tenant, place, created });
        }
        for (pool, place) in self.core.pools.iter().zip(0..) {
            for job in pool.server.running().filter(|job| job.attempt.is_none()) {
                let place = Place::Running(PoolId(place));
                let unfinished = Unfinished { class: job.class, tenant: job.tenant, place, created: job.created };
                self.core.observer.unfinished(self.core.now, unfinished);
            }
        }
        self.report_unfinished_tracked();
    }

    /// The run must stop: says which class has most of the backlog.
    #[cold]
    pub(super) fn halt(&self, reason: Reason) -> Halt {
        let mut waiting = vec![0_u64; self.core.classes.len()];
        let staged = self.dispatchers.iter().flat_map(Dispatcher::iter);
        let ready = self.core.queues.iter().flat_map(Queue::iter).map(|waiting| waiting.job);
        let held = self.all_held().map(|(_, held)| held.job);
        staged.chain(ready).chain(held).for_each(|job| waiting[job.class.index()] += 1);
        if let Some(records) = &self.lifecycle.records {
            (0..).zip(&mut waiting).for_each(|(class, waiting)| *waiting += records.retrying(ClassId(class)));
        }
        Halt { reason, class: class_with_most(&waiting), at: self.core.now, backlog: self.core.backlog }
    }

    /// Reports each tracked job that is not finished.
    pub(super) fn report_unfinished_tracked(&mut self) {
        let Some(records) = &self.lifecycle.records else { return };
        for tracked in records.jobs().filter(|tracked| !tracked.ended) {
            let Job { created, class, tenant, .. } = tracked.job;
            let place = match tracked.place {
                _ if tracked.running > 0 => Place::Running(tracked.pool),
                Waiting::Staged(dispatcher) => Place::Staged(dispatcher),
                Waiting::Ready(queue, ready) | Waiting::Held(_, queue, ready) | Waiting::Delayed(queue, ready)
                    if tracked.attempts == 0 =>
                {
                    Place::Ready { queue, ready }
                }
                Waiting::Ready(..)
                | Waiting::Held(..)
                | Waiting::Delayed(..)
                | Waiting::Retrying
                | Waiting::Nowhere => Place::Retrying,
            };
            self.core.observer.unfinished(self.core.now, Unfinished { class, tenant, place, created });
        }
    }
}
