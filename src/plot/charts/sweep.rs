//! `sweep-*.png`: what the objectives do over the swept values. One axis: lines with bands by alternative. Two: a heatmap of
//! the first objective; more: a heatmap for each value of the third, the rest at their first value. Points that are no grid:
//! the first objective against each swept path.

use super::common::{Subject, keep_first};
use super::curves::name_of;
use super::heatmap;
use super::scatter;
use crate::experiment::{AxisResult, ObjectiveResult, PointResult, Results};
use crate::findings::answer::met_along_sweep;
use crate::metric::{Metric, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Name, Panel, Point, Shape, SideLabel, Sign};
use crate::plot::layout::cell_width;
use crate::plot::scale::axis::{Axis, Tick};
use crate::plot::scale::ticks::{readout, thin_to_fit, typeset, values};
use crate::plot::style::palette::{OBJECTIVE, Tint, series};
use crate::stats::Estimate;

/// Most alternatives as curves.
const MOST_CURVES: usize = 6;
/// Most objectives as panels.
const MOST_PANELS: usize = 6;

/// What is compared over the sweep.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::plot) struct Measured {
    /// As in the scenario, with the class.
    pub(in crate::plot) title: String,
    /// Unit of the values.
    pub(in crate::plot) unit: String,
    /// The bound and whether larger values are better; `None` when nothing is promised.
    pub(in crate::plot) bound: Option<(f64, bool)>,
    scope: (ScopeKind, String),
    /// The text of the objective; empty where nothing is promised.
    name: String,
}

impl Measured {
    /// What is measured, and of whom.
    pub(in crate::plot) fn what(&self) -> String {
        match (self.bound, self.scope.0) {
            (None, _) => self.title.clone(),
            (Some(_), ScopeKind::All) => typeset(measure_in(&self.name)),
            (Some(_), _) => format!("{} of {}", typeset(measure_in(&self.name)), self.scope.1),
        }
    }

    /// The value of a design point.
    pub(in crate::plot) fn estimate_of(&self, point: &PointResult) -> Option<Estimate> {
        if self.bound.is_none() {
            return point.metric((self.scope.0, &self.scope.1), Metric::WAIT_P95)?.estimate;
        }
        let same = |o: &&ObjectiveResult| o.text == self.name && o.scope.name == self.scope.1;
        point.objectives.iter().find(same)?.estimate
    }
}

/// Builds the pictures; none without a sweep.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Vec<Figure> {
    let results = subject.results;
    let (measured, cut) = measured(results);
    match (results.axes.as_slice(), measured.first()) {
        ([], _) | (_, None) => Vec::new(),
        ([only], _) => vec![draw_lines(subject, only, (&measured, &cut))],
        (_, Some(first)) if !results.is_grid => vec![scatter::draw(subject, first)],
        (_, Some(first)) => vec![heatmap::draw(subject, first, &measured)],
    }
}

/// The objectives, or the p95 wait of each class when there are none.
fn measured(results: &Results) -> (Vec<Measured>, String) {
    let mut found: Vec<Measured> = Vec::new();
    let swept = || results.points.iter().filter(|point| !point.sweep.is_empty());
    for objective in swept().flat_map(|point| &point.objectives) {
        let measure = measure_of(objective);
        if !found.contains(&measure) {
            found.push(measure);
        }
    }
    if found.is_empty() {
        found = results.classes.iter().map(|class| p95_of(class)).collect();
    }
    found.retain(|measure| swept().any(|point| measure.estimate_of(point).is_some()));
    let cut = keep_first(&mut found, MOST_PANELS, "objectives");
    (found, cut)
}

/// An objective as something to compare.
pub(in crate::plot) fn measure_of(objective: &ObjectiveResult) -> Measured {
    Measured {
        title: match objective.scope.kind {
            ScopeKind::All => typeset(&objective.text),
            _ => format!("{}: {}", objective.scope.name, typeset(&objective.text)),
        },
        unit: objective.unit.clone(),
        bound: Some((objective.bound, objective.larger_is_better)),
        scope: (objective.scope.kind, objective.scope.name.clone()),
        name: objective.text.clone(),
    }
}

fn p95_of(class: &str) -> Measured {
    Measured {
        title: format!("{class}: p95 of the wait"),
        unit: "s".to_owned(),
        bound: None,
        scope: (ScopeKind::Class, class.to_owned()),
        name: String::new(),
    }
}

/// The most characters of a path in a file name.
const MOST_SLUG: usize = 90;

