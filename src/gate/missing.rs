//! What a baseline has and a run has not: a gate that is passed by removing what fails is none. Whatever can no longer be compared
//! fails until the baseline is renewed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::baseline::{RecordedFigure, RecordedPoint};
use super::figures::is_count;
use super::meaning::{PointPromises, figure_of};
use crate::experiment::{ComparedFigure, PointResult, Results};
use crate::findings::whole_percent;
use crate::metric::Metric;
use crate::units::{Human, human_seconds};

/// What is said of a point besides its figures.
#[derive(Default)]
pub(super) struct Told {
    pub(super) missing: Vec<String>,
    pub(super) notes: Vec<String>,
    /// Objectives that are gone.
    pub(super) withdrawn: Vec<String>,
    /// Objectives that are loosened.
    pub(super) loosened: Vec<String>,
}

type Figures<'a> = [(String, ComparedFigure<'a>)];

/// Why no figure of a point can be compared: another stretch of time has other figures.
pub(super) fn other_world(results: &Results, recorded: &RecordedPoint) -> Option<String> {
    let differs = |what: &str, before: Option<f64>, now: f64| {
        let before = before.filter(|before| (before - now).abs() > 1e-9 * now.max(1.0))?;
        let [before, now] = [before, now].map(|seconds| human_seconds(seconds, Human::Prose));
        Some(format!(
            "The {what} is {now}, and {before} in the baseline: figures of different times cannot be compared."
        ))
    };
    let warmup_s = if results.warmup_found.is_none() { results.warmup_s } else { recorded.warmup_s.unwrap_or(0.0) };
    differs("horizon", recorded.horizon_s, results.horizon_s)
        .or_else(|| differs("warm-up", recorded.warmup_s, warmup_s))
}

/// A lower confidence than the baseline was made with decides objectives on less evidence.
pub(super) fn less_confident(results: &Results, recorded: &RecordedPoint) -> Option<String> {
    let before = recorded.confidence.filter(|before| results.confidence < before - 1e-12)?;
    let (now, before) = (whole_percent(results.confidence), whole_percent(before));
    Some(format!("`run.confidence` is lowered: {now} now, {before} in the baseline; verdicts rest on less evidence."))
}

/// The figures of the baseline, with a 0 for each count that its world could not have.
pub(super) fn with_zeros<'r>(
    recorded: &'r RecordedPoint,
    figures: &Figures<'_>,
) -> BTreeMap<String, Cow<'r, RecordedFigure>> {
    let mut all: BTreeMap<String, Cow<'r, RecordedFigure>> =
        recorded.figures.iter().map(|(name, figure)| (name.clone(), Cow::Borrowed(figure))).collect();
    let known = classes(recorded.figures.keys());
    let fresh = figures.iter().filter(|(_, figure)| is_count(figure) && !figure.is_promised);
    for (name, figure) in fresh.filter(|(name, _)| !recorded.is_old() && known.contains(of(name))) {
        let zeros = || Cow::Owned(RecordedFigure::zeros(figure.unit, recorded.replications));
        all.entry(name.clone()).or_insert_with(zeros);
    }
    all
}

/// One replication has no interval that a difference could be judged by.
pub(super) fn one_replication(point: &PointResult, recorded: &RecordedPoint) -> String {
    let (name, before) = (&point.alternative, recorded.replications);
    format!("`{name}`: one replication now and {before} in the baseline: their figures cannot be compared.")
}

/// A figure that has a value in the baseline and has none, or no interval, now.
pub(super) fn without_values(alternative: &str, figure: &ComparedFigure<'_>, recorded: &RecordedFigure) -> String {
    let (before, now) = (recorded.values.len(), figure.values.iter().flatten().count());
    let of_them = if now == 1 { "replication has a value".to_owned() } else { "replications have a value".to_owned() };
    format!("`{alternative}`: {} cannot be compared: {now} {of_them} now, {before} in the baseline.", figure.words())
}

