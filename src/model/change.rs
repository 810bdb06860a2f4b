//! What changes in the world at stated times.

use super::{ClassId, DispatcherId, LimitId, PoolId, Take};
use crate::units::{Rate, SimTime};

/// A change at a stated time, and its end.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// Its name in the scenario; unique.
    pub name: String,
    /// When it takes effect.
    pub at: SimTime,
    /// When it is undone.
    pub until: Until,
    /// What it does; at least one effect.
    pub effects: Vec<Effect>,
}

/// When a change is undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until {
    /// Never.
    Horizon,
    /// At this time, later than its start.
    Time(SimTime),
    /// As soon as no more jobs are staged or ready than at most in the hour before the fault; see the engine's `calm`.
    Drained,
}

/// What a change does while it lasts. Of several values set for the same thing the one that began last holds; factors multiply.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// The pool has this many workers. Those above it finish their job and leave.
    SetSize(PoolId, u32),
    /// The size of the pool is multiplied by this factor and rounded up; not negative, finite.
    ScaleSize(PoolId, f64),
    /// The arrival rate of the class is multiplied by this factor; positive, finite. For Poisson, MMPP and batches at a rate
    /// exactly from this instant on; for renewal and periodic arrivals from the next interarrival time on.
    ScaleRate(ClassId, f64),
    /// Service that starts while the change lasts takes this factor times its demand; positive, finite.
    ScaleService(ClassId, f64),
    /// No worker starts a job of the class; those on workers are finished.
    Pause(ClassId),
    /// The workers of the pool pick by this policy, which serves the same queues; none of them in another order than this needs.
    /// The pool preempts nobody.
    SetTake(PoolId, Take),
    /// The dispatcher, which has a rate, moves at this positive one, counted from the job it moved last.
    SetPace(DispatcherId, Rate),
    /// The jobs of the limit hold at most this many slots, at least 1. Those that hold more keep them until they end.
    SetLimit(LimitId, u32),
    /// The workers of the pool are restarted as it says, once, from the beginning of the change on.
    Restart(PoolId),
}

impl Change {
    /// The pools whose workers it restarts.
    pub(crate) fn restarts(&self) -> impl Iterator<Item = PoolId> + '_ {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Restart(pool) => Some(*pool),
            _ => None,
        })
    }
}
