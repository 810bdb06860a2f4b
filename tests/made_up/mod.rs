//! Results made up for tests: worlds that look like the two founding incidents, and extremes.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test uses its part, and a failure here is a failed test"
)]

use std::collections::BTreeMap;

use tailback::experiment::size::{Grid, Sizing, Trial};
use tailback::experiment::{
    AxisResult, Bar, Curve, End, Marker, MarkerKind, MetricResult, ObjectiveResult, Outcome, PointResult, Results,
    ScopeKind, ScopeName, SensitivityResult, Tail, Verdict,
};
use tailback::metric::Quantity;
use tailback::stats::Estimate;

pub const HOUR: f64 = 3600.0;

/// An empty study with one design point.
pub fn empty(name: &str, horizon_s: f64, steps: usize) -> Results {
    Results {
        version: "0.1.0".to_owned(),
        name: name.to_owned(),
        title: name.to_owned(),
        question: None,
        source: None,
        start: None,
        horizon_s,
        step_s: horizon_s / steps as f64,
        warmup_s: 0.0,
        warmup_found: None,
        replications: 30,
        precision: None,
        seed: 20_200_930,
        confidence: 0.95,
        axes: Vec::new(),
        is_grid: true,
        classes: Vec::new(),
        points: vec![point("base", "Base case")],
        differences: Vec::new(),
        difference_confidence: 0.95,
        sensitivity: None,
        warnings: Vec::new(),
    }
}

pub fn point(alternative: &str, title: &str) -> PointResult {
    PointResult {
        alternative: alternative.to_owned(),
        title: title.to_owned(),
        sweep: Vec::new(),
        differences: BTreeMap::new(),
        replications: 30,
        directed: Vec::new(),
        days: Vec::new(),
        missing_events: Vec::new(),
        is_one_observation: false,
        metrics: Vec::new(),
        objectives: Vec::new(),
        curves: Vec::new(),
        tails: Vec::new(),
        markers: Vec::new(),
        fingerprint: "0".to_owned(),
    }
}

pub fn scope(kind: ScopeKind, name: &str) -> ScopeName {
    ScopeName { kind, name: name.to_owned() }
}

pub fn class(name: &str) -> ScopeName {
    scope(ScopeKind::Class, name)
}

pub fn all() -> ScopeName {
    scope(ScopeKind::All, "all")
}

/// A curve of `values` with a band of a fifth of the value.
pub fn curve(scope: ScopeName, metric: &str, unit: &str, values: Vec<Option<f64>>) -> Curve {
    let scaled = |factor: f64| values.iter().map(|value| value.map(|value| value * factor)).collect();
    Curve {
        scope,
        metric: metric.parse().unwrap(),
        unit: unit.to_owned(),
        low: scaled(0.86),
        high: scaled(1.17),
        mean: values,
        censored_from: None,
    }
}

pub fn estimate(mean: f64, half: f64) -> Option<Estimate> {
    Some(Estimate { mean, low: Some(mean - half), high: Some(mean + half), count: 30 })
}

pub fn metric(scope: ScopeName, name: &str, unit: &str, mean: f64) -> MetricResult {
    MetricResult {
        scope,
        metric: name.parse().unwrap(),
        unit: unit.to_owned(),
        estimate: estimate(mean, mean * 0.02),
        at_least: false,
        count: None,
        values: Vec::new(),
    }
}

pub fn objective(
    of: &str,
    text: &str,
    (metric, unit): (&str, &str),
    (bound, mean, half): (f64, f64, f64),
) -> ObjectiveResult {
    let larger_is_better = unit == "share";
    let good = |value: f64| if larger_is_better { value >= bound } else { value <= bound };
    let verdict = match (good(mean - half), good(mean + half)) {
        (true, true) => Verdict::Met,
        (false, false) => Verdict::Missed,
        _ => Verdict::Undecided,
    };
    ObjectiveResult {
        text: text.to_owned(),
        scope: class(of),
        metric: metric.to_owned(),
        unit: unit.to_owned(),
        bound,
        larger_is_better,
        estimate: estimate(mean, half),
        at_least: false,
        verdict,
        values: Vec::new(),
        reason: None,
        tenant: None,
        tenant_name: None,
        by_day: Vec::new(),
        settled: None,
        bad_hours: None,
        late_s: None,
    }
}

