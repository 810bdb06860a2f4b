//! What the engine remembers of a job: 24 bytes while it waits, 16 while it runs.

use std::cmp::Ordering;
use std::num::NonZeroU32;

use crate::model::ClassId;
use crate::units::{SimDuration, SimTime};

/// The number of an attempt plus one.
pub(crate) type AttemptId = std::num::NonZeroU32;

/// A job that is staged or ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Job {
    pub(crate) created: SimTime,
    /// Its service demand.
    pub(crate) service: SimDuration,
    pub(crate) class: ClassId,
    pub(crate) tenant: u16,
    /// The order in which jobs became ready, modulo 2^32.
    pub(crate) sequence: Sequence,
}

/// A number that grows by one for each job that becomes ready and wraps around. Two of them compare rightly as long as fewer
/// than 2^31 jobs became ready in between, which holds for jobs that became ready at one instant within any backlog that fits
/// into memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sequence(pub u32);

impl Sequence {
    pub(crate) fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    pub(crate) fn compare(self, other: Self) -> Ordering {
        (self.0.wrapping_sub(other.0) as i32).cmp(&0)
    }
}

/// A job and when it entered its queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ReadyJob {
    pub(crate) job: Job,
    pub(crate) ready: SimTime,
}

impl ReadyJob {
    /// Whether this job became ready before the other one or after it.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        self.ready.cmp(&other.ready).then_with(|| self.job.sequence.compare(other.job.sequence))
    }
}

/// A job on a worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Running {
    pub(crate) created: SimTime,
    pub(crate) class: ClassId,
    pub(crate) tenant: u16,
    /// The number of its attempt, where something else than its completion can come of it.
    pub(crate) attempt: Option<NonZeroU32>,
}

impl Running {
    /// A job of which nothing but its completion comes.
    #[inline(always)]
    pub(crate) fn plain(job: &Job) -> Self {
        Self { created: job.created, class: job.class, tenant: job.tenant, attempt: None }
    }
}

/// Fills the slots of workers that have run no job yet.
pub(crate) const EMPTY_SLOT: Running = Running { created: SimTime::ZERO, class: ClassId(0), tenant: 0, attempt: None };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_job_takes_24_bytes_and_a_running_one_16() {
        assert_eq!(size_of::<Job>(), 24);
        assert_eq!(size_of::<Running>(), 16);
    }

    #[test]
    fn sequences_compare_over_the_wrap() {
        let last = Sequence(u32::MAX);
        assert_eq!(last.compare(last.next()), Ordering::Less);
        assert_eq!(last.next(), Sequence(0));
        assert_eq!(Sequence(7).compare(Sequence(7)), Ordering::Equal);
    }
}
