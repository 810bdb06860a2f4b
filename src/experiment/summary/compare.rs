//! Paired differences of alternatives against the base, replication by replication, and their verdict in words.
//!
//! Who compares k alternatives with the base has k chances to be misled. So each interval is taken at a confidence of
//! 1 - (1 - c) / k: by Bonferroni's inequality the k intervals of a figure hold together with at least the confidence c.
//!
//! Literature: Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 10.3.1 (comparisons with a standard).

use crate::experiment::results::{Difference, FigureName, MetricResult, ObjectiveResult, PointResult};
use crate::metric::{ScopeKind, ScopeName};
use crate::stats::{Estimate, welch};
use crate::units::{Human, human_count, human_seconds};

/// A figure that alternatives are compared by, and a run with its baseline.
#[derive(Clone, Debug)]
pub struct ComparedFigure<'a> {
    /// Whom it concerns.
    pub scope: &'a ScopeName,
    /// A metric, or a measure as an objective writes it.
    pub metric: FigureName,
    /// Its unit.
    pub unit: &'a str,
    /// Some replication knows only that its value is larger.
    pub at_least: bool,
    /// What each replication contributes; `None` where it has nothing to say.
    pub values: &'a [Option<f64>],
    /// The numbers of the replications; empty: the first ones.
    pub numbers: &'a [u32],
    /// It is the measure of an objective.
    pub is_promised: bool,
    /// Larger values are better. Of a metric that is not the measure of an objective smaller ones are.
    pub larger_is_better: bool,
}

impl<'a> ComparedFigure<'a> {
    /// A metric of a point whose replications have these numbers.
    #[must_use]
    pub fn of_metric(result: &'a MetricResult, numbers: &'a [u32]) -> Self {
        let MetricResult { scope, metric, unit, at_least, values, .. } = result;
        let (metric, at_least) = (FigureName::Metric(*metric), *at_least);
        Self { scope, metric, unit, at_least, values, numbers, is_promised: false, larger_is_better: false }
    }

    fn of_objective(objective: &'a ObjectiveResult, numbers: &'a [u32]) -> Self {
        let ObjectiveResult { scope, metric, unit, at_least, values, .. } = objective;
        let (metric, at_least, larger_is_better) = (FigureName::of(metric), *at_least, objective.larger_is_better);
        Self { scope, metric, unit, at_least, values, numbers, is_promised: true, larger_is_better }
    }

    /// The values with the numbers of their replications, ascending.
    fn numbered(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        let number = |place: usize| self.numbers.get(place).copied().unwrap_or(place as u32);
        self.values.iter().enumerate().filter_map(move |(place, value)| Some((number(place), (*value)?)))
    }

    /// The values of the replications that both have.
    #[must_use]
    pub fn pairs(&self, other: &Self) -> Vec<(f64, f64)> {
        let mut others = other.numbered().peekable();
        let of_same = |(number, value): (u32, f64)| {
            while others.next_if(|(other, _)| *other < number).is_some() {}
            others.next_if(|(other, _)| *other == number).map(|(_, other)| (value, other))
        };
        self.numbered().filter_map(of_same).collect()
    }

    fn is_like(&self, other: &Self) -> bool {
        self.scope == other.scope && self.metric == other.metric
    }

    /// What the figures of a point are compared by: some of its metrics, then the measures of its objectives.
    #[must_use]
    pub fn all_of(point: &'a PointResult) -> Vec<Self> {
        let numbers = &point.directed;
        let compared = point.metrics.iter().filter(|result| result.metric.is_compared(result.scope.kind));
        let mut figures: Vec<Self> = compared.map(|result| Self::of_metric(result, numbers)).collect();
        for objective in point.objectives.iter().map(|objective| Self::of_objective(objective, numbers)) {
            if !figures.iter().any(|figure| figure.is_like(&objective)) {
                figures.push(objective);
            }
        }
        figures
    }

    /// It in words, such as `the p95 wait of verification-mail`; the measure of an objective as written.
    #[must_use]
    pub fn words(&self) -> String {
        let whose = match self.scope.kind {
            ScopeKind::All => "all jobs",
            _ => &self.scope.name,
        };
        match &self.metric {
            FigureName::Metric(metric) if !self.is_promised || metric.has_words() => metric.words(whose),
            name => format!("`{}` of {whose}", name.name()),
        }
    }
}

/// The alternatives that are compared with the first point: all without sweep.
fn alternatives(points: &[PointResult]) -> impl Iterator<Item = &PointResult> {
    points.iter().skip(1).filter(|point| point.sweep.is_empty())
}

/// The confidence of each interval, so that the intervals of all alternatives together have this one.
pub(super) fn confidence_of_each(points: &[PointResult], confidence: f64) -> f64 {
    match alternatives(points).count() {
        0 | 1 => confidence,
        count => 1.0 - (1.0 - confidence) / count as f64,
    }
}

