//! What attempts wait for with a worker in hand, one line after the other: the limits of their class whose jobs hold their slots, in the
//! order of the model, and then its provider. Such a limit is a provider with a cap and nothing else, one for each tenant if it is so.

use crate::engine::lifecycle::provider::Provider;
use crate::engine::queue::tenants::Tenants;
use crate::model::{ClassId, JobClass, Limit, LimitId, Model, Over, PoolId};

/// The lines of a class for one reason.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// The place of the first one among the providers.
    pub(crate) first: u32,
    pub(crate) by_tenant: bool,
    /// Only attempts in this pool wait in it.
    pub(crate) pool: Option<PoolId>,
}

/// The providers of a model, and behind them those that stand for limits.
pub(crate) fn providers<'m>(model: &'m Model, tenants: &Tenants) -> Vec<Provider<'m>> {
    let of_limits = holding(model).flat_map(|(_, limit)| vec![Provider::of_limit(limit.slots); count(limit, tenants)]);
    model.providers().iter().map(Provider::new).chain(of_limits).collect()
}

/// The lines of a class.
pub(crate) fn of_class(model: &Model, (id, class): (ClassId, &JobClass), tenants: &Tenants) -> Vec<Line> {
    let limits = holding(model).filter(|(_, limit)| limit.covers(id, class));
    let lines = limits.map(|(place, limit)| Line {
        first: first(model, place, tenants),
        by_tenant: limit.each_tenant,
        pool: limit.pool,
    });
    let provider = class.fate.provider.map(|id| Line { first: u32::from(id.0), by_tenant: false, pool: None });
    lines.chain(provider).collect()
}

/// The limits whose jobs hold their slots while they wait.
fn holding(model: &Model) -> impl Iterator<Item = (LimitId, &Limit)> {
    let ids = (0..).map(LimitId);
    ids.zip(model.limits()).filter(|(_, limit)| limit.over == Over::Hold)
}

/// How many lines a limit has.
fn count(limit: &Limit, tenants: &Tenants) -> usize {
    if limit.each_tenant { tenants.count() } else { 1 }
}

/// Where the first line of a limit is.
fn first(model: &Model, id: LimitId, tenants: &Tenants) -> u32 {
    let before = holding(model).take_while(|(other, _)| *other < id).map(|(_, limit)| count(limit, tenants));
    (model.providers().len() + before.sum::<usize>()) as u32
}

/// The lines of each limit whose jobs hold their slots.
pub(crate) fn of_limit(model: &Model, id: LimitId, tenants: &Tenants) -> std::ops::Range<u32> {
    let limit = &model.limits()[id.index()];
    let first = first(model, id, tenants);
    if limit.over == Over::Hold { first..first + count(limit, tenants) as u32 } else { 0..0 }
}
