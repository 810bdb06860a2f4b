//! How long a job waits before its next attempt: the formulas of the job systems.

use rand::RngExt;

use crate::model::Backoff;
use crate::random::Stream;
use crate::units::{Share, SimDuration, SimTime};

/// When retry `n` (from 1) is due after an attempt from `started` to `now`.
pub(crate) fn due(backoff: Backoff, n: u32, (started, now): (SimTime, SimTime), stream: &mut Stream) -> SimTime {
    match backoff {
        Backoff::Sqs(visibility) => started.after(visibility).max(now),
        _ => now.after(delay(backoff, n, stream)),
    }
}

/// The delay before retry `n` (from 1).
fn delay(backoff: Backoff, n: u32, stream: &mut Stream) -> SimDuration {
    let doubled = libm::ldexp(1.0, (n - 1).min(1_000) as i32);
    let mut uniform = || stream.random::<f64>();
    SimDuration::from_secs_f64(match backoff {
        Backoff::Sidekiq => fourth_power(n - 1) + 15.0 + whole_below(10 * u64::from(n), stream),
        Backoff::Sidekiq6 => fourth_power(n - 1) + 15.0 + f64::from(n) * whole_below(30, stream),
        Backoff::Celery { factor, most } => whole_below((factor * doubled).min(most.as_secs_f64()) as u64 + 1, stream),
        Backoff::BullMq { delay, jitter } => delay.as_secs_f64() * doubled * (1.0 - jitter.as_f64() * uniform()),
        Backoff::Oban => (15.0 + 2.0 * doubled) * (1.0 + 0.1 * uniform()),
        Backoff::River => fourth_power(n) * (0.9 + 0.2 * uniform()),
        Backoff::ActiveJob => fourth_power(n) * (1.0 + 0.15 * uniform()) + 2.0,
        Backoff::DelayedJob => fourth_power(n) + 5.0,
        Backoff::Kubernetes => (10.0 * doubled).min(360.0),
        Backoff::Sqs(delay) | Backoff::Constant(delay) => delay.as_secs_f64(),
        Backoff::Exponential { first, factor, most, jitter } => {
            let grown = first.as_secs_f64() * libm::pow(factor, f64::from(n - 1));
            most.map_or(grown, |most| grown.min(most.as_secs_f64())) * jittered(jitter, uniform())
        }
    })
}

fn fourth_power(n: u32) -> f64 {
    let square = f64::from(n) * f64::from(n);
    square * square
}

/// A whole number from 0 to `end` - 1.
fn whole_below(end: u64, stream: &mut Stream) -> f64 {
    stream.random_range(0..end) as f64
}

