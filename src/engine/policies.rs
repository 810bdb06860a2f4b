//! Policies that change while the model runs: by which a pool's workers pick, the pace of a dispatcher, the slots of a limit.

use super::Observer;
use super::policy::{Policy, Ranks};
use super::replication::Replication;
use crate::model::{Change, DispatcherId, LimitId, Model, PoolId, QueueId, Take};
use crate::random::ReplicationSeed;
use crate::units::written_path;

/// The policies by which the workers of a pool may ever pick, its own first, with the names of their streams.
pub(super) fn named_takes(model: &Model, pool: PoolId) -> impl Iterator<Item = (String, &Take)> {
    let of = &model.pools()[pool.index()].name;
    let name =
        move |change: Option<&Change>| written_path(std::iter::once(of).chain(change.map(|change| &change.name)));
    model.takes(pool).map(move |(change, take)| (name(change), take))
}

/// The policies of the pools for which another one may ever hold.
#[derive(Clone, Debug)]
pub(super) struct Policies<'m>(Vec<Changing<'m>>);

#[derive(Clone, Debug)]
struct Changing<'m> {
    pool: PoolId,
    takes: Vec<&'m Take>,
    held: usize,
    /// Those that do not hold, with the queues by rank; `None` in the place of the one that does.
    aside: Vec<Option<(Vec<QueueId>, Policy)>>,
}

impl<'m> Policies<'m> {
    pub(super) fn new(model: &'m Model, seed: ReplicationSeed) -> Self {
        let changing = |place| {
            let pool = PoolId(place as u16);
            let prepared = |(name, take): (String, &Take)| Some((take.queues(), Policy::new(&name, take, seed)));
            let mut aside: Vec<_> = named_takes(model, pool).map(prepared).collect();
            aside[0] = None;
            Changing { pool, takes: model.takes(pool).map(|(_, take)| take).collect(), held: 0, aside }
        };
        Self((0..model.pools().len()).map(changing).filter(|changing| changing.takes.len() > 1).collect())
    }
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Has the policies hold that the changes say.
    pub(super) fn apply_policies(&mut self) {
        for place in 0..self.policies.0.len() {
            self.apply_take(place);
        }
        for (limit, id) in self.watch.model.limits().iter().zip((0..).map(LimitId)) {
            let slots = self.changes.slots(id).unwrap_or(limit.slots);
            self.choice.iter_mut().for_each(|choice| choice.resize_limit(id.index(), slots));
            self.resize_lines(id, slots);
        }
        for id in (0..self.dispatchers.len()).map(|place| DispatcherId(place as u16)) {
            if self.dispatchers[id.index()].set_pace(self.changes.pace(id)) {
                self.plan_wake(id);
            }
        }
    }

    fn apply_take(&mut self, place: usize) {
        let changing = &mut self.policies.0[place];
        let pool = changing.pool;
        let wanted = self.changes.take(pool);
        let held = wanted.and_then(|wanted| changing.takes.iter().position(|take| std::ptr::eq(*take, wanted)));
        let held = held.unwrap_or_default();
        let Some(next) = changing.aside[held].take() else { return };
        let mut ready = Ranks::with_room_for(next.0.len());
        let waits = |(_, queue): &(usize, &QueueId)| !self.queues[queue.index()].is_empty();
        next.0.iter().enumerate().filter(waits).for_each(|(rank, _)| ready.insert(rank));
        for (rank, queue) in next.0.iter().enumerate() {
            let servers = self.servers[queue.index()].iter_mut();
            servers.filter(|(of, _)| *of == pool).for_each(|(_, old)| *old = rank);
        }
        changing.aside[changing.held] = Some(self.pools[pool.index()].exchange(next, ready));
        changing.held = held;
        if let Some(choice) = &mut self.choice {
            choice.hold(pool, held);
        }
    }
}
