//! `tenant_round_robin`: the tenant that was served longest ago (`BullMQ` groups). A tenant without jobs keeps its place.

#[derive(Clone, Debug)]
pub(super) struct Turns {
    /// The number of the last start of each party; 0: none.
    last: Vec<u64>,
    starts: u64,
}

impl Turns {
    pub(super) fn new(parties: usize) -> Self {
        Self { last: vec![0; parties], starts: 0 }
    }

    /// The party of these, at least one, whose turn it is; of those never served the first.
    pub(super) fn pick(&self, parties: &[usize]) -> usize {
        parties.iter().copied().min_by_key(|&party| (self.last[party], party)).unwrap_or_default()
    }

    pub(super) fn note(&mut self, party: usize) {
        self.starts += 1;
        self.last[party] = self.starts;
    }
}
