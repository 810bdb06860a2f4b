//! Statistics over the jobs of all replications: means, percentiles and shares, with intervals over the replications.
//!
//! A percentile over all jobs is not the mean of the percentiles of the replications: with one job a replication all of those are the
//! same. Its interval is the set of times whose share of longer waits could be what the percentile leaves over: a test turned
//! round (Woodruff, "Confidence intervals for medians and other position measures", 1952).

use super::strata::Strata;
use super::unseen::{concerned, unseen_share};
use crate::experiment::results::Verdict;
use crate::model::{Scope, Statistic};
use crate::stats::{Estimate, Jobs, Pooled, Profile, Quantile, ShareInterval, Spread};

/// Shares of the jobs at whose times it is seen how much jobs come together.
const GRID: [f64; 9] = [0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.998, 0.999];

/// The times of the jobs of each replication: those of several classes.
pub(super) struct OverJobs<'a, const BITS: u32> {
    units: Vec<Vec<&'a Profile<BITS>>>,
    strata: &'a Strata,
    confidence: f64,
    /// Every replication is the same: nothing is random.
    is_certain: bool,
    unseen: Option<(f64, f64)>,
    pooled: Pooled<BITS>,
    /// Buckets, and how much the jobs beyond come together in each kind of replication.
    grid: Vec<(u32, Vec<Option<f64>>)>,
}

/// How the replications are told apart, and at which confidence.
#[derive(Clone, Copy)]
pub(in crate::experiment) struct Terms<'a> {
    pub(in crate::experiment) strata: &'a Strata,
    pub(in crate::experiment) confidence: f64,
    pub(super) is_certain: bool,
    /// The longest that a time can be followed, in seconds.
    pub(in crate::experiment) longest: f64,
    /// A time of which none has been seen is no longer than this, as far as that is a matter of chance and not of something rare that the
    /// file states, in seconds.
    pub(super) unseen_time: f64,
    /// The share that could be beyond a bound for reasons that the replications have hardly had a chance to show, and for how much of
    /// a replication jobs are counted, in seconds; `None`: no bound is asked for.
    pub(super) unseen: Option<(f64, f64)>,
    /// All classes in the order in which they are summed up.
    pub(in crate::experiment) classes: &'a [usize],
}

impl<'a> Terms<'a> {
    /// The classes of a scope, in that order.
    pub(super) fn classes_of(self, scope: Scope) -> impl Iterator<Item = usize> + 'a {
        let (only, all) = match scope {
            Scope::Class(id) => (Some(id.index()), &[][..]),
            _ => (None, self.classes),
        };
        only.into_iter().chain(all.iter().copied())
    }
}

/// A statistic over jobs.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::experiment) struct Found {
    pub(in crate::experiment) estimate: Option<Estimate>,
    pub(in crate::experiment) at_least: bool,
    /// What each replication contributes: values whose mean is the estimate and whose spread is its own. With them two estimates are
    /// compared replication by replication.
    pub(in crate::experiment) values: Vec<Option<f64>>,
}

impl<'a, const BITS: u32> OverJobs<'a, BITS> {
    pub(in crate::experiment) fn new(units: Vec<Vec<&'a Profile<BITS>>>, terms: Terms<'a>) -> Self {
        let mut over = Self::of_a_step(units, terms);
        over.grid = over.find_grid();
        over
    }

    /// Without what it takes to tell how much few jobs come together: for curves, which have thousands of steps.
    pub(super) fn of_a_step(units: Vec<Vec<&'a Profile<BITS>>>, terms: Terms<'a>) -> Self {
        let Terms { strata, confidence, is_certain, unseen, .. } = terms;
        let mut pooled = Pooled::default();
        for (profiles, weight) in units.iter().zip(strata.weights()) {
            if weight > 0.0 {
                profiles.iter().for_each(|profile| pooled.add(profile, weight));
            }
        }
        Self { units, strata, confidence, is_certain, unseen, pooled, grid: Vec::new() }
    }

    fn find_grid(&self) -> Vec<(u32, Vec<Option<f64>>)> {
        let mut buckets: Vec<u32> = GRID.iter().filter_map(|&share| self.pooled.bucket(share)).collect();
        buckets.insert(0, 0);
        buckets.dedup();
        let effects = |bucket: u32| {
            let jobs = self.beyond(bucket);
            let of = |kind: &crate::experiment::summary::strata::Stratum| {
                let picked: Vec<Jobs> = kind.units.iter().map(|&unit| jobs[unit]).collect();
                Spread::of(&picked)?.design_effect()
            };
            (bucket, self.strata.present.iter().map(of).collect())
        };
        buckets.into_iter().map(effects).collect()
    }

    pub(super) fn pooled(&self) -> &Pooled<BITS> {
        &self.pooled
    }

    /// The jobs of each replication beyond a bucket.
    fn beyond(&self, bucket: u32) -> Vec<Jobs> {
        let of = |profiles: &Vec<&Profile<BITS>>| {
            let mut jobs = Jobs::default();
            profiles.iter().for_each(|profile| jobs += profile.beyond(bucket));
            jobs
        };
        self.units.iter().map(of).collect()
    }

