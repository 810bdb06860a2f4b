//! When the backlog is gone after each fault.

use super::faults::Happening;
use super::unit::Value;
use crate::units::SimTime;

/// Measures, for each fault, the time from its end to the first instant at which no job is staged or ready.
#[derive(Clone, Debug)]
pub(super) struct DrainClock {
    ends: Vec<SimTime>,
    drained: Vec<SimTime>,
    /// The end of the first fault that is not drained yet; `NEVER` when there is none.
    next: SimTime,
}

impl DrainClock {
    /// For faults in the order of their ends.
    pub(super) fn new(faults: &[Happening]) -> Self {
        let ends: Vec<SimTime> = faults.iter().map(Happening::end).collect();
        let next = ends.first().copied().unwrap_or(SimTime::NEVER);
        Self { ends, drained: Vec::new(), next }
    }

    /// The backlog is gone at `now`. A fault that ends at this very instant may still add to it.
    #[inline]
    pub(super) fn emptied(&mut self, now: SimTime) {
        if self.next < now {
            self.resolve(now, |_| now);
        }
    }

    /// There was no backlog up to `now`: faults that ended meanwhile left none.
    #[inline]
    pub(super) fn was_empty(&mut self, now: SimTime) {
        if self.next < now {
            self.resolve(now, |end| end);
        }
    }

    fn resolve(&mut self, now: SimTime, drained: impl Fn(SimTime) -> SimTime) {
        while let Some(&end) = self.ends.get(self.drained.len()).filter(|&&end| end < now) {
            self.drained.push(drained(end));
        }
        self.next = self.ends.get(self.drained.len()).copied().unwrap_or(SimTime::NEVER);
    }

    /// The time to drain after each fault, in seconds; at least the time to the horizon where it has not drained.
    pub(super) fn drain_times(&self, horizon: SimTime) -> Vec<Value> {
        let drain = |(i, &end): (usize, &SimTime)| match self.drained.get(i) {
            Some(drained) => Value::exactly(drained.since(end).as_secs_f64()),
            None => Value::at_least(horizon.since(end).as_secs_f64()),
        };
        self.ends.iter().enumerate().map(drain).collect()
    }
}
