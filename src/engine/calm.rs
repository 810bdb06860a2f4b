//! What backlog is normal, for changes that last until it is so again.
//!
//! Normal is up to the largest backlog of the hour before the fault that is not over yet. Without a fault that the model knows of, a
//! backlog that has grown is no measure: then it is the least that a minute of the last hour had at most.

use crate::model::{Model, Until};
use crate::units::{SimDuration, SimTime};

const NANOS_PER_MINUTE: u64 = 60_000_000_000;

const MINUTES: usize = 60;

/// A fault at random is not taken to be over before that.
const LEAST: SimDuration = SimDuration::from_secs(3600);

/// Watches the backlog of a model with such changes.
#[derive(Clone, Debug)]
pub(crate) struct Calm {
    /// The largest backlog of each of the last minutes, at its number modulo their count.
    peaks: [u64; MINUTES],
    /// The current minute, from 0.
    minute: u64,
    backlog: u64,
    /// When faults at known times begin and end, and how many of them have begun.
    faults: Vec<(SimTime, SimTime)>,
    begun: usize,
    /// What was normal before the fault whose backlog is not gone yet, and when faults that have begun are over.
    before: Option<u64>,
    over: SimTime,
    /// While some change waits for it, the backlog that ends it.
    awaited: Option<u64>,
}

impl Calm {
    /// `None` for a model without changes that last until the backlog is drained.
    pub(crate) fn new(model: &Model) -> Option<Box<Self>> {
        let responses = model.responses().iter().map(|response| &response.change);
        let mut changes = model.changes().iter().chain(responses);
        changes.any(|change| change.until == Until::Drained).then(|| {
            let faults = model.fault_spans();
            let (peaks, over) = ([0; MINUTES], SimTime::ZERO);
            Box::new(Self { peaks, minute: 0, backlog: 0, faults, begun: 0, before: None, over, awaited: None })
        })
    }

    /// After an event so many jobs wait. Whether that ends what lasts until the backlog is drained.
    pub(crate) fn note(&mut self, now: SimTime, backlog: u64) -> bool {
        self.begin_faults(now);
        self.go_on(now);
        self.backlog = backlog;
        let peak = &mut self.peaks[self.minute as usize % MINUTES];
        *peak = backlog.max(*peak);
        if now >= self.over && self.before.is_some_and(|normal| backlog <= normal) {
            self.before = None;
        }
        self.awaited.is_some_and(|normal| backlog <= normal)
    }

    fn begin_faults(&mut self, now: SimTime) {
        while let Some(&(from, to)) = self.faults.get(self.begun).filter(|(from, _)| *from <= now) {
            self.begun += 1;
            self.over = self.over.max(to);
            self.begin_fault(from);
        }
    }

    /// A fault begins.
    fn begin_fault(&mut self, now: SimTime) {
        self.go_on(now);
        let most = self.known().max();
        self.before = self.before.or(most);
    }

    /// A fault begins at random, of which nobody knows how long it lasts.
    pub(crate) fn begin_random_fault(&mut self, now: SimTime) {
        self.begin_fault(now);
        self.over = self.over.max(now.after(LEAST));
    }

    /// The minutes from the last one on pass up to now, with the backlog that there was.
    fn go_on(&mut self, now: SimTime) {
        let minute = now.as_nanos() / NANOS_PER_MINUTE;
        let passed = (minute - self.minute).min(MINUTES as u64);
        (0..passed).for_each(|back| self.peaks[(minute - back) as usize % MINUTES] = self.backlog);
        self.minute = minute;
    }

    /// The largest backlogs of the minutes of the last hour.
    fn known(&self) -> impl Iterator<Item = u64> + '_ {
        self.peaks.iter().copied().take(self.minute as usize + 1)
    }

    /// Some change lasts from now on until the backlog is drained, or none does.
    pub(crate) fn wait(&mut self, now: SimTime, waits: bool) {
        self.begin_faults(now);
        self.go_on(now);
        // Before a whole minute has passed, nothing is known to be normal.
        let least = || if self.minute > 0 { self.known().min() } else { None };
        let normal = || self.before.or_else(least).unwrap_or(0);
        self.awaited = waits.then(|| self.awaited.unwrap_or_else(normal));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u64) -> SimTime {
        SimTime::from_nanos(minutes * NANOS_PER_MINUTE)
    }

    fn calm(faults: &[(u64, u64)]) -> Calm {
        let faults = faults.iter().map(|&(from, to)| (at(from), at(to))).collect();
        let peaks = [0; MINUTES];
        Calm { peaks, minute: 0, backlog: 0, faults, begun: 0, before: None, over: SimTime::ZERO, awaited: None }
    }

    #[test]
    fn normal_is_the_largest_backlog_of_the_hour_before_the_fault() {
        let mut calm = calm(&[(100, 120)]);
        for (minute, backlog) in [(10, 90), (40, 7), (70, 3), (110, 500)] {
            assert!(!calm.note(at(minute), backlog));
        }
        calm.wait(at(120), true);
        assert!(!calm.note(at(121), 8));
        assert!(calm.note(at(122), 7), "90 is more than an hour before the fault");
        calm.wait(at(122), false);
        assert!(!calm.note(at(123), 0));
    }

    #[test]
    fn without_a_fault_what_has_grown_in_the_hour_is_not_normal() {
        let mut calm = calm(&[]);
        for (minute, backlog) in [(10, 4), (70, 2), (80, 300), (90, 900)] {
            calm.note(at(minute), backlog);
        }
        calm.wait(at(90), true);
        assert!(!calm.note(at(95), 5));
        assert!(calm.note(at(96), 2), "so many in the minutes from 70 on");
    }
}
