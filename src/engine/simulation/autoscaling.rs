//! What autoscalers see and decide. Nothing here runs in other worlds.

use crate::engine::calendar::timers::{Beat, StaffTimer, Timer};
use crate::engine::observer::Observer;
use crate::engine::pool::staff::Staff;
use crate::engine::queue::Queue;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, PoolId, ScaleMetric};
use crate::units::SimTime;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Looks of an autoscaler come again and again.
    fn repeat(&mut self, (id, beat): (PoolId, Beat), timer: StaffTimer) {
        let every = self.workforce.pulse_mut(id, beat).map(|pulse| pulse.every());
        every.into_iter().for_each(|every| self.core.timers.add(self.core.now.after(every), Timer::Staff(timer, id)));
    }

    pub(super) fn open_window(&mut self, id: PoolId, beat: Beat) {
        let load = self.workforce.staff(id).and_then(|staff| staff.load).unwrap_or_default();
        self.workforce.pulse_mut(id, beat).into_iter().for_each(|pulse| pulse.open_window(load));
        self.repeat((id, beat), StaffTimer::WindowOpens(beat));
    }

    pub(super) fn note_reading(&mut self, id: PoolId, beat: Beat) {
        let metric = self.read_metric(id, beat);
        self.workforce.pulse_mut(id, beat).into_iter().for_each(|pulse| pulse.note_reading(metric));
        self.repeat((id, beat), StaffTimer::Measure(beat));
    }

    pub(super) fn decide_size(&mut self, id: PoolId, beat: Beat) {
        let lags = self.workforce.pulse_mut(id, beat).is_some_and(|pulse| pulse.lags());
        let metric = (!lags).then(|| self.read_metric(id, beat));
        let Some(staff) = self.workforce.staff_mut(id) else { return };
        let before = staff.wanted;
        let wanted = staff.decide(beat, (self.core.now, metric));
        let timer = if beat == Beat::Activation { StaffTimer::Activate } else { StaffTimer::Decide };
        self.repeat((id, beat), timer);
        if let Some(wanted) = wanted.filter(|&wanted| wanted != before) {
            self.want(id, wanted);
        }
    }

    /// Counts what the workers of the pools do until then. Those that leave do not count, as with the HPA.
    #[cold]
    pub(super) fn count_load(&mut self, until: SimTime) {
        let time = until.since(self.core.now);
        for (staff, pool) in self.workforce.staffs.iter_mut().zip(&self.core.pools) {
            let Some(staff) = staff.as_mut() else { continue };
            let told = staff.roster.as_ref().map_or(0, |roster| roster.told);
            if let Some(load) = &mut staff.load {
                load.add(time, pool.busy().min(pool.size) - told, pool.size - told);
            }
        }
    }

    /// Utilisation over the window that ends now.
    fn close_window(&mut self, id: PoolId, beat: Beat) -> f64 {
        let (now, load) = (self.core.now, self.workforce.staff(id).and_then(|staff| staff.load));
        let pulse = self.workforce.pulse_mut(id, beat);
        pulse.zip(load).map_or(0.0, |(pulse, load)| pulse.close_window(now, load))
    }

    /// What the autoscaler of a pool looks at, as it is now.
    fn read_metric(&mut self, id: PoolId, beat: Beat) -> f64 {
        let metric = self.workforce.staff(id).and_then(Staff::metric);
        if let Some(ScaleMetric::Utilisation(_)) = metric {
            return self.close_window(id, beat);
        }
        let pool = &self.core.pools[id.index()];
        let queues = || pool.served().iter().map(|queue| &self.core.queues[queue.index()]);
        let depth = || queues().map(|queue| queue.len() as f64).sum();
        match metric {
            Some(ScaleMetric::Age) => {
                let oldest = queues().filter_map(Queue::oldest_ready).min();
                oldest.map_or(0.0, |ready| self.core.now.since(ready).as_secs_f64())
            }
            Some(ScaleMetric::Depth) => depth(),
            Some(ScaleMetric::DepthAndRunning) => f64::from(pool.busy()) + self.held(id) as f64 + depth(),
            Some(ScaleMetric::Work) => {
                let expected = |class: ClassId| self.core.classes[class.index()].demand.expected();
                queues().flat_map(Queue::iter).map(|job| expected(job.job.class)).sum()
            }
            Some(ScaleMetric::Utilisation(_)) | None => 0.0,
        }
    }
}
