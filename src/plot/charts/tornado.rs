//! `sensitivity.png`: how far each outcome moves when one number of the scenario is lower or higher, the widest swing on top.

use super::common::{Subject, keep_first};
use crate::experiment::{Bar, End, Outcome};
use crate::metric::ScopeKind;
use crate::plot::figure::{Figure, Key, Layer, Panel, SideLabel, Sign, Span};
use crate::plot::layout::cell_width;
use crate::plot::scale::axis::Axis;
use crate::plot::scale::ticks::{percent, readout, thin_to_fit, typeset, values};
use crate::plot::style::palette::{CONTEXT, INK, MUTED, OBJECTIVE, Tint, series};

/// Most outcomes as panels.
const MOST_PANELS: usize = 3;
/// Most numbers in a panel.
const MOST_BARS: usize = 12;
/// Half the height of a bar, where rows are 1 apart.
const HALF: f64 = 0.3;

/// Builds the picture; `None` where nothing was varied.
pub(in crate::plot) fn build(subject: &Subject<'_>) -> Option<Figure> {
    let found = subject.results.sensitivity.as_ref()?;
    let mut outcomes: Vec<&Outcome> =
        found.outcomes.iter().filter(|o| o.base.is_some() && !o.bars.is_empty()).collect();
    let cut = keep_first(&mut outcomes, MOST_PANELS, "outcomes");
    let rows = outcomes.iter().map(|outcome| outcome.bars.len().min(MOST_BARS)).max()?;
    let share = percent(found.share);
    let is_cut = outcomes.iter().any(|outcome| outcome.bars.len() > MOST_BARS);
    let many = if is_cut { format!(" The {MOST_BARS} widest swings are shown.") } else { String::new() };
    let mut figure = Figure {
        columns: 1,
        plot_height: 23.0 * rows as f32 + 10.0,
        titles_over_plots: true,
        ..subject.page("sensitivity")
    };
    figure.point = make_point(outcomes[0]);
    figure.about = format!(
        "Each outcome with one number {share} lower or higher than stated, all else and all random numbers equal; right of it the \
         number as stated → lower / higher. {}{many}{cut}",
        subject.replications("thin lines")
    );
    figure.keys = keys(&share, &outcomes);
    figure.panels = outcomes.iter().map(|outcome| panel(outcome)).collect();
    Some(figure)
}

fn lower() -> Tint {
    series(0)
}

fn higher() -> Tint {
    series(1)
}

fn keys(share: &str, outcomes: &[&Outcome]) -> Vec<Key> {
    let key = |label: String, color| Key { label, color, sign: Sign::Block };
    let mut ends = outcomes.iter().flat_map(|outcome| &outcome.bars).flat_map(|bar| bar.ends.iter().flatten());
    let unclear = ends.any(|end| !end.shows_a_change()).then(|| key("not told from no change".to_owned(), CONTEXT));
    [key(format!("{share} lower"), lower()), key(format!("{share} higher"), higher())]
        .into_iter()
        .chain(unclear)
        .collect()
}

fn make_point(outcome: &Outcome) -> String {
    let whom = match outcome.scope.kind {
        ScopeKind::All => "all jobs",
        _ => outcome.scope.name.as_str(),
    };
    match outcome.bars.first().filter(|bar| bar.ends.iter().flatten().any(End::shows_a_change)) {
        Some(first) => format!("“{}” matters most to {} of {whom}", first.name(), typeset(&outcome.measure)),
        None => format!("No number is seen to change {} of {whom}", typeset(&outcome.measure)),
    }
}

fn panel(outcome: &Outcome) -> Panel {
    let bars = &outcome.bars[..outcome.bars.len().min(MOST_BARS)];
    let base = outcome.base.map_or(0.0, |base| base.mean);
    let names = Axis::names(bars.iter().map(Bar::name)).downwards();
    let title = match outcome.scope.kind {
        ScopeKind::All => "all jobs".to_owned(),
        _ => outcome.scope.name.clone(),
    };
    let mut panel = Panel::new(title, x_axis(outcome, bars, base), names);
    panel.subtitle = typeset(&outcome.text);
    panel.upright_grid = true;
    if let Some(bound) = outcome.bound.filter(|bound| panel.x.low() <= *bound && *bound <= panel.x.high()) {
        let label = format!("objective {}", readout(bound, &outcome.unit));
        panel.spans.push(Span { from: bound, to: None, label, color: OBJECTIVE, dashed: true });
    }
    let label = format!("as it stands {}", readout(base, &outcome.unit));
    panel.spans.push(Span { from: base, to: None, label, color: INK, dashed: false });
    for (row, bar) in bars.iter().enumerate() {
        draw_bar(&mut panel, bar, (row as f64, base));
    }
    panel
}

/// A block from the base to each end, the thinner above the wider where both lie on one side, and their intervals.
fn draw_bar(panel: &mut Panel, bar: &Bar, (row, base): (f64, f64)) {
    let colors = [lower(), higher()];
    let mut ends: Vec<(&End, f64, Tint)> = Vec::new();
    for (end, color) in bar.ends.iter().zip(colors) {
        if let Some((end, change)) = end.as_ref().and_then(|end| Some((end, end.difference?.mean))) {
            ends.push((end, change, if end.shows_a_change() { color } else { CONTEXT }));
        }
    }
    let one_side = ends.len() == 2 && ends[0].1 * ends[1].1 > 0.0;
    for (i, (_, change, color)) in ends.iter().enumerate() {
        // Where both lie on one side, each has half of the height.
        let (top, bottom) = match (one_side, i) {
            (false, _) => (row - HALF, row + HALF),
            (true, 0) => (row - HALF, row),
            (true, _) => (row, row + HALF),
        };
        let corners = ((base, top), (base + change, bottom));
        panel.layers.push(Layer::Cell { corners, color: *color, text: (String::new(), INK) });
    }
    for (i, (end, ..)) in ends.iter().enumerate() {
        let at = if one_side { row + if i == 0 { -HALF } else { HALF } / 2.0 } else { row };
        if let Some((low, high)) = end.difference.and_then(|change| Some((change.low?, change.high?))) {
            let points = vec![(base + low, at), (base + high, at)];
            panel.layers.push(Layer::Line { points, color: INK, width: 1.2, dashed: false });
        }
    }
    let values: Vec<&str> = bar.ends.iter().flatten().map(|end| end.value.as_str()).collect();
    let text = format!("{} → {}", bar.stated, values.join(" / "));
    panel.labels.push(SideLabel { at: row, text, color: MUTED });
}

/// From the least to the largest outcome with its interval; the bound only where it is near.
fn x_axis(outcome: &Outcome, bars: &[Bar], base: f64) -> Axis {
    let ends = bars.iter().flat_map(|bar| bar.ends.iter().flatten()).filter_map(|end| end.difference);
    let changes = ends.flat_map(|change| [Some(change.mean), change.low, change.high]).flatten();
    let all: Vec<f64> = changes.map(|change| base + change).chain([base]).filter(|value| value.is_finite()).collect();
    let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    let span = (high - low).max(base.abs() * 0.01);
    let near = outcome.bound.filter(|bound| low - span <= *bound && *bound <= high + span);
    let (low, high) = near.map_or((low, high), |bound| (low.min(bound), high.max(bound)));
    thin_to_fit(values((low.max(0.0), high), &outcome.unit, 5), cell_width(1) - 420.0)
}
