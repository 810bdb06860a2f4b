//! A pool: its workers, the jobs they run and the queues that they serve.

pub(crate) mod autoscale;
pub(crate) mod buffer;
pub(crate) mod polls;
pub(crate) mod rolling;
pub(crate) mod roster;
pub(crate) mod staff;

use std::ops::Range;

use crate::engine::calendar::heap::{Entry, Heap, Ranked};
use crate::engine::job::{AttemptId, ReadyJob, Running};
use crate::engine::policy::Policy;
use crate::engine::policy::candidates::Candidates;
use crate::engine::policy::ranks::Ranks;
use crate::engine::queue::Queue;
use crate::model::{self, QueueId};
use crate::random::ReplicationSeed;
use crate::units::{SimDuration, SimTime, written_key};

/// A completion is keyed by the order of starts in the upper bits and the slot of the job in these lower ones: up to 16
/// million running jobs, and 10^12 starts in a replication.
const SLOT_BITS: u32 = 24;

#[derive(Clone, Debug)]
pub(crate) struct Pool {
    /// Workers it has where no change holds.
    pub(crate) base_size: u32,
    /// Workers it should have. More are there while some finish their job before they leave.
    pub(crate) size: u32,
    /// Service takes the demand divided by this.
    pub(crate) speed: f64,
    completions: Heap,
    slots: Vec<Running>,
    free_slots: Vec<u32>,
    /// The queues it serves, in the order of its list: their places there are their ranks.
    served: Vec<QueueId>,
    /// The ranks of the queues that are not empty.
    pub(crate) ready: Ranks,
    policy: Policy,
    /// Whether an idle worker starts a job the instant that it is ready: none polls, nor takes jobs in advance.
    eager: bool,
    /// Whether its workers take jobs in advance.
    prefetches: bool,
    /// Whether workers are down by themselves, which then have the slots of their numbers.
    fails: bool,
    /// Their slots.
    closed: Vec<u32>,
    /// What is kept of the job in each slot, in pools that may take it from its worker.
    kept: Option<Vec<Interruptible>>,
}

/// What must be known of a running job to interrupt it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Interruptible {
    pub(crate) job: ReadyJob,
    pub(crate) queue: QueueId,
    pub(crate) start: SimTime,
    /// How long its demand takes in this pool.
    pub(crate) whole: SimDuration,
    pub(crate) done: Done,
}

/// What was done of a job before it was interrupted, to be gone on with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Done {
    /// Worker time of it.
    pub(crate) time: SimDuration,
    /// The whole demand of the job.
    pub(crate) demand: SimDuration,
}

/// The completion that a pool expects next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NextCompletion(Entry);

impl NextCompletion {
    pub(crate) const NEVER: Self = Self(Entry::NEVER);

    #[inline]
    pub(crate) fn time(self) -> SimTime {
        self.0.time
    }

    #[inline]
    pub(crate) fn precedes(self, other: Self) -> bool {
        self.0 < other.0
    }
}

impl Pool {
    pub(crate) fn new(pool: &model::Pool, seed: ReplicationSeed) -> Self {
        let served = pool.take.queues();
        Self {
            base_size: pool.size,
            size: pool.size,
            speed: pool.capacity.speed,
            completions: Heap::default(),
            slots: Vec::new(),
            free_slots: Vec::new(),
            ready: Ranks::with_room_for(served.len()),
            served,
            policy: Policy::new(&written_key(&pool.name), &pool.take, seed),
            eager: pool.capacity.poll.is_none() && pool.capacity.prefetch.is_none(),
            prefetches: pool.capacity.prefetch.is_some(),
            fails: pool.capacity.failures.is_some(),
            closed: Vec::new(),
            kept: pool.capacity.can_interrupt().then(Vec::new),
        }
    }

    pub(crate) fn serves(&self, queue: QueueId) -> Option<usize> {
        self.served.iter().position(|&served| served == queue)
    }

    /// Its workers pick by another policy; returns the one before with the queues by rank.
    pub(crate) fn exchange(
        &mut self,
        (served, policy): (Vec<QueueId>, Policy),
        ready: Ranks,
    ) -> (Vec<QueueId>, Policy) {
        self.ready = ready;
        (std::mem::replace(&mut self.served, served), std::mem::replace(&mut self.policy, policy))
    }

