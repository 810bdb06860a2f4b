//! Which workers leave when a pool shrinks that does not know who is idle. Nothing here runs in other worlds.
//!
//! Every worker is known by the time since which it is up. The one that has been idle longest takes the next job, as with the
//! consumers of a list in Redis. Those that are chosen leave: idle ones at once, busy ones when their job is finished, or are killed
//! when their grace time is over; who is told to leave does so, even if the pool grows again. While a busy worker that was told is
//! there, the size of the pool counts it, so that nobody takes its place.

use std::collections::VecDeque;

use rand::RngExt;

use super::Observer;
use super::replication::Replication;
use super::staff::StaffTimer;
use super::timers::Timer;
use crate::model::{Choose, PoolId, ScaleIn};
use crate::random::Stream;
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(super) struct Roster {
    choose: Choose,
    stream: Stream,
    /// Since when each idle worker is up; the one that has been idle longest first.
    idle: VecDeque<SimTime>,
    /// The busy workers by their slots.
    busy: Vec<Option<Busy>>,
    /// How many of the busy ones leave.
    pub(super) told: u32,
}

#[derive(Clone, Copy, Debug)]
struct Busy {
    up_since: SimTime,
    /// When it is killed, if it was told to leave.
    leaves: Option<SimTime>,
}

/// A worker that may be chosen: its rank, the lowest of which leave, a draw for those of equal rank, and who it is.
type Candidate = (u64, u64, Seat);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Seat {
    Idle(usize),
    Slot(usize),
}

impl Roster {
    pub(super) fn new(choose: Choose, stream: Stream, workers: u32) -> Self {
        let idle = std::iter::repeat_n(SimTime::ZERO, workers as usize).collect();
        Self { choose, stream, idle, busy: Vec::new(), told: 0 }
    }

    /// The workers that stay are so many from now on; says whether busy ones are told to leave, until this deadline.
    fn settle(&mut self, now: SimTime, workers: u32, deadline: SimTime) -> bool {
        let busy = self.busy.iter().flatten().count() as u32 - self.told;
        let there = self.idle.len() as u32 + busy;
        self.idle.extend(std::iter::repeat_n(now, workers.saturating_sub(there) as usize));
        self.tell(now, there.saturating_sub(workers) as usize, deadline)
    }

    fn tell(&mut self, now: SimTime, count: usize, deadline: SimTime) -> bool {
        if count == 0 {
            return false;
        }
        let mut chosen = self.candidates(now);
        chosen.sort_unstable();
        chosen.truncate(count);
        for slot in chosen.iter().filter_map(|(.., seat)| if let Seat::Slot(slot) = seat { Some(*slot) } else { None })
        {
            self.tell_slot(slot, deadline);
        }
        let goes = |place: usize| chosen.iter().any(|(.., seat)| *seat == Seat::Idle(place));
        let staying = self.idle.iter().enumerate().filter(|(place, _)| !goes(*place));
        let staying: VecDeque<SimTime> = staying.map(|(_, &up_since)| up_since).collect();
        let idle = self.idle.len() - staying.len();
        self.idle = staying;
        idle < count
    }

    fn candidates(&mut self, now: SimTime) -> Vec<Candidate> {
        let Self { choose, stream, idle, busy, .. } = self;
        let idle = idle.iter().enumerate().map(|(place, &up_since)| (up_since, Seat::Idle(place)));
        let stays = |worker: &Busy| worker.leaves.is_none();
        let busy = busy.iter().enumerate().filter_map(|(slot, worker)| Some((slot, worker.filter(stays)?)));
        let all = idle.chain(busy.map(|(slot, worker)| (worker.up_since, Seat::Slot(slot))));
        all.map(|(up_since, seat)| (rank(*choose, now, up_since), stream.random(), seat)).collect()
    }

    fn tell_slot(&mut self, slot: usize, deadline: SimTime) {
        if let Some(worker) = self.busy.get_mut(slot).and_then(Option::as_mut)
            && worker.leaves.replace(deadline).is_none()
        {
            self.told += 1;
        }
    }

    /// All workers leave now.
    fn tell_all(&mut self, now: SimTime) {
        self.idle.clear();
        (0..self.busy.len()).for_each(|slot| self.tell_slot(slot, now));
    }

    /// The slots of those whose time is over.
    fn overdue(&self, now: SimTime) -> Vec<usize> {
        let is_overdue = |worker: &Busy| worker.leaves.is_some_and(|deadline| deadline <= now);
        let slots = self.busy.iter().enumerate();
        slots.filter_map(|(slot, worker)| worker.filter(is_overdue).map(|_| slot)).collect()
    }

    /// An idle worker starts a job in a slot.
    fn seat(&mut self, slot: usize) {
        debug_assert!(!self.idle.is_empty(), "only an idle worker starts a job");
        let up_since = self.idle.pop_front().unwrap_or(SimTime::ZERO);
        self.busy.resize(self.busy.len().max(slot + 1), None);
        debug_assert!(self.busy[slot].is_none(), "a slot has one worker");
        self.busy[slot] = Some(Busy { up_since, leaves: None });
    }

    /// The worker of a slot has no job any more: says since when it is up, or `None` if it is gone.
    fn unseat(&mut self, slot: usize) -> Option<SimTime> {
        let worker = self.busy.get_mut(slot).and_then(Option::take)?;
        if worker.leaves.is_some() {
            self.told -= 1;
            return None;
        }
        Some(worker.up_since)
    }

    /// The worker that has been idle longest of those that were up then.
    fn idle_since(&self, then: SimTime) -> Option<usize> {
        self.idle.iter().position(|&up_since| up_since <= then)
    }

