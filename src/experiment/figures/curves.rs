//! Curves over time.

use super::list::level_curve;
use super::possible::{can_be_prefetched, can_retry};
use super::view::Figures;
use crate::experiment::record::level::Level;
use crate::experiment::record::records::{ClassRecord, PlaceRecord};
use crate::experiment::unit::{CurveKey, CurveValues, Subject, Values};
use crate::metric::CurveKind;
use crate::model::{DispatcherId, PoolId, QueueId, Scope};

impl Figures<'_> {
    pub(in crate::experiment) fn curves(&self) -> Vec<CurveValues> {
        let mut curves = Vec::new();
        self.curves_of_jobs(Scope::All, &mut curves);
        self.class_ids().for_each(|id| self.curves_of_jobs(Scope::Class(id), &mut curves));
        for (i, queue) in self.recorder.queues.iter().enumerate() {
            sample_curves(Scope::Queue(QueueId(i as u16)), [CurveKind::Depth, CurveKind::Age], queue, &mut curves);
        }
        for (i, dispatcher) in self.recorder.dispatchers.iter().enumerate() {
            let scope = Scope::Dispatcher(DispatcherId(i as u16));
            sample_curves(scope, [CurveKind::StagedDepth, CurveKind::StagedAge], dispatcher, &mut curves);
        }
        for (i, alarm) in self.recorder.alarms.iter().enumerate() {
            let key = CurveKey { subject: Subject::Alert(i), kind: CurveKind::Firing };
            let values = Values::of(alarm.level.means().iter().copied().map(Some));
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

    /// Of a class, or of all jobs.
    fn curves_of_jobs(&self, scope: Scope, curves: &mut Vec<CurveValues>) {
        wait_curves(scope, curves);
        let mut add = |kind, level: fn(&ClassRecord) -> &Level| {
            let at = |step: usize| self.records_of(scope).map(|class| level(class).means()[step]).sum::<f64>();
            curves.push(level_curve(scope, kind, (0..self.recorder.steps.count()).map(at)));
        };
        add(CurveKind::Staged, |class| &class.staged);
        add(CurveKind::Ready, |class| &class.ready);
        add(CurveKind::Running, |class| &class.running);
        if self.ids_of(scope).any(|id| can_be_prefetched(self.model, id)) {
            add(CurveKind::Prefetched, |class| &class.prefetched);
        }
        if self.ids_of(scope).any(|id| can_retry(self.model, id)) {
            add(CurveKind::Retrying, |class| &class.fate.retrying);
        }
    }
}

/// Curves over the jobs of all replications, in their place.
fn wait_curves(scope: Scope, curves: &mut Vec<CurveValues>) {
    let subject = Subject::Part(scope);
    let curve = |statistic| CurveKey { subject, kind: CurveKind::Wait(statistic) };
    curves.extend(CurveKind::WAITS.map(|statistic| CurveValues { key: curve(statistic), values: Values::default() }));
}

fn sample_curves(scope: Scope, [depth, age]: [CurveKind; 2], place: &PlaceRecord, curves: &mut Vec<CurveValues>) {
    curves.push(level_curve(scope, depth, place.samples.iter().map(|&(depth, _)| depth as f64)));
    curves.push(level_curve(scope, age, place.samples.iter().map(|&(_, age)| age)));
}
