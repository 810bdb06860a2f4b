//! The observer of one replication: counts, sketches and curves, by index arithmetic alone while the engine runs.

use super::alarms::AlarmRecord;
use super::bounds::{BoundCount, bound_counts, bounds_of};
use super::drain::DrainClock;
use super::faults::Happening;
use super::level::Steps;
use super::providers::ProviderRecord;
use super::records::{ClassRecord, Fate, PlaceRecord, PoolRecord, only_pool};
use crate::engine::{
    Absent, Alarm, Calls, Completion, Created, Failed, Fetched, Interruption, Leaving, Left, Life, Observer, Place,
    Ready, Start, Unfinished, World,
};
use crate::model::{
    ClassId, DispatcherId, Model, Objective, PoolId, ProviderId, Quantity, QueueId, ResponseId, Settings,
};
use crate::units::{SimDuration, SimTime};

/// Records one replication.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    step: SimDuration,
    warmup: SimTime,
    pub(super) steps: Steps,
    pub(super) classes: Vec<ClassRecord>,
    pub(super) queues: Vec<PlaceRecord>,
    pub(super) dispatchers: Vec<PlaceRecord>,
    pub(super) pools: Vec<PoolRecord>,
    pub(super) providers: Vec<ProviderRecord>,
    pub(super) bounds: Vec<BoundCount>,
    pub(super) alarms: Vec<AlarmRecord>,
    /// When each response acted.
    pub(super) actions: Vec<Vec<SimTime>>,
    /// Without faults the whole life of a job may be told at once: the clock of drains needs the instants in their order.
    takes_lives: bool,
    backlog: i64,
    pub(super) backlog_max: i64,
    pub(super) backlog_peak: SimTime,
    pub(super) drain: DrainClock,
}

impl Recorder {
    pub(super) fn new(model: &Model, settings: &Settings, objectives: &[Objective], faults: &[Happening]) -> Self {
        let steps = Steps::new(settings.curve_step.as_nanos(), model.horizon().as_nanos());
        let bounds = bound_counts(objectives, steps.count());
        let class = |(i, class): (usize, &crate::model::JobClass)| ClassRecord {
            bounds: bounds_of(ClassId(i as u16), &bounds, objectives),
            has_dispatcher: class.via.is_some(),
            only_pool: only_pool(model, class.queue),
            ..ClassRecord::default()
        };
        Self {
            step: settings.curve_step,
            warmup: SimTime::ZERO.after(settings.warmup.removed()),
            classes: model.classes().iter().enumerate().map(class).collect(),
            queues: vec![PlaceRecord::default(); model.queues().len()],
            dispatchers: vec![PlaceRecord::default(); model.dispatchers().len()],
            pools: vec![PoolRecord::default(); model.pools().len()],
            providers: vec![ProviderRecord::default(); model.providers().len()],
            steps,
            bounds,
            alarms: vec![AlarmRecord::default(); model.alerts().len()],
            actions: vec![Vec::new(); model.responses().len()],
            takes_lives: faults.is_empty(),
            backlog: 0,
            backlog_max: 0,
            backlog_peak: SimTime::ZERO,
            drain: DrainClock::new(faults),
        }
    }

    /// The first step whose jobs and levels count in the summary.
    pub(super) fn first_step(&self) -> usize {
        (self.warmup.as_nanos().div_ceil(self.step.as_nanos()) as usize).min(self.steps.count())
    }

    pub(super) fn warmup(&self) -> SimTime {
        self.warmup
    }

    /// A job or copy comes to wait; `entering` is 1 if the levels of its class do not count it yet, and 0 if they do.
    #[inline(always)]
    pub(super) fn grow_backlog(&mut self, now: SimTime, class: ClassId, entering: i64) {
        if self.backlog == 0 {
            self.drain.was_empty(now);
        }
        self.backlog += 1;
        if self.backlog > self.backlog_max {
            (self.backlog_max, self.backlog_peak) = (self.backlog, now);
        }
        self.classes[class.index()].note_peak(now, self.backlog, entering);
    }

    /// A job or copy no longer waits.
    #[inline]
    pub(super) fn shrink_backlog(&mut self, now: SimTime) {
        self.backlog -= 1;
        if self.backlog == 0 {
            self.drain.emptied(now);
        }
    }

