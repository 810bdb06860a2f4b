//! The times of the jobs of one replication, put away, and those of all replications together.
//!
//! Of all jobs of all replications the share beyond a time is a ratio of sums, and a percentile is where that share falls to what is
//! left of the whole. A time that is only known from below counts where it is already too long, and nowhere else.

use serde::{Deserialize, Serialize};

use super::sketch::NANOS_PER_SECOND;
use super::{Folded, Quantile, Sketch, Totals};

/// The times of some jobs: only the buckets of a sketch that hold times.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(into = "Stored", from = "Stored")]
pub struct Profile<const BITS: u32> {
    /// Bucket by bucket, ascending, with how many known times lie in it or below.
    known: Vec<Entry>,
    /// The same of times that are known only from below.
    censored: Vec<Entry>,
    never: u64,
    /// Sum, minimum and maximum in nanoseconds, of times that end or are known from below.
    sum: u128,
    min: u64,
    max: u64,
    max_censored: u64,
}

impl<const BITS: u32> Default for Profile<BITS> {
    fn default() -> Self {
        Self { known: Vec::new(), censored: Vec::new(), never: 0, sum: 0, min: u64::MAX, max: 0, max_censored: 0 }
    }
}

/// A bucket in the upper 16 bits, and how many times lie in it or below.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Entry(u64);

const COUNT_BITS: u32 = 48;

impl Entry {
    fn new(bucket: u32, up_to: u64) -> Self {
        Self(u64::from(bucket) << COUNT_BITS | up_to)
    }

    fn bucket(self) -> u32 {
        (self.0 >> COUNT_BITS) as u32
    }

    fn up_to(self) -> u64 {
        self.0 & ((1 << COUNT_BITS) - 1)
    }
}

/// How a profile is stored: steps from bucket to bucket and counts, small numbers that take a byte each.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    known: Vec<(u32, u64)>,
    censored: Vec<(u32, u64)>,
    never: u64,
    sum: u128,
    min: u64,
    max: u64,
    max_censored: u64,
}

fn steps(entries: &[Entry]) -> Vec<(u32, u64)> {
    let mut last = Entry(0);
    let step = |&entry: &Entry| {
        let step = (entry.bucket() - last.bucket(), entry.up_to() - last.up_to());
        last = entry;
        step
    };
    entries.iter().map(step).collect()
}

fn sums(steps: Vec<(u32, u64)>) -> Vec<Entry> {
    let mut last = (0_u32, 0_u64);
    let sum = |(bucket, count): (u32, u64)| {
        last = (last.0.saturating_add(bucket), last.1.saturating_add(count));
        Entry::new(last.0, last.1)
    };
    steps.into_iter().map(sum).collect()
}

impl<const BITS: u32> From<Profile<BITS>> for Stored {
    fn from(profile: Profile<BITS>) -> Self {
        let Profile { known, censored, never, sum, min, max, max_censored } = profile;
        Self { known: steps(&known), censored: steps(&censored), never, sum, min, max, max_censored }
    }
}

impl<const BITS: u32> From<Stored> for Profile<BITS> {
    fn from(stored: Stored) -> Self {
        let Stored { known, censored, never, sum, min, max, max_censored } = stored;
        Self { known: sums(known), censored: sums(censored), never, sum, min, max, max_censored }
    }
}

/// A profile in as few bytes as it is stored in, for runs that hold very many of them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(into = "Profile<BITS>", from = "Profile<BITS>")]
pub struct PackedProfile<const BITS: u32>(Box<[u8]>);

impl<const BITS: u32> From<Profile<BITS>> for PackedProfile<BITS> {
    #[expect(clippy::expect_used, reason = "memory takes numbers")]
    fn from(profile: Profile<BITS>) -> Self {
        if profile == Profile::default() {
            return Self::default();
        }
        Self(postcard::to_allocvec(&Stored::from(profile)).expect("numbers are packed").into())
    }
}

