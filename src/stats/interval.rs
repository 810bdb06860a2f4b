//! Student t intervals of a mean over replications.

use serde::{Deserialize, Serialize};

/// A mean over replications with its confidence interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Lower end of the interval; `None` with fewer than two values.
    pub low: Option<f64>,
    /// Upper end of the interval; `None` with fewer than two values.
    pub high: Option<f64>,
    /// How many values.
    pub count: u32,
}

impl Estimate {
    /// The mean of `values` with the Student t interval of this `confidence` (0 to 1); `None` without values.
    #[must_use]
    pub fn of(_values: &[f64], _confidence: f64) -> Option<Self> {
        todo!()
    }
}

/// The two-sided quantile of Student's t distribution: P(|T| <= t) = `confidence`.
#[must_use]
pub fn student_t(_confidence: f64, _degrees_of_freedom: u32) -> f64 {
    todo!()
}
