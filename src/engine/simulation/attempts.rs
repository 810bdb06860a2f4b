//! Attempts of tracked jobs: they start, end, fail or are interrupted.

use crate::engine::job::{Job, Number, ReadyJob, Running};
use crate::engine::lifecycle::tracked::{Attempt, Outcome, Waiting};
use crate::engine::observer::{Completion, Failed, Observer, Sequel, Start};
use crate::engine::simulation::state::Replication;
use crate::model::{PoolId, QueueId};
use crate::units::SimTime;

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Starts an attempt of a job; says until when it runs.
    #[cold]
    pub(super) fn start_attempt(
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
    pub(super) fn complete_attempt(&mut self, pool: PoolId, running: Running) {
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
    pub(super) fn cut_attempt(&mut self, number: Number, lost: bool) -> Option<(u32, Sequel)> {
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

    /// Looks again at what is due when it is.
    pub(super) fn plan_due(&mut self) {
        if let Some(time) = self.fates.as_mut().and_then(|fates| fates.plan()) {
            self.timers.add(time, crate::engine::calendar::timers::Timer::Due);
        }
    }

    /// Forgets a job of which nothing is left. That may have happened: what follows a job can take the worker of its last copy.
    pub(super) fn forget(&mut self, id: u32) {
        let Some(fates) = self.fates.as_mut() else { return };
        if fates.jobs.find(id).is_some_and(|job| job.ended && job.running == 0) {
            fates.jobs.remove(id);
        }
    }
}
