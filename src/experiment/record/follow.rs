//! Beyond the horizon: the jobs that are there when it comes are followed until their waits are known, at most as long again.
//!
//! Without, the wait of each job that is there at the end is known only from below, and so is every mean and percentile of a
//! queue that never empties. Jobs go on to come meanwhile, as they take workers, and count nowhere. Levels and counts are those at the
//! horizon.

use super::fates::loss_of;
use super::recorder::Recorder;
use crate::engine::{
    Alarm, Breakdown, Calls, Completion, Created, Disposition, Failed, Fetched, Interruption, JobTimes, Leaving, Left,
    Observer, Place, Ready, Start, SystemView, UnavailableWorkers, Unfinished,
};
use crate::model::{
    ClassId, DispatcherId, Loss, Measure, Objective, PoolId, ProviderId, Quantity, QueueId, ResponseId,
};
use crate::units::{SimDuration, SimTime};

/// A recorder, and the jobs that are followed when it has seen all up to the horizon.
#[derive(Debug)]
pub(in crate::experiment) struct Follower {
    pub(in crate::experiment) recorder: Recorder,
    horizon: SimTime,
    /// Jobs are followed until they are finished, where that is asked for, and otherwise until they are started.
    to_finish: bool,
    /// The horizon has passed.
    is_over: bool,
    /// Jobs from before it that are not started yet.
    waiting: u64,
    /// Jobs from before it that are not finished yet.
    there: u64,
}

/// Whether some objective is about when jobs are finished.
fn asks_for_finish(objectives: &[Objective]) -> bool {
    objectives.iter().any(|objective| {
        matches!(
            objective.measure,
            Measure::OfTime(_, Quantity::Sojourn)
                | Measure::ShareWithin(Quantity::Sojourn, ..)
                | Measure::TimeAbove(Quantity::Sojourn, _)
                | Measure::ShareLost(Loss::Lost | Loss::Dead)
                | Measure::CountLost(Loss::Lost | Loss::Dead)
        )
    })
}

impl Follower {
    pub(in crate::experiment) fn new(recorder: Recorder, objectives: &[Objective]) -> Self {
        let horizon = recorder.steps.horizon();
        let to_finish = asks_for_finish(objectives);
        Self { recorder, horizon, to_finish, is_over: false, waiting: 0, there: 0 }
    }

    fn concerns(&self, created: SimTime) -> bool {
        created < self.horizon
    }

    fn start_late(&mut self, now: SimTime, job: &Start) {
        if self.concerns(job.created) {
            self.waiting = self.waiting.saturating_sub(1);
            self.recorder.record_late_start(now, job);
        }
    }

    fn finish_late(&mut self, now: SimTime, job: &Completion) {
        if self.concerns(job.created) {
            self.there = self.there.saturating_sub(1);
            self.recorder.record_late_finish(now, job);
        }
    }

    /// A job is lost after it was started, or before.
    fn lose_late(
        &mut self,
        whose: (ClassId, u16),
        (created, now): (SimTime, SimTime),
        (place, loss): (Option<Place>, Loss),
    ) {
        if self.concerns(created) {
            self.recorder.count_lost(whose, created, loss);
            self.there = self.there.saturating_sub(1);
            self.waiting = self.waiting.saturating_sub(u64::from(place.is_some()));
            self.recorder.record_never(whose, (created, now), place);
        }
    }

    /// When it would be over that jobs are followed whose lives are known.
    fn end_of(&self, end: SimTime, jobs: &[(ClassId, JobTimes)]) -> SimTime {
        let last = |life: &JobTimes| if self.to_finish { life.finish } else { life.start };
        jobs.iter().map(|(_, life)| last(life)).max().unwrap_or_default().clamp(self.horizon, end)
    }
}

/// The parts of a life that lie beyond the horizon, as they would be told one by one.
struct Told {
    start: Start,
    completion: Completion,
    unfinished: Unfinished,
}

