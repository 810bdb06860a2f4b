//! Reading results: figures by what they are of, without a search by name.

use std::borrow::Cow;

use super::{Curve, FigureName, MetricResult, PointResult, Results};
use crate::metric::{CurveKind, Metric, Quantity, ScopeKind, TimeStatistic};
use crate::stats::Estimate;

impl Results {
    /// The first step of the curves that lies after the warm-up: nothing before it counts.
    #[must_use]
    pub fn first_counted_step(&self) -> usize {
        libm::ceil(self.warmup_s / self.step_s - 1e-9) as usize
    }

    /// The fewest and the most replications of a design point.
    #[must_use]
    pub fn replications_made(&self) -> (u32, u32) {
        let made = || self.points.iter().map(|point| point.replications);
        (made().min().unwrap_or(self.replications), made().max().unwrap_or(self.replications))
    }

    /// The alternative of this name as it stands, without a sweep; `base` is the file as it stands.
    #[must_use]
    pub fn point(&self, alternative: &str) -> Option<&PointResult> {
        self.points.iter().find(|point| point.sweep.is_empty() && point.alternative == alternative)
    }
}

impl PointResult {
    /// The figure of this thing, named by its kind and name; `None` where the point has none.
    #[must_use]
    pub fn metric(&self, (kind, name): (ScopeKind, &str), metric: Metric) -> Option<&MetricResult> {
        self.metrics.iter().find(|m| m.metric == metric && m.scope.kind == kind && m.scope.name == name)
    }

    /// The figure of all jobs.
    #[must_use]
    pub fn metric_of_all(&self, metric: Metric) -> Option<&MetricResult> {
        self.metrics.iter().find(|m| m.metric == metric && m.scope.kind == ScopeKind::All)
    }

    /// The curve of this thing, named by its kind and name; `None` where the point has none.
    #[must_use]
    pub fn curve(&self, (kind, name): (ScopeKind, &str), curve: CurveKind) -> Option<&Curve> {
        self.curves.iter().find(|c| c.metric == curve && c.scope.kind == kind && c.scope.name == name)
    }

    /// The mean of a figure over the replications with its interval; `None` where nothing was measured.
    #[must_use]
    pub fn estimate(&self, scope: (ScopeKind, &str), metric: Metric) -> Option<Estimate> {
        self.metric(scope, metric)?.estimate
    }

    /// A statistic of the waits of the jobs of a class, in seconds.
    #[must_use]
    pub fn wait(&self, class: &str, statistic: TimeStatistic) -> Option<Estimate> {
        self.estimate((ScopeKind::Class, class), Metric::Time(Quantity::Wait, statistic))
    }

    /// The mean wait of the jobs of a class, in seconds.
    #[must_use]
    pub fn wait_mean(&self, class: &str) -> Option<Estimate> {
        self.wait(class, TimeStatistic::Mean)
    }

    /// The p95 wait of the jobs of a class, in seconds.
    #[must_use]
    pub fn wait_p95(&self, class: &str) -> Option<Estimate> {
        self.wait(class, TimeStatistic::P95)
    }

    /// A statistic of the time from creation to the end of the jobs of a class, in seconds.
    #[must_use]
    pub fn sojourn(&self, class: &str, statistic: TimeStatistic) -> Option<Estimate> {
        self.estimate((ScopeKind::Class, class), Metric::Time(Quantity::Sojourn, statistic))
    }

    /// Busy over available worker-time of a pool, 0 to 1.
    #[must_use]
    pub fn utilisation(&self, pool: &str) -> Option<Estimate> {
        self.estimate((ScopeKind::Pool, pool), Metric::Utilisation)
    }

    /// The largest backlog of all jobs.
    #[must_use]
    pub fn backlog_max(&self) -> Option<Estimate> {
        self.metric_of_all(Metric::BacklogMax)?.estimate
    }

    /// The longest time from the end of a fault until the backlog is back to normal, in seconds.
    #[must_use]
    pub fn drain_time(&self) -> Option<Estimate> {
        self.metric_of_all(Metric::DrainTime)?.estimate
    }

    /// What the workers cost, where pools have a price.
    #[must_use]
    pub fn cost(&self) -> Option<Estimate> {
        self.metric_of_all(Metric::Cost)?.estimate
    }
}

impl FigureName {
    /// The metric of this name, or else the measure.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Metric::from_name(text).map_or_else(|| Self::Measure(text.to_owned()), Self::Metric)
    }

    /// As outputs write it.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Metric(metric) => metric.name(),
            Self::Measure(text) => Cow::Borrowed(text),
        }
    }
}
