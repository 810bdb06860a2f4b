//! Whether every queue has workers at some time.

use crate::model::{Change, Effect, ModelParts, Pool, PoolId, QueueId, Serving};
use crate::scenario::syntax::fields::Fields;
use crate::scenario::text::problem::Problem;
use crate::units::written_key;

/// A pool without workers, to which nothing ever adds one, serves nobody: that is an error where no other pool serves its queues.
pub(super) fn check(fields: &Fields<'_>, parts: &ModelParts) {
    let staffed: Vec<bool> =
        (0..).zip(&parts.pools).map(|(id, pool)| is_ever_staffed((PoolId(id), pool), parts)).collect();
    let serving = Serving::of(&parts.pools);
    for (pool, _) in parts.pools.iter().zip(&staffed).filter(|(_, staffed)| !**staffed) {
        let served_elsewhere = |queue: &QueueId| serving.pools(*queue).iter().any(|other| staffed[other.index()]);
        if let Some(queue) = pool.take.queues().iter().find(|queue| !served_elsewhere(queue)) {
            report(fields, pool, &parts.queues[queue.index()].name);
        }
    }
}

fn is_ever_staffed((id, pool): (PoolId, &Pool), parts: &ModelParts) -> bool {
    let by_calendar = pool.capacity.calendar.as_ref().is_some_and(|it| it.steps.iter().any(|&(_, size)| size > 0));
    let sets = |effect: &Effect| matches!(effect, Effect::SetSize(of, size) if *of == id && *size > 0);
    let raises = |change: &Change| change.effects.iter().any(sets);
    let changes = parts.changes.iter().chain(parts.responses.iter().map(|response| &response.change));
    pool.size > 0 || by_calendar || pool.capacity.autoscale.is_some() || changes.into_iter().any(raises)
}

fn report(fields: &Fields<'_>, pool: &Pool, queue: &str) {
    let stated = fields.table.table("pools").and_then(|pools| pools.entry(&pool.name));
    let value = |key| stated.and_then(|entry| Some(entry.node.as_table()?.get(key)?.place));
    let place = value("size").or(value("calendar")).or(stated.map(|entry| entry.key_place));
    let title =
        format!("`pools.{}` never has a worker, so that nobody serves the queue `{queue}`", written_key(&pool.name));
    let help = "state a `size` of at least 1, or a `calendar`, an autoscaler, an event or a response that adds workers";
    fields.field.desk.report(Problem::new(place.unwrap_or(fields.field.node.place), title).help(help));
}
