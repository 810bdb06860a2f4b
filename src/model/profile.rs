//! Multipliers of a rate over the day or week.

use std::sync::Arc;

use crate::units::{SimDuration, SimTime};

/// Multipliers of a rate that follow the clock on the wall: patterns that repeat every day or week, each for a stretch of the
/// run. A new stretch begins where clocks are set or a day is an exception.
#[derive(Clone, PartialEq, Debug)]
pub struct Profile {
    /// Its name in the scenario.
    pub name: String,
    /// The stretches in order; the first starts with the run.
    pub stretches: Vec<Stretch>,
}

/// A stretch of the run with one pattern on a clock that is not set meanwhile.
#[derive(Clone, PartialEq, Debug)]
pub struct Stretch {
    /// When it starts; it ends where the next one starts.
    pub from: SimTime,
    /// What is added to simulated time so that periods start at multiples; less than the period.
    pub phase: SimDuration,
    /// What repeats.
    pub pattern: Arc<Pattern>,
}

/// Multipliers that repeat: piecewise linear, steps being constant pieces.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    /// After this time it repeats; positive.
    pub period: SimDuration,
    /// Pieces in order: the first starts at 0, each ends where the next starts, the last at `period`.
    pub pieces: Vec<Piece>,
}

/// A piece of a profile: the multiplier goes linearly from `from` to `to`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Piece {
    /// Where the piece starts, from the start of the period.
    pub start: SimDuration,
    /// Multiplier at its start; not negative, finite.
    pub from: f64,
    /// Multiplier at its end; not negative, finite.
    pub to: f64,
}

impl Profile {
    /// One pattern all the time, on a clock that is never set.
    #[must_use]
    pub fn constant(name: &str, phase: SimDuration, pattern: Pattern) -> Self {
        let stretch = Stretch { from: SimTime::ZERO, phase, pattern: Arc::new(pattern) };
        Self { name: name.to_owned(), stretches: vec![stretch] }
    }

    /// The stretches, each with its end; the last one has none.
    pub fn spans(&self) -> impl Iterator<Item = (&Stretch, SimTime)> {
        let ends = self.stretches.iter().skip(1).map(|stretch| stretch.from).chain([SimTime::NEVER]);
        self.stretches.iter().zip(ends)
    }

    /// The multiplier at a time of the run.
    #[must_use]
    pub fn at(&self, time: SimTime) -> f64 {
        let stretch = &self.stretches[self.stretches.partition_point(|stretch| stretch.from <= time) - 1];
        let (time, phase) = (u128::from(time.as_nanos()), u128::from(stretch.phase.as_nanos()));
        let into = (time + phase) % u128::from(stretch.pattern.period.as_nanos());
        stretch.pattern.at(SimDuration::from_nanos(into as u64))
    }

    /// What is wrong with it; `None`: nothing.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let starts = self.stretches.first().is_some_and(|first| first.from == SimTime::ZERO);
        let ascend = self.stretches.windows(2).all(|pair| pair[0].from < pair[1].from);
        if !(starts && ascend) {
            return Some("its stretches do not cover the run");
        }
        let of_pattern = self.stretches.iter().find_map(|stretch| stretch.pattern.problem());
        let phases = self.stretches.iter().all(|stretch| stretch.phase < stretch.pattern.period);
        let rates = self.stretches.iter().any(|stretch| stretch.pattern.mean() > 0.0);
        of_pattern
            .or((!phases).then_some("its phase is not within its period"))
            .or((!rates).then_some("it is zero at all times"))
    }
}

impl Pattern {
    /// The longest period: a year.
    const LONGEST: SimDuration = SimDuration::from_secs(366 * 86_400);

    /// The length of piece `i`.
    #[must_use]
    pub fn piece_length(&self, i: usize) -> SimDuration {
        let end = self.pieces.get(i + 1).map_or(self.period, |next| next.start);
        SimDuration::from_nanos(end.as_nanos() - self.pieces[i].start.as_nanos())
    }

    /// The mean multiplier over a period.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let area: f64 = (0..self.pieces.len())
            .map(|i| self.piece_length(i).as_secs_f64() * (self.pieces[i].from + self.pieces[i].to) / 2.0)
            .sum();
        area / self.period.as_secs_f64()
    }

    /// The multiplier at a time of the period.
    fn at(&self, into: SimDuration) -> f64 {
        let i = self.pieces.partition_point(|piece| piece.start <= into) - 1;
        let piece = self.pieces[i];
        let part = (into.as_secs_f64() - piece.start.as_secs_f64()) / self.piece_length(i).as_secs_f64();
        piece.from + (piece.to - piece.from) * part
    }

    fn problem(&self) -> Option<&'static str> {
        let (pieces, multiplier) = (&self.pieces, |multiplier: f64| multiplier.is_finite() && multiplier >= 0.0);
        let checks = [
            (self.period.is_zero() || self.period > Self::LONGEST, "its period is zero or too long"),
            (!pieces.first().is_some_and(|piece| piece.start.is_zero()), "its first piece does not start at zero"),
            (pieces.windows(2).any(|pair| pair[0].start >= pair[1].start), "its pieces do not ascend"),
            (pieces.iter().any(|piece| piece.start >= self.period), "a piece starts after its period"),
            (!pieces.iter().all(|piece| multiplier(piece.from) && multiplier(piece.to)), "a multiplier is wrong"),
        ];
        checks.into_iter().find_map(|(wrong, problem)| wrong.then_some(problem))
    }
}
