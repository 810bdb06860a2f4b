//! What is remembered of a tracked job, of its attempts and of its call.

use crate::engine::job::Job;
use crate::engine::lifecycle::agenda::Due;
use crate::engine::observer::{CopyPlace, Disposition};
use crate::model::{DispatcherId, Join, PoolId, QueueId};
use crate::random::Luck;
use crate::units::{SimDuration, SimTime};

/// What the luck of a job is asked for.
pub(crate) const FAILURE: u32 = 0;

pub(crate) const BACKOFF: u32 = 1;

pub(crate) const FOLLOW_UPS: u32 = 2;

/// A copy of a job on a worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// The number of the job.
    pub(crate) job: u32,
    pub(crate) started: SimTime,
    pub(crate) outcome: Outcome,
    /// Where it waits or has waited in a line.
    pub(crate) call: Option<Call>,
}

/// How an attempt ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Finished,
    Failed,
    TimedOut,
}

/// What the luck of a job is asked for: whether its provider fails.
pub(crate) const PROVIDER: u32 = 3;

/// The part of an attempt that concerns the lines it waits in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) pool: PoolId,
    /// The demand of the job.
    pub(crate) service: SimDuration,
    /// Counts the attempts of the job that were not interrupted, up to this one.
    pub(crate) turn: u32,
    /// When the attempt is killed.
    pub(crate) deadline: SimTime,
    /// How many lines it has passed.
    pub(crate) passed: u8,
    /// When it had passed all of them, and how long its service takes from then on; `None`: it waits.
    pub(crate) admitted: Option<(SimTime, SimDuration)>,
}

/// A job beside which there is something to remember.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracked {
    /// As it waits or would wait.
    pub(crate) job: Job,
    pub(crate) serial: u64,
    pub(crate) luck: Luck,
    pub(crate) place: Waiting,
    /// When its user gives up.
    pub(crate) patience: SimTime,
    /// What would make it leave, while it waits.
    pub(crate) leaves: Option<(SimTime, Due)>,
    /// Attempts begun so far.
    pub(crate) attempts: u32,
    /// Those of them that were interrupted: the attempts that follow are made in their place.
    pub(crate) interrupted: u32,
    /// Copies of it on workers.
    pub(crate) running: u32,
    /// The pool of the attempt begun last.
    pub(crate) pool: PoolId,
    /// Finished or dead; a copy may still run. So is from the start a copy of a job that was moved twice.
    pub(crate) ended: bool,
    /// When it, or a copy of it, becomes ready again.
    pub(crate) ready_again: Option<(SimTime, Due)>,
    /// The jobs created together with it that are joined.
    pub(crate) group: Option<u32>,
}

impl Tracked {
    /// Whether what waits of it is a copy: the job itself runs or has ended.
    pub(crate) fn has_copy(&self) -> bool {
        self.running > 0 || self.ended
    }

    /// What follows when its last running copy ends and it is not finished, but waits once more.
    pub(crate) fn waits_on(&self) -> Disposition {
        Disposition::Waits(match self.place {
            Waiting::Held(..) => CopyPlace::Fetched,
            Waiting::Delayed(..) | Waiting::Retrying => CopyPlace::Delayed,
            Waiting::Nowhere | Waiting::Staged(_) | Waiting::Ready(..) => CopyPlace::Ready,
        })
    }
}

/// Where the waiting copy of a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Waiting {
    Nowhere,
    Staged(DispatcherId),
    Ready(QueueId, SimTime),
    /// Over a limit and out of its queue for a while, with the time at which it was ready.
    Delayed(QueueId, SimTime),
    /// Taken in advance from a queue by a worker of a pool.
    Held(PoolId, QueueId, SimTime),
    Retrying,
}

/// Jobs that were created together and are joined when they are over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) left: u32,
    pub(crate) join: Join,
    pub(crate) lost: bool,
}

/// What is drawn when a job is created.
pub(crate) struct Drawn {
    pub(crate) luck: Luck,
    pub(crate) patience: Option<SimDuration>,
    pub(crate) balks: bool,
}
