//! What a policy may look at: the heads of queues, or (in `lane_dispatch`) the lanes that may be taken from.

use crate::engine::job::ReadyJob;
use crate::engine::policy::ranks::Ranks;
use crate::engine::queue::Queue;
use crate::engine::queue::terms::Terms;
use crate::model::{QueueId, QueueOrder};
use crate::units::SimTime;

/// The queues that a worker may serve, each named by its rank: its place in the list of the pool.
pub(crate) trait Candidates {
    /// At least one.
    fn ranks(&self) -> &Ranks;

    fn least(&self) -> usize;

    /// The queue whose next job comes first in this order.
    fn first_in(&mut self, order: QueueOrder) -> usize;
}

/// Queues of which the next job may be taken.
pub(crate) struct Heads<'a> {
    /// The queues that are not empty; at least one.
    pub(crate) ready: &'a Ranks,
    /// The least of their ranks.
    pub(crate) least: usize,
    /// The queue of each rank.
    pub(crate) served: &'a [QueueId],
    pub(crate) queues: &'a [Queue],
    pub(crate) terms: &'a Terms,
    pub(crate) now: SimTime,
}

impl Candidates for Heads<'_> {
    #[inline(always)]
    fn ranks(&self) -> &Ranks {
        self.ready
    }

    #[inline(always)]
    fn least(&self) -> usize {
        self.least
    }

    fn first_in(&mut self, order: QueueOrder) -> usize {
        let heads = self.ready.iter().filter_map(|rank| Some((rank, self.queues[self.served[rank].index()].peek()?)));
        first_of(heads, order, (self.terms, self.now)).unwrap_or_default()
    }
}

/// The rank of the job that comes first in an order; of equally urgent ones the one that is ready longest.
pub(crate) fn first_of(
    heads: impl Iterator<Item = (usize, ReadyJob)>,
    order: QueueOrder,
    (terms, now): (&Terms, SimTime),
) -> Option<usize> {
    let first = if order == QueueOrder::Fifo {
        heads.min_by(|(_, a), (_, b)| a.compare(b))
    } else {
        let urgency = |job: &ReadyJob| terms.urgency(order, job, now);
        heads.min_by(|(_, a), (_, b)| urgency(a).cmp(&urgency(b)).then_with(|| a.compare(b)))
    };
    first.map(|(rank, _)| rank)
}
