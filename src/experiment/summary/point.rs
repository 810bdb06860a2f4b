//! From the replications of a design point to estimates with intervals.

use super::causes::Causes;
use super::directed::are_as_they_come;
use super::estimate::{Most, estimate_of};
use super::judge::{Judge, Judgement};
use super::names::{measure_name, scope_name, tenant_name};
use super::over_jobs::{Found, OverJobs, Terms};
use super::strata::{Strata, Stratum};
use super::wait_curves::{StepValue, WaitCurves};
use super::{late, precision};
use crate::experiment::deadline::Deadline;
use crate::experiment::faults;
use crate::experiment::results::{
    Curve, DayKind, MetricResult, MissingEvent, ObjectiveResult, PointResult, Tail, Verdict,
};
use crate::experiment::unit::{CurveKey, Key, Subject, TimesProfile, UnitResult, Value, Values};
use crate::metric::{Ceiling, CurveKind, Quantity, ScopeName, Unit};
use crate::model::{ClassId, DesignPoint, Measure, Objective, Scope, Settings};
use crate::stats::{Pooled, Quantile};

/// The replications of a design point, which have the same figures in the same order.
#[derive(Clone, Copy)]
pub(in crate::experiment) struct Replications<'a> {
    pub(in crate::experiment) units: &'a [UnitResult],
    /// Their numbers, ascending.
    pub(in crate::experiment) numbers: &'a [u32],
    pub(in crate::experiment) strata: &'a Strata,
}

/// The results of a design point from those of its replications; `None`: the time was over before that.
pub(in crate::experiment) fn summarise_point(
    point: &DesignPoint,
    settings: &Settings,
    replications: Replications<'_>,
    deadline: Deadline,
) -> Option<PointResult> {
    let summary = Summary { deadline, ..Summary::new(point, settings, replications) };
    let Replications { units, numbers, strata } = replications;
    Some(PointResult {
        alternative: point.alternative.clone(),
        title: point.title.clone(),
        sweep: point.sweep.clone(),
        differences: point.differences.clone(),
        replications: units.len() as u32,
        directed: if are_as_they_come(numbers) { Vec::new() } else { numbers.to_vec() },
        days: summary.days(),
        missing_events: missing_events(strata),
        is_one_observation: point.model.replays_a_trace() && !point.model.is_random(),
        objectives: summary.objectives()?,
        metrics: summary.metrics()?.into_iter().chain(summary.late()).collect(),
        curves: summary.curves()?,
        tails: summary.tails()?,
        markers: if point.sweep.is_empty() { faults::markers(&point.model) } else { Vec::new() },
        fingerprint: fingerprint(units),
    })
}

/// Twice the longest time of any job; `None` where that is not known.
fn unseen_time(units: &[UnitResult]) -> Option<f64> {
    let times = units.iter().flat_map(|unit| &unit.times).flat_map(|times| [times.wait.max(), times.sojourn.max()]);
    let longest = times.flatten().map(|quantile| match quantile {
        Quantile::Exactly(seconds) | Quantile::Between(_, seconds) => Some(seconds),
        Quantile::AtLeast(_) => None,
    });
    let longest = longest.reduce(|one, other| Some(one?.max(other?)))??;
    Some(2.0 * longest)
}

/// Jobs of each class that come in a replication, on average.
fn created_by_class(units: &[UnitResult]) -> Vec<f64> {
    let classes = units.first().map_or(0, |unit| unit.times.len());
    let of = |class: usize| {
        let jobs = units.iter().map(|unit| unit.times[class].wait.beyond(0).all);
        jobs.sum::<f64>() / units.len() as f64
    };
    (0..classes).map(of).collect()
}

fn missing_events(strata: &Strata) -> Vec<MissingEvent> {
    let of = |kind: &Stratum| Some(MissingEvent { event: kind.event.clone()?, probability: kind.probability });
    strata.absent.iter().filter_map(of).collect()
}

/// The objectives of a design point from its replications so far; `None`: the time was over before that.
pub(in crate::experiment) fn summarise_objectives(
    point: &DesignPoint,
    settings: &Settings,
    replications: Replications<'_>,
    deadline: Deadline,
) -> Option<Vec<ObjectiveResult>> {
    Summary { deadline, ..Summary::new(point, settings, replications) }.objectives()
}

