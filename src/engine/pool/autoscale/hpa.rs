//! The Horizontal Pod Autoscaler of Kubernetes.
//!
//! Source: `pkg/controller/podautoscaler/horizontal.go` and `replica_calculator.go` of Kubernetes 1.30: the ratio with its
//! tolerance, `stabilizeRecommendationWithBehaviors`, `convertDesiredReplicasWithBehaviorRate`. What happened exactly one
//! window ago is outside of the window, as there.

use std::collections::VecDeque;

use crate::engine::pool::autoscale::reading::{Reading, ceil};
use crate::model::{Autoscale, Hpa, ScaleMetric};
use crate::units::{SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(crate) struct HpaState {
    spec: Hpa,
    is_shared: bool,
    /// Whether the metric is an average over the workers that are up.
    is_average: bool,
    min: u32,
    max: u32,
    /// Recommendations before limits, each with the last time that it was made.
    recommendations: Vec<(SimTime, u32)>,
    /// Changes of the size: when, and by how much; oldest first.
    changes: VecDeque<(SimTime, i64)>,
    /// What they add up to.
    changed: i64,
}

impl HpaState {
    pub(crate) fn new(spec: Hpa, of: &Autoscale) -> Self {
        let (min, max) = (of.min.max(1), of.max);
        let is_average = matches!(of.metric, ScaleMetric::Utilisation(_));
        Self {
            spec,
            is_shared: of.metric.is_shared(),
            is_average,
            min,
            max,
            recommendations: Vec::new(),
            changes: VecDeque::new(),
            changed: 0,
        }
    }

    /// Without workers it is switched off.
    pub(crate) fn decide(&mut self, reading: &Reading) -> u32 {
        let Reading { now, current, .. } = *reading;
        if current == 0 {
            return 0;
        }
        let size = if (self.min..=self.max).contains(&current) {
            let recommended = self.recommend(reading);
            let stable = self.stabilise(now, recommended, current);
            self.limit(now, stable, current)
        } else {
            current.clamp(self.min, self.max)
        };
        self.note(now, i64::from(size) - i64::from(current));
        size
    }

    fn recommend(&self, reading: &Reading) -> u32 {
        let Reading { metric, current, ready, .. } = *reading;
        let asked = metric / self.spec.target;
        if self.is_average && ready < current && (ready == 0 || asked > 1.0) {
            return self.recommend_more(asked * f64::from(ready), current);
        }
        let ratio = if self.is_shared { asked / f64::from(current) } else { asked };
        if (ratio - 1.0).abs() <= self.spec.tolerance + 1e-12 {
            return current;
        }
        ceil(if self.is_shared { asked } else { ratio * f64::from(ready) })
    }

    /// `GetResourceReplicas` while workers are not up: when it would grow, those count as idle; without any that is up it knows nothing.
    fn recommend_more(&self, needed: f64, current: u32) -> u32 {
        let ratio = needed / f64::from(current);
        if ratio - 1.0 <= self.spec.tolerance + 1e-12 { current } else { ceil(needed) }
    }

    fn stabilise(&mut self, now: SimTime, recommended: u32, current: u32) -> u32 {
        if self.recommendations.is_empty() {
            self.recommendations.push((now, current));
        }
        let within = |window: SimDuration| {
            let recent = self.recommendations.iter().filter(move |(time, _)| now.since(*time) < window);
            recent.map(|&(_, size)| size).chain([recommended])
        };
        let least = within(self.spec.up_stabilisation).min().unwrap_or(recommended);
        let most = within(self.spec.down_stabilisation).max().unwrap_or(recommended);
        let longest = self.spec.up_stabilisation.max(self.spec.down_stabilisation);
        // Only the last time counts, so that there are no more of them than sizes.
        self.recommendations.retain(|&(time, size)| size != recommended && now.since(time) < longest);
        self.recommendations.push((now, recommended));
        current.max(least).min(most)
    }

    fn limit(&mut self, now: SimTime, wanted: u32, current: u32) -> u32 {
        self.forget_changes(now);
        let before = (i64::from(current) - self.changed).max(0) as f64;
        if wanted > current {
            let most = ceil(before * self.spec.up_factor).max(before as u32 + self.spec.up_step);
            wanted.min(self.max).min(most.max(current))
        } else {
            let least = (before * self.spec.down_share) as u32;
            wanted.max(self.min).max(least.min(current))
        }
    }

    fn note(&mut self, now: SimTime, by: i64) {
        self.forget_changes(now);
        if by != 0 {
            self.changes.push_back((now, by));
            self.changed += by;
        }
    }

    fn forget_changes(&mut self, now: SimTime) {
        while let Some(&(time, by)) = self.changes.front()
            && now.since(time) >= self.spec.step_period
        {
            self.changes.pop_front();
            self.changed -= by;
        }
    }
}
