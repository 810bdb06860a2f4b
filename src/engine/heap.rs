//! A 4-ary min-heap of things that are due at a time.
//!
//! Four children lie in one cache line and halve the depth of the binary heap (Johnson, "Priority queues with update",
//! 1975). Replacing the top is one sift, which is what a worker does that finishes one job and starts the next.

use crate::units::SimTime;

/// Something that is due at a time; of two at the same time the one with the smaller key comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) time: SimTime,
    pub(super) key: u64,
}

impl Entry {
    pub(super) const NEVER: Self = Self { time: SimTime::NEVER, key: u64::MAX };

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

/// The entries, and behind them as many that are never due as fill the last level of the tree: a sift meets no group of children
/// that is not whole, and the number of levels below is the same for all, which a processor can predict.
#[derive(Clone, Debug)]
pub(super) struct Heap {
    entries: Vec<Entry>,
    len: usize,
}

impl Default for Heap {
    fn default() -> Self {
        Self { entries: vec![Entry::NEVER], len: 0 }
    }
}

impl Heap {
    /// The first entry; [`Entry::NEVER`] when there is none.
    #[inline]
    pub(super) fn top(&self) -> Entry {
        self.entries[0]
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(super) fn push(&mut self, entry: Entry) {
        if self.len == self.entries.len() {
            self.entries.resize(4 * self.len + 1, Entry::NEVER);
        }
        let mut hole = self.len;
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

    /// Removes the first entry, if there is one.
    pub(super) fn pop(&mut self) {
        if self.len > 0 {
            self.len -= 1;
            let last = std::mem::replace(&mut self.entries[self.len], Entry::NEVER);
            if self.len > 0 {
                self.replace_top(last);
            }
        }
    }

    /// Removes the one entry that is meant, if it is there.
    pub(super) fn remove(&mut self, is_meant: impl Fn(Entry) -> bool) -> Option<Entry> {
        let place = self.iter().position(is_meant)?;
        let removed = self.entries[place];
        // Sunk to the top with a key below all others, it can be popped.
        let mut hole = place;
        while hole > 0 {
            let parent = (hole - 1) / 4;
            self.entries[hole] = self.entries[parent];
            hole = parent;
        }
        self.entries[0] = removed;
        self.pop();
        Some(removed)
    }

    /// Removes the first entry of a heap that is not empty and adds another.
    #[inline(always)]
    pub(super) fn replace_top(&mut self, entry: Entry) {
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

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> + '_ {
        self.entries[..self.len].iter().copied()
    }
}

/// The place of the least of the four children of an entry, and that child; `None` when it has no children.
#[inline]
fn least_child(entries: &[Entry], parent: usize) -> Option<(usize, Entry)> {
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
        let mut heap = Heap::default();
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
        let mut heap = Heap::default();
        heap.pop();
        assert_eq!(heap.top(), Entry::NEVER);
    }
}
