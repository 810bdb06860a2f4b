//! The second wall: a model that reaches the engine is valid whoever made it. The scenario language finds the same
//! problems earlier and says where they are; here they only have to be found.

use std::collections::HashSet;
use std::fmt;

use super::check_fate::{check_capacity, check_cycles, check_fate, check_provider};
use super::{
    Alert, Arrivals, BatchSize, BatchTimes, Capacity, Change, ClassId, Dispatcher, Effect, Fair, FairBy, JobClass,
    Limit, Metric, ModelParts, OnReturn, OutageKind, Over, Pool, Profile, Reserve, Response, Service, Serving, Take,
    Ticks, Until,
};
use crate::units::{Rate, SimDuration};

/// The longest run: 292 years, so that a time and a duration always add up to a time.
const LONGEST: SimDuration = SimDuration::from_nanos(i64::MAX as u64);

/// The most things that an index can tell apart.
const MOST: usize = u16::MAX as usize;

/// Why parts do not make a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelError(pub(super) String);

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ModelError {}

type Checked = Result<(), ModelError>;

fn require(holds: bool, problem: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(ModelError(problem())) }
}

/// Checks all that the documentation of the parts promises.
pub(super) fn check(parts: &ModelParts) -> Checked {
    require(!parts.horizon.is_zero() && parts.horizon <= LONGEST, || "the horizon is zero or too long".to_owned())?;
    require(!parts.classes.is_empty(), || "there is no job class".to_owned())?;
    require(!parts.pools.is_empty(), || "there is no pool".to_owned())?;
    check_names("job class", parts.classes.iter().map(|class| class.name.as_str()))?;
    check_names("queue", parts.queues.iter().map(|queue| queue.name.as_str()))?;
    check_names("pool", parts.pools.iter().map(|pool| pool.name.as_str()))?;
    check_names("dispatcher", parts.dispatchers.iter().map(|dispatcher| dispatcher.name.as_str()))?;
    let serving = Serving::of(&parts.pools);
    parts.classes.iter().try_for_each(|class| check_class(class, (parts, &serving)))?;
    check_cycles(&parts.classes)?;
    parts.queues.iter().try_for_each(check_capacity)?;
    parts.pools.iter().try_for_each(|pool| check_pool(pool, parts))?;
    check_names("limit", parts.limits.iter().map(|limit| limit.name.as_str()))?;
    parts.limits.iter().try_for_each(|limit| check_limit(limit, parts))?;
    parts.dispatchers.iter().try_for_each(check_dispatcher)?;
    check_names("provider", parts.providers.iter().map(|provider| provider.name.as_str()))?;
    parts.providers.iter().try_for_each(check_provider)?;
    parts.changes.iter().try_for_each(|change| check_change(change, parts))?;
    let ordered = parts.changes.windows(2).all(|pair| pair[0].at <= pair[1].at);
    require(ordered, || "the changes are not in the order of their times".to_owned())?;
    check_names("alert", parts.alerts.iter().map(|alert| alert.name.as_str()))?;
    check_names("response", parts.responses.iter().map(|response| response.name.as_str()))?;
    parts.alerts.iter().try_for_each(|alert| check_alert(alert, parts))?;
    parts.responses.iter().try_for_each(|response| check_response(response, parts))
}

fn check_names<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Checked {
    let mut seen = HashSet::new();
    for name in names {
        require(!name.is_empty(), || format!("a {what} has no name"))?;
        require(seen.insert(name), || format!("there are two of {what} `{name}`"))?;
    }
    require(seen.len() <= MOST, || format!("there are more than {MOST} of {what}"))
}

fn check_class(class: &JobClass, (parts, serving): (&ModelParts, &Serving)) -> Checked {
    let of = |problem: &str| format!("job class `{}`: {problem}", class.name);
    require(class.queue.index() < parts.queues.len(), || of("its queue does not exist"))?;
    require(class.via.is_none_or(|via| via.index() < parts.dispatchers.len()), || of("its dispatcher does not exist"))?;
    require(!serving.pools(class.queue).is_empty(), || of("no pool serves its queue"))?;
    require(class.tenants >= 1, || of("it has no tenant"))?;
    check_service(&class.service).map_err(|error| ModelError(of(&error.0)))?;
    check_fate(&class.fate, parts).map_err(|error| ModelError(of(&error.0)))?;
    check_arrivals(&class.arrivals).map_err(|error| ModelError(of(&error.0)))
}

