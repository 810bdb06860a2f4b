//! The tables of a check, for the terminal and for Markdown.

use super::{Check, Comparison, Judged, Judgement, PointComparison};
use crate::experiment::{ObjectiveResult, Verdict};
use crate::findings::{Cell, Table, Tone, figure, figure_with_interval, scope_words};
use crate::report::verdict_tone;
use crate::stats::Estimate;

/// For each alternative its name and every objective with its verdict, value, interval and margin.
pub(super) fn objectives(check: &Check) -> Vec<(&str, Table)> {
    let mut names: Vec<&str> = check.objectives.iter().map(|judged| judged.alternative.as_str()).collect();
    names.dedup();
    names.into_iter().map(|name| (name, objectives_of(check, name))).collect()
}

fn objectives_of(check: &Check, alternative: &str) -> Table {
    let judged: Vec<&ObjectiveResult> = check
        .objectives
        .iter()
        .filter(|judged| judged.alternative == alternative)
        .map(|judged| &judged.result)
        .collect();
    let mut table = Table::new("of", judged.iter().map(|objective| scope_words(&objective.scope)).collect());
    let mut column = |heading: &str, cell: &dyn Fn(&ObjectiveResult) -> Cell| {
        table.column(vec![heading.to_owned()], judged.iter().map(|objective| cell(objective)).collect());
    };
    column("objective", &|objective| Cell::plain(objective.text.clone()));
    column("verdict", &|objective| Cell {
        text: verdict(objective.verdict).into(),
        tone: verdict_tone(objective.verdict),
    });
    column("measured", &|objective| {
        let value = objective.estimate.as_ref();
        Cell::plain(value.map_or_else(String::new, |e| figure_with_interval(e, &objective.unit, objective.at_least)))
    });
    column("margin", &|objective| Cell::plain(margin(objective).unwrap_or_default()));
    table
}

/// How far the mean is on the good side of the bound: `+0.4 points`, `-1 h 20 min`.
fn margin(objective: &ObjectiveResult) -> Option<String> {
    let above = objective.estimate?.mean - objective.bound;
    Some(signed(if objective.larger_is_better { above } else { -above }, &objective.unit))
}

/// A difference with its sign, shares in percentage points.
pub(super) fn signed(value: f64, unit: &str) -> String {
    let sign = if value < 0.0 { "-" } else { "+" };
    let size = value.abs();
    match unit {
        "share" => {
            let points = figure(size, unit);
            format!("{sign}{} points", points.trim_end_matches(" %"))
        }
        unit => format!("{sign}{}", figure(size, unit)),
    }
}

/// A verdict in the words of a gate.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "pass",
        Verdict::Missed => "MISS",
        Verdict::Undecided => "undecided",
        Verdict::NoData => "no data",
    }
}

/// For each alternative that differs from the baseline its name and the figures that are shown to.
pub(super) fn differences(check: &Check) -> Vec<(&str, Table)> {
    let of_point = |point: &'_ PointComparison| -> Option<Table> {
        let told: Vec<&Comparison> = point.comparisons.iter().filter(|comparison| is_told(comparison)).collect();
        (!told.is_empty()).then(|| differences_of(&told))
    };
    check.against.iter().filter_map(|point| Some((point.alternative.as_str(), of_point(point)?))).collect()
}

fn differences_of(told: &[&Comparison]) -> Table {
    let mut table = Table::new("figure", told.iter().map(|c| c.what.trim_start_matches("the ").to_owned()).collect());
    let mut column = |heading: &str, cell: &dyn Fn(&Comparison) -> Cell| {
        table.column(vec![heading.to_owned()], told.iter().map(|comparison| cell(comparison)).collect());
    };
    column("verdict", &|c| judgement_cell(c.judgement));
    column("baseline", &|c| Cell::plain(figure(c.before, &c.unit)));
    column("now", &|c| Cell::plain(figure(c.now, &c.unit)));
    column("difference", &|c| Cell::plain(ends(&c.difference, &c.unit)));
    table
}

/// What is alike is not shown, nor is a cost that stayed.
fn is_told(comparison: &Comparison) -> bool {
    match comparison.judgement {
        Judgement::Regression | Judgement::Improvement | Judgement::Undecided => true,
        Judgement::Alike => false,
        Judgement::Told => comparison.difference.mean != 0.0,
    }
}

/// The interval of a difference: `+3 min to +5 min`; the difference where it has no length.
fn ends(difference: &Estimate, unit: &str) -> String {
    match (difference.low, difference.high) {
        (Some(low), Some(high)) if low < high => format!("{} to {}", signed(low, unit), signed(high, unit)),
        _ => signed(difference.mean, unit),
    }
}

fn judgement_cell(judgement: Judgement) -> Cell {
    let (text, tone) = match judgement {
        Judgement::Regression => ("WORSE", Tone::Bad),
        Judgement::Improvement => ("better", Tone::Good),
        Judgement::Alike => ("alike", Tone::Plain),
        Judgement::Undecided => ("undecided", Tone::Undecided),
        Judgement::Told => ("not judged", Tone::Plain),
    };
    Cell { text: text.into(), tone }
}

/// The sentence of an objective that is not met, without its reason.
pub(super) fn shortfall(judged: &Judged) -> Option<String> {
    let Judged { alternative, result, .. } = judged;
    let said = match result.verdict {
        Verdict::Met => return None,
        Verdict::Missed => "misses",
        Verdict::Undecided => "cannot be told to meet or miss",
        Verdict::NoData => "has nothing to judge it by for",
    };
    let value = result.estimate.as_ref().map(|e| figure_with_interval(e, &result.unit, result.at_least));
    let value = value.map_or_else(String::new, |value| format!(": {value}"));
    Some(format!("`{alternative}`: {} {said} `{}`{value}.", scope_words(&result.scope), result.text))
}

/// The sentence of a figure that is worse than the baseline.
pub(super) fn regression(alternative: &str, comparison: &Comparison) -> String {
    let Comparison { what, unit, before, now, difference, tolerance, .. } = comparison;
    let allowed = if *tolerance > 0.0 {
        format!("; {} is tolerated", signed(*tolerance, unit).trim_start_matches('+'))
    } else {
        String::new()
    };
    format!(
        "`{alternative}`: {what} is worse than in the baseline: {} there, {} now ({}{allowed}).",
        figure(*before, unit),
        figure(*now, unit),
        ends(difference, unit)
    )
}
