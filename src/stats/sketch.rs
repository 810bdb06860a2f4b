//! A log-linear histogram of times: quantiles with a stated relative error, merged exactly in any order.
//!
//! The layout is that of Tene's HdrHistogram: every octave is cut into 2^BITS equal buckets, so the bucket of a time
//! is found by counting leading zeros and shifting, without a search.

use std::ops::Range;

use serde::{Deserialize, Serialize};

const NANOS_PER_SECOND: f64 = 1e9;

/// Times are told apart in steps of 2^10 nanoseconds (about 1 us), which is far below what a wait of a job matters
/// by and saves ten octaves of empty buckets in every sketch.
const STEP_BITS: u32 = 10;

/// Times in nanoseconds, counted in buckets whose width is at most 2^-BITS of their lower end, and at least 1.024 us:
/// a quantile is off by at most 2^-(BITS+1) of its value or 0.512 us, whichever is larger. A time of zero has a bucket
/// of its own. Remembers sum, minimum and maximum exactly.
///
/// Times of jobs that were still waiting at the horizon are *censored*: known to be at least some value. They count
/// in every share and rank.
///
/// An empty sketch owns no memory; one that holds times up to 8 h has at most 32 x 2^BITS counters of 8 bytes. The
/// counters are 64-bit because merged replications of a busy day exceed 2^32 jobs in the bucket of zero.
///
/// What recording touches lies together, in one cache line beside the one of the counter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[repr(C, align(64))]
pub struct Sketch<const BITS: u32> {
    /// Bucket 0 holds zeros; the others hold times above their lower end, up to and including their upper end.
    pub(super) counts: Vec<u64>,
    pub(super) count: u64,
    pub(super) sum: u128,
    pub(super) min: u64,
    pub(super) max: u64,
    /// Of `counts`, the censored ones at their lower bounds.
    censored_counts: Vec<u64>,
    censored: u64,
    /// Greatest lower bound among the censored times.
    max_censored: u64,
}

/// Sum, minimum and maximum of some times in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Totals {
    pub(super) sum: u128,
    pub(super) min: u64,
    pub(super) max: u64,
}

impl Totals {
    /// Those of these times.
    #[must_use]
    pub fn of(times: &[u64]) -> Self {
        times.iter().fold(Self { sum: 0, min: u64::MAX, max: 0 }, |Self { sum, min, max }, &nanos| Self {
            sum: sum + u128::from(nanos),
            min: min.min(nanos),
            max: max.max(nanos),
        })
    }
}

/// How far, as a share of itself, a quantile may be moved by censored times and still count as known.
const FAR: f64 = 0.05;

/// A quantile of times of which some are known only to be longer than stated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Quantile {
    /// This many seconds.
    Exactly(f64),
    /// At least the first and at most the second number of seconds: a few censored times could move it, but hardly.
    Between(f64, f64),
    /// At least this many seconds: censored times could move it far.
    AtLeast(f64),
}

impl<const BITS: u32> Default for Sketch<BITS> {
    fn default() -> Self {
        Self {
            counts: Vec::new(),
            count: 0,
            sum: 0,
            min: u64::MAX,
            max: 0,
            censored_counts: Vec::new(),
            censored: 0,
            max_censored: 0,
        }
    }
}

impl<const BITS: u32> Sketch<BITS> {
    /// Counts a time.
    #[inline]
    pub fn record(&mut self, nanos: u64) {
        let bucket = Self::bucket_of(nanos);
        match self.counts.get_mut(bucket) {
            Some(count) => *count += 1,
            None => count_first::<BITS>(&mut self.counts, bucket),
        }
        self.count += 1;
        self.sum += u128::from(nanos);
        // New extremes are rare: a branch saves their stores.
        if nanos < self.min {
            self.min = nanos;
        }
        if nanos > self.max {
            self.max = nanos;
        }
    }

    /// Counts many times; `totals` are theirs.
    pub fn record_all(&mut self, times: &[u64], totals: &Totals) {
        // Taken out, nothing else can see the counts and their number stays in a register.
        let mut counts = std::mem::take(&mut self.counts);
        for bucket in times.iter().map(|&nanos| Self::bucket_of(nanos)) {
            match counts.get_mut(bucket) {
                Some(count) => *count += 1,
                None => count_first::<BITS>(&mut counts, bucket),
            }
        }
        self.counts = counts;
        self.note(times.len() as u64, totals);
    }

