//! From the replications of a design point to estimates with intervals, and from the points to the results of the study.

use super::results::{
    AxisResult, Curve, Metric, ObjectiveResult, PointResult, Results, ScopeKind, ScopeName, Tail, Verdict,
};
use super::unit::{CurveValues, Subject, TailTimes, Times, UnitResult, Value};
use super::{alarms, compare, faults, precision, traces, warmup, warnings};
use crate::model::{Comparison, DesignPoint, Measure, Model, Objective, Scope, Settings, Study};
use crate::stats::Estimate;

/// The results of a study from those of its design points.
pub(super) fn summarise_study(study: &Study, points: Vec<PointResult>) -> Results {
    let settings = &study.settings;
    let mut classes: Vec<String> = Vec::new();
    for class in study.points.iter().flat_map(|point| point.model.classes()) {
        if !classes.contains(&class.name) {
            classes.push(class.name.clone());
        }
    }
    let axis = |axis: &crate::model::SweepAxis| AxisResult { path: axis.path.clone(), values: axis.values.clone() };
    Results {
        version: env!("CARGO_PKG_VERSION").into(),
        name: study.name.clone(),
        title: study.title.clone(),
        question: study.question.clone(),
        source: study.source.clone(),
        start: settings.clock.as_ref().map(|clock| clock.start().to_string()),
        horizon_s: study.points.first().map_or(0.0, |point| point.model.horizon().as_secs_f64()),
        step_s: settings.curve_step.as_secs_f64(),
        warmup_s: settings.warmup.removed().as_secs_f64(),
        warmup_found: warmup::found(settings),
        replications: settings.replications,
        precision: precision::rule(settings),
        seed: settings.seed,
        confidence: settings.confidence.as_f64(),
        axes: study.axes.iter().map(axis).collect(),
        is_grid: study.is_grid,
        classes,
        differences: compare::differences(&points, precision::confidence(settings)),
        difference_confidence: compare::confidence_of_each(&points, precision::confidence(settings)),
        sensitivity: None,
        warnings: [traces::warnings(&study.points), warnings::warnings(&points, settings)].concat(),
        points,
    }
}

/// The results of a design point from those of its replications, which have the same figures in the same order.
pub(super) fn summarise_point(point: &DesignPoint, settings: &Settings, units: &[UnitResult]) -> PointResult {
    let summary = Summary { point, confidence: precision::confidence(settings), units };
    PointResult {
        alternative: point.alternative.clone(),
        title: point.title.clone(),
        sweep: point.sweep.clone(),
        differences: point.differences.clone(),
        replications: units.len() as u32,
        metrics: summary.metrics(),
        objectives: summary.objectives(),
        curves: summary.curves(),
        tails: summary.tails(),
        markers: if point.sweep.is_empty() { faults::markers(&point.model) } else { Vec::new() },
        fingerprint: fingerprint(units),
    }
}

/// The objectives of a design point from its replications so far.
pub(super) fn summarise_objectives(
    point: &DesignPoint,
    settings: &Settings,
    units: &[UnitResult],
) -> Vec<ObjectiveResult> {
    Summary { point, confidence: precision::confidence(settings), units }.objectives()
}

/// The results of a design point that comes to the same as another one: those of the other, under its own name.
pub(super) fn named_after(point: &DesignPoint, result: PointResult) -> PointResult {
    let named = PointResult {
        alternative: point.alternative.clone(),
        title: point.title.clone(),
        sweep: point.sweep.clone(),
        differences: point.differences.clone(),
        ..result
    };
    if point.sweep.is_empty() {
        return named;
    }
    PointResult { curves: Vec::new(), tails: Vec::new(), markers: Vec::new(), ..named }
}

struct Summary<'a> {
    point: &'a DesignPoint,
    confidence: f64,
    units: &'a [UnitResult],
}

