//! Attempts: how long each takes, how it ends, and what follows.

use rand::RngExt;

use super::calls::Call;
use super::{Due, Fates, Waiting, backoff};
use crate::engine::Observer;
use crate::engine::job::{Job, ReadyJob, Running};
use crate::engine::observer::{Completion, Failed, Sequel, Start};
use crate::engine::replication::Replication;
use crate::model::{PoolId, QueueId};
use crate::units::{SimDuration, SimTime};

/// What the luck of a job is asked for.
pub(super) const FAILURE: u32 = 0;
const BACKOFF: u32 = 1;
pub(super) const FOLLOW_UPS: u32 = 2;

/// A copy of a job on a worker.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Attempt {
    /// The number of the job.
    pub(super) job: u32,
    pub(super) started: SimTime,
    pub(super) outcome: Outcome,
    /// Where it waits or has waited in a line.
    pub(super) call: Option<Call>,
}

/// How an attempt ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Finished,
    Failed,
    TimedOut,
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Starts an attempt of a job; says until when it runs.
    #[cold]
    pub(in crate::engine) fn start_attempt(
        &mut self,
        pool: PoolId,
        queue: QueueId,
        ReadyJob { job, ready }: ReadyJob,
    ) -> (Running, SimTime) {
        let Job { created, service, class, tenant, .. } = job;
        let (now, demand) = (self.now, self.service_time(class, service, pool));
        let plain = Start { class, tenant, queue, pool, created, ready, finish: now.after(demand), copy: false };
        let Some(fates) = self.fates.as_mut() else { return (Running::plain(&job), plain.finish) };
        let Some(id) = fates.find(&job) else {
            self.report_start(plain, job.sequence);
            return (Running::plain(&job), plain.finish);
        };
        let first = fates.jobs.get(id).attempts == 0 && !fates.jobs.get(id).ended;
        let copy = fates.jobs.get(id).has_copy();
        let (attempt, finish) = match fates.line(id, pool, 0) {
            None => fates.begin(id, demand, (pool, now)),
            Some(_) => self.begin_call(id, pool, service),
        };
        let start = Start { finish, copy, ..plain };
        if first {
            self.observer.started(now, start);
            if let Some(meters) = &mut self.meters {
                meters.started(class, created, now);
            }
        } else {
            self.observer.restarted(now, start);
        }
        self.plan_due();
        (Running { attempt: Some(attempt), ..Running::plain(&job) }, finish)
    }

    /// The first attempt of a pool ends. What it creates preempts nobody before its worker has gone on.
    #[cold]
    pub(in crate::engine) fn complete_attempt(&mut self, pool: PoolId, running: Running) {
        self.is_completing = true;
        self.end_attempt(pool, running);
        self.go_on(pool, running);
        self.is_completing = false;
        if self.preempts {
            self.preempt();
        }
    }

    /// An attempt ends.
    fn end_attempt(&mut self, pool: PoolId, running: Running) {
        let Some((fates, number)) = self.fates.as_mut().zip(running.attempt) else { return };
        let attempt = fates.attempts.remove(number.get() - 1);
        fates.jobs.get_mut(attempt.job).running -= 1;
        let ended = fates.jobs.get(attempt.job).ended;
        self.leave_lines(number, &attempt);
        let Running { created, class, tenant, .. } = running;
        let completion = Completion { class, tenant, pool, created };
        match (attempt.outcome, ended) {
            (Outcome::Finished, false) => self.finish(attempt.job, completion),
            (Outcome::Finished, true) => self.observer.repeated(self.now, completion, self.now.since(attempt.started)),
            _ => self.fail_attempt(&attempt, completion),
        }
        self.forget(attempt.job);
    }

    /// An attempt is interrupted; says whose it was and what follows.
    #[cold]
    pub(in crate::engine) fn cut_attempt(&mut self, number: Number, lost: bool) -> Option<(u32, Sequel)> {
        let now = self.now;
        let attempt = self.fates.as_mut()?.attempts.remove(number.get() - 1);
        self.leave_lines(number, &attempt);
        let (id, fates) = (attempt.job, self.fates.as_mut()?);
        let job = fates.jobs.get_mut(id);
        (job.running, job.interrupted) = (job.running - 1, job.interrupted + 1);
        if job.ended || job.running > 0 {
            return Some((id, Sequel::Other));
        }
        if job.place != Waiting::Nowhere {
            let then = fates.jobs.get(id).waits_on();
            fates.expect_leaving(id, now);
            self.plan_due();
            return Some((id, then));
        }
        job.ended = lost;
        fates.forget_again(id);
        Some((id, if lost { Sequel::Dead } else { Sequel::Retry }))
    }

    fn finish(&mut self, id: u32, completion: Completion) {
        self.observer.completed(self.now, completion);
        if let Some(meters) = &mut self.meters {
            meters.completed(completion.class);
        }
        let Some(fates) = self.fates.as_mut() else { return };
        fates.jobs.get_mut(id).ended = true;
        fates.forget_again(id);
        if let Waiting::Ready(..) = fates.jobs.get(id).place {
            self.withdraw(id);
        }
        self.follow_up(id);
    }

    fn fail_attempt(&mut self, attempt: &Attempt, completion: Completion) {
        let (id, started) = (attempt.job, attempt.started);
        let Some(fates) = self.fates.as_mut() else { return };
        let then = fates.after_failure(id, (started, self.now));
        let Completion { class, tenant, pool, created } = completion;
        let timed_out = attempt.outcome == Outcome::TimedOut;
        let before = self.pools[pool.index()].done_before();
        self.observer.failed(self.now, Failed { class, tenant, pool, created, started, before, timed_out, then });
        match then {
            Sequel::Retry => self.backlog += 1,
            Sequel::Dead => self.end_job(id),
            Sequel::Other | Sequel::Waits(_) => {}
        }
        self.plan_due();
    }

    /// A job, or a copy beside a running one, becomes ready again.
    pub(super) fn enter_again(&mut self, id: u32) {
        self.sequence = self.sequence.next();
        if let Some(job) = self.fates.as_mut().map(|fates| fates.issue(id, self.sequence)) {
            self.enter(job);
        }
    }

    /// Looks again at what is due when it is.
    pub(in crate::engine) fn plan_due(&mut self) {
        if let Some(time) = self.fates.as_mut().and_then(|fates| fates.plan()) {
            self.timers.add(time, crate::engine::timers::Timer::Due);
        }
    }

    /// Forgets a job of which nothing is left. That may have happened: what follows a job can take the worker of its last copy.
    pub(in crate::engine) fn forget(&mut self, id: u32) {
        let Some(fates) = self.fates.as_mut() else { return };
        if fates.jobs.find(id).is_some_and(|job| job.ended && job.running == 0) {
            fates.jobs.remove(id);
        }
    }
}

