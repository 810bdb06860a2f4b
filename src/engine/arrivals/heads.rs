//! The next arrival of each class, and the earliest of them: a scan for few classes, a heap for many.

use crate::engine::heap::{Entry, Heap};
use crate::model::ClassId;
use crate::units::SimTime;

/// Up to this many classes a scan is faster than a heap.
const SCANNED: usize = 8;

/// Of classes whose next arrivals are at the same time the one that comes first in the model is first.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Heads {
    times: Vec<SimTime>,
    first: SimTime,
    class: usize,
    heap: Heap,
}

impl Heads {
    pub(in crate::engine) fn new(times: Vec<SimTime>) -> Self {
        let mut heads = Self { times, first: SimTime::NEVER, class: 0, heap: Heap::default() };
        heads.rebuild();
        heads
    }

    /// When the next job arrives.
    #[inline]
    pub(in crate::engine) fn first(&self) -> SimTime {
        self.first
    }

    /// The class of the next job.
    #[inline]
    pub(in crate::engine) fn class(&self) -> ClassId {
        ClassId(self.class as u16)
    }

    /// States the next arrival of the class that was first.
    #[inline(always)]
    pub(in crate::engine) fn replace_first(&mut self, time: SimTime) {
        self.times[self.class] = time;
        if self.times.len() <= SCANNED {
            self.scan();
        } else {
            self.heap.replace_top(Entry { time, key: self.class as u64 });
            self.read_heap();
        }
    }

    /// States the next arrivals of all classes anew.
    pub(in crate::engine) fn replace_all(&mut self, mut time_of: impl FnMut(ClassId, SimTime) -> SimTime) {
        for (class, time) in self.times.iter_mut().enumerate() {
            *time = time_of(ClassId(class as u16), *time);
        }
        self.rebuild();
    }

    fn rebuild(&mut self) {
        self.heap = Heap::default();
        if self.times.len() <= SCANNED {
            return self.scan();
        }
        for (class, &time) in self.times.iter().enumerate() {
            self.heap.push(Entry { time, key: class as u64 });
        }
        self.read_heap();
    }

    #[inline(always)]
    fn scan(&mut self) {
        let mut first = SimTime::NEVER;
        let mut at = 0;
        for (class, &time) in self.times.iter().enumerate() {
            (first, at) = if time < first { (time, class) } else { (first, at) };
        }
        (self.first, self.class) = (first, at);
    }

    #[inline]
    fn read_heap(&mut self) {
        let Entry { time, key } = self.heap.top();
        (self.first, self.class) = (time, key as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(count: u64) -> Vec<(u64, u16)> {
        let times = (0..count).map(|i| SimTime::from_nanos((i * 7) % 5)).collect();
        let mut heads = Heads::new(times);
        let mut out = Vec::new();
        while heads.first() < SimTime::NEVER {
            out.push((heads.first().as_nanos(), heads.class().0));
            heads.replace_first(SimTime::NEVER);
        }
        out
    }

    #[test]
    fn few_and_many_classes_come_out_by_time_and_then_by_class() {
        for count in [1, 8, 9, 40] {
            let out = drain(count);
            assert_eq!(out.len() as u64, count);
            assert!(out.is_sorted(), "{count} classes: {out:?}");
        }
    }
}
