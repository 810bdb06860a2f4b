//! Attempts that wait for a provider or a limit with a worker in hand, and are let in.

use crate::engine::calendar::timers::Timer;
use crate::engine::job::Number;
use crate::engine::lifecycle::concurrency;
use crate::engine::lifecycle::tracked::Attempt;
use crate::engine::observer::Observer;
use crate::engine::pool::Kept;
use crate::engine::simulation::state::Replication;
use crate::model::{LimitId, PoolId, ProviderId};
use crate::units::{SimDuration, SimTime};

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
    pub(super) fn open_gate(&mut self, line: u32) {
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
    pub(super) fn resize_lines(&mut self, limit: LimitId, slots: u32) {
        let Some(fates) = self.fates.as_mut() else { return };
        for line in concurrency::of_limit(self.watch.model, limit, &fates.tenants) {
            let Some(fates) = self.fates.as_mut() else { return };
            fates.providers[line as usize].resize(slots);
            self.open(line);
        }
    }

    /// What is kept of a running job, with the time that its call has not stood still instead of that of its attempt.
    pub(super) fn note_call(&self, number: Number, kept: Kept) -> Kept {
        let Some(fates) = &self.fates else { return kept };
        let Some(call) = fates.attempts.get(number.get() - 1).call else { return kept };
        let (done, whole) = call
            .let_in
            .map_or((SimDuration::ZERO, kept.whole), |(began, takes)| (fates.progress(number, began, self.now), takes));
        Kept { start: SimTime::from_nanos(self.now.as_nanos() - done.as_nanos()), whole, ..kept }
    }
}
