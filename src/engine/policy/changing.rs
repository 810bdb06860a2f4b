//! Policies by which the workers of a pool pick while some change holds.

use crate::engine::policy::Policy;
use crate::model::{Change, Model, PoolId, QueueId, Take};
use crate::random::ReplicationSeed;
use crate::units::written_path;

/// The policies by which the workers of a pool may ever pick, its own first, with the names of their streams.
pub(crate) fn named_takes(model: &Model, pool: PoolId) -> impl Iterator<Item = (String, &Take)> {
    let of = &model.pools()[pool.index()].name;
    let name =
        move |change: Option<&Change>| written_path(std::iter::once(of).chain(change.map(|change| &change.name)));
    model.takes(pool).map(move |(change, take)| (name(change), take))
}

/// The policies of the pools for which another one may ever hold.
#[derive(Clone, Debug)]
pub(crate) struct Policies<'m>(pub(crate) Vec<Changing<'m>>);

#[derive(Clone, Debug)]
pub(crate) struct Changing<'m> {
    pub(crate) pool: PoolId,
    pub(crate) takes: Vec<&'m Take>,
    pub(crate) held: usize,
    /// Those that do not hold, with the queues by rank; `None` in the place of the one that does.
    pub(crate) aside: Vec<Option<(Vec<QueueId>, Policy)>>,
}

impl<'m> Policies<'m> {
    pub(crate) fn new(model: &'m Model, seed: ReplicationSeed) -> Self {
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
