//! Workers that run one job each: every job on a worker has a slot, and its completion lies in a heap.

use std::ops::Range;

use crate::engine::calendar::heap::{Entry, Heap, Ranked};
use crate::engine::job::{AttemptId, ReadyJob, Running};
use crate::model::QueueId;
use crate::units::{SimDuration, SimTime};

/// A completion is keyed by the order of starts in the upper bits and the slot of the job in these lower ones: up to 16
/// million running jobs, and 10^12 starts in a replication.
const SLOT_BITS: u32 = 24;

/// The jobs on the workers of a pool.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    completions: Heap,
    jobs: Vec<Running>,
    free: Vec<u32>,
    /// The slots of workers that are down by themselves, where they have those of their numbers.
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

impl Slots {
    pub(crate) fn new(can_interrupt: bool) -> Self {
        Self {
            completions: Heap::default(),
            jobs: Vec::new(),
            free: Vec::new(),
            closed: Vec::new(),
            kept: can_interrupt.then(Vec::new),
        }
    }

    #[inline]
    pub(crate) fn busy(&self) -> u32 {
        self.completions.len() as u32
    }

    #[inline]
    pub(crate) fn next_completion(&self) -> NextCompletion {
        NextCompletion(self.completions.top())
    }

    /// The job that is finished next.
    #[inline]
    pub(crate) fn finishing(&self) -> Running {
        self.jobs[slot_of(self.completions.top())]
    }

    /// Its slot.
    #[inline]
    pub(crate) fn finishing_slot(&self) -> u32 {
        slot_of(self.completions.top()) as u32
    }

    /// The slots of the running jobs, in no stated order.
    pub(crate) fn busy_slots(&self) -> Vec<u32> {
        self.completions.iter().map(|entry| slot_of(entry) as u32).collect()
    }

    /// An idle worker starts a job; returns its slot.
    #[inline(always)]
    pub(crate) fn occupy(&mut self, job: Running, finish: SimTime, start: u64) -> usize {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.jobs[slot as usize] = job;
                slot
            }
            None => {
                self.jobs.push(job);
                self.jobs.len() as u32 - 1
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
        self.jobs[slot] = job;
        self.completions.replace_top(entry(finish, start, slot as u64));
        slot
    }

    /// The worker of the job that is finished next becomes idle, or leaves.
    #[inline(always)]
    pub(crate) fn release(&mut self) {
        let slot = slot_of(self.completions.top());
        self.completions.pop();
        self.free.push(slot as u32);
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
    #[inline]
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

    /// Takes the job in a slot from its worker; the slot is free, unless its worker is down.
    pub(crate) fn evict(&mut self, slot: usize) -> Running {
        let removed = self.completions.remove(|entry| slot_of(entry) == slot);
        assert!(removed.is_some(), "only a running job is taken from its worker");
        if !self.closed.contains(&(slot as u32)) {
            self.free.push(slot as u32);
        }
        self.jobs[slot]
    }

    /// A running attempt ends at another time than it seemed to.
    #[cold]
    pub(crate) fn reschedule(&mut self, attempt: AttemptId, finish: SimTime) {
        let jobs = &self.jobs;
        let entry = self.completions.remove(|entry| jobs[slot_of(entry)].attempt == Some(attempt));
        let entry = entry.expect("an attempt that is let in is on its worker");
        self.completions.push(Entry { time: finish, ..entry });
    }

    /// A worker is down: its slot is not used until [`Slots::open`].
    pub(crate) fn close(&mut self, slot: u32) {
        self.free.retain(|&free| free != slot);
        self.closed.push(slot);
    }

    pub(crate) fn open(&mut self, slot: u32) {
        self.closed.retain(|&closed| closed != slot);
        self.free.push(slot);
    }

    /// An idle worker is the one that starts the next job.
    pub(crate) fn use_next(&mut self, slot: u32) {
        self.free.retain(|&free| free != slot);
        self.free.push(slot);
    }

    /// The jobs on its workers, in no stated order.
    pub(crate) fn running(&self) -> impl Iterator<Item = Running> + '_ {
        self.completions.iter().map(|entry| self.jobs[slot_of(entry)])
    }

    /// How many of the jobs are in slots from this one on.
    #[inline]
    pub(crate) fn busy_from(&self, slot: u32) -> u32 {
        self.completions.iter().filter(|&entry| slot_of(entry) as u32 >= slot).count() as u32
    }

    /// There are so many slots, free ones filled with this.
    pub(crate) fn number(&mut self, slots: u32, filler: Running) {
        let numbered = self.jobs.len() as u32..slots;
        self.jobs.resize(self.jobs.len().max(slots as usize), filler);
        self.free.extend(numbered.rev());
    }

    /// How many of these slots are closed.
    #[inline]
    pub(crate) fn closed_in(&self, slots: &Range<u32>) -> u32 {
        self.closed.iter().filter(|slot| slots.contains(slot)).count() as u32
    }

    /// The first of these slots that is free.
    #[inline]
    pub(crate) fn free_in(&self, slots: &Range<u32>) -> Option<u32> {
        self.free.iter().copied().filter(|slot| slots.contains(slot)).min()
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
