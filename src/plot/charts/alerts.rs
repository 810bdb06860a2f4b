//! `alerts.png`: the backlog of each alternative by place, and below it a lane for each alert that shows when it fired.

use super::backlog;
use super::common::{Subject, keep_first, spans};
use super::curves::{alternatives, name_of};
use crate::experiment::PointResult;
use crate::findings::alerts::first_firing;
use crate::findings::precision::replications_words;
use crate::metric::{CurveKind, Metric, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Panel, SideLabel, Sign};
use crate::plot::scale::axis::Axis;
use crate::plot::scale::clock::time_title;
use crate::plot::scale::ticks::prose;
use crate::plot::style::palette::{INK, MISSED, MUTED, PAPER, Tint};

/// Most alternatives.
const MOST_POINTS: usize = 6;
/// Most lanes of a panel.
const MOST_LANES: usize = 10;

/// Builds the picture; `None` without alerts.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let mut points = alternatives(subject.results);
    points.retain(|point| !names(point).is_empty());
    let mut cut = keep_first(&mut points, MOST_POINTS, "alternatives");
    let lanes = points.iter().map(|point| names(point).len()).max()?;
    if lanes > MOST_LANES {
        cut.push_str(&format!(" The first {MOST_LANES} alerts are shown."));
    }
    let columns = points.len().min(2);
    let plot_height = (lanes.min(MOST_LANES) as f32 * 24.0).max(150.0);
    let mut figure = Figure { columns, plot_height, ..subject.page("alerts") };
    figure.point = make_point(points[0], subject.results.confidence);
    let most = points.iter().map(|point| backlog::most(point)).fold(0.0, f64::max);
    figure.about = format!(
        "{}; below it when each alert fired: the darker, the more of the {} it fired in.{cut}",
        backlog::about(&points, most),
        replications_words(subject.results)
    );
    figure.x_title = time_title(subject.start.as_ref(), "Time");
    figure.name_keys = backlog::keys(&points, most);
    figure.keys.push(Key { label: "alert fires".to_owned(), color: MISSED, sign: Sign::Block });
    for pair in points.chunks(columns) {
        figure.panels.extend(pair.iter().map(|point| backlog::panel(subject, point, (most, columns, plot_height))));
        let title = if pair.len() < columns { "Alerts" } else { "" };
        figure.panels.extend(pair.iter().map(|point| lanes_of(subject, point, (columns, title))));
    }
    Some(figure)
}

fn names(point: &PointResult) -> Vec<&str> {
    let alerts = point.metrics.iter().filter(|m| m.scope.kind == ScopeKind::Alert && m.metric == Metric::Fired);
    alerts.map(|metric| metric.scope.name.as_str()).collect()
}

fn lanes_of(subject: &Subject<'_>, point: &PointResult, (columns, title): (usize, &str)) -> Panel {
    let mut names = names(point);
    names.truncate(MOST_LANES);
    let lanes = Axis::names(names.iter().map(|name| (*name).to_owned())).downwards();
    let mut panel = Panel::new(title, subject.time_axis(columns), lanes);
    panel.spans =
        spans(point).into_iter().map(|span| crate::plot::figure::Span { label: String::new(), ..span }).collect();
    for (lane, name) in names.iter().enumerate() {
        panel.layers.extend(bars(subject, point, (name, lane as f64)));
        let (text, color) = match first_firing(point, name, subject.results.confidence) {
            Some(median) => (format!("after {}", prose(median.median)), INK),
            None => ("never".to_owned(), MUTED),
        };
        panel.labels.push(SideLabel { at: lane as f64, text, color });
    }
    panel
}

/// The stretches of a lane in which the alert fires in the same tenth of the replications.
fn bars(subject: &Subject<'_>, point: &PointResult, (name, lane): (&str, f64)) -> Vec<Layer> {
    let curve = point.curve((ScopeKind::Alert, name), CurveKind::Firing);
    let shares: Vec<u8> = curve
        .map(|curve| curve.mean.iter().map(|share| (share.unwrap_or(0.0) * 10.0).ceil() as u8).collect())
        .unwrap_or_default();
    let step_s = subject.results.step_s;
    let mut start = 0;
    let mut bars = Vec::new();
    for stretch in shares.chunk_by(|a, b| a == b) {
        let (from, to) = (start as f64 * step_s, (start + stretch.len()) as f64 * step_s);
        if stretch[0] > 0 {
            bars.push(Layer::Cell {
                corners: ((from, lane - 0.3), (to.min(subject.results.horizon_s), lane + 0.3)),
                color: faded(MISSED, f64::from(stretch[0]) / 10.0),
                text: (String::new(), INK),
            });
        }
        start += stretch.len();
    }
    bars
}

/// A colour on paper, the fainter the smaller the share.
fn faded(color: Tint, share: f64) -> Tint {
    let opacity = 0.2 + 0.8 * share;
    color.mix(PAPER, 1.0 - opacity)
}

/// The first and the last alert of the base, and those that never fire.
fn make_point(point: &PointResult, confidence: f64) -> String {
    let all = names(point);
    let mut fired: Vec<(f64, &str)> =
        all.iter().filter_map(|name| Some((first_firing(point, name, confidence)?.median, *name))).collect();
    fired.sort_by(|a, b| a.0.total_cmp(&b.0));
    let silent = all.len() - fired.len();
    let text = match fired.as_slice() {
        [] => return format!("{}: no alert ever fires", name_of(point)),
        [(after, name)] => format!("{name} fires after {}", prose(*after)),
        [(first, name), .., (last, late)] => {
            format!("{name} fires after {}, {late} only after {}", prose(*first), prose(*last))
        }
    };
    let rest = if silent > 0 { format!("; {silent} of {} never", all.len()) } else { String::new() };
    format!("{}: {text}{rest}", name_of(point))
}
