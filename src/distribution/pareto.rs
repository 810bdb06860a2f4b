//! The bounded Pareto law: a power tail that is cut off, as measured for job sizes.
//!
//! Literature: Harchol-Balter, "Performance Modeling and Design of Computer Systems", 2013, section 20.5.

use super::error::{check_positive, require};
use super::{Distribution, DistributionError, Law, Shape, draw};
use crate::random::Stream;

#[derive(Clone, PartialEq, Debug)]
pub(super) struct BoundedPareto {
    shape: f64,
    low: f64,
    high: f64,
    /// 1 - (low / high)^shape: the share of the unbounded law that lies below `high`.
    kept: f64,
}

impl Distribution {
    /// Pareto between `low` and `high`: P(X > x) is in proportion to x^-shape, less its value at `high`.
    ///
    /// # Errors
    /// When the shape or `low` is not positive, `high` is not above `low`, or one is not finite.
    pub fn bounded_pareto(shape: f64, low: f64, high: f64) -> Result<Self, DistributionError> {
        check_positive("shape", shape)?;
        check_positive("low", low)?;
        check_positive("high", high)?;
        require(low < high, "high", || format!("must be above `low` ({low:?}), got {high:?}"))?;
        Self::checked(Law::BoundedPareto(BoundedPareto::new(shape, low, high)))
    }
}

impl BoundedPareto {
    fn new(shape: f64, low: f64, high: f64) -> Self {
        Self { shape, low, high, kept: -libm::expm1(-shape * libm::log(high / low)) }
    }

    /// E X^order.
    fn moment(&self, order: f64) -> f64 {
        let log_ratio = libm::log(self.high / self.low);
        let exponent = order - self.shape;
        let integral = if exponent == 0.0 { log_ratio } else { libm::expm1(exponent * log_ratio) / exponent };
        self.shape / self.kept * integral * libm::pow(self.low, order)
    }
}

impl Shape for BoundedPareto {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> f64 {
        let beyond = 1.0 - draw::uniform(stream) * self.kept;
        // A third of the time of `pow`, and the last bits do not matter here.
        (self.low * libm::exp(-libm::log(beyond) / self.shape)).clamp(self.low, self.high)
    }

    fn mean(&self) -> f64 {
        self.moment(1.0)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        (self.moment(2.0) - mean * mean).max(0.0)
    }

    fn cdf(&self, x: f64) -> f64 {
        let x = x.clamp(self.low, self.high);
        -libm::expm1(-self.shape * libm::log(x / self.low)) / self.kept
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::BoundedPareto(Self { low: self.low * factor, high: self.high * factor, ..self.clone() })
    }
}
