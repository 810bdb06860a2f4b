//! A 4-ary min-heap of things that are due at a time.
//!
//! Four children lie in one cache line and halve the depth of the binary heap (Johnson, "Priority queues with update",
//! 1975). Replacing the top is one sift, which is what a worker does that finishes one job and starts the next.

use crate::units::SimTime;

/// Something that is due at a time; of two at the same time the one with the smaller key comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Entry {
    pub(super) time: SimTime,
    pub(super) key: u64,
}

impl Entry {
    pub(super) const NEVER: Self = Self { time: SimTime::NEVER, key: u64::MAX };
}

#[derive(Clone, Debug, Default)]
pub(super) struct Heap(Vec<Entry>);

impl Heap {
    /// The first entry; [`Entry::NEVER`] when there is none.
    pub(super) fn top(&self) -> Entry {
        self.0.first().copied().unwrap_or(Entry::NEVER)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self, entry: Entry) {
        let mut hole = self.0.len();
        self.0.push(entry);
        while hole > 0 {
            let parent = (hole - 1) / 4;
            if self.0[parent] <= entry {
                break;
            }
            self.0[hole] = self.0[parent];
            hole = parent;
        }
        self.0[hole] = entry;
    }

    /// Removes the first entry.
    pub(super) fn pop(&mut self) {
        if let Some(last) = self.0.pop()
            && !self.0.is_empty()
        {
            self.replace_top(last);
        }
    }

    /// Removes the first entry of a heap that is not empty and adds another.
    pub(super) fn replace_top(&mut self, entry: Entry) {
        let heap = &mut self.0[..];
        let mut hole = 0;
        loop {
            let first = 4 * hole + 1;
            let Some(child) = least_of(heap, first) else { break };
            if heap[child] >= entry {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = entry;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> + '_ {
        self.0.iter().copied()
    }
}

/// The place of the least of the up to four entries from `first` on.
fn least_of(heap: &[Entry], first: usize) -> Option<usize> {
    if let Some(&[a, b, c, d]) = heap.get(first..first + 4) {
        let (left, left_at) = if b < a { (b, first + 1) } else { (a, first) };
        let (right, right_at) = if d < c { (d, first + 3) } else { (c, first + 2) };
        return Some(if right < left { right_at } else { left_at });
    }
    let rest = heap.get(first..)?;
    (0..rest.len()).min_by_key(|&i| rest[i]).map(|i| first + i)
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
            match stream.random_range(0..3) {
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
