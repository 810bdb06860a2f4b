//! When nobody waits for a run any more.

use std::time::{Duration, Instant};

/// How long it may take to tell what was found when the time is over.
const MOMENT: Duration = Duration::from_secs(2);

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

    /// As long as this, and a moment more: what was simulated until then is told.
    #[must_use]
    pub(super) fn with_moment(self) -> Self {
        Self(self.0.and_then(|end| end.checked_add(MOMENT)))
    }

    /// Takes all of these one by one; `None`: the time was over before the last one.
    pub(super) fn take_all<T>(self, all: impl Iterator<Item = T>) -> Option<Vec<T>> {
        all.map(|one| (!self.has_passed()).then_some(one)).collect()
    }

    /// Whether it is over.
    #[must_use]
    pub fn has_passed(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}
