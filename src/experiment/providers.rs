//! What is counted of a provider, and its figures.

use super::figures::{About, Figures, SECONDS_PER_HOUR, Sheet, level_curve};
use super::level::Level;
use super::recorder::Recorder;
use super::unit::{CurveValues, Subject, Value};
use crate::engine::Calls;
use crate::model::{ProviderId, Scope};
use crate::units::SimTime;

/// Calls of a provider.
#[derive(Clone, Debug, Default)]
pub(super) struct ProviderRecord {
    /// Jobs that hold a worker and wait to be let in.
    waiting: Level,
    busy: Level,
    admitted: u64,
    /// Of those, in the warm-up.
    early: u64,
}

impl ProviderRecord {
    pub(super) fn levels(&mut self) -> [&mut Level; 2] {
        [&mut self.waiting, &mut self.busy]
    }

    pub(super) fn end_warmup(&mut self) {
        self.early = self.admitted;
    }
}

impl Recorder {
    pub(super) fn record_calls(&mut self, now: SimTime, id: ProviderId, calls: Calls) {
        let rest = self.steps.rest(now);
        let provider = &mut self.providers[id.index()];
        provider.admitted = calls.admitted;
        for (level, number) in [(&mut provider.waiting, calls.waiting), (&mut provider.busy, calls.busy)] {
            level.change(i64::from(number) - level.number(), rest);
        }
    }
}

impl Figures<'_> {
    pub(super) fn figures_of_providers(&self, sheet: &mut Sheet) {
        for (i, provider) in (0..).zip(&self.recorder.providers) {
            let about = sheet.about(Subject::Part(Scope::Provider(ProviderId(i))));
            self.figures_of_provider(provider, self.model.providers()[usize::from(i)].concurrent, about);
        }
    }

    fn figures_of_provider(&self, provider: &ProviderRecord, cap: Option<u32>, mut about: About<'_>) {
        let (waiting, busy) = (provider.waiting.area().seconds(), provider.busy.area().seconds());
        let time = self.counted_seconds();
        about.add("calls", "calls", Value::exactly((provider.admitted - provider.early) as f64));
        about.add("calls_in_progress", "calls", Value::share(busy, time));
        if let Some(cap) = cap {
            about.add("utilisation", "share", Value::share(busy, time * f64::from(cap)));
        }
        about.add("waiting_hours", "h", Value::exactly(waiting / SECONDS_PER_HOUR));
    }

    pub(super) fn curves_of_providers(&self, curves: &mut Vec<CurveValues>) {
        for (i, provider) in (0..).zip(&self.recorder.providers) {
            let scope = Scope::Provider(ProviderId(i));
            curves.push(level_curve(scope, "calls_in_progress", "calls", provider.busy.means().iter().copied()));
            curves.push(level_curve(scope, "calls_waiting", "calls", provider.waiting.means().iter().copied()));
        }
    }
}
