//! Laws on an interval: constant, uniform, triangular.

use super::error::{check_not_negative, require};
use super::{Distribution, DistributionError, Law, Shape, draw};
use crate::random::Stream;

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Constant {
    value: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Uniform {
    low: f64,
    width: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
}

impl Distribution {
    /// Always this value.
    ///
    /// # Errors
    /// When the value is negative or not finite.
    pub fn constant(value: f64) -> Result<Self, DistributionError> {
        check_not_negative("value", value)?;
        Self::checked(Law::Constant(Constant { value }))
    }

    /// Every value from `low` to `high` is equally likely.
    ///
    /// # Errors
    /// When `low` is negative, `high` is not above it, or one is not finite.
    pub fn uniform(low: f64, high: f64) -> Result<Self, DistributionError> {
        check_interval(low, high)?;
        Self::checked(Law::Uniform(Uniform { low, width: high - low }))
    }

    /// The density rises linearly from `low` to `mode` and falls linearly to `high`.
    ///
    /// # Errors
    /// When `low` is negative, `high` is not above it, `mode` is outside, or one is not finite.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, DistributionError> {
        check_interval(low, high)?;
        require((low..=high).contains(&mode), "mode", || {
            format!("must be from `low` ({low:?}) to `high` ({high:?}), got {mode:?}")
        })?;
        Self::checked(Law::Triangular(Triangular { low, mode, high }))
    }
}

fn check_interval(low: f64, high: f64) -> Result<(), DistributionError> {
    check_not_negative("low", low)?;
    check_not_negative("high", high)?;
    require(low < high, "high", || format!("must be above `low` ({low:?}), got {high:?}"))
}

impl Shape for Constant {
    #[inline]
    fn sample(&self, _stream: &mut Stream) -> f64 {
        self.value
    }

    fn mean(&self) -> f64 {
        self.value
    }

    fn variance(&self) -> f64 {
        0.0
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.value { 1.0 } else { 0.0 }
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Constant(Self { value: self.value * factor })
    }
}

impl Shape for Uniform {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> f64 {
        self.low + self.width * draw::uniform(stream)
    }

    fn mean(&self) -> f64 {
        self.low + self.width / 2.0
    }

    fn variance(&self) -> f64 {
        self.width * self.width / 12.0
    }

    fn cdf(&self, x: f64) -> f64 {
        ((x - self.low) / self.width).clamp(0.0, 1.0)
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Uniform(Self { low: self.low * factor, width: self.width * factor })
    }
}

impl Shape for Triangular {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> f64 {
        let width = self.high - self.low;
        let u = draw::uniform(stream);
        if u * width < self.mode - self.low {
            self.low + (u * width * (self.mode - self.low)).sqrt()
        } else {
            self.high - ((1.0 - u) * width * (self.high - self.mode)).sqrt()
        }
    }

    fn mean(&self) -> f64 {
        (self.low + self.mode + self.high) / 3.0
    }

    fn variance(&self) -> f64 {
        let (rise, width) = (self.mode - self.low, self.high - self.low);
        (width * width - rise * width + rise * rise) / 18.0
    }

    fn cdf(&self, x: f64) -> f64 {
        let width = self.high - self.low;
        if x <= self.low {
            0.0
        } else if x <= self.mode {
            (x - self.low) * (x - self.low) / (width * (self.mode - self.low))
        } else if x < self.high {
            1.0 - (self.high - x) * (self.high - x) / (width * (self.high - self.mode))
        } else {
            1.0
        }
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Triangular(Self { low: self.low * factor, mode: self.mode * factor, high: self.high * factor })
    }
}
