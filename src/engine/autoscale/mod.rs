//! Autoscalers as pure state machines: a reading of the metric in, the wanted number of workers out. One file each.

mod hpa;
mod keda;
mod latency_steps;
mod target_tracking;

use crate::model::{Autoscale, ScaleRule};
use crate::units::SimTime;

use hpa::HpaState;
use keda::KedaState;
use latency_steps::LatencyState;
use target_tracking::TrackingState;

/// What an autoscaler knows when it decides.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Reading {
    pub(super) now: SimTime,
    /// The metric over the whole pool.
    pub(super) metric: f64,
    /// Workers that are wanted so far, those that still boot included.
    pub(super) current: u32,
    /// Workers that are up.
    pub(super) ready: u32,
}

/// An autoscaler at run time.
#[derive(Clone, Debug)]
pub(super) enum Controller {
    Hpa(HpaState),
    Keda(KedaState),
    TargetTracking(TrackingState),
    LatencySteps(LatencyState),
}

impl Controller {
    pub(super) fn new(spec: &Autoscale) -> Self {
        match &spec.rule {
            ScaleRule::Hpa(hpa) => Self::Hpa(HpaState::new(*hpa, spec)),
            ScaleRule::Keda(keda) => Self::Keda(KedaState::new(*keda, spec)),
            ScaleRule::TargetTracking(tracking) => Self::TargetTracking(TrackingState::new(*tracking, spec)),
            ScaleRule::LatencySteps(steps) => Self::LatencySteps(LatencyState::new(*steps, spec)),
        }
    }

    /// KEDA looks whether there is anything to do: how many workers the pool should have from now on.
    pub(super) fn activate(&mut self, reading: &Reading) -> u32 {
        match self {
            Self::Keda(keda) => keda.poll(reading),
            _ => reading.current,
        }
    }

    /// How many workers the pool should have from now on.
    pub(super) fn decide(&mut self, reading: &Reading) -> u32 {
        match self {
            Self::Hpa(hpa) => hpa.decide(reading),
            Self::Keda(keda) => keda.decide(reading),
            Self::TargetTracking(tracking) => tracking.decide(reading),
            Self::LatencySteps(steps) => steps.decide(reading),
        }
    }
}

/// The least whole number that is not below, but for what the last bits of a quotient add.
fn ceil(exact: f64) -> u32 {
    (exact - 1e-9 * exact.max(1.0)).ceil() as u32
}

#[cfg(test)]
mod tests;