impl<const BITS: u32> From<PackedProfile<BITS>> for Profile<BITS> {
    fn from(packed: PackedProfile<BITS>) -> Self {
        packed.unpack()
    }
}

impl<const BITS: u32> PackedProfile<BITS> {
    /// The times again.
    #[must_use]
    #[expect(clippy::expect_used, reason = "only what was packed here is unpacked")]
    pub fn unpack(&self) -> Profile<BITS> {
        if self.0.is_empty() {
            return Profile::default();
        }
        postcard::from_bytes::<Stored>(&self.0).expect("what was packed is unpacked").into()
    }
}

/// The buckets with times, each with how many lie in it or below.
fn cumulated(counts: impl Iterator<Item = (u32, u64)>) -> Vec<Entry> {
    let mut below = 0;
    let entry = |(bucket, count)| {
        below += count;
        Entry::new(bucket, below)
    };
    counts.filter(|&(_, count)| count > 0).map(entry).collect()
}

fn up_to(entries: &[Entry], bucket: u32) -> u64 {
    let place = entries.partition_point(|entry| entry.bucket() <= bucket);
    place.checked_sub(1).map_or(0, |before| entries[before].up_to())
}

fn all(entries: &[Entry]) -> u64 {
    entries.last().map_or(0, |entry| entry.up_to())
}

/// Jobs of a replication: all whose side of a bound is known, and those beyond it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Jobs {
    /// All of them.
    pub all: f64,
    /// Those beyond the bound.
    pub beyond: f64,
}

impl std::ops::AddAssign for Jobs {
    fn add_assign(&mut self, other: Self) {
        self.all += other.all;
        self.beyond += other.beyond;
    }
}

impl<const BITS: u32> Profile<BITS> {
    /// The times of a sketch.
    #[must_use]
    pub fn of(sketch: &Sketch<BITS>) -> Self {
        let at = |counts: &[u64], bucket: usize| counts.get(bucket).copied().unwrap_or(0);
        let known = (0..sketch.counts.len())
            .map(|bucket| (bucket as u32, at(&sketch.counts, bucket) - at(&sketch.censored_counts, bucket)));
        Self {
            known: cumulated(known),
            censored: cumulated((0..).zip(sketch.censored_counts.iter().copied())),
            never: sketch.never,
            sum: sketch.sum,
            min: sketch.min,
            max: sketch.max,
            max_censored: sketch.max_censored,
        }
    }

    /// The times of a sketch that was put away.
    #[must_use]
    pub fn of_folded(folded: &Folded<'_, BITS>) -> Self {
        let Totals { sum, min, max } = folded.totals;
        let known = cumulated(folded.filled().map(|(bucket, count)| (bucket as u32, count)));
        Self { known, censored: Vec::new(), never: 0, sum, min, max, max_censored: 0 }
    }

    /// Times that ended, or are known from below.
    #[must_use]
    pub fn count(&self) -> u64 {
        all(&self.known) + all(&self.censored)
    }

    /// Times that are known only from below.
    #[must_use]
    pub fn censored(&self) -> u64 {
        all(&self.censored)
    }

    /// Jobs whose time never ends.
    #[must_use]
    pub fn never(&self) -> u64 {
        self.never
    }

    /// The sum of the times in seconds.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum as f64 / NANOS_PER_SECOND
    }

    /// The largest in seconds; a lower bound when it is one that is known from below. `None` without times.
    #[must_use]
    pub fn max(&self) -> Option<Quantile> {
        let seconds = self.max as f64 / NANOS_PER_SECOND;
        let unsure = self.censored() > 0 && self.max_censored == self.max;
        (self.count() > 0).then_some(if unsure { Quantile::AtLeast(seconds) } else { Quantile::Exactly(seconds) })
    }

    /// The jobs beyond the upper end of a bucket.
    #[must_use]
    pub fn beyond(&self, bucket: u32) -> Jobs {
        let known = all(&self.known);
        let undecided = up_to(&self.censored, bucket);
        let sure = self.never + all(&self.censored) - undecided;
        Jobs { all: (known + sure) as f64, beyond: (known - up_to(&self.known, bucket) + sure) as f64 }
    }
}

