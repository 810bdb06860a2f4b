//! `drain.png`: how the backlog grows and drains after a fault in each alternative, and how long it takes from the end of the fault.

use super::backlog::largest_backlog;
use super::common::{Subject, at_least, keep_first, legends, spans};
use super::curves::{alternatives, lines, name_of, peak_of, runs};
use crate::experiment::{Curve, MetricResult, PointResult};
use crate::metric::{CurveKind, Metric, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Name, Panel, Shape, SideLabel, Sign};
use crate::plot::layout::cell_width;
use crate::plot::scale::axis::Axis;
use crate::plot::scale::clock::time_axis;
use crate::plot::scale::ticks::{counts, prose, thin_to_fit, values};
use crate::plot::style::palette::{CONTEXT, MUTED, Tint, series};
use crate::units::human_count;

const ALL: (ScopeKind, &str) = (ScopeKind::All, "all");
/// Most alternatives.
const MOST_POINTS: usize = 12;
/// An alternative is named in the headline from this part of the base's time downwards.
const LEAST_GAIN: f64 = 0.95;
/// Most alternatives in colour.
const MOST_COLOURED: usize = 6;

/// Builds the picture; `None` without alternatives or without a fault.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let mut points = alternatives(subject.results);
    points.retain(|point| drain(point).is_some() && backlog(point).is_some());
    if points.len() < 2 {
        return None;
    }
    let cut = keep_first(&mut points, MOST_POINTS, "alternatives");
    let plot_height = (points.len() as f32 * 24.0).max(210.0);
    let mut figure = Figure { plot_height, ..subject.page("drain") };
    figure.point = make_point(&points);
    figure.about = format!(
        "Jobs created and not started, and the time from the end of the fault until they are back to normal, by alternative. {}{cut}",
        subject.replications("lines")
    );
    (figure.name_keys, figure.keys) = keys(&points);
    figure.panels = vec![curves(subject, &points, plot_height), times(&points)];
    Some(figure)
}

/// The legend of the alternatives in colour, and that of the others.
fn keys(points: &[&PointResult]) -> (Vec<Key>, Vec<Key>) {
    let coloured = points.iter().take(MOST_COLOURED).enumerate().map(|(place, point)| (name_of(point), color(place)));
    legends(coloured, Sign::Line, (points.len().saturating_sub(MOST_COLOURED), "alternatives"))
}

fn drain(point: &PointResult) -> Option<&MetricResult> {
    point.metric(ALL, Metric::DrainTime).filter(|metric| metric.estimate.is_some())
}

/// The jobs that wait, wherever they are.
fn backlog(point: &PointResult) -> Option<Curve> {
    let mut sum: Option<Curve> = None;
    for curve in CurveKind::BACKLOG.into_iter().filter_map(|place| point.curve(ALL, place)) {
        let sum = sum.get_or_insert_with(|| Curve { mean: vec![None; curve.mean.len()], ..curve.clone() });
        for (sum, value) in sum.mean.iter_mut().zip(&curve.mean) {
            *sum = value.map(|value| value + sum.unwrap_or(0.0)).or(*sum);
        }
    }
    sum
}

fn color(place: usize) -> Tint {
    if place < MOST_COLOURED { series(place) } else { CONTEXT }
}

/// Curves in colour are wider below others, so that equal ones are all seen.
fn width(place: usize) -> f32 {
    2.0 + if place < MOST_COLOURED { 0.6 * place as f32 } else { 0.0 }
}

