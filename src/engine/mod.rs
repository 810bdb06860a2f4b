//! One replication of a model: a pure function of (model, seed) that reports to an [`Observer`].
//!
//! The run covers the times from zero up to, but not including, the horizon. Simultaneous events happen in this order:
//! samples (they see the state before), completions (they free workers before arrivals take them), changes and outages of
//! dispatchers, wake-ups of dispatchers, arrivals; within a kind, in the order in which they were scheduled.

mod observer;

pub use observer::{Completion, Created, Observer, Place, Ready, Start, Unfinished, World};

use std::fmt;

use crate::model::{ClassId, Model};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

/// Simulates one replication.
///
/// # Errors
/// [`Halt`] when more jobs are staged and ready than the model's backlog limit.
pub fn simulate<O: Observer>(_model: &Model, _seed: ReplicationSeed, _observer: &mut O) -> Result<(), Halt> {
    todo!()
}

/// Why a replication was stopped before its horizon: the backlog outgrew its limit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halt {
    /// The class with the most jobs staged or ready.
    pub class: ClassId,
    /// When.
    pub at: SimTime,
    /// Jobs staged or ready, of all classes.
    pub backlog: u64,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the backlog reached {} jobs", self.backlog)
    }
}

impl std::error::Error for Halt {}
