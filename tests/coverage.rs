//! How often 95 % intervals contain the truth: 1 000 experiments each, against queueing theory.
//!
//! `cargo test --release --test coverage -- --ignored --nocapture` prints the table; a short form runs with the other tests.

use std::path::Path;

use rayon::prelude::*;
use tailback::experiment::{self, PointResult};
use tailback::scenario::{self, Overrides};
use tailback::stats::Estimate;

/// M/M/1 at load 0.8 in steady state: P(wait > t) = 0.8 exp(-0.2 t).
const WORLD: &str = r#"
[run]
horizon = "70m"
warmup = "10m"
replications = 20
seed = SEED
[jobs.a]
arrivals.poisson.rate = "0.8/s"
service_time.exponential.mean = "1s"
objectives = ["share(wait <= 10s) >= 80%"]
[pools.w]
size = 1
[alternatives.faster]
jobs.a.service_time.exponential.mean = "900ms"
"#;

fn points(seed: usize) -> Vec<PointResult> {
    let text = WORLD.replace("SEED", &seed.to_string());
    let scenario = scenario::parse(Path::new("world.toml"), &text, &Overrides::default());
    let study = scenario.unwrap_or_else(|error| panic!("{error}")).study;
    let results = experiment::run(&study, &|_| ()).unwrap_or_else(|stopped| panic!("{stopped}"));
    let difference = results.differences.iter().find(|d| d.scope.name == "a" && d.metric.name() == "wait_p95");
    let difference = difference.expect("p95 is compared").estimate;
    let mut points = results.points;
    // Kept beside the objectives, where it is found by its name.
    let mut carrier = points[0].objectives[0].clone();
    (carrier.metric, carrier.estimate) = ("difference".into(), Some(difference));
    points[0].objectives.push(carrier);
    points
}

/// The percentile of the wait of M/M/1 with this service rate.
fn percentile(rate: f64, share: f64) -> f64 {
    libm::log(0.8 / rate / (1.0 - share)) / (rate - 0.8)
}

/// The mean of the largest number of jobs that wait within an hour of M/M/1 at load 0.8 in steady state: the chain of jobs there, made
/// discrete by uniformisation, survives below each number.
fn largest_backlog() -> f64 {
    let stays_below = |limit: usize| {
        // With one more job there than waits.
        let mut there: Vec<f64> = (0..=limit + 1).map(|jobs| 0.2 * libm::pow(0.8, jobs as f64)).collect();
        for _ in 0..(3_600.0 * 1.8) as usize {
            let at = |jobs: Option<usize>| jobs.and_then(|jobs| there.get(jobs)).copied().unwrap_or(0.0);
            let leaves = |jobs: usize| at(Some(jobs + 1)) + if jobs == 0 { at(Some(0)) } else { 0.0 };
            there = (0..there.len()).map(|n| (0.8 * at(n.checked_sub(1)) + leaves(n)) / 1.8).collect();
        }
        there.iter().sum::<f64>()
    };
    (0..120).into_par_iter().map(|limit| 1.0 - stays_below(limit)).sum()
}

fn figure(point: &PointResult, name: &str) -> Option<Estimate> {
    let metric = point.metrics.iter().find(|m| m.scope.name == "a" && m.metric.name() == name);
    let objective = point.objectives.iter().find(|objective| objective.metric == name);
    metric.and_then(|metric| metric.estimate).or(objective.and_then(|objective| objective.estimate))
}

/// The share of the experiments whose interval contains the truth, and the mean length of the intervals that end.
fn coverage(experiments: usize) -> Vec<(&'static str, f64, f64)> {
    let all: Vec<PointResult> = (0..experiments).into_par_iter().map(|seed| points(seed + 1).swap_remove(0)).collect();
    let within = |t: f64| 1.0 - 0.8 * libm::exp(-0.2 * t);
    let faster = 1.0 / 0.9;
    let difference = percentile(faster, 0.95) - percentile(1.0, 0.95);
    let truths = [
        ("wait_mean", 4.0),
        ("share(wait <= 10s)", within(10.0)),
        ("wait_p50", percentile(1.0, 0.5)),
        ("wait_p95", percentile(1.0, 0.95)),
        ("wait_p99", percentile(1.0, 0.99)),
        ("difference", difference),
        ("backlog_max", largest_backlog()),
    ];
    let of = |(name, truth): (&'static str, f64)| {
        let ends: Vec<(f64, f64)> = all
            .iter()
            .filter_map(|point| figure(point, name))
            .map(|found| (found.low.unwrap_or(0.0), found.high.unwrap_or(f64::INFINITY)))
            .collect();
        let covered = ends.iter().filter(|(low, high)| (*low..=*high).contains(&truth)).count();
        let lengths: Vec<f64> = ends.iter().map(|(low, high)| high - low).filter(|length| length.is_finite()).collect();
        (name, covered as f64 / ends.len() as f64, lengths.iter().sum::<f64>() / lengths.len() as f64)
    };
    truths.map(of).to_vec()
}

#[test]
fn intervals_contain_the_truth_about_as_often_as_they_say() {
    for (name, covered, length) in coverage(60) {
        assert!(covered >= 0.85, "{name}: {covered} with a mean length of {length}");
    }
}

#[test]
#[ignore = "a minute or more"]
fn intervals_contain_the_truth_as_often_as_they_say_in_a_thousand_experiments() {
    let table = coverage(1_000);
    table.iter().for_each(|(name, covered, length)| println!("{name}: {covered} covered, mean length {length:.3}"));
    for (name, covered, _) in table {
        assert!(covered >= 0.93, "{name}: {covered}");
    }
}