fn check_service(service: &Service) -> Checked {
    let factor = |factor: f64| factor.is_finite() && factor > 0.0;
    require(factor(service.slowdown), || format!("a slowdown of {}", service.slowdown))?;
    let variants = &service.variants;
    require(variants.iter().all(|variant| factor(variant.slowdown)), || "a variant's slowdown is wrong".to_owned())?;
    let sum: f64 = variants.iter().map(|variant| variant.share.as_f64()).sum();
    require(sum <= 1.0 + 1e-9, || format!("the variants' shares add up to {sum}"))?;
    require(service.mean().is_finite(), || "its mean service time is not finite".to_owned())
}

fn positive(rate: Rate) -> bool {
    rate.as_per_second() > 0.0
}

fn check_arrivals(arrivals: &Arrivals) -> Checked {
    match arrivals {
        Arrivals::None => Ok(()),
        Arrivals::Poisson { rate, profile } => check_rate(*rate, profile.as_ref()),
        Arrivals::Renewal { interarrival } => {
            require(interarrival.mean() > 0.0, || "the interarrival time is always zero".to_owned())
        }
        Arrivals::Periodic { times, jitter, .. } => {
            check_ticks(times)?;
            let fits = times.shortest_gap().is_none_or(|gap| *jitter <= gap);
            require(fits, || "the jitter is longer than the period".to_owned())
        }
        Arrivals::Burst { jobs, .. } => require(*jobs >= 1, || "the burst has no jobs".to_owned()),
        Arrivals::Batches { size, times } => check_batch_size(*size).and_then(|()| check_batch_times(times)),
        Arrivals::Mmpp { states } => {
            require(states.len() >= 2, || "the MMPP has less than two states".to_owned())?;
            require(states.iter().all(|state| !state.stay.is_zero()), || "a stay of an MMPP is zero".to_owned())?;
            require(states.iter().any(|state| positive(state.rate)), || "all rates of the MMPP are zero".to_owned())
        }
        Arrivals::Trace(trace) => {
            let ascending = trace.rows.windows(2).all(|pair| pair[0].at <= pair[1].at);
            require(ascending, || "the trace is not in the order of arrival".to_owned())
        }
    }
}

fn check_rate(rate: Rate, profile: Option<&Profile>) -> Checked {
    require(positive(rate), || "the arrival rate is zero".to_owned())?;
    profile.map_or(Ok(()), check_profile)
}

fn check_batch_size(size: BatchSize) -> Checked {
    let valid = match size {
        BatchSize::Constant(jobs) => jobs >= 1,
        BatchSize::Uniform { min, max } => min >= 1 && max >= min && max.checked_add(min).is_some(),
        BatchSize::Geometric { mean } => mean.is_finite() && mean >= 1.0,
    };
    require(valid, || format!("the batch size {size:?} is not possible"))
}

fn check_batch_times(times: &BatchTimes) -> Checked {
    match times {
        BatchTimes::At(times) => {
            require(!times.is_empty(), || "there is no batch".to_owned())?;
            require(times.is_sorted(), || "the times of the batches do not ascend".to_owned())
        }
        BatchTimes::Regular(times) => check_ticks(times),
        BatchTimes::Poisson { rate, profile } => check_rate(*rate, profile.as_ref()),
    }
}

fn check_ticks(ticks: &Ticks) -> Checked {
    ticks.problem().map_or(Ok(()), |problem| Err(ModelError(problem.to_owned())))
}

fn check_profile(profile: &Profile) -> Checked {
    profile.problem().map_or(Ok(()), |problem| Err(ModelError(format!("profile `{}`: {problem}", profile.name))))
}

