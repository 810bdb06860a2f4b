//! The replications of a design point by the rare random events that happen in them, and estimates that weight each kind of replication
//! by how probable it is.
//!
//! The interval of a weighted sum combines those of its parts by MOVER (Zou and Donner, "Construction of confidence limits about effect
//! measures", Statistics in Medicine 27, 2008). A kind of replication that is not there contributes what it could at worst.

use crate::stats::{Estimate, Jobs, ShareInterval, Spread, student_t};

/// A kind with fewer replications than this says nothing.
const FEWEST: usize = 2;
/// A kind with fewer replications than this is not told apart, unless it says nothing.
const FEW: usize = 5;

/// One kind of replications.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::experiment) struct Stratum {
    /// What happens in them; `None`: nothing rare.
    pub(in crate::experiment) event: Option<String>,
    /// The probability that a replication is of this kind.
    pub(in crate::experiment) probability: f64,
    /// The places of the replications of this kind.
    pub(in crate::experiment) units: Vec<usize>,
    /// How long what happens in them lasts, in seconds; `None`: as long as the replication.
    pub(in crate::experiment) length: Option<f64>,
}

/// All kinds of replications of a design point.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::experiment) struct Strata {
    /// Those with enough replications.
    pub(super) present: Vec<Stratum>,
    /// Those with too few to tell.
    pub(in crate::experiment) absent: Vec<Stratum>,
    /// How many replications there are.
    count: usize,
}

/// An estimate in parts: what each kind says, and its weight.
struct Part {
    weight: f64,
    value: f64,
    low: f64,
    high: f64,
}

/// The weighted sum of independent parts.
fn combine(parts: &[Part]) -> ShareInterval {
    let sum = |of: &dyn Fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
    let share = sum(&|part| part.weight * part.value);
    let square = |x: f64| x * x;
    let below = sum(&|part| square(part.weight * (part.value - part.low))).sqrt();
    let above = sum(&|part| square(part.weight * (part.high - part.value))).sqrt();
    ShareInterval { share, low: share - below, high: share + above }
}

impl Strata {
    /// All replications are of one kind.
    pub(in crate::experiment) fn one(count: usize) -> Self {
        let all = Stratum { event: None, probability: 1.0, units: (0..count).collect(), length: None };
        Self { present: vec![all], absent: Vec::new(), count }
    }

    /// These kinds, of which small ones are joined with the ordinary replications, if all replications were drawn as they come, and those
    /// with too few replications set apart.
    pub(in crate::experiment) fn of(kinds: Vec<Stratum>, count: usize, drawn: bool) -> Self {
        let (mut present, absent): (Vec<_>, Vec<_>) = kinds.into_iter().partition(|kind| kind.units.len() >= FEWEST);
        if present.is_empty() {
            return Self { absent, ..Self::one(count) };
        }
        if drawn && present.iter().any(|kind| kind.units.len() < FEW) {
            let mut units: Vec<usize> = present.iter().flat_map(|kind| kind.units.iter().copied()).collect();
            units.sort_unstable();
            let probability = present.iter().map(|kind| kind.probability).sum();
            present = vec![Stratum { event: None, probability, units, length: None }];
        }
        Self { present, absent, count }
    }

    /// One kind alone.
    pub(in crate::experiment) fn only(kind: &Stratum, count: usize) -> Self {
        Self { present: vec![Stratum { probability: 1.0, ..kind.clone() }], absent: Vec::new(), count }
    }

    /// The kinds that are told apart; none if all replications are of one.
    pub(in crate::experiment) fn kinds(&self) -> &[Stratum] {
        if self.present.len() > 1 { &self.present } else { &[] }
    }

    /// The events by which they are told apart, whether or not they are there.
    pub(in crate::experiment) fn events(&self) -> impl Iterator<Item = &str> {
        self.present.iter().chain(&self.absent).filter_map(|kind| kind.event.as_deref())
    }

