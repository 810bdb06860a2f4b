//! What a replication reports, to an observer chosen at compile time: measuring costs what it uses.

use crate::model::{AlertId, ClassId, DispatcherId, PoolId, ProviderId, QueueId, ResponseId};
use crate::units::{SimDuration, SimTime};

/// Receives what happens, in the order in which it happens. Every method does nothing unless implemented.
#[expect(unused_variables, reason = "the names tell implementors what they get")]
pub trait Observer {
    /// The step at which [`Observer::sample`] is called, at every multiple of it after zero up to and including the
    /// horizon; `None`: never.
    fn sample_step(&self) -> Option<SimDuration> {
        None
    }

    /// When the observer begins to count; [`Observer::warmed_up`] is called then, unless it is the start.
    fn counts_from(&self) -> SimTime {
        SimTime::ZERO
    }

    /// The time of [`Observer::counts_from`] has come; nothing else of this instant but its sample has happened yet.
    fn warmed_up(&mut self, now: SimTime) {}

    /// A job was created. `staged` or `ready` follows at the same instant.
    fn created(&mut self, now: SimTime, job: Created) {}

    /// A job that was just created is in the staging place of a dispatcher.
    fn staged(&mut self, now: SimTime, class: ClassId, dispatcher: DispatcherId) {}

    /// A job entered its queue.
    fn ready(&mut self, now: SimTime, job: Ready) {}

    /// A worker has taken a job in advance: it waits in its buffer and not in its queue any more.
    fn fetched(&mut self, now: SimTime, job: Fetched) {}

    /// Such a job is in its queue again, to wait there if it `goes_back`, and otherwise to start or to leave at the same instant.
    fn unfetched(&mut self, now: SimTime, job: Fetched, goes_back: bool) {}

    /// A worker started a job.
    fn started(&mut self, now: SimTime, job: Start) {}

    /// A job was created and waits in its queue: all that `created` and `ready` would tell.
    fn queued(&mut self, now: SimTime, job: Created, queue: QueueId) {
        self.created(now, job);
        self.ready(now, Ready { class: job.class, queue, created: now, staged: None, copy: false });
    }

    /// Whether nobody waits for what it observes any more: the engine asks now and then, and stops.
    fn is_stopped(&self) -> bool {
        false
    }

    /// The most jobs that may wait at once while it observes, if that is less than the limit of the model.
    fn most_waiting(&self) -> u64 {
        u64::MAX
    }

    /// Whether it takes the whole life of a job at once where all of it is known when the job is created.
    fn takes_batches(&self) -> bool {
        false
    }

    /// Jobs of a class were created since the last sample, and this becomes of them: all that `created`, `ready`, `started` and
    /// `completed` would tell, as far as it happens before the horizon. Called in the order of creation within a class, only if
    /// [`Observer::takes_batches`], and never beside those.
    fn served_batch(&mut self, class: ClassId, jobs: &[JobTimes]) {}

    /// So many jobs wait in a queue, more than ever before or since the observer began to count, when one has come that waits, itself
    /// counted. Told where [`Observer::served_batch`] is, which does not tell it.
    fn queue_peaked(&mut self, now: SimTime, queue: QueueId, waiting: u64) {}

    /// The same of the jobs of a class.
    fn class_peaked(&mut self, now: SimTime, class: ClassId, waiting: u64) {}

    /// A job was created and an idle worker started it at once: all that `created`, `ready` and `started` would tell.
    fn started_at_once(&mut self, now: SimTime, created: Created, job: Start) {
        self.created(now, created);
        self.ready(now, Ready { class: job.class, queue: job.queue, created: now, staged: None, copy: false });
        self.started(now, job);
    }

    /// A worker started a further attempt of a job, or a further copy of it: instead of `started`.
    fn restarted(&mut self, now: SimTime, job: Start) {}

    /// A job was taken from its worker. Where it waits again, `ready` follows at the same instant and later `restarted`.
    fn interrupted(&mut self, now: SimTime, job: Interruption) {}

    /// A worker finished a job.
    fn completed(&mut self, now: SimTime, job: Completion) {}

    /// A pool has this many workers from now on, those included that finish their job and leave. Called for each pool
    /// at time zero and after each change.
    fn workers(&mut self, now: SimTime, pool: PoolId, available: u32) {}

    /// From now on this many workers of a pool are paid for besides those of [`Observer::workers`]. Called after each change.
    fn absent(&mut self, now: SimTime, pool: PoolId, absent: UnavailableWorkers) {}

    /// Jobs wait for a provider and call it like this from now on. Called after each change.
    fn calls(&mut self, now: SimTime, provider: ProviderId, calls: Calls) {}

    /// An alert fires or resolves.
    fn alarm(&mut self, now: SimTime, alarm: Alarm) {}