fn check_pool(pool: &Pool, parts: &ModelParts) -> Checked {
    let of = |problem: &str| format!("pool `{}`: {problem}", pool.name);
    let queues = pool.take.queues();
    require(!queues.is_empty(), || of("it serves no queue"))?;
    require(queues.iter().all(|queue| queue.index() < parts.queues.len()), || of("a queue does not exist"))?;
    let distinct: HashSet<_> = queues.iter().collect();
    require(distinct.len() == queues.len(), || of("a queue is listed twice"))?;
    Capacity::problem(pool).map_or(Ok(()), |problem| Err(ModelError(of(problem))))?;
    let vanishes = |class: &&JobClass| class.fate.visibility_timeout.is_some() && distinct.contains(&class.queue);
    let seen_again = pool.capacity.prefetch.and_then(|_| parts.classes.iter().find(vanishes));
    require(seen_again.is_none(), || of("it prefetches jobs that have a visibility timeout"))?;
    let amount = pool.cost_per_hour.map(|cost| cost.amount);
    require(amount.is_none_or(|amount| amount.is_finite() && amount >= 0.0), || of("its cost is wrong"))?;
    match &pool.take {
        Take::Weighted(weights) => {
            let valid = weights.iter().all(|(_, weight)| weight.is_finite() && *weight > 0.0);
            require(valid, || of("a weight is not positive"))
        }
        Take::Fair(fair) => check_fair(fair, parts).map_err(|error| ModelError(of(&error.0))),
        Take::QuietFirst(quiet_first) => require(!quiet_first.recent.is_zero(), || of("what is recent has no length")),
        Take::Ageing(_, step) => require(!step.is_zero(), || of("the step of ageing is zero")),
        _ => Ok(()),
    }?;
    let ordered = pool.take.order().is_none_or(|order| queues.iter().all(|q| parts.queues[q.index()].order == order));
    require(ordered, || of("a queue is not in the order that the pool takes by"))?;
    let reserve = |reserve: &Reserve| {
        reserve.slots >= 1 && !reserve.queues.is_empty() && reserve.queues.iter().all(|queue| distinct.contains(queue))
    };
    require(pool.reserve.as_ref().is_none_or(reserve), || {
        of("its reserve is empty or for a queue that it does not serve")
    })
}

fn check_fair(fair: &Fair, parts: &ModelParts) -> Checked {
    require(!fair.quantum.is_zero(), || "its quantum is zero".to_owned())?;
    let FairBy::Class(weights) = &fair.by else { return Ok(()) };
    let valid =
        weights.len() == parts.classes.len() && weights.iter().all(|weight| weight.is_finite() && *weight > 0.0);
    require(valid, || "a weight of a class is missing or not positive".to_owned())
}

fn check_limit(limit: &Limit, parts: &ModelParts) -> Checked {
    let of = |problem: &str| format!("limit `{}`: {problem}", limit.name);
    require(limit.slots >= 1, || of("it leaves no slot"))?;
    let exists = limit.queue.is_none_or(|queue| queue.index() < parts.queues.len())
        && limit.class.is_none_or(|class| class.index() < parts.classes.len())
        && limit.pool.is_none_or(|pool| pool.index() < parts.pools.len());
    require(exists, || of("what it is for does not exist"))?;
    let Over::Requeue(delay) = limit.over else { return Ok(()) };
    require(!delay.is_zero(), || of("it puts jobs back without a delay"))?;
    let vanishes = |(place, class): (usize, &JobClass)| {
        class.fate.visibility_timeout.is_some() && limit.covers(ClassId(place as u16), class)
    };
    let seen_again = parts.classes.iter().enumerate().any(vanishes);
    require(!seen_again, || of("it puts jobs back that have a visibility timeout"))
}

