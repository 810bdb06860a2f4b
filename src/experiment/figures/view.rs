//! What a replication has left: its counts beside its model, and what several figures are made of.

use super::list::SECONDS_PER_HOUR;
use crate::experiment::record::level::{Area, Level};
use crate::experiment::record::recorder::Recorder;
use crate::experiment::record::records::{ClassRecord, PoolRecord};
use crate::experiment::unit::{ClassTimes, TimesProfile, Value};
use crate::metric::Quantity;
use crate::model::{Capacity, ClassId, DispatcherId, Model, QueueId, Scope};
use crate::units::SimTime;

/// A recorder that has seen a whole replication, beside the model it saw.
pub(in crate::experiment) struct Figures<'a> {
    pub(in crate::experiment) model: &'a Model,
    pub(in crate::experiment) recorder: Recorder,
    /// Of each class.
    pub(in crate::experiment) times: Vec<ClassTimes>,
    pub(in crate::experiment) drain_times: Vec<Value>,
}

impl ClassRecord {
    fn times(&self) -> ClassTimes {
        ClassTimes {
            wait: TimesProfile::of(&self.wait),
            // A class without a dispatcher is ready when it is created.
            queue_wait: self.has_dispatcher.then(|| TimesProfile::of(&self.queue_wait)),
            staging_delay: TimesProfile::of(&self.staging_delay),
            sojourn: TimesProfile::of(&self.sojourn),
        }
    }

    /// What its jobs spent staged, ready or waiting for a retry.
    pub(super) fn backlog(&self) -> Area {
        [&self.staged, &self.ready, &self.prefetched, &self.fate.retrying].into_iter().map(Level::area).sum()
    }
}

impl<'a> Figures<'a> {
    pub(in crate::experiment) fn new(model: &'a Model, recorder: Recorder) -> Self {
        let drain_times = recorder.drain.drain_times(SimTime::ZERO.after(model.horizon()), recorder.warmup());
        let times = recorder.classes.iter().map(ClassRecord::times).collect();
        Self { model, times, drain_times, recorder }
    }

    pub(super) fn class_ids(&self) -> impl Iterator<Item = ClassId> + use<> {
        (0..self.recorder.classes.len()).map(|i| ClassId(i as u16))
    }

    /// The classes of a scope, in the order in which they are summed up.
    pub(super) fn ids_of(&self, scope: Scope) -> impl Iterator<Item = ClassId> {
        let concerned = move |i: &usize| !matches!(scope, Scope::Class(id) if id.index() != *i);
        self.model.classes_by_name().iter().copied().filter(concerned).map(|i| ClassId(i as u16))
    }

    pub(super) fn records_of(&self, scope: Scope) -> impl Iterator<Item = &ClassRecord> {
        self.ids_of(scope).map(|id| &self.recorder.classes[id.index()])
    }

    /// Whether jobs pass a dispatcher. By the model and not by the jobs that came, so that all replications have the same figures.
    pub(super) fn is_staged(&self, scope: Scope) -> bool {
        let classes = self.model.classes();
        match scope {
            Scope::Class(id) => classes[id.index()].via.is_some(),
            _ => classes.iter().any(|class| class.via.is_some()),
        }
    }

    pub(super) fn times_of(&self, scope: Scope, quantity: Quantity) -> impl Iterator<Item = &TimesProfile> {
        self.ids_of(scope).map(move |id| self.times[id.index()].of(quantity))
    }

    pub(super) fn longest_time(&self, scope: Scope, quantity: Quantity) -> Value {
        let longest = self.times_of(scope, quantity).filter_map(TimesProfile::max).map(Value::from);
        longest.reduce(Value::max).unwrap_or_default()
    }

    pub(super) fn mean_time(&self, scope: Scope, quantity: Quantity) -> Value {
        mean_of(self.times_of(scope, quantity))
    }

