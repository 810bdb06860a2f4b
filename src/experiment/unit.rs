//! The result of one unit of the run plan: every figure of one replication, ready to be summarised.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::metric::{CurveKind, Metric, Quantity, TimeStatistic};
use crate::model::{Measure, Objective, Scope, Statistic};
use crate::stats::{Jobs, PackedProfile, Profile, Quantile, Sketch};

/// The sketch of summary figures: quantiles within 0.4 % of their value.
pub(super) type Times = Sketch<7>;

/// They of a replication, put away.
pub(super) type TimesProfile = Profile<7>;

/// The waits of the jobs created in a step, put away: quantiles within 1.6 % of their value.
pub(super) type StepProfile = Profile<5>;

/// They of a replication that waits for the others.
pub(super) type PackedStep = PackedProfile<5>;

/// Whom a figure concerns: a part of the model, or one of its faults, alerts or responses by number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Subject {
    Part(Scope),
    Fault(usize),
    Alert(usize),
    Response(usize),
}

/// What a figure is: the same for all replications of a design point, in the same order.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Key {
    pub(super) subject: Subject,
    pub(super) metric: Metric,
}

impl Key {
    /// It is this statistic over the jobs of all replications; `None`: each replication has a value of its own.
    pub(super) fn over_jobs(self) -> Option<(Quantity, Statistic)> {
        match self.metric {
            Metric::Time(_, TimeStatistic::Max) => None,
            Metric::Time(quantity, statistic) => Some((quantity, statistic.into())),
            _ => None,
        }
    }
}

/// What a curve is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct CurveKey {
    pub(super) subject: Subject,
    pub(super) kind: CurveKind,
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

/// A [`Value`] in less than half of its memory: a replication has hundreds of them, and all replications are held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    /// No number: there is none.
    value: f64,
    most: f64,
    /// One more than the count, twice, and whether it is only known to be larger; a count of zero has no place for none.
    count: u64,
}

impl From<Value> for Packed {
    fn from(Value { value, at_least, most, count }: Value) -> Self {
        let none = |number: Option<f64>| number.unwrap_or(f64::NAN);
        let count = count.map_or(0, |count| count.saturating_add(1));
        Self { value: none(value), most: none(most), count: count << 1 | u64::from(at_least) }
    }
}

impl From<Packed> for Value {
    fn from(Packed { value, most, count }: Packed) -> Self {
        let some = |number: f64| Some(number).filter(|number| !number.is_nan());
        Self { value: some(value), at_least: count & 1 == 1, most: some(most), count: (count >> 1).checked_sub(1) }
    }
}

impl PartialEq for Packed {
    fn eq(&self, other: &Self) -> bool {
        Value::from(*self) == Value::from(*other)
    }
}

/// A value for each step that has one; empty for a curve over the jobs of all replications.
#[derive(Clone, Debug, Default)]
pub(super) struct Values(Vec<f64>);

impl Values {
    pub(super) fn of(values: impl Iterator<Item = Option<f64>>) -> Self {
        Self(values.map(|value| value.unwrap_or(f64::NAN)).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn at(&self, step: usize) -> Option<f64> {
        self.0.get(step).copied().filter(|value| !value.is_nan())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Option<f64>> + '_ {
        (0..self.len()).map(|step| self.at(step))
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// A curve of one replication.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct CurveValues {
    pub(super) key: CurveKey,
    pub(super) values: Values,
}

/// What the figures and curves of a design point are, which all its replications share.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Keys {
    pub(super) figures: Vec<Key>,
    pub(super) curves: Vec<CurveKey>,
}

/// Times of the jobs of a class.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct ClassTimes {
    pub(super) wait: TimesProfile,
    /// `None` without a dispatcher: it is the wait.
    pub(super) queue_wait: Option<TimesProfile>,
    pub(super) staging_delay: TimesProfile,
    pub(super) sojourn: TimesProfile,
}

impl ClassTimes {
    pub(super) fn of(&self, quantity: Quantity) -> &TimesProfile {
        match quantity {
            Quantity::Wait => &self.wait,
            Quantity::QueueWait => self.queue_wait.as_ref().unwrap_or(&self.wait),
            Quantity::StagingDelay => &self.staging_delay,
            Quantity::Sojourn => &self.sojourn,
        }
    }
}

/// Jobs on either side of the bound of an objective.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) within: u64,
    pub(super) beyond: u64,
    /// Jobs that were still there at the end and not beyond the bound then.
    pub(super) undecided: u64,
}

impl Tally {
    pub(super) fn jobs(self) -> Jobs {
        Jobs { all: (self.within + self.beyond) as f64, beyond: self.beyond as f64 }
    }
}

/// What an objective is judged by in one replication.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Evidence {
    /// The value of its measure in this replication alone.
    pub(super) value: Value,
    /// Jobs counted against its bound: of all, or of each tenant. Empty where no jobs are counted.
    pub(super) tallies: Vec<Tally>,
    /// Their times, where the objective is about some jobs of its scope.
    pub(super) times: Vec<TimesProfile>,
    /// For how long most jobs created wait for longer than the bound, in seconds, where it is one on the waits of all jobs.
    pub(super) most_late: Option<f64>,
}

/// Every figure of one replication.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct UnitResult {
    pub(super) keys: Arc<Keys>,
    pub(super) figures: Vec<Packed>,
    /// One for each objective of the design point.
    pub(super) objectives: Vec<Evidence>,
    pub(super) curves: Vec<Values>,
    /// Of each class.
    pub(super) times: Vec<ClassTimes>,
    /// The waits of each class by the step in which jobs were created; empty in the points of a sweep.
    pub(super) steps: Vec<Vec<PackedStep>>,
    /// Jobs created.
    pub(super) created: u64,
    pub(super) fingerprint: u64,
}

impl UnitResult {
    /// Adds how often each alert fires in 30 days without faults, which is also what some of the objectives measure.
    pub(super) fn add_false_alarms(&mut self, alarms: Vec<Value>, objectives: &[Objective]) {
        for (evidence, objective) in self.objectives.iter_mut().zip(objectives) {
            if let (Measure::Figure(Metric::FalseAlarms), Scope::Alert(id)) = (objective.measure, objective.scope) {
                evidence.value = alarms[id.index()];
            }
        }
        let key = |i| Key { subject: Subject::Alert(i), metric: Metric::FalseAlarms };
        Arc::make_mut(&mut self.keys).figures.extend((0..alarms.len()).map(key));
        self.figures.extend(alarms.into_iter().map(Packed::from));
    }

    /// Has it share the keys of the replications before it.
    pub(super) fn share_keys(&mut self, shared: &OnceLock<Arc<Keys>>) {
        self.keys = Arc::clone(shared.get_or_init(|| Arc::clone(&self.keys)));
        self.figures.shrink_to_fit();
    }
}