fn check_dispatcher(dispatcher: &Dispatcher) -> Checked {
    let of = |problem: &str| format!("dispatcher `{}`: {problem}", dispatcher.name);
    let batch = dispatcher.batch.is_none_or(|batch| batch >= 1 && !dispatcher.interval.is_zero());
    require(batch, || of("its batch is zero or has no interval"))?;
    require(dispatcher.outages.iter().all(|outage| outage.from < outage.to), || of("an outage ends before it starts"))?;
    let disjoint = dispatcher.outages.windows(2).all(|pair| pair[0].to <= pair[1].from);
    require(disjoint, || of("its outages overlap or do not ascend"))?;
    let restart = dispatcher.restart.as_ref().is_none_or(|restart| {
        let fits = |gap: SimDuration| restart.takes.mean() < gap.as_secs_f64() && restart.jitter < gap;
        restart.times.problem().is_none() && restart.times.shortest_gap().is_none_or(fits)
    });
    require(restart, || of("its restart takes too long"))?;
    require(dispatcher.jitter.is_zero() || dispatcher.jitter < dispatcher.interval, || of("its jitter is too long"))?;
    let failures = dispatcher.failures.as_ref().is_none_or(|failures| failures.after.mean() > 0.0);
    require(failures, || of("it fails all the time"))?;
    let rate = dispatcher.rate.is_none_or(|rate| positive(rate) && dispatcher.interval.is_zero());
    require(rate, || of("its rate is zero or beside an interval"))?;
    let kinds = dispatcher.outages.iter().all(|outage| match outage.kind {
        OutageKind::Down | OutageKind::Idle => true,
        OutageKind::TwoActive => dispatcher.replicas.is_some_and(|replicas| replicas >= 2),
        OutageKind::CrashLoop { up, down } => !up.is_zero() && !down.is_zero(),
        OutageKind::Slow(factor) => {
            factor.is_finite() && factor > 1.0 && (!dispatcher.interval.is_zero() || dispatcher.rate.is_some())
        }
    });
    require(kinds, || of("an outage is of no possible kind"))?;
    let standby = dispatcher.replicas.is_none_or(|n| n >= 1 && (n >= 2 || dispatcher.failover.is_none()));
    require(standby, || of("it has no replica, or a fail-over gap and no standby"))?;
    match dispatcher.on_return {
        OnReturn::Paced(rate) => require(positive(rate), || of("its pace is zero")),
        OnReturn::Flood | OnReturn::NewestFirst | OnReturn::Expire(_) => Ok(()),
    }
}

fn check_alert(alert: &Alert, parts: &ModelParts) -> Checked {
    let of = |problem: &str| format!("alert `{}`: {problem}", alert.name);
    require(!alert.every.is_zero(), || of("it is checked all the time"))?;
    let any = &alert.condition.0;
    require(!any.is_empty() && any.iter().all(|all| !all.is_empty()), || of("its condition is empty"))?;
    for clause in any.iter().flatten() {
        require(watches_something(&clause.metric, parts), || of("what it watches does not exist"))?;
        require(clause.bound.is_finite(), || of("a bound is wrong"))?;
        if let Metric::Burn(burn) = &clause.metric {
            require(burn.budget > 0.0 && burn.budget <= 1.0, || of("there is no budget to burn"))?;
        }
    }
    Ok(())
}

fn watches_something(metric: &Metric, parts: &ModelParts) -> bool {
    match metric {
        Metric::Depth(id) | Metric::Age(id) => id.index() < parts.queues.len(),
        Metric::StagedDepth(id) | Metric::StagedAge(id) | Metric::Heartbeat(id) => id.index() < parts.dispatchers.len(),
        Metric::InFlight(id) | Metric::Utilisation(id) | Metric::Work(id) => id.index() < parts.pools.len(),
        Metric::Arrivals(id, _) | Metric::Completions(id, _) | Metric::Late(id, _, _) | Metric::Oldest(id) => {
            id.index() < parts.classes.len()
        }
        Metric::Burn(burn) => burn.class.index() < parts.classes.len(),
    }
}

fn check_response(response: &Response, parts: &ModelParts) -> Checked {
    let of = |problem: &str| format!("response `{}`: {problem}", response.name);
    require(response.on.index() < parts.alerts.len(), || of("its alert does not exist"))?;
    let paced = response.pace.iter().map(|(id, _)| *id);
    let exists = |id: super::DispatcherId| id.index() < parts.dispatchers.len();
    require(response.restart.into_iter().chain(paced).all(exists), || of("its dispatcher does not exist"))?;
    require(response.hours.as_ref().is_none_or(super::Hours::is_valid), || of("nobody works in its hours"))?;
    require(response.pace.iter().all(|(_, rate)| positive(*rate)), || of("a pace is zero"))?;
    let acts = !response.change.effects.is_empty() || response.restart.is_some() || !response.pace.is_empty();
    require(acts, || of("it does nothing"))?;
    check_effects(&response.change, parts)
}

