//! The table of curves over time.

use super::{Quantity, TimeStatistic, Unit, time};

/// What a curve tells. Waits are by the time of creation of the jobs; levels are means over each step, but those of queues and
/// dispatchers as they are at its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CurveKind {
    /// A statistic of the waits of the jobs created in a step.
    Wait(TimeStatistic),
    /// Jobs staged before dispatchers.
    Staged,
    /// Jobs ready in queues.
    Ready,
    /// Jobs on workers.
    Running,
    /// Jobs that workers have taken in advance.
    Prefetched,
    /// Jobs that wait for the due time of a retry, or to go back to their queue.
    Retrying,
    /// Jobs ready in a queue.
    Depth,
    /// Age of the oldest job ready in a queue.
    Age,
    /// Jobs staged before a dispatcher.
    StagedDepth,
    /// Age of the oldest job staged before a dispatcher.
    StagedAge,
    /// Part of the step in which an alert fires.
    Firing,
    /// Busy workers.
    Busy,
    /// Workers there.
    Available,
    /// Workers broken down.
    Down,
    /// Workers that start.
    Booting,
    /// Calls of a provider under way.
    CallsInProgress,
    /// Jobs that hold a worker and wait to be let in by a provider.
    CallsWaiting,
}

impl CurveKind {
    /// The statistics of waits that have a curve, in the order of reports.
    pub const WAITS: [TimeStatistic; 4] =
        [TimeStatistic::Mean, TimeStatistic::P50, TimeStatistic::P95, TimeStatistic::P99];

    /// Where jobs wait: the curves whose sum is the backlog.
    pub const BACKLOG: [Self; 4] = [Self::Staged, Self::Ready, Self::Prefetched, Self::Retrying];

    const LEVELS: [Self; 16] = [
        Self::Staged,
        Self::Ready,
        Self::Running,
        Self::Prefetched,
        Self::Retrying,
        Self::Depth,
        Self::Age,
        Self::StagedDepth,
        Self::StagedAge,
        Self::Firing,
        Self::Busy,
        Self::Available,
        Self::Down,
        Self::Booting,
        Self::CallsInProgress,
        Self::CallsWaiting,
    ];

    /// The name in outputs, and the unit.
    const fn row(self) -> (&'static str, Unit) {
        match self {
            Self::Wait(statistic) => (time::figure_name(Quantity::Wait, statistic), Unit::Seconds),
            Self::Staged => ("staged", Unit::Jobs),
            Self::Ready => ("ready", Unit::Jobs),
            Self::Running => ("running", Unit::Jobs),
            Self::Prefetched => ("prefetched", Unit::Jobs),
            Self::Retrying => ("retrying", Unit::Jobs),
            Self::Depth => ("depth", Unit::Jobs),
            Self::Age => ("age", Unit::Seconds),
            Self::StagedDepth => ("staged_depth", Unit::Jobs),
            Self::StagedAge => ("staged_age", Unit::Seconds),
            Self::Firing => ("firing", Unit::Share),
            Self::Busy => ("busy", Unit::Workers),
            Self::Available => ("available", Unit::Workers),
            Self::Down => ("down", Unit::Workers),
            Self::Booting => ("booting", Unit::Workers),
            Self::CallsInProgress => ("calls_in_progress", Unit::Calls),
            Self::CallsWaiting => ("calls_waiting", Unit::Calls),
        }
    }

    /// As outputs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// Its unit.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.row().1
    }

    /// The curve of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let waits = Self::WAITS.into_iter().map(Self::Wait);
        Self::LEVELS.into_iter().chain(waits).find(|kind| kind.name() == name)
    }
}
