//! Which assumptions matter: the outcomes of the base beside those with one number lower or higher, replication by replication on
//! the same random numbers.
//!
//! Literature: Saltelli et al., "Global Sensitivity Analysis: The Primer", 2008, section 1.2.6 (one factor at a time, and what it cannot see:
//! factors that only act together).

use super::error::{OnProgress, RunError};
use super::store::UnitStore;
use super::study::run_stored;
use crate::experiment::results::sensitivity::{Bar, End, Outcome, SensitivityResult};
use crate::experiment::results::{ObjectiveResult, PointResult, Results};
use crate::experiment::summary::{precision, warnings};
use crate::metric::{Metric, ScopeKind, ScopeName};
use crate::model::{Sensitivity, Study, Varied};
use crate::stats::Estimate;

/// The study of the base and everything that is varied, without alternatives and sweep.
#[must_use]
pub fn sensitivity_study(study: &Study, sensitivity: &Sensitivity) -> Study {
    let mut points = study.points[..1].to_vec();
    points.extend(varied(sensitivity).map(|varied| varied.point.clone()));
    Study { axes: Vec::new(), is_grid: false, points, ..study.clone() }
}

fn varied(sensitivity: &Sensitivity) -> impl Iterator<Item = &Varied> {
    sensitivity.parameters.iter().flat_map(|parameter| parameter.ends.iter().flatten())
}

/// Runs a [`sensitivity_study`]: the results of the base, with what each number does to its outcomes.
///
/// # Errors
/// [`RunError`] for the first unit that was stopped or could not be stored.
pub fn run_sensitivity(
    study: &Study,
    sensitivity: &Sensitivity,
    store: &UnitStore,
    on_progress: OnProgress<'_>,
) -> Result<Results, RunError> {
    let mut results = run_stored(study, store, on_progress)?;
    let rest = results.points.split_off(1);
    let confidence = precision::confidence(&study.settings);
    let base = Outcome::of_base(&results.points[0]);
    let outcomes =
        base.into_iter().enumerate().map(|(i, outcome)| outcome.with_bars(i, (sensitivity, &rest), confidence));
    let left_out = sensitivity.left_out.iter().map(|left| (left.path.clone(), left.reason.clone())).collect();
    let found = SensitivityResult { share: sensitivity.share.as_f64(), outcomes: outcomes.collect(), left_out };
    results.sensitivity = Some(found);
    results.warnings = warnings::warnings(&results.points, &study.settings);
    Ok(results)
}

/// An outcome of a point and its values.
struct Reading<'a> {
    estimate: Option<Estimate>,
    at_least: bool,
    values: &'a [Option<f64>],
}

impl<'a> Reading<'a> {
    /// The i-th outcome: the measure of the i-th objective, or the p95 wait of all jobs.
    fn of(point: &'a PointResult, i: usize) -> Option<Self> {
        if let Some(ObjectiveResult { estimate, at_least, values, .. }) = point.objectives.get(i) {
            return Some(Self { estimate: *estimate, at_least: *at_least, values });
        }
        let wait = point.metrics.iter().find(|m| m.scope.kind == ScopeKind::All && m.metric == Metric::WAIT_P95)?;
        Some(Self { estimate: wait.estimate, at_least: wait.at_least, values: &wait.values })
    }
}

/// An outcome of the base, before anything is varied.
struct BaseOutcome<'a>(Outcome, Reading<'a>);

impl Outcome {
    fn of_base(point: &PointResult) -> Vec<BaseOutcome<'_>> {
        let judged = point.objectives.iter().enumerate().filter_map(|(i, objective)| {
            let reading = Reading::of(point, i)?;
            let outcome = Self {
                text: objective.text.clone(),
                measure: objective.metric.clone(),
                scope: objective.scope.clone(),
                unit: objective.unit.clone(),
                bound: Some(objective.bound),
                larger_is_better: objective.larger_is_better,
                base: reading.estimate,
                bars: Vec::new(),
            };
            Some(BaseOutcome(outcome, reading))
        });
        let judged: Vec<_> = judged.collect();
        if !judged.is_empty() {
            return judged;
        }
        let reading = Reading::of(point, 0);
        let wait = reading.map(|reading| {
            let outcome = Self {
                text: "p95(wait)".to_owned(),
                measure: "p95(wait)".to_owned(),
                scope: ScopeName { kind: ScopeKind::All, name: "all".to_owned() },
                unit: "s".to_owned(),
                bound: None,
                larger_is_better: false,
                base: reading.estimate,
                bars: Vec::new(),
            };
            BaseOutcome(outcome, reading)
        });
        wait.into_iter().collect()
    }
}

impl BaseOutcome<'_> {
    fn with_bars(self, i: usize, (sensitivity, points): (&Sensitivity, &[PointResult]), confidence: f64) -> Outcome {
        let Self(mut outcome, base) = self;
        let mut points = points.iter();
        for parameter in &sensitivity.parameters {
            let mut end = |varied: &Varied| {
                let reading = points.next().and_then(|point| Reading::of(point, i))?;
                let pairs = base.values.iter().zip(reading.values).filter_map(|(a, b)| Some((*b)? - (*a)?));
                Some(End {
                    value: varied.value.clone(),
                    estimate: reading.estimate,
                    at_least: reading.at_least,
                    difference: Estimate::of(&pairs.collect::<Vec<f64>>(), confidence),
                })
            };
            let ends = parameter.ends.each_ref().map(|varied| varied.as_ref().and_then(&mut end));
            outcome.bars.push(Bar { path: parameter.path.clone(), stated: parameter.stated.clone(), ends });
        }
        outcome.bars.sort_by(|a, b| b.swing().total_cmp(&a.swing()));
        outcome
    }
}
