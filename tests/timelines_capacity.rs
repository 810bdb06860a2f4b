//! Timelines of workers that come and go, worked out by hand, exact, simultaneous events included.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Log, class, lasting, script, world};
use tailback::distribution::Distribution;
use tailback::model::{Autoscale, LatencySteps, ModelParts, ScaleMetric, ScaleRule};

/// Starts, without the classes: (created, start).
fn starts(log: &Log) -> Vec<(f64, f64)> {
    log.starts().iter().map(|&(_, created, start)| (created, start)).collect()
}

// ---- Autoscaling ----

/// Looks every 10 s and adds a worker when the oldest job is older than 5 s, at most every 10 s.
fn steps(boot: Option<f64>, max: u32) -> Autoscale {
    let steps = LatencySteps { above: 5.0, below: 1.0, add: 1, gap: lasting(10.0), calm: lasting(30.0) };
    Autoscale {
        rule: ScaleRule::LatencySteps(steps),
        metric: ScaleMetric::Age,
        min: 1,
        max,
        interval: lasting(10.0),
        lag: lasting(0.0),
        boot: boot.map(|seconds| Distribution::constant(seconds).unwrap()),
    }
}

fn scaled(jobs: &[(f64, f64)], autoscale: Autoscale) -> ModelParts {
    let mut parts = world(vec![class("mail", 0, script(jobs))], 1);
    parts.pools[0].capacity.autoscale = Some(autoscale);
    parts.horizon = lasting(100.0);
    parts
}

#[test]
fn a_new_worker_is_paid_for_from_the_request_and_useful_from_the_end_of_its_boot() {
    // At 10 the job of 1 is 9 s old: a worker is requested, which is up at 17. At 20 the job of 2 is 18 s old: another one.
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0), (2.0, 5.0)], steps(Some(7.0), 3)));
    assert_eq!(starts(&log), [(0.0, 0.0), (1.0, 17.0), (2.0, 27.0)]);
    assert_eq!(log.absences(), [(10.0, 1), (17.0, 0), (20.0, 1), (27.0, 0)]);
    // From 30 on no job waits: calm for 30 s at 60, one goes; again at 90.
    assert_eq!(log.sizes(), [(0.0, 1), (17.0, 2), (27.0, 3), (60.0, 2), (90.0, 1)]);
}

#[test]
fn a_worker_without_boot_starts_a_job_at_the_instant_of_the_decision() {
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0)], steps(None, 3)));
    assert_eq!(starts(&log), [(0.0, 0.0), (1.0, 10.0)]);
    assert_eq!(log.absences(), []);
}

#[test]
fn a_boot_that_ends_with_a_completion_and_an_arrival_comes_between_them() {
    // At 17 the first job ends and its worker takes the job of 1; the worker that has booted takes the job of 2; the job that
    // is created then waits.
    let log = Log::of(scaled(&[(0.0, 17.0), (1.0, 40.0), (2.0, 40.0), (17.0, 1.0)], steps(Some(7.0), 2)));
    assert_eq!(starts(&log), [(0.0, 0.0), (1.0, 17.0), (2.0, 17.0), (17.0, 57.0)]);
    assert_eq!(&log.order[log.order.find('c').unwrap()..][..7], "csbwsar");
}

#[test]
fn a_boot_that_is_not_wanted_any_more_is_cancelled() {
    // Requested at 10 with a boot of 60 s; the job of 1 is started at 12, so the age is zero from 20 on and the request is
    // taken back at 50: nothing comes up at 70.
    let log = Log::of(scaled(&[(0.0, 12.0), (1.0, 1.0)], steps(Some(60.0), 3)));
    assert_eq!(log.absences(), [(10.0, 1), (50.0, 0)]);
    assert_eq!(log.sizes(), [(0.0, 1)]);
}

#[test]
fn a_metric_that_lags_is_seen_late() {
    // Decisions at 10, 20, ... see the age of 12 s before: at 20 that of 8 (7 s).
    let autoscale = Autoscale { lag: lasting(12.0), ..steps(None, 2) };
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0)], autoscale));
    assert_eq!(log.sizes()[1], (20.0, 2));
    // With 16 s, the decision at 20 sees the age of 4 (3 s), and that at 30 the age of 14.
    let autoscale = Autoscale { lag: lasting(16.0), ..steps(None, 2) };
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0)], autoscale));
    assert_eq!(log.sizes()[1], (30.0, 2));
}

#[test]
fn the_metrics_are_those_of_the_queues_of_the_pool() {
    use tailback::model::Hpa;
    // One job runs, three wait with 1 s expected each: depth 3, with the running one 4, work 3 s, utilisation 1.
    let jobs = [(0.0, 50.0), (1.0, 50.0), (2.0, 50.0), (3.0, 50.0)];
    let wanted = |metric, target| {
        let hpa = Hpa {
            target,
            tolerance: 0.1,
            up_factor: 100.0,
            up_step: 0,
            down_share: 0.0,
            step_period: lasting(15.0),
            up_stabilisation: lasting(0.0),
            down_stabilisation: lasting(300.0),
        };
        let autoscale = Autoscale { rule: ScaleRule::Hpa(hpa), metric, max: 50, ..steps(None, 50) };
        Log::of(ModelParts { horizon: lasting(11.0), ..scaled(&jobs, autoscale) }).sizes()[1]
    };
    assert_eq!(wanted(ScaleMetric::Depth, 0.5), (10.0, 6));
    assert_eq!(wanted(ScaleMetric::DepthAndRunning, 0.5), (10.0, 8));
    assert_eq!(wanted(ScaleMetric::Work, 0.2), (10.0, 15));
    assert_eq!(wanted(ScaleMetric::Utilisation, 0.25), (10.0, 4));
    assert_eq!(wanted(ScaleMetric::Age, 3.0), (10.0, 3));
}
