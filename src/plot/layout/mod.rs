//! Where everything goes on the page, so that nothing overlaps and nothing is cut off. All in CSS pixels.

pub(crate) mod names;
pub(crate) mod room;

use super::figure::{Figure, Key, Panel, SideLabel, Span};
use super::scale::axis::Tick;
use super::scale::clock::TICK_SIZE;
use super::scale::ticks::thin_to_fit;
use super::style::text::{Weight, measure, shorten, wrap};
use names::{Block, Wording, is_complete, lay_names};

/// Width of every page.
pub(super) const WIDTH: f32 = 900.0;
/// Empty border of the page.
pub(super) const MARGIN: f32 = 24.0;
/// Size and weight of the title.
pub(super) const TITLE: (f32, Weight) = (20.0, Weight::SemiBold);
/// Size and weight of the line that makes the point.
pub(super) const POINT: (f32, Weight) = (14.5, Weight::SemiBold);
/// Size and weight of what is said about the picture.
pub(super) const ABOUT: (f32, Weight) = (12.5, Weight::Regular);
/// Size and weight of the legend.
pub(super) const KEY: (f32, Weight) = (12.5, Weight::Regular);
/// Size and weight of the title of a panel.
pub(super) const PANEL: (f32, Weight) = (13.0, Weight::SemiBold);
/// Size and weight of notes, markers and labels at the side.
pub(super) const NOTE: (f32, Weight) = (11.5, Weight::Regular);
/// Size and weight of the footer.
pub(super) const FOOT: (f32, Weight) = (10.5, Weight::Regular);
/// Width of the sign of a key with the gap behind it.
pub(super) const SIGN: f32 = 30.0;
/// Between a plot and the labels beside it, with room for half a mark.
pub(super) const SIDE_GAP: f32 = 11.0;
/// Height of a row of marker names.
pub(super) const STRIP: f32 = 15.0;

const KEY_ROW: f32 = 20.0;
const COLUMN_GAP: f32 = 26.0;
const LONGEST_KEY: f32 = 260.0;
const LONGEST_SIDE: f32 = 250.0;
const SUBTITLE: f32 = 16.0;
const LONGEST_MARKER: f32 = 230.0;
const STRIP_ROWS: usize = 3;

/// A rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Rect {
    /// Left edge.
    pub(super) x: f32,
    /// Upper edge.
    pub(super) y: f32,
    /// Width.
    pub(super) w: f32,
    /// Height.
    pub(super) h: f32,
}

impl Rect {
    /// Right edge.
    pub(super) fn right(&self) -> f32 {
        self.x + self.w
    }

    /// Lower edge.
    pub(super) fn bottom(&self) -> f32 {
        self.y + self.h
    }
}

/// A text with its place: left end and baseline.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Placed {
    /// Left end.
    pub(super) x: f32,
    /// Baseline, or row of a strip.
    pub(super) y: f32,
    /// The text as it fits.
    pub(super) text: String,
    /// Which of the things it names.
    pub(super) index: usize,
}

/// The places of a panel.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The panel with everything around its plot.
    pub(super) cell: Rect,
    /// The plot.
    pub(super) plot: Rect,
    /// Left end and baseline of the title.
    pub(super) title: (f32, f32),
    /// Names of markers; `y` is the baseline.
    pub(super) spans: Vec<Placed>,
    /// Names of marks and curves.
    pub(super) names: Vec<Block>,
    /// The labels of the horizontal axis that fit.
    pub(super) ticks: Vec<Tick>,
}

/// The places of a figure.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Height of the page.
    pub(super) height: f32,
    /// Lines of the title, the point and the description.
    pub(super) head: [Vec<Placed>; 3],
    /// Entries of the legend.
    pub(super) keys: Vec<Placed>,
    /// The panels.
    pub(super) panels: Vec<Place>,
    /// Baseline of the title of the horizontal axes.
    pub(super) x_title: f32,
    /// Baseline of the footer.
    pub(super) footer: f32,
}

impl Layout {
    /// Lays out a figure: with a legend of names only where a name finds no room in its plot.
    pub(super) fn of(figure: &Figure) -> Self {
        let named = Self::with(figure, Wording::Full);
        let is_complete = |(panel, place): (&Panel, &Place)| is_complete(panel, &place.names);
        match figure.name_keys.is_empty() || figure.panels.iter().zip(&named.panels).all(is_complete) {
            true => named,
            false => Self::with(figure, Wording::Short),
        }
    }

