//! The heatmap of a sweep over two axes, or several for a third, on colours of viridis with the value in every cell.

use super::common::{Subject, keep_first};
use super::sweep::{Measured, by_alternative, slug};
use crate::experiment::{AxisResult, PointResult, Verdict};
use crate::findings::words::overall;
use crate::plot::figure::{Figure, Layer, Panel, Point};
use crate::plot::layout::{NOTE, cell_width};
use crate::plot::scale::axis::Axis;
use crate::plot::scale::ticks::{FLOOR_S, percent, readout, thin_to_fit};
use crate::plot::style::palette::{INK, PAPER, viridis};
use crate::plot::style::text::{Weight, measure};
use crate::units::{Human, human_seconds};

/// Most heatmaps in a picture.
const MOST_PANELS: usize = 9;
/// Most objectives that are listed.
const MOST_LISTED: usize = 3;

/// Builds the picture of `measure` over the first two swept axes, with the region outlined where all that is `promised` is met.
pub(in crate::plot) fn draw(subject: &Subject<'_>, measure: &Measured, promised: &[Measured]) -> Figure {
    let axes = &subject.results.axes;
    let mut groups = groups(subject);
    let cut = keep_first(&mut groups, MOST_PANELS, "heatmaps");
    let columns = groups.len().clamp(1, 3);
    let plot_height = (axes[1].values.len() as f32 * 34.0).clamp(120.0, 420.0);
    let path = axes.iter().map(|axis| slug(&axis.path)).collect::<Vec<_>>().join("-");
    let mut figure = Figure { columns, plot_height, ..subject.page(&format!("sweep-{path}")) };
    figure.point = make_point(&groups, measure, axes);
    figure.about = format!(
        "In each cell: {}; bright is large. {}{}{}{cut}",
        measure.what(),
        subject.mean_of(),
        outlined(promised, &groups),
        about_fixed(axes)
    );
    figure.x_title = format!("across: {}; upwards: {}", axes[0].path, axes[1].path);
    let range = range_of(measure, &groups);
    for (title, points) in groups {
        let x = thin_to_fit(Axis::names(axes[0].values.iter().cloned()), cell_width(columns) - 100.0);
        let mut panel = Panel::new(title, x, Axis::names(axes[1].values.iter().cloned()));
        let width = (cell_width(columns) - 100.0) / axes[0].values.len().max(1) as f32;
        panel.layers = points.iter().filter_map(|point| cell(point, axes, measure, (range, width))).collect();
        panel.layers.extend(outline(&points, axes));
        figure.panels.push(panel);
    }
    figure
}

/// What holds within the outline, each objective of a few.
fn outlined(measured: &[Measured], groups: &[(String, Vec<&PointResult>)]) -> String {
    let titles: Vec<&str> = measured.iter().filter(|m| m.bound.is_some()).map(|m| m.title.as_str()).collect();
    let all = groups.iter().flat_map(|(_, points)| points).map(|point| point.objectives.len()).max().unwrap_or(0);
    match titles.as_slice() {
        [] => String::new(),
        [only] => format!(" Outlined: {only}."),
        [shown @ .., last] if all <= MOST_LISTED => format!(" Outlined: {}, and {last}.", shown.join(", ")),
        _ => format!(" Outlined: all {all} objectives are met."),
    }
}

/// Whether every objective is met, so that the point lies in the feasible region.
fn is_feasible(point: &PointResult) -> bool {
    !point.objectives.is_empty() && point.objectives.iter().all(|objective| objective.verdict == Verdict::Met)
}

fn make_point(groups: &[(String, Vec<&PointResult>)], measure: &Measured, axes: &[AxisResult]) -> String {
    let all = || groups.iter().flat_map(|(_, points)| points);
    let over = format!("{} and {}", axes[0].path, axes[1].path);
    let open = match all().filter(|point| overall(point) == Some(Verdict::Undecided)).count() {
        0 => String::new(),
        1 => "; 1 is undecided".to_owned(),
        open => format!("; {open} are undecided"),
    };
    match all().filter(|point| is_feasible(point)).count() {
        _ if measure.bound.is_none() => format!("{} by {over}", measure.title),
        0 => format!("No combination of {over} meets every objective{open}"),
        1 => format!("1 of {} combinations of {over} meets every objective{open}", all().count()),
        met => format!("{met} of {} combinations of {over} meet every objective{open}", all().count()),
    }
}

