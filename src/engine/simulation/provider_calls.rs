//! Attempts that wait for a provider or a limit with a worker in hand, and are let in.

use crate::engine::calendar::timers::Timer;
use crate::engine::job::AttemptId;
use crate::engine::lifecycle::tracked::Attempt;
use crate::engine::observer::Observer;
use crate::engine::pool::server::slots::Interruptible;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{LimitId, PoolId, ProviderId};
use crate::units::{SimDuration, SimTime};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// An attempt that has to wait in some line begins; says until when it runs as far as is known.
    pub(super) fn begin_call(&mut self, id: u32, pool: PoolId, service: SimDuration) -> (AttemptId, SimTime) {
        let now = self.core.now;
        let records = self.lifecycle.records.as_mut().expect("a class with a line is tracked");
        let (number, deadline) = records.await_call(id, pool, (service, now));
        let finish = self.move_up(number).map_or(deadline, |(_, finish)| finish);
        (number, finish)
    }

    /// An attempt goes through the lines that let it in at once. If none is left, its service begins: says where and until when it runs.
    fn move_up(&mut self, number: AttemptId) -> Option<(PoolId, SimTime)> {
        while let Some(line) = self.lifecycle.records.as_ref().and_then(|records| records.line_of(number)) {
            let now = self.core.now;
            let provider = self.lifecycle.records.as_mut()?.provider_mut(line);
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
        Some(self.admitted(number))
    }

    /// An attempt is at the head of a line and is let in.
    fn pass(&mut self, number: AttemptId, line: u32) {
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        records.provider_mut(line).admit(self.core.now);
        records.attempt_mut(number).call.iter_mut().for_each(|call| call.passed += 1);
    }

    /// An attempt that has ended leaves the lines it waits in or has passed, which may let others in.
    pub(super) fn leave_lines(&mut self, number: AttemptId, attempt: &Attempt) {
        let Some(call) = attempt.call else { return };
        for place in (0..=call.passed).rev() {
            let Some(records) = self.lifecycle.records.as_mut() else { return };
            let Some(line) = records.line(attempt.job, call.pool, place) else { continue };
            let provider = records.provider_mut(line);
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
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        let provider = records.provider_mut(line);
        if provider.planned <= self.core.now {
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
                self.core.pools[pool.index()].server.reschedule(number, finish);
            }
        }
        self.plan_gate(line);
        self.find_next_completion();
    }

    /// Takes the attempt that is let in next out of the line, if one is.
    fn next_call(&mut self, line: u32) -> Option<AttemptId> {
        let provider = self.lifecycle.records.as_mut()?.provider_mut(line);
        if provider.opens(self.core.now) > self.core.now { None } else { provider.waiting.pop_front() }
    }

    /// Looks again when the rate lets the next one in.
    fn plan_gate(&mut self, line: u32) {
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        let provider = records.provider_mut(line);
        let opens = provider.opens(self.core.now);
        if !provider.waiting.is_empty() && opens < provider.planned {
            provider.planned = opens;
            self.core.timers.add(opens, Timer::LetIn(line));
        }
    }

    /// The service of an attempt begins; says where and until when the attempt runs.
    fn admitted(&mut self, number: AttemptId) -> (PoolId, SimTime) {
        let now = self.core.now;
        let records = self.lifecycle.records.as_ref().expect("an attempt has a record");
        let attempt = records.attempt(number);
        let (call, class) = (attempt.call.expect("it waited in a line"), records.job(attempt.job).job.class);
        let demand = self.service_time(class, call.service, call.pool);
        let records = self.lifecycle.records.as_mut().expect("an attempt has a record");
        (call.pool, records.call(number, call, (demand, now)))
    }

    fn report_calls(&mut self, line: u32) {
        let Some(records) =
            self.lifecycle.records.as_ref().filter(|_| (line as usize) < self.control.alerts.model.providers().len())
        else {
            return;
        };
        self.core.observer.calls(self.core.now, ProviderId(line as u16), records.provider(line).calls());
    }

    /// A limit whose jobs hold their slots has this many from now on.
    pub(super) fn resize_lines(&mut self, limit: LimitId, slots: u32) {
        let Some(records) = self.lifecycle.records.as_mut() else { return };
        for line in records.lines_of_limit(self.control.alerts.model, limit) {
            let Some(records) = self.lifecycle.records.as_mut() else { return };
            records.provider_mut(line).resize(slots);
            self.open(line);
        }
    }

    /// What is kept of a running job, with the time that its call has not stood still instead of that of its attempt.
    pub(super) fn note_call(&self, number: AttemptId, kept: Interruptible) -> Interruptible {
        let Some(records) = &self.lifecycle.records else { return kept };
        let Some(call) = records.attempt(number).call else { return kept };
        let (done, whole) = call.admitted.map_or((SimDuration::ZERO, kept.whole), |(began, takes)| {
            (records.progress(number, began, self.core.now), takes)
        });
        Interruptible { start: SimTime::from_nanos(self.core.now.as_nanos() - done.as_nanos()), whole, ..kept }
    }
}
