//! The times of a sketch as the steps of their distribution beyond x.
//!
//! A sketch knows of a bucket only its ends. Where times are discrete (constant service times, fixed schedules), a bucket that holds
//! times stands alone between empty ones, and the time in it is told best by the roundest number between its ends: `2 s`, not
//! the upper end `2.005 s`. Where times are dense, the upper end is taken, beyond which the count is exact.

use super::profile::Pooled;
use super::sketch::Sketch;

const SECOND: u64 = 1_000_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Multiples of these are round, the first most, from an hour to a second.
const ROUND: [u64; 14] = [
    24 * HOUR,
    12 * HOUR,
    6 * HOUR,
    2 * HOUR,
    HOUR,
    30 * MINUTE,
    10 * MINUTE,
    5 * MINUTE,
    2 * MINUTE,
    MINUTE,
    30 * SECOND,
    10 * SECOND,
    5 * SECOND,
    2 * SECOND,
];

impl<const BITS: u32> Pooled<BITS> {
    /// The steps of the distribution, ascending: (seconds, jobs that the step holds), those known from below at their lower bound. All
    /// times of a step lie in one bucket, so that its seconds are off by at most the width of a bucket; those of zero and of the longest
    /// time are exact.
    pub fn steps(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let is_empty = |bucket: Option<usize>| bucket.is_none_or(|bucket| self.number(bucket) <= 0.0);
        let held = (0..self.len()).filter(|&bucket| self.number(bucket) > 0.0);
        held.map(move |bucket| {
            let (low, high) = (Sketch::<BITS>::lower_end(bucket), Sketch::<BITS>::upper_end(bucket));
            let low = low.max(self.min.saturating_sub(1));
            let stands_alone = is_empty(bucket.checked_sub(1)) && is_empty(bucket.checked_add(1));
            let nanos = match high {
                high if high >= self.max => self.max,
                high if stands_alone => roundest(low, high),
                high => high,
            };
            (nanos as f64 / SECOND as f64, self.number(bucket))
        })
    }
}

/// The roundest number above `low` and up to `high`.
fn roundest(low: u64, high: u64) -> u64 {
    let powers = (0..=9).rev().map(|power| 10_u64.pow(power));
    let decimals = powers.flat_map(|power| [5, 2, 1].map(|digit| digit * power).into_iter());
    let finer = decimals.filter(|&step| step <= SECOND);
    let multiples = ROUND.into_iter().chain(finer).map(|step| high / step * step);
    multiples.into_iter().find(|&multiple| multiple > low).unwrap_or(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Profile;

    fn steps(millis: &[u64]) -> Vec<(f64, u64)> {
        let mut sketch = Sketch::<7>::default();
        millis.iter().for_each(|time| sketch.record(time * 1_000_000));
        let mut pooled = Pooled::default();
        pooled.add(&Profile::of(&sketch), 1.0);
        pooled.steps().map(|(seconds, jobs)| (seconds, jobs as u64)).collect()
    }

    #[test]
    fn discrete_times_are_told_as_they_are() {
        assert_eq!(steps(&[0, 2_000, 4_000, 6_000]), [(0.0, 1), (2.0, 1), (4.0, 1), (6.0, 1)]);
        assert_eq!(
            steps(&[1_250, 2_500, 3_750, 5_000]).iter().map(|step| step.0).collect::<Vec<_>>(),
            [1.25, 2.5, 3.75, 5.0]
        );
        let minutes = steps(&[4_980_000, 8_400_000, 9_000_000]);
        assert_eq!(minutes, [(4_980.0, 1), (8_400.0, 1), (9_000.0, 1)]);
        assert_eq!(steps(&[7_301, 7_301]), [(7.301, 2)]);
    }

    #[test]
    fn dense_times_are_counted_up_to_the_ends_of_buckets() {
        let times: Vec<u64> = (1_000..2_000).collect();
        let mut beyond = 1_000;
        for (seconds, count) in steps(&times) {
            beyond -= count;
            assert_eq!(times.iter().filter(|&&millis| millis as f64 / 1e3 > seconds).count() as u64, beyond);
        }
    }

    #[test]
    fn no_times_have_no_steps() {
        assert_eq!(steps(&[]), []);
    }
}
