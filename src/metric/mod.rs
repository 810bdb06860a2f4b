//! What is measured: the one table of figures and the one of curves. Every name, unit and rule that figures, objectives, comparisons,
//! gates and reports know of a metric stands in its row; nothing else spells it.

mod curve;
mod stored;
mod table;
mod time;

pub use curve::CurveKind;
pub use stored::UnknownName;
pub use table::{Asked, Ceiling, Compared, Metric, Written};
pub use time::{Quantity, TimeStatistic};

use serde::{Deserialize, Serialize};

/// What kind of thing a figure concerns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScopeKind {
    /// All jobs, or the whole system. The name is `all`.
    All,
    /// A job class.
    Class,
    /// A queue.
    Queue,
    /// A pool.
    Pool,
    /// A dispatcher.
    Dispatcher,
    /// A provider.
    Provider,
    /// A fault: an outage, a burst or a change, by its label.
    Fault,
    /// An alert.
    Alert,
    /// A response to an alert.
    Response,
}

impl ScopeKind {
    /// Its word in tables and names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Class => "class",
            Self::Queue => "queue",
            Self::Pool => "pool",
            Self::Dispatcher => "dispatcher",
            Self::Provider => "provider",
            Self::Fault => "fault",
            Self::Alert => "alert",
            Self::Response => "response",
        }
    }
}

/// The unit of a figure or a curve.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Jobs, or attempts of jobs.
    Jobs,
    /// Hours that jobs spent.
    JobHours,
    /// A part of a whole, 0 to 1.
    Share,
    /// Hours of workers.
    Hours,
    /// Money, in whatever currency the scenario has.
    Cost,
    /// How often something happened.
    Times,
    /// Calls of a provider.
    Calls,
    /// Workers.
    Workers,
}

impl Unit {
    /// As outputs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Jobs => "jobs",
            Self::JobHours => "job-hours",
            Self::Share => "share",
            Self::Hours => "h",
            Self::Cost => "cost",
            Self::Times => "times",
            Self::Calls => "calls",
            Self::Workers => "workers",
        }
    }
}
