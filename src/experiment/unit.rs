//! The result of one unit of the run plan: every figure of one replication, ready to be summarised.

use serde::{Deserialize, Serialize};

use crate::model::{Measure, Objective, Quantity, Scope};
use crate::stats::{Quantile, Sketch};

/// The sketch of summary figures: quantiles within 0.4 % of their value.
pub(super) type Times = Sketch<7>;

/// Whom a figure concerns: a part of the model, or one of its faults, alerts or responses by number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Subject {
    Part(Scope),
    Fault(usize),
    Alert(usize),
    Response(usize),
}

/// What a figure is: the same for all replications of a design point, in the same order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Key {
    pub(super) subject: Subject,
    pub(super) metric: &'static str,
    pub(super) unit: &'static str,
}

/// The value of a figure in one replication.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Value {
    /// `None`: there was nothing to measure.
    pub(super) value: Option<f64>,
    /// It is only known to be larger.
    pub(super) at_least: bool,
    /// It could be as large as this, where that matters.
    pub(super) most: Option<f64>,
    /// Jobs behind it, where jobs are counted.
    pub(super) count: Option<u64>,
}

impl Value {
    pub(super) fn exactly(value: f64) -> Self {
        Self { value: Some(value), ..Self::default() }
    }

    pub(super) fn at_least(value: f64) -> Self {
        Self { value: Some(value), at_least: true, ..Self::default() }
    }

    pub(super) fn of_jobs(quantile: Option<Quantile>, count: u64) -> Self {
        let value = quantile.map_or(Self::default(), Self::from);
        Self { count: Some(count), ..value }
    }

    pub(super) fn share(part: f64, whole: f64) -> Self {
        Self { value: (whole > 0.0).then(|| part / whole), ..Self::default() }
    }

    /// The larger of two values; known only from below if the larger is, or if the other could exceed it.
    pub(super) fn max(self, other: Self) -> Self {
        let value = match (self.value, other.value) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let most = match (self.most.or(self.value), other.most.or(other.value)) {
            (Some(a), Some(b)) if self.most.is_some() || other.most.is_some() => Some(a.max(b)),
            _ => self.most.or(other.most),
        };
        Self { value, at_least: self.at_least || other.at_least, most, count: None }
    }
}

impl From<Quantile> for Value {
    fn from(quantile: Quantile) -> Self {
        match quantile {
            Quantile::Exactly(seconds) => Self::exactly(seconds),
            Quantile::Between(least, most) => Self { most: Some(most), ..Self::exactly(least) },
            Quantile::AtLeast(seconds) => Self::at_least(seconds),
        }
    }
}

/// A curve of one replication.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct CurveValues {
    pub(super) key: Key,
    /// A value for each step that has one.
    pub(super) values: Vec<Option<f64>>,
    /// The first step whose value is only a lower bound.
    pub(super) censored_from: Option<usize>,
}

/// Times of all jobs of a class, for the distribution beyond x.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TailTimes {
    pub(super) scope: Scope,
    pub(super) quantity: Quantity,
    pub(super) times: Times,
}

/// Every figure of one replication.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct UnitResult {
    pub(super) figures: Vec<(Key, Value)>,
    /// One for each objective of the design point.
    pub(super) objectives: Vec<Value>,
    pub(super) curves: Vec<CurveValues>,
    pub(super) tails: Vec<TailTimes>,
    pub(super) fingerprint: u64,
}

impl UnitResult {
    /// Adds how often each alert fires in 30 days without faults, which is also what some of the objectives measure.
    pub(super) fn add_false_alarms(&mut self, alarms: Vec<Value>, objectives: &[Objective]) {
        for (value, objective) in self.objectives.iter_mut().zip(objectives) {
            if let (Measure::FalseAlarms, Scope::Alert(id)) = (objective.measure, objective.scope) {
                *value = alarms[id.index()];
            }
        }
        let figure = |(i, value)| (Key { subject: Subject::Alert(i), metric: "false_alarms", unit: "times" }, value);
        self.figures.extend(alarms.into_iter().enumerate().map(figure));
    }
}
