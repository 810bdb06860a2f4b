//! When alerts fire and resolve, and when responses act, in one replication.

use super::level::Level;
use crate::engine::Alarm;
use crate::experiment::unit::Value;
use crate::units::{SimDuration, SimTime};

/// The first fault of a replication.
#[derive(Clone, Copy, Debug)]
pub(in crate::experiment) struct FirstFault {
    pub(in crate::experiment) at: SimTime,
    /// It is a breakdown at random, and more of them can follow.
    pub(in crate::experiment) is_breakdown: bool,
}

impl FirstFault {
    /// When the fault began that something is done about, before which the last breakdown came then. One that came and went and about
    /// which nothing was done is not the one that is meant.
    pub(in crate::experiment) fn meant_by(self, breakdown: Option<SimTime>) -> SimTime {
        breakdown.filter(|_| self.is_breakdown).unwrap_or(self.at)
    }
}

/// What an alert did.
#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct AlarmRecord {
    /// Each firing: its start, its end unless it lasts, and how old the oldest job was at its start.
    firings: Vec<Firing>,
    /// 1 while it fires.
    pub(in crate::experiment) level: Level,
}

#[derive(Clone, Copy, Debug)]
struct Firing {
    from: SimTime,
    to: Option<SimTime>,
    oldest: SimDuration,
    /// When what broke down last before had done so.
    breakdown: Option<SimTime>,
}

impl AlarmRecord {
    /// It fires or resolves, `rest` nanoseconds before the end of the step.
    pub(in crate::experiment) fn record(
        &mut self,
        (now, breakdown): (SimTime, Option<SimTime>),
        alarm: Alarm,
        rest: u64,
    ) {
        if alarm.firing {
            self.firings.push(Firing { from: now, to: None, oldest: alarm.oldest, breakdown });
            self.level.change(1, rest);
        } else {
            self.firings.iter_mut().rev().take(1).for_each(|firing| firing.to = Some(now));
            self.level.change(-1, rest);
        }
    }

    /// How often it fired from this time on.
    pub(in crate::experiment) fn firings(&self, from: SimTime) -> usize {
        self.firings.iter().filter(|firing| firing.from >= from).count()
    }

    /// The first firing that lasts beyond this time.
    fn first_since(&self, start: SimTime) -> Option<&Firing> {
        self.firings.iter().find(|firing| firing.to.is_none_or(|to| to > start))
    }

    /// Whether it fired after the first fault, how long after the fault that it fired for began, when it resolved, and how old the oldest
    /// job was. What ended in the warm-up does not count.
    pub(in crate::experiment) fn figures(&self, fault: FirstFault, warmup: SimTime) -> [Value; 4] {
        let first = self.first_since(fault.at.max(warmup));
        let fault = fault.meant_by(first.and_then(|firing| firing.breakdown));
        let seconds = |time: SimTime| Value::exactly(time.max(fault).since(fault).as_secs_f64());
        let of = |value: Option<Value>| value.unwrap_or_default();
        [
            Value::exactly(if first.is_some() { 1.0 } else { 0.0 }),
            of(first.map(|firing| seconds(firing.from))),
            of(first.and_then(|firing| firing.to).map(seconds)),
            of(first.map(|firing| Value::exactly(firing.oldest.as_secs_f64()))),
        ]
    }
}
