//! `cost.png`: each alternative by its cost and by how well it does, and the line of those that no cheaper one beats (Pareto).

use super::alternatives::{keys, met_sentence, sign_of};
use super::common::{Subject, keep_first};
use super::curves::{alternatives, name_of};
use super::sweep::{Measured, mark_bound, measure_of};
use crate::experiment::{ObjectiveResult, PointResult, Verdict};
use crate::metric::{Metric, ScopeKind};
use crate::plot::figure::{Figure, Key, Layer, Name, Panel, Point, Sign};
use crate::plot::layout::cell_width;
use crate::plot::scale::ticks::{counts, readout, thin_to_fit, values};
use crate::plot::style::palette::{CONTEXT, INK, OBJECTIVE};
use crate::stats::Estimate;
use crate::units::human_count;

/// Most objectives as panels.
const MOST_PANELS: usize = 4;

/// What an alternative costs, in words and by its metric.
struct Price {
    metric: Metric,
    title: &'static str,
}

const PRICES: [Price; 2] = [
    Price { metric: Metric::Cost, title: "Cost of the workers over the whole run" },
    Price { metric: Metric::WorkerHours, title: "Worker-hours over the whole run" },
];

/// Builds the picture; `None` where all alternatives cost the same or nothing is promised.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let points = alternatives(subject.results);
    let price = PRICES.iter().find(|price| differs(&points, price))?;
    let mut objectives: Vec<ObjectiveResult> = points.first()?.objectives.clone();
    let cut = keep_first(&mut objectives, MOST_PANELS, "objectives");
    if objectives.is_empty() {
        return None;
    }
    let columns = objectives.len().min(2);
    let plot_height = if columns == 1 { 340.0 } else { 260.0 };
    let mut figure = Figure { columns, plot_height, x_title: price.title.to_owned(), ..subject.page("cost") };
    figure.point = make_point(&points, price);
    figure.about = format!(
        "Each alternative by what it costs and how well it does. The line joins those that no cheaper one beats. {}{cut}",
        subject.replications("bars")
    );
    figure.keys = keys(&points, OBJECTIVE);
    figure.keys.push(Key { label: "best for its cost".to_owned(), color: CONTEXT, sign: Sign::Line });
    let numbered = points.iter().enumerate();
    figure.name_keys =
        numbered.map(|(i, point)| Key { label: name_of(point), color: INK, sign: Sign::Number(i + 1) }).collect();
    figure.panels = objectives.iter().map(|objective| panel(objective, &points, (price, columns))).collect();
    Some(figure)
}

fn price_of(point: &PointResult, price: &Price) -> Option<f64> {
    Some(point.metric((ScopeKind::All, "all"), price.metric)?.estimate?.mean)
}

fn differs(points: &[&PointResult], price: &Price) -> bool {
    let prices: Vec<f64> = points.iter().filter_map(|point| price_of(point, price)).collect();
    let (low, high) = prices.iter().fold((f64::MAX, 0.0), |(low, high): (f64, f64), p| (low.min(*p), high.max(*p)));
    prices.len() > 1 && high > low * 1.001
}

/// An alternative in a panel.
struct Bid<'a> {
    point: &'a PointResult,
    number: usize,
    price: f64,
    estimate: Estimate,
    verdict: Option<Verdict>,
}

