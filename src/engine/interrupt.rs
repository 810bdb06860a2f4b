//! Jobs that are taken from their workers: killed, broken down with them, or preempted. Nothing here runs in other worlds.

use super::choice::Pick;
use super::job::{Job, ReadyJob, Running};
use super::pool::{Done, Kept};
use super::replication::Replication;
use super::{Interruption, Observer, Ready, Sequel};
use crate::model::{ClassId, End, Interrupted, PoolId, QueueId, Redelivery, Rerun, Take};
use crate::units::{SimDuration, SimTime};

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Takes the job in a slot from its worker.
    pub(super) fn interrupt(&mut self, id: PoolId, (slot, kept): (usize, Kept), then: Interrupted) {
        let running = self.pools[id.index()].evict(slot);
        if self.rosters {
            self.unseat(id, slot);
        }
        self.free_slot(id, running);
        self.find_next_completion();
        let spent = kept.done.time.as_nanos() + self.now.since(kept.start).as_nanos();
        let spent = SimDuration::from_nanos(spent);
        let kept = running.attempt.map_or(kept, |number| self.note_call(number, kept));
        let lost = then == Interrupted::Lost;
        let cut = running.attempt.and_then(|number| self.cut_attempt(number, lost));
        let (tracked, sequel) = match cut {
            Some((job, sequel)) => (Some(job), sequel),
            None => (None, if lost { Sequel::Dead } else { Sequel::Retry }),
        };
        let resumes = matches!(then, Interrupted::Redelivered(Redelivery { rerun: Rerun::Resume, .. }));
        let goes_on = resumes && sequel == Sequel::Retry;
        let wasted = if goes_on { SimDuration::ZERO } else { spent };
        let kept = Kept { done: Done { time: spent, ..kept.done }, ..kept };
        let Running { class, tenant, created, .. } = running;
        self.observer.interrupted(self.now, Interruption { class, tenant, pool: id, created, wasted, then: sequel });
        match (then, sequel) {
            (Interrupted::Redelivered(redelivery), Sequel::Retry) => self.redeliver(&kept, tracked, redelivery),
            (_, Sequel::Dead) => tracked.into_iter().for_each(|job| self.end_job(job)),
            _ => {}
        }
        tracked.into_iter().for_each(|job| self.forget(job));
    }

    /// A job without a record of its fate is remembered as one that was started before.
    fn redeliver(&mut self, kept: &Kept, tracked: Option<u32>, Redelivery { to, rerun }: Redelivery) {
        let queue = kept.queue;
        let job = match tracked.zip(self.fates.as_mut()) {
            Some((id, fates)) => {
                self.sequence = self.sequence.next();
                Job { service: kept.job.job.service, ..fates.issue(id, self.sequence) }
            }
            None => kept.job.job,
        };
        let service = match rerun {
            Rerun::Resume => left(kept, self.now),
            Rerun::Restart => kept.done.demand,
            Rerun::Resample => self.demands_anew[job.class.index()].draw_service(None),
        };
        self.observer
            .ready(self.now, Ready { class: job.class, queue, created: job.created, staged: None, copy: false });
        let ready = if to == End::Head { kept.job.ready } else { self.now };
        let waiting = self.note_ready(Job { service, ..job }, queue, ready);
        if rerun == Rerun::Resume {
            self.done.insert((job.created, job.class, waiting.job.sequence.0), kept.done);
        }
        if tracked.is_none() {
            self.again.insert((job.created, job.class, waiting.job.sequence.0));
        }
        let lane = self.classes[job.class.index()].lane;
        let place = &mut self.queues[queue.index()];
        match to {
            End::Head => place.push_head(waiting, lane),
            End::Tail => place.push_tail(waiting, lane),
        }
    }

    /// What was done of a job that no longer waits.
    pub(super) fn take_done(&mut self, job: &Job) -> Done {
        let known =
            if self.done.is_empty() { None } else { self.done.remove(&(job.created, job.class, job.sequence.0)) };
        known.unwrap_or(Done { time: SimDuration::ZERO, demand: job.service })
    }

    /// Jobs that are more urgent than running ones take their workers; idle workers of other pools may take those.
    #[cold]
    pub(super) fn preempt(&mut self) {
        if self.is_completing {
            return;
        }
        let before = self.starts;
        for place in 0..self.pools.len() {
            let Some(rerun) = self.staffs.get(place).and_then(Option::as_ref).and_then(|staff| staff.spec.preempt)
            else {
                continue;
            };
            while self.preempt_one(PoolId(place as u16), rerun) {}
        }
        if self.starts > before {
            self.employ_idle();
        }
    }

    /// The next job of a pool takes the worker of the least urgent one, if that is less urgent.
    fn preempt_one(&mut self, id: PoolId, rerun: Rerun) -> bool {
        let pool = &self.pools[id.index()];
        if pool.busy() != pool.size {
            return false;
        }
        let next = if self.choice.is_some() { self.look_for_one(id).map(Pick::next) } else { self.next_of(id) };
        let Some((queue, class, pick)) = next else { return false };
        let urgency = self.urgency(id, queue, class);
        let urgency_of = |slot: usize, kept: &Kept| {
            let stays = !self.rosters || !self.is_told(id, slot);
            stays.then(|| self.urgency(id, kept.queue, kept.job.job.class))
        };
        let Some((least, victim)) = self.pools[id.index()].greatest_by(urgency_of) else { return false };
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

    /// An idle worker starts the job that [`Self::next_of`] found.
    pub(super) fn start_chosen(&mut self, id: PoolId, queue: QueueId, pick: Option<Pick>) {
        let job = self.take_chosen(id, queue, pick);
        self.start_idle(id, queue, job);
    }

    /// Takes the job that [`Self::next_of`] found out of its queue.
    pub(super) fn take_chosen(&mut self, id: PoolId, queue: QueueId, pick: Option<Pick>) -> ReadyJob {
        match pick {
            Some(pick) => self.take_picked(id, pick),
            None => self.take(queue),
        }
    }

    /// Where the next job of a pool waits, its class, and the lane where lanes are chosen.
    pub(super) fn next_of(&mut self, id: PoolId) -> Option<(QueueId, ClassId, Option<Pick>)> {
        if self.choice.is_some() {
            return self.pick(id).map(Pick::next);
        }
        let queue = self.pools[id.index()].pick(&self.queues, &self.priorities)?;
        Some((queue, self.queues[queue.index()].peek()?.job.class, None))
    }

    /// Smaller is more urgent.
    fn urgency(&self, id: PoolId, queue: QueueId, class: ClassId) -> i64 {
        let by_priority = self.staffs[id.index()].as_ref().is_some_and(|staff| matches!(staff.take, Take::Priority(_)));
        if by_priority {
            return i64::from(self.priorities[class.index()]);
        }
        let server = self.servers[queue.index()].iter().find(|(pool, _)| *pool == id);
        server.map_or(i64::MAX, |&(_, rank)| rank as i64)
    }
}

/// The demand that is left of a job, in proportion to its time.
fn left(kept: &Kept, now: SimTime) -> SimDuration {
    let (whole, done) = (kept.whole.as_nanos(), now.since(kept.start).as_nanos());
    let service = u128::from(kept.job.job.service.as_nanos());
    let left = service * u128::from(whole.saturating_sub(done)) / u128::from(whole.max(1));
    SimDuration::from_nanos(left as u64)
}
