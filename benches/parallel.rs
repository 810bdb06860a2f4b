//! How well replications use the cores: `cargo bench --bench parallel`.
//!
//! A sweep of the shipped incident on one thread and on all, interleaved so that a busy machine slows both alike. Printed: the times
//! of each pair and the efficiency, time on one thread / (threads x time on all), as the median over the pairs with its range. On a
//! machine that others use too, the efficiency is a lower bound: they take cores from the run on all threads first.

use std::path::Path;
use std::time::Instant;

use rayon::ThreadPoolBuilder;
use tailback::experiment;
use tailback::model::Study;
use tailback::scenario::{self, Overrides};

const PAIRS: usize = 5;

fn main() {
    let study = study();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let units = study.points.len() as u64 * u64::from(study.settings.replications);
    println!("{units} replications of {} on 1 thread and on {threads}:", study.name);
    let pair = |_| {
        let (one, all) = (time(&study, 1), time(&study, threads));
        let efficiency = one / (threads as f64 * all);
        println!("  {one:.2} s and {all:.2} s: efficiency {:.1} %", 100.0 * efficiency);
        efficiency
    };
    let mut efficiencies: Vec<f64> = (0..PAIRS).map(pair).collect();
    efficiencies.sort_by(f64::total_cmp);
    let percent = |i: usize| 100.0 * efficiencies[i];
    println!("efficiency {:.1} % ({:.1} to {:.1} %)", percent(PAIRS / 2), percent(0), percent(PAIRS - 1));
}

/// The incident over some numbers of workers.
fn study() -> Study {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/12twenty-2020-mass-mail.toml");
    let overrides = Overrides { replications: Some(40), ..Overrides::default() };
    scenario::load(&path, &overrides).expect("the shipped scenario is right").study
}

/// Seconds that a run on so many threads takes.
fn time(study: &Study, threads: usize) -> f64 {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    let start = Instant::now();
    pool.install(|| experiment::run(study, &|_| ())).expect("the workers keep up");
    start.elapsed().as_secs_f64()
}
