//! Pairs of percentiles that determine a law with two parameters.

use super::DistributionError;
use super::error::require;

/// Two percentiles in ascending order: a share strictly between 0 and 1 and the value that this share does not exceed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Pair {
    pub(super) lower: (f64, f64),
    pub(super) upper: (f64, f64),
}

impl Pair {
    /// In any order. An error when no distribution has both, or only a constant.
    pub(super) fn new(a: (f64, f64), b: (f64, f64)) -> Result<Self, DistributionError> {
        for (share, value) in [a, b] {
            require(share > 0.0 && share < 1.0, "percentiles", || {
                format!("must be between 0 and 100 %, both excluded, got {}", percent(share))
            })?;
            require(value.is_finite() && value > 0.0, "percentiles", || {
                format!("{} must be positive and finite, got {value:?}", percent(share))
            })?;
        }
        let (lower, upper) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        check_order(lower, upper)?;
        Ok(Self { lower, upper })
    }

    /// The logarithm of the ratio of the two values; positive.
    pub(super) fn log_ratio(&self) -> f64 {
        libm::log(self.upper.1) - libm::log(self.lower.1)
    }
}

fn check_order(lower: (f64, f64), upper: (f64, f64)) -> Result<(), DistributionError> {
    let (low, high) = (percent(lower.0), percent(upper.0));
    require(lower.0 < upper.0, "percentiles", || format!("two different percentiles are needed, got {low} twice"))?;
    require(lower.1 < upper.1, "percentiles", || {
        format!("no distribution has {low} = {:?} and {high} = {:?}: {high} must be above {low}", lower.1, upper.1)
    })
}

/// `p99.9` for the share 0.999.
fn percent(share: f64) -> String {
    format!("p{}", (share * 1e8).round() / 1e6)
}
