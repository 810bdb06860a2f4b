//! How the clock on the wall runs through the week: without time zones, for those who only know simulated time.

use super::{SimDuration, SimTime};

const DAY: u64 = 86_400_000_000_000;
const WEEK: u64 = 7 * DAY;

/// The local clock as a table of its changes: between two changes it runs evenly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalWeek {
    /// From each of these times on, simulated time plus this is the time since some Monday's midnight; ascending, the first
    /// at zero, all less than a week.
    spells: Vec<(SimTime, SimDuration)>,
}

impl Default for LocalWeek {
    fn default() -> Self {
        Self::starting(SimDuration::ZERO)
    }
}

impl LocalWeek {
    /// A clock that never changes and shows `start` since Monday's midnight at the start of the run.
    #[must_use]
    pub fn starting(start: SimDuration) -> Self {
        Self { spells: vec![(SimTime::ZERO, SimDuration::from_nanos(start.as_nanos() % WEEK))] }
    }

    /// At `time`, later than all changes so far, the clock is set to show `shown` since Monday's midnight.
    pub fn set(&mut self, time: SimTime, shown: SimDuration) {
        let phase = (shown.as_nanos() % WEEK + WEEK - time.as_nanos() % WEEK) % WEEK;
        self.spells.push((time, SimDuration::from_nanos(phase)));
    }

    /// What the clock shows since Monday's midnight.
    #[must_use]
    pub fn shown(&self, time: SimTime) -> SimDuration {
        let (_, phase) = self.spells[self.place(time)];
        let nanos = (u128::from(time.as_nanos()) + u128::from(phase.as_nanos())) % u128::from(WEEK);
        SimDuration::from_nanos(nanos as u64)
    }

    /// When the clock is set next after `time`; [`SimTime::NEVER`]: never.
    #[must_use]
    pub fn next_set(&self, time: SimTime) -> SimTime {
        self.spells.get(self.place(time) + 1).map_or(SimTime::NEVER, |(from, _)| *from)
    }

    /// Each stretch of time in which the clock runs evenly: its start and what the clock shows ahead of simulated time.
    pub fn spells(&self) -> impl Iterator<Item = (SimTime, SimDuration)> + '_ {
        self.spells.iter().copied()
    }

    fn place(&self, time: SimTime) -> usize {
        self.spells.partition_point(|(from, _)| *from <= time) - 1
    }
}

/// The same hours on some days of every week, by the clock on the wall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayWindow {
    /// Their start, since midnight of the day; less than 24 hours.
    pub from: SimDuration,
    /// Their end, since the same midnight: after the start, at most 24 hours after it. Beyond 24 hours it is on the next day.
    pub to: SimDuration,
    /// The days on which they start, from Monday to Sunday; at least one.
    pub days: [bool; 7],
}

impl DayWindow {
    /// Hours from one time of the day to another, which is on the next day unless it is later; `None`: there are none.
    #[must_use]
    pub fn new(from: SimDuration, to: SimDuration, days: [bool; 7]) -> Option<Self> {
        let (start, end) = (from.as_nanos(), to.as_nanos());
        let end = if end < start { end + DAY } else { end };
        let window = Self { from, to: SimDuration::from_nanos(end), days };
        (start != end && window.is_valid()).then_some(window)
    }

    /// Whether its numbers are in their ranges.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let (from, to) = (self.from.as_nanos(), self.to.as_nanos());
        self.days.contains(&true) && from < DAY && from < to && to <= from + DAY
    }

    /// Whether it is open at this time since Monday's midnight; its end is not a part of it.
    #[must_use]
    pub fn contains(&self, shown: SimDuration) -> bool {
        let (day, into) = ((shown.as_nanos() / DAY) as usize % 7, shown.as_nanos() % DAY);
        let today = self.days[day] && self.from.as_nanos() <= into && into < self.to.as_nanos();
        today || (self.days[(day + 6) % 7] && into + DAY < self.to.as_nanos())
    }

    /// How long it takes from this time since Monday's midnight to the next start or end of hours, on a clock that is not set.
    #[must_use]
    pub fn until_edge(&self, shown: SimDuration) -> SimDuration {
        let shown = shown.as_nanos() % WEEK;
        let starts = (0..7).filter(|&day| self.days[day as usize]).map(|day| day * DAY);
        let edges = starts.flat_map(|day| [day + self.from.as_nanos(), day + self.to.as_nanos()]);
        let away =
            edges.map(|edge| (edge % WEEK + WEEK - shown) % WEEK).map(|away| if away == 0 { WEEK } else { away });
        SimDuration::from_nanos(away.min().unwrap_or(WEEK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn hours(hours: u64) -> SimDuration {
        SimDuration::from_secs(3_600 * hours)
    }

    fn at(time: u64) -> SimTime {
        SimTime::ZERO.after(hours(time))
    }

    #[test]
    fn a_clock_that_is_set_goes_on_from_what_it_shows() {
        let mut week = LocalWeek::starting(hours(6 * 24));
        week.set(at(2), hours(6 * 24 + 3));
        assert_eq!(week.shown(at(1)), hours(6 * 24 + 1));
        assert_eq!(week.shown(at(2)), hours(6 * 24 + 3));
        assert_eq!(week.shown(at(23)), hours(0), "the day has 23 hours");
        assert_eq!((week.next_set(at(0)), week.next_set(at(2))), (at(2), SimTime::NEVER));
    }

    #[test]
    fn hours_over_midnight_belong_to_the_day_on_which_they_start() {
        let mut days = [false; 7];
        days[4] = true;
        let night = DayWindow::new(hours(22), hours(6), days).unwrap();
        let open = |day: u64, hour: u64| night.contains(hours(24 * day + hour));
        assert!(open(4, 22) && open(4, 23) && open(5, 0) && open(5, 5));
        assert!(!open(4, 21) && !open(5, 6) && !open(4, 0) && !open(5, 22));
    }

    #[test]
    fn hours_reach_up_to_midnight_and_over_the_end_of_the_week() {
        let sunday = [false, false, false, false, false, false, true];
        let evening = DayWindow::new(hours(20), hours(24), sunday).unwrap();
        assert!(evening.contains(hours(6 * 24 + 23)) && !evening.contains(hours(0)));
        let night = DayWindow::new(hours(22), hours(6), sunday).unwrap();
        assert!(night.contains(hours(0)) && night.contains(hours(5)) && !night.contains(hours(6)));
        assert_eq!(night.until_edge(hours(0)), hours(6));
        assert_eq!(night.until_edge(hours(6)), hours(6 * 24 + 16));
        assert!(DayWindow::new(hours(8), hours(8), sunday).is_none());
        assert!(DayWindow::new(hours(0), hours(24), sunday).is_some());
    }
}
