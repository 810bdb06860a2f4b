//! The curves of waits by the time of creation, over the jobs of all replications.

use super::over_jobs::{OverJobs, Terms};
use crate::experiment::unit::{StepProfile, UnitResult};
use crate::metric::{CurveKind, TimeStatistic};
use crate::model::Scope;
use crate::stats::{Estimate, Quantile};

/// The value of a curve in a step.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StepValue {
    pub(in crate::experiment) value: Option<f64>,
    pub(in crate::experiment) low: Option<f64>,
    pub(in crate::experiment) high: Option<f64>,
    pub(in crate::experiment) at_least: bool,
}

impl StepValue {
    pub(in crate::experiment) fn of(estimate: Option<Estimate>) -> Self {
        let Some(Estimate { mean, low, high, .. }) = estimate else { return Self::default() };
        Self { value: Some(mean), low, high, at_least: false }
    }
}

/// The curves of a scope: all four are found at once, as they share the times of each step.
#[derive(Default)]
pub(super) struct WaitCurves {
    scope: Option<Scope>,
    curves: [Vec<StepValue>; 4],
}

impl WaitCurves {
    /// The curve of a statistic.
    pub(in crate::experiment) fn of(
        &mut self,
        scope: Scope,
        statistic: TimeStatistic,
        (units, terms): (&[UnitResult], Terms<'_>),
    ) -> &[StepValue] {
        if self.scope != Some(scope) {
            *self = Self { scope: Some(scope), curves: curves_of(scope, units, terms) };
        }
        let place = CurveKind::WAITS.iter().position(|other| *other == statistic).unwrap_or(0);
        &self.curves[place]
    }
}

fn curves_of(scope: Scope, units: &[UnitResult], terms: Terms<'_>) -> [Vec<StepValue>; 4] {
    let steps = units[0].steps.first().map_or(0, Vec::len);
    let mut curves = [(); 4].map(|()| Vec::with_capacity(steps));
    for step in 0..steps {
        let of = |unit| waits_of(unit, step, terms.classes_of(scope));
        let waits: Vec<Vec<StepProfile>> = units.iter().map(of).collect();
        let over = OverJobs::of_a_step(waits.iter().map(|waits| waits.iter().collect()).collect(), terms);
        for (curve, statistic) in curves.iter_mut().zip(CurveKind::WAITS) {
            curve.push(value_of(&over, statistic, terms));
        }
    }
    curves
}

/// The waits of the jobs of these classes that were created in a step.
fn waits_of(unit: &UnitResult, step: usize, classes: impl Iterator<Item = usize>) -> Vec<StepProfile> {
    classes.map(|class| unit.steps[class][step].unpack()).collect()
}

fn value_of(over: &OverJobs<'_, 5>, statistic: TimeStatistic, terms: Terms<'_>) -> StepValue {
    let Some(share) = statistic.share() else {
        let found = over.statistic(statistic.into(), terms.unseen_time);
        return StepValue { at_least: found.at_least, ..StepValue::of(found.estimate) };
    };
    let Some((quantile, low, high)) = over.quick_percentile(share) else { return StepValue::default() };
    let (value, at_least) = match quantile {
        Quantile::Exactly(seconds) | Quantile::Between(seconds, _) => (seconds, false),
        Quantile::AtLeast(seconds) => (seconds, true),
    };
    StepValue { value: Some(value), low, high, at_least }
}
