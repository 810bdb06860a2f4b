//! What is wrong with the numbers of a distribution.

use std::fmt;

/// The coefficients of variation that the laws by mean and cv accept. Below, the quantity is constant for all that can
/// be measured; above, simulated means do not converge.
pub(super) const CV_RANGE: std::ops::RangeInclusive<f64> = 0.001..=1_000.0;

/// Why numbers do not make a distribution: which one is wrong, what was found and what is accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DistributionError {
    parameter: &'static str,
    problem: String,
}

impl DistributionError {
    pub(super) fn new(parameter: &'static str, problem: impl Into<String>) -> Self {
        Self { parameter, problem: problem.into() }
    }

    /// The parameter that is wrong, such as `mean`, `cv`, `shape`, `low`, `high`, `percentiles`, `parts`, `quantiles`, `values`.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        self.parameter
    }

    /// What is wrong with it, such as `must be positive and finite, got -1`.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for DistributionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.parameter, self.problem)
    }
}

impl std::error::Error for DistributionError {}

pub(super) fn check_positive(parameter: &'static str, value: f64) -> Result<(), DistributionError> {
    require(value.is_finite() && value > 0.0, parameter, || format!("must be positive and finite, got {value:?}"))
}

pub(super) fn check_not_negative(parameter: &'static str, value: f64) -> Result<(), DistributionError> {
    require(value.is_finite() && value >= 0.0, parameter, || format!("must be finite and not negative, got {value:?}"))
}

pub(super) fn check_cv(cv: f64) -> Result<(), DistributionError> {
    let (least, most) = (CV_RANGE.start(), CV_RANGE.end());
    require(CV_RANGE.contains(&cv), "cv", || {
        format!("must be from {least} to {most}, got {cv:?} (without variation use `constant`)")
    })
}

pub(super) fn require(
    holds: bool,
    parameter: &'static str,
    problem: impl FnOnce() -> String,
) -> Result<(), DistributionError> {
    if holds { Ok(()) } else { Err(DistributionError::new(parameter, problem())) }
}
