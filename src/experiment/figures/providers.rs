//! Figures and curves of providers.

use super::list::{MetricList, MetricWriter, SECONDS_PER_HOUR, level_curve};
use super::view::Figures;
use crate::experiment::record::providers::ProviderRecord;
use crate::experiment::unit::{CurveValues, Subject, Value};
use crate::metric::{CurveKind, Metric};
use crate::model::{ProviderId, Scope};

impl Figures<'_> {
    pub(super) fn figures_of_providers(&self, list: &mut MetricList) {
        for (i, provider) in (0..).zip(&self.recorder.providers) {
            let about = list.about(Subject::Part(Scope::Provider(ProviderId(i))));
            self.figures_of_provider(provider, self.model.providers()[usize::from(i)].concurrent, about);
        }
    }

    fn figures_of_provider(&self, provider: &ProviderRecord, cap: Option<u32>, mut about: MetricWriter<'_>) {
        let (waiting, busy) = (provider.waiting.area().seconds(), provider.busy.area().seconds());
        let time = self.counted_seconds();
        about.add(Metric::Calls, Value::exactly(provider.counted() as f64));
        about.add(Metric::CallsInProgress, Value::share(busy, time));
        if let Some(cap) = cap {
            about.add(Metric::Utilisation, Value::share(busy, time * f64::from(cap)));
        }
        about.add(Metric::WaitingHours, Value::exactly(waiting / SECONDS_PER_HOUR));
    }

    pub(super) fn curves_of_providers(&self, curves: &mut Vec<CurveValues>) {
        for (i, provider) in (0..).zip(&self.recorder.providers) {
            let scope = Scope::Provider(ProviderId(i));
            curves.push(level_curve(scope, CurveKind::CallsInProgress, provider.busy.means().iter().copied()));
            curves.push(level_curve(scope, CurveKind::CallsWaiting, provider.waiting.means().iter().copied()));
        }
    }
}
