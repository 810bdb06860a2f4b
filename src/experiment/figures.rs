//! From the counts of a replication to its figures, in the fixed order of the report.

use super::alarms::FirstFault;
use super::bounds::BoundCount;
use super::fates;
use super::level::{Area, Level};
use super::peak::Peak;
use super::recorder::Recorder;
use super::records::{ClassRecord, PlaceRecord, PoolRecord};
use super::unit::{ClassTimes, CurveKey, CurveValues, Evidence, Key, Subject, TimesProfile, UnitResult, Value};
use crate::metric::{CurveKind, Metric, Quantity, TimeStatistic};
use crate::model::{
    AlertId, Capacity, ClassId, DispatcherId, JobClass, Measure, Model, Objective, PoolId, QueueId, Scope, Statistic,
};
use crate::units::SimTime;

/// A recorder that has seen a whole replication, beside the model it saw.
pub(super) struct Figures<'a> {
    pub(super) model: &'a Model,
    pub(super) recorder: Recorder,
    /// Of each class.
    times: Vec<ClassTimes>,
    drain_times: Vec<Value>,
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
    fn backlog(&self) -> Area {
        [&self.staged, &self.ready, &self.prefetched, &self.fate.retrying].into_iter().map(Level::area).sum()
    }
}

impl<'a> Figures<'a> {
    pub(super) fn new(model: &'a Model, recorder: Recorder) -> Self {
        let drain_times = recorder.drain.drain_times(SimTime::ZERO.after(model.horizon()), recorder.warmup());
        let times = recorder.classes.iter().map(ClassRecord::times).collect();
        Self { model, times, drain_times, recorder }
    }

    /// All figures; curves only where they are wanted.
    pub(super) fn unit_result(self, objectives: &[Objective], with_curves: bool) -> UnitResult {
        let steps = self.recorder.steps.count();
        let profiles = |class: &ClassRecord| class.waits.profiles(steps);
        let figures = self.figures();
        UnitResult {
            objectives: objectives.iter().enumerate().map(|(i, it)| self.evidence(i, (it, &figures))).collect(),
            figures,
            curves: if with_curves { self.curves() } else { Vec::new() },
            steps: if with_curves { self.recorder.classes.iter().map(profiles).collect() } else { Vec::new() },
            created: self.recorder.classes.iter().map(|class| class.created).sum(),
            fingerprint: self.fingerprint(),
            times: self.times,
        }
    }

