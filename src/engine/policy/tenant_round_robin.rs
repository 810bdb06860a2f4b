//! `tenant_round_robin`: the tenant that was served longest ago (`BullMQ` groups). A tenant without jobs keeps its place.

use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub(crate) struct TenantRoundRobin {
    /// The number of the last start of each party; 0: none.
    last: Vec<u64>,
    starts: u64,
    /// Of the parties that have a job that may be taken, the number of the last start.
    open: BTreeSet<(u64, usize)>,
}

impl TenantRoundRobin {
    pub(crate) fn new(parties: usize) -> Self {
        Self { last: vec![0; parties], starts: 0, open: BTreeSet::new() }
    }

    /// The parties that have a job that may be taken.
    pub(crate) fn open(&self) -> impl Iterator<Item = usize> + '_ {
        self.open.iter().map(|(_, party)| *party)
    }

    /// Whether a party has a job that may be taken.
    pub(crate) fn set_open(&mut self, party: usize, open: bool) {
        let entry = (self.last[party], party);
        if open {
            self.open.insert(entry);
        } else {
            self.open.remove(&entry);
        }
    }

    /// The party whose turn it is; of those never served the first. `None`: no party has a job.
    pub(crate) fn pick(&self) -> Option<usize> {
        self.open.first().map(|(_, party)| *party)
    }

    pub(crate) fn note(&mut self, party: usize) {
        let was_open = self.open.remove(&(self.last[party], party));
        self.starts += 1;
        self.last[party] = self.starts;
        if was_open {
            self.open.insert((self.starts, party));
        }
    }
}
