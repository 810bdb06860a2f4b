//! Attempts of tracked jobs: they start, end, fail or are interrupted.

use crate::engine::job::{AttemptId, Job, ReadyJob, Running};
use crate::engine::lifecycle::tracked::{Attempt, Outcome, Waiting};
use crate::engine::observer::{Completion, Disposition, Failed, Observer, Start};
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{PoolId, QueueId};
use crate::units::SimTime;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Starts an attempt of a job; says until when it runs.
    #[cold]
    pub(super) fn start_attempt(
        &mut self,
        pool: PoolId,
        queue: QueueId,
        ReadyJob { job, ready }: ReadyJob,
    ) -> (Running, SimTime) {
        let Job { created, service, class, tenant, .. } = job;
        let (now, demand) = (self.core.now, self.service_time(class, service, pool));
        let plain = Start { class, tenant, queue, pool, created, ready, finish: now.after(demand), copy: false };
        let Some(records) = self.lifecycle.records.as_mut() else { return (Running::plain(&job), plain.finish) };
        let Some(id) = records.find(&job) else {
            self.report_start(plain, job.sequence);
            return (Running::plain(&job), plain.finish);
        };
        let first = records.job(id).attempts == 0 && !records.job(id).ended;
        let copy = records.job(id).has_copy();
        let (attempt, finish) = match records.line(id, pool, 0) {
            None => records.begin(id, demand, (pool, now)),
            Some(_) => self.begin_call(id, pool, service),
        };
        let start = Start { finish, copy, ..plain };
        if first {
            self.core.observer.started(now, start);
            if let Some(counters) = &mut self.control.counters {
                counters.started(class, created, now);
            }
        } else {
            self.core.observer.restarted(now, start);
        }
        self.plan_due();
        (Running { attempt: Some(attempt), ..Running::plain(&job) }, finish)
    }

    /// The first attempt of a pool ends. What it creates preempts nobody before its worker has gone on.
    #[cold]
    pub(super) fn complete_attempt(&mut self, pool: PoolId, running: Running) {
        self.dirty.is_completing = true;
        self.end_attempt(pool, running);
        self.go_on(pool, running);
        self.dirty.is_completing = false;
        self.preempt();
    }

    /// An attempt ends.
    fn end_attempt(&mut self, pool: PoolId, running: Running) {
        let Some((records, number)) = self.lifecycle.records.as_mut().zip(running.attempt) else { return };
        let attempt = records.end_attempt(number);
        records.job_mut(attempt.job).running -= 1;
        let ended = records.job(attempt.job).ended;
        self.leave_lines(number, &attempt);
        let Running { created, class, tenant, .. } = running;
        let completion = Completion { class, tenant, pool, created };
        match (attempt.outcome, ended) {
            (Outcome::Finished, false) => self.finish(attempt.job, completion),
            (Outcome::Finished, true) => {
                self.core.observer.repeated(self.core.now, completion, self.core.now.since(attempt.started));
            }
            _ => self.fail_attempt(&attempt, completion),
        }
        self.forget(attempt.job);
    }

    /// An attempt is interrupted; says whose it was and what follows.
    #[cold]
    pub(super) fn cut_attempt(&mut self, number: AttemptId, lost: bool) -> Option<(u32, Disposition)> {
        let now = self.core.now;
        let attempt = self.lifecycle.records.as_mut()?.end_attempt(number);
        self.leave_lines(number, &attempt);
        let (id, records) = (attempt.job, self.lifecycle.records.as_mut()?);
        let job = records.job_mut(id);
        (job.running, job.interrupted) = (job.running - 1, job.interrupted + 1);
        if job.ended || job.running > 0 {
            return Some((id, Disposition::Other));
        }
        if job.place != Waiting::Nowhere {
            let then = records.job(id).waits_on();
            records.expect_leaving(id, now);
            self.plan_due();
            return Some((id, then));
        }
        job.ended = lost;
        records.forget_again(id);
        Some((id, if lost { Disposition::Dead } else { Disposition::Retry }))
    }

    fn finish(&mut self, id: u32, completion: Completion) {
        self.core.observer.completed(self.core.now, completion);
        if let Some(counters) = &mut self.control.counters {
            counters.completed(completion.class);
        }
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        records.job_mut(id).ended = true;
        records.forget_again(id);
        if let Waiting::Ready(..) = records.job(id).place {
            self.withdraw(id);
        }
        self.follow_up(id);
    }

    fn fail_attempt(&mut self, attempt: &Attempt, completion: Completion) {
        let (id, started) = (attempt.job, attempt.started);
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        let then = records.after_failure(id, (started, self.core.now));
        let Completion { class, tenant, pool, created } = completion;
        let timed_out = attempt.outcome == Outcome::TimedOut;
        let before = self.core.pools[pool.index()].server.done_before();
        self.core
            .observer
            .failed(self.core.now, Failed { class, tenant, pool, created, started, before, timed_out, then });
        match then {
            Disposition::Retry => self.core.backlog += 1,
            Disposition::Dead => self.end_job(id),
            Disposition::Other | Disposition::Waits(_) => {}
        }
        self.plan_due();
    }

    /// Looks again at what is due when it is.
    pub(super) fn plan_due(&mut self) {
        if let Some(time) = self.lifecycle.records.as_mut().and_then(|records| records.plan()) {
            self.core.timers.add(time, crate::engine::calendar::timers::Timer::Due);
        }
    }

    /// Forgets a job of which nothing is left. That may have happened: what follows a job can take the worker of its last copy.
    pub(super) fn forget(&mut self, id: u32) {
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        if records.find_job(id).is_some_and(|job| job.ended && job.running == 0) {
            records.remove_job(id);
        }
    }
}