impl Fates<'_> {
    fn begin(&mut self, id: u32, demand: SimDuration, (pool, now): (PoolId, SimTime)) -> (Number, SimTime) {
        let turn = self.count_attempt(id, pool);
        let (outcome, takes) = match (self.outcome(id, turn, demand), self.fate_of(id).timeout) {
            ((_, takes), Some(timeout)) if takes > timeout => (Outcome::TimedOut, timeout),
            (outcome, _) => outcome,
        };
        let finish = now.after(takes);
        (self.add_attempt(Attempt { job: id, started: now, outcome, call: None }, finish), finish)
    }

    /// A job no longer waits: an attempt begins. Says how many there were that were not interrupted, this one included.
    pub(super) fn count_attempt(&mut self, id: u32, pool: PoolId) -> u32 {
        self.stop_waiting(id);
        let job = self.jobs.get_mut(id);
        (job.attempts, job.running, job.pool) = (job.attempts + 1, job.running + 1, pool);
        job.attempts - job.interrupted
    }

    /// Numbers an attempt that ends at this time as far as is known, and has the job become visible again if that is before.
    pub(super) fn add_attempt(&mut self, attempt: Attempt, finish: SimTime) -> Number {
        let visible = self.fate_of(attempt.job).visibility_timeout.map(|time| attempt.started.after(time));
        let repeats = !self.jobs.get(attempt.job).ended;
        if let Some(visible) = visible.filter(|&time| time < finish && repeats) {
            self.expect_again(attempt.job, (visible, Due::Visible));
        }
        Number::new(self.attempts.add(attempt) + 1).expect("one was added")
    }

    /// How an attempt ends and how long it takes if nothing kills it.
    pub(super) fn outcome(&self, id: u32, turn: u32, demand: SimDuration) -> (Outcome, SimDuration) {
        let luck = self.jobs.get(id).luck;
        let fails = |probability: f64| luck.stream(FAILURE, turn).random::<f64>() < probability;
        match self.fate_of(id).failure.filter(|failure| fails(failure.probability.as_f64())) {
            Some(failure) => {
                (Outcome::Failed, SimDuration::from_secs_f64(demand.as_secs_f64() * failure.after.as_f64()))
            }
            None => (Outcome::Finished, demand),
        }
    }

    /// What follows the failure of an attempt. A job with another copy, running or ready, goes on with that.
    fn after_failure(&mut self, id: u32, (started, now): (SimTime, SimTime)) -> Sequel {
        let job = self.jobs.get(id);
        if job.ended || job.running > 0 {
            return Sequel::Other;
        }
        if job.place != Waiting::Nowhere {
            let then = job.waits_on();
            self.expect_leaving(id, now);
            return then;
        }
        let n = job.attempts - job.interrupted;
        let Some(retry) = self.classes[job.job.class.index()].fate.retry.filter(|retry| n <= retry.most) else {
            self.jobs.get_mut(id).ended = true;
            return Sequel::Dead;
        };
        let due = backoff::due(retry.backoff, n, (started, now), &mut job.luck.stream(BACKOFF, n));
        self.jobs.get_mut(id).place = Waiting::Retrying;
        self.expect_again(id, (due, Due::Retry));
        self.expect_leaving(id, now);
        Sequel::Retry
    }

    /// Whether a job may be begun once more.
    pub(super) fn may_repeat(&self, id: u32) -> bool {
        let job = self.jobs.get(id);
        self.classes[job.job.class.index()].fate.retry.is_none_or(|retry| job.attempts - job.interrupted <= retry.most)
    }
}

/// The number of an attempt plus one.
pub(in crate::engine) type Number = std::num::NonZeroU32;
