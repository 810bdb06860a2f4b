//! The observer of one replication: counts, sketches and curves, by index arithmetic alone while the engine runs.

use super::alarms::AlarmRecord;
use super::bounds::{BoundCount, LossCount, bound_counts, bounds_of, loss_counts};
use super::drain::DrainClock;
use super::level::{Level, Steps};
use super::peak::Peak;
use super::providers::ProviderRecord;
use super::records::{ClassRecord, Fate, PlaceRecord, PoolRecord, only_pool};
use super::room;
use crate::engine::{
    Alarm, Breakdown, Calls, Completion, Created, Failed, Fetched, Interruption, JobTimes, Leaving, Left, Observer,
    Place, Ready, Start, SystemView, UnavailableWorkers, Unfinished,
};
use crate::experiment::deadline::Deadline;
use crate::experiment::faults::KnownEvent;
use crate::model::{
    ClassId, DispatcherId, Loss, Model, Objective, PoolId, ProviderId, Quantity, QueueId, ResponseId, Settings,
};
use crate::units::{SimDuration, SimTime};

/// Records one replication.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct Recorder {
    step: SimDuration,
    warmup: SimTime,
    pub(in crate::experiment) steps: Steps,
    /// Until when somebody waits for it.
    pub(in crate::experiment) deadline: Deadline,
    /// The most jobs that may wait.
    pub(in crate::experiment) most_waiting: u64,
    pub(in crate::experiment) classes: Vec<ClassRecord>,
    pub(in crate::experiment) queues: Vec<PlaceRecord>,
    pub(in crate::experiment) dispatchers: Vec<PlaceRecord>,
    pub(in crate::experiment) pools: Vec<PoolRecord>,
    pub(in crate::experiment) providers: Vec<ProviderRecord>,
    pub(in crate::experiment) bounds: Vec<BoundCount>,
    pub(in crate::experiment) losses: Vec<LossCount>,
    pub(in crate::experiment) alarms: Vec<AlarmRecord>,
    /// When each response acted, and when what broke down last before had done so.
    pub(in crate::experiment) actions: Vec<Vec<(SimTime, Option<SimTime>)>>,
    /// Without faults the whole life of a job may be told at once: the clock of drains needs the instants in their order.
    takes_batches: bool,
    backlog: i64,
    pub(in crate::experiment) peak: Peak,
    pub(in crate::experiment) drain: DrainClock,
}

impl Recorder {
    pub(in crate::experiment) fn new(
        model: &Model,
        settings: &Settings,
        objectives: &[Objective],
        faults: &[KnownEvent],
    ) -> Self {
        let warmup = SimTime::ZERO.after(settings.warmup.removed());
        let steps = Steps::new(settings.curve_step, model.horizon(), warmup);
        let bounds = bound_counts(objectives, steps.horizon());
        let class = |(i, class): (usize, &crate::model::JobClass)| ClassRecord {
            bounds: bounds_of(ClassId(i as u16), &bounds, objectives),
            has_dispatcher: class.via.is_some(),
            only_pool: only_pool(model, class.queue),
            ..ClassRecord::default()
        };
        Self {
            step: settings.curve_step,
            warmup,
            classes: model.classes().iter().enumerate().map(class).collect(),
            queues: vec![PlaceRecord::default(); model.queues().len()],
            dispatchers: vec![PlaceRecord::default(); model.dispatchers().len()],
            pools: model.pools().iter().map(|pool| PoolRecord::new(pool, warmup)).collect(),
            providers: vec![ProviderRecord::default(); model.providers().len()],
            steps,
            deadline: Deadline::NONE,
            most_waiting: room::most(model),
            bounds,
            losses: loss_counts(objectives),
            alarms: vec![AlarmRecord::default(); model.alerts().len()],
            actions: vec![Vec::new(); model.responses().len()],
            takes_batches: faults.is_empty() && !objectives.iter().any(|objective| objective.among.by_tenant),
            backlog: 0,
            peak: Peak::default(),
            drain: DrainClock::new(faults),
        }
    }

    pub(in crate::experiment) fn warmup(&self) -> SimTime {
        self.warmup
    }

