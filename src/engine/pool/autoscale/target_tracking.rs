//! Target tracking on the backlog for each instance, as EC2 Auto Scaling does it: out after 3 of 3 points above the target
//! and in proportion to it, in after 15 of 15 points below 90 % of it and gradually.
//!
//! Source: AWS, "Target tracking scaling policies for Amazon EC2 Auto Scaling": instances that warm up do not count in the
//! metric but count as capacity while scaling out, and nothing is removed until they are warm.

use crate::engine::pool::autoscale::reading::{Reading, ceil};
use crate::model::{Autoscale, TargetTracking};
use crate::units::SimTime;

#[derive(Clone, Debug)]
pub(crate) struct TrackingState {
    spec: TargetTracking,
    is_shared: bool,
    min: u32,
    max: u32,
    /// Workers that were requested, until they are warm.
    warming: Vec<(SimTime, u32)>,
    /// Points in a row above the target, and points in a row below its lower share.
    above: u32,
    below: u32,
}

impl TrackingState {
    pub(crate) fn new(spec: TargetTracking, of: &Autoscale) -> Self {
        let is_shared = of.metric.is_shared();
        Self { spec, is_shared, min: of.min, max: of.max, warming: Vec::new(), above: 0, below: 0 }
    }

    pub(crate) fn decide(&mut self, reading: &Reading) -> u32 {
        let Reading { now, current, .. } = *reading;
        self.warming.retain(|(time, _)| now.since(*time) < self.spec.warm_up);
        let warming: u32 = self.warming.iter().map(|&(_, workers)| workers).sum();
        let warm = current.saturating_sub(warming).max(1);
        let point = if self.is_shared { reading.metric / f64::from(warm) } else { reading.metric };
        self.count(point);
        let wanted = if self.above >= self.spec.out_points {
            current.max(ceil(f64::from(warm) * point / self.spec.target))
        } else if self.below >= self.spec.in_points && warming == 0 {
            current.saturating_sub(self.spec.in_step)
        } else {
            current
        };
        let wanted = wanted.clamp(self.min, self.max);
        if wanted > current {
            self.warming.push((now, wanted - current));
        }
        wanted
    }

    fn count(&mut self, point: f64) {
        self.above = if point > self.spec.target { self.above.saturating_add(1) } else { 0 };
        let low = point < self.spec.target * self.spec.in_share;
        self.below = if low { self.below.saturating_add(1) } else { 0 };
    }
}
