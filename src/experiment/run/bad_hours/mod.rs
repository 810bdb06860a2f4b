//! Objectives that are met over the whole run and not in some hours of it; and when most jobs are late.
//!
//! Read off the curves by time of creation: the mean or the percentile of the waits of the jobs created in a step, and the utilisation of
//! pools. A share is taken as its percentile: at least 95 % within 10 s is a p95 of at most 10 s. Where a percentile has no curve, the next
//! lower one stands in, which is the more cautious. A stretch of steps counts when the curve is beyond the bound all through it, and
//! in its first and its last step by the whole interval. Where a stretch of waits begins and ends is then found to the minute, by
//! simulating a few replications once more: a display step changes no figure.

mod edges;
mod minutes;
mod span;

use rayon::prelude::*;

use crate::engine::simulate;
use crate::experiment::results::{BadHours, Curve, ObjectiveResult, PointResult, Results, Verdict};
use crate::experiment::run::error::{Stopped, stopped};
use crate::metric::{CurveKind, Metric, TimeStatistic};
use crate::model::{Comparison, DesignPoint, Measure, Objective, Reach, Statistic, Study};
use crate::random::ReplicationSeed;
use crate::units::SimDuration;
use edges::refine;
use minutes::{Minutes, Watch};
use span::Span;

/// Percentiles of the wait that have a curve, the highest first.
const PERCENTILES: [TimeStatistic; 3] = [TimeStatistic::P99, TimeStatistic::P95, TimeStatistic::P50];
/// At most so many alternatives that meet every objective are looked at: no more are told of.
const MOST_ALTERNATIVES: usize = 2;
/// At most so many replications are simulated once more to find the minutes.
const MOST_REPLICATIONS: u32 = 5;

/// Finds the bad hours of the objectives that are met: of the base, and of the first alternatives that meet all of theirs.
///
/// # Errors
/// [`Stopped`] where a replication is stopped that went on when it was simulated first.
pub fn find_bad_hours(study: &Study, results: &mut Results) -> Result<(), Stopped> {
    let first = results.first_counted_step();
    let span = Span { warmup: results.warmup_s, step: results.step_s, horizon: results.horizon_s, first };
    let meets_all = |point: &PointResult| point.objectives.iter().all(|o| o.verdict == Verdict::Met);
    let plain: Vec<usize> = (0..study.points.len()).filter(|&i| results.points[i].sweep.is_empty()).collect();
    let (base, others) = plain.split_at(plain.len().min(1));
    let others = others.iter().filter(|&&i| meets_all(&results.points[i])).take(MOST_ALTERNATIVES);
    let chosen: Vec<usize> = base.iter().chain(others).copied().collect();
    for place in chosen {
        let (point, result) = (&study.points[place], &mut results.points[place]);
        let mut found = coarse(point, result, span);
        let mut late = if place == 0 { late(point, result, span) } else { Vec::new() };
        if span.step > minutes::MINUTE.as_secs_f64() {
            refine_waits(study, (point, result.replications), (found.iter_mut().chain(&mut late), span))?;
        }
        for Found { objective, bad, .. } in found {
            result.objectives[objective].bad_hours = Some(bad).filter(|bad| !bad.stretches_s.is_empty());
        }
        for Found { objective, bad, .. } in late {
            result.objectives[objective].late_s = bad.stretches_s.first().copied();
        }
    }
    Ok(())
}

/// When an objective is not met.
struct Found {
    objective: usize,
    bad: BadHours,
    /// By which waits; `None`: it is not about waits.
    watch: Option<Watch>,
}

/// The objectives of a point that are met, by number, and when they are not, to the step.
fn coarse(point: &DesignPoint, result: &PointResult, span: Span) -> Vec<Found> {
    let met = |i: &usize| result.objectives[*i].verdict == Verdict::Met;
    let bad = |objective: usize| {
        let it = &point.objectives[objective];
        let bad = Watched::of(result, (it, &result.objectives[objective]))?.bad_hours(span)?;
        let watch = allowed(it).and_then(|allowed| Watch::of(it, wait_bound(it)?, allowed));
        Some(Found { objective, bad, watch })
    };
    (0..point.objectives.len()).filter(met).filter_map(bad).collect()
}

/// The objectives on waits that are not met, by number, and when most jobs wait for longer, to the step.
fn late(point: &DesignPoint, result: &PointResult, span: Span) -> Vec<Found> {
    let of = |objective: usize| {
        let (it, result_of) = (&point.objectives[objective], &result.objectives[objective]);
        let bound = wait_bound(it).filter(|_| result_of.verdict != Verdict::Met)?;
        let curve = curve_of(result, result_of, CurveKind::Wait(TimeStatistic::P50))?;
        let watched = Watched::above(curve, bound.0);
        let bad = watched.bad_hours(span)?;
        let metric = Metric::most_late(bound.0);
        let known = result.estimate(result_of.scope.key(), metric)?.mean;
        let [(from, to)] = bad.stretches_s[..] else { return None };
        let watch = Watch::of(it, bound, Some(0.5));
        (to - from - known).abs().le(&span.step).then_some(Found { objective, bad, watch })
    };
    (0..point.objectives.len()).filter_map(of).collect()
}

