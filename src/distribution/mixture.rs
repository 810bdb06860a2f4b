//! Mixtures: each value is drawn from one of several laws, such as mails with and without large attachments.

use std::sync::Arc;

use super::error::{CV_RANGE, check_positive, require};
use super::{Distribution, DistributionError, Law, Shape, draw};
use crate::random::Stream;

/// How far shares that should add up to 1 may miss it, for shares that were written with a few digits.
const SHARES_TOLERANCE: f64 = 1e-6;

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Mixture {
    parts: Arc<[Part]>,
}

#[derive(Clone, PartialEq, Debug)]
struct Part {
    share: f64,
    /// The sum of the shares up to and including this part.
    up_to: f64,
    law: Distribution,
}

impl Distribution {
    /// A value from each part with probability in proportion to its weight.
    ///
    /// # Errors
    /// When there is no part, or a weight is not positive and finite.
    pub fn mixture(parts: Vec<(f64, Self)>) -> Result<Self, DistributionError> {
        require(!parts.is_empty(), "parts", || "at least one is needed, got none".into())?;
        for (weight, _) in &parts {
            check_positive("weight", *weight)?;
        }
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        require(total.is_finite(), "weight", || "the weights are too large to add up".into())?;
        Self::checked(Law::Mixture(Mixture::new(parts, total)))
    }

    /// Exponential with one of several means, each with its share.
    ///
    /// # Errors
    /// When there is no part, a share or mean is not positive and finite, or the shares do not add up to 1.
    pub fn hyperexponential(parts: &[(f64, f64)]) -> Result<Self, DistributionError> {
        let total: f64 = parts.iter().map(|(share, _)| share).sum();
        let mut exponentials = Vec::with_capacity(parts.len());
        for &(share, mean) in parts {
            check_positive("share", share)?;
            exponentials.push((share, Self::exponential(mean)?));
        }
        require(parts.is_empty() || (total - 1.0).abs() <= SHARES_TOLERANCE, "parts", || {
            format!("the shares must add up to 1, got {total:?}")
        })?;
        Self::mixture(exponentials)
    }

    /// Hyperexponential of two parts with balanced means (each contributes half of the mean), with this mean and
    /// coefficient of variation.
    ///
    /// # Errors
    /// When the mean is not positive and finite, or the cv is not from 1 to 1000.
    pub fn hyperexponential_by_cv(mean: f64, cv: f64) -> Result<Self, DistributionError> {
        check_positive("mean", mean)?;
        require((1.0..=*CV_RANGE.end()).contains(&cv), "cv", || {
            format!("must be from 1 to {} for `hyperexponential`, got {cv:?} (below 1 use `gamma`)", CV_RANGE.end())
        })?;
        let square = cv * cv;
        let root = ((square - 1.0) / (square + 1.0)).sqrt();
        // (1 - root) / 2 without cancellation for large cv.
        let slow = 1.0 / ((square + 1.0) * (1.0 + root));
        let fast = (1.0 + root) / 2.0;
        Self::hyperexponential(&[(fast, mean / (2.0 * fast)), (slow, mean / (2.0 * slow))])
    }
}

impl Mixture {
    fn new(parts: Vec<(f64, Distribution)>, total: f64) -> Self {
        let mut up_to = 0.0;
        let parts = parts.into_iter().map(|(weight, law)| {
            let share = weight / total;
            up_to += share;
            Part { share, up_to, law }
        });
        Self { parts: parts.collect() }
    }

    fn weigh(&self, figure: impl Fn(&Distribution) -> f64) -> f64 {
        self.parts.iter().map(|part| part.share * figure(&part.law)).sum()
    }
}

impl Shape for Mixture {
    fn sample(&self, stream: &mut Stream) -> f64 {
        let u = draw::uniform(stream);
        // Rounding may leave the last sum a little below 1.
        let last = self.parts.len() - 1;
        let part = self.parts[..last].iter().find(|part| u < part.up_to).unwrap_or(&self.parts[last]);
        part.law.sample(stream)
    }

    fn mean(&self) -> f64 {
        self.weigh(Distribution::mean)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.weigh(|law| law.variance() + (law.mean() - mean) * (law.mean() - mean))
    }

    fn cdf(&self, x: f64) -> f64 {
        self.weigh(|law| law.cdf(x))
    }

    fn scaled(&self, factor: f64) -> Law {
        let scale = |part: &Part| Part { law: Distribution(part.law.0.scaled(factor)), ..part.clone() };
        Law::Mixture(Self { parts: self.parts.iter().map(scale).collect() })
    }
}
