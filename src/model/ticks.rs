//! When something happens again and again.

use std::sync::Arc;

use crate::units::{SimDuration, SimTime};

/// When something happens again and again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ticks {
    /// At `first`, `first + every`, ...
    Every {
        /// The first time.
        first: SimTime,
        /// The time from each to the next; positive.
        every: SimDuration,
    },
    /// At these times, which ascend, and never after them: what the clock on the wall says, up to the end of the run.
    At(Arc<[SimTime]>),
}

impl Ticks {
    /// The first time; [`SimTime::NEVER`]: there is none.
    #[must_use]
    pub fn first(&self) -> SimTime {
        match self {
            Self::Every { first, .. } => *first,
            Self::At(times) => times.first().copied().unwrap_or(SimTime::NEVER),
        }
    }

    /// The time after `time`, which is one of them.
    #[must_use]
    pub fn after(&self, time: SimTime) -> SimTime {
        match self {
            Self::Every { every, .. } => time.after(*every),
            Self::At(times) => {
                times.get(times.partition_point(|tick| *tick <= time)).copied().unwrap_or(SimTime::NEVER)
            }
        }
    }

    /// How many there are at or after `from` and before `to`.
    #[must_use]
    pub fn count(&self, from: SimTime, to: SimTime) -> u64 {
        match self {
            Self::Every { first, every } => {
                let before = |time: SimTime| time.since(*first).as_nanos().div_ceil(every.as_nanos());
                before(to).saturating_sub(before(from))
            }
            Self::At(times) => {
                let before = |time: SimTime| times.partition_point(|tick| *tick < time);
                before(to).saturating_sub(before(from)) as u64
            }
        }
    }

    /// The shortest time between two; `None`: there are not two.
    #[must_use]
    pub fn shortest_gap(&self) -> Option<SimDuration> {
        match self {
            Self::Every { every, .. } => Some(*every),
            Self::At(times) => times.windows(2).map(|pair| pair[1].since(pair[0])).min(),
        }
    }

    /// The time between two as a rule, for words about it: the one in the middle of all.
    #[must_use]
    pub fn usual_gap(&self) -> Option<SimDuration> {
        match self {
            Self::Every { every, .. } => Some(*every),
            Self::At(times) => {
                let mut gaps: Vec<SimDuration> = times.windows(2).map(|pair| pair[1].since(pair[0])).collect();
                gaps.sort_unstable();
                gaps.get(gaps.len() / 2).copied()
            }
        }
    }

    /// What is wrong with them; `None`: nothing.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match self {
            Self::Every { every, .. } if every.is_zero() => Some("the period is zero"),
            Self::At(times) if times.windows(2).any(|pair| pair[0] >= pair[1]) => Some("the times do not ascend"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> SimTime {
        SimTime::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn regular_and_stated_times_are_asked_alike() {
        let regular = Ticks::Every { first: at(5), every: SimDuration::from_secs(10) };
        let stated = Ticks::At([5, 15, 25, 35].map(at).into());
        for ticks in [&regular, &stated] {
            assert_eq!((ticks.first(), ticks.after(at(5)), ticks.after(at(15))), (at(5), at(15), at(25)));
            assert_eq!((ticks.count(at(0), at(5)), ticks.count(at(0), at(6)), ticks.count(at(5), at(35))), (0, 1, 3));
            assert_eq!(ticks.shortest_gap(), Some(SimDuration::from_secs(10)));
            assert_eq!(ticks.usual_gap(), Some(SimDuration::from_secs(10)));
        }
        assert_eq!(stated.after(at(35)), SimTime::NEVER);
        assert_eq!(Ticks::At([].into()).first(), SimTime::NEVER);
    }
}
