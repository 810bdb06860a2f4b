//! How the workers of a pool go and come back when it is restarted. Nothing here runs in other worlds.

use crate::engine::calendar::timers::{StaffTimer, Timer};
use crate::engine::observer::Observer;
use crate::engine::pool::rolling::Rolling;
use crate::engine::pool::staff::Staff;
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{Interrupted, PoolId, ScaleIn};
use crate::units::SimTime;

impl<'m, O: Observer, F: Features> Simulation<'m, '_, O, F> {
    /// A regular restart begins.
    pub(super) fn restart_regularly(&mut self, id: PoolId) {
        if let Some(times) = self.workforce.rolling_mut(id).and_then(|rolling| rolling.times()) {
            self.core.timers.add(times.after(self.core.now), StaffTimer::RestartBegins.of(id));
        }
        self.restart_pool(id);
    }

    /// All workers of a pool are to be restarted, unless a restart is under way.
    pub(super) fn restart_pool(&mut self, id: PoolId) {
        let pool = &self.core.pools[id.index()];
        let mut workers = vec![None; pool.idle() as usize];
        let mut busy = self.staying_slots(id);
        busy.sort_unstable_by_key(|&slot| std::cmp::Reverse(slot));
        workers.extend(busy.into_iter().map(Some));
        // Those beyond the size leave anyway.
        workers.truncate(pool.size as usize);
        let now = self.core.now;
        let Some(rolling) = self.workforce.rolling_mut(id) else { return };
        if !rolling.is_under_way() {
            (rolling.queued, rolling.began, rolling.back) = (workers, now, 0);
            self.restart_next(id);
        }
    }

    /// The slots of the running jobs whose workers were not told to leave for good, which come back to no restart.
    fn staying_slots(&self, id: PoolId) -> Vec<u32> {
        let mut slots = self.core.pools[id.index()].server.busy_slots();
        slots.retain(|&slot| !self.workforce.is_told(id, slot as usize));
        slots
    }

    /// The next workers leave, or are told to.
    pub(super) fn restart_next(&mut self, id: PoolId) {
        let available = self.core.pools[id.index()].available();
        let mut going = 0;
        while let Some(rolling) = self.workforce.rolling_mut(id) {
            rolling.pauses = false;
            if going == rolling.spec.at_a_time {
                break;
            }
            let Some(worker) = rolling.queued.pop() else { break };
            going += u32::from(self.restart_worker(id, worker));
        }
        self.report_staff(id, available);
    }

    /// Whether there is such a worker still: one that is busy is told to leave, and an idle one leaves.
    fn restart_worker(&mut self, id: PoolId, worker: Option<u32>) -> bool {
        let Some(began) = self.workforce.rolling_mut(id).map(|rolling| rolling.began) else { return false };
        let mut busy = self.staying_slots(id);
        busy.retain(|&slot| self.was_up(id, slot as usize, began));
        let is_idle = self.core.pools[id.index()].idle() > 0 && self.has_idle_since(id, began);
        let is_others = |rolling: &Rolling<'_>, slot: u32| {
            rolling.queued.contains(&Some(slot)) || rolling.leaving.iter().any(|&(leaving, _)| leaving == slot)
        };
        let Some(rolling) = self.workforce.rolling_mut(id) else { return false };
        let slot = match worker {
            Some(slot) => busy.contains(&slot).then_some(slot),
            None if is_idle => None,
            None => busy.into_iter().filter(|&slot| !is_others(rolling, slot)).min(),
        };
        match slot {
            Some(slot) => self.tell_to_restart(id, slot),
            None if is_idle => self.let_go(id, None),
            None => return false,
        }
        true
    }

    fn tell_to_restart(&mut self, id: PoolId, slot: u32) {
        let Some(staff) = self.workforce.staff_mut(id) else { return };
        let deadline = match staff.spec.scale_in {
            ScaleIn::KillAfter(grace) => Some(self.core.now.after(grace)),
            ScaleIn::Drain => None,
        };
        deadline.into_iter().for_each(|time| self.core.timers.add(time, Timer::Staff(StaffTimer::KillLeaving, id)));
        staff.rolling.iter_mut().for_each(|rolling| rolling.leaving.push((slot, deadline)));
    }

    /// A worker is away from now on, that of a slot or an idle one.
    fn let_go(&mut self, id: PoolId, slot: Option<usize>) {
        let Some(away) = self.workforce.rolling_mut(id).map(Rolling::leave) else { return };
        self.core.timers.add(self.core.now.after(away), Timer::Staff(StaffTimer::Restarted, id));
        let began = self.workforce.rolling_mut(id).map_or(SimTime::ZERO, |rolling| rolling.began);
        self.send_away(id, slot, began);
        let up = self.workforce.staff(id).map_or(0, Staff::up);
        self.core.pools[id.index()].size = up + self.workforce.told(id);
    }

    /// The worker whose job is finished leaves if it was told to, unless it leaves for good.
    #[cold]
    pub(super) fn leave_to_restart(&mut self, id: PoolId) {
        let pool = &self.core.pools[id.index()];
        let (slot, available) = (pool.server.finishing_slot(), pool.available());
        if self.workforce.is_told(id, slot as usize) {
            return;
        }
        let Some(rolling) = self.workforce.rolling_mut(id) else { return };
        let Some(place) = rolling.leaving.iter().position(|&(leaving, _)| leaving == slot) else { return };
        rolling.leaving.swap_remove(place);
        self.let_go(id, Some(slot as usize));
        self.report_staff(id, available);
    }

    /// The grace time is over of some workers that were told to leave.
    pub(super) fn kill_leaving(&mut self, id: PoolId) {
        let now = self.core.now;
        let Some(rolling) = self.workforce.rolling_mut(id) else { return };
        let is_due = |&(_, deadline): &(u32, Option<SimTime>)| deadline.is_some_and(|deadline| deadline <= now);
        let due: Vec<_> = rolling.leaving.extract_if(.., |leaving| is_due(leaving)).collect();
        let available = self.core.pools[id.index()].available();
        for (slot, _) in due {
            self.kill_to_restart(id, slot);
        }
        self.report_staff(id, available);
        self.settle(Reach::All);
        self.go_on_restarting(id);
    }

    fn kill_to_restart(&mut self, id: PoolId, slot: u32) {
        let pool = &self.core.pools[id.index()];
        let victim = pool.server.interruptible().into_iter().find(|(running, _)| *running == slot as usize);
        let is_idle = pool.idle() > 0;
        let is_gone = victim.is_some_and(|(slot, _)| self.workforce.is_told(id, slot));
        // Before its job goes back, so that nobody takes it on this worker.
        if !is_gone && (victim.is_some() || is_idle) {
            self.let_go(id, victim.map(|(slot, _)| slot));
        }
        let then = self.workforce.staff(id).map_or(Interrupted::Lost, |staff| staff.spec.interrupted);
        if let Some(victim) = victim {
            self.interrupt(id, victim, then);
        }
    }

    /// The worker of a slot is gone for good, so that those after it need not wait until it is back.
    pub(super) fn forget_restart(&mut self, id: PoolId, slot: usize) {
        if self.workforce.rolling_mut(id).is_some_and(|rolling| rolling.forget(slot as u32)) {
            self.go_on_restarting(id);
        }
    }

    pub(super) fn worker_is_restarted(&mut self, id: PoolId) {
        if let Some(rolling) = self.workforce.rolling_mut(id) {
            rolling.away -= 1;
            rolling.back += 1;
        }
        self.follow_staff(id);
        self.go_on_restarting(id);
    }

    /// Lets the next workers go when all before them are back.
    fn go_on_restarting(&mut self, id: PoolId) {
        let Some(rolling) = self.workforce.rolling_mut(id) else { return };
        if rolling.away > 0 || !rolling.leaving.is_empty() || rolling.queued.is_empty() || rolling.pauses {
            return;
        }
        rolling.pauses = true;
        let next = rolling.spec.gap;
        self.core.timers.add(self.core.now.after(next), Timer::Staff(StaffTimer::RestartGoesOn, id));
    }
}
