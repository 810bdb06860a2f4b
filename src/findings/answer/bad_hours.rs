//! Objectives that are met over the whole run and not in some hours of it.

use crate::experiment::{BadHours, ObjectiveResult, PointResult, Results, Verdict};
use crate::findings::curve::clock_period;
use crate::findings::figures::figure;
use crate::findings::words::{base_point, is_base, overall, plain_points, scope_words};
use crate::units::{Human, human_seconds};

/// At most so many objectives are told of a design point.
const MOST_OBJECTIVES: usize = 2;
/// At most so many stretches are told of an objective.
const MOST_STRETCHES: usize = 2;

/// Which objectives that are met have bad hours, of the base and of the alternatives that meet all of theirs.
pub(super) fn sentence(results: &Results) -> Option<String> {
    let good = |point: &&PointResult| !is_base(point) && overall(point) == Some(Verdict::Met);
    let alternatives = plain_points(results).into_iter().filter(good);
    let points = base_point(results).into_iter().chain(alternatives);
    let told: Vec<String> = points.filter_map(|point| of_point(results, point)).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn of_point(results: &Results, point: &PointResult) -> Option<String> {
    let bad = point.objectives.iter().filter_map(|objective| Some((objective, objective.bad_hours.as_ref()?)));
    let bad: Vec<(&ObjectiveResult, &BadHours)> = bad.collect();
    let (told, others) = bad.split_at(bad.len().min(MOST_OBJECTIVES));
    let whose = if is_base(point) { String::new() } else { format!("With `{}`, ", point.alternative) };
    let mut sentences: Vec<String> = told.iter().map(|bad| format!("{whose}{}.", words(results, *bad))).collect();
    sentences.extend(match others.len() {
        0 => None,
        1 => Some("1 more objective that is met has such hours.".to_owned()),
        n => Some(format!("{n} more objectives that are met have such hours.")),
    });
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// "`p95(wait) < 30s` of task is met over the week; Monday 09:00 to 12:18 is not (p95 wait up to 21 min)".
fn words(results: &Results, (objective, bad): (&ObjectiveResult, &BadHours)) -> String {
    let mut longest = bad.stretches_s.clone();
    longest.sort_by(|a, b| (b.1 - b.0).total_cmp(&(a.1 - a.0)).then(a.0.total_cmp(&b.0)));
    longest.truncate(MOST_STRETCHES);
    longest.sort_by(|a, b| a.0.total_cmp(&b.0));
    let told: Vec<String> = longest.iter().map(|&stretch| clock_period(results, stretch)).collect();
    let more = bad.stretches_s.len() - longest.len();
    let when = if more > 0 {
        let all: f64 = bad.stretches_s.iter().map(|(from, to)| to - from).sum();
        format!("{} and {more} more times ({} in all) are", told.join(", "), human_seconds(all, Human::Prose))
    } else {
        format!("{} {}", told.join(" and "), if told.len() == 1 { "is" } else { "are" })
    };
    let (text, whom, run) = (&objective.text, scope_words(&objective.scope), whole_run(results));
    format!("`{text}` of {whom} is met over {run}; {when} not ({} up to {})", bad.seen, figure(bad.worst, &bad.unit))
}

fn whole_run(results: &Results) -> String {
    let counted = results.horizon_s - results.warmup_s;
    match counted {
        604_800.0 => "the week".to_owned(),
        86_400.0 => "the day".to_owned(),
        _ => format!("the {} of the run", human_seconds(counted, Human::Prose)),
    }
}
