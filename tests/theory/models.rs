//! Models of the textbook: one pool, Poisson or bursty arrivals. Seconds stand for the unit of time of theory.

use tailback::distribution::{Distribution, DistributionError};
use tailback::model::{
    Arrivals, BatchSize, BatchTimes, Change, Dispatcher, DispatcherId, Effect, JobClass, MmppState, ModelParts,
    OnReturn, Outage, Pattern, Piece, Pool, PoolId, Profile, Queue, QueueId, QueueOrder, Service, Take, Until, Variant,
};
use tailback::units::{Rate, Share, SimDuration, SimTime};

use super::rows::Row;

const BACKLOG_LIMIT: u64 = 10_000_000;

pub(crate) fn exponential(mean: f64) -> Distribution {
    Distribution::exponential(mean).unwrap()
}

pub(crate) fn poisson(rate: f64) -> Arrivals {
    Arrivals::Poisson { rate: per_second(rate), profile: None }
}

fn per_second(rate: f64) -> Rate {
    Rate::per_second(rate).unwrap()
}

fn seconds(seconds: f64) -> SimDuration {
    SimDuration::from_secs_f64(seconds)
}

fn at(time: f64) -> SimTime {
    SimTime::ZERO.after(seconds(time))
}

/// The service times that the reference values name.
pub(crate) fn distribution(name: &str) -> Distribution {
    let law = match name {
        "exponential mean 1" => Distribution::exponential(1.0),
        "deterministic mean 1" => Distribution::constant(1.0),
        "uniform[0,2]" => Distribution::uniform(0.0, 2.0),
        "Erlang-4 mean 1" => Distribution::erlang(4, 1.0),
        "lognormal mean 1 cv 2" => Distribution::lognormal(1.0, 2.0),
        "gamma mean 1 cv 2" => Distribution::gamma(1.0, 2.0),
        "Weibull shape 2 mean 1" => Distribution::weibull(1.0, (4.0 / std::f64::consts::PI - 1.0).sqrt()),
        "H2 balanced means, mean 1, cv2 10" => Distribution::hyperexponential_by_cv(1.0, 10_f64.sqrt()),
        "mixture 90% exp mean 1, 10% exp mean 30" => Ok(mixture(0.1, Distribution::exponential)),
        "mixture 99% exp mean 1, 1% exp mean 30" => Ok(mixture(0.01, Distribution::exponential)),
        "mixture 90% det 1, 10% det 30" => Ok(mixture(0.1, Distribution::constant)),
        other => panic!("no law for {other}"),
    };
    law.unwrap()
}

fn mixture(slow: f64, part: fn(f64) -> Result<Distribution, DistributionError>) -> Distribution {
    Distribution::mixture(vec![(1.0 - slow, part(1.0).unwrap()), (slow, part(30.0).unwrap())]).unwrap()
}

/// Shares of the arrivals and service times of the mixes that the reference values name.
pub(crate) fn priority_mix(name: &str) -> Vec<(f64, Distribution)> {
    let constant = |time| Distribution::constant(time).unwrap();
    match name {
        "2 classes, both exp mean 1, equal rates" => vec![(0.5, exponential(1.0)), (0.5, exponential(1.0))],
        "2 classes: fast exp mean 1 (90% of jobs) high, slow exp mean 30 low" => {
            vec![(0.9, exponential(1.0)), (0.1, exponential(30.0))]
        }
        "2 classes: slow exp mean 30 (10% of jobs) high, fast exp mean 1 low" => {
            vec![(0.1, exponential(30.0)), (0.9, exponential(1.0))]
        }
        "2 classes: det 1 (99%) high, det 30 (1%) low" => vec![(0.99, constant(1.0)), (0.01, constant(30.0))],
        "3 classes: exp mean 0.5/1/30 with job shares 60/35/5%" => {
            vec![(0.6, exponential(0.5)), (0.35, exponential(1.0)), (0.05, exponential(30.0))]
        }
        other => panic!("no mix for {other}"),
    }
}

/// Some of the jobs take a multiple of the time.
pub(crate) fn slow_variant(share: f64, slowdown: f64) -> Variant {
    Variant { name: "slow".into(), share: Share::new(share).unwrap(), time: None, slowdown }
}

/// One class in one first-in-first-out queue.
pub(crate) fn fifo(workers: u32, (name, arrivals, service): (&str, Arrivals, Distribution)) -> ModelParts {
    parts(workers, vec![class(name, arrivals, service)])
}

/// Poisson classes of these rates and service times, each in a queue of its own, the first served first.
pub(crate) fn strict(workers: u32, classes: Vec<(f64, Distribution)>) -> ModelParts {
    let named = classes.into_iter().enumerate();
    let classes = named.map(|(i, (rate, service))| class(&format!("class-{}", i + 1), poisson(rate), service));
    parts(workers, classes.collect())
}

fn class(name: &str, arrivals: Arrivals, service: Distribution) -> JobClass {
    JobClass {
        name: name.into(),
        queue: QueueId(0),
        via: None,
        priority: 0,
        tenants: 1,
        deadline: None,
        initial_backlog: 0,
        arrivals,
        service: Service::plain(service),
        fate: tailback::model::Fate::default(),
    }
}

