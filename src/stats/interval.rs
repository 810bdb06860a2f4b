//! Student t intervals of a mean over replications.
//!
//! Literature: Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 4.5 (fixed-sample-size intervals).

use std::cell::Cell;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::beta::beta_quantile;

/// A mean over replications with its confidence interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Lower end of the interval; `None` with fewer than two values.
    pub low: Option<f64>,
    /// Upper end of the interval; `None` with fewer than two values.
    pub high: Option<f64>,
    /// How many values.
    pub count: u32,
}

impl Estimate {
    /// The mean of `values` with the Student t interval of this `confidence` (0 to 1): mean +- t s / sqrt(n), where s is the
    /// standard deviation with divisor n - 1. `None` without values.
    ///
    /// For a paired comparison give the differences, replication by replication.
    #[must_use]
    pub fn of(values: &[f64], confidence: f64) -> Option<Self> {
        let count = u32::try_from(values.len()).ok().filter(|&n| n > 0)?;
        let n = f64::from(count);
        let mean = values.iter().sum::<f64>() / n;
        if count == 1 {
            return Some(Self { mean, low: None, high: None, count });
        }
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let standard_error = (squares / (n - 1.0) / n).sqrt();
        let half_width = student_t(confidence, count - 1) * standard_error;
        Some(Self { mean, low: Some(mean - half_width), high: Some(mean + half_width), count })
    }

    /// The same, and as far as the interval reaches that corrects for skewness, where there are enough values to tell (Hall, "On the
    /// removal of skewness by transformation", Journal of the Royal Statistical Society B 54, 1992).
    #[must_use]
    pub fn of_skewed(values: &[f64], confidence: f64) -> Option<Self> {
        /// Fewer values hardly say how skewed they are.
        const ENOUGH: u32 = 10;
        let plain = Self::of(values, confidence)?;
        let (Some(low), Some(high)) = (plain.low, plain.high) else { return Some(plain) };
        if plain.count < ENOUGH {
            return Some(plain);
        }
        let (below, above) = skewed(values, plain.mean, confidence);
        Some(Self { low: Some(low.min(plain.mean - below)), high: Some(high.max(plain.mean + above)), ..plain })
    }

    /// The rate of an event that none of `count` replications has seen, over an `exposure` (in any unit of time) of all of them: 0,
    /// and at most the rate at which a Poisson process stays silent for as long with probability (1 - confidence) / 2 (Garwood,
    /// "Fiducial limits for the Poisson distribution", 1936).
    #[must_use]
    pub fn of_none(exposure: f64, count: u32, confidence: f64) -> Self {
        Self { mean: 0.0, low: Some(0.0), high: Some(-libm::log((1.0 - confidence) / 2.0) / exposure), count }
    }

    /// The same with its ends kept between two values that the mean lies between.
    #[must_use]
    pub fn within(self, least: f64, most: f64) -> Self {
        let keep = |end: Option<f64>| end.map(|end| end.clamp(least.min(self.mean), most.max(self.mean)));
        Self { low: keep(self.low), high: keep(self.high), ..self }
    }

    /// Half the length of the interval; `None` with fewer than two values.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        Some((self.high? - self.low?) / 2.0)
    }
}

/// How far Hall's interval reaches below and above the mean; not at all where nothing is skewed.
fn skewed(values: &[f64], mean: f64, confidence: f64) -> (f64, f64) {
    let n = values.len() as f64;
    let mean_of = |of: fn(f64) -> f64| values.iter().map(|value| of(value - mean)).sum::<f64>() / n;
    let spread = mean_of(|x| x * x).sqrt();
    if spread <= 0.0 {
        return (0.0, 0.0);
    }
    let skewness = mean_of(|x| x * x * x) / (spread * spread * spread);
    if skewness.abs() < 1e-9 {
        return (0.0, 0.0);
    }
    let error = spread / (n - 1.0).sqrt();
    let (below, above) = hall((skewness, n), confidence);
    ((error * below).max(0.0), (-error * above).max(0.0))
}

/// What the standard error is multiplied by and taken from a mean for the two ends of Hall's interval, of so many values with this skewness,
/// which is not zero.
pub(super) fn hall((skewness, number): (f64, f64), confidence: f64) -> (f64, f64) {
    let (root, bend) = (number.sqrt(), skewness / 3.0);
    let inverse = |y: f64| {
        let inner = 1.0 + 3.0 * bend * (y / root - skewness / (6.0 * number));
        root / bend * (libm::cbrt(inner) - 1.0)
    };
    let t = student_t_of(confidence, number - 1.0);
    (inverse(t), inverse(-t))
}

