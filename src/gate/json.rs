//! Checks for programs.

use serde::Serialize;

use super::{Check, Outcome};

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    outcome: Outcome,
    checks: Vec<WithOutcome<'a>>,
}

#[derive(Serialize)]
struct WithOutcome<'a> {
    outcome: Outcome,
    check: &'a Check,
}

/// All checks as one JSON document with a final newline.
///
/// # Panics
/// Never: everything in a check can be written as JSON.
#[must_use]
pub fn to_json(checks: &[Check]) -> String {
    let outcome = checks.iter().map(Check::outcome).max().unwrap_or(Outcome::Pass);
    let checks = checks.iter().map(|check| WithOutcome { outcome: check.outcome(), check }).collect();
    let text = serde_json::to_string_pretty(&Document { format: 1, outcome, checks });
    format!("{}\n", text.expect("a check is JSON"))
}
