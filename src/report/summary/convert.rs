//! From results to the published summary.

use super::*;
use crate::experiment::{
    AxisResult, DayKind, Difference, Marker, MarkerKind, MetricResult, MissingEvent, ObjectiveResult, PointResult,
    PrecisionResult, ScopeName, Settled, Settlement, Verdict, Warning,
};
use crate::metric::ScopeKind;
use crate::report::answer::answer;
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
            warmup_found: results
                .warmup_found
                .map(|found| SummaryWarmup { replications: found.replications, settled: found.settled }),
            replications: results.replications,
            precision: results.precision.as_ref().map(SummaryPrecision::from),
            seed: results.seed,
            confidence: results.confidence,
            axes: results.axes.iter().map(SummaryAxis::from).collect(),
            is_grid: results.is_grid,
            classes: results.classes.clone(),
            points: results.points.iter().map(SummaryPoint::from).collect(),
            differences: results.differences.iter().map(SummaryDifference::from).collect(),
            difference_confidence: results.difference_confidence,
            sensitivity: results.sensitivity.as_ref().map(SummarySensitivity::from),
            warnings: results.warnings.iter().map(SummaryWarning::from).collect(),
        }
    }
}

impl From<&AxisResult> for SummaryAxis {
    fn from(axis: &AxisResult) -> Self {
        Self { path: axis.path.clone(), values: axis.values.clone() }
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
            days: point.days.iter().map(SummaryDayKind::from).collect(),
            missing_events: point.missing_events.iter().map(SummaryMissingEvent::from).collect(),
            is_one_observation: point.is_one_observation,
            metrics: point.metrics.iter().map(SummaryMetric::from).collect(),
            markers: point.markers.iter().map(SummaryMarker::from).collect(),
            fingerprint: point.fingerprint.clone(),
        }
    }
}

impl From<&ScopeName> for SummaryScope {
    fn from(scope: &ScopeName) -> Self {
        Self { kind: scope.kind.into(), name: scope.name.clone() }
    }
}

impl From<ScopeKind> for SummaryScopeKind {
    fn from(kind: ScopeKind) -> Self {
        match kind {
            ScopeKind::All => Self::All,
            ScopeKind::Class => Self::Class,
            ScopeKind::Queue => Self::Queue,
            ScopeKind::Pool => Self::Pool,
            ScopeKind::Dispatcher => Self::Dispatcher,
            ScopeKind::Provider => Self::Provider,
            ScopeKind::Fault => Self::Fault,
            ScopeKind::Alert => Self::Alert,
            ScopeKind::Response => Self::Response,
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
            scope: (&metric.scope).into(),
            metric: metric.metric.name().into_owned(),
            unit: metric.unit.clone(),
            estimate: metric.estimate.as_ref().map(SummaryEstimate::from),
            at_least: metric.at_least,
            count: metric.count,
        }
    }
}

impl From<Verdict> for SummaryVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Met => Self::Met,
            Verdict::Missed => Self::Missed,
            Verdict::Undecided => Self::Undecided,
            Verdict::NoData => Self::NoData,
        }
    }
}

impl From<&ObjectiveResult> for SummaryObjective {
    fn from(objective: &ObjectiveResult) -> Self {
        Self {
            text: objective.text.clone(),
            scope: (&objective.scope).into(),
            metric: objective.metric.clone(),
            unit: objective.unit.clone(),
            bound: objective.bound,
            larger_is_better: objective.larger_is_better,
            estimate: objective.estimate.as_ref().map(SummaryEstimate::from),
            at_least: objective.at_least,
            reason: objective.reason.clone(),
            tenant: objective.tenant,
            by_day: objective.by_day.clone(),
            verdict: objective.verdict.into(),
            settled: objective.settled.map(SummarySettlement::from),
        }
    }
}

impl From<&PrecisionResult> for SummaryPrecision {
    fn from(rule: &PrecisionResult) -> Self {
        let PrecisionResult { first, most, half_width, looks, look_confidence } = *rule;
        Self { first, most, half_width, looks, look_confidence }
    }
}

impl From<Settlement> for SummarySettlement {
    fn from(settlement: Settlement) -> Self {
        let how = match settlement.how {
            Settled::Decided => SummarySettled::Decided,
            Settled::Precise => SummarySettled::Precise,
            Settled::LowerBound => SummarySettled::LowerBound,
        };
        Self { replications: settlement.replications, how }
    }
}

impl From<MarkerKind> for SummaryMarkerKind {
    fn from(kind: MarkerKind) -> Self {
        match kind {
            MarkerKind::Outage => Self::Outage,
            MarkerKind::Burst => Self::Burst,
            MarkerKind::Change => Self::Change,
        }
    }
}

impl From<&Marker> for SummaryMarker {
    fn from(marker: &Marker) -> Self {
        Self { kind: marker.kind.into(), label: marker.label.clone(), from_s: marker.from_s, to_s: marker.to_s }
    }
}

impl From<&Difference> for SummaryDifference {
    fn from(difference: &Difference) -> Self {
        Self {
            alternative: difference.alternative.clone(),
            scope: (&difference.scope).into(),
            metric: difference.metric.name().into_owned(),
            unit: difference.unit.clone(),
            base: difference.base,
            value: difference.value,
            estimate: (&difference.estimate).into(),
            words: difference.words.clone(),
        }
    }
}

impl From<&Warning> for SummaryWarning {
    fn from(warning: &Warning) -> Self {
        Self { kind: warning.kind.clone(), alternatives: warning.alternatives.clone(), text: warning.text.clone() }
    }
}

impl From<&DayKind> for SummaryDayKind {
    fn from(DayKind { event, probability, replications }: &DayKind) -> Self {
        Self { event: event.clone(), probability: *probability, replications: *replications }
    }
}

impl From<&MissingEvent> for SummaryMissingEvent {
    fn from(MissingEvent { event, probability }: &MissingEvent) -> Self {
        Self { event: event.clone(), probability: *probability }
    }
}
