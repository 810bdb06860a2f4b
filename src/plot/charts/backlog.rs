//! `backlog.png`: jobs by place over time, a panel for each alternative: staged before a dispatcher, ready in a
//! queue, taken in advance, running, waiting for a retry.

use super::common::{Subject, grid, keep_first, spans};
use super::curves::{alternatives, name_of, runs};
use crate::experiment::PointResult;
use crate::metric::{CurveKind, Metric, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Name, Panel, Sign};
use crate::plot::scale::clock::time_title;
use crate::plot::scale::ticks::{counts, prose};
use crate::plot::style::palette::{PREFETCHED, READY, RETRYING, RUNNING, STAGED, Tint};
use crate::units::human_count;

const ALL: (ScopeKind, &str) = (ScopeKind::All, "all");
/// Most panels of a picture.
const MOST_PANELS: usize = 12;
/// From the bottom of the stack to its top.
const PLACES: [Place; 5] = [
    (CurveKind::Running, "running", "on a worker", RUNNING),
    (CurveKind::Prefetched, "taken in advance", "by a worker", PREFETCHED),
    (CurveKind::Ready, "ready", "in a queue", READY),
    (CurveKind::Staged, "staged", "before a dispatcher", STAGED),
    (CurveKind::Retrying, "to be tried again", "later", RETRYING),
];
/// The least part of the axis that is seen of a place.
const LEAST_SEEN: f64 = 0.01;
/// From this part of the largest backlog on, the peak of the mean curve says when it was.
const SEEN_AT_ONCE: f64 = 0.5;

/// The curve of a place, its name, what that means, and its colour.
type Place = (CurveKind, &'static str, &'static str, Tint);

/// The places of a point: some only where jobs can be there.
fn places(point: &PointResult) -> Vec<Place> {
    let sometimes = [CurveKind::Prefetched, CurveKind::Retrying];
    let there = |place: &Place| !sometimes.contains(&place.0) || point.curve(ALL, place.0).is_some();
    PLACES.into_iter().filter(there).collect()
}

/// Builds the picture; `None` without curves of the backlog.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let mut points = alternatives(subject.results);
    let cut = keep_first(&mut points, MOST_PANELS, "alternatives");
    points.iter().any(|point| PLACES.iter().any(|place| point.curve(ALL, place.0).is_some())).then_some(())?;
    let most = points.iter().map(|point| most(point)).fold(0.0, f64::max);
    let (columns, plot_height) = grid(points.len());
    let mut figure = Figure { columns, plot_height, ..subject.page("backlog") };
    figure.point = make_point(subject, points[0]);
    figure.about = format!("{}. {}{cut}", about(&points, most), subject.mean_of());
    figure.x_title = time_title(subject.start.as_ref(), "Time");
    figure.name_keys = keys(&points, most);
    figure.panels = points.iter().map(|point| panel(subject, point, (most, columns, plot_height))).collect();
    Some(figure)
}

/// The panel of one alternative, on an axis up to `most` jobs.
pub(in crate::plot) fn panel(
    subject: &Subject<'_>,
    point: &PointResult,
    (most, columns, plot_height): (f64, usize, f32),
) -> Panel {
    let stack = stack(point);
    let axis = counts(most, (plot_height / 40.0) as usize);
    let mut panel = Panel::new(name_of(point), subject.time_axis(columns), axis);
    panel.unit = "jobs".to_owned();
    panel.spans = spans(point);
    panel.note = note(point);
    panel.names = names(&stack, &places(point), (most, subject.results.step_s));
    panel.layers = areas(&stack, &places(point), subject.results.step_s);
    panel.message = panel.layers.is_empty().then(|| "no jobs".to_owned());
    panel
}

/// The most jobs in all places at once.
pub(in crate::plot) fn most(point: &PointResult) -> f64 {
    stack(point).last().into_iter().flatten().flatten().copied().fold(0.0, f64::max)
}

/// For each place the jobs in it and in the places below it.
fn stack(point: &PointResult) -> Vec<Vec<Option<f64>>> {
    let mut below: Vec<Option<f64>> = Vec::new();
    let mut stacked = Vec::new();
    for (metric, ..) in places(point) {
        let here = point.curve(ALL, metric).map_or(&[][..], |curve| &curve.mean);
        below.resize(below.len().max(here.len()), None);
        for (sum, value) in below.iter_mut().zip(here) {
            *sum = match (*sum, *value) {
                (None, None) => None,
                (sum, value) => Some(sum.unwrap_or(0.0) + value.unwrap_or(0.0)),
            };
        }
        stacked.push(below.clone());
    }
    stacked
}

/// From the top of the stack to its bottom, each painted down to the axis so that no seam shows.
fn areas(stack: &[Vec<Option<f64>>], places: &[Place], step_s: f64) -> Vec<Layer> {
    let places = stack.iter().zip(places).rev();
    places
        .flat_map(|(values, &(.., color))| {
            runs(values, step_s)
                .into_iter()
                .filter(|run| run.len() > 1)
                .map(move |points| Layer::Area { points, color })
        })
        .collect()
}