    /// The probability of the kinds that are not there.
    pub(super) fn absent_probability(&self) -> f64 {
        self.absent.iter().map(|kind| kind.probability).sum()
    }

    /// What each replication counts for, 1 on average over those that are there.
    pub(super) fn weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.count];
        let whole: f64 = self.present.iter().map(|kind| kind.probability).sum();
        let used: usize = self.present.iter().map(|kind| kind.units.len()).sum();
        for kind in &self.present {
            let weight = kind.probability / whole * used as f64 / kind.units.len() as f64;
            kind.units.iter().for_each(|&unit| weights[unit] = weight);
        }
        weights
    }

    /// What each replication contributes to the mean of its values: the values themselves, where all count for the same.
    pub(super) fn contributions(&self, values: &[crate::experiment::unit::Value]) -> Vec<Option<f64>> {
        let plain: Vec<Option<f64>> = values.iter().map(|value| value.value).collect();
        if self.is_plain() {
            return plain;
        }
        let Some(mean) = self.mean(&plain, 0.95).map(|estimate| estimate.mean) else { return plain };
        let weights = self.weights();
        let mut contributions = vec![None; plain.len()];
        for kind in &self.present {
            let known: Vec<f64> = kind.units.iter().filter_map(|&unit| plain[unit]).collect();
            let average = known.iter().sum::<f64>() / known.len().max(1) as f64;
            for &unit in &kind.units {
                contributions[unit] = plain[unit].map(|value| mean + weights[unit] * (value - average));
            }
        }
        contributions
    }

    /// Whether every replication counts for the same.
    pub(in crate::experiment) fn is_plain(&self) -> bool {
        self.present.len() == 1 && self.absent.is_empty() && self.present[0].units.len() == self.count
    }

    fn pick<T: Copy>(&self, kind: &Stratum, of: &[T]) -> Vec<T> {
        kind.units.iter().map(|&unit| of[unit]).collect()
    }

    /// The weighted mean of values of the replications, those without one left out; its interval is that of Student t in each kind.
    pub(in crate::experiment) fn mean(&self, values: &[Option<f64>], confidence: f64) -> Option<Estimate> {
        let of = |kind: &Stratum| {
            let values: Vec<f64> = kind.units.iter().filter_map(|&unit| values[unit]).collect();
            Some((kind.probability, Estimate::of_skewed(&values, confidence)?))
        };
        let parts: Vec<(f64, Estimate)> = self.present.iter().filter_map(of).collect();
        if let [(_, only)] = parts[..] {
            return Some(only);
        }
        self.combined(&parts)
    }

    fn combined(&self, parts: &[(f64, Estimate)]) -> Option<Estimate> {
        let whole: f64 = parts.iter().map(|(probability, _)| probability).sum();
        let count = parts.iter().map(|(_, estimate)| estimate.count).sum();
        let has_ends = parts.iter().all(|(_, estimate)| estimate.low.is_some() && estimate.high.is_some());
        let part = |&(probability, Estimate { mean, low, high, .. }): &(f64, Estimate)| Part {
            weight: probability / whole,
            value: mean,
            low: low.unwrap_or(mean),
            high: high.unwrap_or(mean),
        };
        let parts: Vec<Part> = parts.iter().map(part).collect();
        let ShareInterval { share, low, high } = combine(&parts);
        let end = |at: f64| has_ends.then_some(at);
        (!parts.is_empty()).then(|| Estimate { mean: share, low: end(low), high: end(high), count })
    }

    /// The ratio of two sums over the replications, such as the mean over jobs, with the interval of Student t on its residuals.
    pub(super) fn ratio(&self, pairs: &[(f64, f64)], confidence: f64) -> Option<Estimate> {
        let of = |kind: &Stratum| {
            let pairs = self.pick(kind, pairs);
            let estimate = ratio(&pairs, confidence)?;
            let jobs = Counted::of(pairs.iter().map(|pair| pair.1), kind.probability);
            Some((jobs, estimate))
        };
        let parts: Vec<(Counted, Estimate)> = self.present.iter().filter_map(of).collect();
        if let [(_, only)] = parts[..] {
            return Some(only);
        }
        let noise = Counted::noise(parts.iter().map(|(jobs, part)| (*jobs, part.mean)), confidence);
        let weighted: Vec<(f64, Estimate)> = parts.iter().map(|(jobs, part)| (jobs.weight(), *part)).collect();
        self.combined(&weighted).map(|estimate| {
            let low = estimate.low.map(|low| estimate.mean - libm::hypot(estimate.mean - low, noise));
            let high = estimate.high.map(|high| estimate.mean + libm::hypot(high - estimate.mean, noise));
            Estimate { low, high, ..estimate }
        })
    }

    /// The share of the jobs beyond a bound; `spread` says how far the replications of a kind differ. A kind that is not there can have
    /// none or all of its jobs beyond.
    pub(in crate::experiment) fn share(
        &self,
        jobs: &[Jobs],
        confidence: f64,
        spread: impl Fn(usize, Spread) -> Spread,
    ) -> Option<ShareInterval> {
        let of = |(i, kind): (usize, &Stratum)| {
            let picked = self.pick(kind, jobs);
            let spread = spread(i, Spread::of(&picked)?);
            let jobs = Counted::of(picked.iter().map(|jobs| jobs.all), kind.probability);
            Some((jobs, spread.interval(confidence)))
        };
        let parts: Vec<(Counted, ShareInterval)> = self.present.iter().enumerate().filter_map(of).collect();
        let noise = Counted::noise(parts.iter().map(|(jobs, part)| (*jobs, part.share)), confidence);
        let weighted: Vec<(f64, ShareInterval)> = parts.iter().map(|(jobs, part)| (jobs.weight(), *part)).collect();
        let ShareInterval { share, low, high } = Self::weighted(&weighted, self.absent_probability())?;
        let (low, high) = (share - libm::hypot(share - low, noise), share + libm::hypot(high - share, noise));
        Some(ShareInterval { share, low: low.clamp(0.0, 1.0), high: high.clamp(0.0, 1.0) })
    }

    /// The share of all kinds from those of the kinds that are there, each with its weight.
    pub(super) fn weighted(parts: &[(f64, ShareInterval)], absent: f64) -> Option<ShareInterval> {
        let whole: f64 = parts.iter().map(|part| part.0).sum();
        if parts.is_empty() || whole <= 0.0 {
            return None;
        }
        let part = |&(weight, ShareInterval { share, low, high }): &(f64, ShareInterval)| Part {
            weight: weight / whole,
            value: share,
            low,
            high,
        };
        let present = match parts {
            [(_, only)] => *only,
            _ => combine(&parts.iter().map(part).collect::<Vec<Part>>()),
        };
        let low = (present.low * (1.0 - absent)).clamp(0.0, 1.0);
        let high = (present.high * (1.0 - absent) + absent).clamp(0.0, 1.0);
        Some(ShareInterval { share: present.share, low, high })
    }
}

