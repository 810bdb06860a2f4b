//! Sketches that are put away: only the buckets that hold times, without room between them.

use super::sketch::{mean_of, rank_of};
use super::{Quantile, Sketch, Totals};

/// Sketches folded one after the other, in the memory of their times and not of their range.
#[derive(Clone, Debug, Default)]
pub struct Archive<const BITS: u32> {
    /// Buckets that hold times, sketch by sketch: the count in the lower 48 bits, and the bucket above.
    counts: Vec<u64>,
    sketches: Vec<Entry>,
    /// Room to fold in.
    scratch: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where its buckets end.
    end: usize,
    count: u64,
    totals: Totals,
}

/// A sketch of an archive.
#[derive(Clone, Copy, Debug)]
pub struct Folded<'a, const BITS: u32> {
    counts: &'a [u64],
    count: u64,
    pub(super) totals: Totals,
}

const COUNT_BITS: u32 = 48;
/// Buckets of an octave that are passed over at once where they hold no times.
const GROUP: usize = 4;

fn is_empty(buckets: &[u64]) -> bool {
    buckets.iter().fold(0, |all, count| all | count) == 0
}

impl<const BITS: u32> Archive<BITS> {
    /// Puts the times of a sketch away behind the others, and leaves a sketch without times that has kept its room.
    ///
    /// # Panics
    /// With more than 2^48 times, or any that are not known.
    pub fn put(&mut self, sketch: &mut Sketch<BITS>) {
        assert!(sketch.count() >> COUNT_BITS == 0, "more than 2^{COUNT_BITS} times");
        assert!(sketch.censored() == 0 && sketch.never() == 0, "only known times are folded");
        let mut room = std::mem::take(&mut sketch.counts);
        let scratch = &mut self.scratch;
        scratch.resize(scratch.len().max(room.len()), 0);
        let mut filled = 0;
        for (octave, buckets) in (0..).zip(room.chunks_exact_mut(1 << BITS)) {
            if is_empty(buckets) {
                continue;
            }
            for (group, buckets) in (0..).zip(buckets.as_chunks_mut::<GROUP>().0) {
                if is_empty(buckets) {
                    continue;
                }
                let first = (octave << BITS) + group * GROUP as u64;
                let folded = &mut scratch[filled..filled + GROUP];
                let mut held = 0;
                // Written whether it holds times or not: a branch could not be predicted.
                for (bucket, count) in (first..).zip(std::mem::take(buckets)) {
                    folded[held % GROUP] = bucket << COUNT_BITS | count;
                    held += usize::from(count > 0);
                }
                filled += held;
            }
        }
        self.counts.extend_from_slice(&scratch[..filled]);
        let Sketch { count, sum, min, max, .. } = std::mem::take(sketch);
        sketch.counts = room;
        self.sketches.push(Entry { end: self.counts.len(), count, totals: Totals { sum, min, max } });
    }

    /// The sketch that was put away at this place, from 0; `None` behind the last one.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<Folded<'_, BITS>> {
        let &Entry { end, count, totals } = self.sketches.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| self.sketches[before].end);
        Some(Folded { counts: &self.counts[start..end], count, totals })
    }
}

impl<const BITS: u32> Folded<'_, BITS> {
    /// Adds its times to another sketch, as [`Sketch::merge`] does.
    pub fn add_to(&self, sketch: &mut Sketch<BITS>) {
        if let Some((last, _)) = self.filled().next_back() {
            sketch.make_room(last);
        }
        self.filled().for_each(|(bucket, count)| sketch.counts[bucket] += count);
        sketch.note(self.count, &self.totals);
    }

    /// Mean of its times, as [`Sketch::mean`].
    #[must_use]
    pub fn mean(&self) -> Option<Quantile> {
        (self.count > 0).then(|| Quantile::Exactly(mean_of(self.totals.sum, self.count)))
    }

    /// The quantiles of some ascending shares, as [`Sketch::quantiles`].
    ///
    /// # Panics
    /// When a share is smaller than the one before it.
    #[must_use]
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [Option<Quantile>; N] {
        assert!(shares.is_sorted(), "shares ascend");
        let (mut filled, mut bucket, mut below) = (self.filled(), None, 0);
        shares.map(|share| {
            let rank = rank_of(share, self.count);
            while below < rank {
                let (next, count) = filled.next()?;
                (bucket, below) = (Some(next), below + count);
            }
            bucket
                .map(|bucket| Quantile::Exactly(Sketch::<BITS>::middle_of(bucket, (self.totals.min, self.totals.max))))
        })
    }

    pub(super) fn filled(&self) -> impl DoubleEndedIterator<Item = (usize, u64)> + '_ {
        self.counts.iter().map(|entry| ((entry >> COUNT_BITS) as usize, entry & ((1 << COUNT_BITS) - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_unfolds_to_the_same_times_and_leaves_none() {
        let unfold = |folded: Folded<'_, 5>| {
            let mut sketch = Sketch::default();
            folded.add_to(&mut sketch);
            sketch
        };
        let (mut archive, mut sketch) = (Archive::default(), Sketch::<5>::default());
        archive.put(&mut sketch);
        assert_eq!(archive.get(0).map(unfold), Some(sketch.clone()));
        assert!(archive.get(1).is_none());
        for round in 1..4 {
            (0..1_000).for_each(|i| sketch.record(i * i * i * round * 977));
            sketch.record_zeros(5_000_000_000 * round);
            let before = sketch.clone();
            archive.put(&mut sketch);
            let folded = archive.get(round as usize).expect("it was put there");
            let shares = [0.0, 0.001, 0.5, 0.9, 0.999, 1.0];
            assert_eq!(
                (folded.mean(), folded.quantiles(shares)),
                (before.mean(), shares.map(|at| before.quantile(at)))
            );
            let unfolded = unfold(folded);
            assert_eq!(unfolded.count(), before.count());
            assert_eq!((unfolded.mean(), unfolded.max()), (before.mean(), before.max()));
            assert!(unfolded.buckets().eq(before.buckets()));
            assert_eq!((sketch.count(), sketch.mean(), sketch.buckets().count()), (0, None, 0));
        }
    }
}