    /// A job comes to wait; `entering` is 1 if the levels of its class do not count it yet, and 0 if they do.
    #[inline(always)]
    pub(super) fn grow_backlog(&mut self, now: SimTime, class: ClassId, entering: i64) {
        self.drain.pass(now, self.backlog);
        self.backlog += 1;
        self.peak.rise(now, self.backlog);
        self.classes[class.index()].note_rise(now, self.backlog, entering);
    }

    /// A job no longer waits.
    #[inline]
    pub(super) fn shrink_backlog(&mut self, now: SimTime) {
        self.drain.pass(now, self.backlog);
        self.backlog -= 1;
        self.peak.fall(now, self.backlog);
        if self.backlog == 0 {
            self.drain.emptied(now);
        }
    }

    pub(super) fn count_bounds(
        &mut self,
        (class, tenant): (ClassId, u16),
        created: SimTime,
        time_of: impl Fn(Quantity) -> Option<SimDuration>,
    ) {
        for &i in &self.classes[class.index()].bounds {
            let bound = &mut self.bounds[i];
            let Some(time) = time_of(bound.quantity) else { continue };
            bound.count(time, (created, tenant));
            if bound.late.is_some() {
                // The queue wait ends when the wait does, all else as long after the creation as it lasts.
                let whole = if bound.quantity == Quantity::QueueWait { time_of(Quantity::Wait) } else { Some(time) };
                bound.note_end(time, created.after(whole.unwrap_or(time)));
            }
        }
    }

    /// A job is lost at `now`: what it waits for never ends. It is still at `place` if it was never started.
    pub(super) fn record_never(
        &mut self,
        whose: (ClassId, u16),
        (created, now): (SimTime, SimTime),
        place: Option<Place>,
    ) {
        let step = self.steps.of(created);
        let class = &mut self.classes[whose.0.index()];
        if place.is_some() {
            class.waits.of(step).record_never();
        }
        if created < self.warmup {
            return;
        }
        class.sojourn.record_never();
        let staged = matches!(place, Some(Place::Staged(_)));
        if place.is_some() {
            class.wait.record_never();
            if class.has_dispatcher {
                class.queue_wait.record_never();
            }
            if staged {
                class.staging_delay.record_never();
            }
        }
        for &i in &self.classes[whose.0.index()].bounds {
            let bound = &mut self.bounds[i];
            let is_lost = match bound.quantity {
                Quantity::Sojourn => true,
                Quantity::Wait | Quantity::QueueWait => place.is_some(),
                Quantity::StagingDelay => staged,
            };
            if is_lost {
                bound.count_never((created, whose.1), now);
            } else if let (Quantity::StagingDelay, Some(Place::Ready { ready, .. })) = (bound.quantity, place) {
                bound.count(ready.since(created), (created, whose.1));
            }
        }
        if let Some(Place::Ready { ready, .. }) = place {
            let class = &mut self.classes[whose.0.index()];
            if class.has_dispatcher {
                class.staging_delay.record(ready.since(created).as_nanos());
            }
        }
    }

    /// Jobs were created that are not lost so far.
    #[inline(always)]
    fn count_created(&mut self, now: SimTime, job: &Created) {
        if !self.losses.is_empty() && now >= self.warmup {
            self.losses.iter_mut().for_each(|loss| loss.count_created(job.class, (now, job.tenant), 1));
        }
    }

    /// A job is lost in this way before the horizon.
    pub(super) fn count_lost(&mut self, whose: (ClassId, u16), created: SimTime, loss: Loss) {
        if created >= self.warmup {
            self.losses.iter_mut().for_each(|count| count.count_lost(whose.0, (created, whose.1), loss));
        }
    }

    fn end_step(&mut self) {
        self.enter_flows();
        let Some(ended) = self.steps.advance() else { return };
        self.classes.iter_mut().for_each(|class| class.waits.end_step());
        self.levels().for_each(|level| level.end_step(ended));
        self.alarms.iter_mut().for_each(|alarm| alarm.level.end_step(ended));
    }

    fn enter_flows(&mut self) {
        self.classes.iter_mut().for_each(|class| class.enter_flows(&self.steps, &mut self.pools));
    }

    /// All but those of alerts.
    fn levels(&mut self) -> impl Iterator<Item = &mut Level> {
        let classes = self.classes.iter_mut().flat_map(ClassRecord::levels);
        let pools = self.pools.iter_mut().flat_map(PoolRecord::levels);
        classes.chain(pools).chain(self.providers.iter_mut().flat_map(ProviderRecord::levels))
    }