    /// The queues it serves, by rank.
    pub(crate) fn served(&self) -> &[QueueId] {
        &self.served
    }

    #[inline]
    pub(crate) fn busy(&self) -> u32 {
        self.completions.len() as u32
    }

    /// Workers that are there, those included that finish their job and leave.
    #[inline]
    pub(crate) fn available(&self) -> u32 {
        self.size + self.surplus()
    }

    /// Workers that finish their job and leave.
    #[inline]
    pub(crate) fn surplus(&self) -> u32 {
        if self.prefetches {
            return self.completions.iter().filter(|&entry| self.leaves(slot_of(entry) as u32)).count() as u32;
        }
        self.busy().saturating_sub(self.size)
    }

    /// Whether an idle worker starts a job the instant that it is ready.
    #[inline]
    pub(crate) fn has_idle(&self) -> bool {
        self.busy() < self.size && self.eager
    }

    /// Workers that are there and run no job.
    pub(crate) fn idle(&self) -> u32 {
        self.size.saturating_sub(self.busy())
    }

    #[inline]
    pub(crate) fn next_completion(&self) -> NextCompletion {
        NextCompletion(self.completions.top())
    }

    /// The job that is finished next.
    #[inline]
    pub(crate) fn finishing(&self) -> Running {
        self.slots[slot_of(self.completions.top())]
    }

    /// Its slot.
    pub(crate) fn finishing_slot(&self) -> u32 {
        slot_of(self.completions.top()) as u32
    }

    /// The slots of the running jobs, in no stated order.
    pub(crate) fn busy_slots(&self) -> Vec<u32> {
        self.completions.iter().map(|entry| slot_of(entry) as u32).collect()
    }

    /// The queue that the policy serves now; `None` when all are empty.
    #[inline(always)]
    pub(crate) fn pick(&mut self, queues: &[Queue], priorities: &[i32]) -> Option<QueueId> {
        let first = self.ready.least()?;
        let candidates = Candidates { ready: &self.ready, first, served: &self.served, queues, priorities };
        let rank = self.policy.pick(&candidates);
        Some(self.served[rank])
    }

    /// A job of this queue is started without a choice.
    #[inline]
    pub(crate) fn note_served(&mut self, rank: usize) {
        self.policy.note_served(rank);
    }

    /// An idle worker starts a job; returns its slot.
    #[inline(always)]
    pub(crate) fn occupy(&mut self, job: Running, finish: SimTime, start: u64) -> usize {
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
        slot as usize
    }

    /// The worker of the job that is finished next starts another one; returns its slot.
    #[inline(always)]
    pub(crate) fn succeed(&mut self, job: Running, finish: SimTime, start: u64) -> usize {
        let slot = slot_of(self.completions.top());
        self.slots[slot] = job;
        self.completions.replace_top(entry(finish, start, slot as u64));
        slot
    }

    /// The worker of the job that is finished next becomes idle, or leaves.
    #[inline(always)]
    pub(crate) fn release(&mut self) {
        let slot = slot_of(self.completions.top());
        self.completions.pop();
        self.free_slots.push(slot as u32);
    }

    /// Whether running jobs may be interrupted.
    #[inline(always)]
    pub(crate) fn keeps(&self) -> bool {
        self.kept.is_some()
    }

    /// Notes what must be known to interrupt the job in a slot.
    #[cold]
    pub(crate) fn keep(&mut self, slot: usize, job: Interruptible) {
        if let Some(kept) = &mut self.kept {
            kept.resize(kept.len().max(slot + 1), job);
            kept[slot] = job;
        }
    }

    /// What was done before of the job that is finished next.
    pub(crate) fn done_before(&self) -> SimDuration {
        let kept = self.kept.as_ref().and_then(|kept| kept.get(slot_of(self.completions.top())));
        kept.map_or(SimDuration::ZERO, |kept| kept.done.time)
    }