    /// Of the trajectories of all classes by their names, so that the order in which a file names them does not matter.
    fn fingerprint(&self) -> u64 {
        let classes = self.model.classes().iter().zip(&self.recorder.classes);
        let of_class = |(class, record): (&JobClass, &ClassRecord)| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(class.name.as_bytes()).update(&record.fingerprint.to_le_bytes());
            hasher.update(&record.ends.to_le_bytes());
            hasher.finalize().as_bytes()[..8].iter().fold(0, |hash, &byte| hash << 8 | u64::from(byte))
        };
        classes.map(of_class).fold(0, u64::wrapping_add)
    }

    fn figures(&self) -> Vec<(Key, Value)> {
        let mut figures = MetricList::default();
        self.figures_of_all(&mut figures);
        (0..self.recorder.classes.len()).for_each(|i| self.figures_of_class(ClassId(i as u16), &mut figures));
        (0..self.recorder.queues.len()).for_each(|i| self.figures_of_queue(QueueId(i as u16), &mut figures));
        (0..self.recorder.dispatchers.len())
            .for_each(|i| self.figures_of_dispatcher(DispatcherId(i as u16), &mut figures));
        (0..self.recorder.pools.len()).for_each(|i| self.figures_of_pool(Scope::Pool(PoolId(i as u16)), &mut figures));
        self.figures_of_providers(&mut figures);
        for (i, &drain_time) in self.drain_times.iter().enumerate() {
            figures.about(Subject::Fault(i)).add(Metric::DrainTime, drain_time);
        }
        self.figures_of_alerts(&mut figures);
        figures.0
    }

    fn figures_of_alerts(&self, list: &mut MetricList) {
        let (fault, warmup) = (self.first_fault(), self.recorder.warmup());
        for (i, alarm) in self.recorder.alarms.iter().enumerate() {
            let [fired, fired_after, resolved_after, age] =
                fault.map_or_else(Default::default, |at| alarm.figures(at, warmup));
            let mut about = list.about(Subject::Alert(i));
            about.add(Metric::Fired, fired);
            about.add(Metric::FiredAfter, fired_after);
            about.add(Metric::ResolvedAfter, resolved_after);
            about.add(Metric::AgeWhenFired, age);
            about.add(Metric::Firings, Value::exactly(alarm.firings(warmup) as f64));
        }
        for (i, actions) in self.recorder.actions.iter().enumerate() {
            let after = |fault: FirstFault| {
                let (acted, breakdown) = actions.iter().find(|(time, _)| *time >= fault.at)?;
                Some(acted.since(fault.meant_by(*breakdown)).as_secs_f64())
            };
            let (first, counted) = (fault.and_then(after), actions.iter().filter(|(time, _)| *time >= warmup).count());
            let mut about = list.about(Subject::Response(i));
            about.add(Metric::Acted, Value::exactly(counted as f64));
            about.add(Metric::ActedAfter, first.map_or_else(Value::default, Value::exactly));
        }
    }

    fn figures_of_all(&self, list: &mut MetricList) {
        let sum = |count: fn(&ClassRecord) -> u64| self.recorder.classes.iter().map(count).sum::<u64>() as f64;
        let counted = |i: usize| self.recorder.classes.iter().map(|class| class.counted()[i]).sum::<u64>() as f64;
        let recorder = &self.recorder;
        let mut about = list.about(Subject::Part(Scope::All));
        about.add(Metric::Created, Value::exactly(counted(0)));
        about.add(Metric::Started, Value::exactly(counted(1)));
        about.add(Metric::Finished, Value::exactly(counted(2)));
        about.add(Metric::Unfinished, Value::exactly(sum(|class| class.unfinished)));
        self.fates_of_all(&mut about);
        self.times(Scope::All, &mut about);
        about.add(Metric::BacklogMean, self.mean_backlog(Scope::All));
        about.add(Metric::BacklogHours, self.backlog_hours(Scope::All));
        about.add(Metric::BacklogMax, Value::exactly(recorder.peak.number() as f64));
        about.add(Metric::BacklogPeakTime, peak_time(recorder.peak));
        if !self.drain_times.is_empty() {
            about.add(Metric::DrainTime, self.drain_time());
        }
        self.figures_of_pool(Scope::All, list);
    }

    fn figures_of_class(&self, id: ClassId, list: &mut MetricList) {
        let class = &self.recorder.classes[id.index()];
        let [created, started, finished] = class.counted().map(|jobs| Value::exactly(jobs as f64));
        let mut about = list.about(Subject::Part(Scope::Class(id)));
        about.add(Metric::Created, created);
        about.add(Metric::Started, started);
        about.add(Metric::Finished, finished);
        about.add(Metric::Unfinished, Value::exactly(class.unfinished as f64));
        self.fates_of_class(id, &mut about);
        self.times(Scope::Class(id), &mut about);
        about.add(Metric::BacklogMean, self.mean_backlog(Scope::Class(id)));
        about.add(Metric::BacklogHours, self.backlog_hours(Scope::Class(id)));
        about.add(Metric::BacklogMax, Value::exactly(class.peak.number() as f64));
        about.add(Metric::BacklogPeakTime, peak_time(class.peak));
    }

    fn fates_of_all(&self, about: &mut MetricWriter<'_>) {
        let classes = &self.recorder.classes;
        for (metric, count) in fates::counts_of_all(self.model) {
            about.add(metric, Value::exactly(classes.iter().map(|class| count(&class.fate)).sum::<u64>() as f64));
        }
        if self.class_ids().any(|id| fates::can_waste(self.model, id)) {
            about.add(Metric::WastedHours, wasted_hours(classes.iter().map(|class| class.fate.wasted).sum()));
        }
    }

    fn fates_of_class(&self, id: ClassId, about: &mut MetricWriter<'_>) {
        let fate = &self.recorder.classes[id.index()].fate;
        for (metric, count) in fates::counts_of(self.model, id) {
            about.add(metric, Value::exactly(count(fate) as f64));
        }
        if fates::can_waste(self.model, id) {
            about.add(Metric::WastedHours, wasted_hours(fate.wasted));
        }
        if fates::can_be_prefetched(self.model, id) {
            let class = &self.recorder.classes[id.index()];
            about.add(Metric::PrefetchedMean, self.mean_of(class.prefetched.area()));
            about.add(Metric::PrefetchedMax, Value::exactly(class.prefetched_peak.number() as f64));
        }
        if fates::can_retry(self.model, id) {
            about.add(Metric::RetryingMean, self.mean_of(fate.retrying.area()));
            about.add(Metric::RetryingMax, Value::exactly(fate.retrying_peak.number() as f64));
        }
    }

    fn class_ids(&self) -> impl Iterator<Item = ClassId> + use<> {
        (0..self.recorder.classes.len()).map(|i| ClassId(i as u16))
    }

    fn times(&self, scope: Scope, about: &mut MetricWriter<'_>) {
        for quantity in Quantity::ALL {
            if quantity == Quantity::StagingDelay && !self.is_staged(scope) {
                continue;
            }
            let count: u64 = self.times_of(scope, quantity).map(TimesProfile::count).sum();
            for statistic in TimeStatistic::ALL {
                // What is over the jobs of all replications has no value in one of them.
                let value =
                    if statistic == TimeStatistic::Max { self.longest_time(scope, quantity) } else { Value::default() };
                about.add(Metric::Time(quantity, statistic), Value { count: Some(count), ..value });
            }
        }
    }

    /// Whether jobs pass a dispatcher. By the model and not by the jobs that came, so that all replications have the same figures.
    fn is_staged(&self, scope: Scope) -> bool {
        let classes = self.model.classes();
        match scope {
            Scope::Class(id) => classes[id.index()].via.is_some(),
            _ => classes.iter().any(|class| class.via.is_some()),
        }
    }

    fn times_of(&self, scope: Scope, quantity: Quantity) -> impl Iterator<Item = &TimesProfile> {
        let concerned = move |i: &usize| !matches!(scope, Scope::Class(id) if id.index() != *i);
        let classes = self.model.classes_by_name().iter().copied().filter(concerned);
        classes.map(move |i| self.times[i].of(quantity))
    }

    fn longest_time(&self, scope: Scope, quantity: Quantity) -> Value {
        let longest = self.times_of(scope, quantity).filter_map(TimesProfile::max).map(Value::from);
        longest.reduce(Value::max).unwrap_or_default()
    }

    fn mean_time(&self, scope: Scope, quantity: Quantity) -> Value {
        mean_of(self.times_of(scope, quantity))
    }

    /// The age of the oldest is greatest when a job leaves: it is the longest time any job spent in the place.
    fn longest(&self, classes: impl Fn(usize) -> bool, quantity: Quantity) -> Value {
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

    fn age(&self, id: QueueId) -> Value {
        self.longest(|i| self.model.classes()[i].queue == id, Quantity::QueueWait)
    }

    fn staged_age(&self, id: DispatcherId) -> Value {
        self.longest(|i| self.model.classes()[i].via == Some(id), Quantity::StagingDelay)
    }

    fn figures_of_queue(&self, id: QueueId, list: &mut MetricList) {
        let depth = self.classes_where(|class| class.queue == id).map(|class| class.ready.area()).sum();
        let mut about = list.about(Subject::Part(Scope::Queue(id)));
        about.add(Metric::DepthMean, self.mean_of(depth));
        about.add(Metric::DepthMax, Value::exactly(self.recorder.queues[id.index()].peak.number() as f64));
        about.add(Metric::AgeMax, self.age(id));
    }

    fn figures_of_dispatcher(&self, id: DispatcherId, list: &mut MetricList) {
        let staged = self.classes_where(|class| class.via == Some(id)).map(|class| class.staged.area()).sum();
        let mut about = list.about(Subject::Part(Scope::Dispatcher(id)));
        about.add(Metric::StagedMean, self.mean_of(staged));
        about.add(Metric::StagedMax, Value::exactly(self.recorder.dispatchers[id.index()].peak.number() as f64));
        about.add(Metric::StagedAgeMax, self.staged_age(id));
    }

    fn figures_of_pool(&self, scope: Scope, list: &mut MetricList) {
        let (busy, available) = self.worker_seconds(scope);
        let (booting, down) = (self.seconds(scope, |pool| &pool.booting), self.seconds(scope, |pool| &pool.down));
        let mut about = list.about(Subject::Part(scope));
        let hours = |seconds: f64| Value::exactly(seconds / SECONDS_PER_HOUR);
        about.add(Metric::Utilisation, Value::share(busy, available));
        about.add(Metric::BusyHours, hours(busy));
        about.add(Metric::IdleHours, hours(available - busy));
        if self.any_pool(scope, Capacity::can_boot) {
            about.add(Metric::BootingHours, hours(booting));
        }
        if self.any_pool(scope, Capacity::can_break) {
            about.add(Metric::DownHours, hours(down));
        }
        about.add(Metric::WorkerHours, hours(available + booting + down));
        if let Some(cost) = self.cost(scope) {
            about.add(Metric::Cost, Value::exactly(cost));
        }
    }

    fn classes_where(&self, include: impl Fn(&crate::model::JobClass) -> bool) -> impl Iterator<Item = &ClassRecord> {
        self.recorder
            .classes
            .iter()
            .zip(self.model.classes())
            .filter(move |(_, class)| include(class))
            .map(|(record, _)| record)
    }

    /// The mean since the end of the warm-up.
    fn mean_of(&self, area: Area) -> Value {
        Value::share(area.seconds(), self.counted_seconds())
    }

    /// How long the run counts.
    pub(super) fn counted_seconds(&self) -> f64 {
        self.recorder.steps.counted().as_secs_f64()
    }

    fn mean_backlog(&self, scope: Scope) -> Value {
        self.mean_of(self.backlog_of(scope))
    }

    /// What all jobs together spent staged, ready or waiting for a retry.
    fn backlog_hours(&self, scope: Scope) -> Value {
        Value::exactly(self.backlog_of(scope).seconds() / SECONDS_PER_HOUR)
    }

    fn backlog_of(&self, scope: Scope) -> Area {
        let classes = &self.recorder.classes;
        match scope {
            Scope::Class(id) => classes[id.index()].backlog(),
            _ => classes.iter().map(ClassRecord::backlog).sum(),
        }
    }

    fn pools_of(&self, scope: Scope) -> impl Iterator<Item = (usize, &PoolRecord)> {
        let wanted = move |i: &usize| !matches!(scope, Scope::Pool(id) if id.index() != *i);
        self.model.pools_by_name().iter().copied().filter(wanted).map(|i| (i, &self.recorder.pools[i]))
    }

    fn worker_seconds(&self, scope: Scope) -> (f64, f64) {
        (self.seconds(scope, |pool| &pool.busy), self.seconds(scope, |pool| &pool.available))
    }

    fn seconds(&self, scope: Scope, level: impl Fn(&PoolRecord) -> &Level) -> f64 {
        self.pools_of(scope).map(|(_, pool)| level(pool).area()).sum::<Area>().seconds()
    }

    fn any_pool(&self, scope: Scope, has: impl Fn(&Capacity) -> bool) -> bool {
        self.pools_of(scope).any(|(i, _)| has(&self.model.pools()[i].capacity))
    }

    /// `None` when no pool has a price.
    fn cost(&self, scope: Scope) -> Option<f64> {
        let cost = |(i, pool): (usize, &PoolRecord)| {
            let price = self.model.pools()[i].cost_per_hour?;
            let hours = pool.bill.as_ref().map(|bill| bill.hours());
            Some(price.amount * hours.unwrap_or_else(|| pool.paid().seconds() / SECONDS_PER_HOUR))
        };
        self.pools_of(scope).filter_map(cost).reduce(|a, b| a + b)
    }

    fn drain_time(&self) -> Value {
        self.drain_times.iter().copied().reduce(Value::max).unwrap_or_default()
    }

    fn evidence(&self, i: usize, (objective, figures): (&Objective, &[(Key, Value)])) -> Evidence {
        let losses = self.recorder.losses.iter().find(|loss| loss.objective == i);
        if let Some(losses) = losses {
            return Evidence { tallies: losses.tallies.clone(), ..Evidence::default() };
        }
        let value = self.own_value(i, (objective, figures));
        let Some(bound) = self.bound(i) else { return Evidence { value, ..Evidence::default() } };
        let times: Vec<TimesProfile> = bound.times.iter().map(TimesProfile::of).collect();
        let most_late = bound.most_late.as_ref().map(|late| late.seconds(self.recorder.warmup()));
        Evidence { value, tallies: bound.tallies.clone(), times, most_late }
    }

    /// The value of a measure in this replication alone, where that is not a matter of counting jobs.
    fn own_value(&self, i: usize, (objective, figures): (&Objective, &[(Key, Value)])) -> Value {
        let scope = objective.scope;
        match (objective.measure, scope) {
            (Measure::OfTime(statistic, _), _) if !objective.among.is_all() => {
                let times: Vec<TimesProfile> =
                    self.bound(i).into_iter().flat_map(|bound| &bound.times).map(TimesProfile::of).collect();
                match statistic {
                    Statistic::Max => times.iter().filter_map(TimesProfile::max).map(Value::from).reduce(Value::max),
                    // The tenant with the largest mean decides.
                    _ => times.iter().map(|times| mean_of(std::iter::once(times))).reduce(Value::max),
                }
                .unwrap_or_default()
            }
            (Measure::OfTime(Statistic::Max, quantity), _) => self.longest_time(scope, quantity),
            (Measure::OfTime(_, quantity), _) => self.mean_time(scope, quantity),
            (Measure::TimeAbove(..), _) => self.bound(i).map_or_else(Value::default, |bound| self.time_above(bound)),
            (Measure::Figure(Metric::FiredAfter), Scope::Alert(id)) => self.fired_after(id),
            (Measure::Figure(metric), _) => figure_of(figures, (metric, scope)),
            (Measure::ShareWithin(..) | Measure::ShareLost(_) | Measure::CountLost(_), _) => Value::default(),
        }
    }

    /// When the first fault of this replication began since the warm-up, or what counts if there can be none; `None`: none came.
    fn first_fault(&self) -> Option<FirstFault> {
        let warmup = self.recorder.warmup();
        let known = super::faults::first_start(self.model, warmup);
        let breakdown = self.recorder.drain.first_breakdown();
        let is_breakdown = breakdown.is_some_and(|at| known.is_none_or(|known| at < known));
        let first = known.into_iter().chain(breakdown).min();
        let first = first.or_else(|| (!super::faults::are_possible(self.model)).then_some(warmup));
        first.map(|at| FirstFault { at, is_breakdown })
    }

    /// An alert that has not fired by the end fires later than that, if at all.
    fn fired_after(&self, id: AlertId) -> Value {
        let Some(fault) = self.first_fault() else { return Value::default() };
        let [_, fired_after, ..] = self.recorder.alarms[id.index()].figures(fault, self.recorder.warmup());
        let end = SimTime::ZERO.after(self.model.horizon());
        if fired_after.value.is_some() { fired_after } else { Value::at_least(end.since(fault.at).as_secs_f64()) }
    }

    fn bound(&self, objective: usize) -> Option<&BoundCount> {
        self.recorder.bounds.iter().find(|bound| bound.objective == objective)
    }

    fn time_above(&self, bound: &BoundCount) -> Value {
        let late = bound.late.as_ref().map(|late| late.total(self.recorder.steps.horizon()).as_secs_f64());
        let jobs = bound.tallies.iter().map(|tally| tally.within + tally.beyond).sum();
        Value { value: late, count: Some(jobs), ..Value::default() }
    }

    fn curves(&self) -> Vec<CurveValues> {
        let mut curves = Vec::new();
        self.curves_of_all(&mut curves);
        for (i, class) in self.recorder.classes.iter().enumerate() {
            let scope = Scope::Class(ClassId(i as u16));
            wait_curves(scope, &mut curves);
            for (kind, level) in [
                (CurveKind::Staged, &class.staged),
                (CurveKind::Ready, &class.ready),
                (CurveKind::Running, &class.running),
            ] {
                curves.push(level_curve(scope, kind, level.means().iter().copied()));
            }
            if fates::can_be_prefetched(self.model, ClassId(i as u16)) {
                curves.push(level_curve(scope, CurveKind::Prefetched, class.prefetched.means().iter().copied()));
            }
            if fates::can_retry(self.model, ClassId(i as u16)) {
                curves.push(level_curve(scope, CurveKind::Retrying, class.fate.retrying.means().iter().copied()));
            }
        }
        for (i, queue) in self.recorder.queues.iter().enumerate() {
            sample_curves(Scope::Queue(QueueId(i as u16)), [CurveKind::Depth, CurveKind::Age], queue, &mut curves);
        }
        for (i, dispatcher) in self.recorder.dispatchers.iter().enumerate() {
            let scope = Scope::Dispatcher(DispatcherId(i as u16));
            sample_curves(scope, [CurveKind::StagedDepth, CurveKind::StagedAge], dispatcher, &mut curves);
        }
        for (i, alarm) in self.recorder.alarms.iter().enumerate() {
            let key = CurveKey { subject: Subject::Alert(i), kind: CurveKind::Firing };
            let values = alarm.level.means().iter().copied().map(Some).collect();
            curves.push(CurveValues { key, values });
        }
        for (i, pool) in self.recorder.pools.iter().enumerate() {
            let scope = Scope::Pool(PoolId(i as u16));
            curves.push(level_curve(scope, CurveKind::Busy, pool.busy.means().iter().copied()));
            curves.push(level_curve(scope, CurveKind::Available, pool.available.means().iter().copied()));
            if self.model.pools()[i].capacity.can_break() {
                curves.push(level_curve(scope, CurveKind::Down, pool.down.means().iter().copied()));
            }
            if self.model.pools()[i].capacity.can_boot() {
                curves.push(level_curve(scope, CurveKind::Booting, pool.booting.means().iter().copied()));
            }
        }
        self.curves_of_providers(&mut curves);
        curves
    }

    fn curves_of_all(&self, curves: &mut Vec<CurveValues>) {
        let classes = &self.recorder.classes;
        let (steps, order) = (self.recorder.steps.count(), self.model.classes_by_name());
        wait_curves(Scope::All, curves);
        let sum = |level: fn(&ClassRecord) -> &[f64]| {
            let of = move |step| order.iter().map(|&class| level(&classes[class])[step]).sum::<f64>();
            (0..steps).map(of)
        };
        curves.push(level_curve(Scope::All, CurveKind::Staged, sum(|class| class.staged.means())));
        curves.push(level_curve(Scope::All, CurveKind::Ready, sum(|class| class.ready.means())));
        curves.push(level_curve(Scope::All, CurveKind::Running, sum(|class| class.running.means())));
        if self.class_ids().any(|id| fates::can_be_prefetched(self.model, id)) {
            curves.push(level_curve(Scope::All, CurveKind::Prefetched, sum(|class| class.prefetched.means())));
        }
        if self.class_ids().any(|id| fates::can_retry(self.model, id)) {
            curves.push(level_curve(Scope::All, CurveKind::Retrying, sum(|class| class.fate.retrying.means())));
        }
    }
}

