//! From one replication to an answer: the run plan, the parallel runner, the summary over replications, paired comparison.
//!
//! A run plan is the ordered list of (design point, replication) units; each unit is a pure function of the study, so
//! the results do not depend on who runs it, when, and beside what.

mod alarms;
mod compare;
mod drain;
mod fates;
mod faults;
mod figures;
mod level;
mod providers;
mod recorder;
mod results;
mod summary;
mod unit;
mod warnings;

pub use results::{
    AxisResult, Curve, Difference, Marker, MarkerKind, Metric, ObjectiveResult, PointResult, Results, ScopeKind,
    ScopeName, Tail, Verdict, Warning,
};

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::engine::{Halt, simulate};
use crate::model::{DesignPoint, Settings, Study};
use crate::random::ReplicationSeed;
use crate::units::SimTime;
use figures::Figures;
use recorder::Recorder;
use unit::{UnitResult, Value};

/// Progress of a run, called from any thread after each unit.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Units (a design point's replication) done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
}

/// Why a study gave no results: a replication was stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
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

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alternative, replication, class, halt, .. } = self;
        write!(f, "alternative `{alternative}`")?;
        if !self.sweep.is_empty() {
            write!(f, " at {}", self.sweep.join(", "))?;
        }
        write!(f, ", replication {replication}: {halt}, most of them of class `{class}`")
    }
}

impl std::error::Error for Stopped {}

/// Runs every replication of every design point on the threads of the current rayon pool and summarises them. The
/// result does not depend on the number of threads. Design points that come to the same, such as a swept value that the
/// file states already, run once.
///
/// # Errors
/// [`Stopped`] for the first unit of the plan whose backlog outgrew its limit.
pub fn run(study: &Study, on_progress: OnProgress<'_>) -> Result<Results, Stopped> {
    let same: Vec<usize> = (0..study.points.len()).map(|i| representative(study, i)).collect();
    let distinct: Vec<usize> = (0..same.len()).filter(|&i| same[i] == i).collect();
    let total = distinct.len() as u64 * u64::from(study.settings.replications);
    let done = AtomicU64::new(0);
    let unit = |point: &DesignPoint, replication| {
        let result = run_unit(point, &study.settings, replication);
        on_progress(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
        result
    };
    let run_point = |&i: &usize| {
        let point = &study.points[i];
        let units: Vec<_> = (0..study.settings.replications).into_par_iter().map(|i| unit(point, i)).collect();
        let units: Result<Vec<_>, _> = units.into_iter().collect();
        units.map(|units| summary::summarise_point(point, &study.settings, &units))
    };
    let results: Vec<Result<PointResult, Stopped>> = distinct.par_iter().map(run_point).collect();
    let results = results.into_iter().collect::<Result<Vec<PointResult>, Stopped>>()?;
    let of_point = |(point, &same): (&DesignPoint, &usize)| {
        let place = distinct.partition_point(|&i| i < same);
        summary::named_after(point, results[place].clone())
    };
    let points = study.points.iter().zip(&same).map(of_point).collect();
    Ok(summary::summarise_study(study, points))
}

/// The design point without sweep that a point is the same as, otherwise itself.
fn representative(study: &Study, i: usize) -> usize {
    let point = &study.points[i];
    let same = |other: &DesignPoint| {
        other.sweep.is_empty() && other.model == point.model && other.objectives == point.objectives
    };
    study.points.iter().take(i).position(same).unwrap_or(i)
}

/// Runs one unit of the plan.
fn run_unit(point: &DesignPoint, settings: &Settings, replication: u32) -> Result<UnitResult, Stopped> {
    let faults = faults::faults(&point.model);
    let mut recorder = Recorder::new(&point.model, settings, &point.objectives, &faults);
    let seed = ReplicationSeed { master: settings.seed, replication };
    let stopped = |halt: Halt| Stopped {
        alternative: point.alternative.clone(),
        sweep: point.sweep.clone(),
        replication,
        class: point.model.classes()[halt.class.index()].name.clone(),
        halt,
    };
    simulate(&point.model, seed, &mut recorder).map_err(stopped)?;
    recorder.finish(SimTime::ZERO.after(point.model.horizon()));
    let in_full = point.sweep.is_empty();
    let mut result = Figures::new(&point.model, &recorder).unit_result(&point.objectives, in_full);
    if in_full && !point.model.alerts().is_empty() {
        let alarms = alarms::false_alarms(&point.model, seed, settings.replications).map_err(stopped)?;
        result.add_false_alarms(alarms.unwrap_or_else(|| vec![Value::default(); point.model.alerts().len()]));
    }
    Ok(result)
}
