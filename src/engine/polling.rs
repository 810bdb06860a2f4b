//! Idle workers that look for jobs now and then instead of being told of them. Nothing here runs in other worlds.
//!
//! Each idle worker looks at instants that are `poll` apart, from one that is uniform over that time, until it takes a job; a
//! worker that finishes a job looks for the next one at once. As nothing depends on looks in vain, the first one of a worker
//! is drawn when a job waits while it is idle, and looks are only timed while jobs wait.

use rand::RngExt;

use super::Observer;
use super::replication::Replication;
use super::staff::StaffTimer;
use super::timers::Timer;
use crate::model::PoolId;
use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

/// When the idle workers of a pool look for jobs.
#[derive(Clone, Debug)]
pub(super) struct Polls {
    every: SimDuration,
    stream: Stream,
    /// A look of each idle worker that was looked at so far, the last one or the next.
    looks: Vec<SimTime>,
    /// The look that is timed.
    planned: Option<SimTime>,
}

impl Polls {
    pub(super) fn new(every: SimDuration, stream: Stream) -> Self {
        Self { every, stream, looks: Vec::new(), planned: None }
    }

    /// When one of so many idle workers looks next, if that is to be timed.
    fn plan(&mut self, now: SimTime, idle: u32) -> Option<SimTime> {
        let is_planned = self.planned.is_some_and(|planned| planned >= now);
        if is_planned && self.looks.len() == idle as usize {
            return None;
        }
        let every = self.every.as_nanos();
        self.looks.truncate(idle as usize);
        for look in self.looks.iter_mut().filter(|look| **look < now) {
            let passed = now.since(*look).as_nanos().div_ceil(every);
            *look = SimTime::from_nanos(look.as_nanos() + passed * every);
        }
        while self.looks.len() < idle as usize {
            let first = (self.stream.random::<f64>() * every as f64) as u64;
            self.looks.push(SimTime::from_nanos(now.as_nanos() + first + 1));
        }
        let next = self.looks.iter().copied().min()?;
        let is_new = self.planned.is_none_or(|planned| planned < now || next < planned);
        is_new.then(|| *self.planned.insert(next))
    }

    /// Takes out the looks of now, if they were timed, and says how many they are.
    fn take_due(&mut self, now: SimTime) -> usize {
        if self.planned.take_if(|planned| *planned == now).is_none() {
            return 0;
        }
        let before = self.looks.len();
        self.looks.retain(|look| *look != now);
        before - self.looks.len()
    }

    /// So many workers looked in vain and look again.
    fn put_back(&mut self, now: SimTime, workers: usize) {
        self.looks.extend(std::iter::repeat_n(now.after(self.every), workers));
    }
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    fn polls_of(&mut self, id: PoolId) -> Option<&mut Polls> {
        self.staffs.get_mut(id.index())?.as_mut()?.polls.as_mut()
    }

    /// Jobs may wait for idle workers that look for them.
    #[cold]
    pub(super) fn plan_polls(&mut self) {
        (0..self.pools.len()).for_each(|place| self.plan_polls_in(PoolId(place as u16)));
    }

    fn plan_polls_in(&mut self, id: PoolId) {
        let (now, pool) = (self.now, &self.pools[id.index()]);
        if pool.ready.is_empty() {
            return;
        }
        let idle = pool.idle();
        if let Some(time) = self.polls_of(id).and_then(|polls| polls.plan(now, idle)) {
            self.timers.add(time, Timer::Staff(StaffTimer::Poll, id));
        }
    }

    /// The idle workers of a pool that look now take what they may.
    pub(super) fn poll(&mut self, id: PoolId) {
        let now = self.now;
        let mut due = self.polls_of(id).map_or(0, |polls| polls.take_due(now));
        while due > 0 && self.pools[id.index()].idle() > 0 {
            let Some((queue, _, pick)) = self.next_of(id) else { break };
            self.start_chosen(id, queue, pick);
            due -= 1;
        }
        self.polls_of(id).into_iter().for_each(|polls| polls.put_back(now, due));
        self.plan_polls_in(id);
    }
}