/// The differences of every point without sweep against the first point, which together have this confidence for each figure.
pub(in crate::experiment) fn differences(points: &[PointResult], confidence: f64) -> Vec<Difference> {
    let Some(base) = points.first() else { return Vec::new() };
    let confidence = confidence_of_each(points, confidence);
    alternatives(points).flat_map(|alternative| against(base, alternative, confidence)).collect()
}

fn against(base: &PointResult, alternative: &PointResult, confidence: f64) -> Vec<Difference> {
    let others = ComparedFigure::all_of(alternative);
    let pair = |figure: &ComparedFigure<'_>| {
        let other = others.iter().find(|other| other.is_like(figure))?;
        difference(&alternative.alternative, figure, other, confidence)
    };
    ComparedFigure::all_of(base).iter().filter_map(pair).collect()
}

fn difference(
    alternative: &str,
    base: &ComparedFigure<'_>,
    other: &ComparedFigure<'_>,
    confidence: f64,
) -> Option<Difference> {
    let (estimate, (of_base, of_other)) = compared(base, other, confidence)?;
    Some(Difference {
        alternative: alternative.into(),
        scope: base.scope.clone(),
        metric: base.metric.clone(),
        unit: base.unit.into(),
        base: of_base,
        value: of_other,
        words: words(
            alternative,
            base,
            estimate,
            Knowledge { base_is_more: base.at_least, other_is_more: other.at_least },
        ),
        estimate,
    })
}

/// The difference and the two means. Replication by replication where both have the same replications or the first ones; where some were
/// chosen for rare events that differ, only all of them together stand for the whole, so two samples are compared.
fn compared(base: &ComparedFigure<'_>, other: &ComparedFigure<'_>, confidence: f64) -> Option<(Estimate, (f64, f64))> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let ((before, after), estimate): ((Vec<f64>, Vec<f64>), _) = if base.numbers == other.numbers {
        let (before, after): (Vec<f64>, Vec<f64>) = base.pairs(other).into_iter().unzip();
        let differences: Vec<f64> = before.iter().zip(&after).map(|(a, b)| b - a).collect();
        ((before, after), Estimate::of(&differences, confidence)?)
    } else {
        let known = |figure: &ComparedFigure<'_>| figure.values.iter().flatten().copied().collect::<Vec<f64>>();
        let (before, after) = (known(base), known(other));
        let estimate = welch(&before, &after, confidence)?;
        ((before, after), estimate)
    };
    Some((estimate, (mean(&before), mean(&after))))
}

/// The words follow the interval. Where some values are only lower bounds, they say so.
fn words(alternative: &str, figure: &ComparedFigure<'_>, estimate: Estimate, knowledge: Knowledge) -> String {
    let what = figure.words();
    let (Some(low), Some(high)) = (estimate.low, estimate.high) else {
        return format!("`{alternative}`: {what} cannot be compared with one replication");
    };
    let by = |near: f64, far: f64, open: bool| {
        let unit = spaced_unit(figure.unit);
        let near = quantity(near.abs(), figure.unit);
        let far = quantity(far.abs(), figure.unit);
        match (open, near == far) {
            (true, _) => format!("at least {near}{unit}"),
            (false, true) => format!("{near}{unit}"),
            (false, false) => format!("{near} to {far}{unit}"),
        }
    };
    let Knowledge { base_is_more, other_is_more } = knowledge;
    let unsure = "; some jobs were still waiting when the run ended, so the true difference may be another";
    if low == 0.0 && high == 0.0 && !base_is_more && !other_is_more {
        format!("`{alternative}` does not change {what} in any replication")
    } else if high < 0.0 {
        let note = if other_is_more { unsure } else { "" };
        format!("`{alternative}` cuts {what} by {}{note}", by(high, low, base_is_more && !other_is_more))
    } else if low > 0.0 {
        let note = if base_is_more { unsure } else { "" };
        format!("`{alternative}` adds {} to {what}{note}", by(low, high, other_is_more && !base_is_more))
    } else {
        format!("`{alternative}`: no detectable difference in {what}")
    }
}

/// Which of two figures is larger than stated, as some jobs were still waiting.
#[derive(Clone, Copy)]
struct Knowledge {
    base_is_more: bool,
    other_is_more: bool,
}

fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "s" => human_seconds(value, Human::Prose),
        "share" => human_count(value * 100.0),
        _ => human_count(value),
    }
}

/// What follows one or two quantities; seconds have their units in them.
fn spaced_unit(unit: &str) -> &'static str {
    match unit {
        "h" => " h",
        "jobs" => " jobs",
        "job-hours" => " job-hours",
        "share" => " percentage points",
        _ => "",
    }
}
