//! Validated distributions of positive quantities, by mean and cv or by percentiles.

use crate::random::Stream;

/// A distribution of a quantity that is never negative, such as a service time in seconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Distribution(f64);

impl Distribution {
    /// Exponential with this mean.
    ///
    /// # Errors
    /// When the mean is not positive and finite.
    pub fn exponential(mean: f64) -> Result<Self, DistributionError> {
        Ok(Self(mean))
    }

    /// Always this value.
    ///
    /// # Errors
    /// When the value is negative or not finite.
    pub fn constant(value: f64) -> Result<Self, DistributionError> {
        Ok(Self(value))
    }

    /// Draws a value.
    pub fn sample(&self, _stream: &mut Stream) -> f64 {
        todo!()
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0
    }
}

/// Why numbers do not make a distribution.
#[derive(Clone, PartialEq, Debug)]
pub struct DistributionError;
