//! Figures of jobs, and of the places in which they wait.

use super::list::{MetricList, MetricWriter, SECONDS_PER_HOUR};
use super::possible::{COUNTS, Count, can_be_prefetched, can_retry, can_waste};
use super::view::Figures;
use crate::experiment::record::level::Area;
use crate::experiment::record::peak::Peak;
use crate::experiment::record::records::ClassRecord;
use crate::experiment::unit::{Subject, TimesProfile, Value};
use crate::metric::{Metric, Quantity, TimeStatistic};
use crate::model::{ClassId, DispatcherId, Model, QueueId, Scope};

impl Figures<'_> {
    /// Of a class, or of all jobs.
    pub(super) fn figures_of_jobs(&self, scope: Scope, list: &mut MetricList) {
        let sum = |count: &dyn Fn(&ClassRecord) -> u64| jobs(self.records_of(scope).map(count).sum());
        let mut about = list.about(Subject::Part(scope));
        about.add(Metric::Created, sum(&|class| class.counted()[0]));
        about.add(Metric::Started, sum(&|class| class.counted()[1]));
        about.add(Metric::Finished, sum(&|class| class.counted()[2]));
        about.add(Metric::Unfinished, sum(&|class| class.unfinished));
        self.fates(scope, &mut about);
        self.times(scope, &mut about);
        let peak = self.peak_of(scope);
        about.add(Metric::BacklogMean, self.mean_of(self.backlog_of(scope)));
        about.add(Metric::BacklogHours, Value::exactly(self.backlog_of(scope).seconds() / SECONDS_PER_HOUR));
        about.add(Metric::BacklogMax, Value::exactly(peak.number() as f64));
        about.add(Metric::BacklogPeakTime, peak_time(peak));
    }

    fn fates(&self, scope: Scope, about: &mut MetricWriter<'_>) {
        let some = |can: fn(&Model, ClassId) -> bool| self.ids_of(scope).any(|id| can(self.model, id));
        for Count { metric, of, .. } in COUNTS.iter().filter(|count| some(count.is_possible)) {
            about.add(*metric, jobs(self.records_of(scope).map(|class| of(&class.fate)).sum()));
        }
        if some(can_waste) {
            about.add(Metric::WastedHours, wasted_hours(self.records_of(scope).map(|class| class.fate.wasted).sum()));
        }
        let Scope::Class(id) = scope else { return };
        let ClassRecord { prefetched, prefetched_peak, fate, .. } = &self.recorder.classes[id.index()];
        if some(can_be_prefetched) {
            about.add(Metric::PrefetchedMean, self.mean_of(prefetched.area()));
            about.add(Metric::PrefetchedMax, Value::exactly(prefetched_peak.number() as f64));
        }
        if some(can_retry) {
            about.add(Metric::RetryingMean, self.mean_of(fate.retrying.area()));
            about.add(Metric::RetryingMax, Value::exactly(fate.retrying_peak.number() as f64));
        }
    }

    fn backlog_of(&self, scope: Scope) -> Area {
        self.records_of(scope).map(ClassRecord::backlog).sum()
    }

    fn peak_of(&self, scope: Scope) -> Peak {
        match scope {
            Scope::Class(id) => self.recorder.classes[id.index()].peak,
            _ => self.recorder.peak,
        }
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

fn jobs(count: u64) -> Value {
    Value::exactly(count as f64)
}

fn wasted_hours(nanos: u128) -> Value {
    Value::exactly(nanos as f64 / 1e9 / SECONDS_PER_HOUR)
}

fn peak_time(peak: Peak) -> Value {
    if peak.number() > 0 { Value::exactly(peak.at().as_secs_f64()) } else { Value::default() }
}
