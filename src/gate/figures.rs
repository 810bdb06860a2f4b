//! The figures of a point that a gate compares: those that alternatives are compared by, and what becomes of jobs after their
//! start.

use crate::experiment::{ComparedFigure, Metric, PointResult, ScopeKind};

use super::meaning::name;
use crate::findings::scope_words;

/// Jobs and attempts that came to nothing. A class whose world cannot have them has none.
const COUNTS: [&str; 11] = [
    "failures",
    "timed_out",
    "dead",
    "rejected",
    "balked",
    "dropped",
    "expired",
    "abandoned",
    "missed",
    "duplicates",
    "lost_with_worker",
];

/// Whether a class that does not have this figure has it with the value 0.
pub(super) fn is_count(metric: &str) -> bool {
    COUNTS.contains(&metric)
}

fn is_of_the_end(metric: &Metric) -> bool {
    let is_sojourn = matches!(metric.metric.as_str(), "sojourn_mean" | "sojourn_p95" | "sojourn_p99");
    match metric.scope.kind {
        ScopeKind::All => is_sojourn,
        ScopeKind::Class => is_sojourn || is_count(&metric.metric),
        _ => false,
    }
}

/// The figures of a point by their names; one that an objective measures too, as `p95(wait)` does `wait_p95`, only once.
pub(super) fn compared(point: &PointResult) -> Vec<(String, ComparedFigure<'_>)> {
    let ends = point.metrics.iter().filter(|metric| is_of_the_end(metric)).map(|metric| {
        let Metric { scope, metric, unit, at_least, values, .. } = metric;
        ComparedFigure { scope, metric, unit, at_least: *at_least, values, numbers: &point.directed, measure: None }
    });
    let mut figures: Vec<(String, ComparedFigure<'_>)> = Vec::new();
    for figure in ComparedFigure::all_of(point).into_iter().chain(ends) {
        let name = name(figure.scope, figure.metric);
        match figures.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if known.measure.is_none() => *known = figure,
            Some(_) => {}
            None => figures.push((name, figure)),
        }
    }
    figures
}

/// A figure in words, such as `the p95 sojourn of mail`; a count by its name.
pub(super) fn words(figure: &ComparedFigure<'_>) -> String {
    let whose = scope_words(figure.scope);
    match figure.metric {
        _ if figure.measure.is_some() => figure.words(),
        metric if is_count(metric) => format!("`{metric}` of {whose}"),
        metric => match metric.strip_prefix("sojourn_") {
            Some(statistic) => format!("the {statistic} sojourn of {whose}"),
            None => figure.words(),
        },
    }
}
