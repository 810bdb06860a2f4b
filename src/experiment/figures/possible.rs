//! Which counts of jobs that are not simply finished a model can have.

use crate::experiment::record::fate_record::FateRecord;
use crate::metric::Metric;
use crate::model::{Arrivals, Capacity, ClassId, Fate, JobClass, Missed, Model, OnReturn, Over, WhenFull};

/// A count of jobs or attempts, and whether those of a class can have it.
pub(super) struct Count {
    pub(super) metric: Metric,
    pub(super) of: fn(&FateRecord) -> u64,
    pub(super) is_possible: fn(&Model, ClassId) -> bool,
}

const fn count(metric: Metric, of: fn(&FateRecord) -> u64, is_possible: fn(&Model, ClassId) -> bool) -> Count {
    Count { metric, of, is_possible }
}

/// All counts, in the order of the report.
pub(super) const COUNTS: [Count; 14] = [
    count(Metric::Failures, |record| record.failures, |m, id| fate(m, id).failure.is_some() || provider_fails(m, id)),
    count(Metric::TimedOut, |record| record.timed_out, |m, id| fate(m, id).timeout.is_some()),
    count(Metric::Retries, |record| record.retries, |m, id| fate(m, id).can_retry()),
    count(Metric::Dead, |record| record.dead, |m, id| fate(m, id).can_fail()),
    count(Metric::Rejected, |record| record.rejected, |m, id| when_full(m, id) == Some(WhenFull::Reject)),
    count(Metric::Balked, |record| record.balked, |m, id| fate(m, id).balk.is_some()),
    count(Metric::Dropped, |record| record.dropped, |m, id| when_full(m, id) == Some(WhenFull::DropOldest)),
    count(Metric::Expired, |record| record.expired, |m, id| fate(m, id).expire.is_some() || expires_staged(m, id)),
    count(Metric::Abandoned, |record| record.abandoned, |m, id| fate(m, id).patience.is_some()),
    count(Metric::Missed, |record| record.missed, loses_ticks),
    count(Metric::Duplicates, |record| record.duplicates, can_duplicate),
    count(Metric::Interruptions, |record| record.interruptions, |m, id| some_pool(m, id, Capacity::can_interrupt)),
    count(Metric::LostWithWorker, |record| record.lost, |m, id| some_pool(m, id, Capacity::can_lose)),
    count(Metric::Requeues, |record| record.requeues, can_requeue),
];

fn fate(model: &Model, class: ClassId) -> &Fate {
    &model.classes()[class.index()].fate
}

/// What a full queue does with jobs of a class.
fn when_full(model: &Model, class: ClassId) -> Option<WhenFull> {
    let queue = model.classes()[class.index()].queue;
    model.queues()[queue.index()].capacity.map(|capacity| capacity.when_full)
}

/// Whether the dispatcher of a class drops what has been staged for too long when it returns.
fn expires_staged(model: &Model, class: ClassId) -> bool {
    let via = model.classes()[class.index()].via;
    via.is_some_and(|id| matches!(model.dispatchers()[id.index()].on_return, OnReturn::Expire(_)))
}

/// Whether two copies of a job can run at once: its worker is thought to be gone, or two replicas of its dispatcher are ever active at once.
fn can_duplicate(model: &Model, class: ClassId) -> bool {
    let JobClass { fate, via, .. } = &model.classes()[class.index()];
    fate.visibility_timeout.is_some() || via.is_some_and(|id| model.dispatchers()[id.index()].can_release_twice())
}

fn loses_ticks(model: &Model, class: ClassId) -> bool {
    matches!(model.classes()[class.index()].arrivals, Arrivals::Periodic { missed: Missed::Lost, .. })
}

/// Whether the provider of a class makes attempts fail.
fn provider_fails(model: &Model, class: ClassId) -> bool {
    let provider = fate(model, class).provider.map(|id| &model.providers()[id.index()]);
    provider.is_some_and(|provider| provider.windows.iter().any(|window| window.fails.as_f64() > 0.0))
}

/// Whether worker time can be wasted on jobs of a class.
pub(super) fn can_waste(model: &Model, class: ClassId) -> bool {
    fate(model, class).can_fail() || can_duplicate(model, class) || some_pool(model, class, Capacity::can_interrupt)
}

/// Whether some pool that serves a class has this property.
fn some_pool(model: &Model, class: ClassId, has: impl Fn(&Capacity) -> bool) -> bool {
    let queue = model.classes()[class.index()].queue;
    model.serving(queue).iter().any(|pool| has(&model.pools()[pool.index()].capacity))
}

/// Whether jobs of a class can wait for a retry, or to be back after they were over a limit.
pub(super) fn can_retry(model: &Model, class: ClassId) -> bool {
    fate(model, class).can_retry() || can_requeue(model, class)
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
