//! The warm-up that is found: an M/M/5 queue that starts with a backlog of known length gives the figures of Erlang C.

use std::path::Path;

use tailback::experiment::{self, Results};
use tailback::scenario::{self, Overrides};
use tailback::theory::Mmc;

/// The queue with so many jobs at the start and so many a second, asked how many of its jobs wait no longer than 95 % do in the
/// long run.
fn run(warmup: &str, backlog: u32, rate: f64) -> Results {
    let exact = Mmc { arrival_rate: 4.0, mean_service: 1.0, workers: 5 }.wait_percentile(0.95).expect("a stable queue");
    let text = format!(
        r#"
        [run]
        horizon      = "20h"
        replications = 12
        confidence   = "99.9%"
        warmup       = "{warmup}"

        [jobs.mail]
        initial_backlog               = {backlog}
        arrivals.poisson.rate         = "{rate}/s"
        service_time.exponential.mean = "1s"
        objectives = ["share(wait <= {exact:.9}s) >= 95%"]

        [pools.workers]
        size = 5
        "#
    );
    let scenario = scenario::parse(Path::new("queue.toml"), &text, &Overrides::default());
    experiment::run(&scenario.unwrap_or_else(|error| panic!("{error}")).study, &|_| ()).expect("a bounded backlog")
}

/// Whether the interval contains the share of the theory.
fn is_right(results: &Results) -> bool {
    let estimate = results.points[0].objectives[0].estimate.expect("an estimate");
    (estimate.low.expect("an interval")..=estimate.high.expect("an interval")).contains(&0.95)
}

#[test]
fn a_backlog_at_the_start_is_left_out_until_it_is_drained() {
    // One job a second more is served than comes: 6 000 jobs are gone after 100 minutes.
    let found = run("mser-5", 6_000, 4.0);
    assert!((90.0 * 60.0..240.0 * 60.0).contains(&found.warmup_s), "{} s", found.warmup_s);
    assert!(found.warmup_found.is_some_and(|found| found.settled && found.replications == 10));
    assert!(is_right(&found));
    assert!(found.warnings.iter().all(|warning| warning.kind != "unsettled"));
    let all = run("0s", 6_000, 4.0);
    assert!(!is_right(&all) && all.warmup_found.is_none());
}

#[test]
fn little_is_left_out_of_a_queue_that_starts_empty() {
    let found = run("mser-5", 0, 4.0);
    assert!(found.warmup_s < 2.0 * 3_600.0, "{} s of 20 h", found.warmup_s);
    assert!(is_right(&found));
}

#[test]
fn a_queue_that_never_settles_is_told() {
    let found = run("mser-5", 0, 5.5);
    assert!(found.warnings.iter().any(|warning| warning.kind == "unsettled"), "{:?}", found.warnings);
}
