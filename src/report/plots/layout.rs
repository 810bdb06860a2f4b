//! Where everything goes on the page, so that nothing overlaps and nothing is cut off. All in CSS pixels.

use super::clock::TICK_SIZE;
use super::figure::{Figure, Key, Panel, SideLabel, Span};
use super::text::{Weight, measure, shorten, wrap};

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
/// Height of a row of marker names.
pub(super) const STRIP: f32 = 15.0;

const KEY_ROW: f32 = 20.0;
const COLUMN_GAP: f32 = 26.0;
const LONGEST_KEY: f32 = 260.0;
const LONGEST_SIDE: f32 = 150.0;
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
    /// Baseline of the title.
    pub(super) title: f32,
    /// Names of markers; `y` is the baseline.
    pub(super) spans: Vec<Placed>,
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
    /// Lays out a figure.
    pub(super) fn of(figure: &Figure) -> Self {
        let (head, y) = lay_head(figure);
        let (keys, y) = lay_keys(&figure.keys, y);
        let (panels, y) = lay_panels(figure, y + 8.0);
        let x_title = if figure.x_title.is_empty() { y } else { y + 12.0 };
        let footer = x_title + 30.0;
        Self { height: (footer + 16.0).ceil(), head, keys, panels, x_title, footer }
    }
}

fn lay_head(figure: &Figure) -> ([Vec<Placed>; 3], f32) {
    let mut y = MARGIN;
    let mut lines = |text: &str, most: usize, style: (f32, Weight)| {
        let placed = |text| {
            y += style.0 * 1.4;
            Placed { x: MARGIN, y: y - style.0 * 0.3, text, index: 0 }
        };
        wrap(text, WIDTH - 2.0 * MARGIN, most, style).into_iter().map(placed).collect::<Vec<_>>()
    };
    let title = lines(&figure.title, 2, TITLE);
    let point = lines(&figure.point, 2, POINT);
    let about = lines(&figure.about, 3, ABOUT);
    ([title, point, about], y)
}

fn lay_keys(keys: &[Key], top: f32) -> (Vec<Placed>, f32) {
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

fn lay_panels(figure: &Figure, top: f32) -> (Vec<Place>, f32) {
    let width = cell_width(figure.columns);
    let left = widest(figure.panels.iter().map(left_of)).max(18.0);
    let right = widest(figure.panels.iter().map(right_of)).max(14.0);
    let mut places: Vec<Place> = Vec::new();
    let mut y = top;
    for row in figure.panels.chunks(figure.columns) {
        let titled = row.iter().any(|panel| !panel.title.is_empty() || !panel.note.is_empty());
        let title = y + if titled { 18.0 } else { 0.0 };
        let x_of = |i: usize| MARGIN + i as f32 * (width + COLUMN_GAP);
        let plot_of = |i: usize| (x_of(i) + left, width - left - right);
        let names: Vec<_> = row.iter().enumerate().map(|(i, panel)| lay_spans(panel, plot_of(i))).collect();
        let rows = names.iter().map(|(_, rows)| *rows).max().unwrap_or(1);
        let plot_top = title + 6.0 + rows as f32 * STRIP + 3.0;
        for (i, (mut spans, _)) in names.into_iter().enumerate() {
            spans.iter_mut().for_each(|name| name.y = plot_top - 7.0 - name.y * STRIP);
            let (x, w) = plot_of(i);
            let plot = Rect { x: x.round(), y: plot_top.round(), w: w.round(), h: figure.plot_height };
            let cell = Rect { x: x_of(i), y, w: width, h: plot.bottom() + 24.0 - y };
            places.push(Place { cell, plot, title, spans });
        }
        y = plot_top.round() + figure.plot_height + 30.0;
    }
    (places, y)
}

/// Width of a panel with everything around its plot.
pub(super) fn cell_width(columns: usize) -> f32 {
    let columns = columns.max(1) as f32;
    (WIDTH - 2.0 * MARGIN - COLUMN_GAP * (columns - 1.0)) / columns
}

fn widest(widths: impl Iterator<Item = f32>) -> f32 {
    widths.fold(0.0, f32::max).ceil()
}

fn left_of(panel: &Panel) -> f32 {
    let labels = panel.y.ticks.iter().map(|tick| measure(&left_label(&tick.label), TICK_SIZE, Weight::Regular));
    widest(labels) + 8.0
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
    (if room > 0.0 { room + 10.0 } else { 0.0 }).max(last)
}

/// A text at the side as it fits.
pub(super) fn side_label(text: &str) -> String {
    shorten(text, LONGEST_SIDE, NOTE.0, Weight::SemiBold)
}

/// Names of markers above a plot: in the lowest row where they are free; `y` is the row. A name that is there already, or
/// for which no row is free, is left out.
fn lay_spans(panel: &Panel, (left, width): (f32, f32)) -> (Vec<Placed>, usize) {
    let mut placed: Vec<Placed> = Vec::new();
    let mut taken: Vec<Vec<(f32, f32)>> = vec![Vec::new(); STRIP_ROWS];
    taken[0].push((f32::MIN, left + 2.0 - 4.0));
    for (index, span) in panel.spans.iter().enumerate() {
        if panel.spans[..index].iter().any(|other: &Span| other.label == span.label) {
            continue;
        }
        let text = shorten(&span.label, LONGEST_MARKER.min(width - 8.0), NOTE.0, NOTE.1);
        let room = measure(&text, NOTE.0, NOTE.1);
        let x = (left + panel.x.place(span.from) as f32 * width + 4.0).min(left + width - room);
        let free = |row: &Vec<(f32, f32)>| row.iter().all(|&(from, to)| x + room + 10.0 < from || x > to + 4.0);
        if let Some(row) = taken.iter().position(free) {
            taken[row].push((x, x + room + 6.0));
            placed.push(Placed { x, y: row as f32, text, index });
        }
    }
    let rows = placed.iter().map(|name| name.y as usize + 1).max().unwrap_or(1);
    (placed, rows)
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
    use crate::report::plots::axis::Axis;
    use crate::report::plots::palette::INK;

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
        assert!(rows <= STRIP_ROWS && placed.len() >= 5);
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
                sign: crate::report::plots::figure::Sign::Line,
            })
            .collect();
        let (placed, _) = lay_keys(&keys, 100.0);
        for name in &placed {
            assert!(name.x + SIGN + measure(&name.text, KEY.0, KEY.1) <= WIDTH - MARGIN, "{name:?}");
        }
    }
}
