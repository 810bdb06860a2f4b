//! A set of ranks as a bit mask.

/// Ranks of queues in the list of a pool. The first 64 are in a word of their own: few pools serve more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranks {
    first: u64,
    rest: Vec<u64>,
}

impl Ranks {
    /// An empty set with room for the ranks below `count`.
    pub(crate) fn with_room_for(count: usize) -> Self {
        Self { first: 0, rest: vec![0; count.div_ceil(64).saturating_sub(1)] }
    }

    #[inline]
    pub(crate) fn insert(&mut self, rank: usize) {
        self.set(rank, true);
    }

    /// Puts a rank in or takes it out, without a branch.
    #[inline]
    pub(crate) fn set(&mut self, rank: usize, contained: bool) {
        let word = self.word(rank);
        *word = *word & !(1 << (rank % 64)) | u64::from(contained) << (rank % 64);
    }

    pub(crate) fn contains(&self, rank: usize) -> bool {
        let word = if rank < 64 { self.first } else { self.rest[rank / 64 - 1] };
        word >> (rank % 64) & 1 == 1
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first == 0 && self.rest.iter().all(|&word| word == 0)
    }

    /// The smallest rank.
    #[inline]
    pub(crate) fn least(&self) -> Option<usize> {
        if self.first != 0 {
            return Some(self.first.trailing_zeros() as usize);
        }
        let word = self.rest.iter().position(|&word| word != 0)?;
        Some(64 * (word + 1) + self.rest[word].trailing_zeros() as usize)
    }

    /// Whether there is exactly one rank.
    #[inline]
    pub(crate) fn is_single(&self) -> bool {
        self.first.count_ones() + self.rest.iter().map(|word| word.count_ones()).sum::<u32>() == 1
    }

    /// The ranks, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().copied()).enumerate().flat_map(|(i, mut word)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
                word &= word - 1;
                Some(64 * i + bit)
            })
        })
    }

    #[inline]
    fn word(&mut self, rank: usize) -> &mut u64 {
        if rank < 64 { &mut self.first } else { &mut self.rest[rank / 64 - 1] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_beyond_a_word_are_kept_in_order() {
        let mut ranks = Ranks::with_room_for(200);
        for rank in [199, 63, 64, 3, 128] {
            ranks.insert(rank);
        }
        assert_eq!(ranks.iter().collect::<Vec<_>>(), [3, 63, 64, 128, 199]);
        ranks.set(3, false);
        ranks.set(63, false);
        assert_eq!(ranks.least(), Some(64));
        assert!(ranks.contains(128) && !ranks.contains(3));
    }

    #[test]
    fn the_last_rank_leaves_an_empty_set() {
        let mut ranks = Ranks::with_room_for(65);
        ranks.insert(64);
        assert!(ranks.is_single());
        ranks.set(64, false);
        assert!(ranks.is_empty() && ranks.least().is_none() && !ranks.is_single());
    }
}
