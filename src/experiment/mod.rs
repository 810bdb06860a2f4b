//! From one replication to an answer: the run plan, the parallel runner, the summary over replications, paired comparison.

mod results;

pub use results::{
    AxisResult, Curve, Difference, Marker, MarkerKind, Metric, ObjectiveResult, PointResult, Results, ScopeKind,
    ScopeName, Tail, Verdict, Warning,
};

use crate::engine::Halt;
use crate::model::Study;

/// Progress of a run, called from any thread: design points and replications done so far.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Units (a design point's replication) done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
}

/// Why a study gave no results.
#[derive(Clone, PartialEq, Debug)]
pub struct Stopped {
    /// Name of the alternative.
    pub alternative: String,
    /// Swept values.
    pub sweep: Vec<String>,
    /// The replication, from 0.
    pub replication: u32,
    /// Name of the class with the largest backlog.
    pub class: String,
    /// What happened.
    pub halt: Halt,
}

/// Runs every replication of every design point on the threads of the current rayon pool and summarises them. The
/// result does not depend on the number of threads.
///
/// # Errors
/// [`Stopped`] for the first unit of the plan whose backlog outgrew its limit.
pub fn run(_study: &Study, _on_progress: OnProgress<'_>) -> Result<Results, Stopped> {
    todo!()
}
