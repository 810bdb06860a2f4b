//! How many events a replication may take, and about how many it will, by what takes them.

use super::{Arrivals, Dispatcher, Failures, Model, Pool, ScaleRule, Ticks};
use crate::units::{SimDuration, SimTime, written_path};

/// Events that each job may take, where no limit is stated.
const A_JOB: u64 = 10_000;
/// Events that each simulated day may take besides, and every day that has begun.
const A_DAY: u64 = 1_000_000;
const DAY: u64 = 86_400 * 1_000_000_000;

/// Events of one kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Expected {
    /// What takes them, as a path of the scenario.
    pub cause: String,
    /// About how many in a replication.
    pub events: f64,
}

impl Model {
    /// The most events of a replication with so many jobs. While what is left of them is followed after its end, for at most as long
    /// again, as many days more.
    #[must_use]
    pub fn most_events(&self, jobs: u64, is_following: bool) -> u64 {
        let days = self.horizon().as_nanos().div_ceil(DAY) * if is_following { 2 } else { 1 };
        let usual = || A_JOB.saturating_mul(jobs).saturating_add(A_DAY.saturating_mul(days));
        self.event_limit().unwrap_or_else(usual)
    }

    /// The events of a replication that are no arrivals, starts or ends of jobs, the kind with most of them first. What depends on the
    /// backlog is left out.
    #[must_use]
    pub fn expected_events(&self) -> Vec<Expected> {
        let horizon = self.horizon();
        let mut all = Vec::new();
        let mut add = |cause: String, events: f64| {
            if events > 0.0 {
                all.push(Expected { cause, events });
            }
        };
        for alert in self.alerts() {
            add(written_path(["alerts", &alert.name, "every"]), times(horizon, alert.every));
        }
        for pool in self.pools() {
            of_pool(pool, horizon, &mut add);
        }
        for dispatcher in self.dispatchers() {
            of_dispatcher(dispatcher, horizon, &mut add);
        }
        for class in self.classes() {
            let events = match &class.arrivals {
                Arrivals::Mmpp { states } => {
                    let round: f64 = states.iter().map(|state| state.stay.as_secs_f64()).sum();
                    states.len() as f64 * horizon.as_secs_f64() / round.max(1e-9)
                }
                _ => 0.0,
            };
            add(written_path(["jobs", &class.name, "arrivals"]), events);
        }
        all.sort_by(|a, b| b.events.total_cmp(&a.events));
        all
    }
}

fn times(horizon: SimDuration, every: SimDuration) -> f64 {
    horizon.as_nanos() as f64 / every.as_nanos().max(1) as f64
}

fn count(ticks: &Ticks, horizon: SimDuration) -> f64 {
    ticks.count(SimTime::ZERO, SimTime::ZERO.after(horizon)) as f64
}

/// Failures and repairs of one thing.
fn failures(failures: &Failures, horizon: SimDuration) -> f64 {
    let round = failures.after.mean() + failures.repair.mean();
    2.0 * horizon.as_secs_f64() / round.max(1e-9)
}

fn of_pool(pool: &Pool, horizon: SimDuration, add: &mut impl FnMut(String, f64)) {
    let (capacity, workers) = (&pool.capacity, f64::from(pool.size));
    let path = |key: &str| written_path(["pools", &pool.name, key]);
    let of_worker = capacity.failures.as_ref().map_or(0.0, |it| failures(it, horizon));
    add(path("failures"), workers * of_worker);
    add(path("pool_failures"), capacity.pool_failures.as_ref().map_or(0.0, |it| failures(it, horizon)));
    add(
        path("restart"),
        capacity.restart.as_ref().and_then(|it| it.times.as_ref()).map_or(0.0, |it| 2.0 * workers * count(it, horizon)),
    );
    if let Some(autoscale) = &capacity.autoscale {
        let polling = match &autoscale.rule {
            ScaleRule::Keda(keda) => times(horizon, keda.polling),
            _ => 0.0,
        };
        add(path("autoscale"), 2.0 * times(horizon, autoscale.interval) + polling);
    }
}

fn of_dispatcher(dispatcher: &Dispatcher, horizon: SimDuration, add: &mut impl FnMut(String, f64)) {
    let path = |key: &str| written_path(["dispatchers", &dispatcher.name, key]);
    add(path("failures"), dispatcher.failures.as_ref().map_or(0.0, |it| failures(it, horizon)));
    add(path("restart"), dispatcher.restart.as_ref().map_or(0.0, |it| 2.0 * count(&it.times, horizon)));
}