fn check_change(change: &Change, parts: &ModelParts) -> Checked {
    require(!change.effects.is_empty(), || format!("change `{}`: it has no effect", change.name))?;
    check_effects(change, parts)
}

fn check_effects(change: &Change, parts: &ModelParts) -> Checked {
    let of = |problem: &str| format!("change `{}`: {problem}", change.name);
    if let Until::Time(until) = change.until {
        require(until > change.at, || of("it ends before it begins"))?;
    }
    let finite = |factor: f64, least: f64| factor.is_finite() && factor >= least;
    for effect in &change.effects {
        let (exists, valid) = match *effect {
            Effect::SetSize(pool, _) => (pool.index() < parts.pools.len(), true),
            Effect::ScaleSize(pool, factor) => (pool.index() < parts.pools.len(), finite(factor, 0.0)),
            Effect::Restart(pool) => {
                let pool = parts.pools.get(pool.index());
                (pool.is_some_and(|pool| pool.capacity.restart.is_some()), true)
            }
            Effect::Pause(class) => (class.index() < parts.classes.len(), true),
            Effect::SetLimit(limit, slots) => (limit.index() < parts.limits.len(), slots >= 1),
            Effect::SetPace(id, rate) => {
                (parts.dispatchers.get(id.index()).is_some_and(|it| it.rate.is_some()), positive(rate))
            }
            Effect::SetTake(pool, ref take) => match parts.pools.get(pool.index()) {
                Some(of) => (true, can_take(of, take, parts)),
                None => (false, true),
            },
            Effect::ScaleRate(class, factor) | Effect::ScaleService(class, factor) => {
                (class.index() < parts.classes.len(), finite(factor, f64::MIN_POSITIVE))
            }
        };
        require(exists, || of("what it changes does not exist"))?;
        require(valid, || of("a factor or value is wrong"))?;
        if let Effect::SetSize(pool, _) | Effect::ScaleSize(pool, _) = effect {
            let owned = parts.pools[pool.index()].capacity.owns_size();
            require(!owned, || of("it resizes a pool with an autoscaler or with workers that fail"))?;
        }
        if let Effect::ScaleRate(class, _) = effect {
            require(has_rate(&parts.classes[class.index()].arrivals), || of("what it scales has no rate"))?;
        }
    }
    Ok(())
}

/// Whether the workers of a pool can come to pick by another policy.
fn can_take(pool: &Pool, take: &Take, parts: &ModelParts) -> bool {
    let sorted = |take: &Take| {
        let mut queues = take.queues();
        queues.sort_unstable();
        queues
    };
    let changed = Pool { take: take.clone(), ..pool.clone() };
    sorted(take) == sorted(&pool.take) && pool.capacity.preempt.is_none() && check_pool(&changed, parts).is_ok()
}

