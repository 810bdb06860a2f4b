//! `strict`: the first non-empty queue in the listed order, at every fetch (Resque, Sidekiq strict, Faktory, Solid Queue).

use super::Candidates;

#[inline]
pub(super) fn pick(candidates: &Candidates<'_>) -> usize {
    candidates.first
}