    fn with(figure: &Figure, wording: Wording) -> Self {
        let (head, y) = lay_lines([&figure.title, &figure.point, &figure.about]);
        let names = if wording == Wording::Short { figure.name_keys.as_slice() } else { &[] };
        let keys: Vec<&Key> = figure.keys.iter().chain(names).collect();
        let (keys, y) = lay_keys(&keys, y);
        let (mut panels, y) = lay_panels(figure, y + 8.0);
        for (panel, place) in figure.panels.iter().zip(&mut panels) {
            place.names = lay_names(panel, place.plot, wording);
        }
        let x_title = if figure.x_title.is_empty() { y } else { y + 12.0 };
        let footer = x_title + 30.0;
        Self { height: (footer + 16.0).ceil(), head, keys, panels, x_title, footer }
    }
}

/// The lines of a title, a point and a description, and where they end.
pub(super) fn lay_lines([title, point, about]: [&str; 3]) -> ([Vec<Placed>; 3], f32) {
    let mut y = MARGIN;
    let mut lines = |text: &str, most: usize, style: (f32, Weight)| {
        let placed = |text| {
            y += style.0 * 1.4;
            Placed { x: MARGIN, y: y - style.0 * 0.3, text, index: 0 }
        };
        let placed: Vec<Placed> = wrap(text, WIDTH - 2.0 * MARGIN, most, style).into_iter().map(placed).collect();
        y += 5.0;
        placed
    };
    let title = lines(title, 2, TITLE);
    let point = lines(point, 2, POINT);
    let about = lines(about, 3, ABOUT);
    ([title, point, about], y)
}

fn lay_keys(keys: &[&Key], top: f32) -> (Vec<Placed>, f32) {
    let (mut x, mut y) = (MARGIN, top + KEY_ROW + 4.0);
    let mut placed = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let text = shorten(&key.label, LONGEST_KEY, KEY.0, KEY.1);
        let width = SIGN + measure(&text, KEY.0, KEY.1) + 20.0;
        if x + width - 20.0 > WIDTH - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + KEY_ROW);
        }
        placed.push(Placed { x, y, text, index });
        x += width;
    }
    (placed, if keys.is_empty() { top } else { y + 6.0 })
}

/// A column of panels.
struct Column {
    x: f32,
    left: f32,
    plot: f32,
    right: f32,
}

/// Columns as wide as their labels need, with equal plots.
fn lay_columns(figure: &Figure) -> Vec<Column> {
    let count = figure.columns.max(1);
    let of_column = |i: usize| figure.panels.iter().skip(i).step_by(count);
    let left = |i: usize| widest(of_column(i).map(left_of)).max(14.0);
    let right = |i: usize| widest(of_column(i).map(right_of)).max(14.0);
    let around: f32 = (0..count).map(|i| left(i) + right(i)).sum();
    let plot = (cell_width(1) - COLUMN_GAP * (count - 1) as f32 - around) / count as f32;
    let mut x = MARGIN;
    let place = |i| {
        let column = Column { x, left: left(i), plot, right: right(i) };
        x += column.left + plot + column.right + COLUMN_GAP;
        column
    };
    (0..count).map(place).collect()
}

fn lay_panels(figure: &Figure, top: f32) -> (Vec<Place>, f32) {
    let columns = lay_columns(figure);
    let mut places: Vec<Place> = Vec::new();
    let mut y = top;
    for row in figure.panels.chunks(columns.len()) {
        let (title, below) = lay_titles(row, y);
        let both = || row.iter().zip(&columns);
        let names: Vec<_> =
            both().map(|(panel, column)| lay_spans(panel, (column.x + column.left, column.plot))).collect();
        let rows = names.iter().map(|(_, rows)| *rows).max().unwrap_or(1);
        let plot_top = (below + 13.0 + rows as f32 * STRIP).round();
        for ((panel, column), (mut spans, _)) in both().zip(names) {
            spans.iter_mut().for_each(|name| name.y = plot_top - 7.0 - name.y * STRIP);
            let (x, w) = ((column.x + column.left).round(), column.plot.round());
            let plot = Rect { x, y: plot_top, w, h: figure.plot_height };
            let w = column.left + column.plot + column.right;
            let cell = Rect { x: column.x, y, w, h: plot.bottom() + 24.0 - y };
            let ticks = thin_to_fit(panel.x.clone(), plot.w).ticks;
            let title_x = if figure.titles_over_plots { plot.x } else { cell.x };
            places.push(Place { cell, plot, title: (title_x, title), spans, names: Vec::new(), ticks });
        }
        y = plot_top + figure.plot_height + 30.0;
    }
    (places, y)
}

