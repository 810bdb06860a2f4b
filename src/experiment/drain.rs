//! When the backlog is gone after each fault.

use super::faults::Happening;
use super::unit::Value;
use crate::model::DispatcherId;
use crate::units::SimTime;

/// Measures, for each fault, the time from its end to the first instant at which no job is staged or ready. An outage ends when
/// its dispatcher works again: earlier than planned if a response restarts it, later if something else holds it down.
#[derive(Clone, Debug)]
pub(super) struct DrainClock {
    faults: Vec<Fault>,
    /// The first end of a fault that is not drained yet; `NEVER` when there is none.
    next: SimTime,
}

#[derive(Clone, Debug)]
struct Fault {
    from: SimTime,
    planned: SimTime,
    down: Option<DispatcherId>,
    /// `NEVER` until the dispatcher is back.
    end: SimTime,
    drained: Option<SimTime>,
}

impl DrainClock {
    pub(super) fn new(faults: &[Happening]) -> Self {
        let fault = |fault: &Happening| Fault {
            from: fault.start(),
            planned: fault.end(),
            down: fault.down,
            end: if fault.down.is_some() { SimTime::NEVER } else { fault.end() },
            drained: None,
        };
        let mut clock = Self { faults: faults.iter().map(fault).collect(), next: SimTime::NEVER };
        clock.find_next();
        clock
    }

    fn find_next(&mut self) {
        let left = self.faults.iter().filter(|fault| fault.drained.is_none());
        self.next = left.map(|fault| fault.end).min().unwrap_or(SimTime::NEVER);
    }

    /// A dispatcher works again at `now`.
    pub(super) fn returned(&mut self, now: SimTime, dispatcher: DispatcherId) {
        let ends =
            |fault: &&mut Fault| fault.down == Some(dispatcher) && fault.from <= now && fault.end == SimTime::NEVER;
        self.faults.iter_mut().filter(ends).for_each(|fault| fault.end = now);
        self.find_next();
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
        for fault in self.faults.iter_mut().filter(|fault| fault.drained.is_none() && fault.end < now) {
            fault.drained = Some(drained(fault.end));
        }
        self.find_next();
    }

    /// The time to drain after each fault, in seconds; at least the time to the horizon where it has not drained.
    pub(super) fn drain_times(&self, horizon: SimTime) -> Vec<Value> {
        let drain = |fault: &Fault| match fault.drained {
            Some(drained) => Value::exactly(drained.since(fault.end).as_secs_f64()),
            None if fault.end == SimTime::NEVER => Value::at_least(horizon.since(fault.planned).as_secs_f64()),
            None => Value::at_least(horizon.since(fault.end).as_secs_f64()),
        };
        self.faults.iter().map(drain).collect()
    }
}
