//! Jobs that are taken from their workers: killed, broken down with them, or preempted. Nothing here runs in other worlds.

use super::job::{Job, ReadyJob};
use super::pool::Kept;
use super::replication::Replication;
use super::{Interruption, Observer, Ready};
use crate::model::{ClassId, End, Interrupted, PoolId, QueueId, Redelivery, Rerun, Take};
use crate::units::{SimDuration, SimTime};

impl<O: Observer> Replication<'_, '_, O> {
    /// Takes the job in a slot from its worker.
    pub(super) fn interrupt(&mut self, id: PoolId, (slot, kept): (usize, Kept), then: Interrupted) {
        self.pools[id.index()].evict(slot);
        self.find_next_completion();
        let (Job { class, tenant, created, .. }, lost) = (kept.job.job, then == Interrupted::Lost);
        let resumes = matches!(then, Interrupted::Redelivered(Redelivery { rerun: Rerun::Resume, .. }));
        let wasted = if resumes { SimDuration::ZERO } else { self.now.since(kept.start) };
        self.observer.interrupted(self.now, Interruption { class, tenant, pool: id, created, wasted, lost });
        if let Interrupted::Redelivered(redelivery) = then {
            self.redeliver(kept, redelivery);
        }
    }

    fn redeliver(&mut self, kept: Kept, Redelivery { to, rerun }: Redelivery) {
        let (job, queue) = (kept.job.job, kept.queue);
        let service = match rerun {
            Rerun::Resume => left(&kept, self.now),
            Rerun::Restart => job.service,
            Rerun::Resample => self.demands_anew[job.class.index()].draw_service(None),
        };
        self.observer.ready(self.now, Ready { class: job.class, queue, created: job.created, staged: None });
        let waiting = self.note_ready(Job { service, ..job }, queue);
        self.again.insert((job.created, job.class, waiting.job.sequence.0));
        let lane = self.classes[job.class.index()].lane;
        let place = &mut self.queues[queue.index()];
        match to {
            End::Head => place.push_head(ReadyJob { ready: kept.job.ready, ..waiting }, lane),
            End::Tail => place.push_tail(waiting, lane),
        }
    }

    /// Jobs that are more urgent than running ones take their workers.
    #[cold]
    pub(super) fn preempt(&mut self) {
        for place in 0..self.pools.len() {
            let Some(rerun) = self.staffs.get(place).and_then(Option::as_ref).and_then(|staff| staff.spec.preempt)
            else {
                continue;
            };
            while self.preempt_one(PoolId(place as u16), rerun) {}
        }
    }

    /// The next job of a pool takes the worker of the least urgent one, if that is less urgent.
    fn preempt_one(&mut self, id: PoolId, rerun: Rerun) -> bool {
        let pool = &mut self.pools[id.index()];
        if pool.busy() != pool.size {
            return false;
        }
        let Some(queue) = pool.pick(&self.queues, &self.priorities) else { return false };
        let Some(next) = self.queues[queue.index()].peek() else { return false };
        let urgency = self.urgency(id, queue, next.job.class);
        let running = self.pools[id.index()].interruptible().into_iter();
        let ranked = running.map(|(slot, kept)| (self.urgency(id, kept.queue, kept.job.job.class), (slot, kept)));
        // The latest started come first, and so the first of the least urgent is meant.
        let Some((least, victim)) = ranked.reduce(|most, other| if other.0 > most.0 { other } else { most }) else {
            return false;
        };
        if least <= urgency {
            return false;
        }
        self.interrupt(id, victim, Interrupted::Redelivered(Redelivery { to: End::Head, rerun }));
        let job = self.take(queue);
        self.start_idle(id, queue, job);
        true
    }

    /// Smaller is more urgent.
    fn urgency(&self, id: PoolId, queue: QueueId, class: ClassId) -> i64 {
        let by_priority = self.staffs[id.index()].as_ref().is_some_and(|staff| matches!(staff.take, Take::Priority(_)));
        if by_priority {
            return i64::from(self.priorities[class.index()]);
        }
        self.pools[id.index()].serves(queue).map_or(i64::MAX, |rank| rank as i64)
    }
}

/// The demand that is left of a job, in proportion to its time.
fn left(kept: &Kept, now: SimTime) -> SimDuration {
    let (whole, rest) = (kept.finish.since(kept.start).as_nanos(), kept.finish.since(now).as_nanos());
    let service = u128::from(kept.job.job.service.as_nanos());
    let left = service * u128::from(rest) / u128::from(whole.max(1));
    SimDuration::from_nanos(left as u64)
}
