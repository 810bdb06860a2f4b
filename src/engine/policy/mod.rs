//! Policies: which queue a free worker serves. One file each; chosen once per pool.

pub(crate) mod candidates;
pub(crate) mod changing;
pub(crate) mod fair;
pub(crate) mod lane_dispatch;
pub(crate) mod limits;
mod oldest_first;
mod priority;
pub(crate) mod quiet_first;
pub(crate) mod ranks;
pub(crate) mod round_robin;
pub(crate) mod sharing;
mod strict;
pub(crate) mod tenant_round_robin;
pub(crate) mod weighted;

use crate::engine::policy::candidates::Candidates;
use crate::engine::policy::round_robin::RoundRobin;
use crate::engine::policy::weighted::Weighted;
use crate::model::Take;
use crate::random::ReplicationSeed;

/// How the workers of a pool pick a queue.
#[derive(Clone, Debug)]
pub(crate) enum Policy {
    Strict,
    Weighted(Weighted),
    RoundRobin(RoundRobin),
    OldestFirst,
    Priority,
    /// Chosen among lanes, see `choice`.
    Elsewhere,
}

impl Policy {
    pub(crate) fn new(name: &str, take: &Take, seed: ReplicationSeed) -> Self {
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
    pub(crate) fn pick(&mut self, candidates: &Candidates<'_>) -> usize {
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
    pub(crate) fn note_served(&mut self, rank: usize) {
        match self {
            Self::RoundRobin(round_robin) => round_robin.move_to_end(rank),
            Self::Strict | Self::Weighted(_) | Self::OldestFirst | Self::Priority | Self::Elsewhere => {}
        }
    }
}