/// The baseline of the titles of a row of panels and where they end.
fn lay_titles(row: &[Panel], top: f32) -> (f32, f32) {
    let titled = row.iter().any(|panel| !panel.title.is_empty() || !panel.note.is_empty());
    let title = top + if titled { 18.0 } else { 0.0 };
    let explained = row.iter().any(|panel| !panel.subtitle.is_empty());
    (title, title + if explained { SUBTITLE } else { 0.0 })
}

/// Width of one of so many equal panels with everything around its plot.
pub(super) fn cell_width(columns: usize) -> f32 {
    let columns = columns.max(1) as f32;
    (WIDTH - 2.0 * MARGIN - COLUMN_GAP * (columns - 1.0)) / columns
}

fn widest(widths: impl Iterator<Item = f32>) -> f32 {
    widths.fold(0.0, f32::max).ceil()
}

fn left_of(panel: &Panel) -> f32 {
    let labels = panel.y.ticks.iter().map(|tick| measure(&left_label(&tick.label), TICK_SIZE, Weight::Regular));
    widest(labels.chain([measure(&panel.unit, NOTE.0, NOTE.1)])) + SIDE_GAP
}

/// The label of a tick of the vertical axis as it fits.
pub(super) fn left_label(label: &str) -> String {
    shorten(label, LONGEST_SIDE, TICK_SIZE, Weight::Regular)
}

fn right_of(panel: &Panel) -> f32 {
    let labels = panel.labels.iter().map(|label| measure(&side_label(&label.text), NOTE.0, Weight::SemiBold));
    let last = panel.x.ticks.last().map_or(0.0, |tick| {
        let beyond = measure(&tick.label, TICK_SIZE, Weight::SemiBold) / 2.0;
        if panel.x.place(tick.at) > 0.95 { beyond } else { 0.0 }
    });
    let room = widest(labels);
    (if room > 0.0 { room + SIDE_GAP + 2.0 } else { 0.0 }).max(last)
}

/// A text at the side as it fits.
pub(super) fn side_label(text: &str) -> String {
    shorten(text, LONGEST_SIDE, NOTE.0, Weight::SemiBold)
}

/// Names of markers above a plot, each beside the line of its marker in the lowest row where nothing crosses it; `y` is the
/// row. A name that is there already, or for which no row is free, is left out.
fn lay_spans(panel: &Panel, (left, width): (f32, f32)) -> (Vec<Placed>, usize) {
    let is_first = |&i: &usize| panel.spans[..i].iter().all(|other: &Span| other.label != panel.spans[i].label);
    let mut order: Vec<usize> = (0..panel.spans.len()).filter(is_first).collect();
    order.sort_by(|&a, &b| panel.spans[b].from.total_cmp(&panel.spans[a].from));
    let mut names: Vec<(f32, Placed)> = Vec::new();
    for index in order {
        let line = left + panel.x.place(panel.spans[index].from) as f32 * width;
        let (x, text) = lay_name(&panel.spans[index].label, line, (left, left + width));
        let name = |row: usize| Placed { x, y: row as f32, text: text.clone(), index };
        if let Some(name) = (0..STRIP_ROWS).map(name).find(|name| is_free(name, line, &names)) {
            names.push((line, name));
        }
    }
    let rows = names.iter().map(|(_, name)| name.y as usize + 1).max().unwrap_or(1);
    (names.into_iter().map(|(_, name)| name).collect(), rows)
}

/// A name right of its line, or left of it where there is more room.
fn lay_name(label: &str, line: f32, (left, right): (f32, f32)) -> (f32, String) {
    let (before, after) = (line - 4.0 - left, right - line - 4.0);
    let whole = measure(label, NOTE.0, NOTE.1).min(LONGEST_MARKER);
    let room = if whole <= after { after } else { before.max(after) };
    let text = shorten(label, room.min(LONGEST_MARKER), NOTE.0, NOTE.1);
    let x = if room == after { line + 4.0 } else { line - 4.0 - measure(&text, NOTE.0, NOTE.1) };
    (x, text)
}

