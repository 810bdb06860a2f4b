//! Curves over time.

use super::list::level_curve;
use super::possible::{can_be_prefetched, can_retry};
use super::view::Figures;
use crate::experiment::record::records::{ClassRecord, PlaceRecord};
use crate::experiment::unit::{CurveKey, CurveValues, Subject, Values};
use crate::metric::CurveKind;
use crate::model::{ClassId, DispatcherId, PoolId, QueueId, Scope};

impl Figures<'_> {
    pub(in crate::experiment) fn curves(&self) -> Vec<CurveValues> {
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
            if can_be_prefetched(self.model, ClassId(i as u16)) {
                curves.push(level_curve(scope, CurveKind::Prefetched, class.prefetched.means().iter().copied()));
            }
            if can_retry(self.model, ClassId(i as u16)) {
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

    pub(super) fn curves_of_all(&self, curves: &mut Vec<CurveValues>) {
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
        if self.class_ids().any(|id| can_be_prefetched(self.model, id)) {
            curves.push(level_curve(Scope::All, CurveKind::Prefetched, sum(|class| class.prefetched.means())));
        }
        if self.class_ids().any(|id| can_retry(self.model, id)) {
            curves.push(level_curve(Scope::All, CurveKind::Retrying, sum(|class| class.fate.retrying.means())));
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
