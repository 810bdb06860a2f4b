//! `weighted`: at every fetch a draw among the non-empty queues with probability weight / sum of their weights (Sidekiq
//! weighted). It shares fetches, not worker time.

use rand::RngExt;

use crate::engine::policy::ranks::Ranks;
use crate::model::QueueId;
use crate::random::{ReplicationSeed, Stream};

#[derive(Clone, Debug)]
pub(crate) struct Weighted {
    weights: Vec<f64>,
    stream: Stream,
}

impl Weighted {
    /// `pool` is its name, and that of what sets the policy, as they stand in a path.
    pub(crate) fn of_pool(pool: &str, weights: &[(QueueId, f64)], seed: ReplicationSeed) -> Self {
        let stream = seed.stream(&format!("pools.{pool}.take"));
        Self { weights: weights.iter().map(|&(_, weight)| weight).collect(), stream }
    }

    /// Draws only when there is a choice.
    pub(crate) fn pick(&mut self, ready: &Ranks) -> usize {
        if ready.is_single() {
            return ready.least().unwrap_or_default();
        }
        let total: f64 = ready.iter().map(|rank| self.weights[rank]).sum();
        let mut left = total * self.stream.random::<f64>();
        let mut picked = 0;
        for rank in ready.iter() {
            picked = rank;
            left -= self.weights[rank];
            if left < 0.0 {
                break;
            }
        }
        picked
    }
}
