//! Poisson arrivals: each job is an exponential amount of cumulative rate after the one before, which is exact for any
//! profile (inversion; Çinlar, "Introduction to Stochastic Processes", 1975).
//!
//! Gaps are drawn many at once, where nothing else draws from the stream: the generator then stays in registers.

use rand_distr::{Distribution, Exp1};

use crate::engine::arrivals::profile::Intensity;
use crate::model::Profile;
use crate::random::Stream;
use crate::units::{Rate, SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Poisson {
    /// Jobs a second where the multiplier and the factor are 1.
    rate: f64,
    /// What timed changes multiply the rate by.
    factor: f64,
    /// Mean time between jobs in seconds where the multiplier is 1.
    mean_gap: f64,
    intensity: Option<Intensity>,
}

impl Poisson {
    pub(crate) fn new(rate: Rate, profile: Option<&Profile>) -> Self {
        let (rate, intensity) = (rate.as_per_second(), profile.map(Intensity::new));
        Self { rate, factor: 1.0, mean_gap: 1.0 / rate, intensity }
    }

    /// The job after the one that comes now.
    pub(crate) fn next(&mut self, now: SimTime, stream: &mut Stream) -> SimTime {
        let mass: f64 = Exp1.sample(stream);
        self.after(now, mass * self.mean_gap)
    }

    /// The time after which this gap in seconds is over, where the multiplier is 1.
    fn after(&mut self, now: SimTime, gap: f64) -> SimTime {
        match &mut self.intensity {
            None => now.after(SimDuration::from_secs_f64(gap)),
            Some(intensity) => intensity.advance(now, gap),
        }
    }

    /// What is left of the cumulative rate until `head` is stretched to the new rate: an exponential variable has no memory.
    pub(crate) fn scale_rate(&mut self, now: SimTime, head: SimTime, factor: f64) -> SimTime {
        let left = match &mut self.intensity {
            None => head.since(now).as_secs_f64(),
            Some(_) if head == SimTime::NEVER => return head,
            Some(intensity) => intensity.area(now, head),
        };
        let stretch = self.factor / factor;
        self.factor = factor;
        self.mean_gap = 1.0 / (self.rate * factor);
        self.after(now, left * stretch)
    }
}

/// Gaps drawn at once.
const AHEAD: usize = 16;

/// Poisson arrivals that nothing else shares the stream with.
#[derive(Clone, Debug)]
pub(crate) struct PoissonAhead {
    poisson: Poisson,
    /// The gaps that are drawn, where the mean is 1.
    masses: [f64; AHEAD],
    /// The same at the rate that holds, where there is no profile.
    gaps: [SimDuration; AHEAD],
    /// How many gaps were taken so far.
    taken: usize,
}

impl PoissonAhead {
    pub(crate) fn new(poisson: Poisson) -> Self {
        Self { poisson, masses: [0.0; AHEAD], gaps: [SimDuration::ZERO; AHEAD], taken: 0 }
    }

    /// As [`Poisson::next`].
    #[inline(always)]
    pub(crate) fn next(&mut self, now: SimTime, stream: &mut Stream) -> SimTime {
        let place = self.taken % AHEAD;
        if place == 0 {
            self.draw(stream);
        }
        self.taken = self.taken.wrapping_add(1);
        match &mut self.poisson.intensity {
            None => now.after(self.gaps[place]),
            Some(intensity) => intensity.advance(now, self.masses[place] * self.poisson.mean_gap),
        }
    }

    #[inline(never)]
    fn draw(&mut self, stream: &mut Stream) {
        // A copy that nothing else can see stays in registers.
        let mut draws = stream.clone();
        self.masses.iter_mut().for_each(|mass| *mass = Exp1.sample(&mut draws));
        *stream = draws;
        self.find_gaps();
    }

    fn find_gaps(&mut self) {
        if self.poisson.intensity.is_some() {
            return;
        }
        self.gaps = self.masses.map(|mass| SimDuration::from_secs_f64(mass * self.poisson.mean_gap));
    }

    /// As [`Poisson::scale_rate`].
    pub(crate) fn scale_rate(&mut self, now: SimTime, head: SimTime, factor: f64) -> SimTime {
        let head = self.poisson.scale_rate(now, head, factor);
        self.find_gaps();
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Pattern, Piece};
    use crate::random::ReplicationSeed;

    fn ramp() -> Profile {
        let piece = |start, from, to| Piece { start: SimDuration::from_secs(start), from, to };
        let pieces = vec![piece(0, 0.0, 2.0), piece(50, 0.0, 0.0), piece(75, 4.0, 0.0)];
        Profile::constant("ramp", SimDuration::ZERO, Pattern { period: SimDuration::from_secs(100), pieces })
    }

    /// Counts in 100 000 periods per quarter of a period.
    fn quarters(profile: &Profile) -> [f64; 4] {
        let mut stream = ReplicationSeed { master: 9, replication: 0 }.stream("x");
        let mut poisson = Poisson::new(Rate::per_second(0.01).unwrap_or_default(), Some(profile));
        let mut counts = [0.0; 4];
        let mut now = SimTime::ZERO;
        loop {
            now = poisson.next(now, &mut stream);
            if now.as_secs_f64() >= 1e7 {
                return counts;
            }
            counts[(now.as_secs_f64() % 100.0 / 25.0) as usize] += 1.0;
        }
    }

    #[test]
    fn the_rate_follows_the_profile() {
        let counts = quarters(&ramp());
        for (count, expected) in counts.into_iter().zip([12_500.0, 37_500.0, 0.0, 50_000.0]) {
            let bound = 4.0 * f64::sqrt(expected);
            assert!((count - expected).abs() <= bound, "{count} jobs instead of {expected}");
        }
    }

    #[test]
    fn gaps_drawn_ahead_are_those_that_are_drawn_one_by_one() {
        for profile in [None, Some(ramp())] {
            let stream = || ReplicationSeed { master: 3, replication: 0 }.stream("x");
            let (mut stream, mut stream_ahead) = (stream(), stream());
            let mut poisson = Poisson::new(Rate::per_second(2.0).unwrap_or_default(), profile.as_ref());
            let mut ahead = PoissonAhead::new(poisson.clone());
            let mut now = SimTime::ZERO;
            for job in 0..100 {
                let next = poisson.next(now, &mut stream);
                assert_eq!(ahead.next(now, &mut stream_ahead), next, "job {job}");
                if job == 40 {
                    assert_eq!(ahead.scale_rate(now, next, 3.0), poisson.scale_rate(now, next, 3.0));
                }
                now = next;
            }
        }
    }

    #[test]
    fn doubling_the_rate_halves_what_is_left_of_the_gap() {
        let mut poisson = Poisson::new(Rate::per_second(1.0).unwrap_or_default(), None);
        let (now, head) = (SimTime::from_nanos(1000), SimTime::from_nanos(5000));
        assert_eq!(poisson.scale_rate(now, head, 2.0), SimTime::from_nanos(3000));
        assert_eq!(poisson.scale_rate(now, SimTime::from_nanos(3000), 1.0), head);
    }

    #[test]
    fn scaling_under_a_profile_and_back_leaves_the_arrival_where_it_was() {
        let profile = ramp();
        let mut poisson = Poisson::new(Rate::per_second(0.01).unwrap_or_default(), Some(&profile));
        let now = SimTime::from_nanos(31_000_000_000);
        let head = SimTime::from_nanos(977_000_000_000);
        let sooner = poisson.scale_rate(now, head, 3.0);
        assert!(now < sooner && sooner < head);
        let back = poisson.scale_rate(now, sooner, 1.0);
        assert!(back.as_nanos().abs_diff(head.as_nanos()) < 100, "{back:?}");
    }
}
