//! A sweep as a loop: the same scenario with other sizes, until it is good enough.
//!
//! `cargo run --release --example sweep_in_code`
//!
//! A sweep that is known beforehand is shorter as `[sweep]` in the scenario, and `tailback size` searches by itself. A loop is for
//! what neither can say. Every run uses the same random numbers, job by job: what differs is caused by the size.

use std::error::Error;

use tailback::experiment::{self, PointResult};
use tailback::scenario::{self, Overrides};

const SCENARIO: &str = r#"
title = "How many workers?"
run   = { horizon = "1h", warmup = "5m", replications = 5 }

[jobs.thumbnails]
arrivals.poisson       = { rate = "5/s" }
service_time.lognormal = { mean = "2s", cv = 1.5 }

[pools.workers]
size = 11
"#;

/// What `--set pools.workers.size=SIZE` does on the command line.
fn run_with(size: u32) -> Result<PointResult, Box<dyn Error>> {
    let overrides = Overrides { set: vec![format!("pools.workers.size={size}")], ..Overrides::default() };
    let scenario = scenario::parse("thumbnails.toml".as_ref(), SCENARIO, &overrides)?;
    let mut results = experiment::run(&scenario.study, &|_progress| ())?;
    Ok(results.points.swap_remove(0))
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("workers  busy   p95 wait");
    for size in 11..=16 {
        let point = run_with(size)?;
        let busy = point.utilisation("workers").ok_or("no pool of this name")?;
        let wait = point.wait_p95("thumbnails").ok_or("no job of this class")?;
        println!("{size:7}  {:3.0} %  {:6.2} s", 100.0 * busy.mean, wait.mean);
        if wait.high.is_some_and(|high| high < 1.0) {
            println!("{size} workers are enough: even the upper end of the interval is below a second");
            break;
        }
    }
    Ok(())
}
