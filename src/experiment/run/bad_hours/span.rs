//! The run that hours are sought in.

/// The run in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(in crate::experiment) warmup: f64,
    pub(in crate::experiment) step: f64,
    pub(in crate::experiment) horizon: f64,
    /// The first step that counts.
    pub(in crate::experiment) first: usize,
}
