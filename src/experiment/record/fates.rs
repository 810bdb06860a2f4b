//! Records what becomes of jobs other than their completion.

use super::recorder::Recorder;
use super::records::Fate;
use crate::engine::{Completion, CopyPlace, Created, Disposition, Failed, Interruption, Leaving, Left, Place, Start};
use crate::model::{ClassId, Loss, QueueId};
use crate::units::{SimDuration, SimTime};

/// The way in which a job is lost that leaves for this reason.
pub(super) fn loss_of(reason: Leaving) -> Loss {
    match reason {
        Leaving::Rejected => Loss::Rejected,
        Leaving::Dropped => Loss::Dropped,
        Leaving::Expired => Loss::Expired,
        Leaving::Abandoned => Loss::Abandoned,
        Leaving::Balked | Leaving::Missed => Loss::Lost,
    }
}

impl Recorder {
    pub(super) fn record_turned_away(&mut self, now: SimTime, job: Created, reason: Leaving) {
        self.classes[job.class.index()].created += 1;
        self.count_left(now, (job.class, now), reason);
        let whose = (job.class, job.tenant);
        if now >= self.warmup() {
            self.losses.iter_mut().for_each(|loss| loss.count_created(job.class, (now, job.tenant), 1));
        }
        self.count_lost(whose, now, loss_of(reason));
        // It never comes to any place: it counts as one that would have been ready at once.
        let queue = QueueId(0);
        self.record_never(whose, (now, now), Some(Place::Ready { queue, ready: now }));
    }

    fn count_left(&mut self, now: SimTime, (class, created): (ClassId, SimTime), reason: Leaving) {
        let counts = created >= self.warmup();
        let class = &mut self.classes[class.index()];
        let fate = &mut class.fate;
        let (count, what) = match reason {
            Leaving::Rejected => (&mut fate.rejected, Fate::Rejected),
            Leaving::Balked => (&mut fate.balked, Fate::Balked),
            Leaving::Dropped => (&mut fate.dropped, Fate::Dropped),
            Leaving::Expired => (&mut fate.expired, Fate::Expired),
            Leaving::Abandoned => (&mut fate.abandoned, Fate::Abandoned),
            Leaving::Missed => (&mut fate.missed, Fate::Missed),
        };
        *count += u64::from(counts);
        class.mix_fate(what, created, now);
    }

    pub(super) fn record_left(&mut self, now: SimTime, job: &Left) {
        let (rest, warmup) = (self.steps.rest(now), self.warmup());
        let counts = job.created >= warmup;
        let class = &mut self.classes[job.class.index()];
        class.fate.waste(job.wasted, (now, warmup));
        match job.place {
            Place::Staged(dispatcher) => {
                class.staged.change(-1, rest);
                class.fate.note_staged(counts, now.since(job.created));
                self.dispatchers[dispatcher.index()].leave(now);
            }
            Place::Ready { queue, ready } => {
                class.ready.change(-1, rest);
                class.fate.note_in_queue(counts, now.since(ready));
                self.queues[queue.index()].leave(now);
            }
            Place::Retrying => class.fate.leave_retrying(now, rest),
            Place::Running(_) => {}
        }
        class.note_fall(now);
        self.shrink_backlog(now);
        self.count_left(now, (job.class, job.created), job.reason);
        self.classes[job.class.index()].mix_fingerprint(job.created, now);
        let whose = (job.class, job.tenant);
        self.count_lost(whose, job.created, loss_of(job.reason));
        self.record_never(whose, (job.created, now), (!job.attempted).then_some(job.place));
    }

    pub(super) fn record_restart(&mut self, now: SimTime, job: &Start) {
        let (rest, counts) = (self.steps.rest(now), job.created >= self.warmup());
        let class = &mut self.classes[job.class.index()];
        class.fate.note_in_queue(counts, now.since(job.ready));
        class.mix_fingerprint(job.created, now);
        self.queues[job.queue.index()].leave(now);
        self.pools[job.pool.index()].busy.change(1, rest);
        if job.copy {
            return;
        }
        class.ready.change(-1, rest);
        class.running.change(1, rest);
        class.note_fall(now);
        self.shrink_backlog(now);
    }

