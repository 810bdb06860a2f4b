//! The time average of a number that goes up and down, step by step of the curves.

use crate::units::SimTime;

/// A number of jobs or workers over time. Each transition adds its number times the rest of the step, so that nothing but
/// the step's end must be known: the mean of a step is (number at its start + sum of those) / length.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    number: i64,
    at_start: i64,
    moments: i128,
    /// The mean of each step that has passed.
    means: Vec<f64>,
}

impl Level {
    /// The number has changed by `by` at a time that is `rest` nanoseconds before the end of the step.
    #[inline]
    pub(super) fn change(&mut self, by: i64, rest: u64) {
        self.number += by;
        self.moments += i128::from(by) * i128::from(rest);
    }

    /// All that happened in the step that ends now raised the number by one each (`by` of 1) or lowered it (-1).
    pub(super) fn absorb(&mut self, flow: &Flow, by: i64) {
        self.number += by * flow.number as i64;
        self.moments += i128::from(by) * flow.moments as i128;
    }

    /// The number now.
    #[inline]
    pub(super) fn number(&self) -> i64 {
        self.number
    }

    /// A step of `length` nanoseconds has ended.
    pub(super) fn end_step(&mut self, length: u64) {
        let area = i128::from(self.at_start) * i128::from(length) + self.moments;
        // Most levels of most classes are never left: a shorter way to the same number.
        self.means.push(if area == 0 { 0.0 } else { area as f64 / length as f64 });
        self.at_start = self.number;
        self.moments = 0;
    }

    /// The mean of each step that has passed.
    pub(super) fn means(&self) -> &[f64] {
        &self.means
    }
}

/// What happened in the current step to jobs of a class: how often, and the sum of the rests of the step. What happens to most jobs
/// is counted once here, and once a step in all levels that it changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    number: u64,
    moments: u128,
}

impl Flow {
    /// It happened once more, `rest` nanoseconds before the end of the step.
    #[inline(always)]
    pub(super) fn add(&mut self, rest: u64) {
        self.number += 1;
        self.moments += u128::from(rest);
    }

    /// It happened as often, with this sum of the rests of the step.
    pub(super) fn add_many(&mut self, number: u64, rests: u128) {
        self.number += number;
        self.moments += rests;
    }

    /// It happened all this as well.
    pub(super) fn merge(&mut self, other: &Self) {
        self.number += other.number;
        self.moments += other.moments;
    }

    /// How often it happened in the current step.
    #[inline(always)]
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

/// The steps of the curves: where the current one ends, and which one a time lies in.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    length: u64,
    start: u64,
    end: u64,
    horizon: u64,
    current: usize,
}

impl Steps {
    /// Steps of `length` nanoseconds (positive) up to the horizon; the last may be shorter.
    pub(super) fn new(length: u64, horizon: u64) -> Self {
        Self { length, start: 0, end: length.min(horizon), horizon, current: 0 }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.horizon.div_ceil(self.length) as usize
    }

    /// Nanoseconds from `now` to the end of the current step.
    #[inline]
    pub(super) fn rest(&self, now: SimTime) -> u64 {
        self.end - now.as_nanos()
    }

    /// The step that a time not after now lies in.
    #[inline]
    pub(super) fn of(&self, time: SimTime) -> usize {
        let nanos = time.as_nanos();
        if nanos >= self.start { self.current } else { (nanos / self.length) as usize }
    }

    /// Whether a time lies behind the current step.
    #[inline]
    pub(super) fn is_later(&self, time: SimTime) -> bool {
        time.as_nanos() >= self.end
    }

    /// The step that a time before the horizon lies in, and the nanoseconds from there to its end.
    pub(super) fn locate(&self, time: SimTime) -> (usize, u64) {
        let step = (time.as_nanos() / self.length) as usize;
        (step, step as u64 * self.length + self.length_of(step) - time.as_nanos())
    }

    pub(super) fn horizon(&self) -> SimTime {
        SimTime::from_nanos(self.horizon)
    }

    /// The step that has not ended.
    pub(super) fn current(&self) -> usize {
        self.current
    }

    /// Length of step `i` in nanoseconds.
    pub(super) fn length_of(&self, i: usize) -> u64 {
        let start = i as u64 * self.length;
        self.length.min(self.horizon - start)
    }

    /// The length of the step that ends now, after which the next one is current; `None` when all have ended.
    pub(super) fn advance(&mut self) -> Option<u64> {
        let length = self.end - self.start;
        (length > 0).then(|| {
            self.start = self.end;
            self.end = (self.end + self.length).min(self.horizon);
            self.current += 1;
            length
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_step_weights_each_number_by_its_time() {
        let mut steps = Steps::new(10, 25);
        let mut level = Level::default();
        level.change(1, steps.rest(SimTime::from_nanos(2)));
        level.change(1, steps.rest(SimTime::from_nanos(6)));
        level.change(-1, steps.rest(SimTime::from_nanos(8)));
        level.end_step(steps.advance().expect("a first step"));
        level.change(3, steps.rest(SimTime::from_nanos(15)));
        level.end_step(steps.advance().expect("a second step"));
        level.end_step(steps.advance().expect("a short last step"));
        assert_eq!(level.means(), [1.0, 2.5, 4.0], "(4x1 + 2x2 + 2x1)/10, (5x1 + 5x4)/10, 4");
        assert_eq!((level.number(), steps.advance()), (4, None));
    }

    #[test]
    fn a_time_lies_in_the_step_that_contains_it() {
        let mut steps = Steps::new(10, 25);
        steps.advance();
        steps.advance();
        assert_eq!([0, 9, 10, 19, 20, 24].map(|t| steps.of(SimTime::from_nanos(t))), [0, 0, 1, 1, 2, 2]);
        assert_eq!((steps.count(), steps.length_of(1), steps.length_of(2)), (3, 10, 5));
    }
}
