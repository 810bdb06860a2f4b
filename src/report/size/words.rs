//! What a search prints: question, answer, the candidates around it with their intervals, and what the answer rests on.

use crate::experiment::size::{Grid, Trial};
use crate::experiment::{ObjectiveResult, Verdict};
use crate::findings::figures::{figure_with_interval, whole_percent};
use crate::findings::sizing::SizeReport;
use crate::findings::table::{Cell, Paint, Table, Tone, labelled, wrap};
use crate::findings::words::scope_words;
use crate::report::terminal::outcome::verdict_word;
use crate::units::human_count;

/// Most candidates in the table; all are in `size.csv`.
const MOST_ROWS: usize = 9;
/// Most candidates that are named as undecided.
const MOST_OPEN: usize = 6;
/// Narrow enough for an interval below it.
const HEADING_WIDTH: usize = 30;

/// The outcome as text of at most `width` characters a line.
#[must_use]
pub fn write_size(report: &SizeReport<'_>, width: usize, paint: Paint<'_>) -> String {
    let mut text = format!("{}\n", paint(Tone::Strong, &wrap(report.title, width, 0)));
    let question = {
        let (is, meets) = if report.counts_workers() { ("are", "meet") } else { ("is", "meets") };
        format!("What {is} {} that {meets} every objective, from {}?", report.question(), ranges(report))
    };
    text.push_str(&labelled("Question: ", &question, width));
    text.push_str(&labelled("Answer:   ", &answer(report), width));
    text.push('\n');
    let (trials, all) = report.nearest(MOST_ROWS);
    text.push_str(&table(report, &trials).render(width, paint));
    let mut notes = vec![format!(
        "{} candidates were tried with {} replications. Their intervals hold all together with {} confidence.",
        all,
        human_count(report.sizing.replications() as f64),
        whole_percent(report.confidence)
    )];
    if all > trials.len() {
        notes.push(format!("The {} nearest to the answer are shown; all are in size.csv.", trials.len()));
    }
    notes.extend(doubt_words(report));
    text.push_str(&format!("\n{}\n", wrap(&notes.join(" "), width, 0)));
    text
}

fn ranges(report: &SizeReport<'_>) -> String {
    let of = |grid: &Grid| {
        let (first, last) = (grid.written(0), grid.written(grid.places() - 1));
        let (low, high) = if grid.larger_is_easier { (first, last) } else { (last, first) };
        let step = if grid.step == 1.0 && grid.unit.is_empty() {
            String::new()
        } else {
            format!(" in steps of {}{}", grid.step, grid.unit)
        };
        format!("{low} to {high}{step}")
    };
    report.grids.iter().map(of).collect::<Vec<_>>().join(" and ")
}

/// The answer in a sentence or two.
pub(crate) fn answer(report: &SizeReport<'_>) -> String {
    let sizing = report.sizing;
    match (&sizing.answer, sizing.decided) {
        (Some(answer), true) => format!("{}. {}", report.written(answer), harder_words(report, answer)),
        (Some(answer), false) => {
            let what = if report.grids.len() > 1 { "something cheaper" } else { "a harder value" };
            let open = open_words(report).unwrap_or_else(|| what.to_owned());
            let meets = report.written(answer);
            format!("undecided: {meets} meets every objective; whether {open} does is not decided; {}.", remedy(report))
        }
        (None, true) => "none of them does.".to_owned(),
        (None, false) => {
            let open = open_words(report).map_or_else(
                || "not all values were tried".to_owned(),
                |open| format!("whether {open} does is not decided"),
            );
            format!("undecided: no value is known to meet every objective; {open}; {}.", remedy(report))
        }
    }
}

/// The candidates that would be a better answer and are not decided; `None`: there is none.
fn open_words(report: &SizeReport<'_>) -> Option<String> {
    let open = report.undecided();
    let told: Vec<String> = open.iter().take(MOST_OPEN).map(|trial| report.written(&trial.places)).collect();
    let between = if report.grids.len() > 1 { "; " } else { ", " };
    let more = open.len().checked_sub(MOST_OPEN).filter(|more| *more > 0);
    match (told.split_last()?, more) {
        (_, Some(more)) => Some(format!("{} or {more} more", told.join(between))),
        ((last, []), None) => Some(last.clone()),
        ((last, rest), None) => Some(format!("{} or {last}", rest.join(between))),
    }
}

