//! The sections of text and tables of the page, and where the study came from.

use serde::Serialize;

use crate::experiment::{ObjectiveResult, PointResult, Results};
use crate::findings::alerts::alert_table;
use crate::findings::figures::{figure_with_interval, whole_percent};
use crate::findings::precision::{precision_rows, replications_words, rule_words};
use crate::findings::sensitivity::{sensitivity_notes, sensitivity_tables};
use crate::findings::table::{Cell, Table, Tone};
use crate::findings::words::{compared_words, plain_points, relevant_differences, scope_words, warmup_words};
use crate::metric::{Metric, Quantity, ScopeKind, TimeStatistic};
use crate::report::files::manifest::Origin;
use crate::report::terminal::outcome::{outcome_table, sweep_table, verdict_tone, verdict_word};
use crate::units::{Human, human_seconds};
use crate::untrusted::{shell_path, shell_quoted};

/// A section of the page.
#[derive(Serialize, Default)]
pub(super) struct Section {
    id: &'static str,
    title: String,
    note: String,
    lines: Vec<String>,
    tables: Vec<Grid>,
}

/// A table as HTML lays it out.
#[derive(Serialize)]
pub(super) struct Grid {
    caption: String,
    headings: Vec<String>,
    rows: Vec<Vec<GridCell>>,
}

#[derive(Serialize)]
struct GridCell {
    text: String,
    tone: &'static str,
}

impl Grid {
    fn of(caption: String, table: &Table) -> Self {
        let cell = |cell: &Cell| GridCell { text: cell.text.clone(), tone: tone_class(cell.tone) };
        let rows = table.rows().into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
        Self { caption, headings: table.headings(), rows }
    }
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain | Tone::Strong => "",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Undecided => "open",
    }
}

/// The sections that these results have something to say in.
pub(super) fn sections(results: &Results) -> Vec<Section> {
    let sections = [
        Section { tables: grids(Some(&outcome_table(results))), ..section("outcome", "Outcome") },
        objectives(results),
        differences(results),
        Section { tables: alternatives(results), ..section("alternatives", "What the alternatives change") },
        Section { tables: grids(alert_table(results).as_ref()), ..section("alerts", "Alerts in numbers") },
        sweep(results),
        sensitivity(results),
        Section { lines: warmup_words(results).into_iter().collect(), ..section("warm-up", "Warm-up") },
        precision(results),
        Section { lines: results.warnings.iter().map(|w| w.text.clone()).collect(), ..section("warnings", "Warnings") },
    ];
    sections.into_iter().filter(|section| !section.lines.is_empty() || !section.tables.is_empty()).collect()
}

fn section(id: &'static str, title: &str) -> Section {
    Section { id, title: title.to_owned(), ..Section::default() }
}

fn grids(table: Option<&Table>) -> Vec<Grid> {
    table.map(|table| Grid::of(String::new(), table)).into_iter().collect()
}

fn objectives(results: &Results) -> Section {
    let points = plain_points(results);
    let rows: Vec<_> = points.iter().flat_map(|p| p.objectives.iter().map(move |o| (*p, o))).collect();
    let tables = if rows.is_empty() { Vec::new() } else { grids(Some(&objective_table(&rows))) };
    let note = format!(
        "From {} with {} intervals: shares and percentiles are over all jobs, maxima and `drain_time` means over the replications; met or missed \
         only when the whole interval lies on one side of the bound.",
        replications_words(results),
        whole_percent(results.confidence)
    );
    Section { note, tables, ..section("objectives", "Objectives") }
}

fn objective_table(rows: &[(&PointResult, &ObjectiveResult)]) -> Table {
    let column = |cell: &dyn Fn(&ObjectiveResult) -> Cell| rows.iter().map(|(_, o)| cell(o)).collect();
    let measured = |o: &ObjectiveResult| o.estimate.as_ref().map(|e| figure_with_interval(e, &o.unit, o.at_least));
    let verdict = |o: &ObjectiveResult| Cell { text: verdict_word(o.verdict).into(), tone: verdict_tone(o.verdict) };
    let mut table = Table::new("alternative", rows.iter().map(|(point, _)| point.alternative.clone()).collect());
    table.column(vec!["of".into()], column(&|o| Cell::plain(scope_words(&o.scope))));
    table.column(vec!["objective".into()], column(&|o| Cell::plain(o.text.clone())));
    table.column(vec!["measured".into()], column(&|o| Cell::plain(measured(o).unwrap_or_default())));
    table.column(vec!["verdict".into()], column(&verdict));
    table
}

fn differences(results: &Results) -> Section {
    let lines = relevant_differences(results).iter().map(|difference| difference.words.clone()).collect();
    let note = format!("{}.", compared_words(results));
    Section { note, lines, ..section("differences", "Differences from the base") }
}

