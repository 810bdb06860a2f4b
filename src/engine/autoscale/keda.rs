//! KEDA: from no worker to the first and back by itself, in between by the HPA that it makes.
//!
//! Source: `pkg/scaling/executor/scale_scaledobjects.go` of KEDA 2.14: it scales to zero when the last active poll lies
//! strictly more than the cool-down back; before the first active poll nothing holds it.

use super::Reading;
use super::hpa::HpaState;
use crate::model::{Autoscale, Keda};
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(in crate::engine) struct KedaState {
    spec: Keda,
    hpa: HpaState,
    min: u32,
    last_active: Option<SimTime>,
}

impl KedaState {
    pub(super) fn new(spec: Keda, of: &Autoscale) -> Self {
        Self { spec, hpa: HpaState::new(spec.hpa, of), min: of.min, last_active: None }
    }

    /// A poll comes before the HPA of the same instant.
    pub(super) fn decide(&mut self, reading: &Reading) -> u32 {
        let polls = reading.now.as_nanos().is_multiple_of(self.spec.polling.as_nanos());
        let current = if polls { self.poll(reading) } else { reading.current };
        if current != reading.current {
            return current;
        }
        self.hpa.decide(reading)
    }

    fn poll(&mut self, reading: &Reading) -> u32 {
        let Reading { now, metric, current, .. } = *reading;
        if metric > self.spec.activation {
            self.last_active = Some(now);
            return if current == 0 { self.min.max(1) } else { current };
        }
        let cooled = self.last_active.is_none_or(|active| now.since(active) > self.spec.cooldown);
        if current == 0 {
            self.min
        } else if cooled && self.min == 0 {
            0
        } else {
            current
        }
    }
}
