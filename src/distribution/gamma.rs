//! The gamma family: exponential, Erlang, gamma.
//!
//! Gamma draws: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000), on our own
//! draws; below shape 1 the draw for shape + 1 times U^(1/shape), from the same paper.

use super::error::{check_cv, check_positive, require};
use super::{Distribution, DistributionError, Law, Shape, draw};
use crate::random::Stream;

const MAX_ERLANG_SHAPE: u32 = 1_000_000;

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Exponential {
    mean: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Gamma {
    shape: f64,
    scale: f64,
    /// d and c of Marsaglia and Tsang for the shape, or for shape + 1 when it is below 1.
    d: f64,
    c: f64,
}

impl Distribution {
    /// Exponential with this mean; its cv is 1.
    ///
    /// # Errors
    /// When the mean is not positive and finite.
    pub fn exponential(mean: f64) -> Result<Self, DistributionError> {
        check_positive("mean", mean)?;
        Self::checked(Law::Exponential(Exponential { mean }))
    }

    /// The sum of `shape` equal exponential stages; its cv is 1 / sqrt(shape).
    ///
    /// # Errors
    /// When the shape is 0 or above a million, or the mean is not positive and finite.
    pub fn erlang(shape: u32, mean: f64) -> Result<Self, DistributionError> {
        require((1..=MAX_ERLANG_SHAPE).contains(&shape), "shape", || {
            format!("must be from 1 to {MAX_ERLANG_SHAPE}, got {shape}")
        })?;
        check_positive("mean", mean)?;
        match shape {
            1 => Self::exponential(mean),
            _ => Self::checked(Law::Gamma(Gamma::new(f64::from(shape), mean / f64::from(shape)))),
        }
    }

    /// Gamma with this mean and coefficient of variation.
    ///
    /// # Errors
    /// When the mean is not positive and finite, or the cv is not from 0.001 to 1000.
    pub fn gamma(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        check_positive("mean", mean)?;
        check_cv(cv)?;
        Self::checked(Law::Gamma(Gamma::new(1.0 / (cv * cv), mean * cv * cv)))
    }
}

impl Shape for Exponential {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> f64 {
        self.mean * draw::exponential(stream)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean * self.mean
    }

    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-x / self.mean)
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Exponential(Self { mean: self.mean * factor })
    }
}

impl Gamma {
    fn new(shape: f64, scale: f64) -> Self {
        let boosted = if shape < 1.0 { shape + 1.0 } else { shape };
        let d = boosted - 1.0 / 3.0;
        Self { shape, scale, d, c: 1.0 / (9.0 * d).sqrt() }
    }

    fn sample_boosted(&self, stream: &mut Stream) -> f64 {
        loop {
            let x = draw::normal(stream);
            let root = 1.0 + self.c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = draw::uniform(stream);
            let square = x * x;
            // The squeeze spares the logarithms in all but a few draws in a hundred.
            if u < 1.0 - 0.0331 * square * square || libm::log(u) < 0.5 * square + self.d * (1.0 - v + libm::log(v)) {
                return self.d * v;
            }
        }
    }
}

impl Shape for Gamma {
    fn sample(&self, stream: &mut Stream) -> f64 {
        let boosted = self.scale * self.sample_boosted(stream);
        if self.shape >= 1.0 {
            return boosted;
        }
        // U^(1/shape), as -ln U is exponential.
        boosted * libm::exp(-draw::exponential(stream) / self.shape)
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn variance(&self) -> f64 {
        self.shape * self.scale * self.scale
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { statrs::function::gamma::gamma_lr(self.shape, x / self.scale) } else { 0.0 }
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Gamma(Self { scale: self.scale * factor, ..self.clone() })
    }
}
