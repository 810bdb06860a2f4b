//! A sketch that is put away: only the buckets that hold times, without room between them.

use super::{Quantile, Sketch};

/// A sketch folded by [`Sketch::fold`], in the memory of its times and not of its range.
#[derive(Clone, Debug)]
pub struct Folded<const BITS: u32> {
    /// Buckets that hold times: the count in the lower 48 bits, and the bucket above.
    counts: Box<[u64]>,
    /// The sketch without its counts.
    rest: Sketch<BITS>,
}

const COUNT_BITS: u32 = 48;
/// Buckets that are passed over at once where they hold no times.
const GROUP: usize = 8;

impl<const BITS: u32> Sketch<BITS> {
    /// Puts the times away, and leaves a sketch without times that has kept its room. `scratch` is room to work in.
    ///
    /// # Panics
    /// With more than 2^48 times.
    #[must_use]
    pub fn fold(&mut self, scratch: &mut Vec<u64>) -> Folded<BITS> {
        assert!(self.count() >> COUNT_BITS == 0, "more than 2^{COUNT_BITS} times");
        let mut room = std::mem::take(&mut self.counts);
        scratch.resize(scratch.len().max(room.len() + 1), 0);
        let mut filled = 0;
        for (group, buckets) in (0..).zip(room.chunks_mut(GROUP)) {
            if buckets.iter().fold(0, |all, count| all | count) == 0 {
                continue;
            }
            // Written whether it holds times or not: a branch could not be predicted.
            for (bucket, count) in (group * GROUP as u64..).zip(buckets) {
                scratch[filled] = bucket << COUNT_BITS | *count;
                filled += usize::from(*count > 0);
                *count = 0;
            }
        }
        let folded = Folded { counts: scratch[..filled].into(), rest: std::mem::take(self) };
        self.counts = room;
        folded
    }
}

impl<const BITS: u32> Folded<BITS> {
    /// Adds its times to another sketch, as [`Sketch::merge`] does.
    pub fn add_to(&self, sketch: &mut Sketch<BITS>) {
        sketch.merge(&self.rest);
        if let Some((last, _)) = self.filled().next_back() {
            sketch.make_room(last);
        }
        self.filled().for_each(|(bucket, count)| sketch.counts[bucket] += count);
    }

    /// Mean of its times, as [`Sketch::mean`].
    #[must_use]
    pub fn mean(&self) -> Option<Quantile> {
        self.rest.mean()
    }

    /// Some quantiles of its times, as [`Sketch::quantile`].
    #[must_use]
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [Option<Quantile>; N] {
        if self.rest.censored() > 0 {
            let mut sketch = Sketch::default();
            self.add_to(&mut sketch);
            return shares.map(|share| sketch.quantile(share));
        }
        shares.map(|share| {
            let (rank, mut below) = (self.rest.rank(share), 0);
            let bucket = self.filled().find(|(_, count)| {
                below += count;
                below >= rank
            });
            bucket.map(|(bucket, _)| Quantile::Exactly(self.rest.middle_of(bucket)))
        })
    }

    fn filled(&self) -> impl DoubleEndedIterator<Item = (usize, u64)> + '_ {
        self.counts.iter().map(|entry| ((entry >> COUNT_BITS) as usize, entry & ((1 << COUNT_BITS) - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_unfolds_to_the_same_times_and_leaves_none() {
        let unfold = |folded: Folded<5>| {
            let mut sketch = Sketch::default();
            folded.add_to(&mut sketch);
            sketch
        };
        let mut sketch = Sketch::<5>::default();
        assert_eq!(unfold(sketch.fold(&mut Vec::new())), sketch);
        for round in 1..4 {
            (0..1_000).for_each(|i| sketch.record(i * i * i * round * 977));
            sketch.record_zeros(5_000_000_000 * round);
            if round > 1 {
                sketch.record_censored(round << 50);
            }
            let before = sketch.clone();
            let folded = sketch.fold(&mut Vec::new());
            let shares = [0.0, 0.001, 0.5, 0.9, 0.999, 1.0];
            assert_eq!(
                (folded.mean(), folded.quantiles(shares)),
                (before.mean(), shares.map(|at| before.quantile(at)))
            );
            let unfolded = unfold(folded);
            assert_eq!((unfolded.count(), unfolded.censored()), (before.count(), before.censored()));
            assert_eq!((unfolded.mean(), unfolded.max()), (before.mean(), before.max()));
            assert!(unfolded.buckets().eq(before.buckets()));
            assert_eq!((sketch.count(), sketch.mean(), sketch.buckets().count()), (0, None, 0));
        }
    }
}