impl Told {
    fn of(class: ClassId, life: JobTimes, horizon: SimTime, end: SimTime) -> Self {
        let (queue, pool, tenant) = (QueueId(0), PoolId(0), 0);
        let JobTimes { created, start, finish } = life;
        let is_started = start < horizon || (start <= end && start < horizon.twice());
        let place = if is_started { Place::Running(pool) } else { Place::Ready { queue, ready: created } };
        Self {
            start: Start { class, tenant, queue, pool, created, ready: created, finish, copy: false },
            completion: Completion { class, tenant, pool, created },
            unfinished: Unfinished { class, tenant, place, created },
        }
    }
}

impl Observer for Follower {
    fn is_stopped(&self) -> bool {
        self.recorder.is_stopped()
    }

    fn most_waiting(&self) -> u64 {
        self.recorder.most_waiting()
    }

    fn sample_step(&self) -> Option<SimDuration> {
        if self.is_over { None } else { self.recorder.sample_step() }
    }

    fn counts_from(&self) -> SimTime {
        self.recorder.counts_from()
    }

    fn warmed_up(&mut self, now: SimTime) {
        if !self.is_over {
            self.recorder.warmed_up(now);
        }
    }

    #[inline(always)]
    fn created(&mut self, now: SimTime, job: Created) {
        if !self.is_over {
            self.recorder.created(now, job);
        }
    }

    fn staged(&mut self, now: SimTime, class: ClassId, dispatcher: DispatcherId) {
        if !self.is_over {
            self.recorder.staged(now, class, dispatcher);
        }
    }

    #[inline(always)]
    fn ready(&mut self, now: SimTime, job: Ready) {
        if !self.is_over {
            self.recorder.ready(now, job);
        }
    }

    fn fetched(&mut self, now: SimTime, job: Fetched) {
        if !self.is_over {
            self.recorder.fetched(now, job);
        }
    }

    fn unfetched(&mut self, now: SimTime, job: Fetched, goes_back: bool) {
        if !self.is_over {
            self.recorder.unfetched(now, job, goes_back);
        }
    }

    #[inline(always)]
    fn started(&mut self, now: SimTime, job: Start) {
        if self.is_over {
            return self.start_late(now, &job);
        }
        self.recorder.started(now, job);
    }

    #[inline(always)]
    fn queued(&mut self, now: SimTime, job: Created, queue: QueueId) {
        if !self.is_over {
            self.recorder.queued(now, job, queue);
        }
    }

    fn takes_batches(&self) -> bool {
        self.recorder.takes_batches()
    }

    fn served_batch(&mut self, class: ClassId, jobs: &[JobTimes]) {
        self.recorder.served_batch(class, jobs);
    }

    fn queue_peaked(&mut self, now: SimTime, queue: QueueId, waiting: u64) {
        self.recorder.queue_peaked(now, queue, waiting);
    }

    fn class_peaked(&mut self, now: SimTime, class: ClassId, waiting: u64) {
        self.recorder.class_peaked(now, class, waiting);
    }

    #[inline(always)]
    fn started_at_once(&mut self, now: SimTime, created: Created, job: Start) {
        if !self.is_over {
            self.recorder.started_at_once(now, created, job);
        }
    }

    fn restarted(&mut self, now: SimTime, job: Start) {
        if !self.is_over {
            self.recorder.restarted(now, job);
        }
    }

    fn interrupted(&mut self, now: SimTime, job: Interruption) {
        if !self.is_over {
            self.recorder.interrupted(now, job);
        } else if job.then == Disposition::Dead {
            self.lose_late((job.class, job.tenant), (job.created, now), (None, Loss::Lost));
        }
    }

    #[inline(always)]
    fn completed(&mut self, now: SimTime, job: Completion) {
        if self.is_over {
            return self.finish_late(now, &job);
        }
        self.recorder.completed(now, job);
    }

    fn workers(&mut self, now: SimTime, pool: PoolId, available: u32) {
        if !self.is_over {
            self.recorder.workers(now, pool, available);
        }
    }

    fn absent(&mut self, now: SimTime, pool: PoolId, absent: UnavailableWorkers) {
        if !self.is_over {
            self.recorder.absent(now, pool, absent);
        }
    }

    fn calls(&mut self, now: SimTime, provider: ProviderId, calls: Calls) {
        if !self.is_over {
            self.recorder.calls(now, provider, calls);
        }
    }

    fn alarm(&mut self, now: SimTime, alarm: Alarm) {
        if !self.is_over {
            self.recorder.alarm(now, alarm);
        }
    }

