//! When alerts fire and resolve, and when responses act, in one replication.

use super::deadline::Deadline;
use super::level::Level;
use super::unit::Value;
use super::{faults, room};
use crate::engine::{Alarm, Halt, Observer, simulate};
use crate::model::{Model, ResponseId};
use crate::random::ReplicationSeed;
use crate::units::{SimDuration, SimTime};

/// False alarms are told for so long.
const MONTH: SimDuration = SimDuration::from_secs(30 * 24 * 3600);
/// Each replication is watched without faults for at least so long: twenty of them see a month.
const LEAST: SimDuration = SimDuration::from_secs(36 * 3600);

/// The first fault of a replication.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstFault {
    pub(super) at: SimTime,
    /// It is a breakdown at random, and more of them can follow.
    pub(super) is_breakdown: bool,
}

impl FirstFault {
    /// When the fault began that something is done about, before which the last breakdown came then. One that came and went and about
    /// which nothing was done is not the one that is meant.
    pub(super) fn meant_by(self, breakdown: Option<SimTime>) -> SimTime {
        breakdown.filter(|_| self.is_breakdown).unwrap_or(self.at)
    }
}

/// What an alert did.
#[derive(Clone, Debug, Default)]
pub(super) struct AlarmRecord {
    /// Each firing: its start, its end unless it lasts, and how old the oldest job was at its start.
    firings: Vec<Firing>,
    /// 1 while it fires.
    pub(super) level: Level,
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
    pub(super) fn record(&mut self, (now, breakdown): (SimTime, Option<SimTime>), alarm: Alarm, rest: u64) {
        if alarm.firing {
            self.firings.push(Firing { from: now, to: None, oldest: alarm.oldest, breakdown });
            self.level.change(1, rest);
        } else {
            self.firings.iter_mut().rev().take(1).for_each(|firing| firing.to = Some(now));
            self.level.change(-1, rest);
        }
    }

    /// How often it fired from this time on.
    pub(super) fn firings(&self, from: SimTime) -> usize {
        self.firings.iter().filter(|firing| firing.from >= from).count()
    }

    /// The first firing that lasts beyond this time.
    fn first_since(&self, start: SimTime) -> Option<&Firing> {
        self.firings.iter().find(|firing| firing.to.is_none_or(|to| to > start))
    }

    /// Whether it fired after the first fault, how long after the fault that it fired for began, when it resolved, and how old the oldest
    /// job was. What ended in the warm-up does not count.
    pub(super) fn figures(&self, fault: FirstFault, warmup: SimTime) -> [Value; 4] {
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

/// Counts how often each alert fires from some time on, and nothing else.
struct Counter(Vec<usize>, SimTime, Deadline, u64);

impl Observer for Counter {
    fn is_stopped(&self) -> bool {
        self.2.has_passed()
    }

    fn most_waiting(&self) -> u64 {
        self.3
    }

    fn alarm(&mut self, now: SimTime, alarm: Alarm) {
        if alarm.firing && now >= self.1 {
            self.0[alarm.alert.index()] += 1;
        }
    }

    fn responded(&mut self, _now: SimTime, _response: ResponseId) {}
}

/// How many months each replication is watched without faults.
pub(super) fn months(model: &Model) -> f64 {
    faults::horizon_without_faults(model, LEAST).as_secs_f64() / MONTH.as_secs_f64()
}

/// How often each alert fires in 30 days of the same model without its faults; `firings` is how often each has fired with them since the
/// warm-up. The warm-up comes first without them, too.
/// `None` when there is nothing to simulate without the faults.
///
/// # Errors
/// When its backlog outgrows its limit even so.
pub(super) fn false_alarms(
    model: &Model,
    (seed, deadline): (ReplicationSeed, Deadline),
    (warmup, firings): (SimTime, Vec<usize>),
) -> Result<Option<Vec<Value>>, Halt> {
    let Ok(quiet) = faults::without_faults(model, (LEAST, warmup)) else { return Ok(None) };
    // Without faults, and long enough, it is the model that was simulated.
    let counts = if quiet == *model {
        firings
    } else {
        let mut counter = Counter(vec![0; firings.len()], warmup, deadline, room::most(&quiet));
        simulate(&quiet, seed, &mut counter)?;
        counter.0
    };
    let months = months(model);
    Ok(Some(counts.iter().map(|&count| Value::exactly(count as f64 / months)).collect()))
}