impl Summary<'_> {
    fn metrics(&self) -> Vec<Metric> {
        let metric = |(i, &(key, _)): (usize, &(super::unit::Key, Value))| {
            let values: Vec<Value> = self.units.iter().map(|unit| unit.figures[i].1).collect();
            let scope = scope_name(&self.point.model, key.subject);
            let kept = self.point.sweep.is_empty() || compare::is_compared(scope.kind, key.metric);
            Metric {
                scope,
                metric: key.metric.into(),
                unit: key.unit.into(),
                estimate: if key.metric == "false_alarms" { self.rate(&values) } else { self.estimate(&values) },
                at_least: values.iter().any(|value| value.at_least),
                count: values.iter().filter_map(|value| value.count).reduce(|a, b| a + b),
                values: if kept { values.iter().map(|value| value.value).collect() } else { Vec::new() },
            }
        };
        self.units[0].figures.iter().enumerate().map(metric).collect()
    }

    /// The interval reaches up to where jobs that were unfinished could move the values.
    fn estimate(&self, values: &[Value]) -> Option<Estimate> {
        let of = |part: &dyn Fn(&Value) -> Option<f64>| {
            Estimate::of(&values.iter().filter_map(part).collect::<Vec<f64>>(), self.confidence)
        };
        let least = of(&|value| value.value)?;
        if values.iter().all(|value| value.most.is_none()) {
            return Some(least);
        }
        let most = of(&|value| value.most.or(value.value))?;
        Some(Estimate { high: most.high, ..least })
    }

    /// The interval of a number of false alarms, which says something even when there were none.
    fn rate(&self, values: &[Value]) -> Option<Estimate> {
        let none = values.iter().all(|value| value.value == Some(0.0));
        let exposure = || alarms::months(&self.point.model) * values.len() as f64;
        if none && !values.is_empty() {
            return Some(Estimate::of_none(exposure(), values.len() as u32, self.confidence));
        }
        self.estimate(values)
    }

    fn objectives(&self) -> Vec<ObjectiveResult> {
        let objectives = self.point.objectives.iter().enumerate();
        objectives.map(|(i, objective)| self.objective(i, objective)).collect()
    }

    fn objective(&self, i: usize, objective: &Objective) -> ObjectiveResult {
        let values: Vec<Value> = self.units.iter().map(|unit| unit.objectives[i]).collect();
        let is_rate = objective.measure == Measure::FalseAlarms;
        let estimate = if is_rate { self.rate(&values) } else { self.estimate(&values) };
        let at_least = values.iter().any(|value| value.at_least);
        ObjectiveResult {
            text: objective.text.clone(),
            scope: scope_name(&self.point.model, Subject::Part(objective.scope)),
            metric: measure_name(&objective.text).into(),
            unit: unit_of(objective.measure).into(),
            bound: objective.bound,
            larger_is_better: matches!(objective.comparison, Comparison::Greater | Comparison::AtLeast),
            estimate,
            at_least,
            verdict: verdict(objective, estimate, at_least),
            values: values.iter().map(|value| value.value).collect(),
            settled: None,
        }
    }

    fn curves(&self) -> Vec<Curve> {
        (0..self.units[0].curves.len()).map(|i| self.curve(i)).collect()
    }

    fn curve(&self, i: usize) -> Curve {
        let first: &CurveValues = &self.units[0].curves[i];
        let values: Vec<&[Option<f64>]> = self.units.iter().map(|unit| &unit.curves[i].values[..]).collect();
        let mut known = Vec::with_capacity(values.len());
        let estimate = |step: usize| {
            known.clear();
            known.extend(values.iter().filter_map(|values| values[step]));
            Estimate::of(&known, self.confidence)
        };
        let mut curve = Curve {
            scope: scope_name(&self.point.model, first.key.subject),
            metric: first.key.metric.into(),
            unit: first.key.unit.into(),
            mean: Vec::with_capacity(first.values.len()),
            low: Vec::with_capacity(first.values.len()),
            high: Vec::with_capacity(first.values.len()),
            censored_from: self.units.iter().filter_map(|unit| unit.curves[i].censored_from).min(),
        };
        for estimate in (0..first.values.len()).map(estimate) {
            curve.mean.push(estimate.map(|estimate| estimate.mean));
            curve.low.push(estimate.and_then(|estimate| estimate.low));
            curve.high.push(estimate.and_then(|estimate| estimate.high));
        }
        curve
    }

    fn tails(&self) -> Vec<Tail> {
        let tail = |(i, first): (usize, &TailTimes)| {
            let mut times = Times::default();
            self.units.iter().for_each(|unit| times.merge(&unit.tails[i].times));
            let scope = scope_name(&self.point.model, Subject::Part(first.scope));
            tail_of(scope, first.quantity.name(), &times)
        };
        self.units[0].tails.iter().enumerate().map(tail).collect()
    }
}