/// The times of the jobs of all replications, each with the weight of its replication.
#[derive(Clone, Debug)]
pub struct Pooled<const BITS: u32> {
    known: Vec<f64>,
    censored: Vec<f64>,
    never: f64,
    sum: f64,
    pub(super) min: u64,
    pub(super) max: u64,
    max_censored: Option<u64>,
}

impl<const BITS: u32> Default for Pooled<BITS> {
    fn default() -> Self {
        Self {
            known: Vec::new(),
            censored: Vec::new(),
            never: 0.0,
            sum: 0.0,
            min: u64::MAX,
            max: 0,
            max_censored: None,
        }
    }
}

fn add(counts: &mut Vec<f64>, bucket: usize, number: f64) {
    if counts.len() <= bucket {
        counts.resize(bucket + 1, 0.0);
    }
    counts[bucket] += number;
}

/// Takes off the rounding of a share such as 0.07 and of a product, which would ask for one job more.
const ROUNDING: f64 = 1.0 - 4.0 * f64::EPSILON;
/// How far, as a share of itself, a percentile may be moved by times known from below and still count as known.
const FAR: f64 = 0.05;

impl<const BITS: u32> Pooled<BITS> {
    /// Adds the times of a replication.
    pub fn add(&mut self, profile: &Profile<BITS>, weight: f64) {
        for (counts, entries) in [(&mut self.known, &profile.known), (&mut self.censored, &profile.censored)] {
            let mut below = 0;
            for entry in entries {
                add(counts, entry.bucket() as usize, (entry.up_to() - below) as f64 * weight);
                below = entry.up_to();
            }
        }
        self.never += profile.never as f64 * weight;
        self.sum += profile.sum() * weight;
        (self.min, self.max) = (self.min.min(profile.min), self.max.max(profile.max));
        if profile.censored() > 0 {
            self.max_censored = self.max_censored.max(Some(profile.max_censored));
        }
    }

    /// Forgets all times, and keeps their room.
    pub fn clear(&mut self) {
        let (mut known, mut censored) = (std::mem::take(&mut self.known), std::mem::take(&mut self.censored));
        known.clear();
        censored.clear();
        *self = Self { known, censored, ..Self::default() };
    }

