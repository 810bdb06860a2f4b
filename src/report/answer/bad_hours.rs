//! Objectives that are met over the whole run and not in some hours of it.
//!
//! Read off the curves by time of creation: the mean or the percentile of the waits of the jobs created in a step, and the utilisation of
//! pools. A share is taken as its percentile: at least 95 % within 10 s is a p95 of at most 10 s. Where a percentile has no curve, the next
//! lower one stands in, which is the more cautious. A stretch of steps is told when the curve is beyond the bound all through it, and
//! in its first and its last step by the whole interval.

use crate::experiment::{Curve, ObjectiveResult, PointResult, Results, Verdict};
use crate::report::curve::{clock_period, find_curve};
use crate::report::figures::figure;
use crate::report::words::{base_point, is_base, overall, plain_points, scope_words};
use crate::units::{Human, human_seconds};

use super::base::wait_bound;

/// Percentiles of the wait that have a curve, the highest first.
const PERCENTILES: [(f64, &str); 3] = [(0.99, "wait_p99"), (0.95, "wait_p95"), (0.5, "wait_p50")];
/// At most so many objectives are told of a design point.
const MOST_OBJECTIVES: usize = 2;
/// At most so many stretches are told of an objective.
const MOST_STRETCHES: usize = 2;
/// At most so many alternatives that meet every objective are told of.
const MOST_ALTERNATIVES: usize = 2;

