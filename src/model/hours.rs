//! The hours in which people work.

use crate::units::{SimDuration, SimTime};

const DAY: u64 = 86_400_000_000_000;

/// The same hours on some days of every week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hours {
    /// Where in the week, which begins on Monday at midnight, the run starts; less than a week.
    pub phase: SimDuration,
    /// Their start, since midnight.
    pub from: SimDuration,
    /// Their end; after the start, at most a day.
    pub to: SimDuration,
    /// On which days, from Monday to Sunday; at least one.
    pub days: [bool; 7],
}

impl Hours {
    /// The first instant at or after this one that falls into them; their end does not.
    #[must_use]
    pub fn next(&self, time: SimTime) -> SimTime {
        let since_monday = u128::from(time.as_nanos()) + u128::from(self.phase.as_nanos());
        let today = since_monday / u128::from(DAY);
        let into_day = (since_monday % u128::from(DAY)) as u64;
        let days_on = |days: u64| self.days[((today + u128::from(days)) % 7) as usize];
        let mut later = (0..=7).filter(|&days| days_on(days) && (days > 0 || into_day < self.to.as_nanos()));
        let days = later.next().expect("people work on some day");
        let start = days * DAY + self.from.as_nanos();
        time.after(SimDuration::from_nanos(start.saturating_sub(into_day)))
    }

    /// Whether an instant falls into them.
    #[must_use]
    pub fn contain(&self, time: SimTime) -> bool {
        self.next(time) == time
    }

    pub(super) fn is_valid(&self) -> bool {
        self.days.contains(&true) && self.from < self.to && self.to.as_nanos() <= DAY && self.phase.as_nanos() < 7 * DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that starts on Thursday at 12:00; people work from 9 to 17 on five days.
    fn next(hours: u64) -> u64 {
        let hour = |hours| SimDuration::from_secs(3600 * hours);
        let days = [true, true, true, true, true, false, false];
        let office = Hours { phase: hour(3 * 24 + 12), from: hour(9), to: hour(17), days };
        office.next(SimTime::ZERO.after(hour(hours))).as_nanos() / 3_600_000_000_000
    }

    #[test]
    fn what_falls_outside_waits_for_the_next_morning_of_a_working_day() {
        assert_eq!(next(0), 0, "Thursday noon is within");
        assert_eq!(next(4), 4, "until just before 17:00");
        assert_eq!(next(5), 21, "Thursday 17:00 waits for Friday 9:00");
        assert_eq!(next(20), 21);
        assert_eq!(next(29), 93, "Friday 17:00 waits for Monday 9:00");
        assert_eq!(next(50), 93);
        assert_eq!(next(24 * 7), 24 * 7);
    }
}
