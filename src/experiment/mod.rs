//! From one replication to an answer: the run plan, the parallel runner, the summary over replications, paired comparison.
//!
//! A run plan is the ordered list of (design point, replication) units; each unit is a pure function of the study, so
//! the results do not depend on who runs it, when, and beside what.
//!
//! One way only: `record` (what one replication shows) → `figures` (its figures) → `summary` (all replications) → `run` → [`size`].

mod deadline;
mod faults;
mod figures;
mod record;
mod results;
mod run;
pub mod size;
mod summary;
mod unit;

pub use crate::engine::Reason as HaltReason;
pub use crate::metric::{CurveKind, Metric, ScopeKind, ScopeName};
pub use deadline::Deadline;
pub use results::{
    AxisResult, BadHours, Bar, Curve, DayKind, Difference, End, FigureName, Marker, MarkerKind, MetricResult,
    MissingEvent, ObjectiveResult, Outcome, PointResult, PrecisionResult, Results, SensitivityResult, Settled,
    Settlement, Tail, Verdict, WarmupResult, Warning,
};
pub use run::bad_hours::find_bad_hours;
pub use run::error::{OnProgress, Progress, RunError, Stopped};
pub use run::merge::{MergeError, MissingUnit, StoredParts, merge};
pub use run::plan::stored_units;
pub use run::sensitivity::{run_sensitivity, sensitivity_study};
pub use run::shard::{Shard, run_shard, shard_units};
pub use run::store::{StoreError, UnitStore};
pub use run::study::{run, run_stored, run_until};
pub use run::time_over::Timed;
pub use run::unit_file::Damage;
pub use run::warmup::settle_warmup;
pub use run::weight::{TooMany, check_memory};
pub use summary::compare::ComparedFigure;
pub use summary::lost::{LostJobs, lost_jobs};
