//! Attempts that wait in lines: they hold their worker until they are let in, and only then it is known when they end. Until
//! then they stand in the heap of completions with their timeout, or with no end at all.

use rand::RngExt;

use super::attempts::{Attempt, Number, Outcome};
use super::provider::Provider;
use super::{Due, Fates, lines};
use crate::engine::Observer;
use crate::engine::pool::Kept;
use crate::engine::replication::Replication;
use crate::engine::timers::Timer;
use crate::model::{LimitId, PoolId, ProviderId};
use crate::units::{SimDuration, SimTime};

/// What the luck of a job is asked for: whether its provider fails.
const PROVIDER: u32 = 3;

/// The part of an attempt that concerns the lines it waits in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pool: PoolId,
    /// The demand of the job.
    service: SimDuration,
    /// Counts the attempts of the job that were not interrupted, up to this one.
    turn: u32,
    /// When the attempt is killed.
    deadline: SimTime,
    /// How many lines it has passed.
    passed: u8,
    /// When it had passed all of them, and how long its service takes from then on; `None`: it waits.
    let_in: Option<(SimTime, SimDuration)>,
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// An attempt that has to wait in some line begins; says until when it runs as far as is known.
    pub(super) fn begin_call(&mut self, id: u32, pool: PoolId, service: SimDuration) -> (Number, SimTime) {
        let now = self.now;
        let fates = self.fates.as_mut().expect("a class with a line is tracked");
        let (number, deadline) = fates.await_call(id, pool, (service, now));
        let finish = self.move_up(number).map_or(deadline, |(_, finish)| finish);
        (number, finish)
    }

    /// An attempt goes through the lines that let it in at once. If none is left, its service begins: says where and until when it runs.
    fn move_up(&mut self, number: Number) -> Option<(PoolId, SimTime)> {
        while let Some(line) = self.fates.as_ref().and_then(|fates| fates.line_of(number)) {
            let now = self.now;
            let provider = &mut self.fates.as_mut()?.providers[line as usize];
            let opens = provider.waiting.is_empty() && provider.opens(now) <= now;
            if opens {
                self.pass(number, line);
            } else {
                provider.waiting.push_back(number);
                self.plan_gate(line);
            }
            self.report_calls(line);
            if !opens {
                return None;
            }
        }
        Some(self.let_in(number))
    }

    /// An attempt is at the head of a line and is let in.
    fn pass(&mut self, number: Number, line: u32) {
        let Some(fates) = self.fates.as_mut() else { return };
        fates.providers[line as usize].admit(self.now);
        fates.attempts.get_mut(number.get() - 1).call.iter_mut().for_each(|call| call.passed += 1);
    }

    /// An attempt that has ended leaves the lines it waits in or has passed, which may let others in.
    pub(super) fn leave_lines(&mut self, number: Number, attempt: &Attempt) {
        let Some(call) = attempt.call else { return };
        for place in (0..=call.passed).rev() {
            let Some(fates) = self.fates.as_mut() else { return };
            let Some(line) = fates.line(attempt.job, call.pool, place) else { continue };
            let provider = &mut fates.providers[line as usize];
            if place < call.passed {
                provider.dismiss();
                self.open(line);
            } else {
                provider.waiting.retain(|&waiting| waiting != number);
            }
            self.report_calls(line);
        }
    }

    /// The rate of a provider may let the next call in.
    pub(in crate::engine) fn open_gate(&mut self, line: u32) {
        let Some(fates) = self.fates.as_mut() else { return };
        let provider = &mut fates.providers[line as usize];
        if provider.planned <= self.now {
            provider.planned = SimTime::NEVER;
            self.open(line);
            self.report_calls(line);
        }
    }

    /// Lets in who waits, as far as may be.
    fn open(&mut self, line: u32) {
        while let Some(number) = self.next_call(line) {
            self.pass(number, line);
            if let Some((pool, finish)) = self.move_up(number) {
                self.pools[pool.index()].reschedule(number, finish);
            }
        }
        self.plan_gate(line);
        self.find_next_completion();
    }

    /// Takes the attempt that is let in next out of the line, if one is.
    fn next_call(&mut self, line: u32) -> Option<Number> {
        let provider = &mut self.fates.as_mut()?.providers[line as usize];
        if provider.opens(self.now) > self.now { None } else { provider.waiting.pop_front() }
    }

    /// Looks again when the rate lets the next one in.
    fn plan_gate(&mut self, line: u32) {
        let Some(fates) = self.fates.as_mut() else { return };
        let provider = &mut fates.providers[line as usize];
        let opens = provider.opens(self.now);
        if !provider.waiting.is_empty() && opens < provider.planned {
            provider.planned = opens;
            self.timers.add(opens, Timer::LetIn(line));
        }
    }

    /// The service of an attempt begins; says where and until when the attempt runs.
    fn let_in(&mut self, number: Number) -> (PoolId, SimTime) {
        let now = self.now;
        let fates = self.fates.as_ref().expect("an attempt has a record");
        let attempt = fates.attempts.get(number.get() - 1);
        let (call, class) = (attempt.call.expect("it waited in a line"), fates.jobs.get(attempt.job).job.class);
        let demand = self.service_time(class, call.service, call.pool);
        let fates = self.fates.as_mut().expect("an attempt has a record");
        (call.pool, fates.call(number, call, (demand, now)))
    }

    fn report_calls(&mut self, line: u32) {
        let Some(fates) = self.fates.as_ref().filter(|_| (line as usize) < self.watch.model.providers().len()) else {
            return;
        };
        self.observer.calls(self.now, ProviderId(line as u16), fates.providers[line as usize].calls());
    }

    /// A limit whose jobs hold their slots has this many from now on.
    pub(in crate::engine) fn resize_lines(&mut self, limit: LimitId, slots: u32) {
        let Some(fates) = self.fates.as_mut() else { return };
        for line in lines::of_limit(self.watch.model, limit, &fates.tenants) {
            let Some(fates) = self.fates.as_mut() else { return };
            fates.providers[line as usize].resize(slots);
            self.open(line);
        }
    }

    /// What is kept of a running job, with the time that its call has not stood still instead of that of its attempt.
    pub(in crate::engine) fn note_call(&self, number: Number, kept: Kept) -> Kept {
        let Some(fates) = &self.fates else { return kept };
        let Some(call) = fates.attempts.get(number.get() - 1).call else { return kept };
        let (done, whole) = call
            .let_in
            .map_or((SimDuration::ZERO, kept.whole), |(began, takes)| (fates.progress(number, began, self.now), takes));
        Kept { start: SimTime::from_nanos(self.now.as_nanos() - done.as_nanos()), whole, ..kept }
    }
}

