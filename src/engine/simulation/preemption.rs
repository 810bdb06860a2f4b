//! Jobs that take the workers of less urgent ones. Nothing here runs in other worlds.

use crate::engine::observer::Observer;
use crate::engine::pool::server::slots::Interruptible;
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, End, Interrupted, PoolId, QueueId, Redelivery, Rerun, Take};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Jobs that are more urgent than running ones take their workers; idle workers of other pools may take those.
    #[inline(always)]
    pub(super) fn preempt(&mut self) {
        if !self.workforce.preempting.is_empty() && !self.dirty.is_completing {
            self.preempt_all();
        }
    }

    #[cold]
    fn preempt_all(&mut self) {
        let before = self.core.starts;
        for place in 0..self.workforce.preempting.len() {
            let (id, rerun) = self.workforce.preempting[place];
            while self.preempt_one(id, rerun) {}
        }
        if self.core.starts > before {
            self.settle(Reach::All);
        }
    }

    /// The next job of a pool takes the worker of the least urgent one, if that is less urgent.
    fn preempt_one(&mut self, id: PoolId, rerun: Rerun) -> bool {
        let pool = &self.core.pools[id.index()];
        if pool.busy() != pool.size {
            return false;
        }
        let Some((pick, class)) = self.look_for_one(id) else { return false };
        let urgency = self.urgency(id, pick.queue, class);
        let are_known = self.workforce.known.contains(&id);
        let urgency_of = |slot: usize, kept: &Interruptible| {
            let stays = !are_known || !self.workforce.is_told(id, slot);
            stays.then(|| self.urgency(id, kept.queue, kept.job.job.class))
        };
        let Some((least, victim)) = self.core.pools[id.index()].server.greatest_by(urgency_of) else { return false };
        if least <= urgency {
            return false;
        }
        let redelivered = Interrupted::Redelivered(Redelivery { to: End::Head, rerun });
        if pick.lane.is_some() {
            self.interrupt(id, victim, redelivered);
            self.start_picked(id, pick);
        } else {
            // First, as the victim goes before jobs that a dispatcher recovered.
            let job = self.take(id, pick);
            self.interrupt(id, victim, redelivered);
            self.start_idle(id, pick.queue, job);
        }
        true
    }

    /// Smaller is more urgent.
    fn urgency(&self, id: PoolId, queue: QueueId, class: ClassId) -> i64 {
        let by_priority = self.workforce.staff(id).is_some_and(|staff| matches!(staff.take, Take::Priority(_)));
        if by_priority {
            return i64::from(self.dispatch.terms.priority(class));
        }
        let server = self.core.servers[queue.index()].iter().find(|(pool, _)| *pool == id);
        server.map_or(i64::MAX, |&(_, rank)| rank as i64)
    }
}