    /// Notes how many times were counted, and their totals.
    pub(super) fn note(&mut self, count: u64, totals: &Totals) {
        self.count += count;
        self.sum += totals.sum;
        (self.min, self.max) = (self.min.min(totals.min), self.max.max(totals.max));
    }

    /// Has room for the counts up to this bucket, by whole octaves.
    pub(super) fn make_room(&mut self, bucket: usize) {
        make_room::<BITS>(&mut self.counts, bucket);
    }

    /// Counts this many times of zero.
    pub fn record_zeros(&mut self, number: u64) {
        if number > 0 {
            self.record(0);
            self.counts[0] += number - 1;
            self.count += number - 1;
        }
    }

    /// Forgets all times, and keeps their room.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        self.censored_counts.fill(0);
        let (counts, censored_counts) = (std::mem::take(&mut self.counts), std::mem::take(&mut self.censored_counts));
        *self = Self { counts, censored_counts, ..Self::default() };
    }

    /// Counts a time that is known to be at least `nanos`.
    pub fn record_censored(&mut self, nanos: u64) {
        self.record(nanos);
        let bucket = Self::bucket_of(nanos);
        match self.censored_counts.get_mut(bucket) {
            Some(count) => *count += 1,
            None => count_first::<BITS>(&mut self.censored_counts, bucket),
        }
        self.censored += 1;
        self.max_censored = self.max_censored.max(nanos);
    }

    /// Adds the counts of another sketch; exact, in any order.
    pub fn merge(&mut self, other: &Self) {
        add_counts(&mut self.counts, &other.counts);
        add_counts(&mut self.censored_counts, &other.censored_counts);
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.censored += other.censored;
        self.max_censored = self.max_censored.max(other.max_censored);
    }

    /// Times counted, censored ones included.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Censored times counted.
    #[must_use]
    pub fn censored(&self) -> u64 {
        self.censored
    }

    /// The mean in seconds, from the exact sum; a lower bound when more than one time in a thousand is censored (the few
    /// jobs that are in the system at any instant do not matter). `None` without times.
    #[must_use]
    pub fn mean(&self) -> Option<Quantile> {
        (self.count > 0).then(|| self.qualify(mean_of(self.sum, self.count), self.censored * 1000 > self.count))
    }

    /// The largest in seconds, exactly; a lower bound when it is a censored one. `None` without times.
    #[must_use]
    pub fn max(&self) -> Option<Quantile> {
        let unsure = self.censored > 0 && self.max_censored == self.max;
        (self.count > 0).then(|| self.qualify(self.max as f64 / NANOS_PER_SECOND, unsure))
    }

    /// The smallest time that at least `share` of the times do not exceed: that of rank ceil(share x count), at
    /// least 1 (the nearest-rank definition). The middle of its bucket, kept between the exact minimum and maximum.
    /// Censored times could move it up, at most to where it is when they are longer than every known time. Where that is
    /// further than the next bucket, both ends are given; where it is more than a twentieth or unbounded, the lower one. `None`
    /// without times.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Quantile> {
        let rank = rank_of(share, self.count);
        let bucket = self.bucket_of_rank(rank, &[], &mut (0, 0))?;
        let seconds = Self::middle_of(bucket, (self.min, self.max));
        if self.censored == 0 {
            return Some(Quantile::Exactly(seconds));
        }
        Some(match self.bucket_of_rank(rank, &self.censored_counts, &mut (0, 0)) {
            Some(highest) if highest <= bucket + 1 => Quantile::Exactly(seconds),
            Some(highest) => {
                let most = Self::upper_end(highest).min(self.max) as f64 / NANOS_PER_SECOND;
                if most <= seconds * (1.0 + FAR) {
                    Quantile::Between(seconds, most)
                } else {
                    Quantile::AtLeast(seconds)
                }
            }
            None => Quantile::AtLeast(seconds),
        })
    }

    /// The quantiles of some ascending shares, as [`Sketch::quantile`], in one pass.
    ///
    /// # Panics
    /// When a share is smaller than the one before it.
    #[must_use]
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [Option<Quantile>; N] {
        assert!(shares.is_sorted(), "shares ascend");
        if self.censored > 0 {
            return shares.map(|share| self.quantile(share));
        }
        let mut passed = (0, 0);
        shares.map(|share| {
            let bucket = self.bucket_of_rank(rank_of(share, self.count), &[], &mut passed)?;
            Some(Quantile::Exactly(Self::middle_of(bucket, (self.min, self.max))))
        })
    }

    /// The buckets that hold times, ascending: (upper end in seconds, times in the bucket), censored ones at their
    /// lower bound. A time at the upper end belongs to the bucket; the last ends at the exact maximum.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.counts.iter().enumerate().filter(|&(_, &count)| count > 0).map(|(bucket, &count)| {
            let upper = Self::upper_end(bucket).min(self.max);
            (upper as f64 / NANOS_PER_SECOND, count)
        })
    }

    fn qualify(&self, seconds: f64, unsure: bool) -> Quantile {
        if unsure { Quantile::AtLeast(seconds) } else { Quantile::Exactly(seconds) }
    }

    /// The middle of a bucket in seconds, kept between the exact minimum and maximum.
    pub(super) fn middle_of(bucket: usize, (min, max): (u64, u64)) -> f64 {
        let (low, high) = (Self::lower_end(bucket), Self::upper_end(bucket));
        (low + (high - low) / 2).clamp(min, max) as f64 / NANOS_PER_SECOND
    }

    /// The bucket of a rank among the times that are not left out. Whole octaves are passed at once, which is ten times faster
    /// where most of them are empty; `passed` is where those begin that are not passed yet, and the times below.
    fn bucket_of_rank(&self, rank: u64, left_out: &[u64], passed: &mut (usize, u64)) -> Option<usize> {
        let times = |buckets: Range<usize>| {
            let left_out: u64 = left_out.get(buckets.clone()).unwrap_or_default().iter().sum();
            self.counts[buckets].iter().sum::<u64>() - left_out
        };
        let (octave, below) = passed;
        while *octave < self.counts.len() {
            let inside = times(*octave..*octave + (1 << BITS));
            if *below + inside >= rank {
                let mut below = *below;
                return (*octave..).find(|&bucket| {
                    below += times(bucket..bucket + 1);
                    below >= rank
                });
            }
            (*octave, *below) = (*octave + (1 << BITS), *below + inside);
        }
        None
    }

    /// 0 for zero, else 1 + the log-linear index of the step that holds the time. Steps up to 2^BITS have a bucket
    /// each; from there on every octave has 2^BITS.
    #[inline]
    fn bucket_of(nanos: u64) -> usize {
        let step = nanos.saturating_sub(1) >> STEP_BITS;
        let octave = (63 - (step | (1 << BITS)).leading_zeros()) - BITS;
        let index = (u64::from(octave) << BITS) + (step >> octave);
        index as usize + usize::from(nanos > 0)
    }

    /// A bucket holds the times above this.
    pub(super) fn lower_end(bucket: usize) -> u64 {
        bucket.checked_sub(1).map_or(0, |index| Self::first_step(index as u64) << STEP_BITS)
    }

    /// A bucket holds the times up to this, included.
    pub(super) fn upper_end(bucket: usize) -> u64 {
        let step = u128::from(Self::first_step(bucket as u64));
        u64::try_from(step << STEP_BITS).unwrap_or(u64::MAX)
    }

    /// The inverse of the index in `bucket_of`.
    fn first_step(index: u64) -> u64 {
        let octave = (index >> BITS).saturating_sub(1);
        (index - (octave << BITS)) << octave
    }
}

