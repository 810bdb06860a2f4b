//! A pool: its workers, the jobs they run and the queues that they serve.

use super::heap::{Entry, Heap};
use super::job::Running;
use super::policy::{Candidates, Policy, Ranks};
use super::queue::Queue;
use crate::model::{self, QueueId};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

/// A completion is keyed by the order of starts in the upper bits and the slot of the job in these lower ones: up to 16
/// million running jobs, and 10^12 starts in a replication.
const SLOT_BITS: u32 = 24;

#[derive(Clone, Debug)]
pub(super) struct Pool {
    /// Workers it has where no change holds.
    pub(super) base_size: u32,
    /// Workers it should have. More are there while some finish their job before they leave.
    pub(super) size: u32,
    completions: Heap,
    slots: Vec<Running>,
    free_slots: Vec<u32>,
    /// The queues it serves, in the order of its list: their places there are their ranks.
    served: Vec<QueueId>,
    /// The ranks of the queues that are not empty.
    pub(super) ready: Ranks,
    policy: Policy,
}

/// The completion that a pool expects next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct NextCompletion(Entry);

impl NextCompletion {
    pub(super) const NEVER: Self = Self(Entry::NEVER);

    #[inline]
    pub(super) fn time(self) -> SimTime {
        self.0.time
    }
}

impl Pool {
    pub(super) fn new(pool: &model::Pool, seed: ReplicationSeed) -> Self {
        let served = pool.take.queues();
        Self {
            base_size: pool.size,
            size: pool.size,
            completions: Heap::default(),
            slots: Vec::new(),
            free_slots: Vec::new(),
            ready: Ranks::with_room_for(served.len()),
            served,
            policy: Policy::new(pool, seed),
        }
    }

    /// The queues it serves, in the order of its list.
    pub(super) fn served(&self) -> &[QueueId] {
        &self.served
    }

    pub(super) fn serves(&self, queue: QueueId) -> Option<usize> {
        self.served.iter().position(|&served| served == queue)
    }

    #[inline]
    pub(super) fn busy(&self) -> u32 {
        self.completions.len() as u32
    }

    /// Workers that are there, those included that finish their job and leave.
    #[inline]
    pub(super) fn available(&self) -> u32 {
        self.size.max(self.busy())
    }

    #[inline]
    pub(super) fn has_idle(&self) -> bool {
        self.busy() < self.size
    }

    #[inline]
    pub(super) fn next_completion(&self) -> NextCompletion {
        NextCompletion(self.completions.top())
    }

    /// The job that is finished next.
    #[inline]
    pub(super) fn finishing(&self) -> Running {
        self.slots[slot_of(self.completions.top())]
    }

    /// The queue that the policy serves now; `None` when all are empty.
    #[inline(always)]
    pub(super) fn pick(&mut self, queues: &[Queue], priorities: &[i32]) -> Option<QueueId> {
        if self.ready.is_empty() {
            return None;
        }
        let candidates = Candidates { ready: &self.ready, served: &self.served, queues, priorities };
        let rank = self.policy.pick(&candidates);
        Some(self.served[rank])
    }

    /// A job of this queue is started without a choice.
    #[inline]
    pub(super) fn note_served(&mut self, rank: usize) {
        self.policy.note_served(rank);
    }

    /// An idle worker starts a job.
    #[inline(always)]
    pub(super) fn occupy(&mut self, job: Running, finish: SimTime, start: u64) {
        let slot = match self.free_slots.pop() {
            Some(slot) => {
                self.slots[slot as usize] = job;
                slot
            }
            None => {
                self.slots.push(job);
                self.slots.len() as u32 - 1
            }
        };
        assert!(slot >> SLOT_BITS == 0, "more than 2^{SLOT_BITS} jobs run in one pool");
        self.completions.push(entry(finish, start, u64::from(slot)));
    }

    /// The worker of the job that is finished next starts another one.
    #[inline(always)]
    pub(super) fn succeed(&mut self, job: Running, finish: SimTime, start: u64) {
        let slot = slot_of(self.completions.top());
        self.slots[slot] = job;
        self.completions.replace_top(entry(finish, start, slot as u64));
    }

    /// The worker of the job that is finished next becomes idle, or leaves.
    #[inline(always)]
    pub(super) fn release(&mut self) {
        let slot = slot_of(self.completions.top());
        self.completions.pop();
        self.free_slots.push(slot as u32);
    }

    /// The jobs on its workers, in no stated order.
    pub(super) fn running(&self) -> impl Iterator<Item = Running> + '_ {
        self.completions.iter().map(|entry| self.slots[slot_of(entry)])
    }
}

#[inline]
fn entry(time: SimTime, start: u64, slot: u64) -> Entry {
    Entry { time, key: start << SLOT_BITS | slot }
}

#[inline]
fn slot_of(entry: Entry) -> usize {
    (entry.key & ((1 << SLOT_BITS) - 1)) as usize
}
