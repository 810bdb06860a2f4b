//! `sensitivity.csv`: what one number after the other does to the outcomes.

use super::metrics_csv::CsvText;
use crate::experiment::{Bar, End, Outcome, Results};
use crate::stats::Estimate;

/// The text of `sensitivity.csv`: one row for each outcome and value of a number, tidy. Columns: `objective` (the outcome), `scope`,
/// `name`, `unit`, `path`, `stated`, `end` (`lower` or `higher`), `value`, `mean`, `ci_low`, `ci_high` of the outcome, `at_least`, `difference`,
/// `difference_ci_low`, `difference_ci_high` against the base, paired. `None` where nothing was varied.
#[must_use]
pub fn write_sensitivity(results: &Results) -> Option<String> {
    let found = results.sensitivity.as_ref()?;
    let mut text = CsvText::new();
    let of_outcome = ["mean", "ci_low", "ci_high", "at_least"];
    let of_difference = ["difference", "difference_ci_low", "difference_ci_high"];
    let of_number = ["objective", "scope", "name", "unit", "path", "stated", "end", "value"];
    text.row(of_number.into_iter().chain(of_outcome).chain(of_difference));
    for outcome in &found.outcomes {
        for bar in &outcome.bars {
            for (end, name) in bar.ends.iter().zip(["lower", "higher"]) {
                if let Some(end) = end {
                    text.row(row(outcome, bar, (end, name)));
                }
            }
        }
    }
    Some(text.finish())
}

fn row(outcome: &Outcome, bar: &Bar, (end, name): (&End, &str)) -> Vec<String> {
    let kind = serde_json::to_value(outcome.scope.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
    let mut cells = vec![
        outcome.text.clone(),
        kind.unwrap_or_default(),
        outcome.scope.name.clone(),
        outcome.unit.clone(),
        bar.path.clone(),
        bar.stated.clone(),
        name.to_owned(),
        end.value.clone(),
    ];
    cells.extend(numbers(end.estimate));
    cells.push(end.at_least.to_string());
    cells.extend(numbers(end.difference));
    cells
}

fn numbers(estimate: Option<Estimate>) -> [String; 3] {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    [number(estimate.map(|e| e.mean)), number(estimate.and_then(|e| e.low)), number(estimate.and_then(|e| e.high))]
}
