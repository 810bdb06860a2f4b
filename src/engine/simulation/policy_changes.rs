//! What timed changes and responses make of pools, policies, rates and limits.

use crate::engine::calendar::timers::Timer;
use crate::engine::observer::Observer;
use crate::engine::policy::ranks::Ranks;
use crate::engine::simulation::dispatch::Reach;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, DispatcherId, LimitId, PoolId, Take};

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    pub(super) fn pass_changes(&mut self) {
        while self.core.timers.remove_if_first(self.core.now, Timer::Change) {}
        self.control.changes.pass(self.core.now);
        self.apply_changes();
        self.control.changes.restarts_at(self.core.now).into_iter().for_each(|pool| self.restart_pool(pool));
    }

    /// Ends the changes that last until the backlog is drained, if it is.
    pub(super) fn watch_drain(&mut self) {
        if self.control.calm.as_mut().is_some_and(|calm| calm.note(self.core.now, self.core.backlog)) {
            self.control.changes.end_drained();
            self.apply_changes();
        }
    }

    /// A fault begins at random.
    pub(super) fn note_fault(&mut self) {
        self.control.calm.iter_mut().for_each(|calm| calm.begin_random_fault(self.core.now));
    }

    pub(super) fn apply_changes(&mut self) {
        let waits = self.control.changes.wait_for_drain();
        self.control.calm.iter_mut().for_each(|calm| calm.wait(self.core.now, waits));
        let classes = (0..self.core.classes.len()).map(|place| ClassId(place as u16));
        if let Some(lanes) = &mut self.dispatch.lanes {
            lanes.paused = classes.clone().filter(|&class| self.control.changes.pauses(class)).collect();
        }
        self.apply_policies();
        self.resize_pools();
        let factors: Vec<_> = classes.map(|class| self.control.changes.service_factor(class)).collect();
        self.control.service_factors = factors.iter().any(|&factor| factor != 1.0).then_some(factors);
        self.control.stretches =
            self.control.service_factors.is_some() || self.core.pools.iter().any(|pool| pool.speed != 1.0);
        let (now, classes, changes) = (self.core.now, &mut self.core.classes, &self.control.changes);
        self.core
            .arrivals
            .replace_all(|class, head| classes[class.index()].source.scale_rate(now, head, changes.rate_factor(class)));
    }

    fn resize_pools(&mut self) {
        for place in 0..self.core.pools.len() {
            let id = PoolId(place as u16);
            // An autoscaler alone says how many workers its pool has.
            if !self.workforce.is_autoscaled(id) {
                self.want(id, self.control.changes.size(id, self.core.pools[place].base_size));
            }
        }
        self.settle(Reach::All);
    }

    /// Has the policies hold that the changes say.
    pub(super) fn apply_policies(&mut self) {
        (0..self.core.pools.len()).for_each(|place| self.apply_take(PoolId(place as u16)));
        for (limit, id) in self.control.alerts.model.limits().iter().zip((0..).map(LimitId)) {
            let slots = self.control.changes.slots(id).unwrap_or(limit.slots);
            self.dispatch.lanes.iter_mut().for_each(|lanes| lanes.resize_limit(id.index(), slots));
            self.resize_lines(id, slots);
        }
        for id in (0..self.dispatchers.len()).map(|place| DispatcherId(place as u16)) {
            if self.dispatchers[id.index()].set_pace(self.control.changes.pace(id)) {
                self.plan_wake(id);
            }
        }
    }

    fn apply_take(&mut self, id: PoolId) {
        let wanted = self.control.changes.take(id);
        let is_wanted = |take: &Take| wanted.is_some_and(|wanted| std::ptr::eq(take, wanted));
        let place = self.control.alerts.model.takes(id).position(|(_, take)| is_wanted(take));
        let pool = &mut self.core.pools[id.index()];
        if !pool.hold(place.unwrap_or_default()) {
            return;
        }
        let mut ready = Ranks::with_room_for(pool.served().len());
        for (rank, queue) in pool.served().iter().enumerate() {
            ready.set(rank, !self.core.queues[queue.index()].is_empty());
            let servers = self.core.servers[queue.index()].iter_mut();
            servers.filter(|(of, _)| *of == id).for_each(|(_, old)| *old = rank);
        }
        pool.ready = ready;
    }
}
