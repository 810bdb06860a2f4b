//! What is counted of a class, a place and a pool.

use super::bill::Bill;
use super::fates::FateRecord;
use super::level::{Area, Flow, Level, Steps};
use super::peak::Peak;
use super::step_waits::StepWaits;
use super::unit::Times;
use crate::model::{Model, Pool, PoolId, QueueId};
use crate::units::SimTime;

/// What is counted of a class. What is touched for most jobs comes first and lies in few cache lines.
#[derive(Clone, Debug, Default)]
#[repr(C, align(64))]
pub(super) struct ClassRecord {
    pub(super) created: u64,
    pub(super) started: u64,
    pub(super) finished: u64,
    /// When its jobs were created and started, in the order of their starts.
    pub(super) fingerprint: u64,
    /// What became of its jobs and when, whatever the order.
    pub(super) ends: u64,
    /// Of its jobs that wait.
    pub(super) peak: Peak,
    pub(super) step: StepFlows,
    pub(super) later: LaterFlows,
    pub(super) sojourn: Times,
    pub(super) wait: Times,
    /// Waits of the jobs created in each step.
    pub(super) waits: StepWaits,
    /// The bounds that its jobs are counted against, by their place in `Recorder::bounds`.
    pub(super) bounds: Vec<usize>,
    pub(super) has_dispatcher: bool,
    /// The only pool whose workers ever take its jobs: busy ones are counted there once a step.
    pub(super) only_pool: Option<PoolId>,
    pub(super) ready: Level,
    pub(super) running: Level,
    pub(super) unfinished: u64,
    /// Only for a class with a dispatcher; otherwise the queue wait is the wait.
    pub(super) queue_wait: Times,
    pub(super) staging_delay: Times,
    pub(super) staged: Level,
    /// Taken in advance by a worker; a part of the backlog.
    pub(super) prefetched: Level,
    pub(super) prefetched_peak: Peak,
    pub(super) early: Early,
    pub(super) fate: FateRecord,
}

impl ClassRecord {
    /// More jobs wait than before: `all` of all classes, `entering` of this one that its levels do not count yet.
    #[inline(always)]
    pub(super) fn note_rise(&mut self, now: SimTime, all: i64, entering: i64) {
        // Where all classes together have less, those of this one need not be added up.
        if all > self.peak.number() {
            self.peak.rise(now, self.waiting() + entering);
        }
    }

    /// Fewer jobs wait than before.
    #[inline(always)]
    pub(super) fn note_fall(&mut self, now: SimTime) {
        if self.peak.is_of(now) {
            self.peak.fall(now, self.waiting());
        }
    }

    /// Jobs created since the warm-up, and how many of them were started and finished.
    pub(super) fn counted(&self) -> [u64; 3] {
        let Early { created, started, finished } = self.early;
        [self.created - created, self.started - started, self.finished - finished]
    }

    /// How many jobs wait now.
    #[inline(always)]
    pub(super) fn waiting(&self) -> i64 {
        let levels = [&self.staged, &self.ready, &self.prefetched, &self.fate.retrying];
        let before = levels.iter().map(|level| level.number()).sum::<i64>();
        before + self.step.queued.number() as i64 - self.step.started.number() as i64
    }

    pub(super) fn levels(&mut self) -> [&mut Level; 5] {
        let Self { staged, ready, prefetched, running, fate, .. } = self;
        [staged, ready, prefetched, running, &mut fate.retrying]
    }

    /// The warm-up ends: jobs that were created before do not count, nor what became of attempts.
    pub(super) fn end_warmup(&mut self, now: SimTime) {
        self.early.created = self.created;
        self.peak.begin_anew(now, self.waiting());
        self.prefetched_peak.begin_anew(now, self.prefetched.number());
        self.fate.end_warmup(now);
    }

    #[inline(always)]
    pub(super) fn mix_fingerprint(&mut self, created: SimTime, now: SimTime) {
        self.fingerprint = mix(mix(self.fingerprint, created.as_nanos()), now.as_nanos());
    }

    /// A job that was created then has finished.
    #[inline(always)]
    pub(super) fn mix_finish(&mut self, created: SimTime, now: SimTime) {
        self.ends = self.ends.wrapping_add(of_times(created.as_nanos(), now.as_nanos()));
    }

    /// Something else than its finish became of a job: `what` tells the kinds apart.
    #[inline]
    pub(super) fn mix_fate(&mut self, what: Fate, created: SimTime, now: SimTime) {
        let kind = (what as u64).wrapping_mul(FACTOR);
        self.ends = self.ends.wrapping_add(of_times(created.as_nanos() ^ kind, now.as_nanos()));
    }
}

/// What becomes of a job besides its finish, as the fingerprint tells it.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    Ready = 1,
    Failed,
    TimedOut,
    Died,
    Interrupted,
    Lost,
    Requeued,
    Retried,
    Duplicated,
    Withdrawn,
    Repeated,
    Rejected,
    Balked,
    Dropped,
    Expired,
    Abandoned,
    Missed,
}