pub(super) const SECONDS_PER_HOUR: f64 = 3600.0;

fn wasted_hours(nanos: u128) -> Value {
    Value::exactly(nanos as f64 / 1e9 / SECONDS_PER_HOUR)
}

/// Figures under way, in order.
#[derive(Default)]
pub(super) struct MetricList(Vec<(Key, Value)>);

impl MetricList {
    pub(super) fn about(&mut self, subject: Subject) -> MetricWriter<'_> {
        MetricWriter { list: self, subject }
    }
}

/// Adds figures about one subject.
pub(super) struct MetricWriter<'a> {
    list: &'a mut MetricList,
    subject: Subject,
}

impl MetricWriter<'_> {
    pub(super) fn add(&mut self, metric: Metric, value: Value) {
        self.list.0.push((Key { subject: self.subject, metric }, value));
    }
}

/// The value of a metric of a part of the model, or of all where it is only of all; none where it is added by another run, as false
/// alarms are.
fn figure_of(figures: &[(Key, Value)], (metric, scope): (Metric, Scope)) -> Value {
    let is_known = metric.scopes().contains(&scope.kind());
    let subject = Subject::Part(if is_known { scope } else { Scope::All });
    let own = |(key, _): &&(Key, Value)| *key == Key { subject, metric };
    figures.iter().find(own).map_or_else(Value::default, |(_, value)| *value)
}

