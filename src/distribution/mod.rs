//! Validated distributions of quantities that are never negative, by mean and cv or by percentiles.
//!
//! A scenario's service and interarrival times become a [`Distribution`], which the engine draws from. The draws are
//! pinned: rand_distr's ziggurats (Exp1, `StandardNormal`) and uniforms underneath, everything above them here with
//! `libm`, so that the same stream gives the same bits on every platform; a test holds the first bits of every law.
//!
//! The coefficient of variation, *cv*, is the standard deviation divided by the mean.

mod bounded;
mod draw;
mod empirical;
mod error;
mod gamma;
mod lognormal;
mod mixture;
mod pareto;
mod percentiles;
mod root;
#[cfg(test)]
mod tests;
mod weibull;

pub use error::DistributionError;

use crate::random::Stream;
use bounded::{Constant, Triangular, Uniform};
use empirical::{Quantiles, Values};
use gamma::{Exponential, Gamma};
use lognormal::Lognormal;
use mixture::Mixture;
use pareto::BoundedPareto;
use weibull::Weibull;

/// A distribution of a quantity that is never negative, such as a service time in seconds. Its mean and variance are
/// finite.
#[derive(Clone, PartialEq, Debug)]
pub struct Distribution(Law);

/// What every law can do. Parameters were checked when it was made.
trait Shape {
    fn sample(&self, stream: &mut Stream) -> f64;
    fn mean(&self) -> f64;
    fn variance(&self) -> f64;
    /// P(X <= x) for x of at least 0.
    fn cdf(&self, x: f64) -> f64;
    /// The law of `factor` times the quantity.
    fn scaled(&self, factor: f64) -> Law;
}

#[derive(Clone, PartialEq, Debug)]
enum Law {
    Constant(Constant),
    Uniform(Uniform),
    Triangular(Triangular),
    Exponential(Exponential),
    Gamma(Gamma),
    Lognormal(Lognormal),
    Weibull(Weibull),
    BoundedPareto(BoundedPareto),
    Mixture(Mixture),
    Quantiles(Quantiles),
    Values(Values),
}

/// The one match over all laws; without dynamic calls, because the engine samples through it.
macro_rules! dispatch {
    ($law:expr, $shape:ident => $call:expr) => {
        match $law {
            Law::Constant($shape) => $call,
            Law::Uniform($shape) => $call,
            Law::Triangular($shape) => $call,
            Law::Exponential($shape) => $call,
            Law::Gamma($shape) => $call,
            Law::Lognormal($shape) => $call,
            Law::Weibull($shape) => $call,
            Law::BoundedPareto($shape) => $call,
            Law::Mixture($shape) => $call,
            Law::Quantiles($shape) => $call,
            Law::Values($shape) => $call,
        }
    };
}

impl Law {
    fn scaled(&self, factor: f64) -> Self {
        dispatch!(self, shape => shape.scaled(factor))
    }
}

impl Distribution {
    /// Whether it is an exponential distribution.
    #[must_use]
    pub fn is_exponential(&self) -> bool {
        matches!(self.0, Law::Exponential(_))
    }

    /// Draws a value, never negative. Takes a varying number of draws from the stream, so a purpose
    /// needs a stream of its own.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        // The most common law stays in line at the caller, where it costs little more than its ziggurat.
        if let Law::Exponential(exponential) = &self.0 {
            return exponential.sample(stream);
        }
        self.sample_out_of_line(stream)
    }

    /// Draws as many values as there is room for: what as many calls of [`Distribution::sample`] would draw.
    pub fn sample_all(&self, stream: &mut Stream, values: &mut [f64]) {
        // A copy that nothing else can see stays in registers.
        let mut draws = stream.clone();
        dispatch!(&self.0, shape => values.iter_mut().for_each(|value| *value = shape.sample(&mut draws)));
        *stream = draws;
    }

    #[inline(never)]
    fn sample_out_of_line(&self, stream: &mut Stream) -> f64 {
        dispatch!(&self.0, shape => shape.sample(stream))
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        dispatch!(&self.0, shape => shape.mean())
    }

    /// The coefficient of variation: standard deviation over mean; 0 when the mean is 0.
    #[must_use]
    pub fn cv(&self) -> f64 {
        let mean = self.mean();
        if mean > 0.0 { self.variance().sqrt() / mean } else { 0.0 }
    }

    /// The share of values that do not exceed `x`. For tests and explanations; the engine does not need it.
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 { 0.0 } else { dispatch!(&self.0, shape => shape.cdf(x)) }
    }

    /// The mean of the values that exceed `x`, times their share: what they contribute to the mean. Integrated numerically, to some
    /// per cent; 0 where none exceeds it.
    #[must_use]
    pub fn mean_beyond(&self, x: f64) -> f64 {
        /// More steps than it takes from a thousandth of the mean to what no value exceeds.
        const STEPS: usize = 2_000;
        let x = x.max(0.0);
        let exceed = |x: f64| 1.0 - self.cdf(x);
        let (mut at, mut left) = (x, exceed(x));
        let mut sum = x * left;
        for _ in 0..STEPS {
            if left <= 1e-15 {
                break;
            }
            let next = at + at.max(self.mean()) / 64.0;
            let beyond = exceed(next);
            sum += (next - at) * f64::midpoint(left, beyond);
            (at, left) = (next, beyond);
        }
        sum
    }

    /// The distribution of `factor` times the quantity.
    ///
    /// # Errors
    /// When the factor is not positive and finite, or the values become too large.
    pub fn scaled(&self, factor: f64) -> Result<Self, DistributionError> {
        error::check_positive("factor", factor)?;
        Self::checked(self.0.scaled(factor))
    }

    fn variance(&self) -> f64 {
        dispatch!(&self.0, shape => shape.variance())
    }

    /// The last wall: numbers that are valid one by one may still make moments that overflow.
    fn checked(law: Law) -> Result<Self, DistributionError> {
        let distribution = Self(law);
        if distribution.mean().is_finite() && distribution.variance().is_finite() {
            Ok(distribution)
        } else {
            Err(DistributionError::new("distribution", "its mean and standard deviation are too large to compute with"))
        }
    }
}
