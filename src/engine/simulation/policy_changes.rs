//! What timed changes and responses make of pools, policies, rates and limits.

use crate::engine::calendar::timers::Timer;
use crate::engine::observer::Observer;
use crate::engine::policy::ranks::Ranks;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{ClassId, DispatcherId, LimitId, PoolId, QueueId};

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
        if let Some(choice) = &mut self.dispatch.lanes {
            choice.paused = classes.clone().filter(|&class| self.control.changes.pauses(class)).collect();
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
            if !self.is_autoscaled(id) {
                self.want(id, self.control.changes.size(id, self.core.pools[place].base_size));
            }
        }
        self.employ_idle();
    }

    /// Has the policies hold that the changes say.
    pub(super) fn apply_policies(&mut self) {
        for place in 0..self.dispatch.policies.0.len() {
            self.apply_take(place);
        }
        for (limit, id) in self.control.alerts.model.limits().iter().zip((0..).map(LimitId)) {
            let slots = self.control.changes.slots(id).unwrap_or(limit.slots);
            self.dispatch.lanes.iter_mut().for_each(|choice| choice.resize_limit(id.index(), slots));
            self.resize_lines(id, slots);
        }
        for id in (0..self.dispatchers.len()).map(|place| DispatcherId(place as u16)) {
            if self.dispatchers[id.index()].set_pace(self.control.changes.pace(id)) {
                self.plan_wake(id);
            }
        }
    }

    fn apply_take(&mut self, place: usize) {
        let changing = &mut self.dispatch.policies.0[place];
        let pool = changing.pool;
        let wanted = self.control.changes.take(pool);
        let held = wanted.and_then(|wanted| changing.takes.iter().position(|take| std::ptr::eq(*take, wanted)));
        let held = held.unwrap_or_default();
        let Some(next) = changing.aside[held].take() else { return };
        let mut ready = Ranks::with_room_for(next.0.len());
        let waits = |(_, queue): &(usize, &QueueId)| !self.core.queues[queue.index()].is_empty();
        next.0.iter().enumerate().filter(waits).for_each(|(rank, _)| ready.insert(rank));
        for (rank, queue) in next.0.iter().enumerate() {
            let servers = self.core.servers[queue.index()].iter_mut();
            servers.filter(|(of, _)| *of == pool).for_each(|(_, old)| *old = rank);
        }
        changing.aside[changing.held] = Some(self.core.pools[pool.index()].exchange(next, ready));
        changing.held = held;
        if let Some(choice) = &mut self.dispatch.lanes {
            choice.hold(pool, held);
        }
    }
}
