//! Searching for an answer, candidate by candidate.

use super::error::SizeError;
use super::search::{Row, search};
use super::several::{Sizes, cheapest};
use super::trial::{Bench, Trial};
use super::unserved::unserved;
use crate::experiment::results::Verdict;
use crate::experiment::run::error::Progress;
use crate::experiment::run::store::UnitStore;
use crate::model::{DesignPoint, Settings};

/// What a search is made on.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// How candidates are run: replications of the first look, most replications, confidence of the answer.
    pub settings: &'a Settings,
    /// Where units are stored.
    pub store: &'a UnitStore,
    /// Called from any thread after each unit.
    pub on_progress: &'a (dyn Fn(Progress) + Sync),
}

/// What a search came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Sizing {
    /// The places of the answer; `None`: nothing that was tried meets all objectives.
    pub answer: Option<Vec<u32>>,
    /// Whether nothing is left open between the answer and what misses.
    pub decided: bool,
    /// What was tried, in that order.
    pub trials: Vec<Trial>,
}

impl Sizing {
    /// Replications made in all.
    #[must_use]
    pub fn replications(&self) -> u64 {
        self.trials.iter().map(|trial| u64::from(trial.replications)).sum()
    }
}

/// The hardest place of a row that meets all objectives.
///
/// # Errors
/// [`SizeError`] when a candidate could not be made or its results not stored.
pub fn size_one<E>(
    row: Row,
    means: Means<'_>,
    candidate: &dyn Fn(&[u32]) -> Result<DesignPoint, E>,
) -> Result<Sizing, SizeError<E>> {
    let mut trials = Trials::new(means, candidate);
    let found = search(row, &mut |place| trials.judge(&[place]))?;
    let answer = found.met.map(|place| vec![place]);
    trials.finish(answer, found.is_decided(row.places))
}

/// The cheapest places in several rows, the first of each row being the fewest workers, that meet all objectives.
///
/// # Errors
/// [`SizeError`] when a candidate could not be made or its results not stored.
pub fn size_several<E>(
    sizes: &Sizes,
    means: Means<'_>,
    candidate: &dyn Fn(&[u32]) -> Result<DesignPoint, E>,
) -> Result<Sizing, SizeError<E>> {
    let mut trials = Trials::new(means, candidate);
    let (answer, decided) = cheapest(sizes, &mut |places| trials.judge(places))?;
    trials.finish(answer, decided)
}

/// The candidates that were tried so far.
struct Trials<'a, E> {
    bench: Bench<'a>,
    candidate: &'a dyn Fn(&[u32]) -> Result<DesignPoint, E>,
    tried: Vec<Trial>,
}

impl<'a, E> Trials<'a, E> {
    fn new(means: Means<'a>, candidate: &'a dyn Fn(&[u32]) -> Result<DesignPoint, E>) -> Self {
        let Means { settings, store, on_progress } = means;
        Self { bench: Bench { settings, store, on_progress, done: 0 }, candidate, tried: Vec::new() }
    }

    fn judge(&mut self, places: &[u32]) -> Result<Verdict, SizeError<E>> {
        if let Some(trial) = self.tried.iter().find(|trial| trial.places == places) {
            return Ok(trial.verdict);
        }
        let point = (self.candidate)(places).map_err(SizeError::Candidate)?;
        let trial = match unserved(&point.model) {
            Some(queue) => Trial::unserved(places, queue),
            None => self.bench.try_candidate(&point, places, self.simulated() + 1)?,
        };
        let verdict = trial.verdict;
        self.tried.push(trial);
        Ok(verdict)
    }

    /// How many candidates were simulated: only those can be judged wrongly.
    fn simulated(&self) -> usize {
        self.tried.iter().filter(|trial| !trial.is_unserved()).count()
    }

    fn finish(self, answer: Option<Vec<u32>>, decided: bool) -> Result<Sizing, SizeError<E>> {
        self.bench.store.tidy().map_err(|error| SizeError::Run(error.into()))?;
        Ok(Sizing { answer, decided, trials: self.tried })
    }
}
