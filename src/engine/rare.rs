//! Random events of the model that happen or do not in a replication, whatever the jobs do: restarts that hang, failures of
//! dispatchers, pools and workers, and states of arrivals. Each is simulated alone, with the very streams of the replications, so that
//! it is known in advance which replications have it.

use rand::RngExt;

use crate::engine::arrivals::mmpp::MmppStates;
use crate::engine::dispatcher::draw_up_to;
use crate::model::{Arrivals, Dispatcher, Failures, MmppState, Model, Pool, Restart};
use crate::random::ReplicationSeed;
use crate::units::{SimDuration, SimTime, written_key};

/// Replications whose events are drawn to find a probability that has no formula.
const DRAWN: u32 = 1 << 15;

/// State changes that are followed at most, and restarts and workers that are looked at one by one. Where there are more, each of them is
/// so rare and so small a part of the day that it is no event of its own.
const MOST_STEPS: u32 = 10_000;

/// A random event, and how probable it is that a replication has it.
#[derive(Clone, PartialEq, Debug)]
pub struct RareEvent<'m> {
    /// In words, such as "a restart of `driver` hangs".
    pub name: String,
    /// The probability that it happens before the horizon.
    pub probability: f64,
    kind: Kind<'m>,
    horizon: SimDuration,
}

#[derive(Clone, PartialEq, Debug)]
enum Kind<'m> {
    Hang(&'m Dispatcher, &'m Restart),
    DispatcherFails(&'m Dispatcher, &'m Failures),
    PoolFails(&'m Pool, &'m Failures),
    WorkerFails(&'m Pool, &'m Failures),
    State { class: &'m str, states: &'m [MmppState], state: usize },
}

/// The random events of a model, in its order.
#[must_use]
pub fn rare_events(model: &Model) -> Vec<RareEvent<'_>> {
    let mut events = Vec::new();
    let horizon = model.horizon();
    let mut add = |name: String, kind| {
        let mut event = RareEvent { name, probability: 0.0, kind, horizon };
        if event.most_steps() > u64::from(MOST_STEPS) {
            return;
        }
        event.probability = event.find_probability();
        if event.probability > 0.0 {
            events.push(event);
        }
    };
    for dispatcher in model.dispatchers() {
        if let Some(restart) = dispatcher.restart.as_ref().filter(|restart| restart.hangs.as_f64() > 0.0) {
            add(format!("a restart of `{}` hangs", dispatcher.name), Kind::Hang(dispatcher, restart));
        }
        if let Some(failures) = &dispatcher.failures {
            add(format!("`{}` fails", dispatcher.name), Kind::DispatcherFails(dispatcher, failures));
        }
    }
    for pool in model.pools() {
        if let Some(failures) = &pool.capacity.pool_failures {
            add(format!("pool `{}` fails", pool.name), Kind::PoolFails(pool, failures));
        }
        if let Some(failures) = &pool.capacity.failures {
            add(format!("a worker of `{}` fails", pool.name), Kind::WorkerFails(pool, failures));
        }
    }
    for class in model.classes() {
        if let Arrivals::Mmpp { states } = &class.arrivals {
            let Some((state, name)) = rarest_state(&class.name, states) else { continue };
            add(name, Kind::State { class: &class.name, states, state });
        }
    }
    events
}

/// The number of the state that is told apart, and its name: as states follow each other in turn, the one that is rarest.
#[must_use]
pub fn rarest_state(class: &str, states: &[MmppState]) -> Option<(usize, String)> {
    let state = (0..states.len()).min_by_key(|&i| states[i].stay)?;
    let rate = states[state].rate.as_per_second();
    Some((state, format!("`{class}` comes at {rate} a second (state {})", state + 1)))
}

