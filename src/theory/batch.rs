//! Jobs that come in batches: M^X/M/1.
//!
//! Literature: Gross, Shortle, Thompson and Harris, "Fundamentals of Queueing Theory", 4th ed., 2008, section 3.1.

use super::Mmc;

/// First two moments of the number of jobs in a batch.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BatchMoments {
    /// E X.
    pub mean: f64,
    /// E X^2.
    pub second: f64,
}

impl BatchMoments {
    /// Batches of always the same number of jobs.
    #[must_use]
    pub fn constant(jobs: f64) -> Self {
        Self { mean: jobs, second: jobs * jobs }
    }

    /// Batches of each whole number of jobs from 1 to `most` with equal probability.
    #[must_use]
    pub fn uniform_to(most: f64) -> Self {
        Self { mean: f64::midpoint(1.0, most), second: (most + 1.0) * (2.0 * most + 1.0) / 6.0 }
    }

    /// The mean wait of a job, one worker with exponential service time `mean_service` and Poisson batches with
    /// `job_rate` jobs per unit of time in all: s (rho + (E X^2 / E X - 1) / 2) / (1 - rho). `None` from utilisation 1 on.
    #[must_use]
    pub fn mean_wait(&self, job_rate: f64, mean_service: f64) -> Option<f64> {
        let single = Mmc { arrival_rate: job_rate, mean_service, workers: 1 };
        let ahead_in_batch = (self.second / self.mean - 1.0) / 2.0;
        let idle = 1.0 - single.utilisation();
        (idle > 0.0).then(|| mean_service * (single.utilisation() + ahead_in_batch) / idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::reference::{assert_agrees, rows};

    #[test]
    fn batches_with_one_worker_agree_with_the_reference_values() {
        let rows: Vec<_> = rows("batch").into_iter().filter(|row| row.param("c") == 1.0).collect();
        assert!(rows.len() >= 3);
        for row in rows {
            let batch = match row.text("batch").as_str() {
                "constant batch 5" => BatchMoments::constant(5.0),
                "constant batch 20" => BatchMoments::constant(20.0),
                "uniform 1..10" => BatchMoments::uniform_to(10.0),
                other => panic!("no batch for {other}"),
            };
            assert_agrees(&row, batch.mean_wait(row.param("job_rate"), 1.0 / row.param("mu")));
        }
    }

    #[test]
    fn batches_of_one_job_are_single_arrivals() {
        let single = Mmc { arrival_rate: 0.8, mean_service: 1.0, workers: 1 };
        let found = BatchMoments::constant(1.0).mean_wait(0.8, 1.0).unwrap();
        assert!((found - single.mean_wait().unwrap()).abs() < 1e-12);
        assert_eq!(BatchMoments::constant(1.0).mean_wait(1.0, 1.0), None);
    }
}