    pub(super) fn count_bounds(
        &mut self,
        class: ClassId,
        created: SimTime,
        time_of: impl Fn(Quantity) -> Option<SimDuration>,
    ) {
        let step = self.steps.of(created);
        for &i in &self.classes[class.index()].bounds {
            let bound = &mut self.bounds[i];
            if let Some(time) = time_of(bound.quantity) {
                bound.count(time, step);
            }
        }
    }

    /// A job that has waited for `age` at the horizon: it counts where that is already too long.
    fn count_late(&mut self, job: &Unfinished, age: SimDuration, quantities: &[Quantity]) {
        let step = self.steps.of(job.created);
        for &i in &self.classes[job.class.index()].bounds {
            let bound = &mut self.bounds[i];
            if quantities.contains(&bound.quantity) && age > bound.bound {
                bound.count(age, step);
            }
        }
    }

    fn end_step(&mut self) {
        let step = self.steps.current();
        self.classes.iter_mut().for_each(|class| class.enter_flows(step, &mut self.pools));
        let Some(length) = self.steps.advance() else { return };
        for class in &mut self.classes {
            class.waits.end_step();
            let ClassRecord { staged, ready, prefetched, running, fate, .. } = class;
            for level in [staged, ready, prefetched, running, &mut fate.retrying] {
                level.end_step(length);
            }
        }
        for pool in &mut self.pools {
            pool.busy.end_step(length);
            pool.available.end_step(length);
            pool.booting.end_step(length);
            pool.down.end_step(length);
        }
        self.providers.iter_mut().for_each(|provider| provider.end_step(length));
        self.alarms.iter_mut().for_each(|alarm| alarm.level.end_step(length));
    }

    fn record_unfinished(&mut self, horizon: SimTime, job: &Unfinished) {
        let (age, created) = (horizon.since(job.created), job.created);
        let step = self.steps.of(created);
        let counts = created >= self.warmup;
        let class = &mut self.classes[job.class.index()];
        class.unfinished += 1;
        if !matches!(job.place, Place::Running(_) | Place::Retrying) {
            class.waits.of(step).record_censored(age.as_nanos());
        }
        if !counts {
            return;
        }
        class.sojourn.record_censored(age.as_nanos());
        match job.place {
            Place::Running(_) | Place::Retrying => return self.count_late(job, age, &[Quantity::Sojourn]),
            Place::Staged(_) => {
                class.wait.record_censored(age.as_nanos());
                class.staging_delay.record_censored(age.as_nanos());
            }
            Place::Ready { ready, .. } => {
                class.wait.record_censored(age.as_nanos());
                if class.has_dispatcher {
                    class.queue_wait.record_censored(horizon.since(ready).as_nanos());
                    class.staging_delay.record(ready.since(created).as_nanos());
                }
            }
        }
        self.count_late(job, age, &[Quantity::Wait, Quantity::Sojourn]);
        match job.place {
            Place::Staged(_) => self.count_late(job, age, &[Quantity::StagingDelay]),
            Place::Ready { ready, .. } => self.count_late(job, horizon.since(ready), &[Quantity::QueueWait]),
            Place::Running(_) | Place::Retrying => {}
        }
    }

    /// Ends all steps but the last one, as if nothing happened.
    pub(super) fn pass_steps(&mut self) {
        (1..self.steps.count()).for_each(|_| self.end_step());
    }

    /// Closes the last step, if the horizon is no multiple of the step, and the drain of faults that left no backlog.
    pub(super) fn finish(&mut self, horizon: SimTime) {
        self.end_step();
        if self.backlog == 0 {
            self.drain.was_empty(horizon);
        }
    }
}

impl Observer for Recorder {
    fn sample_step(&self) -> Option<SimDuration> {
        Some(self.step)
    }

    #[inline(always)]
    fn created(&mut self, now: SimTime, job: Created) {
        self.grow_backlog(now, job.class, 1);
        self.classes[job.class.index()].created += 1;
    }

    fn returned(&mut self, now: SimTime, dispatcher: DispatcherId) {
        self.drain.returned(now, dispatcher);
    }

    fn staged(&mut self, now: SimTime, class: ClassId, dispatcher: DispatcherId) {
        self.classes[class.index()].staged.change(1, self.steps.rest(now));
        self.dispatchers[dispatcher.index()].enter();
    }

