//! What a scenario states that changes nothing, in words.

use super::load::sizes_are_fixed;
use crate::model::{Capacity, Change, Effect, Interrupted, Limit, LimitId, Model, Over, Pool, PoolId};
use crate::units::written_path;

/// What of a model has no effect; empty where everything has one.
pub(in crate::report) fn sentences(model: &Model) -> Vec<String> {
    let pools = model.pools().iter().filter_map(|pool| interruptions(model, pool));
    let limits = (0..).zip(model.limits()).filter_map(|(id, limit)| slack(model, (LimitId(id), limit)));
    let changes = model.changes().iter().filter_map(|change| no_change(model, change));
    pools.chain(limits).chain(changes).collect()
}

/// A pool says what becomes of interrupted jobs, and none ever is.
fn interruptions(model: &Model, pool: &Pool) -> Option<String> {
    let Pool { name, capacity, .. } = pool;
    let restarts = |change: &Change| change.effects.iter().any(|effect| matches!(effect, Effect::Restart(_)));
    let breaks = !capacity.outages.is_empty() || capacity.can_interrupt() || model.changes().iter().any(restarts);
    let usual = Capacity::default().interrupted;
    if breaks || !model.responses().is_empty() || capacity.interrupted == usual {
        return None;
    }
    let key = match capacity.interrupted {
        Interrupted::Lost => "acknowledge",
        Interrupted::Redelivered(_) => "redeliver` and `rerun",
    };
    Some(format!("Nothing takes jobs from the workers of `{name}`: `{key}` of the pool changes nothing."))
}

/// A limit on more slots than there are.
fn slack(model: &Model, (id, limit): (LimitId, &Limit)) -> Option<String> {
    spare_slots(model, (id, limit)).map(|slots| {
        format!(
            "`{}` allows {} slots of {slots}: it changes nothing.",
            written_path(["limits", &limit.name]),
            limit.slots
        )
    })
}

/// Whether a limit never holds anything up.
pub(super) fn is_slack(model: &Model, of: (LimitId, &Limit)) -> bool {
    spare_slots(model, of).is_some()
}

/// The slots that there are, if they are never more than a limit allows.
fn spare_slots(model: &Model, (id, limit): (LimitId, &Limit)) -> Option<u64> {
    let is_set = |effect: &Effect| matches!(effect, Effect::SetLimit(other, _) if *other == id);
    let changes = model.changes().iter().any(|change| change.effects.iter().any(is_set));
    let holds = limit.over == Over::Hold && limit.each_tenant;
    if changes || holds || !model.responses().is_empty() {
        return None;
    }
    let mut slots = 0;
    for (place, pool) in model.pools().iter().enumerate() {
        let here = limit.pool.is_none_or(|only| only.index() == place);
        let serves = limit.queue.is_none_or(|queue| model.serving(queue).contains(&PoolId(place as u16)));
        if here && serves {
            let fixed = sizes_are_fixed(model, PoolId(place as u16)) && pool.capacity.prefetch.is_none();
            slots += if fixed { u64::from(pool.size) } else { return None };
        }
    }
    (u64::from(limit.slots) >= slots).then_some(slots)
}

/// An event that sets what is so already.
fn no_change(model: &Model, change: &Change) -> Option<String> {
    let alone = |pool: PoolId| {
        let touches = |effect: &Effect| matches!(effect, Effect::SetSize(p, _) | Effect::ScaleSize(p, _) if *p == pool);
        model.changes().iter().filter(|change| change.effects.iter().any(touches)).count() == 1
            && model.pools()[pool.index()].capacity.calendar.is_none()
            && model.pools()[pool.index()].capacity.autoscale.is_none()
            && model.responses().is_empty()
    };
    let is_idle = |effect: &Effect| match *effect {
        Effect::SetSize(pool, size) => alone(pool) && model.pools()[pool.index()].size == size,
        Effect::ScaleSize(_, by) | Effect::ScaleRate(_, by) | Effect::ScaleService(_, by) => by == 1.0,
        _ => false,
    };
    let idle = !change.effects.is_empty() && change.effects.iter().all(is_idle);
    idle.then(|| format!("The event `{}` sets what is so already: it changes nothing.", change.name))
}
