//! Several workers, Poisson arrivals: Erlang's formulas and M/M/c.
//!
//! Literature: Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
//! exchanges", 1917; Cooper, "Introduction to Queueing Theory", 2nd ed., 1981, sections 3.3 to 3.5.

/// Erlang B: the share of Poisson arrivals that find all `workers` busy when those are turned away. `offered_load` is in
/// erlangs (arrival rate times mean service time). By the recursion 1/B(c) = 1 + c/a / B(c-1), which neither overflows
/// nor cancels.
#[must_use]
pub fn erlang_b(offered_load: f64, workers: u32) -> f64 {
    let mut inverse = 1.0;
    for c in 1..=workers {
        inverse = 1.0 + f64::from(c) / offered_load * inverse;
    }
    1.0 / inverse
}

/// Erlang C: the share of Poisson arrivals that find all `workers` busy when those wait. C = B / (1 - rho (1 - B)).
/// `None` when the offered load is not below the number of workers.
#[must_use]
pub fn erlang_c(offered_load: f64, workers: u32) -> Option<f64> {
    let utilisation = offered_load / f64::from(workers);
    let blocked = erlang_b(offered_load, workers);
    (utilisation < 1.0).then(|| blocked / (1.0 - utilisation * (1.0 - blocked)))
}

/// Poisson arrivals to one first-in-first-out queue, served by equal workers with exponential service times.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mmc {
    /// Jobs per unit of time.
    pub arrival_rate: f64,
    /// Mean service time.
    pub mean_service: f64,
    /// Number of workers.
    pub workers: u32,
}

impl Mmc {
    /// Offered load in erlangs: the mean number of busy workers.
    #[must_use]
    pub fn offered_load(&self) -> f64 {
        self.arrival_rate * self.mean_service
    }

    /// Offered load per worker.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.offered_load() / f64::from(self.workers)
    }

    /// The share of jobs that wait.
    #[must_use]
    pub fn share_waiting(&self) -> Option<f64> {
        erlang_c(self.offered_load(), self.workers)
    }

    /// The mean wait of all jobs: C s / (c - a).
    #[must_use]
    pub fn mean_wait(&self) -> Option<f64> {
        Some(self.share_waiting()? / self.clearing_rate())
    }

    /// The mean number of jobs that wait, by Little's law.
    #[must_use]
    pub fn mean_waiting(&self) -> Option<f64> {
        Some(self.mean_wait()? * self.arrival_rate)
    }

    /// The share of jobs that wait longer than `time`: C exp(-(c - a) t / s).
    #[must_use]
    pub fn share_waiting_beyond(&self, time: f64) -> Option<f64> {
        Some(self.share_waiting()? * libm::exp(-self.clearing_rate() * time))
    }

    /// The smallest time that `share` of the waits do not exceed; 0 when enough jobs do not wait.
    #[must_use]
    pub fn wait_percentile(&self, share: f64) -> Option<f64> {
        let excess = libm::log(self.share_waiting()? / (1.0 - share)) / self.clearing_rate();
        Some(excess.max(0.0))
    }

    /// At which rate a queue with all workers busy shrinks: c / s - arrival rate.
    fn clearing_rate(&self) -> f64 {
        f64::from(self.workers) / self.mean_service - self.arrival_rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::reference::{assert_agrees, rows};

    #[test]
    fn erlang_b_agrees_with_the_reference_values() {
        let rows = rows("erlang-b");
        assert!(rows.len() >= 5);
        for row in rows {
            assert_agrees(&row, Some(erlang_b(row.param("a"), row.param("c") as u32)));
        }
    }

    #[test]
    fn mmc_agrees_with_the_reference_values() {
        let rows = rows("mmc");
        assert!(rows.len() >= 30);
        for row in rows {
            let mmc = Mmc {
                arrival_rate: row.param("lambda_"),
                mean_service: 1.0 / row.param("mu"),
                workers: row.param("c") as u32,
            };
            let found = match row.quantity.as_str() {
                "P_wait" => mmc.share_waiting(),
                "Wq_mean" => mmc.mean_wait(),
                "Lq_mean" => mmc.mean_waiting(),
                "Wq_p50" => mmc.wait_percentile(0.5),
                "Wq_p95" => mmc.wait_percentile(0.95),
                "Wq_p99" => mmc.wait_percentile(0.99),
                "P_wait_le_t" => mmc.share_waiting_beyond(row.param("t")).map(|beyond| 1.0 - beyond),
                other => panic!("no formula for {other}"),
            };
            assert_agrees(&row, found);
        }
    }

    #[test]
    fn a_system_at_or_over_its_capacity_has_no_steady_state() {
        let full = Mmc { arrival_rate: 2.0, mean_service: 1.0, workers: 2 };
        assert_eq!((full.share_waiting(), full.mean_wait(), full.wait_percentile(0.5)), (None, None, None));
        assert_eq!(full.utilisation(), 1.0);
    }
}
