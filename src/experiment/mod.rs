//! From one replication to an answer: the run plan, the parallel runner, the summary over replications, paired comparison.
//!
//! A run plan is the ordered list of (design point, replication) units; each unit is a pure function of the study, so
//! the results do not depend on who runs it, when, and beside what.

mod alarms;
mod bad_hours;
mod bill;
mod bounds;
mod causes;
mod compare;
mod deadline;
mod directed;
mod drain;
mod fates;
mod faults;
mod figures;
mod follow;
mod judge;
mod late;
mod level;
mod lives;
mod lost;
mod normal;
mod over_jobs;
mod parts;
mod peak;
mod precision;
mod providers;
mod recorder;
mod records;
mod results;
mod room;
mod runner;
mod sensitivity;
mod shard;
pub mod size;
mod spells;
mod step_waits;
mod store;
mod strata;
mod summary;
mod traces;
mod unit;
mod unit_file;
mod wait_curves;
mod warmup;
mod warnings;
mod weight;

pub use results::{
    AxisResult, BadHours, Curve, DayKind, Difference, FigureName, Marker, MarkerKind, MetricResult, MissingEvent,
    ObjectiveResult, PointResult, PrecisionResult, Results, ScopeName, Settled, Settlement, Tail, Verdict,
    WarmupResult, Warning,
};

pub use crate::engine::Reason as HaltReason;
pub use crate::metric::{CurveKind, Metric, ScopeKind};
pub use bad_hours::find_bad_hours;
pub use compare::ComparedFigure;
pub use deadline::{Deadline, Timed};
pub use lost::{LostJobs, lost_jobs};
pub use parts::{MergeError, MissingUnit, StoredParts, merge};
pub use sensitivity::{Bar, End, Outcome, SensitivityResult, run_sensitivity, sensitivity_study};
pub use shard::{Shard, run_shard, shard_units};
pub use store::{StoreError, UnitStore};
pub use unit_file::Damage;
pub use warmup::settle_warmup;
pub use weight::{TooMany, check_memory};

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use crate::engine::{Halt, Reason, simulate};
use crate::model::{DesignPoint, Measure, Model, Settings, Study};
use crate::random::ReplicationSeed;
use crate::units::SimTime;
use deadline::IsTimeOver;
use figures::Figures;
use follow::Follower;
use normal::Normal;
use recorder::Recorder;
use runner::Runner;
use store::{UnitName, point_name};
use unit::{UnitResult, Value};

/// Progress of a run, called from any thread after each unit.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Units (a design point's replication) done.
    pub done: u64,
    /// Units in all, as far as is known: with a rule of precision more may be added.
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
    pub halt: Box<Halt>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alternative, replication, class, halt, .. } = self;
        write!(f, "alternative `{alternative}`")?;
        if !self.sweep.is_empty() {
            write!(f, " at {}", self.sweep.join(", "))?;
        }
        write!(f, ", replication {replication}: {halt}")?;
        if halt.reason == Reason::Backlog { write!(f, ", most of them of class `{class}`") } else { Ok(()) }
    }
}

impl std::error::Error for Stopped {}

/// Why a run with stored units gave no results.
#[derive(Debug)]
pub enum RunError {
    /// A replication was stopped.
    Stopped(Stopped),
    /// A result could not be stored.
    Store(StoreError),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped(stopped) => stopped.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RunError {}

impl From<StoreError> for RunError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Stopped> for RunError {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// Runs every replication of every design point on the threads of the current rayon pool and summarises them. The
/// result does not depend on the number of threads. Design points that come to the same, such as a swept value that the
/// file states already, run once. With [`Settings::precision`] each design point gets as many replications as it needs for its
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

/// How many units of a study, whose warm-up is known, `store` holds already, and how many there are in all, or at most with a rule of precision.
#[must_use]
pub fn stored_units(study: &Study, store: &UnitStore) -> (u64, u64) {
    let replications = study.settings.most_replications();
    let distinct: Vec<usize> = (0..study.points.len()).filter(|&i| representative(study, i) == i).collect();
    let names = |&i: &usize| {
        let point = point_name(&study.points[i], &study.settings);
        (0..replications).map(move |replication| UnitName::new(point, replication))
    };
    (store.count(distinct.iter().flat_map(names)), distinct.len() as u64 * u64::from(replications))
}

/// A design point whose units are stored.
struct PointPlan<'a> {
    point: &'a DesignPoint,
    settings: &'a Settings,
    name: [u8; 16],
    layout: OnceLock<UnitResult>,
}

impl<'a> PointPlan<'a> {
    fn new(point: &'a DesignPoint, settings: &'a Settings) -> Self {
        Self { point, settings, name: point_name(point, settings), layout: OnceLock::new() }
    }

