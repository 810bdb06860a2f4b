//! What is counted of jobs that something else than their completion becomes of, and which of these counts a model can have.

use super::level::Level;
use super::peak::Peak;
use super::recorder::Recorder;
use super::records::Fate;
use crate::engine::{Completion, CopyPlace, Created, Disposition, Failed, Interruption, Leaving, Left, Place, Start};
use crate::model::{Arrivals, Capacity, ClassId, JobClass, Loss, Missed, Model, OnReturn, Over, QueueId, WhenFull};
use crate::units::{SimDuration, SimTime};

/// Counts of a class. Attempts in `failures`, `timed_out`, `retries`, `interruptions`; jobs in the others.
#[derive(Clone, Debug, Default)]
pub(super) struct FateRecord {
    pub(super) failures: u64,
    pub(super) timed_out: u64,
    pub(super) retries: u64,
    pub(super) dead: u64,
    pub(super) rejected: u64,
    pub(super) balked: u64,
    pub(super) dropped: u64,
    pub(super) expired: u64,
    pub(super) abandoned: u64,
    pub(super) missed: u64,
    pub(super) duplicates: u64,
    /// Times that a job was taken from its worker, and jobs lost that way.
    pub(super) interruptions: u64,
    pub(super) lost: u64,
    /// Nanoseconds of attempts that did not finish a job.
    pub(super) wasted: u128,
    /// Times that a job over its limit went back.
    pub(super) requeues: u64,
    pub(super) retrying: Level,
    pub(super) retrying_peak: Peak,
    /// The longest time in a queue of a job that left it unserved or for a further attempt.
    pub(super) longest_in_queue: SimDuration,
    /// The longest time in staging of a job that left unserved.
    pub(super) longest_staged: SimDuration,
}

impl FateRecord {
    /// The warm-up ends: what became of attempts before does not count, nor what became of jobs, which then were created before.
    pub(super) fn end_warmup(&mut self, now: SimTime) {
        let (retrying, mut retrying_peak) = (std::mem::take(&mut self.retrying), self.retrying_peak);
        retrying_peak.begin_anew(now, retrying.number());
        *self = Self { retrying, retrying_peak, ..Self::default() };
    }

    fn enter_retrying(&mut self, now: SimTime, rest: u64) {
        self.retrying.change(1, rest);
        self.retrying_peak.rise(now, self.retrying.number());
    }

    fn leave_retrying(&mut self, now: SimTime, rest: u64) {
        self.retrying.change(-1, rest);
        self.retrying_peak.fall(now, self.retrying.number());
    }

    /// A worker has worked for nothing, up to now: what of it was in the warm-up does not count.
    fn waste(&mut self, time: SimDuration, (now, warmup): (SimTime, SimTime)) {
        let counted = if now > warmup { time.min(now.since(warmup)) } else { time };
        self.wasted += u128::from(counted.as_nanos());
    }

    fn note_in_queue(&mut self, counts: bool, time: SimDuration) {
        if counts {
            self.longest_in_queue = self.longest_in_queue.max(time);
        }
    }

    fn note_staged(&mut self, counts: bool, time: SimDuration) {
        if counts {
            self.longest_staged = self.longest_staged.max(time);
        }
    }
}

