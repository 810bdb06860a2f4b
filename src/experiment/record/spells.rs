//! For how long something holds, put together from spells that may overlap and come in any order.

use std::collections::BTreeMap;

use crate::units::{SimDuration, SimTime};

/// The times at which something holds: disjoint spells, from their start to their end.
#[derive(Clone, Debug, Default)]
pub(super) struct Spells(BTreeMap<SimTime, SimTime>);

impl Spells {
    /// It holds from one time up to, but not including, another one; for no time if that is not later.
    pub(in crate::experiment) fn add(&mut self, mut from: SimTime, mut to: SimTime) {
        if from >= to {
            return;
        }
        // Those that touch it, of which the last one to begin is found first.
        while let Some((&start, &end)) = self.0.range(..=to).next_back() {
            if end < from {
                break;
            }
            if start <= from && end >= to {
                return;
            }
            (from, to) = (from.min(start), to.max(end));
            self.0.remove(&start);
        }
        self.0.insert(from, to);
    }

    /// For how long it holds in all.
    pub(in crate::experiment) fn total(&self) -> SimDuration {
        let nanos = self.0.iter().map(|(from, to)| to.since(*from).as_nanos()).sum();
        SimDuration::from_nanos(nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;
    use rand::RngExt;

    #[test]
    fn spells_that_overlap_count_once_in_whatever_order_they_come() {
        let mut stream = ReplicationSeed { master: 7, replication: 0 }.stream("spells");
        for _ in 0..200 {
            let (mut spells, mut held) = (Spells::default(), [false; 64]);
            for _ in 0..12 {
                let (from, length) = (stream.random_range(0..48), stream.random_range(0..8));
                spells.add(SimTime::from_nanos(from), SimTime::from_nanos(from + length));
                held[from as usize..(from + length) as usize].fill(true);
            }
            let total = held.iter().filter(|held| **held).count() as u64;
            assert_eq!(spells.total(), SimDuration::from_nanos(total));
        }
    }
}
