//! Attempts that wait in lines: they hold their worker until they are let in, and only then it is known when they end. Until
//! then they stand in the heap of completions with their timeout, or with no end at all.

use std::ops::Range;

use rand::RngExt;

use crate::engine::job::AttemptId;
use crate::engine::lifecycle::agenda::Due;
use crate::engine::lifecycle::concurrency;
use crate::engine::lifecycle::provider::Provider;
use crate::engine::lifecycle::records::JobRecords;
use crate::engine::lifecycle::tracked::{Attempt, Call, Outcome, PROVIDER};
use crate::model::{LimitId, Model, PoolId};
use crate::units::{SimDuration, SimTime};

impl<'m> JobRecords<'m> {
    #[inline]
    pub(crate) fn attempt(&self, number: AttemptId) -> &Attempt {
        self.attempts.get(number.get() - 1)
    }

    #[inline]
    pub(crate) fn attempt_mut(&mut self, number: AttemptId) -> &mut Attempt {
        self.attempts.get_mut(number.get() - 1)
    }

    /// Takes out an attempt that has ended.
    #[inline]
    pub(crate) fn end_attempt(&mut self, number: AttemptId) -> Attempt {
        self.attempts.remove(number.get() - 1)
    }

    /// The provider, or what stands for a limit, by its place.
    #[inline]
    pub(crate) fn provider(&self, line: u32) -> &Provider<'m> {
        &self.providers[line as usize]
    }

    #[inline]
    pub(crate) fn provider_mut(&mut self, line: u32) -> &mut Provider<'m> {
        &mut self.providers[line as usize]
    }

    /// The lines of a limit whose jobs hold their slots.
    pub(crate) fn lines_of_limit(&self, model: &Model, limit: LimitId) -> Range<u32> {
        concurrency::of_limit(model, limit, &self.tenants)
    }
}

impl JobRecords<'_> {
    /// An attempt begins and waits; says until when at most.
    pub(crate) fn await_call(
        &mut self,
        id: u32,
        pool: PoolId,
        (service, now): (SimDuration, SimTime),
    ) -> (AttemptId, SimTime) {
        let turn = self.count_attempt(id, pool);
        let timeout = self.fate_of(id).timeout;
        let deadline = timeout.map_or(SimTime::NEVER, |timeout| now.after(timeout));
        let call = Call { pool, service, turn, deadline, passed: 0, admitted: None };
        let attempt = Attempt { job: id, started: now, outcome: Outcome::TimedOut, call: Some(call) };
        (self.add_attempt(attempt, deadline), deadline)
    }

    /// The line that an attempt waits in next.
    pub(crate) fn line_of(&self, number: AttemptId) -> Option<u32> {
        let attempt = self.attempt(number);
        let call = attempt.call?;
        self.line(attempt.job, call.pool, call.passed)
    }

    fn provider_of(&self, id: u32) -> Option<&Provider<'_>> {
        self.fate_of(id).provider.map(|provider| &self.providers[provider.index()])
    }

    /// How long an attempt whose service began then has not stood still.
    pub(crate) fn progress(&self, number: AttemptId, began: SimTime, now: SimTime) -> SimDuration {
        let provider = self.provider_of(self.attempt(number).job);
        provider.map_or(now.since(began), |provider| provider.progress(began, now))
    }

    /// A call that was let in: how it ends is known now. Of several ends the first holds, and of two at once it is the failure of
    /// the class, that of the provider, the completion, the timeout.
    pub(crate) fn call(&mut self, number: AttemptId, call: Call, (demand, now): (SimDuration, SimTime)) -> SimTime {
        let attempt = *self.attempt(number);
        let provider = self.provider_of(attempt.job);
        let (whole, risk) = provider.map_or((demand, 0.0), |it| (it.stretch(demand, now), it.fails(now)));
        let (mut outcome, takes) = self.outcome(attempt.job, call.turn, whole);
        let luck = self.job(attempt.job).luck;
        if outcome == Outcome::Finished && risk > 0.0 && luck.stream(PROVIDER, call.turn).random::<f64>() < risk {
            outcome = Outcome::Failed;
        }
        let end = self.provider_of(attempt.job).map_or(now.after(takes), |provider| provider.end(now, takes));
        if end > call.deadline {
            outcome = Outcome::TimedOut;
        }
        let finish = end.min(call.deadline);
        self.forget_visible(&attempt, finish);
        let call = Some(Call { admitted: Some((now, whole)), ..call });
        *self.attempt_mut(number) = Attempt { outcome, call, ..attempt };
        finish
    }

    /// An attempt that ends before its visibility timeout has no copy.
    fn forget_visible(&mut self, attempt: &Attempt, finish: SimTime) {
        let Some(time) = self.fate_of(attempt.job).visibility_timeout else { return };
        let visible = attempt.started.after(time);
        if visible >= finish && self.job(attempt.job).ready_again == Some((visible, Due::Visible)) {
            self.forget_again(attempt.job);
        }
    }
}

impl JobRecords<'_> {
    /// The provider whose line an attempt of a job in a pool waits in after so many others.
    pub(crate) fn line(&self, id: u32, pool: PoolId, passed: u8) -> Option<u32> {
        let job = self.job(id).job;
        let lines = &self.classes[job.class.index()].lines;
        let mut of_pool = lines.iter().filter(|line| line.pool.is_none_or(|only| only == pool));
        let line = of_pool.nth(usize::from(passed))?;
        let tenant = if line.by_tenant { self.tenants.party_of(job.class, job.tenant) as u32 } else { 0 };
        Some(line.first + tenant)
    }
}
