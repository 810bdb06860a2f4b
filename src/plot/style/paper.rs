//! What pictures are measured in: CSS pixels, and how many pixels of the file each of them is.

/// A point in CSS pixels.
pub(in crate::plot) type Point = (f32, f32);

/// Pixels of the file in a CSS pixel, each way.
pub(in crate::plot) const SCALE: u32 = 2;
