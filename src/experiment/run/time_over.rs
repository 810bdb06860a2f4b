//! What is said of what a run did not get to when nobody waited for it any more.

use super::error::{RunError, Stopped};
use crate::engine::Reason;
use crate::experiment::results::{ObjectiveResult, PointResult, Results, Verdict};
use crate::model::DesignPoint;

/// An error that can be the end of the time.
pub(super) trait IsTimeOver {
    fn is_time_over(&self) -> bool;
}

impl IsTimeOver for Stopped {
    fn is_time_over(&self) -> bool {
        self.halt.reason == Reason::Stopped
    }
}

impl IsTimeOver for RunError {
    fn is_time_over(&self) -> bool {
        matches!(self, Self::Stopped(stopped) if stopped.is_time_over())
    }
}

/// What is known of a design point of which no replication was finished.
pub(super) fn nothing_known(point: &DesignPoint, objectives: Vec<ObjectiveResult>) -> PointResult {
    PointResult {
        alternative: point.alternative.clone(),
        title: point.title.clone(),
        sweep: point.sweep.clone(),
        differences: point.differences.clone(),
        replications: 0,
        directed: Vec::new(),
        days: Vec::new(),
        missing_events: Vec::new(),
        is_one_observation: false,
        metrics: Vec::new(),
        objectives,
        curves: Vec::new(),
        tails: Vec::new(),
        markers: Vec::new(),
        fingerprint: String::new(),
    }
}

/// The objectives of a point that the time was too short for: what is known of them decides nothing.
pub(super) fn leave_undecided(result: &mut PointResult) {
    let made = result.replications;
    for objective in &mut result.objectives {
        objective.verdict = Verdict::Undecided;
        objective.settled = None;
        objective.reason = Some(match made {
            0 => "the time was over before its first replications were finished".to_owned(),
            made => format!("the time was over after {made} replications, which are not all that it needs"),
        });
    }
}

/// The results of a run that may have been short of time.
#[derive(Clone, Debug)]
pub struct Timed {
    /// What was found.
    pub results: Results,
    /// The design points, by the name of their alternative, for which the time was too short: nothing is decided of them.
    pub cut: Vec<String>,
}
