//! Replications of a design point are added, batch by batch, until the rule says stop.
//!
//! Whether to go on follows from the results of whole batches alone, so it does not depend on threads or interruptions.

use super::time_over::{leave_undecided, nothing_known};
use crate::experiment::deadline::Deadline;
use crate::experiment::results::PointResult;
use crate::experiment::summary::directed::Kinds;
use crate::experiment::summary::point::{Replications, summarise_objectives, summarise_point, undecided_objectives};
use crate::experiment::summary::precision::{looks, note};
use crate::experiment::summary::strata::Strata;
use crate::experiment::unit::UnitResult;
use crate::model::{DesignPoint, Settings};

/// The numbers of the replications at a look at so many of them.
pub(in crate::experiment) fn numbers_at(kinds: Option<&Kinds<'_>>, settings: &Settings, replications: u32) -> Vec<u32> {
    match kinds {
        Some(kinds) if settings.precision.is_some() => kinds.numbers(replications),
        _ => (0..replications).collect(),
    }
}

/// The replications that were made so far, by their numbers.
#[derive(Default)]
pub(in crate::experiment) struct Made {
    pub(in crate::experiment) numbers: Vec<u32>,
    pub(in crate::experiment) units: Vec<UnitResult>,
}

impl Made {
    /// Runs those of these replications, ascending, that were not made yet.
    /// False: the time was too short, and they are as before.
    pub(in crate::experiment) fn add<E>(
        &mut self,
        numbers: &[u32],
        run: impl FnOnce(&[u32]) -> Result<Option<Vec<UnitResult>>, E>,
    ) -> Result<bool, E> {
        let fresh: Vec<u32> = numbers.iter().copied().filter(|n| self.numbers.binary_search(n).is_err()).collect();
        let Some(results) = run(&fresh)? else { return Ok(false) };
        let before = std::mem::take(&mut self.numbers).into_iter().zip(std::mem::take(&mut self.units));
        let mut all: Vec<(u32, UnitResult)> = before.chain(fresh.into_iter().zip(results)).collect();
        all.sort_by_key(|(number, _)| *number);
        (self.numbers, self.units) = all.into_iter().unzip();
        Ok(true)
    }

    /// The kinds that they are of.
    pub(in crate::experiment) fn strata(&self, kinds: Option<&Kinds<'_>>) -> Strata {
        kinds.map_or_else(|| Strata::one(self.units.len()), |kinds| kinds.strata(&self.numbers))
    }
}

/// Runs batches of replications of a design point, each stated by the numbers of its replications, until the rule says stop. Whether the
/// time was too short comes with the result, which then decides nothing.
pub(in crate::experiment) fn replicate<E>(
    (point, settings): (&DesignPoint, &Settings),
    deadline: Deadline,
    mut run: impl FnMut(&[u32]) -> Result<Option<Vec<UnitResult>>, E>,
) -> Result<(PointResult, bool), E> {
    let kinds = if deadline.has_passed() { None } else { Kinds::of(point, settings) };
    let mut made = Made::default();
    let mut settlements = vec![None; point.objectives.len()];
    let mut is_cut = false;
    for replications in looks(settings) {
        is_cut = deadline.has_passed() || !made.add(&numbers_at(kinds.as_ref(), settings, replications), &mut run)?;
        if is_cut {
            break;
        }
        let Some(precision) = settings.precision else { break };
        let strata = made.strata(kinds.as_ref());
        let so_far = Replications { units: &made.units, numbers: &made.numbers, strata: &strata };
        let Some(objectives) = summarise_objectives(point, settings, so_far, deadline) else {
            is_cut = true;
            break;
        };
        note(&mut settlements, &objectives, replications, precision);
        if settlements.iter().all(Option::is_some) {
            break;
        }
    }
    let summarise = || {
        let strata = made.strata(kinds.as_ref());
        let all = Replications { units: &made.units, numbers: &made.numbers, strata: &strata };
        summarise_point(point, settings, all, deadline.with_moment())
    };
    let summary = if made.units.is_empty() { None } else { summarise() };
    is_cut |= summary.is_none();
    let mut result = summary.unwrap_or_else(|| nothing_known(point, undecided_objectives(point)));
    result.objectives.iter_mut().zip(settlements).for_each(|(objective, settled)| objective.settled = settled);
    if is_cut {
        leave_undecided(&mut result);
    }
    Ok((result, is_cut))
}
