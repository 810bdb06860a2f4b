//! Several workers and jobs that are not served: finite queues (M/M/c/K) and patience (Erlang A, M/M/c+M). Both are
//! birth-and-death chains: the probability of n jobs in the system is that of n - 1 times arrival rate over departure rate.
//!
//! Literature: Gross, Shortle, Thompson and Harris, "Fundamentals of Queueing Theory", 4th ed., 2008, sections 2.5 and 2.10.2;
//! Garnett, Mandelbaum and Reiman, "Designing a call center with impatient customers", 2002.

/// Poisson arrivals to a first-in-first-out queue with room for so many, equal workers, exponential service times. A job that
/// finds the queue full is rejected.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mmck {
    /// Jobs per unit of time, those included that are rejected.
    pub arrival_rate: f64,
    /// Mean service time.
    pub mean_service: f64,
    /// Number of workers; at least 1.
    pub workers: u32,
    /// Jobs that may wait, those on workers not counted.
    pub room: u32,
}

impl Mmck {
    /// The share of jobs that are rejected.
    #[must_use]
    pub fn share_rejected(&self) -> f64 {
        let states = self.states();
        states[states.len() - 1]
    }

    /// The mean number of jobs that wait.
    #[must_use]
    pub fn mean_waiting(&self) -> f64 {
        mean_waiting(&self.states(), self.workers)
    }

    /// The mean wait of the jobs that are admitted, by Little's law.
    #[must_use]
    pub fn mean_wait(&self) -> f64 {
        self.mean_waiting() / (self.arrival_rate * (1.0 - self.share_rejected()))
    }

    fn states(&self) -> Vec<f64> {
        let departures = |n: u32| f64::from(n.min(self.workers)) / self.mean_service;
        chain(self.arrival_rate, departures, |n, _, _| n == self.workers + self.room)
    }
}

/// Poisson arrivals to a first-in-first-out queue, equal workers, exponential service times, and users who give up after an
/// exponential time unless their job was started. Always has a steady state.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ErlangA {
    /// Jobs per unit of time, those included that are given up.
    pub arrival_rate: f64,
    /// Mean service time.
    pub mean_service: f64,
    /// Number of workers; at least 1.
    pub workers: u32,
    /// Mean patience; positive.
    pub mean_patience: f64,
}

impl ErlangA {
    /// The share of jobs that find all workers busy.
    #[must_use]
    pub fn share_waiting(&self) -> f64 {
        self.states().iter().skip(self.workers as usize).sum()
    }

    /// The share of jobs that are given up: every waiting user does so at the rate 1 / patience.
    #[must_use]
    pub fn share_abandoned(&self) -> f64 {
        self.mean_wait() / self.mean_patience
    }

    /// The mean number of jobs that wait.
    #[must_use]
    pub fn mean_waiting(&self) -> f64 {
        mean_waiting(&self.states(), self.workers)
    }

    /// The mean wait of all jobs, to their start or until they are given up, by Little's law.
    #[must_use]
    pub fn mean_wait(&self) -> f64 {
        self.mean_waiting() / self.arrival_rate
    }

    /// The mean wait of the jobs that are served. The k-th in the queue advances at the rates c / s + j / patience, j < k. Being
    /// served means that patience outlasts the wait, which adds 1 / patience to each of these rates.
    #[must_use]
    pub fn mean_wait_served(&self) -> f64 {
        let (service, patience) = (f64::from(self.workers) / self.mean_service, 1.0 / self.mean_patience);
        let mut wait = 0.0;
        let mut sum = 0.0;
        for (i, probability) in self.states().iter().skip(self.workers as usize).enumerate() {
            let rate = service + (i + 1) as f64 * patience;
            wait += 1.0 / rate;
            sum += probability * service / rate * wait;
        }
        sum / (1.0 - self.share_abandoned())
    }

    fn states(&self) -> Vec<f64> {
        let departures = |n: u32| {
            let busy = n.min(self.workers);
            f64::from(busy) / self.mean_service + f64::from(n - busy) / self.mean_patience
        };
        // Beyond the most likely state the terms fall ever faster.
        chain(self.arrival_rate, departures, |n, term, sum| {
            n > self.workers && departures(n) > self.arrival_rate && term < 1e-18 * sum
        })
    }
}

/// The probabilities of 0, 1, ... jobs, up to the state at which `ends(n, term, sum)` holds of the terms before they are scaled.
fn chain(arrival_rate: f64, departures: impl Fn(u32) -> f64, ends: impl Fn(u32, f64, f64) -> bool) -> Vec<f64> {
    let mut terms = vec![1.0];
    let (mut n, mut term, mut sum) = (0, 1.0, 1.0);
    while !ends(n, term, sum) {
        n += 1;
        term *= arrival_rate / departures(n);
        sum += term;
        terms.push(term);
        if sum > 1e200 {
            // The first terms of a large system are tiny beside the later ones: scaling keeps the later ones finite.
            terms.iter_mut().for_each(|term| *term /= sum);
            (term, sum) = (term / sum, 1.0);
        }
    }
    terms.iter().map(|term| term / sum).collect()
}

fn mean_waiting(states: &[f64], workers: u32) -> f64 {
    states.iter().skip(workers as usize).enumerate().map(|(waiting, probability)| waiting as f64 * probability).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang_b;
    use crate::theory::reference::{assert_agrees, rows};

    #[test]
    fn finite_queues_agree_with_the_reference_values() {
        let rows = rows("mmck");
        assert!(rows.len() >= 25);
        for row in rows {
            let workers = row.param("c") as u32;
            let room = row.param("K") as u32 - workers;
            let (arrival_rate, mean_service) = (row.param("lambda_"), 1.0 / row.param("mu"));
            let mmck = Mmck { arrival_rate, mean_service, workers, room };
            let found = match row.quantity.as_str() {
                "P_block" => mmck.share_rejected(),
                "Wq_mean_accepted" => mmck.mean_wait(),
                "Lq_mean" => mmck.mean_waiting(),
                other => panic!("no formula for {other}"),
            };
            assert_agrees(&row, Some(found));
        }
    }

    #[test]
    fn erlang_a_agrees_with_the_reference_values() {
        let rows = rows("erlang-a");
        assert!(rows.len() >= 50);
        for row in rows {
            let erlang = ErlangA {
                arrival_rate: row.param("lambda_"),
                mean_service: 1.0 / row.param("mu"),
                workers: row.param("c") as u32,
                mean_patience: 1.0 / row.param("theta"),
            };
            let found = match row.quantity.as_str() {
                "P_abandon" => erlang.share_abandoned(),
                "P_wait" => erlang.share_waiting(),
                "Wq_mean_all" => erlang.mean_wait(),
                "Wq_mean_served" => erlang.mean_wait_served(),
                "Lq_mean" => erlang.mean_waiting(),
                other => panic!("no formula for {other}"),
            };
            assert_agrees(&row, Some(found));
        }
    }

    #[test]
    fn without_room_the_loss_is_that_of_erlang_b() {
        let mmck = Mmck { arrival_rate: 8.0, mean_service: 1.0, workers: 10, room: 0 };
        assert!((mmck.share_rejected() - erlang_b(8.0, 10)).abs() < 1e-14);
        assert_eq!((mmck.mean_waiting(), mmck.mean_wait()), (0.0, 0.0));
    }
}
