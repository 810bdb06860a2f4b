//! One class first in, first out: Lindley's recursion for one worker, that of Kiefer and Wolfowitz for more.

use rand::SeedableRng;
use rand_distr::{Distribution as _, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::heap::Heap;
use super::{Histogram, MEAN, Scenario};

pub(super) fn run(scenario: &Scenario, seed: u64) -> Histogram {
    let mut draws = Draws { rng: Xoshiro256PlusPlus::seed_from_u64(seed), gap: 1e9 / scenario.rate_of_class() };
    let horizon = (scenario.horizon() * 1e9) as u64;
    if scenario.workers == 1 { lindley(&mut draws, horizon) } else { kiefer_wolfowitz(scenario, &mut draws, horizon) }
}

struct Draws {
    rng: Xoshiro256PlusPlus,
    gap: f64,
}

impl Draws {
    fn exponential(&mut self, mean: f64) -> u64 {
        let unit: f64 = Exp1.sample(&mut self.rng);
        (unit * mean) as u64
    }
}

fn lindley(draws: &mut Draws, horizon: u64) -> Histogram {
    let mut waits = Histogram::default();
    let (mut now, mut free) = (0, 0_u64);
    loop {
        now += draws.exponential(draws.gap);
        if now >= horizon {
            return waits;
        }
        let start = now.max(free);
        waits.record(start - now);
        free = start + draws.exponential(MEAN * 1e9);
    }
}

/// Each job is started by the worker that is free first.
fn kiefer_wolfowitz(scenario: &Scenario, draws: &mut Draws, horizon: u64) -> Histogram {
    let mut waits = Histogram::default();
    let mut free = Heap::default();
    (0..scenario.workers).for_each(|_| free.push(0));
    let mut now = 0;
    loop {
        now += draws.exponential(draws.gap);
        if now >= horizon {
            return waits;
        }
        let start = now.max(free.top());
        waits.record(start - now);
        free.replace_top(start + draws.exponential(MEAN * 1e9));
    }
}
