//! A queue: ready jobs in the order of its discipline, and below them the jobs that a dispatcher recovered newest first.

pub(crate) mod chunked;
pub(crate) mod crowd;
pub(crate) mod lane;
pub(crate) mod lanes;
pub(crate) mod ready_times;
pub(crate) mod tenants;
pub(crate) mod terms;

use crate::engine::job::{Job, ReadyJob, Sequence};
use crate::engine::queue::chunked::ChunkedDeque;
use crate::engine::queue::lanes::LaneQueue;
use crate::engine::queue::ready_times::ReadyTimes;
use crate::model::QueueOrder;
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(crate) struct Queue {
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
    /// Where workers choose among lanes.
    Lanes(Box<LaneQueue>),
}

/// Jobs in the order in which they became ready.
#[derive(Clone, Debug, Default)]
struct Lane {
    jobs: ChunkedDeque<Job>,
    /// When each of them became ready; `None` where that is when they were created.
    ready: Option<ReadyTimes>,
}

/// An order in which the next job of a queue is known without a look at the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SimpleOrder {
    Fifo,
    Lifo,
    Priority,
}

impl SimpleOrder {
    /// `None`: the queue needs lanes.
    pub(crate) fn of(order: QueueOrder) -> Option<Self> {
        match order {
            QueueOrder::Fifo => Some(Self::Fifo),
            QueueOrder::Lifo => Some(Self::Lifo),
            QueueOrder::Priority => Some(Self::Priority),
            QueueOrder::Random | QueueOrder::Deadline | QueueOrder::Size | QueueOrder::Ageing(_) => None,
        }
    }
}

/// What a queue is made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) order: SimpleOrder,
    /// How many different priorities its classes have.
    pub(crate) lanes: usize,
    /// Whether some of its jobs come from a dispatcher or come back, so that they can be ready later than created.
    pub(crate) gets_staged: bool,
}

impl Queue {
    pub(crate) fn new(layout: Layout) -> Self {
        let lane = Lane { jobs: ChunkedDeque::default(), ready: layout.gets_staged.then(ReadyTimes::default) };
        let order = match layout.order {
            SimpleOrder::Fifo => Order::Fifo(lane),
            SimpleOrder::Lifo => Order::Lifo(lane),
            SimpleOrder::Priority => Order::Priority(vec![lane; layout.lanes.max(1)]),
        };
        Self { order, recovered: Vec::new() }
    }

    /// Whether its jobs are served in the order in which they came, whatever their class.
    pub(crate) fn is_fifo(&self) -> bool {
        matches!(self.order, Order::Fifo(_))
    }

    /// A queue whose jobs are chosen lane by lane.
    pub(crate) fn with_lanes(lanes: LaneQueue) -> Self {
        Self { order: Order::Lanes(Box::new(lanes)), recovered: Vec::new() }
    }

    pub(crate) fn lane_queue(&mut self) -> Option<&mut LaneQueue> {
        match &mut self.order {
            Order::Lanes(lanes) => Some(lanes),
            _ => None,
        }
    }

    /// Adds a job that became ready in the ordinary way. `lane` is the rank of its priority.
    #[inline(always)]
    pub(crate) fn push(&mut self, job: ReadyJob, lane: usize) {
        match &mut self.order {
            Order::Fifo(only) | Order::Lifo(only) => only.push(job),
            Order::Priority(lanes) => lanes[lane].push(job),
            Order::Lanes(lanes) => lanes.push(job, false),
        }
    }

    /// Puts a job back where it is served next.
    pub(crate) fn push_head(&mut self, job: ReadyJob, lane: usize) {
        match &mut self.order {
            Order::Fifo(only) => only.push_front(job),
            Order::Lifo(only) => only.push(job),
            Order::Priority(lanes) => lanes[lane].push_front(job),
            Order::Lanes(lanes) => lanes.push_head(job),
        }
    }

    /// Puts a job back where it is served last.
    pub(crate) fn push_tail(&mut self, job: ReadyJob, lane: usize) {
        match &mut self.order {
            Order::Fifo(only) => only.push(job),
            Order::Lifo(only) => only.push_front(job),
            Order::Priority(lanes) => lanes[lane].push(job),
            Order::Lanes(lanes) => lanes.push_tail(job),
        }
    }

    /// Adds a job that is served newest first when no other job waits.
    pub(crate) fn push_recovered(&mut self, job: ReadyJob) {
        match &mut self.order {
            Order::Lanes(lanes) => lanes.push(job, true),
            _ => self.recovered.push(job),
        }
    }

