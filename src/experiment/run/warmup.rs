//! The warm-up of steady-state scenarios: found by MSER-5 in the number of jobs in the system before the study is run.
//!
//! The first replications of every design point are simulated in advance and averaged, step by step, which takes out most of the noise
//! and leaves the transient (Welch's method, Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 9.5.1). All
//! design points leave out the longest warm-up found in one that settles, so that they stay comparable.

use std::borrow::Cow;

use rayon::prelude::*;

use super::error::{Stopped, stopped};
use super::plan::{distinct, representatives};
use crate::engine::simulate;
use crate::experiment::deadline::Deadline;
use crate::experiment::figures::view::Figures;
use crate::experiment::record::recorder::Recorder;
use crate::experiment::unit::Subject;
use crate::metric::CurveKind;
use crate::model::{DesignPoint, FoundWarmup, Scope, Settings, Study, Warmup};
use crate::random::ReplicationSeed;
use crate::stats::{Truncation, mser5};
use crate::units::{SimDuration, SimTime};

/// Replications that are simulated in advance, if the study has as many.
const REPLICATIONS: u32 = 10;
/// Steps of the series.
const STEPS: u64 = 2_000;

/// The study with its warm-up found, if that is what its settings ask for.
///
/// # Errors
/// [`Stopped`] when a replication's backlog outgrew its limit.
pub fn settle_warmup(study: &Study) -> Result<Cow<'_, Study>, Stopped> {
    settle_until(study, Deadline::NONE)
}

/// As [`settle_warmup`], but no longer than up to this time.
pub(super) fn settle_until(study: &Study, deadline: Deadline) -> Result<Cow<'_, Study>, Stopped> {
    if study.settings.warmup != Warmup::Mser5 {
        return Ok(Cow::Borrowed(study));
    }
    let replications = study.settings.replications.min(REPLICATIONS);
    let distinct = distinct(&representatives(study));
    let find = |&i: &usize| find(&study.points[i], &study.settings, (replications, deadline));
    let found: Vec<_> = distinct.par_iter().map(find).collect();
    let found = found.into_iter().collect::<Result<Vec<_>, _>>()?;
    // A design point that never settles, such as one with too few workers, does not decide for the others.
    let settled = found.iter().all(|(_, settled)| *settled);
    let none = found.iter().all(|(_, settled)| !*settled);
    let counted = found.iter().filter(|(_, settled)| none || *settled);
    let removed = counted.map(|(removed, _)| *removed).max().unwrap_or(SimDuration::ZERO);
    let warmup = Warmup::Found(FoundWarmup { removed, replications, settled });
    let settings = Settings { warmup, ..study.settings.clone() };
    Ok(Cow::Owned(Study { settings, ..study.clone() }))
}

/// The warm-up of a design point, and whether it settles.
fn find(
    point: &DesignPoint,
    settings: &Settings,
    (replications, deadline): (u32, Deadline),
) -> Result<(SimDuration, bool), Stopped> {
    let step = SimDuration::from_nanos((point.model.horizon().as_nanos() / STEPS).max(1));
    let settings = Settings { curve_step: step, ..settings.clone() };
    let series: Vec<_> =
        (0..replications).into_par_iter().map(|i| jobs_in_system(point, &settings, i, deadline)).collect();
    let series = series.into_iter().collect::<Result<Vec<_>, _>>()?;
    let steps = series.first().map_or(0, Vec::len);
    let mean: Vec<f64> = (0..steps).map(|i| series.iter().map(|jobs| jobs[i]).sum::<f64>()).collect();
    let Truncation { removed, settled } = mser5(&mean);
    Ok((SimDuration::from_nanos(step.as_nanos() * removed as u64), settled))
}

/// Jobs created and not finished, in the mean of each step of a replication.
fn jobs_in_system(
    point: &DesignPoint,
    settings: &Settings,
    replication: u32,
    deadline: Deadline,
) -> Result<Vec<f64>, Stopped> {
    let mut recorder = Recorder::new(&point.model, settings, &[], &[]);
    recorder.deadline = deadline;
    let seed = ReplicationSeed { master: settings.seed, replication };
    simulate(&point.model, seed, &mut recorder).map_err(|halt| stopped(point, replication, halt))?;
    recorder.finish(SimTime::ZERO.after(point.model.horizon()));
    let result = Figures::new(&point.model, recorder).unit_result(&[], true);
    let is_place = |kind| kind == CurveKind::Running || CurveKind::BACKLOG.contains(&kind);
    let of_all = |subject| subject == Subject::Part(Scope::All);
    let curves = result.keys.curves.iter().zip(&result.curves);
    let curves = curves.filter(|(key, _)| of_all(key.subject) && is_place(key.kind));
    let mut jobs: Vec<f64> = Vec::new();
    for (_, values) in curves {
        jobs.resize(values.len(), 0.0);
        jobs.iter_mut().zip(values.iter()).for_each(|(jobs, value)| *jobs += value.unwrap_or(0.0));
    }
    Ok(jobs)
}
