//! Which workers leave where they are known by themselves. Nothing here runs in other worlds.

use crate::engine::calendar::timers::{StaffTimer, Timer};
use crate::engine::observer::Observer;
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{PoolId, ScaleIn};
use crate::units::SimTime;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Brings the workers of a pool whose workers are known in line with its staff; says whether it is such a pool.
    #[cold]
    pub(super) fn follow_roster(&mut self, id: PoolId) -> bool {
        let now = self.core.now;
        let Some(staff) = self.workforce.staff_mut(id).filter(|staff| staff.roster.is_some()) else {
            return false;
        };
        let (up, is_out, scale_in) = (staff.up(), staff.is_out(), staff.spec.scale_in);
        let deadline = if let ScaleIn::KillAfter(grace) = scale_in { now.after(grace) } else { SimTime::NEVER };
        let Some(roster) = &mut staff.roster else { return false };
        let kill = if is_out {
            roster.tell_all(now);
            Some(now)
        } else {
            roster.settle(now, up, deadline).then_some(deadline)
        };
        let available = self.core.pools[id.index()].available();
        self.core.pools[id.index()].size = up + roster.told;
        if let Some(time) = kill.filter(|&time| time < SimTime::NEVER) {
            self.core.timers.add(time, Timer::Staff(StaffTimer::Kill, id));
        }
        self.report_staff(id, available);
        self.settle(Reach::All);
        true
    }

    /// Kills the jobs of the workers whose time to leave is over.
    pub(super) fn kill_told(&mut self, id: PoolId) {
        let now = self.core.now;
        let slots = self.workforce.roster_mut(id).map(|roster| roster.overdue(now)).unwrap_or_default();
        let available = self.core.pools[id.index()].available();
        self.kill(id, |slot| slots.contains(&slot));
        self.report_staff(id, available);
        self.settle(Reach::All);
    }

    /// An idle worker starts a job in a slot.
    #[cold]
    pub(super) fn seat(&mut self, id: PoolId, slot: usize) {
        self.workforce.roster_mut(id).into_iter().for_each(|roster| roster.seat(slot));
    }

    /// Whether the worker whose job is finished was told to leave, as it does now.
    #[cold]
    pub(super) fn leaves_as_told(&mut self, id: PoolId) -> bool {
        let slot = self.core.pools[id.index()].server.finishing_slot() as usize;
        let leaves = self.workforce.roster_mut(id).is_some_and(|roster| roster.is_told(slot));
        if leaves {
            self.unseat(id, slot);
        }
        leaves
    }

    /// The worker whose job is finished is idle from now on, after those that are idle already.
    #[cold]
    pub(super) fn rest(&mut self, id: PoolId) {
        let slot = self.core.pools[id.index()].server.finishing_slot() as usize;
        let Some(roster) = self.workforce.roster_mut(id) else { return };
        let up_since = roster.unseat(slot);
        roster.idle.extend(up_since);
    }

    /// The job in a slot was taken from its worker, which takes the next one or is gone.
    pub(super) fn unseat(&mut self, id: PoolId, slot: usize) {
        let Some(roster) = self.workforce.roster_mut(id) else { return };
        let told = roster.told;
        if let Some(up_since) = roster.unseat(slot) {
            roster.idle.push_front(up_since);
        }
        let left = told - roster.told;
        self.core.pools[id.index()].size -= left;
        if left > 0 {
            self.forget_restart(id, slot);
        }
    }

    /// The worker of a slot, or the one that has been idle longest of those that were up when the restart began, is away from now on.
    pub(super) fn send_away(&mut self, id: PoolId, slot: Option<usize>, began: SimTime) {
        let now = self.core.now;
        let Some(roster) = self.workforce.roster_mut(id) else { return };
        match slot {
            Some(slot) => roster.tell_slot(slot, now),
            None => drop(roster.idle.remove(roster.idle_since(began).unwrap_or(0))),
        }
    }

    /// Whether the worker of a slot was up then; where workers are not known by themselves, any may have been.
    pub(super) fn was_up(&mut self, id: PoolId, slot: usize, then: SimTime) -> bool {
        let worker = self.workforce.roster_mut(id).map(|roster| roster.busy.get(slot).copied().flatten());
        worker.is_none_or(|worker| worker.is_some_and(|worker| worker.up_since <= then))
    }

    /// Whether some idle worker was up then.
    pub(super) fn has_idle_since(&mut self, id: PoolId, then: SimTime) -> bool {
        self.workforce.roster_mut(id).is_none_or(|roster| roster.idle_since(then).is_some())
    }
}
