//! Reading `[pools.NAME]`, and how their workers choose.

use super::reference::reference;
use super::{capacity, values};
use crate::model::{Billing, Fair, FairBy, HourlyCost, Pool, QueueId, QuietFirst, Reserve, Take};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::units::{SimDuration, quoted};

/// Reads a pool.
pub(super) fn read(name: &str, field: &Field<'_>) -> Option<Pool> {
    let fields = field.open::<schema::Pool>()?;
    let size = capacity::size(&fields);
    let cost = fields.maybe("cost", values::cost_per_hour);
    let billing = billing(&fields);
    if field.desk.names.queues.is_empty() {
        return None; // There is no job class, which is reported once for the whole scenario.
    }
    let take = fields.or_computed("take", &format!("{{ oldest_first = {} }}", all_queues(field)), take);
    let served = take.as_ref().map(Take::queues);
    let reserve = fields.maybe("reserve", |field| reserve(field, served.as_deref()));
    let capacity = capacity::read(&fields, size, take.as_ref());
    Some(Pool {
        name: name.to_owned(),
        size: size?,
        cost_per_hour: cost?.zip(Some(billing?)).map(|(amount, billing)| HourlyCost { amount, billing }),
        take: take?,
        reserve: reserve?,
        capacity: capacity?,
    })
}

fn billing(fields: &Fields<'_>) -> Option<Billing> {
    let words =
        [("exact", Billing::Exact), ("started_hour", Billing::StartedHour), ("started_minute", Billing::StartedMinute)];
    match fields.get("billing") {
        Some(field) if fields.get("cost").is_none() => {
            field.refuse("`billing` without `cost`", "state `cost`, such as `0.05/h`")
        }
        _ => fields.or_plainly("billing", |field| values::word(field, &words)),
    }
}

fn all_queues(field: &Field<'_>) -> String {
    format!("[{}]", field.desk.names.queues.iter().map(|queue| quoted(queue)).collect::<Vec<_>>().join(", "))
}

/// Reads a policy.
pub(super) fn take(field: &Field<'_>) -> Option<Take> {
    let (policy, choice) = field.choose::<schema::Take>()?;
    match policy {
        "strict" => queue_list(&choice).map(Take::Strict),
        "weighted" => weights(&choice).map(Take::Weighted),
        "round_robin" => queue_list(&choice).map(Take::RoundRobin),
        "oldest_first" => queue_list(&choice).map(Take::OldestFirst),
        "ageing" => ageing(&choice),
        "deadline" => {
            field.desk.mark_used("deadline".to_owned());
            queue_list(&choice).map(Take::Deadline)
        }
        "shortest" => queue_list(&choice).map(Take::Shortest),
        "fair" => fair(&choice).map(Take::Fair),
        "tenant_round_robin" => queue_list(&choice).map(Take::TenantRoundRobin),
        "quiet_first" => quiet_first(&choice).map(Take::QuietFirst),
        _ => {
            field.desk.mark_used("priority".to_owned());
            queue_list(&choice).map(Take::Priority)
        }
    }
}

fn ageing(field: &Field<'_>) -> Option<Take> {
    field.desk.mark_used("priority".to_owned());
    let fields = field.open::<schema::Ageing>()?;
    let queues = fields.or_computed("queues", &all_queues(field), queue_list);
    let step = fields.need("step", values::positive_duration);
    Some(Take::Ageing(queues?, step?))
}

fn fair(field: &Field<'_>) -> Option<Fair> {
    let fields = field.open::<schema::Fair>()?;
    asks_for_queues(&fields)?;
    let queues = fields.or_computed("queues", &all_queues(field), queue_list);
    let by_class = fields.or("by", |f| values::word(f, &[("class", true), ("tenant", false)]));
    let weights = fields.maybe("weights", |field| class_weights(field, by_class?));
    let quantum = fields.or("quantum", values::positive_duration);
    let equal = || vec![1.0; field.desk.names.jobs.len()];
    let by = if by_class? { FairBy::Class(weights?.unwrap_or_else(equal)) } else { FairBy::Tenant };
    Some(Fair { queues: queues?, by, quantum: quantum? })
}

