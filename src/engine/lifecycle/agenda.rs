//! What is due for single jobs: retries, copies that become visible again, and jobs that leave unserved.
//!
//! A set of its own, because entries are taken out again when a worker starts the job in time: it holds no more than the jobs
//! that are there. The small calendar of the engine only knows when the first entry is due.

use std::collections::BTreeSet;

use crate::units::SimTime;

/// What is due, in the order in which it is served at one instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Due {
    /// A job that failed becomes ready again.
    Retry,
    /// A running job becomes ready again beside its running copy.
    Visible,
    /// The patience of its user ends.
    Abandon,
    /// It is too old.
    Expire,
}

/// Something that is due for a job; entries of one kind and instant in the order in which their jobs were created.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Entry {
    pub(crate) time: SimTime,
    pub(crate) due: Due,
    /// Counts the jobs as they are created.
    pub(crate) serial: u64,
    /// The number of the job.
    pub(crate) job: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Agenda {
    entries: BTreeSet<Entry>,
    /// The earliest time at which the engine is going to look; `NEVER` when it is not.
    planned: SimTime,
}

impl Default for Agenda {
    fn default() -> Self {
        Self { entries: BTreeSet::new(), planned: SimTime::NEVER }
    }
}

impl Agenda {
    pub(crate) fn add(&mut self, entry: Entry) {
        self.entries.insert(entry);
    }

    pub(crate) fn remove(&mut self, entry: &Entry) {
        self.entries.remove(entry);
    }

    /// The first entry.
    pub(crate) fn first(&self) -> Option<Entry> {
        self.entries.first().copied()
    }

    /// Takes the first entry if it is due.
    pub(crate) fn take_due(&mut self, now: SimTime) -> Option<Entry> {
        let first = *self.entries.first()?;
        (first.time <= now).then(|| {
            self.entries.remove(&first);
            first
        })
    }

    /// When the engine must look, unless it is going to look early enough.
    pub(crate) fn plan(&mut self) -> Option<SimTime> {
        let first = self.entries.first()?.time;
        (first < self.planned).then(|| {
            self.planned = first;
            first
        })
    }

    /// The engine looks.
    pub(crate) fn note_look(&mut self, now: SimTime) {
        if self.planned <= now {
            self.planned = SimTime::NEVER;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(time: u64, due: Due, serial: u64) -> Entry {
        Entry { time: SimTime::from_nanos(time), due, serial, job: 0 }
    }

    #[test]
    fn entries_come_by_time_then_kind_then_creation() {
        let order =
            [entry(1, Due::Expire, 9), entry(2, Due::Retry, 1), entry(2, Due::Retry, 2), entry(2, Due::Abandon, 0)];
        let mut agenda = Agenda::default();
        order.iter().rev().for_each(|&entry| agenda.add(entry));
        let now = SimTime::from_nanos(2);
        assert_eq!(std::array::from_fn(|_| agenda.take_due(now).unwrap()), order);
        assert_eq!(agenda.take_due(now), None);
    }

    #[test]
    fn a_look_is_planned_once_and_again_when_something_comes_earlier() {
        let mut agenda = Agenda::default();
        assert_eq!(agenda.plan(), None);
        agenda.add(entry(5, Due::Retry, 0));
        assert_eq!((agenda.plan(), agenda.plan()), (Some(SimTime::from_nanos(5)), None));
        agenda.add(entry(3, Due::Retry, 1));
        assert_eq!(agenda.plan(), Some(SimTime::from_nanos(3)));
        agenda.take_due(SimTime::from_nanos(3));
        agenda.note_look(SimTime::from_nanos(3));
        assert_eq!(agenda.plan(), Some(SimTime::from_nanos(5)));
    }
}