    /// The slots of the running jobs with what is kept of them, the latest started first.
    pub(crate) fn interruptible(&self) -> Vec<(usize, Interruptible)> {
        let mut entries: Vec<Entry> = self.completions.iter().collect();
        entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.key));
        let kept = self.kept.as_deref().unwrap_or_default();
        entries.into_iter().map(slot_of).filter_map(|slot| Some((slot, *kept.get(slot)?))).collect()
    }

    /// Of the jobs with the greatest rank, those without left out, the latest started: its rank, its slot and what is kept of it.
    pub(crate) fn greatest_by(
        &self,
        rank: impl Fn(usize, &Interruptible) -> Option<i64>,
    ) -> Option<(i64, (usize, Interruptible))> {
        let kept = self.kept.as_deref()?;
        let rank = |slot: usize| rank(slot, kept.get(slot)?);
        let ranked = self.completions.iter().filter_map(|entry| Some(((rank(slot_of(entry))?, entry.key), entry)));
        let ((rank, _), entry) = ranked.max_by_key(|(order, _)| *order)?;
        Some((rank, (slot_of(entry), kept[slot_of(entry)])))
    }

    /// Puts the jobs of workers that leave before the others, where workers are told by their slots.
    pub(crate) fn put_leaving_first(&self, jobs: &mut [(usize, Interruptible)]) {
        if self.prefetches {
            jobs.sort_by_key(|&(slot, _)| !self.leaves(slot as u32));
        }
    }

    /// Takes the job in a slot from its worker; the slot is free, unless its worker is down.
    pub(crate) fn evict(&mut self, slot: usize) -> Running {
        let removed = self.completions.remove(|entry| slot_of(entry) == slot);
        assert!(removed.is_some(), "only a running job is taken from its worker");
        if !self.closed.contains(&(slot as u32)) {
            self.free_slots.push(slot as u32);
        }
        self.slots[slot]
    }

    /// A running attempt ends at another time than it seemed to.
    #[cold]
    pub(crate) fn reschedule(&mut self, attempt: AttemptId, finish: SimTime) {
        let slots = &self.slots;
        let entry = self.completions.remove(|entry| slots[slot_of(entry)].attempt == Some(attempt));
        let entry = entry.expect("an attempt that is let in is on its worker");
        self.completions.push(Entry { time: finish, ..entry });
    }

    /// Gives each worker a slot of its own, so that it can be told from the others.
    pub(crate) fn number_workers(&mut self, filler: Running) {
        let numbered = self.slots.len() as u32..self.slots_there();
        self.slots.resize(self.slots.len().max(numbered.end as usize), filler);
        self.free_slots.extend(numbered.rev());
    }

    /// A worker is down: its slot is not used until [`Pool::open_slot`].
    pub(crate) fn close_slot(&mut self, slot: u32) {
        self.free_slots.retain(|&free| free != slot);
        self.closed.push(slot);
    }

    pub(crate) fn open_slot(&mut self, slot: u32) {
        self.closed.retain(|&closed| closed != slot);
        self.free_slots.push(slot);
    }

    /// Where workers are told by their slots: the slots below this are those of the workers that it should have.
    pub(crate) fn slots_there(&self) -> u32 {
        if self.fails && self.size > 0 { self.base_size } else { self.size }
    }

    /// Whether the worker of a slot leaves when its job is finished, where workers are told by their slots.
    pub(crate) fn leaves(&self, slot: u32) -> bool {
        slot >= self.slots_there()
    }

    /// How many of these slots have a worker that is up.
    pub(crate) fn workers_in(&self, slots: Range<u32>) -> u32 {
        let slots = slots.start..slots.end.min(self.slots_there());
        slots.len() as u32 - self.closed.iter().filter(|slot| slots.contains(slot)).count() as u32
    }

    /// The first of these slots whose worker is idle.
    pub(crate) fn idle_slot_in(&self, slots: Range<u32>) -> Option<u32> {
        self.free_slots.iter().copied().filter(|&slot| slots.contains(&slot) && !self.leaves(slot)).min()
    }

    /// An idle worker is the one that starts the next job.
    pub(crate) fn use_next(&mut self, slot: u32) {
        self.free_slots.retain(|&free| free != slot);
        self.free_slots.push(slot);
    }

    /// The jobs on its workers, in no stated order.
    pub(crate) fn running(&self) -> impl Iterator<Item = Running> + '_ {
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
