//! `distribution.png`: the share of jobs that wait longer than x, by class, a panel for each alternative.

use super::common::{Subject, greatest, grid, keep_first, legends};
use super::curves::{alternatives, name_of};
use super::promise::{Promise, promises};
use crate::experiment::{PointResult, Tail};
use crate::findings::precision::replications_words;
use crate::metric::{Quantity, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Name, Panel, Point, Shape, Sign, Span};
use crate::plot::layout::cell_width;
use crate::plot::scale::axis::Axis;
use crate::plot::scale::ticks::{FLOOR_S, log_durations, log_shares, percent, prose, thin_to_fit};
use crate::plot::style::palette::{CONTEXT, nested_width, series};

/// Most classes in colour.
const MOST_COLOURED: usize = 5;
/// Most panels of a picture.
const MOST_PANELS: usize = 12;
/// Where no wait is as long, the axis begins at shorter ones than elsewhere.
const SHORT_S: f64 = 10.0 * FLOOR_S;
/// Smaller shares are not drawn.
const LEAST_SHARE: f64 = 1e-5;

/// Builds the picture; `None` without distributions of the wait.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
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
        let drawn = |layer: &Layer| matches!(layer, Layer::Line { points, .. } if !points.is_empty());
        let without_line = if tails(subject, point).is_empty() { "no jobs".to_owned() } else { no_wait(&panel.x) };
        panel.message = (!panel.layers.iter().any(drawn)).then_some(without_line);
        mark_promises(&mut panel, &promises);
        figure.panels.push(panel);
    }
    Some(figure)
}

/// Said where every wait is shorter than the axis shows.
fn no_wait(x: &Axis) -> String {
    format!("no job waits longer than {}", prose(x.low()))
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
    let wait = || point.tails.iter().filter(|tail| tail.metric == Quantity::Wait && !tail.x_s.is_empty());
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
    let most = most.fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { SHORT_S };
    let least = all().filter_map(|tail| tail.share.iter().copied().rfind(|&share| share > 0.0)).fold(1.0, f64::min);
    let x = log_durations(if most < SHORT_S { most / 100.0 } else { FLOOR_S }, most, false);
    (thin_to_fit(x, cell_width(columns) - 110.0), log_shares(least.max(LEAST_SHARE)))
}

/// The corners of the steps of a tail inside the axes, from the left end of the axes to where it leaves them.
fn visible(tail: &Tail, x: &Axis, y: &Axis) -> Vec<Point> {
    let mut share = share_beyond(tail, x.low());
    let mut points = Vec::new();
    let inside = tail.x_s.iter().zip(&tail.share).skip_while(|(at, _)| **at <= x.low());
    for (&at, &below) in inside {
        if share < y.low() {
            break;
        }
        points.extend([(at, share), (at, below.max(y.low()))]);
        share = below;
    }
    if points.is_empty() {
        return points;
    }
    points.insert(0, (x.low(), points[0].1));
    points
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

/// The share beyond x of a tail, from the last step at or before x; all jobs exceed what lies before the first.
fn share_beyond(tail: &Tail, x_s: f64) -> f64 {
    let steps = tail.x_s.partition_point(|&x| x <= x_s * (1.0 + 1e-9));
    steps.checked_sub(1).and_then(|last| tail.share.get(last)).copied().unwrap_or(1.0)
}

fn make_point(subject: &Subject<'_>, points: &[&PointResult], promises: &[Promise]) -> String {
    let said = promises.first().and_then(|promise| {
        let class = promise.class.as_ref()?;
        let place = subject.results.classes.iter().position(|name| name == class)?;
        let tails = tails(subject, points.first()?);
        let (_, tail) = tails.into_iter().find(|&(found, _)| found == place)?;
        let share = percent(share_beyond(tail, promise.time_s));
        Some(format!("{share} of {class} wait longer than {} in the base case", prose(promise.time_s)))
    });
    said.or_else(|| longest_waits(subject, points.first()?)).unwrap_or_else(|| "How many jobs wait how long".to_owned())
}

/// How long the class waits that waits longest: what one job in a hundred exceeds, or where no time is exceeded by about so many, the
/// last step before, and the longest wait.
fn longest_waits(subject: &Subject<'_>, point: &PointResult) -> Option<String> {
    let p99 = |tail: &Tail| tail.share.iter().position(|share| *share < 0.01).map_or(f64::MAX, |step| tail.x_s[step]);
    let all = tails(subject, point).into_iter();
    let (class, tail) = all.reduce(|most, next| if p99(next.1) > p99(most.1) { next } else { most })?;
    let name = subject.results.classes.get(class)?;
    let known = tail.x_s.last().filter(|_| tail.share.last() == Some(&0.0));
    let text = match (tail.share.iter().rposition(|share| *share >= 0.01), known) {
        (None, Some(0.0)) => format!("no job of {name} waits"),
        (None, Some(&most)) if tail.x_s.len() == 1 => format!("every job of {name} waits {}", prose(most)),
        (None, _) => format!("nearly all jobs of {name} wait at most {}", prose(*tail.x_s.first()?)),
        (Some(step), known) => {
            let share = tail.share[step];
            let told = format!("{} of {name} wait longer than {}", percent(share), prose(tail.x_s[step]));
            let none = known.filter(|_| share > 0.015 && tail.share.get(step + 1) == Some(&0.0));
            none.map_or(told.clone(), |most| format!("{told}, none longer than {}", prose(*most)))
        }
    };
    let mut first = text.chars();
    let capital = first.next().map(|letter| letter.to_ascii_uppercase());
    Some(format!("{}{} in the base case", capital.into_iter().collect::<String>(), first.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ScopeName;

    fn tail() -> Tail {
        let scope = ScopeName { kind: ScopeKind::All, name: "all".to_owned() };
        Tail { scope, metric: Quantity::Wait, x_s: vec![0.01, 0.05, 1.0, 10.0], share: vec![0.9, 0.8, 0.5, 1e-9] }
    }

    #[test]
    fn a_tail_is_drawn_as_steps_and_cut_where_the_axes_end() {
        let points = visible(&tail(), &log_durations(0.1, 100.0, false), &log_shares(0.01));
        assert_eq!(points, [(0.1, 0.8), (1.0, 0.8), (1.0, 0.5), (10.0, 0.5), (10.0, 0.01)]);
    }

    #[test]
    fn the_share_beyond_a_time_is_that_of_the_step_it_lies_in() {
        assert_eq!([0.001, 1.0, 2.0, 99.0].map(|time| share_beyond(&tail(), time)), [1.0, 0.5, 0.5, 1e-9]);
    }
}