/// Whether a name touches no other and no line that rises to a name crosses it, nor its own line another name.
fn is_free(name: &Placed, line: f32, others: &[(f32, Placed)]) -> bool {
    let ends = |name: &Placed| (name.x - 3.0, name.x + measure(&name.text, NOTE.0, NOTE.1) + 3.0);
    let crosses = |line: f32, name: &Placed| ends(name).0 < line && line < ends(name).1;
    others.iter().all(|(other_line, other)| {
        let apart = ends(name).1 + 6.0 < ends(other).0 || ends(other).1 + 6.0 < ends(name).0;
        (apart || other.y != name.y)
            && !(other.y >= name.y && crosses(*other_line, name))
            && !(other.y <= name.y && crosses(line, other))
    })
}

/// Heights of side labels, as near as possible to where they belong, `gap` apart and between `top` and `bottom`; in the
/// order of `labels`.
pub(super) fn spread(wanted: &[f32], gap: f32, (top, bottom): (f32, f32)) -> Vec<f32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]).then(a.cmp(&b)));
    let mut heights = wanted.to_vec();
    let mut floor = top;
    for &i in &order {
        heights[i] = heights[i].max(floor);
        floor = heights[i] + gap;
    }
    let mut ceiling = bottom;
    for &i in order.iter().rev() {
        heights[i] = heights[i].min(ceiling);
        ceiling = heights[i] - gap;
    }
    heights
}

/// The labels at the side of a plot with their middles.
pub(super) fn lay_sides(labels: &[SideLabel], panel: &Panel, plot: Rect) -> Vec<f32> {
    let wanted: Vec<f32> = labels.iter().map(|label| plot.bottom() - panel.y.place(label.at) as f32 * plot.h).collect();
    spread(&wanted, 14.5, (plot.y, plot.bottom()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::scale::axis::Axis;
    use crate::plot::style::palette::INK;

    fn panel_with(spans: Vec<Span>) -> Panel {
        let mut panel = Panel::new("a", Axis::linear(0.0, 100.0, Vec::new()), Axis::linear(0.0, 1.0, Vec::new()));
        panel.spans = spans;
        panel
    }

    fn span(from: f64, label: &str) -> Span {
        Span { from, to: None, label: label.to_owned(), color: INK, dashed: false }
    }

    #[test]
    fn labels_at_the_side_keep_their_gap_and_stay_inside() {
        let heights = spread(&[50.0, 51.0, 49.0, 99.0, 100.0], 14.0, (0.0, 100.0));
        let mut sorted = heights.clone();
        sorted.sort_by(f32::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 13.99), "{heights:?}");
        assert!(sorted[0] >= 0.0 && sorted[4] <= 100.0);
        assert!(heights[2] < heights[0] && heights[0] < heights[1]);
    }

    #[test]
    fn names_of_markers_never_overlap_and_stay_inside() {
        let spans = (0..9).map(|i| span(f64::from(i) * 8.0, &format!("marker with the number {i}"))).collect();
        let (placed, rows) = lay_spans(&panel_with(spans), (60.0, 700.0));
        assert!(rows <= STRIP_ROWS && placed.len() >= 3, "{}", placed.len());
        let end = |name: &Placed| name.x + measure(&name.text, NOTE.0, NOTE.1);
        for (i, one) in placed.iter().enumerate() {
            assert!(one.x >= 60.0 && end(one) <= 760.5);
            for other in placed[..i].iter().filter(|other| other.y == one.y) {
                assert!(end(other) < one.x || end(one) < other.x, "{other:?} {one:?}");
            }
        }
    }

    #[test]
    fn a_name_that_comes_again_is_written_once() {
        let (placed, _) = lay_spans(&panel_with(vec![span(0.0, "restart"), span(50.0, "restart")]), (0.0, 500.0));
        assert_eq!(placed.len(), 1);
    }

    #[test]
    fn a_name_at_the_right_end_is_moved_inside() {
        let (placed, _) = lay_spans(&panel_with(vec![span(100.0, "at the very end")]), (0.0, 500.0));
        assert!(placed[0].x + measure("at the very end", NOTE.0, NOTE.1) <= 500.5);
    }

    #[test]
    fn a_legend_of_many_long_names_breaks_into_rows_inside_the_page() {
        let keys: Vec<Key> = (0..12)
            .map(|i| Key {
                label: format!("class-{i}-{}", "x".repeat(80)),
                color: INK,
                sign: crate::plot::figure::Sign::Line,
            })
            .collect();
        let (placed, _) = lay_keys(&keys.iter().collect::<Vec<_>>(), 100.0);
        for name in &placed {
            assert!(name.x + SIGN + measure(&name.text, KEY.0, KEY.1) <= WIDTH - MARGIN, "{name:?}");
        }
    }
}
