//! How much memory a model takes, about: what a scenario is refused for must not depend on the machine.

use std::mem::size_of;

use super::{
    Arrivals, BatchTimes, Capacity, Change, Dispatcher, Effect, JobClass, MmppState, Model, Pool, Profile, Queue,
    Stretch, Ticks, Window,
};
use crate::units::SimTime;

/// What each part takes besides its own size: its name and small lists.
const BESIDE: usize = 64;

impl Model {
    /// Bytes that it takes, about.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let classes: usize = self.classes().iter().map(class).sum();
        let pools: usize = self.pools().iter().map(pool).sum();
        let dispatchers: usize = self.dispatchers().iter().map(dispatcher).sum();
        let responses = self.responses().iter().map(|response| &response.change);
        let changes: usize = self.changes().iter().chain(responses).map(change).sum();
        let places = self.queues().len() + self.alerts().len() + self.limits().len() + self.providers().len();
        (classes + pools + dispatchers + changes + places * (size_of::<Queue>() + 4 * BESIDE)) as u64
    }
}

fn class(class: &JobClass) -> usize {
    let arrivals = match &class.arrivals {
        Arrivals::Poisson { profile, .. } | Arrivals::Batches { times: BatchTimes::Poisson { profile, .. }, .. } => {
            profile.as_ref().map_or(0, stretches)
        }
        Arrivals::Periodic { times, .. } | Arrivals::Batches { times: BatchTimes::Regular(times), .. } => ticks(times),
        Arrivals::Batches { times: BatchTimes::At(times), .. } => times.len() * size_of::<SimTime>(),
        Arrivals::Mmpp { states } => states.len() * size_of::<MmppState>(),
        // All classes and alternatives share its rows.
        Arrivals::Trace(_) | Arrivals::None | Arrivals::Renewal { .. } | Arrivals::Burst { .. } => 0,
    };
    size_of::<JobClass>() + BESIDE * (1 + class.fate.then.len()) + arrivals
}

fn stretches(profile: &Profile) -> usize {
    profile.stretches.len() * size_of::<Stretch>()
}

fn ticks(ticks: &Ticks) -> usize {
    match ticks {
        Ticks::Every { .. } => 0,
        Ticks::At(times) => times.len() * size_of::<SimTime>(),
    }
}

fn pool(pool: &Pool) -> usize {
    let Capacity { calendar, outages, .. } = &pool.capacity;
    let steps = calendar.as_ref().map_or(0, |calendar| calendar.steps.len() * size_of::<(SimTime, u32)>());
    size_of::<Pool>() + BESIDE + steps + outages.len() * size_of::<Window>() + 8 * pool.take.queues().len()
}

fn dispatcher(dispatcher: &Dispatcher) -> usize {
    let restarts = dispatcher.restart.as_ref().map_or(0, |restart| ticks(&restart.times));
    size_of::<Dispatcher>() + BESIDE * (1 + dispatcher.outages.len()) + restarts
}

fn change(change: &Change) -> usize {
    size_of::<Change>() + BESIDE + change.effects.len() * size_of::<Effect>()
}
