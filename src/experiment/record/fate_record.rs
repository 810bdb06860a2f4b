//! What is counted of the jobs of a class that something else than their completion becomes of.

use super::level::Level;
use super::peak::Peak;
use crate::units::{SimDuration, SimTime};

/// Counts of a class. Attempts in `failures`, `timed_out`, `retries`, `interruptions`; jobs in the others.
#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct FateRecord {
    pub(in crate::experiment) failures: u64,
    pub(in crate::experiment) timed_out: u64,
    pub(in crate::experiment) retries: u64,
    pub(in crate::experiment) dead: u64,
    pub(in crate::experiment) rejected: u64,
    pub(in crate::experiment) balked: u64,
    pub(in crate::experiment) dropped: u64,
    pub(in crate::experiment) expired: u64,
    pub(in crate::experiment) abandoned: u64,
    pub(in crate::experiment) missed: u64,
    pub(in crate::experiment) duplicates: u64,
    /// Times that a job was taken from its worker, and jobs lost that way.
    pub(in crate::experiment) interruptions: u64,
    pub(in crate::experiment) lost: u64,
    /// Nanoseconds of attempts that did not finish a job.
    pub(in crate::experiment) wasted: u128,
    /// Times that a job over its limit went back.
    pub(in crate::experiment) requeues: u64,
    pub(in crate::experiment) retrying: Level,
    pub(in crate::experiment) retrying_peak: Peak,
    /// The longest time in a queue of a job that left it unserved or for a further attempt.
    pub(in crate::experiment) longest_in_queue: SimDuration,
    /// The longest time in staging of a job that left unserved.
    pub(in crate::experiment) longest_staged: SimDuration,
}

impl FateRecord {
    /// The warm-up ends: what became of attempts before does not count, nor what became of jobs, which then were created before.
    pub(super) fn end_warmup(&mut self, now: SimTime) {
        let (retrying, mut retrying_peak) = (std::mem::take(&mut self.retrying), self.retrying_peak);
        retrying_peak.begin_anew(now, retrying.number());
        *self = Self { retrying, retrying_peak, ..Self::default() };
    }

    pub(super) fn enter_retrying(&mut self, now: SimTime, rest: u64) {
        self.retrying.change(1, rest);
        self.retrying_peak.rise(now, self.retrying.number());
    }

    pub(super) fn leave_retrying(&mut self, now: SimTime, rest: u64) {
        self.retrying.change(-1, rest);
        self.retrying_peak.fall(now, self.retrying.number());
    }

    /// A worker has worked for nothing, up to now: what of it was in the warm-up does not count.
    pub(super) fn waste(&mut self, time: SimDuration, (now, warmup): (SimTime, SimTime)) {
        let counted = if now > warmup { time.min(now.since(warmup)) } else { time };
        self.wasted += u128::from(counted.as_nanos());
    }

    pub(super) fn note_in_queue(&mut self, counts: bool, time: SimDuration) {
        if counts {
            self.longest_in_queue = self.longest_in_queue.max(time);
        }
    }

    pub(super) fn note_staged(&mut self, counts: bool, time: SimDuration) {
        if counts {
            self.longest_staged = self.longest_staged.max(time);
        }
    }
}
