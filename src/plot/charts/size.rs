//! `size.png`: each objective against the values that were tried, with the answer marked.

use super::common::keep_first;
use super::sweep::comparison;
use crate::experiment::size::Trial;
use crate::experiment::{ObjectiveResult, Verdict};
use crate::findings::sizing::SizeReport;
use crate::metric::ScopeKind;
use crate::plot::draw::drawing::Drawing;
use crate::plot::draw::render;
use crate::plot::figure::{Figure, Key, Layer, Panel, Shape, SideLabel, Sign, Span};
use crate::plot::layout::cell_width;
use crate::plot::scale::axis::{Axis, Tick};
use crate::plot::scale::ticks::{readout, thin_to_fit, typeset, values};
use crate::plot::style::palette::{INK, MET, MISSED, OBJECTIVE, Theme, Tint, UNDECIDED};
use crate::units::human_count;

/// Most objectives as panels.
const MOST_PANELS: usize = 6;
/// Most candidates on the axis: those nearest to the answer, since far ones leave no room for the bound.
const MOST_CANDIDATES: usize = 9;

/// Draws the picture; `None`: no candidate has anything to show.
#[must_use]
pub fn draw_size(report: &SizeReport<'_>, theme: Theme) -> Option<Drawing> {
    let (trials, all) = report.nearest(MOST_CANDIDATES);
    let mut objectives = trials.iter().map(|trial| trial.objectives.clone()).max_by_key(Vec::len)?;
    let cut = keep_first(&mut objectives, MOST_PANELS, "objectives");
    if objectives.is_empty() {
        return None;
    }
    let columns = objectives.len().clamp(1, 2);
    let shown = match trials.len() < all {
        true => format!("The {} candidates nearest to the answer of {all}.", trials.len()),
        false => format!("All {all} candidates."),
    };
    let figure = Figure {
        name: "size".to_owned(),
        title: super::legible::title(report.title, "The sizes of the scenario").to_owned(),
        point: point_of(report),
        about: format!(
            "{shown} Bars: intervals that hold all together with {} confidence.{cut}",
            crate::plot::scale::ticks::percent(report.confidence)
        ),
        keys: keys(&trials),
        name_keys: Vec::new(),
        x_title: if let [grid] = report.grids { grid.path.clone() } else { "cost of the sizes per hour".to_owned() },
        panels: objectives
            .iter()
            .enumerate()
            .map(|(i, objective)| panel(report, &trials, (i, objective), columns))
            .collect(),
        columns,
        plot_height: if columns == 1 { 320.0 } else { 220.0 },
        titles_over_plots: false,
        source: report.source.map_or_else(String::new, |source| format!("Source: {source}")),
        maker: format!("Tailback {}, seed {}", env!("CARGO_PKG_VERSION"), report.seed),
    };
    Some(render::render(&figure, theme))
}

fn point_of(report: &SizeReport<'_>) -> String {
    let question = report.question();
    let question = question.strip_prefix("the ").unwrap_or(&question);
    let answer = match (&report.sizing.answer, report.sizing.decided) {
        (Some(answer), true) => report.written(answer),
        (Some(answer), false) => {
            let open: Vec<String> = report.undecided().iter().map(|trial| report.written(&trial.places)).collect();
            let open = if open.len() == 1 { open.concat() } else { "a better one".to_owned() };
            format!("{} does, {open} is undecided", report.written(answer))
        }
        (None, true) => "none in the range".to_owned(),
        (None, false) => "undecided".to_owned(),
    };
    let mut first = question.chars();
    let capital = first.next().map(|c| c.to_ascii_uppercase()).into_iter().collect::<String>();
    let meet = if report.counts_workers() { "meet" } else { "meets" };
    format!("{capital}{} that {meet} every objective: {answer}", first.as_str())
}

/// The legend of the verdicts that there are.
fn keys(trials: &[&Trial]) -> Vec<Key> {
    let verdicts =
        [(Verdict::Met, "objective met"), (Verdict::Missed, "objective missed"), (Verdict::Undecided, "not decided")];
    let is_there = |&(verdict, _): &(Verdict, &str)| {
        let mut objectives = trials.iter().flat_map(|trial| &trial.objectives);
        objectives.any(|objective| shape(objective.verdict) == shape(verdict))
    };
    let key = |(verdict, label): (_, &str)| Key {
        label: label.to_owned(),
        color: color(verdict),
        sign: Sign::Mark(shape(verdict)),
    };
    let bound = Key { label: "bound".to_owned(), color: OBJECTIVE, sign: Sign::Dashes };
    verdicts.into_iter().filter(is_there).map(key).chain([bound]).collect()
}

