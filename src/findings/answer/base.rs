//! How the base does: what it misses, by how much, and for how long most jobs are late.

use crate::experiment::{ObjectiveResult, PointResult, Results, ScopeName, Verdict};
use crate::findings::curve::period_of;
use crate::findings::figures::figure_with_interval;
use crate::findings::words::{base_point, overall, scope_words};
use crate::metric::{Metric, ScopeKind};
use crate::units::{Human, SimDuration, human_seconds, parse_duration};

pub(super) fn sentence(results: &Results) -> Option<String> {
    let base = base_point(results)?;
    let text = match overall(base) {
        None => wait_words(base)?,
        Some(Verdict::Met) => all_met_words(base),
        Some(worst) => shortfall_words(results, base, worst),
    };
    Some(format!("Base case: {text}."))
}

/// Without objectives, the wait of all jobs is what a reader wants first.
fn wait_words(base: &PointResult) -> Option<String> {
    super::figures::wait_words(base).map(|wait| format!("{wait}; the scenario states no objective"))
}

fn all_met_words(base: &PointResult) -> String {
    match base.objectives.as_slice() {
        [only] => clause(only),
        [_, _] => "both objectives are met".to_owned(),
        all => format!("all {} objectives are met", all.len()),
    }
}

/// Tells the first objective with this verdict, of those that are missed one whose jobs are seen to be late, and counts the others.
fn shortfall_words(results: &Results, base: &PointResult, worst: Verdict) -> String {
    let mut alike = base.objectives.iter().filter(|o| o.verdict == worst);
    let late = base.objectives.iter().filter(|o| worst == Verdict::Missed && o.verdict == worst);
    let late = late.filter_map(|o| Some((o, delay_words(results, base, o)?))).next();
    let told = match late {
        Some((objective, delay)) => {
            format!("{delay}; `{}` is missed{}", objective.text, value_words(objective, " with"))
        }
        None => alike.next().map_or_else(String::new, clause),
    };
    told + &others_words(base, worst)
}

/// What becomes of the other objectives.
fn others_words(base: &PointResult, worst: Verdict) -> String {
    let alike = base.objectives.iter().filter(|o| o.verdict == worst).count();
    let met = base.objectives.iter().filter(|o| o.verdict == Verdict::Met).count();
    let so_are = match worst {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Undecided => "undecided",
        Verdict::NoData => "without anything to judge it by",
    };
    match (alike, base.objectives.len()) {
        (1, 1) => String::new(),
        (2, 2) => format!("; the other objective is {so_are} too"),
        (n, all) if n == all => format!("; the other {} objectives are {so_are} too", all - 1),
        (1, 2) if met == 1 => "; the other objective is met".to_owned(),
        (1, all) if met + 1 == all => format!("; the other {met} objectives are met"),
        (n, all) => format!("; {n} of the {all} objectives {} {so_are}", if n == 1 { "is" } else { "are" }),
    }
}

/// "verification-mail misses `share(wait <= 30s) >= 99%` with 54.1 % (53.0 to 55.2 %)".
fn clause(objective: &ObjectiveResult) -> String {
    let (whom, text) = (scope_words(&objective.scope), &objective.text);
    let with = value_words(objective, " with");
    match (objective.verdict, objective.scope.kind) {
        (Verdict::Met, ScopeKind::All) => format!("`{text}` is met{with}"),
        (Verdict::Missed, ScopeKind::All) => format!("`{text}` is missed{with}"),
        (Verdict::Met, _) => format!("{whom} meets `{text}`{with}"),
        (Verdict::Missed, _) => format!("{whom} misses `{text}`{with}"),
        (Verdict::Undecided, kind) => {
            let is_met =
                if kind == ScopeKind::All { format!("`{text}` is met") } else { format!("{whom} meets `{text}`") };
            format!("it is not decided whether {is_met}{}", value_words(objective, ":"))
        }
        (Verdict::NoData, kind) => {
            let of_whom = if kind == ScopeKind::All { String::new() } else { format!(" of {whom}") };
            format!("there is no {} to judge `{text}`{of_whom} by", what_is_judged(objective))
        }
    }
}

/// What an objective needs at least one of to be judged.
fn what_is_judged(objective: &ObjectiveResult) -> &'static str {
    let of_faults = matches!(Metric::of_measure(&objective.metric), Some(Metric::DrainTime | Metric::FiredAfter));
    if of_faults { "fault" } else { "job" }
}

fn value_words(objective: &ObjectiveResult, lead: &str) -> String {
    let value = objective.estimate.as_ref().map(|e| figure_with_interval(e, &objective.unit, objective.at_least));
    value.map_or_else(String::new, |value| format!("{lead} {value}"))
}

/// Of the run: most jobs that are late for a shorter time are not worth a headline.
const SHORT_SPELL: f64 = 0.002;

/// For how long, and when, most jobs of a missed objective on waits were late; `None` where most never were.
fn delay_words(results: &Results, base: &PointResult, objective: &ObjectiveResult) -> Option<String> {
    let bound = wait_bound(objective)?;
    let ScopeName { kind, name } = &objective.scope;
    let estimate = base.estimate(objective.scope.key(), Metric::most_late(bound))?;
    if estimate.mean < SHORT_SPELL * results.horizon_s {
        return None;
    }
    // An objective on the same time tells it exactly, and a fact has one figure.
    let same = base.objectives.iter().find(|other| other.scope == objective.scope && time_over(other) == Some(bound));
    let (estimate, at_least) = same.and_then(|same| Some((same.estimate?, same.at_least))).unwrap_or((estimate, false));
    let long = figure_with_interval(&estimate, "s", at_least);
    let when = objective.late_s.map_or_else(String::new, |(from, to)| format!(", {}", period_of(results, (from, to))));
    let jobs = if *kind == ScopeKind::All { "jobs".to_owned() } else { format!("{name} jobs") };
    Some(format!("most {jobs} wait over {} for {long}{when}", human_seconds(bound, Human::Prose)))
}

/// The wait above which an objective counts the time, in seconds.
fn time_over(objective: &ObjectiveResult) -> Option<f64> {
    let bound = objective.metric.strip_prefix("time(wait")?.trim_start_matches([' ', '>']).strip_suffix(')')?;
    parse_duration(bound.trim_end()).ok().map(SimDuration::as_secs_f64)
}

/// The wait that an objective allows, in seconds; `None` for objectives on anything else.
pub(crate) fn wait_bound(objective: &ObjectiveResult) -> Option<f64> {
    let within = |measure: &str| {
        measure.strip_prefix("share(wait").map(|rest| rest.trim_start_matches([' ', '<', '=']).to_owned())
    };
    match within(&objective.metric) {
        Some(rest) => parse_duration(rest.trim_end_matches(')')).ok().map(SimDuration::as_secs_f64),
        None => (objective.metric.ends_with("(wait)") && objective.unit == "s").then_some(objective.bound),
    }
}