    /// How far the replications of a kind differ; where few have jobs beyond the bound, with as large a design effect as shorter times
    /// have, and where few have jobs within it, as longer ones.
    fn widened(&self, kind: usize, bucket: u32, spread: Spread) -> Spread {
        if !spread.is_thin() {
            return spread;
        }
        let effects = self.grid.iter().filter(|(other, _)| *other != bucket).filter_map(|(_, effects)| effects[kind]);
        spread.with_effect(effects.fold(1.0, f64::max)).with_unseen(self.unseen_of(kind))
    }

    /// The share of the jobs of a kind of replications that could be beyond the bound where hardly one of them has any. What happens in
    /// those of a rare event can concern another part of the jobs each time: they count as replications and not as jobs.
    fn unseen_of(&self, kind: usize) -> f64 {
        let (Some((share, window)), kind) = (self.unseen, &self.strata.present[kind]) else { return 0.0 };
        let of_event = kind.event.as_ref().map_or(0.0, |_| {
            let concerned = kind.length.map_or(1.0, |length| concerned(length, window));
            unseen_share(kind.units.len() as f64, self.confidence) * concerned
        });
        share.max(of_event)
    }

    /// The share of the jobs beyond a bound, counted exactly, near this bucket.
    pub(in crate::experiment) fn share(&self, jobs: &[Jobs], bucket: u32) -> Option<ShareInterval> {
        if self.is_certain {
            let (all, beyond) = jobs.iter().fold((0.0, 0.0), |(a, b), jobs| (a + jobs.all, b + jobs.beyond));
            let share = beyond / all;
            return (all > 0.0).then_some(ShareInterval { share, low: share, high: share });
        }
        self.strata.share(jobs, self.confidence, |kind, spread| self.widened(kind, bucket, spread))
    }

    pub(in crate::experiment) fn statistic(&self, statistic: Statistic, longest: f64) -> Found {
        match statistic {
            Statistic::Percentile(share) => self.percentile(share),
            Statistic::Mean | Statistic::Max => self.mean(longest),
        }
    }

    /// The mean over all jobs whose time ended.
    fn mean(&self, longest: f64) -> Found {
        let sum_and_count = |profiles: &Vec<&Profile<BITS>>| {
            let add = |(sum, count): (f64, f64), p: &&Profile<BITS>| (sum + p.sum(), count + p.count() as f64);
            profiles.iter().fold((0.0, 0.0), add)
        };
        let pairs: Vec<(f64, f64)> = self.units.iter().map(sum_and_count).collect();
        let Some(estimate) = self.strata.ratio(&pairs, self.confidence) else { return Found::default() };
        let residuals: Vec<f64> = pairs.iter().map(|(sum, count)| sum - estimate.mean * count).collect();
        let average = pairs.iter().map(|pair| pair.1).sum::<f64>() / pairs.len() as f64;
        Found {
            at_least: matches!(self.pooled.mean(), Some(Quantile::AtLeast(_))),
            values: self.values(estimate.mean, &residuals, 1.0 / average),
            estimate: Some(self.with_room(estimate, longest)),
        }
    }

    /// Jobs that all took the same time are no proof that no other takes longer: as many could as would stay unseen.
    fn with_room(&self, estimate: Estimate, longest: f64) -> Estimate {
        if self.is_certain {
            return Estimate { low: Some(estimate.mean), high: Some(estimate.mean), ..estimate };
        }
        let Some(half_width) = estimate.half_width() else { return estimate };
        if half_width > estimate.mean * 1e-12 {
            return estimate.within(0.0, f64::INFINITY);
        }
        let same = self.pooled.is_one_value();
        let seen = if same { self.pooled.count() } else { f64::from(estimate.count) };
        let unseen = unseen_share(seen, self.confidence);
        let high = estimate.mean + unseen * (longest - estimate.mean).max(0.0);
        Estimate { low: Some(estimate.mean * (1.0 - unseen)), high: Some(high), ..estimate }
    }

    /// What each replication contributes to an estimate whose change follows these residuals.
    fn values(&self, mean: f64, residuals: &[f64], scale: f64) -> Vec<Option<f64>> {
        let weights = self.strata.weights();
        let mut values: Vec<Option<f64>> = vec![None; residuals.len()];
        for kind in &self.strata.present {
            let average = kind.units.iter().map(|&unit| residuals[unit]).sum::<f64>() / kind.units.len() as f64;
            for &unit in &kind.units {
                values[unit] = Some(mean + weights[unit] * (residuals[unit] - average) * scale);
            }
        }
        values
    }

    /// The percentile over all jobs.
    fn percentile(&self, share: f64) -> Found {
        let Some(quantile) = self.pooled.quantile(share) else { return Found::default() };
        let (mean, at_least) = match quantile {
            Quantile::Exactly(seconds) | Quantile::Between(seconds, _) => (seconds, false),
            Quantile::AtLeast(seconds) => (seconds, true),
        };
        let (low, high) = self.ends(share, quantile);
        let count = self.units.len() as u32;
        let values = self.percentile_values(share, mean);
        Found { estimate: Some(Estimate { mean, low, high, count }), at_least, values }
    }

