//! The two founding incidents give the figures that their owners reported.

use tailback::experiment::{self, Metric, PointResult, Results, ScopeKind};
use tailback::scenario::{self, Overrides};
use tailback::stats::Estimate;

fn run(file: &str, overrides: &Overrides) -> Results {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    let scenario = scenario::load(&path, overrides).unwrap_or_else(|error| panic!("{error:?}"));
    experiment::run(&scenario.study, &|_| ()).expect("a bounded backlog")
}

fn run_text(text: &str) -> Results {
    let scenario =
        scenario::parse("test.toml".as_ref(), text, &Overrides::default()).unwrap_or_else(|e| panic!("{e:?}"));
    experiment::run(&scenario.study, &|_| ()).expect("a bounded backlog")
}

fn point<'a>(results: &'a Results, alternative: &str) -> &'a PointResult {
    let wanted = |point: &&PointResult| point.alternative == alternative && point.sweep.is_empty();
    results.points.iter().find(wanted).expect("the alternative is simulated")
}

fn metric<'a>(point: &'a PointResult, kind: ScopeKind, name: &str, metric: &str) -> &'a Metric {
    let wanted = |m: &&Metric| m.scope.kind == kind && m.scope.name == name && m.metric == metric;
    point.metrics.iter().find(wanted).unwrap_or_else(|| panic!("no {metric} of {name}"))
}

fn estimate(point: &PointResult, kind: ScopeKind, name: &str, wanted: &str) -> Estimate {
    metric(point, kind, name, wanted).estimate.expect("a value")
}

fn contains(estimate: Estimate, value: f64) -> bool {
    estimate.low.expect("an interval") <= value && value <= estimate.high.expect("an interval")
}

const INCIDENT_A: &str = "12twenty-2020-mass-mail.toml";
const INCIDENT_B: &str = "kimono-2021-dispatcher-outage.toml";

fn incident_a() -> Results {
    let added = r#"jobs.verification-mail.objectives=["time(wait > 60s) <= 10m"]"#.to_owned();
    let only = vec!["base".to_owned(), "prioritised".to_owned()];
    run(INCIDENT_A, &Overrides { set: vec![added], replications: Some(30), only, ..Overrides::default() })
}

#[test]
fn small_jobs_wait_over_a_minute_for_three_and_a_half_hours_after_the_mass_mail() {
    let results = incident_a();
    let base = point(&results, "base");
    let late = base.objectives.iter().find(|objective| objective.metric == "time(wait > 60s)").expect("the objective");
    let hours = late.estimate.expect("a value").mean / 3600.0;
    assert!((3.2..=3.7).contains(&hours), "{hours} h");
    let prioritised = estimate(point(&results, "prioritised"), ScopeKind::Class, "verification-mail", "wait_p95");
    assert!(prioritised.high.expect("an interval") < 15.0, "{prioritised:?}");
}

#[test]
fn the_staging_place_fills_for_25_hours_and_5_minutes_while_the_queue_stays_empty() {
    let only = vec!["base".to_owned()];
    let results = run(INCIDENT_B, &Overrides { replications: Some(5), only, ..Overrides::default() });
    let base = point(&results, "base");
    let outage = base.markers.iter().find(|marker| marker.to_s.is_some()).expect("the outage is marked");
    let (from, to) = (outage.from_s, outage.to_s.expect("an end"));
    assert_eq!(to - from, 25.0 * 3600.0 + 5.0 * 60.0, "as reported");

    let age = estimate(base, ScopeKind::Dispatcher, "canvas-driver-d2", "staged_age_max");
    assert!((age.mean - (to - from)).abs() <= results.step_s, "{age:?}");

    let depth = base.curves.iter().find(|c| c.scope.kind == ScopeKind::Queue && c.metric == "depth").expect("a curve");
    let staged = base.curves.iter().find(|c| c.metric == "staged_depth").expect("a curve");
    let during =
        |i: &usize| ((i + 1) as f64 * results.step_s) > from + 3600.0 && ((i + 1) as f64 * results.step_s) < to;
    let steps: Vec<usize> = (0..depth.mean.len()).filter(during).collect();
    assert!(steps.len() > 20);
    assert!(steps.iter().all(|&i| depth.mean[i] == Some(0.0)), "nothing enters the queue during the outage");
    assert!(steps.windows(2).all(|pair| staged.mean[pair[0]] <= staged.mean[pair[1]]), "staging only grows");
}