fn color(verdict: Verdict) -> Tint {
    match verdict {
        Verdict::Met => MET,
        Verdict::Missed => MISSED,
        Verdict::Undecided | Verdict::NoData => UNDECIDED,
    }
}

fn shape(verdict: Verdict) -> Shape {
    match verdict {
        Verdict::Met => Shape::Disc,
        Verdict::Missed => Shape::Cross,
        Verdict::Undecided | Verdict::NoData => Shape::Diamond,
    }
}

fn panel(report: &SizeReport<'_>, trials: &[&Trial], (i, stated): (usize, &ObjectiveResult), columns: usize) -> Panel {
    let measured: Vec<(f64, &ObjectiveResult)> =
        trials.iter().filter_map(|trial| Some((report.position(trial), trial.objectives.get(i)?))).collect();
    let title = match stated.scope.kind {
        ScopeKind::All => typeset(&stated.text),
        _ => format!("{}: {}", stated.scope.name, typeset(&stated.text)),
    };
    let mut panel = Panel::new(title, x_axis(report, trials, columns), y_axis(stated, &measured, columns));
    let bound = vec![(panel.x.low(), stated.bound), (panel.x.high(), stated.bound)];
    panel.layers.push(Layer::Line { points: bound, color: OBJECTIVE, width: 1.4, dashed: true });
    let text = format!("{} {}", comparison(&stated.text), readout(stated.bound, &stated.unit));
    panel.labels.push(SideLabel { at: stated.bound, text, color: OBJECTIVE });
    for (x, objective) in &measured {
        panel.layers.extend(marks(*x, objective));
    }
    if let Some(trial) = report.sizing.answer.as_ref().and_then(|answer| trials.iter().find(|t| t.places == *answer)) {
        let (from, label) = (report.position(trial), format!("answer: {}", report.written(&trial.places)));
        panel.spans.push(Span { from, to: None, label, color: INK, dashed: true });
    }
    panel
}

/// The interval as a line, the mean as a mark.
fn marks(x: f64, objective: &ObjectiveResult) -> Vec<Layer> {
    let Some(estimate) = objective.estimate else { return Vec::new() };
    let color = color(objective.verdict);
    let bar = estimate.low.zip(estimate.high).map(|(low, high)| {
        let points = vec![(x, low), (x, high)];
        Layer::Line { points, color, width: 2.2, dashed: false }
    });
    let mark = Layer::Mark { at: (x, estimate.mean), shape: shape(objective.verdict), color };
    bar.into_iter().chain([mark]).collect()
}

fn x_axis(report: &SizeReport<'_>, trials: &[&Trial], columns: usize) -> Axis {
    let mut ticks: Vec<Tick> = Vec::new();
    for trial in trials {
        let at = report.position(trial);
        let label = if report.grids.len() == 1 { report.written(&trial.places) } else { human_count(at) };
        if ticks.last().is_none_or(|last| last.at != at) {
            ticks.push(Tick::new(at, label));
        }
    }
    let (low, high) = (ticks[0].at, ticks[ticks.len() - 1].at);
    let room = if high > low { (high - low) * 0.06 } else { 0.5 };
    thin_to_fit(Axis::linear(low - room, high + room, ticks), cell_width(columns) - 120.0)
}

fn y_axis(stated: &ObjectiveResult, measured: &[(f64, &ObjectiveResult)], columns: usize) -> Axis {
    let estimates = measured.iter().filter_map(|(_, objective)| objective.estimate);
    let ends = estimates.flat_map(|e| [Some(e.mean), e.high, e.low.filter(|&low| low > 0.0)]).flatten();
    let all: Vec<f64> = ends.chain([stated.bound]).collect();
    let high = all.iter().copied().fold(0.0, f64::max);
    let low = all.iter().copied().fold(f64::MAX, f64::min).min(high);
    values((low, high), &stated.unit, if columns == 1 { 7 } else { 5 })
}