    #[inline(always)]
    fn ready(&mut self, now: SimTime, job: Ready) {
        let rest = self.steps.rest(now);
        let class = &mut self.classes[job.class.index()];
        class.ready.change(1, rest);
        self.queues[job.queue.index()].enter();
        if let Some(dispatcher) = job.staged {
            class.staged.change(-1, rest);
            self.dispatchers[dispatcher.index()].number -= 1;
        }
    }

    #[inline(always)]
    fn queued(&mut self, now: SimTime, job: Created, queue: QueueId) {
        self.grow_backlog(now, job.class, 1);
        self.classes[job.class.index()].step.queued.add(self.steps.rest(now));
        self.queues[queue.index()].enter();
    }

    fn fetched(&mut self, now: SimTime, job: Fetched) {
        let rest = self.steps.rest(now);
        let class = &mut self.classes[job.class.index()];
        class.ready.change(-1, rest);
        class.prefetched.change(1, rest);
        class.prefetched_max = class.prefetched_max.max(class.prefetched.number());
        self.queues[job.queue.index()].number -= 1;
    }

    fn unfetched(&mut self, now: SimTime, job: Fetched, goes_back: bool) {
        let rest = self.steps.rest(now);
        let class = &mut self.classes[job.class.index()];
        class.prefetched.change(-1, rest);
        class.ready.change(1, rest);
        let queue = &mut self.queues[job.queue.index()];
        if goes_back {
            queue.enter();
        } else {
            queue.number += 1;
        }
    }

    #[inline(always)]
    fn started(&mut self, now: SimTime, job: Start) {
        self.shrink_backlog(now);
        let rest = self.steps.rest(now);
        let wait = now.since(job.created);
        let step = self.steps.of(job.created);
        let class = &mut self.classes[job.class.index()];
        class.mix_fingerprint(job.created, now);
        class.step.started.add(rest);
        class.waits.of(step).record(wait.as_nanos());
        self.queues[job.queue.index()].number -= 1;
        if class.only_pool.is_none() {
            self.pools[job.pool.index()].busy.change(1, rest);
        }
        if class.has_dispatcher {
            class.mix_fate(Fate::Ready, job.created, job.ready);
        }
        if job.created < self.warmup {
            return;
        }
        class.wait.record(wait.as_nanos());
        if class.has_dispatcher {
            class.queue_wait.record(now.since(job.ready).as_nanos());
            class.staging_delay.record(job.ready.since(job.created).as_nanos());
        }
        if !class.bounds.is_empty() {
            self.count_bounds(job.class, job.created, |quantity| match quantity {
                Quantity::Wait => Some(wait),
                Quantity::QueueWait => Some(now.since(job.ready)),
                Quantity::StagingDelay => Some(job.ready.since(job.created)),
                Quantity::Sojourn => None,
            });
        }
    }

    fn takes_lives(&self) -> bool {
        self.takes_lives
    }

    fn lived(&mut self, id: ClassId, jobs: &[Life]) {
        let uncounted = jobs.partition_point(|job| job.created < self.warmup);
        let class = &mut self.classes[id.index()];
        class.enter_lives(jobs, uncounted, &self.steps);
        if class.bounds.is_empty() {
            return;
        }
        let horizon = self.steps.horizon();
        for &Life { created, start, finish } in &jobs[uncounted..] {
            self.count_bounds(id, created, |quantity| match quantity {
                Quantity::Wait | Quantity::QueueWait => (start < horizon).then_some(start.since(created)),
                Quantity::StagingDelay => (start < horizon).then_some(SimDuration::ZERO),
                Quantity::Sojourn => (finish < horizon).then_some(finish.since(created)),
            });
        }
    }

    fn queue_peaked(&mut self, now: SimTime, queue: QueueId, waiting: u64) {
        (self.backlog_max, self.backlog_peak) = (waiting as i64, now);
        self.queues[queue.index()].max = waiting as i64;
    }

    fn class_peaked(&mut self, now: SimTime, class: ClassId, waiting: u64) {
        let class = &mut self.classes[class.index()];
        (class.backlog_max, class.backlog_peak) = (waiting as i64, now);
    }

