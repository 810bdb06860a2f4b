//! The verdict on an objective, from what each replication says of it.
//!
//! A percentile is judged as the share of jobs within its bound, which is counted exactly: `p95(wait) < 10s` and `share(wait < 10s) >= 95%`
//! are one verdict. A verdict that a rare event could overturn which no replication has seen is undecided, and names it.

use super::causes::Unseen;
use super::estimate::{Most, estimate_of};
use super::over_jobs::{OverJobs, Terms, at_least_share};
use super::strata::{Strata, Stratum};
use super::words::chance_in_words;
use crate::experiment::faults;
use crate::experiment::results::Verdict;
use crate::experiment::unit::{Evidence, Tally, TimesProfile, Value};
use crate::metric::Ceiling;
use crate::model::{Chance, Comparison, DesignPoint, Measure, Objective, Statistic};
use crate::stats::{Estimate, Jobs, Pooled, ShareInterval, exact_share, rank_of};

/// What is said of an objective.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Judgement {
    pub(in crate::experiment) estimate: Option<Estimate>,
    pub(in crate::experiment) at_least: bool,
    pub(in crate::experiment) verdict: Option<Verdict>,
    pub(in crate::experiment) values: Vec<Option<f64>>,
    /// Why it is undecided or has nothing to judge by, or what must be known beside the verdict.
    pub(in crate::experiment) reason: Option<String>,
    /// The tenant that decides, from 0.
    pub(in crate::experiment) tenant: Option<u16>,
}

/// What an objective is judged with.
#[derive(Clone)]
pub(super) struct Judge<'a> {
    pub(in crate::experiment) point: &'a DesignPoint,
    pub(in crate::experiment) objective: &'a Objective,
    pub(super) terms: Terms<'a>,
    /// Of each replication.
    pub(in crate::experiment) evidence: Vec<&'a Evidence>,
    /// The times that it is about, of each replication, where they are those of some classes.
    pub(in crate::experiment) times: Vec<Vec<&'a TimesProfile>>,
    /// Jobs created in a replication, on average.
    pub(in crate::experiment) created: f64,
    /// What can have stayed unseen of a share.
    pub(super) unseen: Unseen,
    /// What a mean is expected to lack, in seconds.
    pub(super) lacking: f64,
}

impl<'a> Judge<'a> {
    pub(in crate::experiment) fn judge(&self) -> Judgement {
        let mut judgement = if self.created <= 0.0 && !self.is_about_workers() {
            Judgement { verdict: Some(Verdict::NoData), ..Judgement::default() }
        } else if let Some(chance) = self.objective.chance {
            self.chance(chance)
        } else if self.counts_jobs() {
            self.worst_tenant()
        } else {
            self.own_values()
        };
        self.explain(&mut judgement);
        judgement
    }

    fn is_about_workers(&self) -> bool {
        let Measure::Figure(metric) = self.objective.measure else { return false };
        let of_jobs = [Ceiling::Jobs, Ceiling::JobHours, Ceiling::JobTime];
        !metric.asked().is_some_and(|asked| of_jobs.contains(&asked.ceiling))
    }

    /// Whether it is about a share or a percentile of jobs, or their mean.
    fn counts_jobs(&self) -> bool {
        matches!(
            self.objective.measure,
            Measure::OfTime(Statistic::Percentile(_) | Statistic::Mean, _)
                | Measure::ShareWithin(..)
                | Measure::ShareLost(_)
                | Measure::CountLost(_)
        )
    }