/// The results of a design point that comes to the same as another one: those of the other, under its own name.
pub(in crate::experiment) fn named_after(point: &DesignPoint, result: PointResult) -> PointResult {
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
    units: &'a [UnitResult],
    terms: Terms<'a>,
    causes: Causes<'a>,
    /// Of each class, whether anything that concerns it is random.
    random: Vec<bool>,
    /// Until when somebody waits for it.
    deadline: Deadline,
}

impl<'a> Summary<'a> {
    fn new(point: &'a DesignPoint, settings: &Settings, Replications { units, strata, .. }: Replications<'a>) -> Self {
        let terms = Terms {
            strata,
            confidence: precision::confidence(settings),
            is_certain: !point.model.is_random(),
            longest: 2.0 * point.model.horizon().as_secs_f64(),
            unseen_time: unseen_time(units).unwrap_or(f64::INFINITY).min(2.0 * point.model.horizon().as_secs_f64()),
            unseen: None,
            classes: point.model.classes_by_name(),
        };
        let events: Vec<&str> = strata.events().collect();
        let created = created_by_class(units);
        let causes = Causes::of(&point.model, &created, (units.len(), terms.confidence), &events);
        Self { point, units, terms, causes, random: point.model.random_classes(), deadline: Deadline::NONE }
    }

