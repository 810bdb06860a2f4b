//! What one number after the other does to the outcomes: a table, and the sentence that leads it.

use super::figures::{figure, figure_with_interval, whole_percent};
use super::table::{Cell, Table};
use super::words::scope_words;
use crate::experiment::{Bar, End, Outcome, Results, SensitivityResult};
use crate::metric::ScopeKind;
use crate::untrusted::{Within, sentence};

/// Rows of a table for people; all are in `sensitivity.csv`.
const MOST_ROWS: usize = 12;

/// How an outcome is called: `share(wait <= 30s) of mail`.
pub(crate) fn outcome_words(outcome: &Outcome) -> String {
    match outcome.scope.kind {
        ScopeKind::All => format!("`{}` of all jobs", outcome.measure),
        _ => format!("`{}` of {}", outcome.measure, scope_words(&outcome.scope)),
    }
}

/// The number that matters most to the first outcome.
pub(crate) fn sensitivity_sentence(results: &Results) -> Option<String> {
    let found = results.sensitivity.as_ref()?;
    let outcome = found.outcomes.first()?;
    let shown = outcome.bars.iter().filter(|bar| matters(bar)).count();
    let all = outcome.bars.len();
    let by = whole_percent(found.share);
    let Some(first) = outcome.bars.first().filter(|bar| matters(bar)) else {
        return Some(format!(
            "None of {all} numbers, each {by} lower and higher, is seen to change {}.",
            outcome_words(outcome)
        ));
    };
    let ends: Vec<String> = first.ends.iter().flatten().filter_map(|end| end_words(outcome, end)).collect();
    Some(format!(
        "Of {all} numbers, each {by} lower and higher, {shown} are seen to change {}; `{}` matters most: {}.",
        outcome_words(outcome),
        first.path,
        ends.join(", ")
    ))
}

/// Whether one of its ends is seen to change the outcome.
pub(crate) fn matters(bar: &Bar) -> bool {
    bar.ends.iter().flatten().any(End::shows_a_change)
}

/// `54.1 % at 4.8/s`.
fn end_words(outcome: &Outcome, end: &End) -> Option<String> {
    let value = figure(end.estimate?.mean, &outcome.unit);
    let bound = if end.at_least { "over " } else { "" };
    Some(format!("{bound}{value} at {}", end.value))
}

/// What a number is called in a table.
pub(crate) type NumberName = fn(&Bar) -> String;

/// For each outcome its title and its table.
pub(crate) fn sensitivity_tables(found: &SensitivityResult, name: NumberName) -> Vec<(String, Table)> {
    let table = |outcome: &Outcome| {
        let bars = &outcome.bars[..outcome.bars.len().min(MOST_ROWS)];
        let mut table = Table::new("number", bars.iter().map(name).collect());
        table.column(vec!["stated".into()], bars.iter().map(|bar| Cell::plain(bar.stated.clone())).collect());
        for (i, heading) in ["lower", "higher"].into_iter().enumerate() {
            let cell = |bar: &Bar| {
                let told = bar.ends[i].as_ref().and_then(|end| end_words(outcome, end));
                let unsure = bar.ends[i].as_ref().is_some_and(|end| !end.shows_a_change());
                Cell::plain(told.map(|told| if unsure { format!("({told})") } else { told }).unwrap_or_default())
            };
            table.column(vec![heading.to_owned()], bars.iter().map(cell).collect());
        }
        let base = outcome.base.as_ref().map(|base| figure_with_interval(base, &outcome.unit, false));
        let base = base.map_or_else(String::new, |base| format!(", {base} as it stands"));
        (format!("{}{base}", outcome_words(outcome)), table)
    };
    found.outcomes.iter().map(table).collect()
}

/// How the figures are to be read, and what is not among them.
pub(crate) fn sensitivity_notes(found: &SensitivityResult) -> Vec<String> {
    let most = found.outcomes.iter().map(|outcome| outcome.bars.len()).max().unwrap_or(0);
    let mut notes = vec![format!(
        "One number at a time is {} lower or higher, on the same random numbers; in brackets what the paired interval does not tell from no \
         change. Numbers that matter only together are not seen.",
        whole_percent(found.share)
    )];
    if most > MOST_ROWS {
        notes.push(format!("The {MOST_ROWS} widest swings of {most}; all are in `sensitivity.csv`."));
    }
    let left_out = found.left_out.iter().map(|(path, reason)| format!("Not varied: `{path}` ({reason})."));
    notes.extend(left_out);
    notes
}

/// The part of `summary.md`; empty where nothing was varied.
pub(crate) fn sensitivity_section(results: &Results) -> String {
    let Some(found) = &results.sensitivity else { return String::new() };
    let tables = sensitivity_tables(found, |bar| bar.path.clone())
        .into_iter()
        .map(|(title, table)| format!("{}:\n\n{}\n", sentence(&title, Within::Line), table.to_markdown()));
    let notes: String =
        sensitivity_notes(found).iter().map(|note| format!("- {}\n", sentence(note, Within::Line))).collect();
    format!("## Which assumptions matter\n\n{}{notes}", tables.collect::<String>())
}