    /// What is counted from now on is what the figures tell.
    fn end_warmup(&mut self, now: SimTime) {
        if self.steps.splits_now() {
            self.enter_flows();
        }
        let part = self.steps.split().unwrap_or(0);
        self.levels().for_each(|level| level.end_warmup(part));
        self.alarms.iter_mut().for_each(|alarm| alarm.level.end_warmup(part));
        self.classes.iter_mut().for_each(|class| class.end_warmup(now));
        self.providers.iter_mut().for_each(ProviderRecord::end_warmup);
        self.drain.end_warmup();
        self.peak.begin_anew(now, self.backlog);
        for place in self.queues.iter_mut().chain(&mut self.dispatchers) {
            place.peak.begin_anew(now, place.number);
        }
    }

    /// A job was there at the horizon.
    pub(super) fn count_unfinished(&mut self, job: &Unfinished) {
        let counts = job.created >= self.warmup;
        self.classes[job.class.index()].unfinished += u64::from(counts);
    }

    /// The wait of a job from before the horizon is over, while it was followed.
    pub(super) fn record_late_start(&mut self, now: SimTime, job: &Start) {
        let wait = now.since(job.created);
        let step = self.steps.of(job.created);
        let class = &mut self.classes[job.class.index()];
        class.waits.of(step).record(wait.as_nanos());
        if job.created < self.warmup {
            return;
        }
        class.wait.record(wait.as_nanos());
        if class.has_dispatcher {
            class.queue_wait.record(now.since(job.ready).as_nanos());
            class.staging_delay.record(job.ready.since(job.created).as_nanos());
        }
        self.count_bounds((job.class, job.tenant), job.created, |quantity| match quantity {
            Quantity::Wait => Some(wait),
            Quantity::QueueWait => Some(now.since(job.ready)),
            Quantity::StagingDelay => Some(job.ready.since(job.created)),
            Quantity::Sojourn => None,
        });
    }

    /// A job from before the horizon is finished, while it was followed.
    pub(super) fn record_late_finish(&mut self, now: SimTime, job: &Completion) {
        if job.created < self.warmup {
            return;
        }
        let sojourn = now.since(job.created);
        self.classes[job.class.index()].sojourn.record(sojourn.as_nanos());
        let whose = (job.class, job.tenant);
        self.count_bounds(whose, job.created, |quantity| (quantity == Quantity::Sojourn).then_some(sojourn));
    }

    /// A job from before the horizon is still there when it is followed no longer: what it waits for lasts at least until now.
    pub(super) fn record_censored(&mut self, now: SimTime, job: &Unfinished) {
        let (age, created) = (now.since(job.created), job.created);
        let step = self.steps.of(created);
        let class = &mut self.classes[job.class.index()];
        if !matches!(job.place, Place::Running(_) | Place::Retrying) {
            class.waits.of(step).record_censored(age.as_nanos());
        }
        if created < self.warmup {
            return;
        }
        class.sojourn.record_censored(age.as_nanos());
        match job.place {
            Place::Running(_) | Place::Retrying => {}
            Place::Staged(_) => {
                class.wait.record_censored(age.as_nanos());
                class.staging_delay.record_censored(age.as_nanos());
            }
            Place::Ready { ready, .. } => {
                class.wait.record_censored(age.as_nanos());
                if class.has_dispatcher {
                    class.queue_wait.record_censored(now.since(ready).as_nanos());
                    class.staging_delay.record(ready.since(created).as_nanos());
                }
            }
        }
        self.count_censored(now, job);
    }

    /// It counts against the bounds that it is over already.
    fn count_censored(&mut self, now: SimTime, job: &Unfinished) {
        let age = now.since(job.created);
        for &i in &self.classes[job.class.index()].bounds {
            let bound = &mut self.bounds[i];
            match (bound.quantity, job.place) {
                (Quantity::Sojourn, _) | (Quantity::Wait, Place::Staged(_) | Place::Ready { .. }) => {
                    bound.count_censored(age, now, job);
                }
                (Quantity::StagingDelay, Place::Staged(_)) => bound.count_censored(age, now, job),
                (Quantity::StagingDelay, Place::Ready { ready, .. }) => {
                    bound.count(ready.since(job.created), (job.created, job.tenant));
                }
                (Quantity::QueueWait, Place::Ready { ready, .. }) => bound.count_censored(now.since(ready), now, job),
                _ => {}
            }
        }
    }

