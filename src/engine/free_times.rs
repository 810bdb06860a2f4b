//! When each worker of a pool is free, where it does not matter which worker it is.

use super::heap::Heap;
use crate::units::SimTime;

/// Up to so many workers, a sorted list is faster than a heap.
const FEW: usize = 12;

#[derive(Clone, Debug)]
pub(super) enum FreeTimes {
    /// The first one first.
    Few(Vec<SimTime>),
    Many(Heap<SimTime>),
}

impl FreeTimes {
    /// So many workers, one or more, that are free from the start.
    pub(super) fn of(workers: usize) -> Self {
        if workers <= FEW {
            return Self::Few(vec![SimTime::ZERO; workers]);
        }
        let mut heap = Heap::default();
        (0..workers).for_each(|_| heap.push(SimTime::ZERO));
        Self::Many(heap)
    }

    /// When the first worker is free.
    #[inline(always)]
    pub(super) fn first(&self) -> SimTime {
        match self {
            Self::Few(times) => times[0],
            Self::Many(heap) => heap.top(),
        }
    }

    /// The worker that is free first is free at another time, not before.
    #[inline(always)]
    pub(super) fn replace_first(&mut self, time: SimTime) {
        match self {
            Self::Few(times) => {
                // Every time moves by one place at most, each without regard to the others and without a branch.
                let mut here = times[0];
                for place in 1..times.len() {
                    let next = times[place];
                    times[place - 1] = time.max(here).min(next);
                    here = next;
                }
                let last = times.len() - 1;
                times[last] = time.max(here);
            }
            Self::Many(heap) => heap.replace_top(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;
    use rand::RngExt;

    #[test]
    fn few_and_many_workers_are_free_in_the_order_of_their_times() {
        for workers in [1, 2, FEW, FEW + 1, 50] {
            let mut stream = ReplicationSeed { master: 1, replication: 0 }.stream("free");
            let (mut free, mut mirror) = (FreeTimes::of(workers), vec![SimTime::ZERO; workers]);
            for _ in 0..1_000 {
                let time = SimTime::from_nanos(mirror[0].as_nanos() + stream.random_range(0..9));
                free.replace_first(time);
                mirror[0] = time;
                mirror.sort_unstable();
                assert_eq!(free.first(), mirror[0], "{workers} workers");
            }
        }
    }
}