/// A path as a part of a file name: ASCII letters and digits, as far as a file name has room.
pub(in crate::plot) fn slug(path: &str) -> String {
    let mut slug = String::new();
    for c in path.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(MOST_SLUG);
    slug.trim_matches('-').to_owned()
}

/// The alternatives of a sweep, each with its points.
pub(in crate::plot) fn by_alternative(results: &Results) -> Vec<(String, Vec<&PointResult>)> {
    let mut found: Vec<(&str, String, Vec<&PointResult>)> = Vec::new();
    for point in results.points.iter().filter(|point| !point.sweep.is_empty()) {
        match found.iter_mut().find(|(name, _, _)| *name == point.alternative) {
            Some((_, _, points)) => points.push(point),
            None => found.push((&point.alternative, name_of(point), vec![point])),
        }
    }
    found.into_iter().map(|(_, title, points)| (title, points)).collect()
}

fn draw_lines(subject: &Subject<'_>, axis: &AxisResult, (measured, cut_measures): (&[Measured], &str)) -> Figure {
    let mut alternatives = by_alternative(subject.results);
    let cut = keep_first(&mut alternatives, MOST_CURVES, "alternatives");
    let columns = measured.len().clamp(1, 2);
    let plot_height = if columns == 1 { 320.0 } else { 210.0 };
    let mut figure = Figure { columns, plot_height, ..subject.page(&format!("sweep-{}", slug(&axis.path))) };
    figure.point = headline(subject.results, axis, measured);
    figure.about = format!("Every swept value as a dot. {}{cut}{cut_measures}", subject.replications("bands"));
    figure.x_title = axis.path.clone();
    if columns > 1 && alternatives.len() > 1 {
        let key =
            |(i, (name, _)): (usize, &(String, _))| Key { label: name.clone(), color: series(i), sign: Sign::Band };
        figure.name_keys = alternatives.iter().enumerate().map(key).collect();
    }
    for measure in measured {
        let y = value_axis(measure, &alternatives, (plot_height / 42.0) as usize);
        let x = thin_to_fit(swept_axis(axis), cell_width(columns) - 120.0);
        let mut panel = Panel::new(if measured.len() == 1 { "" } else { &measure.title }, x, y);
        for (i, (name, points)) in alternatives.iter().enumerate() {
            let (layers, mean) = curve_of(points, axis, measure, i);
            panel.layers.extend(layers);
            if alternatives.len() > 1 {
                name_curve(&mut panel, columns, mean, (name, series(i)));
            }
        }
        mark_bound(&mut panel, measure);
        figure.panels.push(panel);
    }
    figure
}

/// Where the objectives are met, if there is one answer to that.
fn headline(results: &Results, axis: &AxisResult, measured: &[Measured]) -> String {
    let path = &axis.path;
    match met_along_sweep(results) {
        Some((values, None)) if values == "nowhere" => format!("No value of {path} meets every objective"),
        Some((values, open)) => {
            let open = open.map_or_else(String::new, |open| format!("; {open}"));
            format!("{path}: every objective is met {values}{open}")
        }
        None if measured.len() == 1 => format!("What {path} does to {}", measured[0].title),
        None => format!("What {path} does to each objective"),
    }
}

pub(in crate::plot) fn mark_bound(panel: &mut Panel, measure: &Measured) {
    let Some((bound, _)) = measure.bound else { return };
    let points = vec![(panel.x.low(), bound), (panel.x.high(), bound)];
    panel.layers.push(Layer::Line { points, color: OBJECTIVE, width: 1.4, dashed: true });
    let text = format!("{} {}", comparison(&measure.name), readout(bound, &measure.unit));
    panel.labels.push(SideLabel { at: bound, text, color: OBJECTIVE });
}

/// What an objective bounds: `p99(wait)` of `p99(wait) < 2m`.
fn measure_in(objective: &str) -> &str {
    objective.rfind(['<', '>']).map_or(objective, |at| objective[..at].trim_end())
}

/// How an objective compares, which is what its text says last.
pub(in crate::plot) fn comparison(objective: &str) -> &'static str {
    match objective.rfind(['<', '>']).map_or("", |at| &objective[at..]) {
        text if text.starts_with("<=") => "≤",
        text if text.starts_with('<') => "<",
        text if text.starts_with(">=") => "≥",
        _ => ">",
    }
}

