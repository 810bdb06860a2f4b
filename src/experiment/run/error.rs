//! How far a run is, and why it gave no results.

use std::fmt;

use super::store::StoreError;
use crate::engine::{Halt, Reason};
use crate::model::DesignPoint;

/// Progress of a run, called from any thread after each unit.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Units (a design point's replication) done.
    pub done: u64,
    /// Units in all, as far as is known: with a rule of precision more may be added.
    pub total: u64,
}

/// Why a study gave no results: a replication was stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stopped {
    /// Name of the alternative.
    pub alternative: String,
    /// Swept values.
    pub sweep: Vec<String>,
    /// The replication, from 0.
    pub replication: u32,
    /// Name of the class with the largest backlog.
    pub class: String,
    /// What happened.
    pub halt: Box<Halt>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alternative, replication, class, halt, .. } = self;
        write!(f, "alternative `{alternative}`")?;
        if !self.sweep.is_empty() {
            write!(f, " at {}", self.sweep.join(", "))?;
        }
        write!(f, ", replication {replication}: {halt}")?;
        if halt.reason == Reason::Backlog { write!(f, ", most of them of class `{class}`") } else { Ok(()) }
    }
}

impl std::error::Error for Stopped {}

/// Why a run with stored units gave no results.
#[derive(Debug)]
pub enum RunError {
    /// A replication was stopped.
    Stopped(Stopped),
    /// A result could not be stored.
    Store(StoreError),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped(stopped) => stopped.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RunError {}

impl From<StoreError> for RunError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Stopped> for RunError {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// A replication of a design point was stopped.
pub(in crate::experiment) fn stopped(point: &DesignPoint, replication: u32, halt: Halt) -> Stopped {
    Stopped {
        alternative: point.alternative.clone(),
        sweep: point.sweep.clone(),
        replication,
        class: point.model.classes()[halt.class.index()].name.clone(),
        halt: Box::new(halt),
    }
}
