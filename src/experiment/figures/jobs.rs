//! Figures of jobs, and of the places in which they wait.

use super::list::{MetricList, MetricWriter, SECONDS_PER_HOUR};
use super::possible::{can_be_prefetched, can_retry, can_waste, counts_of, counts_of_all};
use super::view::Figures;
use crate::experiment::record::peak::Peak;
use crate::experiment::record::records::ClassRecord;
use crate::experiment::unit::{Subject, TimesProfile, Value};
use crate::metric::{Metric, Quantity, TimeStatistic};
use crate::model::{ClassId, DispatcherId, QueueId, Scope};

impl Figures<'_> {
    pub(super) fn figures_of_all(&self, list: &mut MetricList) {
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

    pub(super) fn figures_of_class(&self, id: ClassId, list: &mut MetricList) {
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

    pub(super) fn fates_of_all(&self, about: &mut MetricWriter<'_>) {
        let classes = &self.recorder.classes;
        for (metric, count) in counts_of_all(self.model) {
            about.add(metric, Value::exactly(classes.iter().map(|class| count(&class.fate)).sum::<u64>() as f64));
        }
        if self.class_ids().any(|id| can_waste(self.model, id)) {
            about.add(Metric::WastedHours, wasted_hours(classes.iter().map(|class| class.fate.wasted).sum()));
        }
    }

    pub(super) fn fates_of_class(&self, id: ClassId, about: &mut MetricWriter<'_>) {
        let fate = &self.recorder.classes[id.index()].fate;
        for (metric, count) in counts_of(self.model, id) {
            about.add(metric, Value::exactly(count(fate) as f64));
        }
        if can_waste(self.model, id) {
            about.add(Metric::WastedHours, wasted_hours(fate.wasted));
        }
        if can_be_prefetched(self.model, id) {
            let class = &self.recorder.classes[id.index()];
            about.add(Metric::PrefetchedMean, self.mean_of(class.prefetched.area()));
            about.add(Metric::PrefetchedMax, Value::exactly(class.prefetched_peak.number() as f64));
        }
        if can_retry(self.model, id) {
            about.add(Metric::RetryingMean, self.mean_of(fate.retrying.area()));
            about.add(Metric::RetryingMax, Value::exactly(fate.retrying_peak.number() as f64));
        }
    }

    pub(in crate::experiment) fn times(&self, scope: Scope, about: &mut MetricWriter<'_>) {
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

    pub(super) fn figures_of_queue(&self, id: QueueId, list: &mut MetricList) {
        let depth = self.classes_where(|class| class.queue == id).map(|class| class.ready.area()).sum();
        let mut about = list.about(Subject::Part(Scope::Queue(id)));
        about.add(Metric::DepthMean, self.mean_of(depth));
        about.add(Metric::DepthMax, Value::exactly(self.recorder.queues[id.index()].peak.number() as f64));
        about.add(Metric::AgeMax, self.age(id));
    }

    pub(super) fn figures_of_dispatcher(&self, id: DispatcherId, list: &mut MetricList) {
        let staged = self.classes_where(|class| class.via == Some(id)).map(|class| class.staged.area()).sum();
        let mut about = list.about(Subject::Part(Scope::Dispatcher(id)));
        about.add(Metric::StagedMean, self.mean_of(staged));
        about.add(Metric::StagedMax, Value::exactly(self.recorder.dispatchers[id.index()].peak.number() as f64));
        about.add(Metric::StagedAgeMax, self.staged_age(id));
    }
}

fn wasted_hours(nanos: u128) -> Value {
    Value::exactly(nanos as f64 / 1e9 / SECONDS_PER_HOUR)
}

fn peak_time(peak: Peak) -> Value {
    if peak.number() > 0 { Value::exactly(peak.at().as_secs_f64()) } else { Value::default() }
}