    /// The times of the jobs of a scope in each replication.
    fn times(&self, scope: Scope, quantity: Quantity) -> Vec<Vec<&'a TimesProfile>> {
        let of =
            |unit: &'a UnitResult| self.terms.classes_of(scope).map(|class| unit.times[class].of(quantity)).collect();
        self.units.iter().map(of).collect()
    }

    fn metrics(&self) -> Option<Vec<MetricResult>> {
        let mut times: Option<((Subject, Quantity), OverJobs<'_, 7>)> = None;
        let metric = |(i, &key): (usize, &Key)| {
            let Some((quantity, statistic)) = key.over_jobs() else { return self.own_metric(i, key) };
            let of = (key.subject, quantity);
            if times.as_ref().is_none_or(|(before, _)| *before != of) {
                let Subject::Part(scope) = key.subject else { return self.own_metric(i, key) };
                times = Some((of, OverJobs::new(self.times(scope, quantity), self.terms)));
            }
            let found = times.as_ref().map(|(_, over)| over.statistic(statistic, self.terms.unseen_time));
            self.metric_over_jobs(i, key, found.unwrap_or_default())
        };
        self.deadline.take_all(self.units[0].keys.figures.iter().enumerate().map(metric))
    }

    fn late(&self) -> Vec<MetricResult> {
        let name = |scope| scope_name(&self.point.model, Subject::Part(scope));
        late::metrics(self.point, &self.terms, self.units, name)
    }

    fn metric_over_jobs(&self, i: usize, key: Key, found: Found) -> MetricResult {
        let scope = scope_name(&self.point.model, key.subject);
        let kept = self.point.sweep.is_empty() || key.metric.is_compared(scope.kind);
        MetricResult {
            scope,
            metric: key.metric,
            unit: key.metric.unit().name().into(),
            estimate: found.estimate,
            at_least: found.at_least,
            count: self.units.iter().filter_map(|unit| Value::from(unit.figures[i]).count).reduce(|a, b| a + b),
            values: if kept { found.values } else { Vec::new() },
        }
    }

    /// A figure of which each replication has its own value.
    fn own_metric(&self, i: usize, key: Key) -> MetricResult {
        let values: Vec<Value> = self.units.iter().map(|unit| unit.figures[i].into()).collect();
        let scope = scope_name(&self.point.model, key.subject);
        let kept = self.point.sweep.is_empty() || key.metric.is_compared(scope.kind);
        let most = match key.metric.asked().map(|asked| asked.ceiling) {
            Some(Ceiling::Rate) => Most::Rate(faults::months(&self.point.model)),
            _ => Most::Seen,
        };
        let most_of_share = if key.metric.unit() == Unit::Share { 1.0 } else { f64::INFINITY };
        let estimate = estimate_of(&values, &self.terms, most);
        MetricResult {
            scope,
            metric: key.metric,
            unit: key.metric.unit().name().into(),
            estimate: estimate.map(|estimate| estimate.within(0.0, most_of_share)),
            at_least: values.iter().any(|value| value.at_least),
            count: values.iter().filter_map(|value| value.count).reduce(|a, b| a + b),
            values: if kept { self.terms.strata.contributions(&values) } else { Vec::new() },
        }
    }

    fn objectives(&self) -> Option<Vec<ObjectiveResult>> {
        let objectives = self.point.objectives.iter().enumerate();
        self.deadline.take_all(objectives.map(|(i, objective)| self.objective(i, objective)))
    }

    fn judge(&self, i: usize, objective: &'a Objective) -> Judge<'a> {
        let times = match objective.counted_bound().map(|bound| bound.0) {
            Some(quantity) => self.times(objective.scope, quantity),
            None => match objective.measure {
                Measure::OfTime(_, quantity) => self.times(objective.scope, quantity),
                _ => vec![Vec::new(); self.units.len()],
            },
        };
        let created: u64 = self.units.iter().map(|unit| unit.created).sum();
        let unseen = self.causes.unseen(objective, bound_of(objective));
        Judge {
            point: self.point,
            objective,
            terms: Terms {
                unseen: Some((unseen.share, unseen.window)),
                is_certain: self.terms.is_certain || self.is_certain(objective.scope),
                ..self.terms
            },
            unseen,
            lacking: self.causes.lacking(objective),
            evidence: self.units.iter().map(|unit| &unit.objectives[i]).collect(),
            times,
            created: created as f64 / self.units.len() as f64,
        }
    }

    /// Whether nothing that concerns a scope is random.
    fn is_certain(&self, scope: Scope) -> bool {
        matches!(scope, Scope::Class(class) if !self.random[class.index()])
    }

    fn objective(&self, i: usize, objective: &'a Objective) -> ObjectiveResult {
        let judge = self.judge(i, objective);
        let (judgement, by_day) = (judge.judge(), self.by_day(&judge));
        ObjectiveResult { by_day, ..objective_result(self.point, objective, judgement) }
    }

    /// The kinds of replications, where there are several.
    fn days(&self) -> Vec<DayKind> {
        let kinds = self.terms.strata.kinds();
        let of = |kind: &Stratum| DayKind {
            event: kind.event.clone(),
            probability: kind.probability,
            replications: kind.units.len() as u32,
        };
        kinds.iter().map(of).collect()
    }

    /// The measure of an objective on each kind of day.
    fn by_day(&self, judge: &Judge<'a>) -> Vec<Option<f64>> {
        let of = |kind: &Stratum| {
            let alone = Strata::only(kind, self.units.len());
            let terms = Terms { strata: &alone, ..self.terms };
            Judge { terms, ..judge.clone() }.judge().estimate.map(|estimate| estimate.mean)
        };
        self.terms.strata.kinds().iter().map(of).collect()
    }

    fn curves(&self) -> Option<Vec<Curve>> {
        let mut waits = WaitCurves::default();
        let units = self.units;
        let keys = units.first().map_or(&[][..], |unit| &unit.keys.curves[..unit.curves.len()]);
        let curve = |(i, &key): (usize, &CurveKey)| match (key.kind, key.subject) {
            (CurveKind::Wait(statistic), Subject::Part(scope)) => {
                let values = waits.of(scope, statistic, (units, self.terms));
                self.curve_of(key, values)
            }
            _ => self.curve(i, key),
        };
        self.deadline.take_all(keys.iter().enumerate().map(curve))
    }

    fn curve_of(&self, key: CurveKey, steps: &[StepValue]) -> Curve {
        Curve {
            scope: scope_name(&self.point.model, key.subject),
            metric: key.kind,
            unit: key.kind.unit().name().into(),
            mean: steps.iter().map(|step| step.value).collect(),
            low: steps.iter().map(|step| step.low).collect(),
            high: steps.iter().map(|step| step.high).collect(),
            censored_from: steps.iter().position(|step| step.at_least),
        }
    }

    fn curve(&self, i: usize, key: CurveKey) -> Curve {
        let values: Vec<&Values> = self.units.iter().map(|unit| &unit.curves[i]).collect();
        let mut at_step = vec![None; values.len()];
        let steps: Vec<StepValue> = (0..self.units[0].curves[i].len())
            .map(|step| {
                at_step.iter_mut().zip(&values).for_each(|(at, values)| *at = values.at(step));
                let estimate = self.terms.strata.mean(&at_step, self.terms.confidence);
                StepValue::of(estimate.map(|estimate| estimate.within(0.0, f64::INFINITY)))
            })
            .collect();
        self.curve_of(key, &steps)
    }

    fn tails(&self) -> Option<Vec<Tail>> {
        if self.units[0].steps.is_empty() {
            return Some(Vec::new());
        }
        let classes = (0..self.point.model.classes().len()).map(|i| Scope::Class(ClassId(i as u16)));
        let scopes = std::iter::once(Scope::All).chain(classes);
        let tail = |(scope, quantity): (Scope, Quantity)| {
            let over = OverJobs::new(self.times(scope, quantity), self.terms);
            tail_of(scope_name(&self.point.model, Subject::Part(scope)), quantity, over.pooled())
        };
        let scopes = scopes.flat_map(|scope| [(scope, Quantity::Wait), (scope, Quantity::Sojourn)]);
        self.deadline.take_all(scopes.map(tail))
    }
}

/// The bound on a time that is counted exactly, in seconds.
fn bound_of(objective: &Objective) -> Option<f64> {
    objective.counted_bound().and_then(|(_, bound)| bound).map(|(bound, _)| bound.as_secs_f64())
}

/// An objective and what was found of it, without the kinds of days.
fn objective_result(point: &DesignPoint, objective: &Objective, judgement: Judgement) -> ObjectiveResult {
    let (comparison, bound) = match objective.chance {
        Some(chance) => (chance.comparison, chance.share),
        None => (objective.comparison, objective.bound),
    };
    ObjectiveResult {
        text: objective.text.clone(),
        scope: scope_name(&point.model, Subject::Part(objective.scope)),
        metric: measure_name(&objective.text).into(),
        unit: if objective.chance.is_some() { Unit::Share } else { objective.measure.unit() }.name().into(),
        bound,
        larger_is_better: comparison.wants_more(),
        estimate: judgement.estimate,
        at_least: judgement.at_least,
        verdict: judgement.verdict.unwrap_or(Verdict::NoData),
        values: judgement.values,
        reason: judgement.reason,
        tenant: judgement.tenant,
        tenant_name: judgement.tenant.and_then(|tenant| tenant_name(&point.model, objective.scope, tenant)),
        by_day: Vec::new(),
        settled: None,
        bad_hours: None,
        late_s: None,
    }
}

/// The objectives of a design point of which nothing is known.
pub(in crate::experiment) fn undecided_objectives(point: &DesignPoint) -> Vec<ObjectiveResult> {
    let undecided = |objective| objective_result(point, objective, Judgement::default());
    point.objectives.iter().map(undecided).collect()
}

/// The share of jobs beyond each step of the times, down to none beyond the longest; those that are lost are beyond every one. A longest
/// time that is known only from below has no such last step.
fn tail_of(scope: ScopeName, metric: Quantity, times: &Pooled<7>) -> Tail {
    let all = times.count() + times.never();
    let ends = times.ends();
    let mut tail = Tail { scope, metric, x_s: Vec::new(), share: Vec::new() };
    let mut beyond = all;
    for (seconds, count) in times.steps() {
        beyond -= count;
        if beyond > all * 1e-12 || ends {
            tail.x_s.push(seconds);
            tail.share.push(if beyond > all * 1e-12 { beyond / all } else { 0.0 });
        }
    }
    tail
}

/// A hash over the trajectories of all replications, in their order.
fn fingerprint(units: &[UnitResult]) -> String {
    let mut hasher = blake3::Hasher::new();
    for unit in units {
        hasher.update(&unit.fingerprint.to_le_bytes());
    }
    hasher.finalize().to_hex()[..16].to_string()
}
