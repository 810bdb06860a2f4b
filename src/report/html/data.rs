//! What the pictures of the page show.

use jiff::Zoned;
use serde::Serialize;

use super::capacity::Capacity;
use super::compare::{Facet, Sweep, Tornado, drain, facets, price, sweep, tornado};
use super::curves::{Series, Short, group, thinned};
use super::portrait::Portrait;
use crate::experiment::{Curve, MarkerKind, ObjectiveResult, PointResult, Results};
use crate::findings::alerts::first_firing;
use crate::findings::answer::wait_bound;
use crate::findings::figures::figure;
use crate::findings::words::{is_base, plain_points};
use crate::metric::{CurveKind, Quantity, ScopeKind, TimeStatistic};

/// Everything that the pictures show.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    /// Length of the simulated world in seconds.
    horizon: f64,
    /// Length of a step of the curves in seconds.
    step: f64,
    clock: Option<WallClock>,
    confidence: f64,
    classes: &'a [String],
    cases: Vec<Case<'a>>,
    promises: Vec<Promise>,
    facets: Vec<Facet>,
    /// What the workers cost, where cases differ in it.
    price: Option<Facet>,
    /// How long the backlog takes to drain after a fault.
    drain: Option<Facet>,
    sweep: Option<Sweep<'a>>,
    tornado: Vec<Tornado<'a>>,
}

impl<'a> Page<'a> {
    /// What the pictures of these results show.
    pub(super) fn of(results: &'a Results, portrait: &'a Portrait) -> Self {
        let points = plain_points(results);
        let steps = points.iter().flat_map(|point| &point.curves).map(|curve| curve.mean.len()).max().unwrap_or(0);
        Self {
            horizon: results.horizon_s,
            step: results.step_s * group(steps) as f64,
            clock: results.start.as_deref().and_then(WallClock::of),
            confidence: results.confidence,
            classes: &results.classes,
            cases: points.iter().map(|point| Case::of(results, point, portrait)).collect(),
            promises: promises(results),
            facets: facets(results),
            price: price(results),
            drain: drain(results),
            sweep: sweep(results),
            tornado: tornado(results),
        }
    }
}

/// The wall clock of the run: its start, and what is to be added to UTC from when on.
#[derive(Serialize)]
struct WallClock {
    start_ms: i64,
    /// Simulated seconds, and the offset in seconds from then on.
    offsets: Vec<(i64, i32)>,
}

impl WallClock {
    fn of(start: &str) -> Option<Self> {
        let start: Zoned = start.parse().ok()?;
        let first = start.timestamp();
        let year = first + jiff::SignedDuration::from_hours(366 * 24);
        let changes = start.time_zone().following(first).take_while(|change| change.timestamp() < year);
        let since = |change: jiff::Timestamp| change.as_second() - first.as_second();
        let changes = changes.map(|change| (since(change.timestamp()), change.offset().seconds()));
        let offsets = [(0, start.offset().seconds())].into_iter().chain(changes).collect();
        Some(Self { start_ms: first.as_millisecond(), offsets })
    }
}

/// The base or an alternative.
#[derive(Serialize)]
struct Case<'a> {
    name: &'a str,
    title: &'a str,
    markers: Vec<Span<'a>>,
    waits: Vec<Waits>,
    places: Vec<Place>,
    backlogs: Vec<Backlog>,
    #[serde(flatten)]
    capacity: Capacity<'a>,
    alerts: Vec<Lane<'a>>,
    tails: Vec<Distribution>,
}

impl<'a> Case<'a> {
    fn of(results: &'a Results, point: &'a PointResult, portrait: &'a Portrait) -> Self {
        let title = match point.title.trim() {
            "" | "base" if is_base(point) => "Base case",
            "" => &point.alternative,
            title => title,
        };
        Self {
            name: &point.alternative,
            title,
            markers: point.markers.iter().map(Span::of).collect(),
            waits: of_classes(results, |class| Waits::of(point, class)),
            places: PLACES.into_iter().filter_map(|place| Place::of(point, place)).collect(),
            backlogs: of_classes(results, |class| Backlog::of(point, class)),
            capacity: Capacity::of(point, portrait.case(&point.alternative)),
            alerts: alerts(results, point),
            tails: of_classes(results, |class| Distribution::of(point, class)),
        }
    }
}

/// A class by its place among all classes, and its name.
type Class<'a> = (usize, &'a str);

fn of_classes<T>(results: &Results, of: impl Fn(Class<'_>) -> Option<T>) -> Vec<T> {
    results.classes.iter().enumerate().filter_map(|(i, name)| of((i, name))).collect()
}

/// Something that happens at a known time.
#[derive(Serialize)]
struct Span<'a> {
    kind: MarkerKind,
    label: &'a str,
    from: f64,
    to: Option<f64>,
}

impl<'a> Span<'a> {
    fn of(marker: &'a crate::experiment::Marker) -> Self {
        Self { kind: marker.kind, label: &marker.label, from: marker.from_s, to: marker.to_s }
    }
}

