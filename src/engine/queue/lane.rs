//! A lane: jobs of one class, and one tenant where tenants are told apart, in the order of their queue.

use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};

use rand::RngExt;

use crate::engine::job::ReadyJob;
use crate::model::{ClassId, QueueOrder};
use crate::random::Stream;

#[derive(Clone, Debug)]
pub(crate) enum Lane {
    /// The first is next.
    Line(VecDeque<ReadyJob>),
    /// The last is next.
    Stack(Vec<ReadyJob>),
    /// The one with the smallest urgency is next.
    Sorted(BTreeSet<Urgent>),
    /// The last is next once it was drawn.
    Drawn(Vec<ReadyJob>),
}

/// A job with what its queue is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Urgent {
    /// Smaller is first.
    pub(crate) urgency: i64,
    pub(crate) job: ReadyJob,
}

impl Ord for Urgent {
    fn cmp(&self, other: &Self) -> Ordering {
        self.urgency.cmp(&other.urgency).then_with(|| self.job.compare(&other.job))
    }
}

impl PartialOrd for Urgent {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Lane {
    pub(crate) fn new(order: QueueOrder) -> Self {
        match order {
            // Jobs of one class age alike, so that the first is the oldest.
            QueueOrder::Fifo | QueueOrder::Priority | QueueOrder::Ageing(_) => Self::Line(VecDeque::new()),
            QueueOrder::Lifo => Self::Stack(Vec::new()),
            QueueOrder::Deadline | QueueOrder::Size => Self::Sorted(BTreeSet::new()),
            QueueOrder::Random => Self::Drawn(Vec::new()),
        }
    }

    pub(crate) fn push(&mut self, job: Urgent) {
        match self {
            Self::Line(jobs) => jobs.push_back(job.job),
            Self::Stack(jobs) | Self::Drawn(jobs) => jobs.push(job.job),
            Self::Sorted(jobs) => drop(jobs.insert(job)),
        }
    }

    pub(crate) fn push_head(&mut self, job: Urgent) {
        match self {
            Self::Line(jobs) => jobs.push_front(job.job),
            Self::Stack(_) | Self::Drawn(_) | Self::Sorted(_) => self.push(job),
        }
    }

    pub(crate) fn push_tail(&mut self, job: Urgent) {
        match self {
            Self::Stack(jobs) => jobs.insert(0, job.job),
            Self::Line(_) | Self::Drawn(_) | Self::Sorted(_) => self.push(job),
        }
    }

    /// Draws the next job where that is left to chance.
    pub(crate) fn draw(&mut self, stream: &mut Stream) {
        if let Self::Drawn(jobs) = self
            && jobs.len() > 1
        {
            let last = jobs.len() - 1;
            jobs.swap(stream.random_range(0..=last), last);
        }
    }

    pub(crate) fn head(&self) -> Option<ReadyJob> {
        match self {
            Self::Line(jobs) => jobs.front().copied(),
            Self::Stack(jobs) | Self::Drawn(jobs) => jobs.last().copied(),
            Self::Sorted(jobs) => jobs.first().map(|urgent| urgent.job),
        }
    }

    pub(crate) fn pop(&mut self) -> Option<ReadyJob> {
        match self {
            Self::Line(jobs) => jobs.pop_front(),
            Self::Stack(jobs) | Self::Drawn(jobs) => jobs.pop(),
            Self::Sorted(jobs) => jobs.pop_first().map(|urgent| urgent.job),
        }
    }

    /// Takes out a job that lies here.
    pub(crate) fn remove(&mut self, job: &Urgent) -> Option<ReadyJob> {
        let same = |other: &ReadyJob| other.job.sequence == job.job.job.sequence;
        match self {
            Self::Line(jobs) => {
                let sorted = jobs.binary_search_by(|other| other.compare(&job.job)).ok();
                jobs.remove(sorted.or_else(|| jobs.iter().position(same))?)
            }
            Self::Stack(jobs) => {
                let sorted = jobs.binary_search_by(|other| other.compare(&job.job)).ok();
                Some(jobs.remove(sorted.or_else(|| jobs.iter().position(same))?))
            }
            Self::Drawn(jobs) => Some(jobs.swap_remove(jobs.iter().position(same)?)),
            Self::Sorted(jobs) => {
                let found = jobs.take(job).or_else(|| {
                    let other = *jobs.iter().find(|other| same(&other.job))?;
                    jobs.take(&other)
                });
                found.map(|urgent| urgent.job)
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Line(jobs) => jobs.len(),
            Self::Stack(jobs) | Self::Drawn(jobs) => jobs.len(),
            Self::Sorted(jobs) => jobs.len(),
        }
    }

    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = ReadyJob> + '_> {
        match self {
            Self::Line(jobs) => Box::new(jobs.iter().copied()),
            Self::Stack(jobs) | Self::Drawn(jobs) => Box::new(jobs.iter().copied()),
            Self::Sorted(jobs) => Box::new(jobs.iter().map(|urgent| urgent.job)),
        }
    }

    /// The job that has been here longest.
    pub(crate) fn oldest(&self) -> Option<ReadyJob> {
        match self {
            Self::Line(jobs) => jobs.front().copied(),
            Self::Stack(jobs) => jobs.first().copied(),
            Self::Sorted(_) | Self::Drawn(_) => self.iter().min_by(ReadyJob::compare),
        }
    }
}

/// Names a lane. Jobs that a dispatcher recovered newest first lie in lanes of their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct LaneKey {
    pub(crate) recovered: bool,
    pub(crate) class: ClassId,
    /// 0 where tenants are not told apart.
    pub(crate) tenant: u16,
}
