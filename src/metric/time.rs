//! The times in the life of a job, and the statistics of them that are figures.

/// A time in the life of a job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Quantity {
    /// From created to the start of service: what users feel.
    Wait,
    /// From ready in the queue to the start of service: what a queue dashboard shows.
    QueueWait,
    /// From created to ready.
    StagingDelay,
    /// From created to finished; end-to-end latency.
    Sojourn,
}

impl Quantity {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Wait, Self::QueueWait, Self::StagingDelay, Self::Sojourn];

    /// Its name in expressions, columns and axes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::QueueWait => "queue_wait",
            Self::StagingDelay => "staging_delay",
            Self::Sojourn => "sojourn",
        }
    }
}

/// A statistic of a time that is a figure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TimeStatistic {
    /// The mean.
    Mean,
    /// The median.
    P50,
    /// The 90th percentile.
    P90,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The 99.9th percentile.
    P999,
    /// The largest.
    Max,
}

impl TimeStatistic {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 7] = [Self::Mean, Self::P50, Self::P90, Self::P95, Self::P99, Self::P999, Self::Max];

    /// Its name in words, such as `p95`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::P999 => "p99.9",
            Self::Max => "max",
        }
    }

    /// The share of the jobs that do not exceed it; `None` of the mean and the largest.
    #[must_use]
    pub const fn share(self) -> Option<f64> {
        match self {
            Self::Mean | Self::Max => None,
            Self::P50 => Some(0.5),
            Self::P90 => Some(0.9),
            Self::P95 => Some(0.95),
            Self::P99 => Some(0.99),
            Self::P999 => Some(0.999),
        }
    }
}

/// The names of the statistics of a time, in their order.
macro_rules! names {
    ($time:literal) => {
        [
            concat!($time, "_mean"),
            concat!($time, "_p50"),
            concat!($time, "_p90"),
            concat!($time, "_p95"),
            concat!($time, "_p99"),
            concat!($time, "_p99.9"),
            concat!($time, "_max"),
        ]
    };
}

/// Of each time in its order.
const NAMES: [[&str; 7]; 4] = [names!("wait"), names!("queue_wait"), names!("staging_delay"), names!("sojourn")];

/// The name of the figure, such as `wait_p95`.
pub(super) const fn figure_name(quantity: Quantity, statistic: TimeStatistic) -> &'static str {
    NAMES[quantity as usize][statistic as usize]
}

/// The time and the statistic of a figure by its name.
pub(super) fn by_figure_name(name: &str) -> Option<(Quantity, TimeStatistic)> {
    let place = |quantity: &Quantity| NAMES[*quantity as usize].iter().position(|other| *other == name);
    Quantity::ALL.iter().find_map(|quantity| Some((*quantity, TimeStatistic::ALL[place(quantity)?])))
}
