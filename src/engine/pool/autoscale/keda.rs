//! KEDA: from no worker to the first and back by itself, in between by the HPA that it makes.
//!
//! Source: `pkg/scaling/scale_handler.go` of KEDA 2.14 polls every `pollingInterval`, whatever the period of the HPA;
//! `pkg/scaling/executor/scale_scaledobjects.go` scales to zero when the last active poll lies
//! strictly more than the cool-down back; before the first active poll nothing holds it.

use crate::engine::pool::autoscale::hpa::HpaState;
use crate::engine::pool::autoscale::reading::Reading;
use crate::model::{Autoscale, Keda};
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(crate) struct KedaState {
    spec: Keda,
    hpa: HpaState,
    min: u32,
    last_active: Option<SimTime>,
    /// When a poll changed the size last.
    changed: Option<SimTime>,
}

impl KedaState {
    pub(crate) fn new(spec: Keda, of: &Autoscale) -> Self {
        Self { spec, hpa: HpaState::new(spec.hpa, of), min: of.min, last_active: None, changed: None }
    }

    /// The HPA runs at its own period. It does not act at the instant of a poll that has changed the size.
    pub(crate) fn decide(&mut self, reading: &Reading) -> u32 {
        if self.changed == Some(reading.now) { reading.current } else { self.hpa.decide(reading) }
    }

    pub(crate) fn poll(&mut self, reading: &Reading) -> u32 {
        let wanted = self.wanted(reading);
        if wanted != reading.current {
            self.changed = Some(reading.now);
        }
        wanted
    }

    fn wanted(&mut self, reading: &Reading) -> u32 {
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
