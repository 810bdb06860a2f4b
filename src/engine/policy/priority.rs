//! `priority`: the queue whose next job has the smallest (priority, ready time, sequence) (Oban, River, `BullMQ`).

use crate::engine::policy::candidates::Candidates;

pub(crate) fn pick(candidates: &Candidates<'_>) -> usize {
    let urgent = candidates.heads().min_by(|(_, a), (_, b)| {
        let (urgency_a, urgency_b) = (candidates.priority(a.job.class), candidates.priority(b.job.class));
        urgency_a.cmp(&urgency_b).then_with(|| a.compare(b))
    });
    urgent.map_or(0, |(rank, _)| rank)
}
