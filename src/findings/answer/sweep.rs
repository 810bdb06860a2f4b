//! Where on a sweep every objective is met, and where that is not decided.

use super::alternatives::price_words;
use crate::experiment::{AxisResult, PointResult, Results, Verdict};
use crate::findings::words::{is_base, overall};

/// At most so many points are named.
const MOST_NAMES: usize = 6;

/// With one swept path: from which value on the base (or the first alternative run) meets every objective; with several: at how many
/// points, and which of them is the cheapest. Either way the points at which it is not decided.
pub(super) fn sentence(results: &Results) -> Option<String> {
    let first = results.points.first()?;
    let of_first = |p: &&PointResult| p.alternative == first.alternative && !p.sweep.is_empty();
    let swept = Swept { points: results.points.iter().filter(of_first).collect(), axes: &results.axes };
    if swept.points.iter().any(|p| p.objectives.is_empty()) || swept.points.is_empty() {
        return None;
    }
    let whose = if is_base(first) { "the base".to_owned() } else { format!("`{}`", first.alternative) };
    let said = match results.axes.as_slice() {
        [axis] => {
            let (from, to) = (ends(axis, 0), ends(axis, 1));
            let path = &axis.path;
            format!("With `{path}` from {from} to {to}, {whose} meets every objective {}", swept.good_values())
        }
        _ if is_base(first) && results.points.iter().all(is_base) => swept.good_count(""),
        _ => swept.good_count(&format!(" of {whose}")),
    };
    let open = swept.open_words().map_or_else(String::new, |open| format!("; {open}"));
    Some(format!("{said}{open}."))
}

/// The first or last value of an axis.
fn ends(axis: &AxisResult, end: usize) -> &str {
    let value = if end == 0 { axis.values.first() } else { axis.values.last() };
    value.map_or("", String::as_str)
}

/// The points of a sweep of one alternative, each with objectives.
struct Swept<'a> {
    points: Vec<&'a PointResult>,
    axes: &'a [AxisResult],
}

impl Swept<'_> {
    fn with(&self, verdict: Verdict) -> Vec<&PointResult> {
        self.points.iter().copied().filter(|point| overall(point) == Some(verdict)).collect()
    }

    /// A point by its values: `20`, or `pools.a.size` = 3, `pools.b.size` = 2.
    fn name(&self, point: &PointResult) -> String {
        match point.sweep.as_slice() {
            [only] => only.clone(),
            values => {
                let value = |(axis, value): (&AxisResult, &String)| format!("`{}` = {value}", axis.path);
                self.axes.iter().zip(values).map(value).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn good_values(&self) -> String {
        let good = self.with(Verdict::Met);
        let is_good = |p: &&&PointResult| overall(p) == Some(Verdict::Met);
        let head = self.points.iter().take_while(is_good).count();
        let tail = self.points.iter().rev().take_while(is_good).count();
        let is_open = |p: &&PointResult| matches!(overall(p), Some(Verdict::Undecided | Verdict::NoData));
        let any_open = self.points.iter().any(is_open);
        match good.as_slice() {
            [] if any_open => "at no value for certain".to_owned(),
            [] => "nowhere".to_owned(),
            all if all.len() == self.points.len() => "everywhere".to_owned(),
            [only] if !any_open => format!("only at {}", self.name(only)),
            [first, _, ..] if tail == good.len() => format!("from {} on", self.name(first)),
            [.., _, last] if head == good.len() => format!("up to {}", self.name(last)),
            all => format!("at {}", all.iter().map(|p| self.name(p)).collect::<Vec<_>>().join(", ")),
        }
    }

    /// "5 of the 36 swept points meet every objective; the cheapest is ...".
    fn good_count(&self, whose: &str) -> String {
        let (good, all) = (self.with(Verdict::Met), self.points.len());
        let of = format!("of the {all} swept points{whose}");
        match good.as_slice() {
            [] => format!("None {of} meets every objective"),
            [only] => format!("1 {of} meets every objective: {}", self.name(only)),
            good if good.len() == all => {
                format!("All {all} swept points{whose} meet every objective{}", self.cheapest_words(good))
            }
            good => format!("{} {of} meet every objective{}", good.len(), self.cheapest_words(good)),
        }
    }

    /// Names the cheapest, where one is.
    fn cheapest_words(&self, good: &[&PointResult]) -> String {
        match super::alternatives::cheapest(good).as_slice() {
            [only] => format!("; the cheapest is {}{}", self.name(only), price_words(only)),
            _ => String::new(),
        }
    }

    /// "65 is undecided": what more replications would decide; `None` where all is decided.
    fn open_words(&self) -> Option<String> {
        let open = self.with(Verdict::Undecided);
        let without = self.with(Verdict::NoData);
        let told = |points: &[&PointResult], one: &str, many: &str| {
            let names: Vec<String> = points.iter().take(MOST_NAMES).map(|point| self.name(point)).collect();
            let between = if self.axes.len() > 1 { "; " } else { ", " };
            match points.len() {
                0 => None,
                1 => Some(format!("{} {one}", names.concat())),
                n if n > MOST_NAMES => Some(format!("{n} values {many}")),
                _ => Some(format!("{} {many}", joined(&names, between))),
            }
        };
        let open = told(&open, "is undecided", "are undecided");
        let without = told(&without, "has nothing to judge by", "have nothing to judge by");
        let parts: Vec<String> = open.into_iter().chain(without).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// `a`, `b` and `c`.
fn joined(names: &[String], between: &str) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(between)),
        _ => names.concat(),
    }
}

/// With one swept path and one alternative: where every objective is met, such as `up to 1h`, and the values at which that is not decided,
/// such as `65 is undecided`.
pub(crate) fn met_along_sweep(results: &Results) -> Option<(String, Option<String>)> {
    let swept: Vec<_> = results.points.iter().filter(|p| !p.sweep.is_empty()).collect();
    let first = swept.first()?;
    let alone = results.axes.len() == 1 && swept.iter().all(|p| p.alternative == first.alternative);
    let judged = swept.iter().all(|p| !p.objectives.is_empty());
    let swept = Swept { points: swept, axes: &results.axes };
    (alone && judged).then(|| (swept.good_values(), swept.open_words()))
}
