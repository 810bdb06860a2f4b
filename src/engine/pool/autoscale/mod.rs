//! Autoscalers as pure state machines: a reading of the metric in, the wanted number of workers out. One file each.

mod hpa;
mod keda;
mod latency_steps;
pub(crate) mod pulse;
pub(crate) mod reading;
mod target_tracking;

use crate::engine::pool::autoscale::hpa::HpaState;
use crate::engine::pool::autoscale::keda::KedaState;
use crate::engine::pool::autoscale::latency_steps::LatencyState;
use crate::engine::pool::autoscale::reading::Reading;
use crate::engine::pool::autoscale::target_tracking::TrackingState;
use crate::model::{Autoscale, ScaleRule};

/// An autoscaler at run time.
#[derive(Clone, Debug)]
pub(crate) enum Controller {
    Hpa(HpaState),
    Keda(KedaState),
    TargetTracking(TrackingState),
    LatencySteps(LatencyState),
}

impl Controller {
    pub(crate) fn new(spec: &Autoscale) -> Self {
        match &spec.rule {
            ScaleRule::Hpa(hpa) => Self::Hpa(HpaState::new(*hpa, spec)),
            ScaleRule::Keda(keda) => Self::Keda(KedaState::new(*keda, spec)),
            ScaleRule::TargetTracking(tracking) => Self::TargetTracking(TrackingState::new(*tracking, spec)),
            ScaleRule::LatencySteps(steps) => Self::LatencySteps(LatencyState::new(*steps, spec)),
        }
    }

    /// KEDA looks whether there is anything to do: how many workers the pool should have from now on.
    pub(crate) fn activate(&mut self, reading: &Reading) -> u32 {
        match self {
            Self::Keda(keda) => keda.poll(reading),
            _ => reading.current,
        }
    }

    /// How many workers the pool should have from now on.
    pub(crate) fn decide(&mut self, reading: &Reading) -> u32 {
        match self {
            Self::Hpa(hpa) => hpa.decide(reading),
            Self::Keda(keda) => keda.decide(reading),
            Self::TargetTracking(tracking) => tracking.decide(reading),
            Self::LatencySteps(steps) => steps.decide(reading),
        }
    }
}

#[cfg(test)]
mod tests;
