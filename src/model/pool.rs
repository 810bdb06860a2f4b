//! Queues and the pools of workers that serve them.

use super::{Capacity, QueueId};

/// A place where ready jobs wait for a worker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queue {
    /// Its name in the scenario; unique.
    pub name: String,
    /// Which of its jobs is taken first.
    pub order: QueueOrder,
}

/// The discipline of a queue: which of its jobs is taken first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum QueueOrder {
    /// The job that became ready first.
    #[default]
    Fifo,
    /// The job that became ready last.
    Lifo,
    /// The job with the smallest (priority, ready time, sequence).
    Priority,
}

/// A group of equal workers.
#[derive(Clone, PartialEq, Debug)]
pub struct Pool {
    /// Its name in the scenario; unique.
    pub name: String,
    /// Workers at time zero; each runs one job at a time. May be 0 if a change adds some.
    pub size: u32,
    /// Cost of a worker-hour in the scenario's currency; `None`: not stated.
    pub cost_per_hour: Option<f64>,
    /// How a free worker picks a queue.
    pub take: Take,
    /// What makes the number of its workers change.
    pub capacity: Capacity,
}

/// How a free worker picks among the queues its pool serves; every list names at least one queue, none twice.
#[derive(Clone, PartialEq, Debug)]
pub enum Take {
    /// The first non-empty queue in this order.
    Strict(Vec<QueueId>),
    /// A draw among the non-empty queues with probability in proportion to these positive weights.
    Weighted(Vec<(QueueId, f64)>),
    /// The queue just served goes to the end.
    RoundRobin(Vec<QueueId>),
    /// The queue whose next job has been ready longest.
    OldestFirst(Vec<QueueId>),
    /// The queue whose next job has the smallest (priority, ready time, sequence). The queues are then in priority order.
    Priority(Vec<QueueId>),
}

impl Take {
    /// The queues that are served, in the order stated.
    #[must_use]
    pub fn queues(&self) -> Vec<QueueId> {
        match self {
            Self::Strict(queues) | Self::RoundRobin(queues) | Self::OldestFirst(queues) | Self::Priority(queues) => {
                queues.clone()
            }
            Self::Weighted(weights) => weights.iter().map(|&(queue, _)| queue).collect(),
        }
    }
}
