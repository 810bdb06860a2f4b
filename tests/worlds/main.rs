//! Properties of every run, over random worlds in which every feature can meet every other.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the parts of a test binary")]

mod generate;
mod ledger;
mod recursion;
mod shrink;
#[path = "../support/mod.rs"]
mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};

use ledger::Ledger;
use rayon::prelude::*;
use tailback::engine::simulate;
use tailback::model::ModelParts;
use tailback::random::ReplicationSeed;

fn run(parts: &ModelParts, seed: ReplicationSeed) -> Ledger<'_> {
    let mut ledger = Ledger::new(parts);
    simulate(&support::build(parts.clone()), seed, &mut ledger).unwrap();
    ledger.close();
    ledger
}

/// A number that is stated, such as `WORLDS=5000`.
fn stated(variable: &str) -> Option<f64> {
    std::env::var(variable).ok().map(|value| value.parse().unwrap())
}

/// What is wrong with a world, or what it shows.
fn look_at(parts: &ModelParts, seed: ReplicationSeed) -> Result<[u64; 8], String> {
    let result = catch_unwind(AssertUnwindSafe(|| {
        let ledger = run(parts, seed);
        assert_eq!(ledger.trail, run(parts, seed).trail, "the same seed gives the same run");
        let Ledger { turned_away, dead, lost, left, unfinished, duplicated, given_back, requeued, .. } = ledger;
        [turned_away, dead, lost, left, unfinished, duplicated, given_back, requeued]
    }));
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}

fn check(number: u32) -> [u64; 8] {
    let (parts, seed) = generate::random(number);
    look_at(&parts, seed).unwrap_or_else(|why| {
        let small = shrink::shrunk(parts, |parts| look_at(parts, seed).is_err());
        panic!("world {number}: {why}\n{small:#?}")
    })
}

/// `WORLDS` says how many, `WORLDS_FROM` from which number on, `WORLDS_HOURS` for how long (`docs/campaigns.md`).
#[test]
fn every_job_is_accounted_for_and_no_worker_idles_beside_one_that_it_may_take() {
    let (count, hours) = (stated("WORLDS").unwrap_or(2000.0) as u32, stated("WORLDS_HOURS").unwrap_or(0.0));
    let (mut from, start) = (stated("WORLDS_FROM").unwrap_or(0.0) as u32, std::time::Instant::now());
    loop {
        let seen: Vec<_> = (from..from + count).into_par_iter().map(check).collect();
        println!("worlds {from} to {}: nothing found", from + count - 1);
        for kind in 0..8 {
            let worlds = seen.iter().filter(|row| row[kind] > 0).count();
            assert!(worlds * 20 > seen.len(), "only {worlds} worlds show what is counted at {kind}");
        }
        from += count;
        if start.elapsed().as_secs_f64() >= hours * 3600.0 {
            return;
        }
    }
}