/// The jobs of a kind of replications.
#[derive(Clone, Copy)]
struct Counted {
    probability: f64,
    /// Jobs in a replication, on average.
    mean: f64,
    /// The variance of that average.
    variance: f64,
    replications: u32,
}

impl Counted {
    fn of(jobs: impl Iterator<Item = f64> + Clone, probability: f64) -> Self {
        let (count, sum) = jobs.clone().fold((0_u32, 0.0), |(count, sum), jobs| (count + 1, sum + jobs));
        let n = f64::from(count.max(1));
        let mean = sum / n;
        let squares: f64 = jobs.map(|jobs| (jobs - mean) * (jobs - mean)).sum();
        Self { probability, mean, variance: squares / (n - 1.0).max(1.0) / n, replications: count }
    }

    /// How much a kind counts among all jobs.
    fn weight(self) -> f64 {
        self.probability * self.mean
    }

    /// How far the weighted value is off because the kinds have as many jobs as they happen to have. Nothing with one kind.
    fn noise(parts: impl Iterator<Item = (Self, f64)> + Clone, confidence: f64) -> f64 {
        let (whole, sum) = parts
            .clone()
            .fold((0.0, 0.0), |(whole, sum), (it, value)| (whole + it.weight(), sum + it.weight() * value));
        let fewest = parts.clone().map(|(it, _)| it.replications).min().unwrap_or(0);
        if whole <= 0.0 || fewest < 2 || parts.clone().count() < 2 {
            return 0.0;
        }
        let square = |x: f64| x * x;
        let of = |(it, value): (Self, f64)| square(it.probability / whole * (value - sum / whole)) * it.variance;
        student_t(confidence, fewest - 1) * parts.map(of).sum::<f64>().sqrt()
    }
}

