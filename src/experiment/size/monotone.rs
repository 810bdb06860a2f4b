//! Where it is certain that an easier value is never worse.
//!
//! In one first-in-first-out queue in front of equal workers that never stop, no job ever waits longer when there is one worker more or when
//! service times are shorter: the ordered vector of workloads that a job finds is smaller in every component, by induction over the
//! jobs (Kiefer and Wolfowitz, "On the theory of queues with many servers", 1955). The draws are common to all candidates, so that
//! this holds in every replication, and the figures of an objective can only get better. With impatient jobs it holds on average in the
//! model of Erlang A, whose waits fall with every worker (Bhattacharya and Ephremides, "Stochastic monotonicity properties
//! of multiserver queues with impatient customers", 1991).
//!
//! Everything else can break it: a retry that a faster pool brings forward, a long job that a further worker takes just before an
//! urgent one arrives, an autoscaler that reacts, a provider that more workers crowd.

use crate::model::{
    Arrivals, Capacity, Comparison, Effect, Fate, JobClass, Measure, Model, Objective, PoolId, QueueOrder, Take,
};

/// Why it is not certain that an easier value at `path` is never worse; `None`: it is certain.
#[must_use]
pub fn doubt(model: &Model, objectives: &[Objective], path: &str) -> Option<&'static str> {
    let is_size = path.starts_with("pools.") && path.ends_with(".size");
    let is_slowdown = path.starts_with("jobs.") && path.ends_with(".slowdown");
    if !is_size && !is_slowdown {
        return Some("only of workers and slowdowns is it known that fewer, or slower, is never better");
    }
    if objectives.iter().any(|objective| !improves(objective)) {
        return Some("an objective asks for what more workers make worse");
    }
    model_doubt(model)
}

/// Whether shorter waits can only help an objective.
fn improves(objective: &Objective) -> bool {
    let smaller = matches!(objective.comparison, Comparison::Less | Comparison::AtMost);
    match objective.measure {
        Measure::ShareWithin(..) => !smaller,
        Measure::OfTime(..) | Measure::ShareLost(_) | Measure::CountLost(_) | Measure::TimeAbove(..) => smaller,
        Measure::Figure(metric) => smaller && metric.asked().is_some_and(|asked| asked.falls_with_waits),
    }
}

fn model_doubt(model: &Model) -> Option<&'static str> {
    let [pool] = model.pools() else { return Some("there is more than one pool") };
    let steady = Capacity { speed: pool.capacity.speed, ..Capacity::default() };
    let sizes = |effect: &Effect| matches!(effect, Effect::SetSize(PoolId(_), _) | Effect::ScaleSize(PoolId(_), _));
    let checks = [
        (pool.capacity != steady, "workers of the pool come, go, fail or interrupt their jobs"),
        (
            model.changes().iter().any(|change| change.effects.iter().any(sizes)),
            "an event changes the size of the pool",
        ),
        (!model.responses().is_empty(), "alerts have responses"),
        (!model.providers().is_empty(), "jobs share a provider"),
        (!model.limits().is_empty() || pool.reserve.is_some(), "slots are limited or reserved"),
        (!first_in_first_out(model, &pool.take), "jobs are not served in the order in which they became ready"),
        (model.queues().iter().any(|queue| queue.capacity.is_some()), "a queue has limited room"),
        (
            !model.classes().iter().all(|class| class.fate.is_plain()) && erlang(model).is_none(),
            "jobs fail, leave or lead to others",
        ),
    ];
    checks.into_iter().find_map(|(doubtful, reason)| doubtful.then_some(reason))
}

fn first_in_first_out(model: &Model, take: &Take) -> bool {
    let in_order = match take {
        Take::OldestFirst(_) => true,
        other => other.queues().len() == 1,
    };
    in_order && take.order().is_none() && model.queues().iter().all(|queue| queue.order == QueueOrder::Fifo)
}

/// The numbers of Erlang's models.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Erlang {
    /// Jobs a second.
    pub arrival_rate: f64,
    /// Mean service time in seconds.
    pub mean_service: f64,
    /// Mean patience in seconds; `None`: all wait (Erlang C).
    pub mean_patience: Option<f64>,
}

/// The model as one of Erlang's, if it is one: one pool and one class in front of it, Poisson arrivals at a constant rate, exponential
/// service times, no patience or an exponential one.
#[must_use]
pub fn erlang(model: &Model) -> Option<Erlang> {
    let ([class], [pool]) = (model.classes(), model.pools()) else { return None };
    let JobClass { fate, service, arrivals: Arrivals::Poisson { rate, profile: None }, via: None, .. } = class else {
        return None;
    };
    let alone = Fate { patience: fate.patience.clone(), ..Fate::default() };
    let patience = fate.patience.as_ref().map(|law| (law.is_exponential(), law.mean()));
    let exponential = service.time.is_exponential() && patience.is_none_or(|(exponential, _)| exponential);
    (*fate == alone && exponential && service.variants.is_empty() && model.changes().is_empty()).then(|| Erlang {
        arrival_rate: rate.as_per_second(),
        mean_service: service.mean() / pool.capacity.speed,
        mean_patience: patience.map(|(_, mean)| mean),
    })
}
