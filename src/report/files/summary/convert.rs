//! From results to the published summary.

use super::*;
use crate::experiment::{Difference, MetricResult, ObjectiveResult, PointResult};
use crate::findings::answer::answer;
use crate::stats::Estimate;

impl From<&Results> for Summary {
    fn from(results: &Results) -> Self {
        Self {
            format: FORMAT,
            version: results.version.clone(),
            name: results.name.clone(),
            title: results.title.clone(),
            question: results.question.clone(),
            answer: answer(results),
            source: results.source.clone(),
            start: results.start.clone(),
            horizon_s: results.horizon_s,
            warmup_s: results.warmup_s,
            warmup_found: results.warmup_found,
            replications: results.replications,
            precision: results.precision,
            seed: results.seed,
            confidence: results.confidence,
            axes: results.axes.clone(),
            is_grid: results.is_grid,
            classes: results.classes.clone(),
            points: results.points.iter().map(SummaryPoint::from).collect(),
            differences: results.differences.iter().map(SummaryDifference::from).collect(),
            difference_confidence: results.difference_confidence,
            sensitivity: results.sensitivity.as_ref().map(SummarySensitivity::from),
            warnings: results.warnings.clone(),
        }
    }
}

impl From<&PointResult> for SummaryPoint {
    fn from(point: &PointResult) -> Self {
        Self {
            alternative: point.alternative.clone(),
            title: point.title.clone(),
            sweep: point.sweep.clone(),
            differences: point.differences.clone(),
            replications: point.replications,
            objectives: point.objectives.iter().map(SummaryObjective::from).collect(),
            directed: point.directed.clone(),
            days: point.days.clone(),
            missing_events: point.missing_events.clone(),
            is_one_observation: point.is_one_observation,
            metrics: point.metrics.iter().map(SummaryMetric::from).collect(),
            markers: point.markers.clone(),
            fingerprint: point.fingerprint.clone(),
        }
    }
}

impl From<&Estimate> for SummaryEstimate {
    fn from(estimate: &Estimate) -> Self {
        Self { mean: estimate.mean, low: estimate.low, high: estimate.high, replications: estimate.count }
    }
}

impl From<&MetricResult> for SummaryMetric {
    fn from(metric: &MetricResult) -> Self {
        Self {
            scope: metric.scope.clone(),
            metric: metric.metric.name().into_owned(),
            unit: metric.unit.clone(),
            estimate: metric.estimate.as_ref().map(SummaryEstimate::from),
            at_least: metric.at_least,
            count: metric.count,
        }
    }
}

impl From<&ObjectiveResult> for SummaryObjective {
    fn from(objective: &ObjectiveResult) -> Self {
        Self {
            text: objective.text.clone(),
            scope: objective.scope.clone(),
            metric: objective.metric.clone(),
            unit: objective.unit.clone(),
            bound: objective.bound,
            larger_is_better: objective.larger_is_better,
            estimate: objective.estimate.as_ref().map(SummaryEstimate::from),
            at_least: objective.at_least,
            reason: objective.reason.clone(),
            tenant: objective.tenant,
            by_day: objective.by_day.clone(),
            verdict: objective.verdict,
            settled: objective.settled,
        }
    }
}

impl From<&Difference> for SummaryDifference {
    fn from(difference: &Difference) -> Self {
        Self {
            alternative: difference.alternative.clone(),
            scope: difference.scope.clone(),
            metric: difference.metric.name().into_owned(),
            unit: difference.unit.clone(),
            base: difference.base,
            value: difference.value,
            estimate: (&difference.estimate).into(),
            words: difference.words.clone(),
        }
    }
}
