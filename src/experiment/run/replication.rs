//! One unit of the plan: a replication of a design point.

use super::error::{Stopped, stopped};
use super::false_alarms;
use crate::engine::{Halt, simulate};
use crate::experiment::deadline::Deadline;
use crate::experiment::faults;
use crate::experiment::figures::view::Figures;
use crate::experiment::record::follow::Follower;
use crate::experiment::record::normal::Normal;
use crate::experiment::record::recorder::Recorder;
use crate::experiment::record::room;
use crate::experiment::unit::{UnitResult, Value};
use crate::metric::Metric;
use crate::model::{DesignPoint, Measure, Model, Settings};
use crate::random::ReplicationSeed;
use crate::units::SimTime;

/// Runs one unit of the plan.
pub(super) fn run_unit(
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
        let alarms = false_alarms::false_alarms(&point.model, (seed, deadline), (warmup, firings)).map_err(stopped)?;
        let alarms = alarms.unwrap_or_else(|| vec![Value::default(); point.model.alerts().len()]);
        result.add_false_alarms(alarms, &point.objectives);
    }
    Ok(result)
}

/// The backlog of a replication without its faults; `None` if there are none, or nothing without them. It fails where more room for
/// waiting jobs may help.
pub(super) fn normal_backlog(
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

/// In the points of a sweep only objectives are worth another simulation.
pub(super) fn counts_false_alarms(point: &DesignPoint) -> bool {
    let asked_for = point.objectives.iter().any(|objective| objective.measure == Measure::Figure(Metric::FalseAlarms));
    asked_for || (point.sweep.is_empty() && !point.model.alerts().is_empty())
}

/// A result of the same form as those of a design point, for a replication in which nothing happens.
pub(super) fn layout(point: &DesignPoint, settings: &Settings) -> UnitResult {
    let mut recorder = recorder(point, settings);
    recorder.pass_steps();
    recorder.finish(SimTime::ZERO.after(point.model.horizon()));
    let mut result = figures_of(point, recorder);
    if counts_false_alarms(point) {
        result.add_false_alarms(vec![Value::default(); point.model.alerts().len()], &point.objectives);
    }
    result
}

pub(in crate::experiment) fn recorder(point: &DesignPoint, settings: &Settings) -> Recorder {
    Recorder::new(&point.model, settings, &point.objectives, &faults::faults(&point.model))
}

/// Curves and tails are of no use in the points of a sweep.
pub(super) fn figures_of(point: &DesignPoint, recorder: Recorder) -> UnitResult {
    Figures::new(&point.model, recorder).unit_result(&point.objectives, point.sweep.is_empty())
}
