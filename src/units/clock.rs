//! The wall clock of a run: which instant simulated time zero is, and in which time zone people read it.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::{LocalWeek, SimDuration, SimTime};

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

    /// The first time at or after the start at which clocks show `time`: on the date of the start or the next one, whatever
    /// the clocks do then. `None` beyond the calendar.
    #[must_use]
    pub fn first(&self, time: Time) -> Option<(DateTime, LocalTime)> {
        let today = self.start.date();
        [today, today.tomorrow().ok()?].into_iter().find_map(|date| {
            let local = self.local(date.to_datetime(time))?;
            self.time_of(local.last()).map(|_| (date.to_datetime(time), local))
        })
    }

    /// What becomes of a local date and time; `None` beyond the calendar.
    #[must_use]
    pub fn local(&self, time: DateTime) -> Option<LocalTime> {
        LocalTime::of(time, self.start.time_zone())
    }

    /// When a local day begins; before the start of the run it is zero. `None` beyond the calendar.
    #[must_use]
    pub fn day_begins(&self, date: Date) -> Option<SimTime> {
        let instant = date.to_zoned(self.start.time_zone().clone()).ok()?.timestamp();
        Some(if instant <= self.start.timestamp() { SimTime::ZERO } else { self.time_of(instant)? })
    }

    /// How clocks run through the week, with all of their changes up to `until`.
    #[must_use]
    pub fn local_week(&self, until: SimTime) -> LocalWeek {
        let mut week = LocalWeek::starting(self.time_of_week());
        let mut offset = self.start.offset();
        for change in self.start.time_zone().following(self.start.timestamp()) {
            let Some(time) = self.time_of(change.timestamp()).filter(|time| *time < until) else { break };
            // Some changes are of the name alone.
            if std::mem::replace(&mut offset, change.offset()) != change.offset() {
                let shown = change.offset().to_datetime(change.timestamp());
                week.set(time, time_of_week(shown.date().weekday(), shown.time()));
            }
        }
        week
    }

    /// How long after Monday's midnight clocks show the start to be.
    #[must_use]
    pub fn time_of_week(&self) -> SimDuration {
        time_of_week(self.start.weekday(), self.start.time())
    }
}

/// The instants at which clocks show a date and a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocalTime {
    /// Once, as nearly always.
    Once(Timestamp),
    /// Never: clocks are set forward over it at this instant, from the first offset to the second.
    Skipped(Timestamp, Offset, Offset),
    /// Twice, since clocks are set back: first at the one offset, then at the other.
    Twice([(Timestamp, Offset); 2]),
}

impl LocalTime {
    /// What becomes of a date and time in a zone; `None` beyond the calendar.
    #[must_use]
    pub fn of(time: DateTime, zone: &TimeZone) -> Option<Self> {
        let at = |offset: Offset| offset.to_timestamp(time).ok();
        Some(match zone.to_ambiguous_timestamp(time).offset() {
            AmbiguousOffset::Unambiguous { offset } => Self::Once(at(offset)?),
            AmbiguousOffset::Fold { before, after } => Self::Twice([(at(before)?, before), (at(after)?, after)]),
            AmbiguousOffset::Gap { before, after } => {
                let beyond = at(before)?.checked_add(jiff::SignedDuration::from_nanos(1)).ok()?;
                Self::Skipped(zone.preceding(beyond).next()?.timestamp(), before, after)
            }
        })
    }

    /// The first instant; what is skipped is at the change.
    #[must_use]
    pub fn first(self) -> Timestamp {
        match self {
            Self::Once(instant) | Self::Skipped(instant, ..) | Self::Twice([(instant, _), _]) => instant,
        }
    }

    /// The last instant; what is skipped is at the change.
    #[must_use]
    pub fn last(self) -> Timestamp {
        match self {
            Self::Once(instant) | Self::Skipped(instant, ..) | Self::Twice([_, (instant, _)]) => instant,
        }
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

    /// Hours, as the seconds from the start to the first time that clocks show them.
    fn first(clock: &Clock, hour: i8) -> f64 {
        clock.time_of(clock.first(time(hour, 0, 0, 0)).unwrap().1.first()).unwrap().as_secs_f64()
    }

    #[test]
    fn a_clock_time_is_the_first_one_at_or_after_the_start() {
        let clock = clock("2020-09-30T08:00:00[America/Los_Angeles]");
        assert_eq!(first(&clock, 9), 3_600.0);
        assert_eq!(first(&clock, 8), 0.0);
        assert_eq!(first(&clock, 7), 23.0 * 3_600.0);
    }

    #[test]
    fn a_clock_time_counts_the_hour_that_summer_time_takes() {
        let clock = clock("2021-03-14T00:00:00[America/Los_Angeles]");
        assert_eq!(first(&clock, 4), 3.0 * 3_600.0);
    }

    #[test]
    fn a_local_time_is_once_twice_or_never() {
        let of = |text: &str, zone: &str| LocalTime::of(text.parse().unwrap(), &TimeZone::get(zone).unwrap()).unwrap();
        let instant = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(of("2026-03-29T01:30", "Europe/Berlin"), LocalTime::Once(instant("2026-03-29T00:30Z")));
        for skipped in ["2026-03-29T02:00", "2026-03-29T02:59:59"] {
            let change = of(skipped, "Europe/Berlin");
            assert!(matches!(change, LocalTime::Skipped(at, ..) if at == instant("2026-03-29T01:00Z")), "{change:?}");
        }
        let twice = of("2026-04-05T01:45", "Australia/Lord_Howe");
        assert_eq!((twice.first(), twice.last()), (instant("2026-04-04T14:45Z"), instant("2026-04-04T15:15Z")));
        assert!(matches!(of("2026-10-04T02:15", "Australia/Lord_Howe"), LocalTime::Skipped(..)));
        assert!(matches!(of("2026-10-04T02:30", "Australia/Lord_Howe"), LocalTime::Once(_)));
    }

    #[test]
    fn the_local_week_knows_the_changes_of_both_hemispheres() {
        for (zone, start, change, hours) in [
            ("Europe/Berlin", "2026-03-28T00:00:00", 26.0, 23.0),
            ("Europe/Berlin", "2026-10-24T00:00:00", 27.0, 25.0),
            ("America/New_York", "2026-11-01T00:00:00", 2.0, 25.0),
            ("Australia/Sydney", "2026-04-05T00:00:00", 3.0, 25.0),
            ("Australia/Lord_Howe", "2026-10-04T00:00:00", 2.0, 23.5),
            ("Australia/Lord_Howe", "2026-04-05T00:00:00", 2.0, 24.5),
        ] {
            let clock = clock(&format!("{start}[{zone}]"));
            let week = clock.local_week(SimTime::ZERO.after(SimDuration::from_secs(7 * 86_400)));
            let at = week.next_set(SimTime::ZERO);
            assert_eq!(at.as_secs_f64(), change * 3_600.0, "{zone} {start}");
            let shift = week.shown(at).as_secs_f64() - week.shown(SimTime::from_nanos(at.as_nanos() - 1)).as_secs_f64();
            assert!((shift - (24.0 - hours) * 3_600.0).abs() < 1.0, "{zone} {start}: {shift}");
            assert_eq!(week.next_set(at), SimTime::NEVER);
        }
        let fixed = clock("2026-03-28T00:00:00+01:00[+01:00]").local_week(SimTime::NEVER);
        assert_eq!(fixed.next_set(SimTime::ZERO), SimTime::NEVER);
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
        assert_eq!(clock.time_of_week().as_secs_f64(), 56.0 * 3_600.0);
    }
}
