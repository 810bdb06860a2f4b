//! The answer to the question of the study in two or three sentences, for people who read nothing else.

use super::curve::{find_curve, period};
use super::figures::{figure, figure_with_interval, percent};
use super::sensitivity::sensitivity_sentence;
use super::words::{base_point, is_base, overall, plain_points, scope_words};
use crate::experiment::{AxisResult, ObjectiveResult, PointResult, Results, ScopeKind, Verdict};
use crate::units::{Human, SimDuration, human_seconds, parse_duration};

/// The answer in words: how the base does and for how long most jobs are late, which alternatives meet every objective and what the cheapest costs, and from where
/// on a sweep is good. Two or three sentences; empty without any figure.
#[must_use]
pub fn answer(results: &Results) -> String {
    let parts = [
        base_sentence(results),
        delay_sentence(results),
        alternatives_sentence(results),
        sweep_sentence(results),
        sensitivity_sentence(results),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
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
    let misses = if good.is_empty() { None } else { misses_words(&judged) };
    Some(format!("{text}{}{}", misses.unwrap_or_default(), open_words(&judged)))
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

/// How close in relative terms two costs are called the same.
const SAME_COST: f64 = 0.005;

/// With one swept path and one alternative: where every objective is met, such as `up to 1h`.
pub(super) fn met_along_sweep(results: &Results) -> Option<String> {
    let swept: Vec<_> = results.points.iter().filter(|p| !p.sweep.is_empty()).collect();
    let first = swept.first()?;
    let alone = results.axes.len() == 1 && swept.iter().all(|p| p.alternative == first.alternative);
    let judged = swept.iter().all(|p| !p.objectives.is_empty());
    let good: Vec<_> = swept.iter().copied().filter(|p| overall(p) == Some(Verdict::Met)).collect();
    (alone && judged).then(|| good_values(&good, &swept))
}

/// For how long, and when, most jobs of the first missed objective on waits were late; `None` where most never were.
fn delay_sentence(results: &Results) -> Option<String> {
    let base = base_point(results)?;
    let missed = base.objectives.iter().filter(|objective| objective.verdict == Verdict::Missed);
    let (objective, bound) = missed.filter_map(|o| Some((o, wait_bound(o)?))).next()?;
    let waits = find_curve(base, objective.scope.kind, &objective.scope.name, "wait_p50")?;
    let late: Vec<usize> = (0..waits.mean.len()).filter(|&i| waits.mean[i].is_some_and(|wait| wait > bound)).collect();
    let (first, last) = (*late.first()?, *late.last()?);
    let long = human_seconds(late.len() as f64 * results.step_s, Human::Prose);
    // Steps in which no job was created are neither.
    let at_once = late.len() * 2 > last - first && waits.mean[first..=last].iter().flatten().all(|wait| *wait > bound);
    let when = if at_once { format!(", {}", period(results, first, last + 1)) } else { String::new() };
    let whose = match objective.scope.kind {
        ScopeKind::All => "all jobs".to_owned(),
        _ => scope_words(&objective.scope),
    };
    Some(format!("For {long}{when}, most of {whose} waits over {}.", human_seconds(bound, Human::Prose)))
}

/// The wait that an objective allows, in seconds; `None` for objectives on anything else.
pub(super) fn wait_bound(objective: &ObjectiveResult) -> Option<f64> {
    let within = |measure: &str| {
        measure.strip_prefix("share(wait").map(|rest| rest.trim_start_matches([' ', '<', '=']).to_owned())
    };
    match within(&objective.metric) {
        Some(rest) => parse_duration(rest.trim_end_matches(')')).ok().map(SimDuration::as_secs_f64),
        None => (objective.metric.ends_with("(wait)") && objective.unit == "s").then_some(objective.bound),
    }
}

/// " `more-workers` misses `share(wait <= 30s) >= 99%` with 85.7 %.": the first objective that all of those miss that do, and by whom it is
/// missed least; `None` if there is no such objective.
fn misses_words(judged: &[&PointResult]) -> Option<String> {
    let missing: Vec<_> = judged.iter().copied().filter(|p| overall(p) == Some(Verdict::Missed)).collect();
    let of = |point: &PointResult, like: &ObjectiveResult| -> Option<f64> {
        let same = |o: &&ObjectiveResult| o.scope == like.scope && o.text == like.text && o.verdict == Verdict::Missed;
        Some(point.objectives.iter().find(same)?.estimate.as_ref()?.mean)
    };
    let common = |like: &&ObjectiveResult| missing.iter().all(|point| of(point, like).is_some());
    let objective = missing.first()?.objectives.iter().find(common)?;
    let mut values: Vec<(f64, &str)> =
        missing.iter().filter_map(|point| Some((of(point, objective)?, point.alternative.as_str()))).collect();
    values.sort_by(|a, b| if objective.larger_is_better { b.0.total_cmp(&a.0) } else { a.0.total_cmp(&b.0) });
    let value = |mean: f64| figure(mean, &objective.unit);
    let told = match values.as_slice() {
        [(mean, only)] => format!("`{only}` misses `{}` with {}", objective.text, value(*mean)),
        [(mean, _), (next, _), ..] if value(*mean) == value(*next) => return None,
        [(mean, closest), ..] => format!(
            "Of the {} that miss `{}`, `{closest}` comes closest with {}",
            values.len(),
            objective.text,
            value(*mean)
        ),
        [] => return None,
    };
    Some(format!(" {told}."))
}
