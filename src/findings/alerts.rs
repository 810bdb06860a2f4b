//! What alerts did, as a table: when each fired after the fault, and how often without one.

use super::figures::{figure, figure_with_half_width, figure_with_interval, percent};
use super::table::{Cell, Table, Tone};
use super::words::plain_points;
use crate::experiment::{MetricResult, PointResult, Results};
use crate::metric::{Metric, ScopeKind};
use crate::stats::Median;

/// One row for each alert of each alternative; `None` without alerts.
pub(crate) fn alert_table(results: &Results) -> Option<Table> {
    let rows: Vec<(&PointResult, &str)> =
        plain_points(results).into_iter().flat_map(|p| alert_names(p).into_iter().map(move |name| (p, name))).collect();
    if rows.is_empty() {
        return None;
    }
    let several = rows.iter().any(|(point, _)| point.alternative != rows[0].0.alternative);
    let row = |(point, name): &(&PointResult, &str)| match several {
        true => format!("{}: {name}", point.alternative),
        false => (*name).to_owned(),
    };
    let mut table = Table::new("alert", rows.iter().map(row).collect());
    let cells = |cell: &dyn Fn(&PointResult, &str) -> Cell| rows.iter().map(|(p, name)| cell(p, name)).collect();
    let median = |metric: Metric, with_interval: bool| {
        let median = |p: &PointResult, name: &str| median_of(find(p, name, metric)?, results.confidence);
        cells(&move |p, name| median_cell(median(p, name), with_interval))
    };
    table.column(vec!["fires in".into()], cells(&|p, name| fired_cell(find(p, name, Metric::Fired))));
    table.column(vec!["after the fault began".into(), "median (interval)".into()], median(Metric::FiredAfter, true));
    table.column(vec!["oldest job".into(), "by then".into()], median(Metric::AgeWhenFired, false));
    table.column_if_any(vec!["resolves".into(), "after".into()], median(Metric::ResolvedAfter, false));
    let false_alarms = cells(&|p, name| {
        let metric = find(p, name, Metric::FalseAlarms).and_then(|m| m.estimate.as_ref());
        let told = if metric.is_some_and(|e| e.mean == 0.0) { figure_with_interval } else { figure_with_half_width };
        Cell::plain(metric.map(|e| told(e, "jobs", false)).unwrap_or_default())
    });
    table.column_if_any(vec!["false alarms".into(), "in 30 days".into()], false_alarms);
    Some(table)
}

/// The names of the alerts of a point.
pub(crate) fn alert_names(point: &PointResult) -> Vec<&str> {
    let alerts = point.metrics.iter().filter(|m| m.scope.kind == ScopeKind::Alert && m.metric == Metric::Fired);
    alerts.map(|metric| metric.scope.name.as_str()).collect()
}

fn find<'a>(point: &'a PointResult, name: &str, metric: Metric) -> Option<&'a MetricResult> {
    point.metric((ScopeKind::Alert, name), metric)
}

fn fired_cell(metric: Option<&MetricResult>) -> Cell {
    let share = metric.and_then(|metric| metric.estimate).map_or(0.0, |estimate| estimate.mean);
    match share {
        0.0 => Cell { text: "never".to_owned(), tone: Tone::Bad },
        1.0 => Cell::plain("every run"),
        share => Cell::plain(format!("{} of runs", percent(share))),
    }
}

fn median_cell(median: Option<Median>, with_interval: bool) -> Cell {
    let text = median.map(|median| {
        let ends = median.interval.filter(|(low, high)| with_interval && low < high);
        let interval = ends.map(|(low, high)| format!(" ({} to {})", figure(low, "s"), figure(high, "s")));
        figure(median.median, "s") + &interval.unwrap_or_default()
    });
    Cell::plain(text.unwrap_or_default())
}

fn median_of(metric: &MetricResult, confidence: f64) -> Option<Median> {
    Median::of(&metric.values.iter().flatten().copied().collect::<Vec<_>>(), confidence)
}

/// The median time from the start of the first fault to the first firing, over the replications in which it fires.
pub(crate) fn first_firing(point: &PointResult, alert: &str, confidence: f64) -> Option<Median> {
    median_of(find(point, alert, Metric::FiredAfter)?, confidence)
}
