//! What is simulated and what is asked: job classes, queues, pools, dispatchers, timed changes, objectives.
//!
//! Everything here is validated when a [`Model`] is made and cannot be changed afterwards, so the engine never
//! meets an invalid model. Names live here once; everything else refers to things by index.

mod alert;
mod arrivals;
mod autoscale;
mod capacity;
mod change;
mod check_fate;
mod dispatcher;
mod events;
mod fate;
mod faults;
mod hours;
mod job;
mod limit;
mod objective;
mod pool;
mod profile;
mod provider;
mod randomness;
mod sensitivity;
mod study;
mod ticks;
mod trace;
mod validate;
mod weight;

pub use alert::{Alert, Burn, Clause, Condition, Metric, Response, ResponseEnd};
pub use arrivals::{Arrivals, BatchSize, BatchTimes, Missed, MmppState, Spacing};
pub use autoscale::{Autoscale, Hpa, Keda, LatencySteps, ScaleMetric, ScaleRule, TargetTracking};
pub use capacity::{
    Calendar, Capacity, Choose, End, Interrupted, Prefetch, Redelivery, Rerun, RollingRestart, ScaleIn, Window,
};
pub use change::{Change, Effect, Until};
pub use check_fate::find_cycle;
pub use dispatcher::{Dispatcher, Failures, OnReturn, Outage, OutageKind, Restart, StagedOrder};
pub use events::Expected;
pub use fate::{Backoff, Balk, Failure, Fate, FollowUp, Join, JoinWhen, Retry};
pub use hours::Hours;
pub use job::{JobClass, Service, Variant};
pub use limit::{Limit, Over};
pub use objective::{Among, Chance, Comparison, Loss, Measure, Objective, Reach, Scope, Statistic};
pub use pool::{
    Billing, Fair, FairBy, HourlyCost, Pool, Queue, QueueOrder, QuietFirst, Reserve, Room, Serving, Take, WhenFull,
};
pub use profile::{Pattern, Piece, Profile, Stretch};
pub use provider::{CallRate, Crowding, Provider, Trouble};
pub use sensitivity::{LeftOut, Parameter, Sensitivity, Varied};
pub use study::{DesignPoint, FoundWarmup, Precision, Settings, Study, SweepAxis, Warmup};
pub use ticks::Ticks;
pub use trace::{RowFate, Trace, TraceAccount, TraceRow, TraceUse, trace_uses};
pub use validate::ModelError;

pub use crate::metric::Quantity;

use crate::units::SimDuration;

macro_rules! index_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u16);

        impl $name {
            /// The place of the thing in its list of the model.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index_type!(/** A job class by its place in [`Model::classes`]. */ ClassId);
index_type!(/** A queue by its place in [`Model::queues`]. */ QueueId);
index_type!(/** A pool by its place in [`Model::pools`]. */ PoolId);
index_type!(/** A dispatcher by its place in [`Model::dispatchers`]. */ DispatcherId);
index_type!(/** A limit by its place in [`Model::limits`]. */ LimitId);
index_type!(/** A provider by its place in [`Model::providers`]. */ ProviderId);

index_type!(/** An alert by its place in [`Model::alerts`]. */ AlertId);
index_type!(/** A response by its place in [`Model::responses`]. */ ResponseId);

/// The parts of a model before they are checked together.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ModelParts {
    /// How long the simulated world runs.
    pub horizon: SimDuration,
    /// Kinds of jobs.
    pub classes: Vec<JobClass>,
    /// Places where ready jobs wait.
    pub queues: Vec<Queue>,
    /// Groups of workers.
    pub pools: Vec<Pool>,
    /// What moves jobs from staging into queues.
    pub dispatchers: Vec<Dispatcher>,
    /// What changes at stated times.
    pub changes: Vec<Change>,
    /// What monitors watch.
    pub alerts: Vec<Alert>,
    /// What is done when alerts fire.
    pub responses: Vec<Response>,
    /// The most jobs that may be staged or ready at once before the replication is stopped.
    pub backlog_limit: u64,
    /// The most events of a replication before it is stopped; `None`: 10^4 for each of its jobs and 10^6 for each day that it has begun.
    pub event_limit: Option<u64>,
    /// Caps on slots.
    pub limits: Vec<Limit>,
    /// Dependencies that jobs share.
    pub providers: Vec<Provider>,
}

/// A valid world to simulate. Made by [`Model::new`]; read-only.
#[derive(Clone, PartialEq, Debug)]
pub struct Model(ModelParts, ByName, Serving);

