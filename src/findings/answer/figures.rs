//! Without objectives there is nothing to meet or miss: what the figures are in each alternative and along a sweep.

use crate::experiment::{PointResult, Results};
use crate::findings::figures::{figure, figure_with_interval};
use crate::findings::words::{is_base, plain_points};
use crate::metric::Metric;

/// At most so many alternatives are told.
const MOST: usize = 4;

/// What most readers want first of all jobs.
pub(super) fn wait_words(point: &PointResult) -> Option<String> {
    value(point, Metric::WAIT_P95).map(|wait| format!("the p95 wait of all jobs is {wait}"))
}

/// The p95 waits of the alternatives, or, without any, the mean wait and the backlog of the base, and what a sweep makes of them.
pub(super) fn sentence(results: &Results) -> Option<String> {
    if results.points.iter().any(|point| !point.objectives.is_empty()) {
        return None;
    }
    let alternatives: Vec<&PointResult> = plain_points(results).into_iter().filter(|point| !is_base(point)).collect();
    let told = match alternatives.as_slice() {
        [] => base_words(results),
        all => Some(alternative_words(all)),
    };
    let parts: Vec<String> = [told, sweep_words(results)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn base_words(results: &Results) -> Option<String> {
    let base = plain_points(results).into_iter().find(|point| is_base(point))?;
    let (mean, backlog) = (value(base, Metric::WAIT_MEAN)?, value(base, Metric::BacklogMax)?);
    let busy =
        value(base, Metric::Utilisation).map_or_else(String::new, |busy| format!(", and the workers are {busy} busy"));
    Some(format!("The mean wait is {mean}, the largest backlog {backlog}{busy}."))
}

fn alternative_words(all: &[&PointResult]) -> String {
    let clause = |point: &&PointResult| {
        let wait = value(point, Metric::WAIT_P95)?;
        let cost = value(point, Metric::Cost).map_or_else(String::new, |cost| format!(" at a cost of {cost}"));
        Some(format!("{wait}{cost} with `{}`", point.alternative))
    };
    let clauses: Vec<String> = all.iter().filter_map(clause).take(MOST).collect();
    let more = match all.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("; {more} more are in the table"),
    };
    format!("The p95 wait is {}{more}.", clauses.join(", "))
}

/// With one swept path: the figure at both ends.
fn sweep_words(results: &Results) -> Option<String> {
    let [axis] = results.axes.as_slice() else { return None };
    let first = results.points.first()?;
    let swept: Vec<&PointResult> =
        results.points.iter().filter(|p| p.alternative == first.alternative && !p.sweep.is_empty()).collect();
    let end = |point: &PointResult| {
        let metric = point.metric_of_all(Metric::WAIT_P95)?;
        Some(format!("{} at {}", figure(metric.estimate.as_ref()?.mean, &metric.unit), point.sweep.first()?))
    };
    Some(format!("Along `{}` the p95 wait goes from {} to {}.", axis.path, end(swept.first()?)?, end(swept.last()?)?))
}

fn value(point: &PointResult, metric: Metric) -> Option<String> {
    let metric = point.metric_of_all(metric)?;
    Some(figure_with_interval(metric.estimate.as_ref()?, &metric.unit, metric.at_least))
}
