//! What workers cost that are paid by started hours or minutes.

use crate::units::{SimDuration, SimTime};

/// The started units of the workers of a pool. Of those that leave, the one that came last is the first; what changes and changes
/// back at one instant, as when a worker has booted, is no change.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct Bill {
    unit: u64,
    /// Units that were over by then are not counted.
    warmup: SimTime,
    /// When each worker came, in that order.
    came: Vec<SimTime>,
    /// When the number of workers changed last, and to what.
    latest: (SimTime, usize),
    units: u64,
}

impl Bill {
    pub(in crate::experiment) fn new(unit: SimDuration, warmup: SimTime) -> Self {
        Self { unit: unit.as_nanos(), warmup, came: Vec::new(), latest: (SimTime::ZERO, 0), units: 0 }
    }

    /// So many workers are paid for from now on.
    pub(in crate::experiment) fn change(&mut self, now: SimTime, workers: usize) {
        if now > self.latest.0 {
            self.settle();
        }
        self.latest = (now, workers);
    }

    /// The run is over.
    pub(in crate::experiment) fn finish(&mut self, end: SimTime) {
        self.change(end, 0);
        self.settle();
    }

    /// Hours that were paid.
    pub(in crate::experiment) fn hours(&self) -> f64 {
        self.units as f64 * SimDuration::from_nanos(self.unit).as_secs_f64() / 3_600.0
    }

    fn settle(&mut self) {
        let (now, workers) = self.latest;
        while self.came.len() > workers {
            let came = self.came.pop().unwrap_or(now);
            let started = now.since(came).as_nanos().div_ceil(self.unit);
            self.units += started - started.min(self.warmup.since(came).as_nanos() / self.unit);
        }
        self.came.resize(workers, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn minute(minutes: u64) -> SimTime {
        SimTime::from_nanos(minutes * 60_000_000_000)
    }

    fn hours(warmup: u64, changes: &[(u64, usize)], end: u64) -> f64 {
        let mut bill = Bill::new(SimDuration::from_secs(3_600), minute(warmup));
        changes.iter().for_each(|&(time, workers)| bill.change(minute(time), workers));
        bill.finish(minute(end));
        bill.hours()
    }

    #[test]
    fn each_started_hour_of_each_worker_is_paid() {
        assert_eq!(hours(0, &[(0, 2)], 90), 4.0);
        assert_eq!(hours(0, &[(0, 2)], 120), 4.0);
        assert_eq!(hours(0, &[(0, 1), (10, 2), (20, 1), (30, 2), (40, 1)], 60), 3.0, "the second came twice");
        assert_eq!(hours(0, &[(0, 1), (30, 3), (95, 1)], 120), 2.0 + 4.0);
    }

    #[test]
    fn a_change_that_is_undone_at_once_is_none() {
        assert_eq!(hours(0, &[(0, 2), (30, 1), (30, 2)], 60), 2.0);
    }

    #[test]
    fn hours_that_were_over_by_the_end_of_the_warm_up_are_not_counted() {
        assert_eq!(hours(60, &[(0, 1)], 180), 2.0);
        assert_eq!(hours(61, &[(0, 1)], 180), 2.0);
        assert_eq!(hours(100, &[(0, 1), (30, 2), (60, 1)], 180), 2.0);
    }
}
