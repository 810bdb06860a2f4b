//! A Markov-modulated Poisson process whose states follow each other in turn.
//!
//! The stays have a stream of their own, so that a change of the rates leaves them as they are.

use rand::RngExt;
use rand_distr::{Distribution, Exp1};

use crate::engine::arrivals::due::Due;
use crate::model::MmppState;
use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

/// The states alone, which do not depend on the jobs.
#[derive(Clone, Debug)]
pub(crate) struct MmppStates<'m> {
    states: &'m [MmppState],
    stays: Stream,
    state: usize,
    /// When the present state ends.
    ends: SimTime,
}

impl<'m> MmppStates<'m> {
    pub(crate) fn new(states: &'m [MmppState], mut stays: Stream) -> Self {
        let total: f64 = states.iter().map(|state| state.stay.as_secs_f64()).sum();
        let mut left = total * stays.random::<f64>();
        let state = states.iter().position(|state| {
            left -= state.stay.as_secs_f64();
            left < 0.0
        });
        let state = state.unwrap_or(states.len() - 1);
        let mut first = Self { states, stays, state, ends: SimTime::ZERO };
        first.stay();
        first
    }

    /// The state now, by its place.
    pub(crate) fn state(&self) -> usize {
        self.state
    }

    /// When it ends.
    pub(crate) fn ends(&self) -> SimTime {
        self.ends
    }

    /// It ends, and the next one begins.
    pub(crate) fn change(&mut self) {
        self.state = (self.state + 1) % self.states.len();
        self.stay();
    }

    fn stay(&mut self) {
        let share: f64 = Exp1.sample(&mut self.stays);
        let mean = self.states[self.state].stay.as_secs_f64();
        self.ends = self.ends.after(SimDuration::from_secs_f64(share * mean));
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Mmpp<'m> {
    states: MmppStates<'m>,
    factor: f64,
    /// Cumulative rate to be covered from `since` to the next job.
    mass: f64,
    since: SimTime,
    due: MmppDue,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MmppDue {
    Start,
    Job,
    Switch,
}

impl<'m> Mmpp<'m> {
    pub(crate) fn new(states: &'m [MmppState], stays: Stream) -> Self {
        let states = MmppStates::new(states, stays);
        Self { states, factor: 1.0, mass: 0.0, since: SimTime::ZERO, due: MmppDue::Start }
    }

    pub(crate) fn due(&self) -> Due {
        if self.due == MmppDue::Switch { Due::Nothing } else { Due::Job }
    }

    pub(crate) fn next(&mut self, now: SimTime, stream: &mut Stream) -> SimTime {
        match self.due {
            MmppDue::Start | MmppDue::Job => self.mass = Exp1.sample(stream),
            MmppDue::Switch => {
                self.cover(now);
                self.states.change();
            }
        }
        self.schedule(now)
    }

    pub(crate) fn scale_rate(&mut self, now: SimTime, factor: f64) -> SimTime {
        self.cover(now);
        self.factor = factor;
        self.schedule(now)
    }

    fn rate(&self) -> f64 {
        self.states.states[self.states.state].rate.as_per_second() * self.factor
    }

    /// Takes off the cumulative rate between the last schedule and `now`.
    fn cover(&mut self, now: SimTime) {
        self.mass = (self.mass - self.rate() * now.since(self.since).as_secs_f64()).max(0.0);
    }

    /// The next job, or the end of the state when that comes first.
    fn schedule(&mut self, now: SimTime) -> SimTime {
        self.since = now;
        let rate = self.rate();
        let job = if rate > 0.0 { now.after(SimDuration::from_secs_f64(self.mass / rate)) } else { SimTime::NEVER };
        self.due = if job < self.states.ends { MmppDue::Job } else { MmppDue::Switch };
        job.min(self.states.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;
    use crate::units::Rate;

    fn state(rate: f64, stay: u64) -> MmppState {
        MmppState { rate: Rate::per_second(rate).unwrap_or_default(), stay: SimDuration::from_secs(stay) }
    }

    /// Job times until `end` seconds.
    fn jobs(states: &[MmppState], factor: f64, end: f64) -> Vec<f64> {
        let seed = ReplicationSeed { master: 6, replication: 0 };
        let mut mmpp = Mmpp::new(states, seed.stream("states"));
        let mut stream = seed.stream("arrivals");
        let mut now = mmpp.next(SimTime::ZERO, &mut stream);
        now = if factor == 1.0 { now } else { mmpp.scale_rate(SimTime::ZERO, factor) };
        let mut times = Vec::new();
        while now.as_secs_f64() < end {
            if mmpp.due() == Due::Job {
                times.push(now.as_secs_f64());
            }
            now = mmpp.next(now, &mut stream);
        }
        times
    }

    #[test]
    fn the_mean_rate_weighs_the_states_by_their_stays() {
        let times = jobs(&[state(10.0, 30), state(0.0, 60), state(1.0, 10)], 1.0, 1e6);
        let rate = times.len() as f64 / 1e6;
        assert!((rate - 3.1).abs() < 0.1, "{rate} jobs a second instead of 3.1");
        assert!(times.is_sorted());
    }

    #[test]
    fn equal_states_are_a_poisson_process() {
        let times = jobs(&[state(2.0, 3), state(2.0, 1)], 1.0, 1e5);
        let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let long = gaps.iter().filter(|&&gap| gap > 0.5).count() as f64 / gaps.len() as f64;
        assert!((long - libm::exp(-1.0)).abs() < 0.005, "{long}");
    }

    #[test]
    fn scaled_rates_give_more_jobs_in_the_same_states() {
        let states = [state(10.0, 30), state(0.0, 60)];
        let (plain, doubled) = (jobs(&states, 1.0, 1e5), jobs(&states, 2.0, 1e5));
        let ratio = doubled.len() as f64 / plain.len() as f64;
        assert!((ratio - 2.0).abs() < 0.02, "{ratio}");
    }
}
