//! What a run prints: the question and its answer in words, then the tables behind it.

use super::sparkline::backlog_lines;
use crate::experiment::{Bar, MetricResult, ObjectiveResult, PointResult, Results, ScopeName, Verdict};
use crate::findings::alerts::alert_table;
use crate::findings::answer::answer;
use crate::findings::figures::figure_with_half_width;
use crate::findings::precision::precision_lines;
use crate::findings::sensitivity::{sensitivity_notes, sensitivity_tables};
use crate::findings::table::{Cell, Paint, Table, Tone, labelled, wrap};
use crate::findings::words::{compared_words, overall, plain_points, relevant_differences, scope_words, warmup_words};
use crate::metric::{Metric, ScopeKind};
use crate::units::{Human, human_seconds};

/// Wide enough for two objectives beside the name, narrow enough to stay readable.
const HEADING_WIDTH: usize = 26;
/// At most this many paired differences are printed; all are in `summary.json`.
const MOST_DIFFERENCES: usize = 12;
/// Of at most this many design points it is printed how often they were replicated; all are in `summary.md`.
const MOST_POINTS: usize = 12;

/// The outcome of a study as text of at most `width` characters a line.
#[must_use]
pub fn write_outcome(results: &Results, width: usize, paint: Paint<'_>) -> String {
    let parts = [
        headline(results, width, paint),
        outcome_table(results).render(width, paint),
        backlog_lines(results, width),
        sweep_table(results).map_or_else(String::new, |(title, table)| {
            format!("{}\n{}", paint(Tone::Strong, &wrap(&title, width, 0)), table.render(width, paint))
        }),
        alert_table(results).map_or_else(String::new, |table| table.render(width, paint)),
        difference_lines(results, width),
        sensitivity_lines(results, width, paint),
        warmup_words(results).map_or_else(String::new, |words| wrap(&words, width, 0) + "\n"),
        precision_lines(results, width, MOST_POINTS),
        warning_lines(results, width, paint),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

fn headline(results: &Results, width: usize, paint: Paint<'_>) -> String {
    let mut text = format!("{}\n", paint(Tone::Strong, &wrap(&results.title, width, 0)));
    if let Some(question) = &results.question {
        text.push_str(&labelled("Question: ", question, width));
    }
    let answer = answer(results);
    if !answer.is_empty() {
        text.push_str(&labelled("Answer:   ", &answer, width));
    }
    text
}

/// One row for each alternative: its objectives (without any, the p95 waits), what it costs, how long it drains.
pub(in crate::report) fn outcome_table(results: &Results) -> Table {
    let points = plain_points(results);
    let mut table = Table::new("alternative", points.iter().map(|p| p.alternative.clone()).collect());
    let objectives = objective_keys(&points);
    for key in &objectives {
        table.column(heading(&key.scope, &key.text), points.iter().map(|p| objective_cell(p, key)).collect());
    }
    if objectives.is_empty() {
        wait_columns(results, &points, &mut table);
    }
    let is_objective = |measure: &str| objectives.iter().any(|key| key.text.starts_with(measure));
    // Both grow with the time that is counted.
    let counted = format!("in {}", human_seconds(results.horizon_s - results.warmup_s, Human::Prose));
    let columns = [
        (Metric::WorkerHours, vec!["worker-hours".to_owned(), counted.clone()]),
        (Metric::Cost, vec!["cost".to_owned(), counted]),
        (Metric::DrainTime, vec!["drain time".to_owned()]),
    ];
    for (metric, heading) in columns {
        if is_objective(&metric.name()) {
            continue;
        }
        let cells = points.iter().map(|p| metric_cell(p.metric((ScopeKind::All, "all"), metric))).collect();
        table.column_if_any(heading, cells);
    }
    table
}

/// What tells objectives apart.
#[derive(PartialEq)]
struct ObjectiveKey {
    scope: ScopeName,
    text: String,
}

/// The objectives of all points in their first order.
fn objective_keys(points: &[&PointResult]) -> Vec<ObjectiveKey> {
    let mut keys = Vec::new();
    for objective in points.iter().flat_map(|p| &p.objectives) {
        let key = ObjectiveKey { scope: objective.scope.clone(), text: objective.text.clone() };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn heading(scope: &ScopeName, text: &str) -> Vec<String> {
    let mut lines = vec![scope_words(scope)];
    lines.extend(wrap(text, HEADING_WIDTH, 0).lines().map(str::to_owned));
    lines
}

fn objective_cell(point: &PointResult, key: &ObjectiveKey) -> Cell {
    let found = point.objectives.iter().find(|o| o.scope == key.scope && o.text == key.text);
    found.map_or_else(Cell::default, verdict_cell)
}

/// The verdict and the measured value.
fn verdict_cell(objective: &ObjectiveResult) -> Cell {
    let value = objective.estimate.as_ref().map(|e| figure_with_half_width(e, &objective.unit, objective.at_least));
    let text = format!("{:<6}  {}", verdict_word(objective.verdict), value.unwrap_or_default());
    Cell { text: text.trim_end().to_owned(), tone: verdict_tone(objective.verdict) }
}

/// A verdict in a word.
pub(in crate::report) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Undecided => "open",
        Verdict::NoData => "no data",
    }
}

/// Whether a verdict is good news.
#[must_use]
pub fn verdict_tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Met => Tone::Good,
        Verdict::Missed => Tone::Bad,
        Verdict::Undecided | Verdict::NoData => Tone::Undecided,
    }
}

