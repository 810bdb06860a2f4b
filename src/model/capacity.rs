//! How many workers of a pool are there over time.

use super::Autoscale;

/// What makes the number of workers of a pool change; by default nothing does.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Capacity {
    /// What sets the size by a metric; then no change may set or scale it.
    pub autoscale: Option<Autoscale>,
}

impl Capacity {
    /// What is wrong with it; `None`: nothing.
    pub(super) fn problem(&self, size: u32) -> Option<&'static str> {
        let autoscale = self.autoscale.as_ref()?;
        let from_zero = matches!(autoscale.rule, super::ScaleRule::Keda(_) | super::ScaleRule::LatencySteps(_));
        autoscale.problem().or((size == 0 && !from_zero).then_some("its autoscaler never starts from no worker"))
    }

    /// Whether workers can be paid for before they are useful.
    #[must_use]
    pub fn can_boot(&self) -> bool {
        self.autoscale.as_ref().is_some_and(|autoscale| autoscale.boot.is_some())
    }
}
