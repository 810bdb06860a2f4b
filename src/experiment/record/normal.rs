//! The backlog of a replication without its faults: what is normal at each instant, for measuring when it is back to that.

use crate::engine::{Created, Disposition, Failed, Interruption, Left, Observer, Start};
use crate::experiment::deadline::Deadline;
use crate::units::{SimDuration, SimTime};

/// Changes that are kept exactly; more of them are kept at a distance, each with the least that was between it and the next.
const MOST: usize = 1 << 20;

/// The backlog as it is from each of these times on; zero before.
#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct Normal {
    changes: Vec<(SimTime, i64)>,
    /// The distance of changes that are kept.
    spacing: SimDuration,
    /// The backlog now.
    number: i64,
    /// How many changes the reader has passed.
    passed: usize,
    deadline: Deadline,
    /// The most jobs that may wait.
    room: u64,
}

impl Normal {
    /// Nothing yet, no more after this time, and while no more jobs wait than there is room for.
    pub(in crate::experiment) fn until(deadline: Deadline, room: u64) -> Self {
        Self { deadline, room, ..Self::default() }
    }

    fn change(&mut self, now: SimTime, by: i64) {
        self.enter(now, self.number + by);
        if self.changes.len() >= MOST {
            self.thin(now);
        }
    }

    fn enter(&mut self, now: SimTime, number: i64) {
        let before = std::mem::replace(&mut self.number, number);
        if let Some((at, kept)) = self.changes.last_mut() {
            if *at == now {
                *kept = number;
                return;
            }
            if now.since(*at) < self.spacing {
                *kept = number.min(*kept);
                return;
            }
            let (end, kept) = (at.after(self.spacing), *kept);
            if kept != before && end < now {
                self.changes.push((end, before));
            }
        }
        self.changes.push((now, number));
    }

    fn thin(&mut self, now: SimTime) {
        let least = now.as_nanos() / (MOST as u64 / 8);
        self.spacing = SimDuration::from_nanos(least.max(2 * self.spacing.as_nanos()).max(1));
        let number = std::mem::take(&mut self.number);
        for (at, number) in std::mem::take(&mut self.changes) {
            self.enter(at, number);
        }
        self.number = number;
    }

    /// The first time from `from` up to, but not including, `to` at which the backlog is as large as `number`.
    pub(super) fn first_as_large(&self, number: i64, (from, to): (SimTime, SimTime)) -> Option<SimTime> {
        if number <= 0 {
            return Some(from);
        }
        let left = &self.changes[self.passed..];
        let before = left.iter().take_while(|(at, _)| *at <= from).count();
        let at_start = (self.passed + before).checked_sub(1).map_or(0, |place| self.changes[place].1);
        if at_start >= number {
            return Some(from);
        }
        let later = left[before..].iter().take_while(|(at, _)| *at < to);
        later.into_iter().find(|(_, normal)| *normal >= number).map(|(at, _)| *at)
    }

    /// Nobody asks for an earlier time any more.
    pub(super) fn pass(&mut self, time: SimTime) {
        while self.changes.get(self.passed).is_some_and(|(at, _)| *at <= time) {
            self.passed += 1;
        }
    }
}

/// Counts the backlog as the recorder does.
impl Observer for Normal {
    fn is_stopped(&self) -> bool {
        self.deadline.has_passed()
    }

    fn most_waiting(&self) -> u64 {
        self.room
    }

    fn created(&mut self, now: SimTime, _job: Created) {
        self.change(now, 1);
    }

    fn started(&mut self, now: SimTime, _job: Start) {
        self.change(now, -1);
    }

    fn started_at_once(&mut self, _now: SimTime, _created: Created, _job: Start) {}

    fn restarted(&mut self, now: SimTime, job: Start) {
        if !job.copy {
            self.change(now, -1);
        }
    }

    fn interrupted(&mut self, now: SimTime, job: Interruption) {
        if matches!(job.then, Disposition::Retry | Disposition::Waits(_)) {
            self.change(now, 1);
        }
    }

    fn failed(&mut self, now: SimTime, job: Failed) {
        if matches!(job.then, Disposition::Retry | Disposition::Waits(_)) {
            self.change(now, 1);
        }
    }

    fn left(&mut self, now: SimTime, _job: Left) {
        self.change(now, -1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> SimTime {
        SimTime::from_nanos(nanos)
    }

    fn normal(spacing: u64, changes: &[(u64, i64)]) -> Normal {
        let mut normal = Normal { spacing: SimDuration::from_nanos(spacing), ..Normal::default() };
        changes.iter().for_each(|&(time, number)| normal.enter(at(time), number));
        normal
    }

    #[test]
    fn the_first_time_is_found_at_which_the_backlog_is_as_large() {
        let mut normal = normal(0, &[(10, 2), (20, 1), (20, 5), (30, 0)]);
        assert_eq!(normal.first_as_large(1, (at(30), at(90))), None);
        assert_eq!(normal.first_as_large(5, (at(20), at(21))), Some(at(20)));
        assert_eq!(normal.first_as_large(0, (at(0), at(5))), Some(at(0)));
        assert_eq!(normal.first_as_large(1, (at(0), at(5))), None);
        assert_eq!(normal.first_as_large(3, (at(5), at(20))), None, "the end is not included");
        assert_eq!(normal.first_as_large(3, (at(5), at(21))), Some(at(20)));
        assert_eq!(normal.first_as_large(2, (at(12), at(15))), Some(at(12)));
        normal.pass(at(12));
        assert_eq!(normal.first_as_large(2, (at(12), at(15))), Some(at(12)));
        assert_eq!(normal.first_as_large(5, (at(12), at(25))), Some(at(20)));
        normal.pass(at(30));
        assert_eq!(normal.first_as_large(1, (at(30), at(90))), None);
    }

    #[test]
    fn at_a_distance_the_least_between_is_kept_and_what_follows_is_not_lost() {
        let normal = normal(10, &[(0, 4), (3, 2), (6, 7), (50, 8)]);
        assert_eq!(normal.changes, [(at(0), 2), (at(10), 7), (at(50), 8)]);
    }

    #[test]
    fn memory_does_not_grow_with_the_jobs() {
        let mut normal = Normal::default();
        for place in 0..3 * MOST as u64 {
            normal.change(at(place * 1_000), if place % 2 == 0 { 1 } else { -1 });
        }
        assert!(normal.changes.len() < MOST);
    }
}
