//! `round_robin`: the queue just served goes to the end (Celery's default).

use crate::engine::policy::ranks::Ranks;

#[derive(Clone, Debug)]
pub(crate) struct RoundRobin {
    /// Ranks, the one to try first at the front.
    order: Vec<usize>,
}

impl RoundRobin {
    pub(crate) fn new(count: usize) -> Self {
        Self { order: (0..count).collect() }
    }

    pub(crate) fn pick(&mut self, ready: &Ranks) -> usize {
        let first = self.order.iter().position(|&rank| ready.contains(rank)).unwrap_or_default();
        self.order[first..].rotate_left(1);
        self.order[self.order.len() - 1]
    }

    pub(crate) fn move_to_end(&mut self, rank: usize) {
        if let Some(place) = self.order.iter().position(|&other| other == rank) {
            self.order[place..].rotate_left(1);
        }
    }
}
