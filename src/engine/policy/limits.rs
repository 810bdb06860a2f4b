//! Caps on slots and reserved slots: which lanes a worker of a pool may take from now.

use crate::engine::queue::lane::LaneKey;
use crate::engine::queue::tenants::Tenants;
use crate::model::{Limit, Model, Over, PoolId, QueueId, Reserve};
use crate::units::SimDuration;

#[derive(Clone, Debug)]
pub(crate) struct Limits {
    caps: Vec<Cap>,
    /// For each pool.
    reserves: Vec<Option<Reserved>>,
}

/// A limit and the slots that its jobs hold: one count, or one for each tenant.
#[derive(Clone, Debug)]
struct Cap {
    limit: Limit,
    held: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Reserved {
    reserve: Reserve,
    /// Slots held by jobs of the other queues.
    others: u32,
}

/// Whose job it is, and where it would run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) pool: PoolId,
    pub(crate) queue: QueueId,
    pub(crate) key: LaneKey,
}

impl Limits {
    pub(crate) fn new(model: &Model, tenants: &Tenants) -> Self {
        let held = |limit: &Limit| if limit.each_tenant { tenants.count() } else { 1 };
        let cap = |limit: &Limit| Cap { held: vec![0; held(limit)], limit: limit.clone() };
        let reserved = |reserve: Reserve| Reserved { reserve, others: 0 };
        Self {
            caps: model.limits().iter().map(cap).collect(),
            reserves: model.pools().iter().map(|pool| pool.reserve.clone().map(reserved)).collect(),
        }
    }

    /// A limit has this many slots from now on.
    pub(crate) fn resize(&mut self, limit: usize, slots: u32) {
        self.caps[limit].limit.slots = slots;
    }

    /// Whether a job that ends in one pool may let one start in another.
    pub(crate) fn join_pools(&self) -> bool {
        !self.caps.is_empty()
    }

    /// Whether a worker of a pool of this size may take such a job now.
    pub(crate) fn allow(&self, claim: Claim, size: u32, tenants: &Tenants) -> bool {
        let below = |cap: &Cap| cap.limit.over != Over::Aside || !cap.is_reached(claim, tenants);
        let shared = |reserved: &Reserved| {
            !reserved.limits(claim) || reserved.others < size.saturating_sub(reserved.reserve.slots)
        };
        self.reserves[claim.pool.index()].as_ref().is_none_or(shared) && self.caps.iter().all(below)
    }

    /// How long such a job goes back for, if it is over a limit that says so.
    pub(crate) fn requeues(&self, claim: Claim, tenants: &Tenants) -> Option<SimDuration> {
        let delay = |cap: &Cap| match cap.limit.over {
            Over::Requeue(delay) if cap.is_reached(claim, tenants) => Some(delay),
            _ => None,
        };
        self.caps.iter().find_map(delay)
    }

    pub(crate) fn note_start(&mut self, claim: Claim, tenants: &Tenants) {
        self.for_each_held(claim, tenants, |held| *held += 1);
    }

    pub(crate) fn note_end(&mut self, claim: Claim, tenants: &Tenants) {
        self.for_each_held(claim, tenants, |held| *held -= 1);
    }

    fn for_each_held(&mut self, claim: Claim, tenants: &Tenants, change: impl Fn(&mut u32)) {
        for cap in self.caps.iter_mut().filter(|cap| cap.covers(claim)) {
            let place = cap.place(claim, tenants);
            change(&mut cap.held[place]);
        }
        if let Some(reserved) = &mut self.reserves[claim.pool.index()]
            && reserved.limits(claim)
        {
            change(&mut reserved.others);
        }
    }
}

impl Cap {
    fn covers(&self, claim: Claim) -> bool {
        let Limit { queue, class, pool, .. } = &self.limit;
        queue.is_none_or(|queue| queue == claim.queue)
            && class.is_none_or(|class| class == claim.key.class)
            && pool.is_none_or(|pool| pool == claim.pool)
    }

    /// Whether the slots are taken that such a job may hold.
    fn is_reached(&self, claim: Claim, tenants: &Tenants) -> bool {
        self.covers(claim) && self.held[self.place(claim, tenants)] >= self.limit.slots
    }

    fn place(&self, claim: Claim, tenants: &Tenants) -> usize {
        if self.limit.each_tenant { tenants.party(claim.key) } else { 0 }
    }
}

impl Reserved {
    fn limits(&self, claim: Claim) -> bool {
        !self.reserve.queues.contains(&claim.queue)
    }
}
