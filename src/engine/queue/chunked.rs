//! A long line in blocks: memory of what is taken from its front is free again, so that jobs that move from one line to another are
//! never there twice, and a line that jobs leave and join takes no more than its jobs.

use std::collections::VecDeque;

/// Things of a block. Large enough that allocators give it back to the system; pages that were never touched take no memory.
const BLOCK: usize = 1 << 18;

/// Things in their order.
#[derive(Clone, Debug)]
pub(crate) struct ChunkedDeque<T> {
    /// Empty only if there is no other block.
    first: VecDeque<T>,
    /// None of them is empty.
    others: VecDeque<VecDeque<T>>,
}

impl<T> Default for ChunkedDeque<T> {
    fn default() -> Self {
        Self { first: VecDeque::new(), others: VecDeque::new() }
    }
}

impl<T> ChunkedDeque<T> {
    #[inline(always)]
    pub(crate) fn push_back(&mut self, thing: T) {
        if self.first.len() < BLOCK && self.others.is_empty() {
            self.first.push_back(thing);
        } else {
            self.push_behind(thing);
        }
    }

    #[inline(never)]
    fn push_behind(&mut self, thing: T) {
        match self.others.back_mut() {
            Some(last) if last.len() < BLOCK => last.push_back(thing),
            _ => {
                let mut block = VecDeque::with_capacity(BLOCK);
                block.push_back(thing);
                self.others.push_back(block);
            }
        }
    }

    pub(crate) fn push_front(&mut self, thing: T) {
        self.first.push_front(thing);
    }

    #[inline(always)]
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let thing = self.first.pop_front();
        if !self.others.is_empty() && self.first.is_empty() {
            self.drop_empty();
        }
        thing
    }

    pub(crate) fn pop_back(&mut self) -> Option<T> {
        let thing = self.others.back_mut().unwrap_or(&mut self.first).pop_back();
        self.drop_empty();
        thing
    }

    pub(crate) fn remove(&mut self, place: usize) -> Option<T> {
        let mut left = place;
        for block in std::iter::once(&mut self.first).chain(&mut self.others) {
            if left < block.len() {
                let thing = block.remove(left);
                self.drop_empty();
                return thing;
            }
            left -= block.len();
        }
        None
    }

    /// One block at most is empty.
    #[cold]
    fn drop_empty(&mut self) {
        self.others.retain(|block| !block.is_empty());
        if self.first.is_empty() {
            self.first = self.others.pop_front().unwrap_or_else(|| std::mem::take(&mut self.first));
        }
    }

    #[inline]
    pub(crate) fn front(&self) -> Option<&T> {
        self.first.front()
    }

    pub(crate) fn back(&self) -> Option<&T> {
        self.others.back().unwrap_or(&self.first).back()
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.blocks().map(VecDeque::len).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> + '_ {
        self.blocks().flatten()
    }

    /// The place of the thing that compares equal, where things are sorted by `compare`.
    pub(crate) fn search(&self, compare: impl Fn(&T) -> std::cmp::Ordering) -> Option<usize> {
        let mut before = 0;
        for block in self.blocks() {
            if block.back().is_some_and(|last| compare(last).is_ge()) {
                return Some(before + block.binary_search_by(compare).ok()?);
            }
            before += block.len();
        }
        None
    }

    fn blocks(&self) -> impl Iterator<Item = &VecDeque<T>> + '_ {
        std::iter::once(&self.first).chain(&self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_many_blocks_behaves_like_one() {
        let things = 2 * BLOCK + 10;
        let mut line = ChunkedDeque::default();
        (1..things).for_each(|thing| line.push_back(thing));
        line.push_front(0);
        assert_eq!((line.others.len(), line.back()), (2, Some(&(things - 1))));
        for thing in [0, BLOCK - 1, BLOCK, 2 * BLOCK, 7] {
            let place = line.search(|other| other.cmp(&thing)).expect("it is there");
            assert_eq!(line.remove(place), Some(thing));
            assert_eq!(line.search(|other| other.cmp(&thing)), None);
        }
        assert_eq!((line.len(), line.front()), (things - 5, Some(&1)));
        assert_eq!(line.remove(things), None);
        assert_eq!(line.pop_back(), Some(things - 1));
        let taken: Vec<usize> = std::iter::from_fn(|| line.pop_front()).collect();
        assert!(taken.is_sorted() && taken.len() == things - 6);
        assert!(line.is_empty() && line.others.is_empty() && line.iter().next().is_none());
        assert_eq!(line.pop_back(), None);
    }

    #[test]
    fn a_line_is_emptied_from_its_end() {
        let mut line = ChunkedDeque::default();
        (0..=BLOCK).for_each(|thing| line.push_back(thing));
        assert_eq!((line.pop_back(), line.others.len()), (Some(BLOCK), 0));
        (0..BLOCK).rev().for_each(|thing| assert_eq!(line.pop_back(), Some(thing)));
        assert!(line.is_empty());
    }
}
