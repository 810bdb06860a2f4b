//! Where on a sweep every objective is met.

use crate::experiment::{AxisResult, PointResult, Results, Verdict};
use crate::report::words::{is_base, overall};

/// With one swept path: from which value on the base (or the first alternative run) meets every objective; with several: at how many points.
pub(super) fn sentence(results: &Results) -> Option<String> {
    let first = results.points.first()?;
    let of_first = |p: &&PointResult| p.alternative == first.alternative && !p.sweep.is_empty();
    let swept: Vec<_> = results.points.iter().filter(of_first).collect();
    if swept.iter().any(|p| p.objectives.is_empty()) || swept.is_empty() {
        return None;
    }
    let good: Vec<_> = swept.iter().copied().filter(|p| overall(p) == Some(Verdict::Met)).collect();
    let whose = if is_base(first) { "the base".to_owned() } else { format!("`{}`", first.alternative) };
    let meets = format!("{whose} meets every objective");
    Some(match results.axes.as_slice() {
        [axis] => {
            let (from, to) = (ends(axis, 0), ends(axis, 1));
            format!("With `{}` from {from} to {to}, {meets} {}.", axis.path, good_values(&good, &swept))
        }
        _ => format!("Of the {} points swept, {meets} {}.", swept.len(), good_count(good.len(), swept.len())),
    })
}

fn good_count(good: usize, all: usize) -> String {
    match good {
        0 => "at none".to_owned(),
        n if n == all => "at all".to_owned(),
        n => format!("at {n}"),
    }
}

/// The first or last value of an axis.
fn ends(axis: &AxisResult, end: usize) -> &str {
    let value = if end == 0 { axis.values.first() } else { axis.values.last() };
    value.map_or("", String::as_str)
}

fn good_values(good: &[&PointResult], swept: &[&PointResult]) -> String {
    let value = |p: &PointResult| p.sweep.first().cloned().unwrap_or_default();
    let head_is_good = swept.iter().take(good.len()).all(|p| overall(p) == Some(Verdict::Met));
    let tail_is_good = swept.iter().rev().take(good.len()).all(|p| overall(p) == Some(Verdict::Met));
    match good {
        [] => "nowhere".to_owned(),
        all if all.len() == swept.len() => "everywhere".to_owned(),
        [only] => format!("only at {}", value(only)),
        [first, ..] if tail_is_good => format!("from {} on", value(first)),
        [.., last] if head_is_good => format!("up to {}", value(last)),
        _ => format!("at {}", good.iter().map(|p| value(p)).collect::<Vec<_>>().join(", ")),
    }
}

/// With one swept path and one alternative: where every objective is met, such as `up to 1h`.
pub(in crate::report) fn met_along_sweep(results: &Results) -> Option<String> {
    let swept: Vec<_> = results.points.iter().filter(|p| !p.sweep.is_empty()).collect();
    let first = swept.first()?;
    let alone = results.axes.len() == 1 && swept.iter().all(|p| p.alternative == first.alternative);
    let judged = swept.iter().all(|p| !p.objectives.is_empty());
    let good: Vec<_> = swept.iter().copied().filter(|p| overall(p) == Some(Verdict::Met)).collect();
    (alone && judged).then(|| good_values(&good, &swept))
}
