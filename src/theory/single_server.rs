//! One worker, Poisson arrivals, any service times: Pollaczek and Khinchine.
//!
//! Literature: Kleinrock, "Queueing Systems", volume 1, 1975, section 5.6.

/// First two moments of a service time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ServiceMoments {
    /// E S.
    pub mean: f64,
    /// E S^2.
    pub second: f64,
}

impl ServiceMoments {
    /// From the mean and the coefficient of variation (standard deviation over mean).
    #[must_use]
    pub fn of(mean: f64, cv: f64) -> Self {
        Self { mean, second: mean * mean * (1.0 + cv * cv) }
    }

    /// Always the same time; with it M/G/1 is M/D/1.
    #[must_use]
    pub fn constant(time: f64) -> Self {
        Self::of(time, 0.0)
    }

    /// Exponential; with it M/G/1 is M/M/1.
    #[must_use]
    pub fn exponential(mean: f64) -> Self {
        Self::of(mean, 1.0)
    }
}

/// Poisson arrivals to one worker with independent service times. The mean wait is the same for every order that does
/// not look at service times; percentiles are not.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mg1 {
    /// Jobs per unit of time.
    pub arrival_rate: f64,
    /// Service time.
    pub service: ServiceMoments,
}

impl Mg1 {
    /// The share of time in which the worker is busy.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate * self.service.mean
    }

    /// The mean wait: lambda E S^2 / (2 (1 - rho)). `None` from utilisation 1 on.
    #[must_use]
    pub fn mean_wait(&self) -> Option<f64> {
        let idle = 1.0 - self.utilisation();
        (idle > 0.0).then(|| self.mean_residual_work() / idle)
    }

    /// The mean number of jobs that wait, by Little's law. `None` from utilisation 1 on.
    #[must_use]
    pub fn mean_waiting(&self) -> Option<f64> {
        Some(self.mean_wait()? * self.arrival_rate)
    }

    /// What an arrival finds left of the job in service, on average over idle times too: lambda E S^2 / 2.
    fn mean_residual_work(&self) -> f64 {
        self.arrival_rate * self.service.second / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{Distribution, DistributionError};
    use crate::theory::reference::{assert_agrees, rows};

    fn mixture(share_slow: f64, part: fn(f64) -> Result<Distribution, DistributionError>) -> Distribution {
        Distribution::mixture(vec![(1.0 - share_slow, part(1.0).unwrap()), (share_slow, part(30.0).unwrap())]).unwrap()
    }

    /// The laws that the reference values name.
    fn law(name: &str) -> Distribution {
        let law = match name {
            "exponential mean 1" => Distribution::exponential(1.0),
            "deterministic mean 1" => Distribution::constant(1.0),
            "uniform[0,2]" => Distribution::uniform(0.0, 2.0),
            "Erlang-4 mean 1" => Distribution::erlang(4, 1.0),
            "lognormal mean 1 cv 2" => Distribution::lognormal(1.0, 2.0),
            "gamma mean 1 cv 2" => Distribution::gamma(1.0, 2.0),
            "Weibull shape 2 mean 1" => Distribution::weibull(1.0, (4.0 / std::f64::consts::PI - 1.0).sqrt()),
            "H2 balanced means, mean 1, cv2 10" => Distribution::hyperexponential_by_cv(1.0, 10_f64.sqrt()),
            "mixture 90% exp mean 1, 10% exp mean 30" => return mixture(0.1, Distribution::exponential),
            "mixture 99% exp mean 1, 1% exp mean 30" => return mixture(0.01, Distribution::exponential),
            "mixture 90% det 1, 10% det 30" => return mixture(0.1, Distribution::constant),
            other => panic!("no law for {other}"),
        };
        law.unwrap()
    }

    #[test]
    fn mg1_agrees_with_the_reference_values() {
        let rows = rows("mg1");
        assert!(rows.len() >= 15);
        for row in rows {
            let law = law(&row.text("service"));
            let mg1 = Mg1 { arrival_rate: row.param("lambda_"), service: ServiceMoments::of(law.mean(), law.cv()) };
            let found = match row.quantity.as_str() {
                "Wq_mean" => mg1.mean_wait(),
                "Lq_mean" => mg1.mean_waiting(),
                other => panic!("no formula for {other}"),
            };
            assert_agrees(&row, found);
        }
    }

    #[test]
    fn a_constant_service_time_halves_the_wait_of_an_exponential_one() {
        let wait = |service| Mg1 { arrival_rate: 0.9, service }.mean_wait();
        assert!((wait(ServiceMoments::constant(1.0)).unwrap() - 4.5).abs() < 1e-12);
        assert!((wait(ServiceMoments::exponential(1.0)).unwrap() - 9.0).abs() < 1e-12);
        assert_eq!(wait(ServiceMoments::constant(1.2)), None);
    }
}
