//! What timers are for.

use crate::engine::calendar::timers::Timer;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::observer::{Observer, SystemView};
use crate::engine::queue::Queue;
use crate::engine::simulation::state::{Features, Simulation};
use crate::model::{DispatcherId, PoolId, QueueId};
use crate::units::SimTime;

/// The state of places that observers may look at.
struct Places<'a, 'm> {
    queues: &'a [Queue],
    dispatchers: &'a [Dispatcher<'m>],
}

impl SystemView for Places<'_, '_> {
    fn depth(&self, queue: QueueId) -> u64 {
        self.queues[queue.index()].len()
    }

    fn oldest_ready(&self, queue: QueueId) -> Option<SimTime> {
        self.queues[queue.index()].oldest_ready()
    }

    fn staged_depth(&self, dispatcher: DispatcherId) -> u64 {
        self.dispatchers[dispatcher.index()].depth()
    }

    fn oldest_staged(&self, dispatcher: DispatcherId) -> Option<SimTime> {
        self.dispatchers[dispatcher.index()].oldest()
    }
}

impl<O: Observer, F: Features> Simulation<'_, '_, O, F> {
    /// Reports the workers of each pool at time zero.
    pub(super) fn begin(&mut self) {
        for (pool, place) in self.core.pools.iter().zip(0..) {
            self.core.observer.workers(self.core.now, PoolId(place), pool.available());
        }
        (0..self.workforce.polling.len()).for_each(|place| self.settle_polls(self.workforce.polling[place]));
    }

    /// Serves the first timer and says which it was.
    #[cold]
    pub(super) fn serve_timer(&mut self) -> Timer {
        let timer = self.core.timers.first().map_or(Timer::End, |(_, timer)| timer);
        self.core.timers.remove_first();
        self.serve(timer);
        timer
    }

    fn serve(&mut self, timer: Timer) {
        match timer {
            Timer::Sample => self.sample(),
            Timer::WarmedUp => self.core.observer.warmed_up(self.core.now),
            Timer::End => {}
            Timer::Check(id) => self.check_alert(id),
            Timer::Change => self.pass_changes(),
            Timer::OutageStarts(id, place) => self.start_outage(id, place),
            Timer::RestartStarts(id) => self.start_restart(id),
            Timer::Fails(id) => self.fail(id),
            Timer::OutageEnds(id, place) => self.end_outage(id, place),
            Timer::RestartEnds(id, restart) => self.bring_back(id, |it, now| it.end_restart(now, restart)),
            Timer::Repaired(id) => self.repair(id),
            Timer::Mended(id) => self.mend(id),
            Timer::Undo(id, acted) => self.undo(id, acted),
            Timer::Respond(id) => self.respond(id),
            Timer::Wake(id) => self.wake(id),
            Timer::Release(id, paced) => self.release(id, paced),
            Timer::InitialBacklog => self.create_initial_backlog(),
            Timer::LetIn(id) => self.open_gate(id),
            Timer::Due => self.serve_due(),
            Timer::Early(timer, pool) | Timer::Staff(timer, pool) => self.serve_staff(timer, pool),
        }
    }

    fn sample(&mut self) {
        let places = Places { queues: &self.core.queues, dispatchers: &self.dispatchers };
        self.core.observer.sample(self.core.now, &places);
        self.plan_sample();
    }

    pub(super) fn plan_sample(&mut self) {
        if let Some(step) = self.core.observer.sample_step() {
            self.core.timers.add(self.core.now.after(step), Timer::Sample);
        }
    }
}