    /// The age of the oldest is greatest when a job leaves: it is the longest time any job spent in the place.
    pub(in crate::experiment) fn longest(&self, classes: impl Fn(usize) -> bool, quantity: Quantity) -> Value {
        let of = |i: usize| self.times[i].of(quantity).max();
        let longest = (0..self.recorder.classes.len()).filter(|&i| classes(i)).filter_map(of).map(Value::from);
        let left = (0..self.recorder.classes.len()).filter(|&i| classes(i)).map(|i| {
            let fate = &self.recorder.classes[i].fate;
            let longest = if quantity == Quantity::StagingDelay { fate.longest_staged } else { fate.longest_in_queue };
            longest.as_secs_f64()
        });
        let left = left.filter(|&longest| longest > 0.0).map(Value::exactly);
        let longest = longest.chain(left);
        // Being in the place at the horizon, the oldest is exactly as old as it is.
        longest.reduce(Value::max).map_or_else(Value::default, |value| Value { at_least: false, ..value })
    }

    pub(in crate::experiment) fn age(&self, id: QueueId) -> Value {
        self.longest(|i| self.model.classes()[i].queue == id, Quantity::QueueWait)
    }

    pub(super) fn staged_age(&self, id: DispatcherId) -> Value {
        self.longest(|i| self.model.classes()[i].via == Some(id), Quantity::StagingDelay)
    }

    pub(super) fn classes_where(
        &self,
        include: impl Fn(&crate::model::JobClass) -> bool,
    ) -> impl Iterator<Item = &ClassRecord> {
        self.recorder
            .classes
            .iter()
            .zip(self.model.classes())
            .filter(move |(_, class)| include(class))
            .map(|(record, _)| record)
    }

    /// The mean since the end of the warm-up.
    pub(in crate::experiment) fn mean_of(&self, area: Area) -> Value {
        Value::share(area.seconds(), self.counted_seconds())
    }

    /// How long the run counts.
    pub(super) fn counted_seconds(&self) -> f64 {
        self.recorder.steps.counted().as_secs_f64()
    }

    pub(super) fn pools_of(&self, scope: Scope) -> impl Iterator<Item = (usize, &PoolRecord)> {
        let wanted = move |i: &usize| !matches!(scope, Scope::Pool(id) if id.index() != *i);
        self.model.pools_by_name().iter().copied().filter(wanted).map(|i| (i, &self.recorder.pools[i]))
    }

    pub(super) fn worker_seconds(&self, scope: Scope) -> (f64, f64) {
        (self.seconds(scope, |pool| &pool.busy), self.seconds(scope, |pool| &pool.available))
    }

    pub(in crate::experiment) fn seconds(&self, scope: Scope, level: impl Fn(&PoolRecord) -> &Level) -> f64 {
        self.pools_of(scope).map(|(_, pool)| level(pool).area()).sum::<Area>().seconds()
    }

    pub(super) fn any_pool(&self, scope: Scope, has: impl Fn(&Capacity) -> bool) -> bool {
        self.pools_of(scope).any(|(i, _)| has(&self.model.pools()[i].capacity))
    }

    /// `None` when no pool has a price.
    pub(in crate::experiment) fn cost(&self, scope: Scope) -> Option<f64> {
        let cost = |(i, pool): (usize, &PoolRecord)| {
            let price = self.model.pools()[i].cost_per_hour?;
            let hours = pool.bill.as_ref().map(|bill| bill.hours());
            Some(price.amount * hours.unwrap_or_else(|| pool.paid().seconds() / SECONDS_PER_HOUR))
        };
        self.pools_of(scope).filter_map(cost).reduce(|a, b| a + b)
    }

    pub(in crate::experiment) fn drain_time(&self) -> Value {
        self.drain_times.iter().copied().reduce(Value::max).unwrap_or_default()
    }
}

/// The mean of the times that ended or are known from below.
pub(in crate::experiment) fn mean_of<'a>(times: impl Iterator<Item = &'a TimesProfile>) -> Value {
    let add = |(sum, count, censored): (f64, u64, u64), times: &TimesProfile| {
        (sum + times.sum(), count + times.count(), censored + times.censored())
    };
    let (sum, count, censored) = times.fold((0.0, 0, 0), add);
    let value = (count > 0).then(|| sum / count as f64);
    Value { value, at_least: censored * 1000 > count, ..Value::default() }
}