/// The mean of the times that ended or are known from below.
fn mean_of<'a>(times: impl Iterator<Item = &'a TimesProfile>) -> Value {
    let add = |(sum, count, censored): (f64, u64, u64), times: &TimesProfile| {
        (sum + times.sum(), count + times.count(), censored + times.censored())
    };
    let (sum, count, censored) = times.fold((0.0, 0, 0), add);
    let value = (count > 0).then(|| sum / count as f64);
    Value { value, at_least: censored * 1000 > count, ..Value::default() }
}

fn peak_time(peak: Peak) -> Value {
    if peak.number() > 0 { Value::exactly(peak.at().as_secs_f64()) } else { Value::default() }
}

/// Curves over the jobs of all replications, in their place.
fn wait_curves(scope: Scope, curves: &mut Vec<CurveValues>) {
    let subject = Subject::Part(scope);
    let curve = |statistic| CurveKey { subject, kind: CurveKind::Wait(statistic) };
    curves.extend(CurveKind::WAITS.map(|statistic| CurveValues { key: curve(statistic), values: Vec::new() }));
}

pub(super) fn level_curve(scope: Scope, kind: CurveKind, values: impl Iterator<Item = f64>) -> CurveValues {
    let key = CurveKey { subject: Subject::Part(scope), kind };
    CurveValues { key, values: values.map(Some).collect() }
}

fn sample_curves(scope: Scope, [depth, age]: [CurveKind; 2], place: &PlaceRecord, curves: &mut Vec<CurveValues>) {
    curves.push(level_curve(scope, depth, place.samples.iter().map(|&(depth, _)| depth as f64)));
    curves.push(level_curve(scope, age, place.samples.iter().map(|&(_, age)| age)));
}
