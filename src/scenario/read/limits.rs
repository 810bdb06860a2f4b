//! Reading `[limits.NAME]`.

use super::reference::reference;
use super::values;
use crate::model::{ClassId, JobClass, Limit, Over, Pool, PoolId, QueueId, Serving};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::scenario::text::node::Table;

/// Reads a limit.
pub(super) fn read(name: &str, field: &Field<'_>) -> Option<Limit> {
    let fields = field.open::<schema::Limit>()?;
    let names = &field.desk.names;
    let queue = fields.maybe("queue", |field| reference(field, "queue", &names.queues));
    let class = fields.maybe("class", |field| reference(field, "job class", &names.jobs));
    let tenant = fields.maybe("tenant", |field| values::word(field, &[("each", true)]));
    let pool = fields.maybe("pool", |field| reference(field, "pool", &names.pools));
    let slots = fields.need("slots", values::slots);
    let over = fields.or("over", over);
    check_scope(&fields)?;
    Some(Limit {
        name: name.to_owned(),
        queue: queue?.map(QueueId),
        class: class?.map(ClassId),
        each_tenant: tenant?.is_some(),
        pool: pool?.map(PoolId),
        slots: slots?,
        over: over?,
    })
}

/// `"aside"`, `"hold"` or `{ requeue = TIME }`.
fn over(field: &Field<'_>) -> Option<Over> {
    match field.node.as_text() {
        Some("aside") => return Some(Over::Aside),
        Some("hold") => return Some(Over::Hold),
        Some(other) => {
            let accepted = "`aside`, `hold`, or `{ requeue = \"5s\" }`";
            return field.refuse(format!("`{}` cannot be `{other}`", field.key()), accepted);
        }
        None => {}
    }
    let (_, delay) = field.choose::<schema::Requeue>()?;
    values::positive_duration(&delay).map(Over::Requeue)
}

fn check_scope(fields: &Fields<'_>) -> Option<()> {
    let states = |key: &str| fields.get(key).is_some();
    if states("queue") && states("class") {
        let field = fields.get("queue")?;
        return field
            .refuse("the limit is for a `class` and for a `queue`", "a class waits in one queue: state one of them");
    }
    let some = ["queue", "class", "tenant"].into_iter().any(|key| states(key) || fields.is_misspelt(key));
    if !some {
        let title = format!("`{}` does not say what it limits", fields.field.path);
        return fields.field.refuse(title, "needs `queue`, `class` or `tenant = \"each\"`");
    }
    Some(())
}

/// Reports limits in pools that never run what is limited.
pub(super) fn check_pools(fields: &Fields<'_>, limits: &[Limit], classes: &[JobClass], pools: &[Pool]) {
    let table = fields.table.table("limits");
    let serving = Serving::of(pools);
    for limit in limits {
        let Some(pool) = limit.pool else { continue };
        let queue = limit.queue.or(limit.class.map(|class| classes[class.index()].queue));
        if queue.is_some_and(|queue| !serving.pools(queue).contains(&pool)) {
            report_elsewhere(fields, table, limit, &pools[pool.index()]);
        }
    }
}

fn report_elsewhere(fields: &Fields<'_>, table: Option<&Table>, limit: &Limit, pool: &Pool) {
    let stated = table.and_then(|table| table.table(&limit.name)?.get("pool"));
    let place = stated.map_or(fields.field.node.place, |node| node.place);
    let title = format!("the pool `{}` never runs what the limit `{}` is for", pool.name, limit.name);
    fields
        .field
        .desk
        .report(crate::scenario::text::problem::Problem::new(place, title).accepted("it does not serve the queue"));
}
