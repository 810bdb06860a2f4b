//! What an autoscaler sees.

use crate::units::SimTime;

/// What an autoscaler knows when it decides.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Reading {
    pub(crate) now: SimTime,
    /// The metric over the whole pool.
    pub(crate) metric: f64,
    /// Workers that are wanted so far, those that still boot included.
    pub(crate) current: u32,
    /// Workers that are up.
    pub(crate) ready: u32,
}

/// The least whole number that is not below, but for what the last bits of a quotient add.
pub(crate) fn ceil(exact: f64) -> u32 {
    (exact - 1e-9 * exact.max(1.0)).ceil() as u32
}