/// The border of the feasible region: the sides of its cells behind which it does not go on.
fn outline(points: &[&PointResult], axes: &[AxisResult]) -> Vec<Layer> {
    let feasible: Vec<(i64, i64)> =
        points.iter().filter(|point| is_feasible(point)).filter_map(|point| indices(point, axes)).collect();
    let mut sides = Vec::new();
    for &(column, row) in &feasible {
        let (x, y) = (column as f64, row as f64);
        for (beside, above) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
            if !feasible.contains(&(column + beside, row + above)) {
                let (mx, my) = (x + beside as f64 / 2.0, y + above as f64 / 2.0);
                let half = if beside == 0 { (0.5, 0.0) } else { (0.0, 0.5) };
                sides.push(vec![(mx - half.0, my - half.1), (mx + half.0, my + half.1)]);
            }
        }
    }
    let pen = |color, width| {
        let side = move |points: &Vec<Point>| Layer::Line { points: points.clone(), color, width, dashed: false };
        sides.iter().map(side).collect::<Vec<_>>()
    };
    // Bright on dark, so that it is seen on every colour.
    [pen(INK, 5.0), pen(PAPER, 2.2)].concat()
}

fn indices(point: &PointResult, axes: &[AxisResult]) -> Option<(i64, i64)> {
    let index = |i: usize| axes[i].values.iter().position(|value| Some(value) == point.sweep.get(i));
    Some((index(0)? as i64, index(1)? as i64))
}

fn about_fixed(axes: &[AxisResult]) -> String {
    let fixed: Vec<String> = axes[2.min(axes.len())..]
        .iter()
        .skip(1)
        .filter_map(|axis| Some(format!(" {} is {}.", axis.path, axis.values.first()?)))
        .collect();
    fixed.concat()
}

/// A panel for each alternative and value of the third axis, further axes at their first value.
fn groups<'a>(subject: &Subject<'a>) -> Vec<(String, Vec<&'a PointResult>)> {
    let axes = &subject.results.axes;
    let third = axes.get(2).map_or(vec![None], |axis| axis.values.iter().map(Some).collect());
    let alternatives = by_alternative(subject.results);
    let alone = alternatives.len() == 1;
    let mut groups = Vec::new();
    for (name, points) in alternatives {
        for value in &third {
            let first = |point: &&&PointResult| {
                point.sweep.iter().zip(axes).skip(3).all(|(value, axis)| Some(value) == axis.values.first())
            };
            let of_value = |point: &&&PointResult| value.is_none_or(|value| point.sweep.get(2) == Some(value));
            let here = points.iter().filter(first).filter(of_value).copied().collect();
            let of_third = value.map(|value| format!("{} = {value}", axes[2].path));
            let title = match (alone, of_third) {
                (true, of_third) => of_third.unwrap_or_default(),
                (false, None) => name.clone(),
                (false, Some(of_third)) => format!("{name}, {of_third}"),
            };
            groups.push((title, here));
        }
    }
    groups
}

fn range_of(measure: &Measured, groups: &[(String, Vec<&PointResult>)]) -> (f64, f64) {
    let means = groups.iter().flat_map(|(_, points)| points).filter_map(|point| Some(measure.estimate_of(point)?.mean));
    means.fold((f64::MAX, f64::MIN), |(low, high), mean| (low.min(mean), high.max(mean)))
}

fn cell(
    point: &PointResult,
    axes: &[AxisResult],
    measure: &Measured,
    (range, width): ((f64, f64), f32),
) -> Option<Layer> {
    let (column, row) = indices(point, axes)?;
    let (x, y) = (column as f64, row as f64);
    let mean = measure.estimate_of(point)?.mean;
    let (color, ink) = viridis(part(mean, range, &measure.unit));
    Some(Layer::Cell {
        corners: ((x - 0.5, y + 0.5), (x + 0.5, y - 0.5)),
        color,
        text: (label(mean, &measure.unit, width - 6.0), ink),
    })
}

/// Where a value lies between the least and the most, by logarithm where times span decades.
fn part(value: f64, (low, high): (f64, f64), unit: &str) -> f64 {
    let axis = if unit == "s" && high > 50.0 * low.max(FLOOR_S) {
        Axis::log(low.max(FLOOR_S), high, Vec::new())
    } else {
        Axis::linear(low, high, Vec::new())
    };
    axis.place(value)
}

/// The longest of a few forms of a value that fits into a cell, or nothing.
fn label(value: f64, unit: &str, width: f32) -> String {
    let forms = match unit {
        "s" => vec![readout(value, unit), human_seconds(value, Human::Code)],
        "share" => vec![percent(value), percent((value * 100.0).round() / 100.0), format!("{:.0}", value * 100.0)],
        _ => vec![readout(value, unit), crate::units::human_count(value)],
    };
    forms.into_iter().find(|text| measure(text, NOTE.0, Weight::Regular) <= width).unwrap_or_default()
}
