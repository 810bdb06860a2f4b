//! What a check compares with.

use super::baseline::Recorded;
use super::meaning::Promises;
use super::tolerance::Tolerance;

/// A baseline, and what of it must be there again.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// What was recorded.
    pub recorded: &'a Recorded,
    /// How much worse a figure may be.
    pub tolerance: &'a Tolerance,
    /// The objectives of all alternatives as the file has them now, those included whose objectives are not judged.
    pub promises: &'a Promises,
    /// The alternatives that are asked for; empty: all.
    pub only: &'a [String],
}

impl Against<'_> {
    /// Whether an alternative belongs to the check.
    pub(super) fn asks_for(&self, name: &String) -> bool {
        self.only.is_empty() || self.only.contains(name)
    }
}
