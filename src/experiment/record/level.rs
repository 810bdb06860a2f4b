//! The time average of a number that goes up and down, step by step of the curves.

use crate::units::{SimDuration, SimTime};

/// A number of jobs or workers over time. Each transition adds its number times the rest of the step, so that nothing but
/// the step's end must be known: the mean of a step is (number at its start + sum of those) / length.
#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct Level {
    number: i64,
    at_start: i64,
    moments: i128,
    /// Of the current step, what passed before the warm-up ended: number times nanoseconds.
    earlier: i128,
    /// Since the end of the warm-up, up to the end of the last step: number times nanoseconds.
    counted: i128,
    /// The mean of each step that has passed.
    means: Vec<f64>,
}

impl Level {
    /// The number has changed by `by` at a time that is `rest` nanoseconds before the end of the step.
    #[inline]
    pub(in crate::experiment) fn change(&mut self, by: i64, rest: u64) {
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
    pub(in crate::experiment) fn number(&self) -> i64 {
        self.number
    }

    /// A step has ended.
    pub(super) fn end_step(&mut self, ended: Ended) {
        let area = self.end_part(ended.part);
        self.counted += area;
        let whole = std::mem::take(&mut self.earlier) + area;
        // Most levels of most classes are never left: a shorter way to the same number.
        self.means.push(if whole == 0 { 0.0 } else { whole as f64 / ended.step as f64 });
    }

    /// The warm-up ends, `part` nanoseconds after the step began: what counts, counts from now on.
    pub(super) fn end_warmup(&mut self, part: u64) {
        self.earlier = self.end_part(part);
        self.counted = 0;
    }

    fn end_part(&mut self, length: u64) -> i128 {
        let area = i128::from(self.at_start) * i128::from(length) + self.moments;
        self.at_start = self.number;
        self.moments = 0;
        area
    }

    /// The number times the seconds for which it held since the end of the warm-up, exact but for the last rounding: no length of the
    /// steps changes it.
    pub(in crate::experiment) fn area(&self) -> Area {
        Area(self.counted)
    }

    /// The mean of each step that has passed.
    pub(in crate::experiment) fn means(&self) -> &[f64] {
        &self.means
    }
}

/// A number of jobs or workers over time, in sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::experiment) struct Area(i128);

impl Area {
    /// In jobs or workers times seconds.
    pub(in crate::experiment) fn seconds(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND
    }
}

impl std::iter::Sum for Area {
    fn sum<I: Iterator<Item = Self>>(areas: I) -> Self {
        Self(areas.map(|area| area.0).sum())
    }
}

impl std::ops::Add for Area {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

const NANOS_PER_SECOND: f64 = 1e9;

/// What has ended, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ended {
    /// The step, or what is left of it after the warm-up.
    pub(in crate::experiment) part: u64,
    /// The whole step.
    pub(in crate::experiment) step: u64,
}

/// What happened in the current step to jobs of a class: how often, and the sum of the rests of the step. What happens to most jobs
/// is counted once here, and once a step in all levels that it changes.
#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct Flow {
    number: u64,
    moments: u128,
}

impl Flow {
    /// It happened once more, `rest` nanoseconds before the end of the step.
    #[inline(always)]
    pub(in crate::experiment) fn add(&mut self, rest: u64) {
        self.number += 1;
        self.moments += u128::from(rest);
    }

    /// It happened as often, with this sum of the rests of the step.
    pub(super) fn add_many(&mut self, number: u64, rests: u128) {
        self.number += number;
        self.moments += rests;
    }

    /// It happened all this as well.
    pub(in crate::experiment) fn merge(&mut self, other: &Self) {
        self.number += other.number;
        self.moments += other.moments;
    }

    /// How often it happened in the current step.
    #[inline(always)]
    pub(in crate::experiment) fn number(&self) -> u64 {
        self.number
    }
}

/// The steps of the curves: where the current one ends, and which one a time lies in. The step in which the warm-up ends has two parts,
/// as what happens counts from there on.
#[derive(Clone, Debug)]
pub(in crate::experiment) struct Steps {
    length: u64,
    /// Of the current part.
    start: u64,
    end: u64,
    horizon: u64,
    warmup: u64,
    current: usize,
}

impl Steps {
    /// Steps of `length` nanoseconds (positive) up to the horizon; the last may be shorter.
    pub(in crate::experiment) fn new(length: SimDuration, horizon: SimDuration, warmup: SimTime) -> Self {
        let (length, horizon, warmup) = (length.as_nanos(), horizon.as_nanos(), warmup.as_nanos());
        let mut steps = Self { length, start: 0, end: 0, horizon, warmup, current: 0 };
        steps.end = steps.end_after(0);
        steps
    }

    /// Where the part that begins here ends.
    fn end_after(&self, start: u64) -> u64 {
        let end = ((self.current as u64 + 1) * self.length).min(self.horizon);
        if start < self.warmup { end.min(self.warmup) } else { end }
    }

    /// How many there are.
    pub(in crate::experiment) fn count(&self) -> usize {
        self.horizon.div_ceil(self.length) as usize
    }

    /// Nanoseconds from `now` to the end of the current part.
    #[inline]
    pub(in crate::experiment) fn rest(&self, now: SimTime) -> u64 {
        self.end - now.as_nanos()
    }

