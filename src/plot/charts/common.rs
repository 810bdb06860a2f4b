//! What all pictures share: their page, their time axis, their markers, their words.

use jiff::Zoned;

use crate::experiment::{MarkerKind, PointResult, Results};
use crate::findings::precision::replications_words;
use crate::plot::figure::{Figure, Key, Sign, Span};
use crate::plot::layout::cell_width;
use crate::plot::scale::axis::Axis;
use crate::plot::scale::clock::{name_time, parse_start, time_axis};
use crate::plot::scale::ticks::percent;
use crate::plot::style::palette::{BURST, CONTEXT, INK, OUTAGE, Tint};

/// The results with their clock.
pub(in crate::plot) struct Subject<'a> {
    /// What was measured.
    pub(in crate::plot) results: &'a Results,
    /// When the run starts.
    pub(in crate::plot) start: Option<Zoned>,
}

impl<'a> Subject<'a> {
    /// Reads the clock of results.
    pub(in crate::plot) fn new(results: &'a Results) -> Self {
        Self { results, start: parse_start(results.start.as_deref()) }
    }

    /// An empty page.
    pub(in crate::plot) fn page(&self, name: &str) -> Figure {
        let results = self.results;
        let source = results.source.as_ref().map_or_else(String::new, |source| format!("Source: {source}"));
        Figure {
            name: name.to_owned(),
            title: if results.title.is_empty() { results.name.clone() } else { results.title.clone() },
            point: String::new(),
            about: String::new(),
            keys: Vec::new(),
            name_keys: Vec::new(),
            x_title: String::new(),
            panels: Vec::new(),
            columns: 1,
            plot_height: 300.0,
            titles_over_plots: false,
            source,
            maker: format!("Tailback {}, seed {}", results.version, results.seed),
        }
    }

    /// The time axis of a panel in a grid of this many columns.
    pub(in crate::plot) fn time_axis(&self, columns: usize) -> Axis {
        time_axis(self.start.as_ref(), self.results.horizon_s, cell_width(columns) - 130.0)
    }

    /// A point in time in words.
    pub(in crate::plot) fn name_time(&self, seconds: f64) -> String {
        name_time(self.start.as_ref(), seconds, self.results.horizon_s)
    }

    /// As [`Subject::replications`], of a statistic over the jobs of all replications.
    pub(in crate::plot) fn over_jobs(&self, bands: &str) -> String {
        self.replications(bands).replacen("Mean of", "Over the jobs of", 1)
    }

    /// How many replications there are and what `bands` show of them.
    pub(in crate::plot) fn replications(&self, bands: &str) -> String {
        match self.results.replications_made() {
            (1, 1) => "1 replication, so no intervals.".to_owned(),
            _ => format!(
                "Mean of {}; {bands} show the {} confidence interval.",
                replications_words(self.results),
                percent(self.results.confidence)
            ),
        }
    }

    /// How many replications there are.
    pub(in crate::plot) fn mean_of(&self) -> String {
        match self.results.replications_made() {
            (1, 1) => "1 replication.".to_owned(),
            _ => format!("Mean of {}.", replications_words(self.results)),
        }
    }
}

/// Columns and height of plots for this many equal panels over time.
pub(in crate::plot) fn grid(panels: usize) -> (usize, f32) {
    match panels {
        0 | 1 => (1, 340.0),
        2 => (1, 230.0),
        3 => (1, 180.0),
        4..=8 => (2, 190.0),
        _ => (3, 150.0),
    }
}

/// What happens in a design point, for the top of its panel.
pub(in crate::plot) fn spans(point: &PointResult) -> Vec<Span> {
    let markers = point.markers.iter();
    markers
        .map(|marker| Span {
            from: marker.from_s,
            to: marker.to_s,
            label: marker.label.clone(),
            color: match marker.kind {
                MarkerKind::Outage => OUTAGE,
                MarkerKind::Burst => BURST,
                MarkerKind::Change => INK,
            },
            dashed: marker.kind == MarkerKind::Change,
        })
        .collect()
}

/// The legend of what is in colour, and that of the others, which are so many.
pub(in crate::plot) fn legends<T: Into<String>>(
    coloured: impl IntoIterator<Item = (T, Tint)>,
    sign: Sign,
    (others, what): (usize, &str),
) -> (Vec<Key>, Vec<Key>) {
    let key = |(label, color): (T, Tint)| Key { label: label.into(), color, sign };
    let rest = Key { label: format!("{others} more {what}"), color: CONTEXT, sign: Sign::Line };
    (coloured.into_iter().map(key).collect(), if others > 0 { vec![rest] } else { Vec::new() })
}

/// The places of the greatest values, at most so many of them, in their order; of equal ones the first.
pub(in crate::plot) fn greatest(values: &[f64], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]).then(a.cmp(&b)));
    order.truncate(most);
    order.sort_unstable();
    order
}

/// A number with `more than` before it where only a lower bound is known.
pub(in crate::plot) fn at_least(is_bound: bool, text: &str) -> String {
    if is_bound { format!("more than {text}") } else { text.to_owned() }
}

/// Keeps the first `most` and says so in a sentence with a space before it; empty when all are kept.
pub(in crate::plot) fn keep_first<T>(items: &mut Vec<T>, most: usize, what: &str) -> String {
    let all = items.len();
    items.truncate(most);
    if all > most { format!(" The first {most} of {all} {what} are shown.") } else { String::new() }
}
