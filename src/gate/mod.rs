//! The gate: whether the results of a scenario keep its objectives, and whether they are worse than a baseline.
//!
//! An objective is decided by its interval, a regression by the interval of the paired difference from the baseline. All intervals
//! of a comparison hold together with the confidence of the scenario: each has the error of the whole divided by their number
//! (Bonferroni). Nothing here simulates; equal results give equal verdicts and equal bytes.

mod against;
mod baseline;
mod compare;
mod figures;
mod github;
mod json;
mod junit;
mod markdown;
mod meaning;
mod missing;
mod reason;
mod tables;
mod text;
mod tolerance;

pub use against::Against;
pub use baseline::{Baseline, BaselineError, Recorded};
pub use compare::{Comparison, Judgement, PointComparison};
pub use github::annotations;
pub use json::to_json;
pub use junit::to_junit;
pub use markdown::to_markdown;
pub use meaning::{PointPromises, Promise, Promises};
pub use text::{headline, to_text};
pub use tolerance::{Tolerance, ToleranceError};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::experiment::{ObjectiveResult, PointResult, Results, Verdict};
use crate::metric::ScopeKind;
use crate::untrusted::{shell_path, shell_quoted};

/// What the gate found in one scenario.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Check {
    /// The scenario file as named on the command line.
    pub file: String,
    /// Name of the scenario.
    pub name: String,
    /// Replications of each design point, by the name of the alternative.
    pub replications: BTreeMap<String, u32>,
    /// Master seed.
    pub seed: u64,
    /// Confidence of the intervals, 0 to 1.
    pub confidence: f64,
    /// The objectives of the points that are judged.
    pub objectives: Vec<Judged>,
    /// Against the baseline, point by point; empty without one.
    pub against: Vec<PointComparison>,
    /// What the baseline has and the file has not, or what can no longer be compared, in sentences.
    pub missing: Vec<String>,
    /// Why nothing is judged; such a check fails. `None`: something is, or that nothing is was allowed.
    pub nothing: Option<String>,
    /// What else the reader must know, in sentences.
    pub notes: Vec<String>,
    /// The time was over before all was simulated: whatever else was found, nothing passes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut_short: bool,
}

/// An objective and where it stands.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Judged {
    /// Name of the alternative.
    pub alternative: String,
    /// What was found.
    pub result: ObjectiveResult,
    /// Why it is not met, in a sentence; `None` when it is, or when nothing is known.
    pub reason: Option<String>,
}

/// What must be known beside the verdicts: why some are open, what rare days do, which replications were chosen.
fn beside_verdicts(results: &Results, objectives: &[Judged]) -> Vec<String> {
    let judged = |point: &&PointResult| {
        point.sweep.is_empty() && objectives.iter().any(|judged| judged.alternative == point.alternative)
    };
    let of_point = |point: &PointResult| {
        let noted = point.objectives.iter().flat_map(|objective| crate::findings::notes(point, objective));
        let all: Vec<String> =
            noted.chain(crate::findings::missing(point)).chain(crate::findings::directed(point)).collect();
        all.into_iter().map(|sentence| format!("`{}`: {sentence}", point.alternative)).collect::<Vec<String>>()
    };
    let points = results.points.iter().filter(judged);
    points
        .flat_map(of_point)
        .chain(crate::findings::own_values(objectives.iter().map(|judged| &judged.result)))
        .collect()
}

/// How a check ends. The worst of several scenarios counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every objective is met and nothing is worse.
    Pass,
    /// Some objective or comparison needs more replications, or no job came to judge it by.
    Undecided,
    /// An objective is missed, or something is worse than the baseline.
    Fail,
}

/// Why an objective is not met.
fn reason_of(results: &Results, point: &PointResult, objective: &ObjectiveResult) -> Option<String> {
    let class = (objective.scope.kind == ScopeKind::Class).then_some(objective.scope.name.as_str());
    (objective.verdict != Verdict::Met).then(|| reason::reason(results, point, class))?
}

/// Whether the objectives of an alternative count: those that are named, without names the file as it stands.
#[must_use]
pub fn is_judged(alternative: &str, only: &[String]) -> bool {
    if only.is_empty() { alternative == "base" } else { only.iter().any(|name| name == alternative) }
}

/// Why a check has nothing to judge.
fn nothing_judged(only: &[String], has_baseline: bool) -> String {
    let whose = match only {
        [] => "the scenario states".to_owned(),
        [one] => format!("`{one}` states"),
        _ => "those of `--alternative` state".to_owned(),
    };
    let (baseline, other) = match has_baseline {
        true => ("the baseline has none of its points", "renew the baseline with `--update-baseline`"),
        false => ("there is no baseline", "compare with a baseline (`--baseline FILE`)"),
    };
    format!(
        "Nothing is judged: {whose} no objective, and {baseline}. State objectives in the table of a job class, such as \
         `objectives = [\"p95(wait) <= 30s\"]`, or {other}. `--allow-empty` passes without a judgement."
    )
}

