//! What else can become of a job than being finished: timeouts, failures, retries, leaving unserved, follow-up jobs.

use super::{ClassId, ProviderId};
use crate::distribution::Distribution;
use crate::units::{Share, SimDuration};

/// What can become of the jobs of a class. The default: every job is finished by its first attempt.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Fate {
    /// What its service needs: an attempt waits on its worker until this lets it in.
    pub provider: Option<ProviderId>,
    /// An attempt that takes longer than this, waiting for its provider included, is killed; positive.
    pub timeout: Option<SimDuration>,
    /// How attempts fail.
    pub failure: Option<Failure>,
    /// What happens after an attempt that failed or timed out; `None`: the job is dead.
    pub retry: Option<Retry>,
    /// A job that is older than this, counted from its creation, and waits, leaves; positive.
    pub expire: Option<SimDuration>,
    /// How long its user waits in seconds, from the creation to the first start; drawn when the job is created.
    pub patience: Option<Distribution>,
    /// Whether users turn away at sight of the queue.
    pub balk: Option<Balk>,
    /// What a finished job creates.
    pub then: Vec<FollowUp>,
    /// What is created when the jobs that a finished job created by `then` are over; needs `then`.
    pub join: Option<Join>,
    /// A job that runs longer than this becomes ready again beside the running copy; positive.
    pub visibility_timeout: Option<SimDuration>,
}

/// The job that is created when several others are over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Join {
    /// Its class.
    pub class: ClassId,
    /// What must have become of the others.
    pub when: JoinWhen,
}

/// What must have become of jobs for the one that joins them to be created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinWhen {
    /// All are finished; when one is lost, it is never created.
    Finished,
    /// None is left, whatever became of them.
    Ended,
}

/// How attempts fail.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Failure {
    /// The probability that an attempt fails; above 0.
    pub probability: Share,
    /// The share of the service time after which an attempt that fails does so.
    pub after: Share,
}

/// Trying again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Retry {
    /// How long a job waits before its next attempt.
    pub backoff: Backoff,
    /// The most attempts after the first one; a job that fails once more is dead.
    pub most: u32,
}

/// The delay before retry n = 1, 2, ..., counted from the end of the attempt that failed unless stated otherwise. `U` is uniform
/// between 0 and 1. Read off the sources of the systems.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Backoff {
    /// Sidekiq 7 and 8: (n - 1)^4 + 15 s and a whole number of seconds from 0 to 10 n - 1.
    Sidekiq,
    /// Sidekiq up to 6, and Faktory: (n - 1)^4 + 15 s and n times a whole number of seconds from 0 to 29.
    Sidekiq6,
    /// A whole number of seconds from 0 to min(most, factor 2^(n - 1)), as Celery does with `retry_backoff` and jitter.
    Celery {
        /// The upper bound before the first retry in seconds; positive.
        factor: f64,
        /// The upper bound before every retry.
        most: SimDuration,
    },
    /// BullMQ: 2^(n - 1) times the delay, times a factor between 1 - jitter and 1.
    BullMq {
        /// Before the first retry.
        delay: SimDuration,
        /// How much shorter it may be.
        jitter: Share,
    },
    /// Oban: (15 + 2^n)(1 + 0.1 U) s.
    Oban,
    /// River: n^4 s times a factor between 0.9 and 1.1.
    River,
    /// Active Job, polynomially longer: n^4 (1 + 0.15 U) + 2 s.
    ActiveJob,
    /// `delayed_job`: n^4 + 5 s.
    DelayedJob,
    /// A Kubernetes Job: min(10 * 2^(n - 1), 360) s.
    Kubernetes,
    /// SQS: the message is visible again this long after the attempt *started*, at once if that is over.
    Sqs(SimDuration),
    /// Always the same (Celery's `retry()`).
    Constant(SimDuration),
    /// first * factor^(n - 1), at most `most`, times a factor between 1 - jitter and 1 + jitter.
    Exponential {
        /// Before the first retry.
        first: SimDuration,
        /// At least 1.
        factor: f64,
        /// The longest delay before jitter; `None`: no bound.
        most: Option<SimDuration>,
        /// How much shorter or longer it may be.
        jitter: Share,
    },
}

/// Turning away at sight of the queue.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Balk {
    /// A job is given up when more than this many jobs are ready in its queue at its creation.
    pub above: u64,
    /// The probability of giving up then; above 0.
    pub probability: Share,
}

/// Jobs that a finished job creates.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FollowUp {
    /// Their class.
    pub class: ClassId,
    /// How many; at least 1.
    pub jobs: u32,
    /// The probability that they are created, all or none; above 0.
    pub probability: Share,
}

impl Fate {
    /// Whether every job is finished by its first attempt and nothing follows.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether attempts can end without finishing the job; a provider may make them fail.
    #[must_use]
    pub fn can_fail(&self) -> bool {
        self.timeout.is_some() || self.failure.is_some() || self.provider.is_some()
    }

    /// Whether a job can be tried again.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        self.can_fail() && self.retry.is_some_and(|retry| retry.most > 0)
    }

    /// The classes of the jobs that can follow a finished one.
    pub fn successors(&self) -> impl Iterator<Item = ClassId> + '_ {
        self.then.iter().map(|follow_up| follow_up.class).chain(self.join.map(|join| join.class))
    }
}