fn parts(workers: u32, mut classes: Vec<JobClass>) -> ModelParts {
    let ids: Vec<QueueId> = (0..classes.len()).map(|i| QueueId(u16::try_from(i).unwrap())).collect();
    classes.iter_mut().zip(&ids).for_each(|(class, &id)| class.queue = id);
    let queues = classes
        .iter()
        .map(|class| Queue { name: class.name.clone(), order: QueueOrder::Fifo, capacity: None })
        .collect();
    let pool = Pool {
        name: "workers".into(),
        size: workers,
        cost_per_hour: None,
        take: Take::Strict(ids),
        reserve: None,
        capacity: tailback::model::Capacity::default(),
    };
    ModelParts { classes, queues, pools: vec![pool], backlog_limit: BACKLOG_LIMIT, ..ModelParts::default() }
}

/// Jobs a second of all classes.
pub(crate) fn total_rate(parts: &ModelParts) -> f64 {
    let rate = |class: &JobClass| match &class.arrivals {
        Arrivals::Poisson { rate, .. } => rate.as_per_second(),
        Arrivals::Batches { size, times: BatchTimes::Poisson { rate, .. } } => size.mean() * rate.as_per_second(),
        Arrivals::Mmpp { states } => {
            let jobs: f64 = states.iter().map(|state| state.rate.as_per_second() * state.stay.as_secs_f64()).sum();
            jobs / states.iter().map(|state| state.stay.as_secs_f64()).sum::<f64>()
        }
        other => panic!("no rate of {other:?}"),
    };
    parts.classes.iter().map(rate).sum()
}

/// Poisson batches of a size that the reference values name.
pub(crate) fn batches(size: &str, rate: f64) -> Arrivals {
    let size = match size {
        "constant batch 5" => BatchSize::Constant(5),
        "constant batch 20" => BatchSize::Constant(20),
        "uniform 1..10" => BatchSize::Uniform { min: 1, max: 10 },
        other => panic!("no batch for {other}"),
    };
    Arrivals::Batches { size, times: BatchTimes::Poisson { rate: per_second(rate), profile: None } }
}

/// Calm and burst in turn.
pub(crate) fn mmpp(row: &Row) -> Arrivals {
    let state = |rate, stay| MmppState { rate: per_second(row.param(rate)), stay: seconds(row.param(stay)) };
    Arrivals::Mmpp { states: vec![state("rate_calm", "mean_calm_len"), state("rate_burst", "mean_burst_len")] }
}

/// A day with a sharp peak: steps, a quiet night, and linear pieces, one of which starts at nothing.
pub(crate) fn profile() -> Profile {
    let hours = |hours: u64| SimDuration::from_secs(hours * 3_600);
    let piece = |start, from, to| Piece { start: hours(start), from, to };
    let pattern = Pattern {
        period: hours(24),
        pieces: vec![
            piece(0, 0.2, 0.2),
            piece(6, 0.0, 1.0),
            piece(9, 1.0, 1.0),
            piece(12, 1.0, 12.0),
            piece(13, 12.0, 0.5),
            piece(14, 0.5, 1.5),
            piece(20, 3.0, 3.0),
        ],
    };
    Profile::constant("peaky", SimDuration::ZERO, pattern)
}

/// Jobs that come by a profile for so many days.
pub(crate) fn profiled(rate: f64, profile: Profile, days: u32) -> ModelParts {
    let arrivals = Arrivals::Poisson { rate: per_second(rate), profile: Some(profile) };
    let mut parts = fifo(1, ("jobs", arrivals, exponential(0.1)));
    parts.horizon = SimDuration::from_secs(86_400 * u64::from(days));
    parts
}

/// `n0` jobs at time zero, with arrivals if the row has a rate of them.
pub(crate) fn initial_backlog(row: &Row) -> ModelParts {
    let arrivals = row.optional("lambda_").map_or(Arrivals::None, poisson);
    let mut parts = fifo(row.param("c") as u32, ("jobs", arrivals, exponential(1.0 / row.param("mu"))));
    parts.classes[0].initial_backlog = row.param("n0") as u64;
    parts.horizon = seconds(5.0 * row.value);
    parts
}

/// A dispatcher that is down from the start for `lasts` seconds and then floods the queue; its workers are multiplied by
/// the factor at that moment. Service times have mean 1.
pub(crate) fn outage(lasts: f64, rate: f64, (workers, factor): (u32, u32)) -> ModelParts {
    let mut parts = fifo(workers, ("jobs", poisson(rate), exponential(1.0)));
    parts.classes[0].via = Some(DispatcherId(0));
    parts.dispatchers.push(Dispatcher {
        name: "dispatcher".into(),
        outages: vec![Outage::down(SimTime::ZERO, at(lasts))],
        on_return: OnReturn::Flood,
        ..Dispatcher::default()
    });
    parts.changes.push(Change {
        name: "double".into(),
        at: at(lasts),
        until: Until::Horizon,
        effects: vec![Effect::SetSize(PoolId(0), workers * factor)],
    });
    parts.horizon = seconds(4.0 * lasts);
    parts
}