impl Check {
    /// Judges `results`: the objectives of the alternatives named in `only` (without names: of the base), and all points that the
    /// baseline has too.
    #[must_use]
    pub fn new(file: &str, results: &Results, only: &[String], baseline: Option<&Against<'_>>) -> Self {
        let points = results.points.iter().filter(|p| p.sweep.is_empty() && is_judged(&p.alternative, only));
        let objectives = points.flat_map(|point| {
            point.objectives.iter().map(|result| Judged {
                alternative: point.alternative.clone(),
                result: result.clone(),
                reason: reason_of(results, point, result),
            })
        });
        let compare::Found { points: against, missing, mut notes } =
            baseline.map(|baseline| compare::against(results, baseline)).unwrap_or_default();
        let objectives: Vec<Judged> = objectives.collect();
        let of_traces = results.warnings.iter().filter(|warning| warning.kind == "trace-rows");
        notes.extend(of_traces.map(|warning| format!("{}.", warning.text)));
        notes.extend(beside_verdicts(results, &objectives));
        let nothing = (objectives.is_empty() && against.is_empty()).then(|| nothing_judged(only, baseline.is_some()));
        Self {
            file: file.to_owned(),
            name: results.name.clone(),
            replications: results.points.iter().map(|p| (p.alternative.clone(), p.replications)).collect(),
            seed: results.seed,
            confidence: results.confidence,
            objectives,
            against,
            missing,
            nothing,
            notes,
            cut_short: false,
        }
    }

    /// How it ends.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let objectives = self.objectives.iter().map(|judged| match judged.result.verdict {
            Verdict::Met => Outcome::Pass,
            Verdict::Missed => Outcome::Fail,
            Verdict::Undecided | Verdict::NoData => Outcome::Undecided,
        });
        let compared = self.against.iter().flat_map(|point| &point.comparisons);
        let compared = compared.map(|comparison| match comparison.judgement {
            Judgement::Regression => Outcome::Fail,
            Judgement::Undecided => Outcome::Undecided,
            Judgement::Improvement | Judgement::Alike | Judgement::Told => Outcome::Pass,
        });
        let missing = self.missing.first().or(self.nothing.as_ref()).map(|_| Outcome::Fail);
        let cut = self.cut_short.then_some(Outcome::Undecided);
        objectives.chain(compared).chain(missing).chain(cut).max().unwrap_or(Outcome::Pass)
    }

    /// A check that judges nothing is meant: it passes, and says so.
    pub fn allow_nothing(&mut self) {
        self.notes.extend(self.nothing.take());
    }

    /// The time was over before these alternatives were decided.
    pub fn cut_short(&mut self, time: &str, alternatives: &[String]) {
        let names: Vec<String> = alternatives.iter().map(|name| format!("`{name}`")).collect();
        self.notes.push(format!(
            "The {time} of `--max-time` were too short to decide {}: nothing is compared with a baseline, no report is written.",
            names.join(", ")
        ));
        self.nothing = None;
        self.cut_short = true;
    }

    /// What is worse than the baseline, with the alternative.
    pub fn regressions(&self) -> impl Iterator<Item = (&str, &Comparison)> {
        let all = self
            .against
            .iter()
            .flat_map(|point| point.comparisons.iter().map(|comparison| (point.alternative.as_str(), comparison)));
        all.filter(|(_, comparison)| comparison.judgement == Judgement::Regression)
    }

    /// What may be worse than the baseline, which one replication cannot show.
    pub(crate) fn undecided(&self) -> impl Iterator<Item = &Comparison> {
        let all = self.against.iter().flat_map(|point| &point.comparisons);
        all.filter(|comparison| comparison.judgement == Judgement::Undecided)
    }

    /// Of each point that has become worse the figure that shows it best: the one that grew or shrank by the largest factor.
    pub(crate) fn worst(&self) -> impl Iterator<Item = (&PointComparison, &Comparison)> {
        self.against.iter().filter_map(|point| {
            let worse = point.comparisons.iter().filter(|comparison| comparison.judgement == Judgement::Regression);
            Some((point, worse.max_by(|a, b| a.factor().total_cmp(&b.factor()))?))
        })
    }

    /// The command that simulates an alternative again and draws it.
    #[must_use]
    pub fn reproduce(&self, alternative: &str) -> String {
        let Self { file, seed, .. } = self;
        // Of what was not simulated at all, for lack of time, as many as the file states.
        let made = self.replications.get(alternative).filter(|made| **made > 0);
        let replications = made.map(|made| format!(" --replications {made}")).unwrap_or_default();
        let (file, alternative) = (shell_path(file), shell_quoted(alternative));
        format!("tailback run {file} --alternative {alternative}{replications} --seed {seed}")
    }
}
