//! What is counted of a class, a place and a pool.

use super::bill::Bill;
use super::fate_record::FateRecord;
use super::level::{Area, Flow, Level, Steps};
use super::peak::Peak;
use super::step_waits::StepWaits;
use crate::experiment::unit::Times;
use crate::model::{Model, Pool, PoolId, QueueId};
use crate::units::SimTime;

/// What is counted of a class. What is touched for most jobs comes first and lies in few cache lines.
#[derive(Clone, Debug, Default)]
#[repr(C, align(64))]
pub(in crate::experiment) struct ClassRecord {
    pub(in crate::experiment) created: u64,
    pub(in crate::experiment) started: u64,
    pub(in crate::experiment) finished: u64,
    /// When its jobs were created and started, in the order of their starts.
    pub(in crate::experiment) fingerprint: u64,
    /// What became of its jobs and when, whatever the order.
    pub(in crate::experiment) ends: u64,
    /// Of its jobs that wait.
    pub(in crate::experiment) peak: Peak,
    pub(in crate::experiment) step: StepFlows,
    pub(super) later: LaterFlows,
    pub(in crate::experiment) sojourn: Times,
    pub(in crate::experiment) wait: Times,
    /// Waits of the jobs created in each step.
    pub(in crate::experiment) waits: StepWaits,
    /// The bounds that its jobs are counted against, by their place in `Recorder::bounds`.
    pub(in crate::experiment) bounds: Vec<usize>,
    pub(in crate::experiment) has_dispatcher: bool,
    /// The only pool whose workers ever take its jobs: busy ones are counted there once a step.
    pub(super) only_pool: Option<PoolId>,
    pub(in crate::experiment) ready: Level,
    pub(in crate::experiment) running: Level,
    pub(in crate::experiment) unfinished: u64,
    /// Only for a class with a dispatcher; otherwise the queue wait is the wait.
    pub(in crate::experiment) queue_wait: Times,
    pub(in crate::experiment) staging_delay: Times,
    pub(in crate::experiment) staged: Level,
    /// Taken in advance by a worker; a part of the backlog.
    pub(in crate::experiment) prefetched: Level,
    pub(in crate::experiment) prefetched_peak: Peak,
    pub(super) early: Early,
    pub(in crate::experiment) fate: FateRecord,
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
    pub(in crate::experiment) fn counted(&self) -> [u64; 3] {
        let Early { created, started, finished } = self.early;
        [self.created - created, self.started - started, self.finished - finished]
    }

    /// How many jobs wait now.
    #[inline(always)]
    pub(in crate::experiment) fn waiting(&self) -> i64 {
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
pub(in crate::experiment) enum Fate {
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
pub(in crate::experiment) struct StepFlows {
    /// Created and ready at once, to wait in the queue.
    pub(super) queued: Flow,
    /// Started when they were created.
    pub(super) at_once: Flow,
    /// Of those, the ones after the warm-up.
    pub(super) at_once_counted: u64,
    /// Started after they were ready.
    pub(in crate::experiment) started: Flow,
    pub(in crate::experiment) finished: Flow,
}

/// Jobs that were created in the warm-up, and how many of those were started and finished, whenever that was.
#[derive(Clone, Debug, Default)]
pub(super) struct Early {
    pub(in crate::experiment) created: u64,
    pub(in crate::experiment) started: u64,
    pub(in crate::experiment) finished: u64,
}

/// What is known already to happen in later parts of steps, by part.
#[derive(Clone, Debug, Default)]
pub(super) struct LaterFlows {
    pub(in crate::experiment) started: Vec<Flow>,
    pub(in crate::experiment) finished: Vec<Flow>,
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
pub(in crate::experiment) struct PlaceRecord {
    pub(in crate::experiment) number: i64,
    pub(in crate::experiment) peak: Peak,
    /// Depth and age of the oldest at the end of each step.
    pub(in crate::experiment) samples: Vec<(u64, f64)>,
}

impl PlaceRecord {
    #[inline]
    pub(super) fn enter(&mut self, now: SimTime) {
        self.number += 1;
        self.peak.rise(now, self.number);
    }

    #[inline]
    pub(in crate::experiment) fn leave(&mut self, now: SimTime) {
        self.number -= 1;
        self.peak.fall(now, self.number);
    }
}

/// Workers of a pool.
#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct PoolRecord {
    pub(in crate::experiment) busy: Level,
    pub(in crate::experiment) available: Level,
    pub(in crate::experiment) booting: Level,
    pub(in crate::experiment) down: Level,
    /// What is paid by started hours or minutes.
    pub(in crate::experiment) bill: Option<Box<Bill>>,
}

impl PoolRecord {
    pub(in crate::experiment) fn new(pool: &Pool, warmup: SimTime) -> Self {
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
    pub(in crate::experiment) fn paid(&self) -> Area {
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
