//! Figures of workers.

use super::list::{MetricList, SECONDS_PER_HOUR};
use super::view::Figures;
use crate::experiment::unit::{Subject, Value};
use crate::metric::Metric;
use crate::model::{Capacity, Scope};

impl Figures<'_> {
    pub(super) fn figures_of_pool(&self, scope: Scope, list: &mut MetricList) {
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
}
