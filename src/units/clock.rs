//! The wall clock of a run: which instant simulated time zero is, and in which time zone people read it.

use jiff::Zoned;

use super::SimTime;

/// Maps simulated time to wall-clock time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clock {
    start: Zoned,
}

impl Clock {
    /// A clock whose simulated time zero is `start`.
    #[must_use]
    pub fn new(start: Zoned) -> Self {
        Self { start }
    }

    /// Wall-clock time at simulated time zero.
    #[must_use]
    pub fn start(&self) -> &Zoned {
        &self.start
    }

    /// Wall-clock time at `time`; `None` beyond the calendar of jiff (year 9999).
    #[must_use]
    pub fn at(&self, time: SimTime) -> Option<Zoned> {
        let elapsed = jiff::SignedDuration::from_nanos(i64::try_from(time.as_nanos()).ok()?);
        self.start.checked_add(elapsed).ok()
    }
}
