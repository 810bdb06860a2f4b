//! The backlog of each class over time in one line of text each, for the terminal.

use crate::experiment::{PointResult, Results};
use crate::findings::curve::moment;
use crate::findings::words::{base_point, plain_points};
use crate::metric::{CurveKind, Metric, ScopeKind};
use crate::units::human_count;

/// Characters of a line of time, where there is room, and where names are long.
const CELLS: (usize, usize) = (16, 48);
/// Characters of what stands behind it.
const PEAK: usize = 30;
/// Classes shown: those with the largest peaks.
const MOST_CLASSES: usize = 8;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A class and its mean backlog in each cell of time.
struct Line<'a> {
    class: &'a str,
    backlog: Vec<f64>,
    peak: f64,
    peak_step: usize,
    /// The mean over the replications of the most jobs that waited at once.
    largest: f64,
}

/// A heading and a line of about `width` characters for each class that has a backlog, in the base or, without it, the first alternative; empty without any.
pub(in crate::report) fn backlog_lines(results: &Results, width: usize) -> String {
    let Some(point) = base_point(results).or_else(|| plain_points(results).into_iter().next()) else {
        return String::new();
    };
    // Nothing of the warm-up is counted, so nothing of it is drawn.
    let first = results.first_counted_step();
    let mut lines: Vec<Line<'_>> = results.classes.iter().filter_map(|class| line(point, class, first)).collect();
    let all = lines.len();
    let mut peaks: Vec<f64> = lines.iter().map(|line| line.peak).collect();
    peaks.sort_by(|a, b| b.total_cmp(a));
    let least = peaks.get(MOST_CLASSES - 1).copied().unwrap_or(0.0);
    lines.retain(|line| line.peak >= least);
    let Some(steps) = lines.first().map(|line| line.backlog.len()) else {
        return String::new();
    };
    let longest = lines.iter().map(|line| line.class.chars().count()).max().unwrap_or(0);
    let cells = width.saturating_sub(longest + PEAK).clamp(CELLS.0, CELLS.1).min(steps);
    let rows = lines.iter().map(|line| {
        let (class, time) = (format!("{:longest$}", line.class), moment(results, first + line.peak_step));
        format!("{class}  {}  up to {}, {time}\n", bars(line, cells), human_count(line.largest.round()))
    });
    let rows: String = rows.collect();
    let more = all - lines.len();
    let more = if more > 0 { format!("(and {more} classes with less)\n") } else { String::new() };
    let (from, to) = (moment(results, first), moment(results, first + steps));
    format!("Backlog of `{}` in jobs, {from} to {to}, each class up to its own peak\n{rows}{more}", point.alternative)
}

/// The backlog of a class, if a job waits on average at some time.
fn line<'a>(point: &PointResult, class: &'a str, first: usize) -> Option<Line<'a>> {
    let curves: Vec<_> =
        CurveKind::BACKLOG.into_iter().filter_map(|place| point.curve((ScopeKind::Class, class), place)).collect();
    let steps = curves.iter().map(|curve| curve.mean.len()).max()?;
    let at = |step: usize| curves.iter().filter_map(|curve| *curve.mean.get(step)?).sum::<f64>();
    let backlog: Vec<f64> = (first..steps).map(at).collect();
    let (peak_step, peak) = backlog.iter().copied().enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    (peak >= 0.5).then_some(Line { class, backlog, peak, peak_step, largest: largest(point, class).unwrap_or(peak) })
}

fn largest(point: &PointResult, class: &str) -> Option<f64> {
    Some(point.metric((ScopeKind::Class, class), Metric::BacklogMax)?.estimate?.mean)
}

/// The largest backlog in each cell of time, in eighths of the peak.
fn bars(line: &Line<'_>, cells: usize) -> String {
    let steps = line.backlog.len();
    let largest = |cell: usize| {
        let within = &line.backlog[cell * steps / cells..((cell + 1) * steps / cells)];
        within.iter().copied().fold(0.0, f64::max)
    };
    (0..cells).map(|cell| BARS[(largest(cell) / line.peak * 7.0).round() as usize]).collect()
}
