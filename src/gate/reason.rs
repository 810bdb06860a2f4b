//! The likely reason why an objective is not met or a wait has grown, read off the curves: when in the run its jobs wait longest, how busy the workers
//! are then, and whose jobs stand before them.

use crate::experiment::{Curve, PointResult, Results};
use crate::findings::{percent, period};
use crate::metric::{CurveKind, ScopeKind, TimeStatistic};
use crate::units::{Human, human_count, human_seconds};

/// From this utilisation on a pool is called busy.
const BUSY: f64 = 0.9;

/// A sentence on the waits of a class, or of all jobs; `None` where nobody waited.
pub(super) fn reason(results: &Results, point: &PointResult, class: Option<&str>) -> Option<String> {
    let (kind, name) = class.map_or((ScopeKind::All, "all"), |name| (ScopeKind::Class, name));
    let waits = point.curve((kind, name), CurveKind::Wait(TimeStatistic::P95))?;
    // Nothing of the warm-up is counted.
    let first = results.first_counted_step();
    let waits: Vec<Option<f64>> =
        waits.mean.iter().enumerate().map(|(step, wait)| wait.filter(|_| step >= first)).collect();
    let (peak, longest) = peak_of(&waits)?;
    let steps = around(&waits, peak, longest);
    let when = period(results, steps.0, steps.1);
    let whose = class.map_or_else(|| "jobs".to_owned(), |name| format!("`{name}`"));
    let long = human_seconds(longest, Human::Prose);
    let workers = busiest(point, steps).map(|(pool, busy)| {
        let only = if busy < BUSY { "only " } else { "" };
        format!(", while `{pool}` is {only}{} busy", percent(busy))
    });
    let backlog = heaviest(point, steps).map(|(all, class, share)| {
        let all = human_count(all.round());
        if share < 0.999 {
            format!(" and {all} jobs wait on average, {} of them of `{class}`", percent(share))
        } else {
            format!(" and {all} jobs of `{class}` wait on average")
        }
    });
    let [workers, backlog] = [workers, backlog].map(Option::unwrap_or_default);
    Some(format!("The waits of {whose} are longest {when} (p95 up to {long}){workers}{backlog}."))
}

/// The step with the largest value.
fn peak_of(values: &[Option<f64>]) -> Option<(usize, f64)> {
    let known = values.iter().enumerate().filter_map(|(i, value)| Some((i, (*value)?)));
    known.reduce(|most, next| if next.1 > most.1 { next } else { most }).filter(|(_, value)| *value > 0.0)
}

/// The steps about the peak in which the value stays above half of it; the end is not among them.
fn around(values: &[Option<f64>], peak: usize, longest: f64) -> (usize, usize) {
    let high = |i: &usize| values[*i].is_some_and(|value| value >= longest / 2.0);
    let first = (0..peak).rev().take_while(high).last().unwrap_or(peak);
    let last = (peak..values.len()).take_while(high).last().unwrap_or(peak);
    (first, last + 1)
}

fn mean(curve: &Curve, (first, end): (usize, usize)) -> f64 {
    let known: Vec<f64> = curve.mean[first..end.min(curve.mean.len())].iter().flatten().copied().collect();
    known.iter().sum::<f64>() / known.len().max(1) as f64
}

/// The pool with the largest utilisation in the steps.
fn busiest(point: &PointResult, steps: (usize, usize)) -> Option<(&str, f64)> {
    let pools =
        point.curves.iter().filter(|curve| curve.scope.kind == ScopeKind::Pool && curve.metric == CurveKind::Busy);
    let shares = pools.filter_map(|busy| {
        let available = mean(point.curve((ScopeKind::Pool, &busy.scope.name), CurveKind::Available)?, steps);
        (available > 0.0).then(|| (busy.scope.name.as_str(), (mean(busy, steps) / available).min(1.0)))
    });
    shares.reduce(|most, next| if next.1 > most.1 { next } else { most })
}

/// The mean backlog in the steps, the class with the largest part of it, and that part; `None` without a backlog.
fn heaviest(point: &PointResult, steps: (usize, usize)) -> Option<(f64, &str, f64)> {
    let of_class = |name: &str| -> f64 {
        CurveKind::BACKLOG
            .into_iter()
            .filter_map(|place| point.curve((ScopeKind::Class, name), place))
            .map(|curve| mean(curve, steps))
            .sum()
    };
    let ready =
        point.curves.iter().filter(|curve| curve.scope.kind == ScopeKind::Class && curve.metric == CurveKind::Ready);
    let backlogs: Vec<(&str, f64)> =
        ready.map(|curve| (curve.scope.name.as_str(), of_class(&curve.scope.name))).collect();
    let all: f64 = backlogs.iter().map(|backlog| backlog.1).sum();
    let most = backlogs.into_iter().reduce(|most, next| if next.1 > most.1 { next } else { most })?;
    (all >= 1.0).then(|| (all, most.0, most.1 / all))
}
