//! Jobs that are taken from their workers: killed, broken down with them, or preempted. Nothing here runs in other worlds.

use crate::engine::job::{Job, Running};
use crate::engine::observer::{Disposition, Interruption, Observer, Ready};
use crate::engine::pool::server::slots::{Done, Interruptible};
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{End, Interrupted, PoolId, Redelivery, Rerun};
use crate::units::{SimDuration, SimTime};

/// The demand that is left of a job, in proportion to its time.
fn left(kept: &Interruptible, now: SimTime) -> SimDuration {
    let (whole, done) = (kept.whole.as_nanos(), now.since(kept.start).as_nanos());
    let service = u128::from(kept.job.job.service.as_nanos());
    let left = service * u128::from(whole.saturating_sub(done)) / u128::from(whole.max(1));
    SimDuration::from_nanos(left as u64)
}

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Takes the job in a slot from its worker.
    pub(super) fn interrupt(&mut self, id: PoolId, (slot, kept): (usize, Interruptible), then: Interrupted) {
        let running = self.core.pools[id.index()].server.evict(slot);
        if self.workforce.known.contains(&id) {
            self.unseat(id, slot);
        }
        self.free_slot(id, running);
        self.find_next_completion();
        let spent = kept.done.time.as_nanos() + self.core.now.since(kept.start).as_nanos();
        let spent = SimDuration::from_nanos(spent);
        let kept = running.attempt.map_or(kept, |number| self.note_call(number, kept));
        let lost = then == Interrupted::Lost;
        let cut = running.attempt.and_then(|number| self.cut_attempt(number, lost));
        let (tracked, sequel) = match cut {
            Some((job, sequel)) => (Some(job), sequel),
            None => (None, if lost { Disposition::Dead } else { Disposition::Retry }),
        };
        let resumes = matches!(then, Interrupted::Redelivered(Redelivery { rerun: Rerun::Resume, .. }));
        let goes_on = resumes && sequel == Disposition::Retry;
        let wasted = if goes_on { SimDuration::ZERO } else { spent };
        let kept = Interruptible { done: Done { time: spent, ..kept.done }, ..kept };
        let Running { class, tenant, created, .. } = running;
        self.core
            .observer
            .interrupted(self.core.now, Interruption { class, tenant, pool: id, created, wasted, then: sequel });
        match (then, sequel) {
            (Interrupted::Redelivered(redelivery), Disposition::Retry) => self.redeliver(&kept, tracked, redelivery),
            (_, Disposition::Dead) => tracked.into_iter().for_each(|job| self.end_job(job)),
            _ => {}
        }
        tracked.into_iter().for_each(|job| self.forget(job));
    }

    /// A job without a record of its fate is remembered as one that was started before.
    fn redeliver(&mut self, kept: &Interruptible, tracked: Option<u32>, Redelivery { to, rerun }: Redelivery) {
        let queue = kept.queue;
        let job = match tracked.zip(self.lifecycle.records.as_mut()) {
            Some((id, records)) => {
                self.core.sequence = self.core.sequence.next();
                Job { service: kept.job.job.service, ..records.issue(id, self.core.sequence) }
            }
            None => kept.job.job,
        };
        let service = match rerun {
            Rerun::Resume => left(kept, self.core.now),
            Rerun::Restart => kept.done.demand,
            Rerun::Resample => self.lifecycle.demands_anew[job.class.index()].draw_service(None),
        };
        self.core
            .observer
            .ready(self.core.now, Ready { class: job.class, queue, created: job.created, staged: None, copy: false });
        let ready = if to == End::Head { kept.job.ready } else { self.core.now };
        let waiting = self.note_ready(Job { service, ..job }, queue, ready);
        if rerun == Rerun::Resume {
            self.lifecycle.done.insert((job.created, job.class, waiting.job.sequence.0), kept.done);
        }
        if tracked.is_none() {
            self.lifecycle.attempted.insert((job.created, job.class, waiting.job.sequence.0));
        }
        let lane = self.core.classes[job.class.index()].lane;
        let place = &mut self.core.queues[queue.index()];
        match to {
            End::Head => place.push_head(waiting, lane),
            End::Tail => place.push_tail(waiting, lane),
        }
    }

    /// What was done of a job that no longer waits.
    pub(super) fn take_done(&mut self, job: &Job) -> Done {
        let known = if self.lifecycle.done.is_empty() {
            None
        } else {
            self.lifecycle.done.remove(&(job.created, job.class, job.sequence.0))
        };
        known.unwrap_or(Done { time: SimDuration::ZERO, demand: job.service })
    }
}
