//! Report-quality pictures of results.

use crate::experiment::Results;

/// A picture: its file name and its bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// Such as `latency.png`.
    pub name: String,
    /// The encoded file.
    pub bytes: Vec<u8>,
}

/// Draws every picture that the results have data for.
#[must_use]
pub fn draw_all(_results: &Results) -> Vec<Picture> {
    todo!()
}
