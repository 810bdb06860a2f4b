//! From a figure to a drawing: every shape and text in its place.

pub(crate) mod drawing;
pub(crate) mod render;
pub(crate) mod sheet;
pub(crate) mod surface;
