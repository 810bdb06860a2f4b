//! Attempts: how long each takes, how it ends, and what follows.

use rand::RngExt;

use crate::engine::job::AttemptId;
use crate::engine::lifecycle::agenda::Due;
use crate::engine::lifecycle::backoff;
use crate::engine::lifecycle::records::JobRecords;
use crate::engine::lifecycle::tracked::{Attempt, BACKOFF, FAILURE, Outcome, Waiting};
use crate::engine::observer::Disposition;
use crate::model::PoolId;
use crate::units::{SimDuration, SimTime};

impl JobRecords<'_> {
    pub(crate) fn begin(
        &mut self,
        id: u32,
        demand: SimDuration,
        (pool, now): (PoolId, SimTime),
    ) -> (AttemptId, SimTime) {
        let turn = self.count_attempt(id, pool);
        let (outcome, takes) = match (self.outcome(id, turn, demand), self.fate_of(id).timeout) {
            ((_, takes), Some(timeout)) if takes > timeout => (Outcome::TimedOut, timeout),
            (outcome, _) => outcome,
        };
        let finish = now.after(takes);
        (self.add_attempt(Attempt { job: id, started: now, outcome, call: None }, finish), finish)
    }

    /// A job no longer waits: an attempt begins. Says how many there were that were not interrupted, this one included.
    pub(crate) fn count_attempt(&mut self, id: u32, pool: PoolId) -> u32 {
        self.stop_waiting(id);
        let job = self.job_mut(id);
        (job.attempts, job.running, job.pool) = (job.attempts + 1, job.running + 1, pool);
        job.attempts - job.interrupted
    }

    /// Numbers an attempt that ends at this time as far as is known, and has the job become visible again if that is before.
    pub(crate) fn add_attempt(&mut self, attempt: Attempt, finish: SimTime) -> AttemptId {
        let visible = self.fate_of(attempt.job).visibility_timeout.map(|time| attempt.started.after(time));
        let repeats = !self.job(attempt.job).ended;
        if let Some(visible) = visible.filter(|&time| time < finish && repeats) {
            self.expect_again(attempt.job, (visible, Due::Visible));
        }
        AttemptId::new(self.attempts.add(attempt) + 1).expect("one was added")
    }

    /// How an attempt ends and how long it takes if nothing kills it.
    pub(crate) fn outcome(&self, id: u32, turn: u32, demand: SimDuration) -> (Outcome, SimDuration) {
        let luck = self.job(id).luck;
        let fails = |probability: f64| luck.stream(FAILURE, turn).random::<f64>() < probability;
        match self.fate_of(id).failure.filter(|failure| fails(failure.probability.as_f64())) {
            Some(failure) => {
                (Outcome::Failed, SimDuration::from_secs_f64(demand.as_secs_f64() * failure.after.as_f64()))
            }
            None => (Outcome::Finished, demand),
        }
    }

    /// What follows the failure of an attempt. A job with another copy, running or ready, goes on with that.
    pub(crate) fn after_failure(&mut self, id: u32, (started, now): (SimTime, SimTime)) -> Disposition {
        let job = self.job(id);
        if job.ended || job.running > 0 {
            return Disposition::Other;
        }
        if job.place != Waiting::Nowhere {
            let then = job.waits_on();
            self.expect_leaving(id, now);
            return then;
        }
        let n = job.attempts - job.interrupted;
        let Some(retry) = self.classes[job.job.class.index()].fate.retry.filter(|retry| n <= retry.most) else {
            self.job_mut(id).ended = true;
            return Disposition::Dead;
        };
        let due = backoff::due(retry.backoff, n, (started, now), &mut job.luck.stream(BACKOFF, n));
        self.job_mut(id).place = Waiting::Retrying;
        self.expect_again(id, (due, Due::Retry));
        self.expect_leaving(id, now);
        Disposition::Retry
    }

    /// Whether a job may be begun once more.
    pub(crate) fn may_repeat(&self, id: u32) -> bool {
        let job = self.job(id);
        self.classes[job.job.class.index()].fate.retry.is_none_or(|retry| job.attempts - job.interrupted <= retry.most)
    }
}
