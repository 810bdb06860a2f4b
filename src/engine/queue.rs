//! A queue: ready jobs in the order of its discipline, and below them the jobs that a dispatcher recovered newest first.

use std::collections::VecDeque;

use super::job::{Job, ReadyJob};
use crate::model::QueueOrder;
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(super) struct Queue {
    order: Order,
    /// Served from the end, and only when nothing waits in the ordinary order.
    recovered: Vec<ReadyJob>,
}

#[derive(Clone, Debug)]
enum Order {
    Fifo(Lane),
    Lifo(Lane),
    /// A lane for each priority, the most urgent first.
    Priority(Vec<Lane>),
}

/// Jobs in the order in which they became ready.
#[derive(Clone, Debug, Default)]
struct Lane {
    jobs: VecDeque<Job>,
    /// When each of them became ready; `None` where that is when they were created.
    ready: Option<VecDeque<SimTime>>,
}

/// What a queue is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) order: QueueOrder,
    /// How many different priorities its classes have.
    pub(super) lanes: usize,
    /// Whether some of its jobs come from a dispatcher or come back, so that they can be ready later than created.
    pub(super) gets_staged: bool,
}

impl Queue {
    pub(super) fn new(layout: Layout) -> Self {
        let lane = Lane { jobs: VecDeque::new(), ready: layout.gets_staged.then(VecDeque::new) };
        let order = match layout.order {
            QueueOrder::Fifo => Order::Fifo(lane),
            QueueOrder::Lifo => Order::Lifo(lane),
            QueueOrder::Priority => Order::Priority(vec![lane; layout.lanes.max(1)]),
        };
        Self { order, recovered: Vec::new() }
    }

    /// Adds a job that became ready in the ordinary way. `lane` is the rank of its priority.
    #[inline(always)]
    pub(super) fn push(&mut self, job: ReadyJob, lane: usize) {
        match &mut self.order {
            Order::Fifo(only) | Order::Lifo(only) => only.push(job),
            Order::Priority(lanes) => lanes[lane].push(job),
        }
    }

    /// Puts a job back where it is served next.
    pub(super) fn push_head(&mut self, job: ReadyJob, lane: usize) {
        match &mut self.order {
            Order::Fifo(only) => only.push_front(job),
            Order::Lifo(only) => only.push(job),
            Order::Priority(lanes) => lanes[lane].push_front(job),
        }
    }

    /// Puts a job back where it is served last.
    pub(super) fn push_tail(&mut self, job: ReadyJob, lane: usize) {
        match &mut self.order {
            Order::Fifo(only) => only.push(job),
            Order::Lifo(only) => only.push_front(job),
            Order::Priority(lanes) => lanes[lane].push(job),
        }
    }

    /// Adds a job that is served newest first when no other job waits.
    pub(super) fn push_recovered(&mut self, job: ReadyJob) {
        self.recovered.push(job);
    }

    /// Takes the job that is next.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<ReadyJob> {
        let job = match &mut self.order {
            Order::Fifo(only) => only.pop_front(),
            Order::Lifo(only) => only.pop_back(),
            Order::Priority(lanes) => lanes.iter_mut().find_map(Lane::pop_front),
        };
        job.or_else(|| self.recovered.pop())
    }

    /// The job that is next.
    #[inline]
    pub(super) fn peek(&self) -> Option<ReadyJob> {
        let job = match &self.order {
            Order::Fifo(only) => only.front(),
            Order::Lifo(only) => only.back(),
            Order::Priority(lanes) => lanes.iter().find_map(Lane::front),
        };
        job.or_else(|| self.recovered.last().copied())
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.recovered.is_empty() && self.lanes().iter().all(|lane| lane.jobs.is_empty())
    }

    pub(super) fn len(&self) -> u64 {
        (self.recovered.len() + self.lanes().iter().map(|lane| lane.jobs.len()).sum::<usize>()) as u64
    }

    /// When the job that has been here longest became ready; the ends are looked at, as jobs that come back lie there.
    pub(super) fn oldest_ready(&self) -> Option<SimTime> {
        let ordinary = self.lanes().iter().flat_map(|lane| [lane.front(), lane.back()]).flatten();
        ordinary.chain(self.recovered.first().copied()).map(|job| job.ready).min()
    }

    /// All jobs, in no stated order.
    pub(super) fn iter(&self) -> impl Iterator<Item = ReadyJob> + '_ {
        self.lanes().iter().flat_map(Lane::iter).chain(self.recovered.iter().copied())
    }

    #[inline(always)]
    fn lanes(&self) -> &[Lane] {
        match &self.order {
            Order::Fifo(only) | Order::Lifo(only) => std::slice::from_ref(only),
            Order::Priority(lanes) => lanes,
        }
    }
}

impl Lane {
    #[inline(always)]
    fn push(&mut self, job: ReadyJob) {
        self.jobs.push_back(job.job);
        if let Some(ready) = &mut self.ready {
            ready.push_back(job.ready);
        }
    }

    fn push_front(&mut self, job: ReadyJob) {
        self.jobs.push_front(job.job);
        if let Some(ready) = &mut self.ready {
            ready.push_front(job.ready);
        }
    }

    #[inline(always)]
    fn pop_front(&mut self) -> Option<ReadyJob> {
        let job = self.jobs.pop_front()?;
        let ready = self.ready.as_mut().and_then(VecDeque::pop_front).unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    #[inline(always)]
    fn pop_back(&mut self) -> Option<ReadyJob> {
        let job = self.jobs.pop_back()?;
        let ready = self.ready.as_mut().and_then(VecDeque::pop_back).unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    #[inline]
    fn front(&self) -> Option<ReadyJob> {
        let job = *self.jobs.front()?;
        let ready = self.ready.as_ref().and_then(VecDeque::front).copied().unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    #[inline]
    fn back(&self) -> Option<ReadyJob> {
        let job = *self.jobs.back()?;
        let ready = self.ready.as_ref().and_then(VecDeque::back).copied().unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    fn iter(&self) -> impl Iterator<Item = ReadyJob> + '_ {
        self.jobs.iter().enumerate().map(|(i, &job)| {
            let ready = self.ready.as_ref().map_or(job.created, |ready| ready[i]);
            ReadyJob { job, ready }
        })
    }
}
