//! What changes the workers of pools besides timed changes: calendars, outages, breakdowns and boots. Nothing here runs in other worlds.

use crate::engine::calendar::timers::{Beat, StaffTimer, Timer};
use crate::engine::observer::{Breakdown, Observer};
use crate::engine::pool::staff::Staff;
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{Interrupted, PoolId};
use crate::units::SimDuration;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    #[cold]
    pub(super) fn serve_staff(&mut self, timer: StaffTimer, id: PoolId) {
        match timer {
            StaffTimer::OutageStarts => self.pool_goes_down(id),
            StaffTimer::OutageEnds => self.pool_comes_up(id),
            StaffTimer::PoolFails => {
                self.core.observer.broke_down(self.core.now, Breakdown::Pool(id));
                self.pool_goes_down(id);
                self.plan(id, StaffTimer::PoolRepaired, |staff| staff.next_repair(None));
            }
            StaffTimer::PoolRepaired => {
                self.core.observer.repaired(self.core.now, Breakdown::Pool(id));
                self.pool_comes_up(id);
                self.plan(id, StaffTimer::PoolFails, |staff| staff.next_failure(None));
            }
            StaffTimer::WorkerFails(worker) => self.worker_fails(id, worker),
            StaffTimer::RestartBegins => self.restart_regularly(id),
            StaffTimer::RestartGoesOn => self.restart_next(id),
            StaffTimer::Restarted => self.worker_is_restarted(id),
            StaffTimer::KillLeaving => self.kill_leaving(id),
            StaffTimer::WorkerRepaired(worker) => self.worker_is_repaired(id, worker),
            StaffTimer::Calendar => self.follow_calendar(id),
            StaffTimer::Kill => self.kill_overdue(id),
            StaffTimer::Booted(number) => self.finish_boot(id, number),
            StaffTimer::WindowOpens(beat) => self.open_window(id, beat),
            StaffTimer::Measure(beat) => self.note_reading(id, beat),
            StaffTimer::Activate => self.decide_size(id, Beat::Activation),
            StaffTimer::Decide => self.decide_size(id, Beat::Decision),
            StaffTimer::Poll => self.poll(id),
        }
    }

    /// A pool should have this many workers from now on.
    pub(super) fn want(&mut self, id: PoolId, wanted: u32) {
        let Some(staff) = self.workforce.staff_mut(id) else {
            return self.set_size(id, wanted);
        };
        for (number, boot) in staff.want(wanted) {
            self.core.timers.add(self.core.now.after(boot), Timer::Staff(StaffTimer::Booted(number), id));
        }
        self.follow_staff(id);
    }

    fn set_size(&mut self, id: PoolId, size: u32) {
        let pool = &mut self.core.pools[id.index()];
        let before = pool.available();
        pool.size = size;
        if pool.available() != before {
            self.core.observer.workers(self.core.now, id, pool.available());
        }
    }

    /// Brings the workers of a pool in line with its staff. Those of a pool that is out, or whose time to leave is over, are killed
    /// after the completions of this instant.
    pub(super) fn follow_staff(&mut self, id: PoolId) {
        if self.workforce.known.contains(&id) && self.follow_roster(id) {
            return;
        }
        let Some(staff) = self.workforce.staff_mut(id) else { return };
        let pool = &mut self.core.pools[id.index()];
        let before = (pool.available(), pool.surplus());
        let fewer = pool.size.saturating_sub(staff.up());
        pool.size = staff.up();
        staff.rolling.iter_mut().for_each(|rolling| rolling.shrink(fewer, pool.size));
        let surplus = pool.surplus();
        let deadline =
            if staff.is_out() { Some(self.core.now) } else { staff.tell_to_leave(self.core.now, before.1, surplus) };
        deadline.into_iter().for_each(|time| self.core.timers.add(time, Timer::Staff(StaffTimer::Kill, id)));
        // Before the jobs that run, which then come back to places before it.
        self.settle_buffers(id);
        self.report_staff(id, before.0);
        self.settle(Reach::All);
    }

    /// Kills the jobs of a pool that is out, or of the workers whose time to leave is over.
    fn kill_overdue(&mut self, id: PoolId) {
        let Some(staff) = self.workforce.staff_mut(id) else { return };
        if staff.roster.is_some() {
            return self.kill_told(id);
        }
        let pool = &self.core.pools[id.index()];
        let available = pool.available();
        let killed = if staff.is_out() { pool.busy() } else { staff.overdue(self.core.now, pool.surplus()) };
        let mut before = 0;
        self.kill(id, |_| {
            before += 1;
            before <= killed
        });
        self.report_staff(id, available);
        self.settle(Reach::All);
    }

    /// Kills the jobs in such slots of a pool, the latest started first, but before others those whose workers are told to leave.
    pub(super) fn kill(&mut self, id: PoolId, mut is_killed: impl FnMut(usize) -> bool) {
        let then = self.workforce.staff(id).map_or(Interrupted::Lost, |staff| staff.spec.interrupted);
        let mut victims = self.core.pools[id.index()].server.interruptible();
        self.core.pools[id.index()].put_leaving_first(&mut victims);
        victims.retain(|(slot, _)| is_killed(*slot));
        victims.into_iter().for_each(|victim| self.interrupt(id, victim, then));
    }

    pub(super) fn report_staff(&mut self, id: PoolId, available_before: u32) {
        self.settle_polls(id);
        let Some(staff) = self.workforce.staff_mut(id) else { return };
        let (absent, available) = (staff.absent(), self.core.pools[id.index()].available());
        if std::mem::replace(&mut staff.reported, absent) != absent {
            self.core.observer.absent(self.core.now, id, absent);
        }
        if available != available_before {
            self.core.observer.workers(self.core.now, id, available);
        }
    }

    fn pool_goes_down(&mut self, id: PoolId) {
        self.note_fault();
        self.workforce.staff_mut(id).into_iter().for_each(Staff::go_down);
        self.follow_staff(id);
    }

    fn pool_comes_up(&mut self, id: PoolId) {
        self.workforce.staff_mut(id).into_iter().for_each(Staff::come_up);
        self.follow_staff(id);
    }

    fn plan(&mut self, id: PoolId, timer: StaffTimer, time: impl FnOnce(&mut Staff<'_>) -> Option<SimDuration>) {
        let time = self.workforce.staff_mut(id).and_then(time);
        time.into_iter().for_each(|time| self.core.timers.add(self.core.now.after(time), timer.of(id)));
    }

    /// A worker has the slot of its number.
    fn worker_fails(&mut self, id: PoolId, worker: u32) {
        self.note_fault();
        let Some(staff) = self.workforce.staff_mut(id) else { return };
        if staff.break_worker() {
            self.core.observer.broke_down(self.core.now, Breakdown::Workers(id));
        }
        let then = staff.spec.interrupted;
        let pool = &mut self.core.pools[id.index()];
        let available = pool.available();
        // Before its job goes back, so that nobody takes it on this worker.
        pool.size = staff.up();
        let job = pool.server.interruptible().into_iter().find(|(slot, _)| *slot == worker as usize);
        pool.server.close(worker);
        self.settle_buffers(id);
        if let Some(victim) = job {
            self.interrupt(id, victim, then);
        }
        self.report_staff(id, available);
        self.plan(id, StaffTimer::WorkerRepaired(worker), |staff| staff.next_repair(Some(worker)));
        self.settle(Reach::All);
    }

    fn worker_is_repaired(&mut self, id: PoolId, worker: u32) {
        if self.workforce.staff_mut(id).is_some_and(Staff::repair_worker) {
            self.core.observer.repaired(self.core.now, Breakdown::Workers(id));
        }
        self.core.pools[id.index()].server.open(worker);
        self.plan(id, StaffTimer::WorkerFails(worker), |staff| staff.next_failure(Some(worker)));
        self.follow_staff(id);
    }

    fn follow_calendar(&mut self, id: PoolId) {
        let calendar = self.workforce.staff(id).and_then(|staff| staff.spec.calendar.as_ref());
        let Some(calendar) = calendar else { return };
        let (size, next) = (calendar.size_at(self.core.now), calendar.next_change(self.core.now));
        self.core.timers.add(next, StaffTimer::Calendar.of(id));
        self.core.pools[id.index()].base_size = size;
        self.want(id, self.control.changes.size(id, size));
    }

    fn finish_boot(&mut self, id: PoolId, number: u64) {
        let Some(staff) = self.workforce.staff_mut(id) else { return };
        if staff.finish_boot(number) {
            self.follow_staff(id);
        }
    }
}
