//! A part of a run plan, for a cluster: which units it holds, and running them into a store.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::error::{OnProgress, Progress, RunError};
use super::plan::{PointPlan, distinct, representatives};
use super::store::UnitStore;
use super::unit_name::{UnitName, point_name};
use crate::model::Study;

/// One part of a run plan that is divided into several, such as 3 of 8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    part: u32,
    parts: u32,
}

impl Shard {
    /// Part `part` (from 1) of `parts`; `None` when there is no such part.
    #[must_use]
    pub fn new(part: u32, parts: u32) -> Option<Self> {
        (1..=parts).contains(&part).then_some(Self { part, parts })
    }

    /// Which part it is, from 1.
    #[must_use]
    pub fn part(self) -> u32 {
        self.part
    }

    /// How many parts the plan has.
    #[must_use]
    pub fn parts(self) -> u32 {
        self.parts
    }

    fn holds(self, unit: u64) -> bool {
        part_of(unit, self.parts) == self.part
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "part {} of {}", self.part, self.parts)
    }
}

/// The part that the unit at this place of the plan belongs to: each round deals one unit to each part, and begins one part later
/// than the round before, so that neither a costly design point nor a costly replication falls to one part again and again.
pub(super) fn part_of(unit: u64, parts: u32) -> u32 {
    let parts = u64::from(parts);
    ((unit + unit / parts) % parts) as u32 + 1
}

/// The units of the plan in its order, as design point and replication; equal design points are there once.
pub(in crate::experiment) fn plan(study: &Study) -> impl Iterator<Item = (usize, u32)> {
    distinct(&representatives(study))
        .into_iter()
        .flat_map(|point| (0..study.settings.replications).map(move |replication| (point, replication)))
}

/// The units of a part, in the order of the plan.
fn units(study: &Study, shard: Shard) -> impl Iterator<Item = (usize, u32)> {
    (0_u64..).zip(plan(study)).filter(move |(unit, _)| shard.holds(*unit)).map(|(_, unit)| unit)
}

/// How many units of a part `store` holds already, and how many the part has.
#[must_use]
pub fn shard_units(study: &Study, shard: Shard, store: &UnitStore) -> (u64, u64) {
    let names: Vec<_> = study.points.iter().map(|point| point_name(point, &study.settings)).collect();
    let stored = units(study, shard).map(|(point, replication)| UnitName::new(names[point], replication));
    (store.count(stored), units(study, shard).count() as u64)
}

/// Runs the units of a part that `store` does not hold yet, on the threads of the current rayon pool, and stores them.
///
/// # Errors
/// [`RunError`] for the first unit of the plan that was stopped or could not be stored.
pub fn run_shard(study: &Study, shard: Shard, store: &UnitStore, on_progress: OnProgress<'_>) -> Result<(), RunError> {
    let units: Vec<(usize, u32)> = units(study, shard).collect();
    let plans: Vec<PointPlan<'_>> = study.points.iter().map(|point| PointPlan::new(point, &study.settings)).collect();
    let done = AtomicU64::new(0);
    let run = |&(point, replication): &(usize, u32)| {
        let result = plans[point].take(store, replication).map(drop);
        on_progress(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, total: units.len() as u64 });
        result
    };
    let results: Vec<Result<(), RunError>> = units.par_iter().map(run).collect();
    results.into_iter().collect::<Result<(), RunError>>()?;
    Ok(store.tidy()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_belongs_to_one_part_and_parts_differ_by_at_most_one_unit() {
        for (units, parts) in [(1, 1), (40, 8), (41, 8), (100, 7), (3, 5), (1_000, 30)] {
            let mut sizes = vec![0_u64; parts as usize];
            (0..units).for_each(|unit| sizes[part_of(unit, parts) as usize - 1] += 1);
            let least = units / u64::from(parts);
            assert!(sizes.iter().all(|size| (least..=least + 1).contains(size)), "{units}/{parts}: {sizes:?}");
        }
    }

    #[test]
    fn no_part_gets_the_same_replication_or_design_point_every_time() {
        // 20 replications in 20 parts: without the shift, part 1 would get replication 0 of every design point; with 10
        // replications in 20 parts, it would get every other design point only.
        for (replications, parts) in [(20_u64, 20), (10, 20), (20, 8)] {
            let of_first: Vec<u64> = (0..40 * replications).filter(|unit| part_of(*unit, parts) == 1).collect();
            let distinct = |values: Vec<u64>| values.into_iter().collect::<std::collections::BTreeSet<_>>().len();
            assert!(distinct(of_first.iter().map(|unit| unit % replications).collect()) >= 5);
            assert_eq!(distinct(of_first.iter().map(|unit| unit / replications % 2).collect()), 2);
        }
    }

    #[test]
    fn a_part_that_does_not_exist_is_none() {
        assert_eq!(Shard::new(0, 4), None);
        assert_eq!(Shard::new(5, 4), None);
        assert_eq!(Shard::new(4, 4).map(|shard| shard.to_string()), Some("part 4 of 4".to_owned()));
    }
}
