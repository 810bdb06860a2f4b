//! `size.csv`: one row for each objective of each candidate that was tried, by value.
//!
//! Columns: `alternative` where one is sized, one for each path that was searched for, `cost_per_hour` (of the sizes) with several pools, `verdict` of the candidate, `scope`, `name`, `objective`,
//! `unit`, `bound`, `mean`, `ci_low`, `ci_high`, `at_least`, `objective_verdict`, `replications`, `confidence` of the interval, `answer` (`true` in
//! the rows of the answer), `stopped` (why a replication was, which leaves the objective's cells empty).

use crate::experiment::size::Trial;
use crate::experiment::{ObjectiveResult, Verdict};
use crate::findings::sizing::SizeReport;
use crate::report::files::metrics_csv::{CsvText, number};

/// The text of `size.csv`.
#[must_use]
pub fn write_size_csv(report: &SizeReport<'_>) -> String {
    let mut text = CsvText::new();
    let several = report.grids.len() > 1;
    let paths = report.grids.iter().map(|grid| grid.path.as_str());
    let fixed = [
        "verdict",
        "scope",
        "name",
        "objective",
        "unit",
        "bound",
        "mean",
        "ci_low",
        "ci_high",
        "at_least",
        "objective_verdict",
        "replications",
        "confidence",
        "answer",
        "stopped",
    ];
    let named = report.alternative.map(|_| "alternative");
    text.row(named.into_iter().chain(paths).chain(several.then_some("cost_per_hour")).chain(fixed));
    for trial in report.in_order() {
        let values = report.grids.iter().zip(&trial.places).map(|(grid, &place)| grid.written(place));
        let named = report.alternative.map(str::to_owned);
        let lead: Vec<String> =
            named.into_iter().chain(values).chain(several.then(|| report.position(trial).to_string())).collect();
        let is_answer = report.sizing.answer.as_ref() == Some(&trial.places);
        let tail = |trial: &Trial| {
            [
                trial.replications.to_string(),
                trial.confidence.to_string(),
                is_answer.to_string(),
                trial.stopped.clone().unwrap_or_default(),
            ]
        };
        let verdict = verdict_word(trial.verdict).to_owned();
        for objective in &trial.objectives {
            text.row(lead.iter().cloned().chain([verdict.clone()]).chain(cells(objective)).chain(tail(trial)));
        }
        if trial.objectives.is_empty() {
            text.row(lead.into_iter().chain([verdict]).chain(vec![String::new(); 10]).chain(tail(trial)));
        }
    }
    text.finish()
}

fn cells(objective: &ObjectiveResult) -> [String; 10] {
    let estimate = objective.estimate;
    [
        objective.scope.kind.name().to_owned(),
        objective.scope.name.clone(),
        objective.text.clone(),
        objective.unit.clone(),
        objective.bound.to_string(),
        number(estimate.map(|e| e.mean)),
        number(estimate.and_then(|e| e.low)),
        number(estimate.and_then(|e| e.high)),
        objective.at_least.to_string(),
        verdict_word(objective.verdict).to_owned(),
    ]
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Undecided => "undecided",
        Verdict::NoData => "nodata",
    }
}
