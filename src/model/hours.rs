//! The hours in which people work, or for which something is promised.

use super::Window;
use crate::units::{DayWindow, LocalWeek, SimTime};

/// The same hours on some days of every week, by the clock on the wall, whatever it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hours {
    /// What the clock shows.
    pub week: LocalWeek,
    /// Which hours.
    pub window: DayWindow,
}

impl Hours {
    /// Whether an instant falls into them; their end does not.
    #[must_use]
    pub fn contains(&self, time: SimTime) -> bool {
        self.window.contains(self.week.shown(time))
    }

    /// The first instant at or after this one that falls into them.
    #[must_use]
    pub fn next(&self, time: SimTime) -> SimTime {
        self.first(time, true)
    }

    /// All of them from the start of the run until `end`, in order.
    #[must_use]
    pub fn windows(&self, end: SimTime) -> Vec<Window> {
        let mut windows = Vec::new();
        let mut from = self.next(SimTime::ZERO);
        while from < end {
            let to = self.first(from, false).min(end);
            windows.push(Window { from, to });
            from = self.next(to);
        }
        windows
    }

    /// The first instant at or after this one that lies inside, or outside.
    fn first(&self, mut time: SimTime, inside: bool) -> SimTime {
        while time < SimTime::NEVER && self.contains(time) != inside {
            if self.always() {
                return SimTime::NEVER;
            }
            let edge = time.after(self.window.until_edge(self.week.shown(time)));
            time = edge.min(self.week.next_set(time));
        }
        time
    }

    fn always(&self) -> bool {
        let whole_day = self.window.to.as_nanos() - self.window.from.as_nanos() == 86_400_000_000_000;
        whole_day && !self.window.days.contains(&false)
    }

    /// Whether an instant falls into them.
    #[must_use]
    pub fn contain(&self, time: SimTime) -> bool {
        self.next(time) == time
    }

    pub(super) fn is_valid(&self) -> bool {
        self.window.is_valid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    const OFFICE: [bool; 7] = [true, true, true, true, true, false, false];

    const fn hour(hours: u64) -> SimDuration {
        SimDuration::from_secs(3600 * hours)
    }

    fn at(hours: u64) -> SimTime {
        SimTime::ZERO.after(hour(hours))
    }

    /// A run that starts on Thursday at 12:00.
    fn hours(from: u64, to: u64, days: [bool; 7]) -> Hours {
        let window = DayWindow::new(hour(from), hour(to), days).unwrap();
        Hours { week: LocalWeek::starting(hour(3 * 24 + 12)), window }
    }

    fn next(hours: &Hours, time: u64) -> u64 {
        hours.next(at(time)).as_nanos() / 3_600_000_000_000
    }

    #[test]
    fn what_falls_outside_waits_for_the_next_morning_of_a_working_day() {
        let office = hours(9, 17, OFFICE);
        assert_eq!(next(&office, 0), 0, "Thursday noon is within");
        assert_eq!(next(&office, 4), 4, "until just before 17:00");
        assert_eq!(next(&office, 5), 21, "Thursday 17:00 waits for Friday 9:00");
        assert_eq!(next(&office, 20), 21);
        assert_eq!(next(&office, 29), 93, "Friday 17:00 waits for Monday 9:00");
        assert_eq!(next(&office, 50), 93);
        assert_eq!(next(&office, 24 * 7), 24 * 7);
    }

    #[test]
    fn hours_over_midnight_last_until_the_next_morning() {
        let night = hours(22, 6, OFFICE);
        assert_eq!(next(&night, 0), 10);
        assert_eq!(next(&night, 17), 17, "Friday 5:00 belongs to Thursday's night");
        assert_eq!(next(&night, 18), 34);
        let windows = night.windows(at(100));
        let found: Vec<_> = windows.iter().map(|window| (window.from, window.to)).collect();
        assert_eq!(found, [(at(10), at(18)), (at(34), at(42))], "the weekend has none");
    }

    #[test]
    fn hours_follow_a_clock_that_is_set() {
        let mut spring = hours(9, 17, [true; 7]);
        spring.week.set(at(14), hour(4 * 24 + 3));
        assert_eq!(next(&spring, 6), 20, "the night has an hour less");
        let mut skipped = hours(2, 3, [true; 7]);
        skipped.week.set(at(14), hour(4 * 24 + 3));
        assert_eq!(next(&skipped, 0), 37, "the hour is skipped on the first day");
        let mut repeated = hours(2, 3, [true; 7]);
        repeated.week.set(at(15), hour(4 * 24 + 2));
        assert_eq!(repeated.windows(at(24)), [Window { from: at(14), to: at(16) }]);
    }

    #[test]
    fn all_hours_of_all_days_never_end() {
        let always = hours(0, 24, [true; 7]);
        assert_eq!(always.windows(at(1_000)), [Window { from: at(0), to: at(1_000) }]);
    }
}
