//! Quantities with their units: simulated time, durations, rates, shares, and the wall clock of a run.
//!
//! Every conversion between a number and a unit lives here. Simulated time is an integer count of
//! nanoseconds since the start of the run, so that equal times are equal and sums are exact.

mod clock;
mod parse;
mod path;
mod print;
mod time;
mod week;

pub use clock::{Clock, LocalTime, since_midnight, time_of_week};
pub use parse::{UnitError, parse_count, parse_duration, parse_rate, parse_share};
pub use path::{is_bare, leads_into_list, path_keys, quoted, unquoted, written_key, written_path};
pub use print::{Human, human_count, human_seconds};
pub use time::{SimDuration, SimTime};
pub use week::{DayWindow, LocalWeek};

/// Events per second: finite and not negative.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Rate(f64);

impl Rate {
    /// A rate of `per_second` events a second, or `None` when it is negative, infinite or not a number.
    #[must_use]
    pub fn per_second(per_second: f64) -> Option<Self> {
        (per_second.is_finite() && per_second >= 0.0).then_some(Self(per_second))
    }

    /// Events a second.
    #[must_use]
    pub fn as_per_second(self) -> f64 {
        self.0
    }
}

/// A share of a whole, from 0 to 1.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Share(f64);

impl Share {
    /// A share between 0 and 1, both included, or `None` outside.
    #[must_use]
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// The share as a number from 0 to 1.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.0
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0.0
    }
}