/// What sums run over, in the order of the names: no sum depends on the order of the tables of a file.
#[derive(Clone, PartialEq, Debug)]
struct ByName {
    classes: Vec<usize>,
    pools: Vec<usize>,
}

impl ByName {
    fn of(parts: &ModelParts) -> Self {
        let classes = parts.classes.iter().map(|class| class.name.as_str());
        let pools = parts.pools.iter().map(|pool| pool.name.as_str());
        Self { classes: places_by_name(classes), pools: places_by_name(pools) }
    }
}

fn places_by_name<'a>(names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut named: Vec<(&str, usize)> = names.zip(0..).collect();
    named.sort_unstable();
    named.into_iter().map(|(_, place)| place).collect()
}

impl Model {
    /// Checks the parts against each other.
    ///
    /// # Errors
    /// The first [`ModelError`] found: a reference to nothing, an empty world, a value out of its range. The
    /// scenario language finds all of these earlier, with their place in the file.
    pub fn new(parts: ModelParts) -> Result<Self, ModelError> {
        validate::check(&parts)?;
        let by_name = ByName::of(&parts);
        let serving = Serving::of(&parts.pools);
        Ok(Self(parts, by_name, serving))
    }

    /// How long the simulated world runs.
    #[must_use]
    pub fn horizon(&self) -> SimDuration {
        self.0.horizon
    }

    /// Kinds of jobs, indexed by [`ClassId`].
    #[must_use]
    pub fn classes(&self) -> &[JobClass] {
        &self.0.classes
    }

    /// The places of all classes in the order of their names, for sums.
    #[must_use]
    pub fn classes_by_name(&self) -> &[usize] {
        &self.1.classes
    }

    /// The places of all pools in the order of their names, for sums.
    #[must_use]
    pub fn pools_by_name(&self) -> &[usize] {
        &self.1.pools
    }

    /// Places where ready jobs wait, indexed by [`QueueId`].
    #[must_use]
    pub fn queues(&self) -> &[Queue] {
        &self.0.queues
    }

    /// Groups of workers, indexed by [`PoolId`].
    #[must_use]
    pub fn pools(&self) -> &[Pool] {
        &self.0.pools
    }

    /// The pools that serve a queue whatever policies hold, in their order.
    #[must_use]
    pub fn serving(&self, queue: QueueId) -> &[PoolId] {
        self.2.pools(queue)
    }

    /// What moves jobs from staging into queues, indexed by [`DispatcherId`].
    #[must_use]
    pub fn dispatchers(&self) -> &[Dispatcher] {
        &self.0.dispatchers
    }

    /// What changes at stated times, in the order of their times.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.0.changes
    }

    /// What monitors watch, indexed by [`AlertId`].
    #[must_use]
    pub fn alerts(&self) -> &[Alert] {
        &self.0.alerts
    }

    /// What is done when alerts fire, indexed by [`ResponseId`].
    #[must_use]
    pub fn responses(&self) -> &[Response] {
        &self.0.responses
    }

    /// The most jobs that may be staged or ready at once.
    #[must_use]
    pub fn backlog_limit(&self) -> u64 {
        self.0.backlog_limit
    }

    /// The most events of a replication; `None`: 10^4 for each of its jobs and 10^6 for each day that it has begun.
    #[must_use]
    pub fn event_limit(&self) -> Option<u64> {
        self.0.event_limit
    }

    /// Caps on the slots that jobs may hold.
    #[must_use]
    pub fn limits(&self) -> &[Limit] {
        &self.0.limits
    }

    /// Dependencies that jobs share, indexed by [`ProviderId`].
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.0.providers
    }

    /// All that can change in the course of a run.
    pub fn effects(&self) -> impl Iterator<Item = (&Change, &Effect)> {
        let changes = self.changes().iter().chain(self.responses().iter().map(|response| &response.change));
        changes.flat_map(|change| change.effects.iter().map(move |effect| (change, effect)))
    }

    /// The policies by which the workers of a pool may ever pick, its own first, each with the change that brings it.
    pub fn takes(&self, pool: PoolId) -> impl Iterator<Item = (Option<&Change>, &Take)> {
        let changed = self.effects().filter_map(move |(change, effect)| match effect {
            Effect::SetTake(of, take) if *of == pool => Some((Some(change), take)),
            _ => None,
        });
        std::iter::once((None, &self.pools()[pool.index()].take)).chain(changed)
    }

    /// The parts, to make a different model from.
    #[must_use]
    pub fn to_parts(&self) -> ModelParts {
        self.0.clone()
    }

    fn parts(&self) -> &ModelParts {
        &self.0
    }
}
