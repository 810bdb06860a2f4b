//! Axes: their ticks at round values, and the clock on the wall.

pub(crate) mod axis;
pub(crate) mod clock;
pub(crate) mod ticks;
