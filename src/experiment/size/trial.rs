//! Trying a candidate: batches of replications until it is known whether it meets all objectives, or the cap is reached.
//!
//! How the stated error, such as 5 %, is spent: the k-th candidate that is tried has the share 1 / (k (k + 1)) of it, which sums to
//! all of it however many are tried, so the first ones, which theory puts beside the answer, have most. A candidate shares it among
//! its objectives, and each objective among its looks, as [`super::super::precision`] does. By Bonferroni's inequality all intervals
//! that a search looked at hold together with the stated confidence, and then every candidate that was called met or missed is so. (As for
//! every Student t interval: as far as the mean of a batch is close to normal.)

use rayon::prelude::*;

use super::error::SizeError;
use crate::engine::Reason;
use crate::experiment::deadline::Deadline;
use crate::experiment::results::{ObjectiveResult, Verdict};
use crate::experiment::run::error::{Progress, RunError};
use crate::experiment::run::plan::PointPlan;
use crate::experiment::run::replicate::{Made, numbers_at};
use crate::experiment::run::store::UnitStore;
use crate::experiment::summary::directed::Kinds;
use crate::experiment::summary::point::{Replications, summarise_objectives};
use crate::experiment::summary::precision;
use crate::experiment::unit::UnitResult;
use crate::model::{DesignPoint, Settings};
use crate::units::Share;

/// A candidate that was tried.
#[derive(Clone, PartialEq, Debug)]
pub struct Trial {
    /// Its places, one for each value that is searched for.
    pub places: Vec<u32>,
    /// Whether it meets all objectives.
    pub verdict: Verdict,
    /// Replications made.
    pub replications: u32,
    /// Confidence of each interval.
    pub confidence: f64,
    /// The objectives with their intervals; empty when a replication was stopped.
    pub objectives: Vec<ObjectiveResult>,
    /// Why a replication was stopped, which counts as missed.
    pub stopped: Option<String>,
}

impl Trial {
    /// A candidate with which no worker ever serves a queue: it is missed, and nothing is simulated.
    pub(super) fn unserved(places: &[u32], queue: &str) -> Self {
        Self {
            places: places.to_vec(),
            verdict: Verdict::Missed,
            replications: 0,
            confidence: 1.0,
            objectives: Vec::new(),
            stopped: Some(format!("no worker serves the queue `{queue}`")),
        }
    }

    /// Whether it was missed without a simulation.
    #[must_use]
    pub fn is_unserved(&self) -> bool {
        self.replications == 0 && self.confidence >= 1.0
    }
}

/// Runs replications of candidates, those that the store holds excepted.
pub(super) struct Bench<'a> {
    pub(super) settings: &'a Settings,
    pub(super) store: &'a UnitStore,
    pub(super) on_progress: &'a (dyn Fn(Progress) + Sync),
    pub(super) done: u64,
}

impl Bench<'_> {
    /// Tries the candidate that is the `nth` (from 1) of the search.
    pub(super) fn try_candidate<E>(
        &mut self,
        point: &DesignPoint,
        places: &[u32],
        nth: usize,
    ) -> Result<Trial, SizeError<E>> {
        let settings =
            Settings { confidence: confidence_of(self.settings, point.objectives.len(), nth), ..self.settings.clone() };
        let kinds = Kinds::of(point, &settings);
        let mut made = Made::default();
        let mut trial = Trial {
            places: places.to_vec(),
            verdict: Verdict::Undecided,
            replications: 0,
            confidence: precision::confidence(&settings),
            objectives: Vec::new(),
            stopped: None,
        };
        for replications in precision::looks(&settings) {
            let numbers = numbers_at(kinds.as_ref(), &settings, replications);
            match made.add(&numbers, |fresh| self.batch(point, fresh).map(Some)) {
                Ok(_) => {}
                Err(RunError::Stopped(stopped)) if stopped.halt.reason == Reason::Backlog => {
                    let stopped = Some(stopped.halt.to_string());
                    return Ok(Trial { verdict: Verdict::Missed, objectives: Vec::new(), stopped, ..trial });
                }
                Err(error) => return Err(SizeError::Run(error)),
            }
            trial.replications = made.units.len() as u32;
            let strata = made.strata(kinds.as_ref());
            let so_far = Replications { units: &made.units, numbers: &made.numbers, strata: &strata };
            let objectives = summarise_objectives(point, &settings, so_far, Deadline::NONE);
            trial.objectives = objectives.expect("there is no end of the time");
            trial.verdict = overall(&trial.objectives);
            if trial.verdict != Verdict::Undecided
                || trial.objectives.iter().all(|objective| stays_undecided(objective, self.settings))
            {
                break;
            }
        }
        Ok(trial)
    }

    fn batch(&mut self, point: &DesignPoint, replications: &[u32]) -> Result<Vec<UnitResult>, RunError> {
        let plan = PointPlan::new(point, self.settings);
        let (before, count) = (self.done, replications.len() as u64);
        let done = std::sync::atomic::AtomicU64::new(before);
        let unit = |&replication: &u32| {
            let result = plan.take(self.store, replication);
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            (self.on_progress)(Progress { done, total: before + count });
            result
        };
        let units: Vec<_> = replications.par_iter().map(unit).collect();
        self.done += count;
        units.into_iter().collect()
    }
}

/// The confidence of an objective of the n-th candidate over all its looks together.
fn confidence_of(settings: &Settings, objectives: usize, nth: usize) -> Share {
    let error = (1.0 - settings.confidence.as_f64()) / (nth * (nth + 1) * objectives.max(1)) as f64;
    Share::new(1.0 - error).unwrap_or(settings.confidence)
}

/// Missed when one objective is; met when all are.
fn overall(objectives: &[ObjectiveResult]) -> Verdict {
    let all = |wanted: Verdict| objectives.iter().all(|objective| objective.verdict == wanted);
    match () {
        () if objectives.iter().any(|objective| objective.verdict == Verdict::Missed) => Verdict::Missed,
        () if all(Verdict::Met) => Verdict::Met,
        () => Verdict::Undecided,
    }
}

/// Whether more replications would not decide an objective: there is nothing to judge by, or its value is only known from below.
fn stays_undecided(objective: &ObjectiveResult, settings: &Settings) -> bool {
    let settled = settings.precision.and_then(|precision| precision::settled(objective, precision));
    settled.is_some() || objective.verdict == Verdict::NoData
}