/// The names of the places that are seen, each along the part of its upper edge above which nothing is seen.
fn names(stack: &[Vec<Option<f64>>], places: &[Place], (most, step_s): (f64, f64)) -> Vec<Name> {
    let Some(top) = stack.last() else { return Vec::new() };
    let least = most * LEAST_SEEN;
    let name = |(i, &(_, name, _, color)): (usize, &Place)| {
        let (edge, below) = (&stack[i], i.checked_sub(1).map_or(&[][..], |below| &stack[below]));
        let is_seen = |&step: &usize| at(edge, step) - at(below, step) > least;
        let is_free = |step: &usize| at(top, *step) - at(edge, *step) < least;
        (0..top.len()).any(|step| is_seen(&step)).then_some(())?;
        let edge: Vec<_> =
            (0..top.len()).map(|i| Some(i).filter(is_seen).filter(is_free).map(|i| at(edge, i))).collect();
        Some(Name::of_curve(runs(&edge, step_s), name, color))
    };
    places.iter().enumerate().filter_map(name).collect()
}

fn at(values: &[Option<f64>], step: usize) -> f64 {
    values.get(step).copied().flatten().unwrap_or(0.0)
}

/// The places that are seen on an axis up to `most` jobs, from the top of the stack to its bottom.
fn seen(points: &[&PointResult], most: f64) -> impl Iterator<Item = Place> {
    let is_seen = move |place: &Place| {
        let curves = points.iter().filter_map(|point| point.curve(ALL, place.0));
        curves.flat_map(|curve| &curve.mean).flatten().any(|&jobs| jobs > most * LEAST_SEEN)
    };
    PLACES.into_iter().rev().filter(is_seen).collect::<Vec<_>>().into_iter()
}

/// What is shown, and what the places are.
pub(in crate::plot) fn about(points: &[&PointResult], most: f64) -> String {
    let places: Vec<String> = seen(points, most).map(|(_, name, meaning, _)| format!("{name} {meaning}")).collect();
    let places = if places.is_empty() { String::new() } else { format!(": {}", places.join(", ")) };
    format!("Jobs created and not finished, stacked by place{places}")
}

/// The legend of the places.
pub(in crate::plot) fn keys(points: &[&PointResult], most: f64) -> Vec<Key> {
    let key = |(_, name, _, color): Place| Key { label: name.to_owned(), color, sign: Sign::Block };
    seen(points, most).map(key).collect()
}

fn peak(stack: &[Vec<Option<f64>>]) -> Option<(f64, usize)> {
    let values = stack.last()?.iter().enumerate().filter_map(|(i, jobs)| Some(((*jobs)?, i)));
    values.reduce(|best, next| if next.0 > best.0 { next } else { best })
}

/// The mean over the replications of the most jobs that waited at once, which the mean curve, whose peaks are at other times in each of
/// them, does not show.
pub(in crate::plot) fn largest_backlog(point: &PointResult) -> Option<f64> {
    Some(point.metric(ALL, Metric::BacklogMax)?.estimate?.mean)
}

fn note(point: &PointResult) -> String {
    let peak = largest_backlog(point).map(|jobs| format!("peak {} waiting", human_count(jobs)));
    peak.into_iter().chain(drain(point)).collect::<Vec<_>>().join(", ")
}

fn drain(point: &PointResult) -> Option<String> {
    let metric = point.metric(ALL, Metric::DrainTime)?;
    Some(match metric.estimate?.mean {
        _ if metric.at_least => "not drained".to_owned(),
        0.0 => "drained at once".to_owned(),
        time => format!("drained in {}", prose(time)),
    })
}

fn make_point(subject: &Subject<'_>, base: &PointResult) -> String {
    let Some((jobs, step)) = peak(&waiting(base)) else {
        return "Backlog by place".to_owned();
    };
    let largest = largest_backlog(base).unwrap_or(jobs);
    // Where each replication peaks at its own time, the mean curve does not say when.
    let is_seen = jobs >= largest * SEEN_AT_ONCE;
    let at = subject.name_time((step as f64 + 0.5) * subject.results.step_s);
    let at = if is_seen { format!(" {at}") } else { String::new() };
    let staged = is_seen
        && base.curves.iter().any(|c| {
            c.scope.kind == ScopeKind::All && c.metric == CurveKind::Staged && {
                c.mean.get(step).copied().flatten().is_some_and(|staged| staged > jobs / 2.0)
            }
        });
    let place = if staged { ", staged where no metric of a queue sees them" } else { "" };
    format!("The backlog peaks at {} jobs{at}{place}", human_count(largest))
}

/// The jobs that wait in each step, wherever they are, as the only place of a stack.
fn waiting(point: &PointResult) -> Vec<Vec<Option<f64>>> {
    let mut sum: Vec<Option<f64>> = Vec::new();
    for place in PLACES.iter().filter(|place| place.0 != CurveKind::Running) {
        let here = point.curve(ALL, place.0).map_or(&[][..], |curve| &curve.mean);
        sum.resize(sum.len().max(here.len()), None);
        for (sum, value) in sum.iter_mut().zip(here) {
            *sum = value.map(|value| value + sum.unwrap_or(0.0)).or(*sum);
        }
    }
    vec![sum]
}
