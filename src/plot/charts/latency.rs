//! `latency.png`: the wait by time of creation. With alternatives a panel for each with the p95 of every class; without, a
//! panel for each class with p50, p95 and p99.

use super::common::{Subject, at_least, greatest, grid, keep_first, legends, spans};
use super::curves::{alternatives, band, context, has_data, lines, name_of, peak_of, runs};
use super::promise::{Promise, promise_label, promises};
use crate::experiment::{Curve, PointResult};
use crate::metric::{CurveKind, ScopeKind, TimeStatistic};
use crate::plot::figure::{Figure, Key, Layer, Name, Panel, SideLabel, Sign};
use crate::plot::scale::axis::Axis;
use crate::plot::scale::clock::time_title;
use crate::plot::scale::ticks::{FLOOR_S, durations, prose};
use crate::plot::style::palette::{INK, OBJECTIVE, PAPER, Tint, nested_width, series};

/// Most curves in colour in a panel.
const MOST_COLOURED: usize = 5;
/// Most panels of a picture.
const MOST_PANELS: usize = 12;

/// Builds the picture; `None` without curves of the wait.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let points = alternatives(subject.results);
    points
        .iter()
        .any(|point| point.curves.iter().any(|curve| matches!(curve.metric, CurveKind::Wait(_))))
        .then_some(())?;
    Some(if points.len() > 1 { compare(subject, &points) } else { single_out(subject, points[0]) })
}

fn compare(subject: &Subject<'_>, points: &[&PointResult]) -> Figure {
    let promises = promises(subject.results);
    let coloured = choose_coloured(subject, points);
    let mut shown = points.to_vec();
    let cut = keep_first(&mut shown, MOST_PANELS, "alternatives");
    let curves: Vec<&Curve> =
        shown.iter().flat_map(|point| p95_curves(subject, point)).map(|(_, curve)| curve).collect();
    let quantity =
        "Time from created to started that 95\u{a0}% of the jobs do not exceed, by time of creation and job class";
    let mut figure = open_figure(subject, points, (quantity, &curves), shown.len());
    let y = wait_axis(&curves, &promises, figure.plot_height);
    figure.about.push_str(&promise_sentence(&promises));
    figure.about.push_str(&cut);
    (figure.name_keys, figure.keys) = class_keys(subject, &coloured);
    for point in shown {
        let mut panel = Panel::new(name_of(point), subject.time_axis(figure.columns), y.clone());
        panel.spans = spans(point);
        panel.note = focus_peak(subject, point).map_or_else(String::new, |(_, peak)| format!("peak {peak}"));
        let drawn = draw_classes(subject, &mut panel, (point, &coloured));
        finish(&mut panel, &promises, subject.results.horizon_s, drawn);
        figure.panels.push(panel);
    }
    figure
}

fn draw_classes(subject: &Subject<'_>, panel: &mut Panel, (point, coloured): (&PointResult, &[usize])) -> usize {
    let step_s = subject.results.step_s;
    let found = p95_curves(subject, point);
    let drawn = found.len();
    let (front, back): (Vec<_>, Vec<_>) = found.into_iter().partition(|(class, _)| coloured.contains(class));
    panel.layers.extend(back.iter().flat_map(|(_, curve)| context(curve, step_s)));
    panel.layers.extend(front.iter().flat_map(|&(class, curve)| band(curve, step_s, series(class))));
    for (place, &(class, curve)) in front.iter().enumerate().rev() {
        panel.layers.extend(lines(curve, step_s, (series(class), nested_width(place, front.len()))));
    }
    let name = |&(class, curve): &(usize, &Curve)| {
        Name::of_curve(runs(&curve.mean, step_s), subject.results.classes[class].as_str(), series(class))
    };
    panel.names.extend(front.iter().map(name));
    drawn
}

fn single_out(subject: &Subject<'_>, point: &PointResult) -> Figure {
    let promises = promises(subject.results);
    let scopes = scopes_by_wait(subject, point);
    let curves: Vec<&Curve> = scopes.iter().flat_map(|scope| quantiles(point, (scope.1, scope.2))).flatten().collect();
    let quantity =
        "Time from created to started that 50, 95 and 99\u{a0}% of the jobs do not exceed, by time of creation";
    let mut figure = open_figure(subject, &[point], (quantity, &curves), scopes.len());
    if scopes.len() < p95_curves(subject, point).len() {
        figure.about.push_str(&format!(" The {MOST_PANELS} classes that wait longest are shown."));
    }
    let y = wait_axis(&curves, &promises, figure.plot_height);
    figure.about.push_str(&promise_sentence(&promises));
    for &(color, kind, name) in &scopes {
        let title = if scopes.len() == 1 && kind == ScopeKind::All { "" } else { name };
        let mut panel = Panel::new(title, subject.time_axis(figure.columns), y.clone());
        panel.spans = spans(point);
        let drawn = draw_quantiles(subject, &mut panel, (quantiles(point, (kind, name)), color));
        let mine = |promise: &&Promise| promise.class.as_deref().is_none_or(|class| class == name);
        let here: Vec<Promise> = promises.iter().filter(mine).cloned().collect();
        finish(&mut panel, &here, subject.results.horizon_s, drawn);
        figure.panels.push(panel);
    }
    figure
}

