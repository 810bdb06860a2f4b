//! What is counted of a provider.

use super::level::Level;
use crate::engine::Calls;

/// Calls of a provider.
#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct ProviderRecord {
    /// Jobs that hold a worker and wait to be let in.
    pub(in crate::experiment) waiting: Level,
    pub(in crate::experiment) busy: Level,
    admitted: u64,
    /// Of those, in the warm-up.
    early: u64,
}

impl ProviderRecord {
    pub(super) fn levels(&mut self) -> [&mut Level; 2] {
        [&mut self.waiting, &mut self.busy]
    }

    /// The calls are other ones, `rest` nanoseconds before the end of the step.
    pub(in crate::experiment) fn record(&mut self, calls: Calls, rest: u64) {
        self.admitted = calls.admitted;
        for (level, number) in [(&mut self.waiting, calls.waiting), (&mut self.busy, calls.busy)] {
            level.change(i64::from(number) - level.number(), rest);
        }
    }

    /// Those that were let in since the warm-up.
    pub(in crate::experiment) fn counted(&self) -> u64 {
        self.admitted - self.early
    }

    pub(super) fn end_warmup(&mut self) {
        self.early = self.admitted;
    }
}
