//! Batches: several jobs at one instant, again and again.

use rand::RngExt;
use rand_distr::{Distribution, Exp1};

use crate::engine::arrivals::poisson::Poisson;
use crate::model::{BatchSize, BatchTimes, Ticks};
use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Batches<'m> {
    size: BatchSize,
    times: Times<'m>,
    /// Jobs of the present batch that are still to come.
    left: u64,
}

#[derive(Clone, Debug)]
enum Times<'m> {
    At(std::slice::Iter<'m, SimTime>),
    Regular { ticks: &'m Ticks, next: SimTime, factor: f64 },
    Poisson(Poisson),
}

impl<'m> Batches<'m> {
    pub(crate) fn new(size: BatchSize, times: &'m BatchTimes) -> Self {
        let times = match times {
            BatchTimes::At(instants) => Times::At(instants.iter()),
            BatchTimes::Regular(ticks) => Times::Regular { ticks, next: ticks.first(), factor: 1.0 },
            BatchTimes::Poisson { rate, profile } => Times::Poisson(Poisson::new(*rate, profile.as_ref())),
        };
        Self { size, times, left: 0 }
    }

    pub(crate) fn next(&mut self, now: SimTime, stream: &mut Stream) -> SimTime {
        if self.left > 0 {
            self.left -= 1;
            return now;
        }
        let time = self.times.next(now, stream);
        self.left = draw(self.size, stream) - 1;
        time
    }

    pub(crate) fn scale_rate(&mut self, now: SimTime, head: SimTime, factor: f64) -> SimTime {
        match &mut self.times {
            Times::At(_) => head,
            Times::Regular { factor: old, .. } => {
                *old = factor;
                head
            }
            Times::Poisson(poisson) => poisson.scale_rate(now, head, factor),
        }
    }
}

impl Times<'_> {
    fn next(&mut self, now: SimTime, stream: &mut Stream) -> SimTime {
        match self {
            Self::At(instants) => instants.next().copied().unwrap_or(SimTime::NEVER),
            Self::Regular { ticks, next, factor } => {
                let this = *next;
                *next = match ticks {
                    Ticks::Every { every, .. } if *factor != 1.0 => {
                        let scaled = SimDuration::from_secs_f64(every.as_secs_f64() / *factor);
                        this.after(scaled.max(SimDuration::from_nanos(1)))
                    }
                    ticks => ticks.after(this),
                };
                this
            }
            Self::Poisson(poisson) => poisson.next(now, stream),
        }
    }
}

/// The size of a batch; at least 1.
fn draw(size: BatchSize, stream: &mut Stream) -> u64 {
    match size {
        BatchSize::Constant(jobs) => jobs,
        BatchSize::Uniform { min, max } => {
            let width = u128::from(max - min) + 1;
            min + ((u128::from(stream.random::<u64>()) * width) >> 64) as u64
        }
        // The whole part of an exponential variable is geometric.
        BatchSize::Geometric { mean } => {
            let mass: f64 = Exp1.sample(stream);
            1 + (mass / -libm::log1p(-1.0 / mean)) as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;

    fn sizes(size: BatchSize) -> Vec<u64> {
        let mut stream = ReplicationSeed { master: 5, replication: 0 }.stream("x");
        (0..100_000).map(|_| draw(size, &mut stream)).collect()
    }

    fn mean(values: &[u64]) -> f64 {
        values.iter().sum::<u64>() as f64 / values.len() as f64
    }

    #[test]
    fn uniform_sizes_reach_both_ends_equally() {
        let all = sizes(BatchSize::Uniform { min: 2, max: 5 });
        for size in 2..=5 {
            let share = all.iter().filter(|&&other| other == size).count() as f64 / 1e5;
            assert!((share - 0.25).abs() < 0.006, "{share}");
        }
        assert!(all.iter().all(|size| (2..=5).contains(size)));
    }

    #[test]
    fn geometric_sizes_start_at_one_and_have_their_mean() {
        let all = sizes(BatchSize::Geometric { mean: 4.0 });
        assert!((mean(&all) - 4.0).abs() < 4.0 * f64::sqrt(12.0 / 1e5));
        let ones = all.iter().filter(|&&size| size == 1).count() as f64 / 1e5;
        assert!((ones - 0.25).abs() < 0.006);
        assert!(sizes(BatchSize::Geometric { mean: 1.0 }).iter().all(|&size| size == 1));
    }

    #[test]
    fn the_jobs_of_a_batch_come_at_one_instant() {
        let instants = BatchTimes::At(vec![SimTime::from_nanos(5), SimTime::from_nanos(9)]);
        let mut batches = Batches::new(BatchSize::Constant(3), &instants);
        let mut stream = ReplicationSeed { master: 5, replication: 0 }.stream("x");
        let mut now = SimTime::ZERO;
        let times: Vec<_> = (0..6)
            .map(|_| {
                now = batches.next(now, &mut stream);
                now.as_nanos()
            })
            .collect();
        assert_eq!(times, [5, 5, 5, 9, 9, 9]);
        assert_eq!(batches.next(now, &mut stream), SimTime::NEVER);
    }
}