impl Fates<'_> {
    /// An attempt begins and waits; says until when at most.
    fn await_call(&mut self, id: u32, pool: PoolId, (service, now): (SimDuration, SimTime)) -> (Number, SimTime) {
        let turn = self.count_attempt(id, pool);
        let timeout = self.fate_of(id).timeout;
        let deadline = timeout.map_or(SimTime::NEVER, |timeout| now.after(timeout));
        let call = Call { pool, service, turn, deadline, passed: 0, let_in: None };
        let attempt = Attempt { job: id, started: now, outcome: Outcome::TimedOut, call: Some(call) };
        (self.add_attempt(attempt, deadline), deadline)
    }

    /// The line that an attempt waits in next.
    fn line_of(&self, number: Number) -> Option<u32> {
        let attempt = self.attempts.get(number.get() - 1);
        let call = attempt.call?;
        self.line(attempt.job, call.pool, call.passed)
    }

    fn provider_of(&self, id: u32) -> Option<&Provider<'_>> {
        self.fate_of(id).provider.map(|provider| &self.providers[provider.index()])
    }

    /// How long an attempt whose service began then has not stood still.
    fn progress(&self, number: Number, began: SimTime, now: SimTime) -> SimDuration {
        let provider = self.provider_of(self.attempts.get(number.get() - 1).job);
        provider.map_or(now.since(began), |provider| provider.progress(began, now))
    }

    /// A call that was let in: how it ends is known now. Of several ends the first holds, and of two at once it is the failure of
    /// the class, that of the provider, the completion, the timeout.
    fn call(&mut self, number: Number, call: Call, (demand, now): (SimDuration, SimTime)) -> SimTime {
        let attempt = *self.attempts.get(number.get() - 1);
        let provider = self.provider_of(attempt.job);
        let (whole, risk) = provider.map_or((demand, 0.0), |it| (it.stretch(demand, now), it.fails(now)));
        let (mut outcome, takes) = self.outcome(attempt.job, call.turn, whole);
        let luck = self.jobs.get(attempt.job).luck;
        if outcome == Outcome::Finished && risk > 0.0 && luck.stream(PROVIDER, call.turn).random::<f64>() < risk {
            outcome = Outcome::Failed;
        }
        let end = self.provider_of(attempt.job).map_or(now.after(takes), |provider| provider.end(now, takes));
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
