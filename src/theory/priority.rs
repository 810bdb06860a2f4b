//! Priorities without and with preemption.
//!
//! Literature: Cobham, "Priority assignment in waiting line problems", Operations Research 2 (1954), for both formulas
//! without preemption; Conway, Maxwell and Miller, "Theory of Scheduling" (1967), section 8-7, for preemptive resume.

use super::{Mmc, ServiceMoments};

/// A class of jobs that is served before all later ones.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PriorityClass {
    /// Jobs per unit of time.
    pub arrival_rate: f64,
    /// Service time.
    pub service: ServiceMoments,
}

/// The mean wait of each class with one worker, the first class having the highest priority:
/// R / ((1 - s_{k-1}) (1 - s_k)) with the residual work R = sum lambda E S^2 / 2 and s_k the load of the classes up to k.
/// `None` when all classes together load the worker fully.
#[must_use]
pub fn cobham_waits(classes: &[PriorityClass]) -> Option<Vec<f64>> {
    let residual: f64 = classes.iter().map(|class| class.arrival_rate * class.service.second / 2.0).sum();
    let loads = classes.iter().map(|class| class.arrival_rate * class.service.mean);
    waits_from_loads(residual, loads)
}

/// The mean wait of each class with several workers and the same exponential service time for all classes, the first
/// class having the highest priority: C s / c / ((1 - r_{k-1}) (1 - r_k)) with r_k the utilisation by the classes up to k.
/// `shares` are the shares of the classes in the arrivals. `None` without a steady state.
#[must_use]
pub fn equal_service_waits(system: Mmc, shares: &[f64]) -> Option<Vec<f64>> {
    let residual = system.share_waiting()? * system.mean_service / f64::from(system.workers);
    waits_from_loads(residual, shares.iter().map(|share| share * system.utilisation()))
}

/// The mean sojourn of each class with one worker when a job of an earlier class interrupts and the interrupted one goes on
/// where it was: T_k = S_k / (1 - s_{k-1}) + R_k / ((1 - s_{k-1}) (1 - s_k)) with R_k = sum over i <= k of lambda_i E S_i^2 / 2.
/// `None` when all classes together load the worker fully.
#[must_use]
pub fn preemptive_resume_sojourns(classes: &[PriorityClass]) -> Option<Vec<f64>> {
    let (mut above, mut residual) = (0.0, 0.0);
    let sojourn = |class: &PriorityClass| {
        let before = 1.0 - above;
        above += class.arrival_rate * class.service.mean;
        residual += class.arrival_rate * class.service.second / 2.0;
        (above < 1.0).then(|| class.service.mean / before + residual / (before * (1.0 - above)))
    };
    classes.iter().map(sojourn).collect()
}

fn waits_from_loads(residual: f64, loads: impl Iterator<Item = f64>) -> Option<Vec<f64>> {
    let mut above = 0.0;
    loads
        .map(|load| {
            let before = 1.0 - above;
            above += load;
            (above < 1.0).then(|| residual / (before * (1.0 - above)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::reference::{assert_agrees, rows};

    /// Shares of the arrivals and service times of the mixes that the reference values name.
    fn mix(name: &str) -> Vec<(f64, ServiceMoments)> {
        let (fast, slow) = (ServiceMoments::exponential(1.0), ServiceMoments::exponential(30.0));
        match name {
            "2 classes, both exp mean 1, equal rates" => vec![(0.5, fast), (0.5, fast)],
            "2 classes: fast exp mean 1 (90% of jobs) high, slow exp mean 30 low" => vec![(0.9, fast), (0.1, slow)],
            "2 classes: slow exp mean 30 (10% of jobs) high, fast exp mean 1 low" => vec![(0.1, slow), (0.9, fast)],
            "2 classes: det 1 (99%) high, det 30 (1%) low" => {
                vec![(0.99, ServiceMoments::constant(1.0)), (0.01, ServiceMoments::constant(30.0))]
            }
            "3 classes: exp mean 0.5/1/30 with job shares 60/35/5%" => {
                vec![(0.6, ServiceMoments::exponential(0.5)), (0.35, fast), (0.05, slow)]
            }
            "4 classes equal shares lognormal mean 1 cv 2" => vec![(0.25, ServiceMoments::of(1.0, 2.0)); 4],
            other => panic!("no mix for {other}"),
        }
    }

    #[test]
    fn cobham_agrees_with_the_reference_values() {
        let rows = rows("mg1-priority");
        assert!(rows.len() >= 5);
        for row in rows {
            let total = row.param("lambda_total");
            let parts = mix(&row.text("classes")).into_iter();
            let classes: Vec<_> =
                parts.map(|(share, service)| PriorityClass { arrival_rate: share * total, service }).collect();
            let waits = cobham_waits(&classes);
            assert_agrees(&row, waits.map(|waits| waits[row.param("cls") as usize - 1]));
        }
    }

    #[test]
    fn equal_service_agrees_with_the_reference_values() {
        let rows = rows("mmc-priority");
        assert!(rows.len() >= 5);
        for row in rows {
            let workers = row.param("c") as u32;
            let arrival_rate = row.param("rho") * f64::from(workers) * row.param("mu");
            let system = Mmc { arrival_rate, mean_service: 1.0 / row.param("mu"), workers };
            let waits = equal_service_waits(system, &row.list("shares"));
            assert_agrees(&row, waits.map(|waits| waits[row.param("cls") as usize - 1]));
        }
    }

    /// Rows R01354 to R01382 of the reference values: Cobham and Miller.
    #[test]
    fn preemptive_resume_agrees_with_the_reference_values() {
        let equal = "2 classes, both exp mean 1, equal rates";
        let fast = "2 classes: fast exp mean 1 (90% of jobs) high, slow exp mean 30 low";
        let slow = "2 classes: slow exp mean 30 (10% of jobs) high, fast exp mean 1 low";
        let rows = [
            (equal, 0.8, 0, 1.666_666_666_666_67),
            (equal, 0.8, 1, 8.333_333_333_333_33),
            (fast, 0.128_205_128_205_128, 0, 1.130_434_782_608_7),
            (fast, 0.205_128_205_128_205, 1, 151.132_075_471_698),
            (fast, 0.243_589_743_589_744, 1, 605.615_763_546_798),
            (slow, 0.128_205_128_205_128, 1, 39.5),
            (slow, 0.205_128_205_128_205, 0, 78.0),
            (slow, 0.243_589_743_589_744, 0, 111.428_571_428_571),
        ];
        for (name, total, class, expected) in rows {
            let parts = mix(name).into_iter();
            let classes: Vec<_> =
                parts.map(|(share, service)| PriorityClass { arrival_rate: share * total, service }).collect();
            let found = preemptive_resume_sojourns(&classes).unwrap()[class];
            assert!((found - expected).abs() < 1e-9 * expected, "{name} {class}: {found} instead of {expected}");
        }
    }

    #[test]
    fn an_overloaded_mix_has_no_steady_state() {
        let class = PriorityClass { arrival_rate: 0.5, service: ServiceMoments::exponential(1.0) };
        assert!(cobham_waits(&[class]).is_some());
        assert_eq!(cobham_waits(&[class, class]), None);
    }
}
