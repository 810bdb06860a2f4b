//! Intervals of a share of jobs that come in replications, each with jobs that belong together.
//!
//! The share is the ratio of the bad jobs of all replications to all jobs. Its interval is that of Clopper and Pearson on the effective
//! number of jobs, which the variance between replications gives (Korn and Graubard, "Confidence intervals for proportions with small
//! expected number of positive counts estimated from survey data", Survey Methodology 24, 1998). It has width without a single bad job.
//!
//! * The degrees of freedom shrink with the kurtosis of the replications: where one of twenty carries all bad jobs there are two.
//! * Where three replications or more have bad jobs, it reaches at least as far as the interval that corrects for skewness (Hall, "On
//!   the removal of skewness by transformation", Journal of the Royal Statistical Society B 54, 1992).

use super::beta::{beta_cdf, beta_quantile};
use super::interval::{hall, normal, student_t_of};
use super::profile::Jobs;

/// Below this many replications with bad jobs (or with good ones), how much they come together is read off other bounds as well.
const MANY: u32 = 10;
/// A bound tells how much bad jobs come together when as many replications have some.
pub const SOME: u32 = 5;

/// A share with its interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ShareInterval {
    /// The share, 0 to 1.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What the replications say of a share.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// The share of the jobs that are beyond the bound.
    pub share: f64,
    jobs: f64,
    /// The variance of the share.
    variance: f64,
    replications: f64,
    freedom: f64,
    skewness: f64,
    with_beyond: u32,
    with_within: u32,
    /// How many times larger the variance is than that of as many independent jobs; at least 1.
    effect: f64,
    /// The share that could be beyond the bound for reasons that the replications have hardly had a chance to show.
    unseen: f64,
}

impl Spread {
    /// Of these replications; `None` without jobs.
    #[must_use]
    pub fn of(replications: &[Jobs]) -> Option<Self> {
        let jobs: f64 = replications.iter().map(|r| r.all).sum();
        let beyond: f64 = replications.iter().map(|r| r.beyond).sum();
        if jobs <= 0.0 {
            return None;
        }
        let (count, share) = (replications.len() as f64, beyond / jobs);
        let [mut second, mut third, mut fourth] = [0.0; 3];
        let (mut with_beyond, mut with_within) = (0, 0);
        for Jobs { all, beyond } in replications {
            let residual = beyond - share * all;
            let square = residual * residual;
            (second, third, fourth) = (second + square, third + square * residual, fourth + square * square);
            with_beyond += u32::from(*beyond > 0.0);
            with_within += u32::from(all > beyond);
        }
        let variance = if count > 1.0 { count / (count - 1.0) * second / (jobs * jobs) } else { 0.0 };
        let kurtosis = if second > 0.0 { count * fourth / (second * second) } else { 1.0 };
        let most = (count - 1.0).max(1.0);
        let freedom = if kurtosis > 1.0 { most.min(2.0 * most / (kurtosis - 1.0)) } else { most };
        let skewness = if second > 0.0 { third / count / libm::pow(second / count, 1.5) } else { 0.0 };
        let binomial = share * (1.0 - share);
        let effect = if binomial > 0.0 { (variance * jobs / binomial).max(1.0) } else { 1.0 };
        Some(Self {
            share,
            jobs,
            variance,
            replications: count,
            freedom,
            skewness,
            with_beyond,
            with_within,
            effect,
            unseen: 0.0,
        })
    }

    /// How much jobs beyond the bound come together, where enough replications have some, and jobs within it.
    #[must_use]
    pub fn design_effect(&self) -> Option<f64> {
        (self.with_beyond >= SOME && self.with_within >= SOME).then_some(self.effect)
    }

    /// Whether too few replications have jobs beyond the bound, or within it, to say how much these come together.
    #[must_use]
    pub fn is_thin(&self) -> bool {
        self.with_beyond < MANY || self.with_within < MANY
    }

    /// The same with a design effect of at least this.
    #[must_use]
    pub fn with_effect(self, least: f64) -> Self {
        Self { effect: self.effect.max(least), ..self }
    }

    /// The same where as many jobs could be beyond the bound for a reason that the replications have hardly had a chance to show: that
    /// holds as long as few of them have any.
    #[must_use]
    pub fn with_unseen(self, share: f64) -> Self {
        Self { unseen: if self.with_beyond < SOME { share } else { 0.0 }, ..self }
    }

