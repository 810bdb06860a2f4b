//! The policies by which the workers of a pool may ever pick: one holds, the others are put aside until a change says so.

use crate::engine::policy::Policy;
use crate::engine::queue::tenants::Tenants;
use crate::model::{Change, Model, PoolId, QueueId, Take};
use crate::random::ReplicationSeed;
use crate::units::written_path;

/// A policy with the queues that it serves, by rank.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) served: Vec<QueueId>,
    pub(crate) policy: Policy,
}

/// The policies that do not hold, `None` in the place of the one that does.
#[derive(Clone, Debug)]
pub(crate) struct Aside {
    held: usize,
    policies: Vec<Option<Held>>,
}

impl Aside {
    pub(crate) fn policies(&mut self) -> impl Iterator<Item = &mut Policy> {
        self.policies.iter_mut().flatten().map(|held| &mut held.policy)
    }

    /// Puts a policy aside for that of a place; says whether that is another one.
    pub(crate) fn exchange(&mut self, place: usize, held: &mut Held) -> bool {
        let Some(mut next) = self.policies[place].take() else { return false };
        // What came and went while it was aside nobody told it.
        next.policy.forget_who_waits();
        self.policies[self.held] = Some(std::mem::replace(held, next));
        self.held = place;
        true
    }
}

/// The policies of a pool: its own, and the others.
pub(crate) fn policies((model, pool): (&Model, PoolId), tenants: &Tenants, seed: ReplicationSeed) -> (Held, Aside) {
    let own = &model.pools()[pool.index()];
    let held = |change: Option<&Change>, take: &Take| {
        let name = written_path(std::iter::once(&own.name).chain(change.map(|change| &change.name)));
        Held { served: take.queues(), policy: Policy::new((&name, take), tenants, seed) }
    };
    let others = model.takes(pool).skip(1).map(|(change, take)| Some(held(change, take)));
    let policies = std::iter::once(None).chain(others).collect();
    (held(None, &own.take), Aside { held: 0, policies })
}
