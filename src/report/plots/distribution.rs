//! `distribution.png`: the share of jobs that wait longer than x, by class, a panel for each alternative.

use super::axis::Axis;
use super::common::{Subject, greatest, grid, keep_first, legends};
use super::curves::{alternatives, name_of};
use super::figure::{Figure, Key, Layer, Name, Panel, Point, Shape, Sign, Span};
use super::layout::cell_width;
use super::palette::{CONTEXT, nested_width, series};
use super::promise::{Promise, promises};
use super::ticks::{FLOOR_S, log_durations, log_shares, percent, prose, thin_to_fit};
use crate::experiment::{PointResult, ScopeKind, Tail};
use crate::report::precision::replications_words;

/// Most classes in colour.
const MOST_COLOURED: usize = 5;
/// Most panels of a picture.
const MOST_PANELS: usize = 12;
/// Smaller shares are not drawn.
const LEAST_SHARE: f64 = 1e-5;

/// Builds the picture; `None` without distributions of the wait.
pub(super) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let mut points = alternatives(subject.results);
    let cut = keep_first(&mut points, MOST_PANELS, "alternatives");
    points.iter().any(|point| !tails(subject, point).is_empty()).then_some(())?;
    let promises = promises(subject.results);
    let (columns, plot_height) = if points.len() == 1 { (1, 360.0) } else { (2, grid(points.len()).1.max(200.0)) };
    let (x, y) = axes(subject, &points, &promises, columns);
    let coloured = choose_coloured(subject, &points);
    let mut figure = Figure { columns, plot_height, ..subject.page("distribution") };
    figure.point = make_point(subject, &points, &promises);
    figure.about = format!(
        "Share of the jobs of {} that wait longer than the time below, both axes logarithmic.{}{cut}",
        replications_words(subject.results),
        if promises.is_empty() {
            ""
        } else {
            " An objective is met where the curve of its colour passes below its ring."
        }
    );
    figure.x_title = "Wait longer than".to_owned();
    (figure.name_keys, figure.keys) = keys(subject, &coloured);
    for point in points {
        let mut panel = Panel::new(name_of(point), x.clone(), y.clone());
        panel.unit = "of jobs".to_owned();
        draw_classes(&mut panel, tails(subject, point), (&subject.results.classes, &coloured));
        panel.message = panel.layers.is_empty().then(|| "no jobs".to_owned());
        mark_promises(&mut panel, &promises);
        figure.panels.push(panel);
    }
    Some(figure)
}

fn draw_classes(panel: &mut Panel, tails: Vec<(usize, &Tail)>, (classes, coloured): (&[String], &[usize])) {
    let (front, back): (Vec<_>, Vec<_>) = tails.into_iter().partition(|(class, _)| coloured.contains(class));
    let count = front.len();
    let line = |panel: &Panel, tail, color, width| {
        let points = visible(tail, &panel.x, &panel.y);
        Layer::Line { points, color, width, dashed: false }
    };
    for (_, tail) in back {
        panel.layers.push(line(panel, tail, CONTEXT, 1.2));
    }
    for (i, &(class, tail)) in front.iter().enumerate().rev() {
        panel.layers.push(line(panel, tail, series(class), nested_width(i, count)));
    }
    for (class, tail) in front {
        let points = visible(tail, &panel.x, &panel.y);
        if points.is_empty() {
            continue;
        }
        let name = classes.get(class).map_or("all jobs", String::as_str);
        panel.names.push(Name::of_curve(vec![points], name, series(class)));
    }
}

fn tails<'a>(subject: &Subject<'_>, point: &'a PointResult) -> Vec<(usize, &'a Tail)> {
    let wait = || point.tails.iter().filter(|tail| tail.metric == "wait" && !tail.x_s.is_empty());
    let place = |name: &str| subject.results.classes.iter().position(|class| class == name);
    let by_class = wait().filter(|tail| tail.scope.kind == ScopeKind::Class);
    let mut found: Vec<(usize, &Tail)> = by_class.filter_map(|tail| Some((place(&tail.scope.name)?, tail))).collect();
    if found.is_empty() {
        found.extend(wait().find(|tail| tail.scope.kind == ScopeKind::All).map(|tail| (0, tail)));
    }
    found.sort_by_key(|&(class, _)| class);
    found
}

fn axes(subject: &Subject<'_>, points: &[&PointResult], promises: &[Promise], columns: usize) -> (Axis, Axis) {
    let all = || points.iter().flat_map(|point| tails(subject, point)).map(|(_, tail)| tail);
    let most = all().filter_map(|tail| tail.x_s.last().copied()).chain(promises.iter().map(|p| p.time_s));
    let most = most.fold(10.0 * FLOOR_S, f64::max);
    let least = all().filter_map(|tail| tail.share.last().copied()).filter(|&share| share > 0.0).fold(1.0, f64::min);
    let x = log_durations(FLOOR_S, most, false);
    (thin_to_fit(x, cell_width(columns) - 110.0), log_shares(least.max(LEAST_SHARE)))
}