/// A little noise that is the same every time.
pub fn noise(i: usize) -> f64 {
    let x = (i as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f64 / (1u64 << 24) as f64
}

pub fn tail(scope: ScopeName, mean_s: f64, busy_share: f64) -> Tail {
    let mut x_s = vec![0.001];
    let mut share = vec![busy_share];
    while *share.last().unwrap() > 2e-6 {
        let x = x_s.last().unwrap() * 1.12;
        x_s.push(x);
        share.push(busy_share * libm::exp(-x / mean_s));
    }
    Tail { scope, metric: Quantity::Wait, x_s, share }
}

/// Waits that grow to `peak_s` from 09:00 and are gone at `end_h` (hours since 08:00).
fn ramp(steps: usize, peak_s: f64, (up_h, end_h): (f64, f64), rest_s: f64) -> Vec<Option<f64>> {
    (0..steps)
        .map(|i| {
            let h = (i as f64 + 0.5) * 8.0 / steps as f64;
            let part = if h < 1.0 || h > end_h {
                0.0
            } else if h < up_h {
                (h - 1.0) / (up_h - 1.0)
            } else {
                (end_h - h) / (end_h - up_h)
            };
            Some((rest_s * (0.4 + noise(i)) + peak_s * part * (0.96 + 0.08 * noise(i + 999))).max(0.0))
        })
        .collect()
}

struct Remedy {
    name: &'static str,
    title: &'static str,
    /// Peak wait of verification-mail, document-packet, mass-mail; when mass mail is through.
    peaks: [f64; 3],
    end_h: f64,
    workers: f64,
}

const REMEDIES: [Remedy; 5] = [
    Remedy { name: "base", title: "base", peaks: [7400.0, 7400.0, 7400.0], end_h: 4.55, workers: 20.0 },
    Remedy {
        name: "more-workers",
        title: "Twice the workers",
        peaks: [2400.0, 2400.0, 2400.0],
        end_h: 2.3,
        workers: 40.0,
    },
    Remedy {
        name: "prioritised",
        title: "Mass mail in its own queue, served last",
        peaks: [9.0, 14.0, 12_000.0],
        end_h: 4.55,
        workers: 20.0,
    },
    Remedy { name: "fast-scale-out", title: "fast-scale-out", peaks: [500.0, 500.0, 500.0], end_h: 1.9, workers: 61.0 },
    Remedy {
        name: "provider-fixed",
        title: "A provider that slows down three times only",
        peaks: [24.0, 24.0, 24.0],
        end_h: 1.55,
        workers: 20.0,
    },
];

/// Like incident A: three classes, five cases, a burst from 09:00.
pub fn incident_a() -> Results {
    let mut results = empty("mass-mail", 8.0 * HOUR, 240);
    results.title = "Mass mails with large attachments delay every background job".to_owned();
    results.source = Some("12Twenty incident report of 2020-09-30; figures made up for a test".to_owned());
    results.start = Some("2020-09-30T08:00:00-07:00[America/Los_Angeles]".to_owned());
    results.classes = ["verification-mail", "document-packet", "mass-mail"].map(str::to_owned).to_vec();
    results.points = REMEDIES.iter().map(|remedy| remedied(remedy, &results.classes)).collect();
    results
}

fn remedied(remedy: &Remedy, classes: &[String]) -> PointResult {
    let mut point = point(remedy.name, remedy.title);
    for (name, peak) in classes.iter().zip(remedy.peaks) {
        let mut p95 = ramp(240, peak, (1.5, remedy.end_h), 0.6);
        if name == "mass-mail" {
            p95.iter_mut().enumerate().filter(|(i, _)| !(30..45).contains(i)).for_each(|(_, value)| *value = None);
        }
        let scaled = |factor: f64| p95.iter().map(|value| value.map(|value| value * factor)).collect();
        point.curves.push(curve(class(name), "wait_p50", "s", scaled(0.4)));
        point.curves.push(curve(class(name), "wait_p99", "s", scaled(1.4)));
        point.curves.push(curve(class(name), "wait_p95", "s", p95));
        point.tails.push(tail(class(name), peak / 5.0 + 0.2, 0.6));
        point.metrics.push(metric(class(name), "wait_p95", "s", peak * 0.8));
    }
    let wait = remedy.peaks[0];
    let share = if wait < 40.0 { 0.9991 } else { 1.0 - wait / 12_000.0 };
    let text = "share(wait <= 30s) >= 99%";
    point.objectives.push(objective("verification-mail", text, (text, "share"), (0.99, share, 0.0004)));
    point.objectives.push(objective(
        "verification-mail",
        "p99(wait) < 2m",
        ("wait_p99", "s"),
        (120.0, wait.max(4.0), wait * 0.06),
    ));
    add_load(&mut point, remedy);
    point.markers.push(Marker {
        kind: MarkerKind::Burst,
        label: "mass-mail burst: 4 200 jobs".to_owned(),
        from_s: HOUR,
        to_s: Some(1.5 * HOUR),
    });
    point
}

fn add_load(point: &mut PointResult, remedy: &Remedy) {
    let ready = ramp(240, remedy.peaks[0].min(9000.0) * 1.4, (1.5, remedy.end_h), 3.0);
    let size = |i: usize| {
        if remedy.name == "fast-scale-out" && (32..70).contains(&i) {
            61.0_f64.min(20.0 + 4.0 * (i - 32) as f64)
        } else {
            remedy.workers.min(40.0)
        }
    };
    let busy: Vec<Option<f64>> = (0..240)
        .map(|i| {
            let h = i as f64 / 30.0;
            let full = (1.0..remedy.end_h).contains(&h);
            Some(if full { size(i) } else { 11.0 + 2.0 * noise(i) })
        })
        .collect();
    point.curves.push(curve(all(), "ready", "jobs", ready));
    let mut running = curve(all(), "running", "jobs", busy.clone());
    running.censored_from = None;
    point.curves.push(running);
    let mut busy = curve(scope(ScopeKind::Pool, "workers"), "busy", "workers", busy);
    busy.high = busy.mean.clone();
    busy.low = busy.mean.iter().map(|value| value.map(|value| value * 0.96)).collect();
    point.curves.push(busy);
    let available = (0..240).map(|i| Some(size(i))).collect();
    point.curves.push(curve(scope(ScopeKind::Pool, "workers"), "available", "workers", available));
    point.metrics.push(metric(all(), "utilisation", "share", 0.74));
    point.metrics.push(metric(all(), "worker_hours", "h", remedy.workers.min(30.0) * 8.0));
    point.metrics.push(metric(all(), "cost", "cost", remedy.workers.min(30.0) * 8.0 * 0.05));
    point.metrics.push(metric(all(), "drain_time", "s", (remedy.end_h - 1.5) * HOUR));
}

/// Like incident B: a dispatcher down for 25 h 05 min; the flood; the drain with and without doubled workers.
pub fn incident_b() -> Results {
    let horizon_s = 96.0 * HOUR;
    let mut results = empty("dispatcher-outage", horizon_s, 384);
    results.title = "A hung dispatcher piles up a day of grades exchanges before the queue".to_owned();
    results.source = Some("Kimono incident report of 2021-02-09; figures made up for a test".to_owned());
    results.start = Some("2021-02-09T00:00:00+00:00[UTC]".to_owned());
    results.classes = vec!["grades".to_owned()];
    results.points = vec![
        outage_point("base", "Base case", 6.0),
        outage_point("doubled-for-the-drain", "Workers doubled at 15:45 until drained", 12.0),
        outage_point("alert-on-staging", "An alert on the staging place restarts the dispatcher after 45 min", 0.0),
    ];
    results
}

fn outage_point(name: &str, title: &str, drain: f64) -> PointResult {
    let mut point = point(name, title);
    let down = 11.37;
    let back = if drain == 0.0 { 12.12 } else { 36.45 };
    let (mut staged, mut ready, mut wait) = (0.0_f64, 0.0_f64, Vec::new());
    let mut curves: [Vec<Option<f64>>; 5] = Default::default();
    for i in 0..384 {
        let h = (i as f64 + 0.5) / 4.0;
        let hour = h % 24.0;
        let rate = 0.5
            * if hour < 7.0 {
                0.3
            } else if hour < 15.0 {
                1.0
            } else {
                1.7
            };
        let size = if drain > 6.0 && h > 39.75 && (ready > 0.0 || h < 41.0) { 12.0 } else { 6.0 };
        let capacity: f64 = size / 3.3 * 900.0;
        let arrived = rate * 900.0 * (0.95 + 0.1 * noise(i));
        if h > down && h < back {
            staged += arrived;
        } else {
            ready += arrived + staged;
            staged = 0.0;
        }
        let served = if h > down && h < back { 0.0 } else { f64::min(capacity, ready) };
        ready -= served;
        curves[0].push(Some(staged));
        curves[1].push(Some(ready));
        curves[2].push(Some(size * served / capacity));
        curves[3].push(Some(size));
        wait.push(Some(if h > down && h < back {
            (back - h) * HOUR + (h - down) * 0.6 * HOUR
        } else {
            ready / capacity * 900.0 + 0.05
        }));
    }
    let [staged, ready, busy, size, _] = curves;
    let most = staged.iter().flatten().copied().fold(0.0, f64::max);
    point.curves.push(curve(all(), "staged", "jobs", staged));
    point.curves.push(curve(all(), "ready", "jobs", ready));
    point.curves.push(curve(all(), "running", "jobs", busy.clone()));
    point.curves.push(curve(scope(ScopeKind::Pool, "grades-workers"), "busy", "workers", busy));
    point.curves.push(curve(scope(ScopeKind::Pool, "grades-workers"), "available", "workers", size));
    let mut p95 = curve(class("grades"), "wait_p95", "s", wait);
    if drain == 6.0 {
        p95.censored_from = Some(370);
    }
    point.curves.push(p95);
    point.tails.push(tail(class("grades"), most / 8.0 + 40.0, 0.7));
    point.metrics.push(metric(all(), "drain_time", "s", if drain == 6.0 { 38.2 * HOUR } else { 13.4 * HOUR }));
    point.metrics.push(metric(all(), "worker_hours", "h", 576.0 + drain * 3.0));
    point.objectives.push(objective(
        "grades",
        "p95(wait) <= 1h",
        ("wait_p95", "s"),
        (3600.0, if drain == 0.0 { 2400.0 } else { 80_000.0 }, 900.0),
    ));
    point.markers.push(Marker {
        kind: MarkerKind::Outage,
        label: "canvas-driver-d2 down".to_owned(),
        from_s: down * HOUR,
        to_s: Some(back * HOUR),
    });
    if drain > 6.0 {
        point.markers.push(Marker {
            kind: MarkerKind::Change,
            label: "double".to_owned(),
            from_s: 39.75 * HOUR,
            to_s: None,
        });
    }
    point
}

/// One or more swept axes over incident A's objectives.
pub fn sweep(axes: &[(&str, &[&str])]) -> Results {
    let mut results = incident_a();
    results.axes = axes
        .iter()
        .map(|(path, values)| AxisResult {
            path: (*path).to_owned(),
            values: values.iter().map(|&v| v.to_owned()).collect(),
        })
        .collect();
    let mut places = vec![Vec::new()];
    for (_, values) in axes {
        places = places
            .iter()
            .flat_map(|place: &Vec<usize>| (0..values.len()).map(move |i| [place.as_slice(), &[i]].concat()))
            .collect();
    }
    for (k, name) in ["base", "prioritised"].into_iter().enumerate() {
        for place in &places {
            let mut swept = point(name, if k == 0 { "base" } else { "Mass mail in its own queue, served last" });
            swept.sweep = place.iter().zip(axes).map(|(&i, (_, values))| values[i].to_owned()).collect();
            let ease = place.iter().map(|&i| i as f64).sum::<f64>();
            let wait = if k == 0 { 7000.0 / (1.0 + ease * ease * ease) } else { 9.0 / (1.0 + ease) };
            let share = (1.0 - wait / 9000.0).clamp(0.0, 1.0);
            let text = "share(wait <= 30s) >= 99%";
            swept.objectives.push(objective("verification-mail", text, (text, "share"), (0.99, share, 0.01)));
            swept.objectives.push(objective(
                "verification-mail",
                "p99(wait) < 2m",
                ("wait_p99", "s"),
                (120.0, wait, wait * 0.1),
            ));
            results.points.push(swept);
        }
    }
    results
}

/// Twelve classes with long names, with or without alternatives.
pub fn many_classes(alternatives: usize) -> Results {
    let mut results = empty("many-classes", 8.0 * HOUR, 240);
    results.classes = (0..12)
        .map(|i| format!("class-{i:02}-with-a-name-that-is-much-longer-than-any-legend-or-title-has-room-for"))
        .collect();
    results.title = "A study of twelve classes whose names are long, whose title is long as well and goes on until it needs a second line and then a third".to_owned();
    results.points = (0..=alternatives)
        .map(|k| {
            let mut point = point(
                if k == 0 { "base" } else { "other" },
                &format!(
                    "Alternative {k} with a title that is longer than the panel is wide, so that it has to be cut"
                ),
            );
            for (i, name) in results.classes.iter().enumerate() {
                for (metric, factor) in [("wait_p50", 0.3), ("wait_p95", 1.0), ("wait_p99", 2.0)] {
                    let values = ramp(240, 30.0 * factor * (i + 1) as f64 / (k + 1) as f64, (1.5, 4.0), 0.5);
                    point.curves.push(curve(class(name), metric, "s", values));
                }
                point.tails.push(tail(class(name), 3.0 * (i + 1) as f64, 0.6));
                let text = "share(wait <= 30s) >= 99%";
                point.objectives.push(objective(name, text, (text, "share"), (0.99, 0.97 + 0.003 * i as f64, 0.002)));
            }
            for pool in 0..7 {
                let name = format!("pool-{pool}-with-a-long-name-too");
                point.curves.push(curve(
                    scope(ScopeKind::Pool, &name),
                    "busy",
                    "workers",
                    ramp(240, 5.0 + pool as f64, (2.0, 5.0), 3.0),
                ));
                point.curves.push(curve(
                    scope(ScopeKind::Pool, &name),
                    "available",
                    "workers",
                    vec![Some(10.0 + pool as f64); 240],
                ));
            }
            point.curves.push(curve(all(), "ready", "jobs", ramp(240, 500.0, (1.5, 4.0), 3.0)));
            for m in 0..9 {
                point.markers.push(Marker {
                    kind: MarkerKind::Change,
                    label: format!("change number {m} of many"),
                    from_s: m as f64 * 1500.0,
                    to_s: None,
                });
            }
            point
        })
        .collect();
    results
}

/// One class on a horizon of any length, with gaps, six decades of waits, and jobs that still wait at the end.
pub fn extremes(horizon_s: f64, start: Option<&str>) -> Results {
    let mut results = empty("extremes", horizon_s, 120);
    results.start = start.map(str::to_owned);
    results.classes = vec!["only".to_owned()];
    let base = &mut results.points[0];
    for (metric, factor) in [("wait_p50", 0.2), ("wait_p95", 1.0), ("wait_p99", 3.0)] {
        let values = (0..120)
            .map(|i| (!(40..60).contains(&i)).then(|| factor * libm::exp10(f64::from(i) / 20.0 - 1.0)))
            .collect();
        let mut wait = curve(class("only"), metric, "s", values);
        wait.censored_from = Some(90);
        base.curves.push(wait);
    }
    base.curves.push(curve(
        all(),
        "ready",
        "jobs",
        (0..120).map(|i| (i % 17 != 3).then_some(i as f64 * 1e5)).collect(),
    ));
    base.curves.push(curve(
        scope(ScopeKind::Pool, "workers"),
        "busy",
        "workers",
        (0..120).map(|i| (i > 5).then_some(0.4)).collect(),
    ));
    base.curves.push(curve(scope(ScopeKind::Pool, "workers"), "available", "workers", vec![Some(1.0); 120]));
    base.tails.push(tail(class("only"), 1e5, 1.0));
    results
}

/// Curves that exist and have no value, or are zero everywhere.
pub fn flat(value: Option<f64>) -> Results {
    let mut results = empty("flat", 8.0 * HOUR, 60);
    results.classes = vec!["only".to_owned()];
    for alternative in ["base", "other"] {
        let mut point = point(alternative, "");
        for metric in ["wait_p50", "wait_p95", "wait_p99"] {
            point.curves.push(curve(class("only"), metric, "s", vec![value; 60]));
        }
        for place in ["staged", "ready", "running"] {
            point.curves.push(curve(all(), place, "jobs", vec![value; 60]));
        }
        for metric in ["busy", "available"] {
            point.curves.push(curve(scope(ScopeKind::Pool, "workers"), metric, "workers", vec![value; 60]));
        }
        point.tails.push(Tail { scope: class("only"), metric: Quantity::Wait, x_s: Vec::new(), share: Vec::new() });
        let mut judged = objective("only", "p95(wait) <= 1m", ("wait_p95", "s"), (60.0, value.unwrap_or(0.0), 0.0));
        if value.is_none() {
            (judged.estimate, judged.verdict) = (None, Verdict::NoData);
        }
        point.objectives.push(judged);
        if alternative == "base" { results.points[0] = point } else { results.points.push(point) }
    }
    results
}

/// So many alerts on every design point: the first never fires, the others fire for a while, later and later, in fewer and
/// fewer replications.
pub fn with_alerts(mut results: Results, alerts: usize) -> Results {
    let steps = (results.horizon_s / results.step_s).round() as usize;
    for point in &mut results.points {
        for i in 0..alerts {
            let of = scope(ScopeKind::Alert, &format!("alert-{i}-on-the-age-of-the-oldest-job-in-the-queue"));
            let from = steps * i / alerts.max(1);
            let share =
                |step: usize| if i > 0 && (from..from + steps / 3).contains(&step) { 1.0 / i as f64 } else { 0.0 };
            point.curves.push(curve(of.clone(), "firing", "share", (0..steps).map(|step| Some(share(step))).collect()));
            point.metrics.push(metric(of.clone(), "fired", "share", if i > 0 { 1.0 } else { 0.0 }));
            let after = (i > 0).then_some(from as f64 * results.step_s);
            point.metrics.push(MetricResult { values: vec![after; 30], ..metric(of, "fired_after", "s", 0.0) });
        }
    }
    results
}

/// Outcomes of the classes with numbers that are lower and higher; the swings lie between `base` and `base * factor`.
pub fn with_sensitivity(mut results: Results, base: Option<f64>, factor: f64) -> Results {
    let end = |value: f64, change: f64| End {
        value: format!("{value}s"),
        estimate: estimate(value, value * 0.01),
        at_least: false,
        difference: estimate(change, change.abs() * 0.1),
    };
    let bar = |i: usize| {
        let change = base.unwrap_or(0.0) * (factor - 1.0) / (i + 1) as f64;
        Bar {
            path: format!("jobs.class-{i}-with-a-long-name.service_time.lognormal.mean"),
            stated: format!("{}s", i + 1),
            ends: [
                (i % 4 != 3).then(|| end(0.8, if i % 3 == 2 { change / 2.0 } else { -change / factor })),
                Some(end(1.2, change)),
            ],
        }
    };
    let outcome = |class: &String| Outcome {
        text: "p95(wait) <= 1m".to_owned(),
        measure: "p95(wait)".to_owned(),
        scope: scope(ScopeKind::Class, class),
        unit: "s".to_owned(),
        bound: Some(60.0),
        larger_is_better: false,
        base: base.and_then(|base| estimate(base, base * 0.02)),
        bars: (0..14).map(bar).collect(),
    };
    let outcomes = results.classes.iter().map(outcome).collect();
    results.sensitivity = Some(SensitivityResult { share: 0.2, outcomes, left_out: Vec::new() });
    results
}

/// The same world three times, with costs, times to drain and objectives that span six decades.
pub fn thrice(mut results: Results, horizon_s: f64) -> Results {
    let base = results.points[0].clone();
    let class_name = results.classes[0].clone();
    results.points = (0..3)
        .map(|k| {
            let decades = [1.0, 1e3, 1e6][k];
            let title = ["base", "", "A remedy with a title that is longer than a name in a plot can be"][k];
            let mut point = PointResult { title: title.to_owned(), ..base.clone() };
            point.alternative = ["base", "remedy", "other-remedy"][k].to_owned();
            point.metrics.push(metric(all(), "cost", "cost", decades));
            point.metrics.push(metric(all(), "drain_time", "s", 0.3 * decades));
            point.objectives.push(objective(
                &class_name,
                "p95(wait) <= 1m",
                ("wait_p95", "s"),
                (60.0, 0.2 * decades, 0.02 * decades),
            ));
            for (kind, label) in
                [(MarkerKind::Outage, "a dispatcher with a long name down"), (MarkerKind::Change, "change")]
            {
                let from_s = horizon_s * if kind == MarkerKind::Outage { 0.2 } else { 0.97 };
                let to_s = (kind == MarkerKind::Outage).then_some(horizon_s * 0.4);
                point.markers.push(Marker { kind, label: label.to_owned(), from_s, to_s });
            }
            for values in point.curves.iter_mut().map(|curve| &mut curve.mean) {
                values.iter_mut().flatten().for_each(|value| *value /= decades.sqrt());
            }
            point
        })
        .collect();
    results
}

/// A search over one size or several that came to its middle candidate; each candidate with the objectives that it is given.
pub fn sizing(pools: usize, objectives: impl Fn(f64) -> Vec<ObjectiveResult>) -> (Vec<Grid>, Sizing) {
    let grid = |i: usize| Grid {
        path: format!("pools.pool-{i}-with-a-long-name.size"),
        unit: String::new(),
        step: 1.0,
        low: 1,
        high: 40,
        larger_is_easier: true,
    };
    let trial = |place: u32| Trial {
        places: vec![place; pools],
        verdict: if place < 6 { Verdict::Missed } else { Verdict::Met },
        replications: 30,
        confidence: 0.999,
        objectives: objectives(f64::from(place)),
        stopped: None,
    };
    let sizing = Sizing { answer: Some(vec![6; pools]), decided: true, trials: (0..12).map(trial).collect() };
    ((0..pools).map(grid).collect(), sizing)
}