fn curves(subject: &Subject<'_>, points: &[&PointResult], plot_height: f32) -> Panel {
    let backlogs: Vec<Curve> = points.iter().filter_map(|point| backlog(point)).collect();
    let most = backlogs.iter().filter_map(|curve| Some(peak_of(curve)?.0)).fold(0.0, f64::max);
    let end = end_of_interest(subject, points);
    let x = time_axis(subject.start.as_ref(), end, cell_width(1) - 110.0);
    let mut panel = Panel::new("Backlog", x, counts(most, (plot_height / 40.0) as usize));
    panel.unit = "jobs".to_owned();
    panel.spans = spans(points[0]).into_iter().filter(|span| span.from < end).collect();
    let steps = (end / subject.results.step_s).ceil() as usize;
    for (i, (point, curve)) in points.iter().zip(&backlogs).enumerate().rev() {
        let mean = curve.mean.iter().take(steps).copied().collect();
        let shown = Curve { mean, censored_from: None, ..curve.clone() };
        panel.layers.extend(lines(&shown, subject.results.step_s, (color(i), width(i))));
        if i < MOST_COLOURED {
            let along = runs(&shown.mean, subject.results.step_s);
            panel.names.push(Name::of_curve(along, name_of(point), color(i)));
        }
    }
    panel.names.reverse();
    panel
}

/// A little after the last alternative has drained, or the end of the run.
fn end_of_interest(subject: &Subject<'_>, points: &[&PointResult]) -> f64 {
    let horizon = subject.results.horizon_s;
    let ends = points.iter().map(|point| {
        let markers = point.markers.iter().map(|marker| marker.to_s.unwrap_or(marker.from_s));
        let over = markers.fold(0.0, f64::max);
        over + drain(point).and_then(|metric| Some(metric.estimate?.mean)).unwrap_or(horizon)
    });
    (ends.fold(0.0, f64::max) * 1.15).clamp(subject.results.step_s, horizon)
}

fn times(points: &[&PointResult]) -> Panel {
    let estimates = || points.iter().filter_map(|point| drain(point)?.estimate);
    let ends = || estimates().flat_map(|e| [Some(e.mean), e.low, e.high]).flatten().filter(|value| value.is_finite());
    let (low, high) = (ends().fold(f64::MAX, f64::min), ends().fold(0.0, f64::max));
    let x = thin_to_fit(values((low, high), "s", 8), cell_width(1) - 260.0);
    let mut panel = Panel::new("Time to drain", x, Axis::names(points.iter().map(|point| name_of(point))).downwards());
    panel.upright_grid = true;
    for (row, point) in points.iter().enumerate() {
        let Some((metric, estimate)) = drain(point).and_then(|metric| Some((metric, metric.estimate?))) else {
            continue;
        };
        let (at, color) = (row as f64, color(row));
        if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
            panel.layers.push(Layer::Line { points: vec![(low, at), (high, at)], color, width: 2.4, dashed: false });
        }
        panel.layers.push(Layer::Mark { at: (estimate.mean, at), shape: Shape::Disc, color });
        let text = if metric.at_least { "not drained".to_owned() } else { prose(estimate.mean) };
        let color = if row < MOST_COLOURED { color } else { MUTED };
        panel.labels.push(SideLabel { at, text, color });
    }
    panel
}

/// The base, and the alternative that drains soonest.
fn make_point(points: &[&PointResult]) -> String {
    let time = |point: &&PointResult| {
        let metric = drain(point)?;
        Some((metric.estimate?.mean, metric.at_least, name_of(point)))
    };
    let base = points.first().and_then(time);
    let rest = points.iter().skip(1).filter_map(time);
    let best = rest.reduce(|best, next| if next.0 < best.0 { next } else { best });
    let peak = points.first().and_then(|point| largest_backlog(point)).unwrap_or(0.0);
    match (base, best) {
        (Some(base), Some(best)) if best.0 < base.0 * LEAST_GAIN => format!(
            "{} jobs at the peak drain in {}, with “{}” in {}",
            human_count(peak),
            at_least(base.1, &prose(base.0)),
            best.2,
            at_least(best.1, &prose(best.0))
        ),
        (Some(base), _) if base.0 == 0.0 => {
            format!("{} jobs at the peak are through when the fault is over", human_count(peak))
        }
        (Some(base), _) => {
            format!("{} jobs at the peak drain in {}", human_count(peak), at_least(base.1, &prose(base.0)))
        }
        _ => "How the backlog drains".to_owned(),
    }
}