    #[inline(always)]
    fn started_at_once(&mut self, now: SimTime, _: Created, job: Start) {
        if self.backlog == 0 {
            self.drain.was_empty(now);
        }
        if self.backlog >= self.backlog_max {
            (self.backlog_max, self.backlog_peak) = (self.backlog + 1, now);
        }
        let rest = self.steps.rest(now);
        let queue = &mut self.queues[job.queue.index()];
        if queue.number >= queue.max {
            queue.max = queue.number + 1;
        }
        let class = &mut self.classes[job.class.index()];
        class.note_peak(now, self.backlog + 1, 1);
        class.mix_fingerprint(now, now);
        class.step.at_once.add(rest);
        if class.only_pool.is_none() {
            self.pools[job.pool.index()].busy.change(1, rest);
        }
        if now >= self.warmup {
            class.step.at_once_counted += 1;
            if !class.bounds.is_empty() {
                self.count_bounds(job.class, now, |quantity| {
                    (quantity != Quantity::Sojourn).then_some(SimDuration::ZERO)
                });
            }
        }
    }

    #[inline(always)]
    fn completed(&mut self, now: SimTime, job: Completion) {
        let rest = self.steps.rest(now);
        let sojourn = now.since(job.created);
        let class = &mut self.classes[job.class.index()];
        class.mix_finish(job.created, now);
        class.step.finished.add(rest);
        if class.only_pool.is_none() {
            self.pools[job.pool.index()].busy.change(-1, rest);
        }
        if job.created < self.warmup {
            return;
        }
        class.sojourn.record(sojourn.as_nanos());
        if !class.bounds.is_empty() {
            self.count_bounds(job.class, job.created, |quantity| (quantity == Quantity::Sojourn).then_some(sojourn));
        }
    }

    fn turned_away(&mut self, now: SimTime, job: Created, reason: Leaving) {
        self.record_turned_away(now, job, reason);
    }

    fn restarted(&mut self, now: SimTime, job: Start) {
        self.record_restart(now, &job);
    }

    fn interrupted(&mut self, now: SimTime, job: Interruption) {
        self.record_interrupted(now, &job);
    }

    fn failed(&mut self, now: SimTime, job: Failed) {
        self.record_failed(now, &job);
    }

    fn requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.record_requeued(now, class, queue);
    }

    fn retried(&mut self, now: SimTime, class: ClassId) {
        self.record_retried(now, class);
    }

    fn duplicated(&mut self, now: SimTime, class: ClassId) {
        self.record_duplicated(now, class);
    }

    fn withdrawn(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.record_withdrawn(now, class, queue);
    }

    fn repeated(&mut self, now: SimTime, job: Completion, took: SimDuration) {
        self.record_repeated(now, &job, took);
    }

    fn left(&mut self, now: SimTime, job: Left) {
        self.record_left(now, &job);
    }

    fn workers(&mut self, now: SimTime, pool: PoolId, available: u32) {
        let level = &mut self.pools[pool.index()].available;
        let by = i64::from(available) - level.number();
        level.change(by, self.steps.rest(now));
    }

    fn absent(&mut self, now: SimTime, pool: PoolId, absent: Absent) {
        let rest = self.steps.rest(now);
        let pool = &mut self.pools[pool.index()];
        for (level, number) in [(&mut pool.booting, absent.booting), (&mut pool.down, absent.down)] {
            level.change(i64::from(number) - level.number(), rest);
        }
    }

    fn calls(&mut self, now: SimTime, provider: ProviderId, calls: Calls) {
        self.record_calls(now, provider, calls);
    }

    fn alarm(&mut self, now: SimTime, alarm: Alarm) {
        let rest = self.steps.rest(now);
        self.alarms[alarm.alert.index()].record(now, alarm, rest);
    }

    fn responded(&mut self, now: SimTime, response: ResponseId) {
        self.actions[response.index()].push(now);
    }

    fn sample(&mut self, now: SimTime, world: &impl World) {
        for (i, queue) in self.queues.iter_mut().enumerate() {
            let id = crate::model::QueueId(i as u16);
            queue.samples.push((world.depth(id), age(now, world.oldest_ready(id))));
        }
        for (i, dispatcher) in self.dispatchers.iter_mut().enumerate() {
            let id = DispatcherId(i as u16);
            dispatcher.samples.push((world.staged_depth(id), age(now, world.oldest_staged(id))));
        }
        self.end_step();
    }

    fn unfinished(&mut self, horizon: SimTime, job: Unfinished) {
        self.record_unfinished(horizon, &job);
    }
}

fn age(now: SimTime, oldest: Option<SimTime>) -> f64 {
    oldest.map_or(0.0, |entered| now.since(entered).as_secs_f64())
}
