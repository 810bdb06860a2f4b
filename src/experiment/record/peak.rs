//! The largest of a number that goes up and down, of the values that it keeps for a time.

use crate::units::SimTime;

/// The largest number so far and since when. What comes and goes at one instant, as a job that an idle worker starts at once, was never
/// there: the number that an instant ends with is what counts.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::experiment) struct Peak {
    number: i64,
    at: SimTime,
    /// The same before that instant.
    before: (i64, SimTime),
}

impl Peak {
    /// The largest number.
    #[inline(always)]
    pub(in crate::experiment) fn number(&self) -> i64 {
        self.number
    }

    /// Since when it was as large; before anything was counted, zero.
    pub(in crate::experiment) fn at(&self) -> SimTime {
        self.at
    }

    /// The number has risen.
    #[inline(always)]
    pub(in crate::experiment) fn rise(&mut self, now: SimTime, number: i64) {
        if number > self.number {
            self.set(now, number);
        }
    }

    fn set(&mut self, now: SimTime, number: i64) {
        if self.at != now {
            self.before = (self.number, self.at);
        }
        (self.number, self.at) = (number, now);
    }

    /// Whether the number rose to its largest at this very instant, so that a fall may take it back.
    #[inline(always)]
    pub(super) fn is_of(&self, now: SimTime) -> bool {
        self.at == now
    }

    /// The number has fallen.
    #[inline(always)]
    pub(super) fn fall(&mut self, now: SimTime, number: i64) {
        if self.is_of(now) {
            self.take_back(now, number);
        }
    }

    fn take_back(&mut self, now: SimTime, number: i64) {
        (self.number, self.at) = if number > self.before.0 { (number, now) } else { self.before };
    }

    /// Only what is from now on counts; now it is this number.
    pub(super) fn begin_anew(&mut self, now: SimTime, number: i64) {
        (self.number, self.at) = (number, now);
        self.before = (0, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> SimTime {
        SimTime::from_nanos(nanos)
    }

    #[test]
    fn what_comes_and_goes_at_one_instant_was_never_there() {
        let mut peak = Peak::default();
        peak.rise(at(0), 1);
        peak.fall(at(0), 0);
        assert_eq!(peak.number(), 0);
        peak.rise(at(3), 1);
        peak.rise(at(5), 2);
        peak.rise(at(5), 3);
        peak.fall(at(5), 2);
        assert_eq!((peak.number(), peak.at()), (2, at(5)));
        peak.fall(at(5), 1);
        peak.fall(at(5), 0);
        assert_eq!((peak.number(), peak.at()), (1, at(3)), "back to what it was before the instant");
        peak.begin_anew(at(6), 9);
        peak.fall(at(6), 2);
        assert_eq!((peak.number(), peak.at()), (2, at(6)));
        peak.rise(at(7), 4);
        peak.fall(at(8), 3);
        assert_eq!((peak.number(), peak.at()), (4, at(7)));
    }
}