fn panel(objective: &ObjectiveResult, points: &[&PointResult], (price, columns): (&Price, usize)) -> Panel {
    let measure = measure_of(objective);
    let bids = bids(objective, points, (price, &measure));
    let most = bids.iter().map(|bid| bid.price).fold(0.0, f64::max);
    let x = thin_to_fit(counts(most * 1.05, if columns == 1 { 8 } else { 5 }), cell_width(columns) - 110.0);
    let mut panel = Panel::new(measure.title.clone(), x, y_axis(&bids, objective));
    mark_bound(&mut panel, &measure);
    let front = front(&bids, objective.larger_is_better);
    panel.layers.push(Layer::Line { points: front, color: CONTEXT, width: 2.0, dashed: false });
    for bid in &bids {
        let (shape, color) = sign_of(bid.verdict);
        let at = (bid.price, bid.estimate.mean);
        if let (Some(low), Some(high)) = (bid.estimate.low, bid.estimate.high) {
            let points = vec![(bid.price, low), (bid.price, high)];
            panel.layers.push(Layer::Line { points, color, width: 1.6, dashed: false });
        }
        panel.layers.push(Layer::Mark { at, shape, color });
        let short = bid.number.to_string();
        panel.names.push(Name { along: vec![vec![at]], text: name_of(bid.point), short, color: INK });
    }
    panel.message = bids.is_empty().then(|| "no jobs".to_owned());
    panel
}

fn bids<'a>(
    objective: &ObjectiveResult,
    points: &[&'a PointResult],
    (price, measure): (&Price, &Measured),
) -> Vec<Bid<'a>> {
    let bid = |(i, point): (usize, &&'a PointResult)| {
        let same = |other: &&ObjectiveResult| other.text == objective.text && other.scope == objective.scope;
        let verdict = point.objectives.iter().find(same).map(|found| found.verdict);
        let (price, estimate) = (price_of(point, price)?, measure.estimate_of(point)?);
        Some(Bid { point, number: i + 1, price, estimate, verdict })
    };
    points.iter().enumerate().filter_map(bid).collect()
}

fn y_axis(bids: &[Bid<'_>], objective: &ObjectiveResult) -> crate::plot::scale::axis::Axis {
    let ends = bids.iter().flat_map(|bid| [Some(bid.estimate.mean), bid.estimate.low, bid.estimate.high]).flatten();
    let all: Vec<f64> = ends.chain([objective.bound]).filter(|value| value.is_finite()).collect();
    let high = all.iter().copied().fold(0.0, f64::max);
    let low = all.iter().copied().fold(f64::MAX, f64::min).min(high);
    values((low, high), &objective.unit, 6)
}

/// From the cheapest on, each that does better than all that cost less.
fn front(bids: &[Bid<'_>], larger_is_better: bool) -> Vec<Point> {
    let better = |one: f64, other: f64| if larger_is_better { one > other } else { one < other };
    let mut order: Vec<Point> = bids.iter().map(|bid| (bid.price, bid.estimate.mean)).collect();
    let by_value = |a: &Point, b: &Point| if larger_is_better { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) };
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(by_value(a, b)));
    let mut front: Vec<Point> = Vec::new();
    for bid in order {
        if front.last().is_none_or(|best| better(bid.1, best.1)) {
            front.push(bid);
        }
    }
    front
}

/// The cheapest that meet every objective.
fn make_point(points: &[&PointResult], price: &Price) -> String {
    let keeps = |point: &&&PointResult| point.objectives.iter().all(|objective| objective.verdict == Verdict::Met);
    let good = points.iter().filter(keeps).filter_map(|point| Some((price_of(point, price)?, name_of(point))));
    let good: Vec<(f64, String)> = good.collect();
    let least = good.iter().map(|(cost, _)| *cost).fold(f64::MAX, f64::min);
    let cheapest = good.iter().filter(|(cost, _)| *cost <= least * 1.001);
    let names: Vec<String> = cheapest.map(|(_, name)| format!("“{name}”")).collect();
    match names.as_slice() {
        [] => met_sentence(points),
        [only] => format!("The cheapest case that meets every objective is {only}, at {}", priced(least, price)),
        all => format!("The cheapest cases that meet every objective, at {}: {}", priced(least, price), all.join(", ")),
    }
}

fn priced(cost: f64, price: &Price) -> String {
    match price.metric {
        Metric::Cost => format!("a cost of {} for the run", readout(cost, price.metric.unit().name())),
        _ => format!("{} worker-hours", human_count(cost)),
    }
}
