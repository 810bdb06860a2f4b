//! Reading `[queues.NAME]`, and the orders that queues are in.

use super::reference::reference;
use super::{fates, values};
use crate::model::{Pool, Queue, QueueId, QueueOrder, Room, Serving};
use crate::scenario::syntax::desk::Desk;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::names::written_path;
use crate::scenario::syntax::schema;
use crate::scenario::text::node::{Node, Table, Value};
use crate::scenario::text::problem::Problem;

/// The queues that job classes name, with what `[queues]` says of them.
pub(super) fn read_all(desk: &Desk<'_>, root: &Table, pools: &[Pool]) -> Option<Vec<Queue>> {
    let mut stated = vec![None; desk.names.queues.len()];
    let mut capacities = vec![None; desk.names.queues.len()];
    let entries = root.get("queues").and_then(|node| Field::new(desk, node, "queues").entries("queues by name"));
    for (name, place, field) in entries.unwrap_or_default() {
        let key = Node { value: Value::Text(name.to_owned()), place };
        let index = reference(
            &Field::new(desk, &key, written_path(["queues", name])),
            "queue of a job class",
            &desk.names.queues,
        );
        if let (Some(index), Some((order, capacity))) = (index, of_queue(&field)) {
            capacities[usize::from(index)] = capacity;
            stated[usize::from(index)] = Some((order, field));
        }
    }
    let serving = Serving::of(pools);
    let queue = |(i, stated): (usize, Option<(QueueOrder, Field<'_>)>)| {
        let order = match (demanded(desk, root, (pools, &serving), QueueId(i as u16))?, stated) {
            (Some(demanded), Some((stated, field))) => agree(demanded, stated, &field)?,
            (Some(demanded), None) => demanded,
            (None, stated) => stated.map(|(order, _)| order).unwrap_or_default(),
        };
        Some(Queue { name: desk.names.queues[i].clone(), order, capacity: capacities[i] })
    };
    // All are read, so that all problems are reported.
    let queues: Vec<Option<Queue>> = stated.into_iter().enumerate().map(queue).collect();
    queues.into_iter().collect()
}

const ORDERS: [(&str, QueueOrder); 6] = [
    ("fifo", QueueOrder::Fifo),
    ("lifo", QueueOrder::Lifo),
    ("random", QueueOrder::Random),
    ("priority", QueueOrder::Priority),
    ("deadline", QueueOrder::Deadline),
    ("size", QueueOrder::Size),
];

fn of_queue(field: &Field<'_>) -> Option<(QueueOrder, Option<Room>)> {
    let fields = field.open::<schema::Queue>()?;
    let order = fields.or("order", |f| values::word(f, &ORDERS));
    let capacity = fates::capacity(&fields);
    let (order, capacity) = (order?, capacity?);
    if matches!(order, QueueOrder::Priority | QueueOrder::Deadline) {
        field.desk.mark_used(word(order).to_owned());
    }
    Some((order, capacity))
}

fn word(order: QueueOrder) -> &'static str {
    ORDERS.iter().find(|(_, known)| *known == order).map_or("ageing", |(word, _)| word)
}

/// The order that pools need a queue to be in, if one does; `None` when two need different ones, which is reported.
#[expect(clippy::option_option, reason = "contradictory, free and demanded are three different outcomes")]
fn demanded(
    desk: &Desk<'_>,
    root: &Table,
    (pools, serving): (&[Pool], &Serving),
    queue: QueueId,
) -> Option<Option<QueueOrder>> {
    let mut first: Option<(QueueOrder, &Pool)> = None;
    for pool in serving.pools(queue).iter().map(|id| &pools[id.index()]) {
        let Some(order) = pool.take.order() else { continue };
        match first {
            Some((other, of)) if other != order => {
                let name = &desk.names.queues[queue.index()];
                let title =
                    format!("the pools `{}` and `{}` need the queue `{name}` in different orders", of.name, pool.name);
                let place =
                    root.table("pools").and_then(|pools| pools.entry(&pool.name)).map(|entry| entry.key_place)?;
                desk.report(Problem::new(place, title).accepted("a queue has one order"));
                return None;
            }
            _ => first = Some((order, pool)),
        }
    }
    Some(first.map(|(order, _)| order))
}

/// A queue that a pool takes by an order is in that order; first in, first out among equals.
fn agree(demanded: QueueOrder, stated: QueueOrder, field: &Field<'_>) -> Option<QueueOrder> {
    if stated == demanded || stated == QueueOrder::Fifo {
        return Some(demanded);
    }
    field.refuse(
        format!("the queue is served by {}", word(demanded)),
        format!("`{}` cannot hold within it", word(stated)),
    )
}