    /// The standard error of the share.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let binomial = (self.share * (1.0 - self.share) * self.effect / self.jobs).sqrt();
        self.variance.sqrt().max(binomial)
    }

    /// Student t at this confidence with the degrees of freedom of the replications.
    #[must_use]
    pub fn student_t(&self, confidence: f64) -> f64 {
        student_t_of(confidence, self.freedom)
    }

    /// Independent jobs that would say as much.
    fn effective(&self, confidence: f64) -> f64 {
        let ratio = normal(confidence) / self.student_t(confidence);
        self.jobs / self.effect * ratio * ratio
    }

    /// The interval of this confidence (0 to 1).
    #[must_use]
    pub fn interval(&self, confidence: f64) -> ShareInterval {
        let (jobs, tail) = (self.effective(confidence), (1.0 - confidence) / 2.0);
        let (bad, good) = (self.share * jobs, (1.0 - self.share) * jobs);
        let low = if bad > 0.0 { beta_quantile(bad, good + 1.0, tail) } else { 0.0 };
        let high = if good > 0.0 { beta_quantile(bad + 1.0, good, 1.0 - tail) } else { 1.0 };
        let (skewed_low, skewed_high) = self.skewed(confidence);
        ShareInterval { share: self.share, low: low.min(skewed_low), high: high.max(skewed_high).max(self.unseen) }
    }

    /// Whether a share lies above the lower end of the interval, and below its upper end: the same as [`Spread::interval`] without the
    /// search for its ends.
    #[must_use]
    pub fn reaches(&self, share: f64, confidence: f64) -> (bool, bool) {
        let (jobs, tail) = (self.effective(confidence), (1.0 - confidence) / 2.0);
        let (bad, good) = (self.share * jobs, (1.0 - self.share) * jobs);
        let at = share.clamp(0.0, 1.0);
        let (skewed_low, skewed_high) = self.skewed(confidence);
        let from_low = bad <= 0.0 || beta_cdf(bad, good + 1.0, at) >= tail || share >= skewed_low;
        let to_high =
            good <= 0.0 || beta_cdf(bad + 1.0, good, at) <= 1.0 - tail || share <= skewed_high.max(self.unseen);
        (from_low, to_high)
    }

    /// The score interval (Wilson, "Probable inference", 1927) of a share of this size, seen with this spread.
    #[must_use]
    pub fn score(&self, share: f64, confidence: f64) -> (f64, f64) {
        let (n, t) = (self.jobs / self.effect, self.student_t(confidence));
        let square = t * t / n;
        let middle = (share + square / 2.0) / (1.0 + square);
        let half = t / (1.0 + square) * (share * (1.0 - share) / n + square / n / 4.0).sqrt();
        (middle - half, middle + half)
    }

    /// Hall's interval; the share itself where too few replications have jobs beyond the bound.
    fn skewed(&self, confidence: f64) -> (f64, f64) {
        if self.with_beyond < 3 || self.with_within < 3 || self.skewness == 0.0 || self.variance <= 0.0 {
            return (self.share, self.share);
        }
        let error = self.variance.sqrt();
        let (below, above) = hall((self.skewness, self.replications), confidence);
        let (low, high) = (self.share - error * below, self.share - error * above);
        (low.clamp(0.0, self.share), high.clamp(self.share, 1.0))
    }
}

/// The exact interval of Clopper and Pearson of the share of `bad` among `all` independent cases ("The use of confidence or fiducial
/// limits illustrated in the case of the binomial", 1934), and the share. `None` without cases.
#[must_use]
pub fn exact_share(bad: f64, all: f64, confidence: f64) -> Option<ShareInterval> {
    let tail = (1.0 - confidence) / 2.0;
    let low = if bad > 0.0 { beta_quantile(bad, all - bad + 1.0, tail) } else { 0.0 };
    let high = if bad < all { beta_quantile(bad + 1.0, all - bad, 1.0 - tail) } else { 1.0 };
    (all > 0.0).then_some(ShareInterval { share: bad / all, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replications(of: &[(u32, u32)]) -> Vec<Jobs> {
        of.iter().map(|&(all, beyond)| Jobs { all: f64::from(all), beyond: f64::from(beyond) }).collect()
    }

    #[test]
    fn without_a_bad_job_the_interval_still_has_width() {
        let spread = Spread::of(&replications(&[(100, 0); 20])).unwrap();
        assert!((spread.effective(0.95) - 1_754.0).abs() < 1.0, "2 000 (1.960 / 2.093)^2");
        let ShareInterval { share, low, high } = spread.interval(0.95);
        assert_eq!((share, low), (0.0, 0.0));
        assert!((high - 0.002_10).abs() < 0.000_01, "{high}");
        let all = Spread::of(&replications(&[(100, 100); 20])).unwrap().interval(0.95);
        assert!(all.high == 1.0 && (all.low - 0.997_90).abs() < 0.000_01);
        assert_eq!(Spread::of(&replications(&[(0, 0); 20])), None);
    }

    #[test]
    fn one_replication_that_carries_all_bad_jobs_leaves_two_degrees_of_freedom() {
        let mut jobs = vec![(100, 0); 19];
        jobs.push((100, 40));
        let spread = Spread::of(&replications(&jobs)).unwrap();
        assert!((spread.freedom - 2.1).abs() < 0.2, "{}", spread.freedom);
        assert!(spread.interval(0.95).high > 0.08);
    }

    #[test]
    fn the_quick_answer_is_that_of_the_interval() {
        for jobs in
            [vec![(50, 1), (60, 0), (40, 3), (55, 0), (50, 2)], vec![(100, 0); 20], vec![(10, 9), (10, 10), (10, 8)]]
        {
            let spread = Spread::of(&replications(&jobs)).unwrap();
            let ShareInterval { low, high, .. } = spread.interval(0.95);
            for share in (1..100).map(|i| f64::from(i) / 100.0) {
                assert_eq!(spread.reaches(share, 0.95), (share >= low, share <= high), "{share} in {low} to {high}");
            }
        }
    }
}
