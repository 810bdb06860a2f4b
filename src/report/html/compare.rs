//! What the pictures show that compare design points: alternatives, a sweep, numbers varied one by one.

use serde::Serialize;

use super::curves::Short;
use crate::experiment::{AxisResult, Bar, End, ObjectiveResult, PointResult, Results, ScopeName, Verdict};
use crate::findings::sensitivity::outcome_words;
use crate::findings::words::{overall, plain_points, scope_words};
use crate::metric::{Metric, ScopeKind};
use crate::stats::Estimate;

/// Bars of a tornado.
const MOST_BARS: usize = 12;

/// Mean, and the ends of its interval.
type Interval = (Short, Option<Short>, Option<Short>);

fn interval(estimate: &Estimate) -> Interval {
    (Short::new(estimate.mean), estimate.low.map(Short::new), estimate.high.map(Short::new))
}

/// What is measured: an objective, or a figure that nothing is promised about.
#[derive(Clone, PartialEq, Serialize)]
struct Measure {
    /// Whom it concerns.
    title: String,
    /// What it says.
    subtitle: String,
    unit: String,
    bound: Option<f64>,
    larger_is_better: bool,
    #[serde(skip)]
    scope: ScopeName,
    #[serde(skip)]
    metric: Option<Metric>,
}

impl Measure {
    fn of_objective(objective: &ObjectiveResult) -> Self {
        Self {
            title: scope_words(&objective.scope),
            subtitle: objective.text.clone(),
            unit: objective.unit.clone(),
            bound: Some(objective.bound),
            larger_is_better: objective.larger_is_better,
            scope: objective.scope.clone(),
            metric: None,
        }
    }

    fn of_metric((title, subtitle): (&str, &str), scope: ScopeName, metric: Metric) -> Self {
        let (title, subtitle, unit) = (title.to_owned(), subtitle.to_owned(), metric.unit().name().to_owned());
        Self { title, subtitle, unit, bound: None, larger_is_better: false, scope, metric: Some(metric) }
    }

    /// What a design point has of it.
    fn reading(&self, point: &PointResult) -> Option<Reading> {
        let Some(metric) = self.metric else {
            let own = |o: &&ObjectiveResult| o.text == self.subtitle && o.scope == self.scope;
            let found = point.objectives.iter().find(own)?;
            let value = interval(found.estimate.as_ref()?);
            return Some(Reading { value, at_least: found.at_least, verdict: Some(verdict_key(found.verdict)) });
        };
        let found = point.metric(self.scope.key(), metric)?;
        Some(Reading { value: interval(found.estimate.as_ref()?), at_least: found.at_least, verdict: None })
    }
}

/// A figure of one design point.
#[derive(Serialize)]
struct Reading {
    value: Interval,
    at_least: bool,
    verdict: Option<&'static str>,
}

fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Undecided | Verdict::NoData => "open",
    }
}

/// The objectives of these points, each once; without any, the p95 wait of each class.
fn measures<'a>(results: &Results, points: impl Iterator<Item = &'a PointResult>) -> Vec<Measure> {
    let mut found: Vec<Measure> = Vec::new();
    for measure in points.flat_map(|point| &point.objectives).map(Measure::of_objective) {
        if !found.contains(&measure) {
            found.push(measure);
        }
    }
    if found.is_empty() {
        let scope = |class: &String| ScopeName { kind: ScopeKind::Class, name: class.clone() };
        let wait = |class: &String| Measure::of_metric((class, "p95 of the wait"), scope(class), Metric::WAIT_P95);
        found.extend(results.classes.iter().map(wait));
    }
    found
}

/// One measure of all cases.
#[derive(Serialize)]
pub(super) struct Facet {
    measure: Measure,
    /// In the order of the cases.
    readings: Vec<Option<Reading>>,
}

/// The objectives of the cases; empty without alternatives.
pub(super) fn facets(results: &Results) -> Vec<Facet> {
    let points = plain_points(results);
    measures(results, points.iter().copied()).into_iter().filter_map(|measure| facet(&points, measure)).collect()
}

/// The measure in all of several cases; `None` without alternatives or any reading.
fn facet(points: &[&PointResult], measure: Measure) -> Option<Facet> {
    let readings: Vec<_> = points.iter().map(|point| measure.reading(point)).collect();
    (points.len() > 1 && readings.iter().any(Option::is_some)).then_some(Facet { measure, readings })
}

fn all_jobs() -> ScopeName {
    ScopeName { kind: ScopeKind::All, name: "all".to_owned() }
}

