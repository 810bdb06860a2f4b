//! What a run prints.

pub(crate) mod outcome;
pub(crate) mod sparkline;
