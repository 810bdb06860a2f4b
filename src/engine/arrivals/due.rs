//! What is due when a source says so.

use crate::model::ClassId;
use crate::units::SimDuration;

/// What is due at the time a source has stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    /// A job whose service time and tenant are drawn.
    Job,
    /// A job unless its dispatcher is down.
    Tick,
    /// A recorded job.
    Recorded(Recorded),
    /// Only a change of the state of the source.
    Nothing,
}

/// What was recorded of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Recorded {
    pub(crate) class: ClassId,
    /// `None`: drawn from the service time of the class.
    pub(crate) service: Option<SimDuration>,
    pub(crate) tenant: u16,
}
