//! Workers that break down and jobs that are preempted, against exact theory.

use tailback::experiment::{self, PointResult, ScopeKind};
use tailback::scenario::{Overrides, parse};
use tailback::stats::Estimate;
use tailback::theory::{Breakdowns, PriorityClass, ServiceMoments, preemptive_resume_sojourns};

fn run(text: &str) -> PointResult {
    let scenario = parse("test.toml".as_ref(), text, &Overrides::default()).unwrap_or_else(|e| panic!("{e:?}"));
    experiment::run(&scenario.study, &|_| ()).expect("a bounded backlog").points.remove(0)
}

fn estimate(point: &PointResult, kind: ScopeKind, name: &str, metric: &str) -> Estimate {
    let wanted = |m: &&tailback::experiment::MetricResult| {
        m.scope.kind == kind && m.scope.name == name && m.metric.name() == metric
    };
    point.metrics.iter().find(wanted).unwrap_or_else(|| panic!("no {metric} of {name}")).estimate.expect("a value")
}

/// Inside the 99.9 % interval, which is narrow.
#[track_caller]
fn assert_near(found: Estimate, expected: f64) {
    let (low, high) = (found.low.unwrap(), found.high.unwrap());
    assert!(low <= expected && expected <= high, "{expected} is outside of {low} to {high}");
    assert!(high - low < 0.06 * expected, "{low} to {high} is too wide");
}

const RUN: &str =
    r#"run = { horizon = "100h", warmup = "2h", replications = 30, confidence = "99.9%", curve_step = "1h" }"#;

fn preemptive(rates: [f64; 2], services: [(&str, ServiceMoments); 2]) {
    let text = format!(
        r#"
        {RUN}
        [jobs.urgent]
        queue = "urgent"
        arrivals.poisson.rate = "{}/s"
        service_time = {}
        [jobs.plain]
        queue = "plain"
        arrivals.poisson.rate = "{}/s"
        service_time = {}
        [pools.workers]
        size = 1
        take.strict = ["urgent", "plain"]
        preempt = "resume"
        "#,
        rates[0], services[0].0, rates[1], services[1].0
    );
    let point = run(&text);
    let class = |i: usize| PriorityClass { arrival_rate: rates[i], service: services[i].1 };
    let expected = preemptive_resume_sojourns(&[class(0), class(1)]).unwrap();
    assert_near(estimate(&point, ScopeKind::Class, "urgent", "sojourn_mean"), expected[0]);
    assert_near(estimate(&point, ScopeKind::Class, "plain", "sojourn_mean"), expected[1]);
}

#[test]
fn preemptive_resume_priorities_are_as_exact_theory_says() {
    let exponential = |mean: f64| (r#"{ exponential = { mean = "1s" } }"#, ServiceMoments::exponential(mean));
    preemptive([0.4, 0.4], [exponential(1.0), exponential(1.0)]);
    let constant = (r#"{ constant = "2s" }"#, ServiceMoments::constant(2.0));
    preemptive([0.3, 0.15], [exponential(1.0), constant]);
}

#[test]
fn workers_that_break_down_are_as_exact_theory_says() {
    for workers in [1, 3] {
        let rate = 0.5 * f64::from(workers);
        let point = run(&format!(
            r#"
            {RUN}
            [jobs.mail]
            arrivals.poisson.rate = "{rate}/s"
            service_time.exponential.mean = "1s"
            [pools.workers]
            size = {workers}
            failures = {{ after.exponential = {{ mean = "20s" }}, repair.exponential = {{ mean = "5s" }} }}
            rerun = "resume"
            "#
        ));
        let theory =
            Breakdowns { arrival_rate: rate, service_rate: 1.0, failure_rate: 0.05, repair_rate: 0.2, workers };
        let sojourn = theory.mean_jobs(2_000).unwrap() / rate;
        assert_near(estimate(&point, ScopeKind::All, "all", "sojourn_mean"), sojourn);
        // Up for 20 s of 25.
        assert_near(estimate(&point, ScopeKind::Pool, "workers", "down_hours"), 98.0 * f64::from(workers) * 0.2);
        assert_near(estimate(&point, ScopeKind::Pool, "workers", "worker_hours"), 98.0 * f64::from(workers));
    }
}

#[test]
fn a_calendar_pays_for_the_workers_it_states() {
    let point = run(r#"
        run = { horizon = "48h", replications = 2 }
        [jobs.mail]
        arrivals.poisson.rate = "1/min"
        service_time.constant = "1s"
        [pools.workers]
        calendar = { "08:00" = 10, "18:30" = 2, "22:00" = 0 }
        cost = "2/h"
    "#);
    // A day: 10.5 h with 10, 3.5 h with 2, 10 h with none. Jobs of a second end at most that much later.
    let hours = estimate(&point, ScopeKind::Pool, "workers", "worker_hours").mean;
    assert!((hours - 224.0).abs() < 0.01, "{hours}");
    let cost = estimate(&point, ScopeKind::Pool, "workers", "cost").mean;
    assert!((cost - 448.0).abs() < 0.02, "{cost}");
}
