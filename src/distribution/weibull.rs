//! The Weibull law.

use super::error::{check_cv, check_positive};
use super::percentiles::Pair;
use super::root::bisect;
use super::{Distribution, DistributionError, Law, Shape, draw};
use crate::random::Stream;

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Weibull {
    scale: f64,
    /// 1 / shape: a draw is the scale times a power of an exponential draw with this exponent.
    power: f64,
}

impl Distribution {
    /// Weibull with this mean and coefficient of variation.
    ///
    /// # Errors
    /// When the mean is not positive and finite, or the cv is not from 0.001 to 1000.
    pub fn weibull(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        check_positive("mean", mean)?;
        check_cv(cv)?;
        let power = power_of_cv(cv);
        let scale = libm::exp(libm::log(mean) - libm::lgamma(1.0 + power));
        Self::checked(Law::Weibull(Weibull { scale, power }))
    }

    /// Weibull with these two percentiles, each a share (0.99) and its value, in any order.
    ///
    /// # Errors
    /// When a share is not strictly between 0 and 1, a value is not positive and finite, or the larger share does not have
    /// the larger value: then no distribution has both.
    pub fn weibull_from_percentiles(a: (f64, f64), b: (f64, f64)) -> Result<Self, DistributionError> {
        let pair = Pair::new(a, b)?;
        let (low, high) = (log_of_exponential_quantile(pair.lower.0), log_of_exponential_quantile(pair.upper.0));
        let power = pair.log_ratio() / (high - low);
        let scale = libm::exp(libm::log(pair.lower.1) - power * low);
        Self::checked(Law::Weibull(Weibull { scale, power }))
    }
}

/// The exponent whose cv is the given one: 1 + cv^2 = gamma(1 + 2 p) / gamma(1 + p)^2, which increases in p. The bounds
/// enclose the solutions for every accepted cv.
fn power_of_cv(cv: f64) -> f64 {
    let target = libm::log1p(cv * cv);
    bisect(1e-4, 64.0, |power| log_moment_ratio(power) - target)
}

/// ln(E X^2 / (E X)^2) for this exponent.
fn log_moment_ratio(power: f64) -> f64 {
    libm::lgamma(1.0 + 2.0 * power) - 2.0 * libm::lgamma(1.0 + power)
}

/// ln(-ln(1 - share)).
fn log_of_exponential_quantile(share: f64) -> f64 {
    libm::log(-libm::log1p(-share))
}

impl Shape for Weibull {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> f64 {
        // A third of the time of `pow`, and the last bits do not matter here.
        self.scale * libm::exp(self.power * libm::log(draw::exponential(stream)))
    }

    fn mean(&self) -> f64 {
        self.scale * libm::exp(libm::lgamma(1.0 + self.power))
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        mean * mean * libm::expm1(log_moment_ratio(self.power))
    }

    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-libm::pow(x / self.scale, 1.0 / self.power))
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Weibull(Self { scale: self.scale * factor, power: self.power })
    }
}
