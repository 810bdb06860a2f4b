//! `workers.png`: busy and available workers of each pool over time, a panel for each alternative.

use super::common::{Subject, grid, keep_first, legends, spans};
use super::curves::{alternatives, band, lines, name_of, runs};
use crate::experiment::{Curve, PointResult};
use crate::metric::{CurveKind, Metric, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Name, Panel, Point, Sign};
use crate::plot::scale::axis::Axis;
use crate::plot::scale::clock::time_title;
use crate::plot::scale::ticks::{counts, percent};
use crate::plot::style::palette::{CONTEXT, INK, MISSED, PAPER, STAGED, Tint, series};
use crate::units::human_count;

/// Most pools in colour.
const MOST_COLOURED: usize = 5;
/// Most panels of a picture.
const MOST_PANELS: usize = 12;

/// Builds the picture; `None` without curves of pools.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let mut points = alternatives(subject.results);
    let mut cut = keep_first(&mut points, MOST_PANELS, "alternatives");
    let all = pools(&points);
    if all.is_empty() {
        return None;
    }
    let mut panels = part(&points, &all);
    cut += &keep_first(&mut panels, MOST_PANELS, "pools");
    let (columns, plot_height) = grid(panels.len());
    let axis = worker_axis(&points, plot_height);
    let mut figure = Figure { columns, plot_height, ..subject.page("workers") };
    figure.point = make_point(subject, &points, &all);
    let alone = points.len() == 1 || all.len() == 1;
    let dashed = if alone { "" } else { " (dashed)" };
    figure.about = format!("Busy and available{dashed} workers over time. {}{cut}", subject.replications("bands"));
    figure.x_title = time_title(subject.start.as_ref(), "Time");
    (figure.name_keys, figure.keys) = if alone { (keys_of_one(&points), Vec::new()) } else { keys_of_several(&all) };
    for (title, point, pools) in panels {
        let mut panel = Panel::new(title, subject.time_axis(columns), axis.clone());
        panel.unit = "workers".to_owned();
        panel.spans = spans(point);
        panel.note = if pools.len() == all.len() { note(point) } else { String::new() };
        for &(place, pool) in pools.iter().rev() {
            panel.layers.extend(pool_layers(subject, point, (place, pool), pools.len()));
        }
        panel.names = match pools.as_slice() {
            [(_, only)] => names_of_one(point, only, subject.results.step_s),
            several => names_of_several(point, several, subject.results.step_s),
        };
        panel.message = panel.layers.is_empty().then(|| "no workers".to_owned());
        figure.panels.push(panel);
    }
    Some(figure)
}

/// A panel with its title and the pools in it, each with its place.
type Part<'a> = (String, &'a PointResult, Vec<(usize, &'a str)>);

/// A panel for each alternative; without alternatives one for each pool.
fn part<'a>(points: &[&'a PointResult], pools: &'a [String]) -> Vec<Part<'a>> {
    let numbered = || pools.iter().map(String::as_str).enumerate();
    match points {
        [only] if pools.len() > 1 => numbered().map(|(i, pool)| (pool.to_owned(), *only, vec![(i, pool)])).collect(),
        _ => points.iter().map(|point| (name_of(point), *point, numbered().collect())).collect(),
    }
}

fn pools(points: &[&PointResult]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for curve in points.iter().flat_map(|point| &point.curves).filter(|curve| is_of_pool(curve)) {
        if !names.contains(&curve.scope.name) {
            names.push(curve.scope.name.clone());
        }
    }
    names
}

/// What is drawn of pools.
const OF_POOLS: [CurveKind; 4] = [CurveKind::Busy, CurveKind::Available, CurveKind::Booting, CurveKind::Down];

fn is_of_pool(curve: &Curve) -> bool {
    curve.scope.kind == ScopeKind::Pool && OF_POOLS.contains(&curve.metric)
}

fn worker_axis(points: &[&PointResult], plot_height: f32) -> Axis {
    let curves = points.iter().flat_map(|point| &point.curves).filter(|curve| is_of_pool(curve));
    let highs = curves.flat_map(|curve| curve.mean.iter().chain(&curve.high)).flatten().copied();
    let paid = points.iter().flat_map(|point| {
        let names = point.curves.iter().filter(|curve| is_of_pool(curve)).map(|curve| curve.scope.name.as_str());
        names.flat_map(|pool| paid(point, pool)).flat_map(|(_, values)| values.into_iter().flatten())
    });
    let most = highs.chain(paid).fold(0.0, f64::max);
    counts(most * 1.04, (plot_height / 40.0) as usize)
}

