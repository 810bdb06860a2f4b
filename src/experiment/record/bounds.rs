//! Jobs counted against the bounds of objectives, exactly where a sketch would round; of each tenant, or of some hours, where that is
//! asked for.

use super::late::MostLate;
use super::spells::Spells;
use crate::engine::Unfinished;
use crate::experiment::unit::{Tally, Times};
use crate::model::{ClassId, Loss, Measure, Objective, Quantity, Reach, Scope};
use crate::units::{SimDuration, SimTime};

/// What is counted for an objective on the times of jobs.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct BoundCount {
    pub(in crate::experiment) objective: usize,
    pub(in crate::experiment) quantity: Quantity,
    /// The longest time that is within the bound, in nanoseconds; `None`: none is. Without a bound all are.
    most: Option<u64>,
    among: crate::model::Among,
    /// Of each tenant, or of all jobs.
    pub(in crate::experiment) tallies: Vec<Tally>,
    /// The times themselves, where they are not those of a class or of all jobs.
    pub(in crate::experiment) times: Vec<Times>,
    /// When the time of some job is above the bound; `None` unless that is asked for.
    pub(in crate::experiment) late: Option<LateSpells>,
    /// When most jobs created wait for longer than the bound; `None` where it is not one on the waits of all jobs.
    pub(in crate::experiment) most_late: Option<MostLate>,
}

/// When some job waits, or whatever its time is, for longer than a bound.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct LateSpells {
    spells: Spells,
    /// What comes later does not count.
    horizon: SimTime,
    /// Since when jobs are lost and none comes to the end of its time: nobody is served as promised.
    lost_since: Option<SimTime>,
}

impl LateSpells {
    fn new(horizon: SimTime) -> Self {
        Self { spells: Spells::default(), horizon, lost_since: None }
    }

    /// The time of a job ends, `excess` beyond the bound.
    fn end(&mut self, end: SimTime, excess: SimDuration) {
        if let Some(since) = self.lost_since.take() {
            self.add(since, end);
        }
        self.add(SimTime::ZERO.after(end.since(SimTime::ZERO.after(excess))), end);
    }

    fn add(&mut self, from: SimTime, to: SimTime) {
        self.spells.add(from, to.min(self.horizon));
    }

    /// For how long, up to the horizon.
    pub(in crate::experiment) fn total(&self, horizon: SimTime) -> SimDuration {
        let mut spells = self.spells.clone();
        self.lost_since.into_iter().for_each(|since| spells.add(since, horizon));
        spells.total()
    }
}

/// A job as far as it matters for which objectives it counts: when it was created, and its tenant.
pub(super) type Which = (SimTime, u16);

impl BoundCount {
    pub(in crate::experiment) fn count(&mut self, time: SimDuration, which: Which) {
        let above = self.most.is_none_or(|most| time.as_nanos() > most);
        self.most_late.iter_mut().for_each(|late| late.count(which.0, above));
        if let Some(place) = self.place(which) {
            self.enter(place, above);
            if let Some(times) = self.times.get_mut(place) {
                times.record(time.as_nanos());
            }
        }
    }

    /// The time of a job ends at `end`, or is known to be too long already then.
    pub(super) fn note_end(&mut self, time: SimDuration, end: SimTime) {
        let excess = time.as_nanos().saturating_sub(self.most.unwrap_or(0));
        self.late.iter_mut().for_each(|late| late.end(end, SimDuration::from_nanos(excess)));
    }

    /// A time that never ends: the job is lost at `now`.
    pub(super) fn count_never(&mut self, which: Which, now: SimTime) {
        let within = SimDuration::from_nanos(self.most.unwrap_or(0));
        if let Some(late) = &mut self.late {
            late.add(which.0.after(within), now);
            late.lost_since.get_or_insert(now);
        }
        self.most_late.iter_mut().for_each(|late| late.count(which.0, true));
        if let Some(place) = self.place(which) {
            self.enter(place, true);
            if let Some(times) = self.times.get_mut(place) {
                times.record_never();
            }
        }
    }

    /// A time that is known to be at least `age`: it counts where that is already too long.
    pub(super) fn count_censored(&mut self, age: SimDuration, now: SimTime, job: &Unfinished) {
        let Some(place) = self.place((job.created, job.tenant)) else { return };
        if self.most.is_none_or(|most| age.as_nanos() > most) {
            self.note_end(age, now);
            self.most_late.iter_mut().for_each(|late| late.count(job.created, true));
            self.enter(place, true);
        } else {
            self.tallies[place].undecided += 1;
        }
        if let Some(times) = self.times.get_mut(place) {
            times.record_censored(age.as_nanos());
        }
    }

    fn enter(&mut self, place: usize, above: bool) {
        let tally = &mut self.tallies[place];
        *(if above { &mut tally.beyond } else { &mut tally.within }) += 1;
    }

    /// Where a job is counted; `None`: nowhere.
    fn place(&mut self, (created, tenant): Which) -> Option<usize> {
        if self.among.hours.as_ref().is_some_and(|hours| !hours.contains(created)) {
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

fn most_within(bound: Option<(SimDuration, Reach)>) -> Option<u64> {
    match bound {
        None => Some(u64::MAX),
        Some((bound, Reach::UpTo)) => Some(bound.as_nanos()),
        Some((bound, Reach::Below)) => bound.as_nanos().checked_sub(1),
    }
}

pub(super) fn bound_counts(objectives: &[Objective], horizon: SimTime) -> Vec<BoundCount> {
    let count = |(i, objective): (usize, &Objective)| {
        let waits = objective.wait_bound();
        let (quantity, bound) = objective.counted_bound().or(waits.map(|bound| (Quantity::Wait, Some(bound))))?;
        let late = matches!(objective.measure, Measure::TimeAbove(..)).then(|| LateSpells::new(horizon));
        let own = usize::from(!objective.among.is_all());
        Some(BoundCount {
            objective: i,
            quantity,
            most: most_within(bound),
            among: objective.among.clone(),
            tallies: vec![Tally::default(); 1],
            times: vec![Times::default(); own],
            late,
            most_late: waits.map(|_| MostLate::new(horizon)),
        })
    };
    objectives.iter().enumerate().filter_map(count).collect()
}

/// Jobs that are lost, counted for an objective.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct LossCount {
    pub(in crate::experiment) objective: usize,
    loss: Loss,
    scope: Scope,
    among: crate::model::Among,
    /// Of each tenant, or of all jobs: beyond are the jobs that are lost.
    pub(in crate::experiment) tallies: Vec<Tally>,
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
        if !concerned || self.among.hours.as_ref().is_some_and(|hours| !hours.contains(created)) {
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
