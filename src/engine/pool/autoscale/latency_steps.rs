//! Steps by latency: some workers more when the oldest job is too old, one less when it was young for some time.

use crate::engine::pool::autoscale::reading::Reading;
use crate::model::{Autoscale, LatencySteps};
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(crate) struct LatencyState {
    spec: LatencySteps,
    min: u32,
    max: u32,
    last_addition: Option<SimTime>,
    /// Since when the age is below; starts again with each worker that goes.
    calm_since: Option<SimTime>,
}

impl LatencyState {
    pub(crate) fn new(spec: LatencySteps, of: &Autoscale) -> Self {
        Self { spec, min: of.min, max: of.max, last_addition: None, calm_since: None }
    }

    pub(crate) fn decide(&mut self, reading: &Reading) -> u32 {
        let Reading { now, metric: age, current, .. } = *reading;
        if age >= self.spec.below {
            self.calm_since = None;
        }
        let wanted = if age > self.spec.above {
            let waits = self.last_addition.is_some_and(|last| now.since(last) < self.spec.gap);
            if waits { current } else { current.saturating_add(self.spec.add) }
        } else if age < self.spec.below && self.is_calm(now) {
            self.calm_since = Some(now);
            current.saturating_sub(1)
        } else {
            current
        };
        let wanted = wanted.clamp(self.min, self.max);
        if wanted > current {
            self.last_addition = Some(now);
        }
        wanted
    }

    fn is_calm(&mut self, now: SimTime) -> bool {
        let since = *self.calm_since.get_or_insert(now);
        now.since(since) >= self.spec.calm && now > since
    }
}
