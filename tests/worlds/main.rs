//! Properties of every run, over random worlds in which every feature can meet every other.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the parts of a test binary")]

mod generate;
mod ledger;
mod recursion;
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

/// How many worlds; `WORLDS=5000` makes it more.
fn count() -> u32 {
    std::env::var("WORLDS").map_or(2000, |count| count.parse().unwrap())
}

#[test]
fn every_job_is_accounted_for_and_no_worker_idles_beside_one_that_it_may_take() {
    let check = |number| {
        let (parts, seed) = generate::random(number);
        let result = catch_unwind(AssertUnwindSafe(|| {
            let ledger = run(&parts, seed);
            assert_eq!(ledger.trail, run(&parts, seed).trail, "the same seed gives the same run");
            let Ledger { turned_away, dead, lost, left, unfinished, duplicated, given_back, requeued, .. } = ledger;
            [turned_away, dead, lost, left, unfinished, duplicated, given_back, requeued]
        }));
        result.unwrap_or_else(|_| panic!("world {number}: {parts:#?}"))
    };
    let seen: Vec<_> = (0..count()).into_par_iter().map(check).collect();
    for kind in 0..8 {
        let worlds = seen.iter().filter(|row| row[kind] > 0).count();
        assert!(worlds * 20 > seen.len(), "only {worlds} worlds show what is counted at {kind}");
    }
}
