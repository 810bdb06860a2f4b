//! Jobs counted against the bounds of objectives.

use crate::model::{ClassId, Measure, Objective, Quantity, Scope};
use crate::units::SimDuration;

/// Jobs counted against the bound of an objective: exact, where a sketch would round.
#[derive(Clone, Debug)]
pub(super) struct BoundCount {
    pub(super) objective: usize,
    pub(super) quantity: Quantity,
    pub(super) bound: SimDuration,
    pub(super) within: u64,
    pub(super) above: u64,
    /// Jobs created in each step within and above the bound; empty unless time above it is asked for.
    pub(super) by_step: Vec<(u64, u64)>,
}

impl BoundCount {
    pub(super) fn count(&mut self, time: SimDuration, step: usize) {
        let above = time > self.bound;
        if let Some(counts) = self.by_step.get_mut(step) {
            let count = if above { &mut counts.1 } else { &mut counts.0 };
            *count += 1;
        }
        let count = if above { &mut self.above } else { &mut self.within };
        *count += 1;
    }
}

/// The bound of a measure that counts jobs against one.
fn counted_bound(measure: Measure) -> Option<(Quantity, SimDuration)> {
    match measure {
        Measure::ShareWithin(quantity, bound) | Measure::TimeAbove(quantity, bound) => Some((quantity, bound)),
        _ => None,
    }
}

pub(super) fn bound_counts(objectives: &[Objective], steps: usize) -> Vec<BoundCount> {
    let count = |(i, objective): (usize, &Objective)| {
        let (quantity, bound) = counted_bound(objective.measure)?;
        let steps = if matches!(objective.measure, Measure::TimeAbove(..)) { steps } else { 0 };
        Some(BoundCount { objective: i, quantity, bound, within: 0, above: 0, by_step: vec![(0, 0); steps] })
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
