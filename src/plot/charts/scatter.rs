//! `sweep-points.png`: a sweep whose points are no grid. A panel for each swept path shows every point as a dot with its
//! interval, so that a path that matters shows as a slope.

use super::common::{Subject, keep_first};
use super::sweep::{Measured, by_alternative, mark_bound, positions, swept_axis, value_axis};
use crate::experiment::{AxisResult, PointResult};
use crate::plot::figure::{Figure, Key, Layer, Panel, Shape, Sign};
use crate::plot::layout::cell_width;
use crate::plot::scale::ticks::thin_to_fit;
use crate::plot::style::palette::series;

/// Most swept paths as panels.
const MOST_PANELS: usize = 9;
/// Most alternatives as colours.
const MOST_COLORS: usize = 6;

/// Builds the picture of `measure` against each swept path.
pub(in crate::plot) fn draw(subject: &Subject<'_>, measure: &Measured) -> Figure {
    let mut alternatives = by_alternative(subject.results);
    let mut cut = keep_first(&mut alternatives, MOST_COLORS, "alternatives");
    let mut axes: Vec<(usize, &AxisResult)> = subject.results.axes.iter().enumerate().collect();
    cut.push_str(&keep_first(&mut axes, MOST_PANELS, "swept paths"));
    let columns = axes.len().clamp(1, 3);
    let plot_height = 230.0;
    let mut figure = Figure { columns, plot_height, ..subject.page("sweep-points") };
    figure.point = format!("{} against each swept path", measure.title);
    figure.about = format!("Every point of the sweep as a dot. {}{cut}", subject.replications("lines"));
    if alternatives.len() > 1 {
        let key =
            |(i, (name, _)): (usize, &(String, _))| Key { label: name.clone(), color: series(i), sign: Sign::Block };
        figure.keys = alternatives.iter().enumerate().map(key).collect();
    }
    for (place, axis) in axes {
        let y = value_axis(measure, &alternatives, (plot_height / 42.0) as usize);
        let x = thin_to_fit(swept_axis(axis), cell_width(columns) - 120.0);
        let mut panel = Panel::new(axis.path.clone(), x, y);
        for (i, (_, points)) in alternatives.iter().enumerate() {
            panel.layers.extend(points.iter().flat_map(|point| dot(point, (place, axis), measure, i)));
        }
        mark_bound(&mut panel, measure);
        figure.panels.push(panel);
    }
    figure
}

/// A point with its interval.
fn dot(point: &PointResult, (place, axis): (usize, &AxisResult), measure: &Measured, series_at: usize) -> Vec<Layer> {
    let index = axis.values.iter().position(|value| Some(value) == point.sweep.get(place));
    let (Some(index), Some(estimate)) = (index, measure.estimate_of(point)) else { return Vec::new() };
    let (x, color) = (positions(axis)[index], series(series_at));
    let mut layers = Vec::new();
    if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
        layers.push(Layer::Line { points: vec![(x, low), (x, high)], color, width: 1.2, dashed: false });
    }
    layers.push(Layer::Mark { at: (x, estimate.mean), shape: Shape::Disc, color });
    layers
}
