//! Reading `[pools.NAME]` and `[queues.NAME]`.

use super::desk::Desk;
use super::fields::{Field, list_of};
use super::names::reference;
use super::node::Table;
use super::{capacity, kinds, values};
use crate::model::{Pool, Queue, QueueId, QueueOrder, Take};

/// Reads a pool.
pub(super) fn read(name: &str, field: &Field<'_>) -> Option<Pool> {
    let fields = field.open(&kinds::POOL)?;
    let size = capacity::size(&fields);
    let cost = fields.maybe("cost", values::cost_per_hour);
    if field.desk.names.queues.is_empty() {
        return None; // There is no job class, which is reported once for the whole scenario.
    }
    let all = list_of(&field.desk.names.queues).replace('`', "\"");
    let take = fields.or("take", &format!("{{ oldest_first = [{all}] }}"), take);
    let capacity = capacity::read(&fields, size, take.as_ref());
    Some(Pool { name: name.to_owned(), size: size?, cost_per_hour: cost?, take: take?, capacity: capacity? })
}

fn take(field: &Field<'_>) -> Option<Take> {
    let (policy, choice) = field.choose(&kinds::TAKE)?;
    match policy {
        "strict" => queue_list(&choice).map(Take::Strict),
        "weighted" => weights(&choice).map(Take::Weighted),
        "round_robin" => queue_list(&choice).map(Take::RoundRobin),
        "oldest_first" => queue_list(&choice).map(Take::OldestFirst),
        _ => {
            field.desk.mark_used("priority".to_owned());
            queue_list(&choice).map(Take::Priority)
        }
    }
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
    let mut weights = Vec::new();
    for (name, place, value) in field.entries("queues with their weights, such as `{ mail = 4, bulk = 1 }`")? {
        let node = super::node::Node { value: super::node::Value::Text(name.to_owned()), place };
        let queue = queue(&Field::new(field.desk, &node, value.path.clone()));
        weights.push((queue, values::positive_number(&value)));
    }
    weights.into_iter().map(|(queue, weight)| Some((queue?, weight?))).collect()
}

/// The queues that job classes name, with what `[queues]` says of them.
pub(super) fn queues(desk: &Desk<'_>, root: &Table, pools: &[Pool]) -> Option<Vec<Queue>> {
    let mut stated = vec![None; desk.names.queues.len()];
    let entries = root.get("queues").and_then(|node| Field::new(desk, node, "queues").entries("queues by name"));
    for (name, place, field) in entries.unwrap_or_default() {
        let key = super::node::Node { value: super::node::Value::Text(name.to_owned()), place };
        let index =
            reference(&Field::new(desk, &key, format!("queues.{name}")), "queue of a job class", &desk.names.queues);
        if let (Some(index), Some(order)) = (index, order(&field)) {
            stated[usize::from(index)] = Some((order, field));
        }
    }
    let queue = |(i, stated): (usize, Option<(QueueOrder, Field<'_>)>)| {
        let order = resolve(stated, by_priority(pools, QueueId(i as u16)))?;
        Some(Queue { name: desk.names.queues[i].clone(), order })
    };
    stated.into_iter().enumerate().map(queue).collect()
}

fn order(field: &Field<'_>) -> Option<QueueOrder> {
    let fields = field.open(&kinds::QUEUE)?;
    fields.or("order", "\"fifo\"", |f| values::word(f, &[("fifo", QueueOrder::Fifo), ("lifo", QueueOrder::Lifo)]))
}

fn by_priority(pools: &[Pool], queue: QueueId) -> bool {
    pools.iter().any(|pool| matches!(&pool.take, Take::Priority(queues) if queues.contains(&queue)))
}

/// A queue that a pool serves by priority is in priority order; first in, first out within a priority.
fn resolve(stated: Option<(QueueOrder, Field<'_>)>, by_priority: bool) -> Option<QueueOrder> {
    match stated {
        Some((QueueOrder::Lifo, field)) if by_priority => {
            field.refuse("the queue is served by priority", "`lifo` cannot hold within it")
        }
        _ if by_priority => Some(QueueOrder::Priority),
        Some((order, _)) => Some(order),
        None => Some(QueueOrder::Fifo),
    }
}
