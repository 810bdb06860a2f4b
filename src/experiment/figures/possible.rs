//! Which counts of jobs that are not simply finished a model can have.

use crate::experiment::record::fate_record::FateRecord;
use crate::metric::Metric;
use crate::model::{Arrivals, Capacity, ClassId, JobClass, Missed, Model, OnReturn, Over, WhenFull};

/// A count and what it is in reports.
pub(super) type Count = (Metric, fn(&FateRecord) -> u64);

const FAILURES: Count = (Metric::Failures, |record| record.failures);
const TIMED_OUT: Count = (Metric::TimedOut, |record| record.timed_out);
const RETRIES: Count = (Metric::Retries, |record| record.retries);
const DEAD: Count = (Metric::Dead, |record| record.dead);
const REJECTED: Count = (Metric::Rejected, |record| record.rejected);
const BALKED: Count = (Metric::Balked, |record| record.balked);
const DROPPED: Count = (Metric::Dropped, |record| record.dropped);
const EXPIRED: Count = (Metric::Expired, |record| record.expired);
const ABANDONED: Count = (Metric::Abandoned, |record| record.abandoned);
const MISSED: Count = (Metric::Missed, |record| record.missed);
const DUPLICATES: Count = (Metric::Duplicates, |record| record.duplicates);
const INTERRUPTIONS: Count = (Metric::Interruptions, |record| record.interruptions);
const LOST: Count = (Metric::LostWithWorker, |record| record.lost);
const REQUEUES: Count = (Metric::Requeues, |record| record.requeues);

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
    model.serving(queue).iter().any(|pool| has(&model.pools()[pool.index()].capacity))
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
