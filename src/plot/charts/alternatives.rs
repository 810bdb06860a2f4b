//! `alternatives.png`: each objective by alternative as a mark with its interval against the bound, and the cost beside it.

use super::common::{Subject, keep_first};
use super::curves::{alternatives, name_of};
use crate::experiment::{MetricResult, ObjectiveResult, PointResult, Verdict};
use crate::findings::words::overall;
use crate::metric::{Metric, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Panel, Shape, SideLabel, Sign, Span};
use crate::plot::layout::cell_width;
use crate::plot::scale::axis::Axis;
use crate::plot::scale::ticks::{readout, thin_to_fit, typeset, values};
use crate::plot::style::palette::{INK, MET, MISSED, MUTED, Tint, UNDECIDED};
use crate::stats::Estimate;

/// Most panels with objectives.
const MOST_PANELS: usize = 7;

/// A figure of one alternative.
struct Reading {
    estimate: Option<Estimate>,
    at_least: bool,
    verdict: Option<Verdict>,
}

/// What a panel compares.
struct Facet {
    title: String,
    subtitle: String,
    unit: String,
    bound: Option<f64>,
    readings: Vec<Option<Reading>>,
}

/// Builds the picture; `None` without alternatives.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let points = alternatives(subject.results);
    if points.len() < 2 {
        return None;
    }
    let mut facets = objective_facets(&points);
    let judged = !facets.is_empty();
    if !judged {
        facets = wait_facets(subject, &points);
    }
    let cut = keep_first(&mut facets, MOST_PANELS, "objectives");
    let (cost, equal) = cost_of(&points);
    facets.extend(cost);
    // Four panels stand better two by two than three and one.
    let columns = if facets.len() == 4 { 2 } else { facets.len().clamp(1, 3) };
    let plot_height = if points.len() > 8 { 24.0 } else { 32.0 } * points.len() as f32 + 8.0;
    let mut figure = Figure { columns, plot_height, titles_over_plots: true, ..subject.page("alternatives") };
    figure.point = make_point(&points, judged);
    figure.about = format!("Each figure by alternative.{equal} {}{cut}", subject.replications("lines"));
    figure.keys = if judged { keys(&points, INK) } else { Vec::new() };
    figure.panels = facets.iter().enumerate().map(|(i, facet)| draw_facet(facet, &points, (i, columns))).collect();
    Some(figure)
}

fn objective_facets(points: &[&PointResult]) -> Vec<Facet> {
    let mut seen: Vec<&ObjectiveResult> = Vec::new();
    for objective in points.iter().flat_map(|point| &point.objectives) {
        if !seen.iter().any(|other| is_same(other, objective)) {
            seen.push(objective);
        }
    }
    let facet = |objective: &ObjectiveResult| Facet {
        title: match objective.scope.kind {
            ScopeKind::All => "all jobs".to_owned(),
            _ => objective.scope.name.clone(),
        },
        subtitle: typeset(&objective.text),
        unit: objective.unit.clone(),
        bound: Some(objective.bound),
        readings: points.iter().map(|point| read_objective(point, objective)).collect(),
    };
    seen.into_iter().map(facet).collect()
}

fn is_same(one: &ObjectiveResult, other: &ObjectiveResult) -> bool {
    one.text == other.text && one.scope == other.scope
}

fn read_objective(point: &PointResult, wanted: &ObjectiveResult) -> Option<Reading> {
    let found = point.objectives.iter().find(|objective| is_same(objective, wanted))?;
    Some(Reading { estimate: found.estimate, at_least: found.at_least, verdict: Some(found.verdict) })
}

fn wait_facets(subject: &Subject<'_>, points: &[&PointResult]) -> Vec<Facet> {
    let facet = |class: &String| Facet {
        title: class.clone(),
        subtitle: "p95 of the wait".to_owned(),
        unit: "s".to_owned(),
        bound: None,
        readings: points
            .iter()
            .map(|point| read_metric(point.metric((ScopeKind::Class, class), Metric::WAIT_P95)))
            .collect(),
    };
    subject.results.classes.iter().map(facet).filter(has_reading).collect()
}

/// The panel of the cost, or where it is the same for all a sentence that says so.
fn cost_of(points: &[&PointResult]) -> (Option<Facet>, String) {
    let Some(facet) = cost_facet(points) else { return (None, String::new()) };
    let means = || facet.readings.iter().map(|reading| Some(reading.as_ref()?.estimate?.mean));
    match means().next().flatten() {
        Some(first) if means().all(|mean| mean.is_some_and(|mean| (mean - first).abs() <= first.abs() * 1e-9)) => {
            let what = facet.title.to_lowercase();
            (None, format!(" All have the same {what} over the run: {}.", readout(first, &facet.unit)))
        }
        _ => (Some(facet), String::new()),
    }
}

fn cost_facet(points: &[&PointResult]) -> Option<Facet> {
    let facet = |metric: Metric, title: &str| Facet {
        title: title.to_owned(),
        subtitle: "over the whole run".to_owned(),
        unit: metric.unit().name().to_owned(),
        bound: None,
        readings: points.iter().map(|point| read_metric(point.metric((ScopeKind::All, "all"), metric))).collect(),
    };
    [facet(Metric::Cost, "Cost of the workers"), facet(Metric::WorkerHours, "Worker-hours")]
        .into_iter()
        .find(has_reading)
}

fn has_reading(facet: &Facet) -> bool {
    facet.readings.iter().flatten().any(|reading| reading.estimate.is_some())
}