    pub(in crate::experiment) fn strata(&self) -> &'a Strata {
        self.terms.strata
    }

    // Jobs

    /// Each tenant is judged by itself: all must meet a promise to each. That one of many misses it is said with an error that they share.
    fn worst_tenant(&self) -> Judgement {
        if !self.objective.among.by_tenant {
            return self.jobs_of(0, self.terms);
        }
        let tenants = self.evidence.iter().map(|evidence| evidence.tallies.len().max(evidence.times.len())).max();
        let has_jobs = |tenant: &usize| {
            let of = |evidence: &&Evidence| {
                evidence.tallies.get(*tenant).is_some_and(|t| t.within + t.beyond + t.undecided > 0)
            };
            self.evidence.iter().any(of)
        };
        let tenants: Vec<usize> = (0..tenants.unwrap_or(0)).filter(has_jobs).collect();
        let shared = 1.0 - (1.0 - self.terms.confidence) / tenants.len().max(1) as f64;
        let strict = Terms { confidence: shared, ..self.terms };
        let judged = tenants.iter().map(|&tenant| {
            let mut judgement = self.jobs_of(tenant, self.terms);
            if judgement.verdict == Some(Verdict::Missed) {
                judgement.verdict = self.jobs_of(tenant, strict).verdict;
            }
            judgement.tenant = Some(tenant as u16);
            judgement
        });
        let worst = judged.reduce(|worst, other| if self.is_worse(&other, &worst) { other } else { worst });
        worst.unwrap_or(Judgement { verdict: Some(Verdict::NoData), ..Judgement::default() })
    }

    fn is_worse(&self, one: &Judgement, other: &Judgement) -> bool {
        let rank = |judgement: &Judgement| match judgement.verdict {
            Some(Verdict::Missed) => 3,
            Some(Verdict::Undecided) => 2,
            Some(Verdict::Met) => 1,
            Some(Verdict::NoData) | None => 0,
        };
        let value = |judgement: &Judgement| {
            let mean = judgement.estimate.map_or(0.0, |estimate| estimate.mean);
            if self.objective.comparison.wants_more() { -mean } else { mean }
        };
        (rank(one), value(one)) > (rank(other), value(other))
    }

    pub(in crate::experiment) fn tallies(&self, tenant: usize) -> Vec<Tally> {
        self.evidence.iter().map(|evidence| evidence.tallies.get(tenant).copied().unwrap_or_default()).collect()
    }

    fn jobs_of(&self, tenant: usize, terms: Terms<'a>) -> Judgement {
        let own: Vec<Vec<&TimesProfile>> =
            self.evidence.iter().map(|evidence| evidence.times.get(tenant).into_iter().collect()).collect();
        let is_own = !self.objective.among.is_all();
        let over = OverJobs::new(if is_own { own } else { self.times.clone() }, terms);
        if let Measure::OfTime(Statistic::Mean, _) = self.objective.measure {
            let found = over.statistic(Statistic::Mean, terms.unseen_time);
            let estimate = found.estimate.map(|estimate| self.with_absent(estimate, Most::Value(terms.longest)));
            let estimate = estimate.map(|estimate| self.with_lacking(estimate));
            let verdict = self.by_interval(estimate, found.at_least);
            return Judgement {
                estimate,
                at_least: found.at_least,
                verdict,
                values: found.values,
                ..Judgement::default()
            };
        }
        let tallies = self.tallies(tenant);
        let jobs: Vec<Jobs> = tallies.iter().map(|tally| tally.jobs()).collect();
        let bucket = self.bucket();
        let Some(interval) = over.share(&jobs, bucket) else {
            return Judgement { verdict: Some(Verdict::NoData), ..Judgement::default() };
        };
        let interval = with_undecided(&over, (&tallies, bucket), interval);
        let has_interval = terms.is_certain || self.evidence.len() > 1;
        let counts = Counts { over: &over, jobs: &jobs, interval, has_interval };
        match self.objective.measure {
            Measure::OfTime(Statistic::Percentile(share), _) => self.percentile(share, &counts),
            Measure::ShareLost(_) => self.share(&counts, (interval.share, interval.low, interval.high), 1.0),
            Measure::CountLost(_) => self.count(&counts),
            _ => {
                let ShareInterval { share, low, high } = interval;
                self.share(&counts, (1.0 - share, 1.0 - high, 1.0 - low), -1.0)
            }
        }
    }

    fn bucket(&self) -> u32 {
        let bound = self.objective.counted_bound().and_then(|(_, bound)| bound);
        bound.map_or(0, |(bound, _)| Pooled::<7>::bucket_at(bound.as_nanos()))
    }

    /// The verdict on a percentile is that on the share of the jobs within its bound.
    fn percentile(&self, share: f64, counts: &Counts<'_, '_>) -> Judgement {
        let Counts { over, interval, has_interval, .. } = counts;
        let within = at_least_share((1.0 - interval.high, 1.0 - interval.low), share);
        let verdict = match (self.objective.comparison.wants_more(), within) {
            (true, Verdict::Met) => Verdict::Missed,
            (true, Verdict::Missed) => Verdict::Met,
            (_, verdict) => verdict,
        };
        let verdict = if *has_interval { verdict } else { Verdict::Undecided };
        let found = over.statistic(Statistic::Percentile(share), self.terms.longest);
        let estimate = found.estimate.map(|estimate| self.beside_the_bound(estimate, within, found.at_least));
        Judgement {
            estimate,
            at_least: found.at_least,
            verdict: Some(verdict),
            values: found.values,
            ..Judgement::default()
        }
    }

    /// A percentile in the bucket of its bound is on the side on which the jobs are that were counted.
    fn beside_the_bound(&self, estimate: Estimate, within: Verdict, at_least: bool) -> Estimate {
        let bound = self.objective.bound;
        let close = |end: f64| (end - bound).abs() <= bound * 0.01;
        let side = |end: f64| match within {
            Verdict::Met if close(end) => end.min(bound),
            Verdict::Missed if close(end) => end.max(bound),
            _ => end,
        };
        if at_least {
            return estimate;
        }
        Estimate { mean: side(estimate.mean), low: estimate.low.map(side), high: estimate.high.map(side), ..estimate }
    }

    fn share(&self, counts: &Counts<'_, '_>, (share, low, high): (f64, f64, f64), sign: f64) -> Judgement {
        let Counts { jobs, has_interval, .. } = counts;
        let end = |at: f64| has_interval.then_some(at.clamp(0.0, 1.0));
        let estimate = Estimate { mean: share, low: end(low), high: end(high), count: jobs.len() as u32 };
        let beyond = if sign > 0.0 { share } else { 1.0 - share };
        let residuals: Vec<f64> = jobs.iter().map(|jobs| sign * (jobs.beyond - beyond * jobs.all)).collect();
        let average = jobs.iter().map(|jobs| jobs.all).sum::<f64>() / jobs.len() as f64;
        let values = self.values(share, &residuals, 1.0 / average);
        let verdict = self.by_interval(Some(estimate), false);
        Judgement { estimate: Some(estimate), verdict, values, ..Judgement::default() }
    }

    /// The number of lost jobs of a replication: their share of the jobs that come.
    fn count(&self, counts: &Counts<'_, '_>) -> Judgement {
        let Counts { jobs, interval, has_interval, .. } = counts;
        let values: Vec<Option<f64>> = jobs.iter().map(|jobs| Some(jobs.beyond)).collect();
        let weights = self.strata().weights();
        let total: f64 = weights.iter().sum();
        let average = jobs.iter().zip(&weights).map(|(jobs, weight)| jobs.all * weight).sum::<f64>() / total.max(1.0);
        let estimate = self.strata().mean(&values, self.terms.confidence).map(|estimate| {
            let low = estimate.low.map(|low| low.min(interval.low * average).max(0.0));
            let high = estimate.high.map(|high| high.max(interval.high * average));
            let end = |at: Option<f64>| at.filter(|_| *has_interval);
            let certain = self.terms.is_certain.then_some(estimate.mean);
            Estimate { low: certain.or(end(low)), high: certain.or(end(high)), ..estimate }
        });
        Judgement { estimate, verdict: self.by_interval(estimate, false), values, ..Judgement::default() }
    }

    fn values(&self, mean: f64, residuals: &[f64], scale: f64) -> Vec<Option<f64>> {
        let weights = self.strata().weights();
        let value = |(residual, weight): (&f64, f64)| (weight > 0.0).then_some(mean + weight * residual * scale);
        residuals.iter().zip(weights).map(value).collect()
    }

    // Values of replications

    fn own_values(&self) -> Judgement {
        if !self.objective.among.by_tenant {
            return self.of_values(&self.evidence.iter().map(|evidence| evidence.value).collect::<Vec<_>>());
        }
        let tenants = self.evidence.iter().map(|evidence| evidence.times.len()).max().unwrap_or(0);
        let judged = (0..tenants).map(|tenant| {
            let longest = |evidence: &&Evidence| {
                evidence.times.get(tenant).and_then(TimesProfile::max).map_or_else(Value::default, Value::from)
            };
            let judgement = self.of_values(&self.evidence.iter().map(longest).collect::<Vec<_>>());
            Judgement { tenant: Some(tenant as u16), ..judgement }
        });
        let worst = judged.reduce(|worst, other| if self.is_worse(&other, &worst) { other } else { worst });
        worst.unwrap_or(Judgement { verdict: Some(Verdict::NoData), ..Judgement::default() })
    }

    fn of_values(&self, values: &[Value]) -> Judgement {
        let at_least = values.iter().any(|value| value.at_least);
        let estimate = estimate_of(values, &self.terms, self.most_unseen());
        let estimate = estimate.map(|estimate| self.with_lacking(self.with_absent(estimate, self.most())));
        let verdict = self.by_interval(estimate, at_least);
        let values = self.strata().contributions(values);
        Judgement { estimate, at_least, verdict, values, ..Judgement::default() }
    }

    /// Replications of a kind that is not there could have any value up to the largest.
    fn with_absent(&self, estimate: Estimate, most: Most) -> Estimate {
        let absent = self.strata().absent_probability();
        let most = match most {
            Most::Seen => return estimate,
            Most::Value(most) => most,
            Most::Twice => 2.0 * estimate.mean,
            Most::More(more) => estimate.mean + more,
            Most::Rate(_) => f64::INFINITY,
        };
        if absent == 0.0 {
            return estimate;
        }
        let low = estimate.low.map(|low| low * (1.0 - absent));
        Estimate { low, high: estimate.high.map(|high| high * (1.0 - absent) + absent * most), ..estimate }
    }

    /// What is long and rare is expected not to be in a mean yet.
    fn with_lacking(&self, estimate: Estimate) -> Estimate {
        Estimate { high: estimate.high.map(|high| high + self.lacking), ..estimate }
    }

    /// The largest value that could have stayed unseen by chance.
    fn most_unseen(&self) -> Most {
        let (time, horizon) = (self.terms.unseen_time, self.point.model.horizon().as_secs_f64());
        match self.objective.measure.ceiling() {
            Some(Ceiling::Jobs) => Most::More((self.created * time / horizon).min(self.created) + 1.0),
            Some(Ceiling::JobHours) => Most::More(self.created * time / 3_600.0),
            Some(Ceiling::JobTime) => Most::Value(time),
            Some(Ceiling::Spell) => Most::More(time.min(horizon)),
            _ => self.most(),
        }
    }

    /// The largest value that a replication can have.
    fn most(&self) -> Most {
        let horizon = self.point.model.horizon().as_secs_f64();
        match self.objective.measure.ceiling() {
            Some(Ceiling::Price) if self.point.model.has_fixed_workers() => Most::Seen,
            Some(Ceiling::Price) => Most::Twice,
            Some(Ceiling::Whole) => Most::Value(1.0),
            Some(Ceiling::Jobs) => Most::Value(self.created),
            Some(Ceiling::JobHours) => Most::Value(self.created * horizon / 3_600.0),
            Some(Ceiling::JobTime) => Most::Value(self.terms.longest),
            Some(Ceiling::Rate) => Most::Rate(faults::months(&self.point.model)),
            Some(Ceiling::Spell | Ceiling::Run) | None => Most::Value(horizon),
        }
    }

    fn by_interval(&self, estimate: Option<Estimate>, at_least: bool) -> Option<Verdict> {
        by_interval(self.objective, estimate, at_least)
    }

    // Chances

    /// The share of the replications in which the condition holds, each by its own value.
    fn chance(&self, Chance { comparison, share }: Chance) -> Judgement {
        let holds: Vec<Option<bool>> = self.evidence.iter().map(|evidence| self.holds(evidence)).collect();
        let count = |wanted: Option<bool>, kind: &Stratum| {
            kind.units.iter().filter(|&&unit| holds[unit] == wanted).count() as f64
        };
        let of = |kind: &Stratum| {
            let (all, no, unknown) = (kind.units.len() as f64, count(Some(false), kind), count(None, kind));
            let least = exact_share(all - no - unknown, all, self.terms.confidence)?;
            let most = exact_share(all - no, all, self.terms.confidence)?;
            Some((kind.probability, ShareInterval { share: least.share, low: least.low, high: most.high }))
        };
        let parts: Vec<(f64, ShareInterval)> = self.strata().present.iter().filter_map(of).collect();
        let mut interval = Strata::weighted(&parts, self.strata().absent_probability());
        if self.terms.is_certain {
            interval = interval.map(|interval| ShareInterval { low: interval.share, high: interval.share, ..interval });
        }
        let estimate = interval.map(|ShareInterval { share, low, high }| Estimate {
            mean: share,
            low: Some(low),
            high: Some(high),
            count: holds.len() as u32,
        });
        let promise = Objective { comparison, bound: share, ..self.objective.clone() };
        let verdict = by_interval(&promise, estimate, false);
        let empty = self.evidence.iter().filter(|evidence| self.is_empty(evidence)).count();
        let value =
            |holds: &Option<bool>| Value { value: holds.map(|holds| f64::from(u8::from(holds))), ..Value::default() };
        let values = self.strata().contributions(&holds.iter().map(value).collect::<Vec<Value>>());
        Judgement {
            estimate,
            verdict,
            values,
            reason: chance_in_words(estimate, empty, self.terms.confidence),
            ..Judgement::default()
        }
    }

    /// Whether there is no job that the condition is about.
    fn is_empty(&self, evidence: &Evidence) -> bool {
        let jobs: u64 = evidence.tallies.iter().map(|tally| tally.within + tally.beyond + tally.undecided).sum();
        if evidence.tallies.is_empty() { evidence.value.value.is_none() } else { jobs == 0 }
    }

    /// Whether the condition holds in a replication; `None`: it is not known. A condition on jobs holds where there is no job.
    fn holds(&self, evidence: &Evidence) -> Option<bool> {
        let Objective { measure, comparison, bound, .. } = self.objective;
        if self.is_empty(evidence) {
            return Some(true);
        }
        let of = |tally: &Tally| {
            let (all, undecided) = (tally.within + tally.beyond, tally.undecided);
            let compare = |part: u64, all: u64| comparison.holds(part as f64, bound * all as f64);
            match measure {
                _ if all + undecided == 0 => Some(true),
                Measure::OfTime(Statistic::Percentile(share), _) => {
                    let is_within =
                        |within: u64, all: u64| (all > 0 && within >= rank_of(*share, all)) != comparison.wants_more();
                    same(is_within(tally.within, all + undecided), is_within(tally.within + undecided, all + undecided))
                }
                Measure::ShareWithin(..) => {
                    same(compare(tally.within, all + undecided), compare(tally.within + undecided, all + undecided))
                }
                Measure::ShareLost(_) => Some(compare(tally.beyond, all)),
                Measure::CountLost(_) => Some(comparison.holds(tally.beyond as f64, *bound)),
                _ => None,
            }
        };
        if self.counts_jobs() && !matches!(measure, Measure::OfTime(Statistic::Mean, _)) {
            let all: Vec<Option<bool>> = evidence.tallies.iter().map(of).collect();
            return if all.contains(&Some(false)) {
                Some(false)
            } else {
                all.into_iter().collect::<Option<Vec<bool>>>().map(|_| true)
            };
        }
        let value = evidence.value.value?;
        match (comparison.holds(value, *bound), evidence.value.at_least) {
            (holds, false) => Some(holds),
            // A larger value would do as well, or be as bad.
            (holds, true) => (holds == comparison.wants_more()).then_some(holds),
        }
    }
}

