//! Why a replication ends before its horizon.

use std::fmt;

use crate::model::ClassId;
use crate::units::SimTime;

/// A replication was stopped before its horizon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halt {
    /// Why.
    pub reason: Reason,
    /// The class with the most jobs staged or ready.
    pub class: ClassId,
    /// When.
    pub at: SimTime,
    /// Jobs staged or ready, of all classes.
    pub backlog: u64,
}

/// Why a replication was stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The backlog outgrew its limit.
    Backlog,
    /// There were more events than the limit.
    Events {
        /// What took most of them, as a path of the scenario such as `pools.workers.poll`.
        cause: String,
        /// The limit.
        limit: u64,
    },
    /// The observer asked for it.
    Stopped,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, class, at, backlog } = self;
        let at = at.as_secs_f64();
        match reason {
            Reason::Backlog => write!(
                f,
                "the backlog outgrew its limit: {backlog} jobs are staged or ready {at} s after the start, most of them \
                 of job class {} (counted from 0)",
                class.0
            ),
            Reason::Events { cause, limit } => {
                write!(f, "more than {limit} events up to {at} s after the start, most of them for `{cause}`")
            }
            Reason::Stopped => f.write_str("the run was stopped"),
        }
    }
}

impl std::error::Error for Halt {}
