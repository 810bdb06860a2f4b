//! The wall clock of a run: which instant simulated time zero is, and in which time zone people read it.

use jiff::civil::{Time, Weekday};
use jiff::{Timestamp, Zoned};

use super::{SimDuration, SimTime};

const DAY: i128 = 86_400_000_000_000;

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

    /// Simulated time at an instant; `None` before the start or more than 292 years after it.
    #[must_use]
    pub fn time_of(&self, instant: Timestamp) -> Option<SimTime> {
        let nanos = instant.as_nanosecond() - self.start.timestamp().as_nanosecond();
        i64::try_from(nanos).ok().and_then(|nanos| u64::try_from(nanos).ok()).map(SimTime::from_nanos)
    }

    /// The first time at or after the start at which clocks show `time`; `None` beyond the calendar.
    #[must_use]
    pub fn first(&self, time: Time) -> Option<SimTime> {
        let today = self.start.date();
        [today, today.tomorrow().ok()?]
            .into_iter()
            .filter_map(|date| date.to_datetime(time).to_zoned(self.start.time_zone().clone()).ok())
            .find_map(|zoned| self.time_of(zoned.timestamp()))
    }

    /// How long after midnight clocks show the start to be.
    #[must_use]
    pub fn time_of_day(&self) -> SimDuration {
        since_midnight(self.start.time())
    }

    /// How long after Monday's midnight clocks show the start to be.
    #[must_use]
    pub fn time_of_week(&self) -> SimDuration {
        time_of_week(self.start.weekday(), self.start.time())
    }
}

/// How long after midnight a clock time is, on a day of 24 hours.
pub fn since_midnight(time: Time) -> SimDuration {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    SimDuration::from_nanos(seconds as u64 * 1_000_000_000 + time.subsec_nanosecond() as u64)
}

/// How long after Monday's midnight a clock time is, in a week of 7 times 24 hours.
pub fn time_of_week(day: Weekday, time: Time) -> SimDuration {
    let days = i128::from(day.to_monday_zero_offset()) * DAY;
    SimDuration::from_nanos(days as u64 + since_midnight(time).as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    fn clock(text: &str) -> Clock {
        Clock::new(text.parse().unwrap())
    }

    #[test]
    fn a_clock_time_is_the_first_one_at_or_after_the_start() {
        let clock = clock("2020-09-30T08:00:00[America/Los_Angeles]");
        assert_eq!(clock.first(time(9, 0, 0, 0)).unwrap().as_secs_f64(), 3_600.0);
        assert_eq!(clock.first(time(8, 0, 0, 0)).unwrap(), SimTime::ZERO);
        assert_eq!(clock.first(time(7, 0, 0, 0)).unwrap().as_secs_f64(), 23.0 * 3_600.0);
    }

    #[test]
    fn a_clock_time_counts_the_hour_that_summer_time_takes() {
        let clock = clock("2021-03-14T00:00:00[America/Los_Angeles]");
        assert_eq!(clock.first(time(4, 0, 0, 0)).unwrap().as_secs_f64(), 3.0 * 3_600.0);
    }

    #[test]
    fn instants_and_simulated_times_are_the_same_clock() {
        let clock = clock("2021-02-09T00:00:00Z[UTC]");
        let instant: Timestamp = "2021-02-09T11:22:00Z".parse().unwrap();
        let time = clock.time_of(instant).unwrap();
        assert_eq!(time.as_secs_f64(), 40_920.0);
        assert_eq!(clock.at(time).unwrap().timestamp(), instant);
        assert_eq!(clock.time_of("2021-02-08T23:59:59Z".parse().unwrap()), None);
    }

    #[test]
    fn the_phase_of_a_wednesday_morning_is_known() {
        let clock = clock("2020-09-30T08:00:00[America/Los_Angeles]");
        assert_eq!(clock.time_of_day().as_secs_f64(), 8.0 * 3_600.0);
        assert_eq!(clock.time_of_week().as_secs_f64(), 56.0 * 3_600.0);
    }
}
