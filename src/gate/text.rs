//! A check for the terminal.

use super::tables::{differences, objectives, regression, shortfall};
use super::{Check, Outcome, PointComparison};
use crate::experiment::Verdict;
use crate::findings::{Paint, Table, Tone, wrap};

/// Before the command that reproduces and draws a failure.
pub(super) const TO_SEE_IT: &str = "To see it: ";
/// After what can no longer be compared.
pub(super) const RENEW: &str = "If that is meant, run `--update-baseline`.";

/// What was found, in at most `width` characters a line: the verdict, the tables, and for each failure a sentence with the likely
/// reason and the command that reproduces and draws it.
#[must_use]
pub fn to_text(check: &Check, width: usize, paint: Paint<'_>) -> String {
    let tone = match check.outcome() {
        Outcome::Pass => Tone::Good,
        Outcome::Undecided => Tone::Undecided,
        Outcome::Fail => Tone::Bad,
    };
    let mut parts =
        vec![format!("{}\n", paint(tone, &wrap(&format!("{}: {}", check.file, headline(check)), width, 2)))];
    let titled = |title: String, table: &Table| format!("{title}\n{}", table.render(width, paint));
    parts.extend(objectives(check).iter().map(|(name, table)| titled(format!("Objectives of `{name}`:"), table)));
    let against = differences(check);
    parts.extend(against.iter().map(|(name, table)| titled(format!("`{name}` against the baseline:"), table)));
    let lines: String =
        findings(check).iter().map(|line| format!("{}\n", wrap(&format!("- {line}"), width, 2))).collect();
    parts.extend((!lines.is_empty()).then_some(lines));
    parts.join("\n")
}

/// The verdict in one line.
#[must_use]
pub fn headline(check: &Check) -> String {
    let count = |verdict| check.objectives.iter().filter(|judged| judged.result.verdict == verdict).count();
    let (missed, all) = (count(Verdict::Missed), check.objectives.len());
    let undecided = count(Verdict::Undecided) + count(Verdict::NoData);
    let worse = check.regressions().count();
    let objectives = match (missed, undecided, all) {
        (_, _, 0) => None,
        (0, 0, 1) => Some("the objective is met".to_owned()),
        (0, 0, all) => Some(format!("all {all} objectives are met")),
        (0, undecided, all) => Some(format!("{undecided} of {all} objectives undecided")),
        (missed, _, all) => Some(format!("{missed} of {all} objectives missed")),
    };
    let against = (!check.against.is_empty() || !check.missing.is_empty()).then(|| match worse {
        0 if !check.missing.is_empty() => "the baseline can no longer be compared in all".to_owned(),
        0 if check.undecided().next().is_some() => {
            "one replication cannot show whether something is worse than the baseline".to_owned()
        }
        0 if check.against.iter().all(PointComparison::is_unchanged) => "same trajectories as the baseline".to_owned(),
        0 => "nothing is worse than the baseline".to_owned(),
        1 => "1 figure is worse than the baseline".to_owned(),
        worse => format!("{worse} figures are worse than the baseline"),
    });
    let word = match check.outcome() {
        Outcome::Pass => "pass",
        Outcome::Undecided => "UNDECIDED",
        Outcome::Fail => "FAIL",
    };
    let confidence = (check.confidence * 1000.0).round() / 10.0;
    let nothing = check.nothing.as_ref().map(|_| "nothing is judged".to_owned());
    let parts: Vec<String> = [objectives, against, nothing].into_iter().flatten().collect();
    let found = if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) };
    let made = || check.replications.values().copied();
    let replications = match (made().min().unwrap_or(0), made().max().unwrap_or(0)) {
        (fewest, most) if fewest == most => most.to_string(),
        (fewest, most) => format!("{fewest} to {most}"),
    };
    format!("{word}{found} ({replications} replications, {confidence} % intervals)")
}

/// A sentence for each shortfall and regression with its reason and its command, then what else is to be said.
pub(super) fn findings(check: &Check) -> Vec<String> {
    let mut lines = Vec::new();
    for judged in &check.objectives {
        if let Some(sentence) = shortfall(judged) {
            let reason = judged.reason.as_ref().map_or_else(String::new, |reason| format!(" {reason}"));
            lines.push(format!("{sentence}{reason}"));
        }
    }
    lines.extend(check.worst().map(|(point, comparison)| {
        let reason = point.reason.as_ref().map_or_else(String::new, |reason| format!(" {reason}"));
        format!("{}{reason}", regression(&point.alternative, comparison))
    }));
    lines.extend(check.nothing.clone());
    lines.extend(check.missing.iter().map(|sentence| format!("{sentence} {RENEW}")));
    let same = check.against.iter().filter(|point| point.is_unchanged());
    lines.extend(same.map(|point| format!("`{}`: same trajectories as in the baseline.", point.alternative)));
    lines.extend(check.notes.iter().cloned());
    lines.extend(draw_lines(check));
    lines
}

/// For each alternative that fails, the command that draws it.
fn draw_lines(check: &Check) -> Vec<String> {
    let missed = check.objectives.iter().filter(|judged| judged.result.verdict != Verdict::Met);
    let mut names: Vec<&str> = missed.map(|judged| judged.alternative.as_str()).collect();
    names.extend(check.regressions().map(|(alternative, _)| alternative));
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.iter().map(|name| format!("{TO_SEE_IT}{}", check.reproduce(name))).collect()
}
