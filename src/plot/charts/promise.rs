//! Objectives as places in a picture: the time that a wait must not exceed, and for which share of the jobs.

use crate::experiment::{ObjectiveResult, Results};
use crate::metric::ScopeKind;
use crate::plot::style::palette::{OBJECTIVE, Tint, series};
use crate::units::parse_duration;

/// An objective on the wait.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::plot) struct Promise {
    /// The class; `None`: all jobs.
    pub(in crate::plot) class: Option<String>,
    /// The longest wait in seconds.
    pub(in crate::plot) time_s: f64,
    /// The share of jobs that must not exceed it; `None`: the mean or the longest wait is meant.
    pub(in crate::plot) share: Option<f64>,
    /// Colour of its class.
    pub(in crate::plot) color: Tint,
}

/// The objectives on the wait of all design points, each once.
pub(in crate::plot) fn promises(results: &Results) -> Vec<Promise> {
    let mut found: Vec<Promise> = Vec::new();
    for objective in results.points.iter().flat_map(|point| &point.objectives) {
        if let Some(promise) = read(objective, &results.classes)
            && !found.contains(&promise)
        {
            found.push(promise);
        }
    }
    found
}

/// What a legend calls them.
pub(in crate::plot) fn promise_label(promises: &[Promise]) -> String {
    match promises.first().and_then(|promise| promise.class.as_ref()) {
        Some(class) if promises.iter().all(|promise| promise.class.as_ref() == Some(class)) => {
            format!("objective of {class}")
        }
        _ => "objective".to_owned(),
    }
}

fn read(objective: &ObjectiveResult, classes: &[String]) -> Option<Promise> {
    let class = match objective.scope.kind {
        ScopeKind::Class => Some(objective.scope.name.clone()),
        ScopeKind::All => None,
        _ => return None,
    };
    let (time_s, share) = match objective.metric.strip_prefix("wait_") {
        Some(statistic) if objective.unit == "s" => (objective.bound, percentile(statistic)),
        _ => (time_in(&objective.text)?, Some(objective.bound)),
    };
    let place = class.as_ref().and_then(|name| classes.iter().position(|class| class == name));
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    (time_s > 0.0).then(|| Promise { class, time_s, share, color: place.map_or(OBJECTIVE, series) })
}

fn percentile(statistic: &str) -> Option<f64> {
    Some(statistic.strip_prefix('p')?.parse::<f64>().ok()? / 100.0)
}

/// The 30 s of `share(wait <= 30s) >= 99%`.
fn time_in(text: &str) -> Option<f64> {
    let inside = text.trim().strip_prefix("share")?.trim_start().strip_prefix('(')?.split(')').next()?;
    let (quantity, time) = inside.split_once('<')?;
    let time = time.trim_start_matches('=').trim();
    let time = parse_duration(time).ok()?;
    (quantity.trim() == "wait").then(|| time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{ScopeName, Verdict};

    fn objective(text: &str, metric: &str, unit: &str, bound: f64) -> ObjectiveResult {
        ObjectiveResult {
            text: text.to_owned(),
            scope: ScopeName { kind: ScopeKind::Class, name: "mail".to_owned() },
            metric: metric.to_owned(),
            unit: unit.to_owned(),
            bound,
            larger_is_better: unit == "share",
            estimate: None,
            at_least: false,
            verdict: Verdict::NoData,
            values: Vec::new(),
            reason: None,
            tenant: None,
            tenant_name: None,
            by_day: Vec::new(),
            settled: None,
            bad_hours: None,
            late_s: None,
        }
    }

    fn place(text: &str, metric: &str, unit: &str, bound: f64) -> Option<(f64, Option<f64>)> {
        let promise = read(&objective(text, metric, unit, bound), &["mail".to_owned()])?;
        Some((promise.time_s, promise.share))
    }

    #[test]
    fn shares_and_percentiles_of_the_wait_have_a_time_and_a_share() {
        let share = "share(wait <= 30s) >= 99%";
        assert_eq!(place(share, share, "share", 0.99), Some((30.0, Some(0.99))));
        assert_eq!(place("p99(wait) < 2m", "wait_p99", "s", 120.0), Some((120.0, Some(0.99))));
        assert_eq!(place("mean(wait) < 2m", "wait_mean", "s", 120.0), Some((120.0, None)));
    }

    #[test]
    fn other_objectives_have_no_place_on_an_axis_of_waits() {
        assert_eq!(place("share(sojourn <= 30s) >= 99%", "share", "share", 0.99), None);
        assert_eq!(place("max(backlog) < 500", "backlog_max", "jobs", 500.0), None);
        assert_eq!(place("utilisation < 80%", "utilisation", "share", 0.8), None);
    }
}
