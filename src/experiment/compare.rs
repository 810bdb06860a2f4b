//! Paired differences of alternatives against the base, replication by replication, and their verdict in words.

use super::results::{Difference, Metric, PointResult, ScopeKind};
use crate::stats::Estimate;
use crate::units::{Human, human_count, human_seconds};

/// The figures that alternatives are compared by.
fn is_compared(metric: &Metric) -> bool {
    match metric.scope.kind {
        ScopeKind::All => matches!(metric.metric.as_str(), "backlog_max" | "drain_time" | "worker_hours" | "cost"),
        ScopeKind::Class => matches!(metric.metric.as_str(), "wait_mean" | "wait_p95" | "wait_p99"),
        _ => false,
    }
}

/// The differences of every point without sweep against the first point.
pub(super) fn differences(points: &[PointResult], confidence: f64) -> Vec<Difference> {
    let Some(base) = points.first() else { return Vec::new() };
    let alternatives = points.iter().skip(1).filter(|point| point.sweep.is_empty());
    alternatives.flat_map(|alternative| against(base, alternative, confidence)).collect()
}

fn against(base: &PointResult, alternative: &PointResult, confidence: f64) -> Vec<Difference> {
    let pair = |metric: &Metric| {
        let same = |other: &&Metric| other.scope == metric.scope && other.metric == metric.metric;
        let other = alternative.metrics.iter().find(same)?;
        difference(&alternative.alternative, metric, other, confidence)
    };
    base.metrics.iter().filter(|metric| is_compared(metric)).filter_map(pair).collect()
}

fn difference(alternative: &str, base: &Metric, other: &Metric, confidence: f64) -> Option<Difference> {
    let pairs: Vec<(f64, f64)> =
        base.values.iter().zip(&other.values).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| b - a).collect();
    let estimate = Estimate::of(&differences, confidence)?;
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / pairs.len() as f64;
    Some(Difference {
        alternative: alternative.into(),
        scope: base.scope.clone(),
        metric: base.metric.clone(),
        unit: base.unit.clone(),
        base: mean(pairs.iter().map(|pair| pair.0).collect()),
        value: mean(pairs.iter().map(|pair| pair.1).collect()),
        words: words(alternative, base, estimate, Knowledge::of(base, other)),
        estimate,
    })
}

/// What is known of a difference when some values are only lower bounds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Knowledge {
    Exact,
    /// The base is larger than stated: a decrease is at least as large as stated.
    BaseIsMore,
    /// The alternative is larger than stated: an increase is at least as large as stated.
    AlternativeIsMore,
    Neither,
}

impl Knowledge {
    fn of(base: &Metric, other: &Metric) -> Self {
        match (base.at_least, other.at_least) {
            (false, false) => Self::Exact,
            (true, false) => Self::BaseIsMore,
            (false, true) => Self::AlternativeIsMore,
            (true, true) => Self::Neither,
        }
    }
}

fn words(alternative: &str, metric: &Metric, estimate: Estimate, knowledge: Knowledge) -> String {
    let what = subject(metric);
    let (Some(low), Some(high)) = (estimate.low, estimate.high) else {
        return format!("`{alternative}`: {what} cannot be compared with one replication");
    };
    let by = |near: f64, far: f64, open: bool| {
        let near = quantity(near.abs(), &metric.unit);
        let far = quantity(far.abs(), &metric.unit);
        match (open, near == far) {
            (true, _) => format!("at least {near}"),
            (false, true) => near,
            (false, false) => format!("{near} to {far}"),
        }
    };
    if low == 0.0 && high == 0.0 && knowledge == Knowledge::Exact {
        format!("`{alternative}` leaves {what} as it is")
    } else if high < 0.0 && matches!(knowledge, Knowledge::Exact | Knowledge::BaseIsMore) {
        format!("`{alternative}` cuts {what} by {}", by(high, low, knowledge == Knowledge::BaseIsMore))
    } else if low > 0.0 && matches!(knowledge, Knowledge::Exact | Knowledge::AlternativeIsMore) {
        format!("`{alternative}` adds {} to {what}", by(low, high, knowledge == Knowledge::AlternativeIsMore))
    } else {
        format!("`{alternative}`: no difference in {what} is shown by these replications")
    }
}

/// The figure in words, such as `the p95 wait of verification-mail`.
fn subject(metric: &Metric) -> String {
    match (metric.metric.as_str(), metric.scope.kind) {
        ("backlog_max", _) => "the largest backlog".into(),
        ("drain_time", _) => "the time to drain".into(),
        ("worker_hours", _) => "the worker-hours".into(),
        ("cost", _) => "the cost".into(),
        (name, _) => {
            let statistic = name.trim_start_matches("wait_");
            format!("the {statistic} wait of {}", metric.scope.name)
        }
    }
}

fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "s" => human_seconds(value, Human::Prose),
        "h" => format!("{} h", human_count(value)),
        "jobs" => format!("{} jobs", human_count(value)),
        _ => human_count(value),
    }
}
