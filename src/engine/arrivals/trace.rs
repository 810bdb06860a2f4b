//! Recorded arrivals, in the order of the trace.

use super::Due;
use crate::model::{Trace, TraceRow};
use crate::units::{SimDuration, SimTime};

/// What was recorded of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) struct Recorded {
    /// `None`: drawn from the service time of the class.
    pub(in crate::engine) service: Option<SimDuration>,
    pub(in crate::engine) tenant: u16,
}

#[derive(Clone, Debug)]
pub(super) struct Replay<'m> {
    rows: std::slice::Iter<'m, TraceRow>,
    due: Option<Recorded>,
}

impl<'m> Replay<'m> {
    pub(super) fn new(trace: &'m Trace) -> Self {
        Self { rows: trace.rows.iter(), due: None }
    }

    pub(super) fn due(&self) -> Due {
        self.due.map_or(Due::Nothing, Due::Recorded)
    }

    pub(super) fn next(&mut self) -> SimTime {
        let row = self.rows.next();
        self.due = row.map(|row| Recorded { service: row.service, tenant: row.tenant });
        row.map_or(SimTime::NEVER, |row| row.at)
    }
}
