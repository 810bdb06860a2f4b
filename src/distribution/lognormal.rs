//! The lognormal law: the exponential of a normal quantity.

use super::error::{check_cv, check_positive};
use super::percentiles::Pair;
use super::root::bisect;
use super::{Distribution, DistributionError, Law, Shape, draw};
use crate::random::Stream;

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Lognormal {
    /// Mean and standard deviation of the logarithm.
    mu: f64,
    sigma: f64,
}

impl Distribution {
    /// Lognormal with this mean and coefficient of variation.
    ///
    /// # Errors
    /// When the mean is not positive and finite, or the cv is not from 0.001 to 1000.
    pub fn lognormal(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        check_positive("mean", mean)?;
        check_cv(cv)?;
        let variance_of_log = libm::log1p(cv * cv);
        let mu = libm::log(mean) - variance_of_log / 2.0;
        Self::checked(Law::Lognormal(Lognormal { mu, sigma: variance_of_log.sqrt() }))
    }

    /// Lognormal with these two percentiles, each a share (0.99) and its value, in any order.
    ///
    /// # Errors
    /// When a share is not strictly between 0 and 1, a value is not positive and finite, or the larger share does not have
    /// the larger value: then no distribution has both.
    pub fn lognormal_from_percentiles(a: (f64, f64), b: (f64, f64)) -> Result<Self, DistributionError> {
        let pair = Pair::new(a, b)?;
        let (low, high) = (normal_quantile(pair.lower.0), normal_quantile(pair.upper.0));
        let sigma = pair.log_ratio() / (high - low);
        let mu = libm::log(pair.lower.1) - sigma * low;
        Self::checked(Law::Lognormal(Lognormal { mu, sigma }))
    }
}

/// The value that a standard normal quantity does not exceed with probability `share`.
pub(super) fn normal_quantile(share: f64) -> f64 {
    // The tail below is represented more finely than the one above.
    if share > 0.5 {
        return -normal_quantile(1.0 - share);
    }
    bisect(-40.0, 0.0, |x| normal_cdf(x) - share)
}

fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

impl Shape for Lognormal {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> f64 {
        libm::exp(self.mu + self.sigma * draw::normal(stream))
    }

    fn mean(&self) -> f64 {
        libm::exp(self.mu + self.sigma * self.sigma / 2.0)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        mean * mean * libm::expm1(self.sigma * self.sigma)
    }

    fn cdf(&self, x: f64) -> f64 {
        normal_cdf((libm::log(x) - self.mu) / self.sigma)
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Lognormal(Self { mu: self.mu + libm::log(factor), sigma: self.sigma })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_are_the_published_ones() {
        // Odeh and Evans; NIST/SEMATECH e-Handbook, section 1.3.6.7.1.
        let known = [
            (0.5, 0.0),
            (0.75, 0.674_489_750_196_081_7),
            (0.95, 1.644_853_626_951_472_2),
            (0.99, 2.326_347_874_040_840_8),
            (0.001, -3.090_232_306_167_813_6),
            (0.9999, 3.719_016_485_455_709),
        ];
        for (share, quantile) in known {
            assert!((normal_quantile(share) - quantile).abs() < 1e-12, "{share}");
        }
    }
}