    /// The step that a time not after now lies in.
    #[inline]
    pub(in crate::experiment) fn of(&self, time: SimTime) -> usize {
        let nanos = time.as_nanos();
        if nanos >= self.start { self.current } else { (nanos / self.length) as usize }
    }

    /// Whether a time lies behind the current part.
    #[inline]
    pub(super) fn is_later(&self, time: SimTime) -> bool {
        time.as_nanos() >= self.end
    }

    /// The part that a time before the horizon lies in, and the nanoseconds from there to its end.
    pub(super) fn locate(&self, time: SimTime) -> (usize, u64) {
        let nanos = time.as_nanos();
        let step = (nanos / self.length) as usize;
        let end = step as u64 * self.length + self.length_of(step);
        let counts = nanos >= self.warmup;
        let end = if counts { end } else { end.min(self.warmup) };
        (step + usize::from(counts && self.is_split()), end - nanos)
    }

    /// Whether the warm-up ends within a step.
    fn is_split(&self) -> bool {
        !self.warmup.is_multiple_of(self.length)
    }

    /// How many parts there are.
    pub(in crate::experiment) fn parts(&self) -> usize {
        self.count() + 1
    }

    /// The current part.
    pub(in crate::experiment) fn part(&self) -> usize {
        self.current + usize::from(self.start >= self.warmup && self.is_split())
    }

    pub(in crate::experiment) fn horizon(&self) -> SimTime {
        SimTime::from_nanos(self.horizon)
    }

    /// How long the run counts.
    pub(in crate::experiment) fn counted(&self) -> SimDuration {
        SimDuration::from_nanos(self.horizon.saturating_sub(self.warmup))
    }

    /// The step that has not ended.
    pub(super) fn current(&self) -> usize {
        self.current
    }

    /// Length of step `i` in nanoseconds.
    fn length_of(&self, i: usize) -> u64 {
        let start = i as u64 * self.length;
        self.length.min(self.horizon - start)
    }

    /// What ends now, after which the next step is current; `None` when all have ended.
    pub(super) fn advance(&mut self) -> Option<Ended> {
        let part = self.end - self.start;
        (part > 0).then(|| {
            let step = self.length_of(self.current);
            self.current += 1;
            self.start = self.end;
            self.end = self.end_after(self.start);
            Ended { part, step }
        })
    }

    /// Whether the current part ends with the warm-up, within a step.
    pub(super) fn splits_now(&self) -> bool {
        self.end == self.warmup && self.start < self.end
    }

    /// The length of the part that ends with the warm-up; `None` if that is where a step ends.
    pub(super) fn split(&mut self) -> Option<u64> {
        self.splits_now().then(|| {
            let part = self.end - self.start;
            self.start = self.end;
            self.end = self.end_after(self.start);
            part
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(length: u64, horizon: u64, warmup: u64) -> Steps {
        let [length, horizon] = [length, horizon].map(SimDuration::from_nanos);
        Steps::new(length, horizon, SimTime::from_nanos(warmup))
    }

    #[test]
    fn the_mean_of_a_step_weights_each_number_by_its_time() {
        let mut steps = steps(10, 25, 0);
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
        assert_eq!(level.area(), Area(55));
    }

    #[test]
    fn what_counts_is_the_time_from_the_warm_up_on_and_curves_do_not_see_it() {
        let mut steps = steps(10, 25, 14);
        let mut level = Level::default();
        level.change(2, steps.rest(SimTime::from_nanos(5)));
        level.end_step(steps.advance().expect("a first step"));
        level.change(2, steps.rest(SimTime::from_nanos(12)));
        level.end_warmup(steps.split().expect("the warm-up ends in the second step"));
        level.change(-1, steps.rest(SimTime::from_nanos(16)));
        level.end_step(steps.advance().expect("the rest of the second step"));
        level.end_step(steps.advance().expect("a short last step"));
        assert_eq!(level.means(), [1.0, 3.2, 3.0], "(5x2)/10, (2x2 + 4x4 + 4x3)/10, 3");
        assert_eq!((level.area(), steps.counted()), (Area(8 + 12 + 15), SimDuration::from_nanos(11)));
    }

    #[test]
    fn a_time_lies_in_the_step_that_contains_it() {
        let mut steps = steps(10, 25, 0);
        steps.advance();
        steps.advance();
        assert_eq!([0, 9, 10, 19, 20, 24].map(|t| steps.of(SimTime::from_nanos(t))), [0, 0, 1, 1, 2, 2]);
        assert_eq!((steps.count(), steps.length_of(1), steps.length_of(2)), (3, 10, 5));
    }

    #[test]
    fn the_step_in_which_the_warm_up_ends_has_two_parts() {
        let mut steps = steps(10, 25, 14);
        let located = [3, 13, 14, 19, 20, 24].map(|t| steps.locate(SimTime::from_nanos(t)));
        assert_eq!(located, [(0, 7), (1, 1), (2, 6), (2, 1), (3, 5), (3, 1)]);
        let mut parts = vec![steps.part()];
        steps.advance();
        parts.push(steps.part());
        assert!(steps.is_later(SimTime::from_nanos(14)) && !steps.is_later(SimTime::from_nanos(13)));
        steps.split();
        parts.push(steps.part());
        steps.advance();
        parts.push(steps.part());
        assert_eq!(parts, [0, 1, 2, 3]);
        assert_eq!([9, 10, 13, 14, 19, 20].map(|t| steps.of(SimTime::from_nanos(t))), [0, 1, 1, 1, 1, 2]);
    }
}
