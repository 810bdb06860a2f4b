//! What changes the workers of pools besides timed changes: boots and autoscalers. Nothing here runs in other worlds.

use super::replication::Replication;
use super::staff::StaffTimer;
use super::timers::Timer;
use super::{Absent, Observer};
use crate::model::{PoolId, ScaleMetric};

impl<O: Observer> Replication<'_, '_, O> {
    #[cold]
    pub(super) fn serve_staff(&mut self, timer: StaffTimer, id: PoolId) {
        match timer {
            StaffTimer::Booted(number) => self.finish_boot(id, number),
            StaffTimer::Measure => self.note_reading(id),
            StaffTimer::Decide => self.decide_size(id),
        }
    }

    /// A pool should have this many workers from now on.
    pub(super) fn want(&mut self, id: PoolId, wanted: u32) {
        let Some(staff) = self.staffs.get_mut(id.index()).and_then(Option::as_mut) else {
            return self.set_size(id, wanted);
        };
        for (number, boot) in staff.want(wanted) {
            self.timers.add(self.now.after(boot), Timer::Staff(StaffTimer::Booted(number), id));
        }
        self.follow_staff(id);
    }

    pub(super) fn is_autoscaled(&self, id: PoolId) -> bool {
        self.staffs.get(id.index()).and_then(Option::as_ref).is_some_and(|staff| staff.spec.autoscale.is_some())
    }

    fn set_size(&mut self, id: PoolId, size: u32) {
        let pool = &mut self.pools[id.index()];
        let before = pool.available();
        pool.size = size;
        if pool.available() != before {
            self.observer.workers(self.now, id, pool.available());
        }
    }

    /// Brings the workers of a pool in line with its staff.
    fn follow_staff(&mut self, id: PoolId) {
        let Some(staff) = &mut self.staffs[id.index()] else { return };
        let (up, absent) = (staff.up(), Absent { booting: staff.booting() });
        if std::mem::replace(&mut staff.reported, absent) != absent {
            self.observer.absent(self.now, id, absent);
        }
        self.set_size(id, up);
    }

    fn finish_boot(&mut self, id: PoolId, number: u64) {
        let Some(staff) = &mut self.staffs[id.index()] else { return };
        if staff.finish_boot(number) {
            self.follow_staff(id);
            self.employ_idle();
        }
    }

    fn note_reading(&mut self, id: PoolId) {
        let metric = self.read_metric(id);
        let Some(staff) = &mut self.staffs[id.index()] else { return };
        staff.note_reading(metric);
        self.timers.add(self.now.after(staff.interval()), Timer::Staff(StaffTimer::Measure, id));
    }

    fn decide_size(&mut self, id: PoolId) {
        let lags = self.staffs[id.index()].as_ref().is_some_and(|staff| staff.lags());
        let metric = (!lags).then(|| self.read_metric(id));
        let Some(staff) = &mut self.staffs[id.index()] else { return };
        let before = staff.wanted;
        let wanted = staff.decide(self.now, metric);
        self.timers.add(self.now.after(staff.interval()), Timer::Staff(StaffTimer::Decide, id));
        if let Some(wanted) = wanted.filter(|&wanted| wanted != before) {
            self.want(id, wanted);
            self.employ_idle();
        }
    }

    /// What the autoscaler of a pool looks at, as it is now.
    fn read_metric(&self, id: PoolId) -> f64 {
        let pool = &self.pools[id.index()];
        let queues = || pool.served().iter().map(|queue| &self.queues[queue.index()]);
        let depth = || queues().map(|queue| queue.len() as f64).sum();
        match self.staffs[id.index()].as_ref().and_then(|staff| staff.metric()) {
            Some(ScaleMetric::Age) => {
                let oldest = queues().filter_map(|queue| queue.oldest_ready()).min();
                oldest.map_or(0.0, |ready| self.now.since(ready).as_secs_f64())
            }
            Some(ScaleMetric::Depth) => depth(),
            Some(ScaleMetric::DepthAndRunning) => f64::from(pool.busy()) + depth(),
            Some(ScaleMetric::Work) => {
                let expected = |class: crate::model::ClassId| self.classes[class.index()].demand.expected();
                queues().flat_map(|queue| queue.iter()).map(|job| expected(job.job.class)).sum()
            }
            Some(ScaleMetric::Utilisation) if pool.size > 0 => f64::from(pool.busy()) / f64::from(pool.size),
            Some(ScaleMetric::Utilisation) | None => 0.0,
        }
    }
}
