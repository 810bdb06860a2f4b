//! Workers that take jobs in advance. Nothing here runs in other worlds.
//!
//! The slots of such a pool belong to processes, the first ones to the first process; it is told by their numbers which workers of a
//! pool that has shrunk are to leave. A job in a queue goes to the next process in turn whose buffer has room, as a broker deals
//! messages to its consumers, whether workers of that process are idle or not; so a process with an idle worker has an empty buffer,
//! and none has room while a job waits that it may take. A job counts for limits, reserves and shares from when it is taken. When the
//! workers of a process leave, what its buffer has no room for any more goes back to the head of its queue.

use std::collections::VecDeque;
use std::ops::Range;

use crate::engine::job::{Job, ReadyJob};
use crate::engine::pool::Pool;
use crate::model::{self, QueueId};

/// The buffers of the processes of a pool.
#[derive(Clone, Debug)]
pub(crate) struct Buffers {
    spec: model::Prefetch,
    pub(crate) buffers: Vec<VecDeque<Held>>,
    /// The process whose turn it is.
    pub(crate) turn: usize,
}

/// A job in a buffer, and the queue it was taken from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Held {
    pub(crate) queue: QueueId,
    pub(crate) job: ReadyJob,
}

impl Buffers {
    /// Of a pool of so many workers.
    pub(crate) fn new(spec: model::Prefetch, workers: u32) -> Self {
        let mut prefetch = Self { spec, buffers: Vec::new(), turn: 0 };
        prefetch.grow(workers);
        prefetch
    }

    pub(crate) fn slots_of(&self, process: usize) -> Range<u32> {
        let first = process as u32 * self.spec.slots;
        first..first.saturating_add(self.spec.slots)
    }

    pub(crate) fn process_of(&self, slot: u32) -> usize {
        (slot / self.spec.slots) as usize
    }

    /// How many jobs fit into the buffer of a process.
    pub(crate) fn room(&self, process: usize, pool: &Pool) -> usize {
        pool.workers_in(self.slots_of(process)) as usize * self.spec.per_slot as usize
    }

    /// There is a buffer for each worker of a pool of so many slots.
    pub(crate) fn grow(&mut self, slots: u32) {
        let processes = slots.div_ceil(self.spec.slots) as usize;
        self.buffers.resize(self.buffers.len().max(processes), VecDeque::new());
    }

    /// The process that takes the next job.
    pub(crate) fn next(&self, pool: &Pool) -> Option<usize> {
        let processes = self.buffers.len();
        let in_turn = (0..processes).map(|i| (self.turn + i) % processes);
        in_turn.into_iter().find(|&process| self.buffers[process].len() < self.room(process, pool))
    }

    /// Jobs in the buffers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Held> {
        self.buffers.iter().flatten()
    }

    pub(crate) fn remove(&mut self, job: &Job) -> Option<Held> {
        let is_it = |held: &Held| held.job.job.sequence == job.sequence;
        let buffer = self.buffers.iter_mut().find(|buffer| buffer.iter().any(is_it))?;
        buffer.remove(buffer.iter().position(is_it)?)
    }
}
