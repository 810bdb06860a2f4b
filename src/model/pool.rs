//! Queues and the pools of workers that serve them.

use super::{Capacity, PoolId, QueueId};
use crate::units::SimDuration;

/// A place where ready jobs wait for a worker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queue {
    /// Its name in the scenario; unique.
    pub name: String,
    /// Which of its jobs is taken first.
    pub order: QueueOrder,
    /// How many jobs may wait in it; `None`: any number.
    pub capacity: Option<Room>,
}

/// The room of a finite queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// The most jobs that wait in it, those on workers not counted. With 0 a job is served at once or not at all.
    pub jobs: u64,
    /// What happens to a job that finds it full.
    pub when_full: WhenFull,
}

/// What happens to a job that finds its queue full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhenFull {
    /// It is turned away.
    Reject,
    /// The job that has been ready longest leaves for it; needs room for at least one job.
    DropOldest,
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
    /// Each of the waiting jobs with equal probability, drawn whenever one is taken.
    Random,
    /// The job with the earliest (creation + deadline of its class, ready time, sequence); without a deadline last.
    Deadline,
    /// The job with the smallest (service demand, ready time, sequence).
    Size,
    /// The job with the smallest (priority - whole steps since it became ready, ready time, sequence); the step is positive.
    Ageing(SimDuration),
}

/// A group of equal workers.
#[derive(Clone, PartialEq, Debug)]
pub struct Pool {
    /// Its name in the scenario; unique.
    pub name: String,
    /// Workers at time zero; each runs one job at a time. May be 0 if a change adds some.
    pub size: u32,
    /// What a worker-hour costs; `None`: not stated.
    pub cost_per_hour: Option<HourlyCost>,
    /// How a free worker picks a queue.
    pub take: Take,
    /// Slots that only some queues may use; `None`: all queues may use all.
    pub reserve: Option<Reserve>,
    /// What makes the number of its workers change.
    pub capacity: Capacity,
}

/// The pools that serve each queue, at hand: to ask each pool for each of many classes takes the product of their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Serving(Vec<Vec<PoolId>>);

impl Serving {
    /// Of these pools.
    #[must_use]
    pub fn of(pools: &[Pool]) -> Self {
        let mut queues: Vec<Vec<PoolId>> = Vec::new();
        for (pool, id) in pools.iter().zip(0..) {
            for queue in pool.take.queues() {
                if queues.len() <= queue.index() {
                    queues.resize(queue.index() + 1, Vec::new());
                }
                queues[queue.index()].push(PoolId(id));
            }
        }
        Self(queues)
    }

    /// The pools that serve a queue, in the order of the model.
    #[must_use]
    pub fn pools(&self, queue: QueueId) -> &[PoolId] {
        self.0.get(queue.index()).map_or(&[], Vec::as_slice)
    }
}

/// What a worker-hour costs, and what part of an hour is paid.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HourlyCost {
    /// In the scenario's currency; not negative.
    pub amount: f64,
    /// What of the time of a worker is paid.
    pub billing: Billing,
}

/// What of the time of a worker is paid, from its request to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Billing {
    /// All of it, to the instant.
    #[default]
    Exact,
    /// Whole hours, the last one too if it was only started.
    StartedHour,
    /// Whole minutes.
    StartedMinute,
}

impl Billing {
    /// The time that is paid as a whole once it is started; `None`: there is none.
    #[must_use]
    pub fn unit(self) -> Option<SimDuration> {
        match self {
            Self::Exact => None,
            Self::StartedHour => Some(SimDuration::from_secs(3_600)),
            Self::StartedMinute => Some(SimDuration::from_secs(60)),
        }
    }
}

