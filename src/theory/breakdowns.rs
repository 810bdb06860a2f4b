//! M/M/c whose workers break down and are repaired one by one, busy or idle; interrupted jobs go on where they were.
//!
//! Literature: Mitrany and Avi-Itzhak, "A many-server queue with service interruptions", Operations Research 16 (1968), for the
//! model; Gaver, Jacobs and Latouche, "Finite birth-and-death models in randomly changing environments", Advances in Applied
//! Probability 16 (1984), for the solution level by level; White and Christie, "Queuing with preemptive priorities or with
//! breakdown", Operations Research 6 (1958), for one worker.

/// Rates per unit of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Breakdowns {
    /// Jobs.
    pub arrival_rate: f64,
    /// Jobs that a worker finishes while it is up.
    pub service_rate: f64,
    /// Breakdowns of a worker that is up.
    pub failure_rate: f64,
    /// Repairs of a worker that is down.
    pub repair_rate: f64,
    /// Workers; at least 1.
    pub workers: u32,
}

type Matrix = Vec<Vec<f64>>;

impl Breakdowns {
    /// The mean number of jobs in the system with at most `levels` jobs in it, which is as good as without a limit when so
    /// many are improbable. `None` when the workers that are up on average cannot keep up.
    #[must_use]
    pub fn mean_jobs(&self, levels: u32) -> Option<f64> {
        let up = self.repair_rate / (self.repair_rate + self.failure_rate);
        if self.arrival_rate >= f64::from(self.workers) * up * self.service_rate {
            return None;
        }
        // p(n + 1) = p(n) R(n), from the last level down: R(n) = arrivals / -(A(n + 1) + R(n + 1) services).
        let mut ratios: Vec<Matrix> = Vec::new();
        let mut ratio = vec![vec![0.0; self.phases()]; self.phases()];
        for level in (1..=levels).rev() {
            let mut stays = self.stays(level, level < levels);
            add_services(&mut stays, &ratio, |phase| self.service(level + 1, phase));
            ratio =
                scaled(&inverse(stays.iter().map(|row| row.iter().map(|x| -x).collect()).collect()), self.arrival_rate);
            ratios.push(ratio.clone());
        }
        let mut empty = self.stays(0, true);
        add_services(&mut empty, &ratio, |phase| self.service(1, phase));
        let mut level = null_vector(&empty);
        let (mut sum, mut jobs) = (level.iter().sum::<f64>(), 0.0);
        for (number, ratio) in (1..=levels).zip(ratios.iter().rev()) {
            level = times(&level, ratio);
            let share: f64 = level.iter().sum();
            (sum, jobs) = (sum + share, jobs + f64::from(number) * share);
        }
        Some(jobs / sum)
    }

    fn phases(&self) -> usize {
        self.workers as usize + 1
    }

    /// The rate of completions with so many jobs and so many workers up.
    fn service(&self, jobs: u32, up: usize) -> f64 {
        f64::from(jobs).min(up as f64) * self.service_rate
    }

    /// The rates within a level; a phase is the number of workers that are up.
    fn stays(&self, jobs: u32, arrivals: bool) -> Matrix {
        let phases = self.phases();
        let mut rates = vec![vec![0.0; phases]; phases];
        for up in 0..phases {
            let (failures, repairs) = (up as f64 * self.failure_rate, (phases - 1 - up) as f64 * self.repair_rate);
            if up > 0 {
                rates[up][up - 1] = failures;
            }
            if up + 1 < phases {
                rates[up][up + 1] = repairs;
            }
            let arriving = if arrivals { self.arrival_rate } else { 0.0 };
            rates[up][up] = -(failures + repairs + arriving + self.service(jobs, up));
        }
        rates
    }
}

/// Adds `ratio` times the diagonal matrix of services.
fn add_services(to: &mut Matrix, ratio: &Matrix, service: impl Fn(usize) -> f64) {
    for (row, ratios) in to.iter_mut().zip(ratio) {
        for (phase, (cell, ratio)) in row.iter_mut().zip(ratios).enumerate() {
            *cell += ratio * service(phase);
        }
    }
}

fn scaled(matrix: &Matrix, by: f64) -> Matrix {
    matrix.iter().map(|row| row.iter().map(|x| x * by).collect()).collect()
}

fn times(row: &[f64], matrix: &Matrix) -> Vec<f64> {
    (0..row.len()).map(|j| row.iter().zip(matrix).map(|(x, of)| x * of[j]).sum()).collect()
}

/// The inverse of a matrix by elimination; its diagonal dominates, so no pivot is needed.
fn inverse(mut matrix: Matrix) -> Matrix {
    let size = matrix.len();
    let mut inverse: Matrix = (0..size).map(|i| (0..size).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for i in 0..size {
        let pivot = matrix[i][i];
        for j in 0..size {
            matrix[i][j] /= pivot;
            inverse[i][j] /= pivot;
        }
        for other in (0..size).filter(|&other| other != i) {
            let factor = matrix[other][i];
            for j in 0..size {
                matrix[other][j] -= factor * matrix[i][j];
                inverse[other][j] -= factor * inverse[i][j];
            }
        }
    }
    inverse
}

/// The row x with x M = 0 and sum 1: one column of M is replaced by ones.
fn null_vector(matrix: &Matrix) -> Vec<f64> {
    let mut matrix = matrix.clone();
    matrix.iter_mut().for_each(|row| row[0] = 1.0);
    inverse(matrix)[0].clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::Mmc;

    fn system(workers: u32, failure_rate: f64) -> Breakdowns {
        Breakdowns {
            arrival_rate: 0.5 * f64::from(workers),
            service_rate: 1.0,
            failure_rate,
            repair_rate: 0.2,
            workers,
        }
    }

    #[test]
    fn one_worker_is_as_white_and_christie_found() {
        let it = system(1, 0.05);
        let (l, m, f, r) = (it.arrival_rate, it.service_rate, it.failure_rate, it.repair_rate);
        let expected = l * ((f + r) * (f + r) + m * f) / ((f + r) * (r * m - l * (f + r)));
        let found = it.mean_jobs(3_000).unwrap();
        assert!((found - expected).abs() < 1e-8, "{found} instead of {expected}");
    }

    #[test]
    fn without_breakdowns_it_is_erlang_c() {
        let it = system(3, 0.0);
        let mmc = Mmc { arrival_rate: 1.5, mean_service: 1.0, workers: 3 };
        let expected = 1.5 * (mmc.mean_wait().unwrap() + 1.0);
        let found = it.mean_jobs(500).unwrap();
        assert!((found - expected).abs() < 1e-8, "{found} instead of {expected}");
    }

    #[test]
    fn workers_that_are_down_too_often_cannot_keep_up() {
        assert_eq!(system(2, 0.2).mean_jobs(100), None);
    }
}
