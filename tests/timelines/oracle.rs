//! An independent oracle: FIFO G/G/c by the recursion of Kiefer and Wolfowitz ("On the theory of queues with many servers",
//! 1955) on the same draws, equal job by job and to the nanosecond; and properties of any run.

use crate::support::{self, Log, SEED, at, class, lasting, listed, pool, queues, world};
use proptest::prelude::*;
use rand_distr::{Distribution as _, Exp1};
use tailback::distribution::Distribution;
use tailback::model::{
    Arrivals, BatchSize, BatchTimes, Change, ClassId, Effect, Fair, FairBy, JobClass, MmppState, ModelParts, Pattern,
    Piece, PoolId, Profile, QueueOrder, QuietFirst, Service, Spacing, Take, Ticks, Until, Variant,
};
use tailback::units::{Rate, Share, SimDuration, SimTime};

/// Starts and finishes of jobs (created, service) in FIFO order on `workers` workers.
fn departures(jobs: impl Iterator<Item = (SimTime, SimDuration)>, workers: usize) -> Vec<(SimTime, SimTime)> {
    let mut free = vec![SimTime::ZERO; workers];
    jobs.map(|(created, service)| {
        let first = (0..workers).min_by_key(|&worker| free[worker]).unwrap();
        let start = created.max(free[first]);
        free[first] = start.after(service);
        (start, free[first])
    })
    .collect()
}

fn rate(per_second: f64) -> Rate {
    Rate::per_second(per_second).unwrap()
}

/// Arrivals of all kinds with about 0.9 jobs a second.
fn all_arrivals() -> Vec<(&'static str, Arrivals)> {
    let piece = |start, from, to| Piece { start: lasting(start), from, to };
    let pieces = vec![piece(0.0, 0.2, 0.2), piece(100.0, 0.5, 2.0), piece(300.0, 1.4, 0.4)];
    let profile = Profile::constant("day", lasting(120.0), Pattern { period: lasting(500.0), pieces });
    let state = |per_second, stay| MmppState { rate: rate(per_second), stay: lasting(stay) };
    vec![
        ("poisson", Arrivals::Poisson { rate: rate(0.9), profile: None }),
        ("profile", Arrivals::Poisson { rate: rate(0.9), profile: Some(profile.clone()) }),
        ("renewal", Arrivals::Renewal { interarrival: Distribution::lognormal(1.1, 2.0).unwrap() }),
        (
            "periodic",
            Arrivals::Periodic {
                times: Ticks::Every { first: at(0.5), every: lasting(1.1) },
                jitter: lasting(1.1),
                missed: tailback::model::Missed::Kept,
            },
        ),
        ("burst", Arrivals::Burst { jobs: 3000, from: at(100.0), over: lasting(2000.0), spacing: Spacing::Random }),
        (
            "batches",
            Arrivals::Batches {
                size: BatchSize::Geometric { mean: 4.0 },
                times: BatchTimes::Poisson { rate: rate(0.22), profile: Some(profile) },
            },
        ),
        ("mmpp", Arrivals::Mmpp { states: vec![state(3.0, 50.0), state(0.0, 20.0), state(0.3, 80.0)] }),
    ]
}

fn all_services() -> Vec<Service> {
    let exponential = || Distribution::exponential(0.6).unwrap();
    let slow = Variant { name: "slow".to_owned(), share: Share::new(0.02).unwrap(), time: None, slowdown: 30.0 };
    vec![
        Service::plain(exponential()),
        Service::plain(Distribution::constant(1.0).unwrap()),
        Service { variants: vec![slow], ..Service::plain(exponential()) },
        Service { slowdown: 1.5, ..Service::plain(Distribution::lognormal(0.5, 3.0).unwrap()) },
    ]
}

#[test]
fn fifo_equals_the_recursion_job_by_job_for_all_arrivals_and_services() {
    for (name, arrivals) in all_arrivals() {
        for service in all_services() {
            for workers in [1, 2, 5, 20] {
                // The more workers the longer the jobs, so that the load is about the same.
                let service = Service { slowdown: service.slowdown * f64::from(workers), ..service.clone() };
                let jobs = JobClass { initial_backlog: 7, service, ..class(name, 0, arrivals.clone()) };
                let log = Log::of(ModelParts { horizon: lasting(3000.0), ..world(vec![jobs], workers) });
                assert!(log.created.len() > 1000, "{name}: only {} jobs", log.created.len());
                compare(&log, workers as usize);
            }
        }
    }
}

