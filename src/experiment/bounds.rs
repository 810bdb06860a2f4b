//! Jobs counted against the bounds of objectives.

use super::spells::Spells;
use crate::model::{ClassId, Measure, Objective, Quantity, Scope};
use crate::units::{SimDuration, SimTime};

/// Jobs counted against the bound of an objective: exact, where a sketch would round.
#[derive(Clone, Debug)]
pub(super) struct BoundCount {
    pub(super) objective: usize,
    pub(super) quantity: Quantity,
    pub(super) bound: SimDuration,
    pub(super) within: u64,
    pub(super) above: u64,
    /// When the time of some job is above the bound; `None` unless that is asked for.
    pub(super) late: Option<LateSpells>,
}

/// When some job waits, or whatever its time is, for longer than a bound.
#[derive(Clone, Debug, Default)]
pub(super) struct LateSpells {
    spells: Spells,
    /// Since when jobs are lost and none comes to the end of its time: nobody is served as promised.
    lost_since: Option<SimTime>,
}

impl LateSpells {
    /// The time of a job ends, `excess` beyond the bound.
    fn end(&mut self, end: SimTime, excess: SimDuration) {
        if let Some(since) = self.lost_since.take() {
            self.spells.add(since, end);
        }
        self.spells.add(SimTime::ZERO.after(end.since(SimTime::ZERO.after(excess))), end);
    }

    /// For how long, up to the horizon.
    pub(super) fn total(&self, horizon: SimTime) -> SimDuration {
        let mut spells = self.spells.clone();
        self.lost_since.into_iter().for_each(|since| spells.add(since, horizon));
        spells.total()
    }
}

impl BoundCount {
    pub(super) fn count(&mut self, time: SimDuration) {
        let above = time > self.bound;
        let count = if above { &mut self.above } else { &mut self.within };
        *count += 1;
    }

    /// The time of a job ends at `end`, or is known to be too long already then.
    pub(super) fn note_end(&mut self, time: SimDuration, end: SimTime) {
        let excess = time.as_nanos().saturating_sub(self.bound.as_nanos());
        self.late.iter_mut().for_each(|late| late.end(end, SimDuration::from_nanos(excess)));
    }

    /// A job that was created then is lost now, which breaks every promise.
    pub(super) fn count_lost(&mut self, created: SimTime, now: SimTime) {
        self.above += 1;
        let bound = self.bound;
        if let Some(late) = &mut self.late {
            late.spells.add(created.after(bound), now);
            late.lost_since.get_or_insert(now);
        }
    }
}

/// The bound of a measure that counts jobs against one.
fn counted_bound(measure: Measure) -> Option<(Quantity, SimDuration)> {
    match measure {
        Measure::ShareWithin(quantity, bound) | Measure::TimeAbove(quantity, bound) => Some((quantity, bound)),
        _ => None,
    }
}

pub(super) fn bound_counts(objectives: &[Objective]) -> Vec<BoundCount> {
    let count = |(i, objective): (usize, &Objective)| {
        let (quantity, bound) = counted_bound(objective.measure)?;
        let late = matches!(objective.measure, Measure::TimeAbove(..)).then(LateSpells::default);
        Some(BoundCount { objective: i, quantity, bound, within: 0, above: 0, late })
    };
    objectives.iter().enumerate().filter_map(count).collect()
}

pub(super) fn bounds_of(class: ClassId, bounds: &[BoundCount], objectives: &[Objective]) -> Vec<usize> {
    let concerns = |bound: &BoundCount| {
        matches!(objectives[bound.objective].scope, Scope::All)
            || objectives[bound.objective].scope == Scope::Class(class)
    };
    (0..bounds.len()).filter(|&i| concerns(&bounds[i])).collect()
}