/// What the workers of the cases cost, else their worker-hours; `None` where all are the same.
pub(super) fn price(results: &Results) -> Option<Facet> {
    let costs = [("Cost of the workers over the run", Metric::Cost), ("Worker-hours of the run", Metric::WorkerHours)];
    let points = plain_points(results);
    let facet = |(title, metric)| facet(&points, Measure::of_metric((title, "over the whole run"), all_jobs(), metric));
    let means = |facet: &Facet| facet.readings.iter().flatten().map(|reading| reading.value.0).collect::<Vec<_>>();
    let differs = |facet: &Facet| means(facet).windows(2).any(|pair| pair[0] != pair[1]);
    costs.into_iter().filter_map(facet).find(differs)
}

/// How long the cases take from the end of a fault until no job waits.
pub(super) fn drain(results: &Results) -> Option<Facet> {
    let about = ("Time to drain", "from the end of the fault until no job waits");
    facet(&plain_points(results), Measure::of_metric(about, all_jobs(), Metric::DrainTime))
}

/// A sweep: the objectives at every point.
#[derive(Serialize)]
pub(super) struct Sweep<'a> {
    axes: Vec<SweptPath<'a>>,
    is_grid: bool,
    /// Names of the alternatives.
    cases: Vec<&'a str>,
    measures: Vec<Measure>,
    points: Vec<SweptPoint>,
}

#[derive(Serialize)]
struct SweptPath<'a> {
    path: &'a str,
    values: &'a [String],
}

#[derive(Serialize)]
struct SweptPoint {
    case: usize,
    /// Places of its values on the axes.
    at: Vec<Option<usize>>,
    /// The verdict over all objectives.
    verdict: Option<&'static str>,
    readings: Vec<Option<Reading>>,
}

/// What the sweep of these results shows; `None` without one.
pub(super) fn sweep(results: &Results) -> Option<Sweep<'_>> {
    let swept: Vec<&PointResult> = results.points.iter().filter(|point| !point.sweep.is_empty()).collect();
    let mut measures = measures(results, swept.iter().copied());
    measures.retain(|measure| swept.iter().any(|point| measure.reading(point).is_some()));
    let mut cases: Vec<&str> = Vec::new();
    for point in &swept {
        if !cases.contains(&point.alternative.as_str()) {
            cases.push(&point.alternative);
        }
    }
    let place = |(axis, value): (&AxisResult, &String)| axis.values.iter().position(|known| known == value);
    let point = |point: &&PointResult| SweptPoint {
        case: cases.iter().position(|case| *case == point.alternative).unwrap_or(0),
        at: results.axes.iter().zip(&point.sweep).map(place).collect(),
        verdict: overall(point).map(verdict_key),
        readings: measures.iter().map(|measure| measure.reading(point)).collect(),
    };
    let points: Vec<SweptPoint> = swept.iter().map(point).collect();
    let axes = results.axes.iter().map(|axis| SweptPath { path: &axis.path, values: &axis.values }).collect();
    (!points.is_empty()).then_some(Sweep { axes, is_grid: results.is_grid, cases, measures, points })
}

/// What each number of the scenario does to one outcome.
#[derive(Serialize)]
pub(super) struct Tornado<'a> {
    title: String,
    unit: &'a str,
    bound: Option<f64>,
    base: Option<Short>,
    bars: Vec<Swing<'a>>,
}

/// One number and the outcome with it lower and higher.
#[derive(Serialize)]
struct Swing<'a> {
    name: String,
    stated: &'a str,
    ends: [Option<Outcome<'a>>; 2],
}

#[derive(Serialize)]
struct Outcome<'a> {
    value: &'a str,
    /// The change of the outcome.
    change: Interval,
    /// Whether the interval tells it from none.
    told: bool,
}

impl<'a> Swing<'a> {
    fn of(bar: &'a Bar) -> Self {
        let end = |end: &'a Option<End>| {
            let end = end.as_ref()?;
            let change = interval(end.difference.as_ref()?);
            Some(Outcome { value: &end.value, change, told: end.shows_a_change() })
        };
        Self { name: bar.name(), stated: &bar.stated, ends: [end(&bar.ends[0]), end(&bar.ends[1])] }
    }
}

/// A tornado for each outcome; none where nothing was varied.
pub(super) fn tornado(results: &Results) -> Vec<Tornado<'_>> {
    let outcomes = results.sensitivity.iter().flat_map(|found| &found.outcomes);
    let tornado = |outcome| -> Tornado<'_> {
        let outcome: &crate::experiment::Outcome = outcome;
        Tornado {
            title: outcome_words(outcome),
            unit: &outcome.unit,
            bound: outcome.bound,
            base: outcome.base.map(|base| Short::new(base.mean)),
            bars: outcome.bars.iter().take(MOST_BARS).map(Swing::of).collect(),
        }
    };
    outcomes.map(tornado).collect()
}
