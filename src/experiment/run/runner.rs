//! Runs a study on the threads of the current rayon pool: every design point, and each batch of its replications.
//!
//! What fails is the first unit of the plan that does. Units after it are not begun, as nothing asks for them any more.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::error::{OnProgress, Progress};
use super::plan::{distinct, representatives, summarise};
use super::replicate::replicate;
use super::time_over::{IsTimeOver, Timed};
use crate::experiment::deadline::Deadline;
use crate::experiment::results::PointResult;
use crate::experiment::unit::{Keys, UnitResult};
use crate::model::{DesignPoint, Study};

/// The result of one unit.
type RunUnit<'a, E> = &'a (dyn Fn(&DesignPoint, u32) -> Result<UnitResult, E> + Sync);

/// Runs all units of a study.
pub(super) struct Runner<'a> {
    pub(in crate::experiment) study: &'a Study,
    pub(in crate::experiment) deadline: Deadline,
    pub(in crate::experiment) on_progress: OnProgress<'a>,
}

/// How far a run is, and the first of its design points that failed.
struct Course {
    done: AtomicU64,
    total: AtomicU64,
    failed: AtomicUsize,
}

impl Runner<'_> {
    pub(in crate::experiment) fn run<E: Send + IsTimeOver>(&self, run: RunUnit<'_, E>) -> Result<Timed, E> {
        let study = self.study;
        let same = representatives(study);
        let distinct = distinct(&same);
        let course = Course {
            done: AtomicU64::new(0),
            total: AtomicU64::new(distinct.len() as u64 * u64::from(study.settings.replications)),
            failed: AtomicUsize::new(usize::MAX),
        };
        let run_point = |&i: &usize| self.run_point(i, &course, run).transpose();
        let results: Vec<Option<Result<_, E>>> = distinct.par_iter().map(run_point).collect();
        let results = results.into_iter().flatten().collect::<Result<Vec<(PointResult, bool)>, E>>()?;
        let cut = results.iter().filter(|(_, cut)| *cut).map(|(point, _)| point.alternative.clone()).collect();
        let points = results.into_iter().map(|(point, _)| point).collect();
        Ok(Timed { results: summarise(study, &same, points), cut })
    }

    /// A design point, and whether the time was too short for it; `None`: not needed, as an earlier one has failed.
    fn run_point<E: Send + IsTimeOver>(
        &self,
        i: usize,
        course: &Course,
        run: RunUnit<'_, E>,
    ) -> Result<Option<(PointResult, bool)>, E> {
        if course.failed.load(Ordering::Relaxed) < i {
            return Ok(None);
        }
        let (point, settings) = (&self.study.points[i], &self.study.settings);
        let (mut is_first, keys) = (true, OnceLock::new());
        let result = replicate((point, settings), self.deadline, |batch| {
            let before = if std::mem::take(&mut is_first) { u64::from(settings.replications) } else { 0 };
            course.total.fetch_add(batch.len() as u64, Ordering::Relaxed);
            course.total.fetch_sub(before, Ordering::Relaxed);
            self.run_batch((point, batch, &keys), course, run)
        });
        if result.is_err() {
            course.failed.fetch_min(i, Ordering::Relaxed);
        }
        result.map(Some)
    }

    /// Runs replications; `None`: the time was too short. Those after one that fails are of no use.
    fn run_batch<E: Send + IsTimeOver>(
        &self,
        (point, batch, keys): (&DesignPoint, &[u32], &OnceLock<Arc<Keys>>),
        course: &Course,
        run: RunUnit<'_, E>,
    ) -> Result<Option<Vec<UnitResult>>, E> {
        let failed = AtomicUsize::new(usize::MAX);
        let unit = |(place, &replication): (usize, &u32)| {
            if failed.load(Ordering::Relaxed) < place || self.deadline.has_passed() {
                return Ok(None);
            }
            let result = run(point, replication);
            if result.as_ref().is_err_and(|error| !error.is_time_over()) {
                failed.fetch_min(place, Ordering::Relaxed);
            }
            let done = course.done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.on_progress)(Progress { done, total: course.total.load(Ordering::Relaxed) });
            match result {
                Err(error) if error.is_time_over() => Ok(None),
                result => result.map(|mut unit| {
                    unit.share_keys(keys);
                    Some(unit)
                }),
            }
        };
        let units: Vec<Result<Option<UnitResult>, E>> = batch.par_iter().enumerate().map(unit).collect();
        let units = units.into_iter().collect::<Result<Vec<Option<UnitResult>>, E>>()?;
        Ok(units.into_iter().collect())
    }
}
