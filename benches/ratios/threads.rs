//! How well replications use two threads. On a machine that others use too the efficiency is a lower bound: they take cores from
//! the run on both first.

use std::path::Path;
use std::time::Instant;

use rayon::ThreadPoolBuilder;
use tailback::experiment;
use tailback::model::Study;
use tailback::scenario::{self, Overrides};

use crate::measure::Pairs;
use crate::table::Row;

const PAIRS: u64 = 5;

/// A sweep of the shipped incident on one thread and on two: the ratio is the efficiency, time on one / (2 x time on two).
pub(crate) fn measure() -> Row {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/12twenty-2020-mass-mail.toml");
    let overrides = Overrides { replications: Some(20), ..Overrides::default() };
    let study = scenario::load(&path, &overrides).expect("the shipped scenario is right").study;
    // Sides in this order, so that the ratio is the efficiency.
    let pairs = (0..PAIRS).map(|_| (2.0 * time(&study, 2), time(&study, 1))).collect();
    Row {
        base: "2 threads".to_owned(),
        other: "1 thread".to_owned(),
        unit: "s of threads",
        ..Pairs(pairs).row("threads", "a sweep of the mass mail")
    }
}

/// Seconds that a run on so many threads takes.
fn time(study: &Study, threads: usize) -> f64 {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    let start = Instant::now();
    pool.install(|| experiment::run(study, &|_| ())).expect("the workers keep up");
    start.elapsed().as_secs_f64()
}