/// The part of a tail inside the axes, with the point at which it enters at the left.
fn visible(tail: &Tail, x: &Axis, y: &Axis) -> Vec<Point> {
    let all: Vec<Point> = tail.x_s.iter().copied().zip(tail.share.iter().copied()).collect();
    let enters = all.partition_point(|point| point.0 < x.low()).saturating_sub(1);
    let leaves = all.partition_point(|point| point.1 >= y.low());
    let mut points = all[enters.min(leaves)..leaves].to_vec();
    if let Some(first) = points.first_mut() {
        first.0 = first.0.max(x.low());
    }
    if let (Some(&inside), Some(&outside)) = (points.last(), all.get(leaves)) {
        points.push((cross(inside, outside, y.low()), y.low()));
    }
    points
}

/// Where the line between two points on logarithmic axes has this share.
fn cross(inside: Point, outside: Point, share: f64) -> f64 {
    let part = libm::log(inside.1 / share) / libm::log(inside.1 / outside.1);
    inside.0 * libm::pow(outside.0 / inside.0, part.clamp(0.0, 1.0))
}

fn mark_promises(panel: &mut Panel, promises: &[Promise]) {
    for promise in promises {
        let label = match promise.share {
            Some(share) => format!("{} in {}", percent(share), prose(promise.time_s)),
            None => prose(promise.time_s),
        };
        let label = label.replace(' ', "\u{a0}");
        panel.spans.push(Span { from: promise.time_s, to: None, label, color: promise.color, dashed: true });
        if let Some(share) = promise.share.filter(|share| *share < 1.0) {
            panel.layers.push(Layer::Mark {
                at: (promise.time_s, 1.0 - share),
                shape: Shape::Ring,
                color: promise.color,
            });
        }
    }
}

fn choose_coloured(subject: &Subject<'_>, points: &[&PointResult]) -> Vec<usize> {
    let mut longest = vec![0.0_f64; subject.results.classes.len().max(1)];
    for (class, tail) in points.iter().flat_map(|point| tails(subject, point)) {
        longest[class] = longest[class].max(tail.x_s.last().copied().unwrap_or(0.0));
    }
    greatest(&longest, MOST_COLOURED)
}

/// The legend of the classes in colour, and that of the others.
fn keys(subject: &Subject<'_>, coloured: &[usize]) -> (Vec<Key>, Vec<Key>) {
    let classes = &subject.results.classes;
    let named = coloured.iter().filter_map(|&class| Some((classes.get(class)?.as_str(), series(class))));
    legends(named, Sign::Line, (classes.len().saturating_sub(coloured.len()), "classes"))
}

/// The share beyond x of a tail, from the last point at or before x.
fn share_beyond(tail: &Tail, x_s: f64) -> Option<f64> {
    let after = tail.x_s.partition_point(|&x| x <= x_s);
    if after == tail.x_s.len() { Some(0.0) } else { tail.share.get(after.checked_sub(1)?).copied() }
}

fn make_point(subject: &Subject<'_>, points: &[&PointResult], promises: &[Promise]) -> String {
    let said = promises.first().and_then(|promise| {
        let class = promise.class.as_ref()?;
        let place = subject.results.classes.iter().position(|name| name == class)?;
        let tails = tails(subject, points.first()?);
        let (_, tail) = tails.into_iter().find(|&(found, _)| found == place)?;
        let share = share_beyond(tail, promise.time_s)?;
        Some(format!("{} of {class} wait longer than {} in the base case", percent(share), prose(promise.time_s)))
    });
    said.or_else(|| longest_percent(subject, points.first()?))
        .unwrap_or_else(|| "How many jobs wait how long".to_owned())
}

/// What one job in a hundred exceeds, of the class that waits longest.
fn longest_percent(subject: &Subject<'_>, point: &PointResult) -> Option<String> {
    let exceeded = |tail: &Tail| tail.x_s.iter().zip(&tail.share).rfind(|(_, share)| **share >= 0.01).map(|(x, _)| *x);
    let found = tails(subject, point).into_iter().filter_map(|(class, tail)| Some((exceeded(tail)?, class)));
    let (time, class) = found.reduce(|most, next| if next.0 > most.0 { next } else { most })?;
    let name = subject.results.classes.get(class)?;
    Some(format!("1\u{a0}% of {name} wait longer than {} in the base case", prose(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ScopeName;

    fn tail() -> Tail {
        let scope = ScopeName { kind: ScopeKind::All, name: "all".to_owned() };
        Tail { scope, metric: "wait".to_owned(), x_s: vec![0.01, 0.05, 1.0, 10.0], share: vec![0.9, 0.8, 0.5, 1e-9] }
    }

    #[test]
    fn a_tail_is_cut_where_the_axes_end() {
        let points = visible(&tail(), &log_durations(0.1, 100.0, false), &log_shares(0.01));
        assert_eq!(points[..2], [(0.1, 0.8), (1.0, 0.5)]);
        assert!(points[2].0 > 1.0 && points[2].0 < 10.0 && points[2].1 == 0.01 && points.len() == 3);
    }

    #[test]
    fn the_share_beyond_a_time_is_that_of_the_step_it_lies_in() {
        assert_eq!(share_beyond(&tail(), 2.0), Some(0.5));
        assert_eq!(share_beyond(&tail(), 99.0), Some(0.0));
        assert_eq!(share_beyond(&tail(), 0.001), None);
    }
}