/// A count by its name in reports.
pub(super) type Count = (&'static str, fn(&FateRecord) -> u64);

const FAILURES: Count = ("failures", |record| record.failures);
const TIMED_OUT: Count = ("timed_out", |record| record.timed_out);
const RETRIES: Count = ("retries", |record| record.retries);
const DEAD: Count = ("dead", |record| record.dead);
const REJECTED: Count = ("rejected", |record| record.rejected);
const BALKED: Count = ("balked", |record| record.balked);
const DROPPED: Count = ("dropped", |record| record.dropped);
const EXPIRED: Count = ("expired", |record| record.expired);
const ABANDONED: Count = ("abandoned", |record| record.abandoned);
const MISSED: Count = ("missed", |record| record.missed);
const DUPLICATES: Count = ("duplicates", |record| record.duplicates);
const INTERRUPTIONS: Count = ("interruptions", |record| record.interruptions);
const LOST: Count = ("lost_with_worker", |record| record.lost);
const REQUEUES: Count = ("requeues", |record| record.requeues);

/// The counts that jobs of a class can have, in the order of the report.
pub(super) fn counts_of(model: &Model, class: ClassId) -> Vec<Count> {
    let (id, class) = (class, &model.classes()[class.index()]);
    let (fate, full) = (&class.fate, model.queues()[class.queue.index()].capacity.map(|capacity| capacity.when_full));
    let possible = [
        (fate.failure.is_some() || provider_fails(model, id), FAILURES),
        (fate.timeout.is_some(), TIMED_OUT),
        (fate.can_retry(), RETRIES),
        (fate.can_fail(), DEAD),
        (full == Some(WhenFull::Reject), REJECTED),
        (fate.balk.is_some(), BALKED),
        (full == Some(WhenFull::DropOldest), DROPPED),
        (fate.expire.is_some() || expires_staged(model, class), EXPIRED),
        (fate.patience.is_some(), ABANDONED),
        (loses_ticks(class), MISSED),
        (fate.visibility_timeout.is_some() || releases_twice(model, class), DUPLICATES),
        (some_pool(model, id, Capacity::can_interrupt), INTERRUPTIONS),
        (some_pool(model, id, Capacity::can_lose), LOST),
        (can_requeue(model, id), REQUEUES),
    ];
    possible.into_iter().filter(|(possible, _)| *possible).map(|(_, count)| count).collect()
}

/// Whether the dispatcher of a class drops what has been staged for too long when it returns.
fn expires_staged(model: &Model, class: &JobClass) -> bool {
    class.via.is_some_and(|id| matches!(model.dispatchers()[id.index()].on_return, OnReturn::Expire(_)))
}

/// Whether two replicas of the dispatcher of a class are ever active at once.
fn releases_twice(model: &Model, class: &JobClass) -> bool {
    class.via.is_some_and(|id| model.dispatchers()[id.index()].can_release_twice())
}

fn loses_ticks(class: &JobClass) -> bool {
    matches!(class.arrivals, Arrivals::Periodic { missed: Missed::Lost, .. })
}

/// The counts that some class can have, in the order of the report.
pub(super) fn counts_of_all(model: &Model) -> Vec<Count> {
    let left = [REJECTED, BALKED, DROPPED, EXPIRED, ABANDONED, MISSED];
    let all =
        [FAILURES, TIMED_OUT, RETRIES, DEAD].into_iter().chain(left).chain([DUPLICATES, INTERRUPTIONS, LOST, REQUEUES]);
    let ids = || (0..model.classes().len()).map(|i| ClassId(i as u16));
    let possible = |count: &Count| ids().any(|id| counts_of(model, id).iter().any(|other| other.0 == count.0));
    all.filter(possible).collect()
}

/// Whether the provider of a class makes attempts fail.
fn provider_fails(model: &Model, class: ClassId) -> bool {
    let provider = model.classes()[class.index()].fate.provider.map(|id| &model.providers()[id.index()]);
    provider.is_some_and(|provider| provider.windows.iter().any(|window| window.fails.as_f64() > 0.0))
}

/// Whether worker time can be wasted on jobs of a class.
pub(super) fn can_waste(model: &Model, class: ClassId) -> bool {
    let JobClass { fate, .. } = &model.classes()[class.index()];
    let repeats = fate.visibility_timeout.is_some() || releases_twice(model, &model.classes()[class.index()]);
    fate.can_fail() || repeats || some_pool(model, class, Capacity::can_interrupt)
}

/// Whether some pool that serves a class has this property.
fn some_pool(model: &Model, class: ClassId, has: impl Fn(&Capacity) -> bool) -> bool {
    let queue = model.classes()[class.index()].queue;
    model.pools().iter().any(|pool| has(&pool.capacity) && pool.take.queues().contains(&queue))
}

/// Whether jobs of a class can wait for a retry, or to be back after they were over a limit.
pub(super) fn can_retry(model: &Model, class: ClassId) -> bool {
    model.classes()[class.index()].fate.can_retry() || can_requeue(model, class)
}

/// Whether jobs of a class can go back because they are over a limit.
fn can_requeue(model: &Model, id: ClassId) -> bool {
    let class = &model.classes()[id.index()];
    model.limits().iter().any(|limit| matches!(limit.over, Over::Requeue(_)) && limit.covers(id, class))
}

/// Whether workers can take jobs of a class in advance.
pub(super) fn can_be_prefetched(model: &Model, class: ClassId) -> bool {
    some_pool(model, class, |capacity| capacity.prefetch.is_some())
}

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
