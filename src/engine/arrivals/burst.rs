//! A burst: a fixed number of jobs in a window.
//!
//! Random ones come out in order one at a time: of m uniform points still to come in what is left of the window, the first
//! covers the share 1 - V^(1/m) of it (Devroye, "Non-Uniform Random Variate Generation", 1986, section V.3).

use rand_distr::{Distribution, Exp1};

use crate::model::Spacing;
use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Burst {
    jobs: u64,
    /// Jobs stated so far.
    stated: u64,
    from: SimTime,
    over: SimDuration,
    spacing: Spacing,
    /// The share of the window covered by the jobs stated so far.
    covered: f64,
}

impl Burst {
    pub(crate) fn new(jobs: u64, from: SimTime, over: SimDuration, spacing: Spacing) -> Self {
        Self { jobs, stated: 0, from, over, spacing, covered: 0.0 }
    }

    pub(crate) fn next(&mut self, stream: &mut Stream) -> SimTime {
        if self.stated == self.jobs {
            return SimTime::NEVER;
        }
        let into = match self.spacing {
            Spacing::Even => self.even(),
            Spacing::Random => self.random(stream),
        };
        self.stated += 1;
        self.from.after(into)
    }

    fn even(&self) -> SimDuration {
        let nanos = u128::from(self.over.as_nanos()) * u128::from(self.stated) / u128::from(self.jobs);
        SimDuration::from_nanos(nanos as u64)
    }

    fn random(&mut self, stream: &mut Stream) -> SimDuration {
        let mass: f64 = Exp1.sample(stream);
        let left = (self.jobs - self.stated) as f64;
        self.covered -= (1.0 - self.covered) * libm::expm1(-mass / left);
        SimDuration::from_secs_f64(self.over.as_secs_f64() * self.covered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;

    fn times(spacing: Spacing, jobs: u64) -> Vec<SimTime> {
        let mut burst = Burst::new(jobs, SimTime::from_nanos(50), SimDuration::from_secs(10), spacing);
        let mut stream = ReplicationSeed { master: 4, replication: 0 }.stream("x");
        let all = (0..jobs).map(|_| burst.next(&mut stream)).collect();
        assert_eq!(burst.next(&mut stream), SimTime::NEVER);
        all
    }

    #[test]
    fn even_jobs_lie_at_the_starts_of_equal_parts() {
        let nanos: Vec<_> = times(Spacing::Even, 4).iter().map(|time| time.as_nanos()).collect();
        assert_eq!(nanos, [50, 2_500_000_050, 5_000_000_050, 7_500_000_050]);
    }

    #[test]
    fn random_jobs_are_the_order_statistics_of_the_uniform_law() {
        let all = times(Spacing::Random, 10_000);
        assert!(all.is_sorted());
        let shares = all.iter().map(|time| (time.as_nanos() - 50) as f64 / 1e10);
        let distance = shares.enumerate().map(|(i, share)| (share - (i as f64 + 0.5) / 1e4).abs()).fold(0.0, f64::max);
        assert!(distance < 1.95 / 100.0, "Kolmogorov-Smirnov distance {distance}, alpha 0.001");
    }
}