    /// A dispatcher that was down does its work again; what it does with the staged jobs follows.
    fn returned(&mut self, now: SimTime, dispatcher: DispatcherId) {}

    /// Something breaks down at random. A dispatcher that does is back with [`Observer::returned`].
    fn broke_down(&mut self, now: SimTime, what: Breakdown) {}

    /// What broke down works again.
    fn repaired(&mut self, now: SimTime, what: Breakdown) {}

    /// A response acts.
    fn responded(&mut self, now: SimTime, response: ResponseId) {}

    /// A step of [`Observer::sample_step`] has passed; `view` is the state before the other events of this instant.
    fn sample(&mut self, now: SimTime, view: &impl SystemView) {}

    /// A job came and was not let in, or turned away: instead of `created`.
    fn turned_away(&mut self, now: SimTime, job: Created, reason: Leaving) {}

    /// An attempt ended without finishing the job: instead of `completed`.
    fn failed(&mut self, now: SimTime, job: Failed) {}

    /// A job over its limit was taken out of its queue for a while; `retried` ends that.
    fn requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {}

    /// The same of a copy of a job that runs or has ended; `ready` ends that.
    fn copy_requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {}

    /// The delay of a retry, or of a job over its limit, is over; `ready` follows at the same instant.
    fn retried(&mut self, now: SimTime, class: ClassId) {}

    /// A job becomes ready a second time beside its running copy, or was moved twice; `ready` follows at the same instant.
    fn duplicated(&mut self, now: SimTime, class: ClassId) {}

    /// The waiting copy of a job left its queue: the job is finished, or the queue is full and a running copy is left.
    fn withdrawn(&mut self, now: SimTime, class: ClassId, queue: QueueId) {}

    /// A worker finished a copy of a job that had ended before, after this time: instead of `completed`.
    fn repeated(&mut self, now: SimTime, job: Completion, took: SimDuration) {}

    /// A job left unserved, or gave up waiting for its retry.
    fn left(&mut self, now: SimTime, job: Left) {}

    /// A job was there at the horizon. Called once for each, after the last sample; and again when the run has ended that followed
    /// them, for each job that is there then.
    fn unfinished(&mut self, now: SimTime, job: Unfinished) {}

    /// The horizon has come, and each job that is there was told. Whether the run goes on to follow them: jobs go on to come, everything
    /// is told as before, until [`Observer::follows`] is false after some instant or as much time again has passed.
    fn passes_horizon(&mut self) -> bool {
        false
    }

    /// Whether some job is still to be followed.
    fn follows(&self) -> bool {
        false
    }

    /// What becomes of the jobs that were there at the horizon, all told at once where it is known. The run would end at `end` at the
    /// latest.
    fn followed(&mut self, end: SimTime, jobs: &[(ClassId, JobTimes)]) {}
}

/// Workers that are paid for and not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UnavailableWorkers {
    /// They boot.
    pub booting: u32,
    /// They are broken, or their pool is down.
    pub down: u32,
}

/// The calls of a provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Calls {
    /// Jobs that hold a worker and wait to be let in.
    pub waiting: u32,
    /// Calls in progress.
    pub busy: u32,
    /// Calls let in since the start.
    pub admitted: u64,
}

/// The state of places at an instant.
pub trait SystemView {
    /// Jobs ready in a queue.
    fn depth(&self, queue: QueueId) -> u64;
    /// When the job that has been longest in a queue entered it; `None` when it is empty.
    fn oldest_ready(&self, queue: QueueId) -> Option<SimTime>;
    /// Jobs staged before a dispatcher.
    fn staged_depth(&self, dispatcher: DispatcherId) -> u64;
    /// When the job that has been staged longest was created; `None` when none is.
    fn oldest_staged(&self, dispatcher: DispatcherId) -> Option<SimTime>;
}

/// A job that was created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Created {
    /// Its class.
    pub class: ClassId,
    /// Its tenant, from 0.
    pub tenant: u16,
    /// Its service demand.
    pub service: SimDuration,
}

/// A job that entered its queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ready {
    /// Its class.
    pub class: ClassId,
    /// The queue.
    pub queue: QueueId,
    /// When it was created.
    pub created: SimTime,
    /// The dispatcher it was reported staged before; `None`: it was not staged, or passed its dispatcher at once.
    pub staged: Option<DispatcherId>,
    /// Whether it is a copy of a job that runs or has ended.
    pub copy: bool,
}

/// A job that a worker has taken in advance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// Its class.
    pub class: ClassId,
    /// The queue it was taken from.
    pub queue: QueueId,
    /// The pool of the worker.
    pub pool: PoolId,
    /// Whether it is a copy of a job that runs or has ended.
    pub copy: bool,
}