/// Whether arrivals have a rate that can be scaled.
fn has_rate(arrivals: &Arrivals) -> bool {
    match arrivals {
        Arrivals::Burst { .. } | Arrivals::Trace(_) => false,
        // Twice nothing is nothing.
        Arrivals::None | Arrivals::Poisson { .. } | Arrivals::Renewal { .. } | Arrivals::Mmpp { .. } => true,
        Arrivals::Periodic { times, .. } => matches!(times, Ticks::Every { .. }),
        Arrivals::Batches { times, .. } => {
            matches!(times, BatchTimes::Poisson { .. } | BatchTimes::Regular(Ticks::Every { .. }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use crate::distribution::Distribution;
    use crate::units::{Rate, Share, SimDuration, SimTime};

    fn rate(per_second: f64) -> Rate {
        Rate::per_second(per_second).unwrap()
    }

    fn hours(hours: u64) -> SimDuration {
        SimDuration::from_secs(3_600 * hours)
    }

    fn at(hour: u64) -> SimTime {
        SimTime::ZERO.after(hours(hour))
    }

    fn profile() -> Profile {
        let piece = |hour: u64| Piece { start: hours(hour), from: 1.0, to: 2.0 };
        let pattern = Pattern { period: hours(24), pieces: vec![piece(0), piece(12)] };
        Profile::constant("day", hours(8), pattern)
    }

    fn valid() -> ModelParts {
        let class = JobClass {
            name: "mail".to_owned(),
            queue: QueueId(0),
            via: Some(DispatcherId(0)),
            priority: 0,
            tenants: 1,
            deadline: None,
            initial_backlog: 0,
            arrivals: Arrivals::Poisson { rate: rate(1.0), profile: Some(profile()) },
            service: Service::plain(Distribution::exponential(1.0).unwrap()),
            fate: Fate::default(),
        };
        let dispatcher = Dispatcher {
            name: "driver".to_owned(),
            interval: SimDuration::ZERO,
            batch: None,
            outages: vec![Outage::down(at(1), at(2)), Outage::down(at(2), at(3))],
            restart: Some(Restart {
                times: Ticks::Every { first: at(0), every: hours(24) },
                takes: Distribution::constant(3600.0).unwrap(),
                jitter: SimDuration::ZERO,
                hangs: Share::default(),
            }),
            on_return: OnReturn::Paced(rate(1.0)),
            ..Dispatcher::default()
        };
        let take = Take::Weighted(vec![(QueueId(0), 1.0)]);
        let effects = vec![Effect::ScaleSize(PoolId(0), 0.0), Effect::ScaleRate(ClassId(0), 2.0)];
        ModelParts {
            horizon: hours(24),
            classes: vec![class],
            queues: vec![Queue { name: "mail".to_owned(), order: QueueOrder::Fifo, capacity: None }],
            pools: vec![Pool {
                name: "workers".to_owned(),
                size: 0,
                cost_per_hour: Some(HourlyCost { amount: 0.1, billing: Billing::Exact }),
                take,
                reserve: None,
                capacity: Capacity::default(),
            }],
            dispatchers: vec![dispatcher],
            changes: vec![Change { name: "more".to_owned(), at: at(1), until: Until::Time(at(2)), effects }],
            backlog_limit: 100,
            ..ModelParts::default()
        }
    }

    /// What is wrong after one edit of a valid model.
    fn problem(edit: impl FnOnce(&mut ModelParts)) -> String {
        let mut parts = valid();
        edit(&mut parts);
        Model::new(parts).map(|_| ()).expect_err("the edit makes the model invalid").to_string()
    }

    #[test]
    fn a_valid_model_passes() {
        assert!(Model::new(valid()).is_ok());
    }

    #[test]
    fn worlds_without_time_jobs_or_workers_are_refused() {
        assert!(problem(|p| p.horizon = SimDuration::ZERO).contains("horizon"));
        assert!(problem(|p| p.horizon = SimDuration::from_nanos(u64::MAX)).contains("horizon"));
        assert!(problem(|p| p.classes.clear()).contains("no job class"));
        assert!(problem(|p| p.pools.clear()).contains("no pool"));
        assert!(problem(|p| p.classes.push(p.classes[0].clone())).contains("job class `mail`"));
    }

    #[test]
    fn references_to_nothing_are_refused() {
        assert!(problem(|p| p.classes[0].queue = QueueId(7)).contains("queue does not exist"));
        assert!(problem(|p| p.classes[0].via = Some(DispatcherId(1))).contains("dispatcher does not exist"));
        assert!(problem(|p| p.pools[0].take = Take::Strict(vec![QueueId(0), QueueId(1)])).contains("does not exist"));
        assert!(problem(|p| p.changes[0].effects = vec![Effect::SetSize(PoolId(1), 1)]).contains("does not exist"));
        let unserved = problem(|p| {
            p.queues.push(Queue { name: "bulk".to_owned(), order: QueueOrder::Fifo, capacity: None });
            p.pools[0].take = Take::Strict(vec![QueueId(1)]);
        });
        assert!(unserved.contains("no pool serves its queue"));
    }

    #[test]
    fn pools_that_choose_wrongly_are_refused() {
        assert!(problem(|p| p.pools[0].take = Take::Weighted(vec![(QueueId(0), 0.0)])).contains("weight"));
        assert!(problem(|p| p.pools[0].take = Take::Strict(vec![QueueId(0), QueueId(0)])).contains("twice"));
        assert!(problem(|p| p.pools[0].take = Take::Priority(vec![QueueId(0)])).contains("order"));
        assert!(problem(|p| p.pools[0].cost_per_hour.as_mut().unwrap().amount = f64::NAN).contains("cost"));
    }

    #[test]
    fn arrivals_that_cannot_be_are_refused() {
        let with = |arrivals: Arrivals| problem(|p| p.classes[0].arrivals = arrivals);
        assert!(with(Arrivals::Poisson { rate: rate(0.0), profile: None }).contains("rate is zero"));
        let interarrival = Distribution::constant(0.0).unwrap();
        assert!(with(Arrivals::Renewal { interarrival }).contains("always zero"));
        let times = || Ticks::Every { first: SimTime::ZERO, every: hours(1) };
        let missed = crate::model::Missed::Kept;
        assert!(with(Arrivals::Periodic { times: times(), jitter: hours(2), missed }).contains("jitter"));
        let batches = |size, times| with(Arrivals::Batches { size, times });
        assert!(batches(BatchSize::Uniform { min: 3, max: 2 }, BatchTimes::Regular(times())).contains("batch size"));
        assert!(batches(BatchSize::Constant(1), BatchTimes::At(vec![at(2), at(1)])).contains("ascend"));
        assert!(with(Arrivals::Mmpp { states: vec![] }).contains("two states"));
        let row = |hour| TraceRow { at: at(hour), service: None, tenant: 0, row: 0 };
        let trace = Trace { source: String::new(), rows: vec![row(2), row(1)], ..Trace::default() };
        assert!(with(Arrivals::Trace(trace.into())).contains("order of arrival"));
    }

    #[test]
    fn profiles_that_do_not_cover_their_period_are_refused() {
        let of = |profile| {
            problem(|p| p.classes[0].arrivals = Arrivals::Poisson { rate: rate(1.0), profile: Some(profile) })
        };
        let with = |edit: fn(&mut Pattern)| {
            let mut profile = profile();
            edit(std::sync::Arc::make_mut(&mut profile.stretches[0].pattern));
            of(profile)
        };
        assert!(
            of(Profile::constant("day", hours(24), Pattern::clone(&profile().stretches[0].pattern))).contains("phase")
        );
        assert!(of(Profile { name: "day".to_owned(), stretches: vec![] }).contains("cover"));
        assert!(with(|p| p.pieces.clear()).contains("first piece"));
        assert!(with(|p| p.pieces[1].start = SimDuration::ZERO).contains("ascend"));
        assert!(with(|p| p.pieces[1].start = p.period).contains("after its period"));
        assert!(with(|p| p.pieces[1].to = -1.0).contains("multiplier"));
        assert!(with(|p| p.pieces.iter_mut().for_each(|piece| (piece.from, piece.to) = (0.0, 0.0))).contains("zero"));
    }

    #[test]
    fn dispatchers_and_changes_that_cannot_be_are_refused() {
        let dispatcher = |edit: fn(&mut Dispatcher)| problem(|p| edit(&mut p.dispatchers[0]));
        assert!(dispatcher(|d| d.batch = Some(5)).contains("batch"));
        assert!(dispatcher(|d| d.outages[0].to = d.outages[0].from).contains("ends before"));
        assert!(dispatcher(|d| d.outages.reverse()).contains("ascend"));
        assert!(dispatcher(|d| d.restart.as_mut().unwrap().jitter = hours(24)).contains("restart"));
        assert!(dispatcher(|d| d.on_return = OnReturn::Paced(Rate::default())).contains("pace"));
        let change = |edit: fn(&mut Change)| problem(|p| edit(&mut p.changes[0]));
        assert!(change(|c| c.effects.clear()).contains("no effect"));
        assert!(change(|c| c.until = Until::Time(c.at)).contains("ends before"));
        assert!(change(|c| c.effects = vec![Effect::ScaleService(ClassId(0), 0.0)]).contains("factor"));
    }

    #[test]
    fn services_that_cannot_be_are_refused() {
        assert!(problem(|p| p.classes[0].service.slowdown = f64::INFINITY).contains("slowdown"));
        let variant = |share: f64| Variant {
            name: "large".to_owned(),
            share: crate::units::Share::new(share).unwrap(),
            time: None,
            slowdown: 30.0,
        };
        assert!(problem(|p| p.classes[0].service.variants = vec![variant(0.6), variant(0.6)]).contains("shares"));
    }
}
