//! Which assumptions matter, in the published summary.

use schemars::JsonSchema;
use serde::Serialize;

use super::SummaryEstimate;
use crate::experiment::{Bar, End, Outcome, SensitivityResult};
use crate::metric::ScopeName;

/// What one number of the scenario after the other, lower and higher, does to the outcomes.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummarySensitivity {
    /// By which share of its value each number was varied.
    pub share: f64,
    /// The measures of the objectives; without any, the p95 wait of all jobs.
    pub outcomes: Vec<SummaryOutcome>,
    /// What was not varied, and why.
    pub left_out: Vec<SummaryLeftOut>,
}

/// An outcome by each number that was varied, the widest swing first.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryOutcome {
    /// The objective as written, or `p95(wait)`.
    pub text: String,
    /// Whom it concerns.
    pub scope: ScopeName,
    /// Its unit.
    pub unit: String,
    /// The value of the base.
    pub base: Option<SummaryEstimate>,
    /// By number.
    pub numbers: Vec<SummaryNumber>,
}

/// An outcome with one number varied.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryNumber {
    /// Where the number stands.
    pub path: String,
    /// As it stands.
    pub stated: String,
    /// With it lower; null where that is no scenario.
    pub lower: Option<SummaryEnd>,
    /// With it higher.
    pub higher: Option<SummaryEnd>,
}

/// An outcome at one value of a number.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryEnd {
    /// The value.
    pub value: String,
    /// The outcome.
    pub estimate: Option<SummaryEstimate>,
    /// The outcome is only known to be larger.
    pub at_least: bool,
    /// The outcome less that of the base, replication by replication.
    pub difference: Option<SummaryEstimate>,
}

/// What was not varied.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SummaryLeftOut {
    /// Where it stands.
    pub path: String,
    /// The reason.
    pub reason: String,
}

impl From<&SensitivityResult> for SummarySensitivity {
    fn from(found: &SensitivityResult) -> Self {
        let left_out =
            |(path, reason): &(String, String)| SummaryLeftOut { path: path.clone(), reason: reason.clone() };
        Self {
            share: found.share,
            outcomes: found.outcomes.iter().map(SummaryOutcome::from).collect(),
            left_out: found.left_out.iter().map(left_out).collect(),
        }
    }
}

impl From<&Outcome> for SummaryOutcome {
    fn from(outcome: &Outcome) -> Self {
        Self {
            text: outcome.text.clone(),
            scope: outcome.scope.clone(),
            unit: outcome.unit.clone(),
            base: outcome.base.as_ref().map(SummaryEstimate::from),
            numbers: outcome.bars.iter().map(SummaryNumber::from).collect(),
        }
    }
}

impl From<&Bar> for SummaryNumber {
    fn from(bar: &Bar) -> Self {
        let [lower, higher] = bar.ends.each_ref().map(|end| end.as_ref().map(SummaryEnd::from));
        Self { path: bar.path.clone(), stated: bar.stated.clone(), lower, higher }
    }
}

impl From<&End> for SummaryEnd {
    fn from(end: &End) -> Self {
        Self {
            value: end.value.clone(),
            estimate: end.estimate.as_ref().map(SummaryEstimate::from),
            at_least: end.at_least,
            difference: end.difference.as_ref().map(SummaryEstimate::from),
        }
    }
}
