//! Which alternatives meet every objective, what the cheapest costs, and which of the others comes closest.

use crate::experiment::{ObjectiveResult, PointResult, Results, Verdict};
use crate::findings::figures::{figure, percent};
use crate::findings::words::{base_point, is_base, overall, plain_points};
use crate::metric::Metric;
use crate::units::human_count;

/// How close in relative terms two costs are called the same.
const SAME_COST: f64 = 0.005;

/// At most so many alternatives are named.
const MOST_NAMES: usize = 8;

pub(super) fn sentence(results: &Results) -> Option<String> {
    let mut judged = plain_points(results);
    judged.retain(|p| !is_base(p) && !p.objectives.is_empty());
    let good: Vec<_> = judged.iter().copied().filter(|p| overall(p) == Some(Verdict::Met)).collect();
    let text = match (judged.len(), good.as_slice()) {
        (0, _) => return None,
        (_, []) => none_good(&judged),
        (_, good) => join(some_good(good, &judged, base_point(results)), misses_words(&judged)),
    };
    Some(join(text, open_words(&judged)) + ".")
}

fn join(text: String, more: Option<String>) -> String {
    [Some(text), more].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// No alternative is good: which comes closest.
fn none_good(judged: &[&PointResult]) -> String {
    let subject = match (judged, misses_words(judged)) {
        ([_], Some(misses)) => return format!("The alternative {misses}"),
        ([only], None) => format!("The alternative `{}` does not meet every objective for certain", only.alternative),
        ([_, _], _) if !is_open(judged) => "Neither alternative meets every objective".to_owned(),
        ([_, _], _) => "Neither alternative meets every objective for certain".to_owned(),
        _ if !is_open(judged) => format!("None of the {} alternatives meets every objective", judged.len()),
        _ => format!("None of the {} alternatives meets every objective for certain", judged.len()),
    };
    let met = |p: &PointResult| p.objectives.iter().filter(|o| o.verdict == Verdict::Met).count();
    let most = judged.iter().map(|p| met(p)).max().unwrap_or(0);
    let closest: Vec<_> = judged.iter().copied().filter(|p| met(p) == most).collect();
    match closest.as_slice() {
        [one] if most > 0 && judged.len() > 1 => {
            format!("{subject}; `{}` comes closest with {most} of {}", one.alternative, one.objectives.len())
        }
        _ => join(subject, misses_words(judged)),
    }
}

fn some_good(good: &[&PointResult], judged: &[&PointResult], base: Option<&PointResult>) -> String {
    let (names, all) = (names(good), judged.len());
    if all == 1 {
        return format!("{names} meets every objective{}", extra_cost(good[0], base));
    }
    if let [only] = good {
        // What is open may still do.
        let only_it = if is_open(judged) { "" } else { "only " };
        return format!("Of {all} alternatives, {only_it}{names} meets every objective{}", extra_cost(only, base));
    }
    let subject = match good.len() {
        2 if all == 2 => "Both alternatives".to_owned(),
        n if n == all => format!("All {all} alternatives"),
        n => format!("Of {all} alternatives, {n}"),
    };
    let cheapest = cheapest(good);
    match cheapest.as_slice() {
        [] => format!("{subject} meet every objective: {names}"),
        [first] => format!(
            "{subject} meet every objective; the cheapest is `{}`{}",
            first.alternative,
            extra_cost(first, base)
        ),
        all if all.len() == good.len() => {
            format!("{subject} meet every objective{}: {names}", extra_cost(good[0], base))
        }
        [first, ..] => {
            format!(
                "{subject} meet every objective; the cheapest are {}{}",
                self::names(&cheapest),
                extra_cost(first, base)
            )
        }
    }
}

/// The points whose cost (worker-hours where none is stated) is within [`SAME_COST`] of the least; empty when unknown.
pub(super) fn cheapest<'a>(points: &[&'a PointResult]) -> Vec<&'a PointResult> {
    let least = points.iter().filter_map(|p| price(p)).map(|p| p.value).fold(f64::INFINITY, f64::min);
    points.iter().copied().filter(|p| price(p).is_some_and(|p| p.value <= least * (1.0 + SAME_COST))).collect()
}

/// What a point costs.
struct Price {
    value: f64,
    noun: &'static str,
}

fn price(point: &PointResult) -> Option<Price> {
    let find = |metric| Some(point.metric_of_all(metric)?.estimate?.mean);
    let cost = find(Metric::Cost).map(|value| Price { value, noun: "cost" });
    cost.or_else(|| find(Metric::WorkerHours).map(|value| Price { value, noun: "worker-hours" }))
}