/// Finds the minutes at which stretches of waits begin and end.
fn refine_waits<'f>(
    study: &Study,
    (point, replications): (&DesignPoint, u32),
    (found, span): (impl Iterator<Item = &'f mut Found>, Span),
) -> Result<(), Stopped> {
    let (mut watches, mut refined) = (Vec::new(), Vec::new());
    for Found { bad, watch, .. } in found {
        if let Some(watch) = watch {
            watches.push(watch.clone());
            refined.push(bad);
        }
    }
    if watches.is_empty() {
        return Ok(());
    }
    let width = SimDuration::from_secs_f64(span.step / 60.0).max(minutes::MINUTE);
    let run = |replication: u32| {
        let mut minutes = Minutes::new(watches.clone(), width, point.model.horizon());
        let seed = ReplicationSeed { master: study.settings.seed, replication };
        simulate(&point.model, seed, &mut minutes).map_err(|halt| stopped(point, replication, halt))?;
        Ok(minutes)
    };
    let all: Vec<Minutes> =
        (0..replications.min(MOST_REPLICATIONS)).into_par_iter().map(run).collect::<Result<_, _>>()?;
    for (number, bad) in refined.into_iter().enumerate() {
        let scores = Minutes::pool(&all, number);
        refine(&mut bad.stretches_s, &scores, (width.as_secs_f64(), span));
    }
    Ok(())
}

/// The share of jobs that may be beyond the bound by the curve that is watched; `Some(None)`: the mean is bounded.
#[expect(clippy::option_option, reason = "whether waits are bounded, and whether their mean is")]
fn allowed(objective: &Objective) -> Option<Option<f64>> {
    Some(wait_statistic(objective)?.share().map(|share| 1.0 - share))
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
    fn above(curve: &Curve, bound: f64) -> Self {
        Self { name: String::new(), unit: "s", bound, mean: curve.mean.clone(), low: curve.mean.clone() }
    }

    fn of(point: &PointResult, (objective, result): (&Objective, &ObjectiveResult)) -> Option<Self> {
        if objective.measure == Measure::Figure(Metric::Utilisation) {
            return Self::utilisation(point, (objective, result));
        }
        let statistic = wait_statistic(objective)?;
        let curve = curve_of(point, result, CurveKind::Wait(statistic))?;
        let name = format!("{} wait", statistic.name());
        let (bound, _) = wait_bound(objective)?;
        Some(Self { name, unit: "s", bound, mean: curve.mean.clone(), low: curve.low.clone() })
    }

    /// Busy over available workers of a pool, step by step; without workers there is none.
    fn utilisation(point: &PointResult, (objective, result): (&Objective, &ObjectiveResult)) -> Option<Self> {
        if objective.chance.is_some() || !is_at_most(objective.comparison) {
            return None;
        }
        let (busy, available) =
            (curve_of(point, result, CurveKind::Busy)?, curve_of(point, result, CurveKind::Available)?);
        let over = |values: &[Option<f64>]| {
            let share = |(value, all): (&Option<f64>, &Option<f64>)| Some((*value)? / (*all).filter(|all| *all > 0.0)?);
            values.iter().zip(&available.mean).map(share).collect()
        };
        let (mean, low) = (over(&busy.mean), over(&busy.low));
        Some(Self { name: "utilisation".to_owned(), unit: "share", bound: objective.bound, mean, low })
    }

    fn bad_hours(&self, span: Span) -> Option<BadHours> {
        let stretches = self.stretches(span.first);
        let worst = stretches.iter().flat_map(|&(from, to)| self.mean[from..to].iter().flatten());
        let worst = worst.copied().reduce(f64::max)?;
        let seconds = |step: usize| (step as f64 * span.step).min(span.horizon);
        let stretches_s = stretches.into_iter().map(|(from, to)| (seconds(from), seconds(to))).collect();
        Some(BadHours { stretches_s, seen: self.name.clone(), worst, unit: self.unit.to_owned() })
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

fn curve_of<'a>(point: &'a PointResult, objective: &ObjectiveResult, kind: CurveKind) -> Option<&'a Curve> {
    point.curve(objective.scope.key(), kind)
}

fn is_at_most(comparison: Comparison) -> bool {
    matches!(comparison, Comparison::Less | Comparison::AtMost)
}

/// The wait in seconds that an objective allows its jobs at any time, and whether the bound itself is within it; `None` for others.
fn wait_bound(objective: &Objective) -> Option<(f64, bool)> {
    let is_above = is_at_most(objective.comparison) == matches!(objective.measure, Measure::OfTime(..));
    let (bound, reach) = objective.wait_bound().filter(|_| is_above && objective.chance.is_none())?;
    Some((bound.as_secs_f64(), reach == Reach::UpTo))
}

/// The statistic whose curve tells of the wait that an objective bounds.
fn wait_statistic(objective: &Objective) -> Option<TimeStatistic> {
    wait_bound(objective)?;
    let share = match objective.measure {
        Measure::OfTime(Statistic::Max, _) => return None,
        Measure::OfTime(Statistic::Mean, _) => return Some(TimeStatistic::Mean),
        Measure::OfTime(Statistic::Percentile(share), _) => share,
        _ => objective.bound,
    };
    PERCENTILES.into_iter().find(|statistic| statistic.share().is_some_and(|percentile| percentile <= share + 1e-9))
}
