//! When jobs of a class are created.

use std::sync::Arc;

use super::{Profile, Ticks, Trace};
use crate::distribution::Distribution;
use crate::units::{Rate, SimDuration, SimTime};

/// When jobs of a class are created.
#[derive(Clone, PartialEq, Debug)]
pub enum Arrivals {
    /// None but the initial backlog.
    None,
    /// A Poisson process; with a profile, a non-homogeneous one whose rate at any time is `rate` times the
    /// multiplier of the profile, simulated exactly by inverting the cumulative rate.
    Poisson {
        /// Jobs a second where the multiplier is 1; positive.
        rate: Rate,
        /// Multipliers over the day or week; `None`: 1 at all times.
        profile: Option<Profile>,
    },
    /// Independent interarrival times, the first from time zero.
    Renewal {
        /// Interarrival time in seconds; its mean is positive.
        interarrival: Distribution,
    },
    /// One job at each of these times, each delayed by a uniform draw from 0 to `jitter` that does not shift the later
    /// ones. Jobs whose jitter exceeds the period may overtake.
    Periodic {
        /// When jobs are due.
        times: Ticks,
        /// The longest delay of a job; at most the shortest time between two.
        jitter: SimDuration,
        /// What becomes of jobs that are due while the dispatcher of their class is down.
        missed: Missed,
    },
    /// A fixed number of jobs in a window of time.
    Burst {
        /// How many jobs; at least 1.
        jobs: u64,
        /// Start of the window.
        from: SimTime,
        /// Length of the window; zero puts all jobs at its start.
        over: SimDuration,
        /// How the jobs lie in the window.
        spacing: Spacing,
    },
    /// Several jobs at one instant, again and again.
    Batches {
        /// How many jobs each time.
        size: BatchSize,
        /// When.
        times: BatchTimes,
    },
    /// A Markov-modulated Poisson process that goes through its states in turn, staying in each for an exponential
    /// time. The state at time zero is drawn with probability in proportion to the mean stays.
    Mmpp {
        /// At least two states, at least one with a positive rate.
        states: Vec<MmppState>,
    },
    /// Recorded arrivals.
    Trace(Arc<Trace>),
}

/// How the jobs of a burst lie in its window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spacing {
    /// Independently and uniformly: a Poisson process given its number of jobs.
    Random,
    /// Job i of n at `from + i * over / n`, i from 0.
    Even,
}

/// How many jobs a batch has.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum BatchSize {
    /// Always this many; at least 1.
    Constant(u64),
    /// Each whole number from `min` (at least 1) to `max` with equal probability.
    Uniform {
        /// Smallest batch.
        min: u64,
        /// Largest batch.
        max: u64,
    },
    /// Geometric on 1, 2, ... with this mean; at least 1.
    Geometric {
        /// Mean number of jobs.
        mean: f64,
    },
}

impl BatchSize {
    /// Mean number of jobs in a batch.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Constant(n) => n as f64,
            Self::Uniform { min, max } => (min + max) as f64 / 2.0,
            Self::Geometric { mean } => mean,
        }
    }
}

/// When batches come.
#[derive(Clone, PartialEq, Debug)]
pub enum BatchTimes {
    /// At these instants, ascending; at least one.
    At(Vec<SimTime>),
    /// Regularly.
    Regular(Ticks),
    /// A Poisson process, with a profile as for single jobs.
    Poisson {
        /// Batches a second; positive.
        rate: Rate,
        /// Multipliers over the day or week.
        profile: Option<Profile>,
    },
}

/// One state of a Markov-modulated Poisson process.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MmppState {
    /// Jobs a second in this state; may be zero.
    pub rate: Rate,
    /// Mean of the exponential stay in this state; positive.
    pub stay: SimDuration,
}

/// What becomes of a periodic job whose dispatcher is down when it is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Missed {
    /// It is created and staged like any other.
    #[default]
    Kept,
    /// It is never created, as with a scheduler that does not make up for missed ticks. Needs a dispatcher.
    Lost,
}
