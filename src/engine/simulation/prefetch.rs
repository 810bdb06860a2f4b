//! Processes that take jobs in advance, and give back what they have no room for. Nothing here runs in other worlds.

use crate::engine::job::{EMPTY_SLOT, Job, ReadyJob, Running};
use crate::engine::lifecycle::tracked::Waiting;
use crate::engine::observer::{Fetched, Observer};
use crate::engine::policy::lane_dispatch::LaneDispatch;
use crate::engine::pool::buffer::{Buffers, Held};
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, PoolId, QueueId};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Jobs in the buffers of a pool.
    pub(super) fn held(&self, id: PoolId) -> usize {
        self.workforce.buffer(id).map_or(0, |prefetch| prefetch.iter().count())
    }

    /// The jobs in all buffers, each with its queue.
    pub(super) fn all_held(&self) -> impl Iterator<Item = (QueueId, ReadyJob)> {
        self.workforce.buffers.iter().flatten().flat_map(Buffers::iter).map(|held| (held.queue, held.job))
    }

    /// Whether some process would take such a job now if it became ready.
    pub(super) fn is_fetched_at_once(&self, class: ClassId, tenant: u16, queue: QueueId) -> bool {
        self.core.servers[queue.index()].iter().any(|&(id, _)| {
            let pool = &self.core.pools[id.index()];
            let prefetch = self.workforce.buffer(id);
            let has_room = prefetch.is_some_and(|prefetch| prefetch.next(pool).is_some());
            let allows = |lanes: &LaneDispatch| lanes.allows(id, pool.size, queue, (class, tenant));
            has_room && self.dispatch.lanes.as_deref().is_none_or(allows)
        })
    }

    /// The processes of all pools take what they may, pool by pool.
    #[cold]
    pub(super) fn fetch_all(&mut self) {
        (0..self.workforce.buffers.len()).for_each(|place| self.fetch(PoolId(place as u16)));
    }

    /// The processes of a pool take what they may; their idle workers start it.
    pub(super) fn fetch(&mut self, id: PoolId) {
        while let Some(process) = self.next_process(id) {
            let Some(pick) = self.pick(id) else { break };
            let (queue, job) = (pick.queue, self.take(id, pick));
            let Some(prefetch) = self.workforce.buffer_mut(id) else { break };
            prefetch.turn = process + 1;
            let slots = prefetch.slots_of(process);
            match self.core.pools[id.index()].idle_slot_in(slots) {
                Some(slot) => self.start_in(id, slot, Held { queue, job }),
                None => self.hold(id, process, Held { queue, job }),
            }
        }
    }

    fn next_process(&self, id: PoolId) -> Option<usize> {
        self.workforce.buffer(id)?.next(&self.core.pools[id.index()])
    }

    fn start_in(&mut self, id: PoolId, slot: u32, Held { queue, job }: Held) {
        self.core.pools[id.index()].server.use_next(slot);
        self.start_idle(id, queue, job);
    }

    fn hold(&mut self, id: PoolId, process: usize, held: Held) {
        self.core.backlog += 1;
        let copy = self.is_copy(&held.job.job);
        let class = held.job.job.class;
        self.core.observer.fetched(self.core.now, Fetched { class, queue: held.queue, pool: id, copy });
        if let Some(records) = &mut self.lifecycle.records {
            records.move_to(&held.job.job, Waiting::Held(id, held.queue, held.job.ready));
        }
        self.workforce.buffer_mut(id).into_iter().for_each(|prefetch| prefetch.buffers[process].push_back(held));
    }

    /// A job is not in a buffer any more: it goes back to its queue, or starts.
    fn report_unheld(&mut self, id: PoolId, held: &Held, goes_back: bool) {
        self.core.backlog -= 1;
        let copy = self.is_copy(&held.job.job);
        let fetched = Fetched { class: held.job.job.class, queue: held.queue, pool: id, copy };
        self.core.observer.unfetched(self.core.now, fetched, goes_back);
    }

    /// Takes the next job of the process whose worker has finished a job.
    #[cold]
    pub(super) fn next_of_buffer(&mut self, id: PoolId) -> Option<(QueueId, ReadyJob)> {
        let slot = self.core.pools[id.index()].server.finishing_slot();
        let prefetch = self.workforce.buffer_mut(id)?;
        let process = prefetch.process_of(slot);
        let held = prefetch.buffers[process].pop_front()?;
        self.report_unheld(id, &held, false);
        Some((held.queue, held.job))
    }

    /// The workers of a pool are others than before: processes give back what they have no room for, and new workers start what is
    /// in the buffers.
    pub(super) fn settle_buffers(&mut self, id: PoolId) {
        let Some(prefetch) = self.workforce.buffer_mut(id) else { return };
        let pool = &mut self.core.pools[id.index()];
        pool.number_workers(EMPTY_SLOT);
        prefetch.grow(pool.slots_there());
        for process in 0..prefetch.buffers.len() {
            self.settle_buffer(id, process);
        }
    }

    fn settle_buffer(&mut self, id: PoolId, process: usize) {
        loop {
            let Some(prefetch) = self.workforce.buffer_mut(id) else { return };
            let pool = &self.core.pools[id.index()];
            let (room, slots) = (prefetch.room(process, pool), prefetch.slots_of(process));
            let buffer = &mut prefetch.buffers[process];
            if buffer.len() > room {
                let last = buffer.pop_back();
                last.into_iter().for_each(|held| self.give_back(id, held));
            } else if let Some((slot, held)) = pool.idle_slot_in(slots).zip(buffer.front().copied()) {
                buffer.pop_front();
                self.report_unheld(id, &held, false);
                self.start_in(id, slot, held);
            } else {
                return;
            }
        }
    }

    /// A job in a buffer goes back to the head of its queue.
    fn give_back(&mut self, id: PoolId, held: Held) {
        self.report_unheld(id, &held, true);
        let Held { queue, job: ReadyJob { job, ready } } = held;
        self.free_slot(id, Running::plain(&job));
        let is_again = self.lifecycle.attempted.remove(&(job.created, job.class, job.sequence.0));
        let done = self.lifecycle.done.remove(&(job.created, job.class, job.sequence.0));
        let waiting = self.note_ready(job, queue, ready);
        if let Some(done) = done {
            self.lifecycle.done.insert((job.created, job.class, waiting.job.sequence.0), done);
        }
        if is_again {
            self.lifecycle.attempted.insert((job.created, job.class, waiting.job.sequence.0));
        }
        let lane = self.core.classes[job.class.index()].lane;
        self.core.queues[queue.index()].push_head(waiting, lane);
    }

    /// Takes a job that leaves unserved out of its buffer.
    pub(super) fn take_out_of_buffer(&mut self, id: PoolId, job: &Job) {
        let held = self.workforce.buffer_mut(id).and_then(|prefetch| prefetch.remove(job));
        let held = held.expect("a job that is held lies in a buffer");
        self.core.observer.unfetched(
            self.core.now,
            Fetched { class: job.class, queue: held.queue, pool: id, copy: false },
            false,
        );
        self.free_slot(id, Running::plain(job));
    }
}