/// What of a point is gone, and what of it is new or promises less.
pub(super) fn told(
    point: &PointResult,
    (recorded, promises): (&RecordedPoint, Option<&PointPromises>),
    figures: &Figures<'_>,
) -> Told {
    let mut told = Told::default();
    let (before, now) = (classes(recorded.figures.keys()), classes(figures.iter().map(|(name, _)| name)));
    let gone = |whom: &str| before.contains(whom) && !now.contains(whom);
    let class = |whom: &str| whom.strip_prefix("class ").unwrap_or(whom).to_owned();
    for whom in before.difference(&now) {
        told.missing.push(format!("The class `{}` is in the baseline and no longer in the file.", class(whom)));
    }
    for whom in now.difference(&before) {
        told.notes.push(format!("The class `{}` is not in the baseline: it is not compared.", class(whom)));
    }
    let is_promised = |name: &str| promises.is_some_and(|all| all.keys().any(|key| figure_of(key) == name));
    let names: BTreeSet<&str> = figures.iter().map(|(name, _)| name.as_str()).collect();
    let lost = recorded.figures.keys().filter(|name| !names.contains(name.as_str()) && !gone(of(name)));
    let lost = lost.filter(|name| !is_count_name(name) && !is_promised(name));
    for name in lost {
        told.missing.push(format!("`{}` no longer has `{name}`, which the baseline has.", point.alternative));
    }
    if let Some(now) = promises {
        compare_promises(&mut told, (&recorded.objectives, now), &gone);
    }
    told.notes.extend(unrecorded(point, recorded, &names));
    told
}

/// Objectives that are gone, or bound less than they did.
fn compare_promises(told: &mut Told, (before, now): (&PointPromises, &PointPromises), gone: &dyn Fn(&str) -> bool) {
    for (key, was) in before.iter().filter(|(key, _)| !gone(of(key))) {
        let whom = of(key);
        let of_whom = if whom == "all" { "all jobs" } else { whom };
        match now.get(key) {
            Some(is) if is.is_looser(was) => told.loosened.push(format!(
                "The objective of {of_whom} is loosened: `{}` in the baseline, `{}` now.",
                was.text, is.text
            )),
            Some(_) => {}
            None => told.withdrawn.push(format!(
                "The objective `{}` of {of_whom} is in the baseline and no longer in the file.",
                was.text
            )),
        }
    }
}

/// What the baseline does not hold, so that a change of it goes unseen.
fn unrecorded(point: &PointResult, recorded: &RecordedPoint, names: &BTreeSet<&str>) -> Option<String> {
    if recorded.is_old() {
        return Some(
            "An earlier version wrote the baseline, without horizon, objectives, sojourns and failures: a shorter horizon, a \
             loosened objective and what becomes of jobs after their start go unseen until `--update-baseline` renews it."
                .to_owned(),
        );
    }
    let known = classes(recorded.figures.keys());
    let fresh = names.iter().filter(|name| !recorded.figures.contains_key(**name) && !is_count_name(name));
    let fresh: Vec<String> = fresh
        .filter(|name| !of(name).starts_with("class ") || known.contains(of(name)))
        .map(|name| format!("`{name}`"))
        .collect();
    (!fresh.is_empty())
        .then(|| format!("`{}`: the baseline does not have {}: not compared.", point.alternative, fresh.join(", ")))
}

/// `class mail` of `class mail: wait_p95`.
fn of(name: &str) -> &str {
    name.rsplit_once(": ").map_or(name, |(whom, _)| whom)
}

/// Whether a kept figure is a count.
fn is_count_name(name: &str) -> bool {
    let metric = name.rsplit_once(": ").map_or(name, |(_, metric)| metric);
    Metric::from_name(metric).is_some_and(Metric::is_count)
}

fn classes<'n>(names: impl Iterator<Item = &'n String>) -> BTreeSet<&'n str> {
    names.map(|name| of(name)).filter(|whom| whom.starts_with("class ")).collect()
}
