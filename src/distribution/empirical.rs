//! Laws from measurements: a table of quantiles, or a list of values.

use std::sync::Arc;

use super::error::require;
use super::{Distribution, DistributionError, Law, Shape, draw};
use crate::random::Stream;

/// Piecewise linear between its points.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Quantiles {
    points: Arc<[Point]>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Point {
    share: f64,
    value: f64,
}

/// Each of these, ascending, with equal probability.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Values {
    values: Arc<[f64]>,
}

impl Distribution {
    /// The law whose quantile function goes linearly through these points, each a share and the value that this share does
    /// not exceed: from the minimum (share 0) to the maximum (share 1).
    ///
    /// # Errors
    /// When the first share is not 0, the last is not 1, the shares do not ascend, the values descend, or one is negative or
    /// not finite.
    pub fn empirical_quantiles(points: &[(f64, f64)]) -> Result<Self, DistributionError> {
        let shares = (points.first().map(|first| first.0), points.last().map(|last| last.0));
        require(points.len() >= 2 && shares == (Some(0.0), Some(1.0)), "quantiles", || {
            "must start with the minimum (share 0) and end with the maximum (share 1)".into()
        })?;
        check_values("quantiles", points.iter().map(|point| point.1))?;
        points.windows(2).try_for_each(check_ascending)?;
        let points = points.iter().map(|&(share, value)| Point { share, value }).collect();
        Self::checked(Law::Quantiles(Quantiles { points }))
    }

    /// Each of these values with equal probability.
    ///
    /// # Errors
    /// When there is no value, or one is negative or not finite.
    pub fn empirical_values(mut values: Vec<f64>) -> Result<Self, DistributionError> {
        require(!values.is_empty(), "values", || "at least one is needed, got none".into())?;
        check_values("values", values.iter().copied())?;
        values.sort_by(f64::total_cmp);
        Self::checked(Law::Values(Values { values: values.into() }))
    }
}

fn check_values(parameter: &'static str, mut values: impl Iterator<Item = f64>) -> Result<(), DistributionError> {
    let wrong = values.find(|value| !value.is_finite() || *value < 0.0);
    wrong.map_or(Ok(()), |value| {
        Err(DistributionError::new(parameter, format!("every value must be finite and not negative, got {value:?}")))
    })
}

fn check_ascending(pair: &[(f64, f64)]) -> Result<(), DistributionError> {
    let ((share, value), (next_share, next_value)) = (pair[0], pair[1]);
    require(share < next_share, "quantiles", || format!("the shares must ascend, got {next_share:?} after {share:?}"))?;
    require(value <= next_value, "quantiles", || {
        format!("no distribution has a smaller value for a larger share, got {next_value:?} after {value:?}")
    })
}

impl Quantiles {
    /// The mean over the pieces of a figure of (lower value, upper value), weighted with their shares.
    fn weigh(&self, figure: impl Fn(f64, f64) -> f64) -> f64 {
        let pieces = self.points.windows(2);
        pieces.map(|piece| (piece[1].share - piece[0].share) * figure(piece[0].value, piece[1].value)).sum()
    }
}

impl Shape for Quantiles {
    fn sample(&self, stream: &mut Stream) -> f64 {
        let u = draw::uniform(stream);
        // The first share is 0 and the last 1, so there is a point on either side of u.
        let above = self.points.partition_point(|point| point.share <= u);
        let (low, high) = (self.points[above - 1], self.points[above]);
        low.value + (high.value - low.value) * ((u - low.share) / (high.share - low.share))
    }

    fn mean(&self) -> f64 {
        self.weigh(f64::midpoint)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.weigh(|low, high| {
            let (a, b) = (low - mean, high - mean);
            (a * a + a * b + b * b) / 3.0
        })
    }

    fn cdf(&self, x: f64) -> f64 {
        let above = self.points.partition_point(|point| point.value <= x);
        if above == 0 {
            return 0.0;
        }
        let low = self.points[above - 1];
        self.points
            .get(above)
            .map_or(1.0, |high| low.share + (high.share - low.share) * ((x - low.value) / (high.value - low.value)))
    }

    fn scaled(&self, factor: f64) -> Law {
        let scale = |point: &Point| Point { share: point.share, value: point.value * factor };
        Law::Quantiles(Self { points: self.points.iter().map(scale).collect() })
    }
}

impl Shape for Values {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> f64 {
        self.values[draw::index(stream, self.values.len())]
    }

    fn mean(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.values.len() as f64
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.values.iter().map(|value| (value - mean) * (value - mean)).sum();
        squares / self.values.len() as f64
    }

    fn cdf(&self, x: f64) -> f64 {
        self.values.partition_point(|value| *value <= x) as f64 / self.values.len() as f64
    }

    fn scaled(&self, factor: f64) -> Law {
        Law::Values(Self { values: self.values.iter().map(|value| value * factor).collect() })
    }
}