/// Weights of all job classes: 1 where none is stated.
fn class_weights(field: &Field<'_>, by_class: bool) -> Option<Vec<f64>> {
    if !by_class {
        return field.refuse("tenants have no names to be weighted by", "weights go with `by = \"class\"`");
    }
    let mut weights = vec![1.0; field.desk.names.jobs.len()];
    let stated = named_weights(field, "job classes with their weights, such as `{ mail = 4, bulk = 1 }`", |name| {
        reference(name, "job class", &name.desk.names.jobs)
    })?;
    stated.into_iter().for_each(|(class, weight)| weights[usize::from(class)] = weight);
    Some(weights)
}

fn quiet_first(field: &Field<'_>) -> Option<QuietFirst> {
    let fields = field.open::<schema::QuietFirst>()?;
    asks_for_queues(&fields)?;
    let queues = fields.or_computed("queues", &all_queues(field), queue_list);
    let recent: Option<SimDuration> = fields.or("recent", values::positive_duration);
    Some(QuietFirst { queues: queues?, recent: recent? })
}

/// An empty policy is more likely unfinished than meant.
fn asks_for_queues(fields: &Fields<'_>) -> Option<()> {
    if !fields.table.entries.is_empty() {
        return Some(());
    }
    let (key, all) = (fields.field.key(), all_queues(&fields.field));
    fields.field.refuse(format!("`{key}` needs `queues`"), format!("write `{key} = {{ queues = {all} }}`"))
}

fn reserve(field: &Field<'_>, served: Option<&[QueueId]>) -> Option<Reserve> {
    let fields = field.open::<schema::Reserve>()?;
    let slots = fields.need("slots", values::slots);
    let queues = fields.need("queues", |field| reserved_queues(field, served?));
    Some(Reserve { slots: slots?, queues: queues? })
}

fn reserved_queues(field: &Field<'_>, served: &[QueueId]) -> Option<Vec<QueueId>> {
    let queues = queue_list(field)?;
    if let Some(queue) = queues.iter().find(|queue| !served.contains(queue)) {
        let title = format!("the pool does not serve the queue `{}`", field.desk.names.queues[queue.index()]);
        return field.refuse(title, "expected queues in its `take`");
    }
    if served.iter().all(|queue| queues.contains(queue)) {
        return field.refuse("the slots are reserved for all queues of the pool", "expected some of its queues");
    }
    Some(queues)
}

fn queue(field: &Field<'_>) -> Option<QueueId> {
    reference(field, "queue", &field.desk.names.queues).map(QueueId)
}

fn queue_list(field: &Field<'_>) -> Option<Vec<QueueId>> {
    let items = field.list("at least one queue")?;
    let mut queues = Vec::with_capacity(items.len());
    for item in &items {
        let queue = queue(item);
        let twice = queue.is_some() && queues.contains(&queue);
        queues.push(if twice { item.refuse("the queue is listed twice", "expected each queue once") } else { queue });
    }
    queues.into_iter().collect()
}

fn weights(field: &Field<'_>) -> Option<Vec<(QueueId, f64)>> {
    let mut weights = named_weights(field, "queues with their weights, such as `{ mail = 4, bulk = 1 }`", queue)?;
    // A draw goes by the names, so that the order in the file changes no result.
    weights.sort_by_key(|(queue, _)| &field.desk.names.queues[queue.index()]);
    Some(weights)
}

fn named_weights<T>(field: &Field<'_>, of: &str, read: impl Fn(&Field<'_>) -> Option<T>) -> Option<Vec<(T, f64)>> {
    let mut weights = Vec::new();
    for (name, place, value) in field.entries(of)? {
        let node = crate::scenario::text::node::Node {
            value: crate::scenario::text::node::Value::Text(name.to_owned()),
            place,
        };
        let named = read(&Field::new(field.desk, &node, value.path.clone()));
        weights.push((named, values::positive_number(&value)));
    }
    weights.into_iter().map(|(named, weight)| Some((named?, weight?))).collect()
}