/// ", at a cost of 24.20 for the run", ", with 120 worker-hours"; empty when unknown.
pub(super) fn price_words(point: &PointResult) -> String {
    let words = |price: Price| match price.noun {
        "cost" => format!(", at a cost of {} for the run", figure(price.value, "cost")),
        _ => format!(", with {} worker-hours", human_count(price.value)),
    };
    price(point).map_or_else(String::new, words)
}

/// ", at no extra cost", ", at 50.0 % more worker-hours"; empty when unknown.
fn extra_cost(point: &PointResult, base: Option<&PointResult>) -> String {
    let (Some(own), Some(base)) = (price(point), base.and_then(price)) else {
        return String::new();
    };
    let noun = own.noun;
    if base.value <= 0.0 || noun != base.noun {
        return String::new();
    }
    let change = own.value / base.value - 1.0;
    match change {
        c if c.abs() <= SAME_COST && noun == "cost" => ", at no extra cost".to_owned(),
        c if c.abs() <= SAME_COST => ", without more worker-hours".to_owned(),
        c if c >= 0.95 => format!(", at {:.1} times the {noun}", c + 1.0),
        c if c > 0.0 => format!(", at {} more {noun}", percent(c)),
        c => format!(", at {} less {noun}", percent(-c)),
    }
}

/// `a`, `b` and `c`.
fn names(points: &[&PointResult]) -> String {
    let told = points.iter().take(MOST_NAMES).map(|p| format!("`{}`", p.alternative));
    let more = points.len().checked_sub(MOST_NAMES).filter(|more| *more > 0).map(|more| format!("{more} more"));
    let quoted: Vec<_> = told.chain(more).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// Whether more replications could show that another one meets every objective.
fn is_open(judged: &[&PointResult]) -> bool {
    judged.iter().any(|point| overall(point) == Some(Verdict::Undecided))
}

/// "more replications are needed to judge `a`"; `None` where all are judged.
fn open_words(judged: &[&PointResult]) -> Option<String> {
    let open: Vec<_> = judged.iter().copied().filter(|p| overall(p) == Some(Verdict::Undecided)).collect();
    (!open.is_empty()).then(|| format!("more replications are needed to judge {}", names(&open)))
}

/// "`more-workers` misses `share(wait <= 30s) >= 99%` by 13.3 percentage points": the first objective that all of those miss that do,
/// and by whom it is missed least; `None` without such an objective or where several miss it alike.
fn misses_words(judged: &[&PointResult]) -> Option<String> {
    let missing: Vec<_> = judged.iter().copied().filter(|p| overall(p) == Some(Verdict::Missed)).collect();
    let common = |like: &&ObjectiveResult| missing.iter().all(|point| missed(point, like).is_some());
    let like = missing.first()?.objectives.iter().find(common)?;
    let gap = |o: &ObjectiveResult| Some((o.estimate.as_ref()?.mean - o.bound).abs());
    let mut gaps: Vec<(f64, &PointResult, &ObjectiveResult)> = missing
        .iter()
        .filter_map(|point| {
            let objective = missed(point, like)?;
            Some((gap(objective)?, *point, objective))
        })
        .collect();
    gaps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (least, closest, objective) = *gaps.first()?;
    let by = gap_words(least, objective);
    if gaps.get(1).is_some_and(|(next, _, other)| gap_words(*next, other) == by) {
        return None;
    }
    let (name, text) = (&closest.alternative, &like.text);
    Some(match gaps.len() {
        1 => format!("`{name}` misses `{text}` by {by}"),
        n => format!("of the {n} that miss `{text}`, `{name}` comes closest, by {by}"),
    })
}

/// The same objective of a point, if it is missed.
fn missed<'a>(point: &'a PointResult, like: &ObjectiveResult) -> Option<&'a ObjectiveResult> {
    let same = |o: &&ObjectiveResult| o.scope == like.scope && o.text == like.text && o.verdict == Verdict::Missed;
    point.objectives.iter().find(same)
}

fn gap_words(gap: f64, objective: &ObjectiveResult) -> String {
    let more = if objective.at_least { "more than " } else { "" };
    match objective.unit.as_str() {
        "share" => format!("{more}{} percentage points", percent(gap).trim_end_matches(" %")),
        unit => format!("{more}{}", figure(gap, unit)),
    }
}
