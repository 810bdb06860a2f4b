//! When the backlog is back to normal after each fault.

use super::normal::Normal;
use crate::engine::Breakdown;
use crate::experiment::faults::KnownEvent;
use crate::experiment::unit::Value;
use crate::model::DispatcherId;
use crate::units::{SimDuration, SimTime};

/// Measures, for each fault, the time from its end to the first instant at which no more jobs wait than at that instant of the same
/// replication without the faults, or none. An outage of a dispatcher ends when it works again: earlier than planned if a response
/// restarts it, later if something else holds it down.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct DrainClock {
    faults: Vec<Fault>,
    /// The first end of a fault that is not drained yet; `NEVER` when there is none.
    next: SimTime,
    /// When the backlog changed last, as far as that was of interest.
    seen: SimTime,
    normal: Normal,
    /// When something broke down first and last, since the warm-up.
    breakdowns: Option<(SimTime, SimTime)>,
}

#[derive(Clone, Debug)]
struct Fault {
    from: SimTime,
    planned: SimTime,
    down: Option<DispatcherId>,
    /// What breaks down at random: this stands for all its breakdowns, one after the other.
    fails: Option<Breakdown>,
    /// It is broken down.
    is_broken: bool,
    /// `NEVER` until it is over.
    end: SimTime,
    drained: Option<SimTime>,
    /// Of breakdowns that are drained.
    longest: Option<SimDuration>,
}

impl Fault {
    fn new(fault: &KnownEvent) -> Self {
        let ends_as_planned = fault.down.is_none() && fault.fails.is_none();
        Self {
            from: fault.start(),
            planned: fault.end(),
            down: fault.down,
            fails: fault.fails,
            is_broken: false,
            end: if ends_as_planned { fault.end() } else { SimTime::NEVER },
            drained: None,
            longest: None,
        }
    }

    /// It is over, and its backlog not yet drained.
    fn is_over_at(&self, now: SimTime) -> bool {
        self.drained.is_none() && self.end < now
    }

    /// The backlog is back to normal.
    fn drain(&mut self, at: SimTime) {
        if self.fails.is_some() {
            self.longest = self.longest.max(Some(at.since(self.end)));
            self.end = SimTime::NEVER;
        } else {
            self.drained = Some(at);
        }
    }

    /// The time to drain, in seconds; at least the time to the horizon where it has not drained.
    fn drain_time(&self, horizon: SimTime, warmup: SimTime) -> Value {
        let is_over = self.end != SimTime::NEVER;
        let left = Value::at_least(horizon.since(if is_over { self.end } else { self.planned }).as_secs_f64());
        if self.fails.is_some() {
            let drained = self.longest.map(|longest| Value::exactly(longest.as_secs_f64()));
            return drained.into_iter().chain(is_over.then_some(left)).reduce(Value::max).unwrap_or_default();
        }
        match self.drained {
            _ if (if is_over { self.end } else { self.planned }) < warmup => Value::default(),
            Some(drained) => Value::exactly(drained.since(self.end).as_secs_f64()),
            None => left,
        }
    }
}

impl DrainClock {
    pub(in crate::experiment) fn new(faults: &[KnownEvent]) -> Self {
        let mut clock = Self {
            faults: faults.iter().map(Fault::new).collect(),
            next: SimTime::NEVER,
            seen: SimTime::ZERO,
            normal: Normal::default(),
            breakdowns: None,
        };
        clock.find_next();
        clock
    }

    /// What the backlog is without the faults; unless it is said, none.
    pub(in crate::experiment) fn compare_with(&mut self, normal: Normal) {
        self.normal = normal;
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
        self.repaired(now, Breakdown::Dispatcher(dispatcher));
    }

    /// Something breaks down at `now`, or does so again before it works.
    pub(super) fn broke_down(&mut self, now: SimTime, what: Breakdown) {
        for fault in self.faults.iter_mut().filter(|fault| fault.fails == Some(what) && !fault.is_broken) {
            fault.is_broken = true;
            let first = self.breakdowns.map_or(now, |(first, _)| first);
            self.breakdowns = Some((first, now));
        }
    }

    /// When something broke down first, since the warm-up.
    pub(in crate::experiment) fn first_breakdown(&self) -> Option<SimTime> {
        self.breakdowns.map(|(first, _)| first)
    }

    /// When something broke down last, since the warm-up.
    pub(super) fn last_breakdown(&self) -> Option<SimTime> {
        self.breakdowns.map(|(_, last)| last)
    }

    /// What broke down works again at `now`. If the backlog of an earlier time is not drained yet, that goes on.
    pub(super) fn repaired(&mut self, now: SimTime, what: Breakdown) {
        for fault in self.faults.iter_mut().filter(|fault| fault.fails == Some(what) && fault.is_broken) {
            fault.is_broken = false;
            fault.end = fault.end.min(now);
        }
        self.find_next();
    }

    /// Breakdowns that are over do not count.
    pub(super) fn end_warmup(&mut self) {
        self.breakdowns = None;
        for fault in self.faults.iter_mut().filter(|fault| fault.fails.is_some()) {
            (fault.end, fault.longest) = (SimTime::NEVER, None);
        }
        self.find_next();
    }

    /// The backlog changes at `now`; it was `number` since it changed last. A fault that ends at this very instant may still add to it.
    #[inline(always)]
    pub(super) fn pass(&mut self, now: SimTime, number: i64) {
        if self.next < now {
            self.resolve(now, number);
        }
    }

    /// No job is left at `now`, if only until another one comes at the same instant.
    #[inline]
    pub(super) fn emptied(&mut self, now: SimTime) {
        if self.next < now {
            self.faults.iter_mut().filter(|fault| fault.is_over_at(now)).for_each(|fault| fault.drain(now));
            self.find_next();
        }
    }

    fn resolve(&mut self, now: SimTime, number: i64) {
        for fault in self.faults.iter_mut().filter(|fault| fault.is_over_at(now)) {
            let from = fault.end.max(self.seen);
            self.normal.first_as_large(number, (from, now)).into_iter().for_each(|at| fault.drain(at));
        }
        self.seen = now;
        self.normal.pass(now);
        self.find_next();
    }

    /// The time to drain after each fault.
    pub(in crate::experiment) fn drain_times(&self, horizon: SimTime, warmup: SimTime) -> Vec<Value> {
        self.faults.iter().map(|fault| fault.drain_time(horizon, warmup)).collect()
    }
}
