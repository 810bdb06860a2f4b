//! A 4-ary min-heap of things that are due at a time.
//!
//! Four children lie in one cache line and halve the depth of the binary heap (Johnson, "Priority queues with update",
//! 1975). Replacing the top is one sift, which is what a worker does that finishes one job and starts the next.

use crate::units::SimTime;

/// What a heap holds: the least comes first.
pub(crate) trait Ranked: Copy + PartialOrd {
    /// Where there is none.
    const NEVER: Self;

    fn is_never(self) -> bool;
}

/// Things that need not be told from others that are due at the same time.
impl Ranked for SimTime {
    const NEVER: Self = Self::NEVER;

    #[inline]
    fn is_never(self) -> bool {
        self == Self::NEVER
    }
}

/// Something that is due at a time; of two at the same time the one with the smaller key comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) time: SimTime,
    pub(crate) key: u64,
}

impl Ranked for Entry {
    const NEVER: Self = Self { time: SimTime::NEVER, key: u64::MAX };

    #[inline]
    fn is_never(self) -> bool {
        self.key == Self::NEVER.key
    }
}

impl Entry {
    /// Time and key as one number: two machine instructions compare it, where the derived order branches.
    #[inline]
    fn rank(self) -> u128 {
        u128::from(self.time.as_nanos()) << 64 | u128::from(self.key)
    }
}

impl Ord for Entry {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Entry {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }

    #[inline]
    fn lt(&self, other: &Self) -> bool {
        self.rank() < other.rank()
    }

    #[inline]
    fn le(&self, other: &Self) -> bool {
        self.rank() <= other.rank()
    }

    #[inline]
    fn ge(&self, other: &Self) -> bool {
        self.rank() >= other.rank()
    }
}

/// The entries, and in every other place one that is never due: as many as fill the last level of the tree, so that a sift meets no
/// group of children that is not whole and the number of levels below is the same for all, which a processor can predict.
///
/// What is removed leaves a vacant place at the end of its path, without a last entry that would have to be sifted into it. The
/// place left last is taken first, so that above a vacant place that is taken there is no other.
#[derive(Clone, Debug)]
pub(crate) struct Heap<T = Entry> {
    entries: Vec<T>,
    /// Places that were taken before.
    vacant: Vec<u32>,
    len: usize,
}

impl<T: Ranked> Default for Heap<T> {
    fn default() -> Self {
        Self { entries: vec![T::NEVER], vacant: Vec::new(), len: 0 }
    }
}

impl<T: Ranked> Heap<T> {
    /// The first entry; [`Ranked::NEVER`] when there is none.
    #[inline]
    pub(crate) fn top(&self) -> T {
        self.entries[0]
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, entry: T) {
        let mut hole = match self.vacant.pop() {
            Some(place) => place as usize,
            None => self.next_place(),
        };
        self.len += 1;
        while hole > 0 {
            let parent = (hole - 1) / 4;
            if self.entries[parent] <= entry {
                break;
            }
            self.entries[hole] = self.entries[parent];
            hole = parent;
        }
        self.entries[hole] = entry;
    }

    /// The first place that was never taken.
    #[cold]
    fn next_place(&mut self) -> usize {
        if self.len == self.entries.len() {
            self.entries.resize(4 * self.len + 1, T::NEVER);
        }
        self.len
    }

    /// Removes the first entry, if there is one.
    pub(crate) fn pop(&mut self) {
        if self.len > 0 {
            self.vacate(0);
        }
    }

    /// Removes the one entry that is meant, if it is there.
    pub(crate) fn remove(&mut self, is_meant: impl Fn(T) -> bool) -> Option<T> {
        let place = self.entries.iter().position(|&entry| !entry.is_never() && is_meant(entry))?;
        let removed = self.entries[place];
        self.vacate(place);
        Some(removed)
    }

    #[inline(always)]
    fn vacate(&mut self, place: usize) {
        let entries = &mut self.entries[..];
        let mut hole = place;
        while let Some((child, least)) = least_child(entries, hole).filter(|(_, least)| !least.is_never()) {
            entries[hole] = least;
            hole = child;
        }
        entries[hole] = T::NEVER;
        self.vacant.push(hole as u32);
        self.len -= 1;
    }

    /// Removes the first entry of a heap that is not empty and adds another.
    #[inline(always)]
    pub(crate) fn replace_top(&mut self, entry: T) {
        let entries = &mut self.entries[..];
        let mut hole = 0;
        while let Some((child, least)) = least_child(entries, hole) {
            if least >= entry {
                break;
            }
            entries[hole] = least;
            hole = child;
        }
        entries[hole] = entry;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.entries.iter().copied().filter(|entry| !entry.is_never())
    }
}

/// The place of the least of the four children of an entry, and that child; `None` when it has no children.
#[inline]
fn least_child<T: Ranked>(entries: &[T], parent: usize) -> Option<(usize, T)> {
    let first = 4 * parent + 1;
    let &[a, b, c, d] = entries.get(first..first + 4)? else { return None };
    let (left, left_at) = if b < a { (b, first + 1) } else { (a, first) };
    let (right, right_at) = if d < c { (d, first + 3) } else { (c, first + 2) };
    Some(if right < left { (right_at, right) } else { (left_at, left) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;
    use rand::RngExt;

    fn entry(time: u64, key: u64) -> Entry {
        Entry { time: SimTime::from_nanos(time), key }
    }

    #[test]
    fn entries_come_out_by_time_and_then_key() {
        let mut stream = ReplicationSeed { master: 1, replication: 0 }.stream("heap");
        let mut heap = Heap::<Entry>::default();
        let mut mirror = std::collections::BTreeSet::new();
        for key in 0..2000 {
            let new = entry(stream.random_range(0..50), key);
            mirror.insert(new);
            match stream.random_range(0..4) {
                3 => {
                    heap.push(new);
                    let meant = *mirror.iter().nth(mirror.len() / 2).unwrap();
                    mirror.remove(&meant);
                    assert_eq!(heap.remove(|entry| entry == meant), Some(meant));
                }
                0 if mirror.len() > 1 => {
                    let least = if heap.top() < new { heap.top() } else { entry(u64::MAX, 0) };
                    if least.time == SimTime::NEVER {
                        heap.push(new);
                    } else {
                        mirror.remove(&least);
                        heap.replace_top(new);
                    }
                }
                1 => {
                    heap.push(new);
                    mirror.remove(&heap.top());
                    heap.pop();
                }
                _ => heap.push(new),
            }
            assert_eq!(heap.top(), mirror.first().copied().unwrap_or(Entry::NEVER));
            assert_eq!(heap.len(), mirror.len());
        }
    }

    #[test]
    fn an_empty_heap_is_never_due() {
        let mut heap = Heap::<Entry>::default();
        heap.pop();
        assert_eq!(heap.top(), Entry::NEVER);
    }
}