/// The mean in seconds.
pub(super) fn mean_of(sum: u128, count: u64) -> f64 {
    sum as f64 / count as f64 / NANOS_PER_SECOND
}

/// ceil(share x count) from 1 to the count. The factor takes off the rounding of a share such as 0.07 and of
/// the product, which would lift 7 of 100 to rank 8.
pub(super) fn rank_of(share: f64, count: u64) -> u64 {
    let exact = share * count as f64 * (1.0 - 2.0 * f64::EPSILON);
    (exact.ceil() as u64).min(count).max(1)
}

/// Makes room for a bucket, and counts in it.
#[cold]
fn count_first<const BITS: u32>(counts: &mut Vec<u64>, bucket: usize) {
    make_room::<BITS>(counts, bucket);
    counts[bucket] += 1;
}

/// By whole octaves, so that a sketch grows at most once an octave.
fn make_room<const BITS: u32>(counts: &mut Vec<u64>, bucket: usize) {
    let octaves = (bucket >> BITS) + 1;
    counts.resize(counts.len().max(octaves << BITS), 0);
}

fn add_counts(mine: &mut Vec<u64>, theirs: &[u64]) {
    if mine.len() < theirs.len() {
        mine.resize(theirs.len(), 0);
    }
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine += theirs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;
    use rand::Rng;

    type Fine = Sketch<7>;

    fn sketch_of(times: &[u64]) -> Fine {
        let mut sketch = Fine::default();
        times.iter().for_each(|&nanos| sketch.record(nanos));
        sketch
    }

    /// Times over 15 decades, with many zeros.
    fn wild_times(n: usize, name: &str) -> Vec<u64> {
        let mut stream = ReplicationSeed { master: 1, replication: 0 }.stream(name);
        (0..n)
            .map(|_| {
                let bits = stream.next_u64();
                if bits.is_multiple_of(7) { 0 } else { bits >> (10 + stream.next_u64() % 50) }
            })
            .collect()
    }

    fn seconds(quantile: Option<Quantile>) -> f64 {
        match quantile {
            Some(Quantile::Exactly(s) | Quantile::Between(s, _) | Quantile::AtLeast(s)) => s,
            None => panic!("no times"),
        }
    }

    fn close(found: f64, exact_nanos: u64, bits: i32) -> bool {
        let exact = exact_nanos as f64 / 1e9;
        (found - exact).abs() <= (exact * 2f64.powi(-bits - 1)).max(0.512e-6) * (1.0 + 1e-12)
    }

    #[test]
    fn every_quantile_is_within_the_stated_error_of_the_sorted_times() {
        for n in [1, 2, 5, 100, 5_000] {
            let mut times = wild_times(n, "errors");
            let sketch = sketch_of(&times);
            let mut coarse = Sketch::<5>::default();
            times.iter().for_each(|&nanos| coarse.record(nanos));
            times.sort_unstable();
            for i in 0..=1_000_usize {
                let exact = times[(i * n).div_ceil(1_000).max(1) - 1];
                let share = i as f64 / 1_000.0;
                assert!(close(seconds(sketch.quantile(share)), exact, 7), "n {n}, share {share}, exact {exact}");
                assert!(close(seconds(coarse.quantile(share)), exact, 5), "n {n}, share {share}, exact {exact}");
            }
        }
    }

    #[test]
    fn a_quantile_is_the_nearest_rank() {
        let second = 1_000_000_000;
        assert_eq!(sketch_of(&[3 * second]).quantile(0.01), Some(Quantile::Exactly(3.0)));
        assert_eq!(sketch_of(&[3 * second]).quantile(0.99), Some(Quantile::Exactly(3.0)));
        let two = sketch_of(&[second, 4 * second]);
        assert!(close(seconds(two.quantile(0.5)), second, 7));
        assert!(close(seconds(two.quantile(0.501)), 4 * second, 7));
        let five = sketch_of(&[5 * second, second, 2 * second, 4 * second, 3 * second]);
        for (share, rank) in [(0.0, 1), (0.2, 1), (0.21, 2), (0.5, 3), (0.6, 3), (0.8, 4), (0.95, 5), (1.0, 5)] {
            assert!(close(seconds(five.quantile(share)), rank * second, 7), "{share}");
        }
    }

    #[test]
    fn several_quantiles_are_those_found_one_by_one() {
        let shares = [0.0, 0.3, 0.5, 0.5, 0.95, 0.99, 1.0];
        for n in [0, 1, 2, 7, 1_000] {
            let mut sketch = sketch_of(&wild_times(n, "several"));
            assert_eq!(sketch.quantiles(shares), shares.map(|share| sketch.quantile(share)), "n {n}");
            sketch.record_censored(1 << 40);
            assert_eq!(sketch.quantiles(shares), shares.map(|share| sketch.quantile(share)), "n {n}, censored");
        }
    }

    #[test]
    fn a_share_that_is_not_binary_does_not_move_the_rank() {
        let times: Vec<u64> = (1..=100).map(|i| i * 1_000_000_000).collect();
        let sketch = sketch_of(&times);
        for percent in 1..=100_u64 {
            let share = percent as f64 / 100.0;
            assert!(close(seconds(sketch.quantile(share)), percent * 1_000_000_000, 7), "{share}");
        }
    }

    #[test]
    fn merging_in_any_order_equals_recording_everything_in_one() {
        let parts: Vec<Vec<u64>> = (0..4).map(|i| wild_times(300 * i, &format!("part {i}"))).collect();
        let mut whole = sketch_of(&parts.concat());
        whole.record_censored(77);
        let mut last = sketch_of(&parts[0]);
        last.record_censored(77);
        let sketches = [last, sketch_of(&parts[1]), sketch_of(&parts[2]), sketch_of(&parts[3])];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let mut merged = Fine::default();
            order.iter().for_each(|&i| merged.merge(&sketches[i]));
            assert_eq!(merged, whole);
        }
    }

    #[test]
    fn many_times_count_as_one_by_one() {
        let mut sketch = Fine::default();
        for part in wild_times(1_000, "many").chunks(300) {
            sketch.record_all(part, &Totals::of(part));
            sketch.record_all(&[], &Totals::of(&[]));
        }
        assert_eq!(sketch, sketch_of(&wild_times(1_000, "many")));
    }

    #[test]
    fn mean_and_maximum_are_exact() {
        let sketch = sketch_of(&[0, 1, u64::MAX, 3]);
        assert_eq!(sketch.max(), Some(Quantile::Exactly(u64::MAX as f64 / 1e9)));
        assert_eq!(sketch.mean(), Some(Quantile::Exactly((u128::from(u64::MAX) + 4) as f64 / 4.0 / 1e9)));
        assert_eq!(sketch.count(), 4);
    }

    #[test]
    fn a_sketch_without_times_has_no_figures() {
        let empty = Fine::default();
        assert_eq!((empty.mean(), empty.max(), empty.quantile(0.5)), (None, None, None));
        assert_eq!(empty.buckets().count(), 0);
    }

    #[test]
    fn zero_waits_stay_zero() {
        let mut sketch = sketch_of(&[0; 99]);
        sketch.record(5_000_000_000);
        assert_eq!(sketch.quantile(0.99), Some(Quantile::Exactly(0.0)));
        assert_eq!(sketch.buckets().next(), Some((0.0, 99)));
    }

    #[test]
    fn what_a_censored_time_could_move_is_a_lower_bound() {
        let second = 1_000_000_000;
        let mut sketch = sketch_of(&[second, 2 * second, 3 * second, 10 * second]);
        sketch.record_censored(5 * second);
        assert!(matches!(sketch.quantile(0.6), Some(Quantile::Exactly(s)) if (s - 3.0).abs() < 0.02));
        assert!(matches!(sketch.quantile(0.8), Some(Quantile::AtLeast(s)) if (s - 5.0).abs() < 0.03));
        assert_eq!(sketch.quantile(1.0), Some(Quantile::AtLeast(10.0)));
        assert_eq!(sketch.max(), Some(Quantile::Exactly(10.0)));
        sketch.record_censored(20 * second);
        assert_eq!(sketch.max(), Some(Quantile::AtLeast(20.0)));
        assert!(matches!(sketch.mean(), Some(Quantile::AtLeast(s)) if (s - 41.0 / 6.0).abs() < 1e-12));
        assert_eq!((sketch.count(), sketch.censored()), (6, 2));
    }

    /// Of 1 000 times twenty are unfinished: the 95th percentile is the 930th of the others if they are shorter, and the 950th if longer.
    #[test]
    fn a_few_unfinished_jobs_leave_a_percentile_between_close_ends() {
        let mut sketch = Fine::default();
        (1..=980).for_each(|i| sketch.record(i * 100_000_000));
        (0..20).for_each(|_| sketch.record_censored(50_000_000));
        match sketch.quantile(0.95) {
            Some(Quantile::Between(least, most)) => {
                assert!((least - 93.0).abs() <= 93.0 * 0.004 && (95.0..95.8).contains(&most), "{least} {most}");
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(sketch.quantile(0.995), Some(Quantile::AtLeast(_))));
    }

    #[test]
    fn buckets_cover_all_times_without_gaps_or_overlaps() {
        for bucket in 0..Fine::bucket_of(u64::MAX) {
            assert_eq!(Fine::upper_end(bucket), Fine::lower_end(bucket + 1), "{bucket}");
            assert_eq!(Fine::bucket_of(Fine::upper_end(bucket)), bucket);
            assert_eq!(Fine::bucket_of(Fine::upper_end(bucket) + 1), bucket + 1);
        }
        assert_eq!(Fine::upper_end(Fine::bucket_of(u64::MAX)), u64::MAX);
    }

    #[test]
    fn counts_beyond_the_upper_end_of_a_bucket_are_exact() {
        let times = wild_times(2_000, "tail");
        let sketch = sketch_of(&times);
        let mut left = sketch.count();
        for (upper, count) in sketch.buckets() {
            left -= count;
            assert_eq!(times.iter().filter(|&&nanos| nanos as f64 / 1e9 > upper).count() as u64, left);
        }
        assert_eq!(left, 0);
    }
}
