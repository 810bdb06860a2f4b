//! `weighted`: at every fetch a draw among the non-empty queues with probability weight / sum of their weights (Sidekiq
//! weighted). It shares fetches, not worker time.

use rand::RngExt;

use super::Candidates;
use crate::random::Stream;

#[derive(Clone, Debug)]
pub(in crate::engine) struct Weighted {
    weights: Vec<f64>,
    stream: Stream,
}

impl Weighted {
    pub(super) fn new(weights: Vec<f64>, stream: Stream) -> Self {
        Self { weights, stream }
    }

    /// Draws only when there is a choice.
    pub(super) fn pick(&mut self, candidates: &Candidates<'_>) -> usize {
        let ready = candidates.ready;
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