    /// Takes the job that is next; where it has lanes for classes, jobs are taken lane by lane.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<ReadyJob> {
        let job = match &mut self.order {
            Order::Fifo(only) => only.pop_front(),
            Order::Lifo(only) => only.pop_back(),
            Order::Priority(lanes) => lanes.iter_mut().find_map(Lane::pop_front),
            Order::Lanes(_) => None,
        };
        job.or_else(|| self.recovered.pop())
    }

    /// Takes out a job that waits in this lane, or among the recovered ones.
    pub(crate) fn remove(&mut self, job: &ReadyJob, lane: usize) -> Option<ReadyJob> {
        let sequence = job.job.sequence;
        let ordinary = match &mut self.order {
            Order::Fifo(only) | Order::Lifo(only) => only.remove(sequence),
            Order::Priority(lanes) => lanes[lane].remove(sequence),
            Order::Lanes(lanes) => return lanes.remove(job),
        };
        ordinary.or_else(|| {
            let place = self.recovered.iter().position(|ready| ready.job.sequence == sequence)?;
            Some(self.recovered.remove(place))
        })
    }

    /// Takes out the job that has been here longest.
    pub(crate) fn remove_oldest(&mut self) -> Option<ReadyJob> {
        if let Order::Lanes(lanes) = &mut self.order {
            return lanes.remove_oldest();
        }
        let ordinary = self.lanes().iter().enumerate().filter_map(|(lane, jobs)| Some((jobs.front()?, lane)));
        let oldest = ordinary.chain(self.recovered.first().map(|&job| (job, 0))).min_by(|a, b| a.0.compare(&b.0))?;
        self.remove(&oldest.0, oldest.1)
    }

    /// The job that is next, but where it has lanes for classes.
    #[inline]
    pub(crate) fn peek(&self) -> Option<ReadyJob> {
        let job = match &self.order {
            Order::Fifo(only) => only.front(),
            Order::Lifo(only) => only.back(),
            Order::Priority(lanes) => lanes.iter().find_map(Lane::front),
            Order::Lanes(_) => None,
        };
        job.or_else(|| self.recovered.last().copied())
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        let ordinary = match &self.order {
            Order::Fifo(only) | Order::Lifo(only) => only.jobs.is_empty(),
            Order::Priority(lanes) => lanes.iter().all(|lane| lane.jobs.is_empty()),
            Order::Lanes(lanes) => lanes.is_empty(),
        };
        // Both are looked at: whether a queue is empty after a job cannot be predicted.
        ordinary & self.recovered.is_empty()
    }

    pub(crate) fn len(&self) -> u64 {
        let with_lanes = self.lane_queue_ref().map_or(0, LaneQueue::len);
        (with_lanes + self.recovered.len() + self.lanes().iter().map(|lane| lane.jobs.len()).sum::<usize>()) as u64
    }

    /// When the job that has been here longest became ready; the ends are looked at, as jobs that come back lie there.
    pub(crate) fn oldest_ready(&self) -> Option<SimTime> {
        let ordinary = self.lanes().iter().flat_map(|lane| [lane.front(), lane.back()]).flatten();
        let with_lanes = self.lane_queue_ref().and_then(LaneQueue::oldest_ready);
        ordinary.chain(self.recovered.first().copied()).map(|job| job.ready).chain(with_lanes).min()
    }

    /// All jobs, in no stated order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ReadyJob> + '_ {
        let with_lanes = self.lane_queue_ref().into_iter().flat_map(LaneQueue::iter);
        self.lanes().iter().flat_map(Lane::iter).chain(self.recovered.iter().copied()).chain(with_lanes)
    }

    fn lane_queue_ref(&self) -> Option<&LaneQueue> {
        match &self.order {
            Order::Lanes(lanes) => Some(lanes),
            _ => None,
        }
    }

    #[inline(always)]
    fn lanes(&self) -> &[Lane] {
        match &self.order {
            Order::Fifo(only) | Order::Lifo(only) => std::slice::from_ref(only),
            Order::Priority(lanes) => lanes,
            Order::Lanes(_) => &[],
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
        let ready = self.ready.as_mut().and_then(ReadyTimes::pop_front).unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    #[inline(always)]
    fn pop_back(&mut self) -> Option<ReadyJob> {
        let job = self.jobs.pop_back()?;
        let ready = self.ready.as_mut().and_then(ReadyTimes::pop_back).unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    /// By its sequence: jobs are in the order of their sequences, unless some were put back to the front.
    fn remove(&mut self, sequence: Sequence) -> Option<ReadyJob> {
        let sorted = self.jobs.search(|job| job.sequence.compare(sequence));
        let place = sorted.or_else(|| self.jobs.iter().position(|job| job.sequence == sequence))?;
        let job = self.jobs.remove(place)?;
        let ready = self.ready.as_mut().and_then(|ready| ready.remove(place)).unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    #[inline]
    fn front(&self) -> Option<ReadyJob> {
        let job = *self.jobs.front()?;
        let ready = self.ready.as_ref().and_then(ReadyTimes::front).unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    #[inline]
    fn back(&self) -> Option<ReadyJob> {
        let job = *self.jobs.back()?;
        let ready = self.ready.as_ref().and_then(ReadyTimes::back).unwrap_or(job.created);
        Some(ReadyJob { job, ready })
    }

    fn iter(&self) -> impl Iterator<Item = ReadyJob> + '_ {
        let mut times = self.ready.as_ref().map(ReadyTimes::iter);
        self.jobs.iter().map(move |&job| {
            let ready = times.as_mut().and_then(Iterator::next).unwrap_or(job.created);
            ReadyJob { job, ready }
        })
    }
}
