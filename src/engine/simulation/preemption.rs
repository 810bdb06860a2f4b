//! Jobs that take the workers of less urgent ones. Nothing here runs in other worlds.

use crate::engine::observer::Observer;
use crate::engine::policy::lane_dispatch::Pick;
use crate::engine::pool::Interruptible;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, End, Interrupted, PoolId, QueueId, Redelivery, Rerun, Take};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Jobs that are more urgent than running ones take their workers; idle workers of other pools may take those.
    #[cold]
    pub(super) fn preempt(&mut self) {
        if self.dirty.is_completing {
            return;
        }
        let before = self.core.starts;
        for place in 0..self.core.pools.len() {
            let Some(rerun) =
                self.workforce.staffs.get(place).and_then(Option::as_ref).and_then(|staff| staff.spec.preempt)
            else {
                continue;
            };
            while self.preempt_one(PoolId(place as u16), rerun) {}
        }
        if self.core.starts > before {
            self.employ_idle();
        }
    }

    /// The next job of a pool takes the worker of the least urgent one, if that is less urgent.
    fn preempt_one(&mut self, id: PoolId, rerun: Rerun) -> bool {
        let pool = &self.core.pools[id.index()];
        if pool.busy() != pool.size {
            return false;
        }
        let next = if self.dispatch.lanes.is_some() { self.look_for_one(id).map(Pick::next) } else { self.next_of(id) };
        let Some((queue, class, pick)) = next else { return false };
        let urgency = self.urgency(id, queue, class);
        let urgency_of = |slot: usize, kept: &Interruptible| {
            let stays = !self.workforce.rosters || !self.is_told(id, slot);
            stays.then(|| self.urgency(id, kept.queue, kept.job.job.class))
        };
        let Some((least, victim)) = self.core.pools[id.index()].greatest_by(urgency_of) else { return false };
        if least <= urgency {
            return false;
        }
        let redelivered = Interrupted::Redelivered(Redelivery { to: End::Head, rerun });
        if let Some(pick) = pick {
            self.interrupt(id, victim, redelivered);
            self.start_picked(id, pick);
        } else {
            // First, as the victim goes before jobs that a dispatcher recovered.
            let job = self.take(queue);
            self.interrupt(id, victim, redelivered);
            self.start_idle(id, queue, job);
        }
        true
    }

    /// Smaller is more urgent.
    fn urgency(&self, id: PoolId, queue: QueueId, class: ClassId) -> i64 {
        let by_priority =
            self.workforce.staffs[id.index()].as_ref().is_some_and(|staff| matches!(staff.take, Take::Priority(_)));
        if by_priority {
            return i64::from(self.dispatch.priorities[class.index()]);
        }
        let server = self.core.servers[queue.index()].iter().find(|(pool, _)| *pool == id);
        server.map_or(i64::MAX, |&(_, rank)| rank as i64)
    }
}
