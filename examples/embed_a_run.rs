//! A run inside of a program of one's own: a scenario as text, and its results as numbers with types.
//!
//! `cargo run --release --example embed_a_run`

use std::error::Error;

use tailback::experiment::{self, Verdict};
use tailback::metric::TimeStatistic;
use tailback::scenario::{self, Overrides};

const SCENARIO: &str = r#"
title = "Mails behind a nightly export"

[run]
horizon      = "1h"
replications = 5

[jobs.mail]
arrivals.poisson         = { rate = "4/s" }
service_time.exponential = { mean = "0.5s" }
objectives               = ["p95(wait) < 10s"]

[jobs.export]
arrivals.burst         = { jobs = 100, from = "20m", over = "5m" }
service_time.lognormal = { mean = "20s", cv = 1.0 }

[pools.workers]
size = 6

[alternatives.own-queue]
jobs.export.queue = "bulk"
pools.workers.take.strict = ["default", "bulk"]
"#;

fn main() -> Result<(), Box<dyn Error>> {
    // The name stands in messages, and its folder is where the scenario may have its traces.
    let scenario = scenario::parse("mails.toml".as_ref(), SCENARIO, &Overrides::default())?;
    let results = experiment::run(&scenario.study, &|_progress| ())?;
    for alternative in ["base", "own-queue"] {
        let point = results.point(alternative).ok_or("the scenario has no such alternative")?;
        // No job of the class was measured: then there is no number, and never a 0 in its place.
        let (Some(mean), Some(p99)) = (point.wait_mean("mail"), point.wait("mail", TimeStatistic::P99)) else {
            continue;
        };
        let kept = point.objectives.iter().all(|objective| objective.verdict == Verdict::Met);
        let kept = if kept { "kept" } else { "not kept" };
        println!("{alternative}: mails wait {:.1} s, p99 {:.1} s; what is promised is {kept}", mean.mean, p99.mean);
    }
    Ok(())
}
