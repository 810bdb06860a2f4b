//! When nobody waits for a run any more.

use std::time::{Duration, Instant};

/// When a run ends, finished or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// There is none.
    pub const NONE: Self = Self(None);

    /// So much time from now on; none, if that is too much to tell.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// Whether it is over.
    #[must_use]
    pub fn has_passed(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}