    fn take(&self, store: &UnitStore, replication: u32) -> Result<UnitResult, RunError> {
        let name = UnitName::new(self.name, replication);
        let layout = || self.layout.get_or_init(|| layout(self.point, self.settings)).clone();
        if let Some(result) = store.load(name, layout) {
            return Ok(result);
        }
        store.check()?;
        let result = run_unit(self.point, self.settings, replication, Deadline::NONE)?;
        store.save(name, &result)?;
        Ok(result)
    }
}

/// The results of a study from those of its distinct design points; `same` is the representative of each point.
fn summarise(study: &Study, same: &[usize], results: Vec<PointResult>) -> Results {
    let mut results = results.into_iter();
    let mut points: Vec<PointResult> = Vec::with_capacity(same.len());
    for (i, point) in study.points.iter().enumerate() {
        let own = if same[i] == i { results.next() } else { None };
        points.push(own.unwrap_or_else(|| summary::named_after(point, points[same[i]].clone())));
    }
    summary::summarise_study(study, points)
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
fn run_unit(
    point: &DesignPoint,
    settings: &Settings,
    replication: u32,
    deadline: Deadline,
) -> Result<UnitResult, Stopped> {
    let seed = ReplicationSeed { master: settings.seed, replication };
    let stopped = |halt: Halt| stopped(point, replication, halt);
    let observed = room::with_room(&point.model, |room| {
        let mut follower = Follower::new(recorder(point, settings), &point.objectives);
        (follower.recorder.deadline, follower.recorder.most_waiting) = (deadline, room);
        if let Some(normal) = normal_backlog(&point.model, seed, (deadline, room))? {
            follower.recorder.drain.compare_with(normal);
        }
        simulate(&point.model, seed, &mut follower)?;
        Ok(follower.recorder)
    });
    let recorder = observed.map_err(stopped)?;
    let warmup = recorder.warmup();
    let firings = recorder.alarms.iter().map(|alarm| alarm.firings(warmup)).collect();
    let mut result = figures_of(point, recorder);
    if counts_false_alarms(point) {
        let alarms = alarms::false_alarms(&point.model, (seed, deadline), (warmup, firings)).map_err(stopped)?;
        let alarms = alarms.unwrap_or_else(|| vec![Value::default(); point.model.alerts().len()]);
        result.add_false_alarms(alarms, &point.objectives);
    }
    Ok(result)
}

/// The backlog of a replication without its faults; `None` if there are none, or nothing without them. It fails where more room for
/// waiting jobs may help.
fn normal_backlog(
    model: &Model,
    seed: ReplicationSeed,
    (deadline, room): (Deadline, u64),
) -> Result<Option<Normal>, Halt> {
    if faults::faults(model).is_empty() {
        return Ok(None);
    }
    let Ok(twin) = faults::twin(model) else { return Ok(None) };
    let mut normal = Normal::until(deadline, room);
    match simulate(&twin, seed, &mut normal) {
        Ok(()) => Ok(Some(normal)),
        Err(halt) if room::may_help(model, (&halt, room)) => Err(halt),
        Err(_) => Ok(None),
    }
}

fn stopped(point: &DesignPoint, replication: u32, halt: Halt) -> Stopped {
    Stopped {
        alternative: point.alternative.clone(),
        sweep: point.sweep.clone(),
        replication,
        class: point.model.classes()[halt.class.index()].name.clone(),
        halt: Box::new(halt),
    }
}

/// In the points of a sweep only objectives are worth another simulation.
fn counts_false_alarms(point: &DesignPoint) -> bool {
    let asked_for = point.objectives.iter().any(|objective| objective.measure == Measure::Figure(Metric::FalseAlarms));
    asked_for || (point.sweep.is_empty() && !point.model.alerts().is_empty())
}

/// A result of the same form as those of a design point, for a replication in which nothing happens.
fn layout(point: &DesignPoint, settings: &Settings) -> UnitResult {
    let mut recorder = recorder(point, settings);
    recorder.pass_steps();
    recorder.finish(SimTime::ZERO.after(point.model.horizon()));
    let mut result = figures_of(point, recorder);
    if counts_false_alarms(point) {
        result.add_false_alarms(vec![Value::default(); point.model.alerts().len()], &point.objectives);
    }
    result
}

fn recorder(point: &DesignPoint, settings: &Settings) -> Recorder {
    Recorder::new(&point.model, settings, &point.objectives, &faults::faults(&point.model))
}

/// Curves and tails are of no use in the points of a sweep.
fn figures_of(point: &DesignPoint, recorder: Recorder) -> UnitResult {
    Figures::new(&point.model, recorder).unit_result(&point.objectives, point.sweep.is_empty())
}
