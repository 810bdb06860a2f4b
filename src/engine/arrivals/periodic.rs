//! Periodic arrivals, each delayed by a jitter that does not shift the later ones.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::RngExt;

use crate::engine::arrivals::due::Due;
use crate::model::{Missed, Ticks};
use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct Periodic<'m> {
    times: &'m Ticks,
    jitter: SimDuration,
    missed: Missed,
    /// When the next job is due, before its jitter.
    next: SimTime,
    factor: f64,
    /// Jittered jobs that may still be overtaken by later ones.
    pending: BinaryHeap<Reverse<SimTime>>,
}

impl<'m> Periodic<'m> {
    pub(crate) fn new(times: &'m Ticks, jitter: SimDuration, missed: Missed) -> Self {
        Self { times, jitter, missed, next: times.first(), factor: 1.0, pending: BinaryHeap::new() }
    }

    pub(crate) fn due(&self) -> Due {
        match self.missed {
            Missed::Kept => Due::Job,
            Missed::Lost => Due::Tick,
        }
    }

    pub(crate) fn next(&mut self, stream: &mut Stream) -> SimTime {
        while self.pending.peek().is_none_or(|&Reverse(first)| self.next < first) {
            self.pending.push(Reverse(self.delay(stream)));
            if self.next == SimTime::NEVER {
                break;
            }
            self.next = self.after(self.next);
        }
        self.pending.pop().map_or(SimTime::NEVER, |Reverse(first)| first)
    }

    pub(crate) fn scale_rate(&mut self, factor: f64) {
        self.factor = factor;
    }

    fn delay(&self, stream: &mut Stream) -> SimTime {
        if self.jitter.is_zero() || self.next == SimTime::NEVER {
            return self.next;
        }
        self.next.after(SimDuration::from_secs_f64(self.jitter.as_secs_f64() * stream.random::<f64>()))
    }

    fn after(&self, time: SimTime) -> SimTime {
        match self.times {
            Ticks::Every { every, .. } if self.factor != 1.0 => {
                let scaled = SimDuration::from_secs_f64(every.as_secs_f64() / self.factor);
                time.after(scaled.max(SimDuration::from_nanos(1)))
            }
            times => times.after(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::ReplicationSeed;

    #[test]
    fn jittered_jobs_come_in_the_order_of_time_and_within_their_jitter() {
        let second = SimDuration::from_secs(1);
        let times = Ticks::Every { first: SimTime::ZERO, every: second };
        let mut periodic = Periodic::new(&times, second, Missed::Kept);
        let mut stream = ReplicationSeed { master: 3, replication: 0 }.stream("x");
        let times: Vec<_> = (0..1000).map(|_| periodic.next(&mut stream)).collect();
        assert!(times.is_sorted());
        for (i, time) in times.iter().enumerate() {
            assert!((i as f64..=i as f64 + 1.0).contains(&time.as_secs_f64()), "job {i} at {time:?}");
        }
    }

    #[test]
    fn jobs_overtake_when_a_change_makes_the_jitter_longer_than_the_period() {
        let second = SimDuration::from_secs(1);
        let times = Ticks::Every { first: SimTime::ZERO, every: second };
        let mut periodic = Periodic::new(&times, second, Missed::Kept);
        periodic.scale_rate(10.0);
        let mut stream = ReplicationSeed { master: 3, replication: 0 }.stream("x");
        let times: Vec<_> = (0..1000).map(|_| periodic.next(&mut stream)).collect();
        assert!(times.is_sorted());
        assert!((99.0..102.0).contains(&times[999].as_secs_f64()));
    }

    #[test]
    fn without_jitter_the_jobs_come_exactly_at_the_multiples() {
        let times = Ticks::Every { first: SimTime::from_nanos(3), every: SimDuration::from_nanos(7) };
        let mut periodic = Periodic::new(&times, SimDuration::ZERO, Missed::Kept);
        let mut stream = ReplicationSeed { master: 3, replication: 0 }.stream("x");
        let times: Vec<_> = (0..4).map(|_| periodic.next(&mut stream).as_nanos()).collect();
        assert_eq!(times, [3, 10, 17, 24]);
    }

    #[test]
    fn stated_times_come_once_each_and_then_no_more() {
        let times = Ticks::At([3, 10, 12].map(SimTime::from_nanos).into());
        let mut periodic = Periodic::new(&times, SimDuration::ZERO, Missed::Kept);
        let mut stream = ReplicationSeed { master: 3, replication: 0 }.stream("x");
        let times: Vec<_> = (0..5).map(|_| periodic.next(&mut stream).as_nanos()).collect();
        assert_eq!(times, [3, 10, 12, u64::MAX, u64::MAX]);
    }
}