/// The two-sided quantile of Student's t distribution: P(|T| <= t) = `confidence`.
///
/// # Panics
/// When the confidence is not between 0 and 1 or there are no degrees of freedom.
#[must_use]
pub fn student_t(confidence: f64, degrees_of_freedom: u32) -> f64 {
    student_t_of(confidence, f64::from(degrees_of_freedom))
}

/// [`student_t`] with any positive number of degrees of freedom, at once for the arguments of the last calls.
pub(super) fn student_t_of(confidence: f64, freedom: f64) -> f64 {
    const REMEMBERED: usize = 4;
    thread_local! {
        static LAST: Cell<[(f64, f64, f64); REMEMBERED]> = const { Cell::new([(0.0, 0.0, 0.0); REMEMBERED]) };
    }
    assert!(confidence > 0.0 && confidence < 1.0, "confidence must be between 0 and 1, got {confidence}");
    let mut last = LAST.get();
    if let Some(&(.., t)) = last.iter().find(|&&(c, f, _)| c == confidence && f == freedom) {
        return t;
    }
    let t = find_student_t(confidence, freedom);
    last.rotate_right(1);
    last[0] = (confidence, freedom, t);
    LAST.set(last);
    t
}

/// The search of statrs does not end for some broken numbers of degrees of freedom: for those, t^2 / (f + t^2) has a beta distribution.
fn find_student_t(confidence: f64, freedom: f64) -> f64 {
    if freedom.fract() == 0.0 && freedom < 1e6 {
        let law = StudentsT::new(0.0, 1.0, freedom);
        return law.map_or_else(|error| panic!("{error}"), |law| law.inverse_cdf(f64::midpoint(1.0, confidence)));
    }
    let x = beta_quantile(0.5, freedom / 2.0, confidence);
    (freedom * x / (1.0 - x)).sqrt()
}

/// The two-sided quantile of the standard normal distribution.
pub(super) fn normal(confidence: f64) -> f64 {
    Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence))
}

