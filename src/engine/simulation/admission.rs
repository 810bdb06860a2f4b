//! How jobs come in where something else can become of them: they turn away at sight of the queue or find it full.

use crate::engine::arrivals::due::Recorded;
use crate::engine::job::Job;
use crate::engine::lifecycle::tracked::Drawn;
use crate::engine::observer::{Leaving, Observer, Place};
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, DispatcherId, QueueId, Room, WhenFull};
use crate::units::SimTime;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    pub(super) fn create_initial_backlog(&mut self) {
        for place in 0..self.core.classes.len() {
            for _ in 0..self.core.classes[place].initial_backlog {
                // The limit is the caller's to report, but no reason to fill the memory first.
                if self.core.backlog > self.core.backlog_limit {
                    return;
                }
                self.create_initial(ClassId(place as u16));
            }
        }
        self.settle(Reach::All);
    }

    fn create_initial(&mut self, class: ClassId) {
        let created = if self.lifecycle.records.is_some() {
            self.create_initial_here(class)
        } else {
            Some(self.create(class, None))
        };
        let Some(job) = created else { return };
        let via = self.core.classes[class.index()].via;
        match via {
            Some(dispatcher) if !self.dispatchers[dispatcher.index()].passes(self.core.now) => {
                self.stage(job, dispatcher);
            }
            _ => {
                let twice = via.and_then(|via| self.moved_twice(&job, via));
                let queue = self.report_ready(job, None);
                self.enqueue(job, queue);
                twice.into_iter().for_each(|job| self.enqueue_copy(job));
            }
        }
    }

    /// A job is created, as a part of a group if it is to be joined.
    pub(super) fn arrive_tracked(&mut self, class: ClassId, recorded: Option<Recorded>, group: Option<u32>) {
        let Some(job) = self.create_here(class, recorded, (group, false)) else { return };
        let twice = self.passes_twice(&job);
        self.admit(job);
        twice.into_iter().for_each(|job| self.enter_copy(job));
    }

    /// A job of the initial backlog is created; idle workers choose later.
    pub(super) fn create_initial_here(&mut self, class: ClassId) -> Option<Job> {
        self.create_here(class, None, (None, true))
    }

    /// `None` when the job turns away or is turned away.
    fn create_here(
        &mut self,
        class: ClassId,
        recorded: Option<Recorded>,
        (group, waits): (Option<u32>, bool),
    ) -> Option<Job> {
        let (mut job, created) = self.draw_job(class, recorded);
        let drawn = self.lifecycle.records.as_mut()?.draw(class);
        if let Some(counters) = &mut self.control.counters {
            counters.created(class, self.core.now);
        }
        if let Some(reason) = self.turned_away((class, job.tenant), &drawn, waits) {
            if let Some(counters) = &mut self.control.counters {
                counters.left(class, self.core.now);
            }
            self.core.observer.turned_away(self.core.now, created, reason);
            self.end_part(group, false);
            return None;
        }
        self.core.sequence = self.core.sequence.next();
        job.sequence = self.core.sequence;
        self.core.observer.created(self.core.now, created);
        self.lifecycle.records.as_mut()?.track(job, &drawn, group);
        Some(job)
    }

    fn turned_away(&mut self, (class, tenant): (ClassId, u16), drawn: &Drawn, waits: bool) -> Option<Leaving> {
        let (queue, via) = (self.core.classes[class.index()].queue, self.core.classes[class.index()].via);
        let balk = self.lifecycle.records.as_ref()?.fate(class).balk;
        if drawn.balks && balk.is_some_and(|balk| self.core.queues[queue.index()].len() > balk.above) {
            return Some(Leaving::Balked);
        }
        let staged = via.is_some_and(|dispatcher| !self.dispatchers[dispatcher.index()].would_pass(self.core.now));
        let served = !waits && self.starts_at_once(class, tenant, queue);
        (!staged && !served && !self.make_room(queue)).then_some(Leaving::Rejected)
    }

    /// Whether a worker would start such a job now if it became ready.
    pub(super) fn starts_at_once(&self, class: ClassId, tenant: u16, queue: QueueId) -> bool {
        if !self.workforce.buffers.is_empty() && self.is_fetched_at_once(class, tenant, queue) {
            return true;
        }
        match &self.dispatch.lanes {
            None => self.idle_server(queue).is_some(),
            Some(lanes) => self.core.servers[queue.index()].iter().any(|&(id, _)| {
                let pool = &self.core.pools[id.index()];
                pool.has_idle() && lanes.allows(id, pool.size, queue, (class, tenant))
            }),
        }
    }

    /// Whether a job may wait in a queue; drops the oldest one if that is what the queue does when it is full.
    pub(super) fn make_room(&mut self, queue: QueueId) -> bool {
        let capacity = self.lifecycle.records.as_ref().and_then(|records| records.room(queue));
        let Some(Room { jobs, when_full }) = capacity else { return true };
        if self.core.queues[queue.index()].len() < jobs {
            return true;
        }
        if when_full == WhenFull::DropOldest {
            self.drop_oldest(queue);
        }
        when_full == WhenFull::DropOldest
    }

    /// A job has come to wait in a queue.
    #[cold]
    pub(super) fn note_waits(&mut self, job: &Job, queue: QueueId, ready: SimTime) {
        let (sequence, now) = (self.core.sequence, self.core.now);
        if let Some(records) = &mut self.lifecycle.records {
            records.note_ready(job, (sequence, now), (queue, ready));
        }
        self.plan_due();
    }

    /// Whether a job that its dispatcher moves finds room in its queue; if not, it is gone.
    #[cold]
    pub(super) fn moves(&mut self, job: &Job, from: DispatcherId) -> bool {
        let room = self.make_room(self.core.classes[job.class.index()].queue);
        if !room {
            let id = self.lifecycle.records.as_ref().and_then(|records| records.find(job));
            self.lose_job((job, id), Place::Staged(from), Leaving::Rejected);
        }
        room
    }
}