/// What happens to most jobs, in the current step. It is entered into counts, levels and waits when the step ends.
#[derive(Clone, Debug, Default)]
pub(super) struct StepFlows {
    /// Created and ready at once, to wait in the queue.
    pub(super) queued: Flow,
    /// Started when they were created.
    pub(super) at_once: Flow,
    /// Of those, the ones after the warm-up.
    pub(super) at_once_counted: u64,
    /// Started after they were ready.
    pub(super) started: Flow,
    pub(super) finished: Flow,
}

/// Jobs that were created in the warm-up, and how many of those were started and finished, whenever that was.
#[derive(Clone, Debug, Default)]
pub(super) struct Early {
    pub(super) created: u64,
    pub(super) started: u64,
    pub(super) finished: u64,
}

/// What is known already to happen in later parts of steps, by part.
#[derive(Clone, Debug, Default)]
pub(super) struct LaterFlows {
    pub(super) started: Vec<Flow>,
    pub(super) finished: Vec<Flow>,
}

impl ClassRecord {
    /// Enters what happened in the step, or part of a step, that ends now; `pools` are all pools.
    pub(super) fn enter_flows(&mut self, steps: &Steps, pools: &mut [PoolRecord]) {
        let StepFlows { queued, at_once, at_once_counted, mut started, mut finished } = std::mem::take(&mut self.step);
        for (flow, later) in [(&mut started, &self.later.started), (&mut finished, &self.later.finished)] {
            later.get(steps.part()).into_iter().for_each(|later| flow.merge(later));
        }
        self.early.started += at_once.number() - at_once_counted;
        self.created += queued.number() + at_once.number();
        self.started += at_once.number() + started.number();
        self.finished += finished.number();
        self.ready.absorb(&queued, 1);
        self.ready.absorb(&started, -1);
        let busy = self.only_pool.map(|pool| &mut pools[pool.index()].busy);
        for level in [Some(&mut self.running), busy].into_iter().flatten() {
            level.absorb(&at_once, 1);
            level.absorb(&started, 1);
            level.absorb(&finished, -1);
        }
        self.waits.of(steps.current()).record_zeros(at_once.number());
        self.wait.record_zeros(at_once_counted);
    }
}

/// The pool that serves a queue, if it is one only, whatever policies hold.
pub(super) fn only_pool(model: &Model, queue: QueueId) -> Option<PoolId> {
    match model.serving(queue) {
        [pool] => Some(*pool),
        _ => None,
    }
}

/// What is counted of a place: a queue or a dispatcher.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceRecord {
    pub(super) number: i64,
    pub(super) peak: Peak,
    /// Depth and age of the oldest at the end of each step.
    pub(super) samples: Vec<(u64, f64)>,
}

impl PlaceRecord {
    #[inline]
    pub(super) fn enter(&mut self, now: SimTime) {
        self.number += 1;
        self.peak.rise(now, self.number);
    }

    #[inline]
    pub(super) fn leave(&mut self, now: SimTime) {
        self.number -= 1;
        self.peak.fall(now, self.number);
    }
}

/// Workers of a pool.
#[derive(Clone, Debug, Default)]
pub(super) struct PoolRecord {
    pub(super) busy: Level,
    pub(super) available: Level,
    pub(super) booting: Level,
    pub(super) down: Level,
    /// What is paid by started hours or minutes.
    pub(super) bill: Option<Box<Bill>>,
}

impl PoolRecord {
    pub(super) fn new(pool: &Pool, warmup: SimTime) -> Self {
        let unit = pool.cost_per_hour.and_then(|cost| cost.billing.unit());
        Self { bill: unit.map(|unit| Box::new(Bill::new(unit, warmup))), ..Self::default() }
    }

    /// The number of workers has changed, or of those that are paid for and not there.
    pub(super) fn note_paid(&mut self, now: SimTime) {
        let paid = self.available.number() + self.booting.number() + self.down.number();
        self.bill.iter_mut().for_each(|bill| bill.change(now, paid.max(0) as usize));
    }
}

impl PoolRecord {
    pub(super) fn levels(&mut self) -> [&mut Level; 4] {
        [&mut self.busy, &mut self.available, &mut self.booting, &mut self.down]
    }

    /// Worker time that is paid for.
    pub(super) fn paid(&self) -> Area {
        [&self.available, &self.booting, &self.down].into_iter().map(Level::area).sum()
    }
}

const FACTOR: u64 = 0x517c_c1b7_2722_0a95;

/// Folds a number into a fingerprint; multiply and rotate, as FxHash does.
#[inline]
pub(super) fn mix(hash: u64, number: u64) -> u64 {
    (hash.rotate_left(5) ^ number).wrapping_mul(FACTOR)
}

/// Two instants as a number that can be added up: the order in which jobs finish is no part of what became of them. The last
/// line keeps changes of two jobs from cancelling each other in the sum.
#[inline(always)]
pub(super) fn of_times(created: u64, now: u64) -> u64 {
    let both = (created.wrapping_mul(FACTOR).rotate_left(32) ^ now).wrapping_mul(FACTOR);
    both ^ (both >> 32)
}