/// Which objectives that are met have bad hours, of the base and of the alternatives that meet all of theirs.
pub(super) fn sentence(results: &Results) -> Option<String> {
    let good = |point: &&PointResult| !is_base(point) && overall(point) == Some(Verdict::Met);
    let alternatives = plain_points(results).into_iter().filter(good).take(MOST_ALTERNATIVES);
    let points = base_point(results).into_iter().chain(alternatives);
    let told: Vec<String> = points.filter_map(|point| of_point(results, point)).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn of_point(results: &Results, point: &PointResult) -> Option<String> {
    let met = point.objectives.iter().filter(|objective| objective.verdict == Verdict::Met);
    let bad: Vec<Bad<'_>> = met.filter_map(|objective| Bad::of(results, point, objective)).collect();
    let (told, others) = bad.split_at(bad.len().min(MOST_OBJECTIVES));
    let whose = if is_base(point) { String::new() } else { format!("With `{}`, ", point.alternative) };
    let mut sentences: Vec<String> = told.iter().map(|bad| format!("{whose}{}.", bad.words(results))).collect();
    sentences.extend(match others.len() {
        0 => None,
        1 => Some("1 more objective that is met has such hours.".to_owned()),
        n => Some(format!("{n} more objectives that are met have such hours.")),
    });
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// An objective that is met, and when it is not.
struct Bad<'a> {
    objective: &'a ObjectiveResult,
    /// First step and the one behind the last, in the order of time.
    stretches: Vec<(usize, usize)>,
    /// What is seen there, and the value farthest beyond the bound.
    seen: (String, f64, &'static str),
}

impl<'a> Bad<'a> {
    fn of(results: &Results, point: &PointResult, objective: &'a ObjectiveResult) -> Option<Self> {
        let watched = Watched::of(point, objective)?;
        let first = libm::ceil(results.warmup_s / results.step_s - 1e-9) as usize;
        let stretches = watched.stretches(first);
        let worst = stretches.iter().flat_map(|&(from, to)| watched.mean[from..to].iter().flatten());
        let worst = worst.copied().fold(f64::MIN, f64::max);
        let bad = Self { objective, stretches, seen: (watched.name, worst, watched.unit) };
        (worst > f64::MIN).then_some(bad)
    }

    /// "`p95(wait) < 30s` of task is met over the week; Monday 09:00 to 12:18 is not (p95 wait up to 21 min)".
    fn words(&self, results: &Results) -> String {
        let mut longest = self.stretches.clone();
        longest.sort_by_key(|&(from, to)| (std::cmp::Reverse(to - from), from));
        longest.truncate(MOST_STRETCHES);
        longest.sort_unstable();
        let told: Vec<String> = longest.iter().map(|&(from, to)| clock_period(results, from, to)).collect();
        let steps: usize = self.stretches.iter().map(|(from, to)| to - from).sum();
        let more = self.stretches.len() - longest.len();
        let when = if more > 0 {
            let all = human_seconds(steps as f64 * results.step_s, Human::Prose);
            format!("{} and {more} more times ({all} in all) are", told.join(", "))
        } else {
            format!("{} {}", told.join(" and "), if told.len() == 1 { "is" } else { "are" })
        };
        let (name, worst, unit) = &self.seen;
        let (text, whom) = (&self.objective.text, scope_words(&self.objective.scope));
        let run = whole_run(results);
        format!("`{text}` of {whom} is met over {run}; {when} not ({name} up to {})", figure(*worst, unit))
    }
}

fn whole_run(results: &Results) -> String {
    let counted = results.horizon_s - results.warmup_s;
    match counted {
        604_800.0 => "the week".to_owned(),
        86_400.0 => "the day".to_owned(),
        _ => format!("the {} of the run", human_seconds(counted, Human::Prose)),
    }
}

/// A curve that an objective bounds from above at every time.
struct Watched {
    name: String,
    unit: &'static str,
    bound: f64,
    mean: Vec<Option<f64>>,
    low: Vec<Option<f64>>,
}

impl Watched {
    fn of(point: &PointResult, objective: &ObjectiveResult) -> Option<Self> {
        if objective.unit == "share" && objective.metric == "utilisation" {
            return Self::utilisation(point, objective);
        }
        let metric = wait_metric(objective)?;
        let curve = find_curve(point, objective.scope.kind, &objective.scope.name, metric)?;
        let bound = wait_bound(objective).filter(|_| is_upper(objective))?;
        let name = match metric.strip_prefix("wait_")? {
            "mean" => "mean wait".to_owned(),
            percentile => format!("{percentile} wait"),
        };
        Some(Self { name, unit: "s", bound, mean: curve.mean.clone(), low: curve.low.clone() })
    }

    /// Busy over available workers of a pool, step by step; without workers there is none.
    fn utilisation(point: &PointResult, objective: &ObjectiveResult) -> Option<Self> {
        let curve = |metric| find_curve(point, objective.scope.kind, &objective.scope.name, metric);
        let (busy, available): (&Curve, &Curve) = (curve("busy")?, curve("available")?);
        let over = |values: &[Option<f64>]| {
            let share = |(value, all): (&Option<f64>, &Option<f64>)| Some((*value)? / (*all).filter(|all| *all > 0.0)?);
            values.iter().zip(&available.mean).map(share).collect()
        };
        let (mean, low) = (over(&busy.mean), over(&busy.low));
        let bound = (!objective.larger_is_better).then_some(objective.bound)?;
        Some(Self { name: "utilisation".to_owned(), unit: "share", bound, mean, low })
    }

    /// Runs of steps beyond the bound; a step without jobs ends none.
    fn stretches(&self, first: usize) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut open = false;
        for step in first..self.mean.len() {
            match self.mean[step] {
                Some(mean) if mean > self.bound => match found.last_mut().filter(|_| open) {
                    Some(last) => last.1 = step + 1,
                    None => found.push((step, step + 1)),
                },
                Some(_) => {
                    open = false;
                    continue;
                }
                None => continue,
            }
            open = true;
        }
        let is_sure = |step: &usize| self.low.get(*step).copied().flatten().is_some_and(|low| low > self.bound);
        let sure = |(from, to): (usize, usize)| Some(((from..to).find(is_sure)?, (from..to).rfind(is_sure)? + 1));
        found.into_iter().filter_map(sure).collect()
    }
}

/// Whether the wait must stay below the bound.
fn is_upper(objective: &ObjectiveResult) -> bool {
    objective.larger_is_better == (objective.unit == "share")
}

/// The curve that tells of the wait that an objective bounds.
fn wait_metric(objective: &ObjectiveResult) -> Option<&'static str> {
    let share = match objective.metric.split_once('(')? {
        ("share", _) => objective.bound,
        ("mean", "wait)") => return Some("wait_mean"),
        (percentile, "wait)") => percentile.strip_prefix('p')?.parse::<f64>().ok()? / 100.0,
        _ => return None,
    };
    PERCENTILES.into_iter().find(|(percentile, _)| *percentile <= share + 1e-9).map(|(_, metric)| metric)
}