fn quantiles<'a>(point: &'a PointResult, scope: (ScopeKind, &str)) -> [Option<&'a Curve>; 3] {
    [TimeStatistic::P50, TimeStatistic::P95, TimeStatistic::P99]
        .map(|statistic| point.curve(scope, CurveKind::Wait(statistic)).filter(|curve| has_data(curve)))
}

fn draw_quantiles(subject: &Subject<'_>, panel: &mut Panel, (curves, color): ([Option<&Curve>; 3], Tint)) -> usize {
    let step_s = subject.results.step_s;
    let found = || curves.into_iter().zip(tones(color)).filter_map(|(curve, tone)| Some((curve?, tone)));
    panel.layers.extend(found().flat_map(|(curve, tone)| band(curve, step_s, tone.0)));
    panel.layers.extend(found().flat_map(|(curve, tone)| lines(curve, step_s, tone)));
    let labels = found().filter_map(|(curve, tone)| end_label(curve, tone.0));
    panel.labels.extend(labels.collect::<Vec<_>>().into_iter().rev());
    found().count()
}

fn open_figure(
    subject: &Subject<'_>,
    points: &[&PointResult],
    (quantity, curves): (&str, &[&Curve]),
    panels: usize,
) -> Figure {
    let (columns, plot_height) = grid(panels);
    // In the last step jobs always wait; that is too little to be seen.
    let is_dashed = |curve: &&Curve| curve.censored_from.is_some_and(|from| from + 2 < curve.mean.len());
    let bounds = if curves.iter().any(is_dashed) {
        " Dashed: some jobs were lost or still waiting; the true wait is longer."
    } else {
        ""
    };
    Figure {
        columns,
        plot_height,
        point: make_point(subject, points),
        about: format!("{quantity}. {}{bounds}", subject.over_jobs("bands")),
        x_title: time_title(subject.start.as_ref(), "Time of creation"),
        ..subject.page("latency")
    }
}

/// p50 near the paper, p95 in the colour of the class, p99 near the ink.
fn tones(color: Tint) -> [(Tint, f32); 3] {
    [(color.mix(PAPER, 0.45), 1.9), (color, 2.4), (color.mix(INK, 0.6), 1.9)]
}

fn end_label(curve: &Curve, color: Tint) -> Option<SideLabel> {
    let at = curve.mean.iter().rev().flatten().next()?;
    let CurveKind::Wait(statistic) = curve.metric else { return None };
    Some(SideLabel { at: *at, text: statistic.name().to_owned(), color })
}

/// Objectives, and a message where there is nothing else.
fn finish(panel: &mut Panel, promises: &[Promise], horizon_s: f64, drawn: usize) {
    if drawn == 0 {
        panel.message = Some("no jobs".to_owned());
    }
    let mut seen: Vec<f64> = Vec::new();
    for promise in promises {
        if seen.contains(&promise.time_s) {
            continue;
        }
        seen.push(promise.time_s);
        let shared = promises.iter().any(|other| other.time_s == promise.time_s && other.color != promise.color);
        let color = if shared { OBJECTIVE } else { promise.color };
        let points = vec![(0.0, promise.time_s), (horizon_s, promise.time_s)];
        panel.layers.push(Layer::Line { points, color, width: 1.4, dashed: true });
        panel.labels.push(SideLabel { at: promise.time_s, text: format!("≤ {}", prose(promise.time_s)), color });
    }
}

fn wait_axis(curves: &[&Curve], promises: &[Promise], plot_height: f32) -> Axis {
    let values = || curves.iter().flat_map(|curve| curve.mean.iter().flatten().copied());
    let highs = curves.iter().flat_map(|curve| curve.high.iter().flatten().copied());
    let times = || promises.iter().map(|promise| promise.time_s);
    let most = values().chain(highs).chain(times()).fold(0.0, f64::max);
    let least = values().filter(|&value| value > 0.0).chain(times()).fold(f64::MAX, f64::min);
    durations(least, most, values().any(|value| value < FLOOR_S), (plot_height / 40.0) as usize)
}

