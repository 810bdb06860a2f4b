//! When nobody waits for a run any more, and what is said of what it did not get to.

use std::time::{Duration, Instant};

use super::results::{ObjectiveResult, PointResult, Results, Verdict};
use super::{RunError, Stopped};
use crate::engine::Reason;
use crate::model::DesignPoint;

/// How long it may take to tell what was found when the time is over.
const MOMENT: Duration = Duration::from_secs(2);

/// When a run ends, finished or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// There is none.
    pub const NONE: Self = Self(None);

    /// So much time from now on; none, if that is too much to tell.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// As long as this, and a moment more: what was simulated until then is told.
    #[must_use]
    pub(super) fn with_moment(self) -> Self {
        Self(self.0.and_then(|end| end.checked_add(MOMENT)))
    }

    /// Takes all of these one by one; `None`: the time was over before the last one.
    pub(super) fn take_all<T>(self, all: impl Iterator<Item = T>) -> Option<Vec<T>> {
        all.map(|one| (!self.has_passed()).then_some(one)).collect()
    }

    /// Whether it is over.
    #[must_use]
    pub fn has_passed(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}

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
pub(super) fn leave_open(result: &mut PointResult) {
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