/// The waits of a class by time of creation.
#[derive(Serialize)]
struct Waits {
    class: usize,
    p50: Option<Series>,
    p95: Option<Series>,
    p99: Option<Series>,
}

impl Waits {
    fn of(point: &PointResult, (class, name): Class<'_>) -> Option<Self> {
        let series = |statistic| {
            let curve = point.curve((ScopeKind::Class, name), CurveKind::Wait(statistic))?;
            curve.mean.iter().any(Option::is_some).then(|| Series::of(curve))
        };
        let (p50, p95, p99) = (series(TimeStatistic::P50), series(TimeStatistic::P95), series(TimeStatistic::P99));
        (p50.is_some() || p95.is_some() || p99.is_some()).then_some(Self { class, p50, p95, p99 })
    }
}

/// From the bottom of the stack to its top.
const PLACES: [CurveKind; 5] =
    [CurveKind::Running, CurveKind::Prefetched, CurveKind::Ready, CurveKind::Staged, CurveKind::Retrying];

/// The jobs in a place.
#[derive(Serialize)]
struct Place {
    place: CurveKind,
    jobs: Series,
}

impl Place {
    /// `None` where no job ever is.
    fn of(point: &PointResult, place: CurveKind) -> Option<Self> {
        let curve = point.curve((ScopeKind::All, "all"), place)?;
        has_jobs(curve).then(|| Self { place, jobs: Series::without_band(curve) })
    }
}

fn has_jobs(curve: &Curve) -> bool {
    curve.mean.iter().flatten().any(|jobs| *jobs > 0.0)
}

/// The jobs of a class that are created and not started.
#[derive(Serialize)]
struct Backlog {
    class: usize,
    jobs: Series,
}

impl Backlog {
    fn of(point: &PointResult, (class, name): Class<'_>) -> Option<Self> {
        let curves = CurveKind::BACKLOG.into_iter().filter_map(|place| point.curve((ScopeKind::Class, name), place));
        let curves: Vec<&Curve> = curves.filter(|curve| has_jobs(curve)).collect();
        Series::sum(&curves).map(|jobs| Self { class, jobs })
    }
}

/// When an alert fires.
#[derive(Serialize)]
struct Lane<'a> {
    name: &'a str,
    firing: Series,
    /// When it fires first, in words.
    told: String,
}

fn alerts<'a>(results: &Results, point: &'a PointResult) -> Vec<Lane<'a>> {
    let firing =
        point.curves.iter().filter(|curve| curve.scope.kind == ScopeKind::Alert && curve.metric == CurveKind::Firing);
    let told = |alert: &str| match first_firing(point, alert, results.confidence) {
        Some(median) => format!("after {}", figure(median.median, "s")),
        None => "never".to_owned(),
    };
    let lane = |curve: &'a Curve| {
        let name = curve.scope.name.as_str();
        Lane { name, firing: Series::without_band(curve), told: told(name) }
    };
    firing.map(lane).collect()
}

/// The share of the jobs of a class that wait longer than x: pairs of both.
#[derive(Serialize)]
struct Distribution {
    class: usize,
    points: Vec<(Short, Short)>,
}

impl Distribution {
    fn of(point: &PointResult, (class, name): Class<'_>) -> Option<Self> {
        let own = |tail: &&crate::experiment::Tail| tail.scope.kind == ScopeKind::Class && tail.scope.name == name;
        let points = thinned(point.tails.iter().filter(|tail| tail.metric == Quantity::Wait).find(own)?);
        (!points.is_empty()).then_some(Self { class, points })
    }
}

/// An objective on the wait as a place in the pictures.
#[derive(PartialEq, Serialize)]
struct Promise {
    /// `None`: all jobs.
    class: Option<usize>,
    /// The longest wait in seconds.
    time: f64,
    /// The share of the jobs that must not exceed it; `None`: the mean or the longest wait is meant.
    share: Option<f64>,
    text: String,
}

/// The objectives on the wait of all cases, each once.
fn promises(results: &Results) -> Vec<Promise> {
    let mut found: Vec<Promise> = Vec::new();
    for objective in plain_points(results).into_iter().flat_map(|point| &point.objectives) {
        if let Some(promise) = promise(objective, &results.classes).filter(|promise| !found.contains(promise)) {
            found.push(promise);
        }
    }
    found
}

fn promise(objective: &ObjectiveResult, classes: &[String]) -> Option<Promise> {
    let class = match objective.scope.kind {
        ScopeKind::Class => Some(classes.iter().position(|class| *class == objective.scope.name)?),
        ScopeKind::All => None,
        _ => return None,
    };
    let percentile = || objective.metric.strip_prefix('p')?.split('(').next()?.parse::<f64>().ok();
    let share = match objective.unit.as_str() {
        "share" => Some(objective.bound),
        _ => percentile().map(|percentile| percentile / 100.0),
    };
    let time = wait_bound(objective).filter(|time| *time > 0.0)?;
    Some(Promise { class, time, share, text: objective.text.clone() })
}