/// The p95 curves with data of a design point with the place of their class.
fn p95_curves<'a>(subject: &Subject<'_>, point: &'a PointResult) -> Vec<(usize, &'a Curve)> {
    let classes = subject.results.classes.iter().enumerate();
    classes
        .filter_map(|(place, class)| {
            Some((place, point.curve((ScopeKind::Class, class), CurveKind::Wait(TimeStatistic::P95))?))
        })
        .filter(|(_, curve)| has_data(curve))
        .collect()
}

/// The classes in colour: all when they are few, else those that wait longest anywhere, in their order.
fn choose_coloured(subject: &Subject<'_>, points: &[&PointResult]) -> Vec<usize> {
    let mut peaks = vec![0.0_f64; subject.results.classes.len()];
    for (class, curve) in points.iter().flat_map(|point| p95_curves(subject, point)) {
        peaks[class] = peaks[class].max(peak_of(curve).map_or(0.0, |peak| peak.0));
    }
    greatest(&peaks, MOST_COLOURED)
}

/// The panels of a study without alternatives: its only class, all of several, or the ones that wait longest of many.
fn scopes_by_wait<'a>(subject: &'a Subject<'_>, point: &PointResult) -> Vec<(Tint, ScopeKind, &'a str)> {
    let mut found = p95_curves(subject, point);
    if found.is_empty() {
        return vec![(series(0), ScopeKind::All, "all")];
    }
    if found.len() > MOST_PANELS {
        found
            .sort_by(|a, b| peak_of(b.1).map(|p| p.0).partial_cmp(&peak_of(a.1).map(|p| p.0)).unwrap_or(a.0.cmp(&b.0)));
        found.truncate(MOST_PANELS);
        found.sort_by_key(|&(class, _)| class);
    }
    let classes = &subject.results.classes;
    found.into_iter().map(|(class, _)| (series(class), ScopeKind::Class, classes[class].as_str())).collect()
}

/// The legend of the classes in colour, and that of the others.
fn class_keys(subject: &Subject<'_>, coloured: &[usize]) -> (Vec<Key>, Vec<Key>) {
    let classes = &subject.results.classes;
    let named = coloured.iter().map(|&class| (classes[class].as_str(), series(class)));
    legends(named, Sign::Band, (classes.len() - coloured.len(), "classes"))
}

/// What the dashed lines are.
fn promise_sentence(promises: &[Promise]) -> String {
    if promises.is_empty() { String::new() } else { format!(" Dashed across: the {}.", promise_label(promises)) }
}

/// The longest p95 wait of the classes with an objective on the wait (of all classes without one): seconds and words.
fn focus_peak(subject: &Subject<'_>, point: &PointResult) -> Option<(f64, String)> {
    let promised: Vec<String> = promises(subject.results).into_iter().filter_map(|promise| promise.class).collect();
    let classes = &subject.results.classes;
    let in_focus = |class: usize| promised.is_empty() || promised.contains(&classes[class]);
    let curves = p95_curves(subject, point).into_iter().filter(|&(class, _)| in_focus(class));
    let peaks = curves.filter_map(|(_, curve)| peak_of(curve));
    let (value, _, is_bound) = peaks.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    Some((value, at_least(is_bound, &prose(value))))
}

/// The point of the picture: the worst wait in the base case, and the alternative that shortens it most.
fn make_point(subject: &Subject<'_>, points: &[&PointResult]) -> String {
    let Some(base) = points.first().and_then(|point| focus_peak(subject, point)) else {
        return "Wait by time of creation".to_owned();
    };
    let rest = points.iter().skip(1).filter_map(|point| Some((focus_peak(subject, point)?, name_of(point))));
    let best = rest.reduce(|best, next| if next.0.0 < best.0.0 { next } else { best });
    let who = focus_name(subject);
    match best.filter(|(peak, _)| peak.0 < base.0) {
        Some((peak, name)) => {
            format!("The p95 wait{who} peaks at {} in the base case and at {} with “{name}”", base.1, peak.1)
        }
        None => format!("The p95 wait{who} peaks at {}", base.1),
    }
}

fn focus_name(subject: &Subject<'_>) -> String {
    let mut promised: Vec<String> = promises(subject.results).into_iter().filter_map(|promise| promise.class).collect();
    promised.dedup();
    match (promised.as_slice(), subject.results.classes.as_slice()) {
        ([only], _) | ([], [only]) => format!(" of {only}"),
        ([], _) => " of the slowest class".to_owned(),
        _ => " of the slowest class with an objective".to_owned(),
    }
}
