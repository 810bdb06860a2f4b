//! Policies: which queue a free worker serves. One contract for all of them, whether the heads of queues may be taken or lanes of them.
//!
//! A policy that orders queues by their next jobs needs no state: its order says all (`oldest_first` is `Fifo`, `shortest` is `Size`).
//! One that shares between classes or tenants says first whose lanes may be taken from (`lane_dispatch` asks it), and then takes the
//! oldest job of theirs.

pub(crate) mod candidates;
pub(crate) mod changing;
mod fair;
pub(crate) mod lane_dispatch;
pub(crate) mod limits;
mod quiet_first;
pub(crate) mod ranks;
mod round_robin;
mod sharing;
mod tenant_round_robin;
mod weighted;

use crate::engine::policy::candidates::Candidates;
use crate::engine::policy::round_robin::RoundRobin;
use crate::engine::policy::sharing::SharingGroups;
use crate::engine::policy::weighted::Weighted;
use crate::engine::queue::lane::LaneKey;
use crate::engine::queue::tenants::Tenants;
use crate::model::{QueueOrder, Take};
use crate::random::ReplicationSeed;
use crate::units::{SimDuration, SimTime};

/// How the workers of a pool pick a queue.
#[derive(Clone, Debug)]
pub(crate) enum Policy {
    Strict,
    Weighted(Weighted),
    RoundRobin(RoundRobin),
    /// The queue whose next job comes first in this order.
    First(QueueOrder),
    /// Among classes or tenants first, then the job ready longest.
    Share(Box<SharingGroups>),
}

impl Policy {
    /// `name` is that of its pool, and of what sets it, as they stand in a path.
    pub(crate) fn new((name, take): (&str, &Take), tenants: &Tenants, seed: ReplicationSeed) -> Self {
        match take {
            Take::Strict(_) => Self::Strict,
            Take::Weighted(weights) => Self::Weighted(Weighted::of_pool(name, weights, seed)),
            Take::RoundRobin(queues) => Self::RoundRobin(RoundRobin::new(queues.len())),
            Take::OldestFirst(_) => Self::First(QueueOrder::Fifo),
            Take::Priority(_) => Self::First(QueueOrder::Priority),
            Take::Ageing(_, step) => Self::First(QueueOrder::Ageing(*step)),
            Take::Deadline(_) => Self::First(QueueOrder::Deadline),
            Take::Shortest(_) => Self::First(QueueOrder::Size),
            Take::Fair(fair) => Self::Share(Box::new(SharingGroups::fair(fair, tenants))),
            Take::TenantRoundRobin(_) => Self::Share(Box::new(SharingGroups::in_turn(tenants))),
            Take::QuietFirst(quiet) => Self::Share(Box::new(SharingGroups::quiet_first(quiet, tenants))),
        }
    }

    /// Whether the heads of queues are not all that such a policy looks at.
    pub(crate) fn needs_lanes(take: &Take) -> bool {
        match take {
            Take::Strict(_) | Take::Weighted(_) | Take::RoundRobin(_) | Take::OldestFirst(_) | Take::Priority(_) => {
                false
            }
            Take::Ageing(..)
            | Take::Deadline(_)
            | Take::Shortest(_)
            | Take::Fair(_)
            | Take::TenantRoundRobin(_)
            | Take::QuietFirst(_) => true,
        }
    }

    /// The rank of the queue to serve.
    #[inline(always)]
    pub(crate) fn pick(&mut self, candidates: &mut impl Candidates) -> usize {
        // What is common and short stays in line at the caller.
        match self {
            Self::Strict => candidates.least(),
            Self::First(_) | Self::Share(_) if candidates.ranks().is_single() => candidates.least(),
            _ => self.pick_out_of_line(candidates),
        }
    }

    #[inline(never)]
    fn pick_out_of_line(&mut self, candidates: &mut impl Candidates) -> usize {
        match self {
            Self::Strict => candidates.least(),
            Self::Weighted(weighted) => weighted.pick(candidates.ranks()),
            Self::RoundRobin(round_robin) => round_robin.pick(candidates.ranks()),
            Self::First(order) => candidates.first_in(*order),
            Self::Share(_) => candidates.first_in(QueueOrder::Fifo),
        }
    }

    /// It does not know any more who waits.
    pub(crate) fn forget_who_waits(&mut self) {
        if let Self::Share(groups) = self {
            groups.is_told = false;
        }
    }

    /// A job that found an idle worker was started: its queue was served without a pick.
    #[inline(always)]
    pub(crate) fn handed_over(&mut self, rank: usize) {
        if let Self::RoundRobin(round_robin) = self {
            round_robin.move_to_end(rank);
        }
    }

    /// A job of a lane starts, with this service time.
    pub(crate) fn started(&mut self, key: LaneKey, tenants: &Tenants, (now, service): (SimTime, SimDuration)) {
        if let Self::Share(groups) = self {
            groups.note_start(key, tenants, now, service);
        }
    }

    /// A job of a lane has left its worker.
    pub(crate) fn ended(&mut self, key: LaneKey, tenants: &Tenants, now: SimTime) {
        if let Self::Share(groups) = self {
            groups.note_end(key, tenants, now);
        }
    }
}