    /// The ends of its interval, at least as far apart as those of its bucket.
    fn ends(&self, share: f64, quantile: Quantile) -> (Option<f64>, Option<f64>) {
        let bucket = self.pooled.bucket(share);
        let own = bucket.map(|bucket| self.pooled.ends_of(bucket as usize));
        let known_to = match quantile {
            Quantile::Between(_, most) => Some(most),
            Quantile::Exactly(_) => own.map(|own| own.1),
            Quantile::AtLeast(_) => None,
        };
        if self.is_certain {
            return (own.map(|own| own.0), known_to);
        }
        if self.units.len() < 2 {
            return (None, None);
        }
        let Some(last) = self.pooled.last() else { return (None, None) };
        let beyond = 1.0 - share;
        let low = self.first_bucket(last, |at| self.reaches(at, beyond).0);
        let high = self.first_bucket(last, |at| !self.reaches(at, beyond).1);
        let low = low.map_or(self.pooled.ends_of(last as usize).1, |at| self.pooled.ends_of(at as usize).0);
        let high = high.map(|at| self.pooled.ends_of(at as usize).1);
        let low = own.map_or(low, |own| low.min(own.0));
        (Some(low), high.zip(known_to).map(|(high, known)| high.max(known)))
    }

    /// The first bucket up to the last for which this holds, as it does for all that follow.
    fn first_bucket(&self, last: u32, holds: impl Fn(u32) -> bool) -> Option<u32> {
        let (mut from, mut to) = (0, last + 1);
        while from < to {
            let middle = u32::midpoint(from, to);
            if holds(middle) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        (from <= last).then_some(from)
    }

    /// Whether a share lies above the lower end, and below the upper end, of the interval of the jobs beyond a bucket.
    fn reaches(&self, bucket: u32, share: f64) -> (bool, bool) {
        let jobs = self.beyond(bucket);
        if self.strata.is_plain() {
            let Some(spread) = Spread::of(&jobs) else { return (true, true) };
            return self.widened(0, bucket, spread).reaches(share, self.confidence);
        }
        self.share(&jobs, bucket).map_or((true, true), |interval| (interval.low <= share, share <= interval.high))
    }

    fn percentile_values(&self, share: f64, mean: f64) -> Vec<Option<f64>> {
        let Some(bucket) = self.pooled.bucket(share) else { return vec![Some(mean); self.units.len()] };
        let jobs = self.beyond(bucket);
        let all: f64 = jobs.iter().map(|jobs| jobs.all).sum();
        let Some(spread) = Spread::of(&jobs) else { return vec![Some(mean); self.units.len()] };
        let weights = self.strata.weights();
        let weighted = |of: fn(&Jobs) -> f64| jobs.iter().zip(&weights).map(|(jobs, w)| of(jobs) * w).sum::<f64>();
        let beyond = weighted(|jobs| jobs.beyond) / weighted(|jobs| jobs.all).max(1.0);
        let residuals: Vec<f64> = jobs.iter().map(|jobs| jobs.beyond - beyond * jobs.all).collect();
        // How fast the percentile changes with its share, over as much as the share is unsure.
        let step = spread.standard_error().max(1.0 / all).min(0.9 * share).min(0.9 * (1.0 - share));
        let rise = self.pooled.smooth_quantile(share + step) - self.pooled.smooth_quantile(share - step);
        let average = all / jobs.len() as f64;
        self.values(mean, &residuals, rise / (2.0 * step) / average)
    }

    /// The interval of a percentile with the design effect at the percentile alone: for curves, which have thousands of them.
    pub(super) fn quick_percentile(&self, share: f64) -> Option<(Quantile, Option<f64>, Option<f64>)> {
        let quantile = self.pooled.quantile(share)?;
        let bucket = self.pooled.bucket(share);
        let own = bucket.map(|bucket| self.pooled.ends_of(bucket as usize));
        let (Some(bucket), Some(own)) = (bucket, own) else { return Some((quantile, None, None)) };
        if self.units.len() < 2 || self.is_certain {
            let known = self.is_certain.then_some(own);
            return Some((quantile, known.map(|own| own.0), known.map(|own| own.1)));
        }
        let spread = Spread::of(&self.beyond(bucket))?;
        let (low, high) = spread.score(share, self.confidence);
        let low = self.pooled.smooth_quantile(low).min(own.0);
        let high = (high < 1.0).then(|| self.pooled.bucket(high)).flatten();
        let high = high.map(|bucket| self.pooled.ends_of(bucket as usize).1.max(own.1));
        Some((quantile, Some(low), high))
    }
}

/// A share of jobs against a bound, told by its interval. Nothing is decided by rounding.
pub(super) fn at_least_share(interval: (f64, f64), wanted: f64) -> Verdict {
    const ROUNDING: f64 = 1e-12;
    match (interval.0 + ROUNDING >= wanted, interval.1 + ROUNDING >= wanted) {
        (true, _) => Verdict::Met,
        (_, false) => Verdict::Missed,
        _ => Verdict::Undecided,
    }
}
