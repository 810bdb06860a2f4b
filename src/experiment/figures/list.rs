//! Figures and curves under way, in the fixed order of the report.

use crate::experiment::unit::{CurveKey, CurveValues, Key, Subject, Value, Values};
use crate::metric::{CurveKind, Metric};
use crate::model::Scope;

pub(super) const SECONDS_PER_HOUR: f64 = 3600.0;

/// Figures under way, in order.
#[derive(Default)]
pub(super) struct MetricList(pub(super) Vec<(Key, Value)>);

impl MetricList {
    pub(in crate::experiment) fn about(&mut self, subject: Subject) -> MetricWriter<'_> {
        MetricWriter { list: self, subject }
    }
}

/// Adds figures about one subject.
pub(in crate::experiment) struct MetricWriter<'a> {
    list: &'a mut MetricList,
    subject: Subject,
}

impl MetricWriter<'_> {
    pub(in crate::experiment) fn add(&mut self, metric: Metric, value: Value) {
        self.list.0.push((Key { subject: self.subject, metric }, value));
    }
}

pub(super) fn level_curve(scope: Scope, kind: CurveKind, values: impl Iterator<Item = f64>) -> CurveValues {
    let key = CurveKey { subject: Subject::Part(scope), kind };
    CurveValues { key, values: Values::of(values.map(Some)) }
}
