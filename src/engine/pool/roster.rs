//! Which workers leave when a pool shrinks that does not know who is idle. Nothing here runs in other worlds.
//!
//! Every worker is known by the time since which it is up. The one that has been idle longest takes the next job, as with the
//! consumers of a list in Redis. Those that are chosen leave: idle ones at once, busy ones when their job is finished, or are killed
//! when their grace time is over; who is told to leave does so, even if the pool grows again. While a busy worker that was told is
//! there, the size of the pool counts it, so that nobody takes its place.

use std::collections::VecDeque;

use rand::RngExt;

use crate::model::Choose;
use crate::random::Stream;
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(crate) struct Roster {
    choose: Choose,
    stream: Stream,
    /// Since when each idle worker is up; the one that has been idle longest first.
    pub(crate) idle: VecDeque<SimTime>,
    /// The busy workers by their slots.
    pub(crate) busy: Vec<Option<Busy>>,
    /// How many of the busy ones leave.
    pub(crate) told: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Busy {
    pub(crate) up_since: SimTime,
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
    pub(crate) fn new(choose: Choose, stream: Stream, workers: u32) -> Self {
        let idle = std::iter::repeat_n(SimTime::ZERO, workers as usize).collect();
        Self { choose, stream, idle, busy: Vec::new(), told: 0 }
    }

    /// The workers that stay are so many from now on; says whether busy ones are told to leave, until this deadline.
    pub(crate) fn settle(&mut self, now: SimTime, workers: u32, deadline: SimTime) -> bool {
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

    pub(crate) fn tell_slot(&mut self, slot: usize, deadline: SimTime) {
        if let Some(worker) = self.busy.get_mut(slot).and_then(Option::as_mut)
            && worker.leaves.replace(deadline).is_none()
        {
            self.told += 1;
        }
    }

    /// All workers leave now.
    pub(crate) fn tell_all(&mut self, now: SimTime) {
        self.idle.clear();
        (0..self.busy.len()).for_each(|slot| self.tell_slot(slot, now));
    }

    /// The slots of those whose time is over.
    pub(crate) fn overdue(&self, now: SimTime) -> Vec<usize> {
        let is_overdue = |worker: &Busy| worker.leaves.is_some_and(|deadline| deadline <= now);
        let slots = self.busy.iter().enumerate();
        slots.filter_map(|(slot, worker)| worker.filter(is_overdue).map(|_| slot)).collect()
    }

    /// An idle worker starts a job in a slot.
    pub(crate) fn seat(&mut self, slot: usize) {
        debug_assert!(!self.idle.is_empty(), "only an idle worker starts a job");
        let up_since = self.idle.pop_front().unwrap_or(SimTime::ZERO);
        self.busy.resize(self.busy.len().max(slot + 1), None);
        debug_assert!(self.busy[slot].is_none(), "a slot has one worker");
        self.busy[slot] = Some(Busy { up_since, leaves: None });
    }

    /// The worker of a slot has no job any more: says since when it is up, or `None` if it is gone.
    pub(crate) fn unseat(&mut self, slot: usize) -> Option<SimTime> {
        let worker = self.busy.get_mut(slot).and_then(Option::take)?;
        if worker.leaves.is_some() {
            self.told -= 1;
            return None;
        }
        Some(worker.up_since)
    }

    /// The worker that has been idle longest of those that were up then.
    pub(crate) fn idle_since(&self, then: SimTime) -> Option<usize> {
        self.idle.iter().position(|&up_since| up_since <= then)
    }

    pub(crate) fn is_told(&self, slot: usize) -> bool {
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
