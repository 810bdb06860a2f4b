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
pub fn parse_duration(text: &str) -> Result<SimDuration, UnitError> {
    let fail =
        || UnitError { message: format!("`{text}` is no duration"), accepted: "a duration such as `30s`".to_owned() };
    let text_of = text.trim();
    let end = text_of.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(fail)?;
    let number: f64 = text_of[..end].trim().parse().map_err(|_| fail())?;
    let unit = match &text_of[end..] {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return Err(fail()),
    };
    Ok(SimDuration::from_secs_f64(number * unit))
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
