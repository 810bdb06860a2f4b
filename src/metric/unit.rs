//! The units of figures and curves.

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