/// A job that was started.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Start {
    /// Its class.
    pub class: ClassId,
    /// Its tenant.
    pub tenant: u16,
    /// The queue it waited in.
    pub queue: QueueId,
    /// The pool of the worker.
    pub pool: PoolId,
    /// When it was created.
    pub created: SimTime,
    /// When it entered the queue.
    pub ready: SimTime,
    /// When it will be finished if nothing interferes; for a job that waits for its provider, when its timeout ends or never.
    pub finish: SimTime,
    /// Whether it is a copy of a job that runs or has ended.
    pub copy: bool,
}

/// A job, when it is created and nothing can interfere any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JobTimes {
    /// When it is created and ready.
    pub created: SimTime,
    /// When it will be started.
    pub start: SimTime,
    /// When it will be finished.
    pub finish: SimTime,
}

/// A job that was finished.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Completion {
    /// Its class.
    pub class: ClassId,
    /// Its tenant.
    pub tenant: u16,
    /// The pool of the worker.
    pub pool: PoolId,
    /// When it was created.
    pub created: SimTime,
}

/// A job that was taken from its worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interruption {
    /// Its class.
    pub class: ClassId,
    /// Its tenant.
    pub tenant: u16,
    /// The pool of the worker.
    pub pool: PoolId,
    /// When it was created.
    pub created: SimTime,
    /// How long the worker worked for nothing.
    pub wasted: SimDuration,
    /// What follows: the job waits and is started again, it is lost, or another copy of it is there.
    pub then: Disposition,
}

/// What breaks down at random.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breakdown {
    /// All workers of a pool, at once.
    Pool(PoolId),
    /// Some workers of a pool, each by itself: from the first that breaks down until none is broken.
    Workers(PoolId),
    /// A dispatcher: its active replica fails, or hangs when it is restarted.
    Dispatcher(DispatcherId),
}

/// An alert that fires or resolves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alarm {
    /// The alert.
    pub alert: AlertId,
    /// Whether it fires or resolves.
    pub firing: bool,
    /// How long the oldest job in any queue or staging place has been there.
    pub oldest: SimDuration,
}

/// A job that was there at the horizon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unfinished {
    /// Its class.
    pub class: ClassId,
    /// Its tenant.
    pub tenant: u16,
    /// Where it was.
    pub place: Place,
    /// When it was created.
    pub created: SimTime,
}

/// Where a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Before a dispatcher.
    Staged(DispatcherId),
    /// In a queue, since `ready`.
    Ready {
        /// The queue.
        queue: QueueId,
        /// When it entered it.
        ready: SimTime,
    },
    /// On a worker; its wait is over and recorded.
    Running(PoolId),
    /// Started before and waiting again, for the due time of a retry or in its queue; its wait is over and recorded.
    Retrying,
}

/// An attempt that did not finish its job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failed {
    /// The class of the job.
    pub class: ClassId,
    /// Its tenant.
    pub tenant: u16,
    /// The pool of the worker.
    pub pool: PoolId,
    /// When the job was created.
    pub created: SimTime,
    /// When the attempt was started.
    pub started: SimTime,
    /// Worker time of what was done of the job before, which this attempt went on with and which is lost with it.
    pub before: SimDuration,
    /// Whether it was killed by its timeout.
    pub timed_out: bool,
    /// What follows.
    pub then: Disposition,
}

/// What follows an attempt that did not finish its job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disposition {
    /// The job waits for its next attempt.
    Retry,
    /// The job is dead: it is not tried again.
    Dead,
    /// Another copy of the job runs, or it had ended before.
    Other,
    /// Another copy of the job is there and waits, so that the job does from now on.
    Waits(CopyPlace),
}

/// Where the waiting copy of a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyPlace {
    /// In its queue.
    Ready,
    /// Taken in advance by a worker.
    Fetched,
    /// Over a limit and out of its queue for a while.
    Delayed,
}

/// Why a job was not served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaving {
    /// Its queue was full.
    Rejected,
    /// It turned away at sight of the queue.
    Balked,
    /// It was the oldest in a full queue when another came.
    Dropped,
    /// It was too old.
    Expired,
    /// The patience of its user ended.
    Abandoned,
    /// Its dispatcher was down when it was due, and does not make up for it.
    Missed,
}

/// A job that left where it waited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// Its class.
    pub class: ClassId,
    /// Its tenant.
    pub tenant: u16,
    /// When it was created.
    pub created: SimTime,
    /// Where it waited; never on a worker. A job in its queue is there also if it waits for a further attempt.
    pub place: Place,
    /// Whether it was started before, so that its wait is over and recorded.
    pub attempted: bool,
    /// Worker time of what was done of it and is lost.
    pub wasted: SimDuration,
    /// Why.
    pub reason: Leaving,
}
