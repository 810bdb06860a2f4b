//! Policies: which queue a free worker serves. One file each; chosen once per pool.

mod oldest_first;
mod priority;
mod ranks;
mod round_robin;
mod strict;
mod weighted;

pub(super) use ranks::Ranks;
pub(super) use round_robin::RoundRobin;
pub(super) use weighted::Weighted;

use super::job::ReadyJob;
use super::queue::Queue;
use crate::model::{ClassId, QueueId, Take};
use crate::random::ReplicationSeed;

/// How the workers of a pool pick a queue.
#[derive(Clone, Debug)]
pub(super) enum Policy {
    Strict,
    Weighted(Weighted),
    RoundRobin(RoundRobin),
    OldestFirst,
    Priority,
    /// Chosen among lanes, see `choice`.
    Elsewhere,
}

/// What a policy may look at. A queue is named by its rank: its place in the list of the pool.
pub(super) struct Candidates<'a> {
    /// The queues that are not empty; at least one.
    pub(super) ready: &'a Ranks,
    /// The least of their ranks.
    pub(super) first: usize,
    /// The queue of each rank.
    pub(super) served: &'a [QueueId],
    pub(super) queues: &'a [Queue],
    /// The priority of each class.
    pub(super) priorities: &'a [i32],
}

impl Policy {
    pub(super) fn new(name: &str, take: &Take, seed: ReplicationSeed) -> Self {
        match take {
            Take::Strict(_) => Self::Strict,
            Take::Weighted(weights) => Self::Weighted(Weighted::of_pool(name, weights, seed)),
            Take::RoundRobin(queues) => Self::RoundRobin(RoundRobin::new(queues.len())),
            Take::OldestFirst(_) => Self::OldestFirst,
            Take::Priority(_) => Self::Priority,
            Take::Ageing(..)
            | Take::Deadline(_)
            | Take::Shortest(_)
            | Take::Fair(_)
            | Take::TenantRoundRobin(_)
            | Take::QuietFirst(_) => Self::Elsewhere,
        }
    }

    /// The rank of the queue to serve.
    #[inline(always)]
    pub(super) fn pick(&mut self, candidates: &Candidates<'_>) -> usize {
        // What is common and short stays in line at the caller.
        match self {
            Self::Strict => strict::pick(candidates),
            Self::OldestFirst | Self::Priority if candidates.ready.is_single() => strict::pick(candidates),
            _ => self.pick_out_of_line(candidates),
        }
    }

    #[inline(never)]
    fn pick_out_of_line(&mut self, candidates: &Candidates<'_>) -> usize {
        match self {
            Self::Strict => strict::pick(candidates),
            Self::Weighted(weighted) => weighted.pick(candidates.ready),
            Self::RoundRobin(round_robin) => round_robin.pick(candidates.ready),
            Self::OldestFirst => oldest_first::pick(candidates),
            Self::Priority => priority::pick(candidates),
            Self::Elsewhere => unreachable!("worlds with this policy choose among lanes"),
        }
    }

    /// A job that found an idle worker was started: its queue was served without a choice.
    #[inline(always)]
    pub(super) fn note_served(&mut self, rank: usize) {
        match self {
            Self::RoundRobin(round_robin) => round_robin.move_to_end(rank),
            Self::Strict | Self::Weighted(_) | Self::OldestFirst | Self::Priority | Self::Elsewhere => {}
        }
    }
}

impl Candidates<'_> {
    /// The next job of each queue that is not empty, with the rank of the queue.
    fn heads(&self) -> impl Iterator<Item = (usize, ReadyJob)> + '_ {
        self.ready.iter().filter_map(|rank| Some((rank, self.queues[self.served[rank].index()].peek()?)))
    }

    fn priority(&self, class: ClassId) -> i32 {
        self.priorities[class.index()]
    }
}