/// The difference, second minus first, of the means of two independent samples with the interval of Welch, its degrees of freedom rounded
/// down (Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 10.2). `None` if one has no value.
#[must_use]
pub fn welch(before: &[f64], now: &[f64], confidence: f64) -> Option<Estimate> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (a, b) = (before.len() as f64, now.len() as f64);
    if before.is_empty() || now.is_empty() {
        return None;
    }
    let difference = mean(now) - mean(before);
    let count = before.len().min(now.len()) as u32;
    if count < 2 {
        return Some(Estimate { mean: difference, low: None, high: None, count });
    }
    let variance_of_mean = |values: &[f64]| {
        let mean = mean(values);
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        squares / (values.len() - 1) as f64 / values.len() as f64
    };
    let (of_a, of_b) = (variance_of_mean(before), variance_of_mean(now));
    let sum = of_a + of_b;
    let half = if sum > 0.0 {
        let freedom = sum * sum / (of_a * of_a / (a - 1.0) + of_b * of_b / (b - 1.0));
        student_t(confidence, freedom.floor().max(1.0) as u32) * sum.sqrt()
    } else {
        0.0
    };
    Some(Estimate { mean: difference, low: Some(difference - half), high: Some(difference + half), count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;
    use rand_distr::{Distribution, Exp1, StandardNormal};

    #[test]
    fn what_was_never_seen_may_happen_as_seldom_as_would_stay_unseen() {
        // The limit of Garwood's table for 0 events at 95 % is 3.689.
        let estimate = Estimate::of_none(2.0, 30, 0.95);
        assert_eq!((estimate.mean, estimate.low, estimate.count), (0.0, Some(0.0), 30));
        assert!((estimate.high.unwrap() - 3.689 / 2.0).abs() < 1e-3);
    }

    /// NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2: upper critical values of Student's t
    /// for 0.95, 0.975, 0.995 and 0.999 one-sided, printed to three decimals.
    const TABLE: [(u32, [f64; 4]); 9] = [
        (1, [6.314, 12.706, 63.657, 318.309]),
        (2, [2.920, 4.303, 9.925, 22.327]),
        (3, [2.353, 3.182, 5.841, 10.215]),
        (4, [2.132, 2.776, 4.604, 7.173]),
        (9, [1.833, 2.262, 3.250, 4.297]),
        (10, [1.812, 2.228, 3.169, 4.144]),
        (29, [1.699, 2.045, 2.756, 3.396]),
        (60, [1.671, 2.000, 2.660, 3.232]),
        (100, [1.660, 1.984, 2.626, 3.174]),
    ];

    #[test]
    fn student_t_agrees_with_the_published_table() {
        for (freedom, row) in TABLE {
            for (confidence, printed) in [0.90, 0.95, 0.99, 0.998].into_iter().zip(row) {
                let found = student_t(confidence, freedom);
                assert!((found - printed).abs() <= 0.000_6, "{freedom} {confidence}: {found} against {printed}");
            }
        }
    }

    #[test]
    fn student_t_is_exact_where_a_closed_form_exists() {
        for confidence in [0.5, 0.9, 0.95, 0.999] {
            let one = libm::tan(std::f64::consts::FRAC_PI_2 * confidence);
            let two = confidence * (2.0 / (1.0 - confidence * confidence)).sqrt();
            assert!((student_t(confidence, 1) / one - 1.0).abs() < 1e-9);
            assert!((student_t(confidence, 2) / two - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn broken_degrees_of_freedom_lie_between_whole_ones() {
        for freedom in [2.1, 3.5, 19.9, 187.3] {
            let t = student_t_of(0.95, freedom);
            assert!(t < student_t(0.95, freedom as u32) && t > student_t(0.95, freedom as u32 + 1), "{freedom}: {t}");
        }
        assert!((normal(0.95) - 1.959_964).abs() < 1e-6);
    }

    #[test]
    fn the_interval_is_that_of_a_worked_example() {
        let estimate = Estimate::of(&[1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09], 0.90).unwrap();
        // Law, section 4.5, example 4.26: 1.34 +- 0.24.
        assert!((estimate.mean - 1.343).abs() < 1e-12);
        assert!((estimate.half_width().unwrap() - 0.24).abs() < 0.005);
        assert_eq!(estimate.count, 10);
    }

    #[test]
    fn intervals_of_other_confidence_or_size_do_not_depend_on_the_one_before() {
        let half_width = |n: usize, confidence| {
            let values: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
            Estimate::of(&values, confidence).unwrap().half_width().unwrap()
        };
        for (n, confidence) in [(4, 0.95), (4, 0.99), (6, 0.99), (6, 0.95), (4, 0.95)] {
            let freedom = (n - 1) as f64;
            let stated = student_t(confidence, n as u32 - 1) / freedom.sqrt();
            assert!((half_width(n, confidence) - stated).abs() < 1e-12, "{n} {confidence}");
        }
    }

    #[test]
    fn one_value_has_no_interval_and_none_has_no_mean() {
        assert_eq!(Estimate::of(&[], 0.95), None);
        let one = Estimate::of(&[7.0], 0.95);
        assert_eq!(one, Some(Estimate { mean: 7.0, low: None, high: None, count: 1 }));
    }

    #[test]
    fn equal_values_have_an_interval_of_no_length() {
        let estimate = Estimate::of(&[2.0; 5], 0.95);
        assert_eq!(estimate, Some(Estimate { mean: 2.0, low: Some(2.0), high: Some(2.0), count: 5 }));
    }

    /// How many of 1 000 intervals from 30 draws each cover the true mean.
    fn covered(name: &str, truth: f64, draw: impl Fn(&mut crate::random::Stream) -> f64) -> usize {
        let mut stream = ReplicationSeed { master: 5, replication: 0 }.stream(name);
        let covers = |_: &usize| {
            let values: Vec<f64> = (0..30).map(|_| draw(&mut stream)).collect();
            let estimate = Estimate::of(&values, 0.95).unwrap();
            (estimate.low.unwrap()..=estimate.high.unwrap()).contains(&truth)
        };
        (0..1_000).filter(covers).count()
    }

    #[test]
    fn intervals_cover_the_truth_as_often_as_they_say() {
        let normal = covered("normal", 0.0, |stream| StandardNormal.sample(stream));
        assert!((930..=970).contains(&normal), "{normal}");
        // A replication's figure is itself a mean over jobs; 10 exponential waits make it less skewed than one.
        let means = covered("exponential", 1.0, |stream| {
            let sum: f64 = (0..10).map(|_| -> f64 { Exp1.sample(stream) }).sum();
            sum / 10.0
        });
        assert!((930..=970).contains(&means), "{means}");
    }

    /// By hand: variances 15.724 and 4.294286 (divisor n - 1), degrees of freedom 7.05.
    #[test]
    fn the_interval_of_welch_is_that_of_the_formula() {
        let a = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9];
        let b = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0];
        let estimate = welch(&a, &b, 0.95).unwrap();
        assert!((estimate.mean - 2.5).abs() < 1e-9, "{}", estimate.mean);
        let expected = student_t(0.95, 7) * (15.724_f64 / 6.0 + 4.294_286 / 8.0).sqrt();
        assert!((estimate.half_width().unwrap() - expected).abs() < 1e-6, "{estimate:?} {expected}");
    }

    #[test]
    fn samples_without_spread_differ_by_exactly_their_means() {
        let estimate = welch(&[1.0, 1.0], &[3.0, 3.0, 3.0], 0.95).unwrap();
        assert_eq!((estimate.low, estimate.high), (Some(2.0), Some(2.0)));
    }
}
