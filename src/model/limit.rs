//! Caps on the slots that jobs of a kind may hold.

use super::{ClassId, JobClass, PoolId, QueueId};
use crate::units::SimDuration;

/// The most slots that some jobs may hold at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Its name in the scenario; unique.
    pub name: String,
    /// Only jobs of this queue; `None`: of all.
    pub queue: Option<QueueId>,
    /// Only jobs of this class; `None`: of all.
    pub class: Option<ClassId>,
    /// Whether it holds for each tenant; else for all these jobs together.
    pub each_tenant: bool,
    /// Only slots of this pool; `None`: of all pools together.
    pub pool: Option<PoolId>,
    /// The most slots; at least 1.
    pub slots: u32,
    /// What becomes of a job over it.
    pub over: Over,
}

/// What becomes of a job over its limit when a worker would take it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Over {
    /// It stays in its queue, without a slot, and keeps its place; the worker takes another one.
    #[default]
    Aside,
    /// It goes back: out of its queue for this time, which is positive, and then to its tail; the worker takes another one.
    Requeue(SimDuration),
    /// A worker starts it, and it holds its slot while it waits, first come, first served.
    Hold,
}

impl Limit {
    /// Whether it can concern jobs of a class.
    #[must_use]
    pub fn covers(&self, id: ClassId, class: &JobClass) -> bool {
        self.class.is_none_or(|only| only == id) && self.queue.is_none_or(|queue| queue == class.queue)
    }
}
