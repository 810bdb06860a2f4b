//! Jobs counted against the bounds of objectives, exactly where a sketch would round; of each tenant, or of some hours, where that is
//! asked for.

use super::unit::{Tally, Times};
use crate::engine::Unfinished;
use crate::model::{ClassId, Comparison, Loss, Measure, Objective, Quantity, Reach, Scope, Statistic};
use crate::units::{SimDuration, SimTime};

/// What is counted for an objective on the times of jobs.
#[derive(Clone, Debug)]
pub(super) struct BoundCount {
    pub(super) objective: usize,
    pub(super) quantity: Quantity,
    /// The longest time that is within the bound, in nanoseconds; `None`: none is. Without a bound all are.
    most: Option<u64>,
    among: crate::model::Among,
    /// Of each tenant, or of all jobs.
    pub(super) tallies: Vec<Tally>,
    /// The times themselves, where they are not those of a class or of all jobs.
    pub(super) times: Vec<Times>,
    /// Jobs created in each step within and above the bound; empty unless time above it is asked for.
    pub(super) by_step: Vec<(u64, u64)>,
}

/// A job as far as it matters for which objectives it counts: when it was created, and its tenant.
pub(super) type Which = (SimTime, u16);

impl BoundCount {
    pub(super) fn count(&mut self, time: SimDuration, step: usize, which: Which) {
        let above = self.most.is_none_or(|most| time.as_nanos() > most);
        if let Some(place) = self.place(which) {
            self.enter(place, above, step);
            if let Some(times) = self.times.get_mut(place) {
                times.record(time.as_nanos());
            }
        }
    }

    /// A time that never ends.
    pub(super) fn count_never(&mut self, step: usize, which: Which) {
        if let Some(place) = self.place(which) {
            self.enter(place, true, step);
            if let Some(times) = self.times.get_mut(place) {
                times.record_never();
            }
        }
    }

    /// A time that is known to be at least `age`: it counts where that is already too long.
    pub(super) fn count_censored(&mut self, age: SimDuration, step: usize, job: &Unfinished) {
        let Some(place) = self.place((job.created, job.tenant)) else { return };
        if self.most.is_none_or(|most| age.as_nanos() > most) {
            self.enter(place, true, step);
        } else {
            self.tallies[place].open += 1;
        }
        if let Some(times) = self.times.get_mut(place) {
            times.record_censored(age.as_nanos());
        }
    }

    fn enter(&mut self, place: usize, above: bool, step: usize) {
        if let Some(counts) = self.by_step.get_mut(step) {
            *(if above { &mut counts.1 } else { &mut counts.0 }) += 1;
        }
        let tally = &mut self.tallies[place];
        *(if above { &mut tally.beyond } else { &mut tally.within }) += 1;
    }

    /// Where a job is counted; `None`: nowhere.
    fn place(&mut self, (created, tenant): Which) -> Option<usize> {
        if self.among.hours.as_ref().is_some_and(|hours| !hours.contain(created)) {
            return None;
        }
        if !self.among.by_tenant {
            return Some(0);
        }
        let place = usize::from(tenant);
        let length = self.tallies.len().max(place + 1);
        self.tallies.resize(length, Tally::default());
        self.times.resize_with(length, Times::default);
        Some(place)
    }
}

/// The time that an objective counts jobs against, and whether it is within reach itself. A percentile is within its bound when as
/// large a share of the jobs is.
pub(super) fn counted_bound(objective: &Objective) -> Option<(Quantity, Option<(SimDuration, Reach)>)> {
    let seconds = || SimDuration::from_secs_f64(objective.bound);
    match objective.measure {
        Measure::ShareWithin(quantity, bound, reach) => Some((quantity, Some((bound, reach)))),
        Measure::TimeAbove(quantity, bound) => Some((quantity, Some((bound, Reach::UpTo)))),
        Measure::OfTime(Statistic::Percentile(_), quantity) => {
            let reach = match objective.comparison {
                Comparison::Less | Comparison::AtLeast => Reach::Below,
                Comparison::AtMost | Comparison::Greater => Reach::UpTo,
            };
            Some((quantity, Some((seconds(), reach))))
        }
        Measure::OfTime(_, quantity) if !objective.among.is_all() => Some((quantity, None)),
        _ => None,
    }
}

fn most_within(bound: Option<(SimDuration, Reach)>) -> Option<u64> {
    match bound {
        None => Some(u64::MAX),
        Some((bound, Reach::UpTo)) => Some(bound.as_nanos()),
        Some((bound, Reach::Below)) => bound.as_nanos().checked_sub(1),
    }
}

pub(super) fn bound_counts(objectives: &[Objective], steps: usize) -> Vec<BoundCount> {
    let count = |(i, objective): (usize, &Objective)| {
        let (quantity, bound) = counted_bound(objective)?;
        let steps = if matches!(objective.measure, Measure::TimeAbove(..)) { steps } else { 0 };
        let own = usize::from(!objective.among.is_all());
        Some(BoundCount {
            objective: i,
            quantity,
            most: most_within(bound),
            among: objective.among.clone(),
            tallies: vec![Tally::default(); 1],
            times: vec![Times::default(); own],
            by_step: vec![(0, 0); steps],
        })
    };
    objectives.iter().enumerate().filter_map(count).collect()
}

/// Jobs that are lost, counted for an objective.
#[derive(Clone, Debug)]
pub(super) struct LossCount {
    pub(super) objective: usize,
    loss: Loss,
    scope: Scope,
    among: crate::model::Among,
    /// Of each tenant, or of all jobs: beyond are the jobs that are lost.
    pub(super) tallies: Vec<Tally>,
}

impl LossCount {
    /// A job was created, to be counted as not lost.
    pub(super) fn count_created(&mut self, class: ClassId, which: Which, jobs: u64) {
        if let Some(tally) = self.tally(class, which) {
            tally.within += jobs;
        }
    }

    /// A job that was created is lost.
    pub(super) fn count_lost(&mut self, class: ClassId, which: Which, loss: Loss) {
        if self.loss != Loss::Lost && self.loss != loss {
            return;
        }
        if let Some(tally) = self.tally(class, which) {
            tally.within = tally.within.saturating_sub(1);
            tally.beyond += 1;
        }
    }

    fn tally(&mut self, class: ClassId, (created, tenant): Which) -> Option<&mut Tally> {
        let concerned = matches!(self.scope, Scope::All) || self.scope == Scope::Class(class);
        if !concerned || self.among.hours.as_ref().is_some_and(|hours| !hours.contain(created)) {
            return None;
        }
        let place = if self.among.by_tenant { usize::from(tenant) } else { 0 };
        let length = self.tallies.len().max(place + 1);
        self.tallies.resize(length, Tally::default());
        self.tallies.get_mut(place)
    }
}

pub(super) fn loss_counts(objectives: &[Objective]) -> Vec<LossCount> {
    let count = |(i, objective): (usize, &Objective)| match objective.measure {
        Measure::ShareLost(loss) | Measure::CountLost(loss) => Some(LossCount {
            objective: i,
            loss,
            scope: objective.scope,
            among: objective.among.clone(),
            tallies: vec![Tally::default()],
        }),
        _ => None,
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
