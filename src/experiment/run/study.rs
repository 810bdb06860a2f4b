//! Running a study.

use std::borrow::Cow;
use std::collections::HashMap;

use super::error::{OnProgress, RunError, Stopped};
use super::plan::PointPlan;
use super::replication::run_unit;
use super::runner::Runner;
use super::store::UnitStore;
use super::time_over::{IsTimeOver, Timed};
use super::warmup::{self, settle_warmup};
use crate::experiment::deadline::Deadline;
use crate::experiment::results::Results;
use crate::model::Study;

/// Runs every replication of every design point on the threads of the current rayon pool and summarises them. The
/// result does not depend on the number of threads. Design points that come to the same, such as a swept value that the
/// file states already, run once. With [`precision`](crate::model::Settings::precision) each design point gets as many replications as it needs for its
/// objectives to be decided.
///
/// # Errors
/// [`Stopped`] for the first unit of the plan whose backlog outgrew its limit or that had too many events.
pub fn run(study: &Study, on_progress: OnProgress<'_>) -> Result<Results, Stopped> {
    run_until(study, Deadline::NONE, on_progress).map(|timed| timed.results)
}

/// As [`run`], but no longer than up to this time. Of design points that are not decided then, only whole looks count, and nothing is
/// decided. All others are what they are without an end.
///
/// # Errors
/// As [`run`].
pub fn run_until(study: &Study, deadline: Deadline, on_progress: OnProgress<'_>) -> Result<Timed, Stopped> {
    let study = &*match warmup::settle_until(study, deadline) {
        Err(stopped) if stopped.is_time_over() => Cow::Borrowed(study),
        settled => settled?,
    };
    let runner = Runner { study, deadline, on_progress };
    runner.run(&|point, replication| run_unit(point, &study.settings, replication, deadline))
}

/// As [`run`], but units that `store` holds are taken from it, and all others put there as they are done.
///
/// # Errors
/// [`RunError`] for the first unit of the plan that was stopped or could not be stored.
pub fn run_stored(study: &Study, store: &UnitStore, on_progress: OnProgress<'_>) -> Result<Results, RunError> {
    let study = &*settle_warmup(study)?;
    let plans: Vec<PointPlan<'_>> = study.points.iter().map(|point| PointPlan::new(point, &study.settings)).collect();
    let places: HashMap<usize, usize> =
        study.points.iter().enumerate().map(|(i, point)| (std::ptr::from_ref(point).addr(), i)).collect();
    let runner = Runner { study, deadline: Deadline::NONE, on_progress };
    let timed = runner.run(&|point, replication| {
        let place = places.get(&std::ptr::from_ref(point).addr());
        let plan = &plans[*place.expect("the point is one of the study")];
        plan.take(store, replication)
    })?;
    store.tidy()?;
    Ok(timed.results)
}
