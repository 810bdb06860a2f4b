//! From text with a unit to a quantity.

use super::{Rate, Share, SimDuration};

/// Why a text is not a quantity: what is accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitError {
    /// What was wrong, such as "`40` has no unit".
    pub message: String,
    /// What is accepted, such as "a duration such as `250ms`, `30s` or `25h5m`".
    pub accepted: String,
}

/// A duration such as `250ms`, `30s`, `25h5m`.
///
/// # Errors
/// [`UnitError`] when it is none, negative or too long.
pub fn parse_duration(_text: &str) -> Result<SimDuration, UnitError> {
    todo!()
}

/// A rate such as `40/s`, `3/min`, `14.4/h`.
///
/// # Errors
/// [`UnitError`] when it is none or negative.
pub fn parse_rate(_text: &str) -> Result<Rate, UnitError> {
    todo!()
}

/// A share such as `99%` or `0.2%`.
///
/// # Errors
/// [`UnitError`] when it is none or outside 0 to 100 %.
pub fn parse_share(_text: &str) -> Result<Share, UnitError> {
    todo!()
}

/// A count such as `5000`, `5_000`, `5k`, `1.2M`.
///
/// # Errors
/// [`UnitError`] when it is none or negative.
pub fn parse_count(_text: &str) -> Result<f64, UnitError> {
    todo!()
}
