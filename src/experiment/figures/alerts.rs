//! Figures of alerts and responses.

use super::list::MetricList;
use super::view::Figures;
use crate::experiment::record::alarms::FirstFault;
use crate::experiment::unit::{Subject, Value};
use crate::metric::Metric;
use crate::model::AlertId;
use crate::units::SimTime;

impl Figures<'_> {
    pub(super) fn figures_of_alerts(&self, list: &mut MetricList) {
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

    /// When the first fault of this replication began since the warm-up, or what counts if there can be none; `None`: none came.
    pub(super) fn first_fault(&self) -> Option<FirstFault> {
        let warmup = self.recorder.warmup();
        let known = crate::experiment::faults::first_start(self.model, warmup);
        let breakdown = self.recorder.drain.first_breakdown();
        let is_breakdown = breakdown.is_some_and(|at| known.is_none_or(|known| at < known));
        let first = known.into_iter().chain(breakdown).min();
        let first = first.or_else(|| (!crate::experiment::faults::are_possible(self.model)).then_some(warmup));
        first.map(|at| FirstFault { at, is_breakdown })
    }

    /// An alert that has not fired by the end fires later than that, if at all.
    pub(super) fn fired_after(&self, id: AlertId) -> Value {
        let Some(fault) = self.first_fault() else { return Value::default() };
        let [_, fired_after, ..] = self.recorder.alarms[id.index()].figures(fault, self.recorder.warmup());
        let end = SimTime::ZERO.after(self.model.horizon());
        if fired_after.value.is_some() { fired_after } else { Value::at_least(end.since(fault.at).as_secs_f64()) }
    }
}
