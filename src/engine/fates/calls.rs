//! Attempts that need a provider: they hold their worker and wait to be let in, and only then it is known when they end. Until
//! then they stand in the heap of completions with their timeout, or with no end at all.

use rand::RngExt;

use super::attempts::{Attempt, Number, Outcome};
use super::{Due, Fates};
use crate::engine::Observer;
use crate::engine::pool::Kept;
use crate::engine::replication::Replication;
use crate::engine::timers::Timer;
use crate::model::{PoolId, ProviderId};
use crate::units::{SimDuration, SimTime};

/// What the luck of a job is asked for: whether its provider fails.
const PROVIDER: u32 = 3;

/// The part of an attempt that concerns its provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    provider: ProviderId,
    pool: PoolId,
    /// The demand of the job.
    service: SimDuration,
    /// Counts the attempts of the job that were not interrupted, up to this one.
    turn: u32,
    /// When the attempt is killed.
    deadline: SimTime,
    /// When it was let in, and how long the whole call takes; `None`: it waits.
    let_in: Option<(SimTime, SimDuration)>,
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// An attempt that needs a provider begins; says until when it runs as far as is known.
    pub(super) fn begin_call(
        &mut self,
        id: u32,
        (provider, pool): (ProviderId, PoolId),
        service: SimDuration,
    ) -> (Number, SimTime) {
        let now = self.now;
        let fates = self.fates.as_mut().expect("a class with a provider is tracked");
        let (number, deadline) = fates.await_call(id, (provider, pool), (service, now));
        let state = &fates.providers[provider.index()];
        let finish = if state.waiting.is_empty() && state.opens(now) <= now {
            self.let_in(number).1
        } else {
            fates.providers[provider.index()].waiting.push_back(number);
            self.plan_gate(provider);
            deadline
        };
        self.report_calls(provider);
        (number, finish)
    }

    /// An attempt that has ended leaves its provider, which may let others in.
    pub(super) fn leave_provider(&mut self, number: Number, attempt: &Attempt) {
        let Some((call, fates)) = attempt.call.zip(self.fates.as_mut()) else { return };
        let provider = &mut fates.providers[call.provider.index()];
        if call.let_in.is_some() {
            provider.dismiss();
            self.open(call.provider);
        } else {
            provider.waiting.retain(|&waiting| waiting != number);
        }
        self.report_calls(call.provider);
    }

    /// The rate of a provider may let the next call in.
    pub(in crate::engine) fn open_gate(&mut self, id: ProviderId) {
        let Some(fates) = self.fates.as_mut() else { return };
        let provider = &mut fates.providers[id.index()];
        if provider.planned <= self.now {
            provider.planned = SimTime::NEVER;
            self.open(id);
            self.report_calls(id);
        }
    }

    /// Lets in who waits, as far as may be.
    fn open(&mut self, id: ProviderId) {
        while let Some(number) = self.next_call(id) {
            let (pool, finish) = self.let_in(number);
            self.pools[pool.index()].reschedule(number, finish);
        }
        self.plan_gate(id);
        self.find_next_completion();
    }

    /// Takes the attempt that is let in next out of the line, if one is.
    fn next_call(&mut self, id: ProviderId) -> Option<Number> {
        let provider = &mut self.fates.as_mut()?.providers[id.index()];
        if provider.opens(self.now) > self.now { None } else { provider.waiting.pop_front() }
    }

    /// Looks again when the rate lets the next one in.
    fn plan_gate(&mut self, id: ProviderId) {
        let Some(fates) = self.fates.as_mut() else { return };
        let provider = &mut fates.providers[id.index()];
        let opens = provider.opens(self.now);
        if !provider.waiting.is_empty() && opens < provider.planned {
            provider.planned = opens;
            self.timers.add(opens, Timer::LetIn(id));
        }
    }

    /// The call of an attempt begins; says where and until when the attempt runs.
    fn let_in(&mut self, number: Number) -> (PoolId, SimTime) {
        let now = self.now;
        let fates = self.fates.as_ref().expect("an attempt has a record");
        let attempt = fates.attempts.get(number.get() - 1);
        let (call, class) = (attempt.call.expect("it has a provider"), fates.jobs.get(attempt.job).job.class);
        let demand = self.service_time(class, call.service, call.pool);
        let fates = self.fates.as_mut().expect("an attempt has a record");
        (call.pool, fates.call(number, call, (demand, now)))
    }

    fn report_calls(&mut self, id: ProviderId) {
        if let Some(fates) = &self.fates {
            self.observer.calls(self.now, id, fates.providers[id.index()].calls());
        }
    }

    /// What is kept of a running job, with the time that its call has not stood still instead of that of its attempt.
    pub(in crate::engine) fn note_call(&self, number: Number, kept: Kept) -> Kept {
        let Some(fates) = &self.fates else { return kept };
        let Some(call) = fates.attempts.get(number.get() - 1).call else { return kept };
        let (done, whole) = call.let_in.map_or((SimDuration::ZERO, kept.whole), |(began, takes)| {
            (fates.providers[call.provider.index()].progress(began, self.now), takes)
        });
        Kept { start: SimTime::from_nanos(self.now.as_nanos() - done.as_nanos()), whole, ..kept }
    }
}

impl Fates<'_> {
    /// An attempt begins and waits; says until when at most.
    fn await_call(
        &mut self,
        id: u32,
        (provider, pool): (ProviderId, PoolId),
        (service, now): (SimDuration, SimTime),
    ) -> (Number, SimTime) {
        let turn = self.count_attempt(id, pool);
        let timeout = self.fate_of(id).timeout;
        let deadline = timeout.map_or(SimTime::NEVER, |timeout| now.after(timeout));
        let call = Call { provider, pool, service, turn, deadline, let_in: None };
        let attempt = Attempt { job: id, started: now, outcome: Outcome::TimedOut, call: Some(call) };
        (self.add_attempt(attempt, deadline), deadline)
    }

    /// A call that was let in: how it ends is known now. Of several ends the first holds, and of two at once it is the failure of
    /// the class, that of the provider, the completion, the timeout.
    fn call(&mut self, number: Number, call: Call, (demand, now): (SimDuration, SimTime)) -> SimTime {
        let attempt = *self.attempts.get(number.get() - 1);
        let provider = &mut self.providers[call.provider.index()];
        provider.admit(now);
        let (whole, risk) = (provider.stretch(demand, now), provider.fails(now));
        let (mut outcome, takes) = self.outcome(attempt.job, call.turn, whole);
        let luck = self.jobs.get(attempt.job).luck;
        if outcome == Outcome::Finished && risk > 0.0 && luck.stream(PROVIDER, call.turn).random::<f64>() < risk {
            outcome = Outcome::Failed;
        }
        let end = self.providers[call.provider.index()].end(now, takes);
        if end > call.deadline {
            outcome = Outcome::TimedOut;
        }
        let finish = end.min(call.deadline);
        self.forget_visible(&attempt, finish);
        let call = Some(Call { let_in: Some((now, whole)), ..call });
        *self.attempts.get_mut(number.get() - 1) = Attempt { outcome, call, ..attempt };
        finish
    }

    /// An attempt that ends before its visibility timeout has no copy.
    fn forget_visible(&mut self, attempt: &Attempt, finish: SimTime) {
        let Some(time) = self.fate_of(attempt.job).visibility_timeout else { return };
        let visible = attempt.started.after(time);
        if visible >= finish && self.jobs.get(attempt.job).ready_again == Some((visible, Due::Visible)) {
            self.forget_again(attempt.job);
        }
    }
}