fn compare(log: &Log, workers: usize) {
    let draws = log.created.iter().map(|&(now, job)| (now, job.service));
    let expected = departures(draws, workers);
    assert!(!log.started.is_empty());
    for (i, (now, job)) in log.started.iter().enumerate() {
        assert_eq!((job.created, job.ready), (log.created[i].0, log.created[i].0));
        assert_eq!((*now, job.finish), expected[i], "job {i} on {workers} workers");
    }
    let started = expected.iter().filter(|(start, _)| *start < at(3000.0)).count();
    assert_eq!(log.started.len(), started);
    let finished = expected.iter().filter(|(_, finish)| *finish < at(3000.0)).count();
    assert_eq!(log.completed.len(), finished);
}

#[test]
fn jobs_are_drawn_from_the_streams_of_their_class_and_purpose() {
    let arrivals = Arrivals::Poisson { rate: rate(2.0), profile: None };
    let service = Service::plain(Distribution::lognormal(0.3, 1.0).unwrap());
    let log = Log::of(world(vec![JobClass { service: service.clone(), ..class("mail", 0, arrivals) }], 1));
    let (mut gaps, mut services) = (SEED.stream("jobs.mail.arrivals"), SEED.stream("jobs.mail.service"));
    let mut now = SimTime::ZERO;
    for (time, job) in &log.created {
        let mass: f64 = Exp1.sample(&mut gaps);
        now = now.after(lasting(mass * 0.5));
        assert_eq!((*time, job.service), (now, lasting(service.time.sample(&mut services))));
    }
}

#[test]
fn a_class_or_a_worker_more_leaves_the_draws_of_the_others_as_they_were() {
    let of = |name: &str, queue| {
        let arrivals = Arrivals::Poisson { rate: rate(2.0), profile: None };
        JobClass { tenants: 5, service: all_services().remove(2), ..class(name, queue, arrivals) }
    };
    let alone = Log::of(world(vec![of("a", 0)], 3));
    let together = Log::of(world(vec![of("b", 1), of("a", 0)], 4));
    let of_a: Vec<_> = together.created.iter().filter(|(_, job)| job.class == ClassId(1)).collect();
    assert_eq!(alone.created.len(), of_a.len());
    for ((time, job), (other_time, other)) in alone.created.iter().zip(of_a) {
        assert_eq!((time, job.service, job.tenant), (other_time, other.service, other.tenant));
    }
}

// ---- Properties of any run ----

#[derive(Clone, Debug)]
struct World {
    workers: [u32; 2],
    rates: [f64; 3],
    take: u8,
    orders: [u8; 2],
    resize: Option<(f64, f64, u32)>,
}

fn any_world() -> impl Strategy<Value = World> {
    let resize = proptest::option::of((1.0..100.0_f64, 1.0..100.0_f64, 0..8_u32));
    let rates = [0.1..3.0_f64, 0.1..3.0_f64, 0.1..3.0_f64];
    ([0..4_u32, 0..4_u32], rates, 0..11_u8, [0..6_u8, 0..6_u8], resize)
        .prop_map(|(workers, rates, take, orders, resize)| World { workers, rates, take, orders, resize })
}

fn take(kind: u8) -> Take {
    match kind {
        0 => Take::Strict(listed(&[1, 0])),
        1 => Take::RoundRobin(listed(&[0, 1])),
        2 => Take::OldestFirst(listed(&[0, 1])),
        3 => Take::Priority(listed(&[1, 0])),
        4 => Take::Ageing(listed(&[0, 1]), lasting(0.7)),
        5 => Take::Deadline(listed(&[0, 1])),
        6 => Take::Shortest(listed(&[0, 1])),
        7 => Take::TenantRoundRobin(listed(&[1, 0])),
        8 => Take::QuietFirst(QuietFirst { queues: listed(&[0, 1]), recent: lasting(20.0) }),
        9 => {
            let by = FairBy::Class(vec![1.0, 2.0, 0.5]);
            Take::Fair(Fair { queues: listed(&[0, 1]), by, quantum: lasting(0.3) })
        }
        _ => Take::Weighted(listed(&[0, 1]).into_iter().zip([1.0, 3.0]).collect()),
    }
}