fn alternatives(results: &Results) -> Vec<Grid> {
    let changed: Vec<_> = plain_points(results).into_iter().filter(|point| !point.differences.is_empty()).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let differs = |point: &PointResult| {
        let changes: Vec<_> = point.differences.iter().map(|(path, value)| format!("{path} = {value}")).collect();
        Cell::plain(changes.join("\n"))
    };
    let mut table = Table::new("alternative", changed.iter().map(|point| point.alternative.clone()).collect());
    table.column(vec!["title".into()], changed.iter().map(|point| Cell::plain(point.title.clone())).collect());
    table.column(vec!["what differs".into()], changed.iter().map(|point| differs(point)).collect());
    grids(Some(&table))
}

fn sweep(results: &Results) -> Section {
    let Some((title, table)) = sweep_table(results) else { return Section::default() };
    Section { note: format!("{title}."), tables: grids(Some(&table)), ..section("sweep", "Sweep in numbers") }
}

fn sensitivity(results: &Results) -> Section {
    let Some(found) = &results.sensitivity else { return Section::default() };
    let tables = sensitivity_tables(found, |bar| bar.path.clone());
    let tables = tables.into_iter().map(|(caption, table)| Grid::of(caption, &table)).collect();
    Section { tables, lines: sensitivity_notes(found), ..section("sensitivity", "Assumptions in numbers") }
}

fn precision(results: &Results) -> Section {
    let Some(note) = rule_words(results) else { return Section::default() };
    let rows = precision_rows(results);
    let column = |i: usize| rows.iter().map(|row| Cell::plain(row[i].clone())).collect();
    let mut table = Table::new("design point", rows.iter().map(|row| row[0].clone()).collect());
    table.column(vec!["replications".into()], column(1));
    table.column(vec!["why no more".into()], column(2));
    Section { note, tables: grids(Some(&table)), ..section("replications", "Replications") }
}

/// The waits and the backlog of each class of each alternative: what the pictures show, for those who see none.
pub(super) fn waits(results: &Results) -> Grid {
    let points = plain_points(results);
    let rows: Vec<(&PointResult, &String)> =
        points.into_iter().flat_map(|point| results.classes.iter().map(move |class| (point, class))).collect();
    let mut table = Table::new("alternative", rows.iter().map(|(point, _)| point.alternative.clone()).collect());
    table.column(vec!["job class".into()], rows.iter().map(|(_, class)| Cell::plain(class.as_str())).collect());
    let columns = [
        (Metric::Time(Quantity::Wait, TimeStatistic::P50), "p50 wait"),
        (Metric::WAIT_P95, "p95 wait"),
        (Metric::WAIT_P99, "p99 wait"),
        (Metric::BacklogMax, "largest backlog"),
    ];
    for (metric, heading) in columns {
        table.column(
            vec![heading.to_owned()],
            rows.iter().map(|(point, class)| metric_cell(point, class, metric)).collect(),
        );
    }
    Grid::of("Waits and backlog by job class".to_owned(), &table)
}

fn metric_cell(point: &PointResult, class: &str, metric: Metric) -> Cell {
    let found = point.metric((ScopeKind::Class, class), metric);
    let text = found.and_then(|m| Some(figure_with_interval(m.estimate.as_ref()?, &m.unit, m.at_least)));
    Cell::plain(text.unwrap_or_default())
}

/// The scenario, and how to make the same results again.
#[derive(Serialize)]
pub(super) struct Provenance<'a> {
    file: &'a str,
    text: &'a str,
    defaults: &'a [(String, String)],
    command: String,
    seed: u64,
    replications: String,
    horizon: String,
    blake3: String,
    fingerprints: Grid,
}

impl<'a> Provenance<'a> {
    /// Where these results come from.
    pub(super) fn of(results: &Results, origin: &'a Origin) -> Self {
        let arguments: String =
            origin.arguments.iter().map(|argument| format!(" {}", shell_quoted(argument))).collect();
        Self {
            file: &origin.file,
            text: &origin.text,
            defaults: &origin.defaults,
            command: format!("tailback run {}{arguments}", shell_path(&origin.file)),
            seed: results.seed,
            replications: replications_words(results),
            horizon: human_seconds(results.horizon_s, Human::Prose),
            blake3: blake3::hash(origin.text.as_bytes()).to_hex().to_string(),
            fingerprints: fingerprints(results),
        }
    }
}

fn fingerprints(results: &Results) -> Grid {
    let points = &results.points;
    let mut table = Table::new("alternative", points.iter().map(|point| point.alternative.clone()).collect());
    for (i, axis) in results.axes.iter().enumerate() {
        let cells = points.iter().map(|p| Cell::plain(p.sweep.get(i).cloned().unwrap_or_default())).collect();
        table.column(vec![axis.path.clone()], cells);
    }
    let made = |point: &PointResult| Cell::plain(point.replications.to_string());
    table.column(vec!["replications".into()], points.iter().map(made).collect());
    let fingerprint = |point: &PointResult| Cell::plain(point.fingerprint.clone());
    table.column(vec!["fingerprint".into()], points.iter().map(fingerprint).collect());
    Grid::of("Hash of the trajectories of all replications".to_owned(), &table)
}