    pub(super) fn record_failed(&mut self, now: SimTime, job: &Failed) {
        let (rest, warmup) = (self.steps.rest(now), self.warmup());
        self.pools[job.pool.index()].busy.change(-1, rest);
        let class = &mut self.classes[job.class.index()];
        class.fate.waste(now.since(job.started), (now, warmup));
        class.fate.waste(job.before, (now, warmup));
        class.mix_fate(if job.timed_out { Fate::TimedOut } else { Fate::Failed }, job.created, now);
        *(if job.timed_out { &mut class.fate.timed_out } else { &mut class.fate.failures }) += 1;
        if job.then != Disposition::Other {
            class.running.change(-1, rest);
        }
        match job.then {
            Disposition::Retry => {
                class.fate.retries += 1;
                class.fate.enter_retrying(now, rest);
                self.grow_backlog(now, job.class, 0);
            }
            Disposition::Dead => {
                class.fate.dead += u64::from(job.created >= warmup);
                class.mix_fate(Fate::Died, job.created, now);
                self.count_lost((job.class, job.tenant), job.created, Loss::Dead);
                self.record_never((job.class, job.tenant), (job.created, now), None);
            }
            Disposition::Waits(place) => self.record_waits_on(now, job.class, place),
            Disposition::Other => {}
        }
    }

    pub(super) fn record_interrupted(&mut self, now: SimTime, job: &Interruption) {
        let (rest, warmup) = (self.steps.rest(now), self.warmup());
        self.pools[job.pool.index()].busy.change(-1, rest);
        let class = &mut self.classes[job.class.index()];
        class.fate.interruptions += 1;
        class.mix_fate(Fate::Interrupted, job.created, now);
        class.fate.waste(job.wasted, (now, warmup));
        if job.then != Disposition::Other {
            class.running.change(-1, rest);
        }
        match job.then {
            Disposition::Retry => self.grow_backlog(now, job.class, 1),
            Disposition::Dead => {
                class.fate.lost += u64::from(job.created >= warmup);
                class.mix_fate(Fate::Lost, job.created, now);
                self.count_lost((job.class, job.tenant), job.created, Loss::Lost);
                self.record_never((job.class, job.tenant), (job.created, now), None);
            }
            Disposition::Waits(place) => self.record_waits_on(now, job.class, place),
            Disposition::Other => {}
        }
    }

    pub(super) fn record_requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        let rest = self.steps.rest(now);
        let class = &mut self.classes[class.index()];
        class.ready.change(-1, rest);
        class.fate.requeues += 1;
        class.mix_fate(Fate::Requeued, SimTime::ZERO, now);
        class.fate.enter_retrying(now, rest);
        self.queues[queue.index()].leave(now);
    }

    pub(super) fn record_retried(&mut self, now: SimTime, class: ClassId) {
        let class = &mut self.classes[class.index()];
        class.fate.leave_retrying(now, self.steps.rest(now));
        class.mix_fate(Fate::Retried, SimTime::ZERO, now);
    }

    pub(super) fn record_duplicated(&mut self, now: SimTime, class: ClassId) {
        let record = &mut self.classes[class.index()];
        record.fate.duplicates += 1;
        record.mix_fate(Fate::Duplicated, SimTime::ZERO, now);
    }

    /// The running copy of a job is gone and the one that waits beside it is the job from now on.
    fn record_waits_on(&mut self, now: SimTime, class: ClassId, place: CopyPlace) {
        let rest = self.steps.rest(now);
        let record = &mut self.classes[class.index()];
        match place {
            CopyPlace::Ready => record.ready.change(1, rest),
            CopyPlace::Fetched => {
                record.prefetched.change(1, rest);
                record.prefetched_peak.rise(now, record.prefetched.number());
            }
            CopyPlace::Delayed => record.fate.enter_retrying(now, rest),
        }
        self.grow_backlog(now, class, 0);
    }

    pub(super) fn record_copy_requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        let class = &mut self.classes[class.index()];
        class.fate.requeues += 1;
        class.mix_fate(Fate::Requeued, SimTime::ZERO, now);
        self.queues[queue.index()].leave(now);
    }

    pub(super) fn record_withdrawn(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.classes[class.index()].mix_fate(Fate::Withdrawn, SimTime::ZERO, now);
        self.queues[queue.index()].leave(now);
    }

    pub(super) fn record_repeated(&mut self, now: SimTime, job: &Completion, took: SimDuration) {
        let (rest, warmup) = (self.steps.rest(now), self.warmup());
        let class = &mut self.classes[job.class.index()];
        class.fate.waste(took, (now, warmup));
        class.mix_fate(Fate::Repeated, job.created, now);
        self.pools[job.pool.index()].busy.change(-1, rest);
    }
}