fn wait_columns(results: &Results, points: &[&PointResult], table: &mut Table) {
    for class in &results.classes {
        let cells = points.iter().map(|p| metric_cell(p.metric((ScopeKind::Class, class), Metric::WAIT_P95))).collect();
        table.column_if_any(vec![class.clone(), "p95 wait".to_owned()], cells);
    }
}

fn metric_cell(metric: Option<&MetricResult>) -> Cell {
    let value = metric.and_then(|m| Some(figure_with_half_width(m.estimate.as_ref()?, &m.unit, m.at_least)));
    Cell::plain(value.unwrap_or_default())
}

/// A sweep at a glance: alternatives (and the values of all axes but the last) by the values of the last axis; each cell says
/// whether every objective is met there, without objectives the p95 wait of all jobs.
pub(in crate::report) fn sweep_table(results: &Results) -> Option<(String, Table)> {
    let last = results.axes.last()?;
    if !results.is_grid {
        return Some(point_table(results));
    }
    let swept: Vec<_> = results.points.iter().filter(|p| !p.sweep.is_empty()).collect();
    let mut rows: Vec<SweepRow<'_>> = Vec::new();
    for point in &swept {
        let row = SweepRow::of(point);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let mut table = Table::new("alternative", rows.iter().map(SweepRow::words).collect());
    for value in &last.values {
        table.column(vec![value.clone()], rows.iter().map(|row| row.cell(&swept, value)).collect());
    }
    Some((format!("{}, by `{}`", what_cells_say(&swept), last.path), table))
}

/// A sweep that is no grid: each point in a line, with its values, and what a cell of a grid says.
fn point_table(results: &Results) -> (String, Table) {
    let swept: Vec<_> = results.points.iter().filter(|p| !p.sweep.is_empty()).collect();
    let mut table = Table::new("alternative", swept.iter().map(|p| p.alternative.clone()).collect());
    for (i, axis) in results.axes.iter().enumerate() {
        let heading = axis.path.split_inclusive('.').map(str::to_owned).collect();
        table.column(heading, swept.iter().map(|p| Cell::plain(p.sweep.get(i).cloned().unwrap_or_default())).collect());
    }
    let what = what_cells_say(&swept);
    table.column(
        wrap(what, HEADING_WIDTH, 0).lines().map(str::to_owned).collect(),
        swept.iter().map(|p| sweep_cell(p)).collect(),
    );
    (format!("{what}, at each of {} points", swept.len()), table)
}

fn what_cells_say(swept: &[&PointResult]) -> &'static str {
    if swept.iter().any(|p| !p.objectives.is_empty()) { "Every objective met" } else { "p95 wait of all jobs" }
}

/// Whether every objective is met at a point; without objectives the p95 wait of all jobs.
fn sweep_cell(point: &PointResult) -> Cell {
    match overall(point) {
        Some(verdict) => Cell { text: verdict_word(verdict).to_owned(), tone: verdict_tone(verdict) },
        None => metric_cell(point.metric((ScopeKind::All, "all"), Metric::WAIT_P95)),
    }
}

/// An alternative at the values of all axes but the last.
#[derive(PartialEq)]
struct SweepRow<'a> {
    alternative: &'a str,
    outer: &'a [String],
}

impl<'a> SweepRow<'a> {
    fn of(point: &'a PointResult) -> Self {
        let outer = point.sweep.split_last().map_or(&[][..], |(_, outer)| outer);
        Self { alternative: &point.alternative, outer }
    }

    fn words(&self) -> String {
        let parts: Vec<_> = [self.alternative].into_iter().chain(self.outer.iter().map(String::as_str)).collect();
        parts.join(", ")
    }

    fn cell(&self, swept: &[&PointResult], value: &str) -> Cell {
        let here = |p: &&&PointResult| SweepRow::of(p) == *self && p.sweep.last().is_some_and(|last| last == value);
        swept.iter().find(here).map_or_else(Cell::default, |point| sweep_cell(point))
    }
}

fn difference_lines(results: &Results, width: usize) -> String {
    let relevant = relevant_differences(results);
    let lines = relevant.iter().take(MOST_DIFFERENCES).map(|d| bullet(&d.words, width));
    let mut text: String = lines.collect();
    if let Some(more) = relevant.len().checked_sub(MOST_DIFFERENCES).filter(|more| *more > 0) {
        text.push_str(&bullet(&format!("{more} more in summary.json"), width));
    }
    if text.is_empty() { text } else { format!("{}:\n{text}", wrap(&compared_words(results), width, 0)) }
}

fn sensitivity_lines(results: &Results, width: usize, paint: Paint<'_>) -> String {
    let Some(found) = &results.sensitivity else { return String::new() };
    let tables = sensitivity_tables(found, Bar::name);
    let tables = tables.iter().map(|(title, table)| {
        format!("{}\n{}\n", paint(Tone::Strong, &wrap(title, width, 0)), table.render(width, paint))
    });
    let notes: String = sensitivity_notes(found).iter().map(|note| format!("{}\n", wrap(note, width, 2))).collect();
    tables.collect::<String>() + &notes
}

fn warning_lines(results: &Results, width: usize, paint: Paint<'_>) -> String {
    results.warnings.iter().map(|w| format!("{}\n", wrap_warning(&w.text, width, paint))).collect()
}

/// The label is painted after wrapping, as colour codes have no width.
fn wrap_warning(text: &str, width: usize, paint: Paint<'_>) -> String {
    let wrapped = wrap(&format!("Warning: {text}"), width, 9);
    wrapped.replacen("Warning:", &paint(Tone::Undecided, "Warning:"), 1)
}

fn bullet(text: &str, width: usize) -> String {
    format!("{}\n", wrap(&format!("- {text}"), width, 2))
}