/// What decides more: replications, or where they do not help, a longer run.
fn remedy(report: &SizeReport<'_>) -> &'static str {
    let open = report.undecided();
    let from_below = |o: &ObjectiveResult| o.verdict == Verdict::Undecided && o.at_least;
    if open.iter().flat_map(|trial| &trial.objectives).any(from_below) {
        "jobs that are unfinished at the end leave a value known only from below, which more replications do not change: \
         lengthen `run.horizon`, or state a `share(...)`"
    } else if report.undecided().is_empty() {
        "search fewer values with `--range`"
    } else {
        "raise `--max-replications`"
    }
}

/// What keeps the next harder value from being the answer.
fn harder_words(report: &SizeReport<'_>, answer: &[u32]) -> String {
    let ([grid], [place]) = (report.grids, answer) else {
        return "Nothing cheaper meets every objective.".to_owned();
    };
    let Some(harder) = place.checked_sub(1) else {
        return format!(
            "That is the end of the range: {} was not tried.",
            if grid.larger_is_easier { "less" } else { "more" }
        );
    };
    let trial = report.sizing.trials.iter().find(|trial| trial.places == [harder]);
    let why = trial.map_or_else(String::new, missed_words);
    format!("With {} {why}.", grid.written(harder))
}

fn missed_words(trial: &Trial) -> String {
    if let Some(stopped) = &trial.stopped {
        return stopped.clone();
    }
    let missed = trial.objectives.iter().find(|objective| objective.verdict == Verdict::Missed);
    missed.map_or_else(String::new, |objective| {
        let value = objective.estimate.map(|e| figure_with_interval(&e, &objective.unit, objective.at_least));
        format!("`{}` of {} is missed: {}", objective.text, scope_words(&objective.scope), value.unwrap_or_default())
    })
}

fn doubt_words(report: &SizeReport<'_>) -> Option<String> {
    let (reason, neighbours) = report.doubt?;
    let worse = "It is not certain that an easier value is never worse";
    Some(if report.grids.len() > 1 {
        format!("{worse} ({reason}), but the search assumed so.")
    } else {
        format!(
            "{worse} ({reason}), so the {neighbours} neighbours on each side of the answer were tried as well; of values farther away \
             only those in the table are known.{}",
            worse_words(report)
        )
    })
}

/// Names easier values that miss an objective although the answer meets all.
fn worse_words(report: &SizeReport<'_>) -> String {
    let Some(answer) = &report.sizing.answer else { return String::new() };
    let worse = report.in_order().into_iter().filter(|t| t.verdict == Verdict::Missed && t.places[0] > answer[0]);
    let worse: Vec<String> = worse.map(|trial| report.written(&trial.places)).collect();
    if worse.is_empty() {
        return String::new();
    }
    format!(" Beware: easier values miss an objective: {}.", worse.join(", "))
}

fn table(report: &SizeReport<'_>, trials: &[&Trial]) -> Table {
    let rows = trials.iter().map(|trial| report.written(&trial.places)).collect();
    let heading = if let [grid] = report.grids { grid.path.as_str() } else { "sizes" };
    let mut table = Table::new(heading, rows);
    table.column(vec!["verdict".to_owned()], trials.iter().map(|trial| verdict_cell(trial)).collect());
    if report.grids.len() > 1 {
        let costs = trials.iter().map(|trial| Cell::plain(human_count(report.position(trial)))).collect();
        table.column(vec!["cost".to_owned(), "per hour".to_owned()], costs);
    }
    let replications = trials.iter().map(|trial| Cell::plain(trial.replications.to_string())).collect();
    table.column(vec!["replications".to_owned()], replications);
    let stated = trials.iter().map(|trial| &trial.objectives).max_by_key(|objectives| objectives.len());
    for (i, objective) in stated.into_iter().flatten().enumerate() {
        let mut heading = vec![scope_words(&objective.scope)];
        heading.extend(wrap(&objective.text, HEADING_WIDTH, 0).lines().map(str::to_owned));
        table.column(heading, trials.iter().map(|trial| objective_cell(trial, i)).collect());
    }
    table
}

fn verdict_cell(trial: &Trial) -> Cell {
    Cell { text: verdict_word(trial.verdict).to_owned(), tone: tone(trial.verdict) }
}

fn objective_cell(trial: &Trial, i: usize) -> Cell {
    let Some(objective) = trial.objectives.get(i) else {
        return Cell {
            text: if trial.is_unserved() { "no worker" } else { "backlog without end" }.to_owned(),
            tone: Tone::Bad,
        };
    };
    Cell { text: value_of(objective), tone: tone(objective.verdict) }
}

fn value_of(objective: &ObjectiveResult) -> String {
    let estimate = objective.estimate.as_ref();
    estimate.map_or_else(|| "no jobs".to_owned(), |e| figure_with_interval(e, &objective.unit, objective.at_least))
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Met => Tone::Good,
        Verdict::Missed => Tone::Bad,
        Verdict::Undecided | Verdict::NoData => Tone::Undecided,
    }
}