/// Slots of a pool that only some of its queues may use: the jobs of the others hold at most the size of the pool less these.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reserve {
    /// How many; at least 1.
    pub slots: u32,
    /// The queues that may use them; at least one, all served by the pool.
    pub queues: Vec<QueueId>,
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
    /// The queue whose next job has the smallest (priority - whole steps waited, ready time, sequence). The queues are then in
    /// the order of ageing with the same step.
    Ageing(Vec<QueueId>, SimDuration),
    /// The queue whose next job has the earliest deadline. The queues are then in that order.
    Deadline(Vec<QueueId>),
    /// The queue whose next job has the smallest service demand. The queues are then in that order.
    Shortest(Vec<QueueId>),
    /// Deficit round robin in worker time.
    Fair(Fair),
    /// A job of the tenant that was served longest ago; within the tenant the one ready longest.
    TenantRoundRobin(Vec<QueueId>),
    /// A job of a noisy tenant only when no job of a quiet one waits; the one ready longest.
    QuietFirst(QuietFirst),
}

/// Deficit round robin in worker time (Shreedhar and Varghese, 1996): every party gets `quantum` times its weight in each round and
/// is served while it has credit; each job that is started is charged its whole service time, so that credit may turn into debt.
#[derive(Clone, PartialEq, Debug)]
pub struct Fair {
    /// The queues served.
    pub queues: Vec<QueueId>,
    /// Who shares.
    pub by: FairBy,
    /// Worker time that a weight of 1 earns in a round; positive.
    pub quantum: SimDuration,
}

/// Who shares worker time.
#[derive(Clone, PartialEq, Debug)]
pub enum FairBy {
    /// Job classes, with the positive weight of each class of the model.
    Class(Vec<f64>),
    /// Tenants, with equal weights.
    Tenant,
}

/// The rule of SQS fair queues: a tenant is noisy while it holds over 10 % of the jobs in flight in the pool and at least 30, or had
/// over 10 % of the recent worker time of the pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuietFirst {
    /// The queues served.
    pub queues: Vec<QueueId>,
    /// Worker time a while ago counts `exp(-age / recent)`; positive.
    pub recent: SimDuration,
}

impl Take {
    /// The queues that are served, in the order stated.
    fn each_queue(&self) -> impl Iterator<Item = QueueId> + '_ {
        let (listed, weighted) = match self {
            Self::Strict(queues)
            | Self::RoundRobin(queues)
            | Self::OldestFirst(queues)
            | Self::Priority(queues)
            | Self::Ageing(queues, _)
            | Self::Deadline(queues)
            | Self::Shortest(queues)
            | Self::TenantRoundRobin(queues) => (&queues[..], &[][..]),
            Self::Fair(fair) => (&fair.queues[..], &[][..]),
            Self::QuietFirst(quiet_first) => (&quiet_first.queues[..], &[][..]),
            Self::Weighted(weights) => (&[][..], &weights[..]),
        };
        listed.iter().copied().chain(weighted.iter().map(|&(queue, _)| queue))
    }

    /// The queues that are served, in the order stated.
    #[must_use]
    pub fn queues(&self) -> Vec<QueueId> {
        self.each_queue().collect()
    }

    /// Whether a queue is among them.
    #[must_use]
    pub fn serves(&self, queue: QueueId) -> bool {
        self.each_queue().any(|served| served == queue)
    }

    /// The order that the queues it serves must be in; `None`: any.
    #[must_use]
    pub fn order(&self) -> Option<QueueOrder> {
        match self {
            Self::Priority(_) => Some(QueueOrder::Priority),
            Self::Ageing(_, step) => Some(QueueOrder::Ageing(*step)),
            Self::Deadline(_) => Some(QueueOrder::Deadline),
            Self::Shortest(_) => Some(QueueOrder::Size),
            _ => None,
        }
    }

    /// Whether it tells tenants apart.
    #[must_use]
    pub fn by_tenant(&self) -> bool {
        match self {
            Self::Fair(fair) => fair.by == FairBy::Tenant,
            Self::TenantRoundRobin(_) | Self::QuietFirst(_) => true,
            _ => false,
        }
    }
}
