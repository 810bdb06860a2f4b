//! Idle workers that look for jobs now and then. Nothing here runs in other worlds.

use crate::engine::calendar::timers::{StaffTimer, Timer};
use crate::engine::observer::Observer;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::PoolId;

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Jobs may wait for idle workers that look for them.
    #[inline]
    pub(super) fn plan_polls(&mut self) {
        (0..self.workforce.polling.len()).for_each(|place| self.plan_polls_in(self.workforce.polling[place]));
    }

    fn plan_polls_in(&mut self, id: PoolId) {
        let (now, pool) = (self.core.now, &self.core.pools[id.index()]);
        if pool.ready.is_empty() {
            return;
        }
        if let Some(time) = self.workforce.polls_mut(id).and_then(|polls| polls.plan(now)) {
            self.core.timers.add(time, Timer::Staff(StaffTimer::Poll, id));
        }
    }

    /// The workers of a pool may be others than before.
    pub(super) fn settle_polls(&mut self, id: PoolId) {
        let (now, idle) = (self.core.now, self.core.pools[id.index()].idle());
        self.workforce.polls_mut(id).into_iter().for_each(|polls| polls.settle(now, idle));
    }

    /// A worker that has finished a job found no other one.
    #[cold]
    pub(super) fn look_later(&mut self, id: PoolId) {
        let now = self.core.now;
        self.workforce.polls_mut(id).into_iter().for_each(|polls| polls.put_back(now, 1));
    }

    /// The idle workers of a pool that look now take what they may.
    pub(super) fn poll(&mut self, id: PoolId) {
        let now = self.core.now;
        let mut due = self.workforce.polls_mut(id).map_or(0, |polls| polls.take_due(now));
        while due > 0 && self.core.pools[id.index()].idle() > 0 {
            let Some(pick) = self.pick(id) else { break };
            self.start_picked(id, pick);
            due -= 1;
        }
        self.workforce.polls_mut(id).into_iter().for_each(|polls| polls.put_back(now, due));
        self.plan_polls_in(id);
    }
}