/// Decided only when the whole interval lies on one side of the bound; a value known only from below can miss, not meet.
fn by_interval(objective: &Objective, estimate: Option<Estimate>, at_least: bool) -> Option<Verdict> {
    let Some(estimate) = estimate else { return Some(Verdict::NoData) };
    let (Some(low), Some(high)) = (estimate.low, estimate.high) else { return Some(Verdict::Undecided) };
    let Objective { comparison, bound, .. } = objective;
    let slack = bound.abs() * 1e-12;
    let good = |value: f64| match comparison {
        Comparison::Less => value < *bound,
        Comparison::AtMost => value <= bound + slack,
        Comparison::Greater => value > *bound,
        Comparison::AtLeast => value >= bound - slack,
    };
    let wants_more = comparison.wants_more();
    Some(match (good(low), good(high)) {
        (true, true) if wants_more || !at_least => Verdict::Met,
        (false, false) if !(wants_more && at_least) => Verdict::Missed,
        _ => Verdict::Undecided,
    })
}

/// What an objective on jobs is judged by.
struct Counts<'o, 'a> {
    over: &'o OverJobs<'a, 7>,
    jobs: &'o [Jobs],
    /// Of the share beyond the bound.
    interval: ShareInterval,
    has_interval: bool,
}

/// Jobs that were still there at the end and within the bound then could go beyond it.
fn with_undecided(
    over: &OverJobs<'_, 7>,
    (tallies, bucket): (&[Tally], u32),
    interval: ShareInterval,
) -> ShareInterval {
    if tallies.iter().all(|tally| tally.undecided == 0) {
        return interval;
    }
    let jobs = |beyond: fn(&Tally) -> u64| -> Vec<Jobs> {
        let all = |tally: &Tally| (tally.within + tally.beyond + tally.undecided) as f64;
        tallies.iter().map(|tally| Jobs { all: all(tally), beyond: beyond(tally) as f64 }).collect()
    };
    let most = over.share(&jobs(|tally| tally.beyond + tally.undecided), bucket).map_or(1.0, |most| most.high);
    let least = over.share(&jobs(|tally| tally.beyond), bucket).map_or(0.0, |least| least.low);
    ShareInterval { low: interval.low.min(least), high: interval.high.max(most), ..interval }
}

fn same(one: bool, other: bool) -> Option<bool> {
    (one == other).then_some(one)
}