fn jittered(jitter: Share, uniform: f64) -> f64 {
    1.0 + jitter.as_f64() * (2.0 * uniform - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;

    fn seconds(seconds: u64) -> SimDuration {
        SimDuration::from_secs(seconds)
    }

    fn share(share: f64) -> Share {
        Share::new(share).unwrap()
    }

    /// Least, mean and greatest of many delays before retry `n`, in seconds.
    fn delays(backoff: Backoff, n: u32) -> (f64, f64, f64) {
        let mut stream = ReplicationSeed { master: 3, replication: 0 }.stream("backoff");
        let delays: Vec<f64> = (0..20_000).map(|_| delay(backoff, n, &mut stream).as_secs_f64()).collect();
        let mean = delays.iter().sum::<f64>() / delays.len() as f64;
        (delays.iter().copied().fold(f64::MAX, f64::min), mean, delays.iter().copied().fold(0.0, f64::max))
    }

    /// The bounds are those of the formula; both are nearly or exactly reached, and the mean is in the middle.
    #[track_caller]
    fn assert_between(backoff: Backoff, table: &[(u32, f64, f64)]) {
        for &(n, least, greatest) in table {
            let (found_least, mean, found_greatest) = delays(backoff, n);
            let width = greatest - least;
            let about = |found: f64, exact: f64| (found - exact).abs() <= 1e-3 * width + 1e-9;
            assert!(found_least >= least - 1e-9 && about(found_least, least), "{backoff:?} {n}: least {found_least}");
            assert!(found_greatest <= greatest + 1e-9, "{backoff:?} {n}: greatest {found_greatest}");
            assert!(about(found_greatest, greatest), "{backoff:?} {n}: greatest {found_greatest}");
            assert!((mean - (least + greatest) / 2.0).abs() <= 0.01 * width + 1e-9, "{backoff:?} {n}: mean {mean}");
        }
    }

    #[test]
    fn sidekiq_waits_the_fourth_power_and_a_whole_number_of_seconds() {
        let table =
            [(1, 15.0, 24.0), (2, 16.0, 35.0), (3, 31.0, 60.0), (10, 6576.0, 6675.0), (25, 331_791.0, 332_040.0)];
        assert_between(Backoff::Sidekiq, &table);
        let (least, ..) = delays(Backoff::Sidekiq, 7);
        assert_eq!(least.fract(), 0.0);
    }

    #[test]
    fn sidekiq_6_and_faktory_wait_the_fourth_power_and_a_multiple_of_the_number_of_the_retry() {
        assert_between(
            Backoff::Sidekiq6,
            &[(1, 15.0, 44.0), (2, 16.0, 74.0), (3, 31.0, 118.0), (25, 331_791.0, 332_516.0)],
        );
    }

    #[test]
    fn celery_waits_up_to_a_doubled_bound() {
        let celery = Backoff::Celery { factor: 1.0, most: seconds(600) };
        assert_between(
            celery,
            &[(1, 0.0, 1.0), (2, 0.0, 2.0), (3, 0.0, 4.0), (10, 0.0, 512.0), (11, 0.0, 600.0), (40, 0.0, 600.0)],
        );
        assert_between(
            Backoff::Celery { factor: 5.0, most: seconds(60) },
            &[(1, 0.0, 5.0), (4, 0.0, 40.0), (5, 0.0, 60.0)],
        );
    }

    #[test]
    fn bullmq_doubles_its_delay_and_jitter_only_shortens_it() {
        assert_between(
            Backoff::BullMq { delay: seconds(3), jitter: share(0.0) },
            &[(1, 3.0, 3.0), (2, 6.0, 6.0), (5, 48.0, 48.0)],
        );
        assert_between(Backoff::BullMq { delay: seconds(3), jitter: share(0.5) }, &[(1, 1.5, 3.0), (3, 6.0, 12.0)]);
    }

    #[test]
    fn oban_river_and_active_job_stay_within_their_jitter() {
        assert_between(Backoff::Oban, &[(1, 17.0, 18.7), (2, 19.0, 20.9), (10, 1039.0, 1142.9)]);
        assert_between(Backoff::River, &[(1, 0.9, 1.1), (2, 14.4, 17.6), (25, 351_562.5, 429_687.5)]);
        assert_between(Backoff::ActiveJob, &[(1, 3.0, 3.15), (2, 18.0, 20.4), (5, 627.0, 720.75)]);
    }

    #[test]
    fn delays_without_jitter_are_exact() {
        let exactly = |backoff, table: &[(u32, f64)]| {
            assert_between(backoff, &table.iter().map(|&(n, delay)| (n, delay, delay)).collect::<Vec<_>>());
        };
        exactly(Backoff::DelayedJob, &[(1, 6.0), (2, 21.0), (3, 86.0), (25, 390_630.0)]);
        exactly(Backoff::Kubernetes, &[(1, 10.0), (2, 20.0), (3, 40.0), (6, 320.0), (7, 360.0), (2_000, 360.0)]);
        exactly(Backoff::Constant(seconds(180)), &[(1, 180.0), (3, 180.0)]);
        exactly(Backoff::Sqs(seconds(30)), &[(1, 30.0), (9, 30.0)]);
        let exponential = |most| Backoff::Exponential { first: seconds(2), factor: 3.0, most, jitter: share(0.0) };
        exactly(exponential(None), &[(1, 2.0), (2, 6.0), (4, 54.0)]);
        exactly(exponential(Some(seconds(50))), &[(3, 18.0), (4, 50.0), (900, 50.0)]);
    }

    #[test]
    fn jitter_of_an_exponential_shortens_and_lengthens() {
        let backoff =
            Backoff::Exponential { first: seconds(10), factor: 2.0, most: Some(seconds(20)), jitter: share(0.25) };
        assert_between(backoff, &[(1, 7.5, 12.5), (2, 15.0, 25.0), (3, 15.0, 25.0)]);
    }

    #[test]
    fn sqs_counts_from_the_start_of_the_attempt() {
        let mut stream = ReplicationSeed { master: 3, replication: 0 }.stream("backoff");
        let at = |time| SimTime::ZERO.after(seconds(time));
        let mut after = |now| due(Backoff::Sqs(seconds(30)), 1, (at(100), at(now)), &mut stream);
        assert_eq!((after(105), after(140)), (at(130), at(140)));
    }
}
