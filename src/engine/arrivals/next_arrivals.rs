//! The next arrival of each class, and the earliest of them: by knock-out for few classes, by a heap for many.

use crate::engine::calendar::heap::{Entry, Heap};
use crate::model::ClassId;
use crate::units::SimTime;

/// Classes of a group, whose first one meets those of the other groups.
const GROUP: usize = 4;

const GROUPS: usize = 8;

/// Of classes whose next arrivals are at the same time the one that comes first in the model is first.
#[derive(Clone, Debug)]
pub(crate) struct NextArrivals {
    classes: usize,
    times: Times,
    first: SimTime,
    class: usize,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a replication has one")]
enum Times {
    /// By class, and never where there is none.
    One([SimTime; GROUP]),
    /// The same by groups, with the first of each group and its place there.
    Few([[SimTime; GROUP]; GROUPS], [SimTime; GROUPS], [usize; GROUPS]),
    Many(Heap),
}

impl NextArrivals {
    pub(crate) fn new(times: &[SimTime]) -> Self {
        let mut heads = Self { classes: times.len(), times: Times::of(times), first: SimTime::NEVER, class: 0 };
        heads.find_first();
        heads
    }

    /// When the next job arrives.
    #[inline]
    pub(crate) fn first(&self) -> SimTime {
        self.first
    }

    /// The class of the next job.
    #[inline]
    pub(crate) fn class(&self) -> ClassId {
        ClassId(self.class as u16)
    }

    /// States the next arrival of the class that was first.
    #[inline(always)]
    pub(crate) fn replace_first(&mut self, time: SimTime) {
        match &mut self.times {
            Times::One(times) => times[self.class % GROUP] = time,
            Times::Few(times, firsts, places) => {
                let group = self.class / GROUP % GROUPS;
                times[group][self.class % GROUP] = time;
                (firsts[group], places[group]) = first_of(times[group]);
            }
            Times::Many(heap) => heap.replace_top(Entry { time, key: self.class as u64 }),
        }
        self.find_first();
    }

    /// States the next arrivals of all classes anew.
    pub(crate) fn replace_all(&mut self, mut time_of: impl FnMut(ClassId, SimTime) -> SimTime) {
        let mut times = self.times.by_class();
        times.truncate(self.classes);
        for (class, time) in (0..).zip(&mut times) {
            *time = time_of(ClassId(class), *time);
        }
        *self = Self::new(&times);
    }

    #[inline(always)]
    fn find_first(&mut self) {
        (self.first, self.class) = match &self.times {
            Times::One(times) => first_of(*times),
            Times::Few(_, [a, b, c, d, others @ ..], places) => {
                let (left, right) = (first_of([*a, *b, *c, *d]), first_of(*others));
                let (time, group) = if right.0 < left.0 { (right.0, GROUP + right.1) } else { left };
                (time, GROUP * group + places[group % GROUPS])
            }
            Times::Many(heap) => (heap.top().time, heap.top().key as usize),
        };
    }
}

impl Times {
    fn of(times: &[SimTime]) -> Self {
        let time_of = |class: usize| times.get(class).copied().unwrap_or(SimTime::NEVER);
        let group = |group: usize| std::array::from_fn(|place| time_of(GROUP * group + place));
        if times.len() <= GROUP {
            return Self::One(group(0));
        }
        if times.len() <= GROUP * GROUPS {
            let groups = std::array::from_fn(group);
            return Self::Few(groups, groups.map(|group| first_of(group).0), groups.map(|group| first_of(group).1));
        }
        let mut heap = Heap::default();
        (0..).zip(times).for_each(|(class, &time)| heap.push(Entry { time, key: class }));
        Self::Many(heap)
    }

    /// The time of each class, and never behind the last.
    fn by_class(&self) -> Vec<SimTime> {
        match self {
            Self::One(times) => times.to_vec(),
            Self::Few(times, ..) => times.concat(),
            Self::Many(heap) => {
                let mut entries: Vec<Entry> = heap.iter().collect();
                entries.sort_unstable_by_key(|entry| entry.key);
                entries.into_iter().map(|entry| entry.time).collect()
            }
        }
    }
}

/// The least time and its place, the first one of equal ones: two games and a final, without a branch.
#[inline(always)]
fn first_of([a, b, c, d]: [SimTime; GROUP]) -> (SimTime, usize) {
    let left = if b < a { (b, 1) } else { (a, 0) };
    let right = if d < c { (d, 3) } else { (c, 2) };
    if right.0 < left.0 { right } else { left }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(count: u64) -> Vec<(u64, u16)> {
        let times: Vec<_> = (0..count).map(|i| SimTime::from_nanos((i * 7) % 5)).collect();
        let mut heads = NextArrivals::new(&times);
        let mut out = Vec::new();
        while heads.first() < SimTime::NEVER {
            out.push((heads.first().as_nanos(), heads.class().0));
            heads.replace_first(SimTime::NEVER);
        }
        out
    }

    #[test]
    fn few_and_many_classes_come_out_by_time_and_then_by_class() {
        for count in [1, 4, 5, 32, 33, 100] {
            let out = drain(count);
            assert_eq!(out.len() as u64, count);
            assert!(out.is_sorted(), "{count} classes: {out:?}");
        }
    }
}