    fn is_told(&self, slot: usize) -> bool {
        self.busy.get(slot).is_some_and(|worker| worker.is_some_and(|worker| worker.leaves.is_some()))
    }
}

/// The lower, the earlier a worker leaves.
fn rank(choose: Choose, now: SimTime, up_since: SimTime) -> u64 {
    let age = now.since(up_since).as_nanos();
    match choose {
        Choose::IdleFirst | Choose::Random => 0,
        Choose::Newest => age,
        Choose::Oldest => u64::MAX - age,
        // `logarithmicRankDiff` of `pkg/controller/controller_utils.go`, Kubernetes 1.30.
        Choose::Kubernetes => age.checked_ilog2().map_or(0, |log| u64::from(log) + 1),
    }
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    fn roster(&mut self, id: PoolId) -> Option<&mut Roster> {
        self.staffs.get_mut(id.index())?.as_mut()?.roster.as_mut()
    }

    /// Brings the workers of a pool whose workers are known in line with its staff; says whether it is such a pool.
    #[cold]
    pub(super) fn follow_roster(&mut self, id: PoolId) -> bool {
        let now = self.now;
        let Some(staff) = self.staffs[id.index()].as_mut().filter(|staff| staff.roster.is_some()) else { return false };
        let (up, is_out, scale_in) = (staff.up(), staff.is_out(), staff.spec.scale_in);
        let deadline = if let ScaleIn::KillAfter(grace) = scale_in { now.after(grace) } else { SimTime::NEVER };
        let Some(roster) = &mut staff.roster else { return false };
        let kill = if is_out {
            roster.tell_all(now);
            Some(now)
        } else {
            roster.settle(now, up, deadline).then_some(deadline)
        };
        let available = self.pools[id.index()].available();
        self.pools[id.index()].size = up + roster.told;
        if let Some(time) = kill.filter(|&time| time < SimTime::NEVER) {
            self.timers.add(time, Timer::Staff(StaffTimer::Kill, id));
        }
        self.report_staff(id, available);
        self.employ_idle();
        true
    }

    /// Kills the jobs of the workers whose time to leave is over.
    pub(super) fn kill_told(&mut self, id: PoolId) {
        let now = self.now;
        let slots = self.roster(id).map(|roster| roster.overdue(now)).unwrap_or_default();
        let available = self.pools[id.index()].available();
        self.kill(id, |slot| slots.contains(&slot));
        self.report_staff(id, available);
        self.employ_idle();
    }

    /// An idle worker starts a job in a slot.
    #[cold]
    pub(super) fn seat(&mut self, id: PoolId, slot: usize) {
        self.roster(id).into_iter().for_each(|roster| roster.seat(slot));
    }

    /// Whether the worker whose job is finished was told to leave, as it does now.
    #[cold]
    pub(super) fn leaves_as_told(&mut self, id: PoolId) -> bool {
        let slot = self.pools[id.index()].finishing_slot() as usize;
        let leaves = self.roster(id).is_some_and(|roster| roster.is_told(slot));
        if leaves {
            self.unseat(id, slot);
        }
        leaves
    }

    /// The worker whose job is finished is idle from now on, after those that are idle already.
    #[cold]
    pub(super) fn rest(&mut self, id: PoolId) {
        let slot = self.pools[id.index()].finishing_slot() as usize;
        let Some(roster) = self.roster(id) else { return };
        let up_since = roster.unseat(slot);
        roster.idle.extend(up_since);
    }

    /// The job in a slot was taken from its worker, which takes the next one or is gone.
    pub(super) fn unseat(&mut self, id: PoolId, slot: usize) {
        let Some(roster) = self.roster(id) else { return };
        let told = roster.told;
        if let Some(up_since) = roster.unseat(slot) {
            roster.idle.push_front(up_since);
        }
        let left = told - roster.told;
        self.pools[id.index()].size -= left;
        if left > 0 {
            self.forget_restart(id, slot);
        }
    }

    /// The worker of a slot, or the one that has been idle longest of those that were up when the restart began, is away from now on.
    pub(super) fn send_away(&mut self, id: PoolId, slot: Option<usize>, began: SimTime) {
        let now = self.now;
        let Some(roster) = self.roster(id) else { return };
        match slot {
            Some(slot) => roster.tell_slot(slot, now),
            None => drop(roster.idle.remove(roster.idle_since(began).unwrap_or(0))),
        }
    }

    /// Whether the worker of a slot was up then; where workers are not known by themselves, any may have been.
    pub(super) fn was_up(&mut self, id: PoolId, slot: usize, then: SimTime) -> bool {
        let worker = self.roster(id).map(|roster| roster.busy.get(slot).copied().flatten());
        worker.is_none_or(|worker| worker.is_some_and(|worker| worker.up_since <= then))
    }

    /// Whether some idle worker was up then.
    pub(super) fn has_idle_since(&mut self, id: PoolId, then: SimTime) -> bool {
        self.roster(id).is_none_or(|roster| roster.idle_since(then).is_some())
    }

    /// How many of the workers of a pool finish their job and leave.
    pub(super) fn told(&self, id: PoolId) -> u32 {
        let staff = self.staffs.get(id.index()).and_then(Option::as_ref);
        staff.and_then(|staff| staff.roster.as_ref()).map_or(0, |roster| roster.told)
    }

    /// Whether the worker of a slot was told to leave.
    pub(super) fn is_told(&self, id: PoolId, slot: usize) -> bool {
        let staff = self.staffs.get(id.index()).and_then(Option::as_ref);
        staff.and_then(|staff| staff.roster.as_ref()).is_some_and(|roster| roster.is_told(slot))
    }
}