fn ratio(pairs: &[(f64, f64)], confidence: f64) -> Option<Estimate> {
    let (sum, jobs) = pairs.iter().fold((0.0, 0.0), |(sum, jobs), pair| (sum + pair.0, jobs + pair.1));
    if jobs <= 0.0 {
        return None;
    }
    let (mean, average) = (sum / jobs, jobs / pairs.len() as f64);
    let values: Vec<f64> = pairs.iter().map(|(sum, jobs)| (sum - mean * jobs) / average).collect();
    let around = Estimate::of_skewed(&values, confidence)?;
    let end = |end: Option<f64>| end.map(|end| mean + end - around.mean);
    Some(Estimate { mean, low: end(around.low), high: end(around.high), count: around.count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(event: Option<&str>, probability: f64, units: std::ops::Range<usize>) -> Stratum {
        Stratum { event: event.map(str::to_owned), probability, units: units.collect(), length: None }
    }

    #[test]
    fn each_kind_of_replication_counts_as_it_is_probable() {
        let strata = Strata::of(vec![kind(None, 0.96, 0..10), kind(Some("hang"), 0.04, 10..20)], 20, false);
        let values: Vec<Option<f64>> = (0..20).map(|i| Some(if i < 10 { 1.0 } else { 101.0 })).collect();
        assert!((strata.mean(&values, 0.95).unwrap().mean - 5.0).abs() < 1e-12);
        let jobs: Vec<Jobs> = (0..20).map(|i| Jobs { all: 100.0, beyond: if i < 10 { 0.0 } else { 50.0 } }).collect();
        let share = strata.share(&jobs, 0.95, |_, spread| spread).unwrap();
        assert!((share.share - 0.02).abs() < 1e-12 && share.low < 0.02 && share.high > 0.02, "{share:?}");
        let weights = strata.weights();
        assert!((weights[0] - 1.92).abs() < 1e-12 && (weights[19] - 0.08).abs() < 1e-12);
    }

    #[test]
    fn a_kind_that_is_not_there_can_have_all_or_none_of_its_jobs_beyond() {
        let strata = Strata::of(vec![kind(None, 0.96, 0..19), kind(Some("hang"), 0.04, 19..20)], 20, true);
        let jobs = vec![Jobs { all: 1_000.0, beyond: 0.0 }; 20];
        let ShareInterval { low, high, .. } = strata.share(&jobs, 0.95, |_, spread| spread).unwrap();
        assert!(low == 0.0 && high > 0.04 && high < 0.05, "{high}");
    }

    #[test]
    fn small_kinds_are_joined_where_replications_came_as_they_do() {
        let strata = Strata::of(vec![kind(None, 0.9, 0..17), kind(Some("hang"), 0.1, 17..20)], 20, true);
        assert!(strata.is_plain(), "{strata:?}");
    }

    #[test]
    fn a_mean_over_jobs_weighs_jobs_and_not_replications() {
        let pairs = [(10.0, 1.0), (0.0, 9.0)];
        let estimate = Strata::one(2).ratio(&pairs, 0.95).unwrap();
        assert!((estimate.mean - 1.0).abs() < 1e-12 && estimate.high.unwrap() > 1.0);
    }
}
