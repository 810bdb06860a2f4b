//! Caps on the slots that jobs of a kind may hold.

use super::{ClassId, PoolId, QueueId};

/// The most slots that some jobs may hold at once. A job over a limit stays aside in its queue, without a slot, and keeps its place.
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
}