/// One pool: busy as an area, available as a dark line. Several: busy and available (dashed) in the colour of the pool.
fn pool_layers(subject: &Subject<'_>, point: &PointResult, (place, pool): (usize, &str), pools: usize) -> Vec<Layer> {
    let step_s = subject.results.step_s;
    let color = if pools == 1 {
        series(0)
    } else if place < MOST_COLOURED {
        series(place)
    } else {
        CONTEXT
    };
    let mut layers = Vec::new();
    if pools == 1 {
        for (away, values) in paid(point, pool).into_iter().rev() {
            let color = away.color.mix(PAPER, 0.35);
            layers.extend(steps_of(&values, step_s).into_iter().map(|points| Layer::Area { points, color }));
        }
        if !layers.is_empty() {
            layers.extend(available_area(point, pool, step_s));
        }
    }
    if let Some(busy) = point.curve((ScopeKind::Pool, pool), CurveKind::Busy) {
        if pools == 1 {
            let pale = series(0).mix(PAPER, 0.72);
            let areas = runs(&busy.mean, step_s).into_iter().filter(|run| run.len() > 1);
            layers.extend(areas.map(|points| Layer::Area { points, color: pale }));
        }
        layers.extend(band(busy, step_s, color));
        layers.extend(lines(busy, step_s, (color, 1.8)));
    }
    if let Some(available) = point.curve((ScopeKind::Pool, pool), CurveKind::Available) {
        let color = if pools == 1 { INK } else { color };
        let stairs = stairs(&available.mean, step_s).into_iter();
        layers.extend(stairs.map(|points| Layer::Line { points, color, width: 1.6, dashed: pools > 1 }));
    }
    layers
}

/// Workers that are paid for and of no use.
struct Away {
    metric: CurveKind,
    label: &'static str,
    color: Tint,
}

const AWAY: [Away; 2] = [
    Away { metric: CurveKind::Booting, label: "booting", color: STAGED },
    Away { metric: CurveKind::Down, label: "down", color: MISSED },
];

/// On top of the available workers those that boot, and on top of both those that are down, where there are any.
fn paid(point: &PointResult, pool: &str) -> Vec<(&'static Away, Vec<Option<f64>>)> {
    let of_pool = |metric| point.curve((ScopeKind::Pool, pool), metric);
    let Some(available) = of_pool(CurveKind::Available) else { return Vec::new() };
    let mut sum = available.mean.clone();
    let mut found = Vec::new();
    for away in &AWAY {
        let Some(curve) = of_pool(away.metric).filter(|curve| curve.mean.iter().flatten().any(|&n| n > 0.0)) else {
            continue;
        };
        for (sum, more) in sum.iter_mut().zip(&curve.mean) {
            *sum = sum.map(|sum| sum + more.unwrap_or(0.0));
        }
        found.push((away, sum.clone()));
    }
    found
}

/// Paper over what lies below the available workers.
fn available_area(point: &PointResult, pool: &str, step_s: f64) -> Vec<Layer> {
    let available = point.curve((ScopeKind::Pool, pool), CurveKind::Available);
    let steps = available.map_or_else(Vec::new, |curve| steps_of(&curve.mean, step_s));
    steps.into_iter().map(|points| Layer::Area { points, color: PAPER }).collect()
}

fn steps_of(values: &[Option<f64>], step_s: f64) -> Vec<Vec<Point>> {
    stairs(values, step_s).into_iter().filter(|run| run.len() > 1).collect()
}

