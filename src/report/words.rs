//! Results in sentences: the answer to the question of the study, for people who read nothing else.

use std::ops::ControlFlow;

use super::figures::{figure_with_interval, percent, whole_percent};
use crate::experiment::{Difference, ObjectiveResult, PointResult, Results, ScopeKind, ScopeName, Verdict};
use crate::units::{Human, human_seconds};

/// How close in relative terms two costs are called the same.
const SAME_COST: f64 = 0.005;

/// The answer in words: how the base does, which alternatives meet every objective and what the cheapest costs, and from where
/// on a sweep is good. Two or three sentences; empty without any figure.
#[must_use]
pub fn answer(results: &Results) -> String {
    let parts = [base_sentence(results), alternatives_sentence(results), sweep_sentence(results)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The design points that are not swept: the base, where it was run, and the alternatives as they stand.
pub(super) fn plain_points(results: &Results) -> Vec<&PointResult> {
    results.points.iter().filter(|point| point.sweep.is_empty()).collect()
}

/// The base, where it was run.
pub(super) fn base_point(results: &Results) -> Option<&PointResult> {
    plain_points(results).into_iter().find(|point| is_base(point))
}

fn is_base(point: &PointResult) -> bool {
    point.alternative == "base"
}

/// What a reader calls a scope: the name, with its kind only where that helps.
pub(super) fn scope_words(scope: &ScopeName) -> String {
    match scope.kind {
        ScopeKind::All => "all jobs".to_owned(),
        ScopeKind::Class => scope.name.clone(),
        ScopeKind::Queue => format!("queue {}", scope.name),
        ScopeKind::Pool => format!("pool {}", scope.name),
        ScopeKind::Dispatcher => format!("dispatcher {}", scope.name),
        ScopeKind::Provider => format!("provider {}", scope.name),
        ScopeKind::Fault => format!("after {}", scope.name),
        ScopeKind::Alert => format!("alert {}", scope.name),
        ScopeKind::Response => format!("response {}", scope.name),
    }
}

/// The verdict over all objectives of a point; `None` without objectives.
pub(super) fn overall(point: &PointResult) -> Option<Verdict> {
    let worst = |worst, objective: &ObjectiveResult| match (worst, objective.verdict) {
        (_, Verdict::Missed) => ControlFlow::Break(Verdict::Missed),
        (Verdict::Met, verdict) => ControlFlow::Continue(verdict),
        (worst, _) => ControlFlow::Continue(worst),
    };
    let found = point.objectives.iter().try_fold(Verdict::Met, worst);
    let (ControlFlow::Continue(verdict) | ControlFlow::Break(verdict)) = found;
    (!point.objectives.is_empty()).then_some(verdict)
}

/// The verdict as a verb.
fn verb(verdict: Verdict, plural: bool) -> &'static str {
    match (verdict, plural) {
        (Verdict::Met, false) => "meets",
        (Verdict::Met, true) => "meet",
        (Verdict::Missed, false) => "misses",
        (Verdict::Missed, true) => "miss",
        (Verdict::Undecided, _) => "cannot be told to meet or miss",
        (Verdict::NoData, _) => "cannot be judged, having no such job, by",
    }
}

fn base_sentence(results: &Results) -> Option<String> {
    let base = base_point(results)?;
    if base.objectives.is_empty() {
        return wait_sentence(base);
    }
    let text = match overall(base)? {
        Verdict::Met => all_met_sentence(base),
        worst => shortfall_sentence(base, worst),
    };
    Some(format!("As it stands, {text}"))
}

/// Without objectives, the wait of all jobs is what a reader wants first.
fn wait_sentence(base: &PointResult) -> Option<String> {
    let metric = base.metrics.iter().find(|m| m.scope.kind == ScopeKind::All && m.metric == "wait_p95")?;
    let wait = figure_with_interval(metric.estimate.as_ref()?, &metric.unit, metric.at_least);
    Some(format!("As it stands, the p95 wait of all jobs is {wait}; the scenario states no objective."))
}

fn all_met_sentence(base: &PointResult) -> String {
    let [only] = base.objectives.as_slice() else {
        return format!("{} objectives are met.", all_of(base.objectives.len()));
    };
    format!("{}.", objective_clause(only))
}

/// Names the first objective with this verdict and counts the others.
fn shortfall_sentence(base: &PointResult, worst: Verdict) -> String {
    let alike: Vec<_> = base.objectives.iter().filter(|o| o.verdict == worst).collect();
    let clause = alike.first().map_or_else(String::new, |first| objective_clause(first));
    let so_are = match worst {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Undecided => "undecided",
        Verdict::NoData => "without a job to judge by",
    };
    match (alike.len(), base.objectives.len()) {
        (1, 1) => format!("{clause}."),
        (2, 2) => format!("{clause}; the other objective is {so_are} too."),
        (n, all) if n == all => format!("{clause}; the other {} objectives are {so_are} too.", all - 1),
        (n, all) => format!("{clause}; {n} of the {all} objectives {} {so_are}.", if n == 1 { "is" } else { "are" }),
    }
}

/// "verification-mail misses `share(wait <= 30s) >= 99%`: 54.1 % (53.0 to 55.2 %)".
fn objective_clause(objective: &ObjectiveResult) -> String {
    let whom = scope_words(&objective.scope);
    let value = objective.estimate.as_ref().map(|e| figure_with_interval(e, &objective.unit, objective.at_least));
    let value = value.map_or_else(String::new, |value| format!(": {value}"));
    let plural = objective.scope.kind == ScopeKind::All;
    format!("{whom} {} `{}`{value}", verb(objective.verdict, plural), objective.text)
}

fn alternatives_sentence(results: &Results) -> Option<String> {
    let alternatives: Vec<_> = plain_points(results).into_iter().filter(|p| !is_base(p)).collect();
    let judged: Vec<_> = alternatives.iter().copied().filter(|p| !p.objectives.is_empty()).collect();
    if judged.is_empty() {
        return None;
    }
    let good: Vec<_> = judged.iter().copied().filter(|p| overall(p) == Some(Verdict::Met)).collect();
    let text = match good.as_slice() {
        [] => none_good(&judged),
        good => some_good(good, judged.len(), base_point(results)),
    };
    Some(format!("{text}{}", open_words(&judged)))
}

/// No alternative is good: which comes closest.
fn none_good(judged: &[&PointResult]) -> String {
    let met = |p: &PointResult| p.objectives.iter().filter(|o| o.verdict == Verdict::Met).count();
    let most = judged.iter().map(|p| met(p)).max().unwrap_or(0);
    let subject = match judged {
        [only] => format!("The alternative `{}` does not meet every objective for certain", only.alternative),
        [_, _] => "Neither of the 2 alternatives meets every objective for certain".to_owned(),
        _ => format!("None of the {} alternatives meets every objective for certain", judged.len()),
    };
    let closest: Vec<_> = judged.iter().copied().filter(|p| met(p) == most).collect();
    match closest.as_slice() {
        [one] if most > 0 && judged.len() > 1 => {
            format!("{subject}; `{}` comes closest with {most} of {}.", one.alternative, one.objectives.len())
        }
        _ => format!("{subject}."),
    }
}

fn some_good(good: &[&PointResult], all: usize, base: Option<&PointResult>) -> String {
    let (count, names) = (good.len(), names(good));
    if all == 1 {
        return format!("{names} meets every objective{}.", extra_cost(good[0], base));
    }
    if count == 1 {
        return format!("Of {all} alternatives, only {names} meets every objective{}.", extra_cost(good[0], base));
    }
    let subject = if count == all {
        capitalised(&all_of(all)) + " alternatives"
    } else {
        format!("Of {all} alternatives, {count}")
    };
    let cheapest = cheapest(good);
    let Some(first) = cheapest.first() else {
        return format!("{subject} meet every objective: {names}.");
    };
    let verb = if cheapest.len() == 1 { "the cheapest is" } else { "the cheapest are" };
    let cheapest_names = self::names(&cheapest);
    format!("{subject} meet every objective; {verb} {cheapest_names}{}.", extra_cost(first, base))
}

/// The points whose cost (worker-hours where none is stated) is within [`SAME_COST`] of the least; empty when unknown.
fn cheapest<'a>(points: &[&'a PointResult]) -> Vec<&'a PointResult> {
    let least = points.iter().filter_map(|p| price(p)).map(|p| p.value).fold(f64::INFINITY, f64::min);
    points.iter().copied().filter(|p| price(p).is_some_and(|p| p.value <= least * (1.0 + SAME_COST))).collect()
}

