//! `oldest_first`: the queue whose next job has been ready longest; over FIFO queues one global FIFO (`delayed_job`, `GoodJob`).

use crate::engine::policy::candidates::Candidates;

pub(crate) fn pick(candidates: &Candidates<'_>) -> usize {
    let oldest = candidates.heads().min_by(|(_, a), (_, b)| a.compare(b));
    oldest.map_or(0, |(rank, _)| rank)
}