/// An outage of two hours at a constant rate: 8 workers, load `rho`, doubled at its end if asked.
fn outage(rho: f64, doubled: bool) -> Results {
    let rate = 8.0 * rho;
    let event = r#"events.double = { at = "3h", set = { pools.workers.size = 16 }, until = "drained" }"#;
    run_text(&format!(
        r#"
        title = "A dispatcher outage at a constant rate"
        run = {{ horizon = "16h", replications = 30, confidence = "99.9%" }}
        {event}
        [jobs.mail]
        via = "driver"
        arrivals.poisson = {{ rate = "{rate}/s" }}
        service_time.exponential = {{ mean = "1s" }}
        [dispatchers.driver]
        outages = [{{ from = "1h", to = "3h" }}]
        [pools.workers]
        size = 8
        "#,
        event = if doubled { event } else { "" },
    ))
}

#[test]
fn the_backlog_of_an_outage_drains_in_t_rho_over_one_minus_rho() {
    for (rho, doubled) in [(0.5, false), (0.7, false), (0.5, true), (0.7, true)] {
        let results = outage(rho, doubled);
        let drain = estimate(&results.points[0], ScopeKind::Fault, "driver down", "drain_time");
        let load = if doubled { rho / 2.0 } else { rho };
        let fluid = 7200.0 * load / (1.0 - load);
        assert!(contains(drain, fluid), "rho {rho} doubled {doubled}: {fluid} outside {drain:?}");
        let half_width = (drain.high.expect("an interval") - drain.low.expect("an interval")) / 2.0;
        assert!(half_width < 0.02 * fluid, "rho {rho} doubled {doubled}: half-width {half_width}");
    }
}

#[test]
fn a_new_job_after_the_flood_waits_as_the_fluid_limit_says() {
    let results = outage(0.5, false);
    let base = &results.points[0];
    let wait =
        base.curves.iter().find(|c| c.scope.kind == ScopeKind::Class && c.metric == "wait_mean").expect("a curve");
    for minutes_after in [20.0, 60.0] {
        let created = 3.0 * 3600.0 + minutes_after * 60.0;
        let step = (created / results.step_s) as usize;
        let middle = (step as f64 + 0.5) * results.step_s - 3.0 * 3600.0;
        let fluid = 7200.0 * 0.5 - middle * 0.5;
        let measured = wait.mean[step].expect("jobs in the step");
        assert!((measured - fluid).abs() < 0.03 * fluid, "{minutes_after} min after: {measured} s, fluid {fluid} s");
    }
}

#[test]
fn what_is_created_during_an_outage_is_staged_and_nothing_else() {
    let results = outage(0.5, false);
    let staged = estimate(&results.points[0], ScopeKind::Dispatcher, "driver", "staged_max");
    assert!(contains(staged, 4.0 * 7200.0), "{staged:?}");
    let curve = results.points[0].curves.iter().find(|c| c.scope.kind == ScopeKind::Class && c.metric == "staged");
    let mean = &curve.expect("a curve").mean;
    let middle = (2.0 * 3600.0 / results.step_s) as usize;
    let expected = 4.0 * (3600.0 + results.step_s / 2.0);
    let measured = mean[middle].expect("a value");
    assert!((measured - expected).abs() < 0.02 * expected, "{measured} jobs an hour into the outage, not {expected}");
}