    /// Ends all steps but the last one, as if nothing happened.
    pub(in crate::experiment) fn pass_steps(&mut self) {
        (1..self.steps.count()).for_each(|_| self.end_step());
    }

    /// Closes the last step, if the horizon is no multiple of the step, and the drain of faults that left no backlog.
    pub(in crate::experiment) fn finish(&mut self, horizon: SimTime) {
        self.end_step();
        self.drain.pass(horizon, self.backlog);
        self.pools.iter_mut().filter_map(|pool| pool.bill.as_mut()).for_each(|bill| bill.finish(horizon));
    }
}

impl Observer for Recorder {
    fn is_stopped(&self) -> bool {
        self.deadline.has_passed()
    }

    fn most_waiting(&self) -> u64 {
        self.most_waiting
    }

    fn sample_step(&self) -> Option<SimDuration> {
        Some(self.step)
    }

    fn counts_from(&self) -> SimTime {
        self.warmup
    }

    fn warmed_up(&mut self, now: SimTime) {
        self.end_warmup(now);
    }

    #[inline(always)]
    fn created(&mut self, now: SimTime, job: Created) {
        self.grow_backlog(now, job.class, 1);
        self.classes[job.class.index()].created += 1;
        self.count_created(now, &job);
    }

    fn returned(&mut self, now: SimTime, dispatcher: DispatcherId) {
        self.drain.returned(now, dispatcher);
    }

    fn broke_down(&mut self, now: SimTime, what: Breakdown) {
        self.drain.broke_down(now, what);
    }

    fn repaired(&mut self, now: SimTime, what: Breakdown) {
        self.drain.repaired(now, what);
    }

    fn staged(&mut self, now: SimTime, class: ClassId, dispatcher: DispatcherId) {
        self.classes[class.index()].staged.change(1, self.steps.rest(now));
        self.dispatchers[dispatcher.index()].enter(now);
    }

    #[inline(always)]
    fn ready(&mut self, now: SimTime, job: Ready) {
        self.queues[job.queue.index()].enter(now);
        if job.copy {
            return;
        }
        let rest = self.steps.rest(now);
        let class = &mut self.classes[job.class.index()];
        class.ready.change(1, rest);
        if let Some(dispatcher) = job.staged {
            class.staged.change(-1, rest);
            self.dispatchers[dispatcher.index()].leave(now);
        }
    }

    #[inline(always)]
    fn queued(&mut self, now: SimTime, job: Created, queue: QueueId) {
        self.grow_backlog(now, job.class, 1);
        self.classes[job.class.index()].step.queued.add(self.steps.rest(now));
        self.queues[queue.index()].enter(now);
        self.count_created(now, &job);
    }

    fn fetched(&mut self, now: SimTime, job: Fetched) {
        self.queues[job.queue.index()].leave(now);
        if job.copy {
            return;
        }
        let rest = self.steps.rest(now);
        let class = &mut self.classes[job.class.index()];
        class.ready.change(-1, rest);
        class.prefetched.change(1, rest);
        class.prefetched_peak.rise(now, class.prefetched.number());
    }

