//! The yardstick: loops written by hand for one scenario that do nothing else. One class first in, first out is in `fifo`; here are
//! several job classes with Poisson arrivals and their own queues, served by one pool in strict priority. What makes it fast: one
//! superposed arrival process and one generator; the next arrival in a variable beside a 4-ary heap of bare completion times; ring
//! buffers of creation times; a bit mask of non-empty queues; the service time drawn when service starts; every wait into a
//! log-linear histogram. What it cannot do: name the worker of a job, keep the draws of two scenarios apart, and anything else.

mod fifo;
mod heap;
mod histogram;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution as _, Exp1, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use heap::Heap;
pub(crate) use histogram::Histogram;

/// How long jobs of a class take, in seconds.
#[derive(Clone, Copy)]
pub(crate) enum Law {
    Exponential,
    /// 2 % take thirty times longer.
    SlowShare,
    /// Lognormal with cv 1.
    Lognormal,
}

/// The mean of a service time before slowdown.
pub(crate) const MEAN: f64 = 1.0;
pub(crate) const SLOW_SHARE: f64 = 0.02;
pub(crate) const SLOWDOWN: f64 = 30.0;
pub(crate) const CV: f64 = 1.0;

impl Law {
    pub(crate) fn mean(self) -> f64 {
        match self {
            Self::Exponential | Self::Lognormal => MEAN,
            Self::SlowShare => MEAN * (1.0 + SLOW_SHARE * (SLOWDOWN - 1.0)),
        }
    }
}

/// What the loop and the engine both simulate.
#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) workers: u32,
    pub(crate) classes: usize,
    pub(crate) load: f64,
    pub(crate) jobs: u64,
    /// The laws of the classes, over and over.
    pub(crate) laws: &'static [Law],
}

/// The laws of W3 and W4.
pub(crate) const MIXED: &[Law] = &[Law::Exponential, Law::SlowShare, Law::Lognormal];

impl Scenario {
    pub(crate) fn law(&self, class: usize) -> Law {
        self.laws[class % self.laws.len()]
    }

    /// Jobs a second of each class.
    pub(crate) fn rate_of_class(&self) -> f64 {
        let work: f64 = (0..self.classes).map(|class| self.law(class).mean()).sum();
        self.load * f64::from(self.workers) / work
    }

    pub(crate) fn horizon(&self) -> f64 {
        self.jobs as f64 / (self.rate_of_class() * self.classes as f64)
    }
}

struct Server {
    rng: Xoshiro256PlusPlus,
    completions: Heap,
    sigma: f64,
    mu: f64,
    waits: Vec<Histogram>,
}

impl Server {
    fn service(&mut self, law: Law) -> u64 {
        let seconds = match law {
            Law::Exponential => MEAN * self.exponential(),
            Law::SlowShare => {
                let slow = self.rng.random::<f64>() < SLOW_SHARE;
                self.exponential() * if slow { MEAN * SLOWDOWN } else { MEAN }
            }
            Law::Lognormal => {
                let normal: f64 = StandardNormal.sample(&mut self.rng);
                libm::exp(self.mu + self.sigma * normal)
            }
        };
        (seconds * 1e9) as u64
    }

    fn exponential(&mut self) -> f64 {
        Exp1.sample(&mut self.rng)
    }
}

/// Runs the scenario until its horizon by the fastest loop for it; gives the histogram of waits of each class.
pub(crate) fn run(scenario: &Scenario, seed: u64) -> Vec<Histogram> {
    match scenario.classes {
        1 => vec![fifo::run(scenario, seed)],
        _ => by_priority(scenario, seed),
    }
}

fn by_priority(scenario: &Scenario, seed: u64) -> Vec<Histogram> {
    let variance = libm::log1p(CV * CV);
    let mut server = Server {
        rng: Xoshiro256PlusPlus::seed_from_u64(seed),
        completions: Heap::default(),
        sigma: variance.sqrt(),
        mu: libm::log(MEAN) - variance / 2.0,
        waits: vec![Histogram::default(); scenario.classes],
    };
    let classes = scenario.classes as u64;
    let gap = 1e9 / (scenario.rate_of_class() * scenario.classes as f64);
    let horizon = (scenario.horizon() * 1e9) as u64;
    let workers = scenario.workers as usize;
    let mut queues = vec![std::collections::VecDeque::<u64>::new(); scenario.classes];
    let mut waiting = 0_u64;
    let mut arrival = (gap * server.exponential()) as u64;
    loop {
        let completion = server.completions.top();
        if completion.min(arrival) >= horizon {
            return server.waits;
        }
        if completion <= arrival {
            if waiting == 0 {
                server.completions.pop();
                continue;
            }
            let class = waiting.trailing_zeros() as usize;
            let created = queues[class].pop_front().unwrap_or(completion);
            waiting &= !(u64::from(queues[class].is_empty()) << class);
            server.waits[class].record(completion - created);
            let finish = completion + server.service(scenario.law(class));
            server.completions.replace_top(finish);
        } else {
            let class = ((u64::from(server.rng.random::<u32>()) * classes) >> 32) as usize;
            if server.completions.len() < workers {
                server.waits[class].record(0);
                let finish = arrival + server.service(scenario.law(class));
                server.completions.push(finish);
            } else {
                queues[class].push_back(arrival);
                waiting |= 1 << class;
            }
            arrival += (gap * server.exponential()) as u64;
        }
    }
}