    fn returned(&mut self, now: SimTime, dispatcher: DispatcherId) {
        if !self.is_over {
            self.recorder.returned(now, dispatcher);
        }
    }

    fn broke_down(&mut self, now: SimTime, what: Breakdown) {
        if !self.is_over {
            self.recorder.broke_down(now, what);
        }
    }

    fn repaired(&mut self, now: SimTime, what: Breakdown) {
        if !self.is_over {
            self.recorder.repaired(now, what);
        }
    }

    fn responded(&mut self, now: SimTime, response: ResponseId) {
        if !self.is_over {
            self.recorder.responded(now, response);
        }
    }

    fn sample(&mut self, now: SimTime, world: &impl SystemView) {
        if !self.is_over {
            self.recorder.sample(now, world);
        }
    }

    fn turned_away(&mut self, now: SimTime, job: Created, reason: Leaving) {
        if !self.is_over {
            self.recorder.turned_away(now, job, reason);
        }
    }

    fn failed(&mut self, now: SimTime, job: Failed) {
        if !self.is_over {
            self.recorder.failed(now, job);
        } else if job.then == Disposition::Dead {
            self.lose_late((job.class, job.tenant), (job.created, now), (None, Loss::Dead));
        }
    }

    fn requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        if !self.is_over {
            self.recorder.requeued(now, class, queue);
        }
    }

    fn copy_requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        if !self.is_over {
            self.recorder.copy_requeued(now, class, queue);
        }
    }

    fn retried(&mut self, now: SimTime, class: ClassId) {
        if !self.is_over {
            self.recorder.retried(now, class);
        }
    }

    fn duplicated(&mut self, now: SimTime, class: ClassId) {
        if !self.is_over {
            self.recorder.duplicated(now, class);
        }
    }

    fn withdrawn(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        if !self.is_over {
            self.recorder.withdrawn(now, class, queue);
        }
    }

    fn repeated(&mut self, now: SimTime, job: Completion, took: SimDuration) {
        if !self.is_over {
            self.recorder.repeated(now, job, took);
        }
    }

    fn left(&mut self, now: SimTime, job: Left) {
        if self.is_over {
            let unstarted = (!job.attempted).then_some(job.place);
            return self.lose_late((job.class, job.tenant), (job.created, now), (unstarted, loss_of(job.reason)));
        }
        self.recorder.left(now, job);
    }

    fn unfinished(&mut self, now: SimTime, job: Unfinished) {
        if !self.is_over {
            self.recorder.count_unfinished(&job);
            self.there += 1;
            self.waiting += u64::from(matches!(job.place, Place::Staged(_) | Place::Ready { .. }));
        } else if self.concerns(job.created) {
            self.recorder.record_censored(now, &job);
        }
    }

    fn passes_horizon(&mut self) -> bool {
        self.is_over = true;
        self.recorder.finish(self.horizon);
        self.there > 0
    }

    fn follows(&self) -> bool {
        self.waiting > 0 || (self.to_finish && self.there > 0)
    }

    fn followed(&mut self, end: SimTime, jobs: &[(ClassId, JobTimes)]) {
        let over = self.end_of(end, jobs);
        for &(class, life) in jobs {
            let told = Told::of(class, life, self.horizon, over);
            let is_started = matches!(told.unfinished.place, Place::Running(_));
            if is_started && life.start >= self.horizon {
                self.recorder.record_late_start(life.start, &told.start);
            }
            if life.finish <= over && life.finish < end {
                self.recorder.record_late_finish(life.finish, &told.completion);
            } else {
                self.recorder.record_censored(over, &told.unfinished);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_recorder_is_told_all_that_an_observer_is() {
        let (observer, follower) = (include_str!("../../engine/observer.rs"), include_str!("follow.rs"));
        let declared = observer.split("\n}\n").next().unwrap_or_default();
        let names = declared.lines().filter_map(|line| line.strip_prefix("    fn ")?.split('(').next());
        let names: Vec<&str> = names.collect();
        assert!(names.len() > 30, "{names:?}");
        let missing: Vec<&&str> = names.iter().filter(|name| !follower.contains(&format!("    fn {name}("))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