fn read_metric(metric: Option<&MetricResult>) -> Option<Reading> {
    metric.map(|metric| Reading { estimate: metric.estimate, at_least: metric.at_least, verdict: None })
}

/// The names of the alternatives stand in the first column only.
fn draw_facet(facet: &Facet, points: &[&PointResult], (place, columns): (usize, usize)) -> Panel {
    let named = place % columns == 0;
    let rows = points.iter().map(|point| if named { name_of(point) } else { String::new() });
    let x = thin_to_fit(facet_axis(facet), cell_width(1) / columns as f32 - 160.0);
    let mut panel = Panel::new(facet.title.clone(), x, Axis::names(rows).downwards());
    panel.subtitle.clone_from(&facet.subtitle);
    panel.upright_grid = true;
    if let Some(bound) = facet.bound {
        let label = readout(bound, &facet.unit);
        panel.spans.push(Span { from: bound, to: None, label, color: INK, dashed: true });
    }
    for (row, reading) in facet.readings.iter().enumerate() {
        draw_reading(&mut panel, facet, (row as f64, reading.as_ref()));
    }
    panel
}

fn draw_reading(panel: &mut Panel, facet: &Facet, (row, reading): (f64, Option<&Reading>)) {
    let Some((reading, estimate)) = reading.and_then(|reading| Some((reading, reading.estimate?))) else {
        panel.labels.push(SideLabel { at: row, text: "no data".to_owned(), color: MUTED });
        return;
    };
    let (shape, color) = sign_of(reading.verdict);
    if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
        panel.layers.push(Layer::Line { points: vec![(low, row), (high, row)], color, width: 2.4, dashed: false });
    }
    panel.layers.push(Layer::Mark { at: (estimate.mean, row), shape, color });
    let text = readout(estimate.mean, &facet.unit);
    let text = if reading.at_least { format!("> {text}") } else { text };
    panel.labels.push(SideLabel { at: row, text, color });
}

fn facet_axis(facet: &Facet) -> Axis {
    let ends = |estimate: Estimate| [Some(estimate.mean), estimate.low, estimate.high];
    let estimates = facet.readings.iter().flatten().filter_map(|reading| reading.estimate);
    let all: Vec<f64> =
        estimates.flat_map(ends).flatten().chain(facet.bound).filter(|value| value.is_finite()).collect();
    let high = all.iter().copied().fold(0.0, f64::max);
    let low = all.iter().copied().fold(f64::MAX, f64::min).min(high);
    values((low, high), &facet.unit, 3)
}

/// The mark of a verdict; without one, of a plain figure.
pub(in crate::plot) fn sign_of(verdict: Option<Verdict>) -> (Shape, Tint) {
    match verdict {
        Some(Verdict::Met) => (Shape::Disc, MET),
        Some(Verdict::Missed) => (Shape::Cross, MISSED),
        Some(Verdict::Undecided | Verdict::NoData) => (Shape::Diamond, UNDECIDED),
        None => (Shape::Disc, INK),
    }
}

/// The legend of the verdicts that there are, and of bounds in this colour.
pub(in crate::plot) fn keys(points: &[&PointResult], bound: Tint) -> Vec<Key> {
    let is_there = |(_, verdict): &(&str, Verdict)| {
        let mut objectives = points.iter().flat_map(|point| &point.objectives);
        objectives.any(|objective| sign_of(Some(objective.verdict)) == sign_of(Some(*verdict)))
    };
    let verdicts = [("met", Verdict::Met), ("missed", Verdict::Missed), ("undecided", Verdict::Undecided)];
    let key = |(label, verdict): (&str, Verdict)| {
        let (shape, color) = sign_of(Some(verdict));
        Key { label: label.to_owned(), color, sign: Sign::Mark(shape) }
    };
    let bound = Key { label: "objective".to_owned(), color: bound, sign: Sign::Dashes };
    verdicts.into_iter().filter(is_there).map(key).chain([bound]).collect()
}

fn make_point(points: &[&PointResult], judged: bool) -> String {
    let judgeable = |point: &&&PointResult| point.objectives.iter().any(|o| o.verdict != Verdict::NoData);
    if judged && !points.iter().any(|point| judgeable(&point)) {
        return "There was no job to judge the objectives by".to_owned();
    }
    if !judged {
        return "The alternatives beside the base case".to_owned();
    }
    met_sentence(points)
}

/// Which cases meet every objective.
pub(in crate::plot) fn met_sentence(points: &[&PointResult]) -> String {
    let keeps = |point: &&&PointResult| point.objectives.iter().all(|objective| objective.verdict == Verdict::Met);
    let good: Vec<String> = points.iter().filter(keeps).map(|point| format!("“{}”", name_of(point))).collect();
    let open = points.iter().filter(|point| overall(point) == Some(Verdict::Undecided)).count();
    let said = match good.as_slice() {
        [] if open > 0 => format!("None of the {} cases meets every objective for certain", points.len()),
        [] => format!("None of the {} cases meets every objective", points.len()),
        [only] if open > 0 => format!("Of {} cases {only} meets every objective", points.len()),
        [only] => format!("Of {} cases only {only} meets every objective", points.len()),
        all => format!("{} of {} cases meet every objective: {}", all.len(), points.len(), all.join(", ")),
    };
    match open {
        0 => said,
        1 => format!("{said}; 1 is undecided"),
        _ => format!("{said}; {open} are undecided"),
    }
}