    /// Times that ended, or are known from below.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.known.iter().sum::<f64>() + self.censored.iter().sum::<f64>()
    }

    /// The mean in seconds of the times that ended or are known from below; a lower bound when more than one in a thousand is known only
    /// so. `None` without times.
    #[must_use]
    pub fn mean(&self) -> Option<Quantile> {
        let (count, censored) = (self.count(), self.censored.iter().sum::<f64>());
        let mean = self.sum / count;
        let unsure = censored * 1000.0 > count;
        (count > 0.0).then_some(if unsure { Quantile::AtLeast(mean) } else { Quantile::Exactly(mean) })
    }

    /// The first bucket that, with those below, holds as large a share of the jobs; `None`: none does. `surely`: even if times known from
    /// below never end.
    fn bucket_of(&self, share: f64, surely: bool) -> Option<usize> {
        let known: f64 = self.known.iter().sum();
        let mut open: f64 = self.censored.iter().sum();
        let mut within = 0.0;
        for (bucket, count) in self.known.iter().enumerate() {
            within += count;
            if !surely {
                open -= self.censored.get(bucket).copied().unwrap_or(0.0);
            }
            let wanted = share * (known + self.never + open.max(0.0)) * ROUNDING;
            if *count > 0.0 && within >= wanted {
                return Some(bucket);
            }
        }
        None
    }

    /// The percentile of this share over all jobs, the middle of its bucket. A lower bound when times that are known from below could move
    /// it by more than a twentieth, or when it never ends. `None` without jobs.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Quantile> {
        if self.count() + self.never <= 0.0 {
            return None;
        }
        let longest = self.max as f64 / NANOS_PER_SECOND;
        let Some(bucket) = self.bucket_of(share, false) else { return Some(Quantile::AtLeast(longest)) };
        let seconds = self.middle_of(bucket);
        Some(match self.bucket_of(share, true) {
            Some(highest) if highest <= bucket + 1 => Quantile::Exactly(seconds),
            Some(highest) if self.ends_of(highest).1 <= seconds * (1.0 + FAR) => {
                Quantile::Between(seconds, self.ends_of(highest).1)
            }
            _ => Quantile::AtLeast(seconds),
        })
    }

    /// The bucket of the percentile of this share; `None`: it never ends, or there are no jobs.
    #[must_use]
    pub fn bucket(&self, share: f64) -> Option<u32> {
        self.bucket_of(share, false).map(|bucket| bucket as u32)
    }

    /// The last bucket that holds a time; `None` without times.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        let filled = |counts: &[f64]| counts.iter().rposition(|&count| count > 0.0);
        filled(&self.known).max(filled(&self.censored)).map(|bucket| bucket as u32)
    }

    /// The lower and upper end of a bucket in seconds, kept between the exact minimum and maximum.
    #[must_use]
    pub fn ends_of(&self, bucket: usize) -> (f64, f64) {
        let (low, high) = (Sketch::<BITS>::lower_end(bucket), Sketch::<BITS>::upper_end(bucket));
        let seconds = |nanos: u64| nanos.clamp(self.min, self.max) as f64 / NANOS_PER_SECOND;
        (seconds(low), seconds(high))
    }

    fn middle_of(&self, bucket: usize) -> f64 {
        Sketch::<BITS>::middle_of(bucket, (self.min, self.max))
    }

    /// The percentile of this share in seconds, with times spread evenly over their bucket; the longest time where it never ends.
    #[must_use]
    pub fn smooth_quantile(&self, share: f64) -> f64 {
        let known: f64 = self.known.iter().sum();
        let wanted = share * (known + self.never + self.censored.iter().sum::<f64>());
        let mut within = 0.0;
        for (bucket, &count) in self.known.iter().enumerate() {
            if count > 0.0 && within + count >= wanted {
                let (low, high) = self.ends_of(bucket);
                return low + (high - low) * ((wanted - within) / count).clamp(0.0, 1.0);
            }
            within += count;
        }
        self.max as f64 / NANOS_PER_SECOND
    }

    /// Jobs in a bucket, those known from below at their lower bound.
    pub(super) fn number(&self, bucket: usize) -> f64 {
        let at = |counts: &[f64]| counts.get(bucket).copied().unwrap_or(0.0);
        at(&self.known) + at(&self.censored)
    }

    /// Buckets up to the last one that can hold a time.
    pub(super) fn len(&self) -> usize {
        self.known.len().max(self.censored.len())
    }

    /// Whether all times lie in one bucket.
    #[must_use]
    pub fn is_one_value(&self) -> bool {
        (0..self.len()).filter(|&bucket| self.number(bucket) > 0.0).count() <= 1
    }

    /// Whether the longest time is known, and not only from below.
    #[must_use]
    pub fn ends(&self) -> bool {
        self.max_censored.is_none_or(|censored| censored < self.max)
    }

    /// Jobs whose time never ends.
    #[must_use]
    pub fn never(&self) -> f64 {
        self.never
    }

    /// The bucket that a time in nanoseconds lies in.
    #[must_use]
    pub fn bucket_at(nanos: u64) -> u32 {
        Sketch::<BITS>::bucket_of(nanos) as u32
    }
}