/// A line that is level over each step.
fn stairs(values: &[Option<f64>], step_s: f64) -> Vec<Vec<Point>> {
    let mut runs: Vec<Vec<Point>> = vec![Vec::new()];
    for (i, value) in values.iter().enumerate() {
        match (*value, runs.last_mut()) {
            (Some(value), Some(run)) => {
                if run.last().is_none_or(|last| last.1 != value) {
                    run.push((i as f64 * step_s, value));
                }
                if values.get(i + 1).copied().flatten() != Some(value) {
                    run.push(((i + 1) as f64 * step_s, value));
                }
            }
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn is_away(point: &PointResult, away: &Away) -> bool {
    let curves = point.curves.iter().filter(|curve| curve.scope.kind == ScopeKind::Pool && curve.metric == away.metric);
    curves.flat_map(|curve| &curve.mean).flatten().any(|&workers| workers > 0.0)
}

/// What is named in the panel of one pool, and where it is: workers away only where there are any.
fn names_of_one(point: &PointResult, pool: &str, step_s: f64) -> Vec<Name> {
    let curve = |metric| point.curve((ScopeKind::Pool, pool), metric);
    let busy = curve(CurveKind::Busy).map(|busy| Name::of_curve(runs(&busy.mean, step_s), "busy", series(0)));
    let available = curve(CurveKind::Available).map(|all| Name::of_curve(stairs(&all.mean, step_s), "available", INK));
    let away = paid(point, pool).into_iter().map(|(away, mut top)| {
        let there = curve(away.metric).map_or(&[][..], |curve| &curve.mean);
        top.iter_mut().zip(there).for_each(|(top, there)| *top = top.filter(|_| there.is_some_and(|n| n > 0.0)));
        Name::of_curve(stairs(&top, step_s), away.label, away.color)
    });
    busy.into_iter().chain(available).chain(away).collect()
}

fn names_of_several(point: &PointResult, pools: &[(usize, &str)], step_s: f64) -> Vec<Name> {
    let coloured = pools.iter().filter(|(place, _)| *place < MOST_COLOURED);
    let name = |&(place, pool): &(usize, &str)| {
        let busy = point.curve((ScopeKind::Pool, pool), CurveKind::Busy)?;
        Some(Name::of_curve(runs(&busy.mean, step_s), pool, series(place)))
    };
    coloured.filter_map(name).collect()
}

fn key(label: &str, color: Tint, sign: Sign) -> Key {
    Key { label: label.to_owned(), color, sign }
}

fn keys_of_one(points: &[&PointResult]) -> Vec<Key> {
    let away = AWAY.iter().filter(|away| points.iter().any(|point| is_away(point, away)));
    let away = away.map(|away| key(away.label, away.color.mix(PAPER, 0.35), Sign::Block));
    [key("busy", series(0), Sign::Band), key("available", INK, Sign::Line)].into_iter().chain(away).collect()
}

/// The legend of the pools in colour, and that of the others.
fn keys_of_several(pools: &[String]) -> (Vec<Key>, Vec<Key>) {
    let coloured = pools.iter().take(MOST_COLOURED).enumerate().map(|(place, pool)| (pool, series(place)));
    legends(coloured, Sign::Line, (pools.len().saturating_sub(MOST_COLOURED), "pools"))
}

fn figure_of(point: &PointResult, metric: Metric) -> Option<f64> {
    point.metric((ScopeKind::All, "all"), metric)?.estimate.map(|estimate| estimate.mean)
}

/// How well the workers of a case are used and what they cost, in words.
pub(crate) fn note(point: &PointResult) -> String {
    let used =
        figure_of(point, Metric::Utilisation).map(|share| format!("{} used", percent((share * 100.0).round() / 100.0)));
    let hours = figure_of(point, Metric::WorkerHours).map(|hours| format!("{} worker-hours", human_count(hours)));
    let cost = figure_of(point, Metric::Cost).map(|cost| format!("cost of the run {}", human_count(cost)));
    used.into_iter().chain(hours).chain(cost).collect::<Vec<_>>().join(", ")
}

fn make_point(subject: &Subject<'_>, points: &[&PointResult], pools: &[String]) -> String {
    let base = points.first().copied();
    let full = |pool: &String| {
        let busy = base?.curve((ScopeKind::Pool, pool), CurveKind::Busy)?;
        let available = base?.curve((ScopeKind::Pool, pool), CurveKind::Available)?;
        let pairs = busy.mean.iter().zip(&available.mean).filter_map(|(busy, all)| Some(((*busy)?, (*all)?)));
        Some(pairs.filter(|&(busy, all)| all > 0.0 && busy >= all * 0.98).count() as f64 * subject.results.step_s)
    };
    let fullest = pools.iter().filter_map(|pool| Some((full(pool)?, pool)));
    match fullest.reduce(|most, next| if next.0 > most.0 { next } else { most }) {
        Some((time, pool)) if time > 0.0 => {
            format!(
                "Pool {pool}: at least 98\u{a0}% busy for {} in the base case",
                crate::plot::scale::ticks::prose(time)
            )
        }
        _ => "There is always a free worker in the base case".to_owned(),
    }
}