impl RareEvent<'_> {
    /// The mean length of what happens, where somebody meets it who comes at any time, in seconds; `None`: it lasts until something
    /// is done about it.
    #[must_use]
    pub fn length(&self) -> Option<f64> {
        let met = |failures: &Failures| {
            let (mean, cv) = (failures.repair.mean(), failures.repair.cv());
            mean * (1.0 + cv * cv)
        };
        match &self.kind {
            Kind::Hang(..) => None,
            Kind::DispatcherFails(_, failures) | Kind::PoolFails(_, failures) => Some(met(failures)),
            // One worker of many is hardly missed.
            Kind::WorkerFails(pool, failures) => Some(met(failures) * (4.0 / f64::from(pool.size).max(1.0)).min(1.0)),
            Kind::State { states, state, .. } => Some(2.0 * states[*state].stay.as_secs_f64()),
        }
    }

    /// Whether it happens in a replication before the horizon.
    #[must_use]
    pub fn happens(&self, seed: ReplicationSeed) -> bool {
        let end = SimTime::ZERO.after(self.horizon);
        match &self.kind {
            Kind::Hang(dispatcher, restart) => {
                let stream =
                    |purpose: &str| seed.stream(&format!("dispatchers.{}.{purpose}", written_key(&dispatcher.name)));
                let (mut jitter, mut hangs) = (stream("restart.jitter"), stream("restart.hangs"));
                let begins = std::iter::successors(Some(restart.times.first()), |at| Some(restart.times.after(*at)));
                begins
                    .take_while(|at| *at < end)
                    .map(|at| at.after(draw_up_to(restart.jitter, &mut jitter)))
                    .take_while(|at| *at < end)
                    .any(|_| hangs.random::<f64>() < restart.hangs.as_f64())
            }
            Kind::DispatcherFails(dispatcher, failures) => {
                self.fails(failures, seed, &format!("dispatchers.{}.failures", written_key(&dispatcher.name)))
            }
            Kind::PoolFails(pool, failures) => {
                self.fails(failures, seed, &format!("pools.{}.failure", written_key(&pool.name)))
            }
            Kind::WorkerFails(pool, failures) => (0..pool.size).any(|worker| {
                self.fails(failures, seed, &format!("pools.{}.worker.{worker}.failure", written_key(&pool.name)))
            }),
            Kind::State { class, states, state } => {
                let mut visited = MmppStates::new(states, seed.stream(&format!("jobs.{}.states", written_key(class))));
                for _ in 0..MOST_STEPS {
                    if visited.state() == *state {
                        return true;
                    }
                    if visited.ends() >= end {
                        return false;
                    }
                    visited.change();
                }
                true
            }
        }
    }

    /// What it takes at most to see whether it happens, in draws.
    #[must_use]
    pub fn most_steps(&self) -> u64 {
        match &self.kind {
            Kind::Hang(_, restart) => restart.times.count(SimTime::ZERO, SimTime::ZERO.after(self.horizon)),
            Kind::WorkerFails(pool, _) => u64::from(pool.size),
            Kind::State { states, .. } => {
                let stay: u64 = states.iter().map(|state| state.stay.as_nanos().max(1)).sum();
                let rounds = self.horizon.as_nanos() / stay.max(1) + 1;
                rounds.saturating_mul(states.len() as u64).min(u64::from(MOST_STEPS))
            }
            Kind::DispatcherFails(..) | Kind::PoolFails(..) => 1,
        }
    }

    fn fails(&self, failures: &Failures, seed: ReplicationSeed, stream: &str) -> bool {
        let after = failures.after.sample(&mut seed.stream(stream));
        SimDuration::from_secs_f64(after) < self.horizon
    }

    /// By its formula where there is one, and otherwise by drawing it.
    fn find_probability(&self) -> f64 {
        let by_the_horizon = |failures: &Failures| failures.after.cdf(self.horizon.as_secs_f64());
        let any_of = |each: f64, number: f64| 1.0 - libm::pow(1.0 - each, number);
        match &self.kind {
            Kind::Hang(_, restart) if restart.jitter.is_zero() => {
                let restarts = restart.times.count(SimTime::ZERO, SimTime::ZERO.after(self.horizon));
                any_of(restart.hangs.as_f64(), restarts as f64)
            }
            Kind::DispatcherFails(_, failures) | Kind::PoolFails(_, failures) => by_the_horizon(failures),
            Kind::WorkerFails(pool, failures) => any_of(by_the_horizon(failures), f64::from(pool.size)),
            Kind::Hang(..) | Kind::State { .. } => {
                // Of a master seed of its own, so that the probability does not depend on that of the run.
                let happens = |&replication: &u32| self.happens(ReplicationSeed { master: 0, replication });
                f64::from((0..DRAWN).filter(happens).count() as u32) / f64::from(DRAWN)
            }
        }
    }
}
