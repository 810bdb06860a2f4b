//! `strict`: the first non-empty queue in the listed order, at every fetch (Resque, Sidekiq strict, Faktory, Solid Queue).

use crate::engine::policy::candidates::Candidates;

#[inline]
pub(crate) fn pick(candidates: &Candidates<'_>) -> usize {
    candidates.first
}