/// A curve with its band and a mark at each value, and the points of the marks.
fn curve_of(points: &[&PointResult], axis: &AxisResult, measure: &Measured, place: usize) -> (Vec<Layer>, Vec<Point>) {
    let at = |point: &PointResult| {
        let index = axis.values.iter().position(|value| Some(value) == point.sweep.first())?;
        Some((positions(axis)[index], measure.estimate_of(point)?))
    };
    let mut known: Vec<(f64, Estimate)> = points.iter().filter_map(|point| at(point)).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    let color = series(place);
    let end = |pick: fn(&Estimate) -> Option<f64>| -> Vec<Point> {
        known.iter().filter_map(|(x, estimate)| Some((*x, pick(estimate)?))).collect()
    };
    let (low, high, mean) = (end(|e| e.low), end(|e| e.high), end(|e| Some(e.mean)));
    let outline = low.into_iter().chain(high.into_iter().rev()).collect();
    let mut layers = vec![Layer::Band { outline, color }];
    layers.push(Layer::Line { points: mean.clone(), color, width: 2.2, dashed: false });
    layers.extend(mean.iter().map(|&at| Layer::Mark { at, shape: Shape::Disc, color }));
    (layers, mean)
}

/// Names a curve: beside the plot where there is one column, else in it.
fn name_curve(panel: &mut Panel, columns: usize, mean: Vec<Point>, (name, color): (&str, Tint)) {
    match mean.last() {
        Some(end) if columns == 1 => panel.labels.push(SideLabel { at: end.1, text: name.to_owned(), color }),
        _ => panel.names.push(Name::of_curve(vec![mean], name, color)),
    }
}

/// Where the swept values lie: at their number when all are numbers in one unit, else evenly.
pub(in crate::plot) fn positions(axis: &AxisResult) -> Vec<f64> {
    let split = |value: &String| {
        let end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
        Some((value[..end].parse::<f64>().ok()?, value[end..].to_owned()))
    };
    let numbers: Option<Vec<(f64, String)>> = axis.values.iter().map(split).collect();
    match numbers {
        Some(numbers) if numbers.windows(2).all(|pair| pair[0].1 == pair[1].1 && pair[0].0 != pair[1].0) => {
            numbers.into_iter().map(|(number, _)| number).collect()
        }
        _ => (0..axis.values.len()).map(|i| i as f64).collect(),
    }
}

pub(in crate::plot) fn swept_axis(axis: &AxisResult) -> Axis {
    let positions = positions(axis);
    let low = positions.iter().copied().fold(f64::MAX, f64::min);
    let high = positions.iter().copied().fold(f64::MIN, f64::max);
    let room = if high > low { (high - low) * 0.04 } else { 0.5 };
    let mut ticks: Vec<Tick> =
        positions.iter().zip(&axis.values).map(|(&at, value)| Tick::new(at, value.clone())).collect();
    ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
    Axis::linear(low - room, high + room, ticks)
}

pub(in crate::plot) fn value_axis(
    measure: &Measured,
    alternatives: &[(String, Vec<&PointResult>)],
    lines: usize,
) -> Axis {
    let estimates = alternatives.iter().flat_map(|(_, points)| points).filter_map(|point| measure.estimate_of(point));
    let all: Vec<f64> = estimates
        .flat_map(|estimate| [Some(estimate.mean), estimate.high, estimate.low.filter(|&low| low > 0.0)])
        .flatten()
        .chain(measure.bound.map(|bound| bound.0))
        .collect();
    let high = all.iter().copied().fold(0.0, f64::max);
    values((all.iter().copied().fold(f64::MAX, f64::min).min(high), high), &measure.unit, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(values: &[&str]) -> AxisResult {
        AxisResult { path: "pools.workers.size".to_owned(), values: values.iter().map(|&v| v.to_owned()).collect() }
    }

    #[test]
    fn paths_become_parts_of_file_names() {
        assert_eq!(slug("pools.workers.size"), "pools-workers-size");
        assert_eq!(slug("jobs.\"odd / name\".x"), "jobs-odd-name-x");
    }

    #[test]
    fn a_bound_is_labelled_with_the_comparison_of_its_objective() {
        let texts = ["share(wait <= 30s) >= 99%", "p95(wait) < 5m", "max(backlog) <= 1k", "share(wait <= 30s) > 99%"];
        assert_eq!(texts.map(comparison), ["≥", "<", "≤", ">"]);
    }

    #[test]
    fn numbers_in_one_unit_keep_their_distances_and_other_values_lie_evenly() {
        assert_eq!(positions(&axis(&["20", "30", "60"])), [20.0, 30.0, 60.0]);
        assert_eq!(positions(&axis(&["4/s", "8/s"])), [4.0, 8.0]);
        assert_eq!(positions(&axis(&["30s", "1m"])), [0.0, 1.0]);
        assert_eq!(positions(&axis(&["flood", "newest_first"])), [0.0, 1.0]);
    }
}
