//! What a policy may look at.

use crate::engine::job::ReadyJob;
use crate::engine::policy::ranks::Ranks;
use crate::engine::queue::Queue;
use crate::model::{ClassId, QueueId};

/// What a policy may look at. A queue is named by its rank: its place in the list of the pool.
pub(crate) struct Candidates<'a> {
    /// The queues that are not empty; at least one.
    pub(crate) ready: &'a Ranks,
    /// The least of their ranks.
    pub(crate) first: usize,
    /// The queue of each rank.
    pub(crate) served: &'a [QueueId],
    pub(crate) queues: &'a [Queue],
    /// The priority of each class.
    pub(crate) priorities: &'a [i32],
}

impl Candidates<'_> {
    /// The next job of each queue that is not empty, with the rank of the queue.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (usize, ReadyJob)> + '_ {
        self.ready.iter().filter_map(|rank| Some((rank, self.queues[self.served[rank].index()].peek()?)))
    }

    pub(crate) fn priority(&self, class: ClassId) -> i32 {
        self.priorities[class.index()]
    }
}
