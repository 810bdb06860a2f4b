//! The precision stop and the comparison of several alternatives, against a known answer: an M/M/5 queue whose p95 wait is that of Erlang C.

use std::path::Path;

use tailback::experiment::{
    self, Difference, MetricResult, ObjectiveResult, PointResult, Results, ScopeKind, Settled, Verdict,
};
use tailback::scenario::{self, Overrides};
use tailback::stats::Estimate;
use tailback::theory::Mmc;

/// The p95 wait of the jobs below, in seconds.
fn exact() -> f64 {
    Mmc { arrival_rate: 4.0, mean_service: 1.0, workers: 5 }.wait_percentile(0.95).expect("a stable queue")
}

/// The queue with the objective that 95 % of the waits are below `share` of their p95.
fn run(share: f64, run: &str, seed: u64) -> Results {
    let text = format!(
        r#"
        [run]
        horizon = "1h"
        warmup  = "5m"
        {run}

        [jobs.mail]
        arrivals.poisson.rate         = "4/s"
        service_time.exponential.mean = "1s"
        objectives = ["share(wait <= {:.6}s) >= 95%"]

        [pools.workers]
        size = 5
        "#,
        share * exact()
    );
    let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
    let scenario = scenario::parse(Path::new("queue.toml"), &text, &overrides);
    experiment::run(&scenario.unwrap_or_else(|error| panic!("{error}")).study, &|_| ()).expect("a bounded backlog")
}

fn only(results: &Results) -> (&PointResult, &ObjectiveResult) {
    (&results.points[0], &results.points[0].objectives[0])
}

const RULE: &str = "replications = 10\nprecision = { most = 320 }";

#[test]
fn close_objectives_are_decided_rightly_by_as_many_replications_as_it_takes() {
    let mut made = Vec::new();
    for seed in 1..=4 {
        for (share, verdict) in [(1.08, Verdict::Met), (0.92, Verdict::Missed)] {
            let results = run(share, RULE, seed);
            let (point, objective) = only(&results);
            assert_eq!(objective.verdict, verdict, "seed {seed}, {share}");
            made.push(point.replications);
            let settled = objective.settled.map(|settled| (settled.replications, settled.how));
            assert_eq!(settled, Some((point.replications, Settled::Decided)), "seed {seed}, {share}");
            assert_eq!(objective.values.len(), point.replications as usize);
        }
    }
    made.sort_unstable();
    made.dedup();
    assert!(made.len() > 1 && made.iter().all(|made| [10, 20, 40, 80, 160, 320].contains(made)), "{made:?}");
}

#[test]
fn an_objective_at_its_bound_stays_open_to_the_most_replications() {
    let results = run(1.0, "replications = 10\nprecision = { most = 100 }", 3);
    let (point, objective) = only(&results);
    assert_eq!((point.replications, objective.verdict, objective.settled), (100, Verdict::Undecided, None));
}

#[test]
fn a_stated_half_width_ends_what_no_replication_would_decide() {
    let results = run(1.0, "replications = 10\nprecision = { most = 1000, half_width = \"0.2%\" }", 3);
    let (point, objective) = only(&results);
    let estimate = objective.estimate.expect("an estimate");
    assert!(estimate.half_width().expect("an interval") <= 0.002 * estimate.mean);
    assert_eq!(objective.settled.map(|settled| settled.how), Some(Settled::Precise));
    assert!(point.replications > 10 && point.replications < 1000, "{}", point.replications);
}

#[test]
fn added_replications_are_those_that_a_larger_fixed_number_has() {
    let results = run(1.08, RULE, 1);
    let (point, objective) = only(&results);
    let fixed = run(1.08, &format!("replications = {}", point.replications), 1);
    assert_eq!(only(&fixed).1.values, objective.values);
    assert_eq!(only(&fixed).0.fingerprint, point.fingerprint);
    let width = |results: &Results| only(results).1.estimate.and_then(|estimate| estimate.half_width());
    assert!(width(&results) > width(&fixed), "each look has only a part of the error");
}

#[test]
fn the_intervals_of_all_alternatives_hold_together() {
    let text = r#"
        run = { horizon = "1h", replications = 6, confidence = "90%" }
        [jobs.mail]
        arrivals.poisson.rate         = "4/s"
        service_time.exponential.mean = "1s"
        [pools.workers]
        size = 5
        [alternatives]
        six.pools.workers.size   = 6
        seven.pools.workers.size = 7
        eight.pools.workers.size = 8
        four.pools.workers.size  = 4
    "#;
    let scenario = scenario::parse(Path::new("queue.toml"), text, &Overrides::default());
    let study = scenario.unwrap_or_else(|error| panic!("{error}")).study;
    let results = experiment::run(&study, &|_| ()).expect("a bounded backlog");
    let values = |point: usize| {
        let of_all = |metric: &&MetricResult| metric.scope.kind == ScopeKind::All && metric.metric.name() == "wait_p95";
        let metric = results.points[point].metrics.iter().find(of_all).expect("the wait of all jobs");
        metric.values.iter().map(|value| value.expect("jobs")).collect::<Vec<f64>>()
    };
    let paired: Vec<f64> = values(2).iter().zip(values(0)).map(|(other, base)| other - base).collect();
    let of_seven =
        |d: &&Difference| d.alternative == "seven" && d.metric.name() == "wait_p95" && d.scope.kind == ScopeKind::All;
    let difference = results.differences.iter().find(of_seven).expect("a difference");
    assert!((results.difference_confidence - 0.975).abs() < 1e-12, "four share the error of 10 %");
    assert_eq!(Some(difference.estimate), Estimate::of(&paired, results.difference_confidence));
}
