//! Validated distributions of positive quantities, by mean and cv or by percentiles.

use rand::RngExt;
use rand_distr::{Distribution as _, Exp1, StandardNormal};

use crate::random::Stream;

/// A distribution of a quantity that is never negative, such as a service time in seconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Distribution(Law);

#[derive(Clone, PartialEq, Debug)]
enum Law {
    Constant(f64),
    Uniform { low: f64, width: f64 },
    Exponential(f64),
    Lognormal { mu: f64, sigma: f64 },
    Mixture(Vec<(f64, Distribution)>),
}

impl Distribution {
    /// Exponential with this mean.
    ///
    /// # Errors
    /// When the mean is not positive and finite.
    pub fn exponential(mean: f64) -> Result<Self, DistributionError> {
        Ok(Self(Law::Exponential(mean)))
    }

    /// Uniform.
    ///
    /// # Errors
    /// When wrong.
    pub fn uniform(low: f64, high: f64) -> Result<Self, DistributionError> {
        Ok(Self(Law::Uniform { low, width: high - low }))
    }

    /// Lognormal by mean and cv.
    ///
    /// # Errors
    /// When wrong.
    pub fn lognormal(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        let variance = libm::log1p(cv * cv);
        Ok(Self(Law::Lognormal { mu: libm::log(mean) - variance / 2.0, sigma: variance.sqrt() }))
    }

    /// Mixture.
    ///
    /// # Errors
    /// When wrong.
    pub fn mixture(parts: Vec<(f64, Distribution)>) -> Result<Self, DistributionError> {
        Ok(Self(Law::Mixture(parts)))
    }

    /// Always this value.
    ///
    /// # Errors
    /// When the value is negative or not finite.
    pub fn constant(value: f64) -> Result<Self, DistributionError> {
        Ok(Self(Law::Constant(value)))
    }

    /// Draws a value.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match &self.0 {
            Law::Constant(value) => *value,
            Law::Uniform { low, width } => low + width * stream.random::<f64>(),
            Law::Exponential(mean) => {
                let e: f64 = Exp1.sample(stream);
                mean * e
            }
            Law::Lognormal { mu, sigma } => {
                let n: f64 = StandardNormal.sample(stream);
                libm::exp(mu + sigma * n)
            }
            Law::Mixture(parts) => {
                let mut u = stream.random::<f64>();
                for (p, d) in parts {
                    if u < *p {
                        return d.sample(stream);
                    }
                    u -= p;
                }
                parts[parts.len() - 1].1.sample(stream)
            }
        }
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match &self.0 {
            Law::Constant(value) => *value,
            Law::Uniform { low, width } => low + width / 2.0,
            Law::Exponential(mean) => *mean,
            Law::Lognormal { mu, sigma } => libm::exp(mu + sigma * sigma / 2.0),
            Law::Mixture(parts) => parts.iter().map(|(p, d)| p * d.mean()).sum(),
        }
    }
}

/// Why numbers do not make a distribution.
#[derive(Clone, PartialEq, Debug)]
pub struct DistributionError;