    fn unfetched(&mut self, now: SimTime, job: Fetched, goes_back: bool) {
        let rest = self.steps.rest(now);
        if !job.copy {
            let class = &mut self.classes[job.class.index()];
            class.prefetched.change(-1, rest);
            class.prefetched_peak.fall(now, class.prefetched.number());
            class.ready.change(1, rest);
        }
        let queue = &mut self.queues[job.queue.index()];
        if goes_back {
            queue.enter(now);
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
        class.note_fall(now);
        class.waits.of(step).record(wait.as_nanos());
        self.queues[job.queue.index()].leave(now);
        if class.only_pool.is_none() {
            self.pools[job.pool.index()].busy.change(1, rest);
        }
        if class.has_dispatcher {
            class.mix_fate(Fate::Ready, job.created, job.ready);
        }
        if job.created < self.warmup {
            class.early.started += 1;
            return;
        }
        class.wait.record(wait.as_nanos());
        if class.has_dispatcher {
            class.queue_wait.record(now.since(job.ready).as_nanos());
            class.staging_delay.record(job.ready.since(job.created).as_nanos());
        }
        if !class.bounds.is_empty() {
            self.count_bounds((job.class, job.tenant), job.created, |quantity| match quantity {
                Quantity::Wait => Some(wait),
                Quantity::QueueWait => Some(now.since(job.ready)),
                Quantity::StagingDelay => Some(job.ready.since(job.created)),
                Quantity::Sojourn => None,
            });
        }
    }

    fn takes_batches(&self) -> bool {
        self.takes_batches
    }

    fn served_batch(&mut self, id: ClassId, jobs: &[JobTimes]) {
        let uncounted = jobs.partition_point(|job| job.created < self.warmup);
        let class = &mut self.classes[id.index()];
        class.enter_lives(jobs, uncounted, &self.steps);
        for loss in &mut self.losses {
            jobs[uncounted..].iter().for_each(|job| loss.count_created(id, (job.created, 0), 1));
        }
        let class = &self.classes[id.index()];
        if class.bounds.is_empty() {
            return;
        }
        let horizon = self.steps.horizon();
        for &JobTimes { created, start, finish } in &jobs[uncounted..] {
            self.count_bounds((id, 0), created, |quantity| match quantity {
                Quantity::Wait | Quantity::QueueWait => (start < horizon).then_some(start.since(created)),
                Quantity::StagingDelay => (start < horizon).then_some(SimDuration::ZERO),
                Quantity::Sojourn => (finish < horizon).then_some(finish.since(created)),
            });
        }
    }

    fn queue_peaked(&mut self, now: SimTime, queue: QueueId, waiting: u64) {
        self.peak.rise(now, waiting as i64);
        self.queues[queue.index()].peak.rise(now, waiting as i64);
    }

    fn class_peaked(&mut self, now: SimTime, class: ClassId, waiting: u64) {
        self.classes[class.index()].peak.rise(now, waiting as i64);
    }

    #[inline(always)]
    fn started_at_once(&mut self, now: SimTime, created: Created, job: Start) {
        self.count_created(now, &created);
        let rest = self.steps.rest(now);
        let class = &mut self.classes[job.class.index()];
        class.mix_fingerprint(now, now);
        class.step.at_once.add(rest);
        if class.only_pool.is_none() {
            self.pools[job.pool.index()].busy.change(1, rest);
        }
        if now >= self.warmup {
            class.step.at_once_counted += 1;
            if !class.bounds.is_empty() {
                self.count_bounds((job.class, job.tenant), now, |quantity| {
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
            class.early.finished += 1;
            return;
        }
        class.sojourn.record(sojourn.as_nanos());
        if !class.bounds.is_empty() {
            self.count_bounds((job.class, job.tenant), job.created, |quantity| {
                (quantity == Quantity::Sojourn).then_some(sojourn)
            });
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

    fn copy_requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.record_copy_requeued(now, class, queue);
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
        self.pools[pool.index()].note_paid(now);
    }

    fn absent(&mut self, now: SimTime, pool: PoolId, absent: UnavailableWorkers) {
        let rest = self.steps.rest(now);
        let pool = &mut self.pools[pool.index()];
        for (level, number) in [(&mut pool.booting, absent.booting), (&mut pool.down, absent.down)] {
            level.change(i64::from(number) - level.number(), rest);
        }
        pool.note_paid(now);
    }

    fn calls(&mut self, now: SimTime, provider: ProviderId, calls: Calls) {
        let rest = self.steps.rest(now);
        self.providers[provider.index()].record(calls, rest);
    }

    fn alarm(&mut self, now: SimTime, alarm: Alarm) {
        let rest = self.steps.rest(now);
        self.alarms[alarm.alert.index()].record((now, self.drain.last_breakdown()), alarm, rest);
    }

    fn responded(&mut self, now: SimTime, response: ResponseId) {
        self.actions[response.index()].push((now, self.drain.last_breakdown()));
    }

    fn sample(&mut self, now: SimTime, world: &impl SystemView) {
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
}

fn age(now: SimTime, oldest: Option<SimTime>) -> f64 {
    oldest.map_or(0.0, |entered| now.since(entered).as_secs_f64())
}