fn parts(world: &World) -> ModelParts {
    let jobs = |(i, &per_second): (usize, &f64)| JobClass {
        priority: i as i32 % 2,
        tenants: 1 + 4 * (i as u16 % 2),
        deadline: (i > 0).then(|| lasting(5.0)),
        ..class(&format!("class-{i}"), i as u16 % 2, Arrivals::Poisson { rate: rate(per_second), profile: None })
    };
    let orders = [
        QueueOrder::Fifo,
        QueueOrder::Lifo,
        QueueOrder::Priority,
        QueueOrder::Random,
        QueueOrder::Deadline,
        QueueOrder::Size,
    ];
    let order = |kind| take(world.take).order().unwrap_or(orders[usize::from(kind)]);
    let changes = world.resize.map(|(time, lasts, size)| Change {
        name: "resize".to_owned(),
        at: at(time),
        until: Until::Time(at(time + lasts)),
        effects: vec![Effect::SetSize(PoolId(0), size)],
    });
    ModelParts {
        horizon: lasting(150.0),
        queues: queues(&world.orders.map(order)),
        pools: vec![
            pool("general", world.workers[0], take(world.take)),
            pool("reserved", world.workers[1], Take::Strict(listed(&[0]))),
        ],
        changes: changes.into_iter().collect(),
        ..support::world(world.rates.iter().enumerate().map(jobs).collect(), 1)
    }
}

/// Walks through the reports of a run and keeps its own count of everything.
fn audit(log: &Log) -> Result<(), TestCaseError> {
    let (mut busy, mut available, mut depth) = ([0_u32; 2], [0_u32; 2], [0_u32; 2]);
    let mut next = [0; 6];
    let mut now = SimTime::ZERO;
    for event in log.order.chars() {
        let kind = "arscwu".find(event).unwrap();
        let i = next[kind];
        next[kind] += 1;
        let time = match event {
            'a' => log.created[i].0,
            'r' => log.ready[i].0,
            's' => log.started[i].0,
            'c' => log.completed[i].0,
            'w' => log.workers[i].0,
            _ => break,
        };
        // What happens at one instant may pass through states that do not last.
        if time > now {
            prop_assert!(depth[0] == 0 || (busy[0] >= available[0] && busy[1] >= available[1]), "idle at {now:?}");
            prop_assert!(depth[1] == 0 || busy[0] >= available[0], "idle at {now:?}");
            prop_assert!(busy[0] <= available[0] && busy[1] <= available[1], "too busy at {now:?}");
        }
        prop_assert!(time >= now);
        now = time;
        match event {
            'r' => depth[log.ready[i].1.queue.index()] += 1,
            's' => {
                depth[log.started[i].1.queue.index()] -= 1;
                busy[log.started[i].1.pool.index()] += 1;
            }
            'c' => busy[log.completed[i].1.pool.index()] -= 1,
            'w' => available[log.workers[i].1.index()] = log.workers[i].2,
            _ => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn jobs_are_conserved_and_no_eligible_worker_idles_while_a_job_waits(world in any_world()) {
        let log = Log::of(parts(&world));
        prop_assert_eq!(log.created.len(), log.ready.len());
        prop_assert_eq!(log.created.len(), log.completed.len() + log.unfinished.len());
        let running = log.places().iter().filter(|place| matches!(place, tailback::engine::Place::Running(_))).count();
        prop_assert_eq!(log.started.len(), log.completed.len() + running);
        audit(&log)?;
    }

    #[test]
    fn the_same_model_and_seed_give_the_same_run(world in any_world()) {
        prop_assert_eq!(Log::of(parts(&world)), Log::of(parts(&world)));
    }

    #[test]
    fn more_workers_never_hurt_fifo(workers in 1..6_u32, per_second in 0.5..4.0_f64) {
        let arrivals = Arrivals::Poisson { rate: rate(per_second), profile: None };
        let jobs = JobClass { service: all_services().remove(2), ..class("a", 0, arrivals) };
        let few = Log::of(world(vec![jobs.clone()], workers));
        let many = Log::of(world(vec![jobs], workers + 1));
        prop_assert!(many.started.len() >= few.started.len());
        for (slow, fast) in few.started.iter().zip(&many.started) {
            prop_assert!(fast.0 <= slow.0, "{:?} starts later with a worker more", fast.1);
        }
    }
}