/// What a point costs.
struct Price {
    value: f64,
    noun: &'static str,
}

fn price(point: &PointResult) -> Option<Price> {
    let find = |name: &str| {
        let metric = point.metrics.iter().find(|m| m.scope.kind == ScopeKind::All && m.metric == name)?;
        Some(metric.estimate.as_ref()?.mean)
    };
    let cost = find("cost").map(|value| Price { value, noun: "cost" });
    cost.or_else(|| find("worker_hours").map(|value| Price { value, noun: "worker-hours" }))
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

/// "both", "all 3".
fn all_of(count: usize) -> String {
    if count == 2 { "both".to_owned() } else { format!("all {count}") }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `a`, `b` and `c`.
fn names(points: &[&PointResult]) -> String {
    let quoted: Vec<_> = points.iter().map(|p| format!("`{}`", p.alternative)).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn open_words(judged: &[&PointResult]) -> String {
    let open: Vec<_> = judged.iter().copied().filter(|p| overall(p) == Some(Verdict::Undecided)).collect();
    if open.is_empty() { String::new() } else { format!(" More replications are needed to judge {}.", names(&open)) }
}

/// With one swept path and one alternative: where every objective is met, such as `up to 1h`.
pub(super) fn met_along_sweep(results: &Results) -> Option<String> {
    let swept: Vec<_> = results.points.iter().filter(|p| !p.sweep.is_empty()).collect();
    let first = swept.first()?;
    let alone = results.axes.len() == 1 && swept.iter().all(|p| p.alternative == first.alternative);
    let judged = swept.iter().all(|p| !p.objectives.is_empty());
    let good: Vec<_> = swept.iter().copied().filter(|p| overall(p) == Some(Verdict::Met)).collect();
    (alone && judged).then(|| good_values(&good, &swept))
}

/// With one swept path: from which value on the base (or the only alternative run) meets every objective.
fn sweep_sentence(results: &Results) -> Option<String> {
    let [axis] = results.axes.as_slice() else {
        return None;
    };
    let first = results.points.first()?;
    let of_first = |p: &&PointResult| p.alternative == first.alternative && !p.sweep.is_empty();
    let swept: Vec<_> = results.points.iter().filter(of_first).collect();
    if swept.iter().any(|p| p.objectives.is_empty()) || swept.is_empty() {
        return None;
    }
    let good: Vec<_> = swept.iter().copied().filter(|p| overall(p) == Some(Verdict::Met)).collect();
    let whose = if is_base(first) { "the base".to_owned() } else { format!("`{}`", first.alternative) };
    let values = good_values(&good, &swept);
    Some(format!(
        "Sweeping `{}` from {} to {}, {whose} meets every objective {values}.",
        axis.path,
        ends(axis, 0),
        ends(axis, 1)
    ))
}

/// The first or last value of an axis.
fn ends(axis: &crate::experiment::AxisResult, end: usize) -> &str {
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

/// The paired differences that matter for the question: those of the measures of objectives; without objectives, those of the
/// p95 wait of all jobs.
#[must_use]
pub fn relevant_differences(results: &Results) -> Vec<&Difference> {
    let objectives: Vec<_> = results.points.iter().flat_map(|p| &p.objectives).collect();
    let relevant = |d: &&Difference| match objectives.as_slice() {
        [] => d.scope.kind == ScopeKind::All && d.metric == "wait_p95",
        objectives => objectives.iter().any(|o| o.scope == d.scope && o.metric == d.metric),
    };
    results.differences.iter().filter(relevant).collect()
}

/// How much of the start is left out, and why; `None`: nothing is, as stated.
pub(super) fn warmup_words(results: &Results) -> Option<String> {
    let removed = format!(
        "The first {} ({} of the run) are left out of all figures but the curves",
        human_seconds(results.warmup_s, Human::Prose),
        percent(results.warmup_s / results.horizon_s)
    );
    match results.warmup_found {
        None => (results.warmup_s > 0.0).then(|| format!("{removed}: the warm-up, as stated.")),
        Some(found) => Some(format!(
            "{removed}: the warm-up, found by MSER-5 in the jobs in the system, mean of {} replications; the longest of the design points that settle.",
            found.replications
        )),
    }
}

/// How alternatives are compared with the base, and what their intervals are worth.
pub(super) fn compared_words(results: &Results) -> String {
    let count = plain_points(results).len().saturating_sub(1);
    let how = "Against the base, replication by replication";
    if count < 2 {
        return how.to_owned();
    }
    format!(
        "{how}; the interval of each is taken at {}, so that the {count} of a figure hold together at {}",
        percent(results.difference_confidence),
        whole_percent(results.confidence)
    )
}
