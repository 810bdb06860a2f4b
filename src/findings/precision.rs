//! What a rule of precision did: how many replications each design point got, and which objective needed the most.

use super::figures::{percent, whole_percent};
use super::table::wrap;
use super::words::scope_words;
use crate::experiment::{ObjectiveResult, PointResult, PrecisionResult, Results, Settled, Settlement};
use crate::untrusted::{Within, escape, sentence};

/// `30 replications`, `30 to 240 replications`.
pub(crate) fn replications_words(results: &Results) -> String {
    match results.replications_made() {
        (1, 1) => "1 replication".to_owned(),
        (fewest, most) if fewest == most => format!("{most} replications"),
        (fewest, most) => format!("{fewest} to {most} replications"),
    }
}

/// The rule and what its intervals are worth; `None`: the number of replications was fixed.
pub(crate) fn rule_words(results: &Results) -> Option<String> {
    let PrecisionResult { first, most, half_width, looks, look_confidence } = results.precision?;
    let enough = half_width.map_or_else(String::new, |share| {
        format!(" or its half-width was at most {} of its value", whole_percent(share))
    });
    let rule = format!(
        "Each design point was given replications, {first} at first and up to {most} in batches that double, until every objective was \
         decided{enough}."
    );
    let worth = (looks > 1).then(|| {
        format!(
            " With {looks} looks, each interval is taken at {}, so that it holds at {} whichever look was the last.",
            percent(look_confidence),
            whole_percent(results.confidence)
        )
    });
    Some(rule + &worth.unwrap_or_default())
}

/// The rule, then each design point in a line: its replications, and which objective was settled last, how and when. At most `most`
/// design points; empty when the number of replications was fixed.
pub(crate) fn precision_lines(results: &Results, width: usize, most: usize) -> String {
    let Some(rule) = rule_words(results) else { return String::new() };
    let mut lines = vec![wrap(&rule, width, 0)];
    let line = |p: &PointResult| {
        format!("- {}: {} replications, {}", point_words(p), p.replications, last_words(p, results.replications))
    };
    lines.extend(results.points.iter().take(most).map(|point| wrap(&line(point), width, 2)));
    if let Some(more) = results.points.len().checked_sub(most).filter(|more| *more > 0) {
        lines.push(format!("- {more} more in summary.md"));
    }
    lines.join("\n") + "\n"
}

/// The same as a section of `summary.md`, with every design point.
pub(crate) fn precision_section(results: &Results) -> String {
    let Some(rule) = rule_words(results) else { return String::new() };
    let row = |[point, made, why]: [String; 3]| {
        format!("| {} | {made} | {} |\n", escape(&point), sentence(&why, Within::Cell))
    };
    let rows: String = precision_rows(results).into_iter().map(row).collect();
    format!("## Replications\n\n{rule}\n\n| design point | replications | why no more |\n|---|---|---|\n{rows}")
}

/// Each design point, its replications, and why there are no more.
pub(crate) fn precision_rows(results: &Results) -> Vec<[String; 3]> {
    let row = |p: &PointResult| [point_words(p), p.replications.to_string(), last_words(p, results.replications)];
    results.points.iter().map(row).collect()
}

/// The alternative and its swept values.
fn point_words(point: &PointResult) -> String {
    let parts = [point.alternative.as_str()].into_iter().chain(point.sweep.iter().map(String::as_str));
    parts.collect::<Vec<_>>().join(", ")
}

/// What kept a design point going, in words.
fn last_words(point: &PointResult, first: u32) -> String {
    let open: Vec<&ObjectiveResult> = point.objectives.iter().filter(|objective| objective.settled.is_none()).collect();
    match open.as_slice() {
        [] => {}
        [only] => return format!("the most, with {} open", objective_words(only)),
        [first, ..] => {
            let more = open.len() - 1;
            return format!("the most, with {} and {more} more open", objective_words(first));
        }
    }
    let settled = point.objectives.iter().filter_map(|objective| Some((objective, objective.settled?)));
    if point.replications == first
        && !point.objectives.is_empty()
        && settled.clone().all(|(_, settlement)| settlement.how == Settled::Decided)
    {
        return "every objective decided".to_owned();
    }
    // Of those settled at the same look, the first of the file.
    let last = settled.rev().max_by_key(|(_, settlement)| settlement.replications);
    last.map_or_else(|| "no objective".to_owned(), |(objective, settlement)| settled_words(objective, settlement))
}

fn settled_words(objective: &ObjectiveResult, settlement: Settlement) -> String {
    let Settlement { replications, how } = settlement;
    let how = match how {
        Settled::Decided => "decided",
        Settled::Precise => "precise enough",
        Settled::LowerBound => "known only from below",
    };
    format!("{} was {how} last, by {replications}", objective_words(objective))
}

fn objective_words(objective: &ObjectiveResult) -> String {
    format!("`{}` of {}", objective.text, scope_words(&objective.scope))
}
