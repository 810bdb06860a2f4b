//! Alerts: what they count, when they fire, and who responds.

pub(crate) mod counters;
pub(crate) mod monitor;
pub(crate) mod state;
