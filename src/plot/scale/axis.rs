//! An axis that holds its ticks: plotters asks it where values lie and which grid lines to draw.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

/// A labelled place on an axis.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::plot) struct Tick {
    /// The value.
    pub(in crate::plot) at: f64,
    /// Its text.
    pub(in crate::plot) label: String,
    /// Drawn semi-bold, such as a date among times of day.
    pub(in crate::plot) strong: bool,
}

impl Tick {
    /// A plain tick.
    pub(in crate::plot) fn new(at: f64, label: impl Into<String>) -> Self {
        Self { at, label: label.into(), strong: false }
    }
}

/// How values spread over an axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::plot) enum Scale {
    /// Evenly.
    Linear,
    /// By their logarithm.
    Log,
}

/// An axis from `low` to `high`; values outside lie at its ends.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::plot) struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
    /// Ascending.
    pub(in crate::plot) ticks: Vec<Tick>,
    /// Fewer and fewer ticks, for where those have no room; without any, every second one is left out there.
    pub(in crate::plot) fewer: Vec<Vec<Tick>>,
}

impl Axis {
    /// An even axis.
    pub(in crate::plot) fn linear(low: f64, high: f64, ticks: Vec<Tick>) -> Self {
        Self { scale: Scale::Linear, low, high: if high > low { high } else { low + 1.0 }, ticks, fewer: Vec::new() }
    }

    /// A logarithmic axis; `low` is positive.
    pub(in crate::plot) fn log(low: f64, high: f64, ticks: Vec<Tick>) -> Self {
        Self { scale: Scale::Log, low, high: if high > low { high } else { low * 10.0 }, ticks, fewer: Vec::new() }
    }

    /// The axis with fewer and fewer ticks to choose from where there is less room.
    pub(in crate::plot) fn with_fewer(self, fewer: Vec<Vec<Tick>>) -> Self {
        Self { fewer, ..self }
    }

    /// An axis of names: the first at 0, the next at 1, half a step of room at both ends.
    pub(in crate::plot) fn names(names: impl IntoIterator<Item = String>) -> Self {
        let ticks: Vec<Tick> = names.into_iter().enumerate().map(|(i, name)| Tick::new(i as f64, name)).collect();
        Self::linear(-0.5, ticks.len() as f64 - 0.5, ticks)
    }

    /// The same axis the other way round for names that read from top to bottom.
    pub(in crate::plot) fn downwards(mut self) -> Self {
        std::mem::swap(&mut self.low, &mut self.high);
        self
    }

    /// Where a value lies, from 0 (low) to 1 (high).
    pub(in crate::plot) fn place(&self, value: f64) -> f64 {
        let part = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value <= self.low => 0.0,
            Scale::Log => libm::log(value / self.low) / libm::log(self.high / self.low),
        };
        part.clamp(0.0, 1.0)
    }

    /// The lower end.
    pub(in crate::plot) fn low(&self) -> f64 {
        self.low
    }

    /// The upper end.
    pub(in crate::plot) fn high(&self) -> f64 {
        self.high
    }

    /// Whether values spread by their logarithm.
    pub(in crate::plot) fn is_log(&self) -> bool {
        self.scale == Scale::Log
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (f64::from(to - from) * self.place(*value)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.iter().map(|tick| tick.at).collect() }
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_equally_far_apart_on_a_logarithmic_axis() {
        let axis = Axis::log(0.1, 1000.0, Vec::new());
        for (i, value) in [0.1, 1.0, 10.0, 100.0, 1000.0].into_iter().enumerate() {
            assert!((axis.place(value) - i as f64 / 4.0).abs() < 1e-12);
        }
    }

    #[test]
    fn values_outside_lie_at_the_ends() {
        for axis in [Axis::linear(1.0, 2.0, Vec::new()), Axis::log(1.0, 2.0, Vec::new())] {
            assert_eq!((axis.place(0.0), axis.place(-5.0), axis.place(99.0)), (0.0, 0.0, 1.0));
            assert_eq!(axis.map(&99.0, (100, 20)), 20);
        }
    }

    #[test]
    fn an_axis_without_length_gets_one() {
        assert!(Axis::linear(3.0, 3.0, Vec::new()).high() > 3.0);
        assert!(Axis::log(3.0, 3.0, Vec::new()).high() > 3.0);
    }

    #[test]
    fn names_read_downwards_when_asked_to() {
        let axis = Axis::names(["a".to_owned(), "b".to_owned()]).downwards();
        assert_eq!((axis.place(0.0), axis.place(1.0)), (0.75, 0.25));
    }
}
