//! Which assumptions matter: the outcomes of the base beside those with one number lower or higher, replication by replication on
//! the same random numbers.
//!
//! Literature: Saltelli et al., "Global Sensitivity Analysis: The Primer", 2008, section 1.2.6 (one factor at a time, and what it cannot see:
//! factors that only act together).

use serde::{Deserialize, Serialize};

use super::results::{ObjectiveResult, PointResult, Results, ScopeName};
use super::store::UnitStore;
use super::{OnProgress, RunError, precision, run_stored, warnings};
use crate::metric::{Metric, ScopeKind};
use crate::model::{Sensitivity, Study, Varied};
use crate::stats::Estimate;
use crate::units::path_keys;

/// What happens to each outcome when one number of the scenario is lower, or higher.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SensitivityResult {
    /// By which share of its value each number was varied.
    pub share: f64,
    /// The measures of the objectives; without any, the p95 wait of all jobs.
    pub outcomes: Vec<Outcome>,
    /// What was not varied: path and reason.
    pub left_out: Vec<(String, String)>,
}

/// An outcome by each number that was varied.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The objective as written, or `p95(wait)`.
    pub text: String,
    /// The measure as written, such as `p95(wait)`.
    pub measure: String,
    /// Whom it concerns.
    pub scope: ScopeName,
    /// Its unit.
    pub unit: String,
    /// The bound; `None` without an objective.
    pub bound: Option<f64>,
    /// Whether larger values are better.
    pub larger_is_better: bool,
    /// The value of the base.
    pub base: Option<Estimate>,
    /// By number, the widest swing first.
    pub bars: Vec<Bar>,
}

/// An outcome with one number varied.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bar {
    /// Where the number stands.
    pub path: String,
    /// As it stands.
    pub stated: String,
    /// With it lower, and higher; `None` where that is no scenario.
    pub ends: [Option<End>; 2],
}

/// An outcome at one value of a number.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct End {
    /// The value, such as `4.8/s`.
    pub value: String,
    /// The outcome; `None`: no job to measure it by.
    pub estimate: Option<Estimate>,
    /// The outcome is only known to be larger.
    pub at_least: bool,
    /// The outcome less that of the base, replication by replication.
    pub difference: Option<Estimate>,
}

impl Bar {
    /// The path without what a reader guesses: `jobs.mail.arrivals.poisson.rate` is `mail arrivals rate`.
    #[must_use]
    pub fn name(&self) -> String {
        let keys = path_keys(&self.path);
        let told = |&(i, key): &(usize, &String)| i == 1 || i == 2 || i + 1 == keys.len() || key.ends_with(']');
        let told: Vec<&str> = keys.iter().enumerate().filter(told).map(|(_, key)| key.as_str()).collect();
        told.join(" ")
    }

    /// From the smallest to the largest outcome, that of the base among them.
    #[must_use]
    pub fn swing(&self) -> f64 {
        let changes = self.ends.iter().flatten().filter_map(|end| Some(end.difference?.mean));
        let (low, high) =
            changes.fold((0.0, 0.0), |(low, high), change| (f64::min(low, change), f64::max(high, change)));
        high - low
    }
}

impl End {
    /// Whether the interval of the difference lies on one side of nothing.
    #[must_use]
    pub fn shows_a_change(&self) -> bool {
        let ends = self.difference.and_then(|change| Some((change.low?, change.high?)));
        ends.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

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
