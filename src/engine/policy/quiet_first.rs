//! `quiet_first`: the rule of SQS fair queues. A tenant is noisy while it holds over 10 % of the jobs in flight and at least 30, or
//! had over 10 % of the recent worker time. Worker time counts less the older it is: `exp(-age / recent)`.

use crate::units::{SimDuration, SimTime};

/// Jobs in flight below which no tenant is noisy by their share.
const LEAST_HELD: u32 = 30;

#[derive(Clone, Debug)]
pub(crate) struct Quiet {
    /// Of each party.
    parties: Vec<Usage>,
    all: Usage,
    recent_s: f64,
}

/// Slots held, and recent worker time in seconds as it was at an instant.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    held: u32,
    worked_s: f64,
    at: SimTime,
}

impl Usage {
    /// Recent worker time now: what there was decays, what is held adds.
    fn worked(&self, now: SimTime, recent_s: f64) -> f64 {
        let left = libm::exp(-now.since(self.at).as_secs_f64() / recent_s);
        self.worked_s * left + f64::from(self.held) * recent_s * (1.0 - left)
    }

    fn hold(&mut self, held: u32, now: SimTime, recent_s: f64) {
        *self = Self { held, worked_s: self.worked(now, recent_s), at: now };
    }
}

impl Quiet {
    pub(crate) fn new(parties: usize, recent: SimDuration) -> Self {
        Self { parties: vec![Usage::default(); parties], all: Usage::default(), recent_s: recent.as_secs_f64() }
    }

    /// For each of these parties whether it is served: the quiet ones, and the noisy ones when all are noisy.
    pub(crate) fn serves(&self, parties: &[usize], now: SimTime) -> Vec<bool> {
        let quiet: Vec<bool> = parties.iter().map(|&party| !self.is_noisy(party, now)).collect();
        if quiet.contains(&true) { quiet } else { vec![true; parties.len()] }
    }

    pub(crate) fn is_noisy(&self, party: usize, now: SimTime) -> bool {
        let usage = &self.parties[party];
        let by_jobs = usage.held >= LEAST_HELD && u64::from(usage.held) * 10 > u64::from(self.all.held);
        by_jobs || usage.worked(now, self.recent_s) * 10.0 > self.all.worked(now, self.recent_s)
    }

    pub(crate) fn hold(&mut self, party: usize, now: SimTime) {
        let (held, all) = (self.parties[party].held + 1, self.all.held + 1);
        self.parties[party].hold(held, now, self.recent_s);
        self.all.hold(all, now, self.recent_s);
    }

    pub(crate) fn release(&mut self, party: usize, now: SimTime) {
        let (held, all) = (self.parties[party].held - 1, self.all.held - 1);
        self.parties[party].hold(held, now, self.recent_s);
        self.all.hold(all, now, self.recent_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: u64) -> SimTime {
        SimTime::ZERO.after(SimDuration::from_secs(second))
    }

    #[test]
    fn thirty_jobs_in_flight_and_a_tenth_of_them_are_noisy() {
        let mut quiet = Quiet::new(30, SimDuration::from_secs(300));
        // At one instant nobody has worked yet, so that only the jobs count: 29 of 290, then 30 of 291.
        (0..290).for_each(|job| quiet.hold(job % 10, second(0)));
        assert!(!quiet.is_noisy(0, second(0)));
        quiet.hold(0, second(0));
        assert!(quiet.is_noisy(0, second(0)) && !quiet.is_noisy(1, second(0)));
    }

    #[test]
    fn worker_time_is_forgotten_after_a_while() {
        let mut quiet = Quiet::new(3, SimDuration::from_secs(300));
        quiet.hold(0, second(0));
        quiet.release(0, second(30));
        quiet.hold(1, second(30));
        assert!(quiet.is_noisy(0, second(31)), "30 s of 31 s");
        // Of the 30 s, 30 exp(-1500 / 300) = 0.2 s are left beside the 300 s of the job that still runs.
        assert!(!quiet.is_noisy(0, second(1530)));
        assert_eq!(quiet.serves(&[0, 1, 2], second(1530)), [true, false, true]);
        assert_eq!(quiet.serves(&[1], second(1530)), [true], "a noisy tenant is served when no quiet job waits");
    }

    #[test]
    fn recent_worker_time_is_the_integral_of_what_is_held() {
        let mut usage = Usage::default();
        usage.hold(2, second(0), 100.0);
        let direct = usage.worked(second(50), 100.0);
        usage.hold(2, second(20), 100.0);
        assert!((usage.worked(second(50), 100.0) - direct).abs() < 1e-9);
        assert!((direct - 200.0 * (1.0 - libm::exp(-0.5))).abs() < 1e-9);
    }
}
