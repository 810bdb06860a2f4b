//! A figure that Tailback does not have: the longest time in which no job starts, seen by an observer of one's own.
//!
//! `cargo run --release --example own_observer`

use std::error::Error;

use tailback::engine::{self, Observer, Start};
use tailback::random::ReplicationSeed;
use tailback::scenario::{self, Overrides};
use tailback::units::{SimDuration, SimTime};

const SCENARIO: &str = r#"
title = "A pool that is down for ten minutes"
run   = { horizon = "1h" }

[jobs.mail]
arrivals.poisson         = { rate = "2/s" }
service_time.exponential = { mean = "1s" }

[pools.workers]
size    = 4
outages = [{ from = "30m", to = "40m" }]
"#;

/// The longest gap between two starts, and when it began.
#[derive(Default)]
struct LongestGap {
    last: SimTime,
    longest: SimDuration,
    began: SimTime,
}

/// Every method that is left out does nothing, and costs nothing.
impl Observer for LongestGap {
    fn started(&mut self, now: SimTime, _job: Start) {
        let gap = now.since(self.last);
        if gap > self.longest {
            (self.longest, self.began) = (gap, self.last);
        }
        self.last = now;
    }

    /// A further attempt of a job is a start too.
    fn restarted(&mut self, now: SimTime, job: Start) {
        self.started(now, job);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let scenario = scenario::parse("outage.toml".as_ref(), SCENARIO, &Overrides::default())?;
    // The base case is the first point; an alternative would be another one.
    let model = &scenario.study.points[0].model;
    for replication in 0..3 {
        let mut gap = LongestGap::default();
        engine::simulate(model, ReplicationSeed { master: scenario.study.settings.seed, replication }, &mut gap)?;
        let (longest, began) = (gap.longest.as_secs_f64(), gap.began.as_secs_f64());
        println!("replication {replication}: nothing starts for {longest:.1} s from second {began:.1}");
    }
    Ok(())
}