/// The share of jobs beyond the upper end of each bucket, down to the last job.
fn tail_of(scope: ScopeName, metric: &str, times: &Times) -> Tail {
    let all = times.count();
    let mut tail = Tail { scope, metric: metric.into(), x_s: Vec::new(), share: Vec::new() };
    let mut beyond = all;
    for (upper_s, count) in times.buckets() {
        beyond -= count;
        if beyond > 0 {
            tail.x_s.push(upper_s);
            tail.share.push(beyond as f64 / all as f64);
        }
    }
    tail
}

fn scope_name(model: &Model, subject: Subject) -> ScopeName {
    let (kind, name) = match subject {
        Subject::Part(Scope::All) => (ScopeKind::All, "all".into()),
        Subject::Part(Scope::Class(id)) => (ScopeKind::Class, model.classes()[id.index()].name.clone()),
        Subject::Part(Scope::Queue(id)) => (ScopeKind::Queue, model.queues()[id.index()].name.clone()),
        Subject::Part(Scope::Pool(id)) => (ScopeKind::Pool, model.pools()[id.index()].name.clone()),
        Subject::Part(Scope::Dispatcher(id)) => (ScopeKind::Dispatcher, model.dispatchers()[id.index()].name.clone()),
        Subject::Part(Scope::Provider(id)) => (ScopeKind::Provider, model.providers()[id.index()].name.clone()),
        Subject::Part(Scope::Alert(id)) => (ScopeKind::Alert, model.alerts()[id.index()].name.clone()),
        Subject::Alert(i) => (ScopeKind::Alert, model.alerts()[i].name.clone()),
        Subject::Response(i) => (ScopeKind::Response, model.responses()[i].name.clone()),
        Subject::Fault(i) => (ScopeKind::Fault, faults::faults(model)[i].label.clone()),
    };
    ScopeName { kind, name }
}

/// The measure of an objective as written: what stands left of its last comparison.
fn measure_name(text: &str) -> &str {
    text.rfind(['<', '>']).map_or(text, |at| &text[..at]).trim_end()
}

fn unit_of(measure: Measure) -> &'static str {
    match measure {
        Measure::OfTime(..)
        | Measure::TimeAbove(..)
        | Measure::Age
        | Measure::StagedAge
        | Measure::DrainTime
        | Measure::FiredAfter => "s",
        Measure::ShareWithin(..) | Measure::Utilisation => "share",
        Measure::Backlog(_) | Measure::StagedDepth => "jobs",
        Measure::BacklogHours => "job-hours",
        Measure::Cost => "cost",
        Measure::FalseAlarms => "times",
    }
}

/// Decided only when the whole interval lies on one side of the bound; a value known only from below can miss, not meet.
fn verdict(objective: &Objective, estimate: Option<Estimate>, at_least: bool) -> Verdict {
    let Some(estimate) = estimate else { return Verdict::NoData };
    let (Some(low), Some(high)) = (estimate.low, estimate.high) else { return Verdict::Undecided };
    let good = |value: f64| match objective.comparison {
        Comparison::Less => value < objective.bound,
        Comparison::AtMost => value <= objective.bound,
        Comparison::Greater => value > objective.bound,
        Comparison::AtLeast => value >= objective.bound,
    };
    let larger_is_better = matches!(objective.comparison, Comparison::Greater | Comparison::AtLeast);
    match (good(low), good(high)) {
        (true, true) if larger_is_better || !at_least => Verdict::Met,
        (false, false) if !(larger_is_better && at_least) => Verdict::Missed,
        _ => Verdict::Undecided,
    }
}

/// A hash over the trajectories of all replications, in their order.
fn fingerprint(units: &[UnitResult]) -> String {
    let mut hasher = blake3::Hasher::new();
    for unit in units {
        hasher.update(&unit.fingerprint.to_le_bytes());
    }
    hasher.finalize().to_hex()[..16].to_string()
}
