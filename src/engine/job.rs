//! What the engine remembers of a job: 24 bytes while it waits, 16 while it runs.

use std::cmp::Ordering;
use std::num::NonZeroU32;

use crate::model::ClassId;
use crate::units::{SimDuration, SimTime};

/// A job that is staged or ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Job {
    pub(super) created: SimTime,
    /// Its service demand.
    pub(super) service: SimDuration,
    pub(super) class: ClassId,
    pub(super) tenant: u16,
    /// The order in which jobs became ready, modulo 2^32.
    pub(super) sequence: Sequence,
}

/// A number that grows by one for each job that becomes ready and wraps around. Two of them compare rightly as long as fewer
/// than 2^31 jobs became ready in between, which holds for jobs that became ready at one instant within any backlog that fits
/// into memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Sequence(pub u32);

impl Sequence {
    pub(super) fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        (self.0.wrapping_sub(other.0) as i32).cmp(&0)
    }
}

/// A job and when it entered its queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ReadyJob {
    pub(super) job: Job,
    pub(super) ready: SimTime,
}

impl ReadyJob {
    /// Whether this job became ready before the other one or after it.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.ready.cmp(&other.ready).then_with(|| self.job.sequence.compare(other.job.sequence))
    }
}

/// A job on a worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Running {
    pub(super) created: SimTime,
    pub(super) class: ClassId,
    pub(super) tenant: u16,
    /// The number of its attempt, where something else than its completion can come of it.
    pub(super) attempt: Option<NonZeroU32>,
}

impl Running {
    /// A job of which nothing but its completion comes.
    #[inline(always)]
    pub(super) fn plain(job: &Job) -> Self {
        Self { created: job.created, class: job.class, tenant: job.tenant, attempt: None }
    }
}

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
