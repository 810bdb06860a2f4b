//! Small random models in which every feature of the engine can meet every other.

use rand::RngExt;
use tailback::distribution::Distribution;
use tailback::model::{
    Arrivals, Autoscale, Backoff, Balk, Calendar, CallRate, Capacity, Change, ClassId, Crowding, Dispatcher,
    DispatcherId, Effect, End, Failure, Failures, Fair, FairBy, Fate, FollowUp, Hpa, Interrupted, JobClass, Keda,
    LatencySteps, Limit, Missed, ModelParts, OnReturn, Outage, OutageKind, Over, Pool, PoolId, Prefetch, Provider,
    ProviderId, QueueId, QueueOrder, QuietFirst, Redelivery, Rerun, Reserve, Retry, RollingRestart, Room, ScaleIn,
    ScaleMetric, ScaleRule, Service, StagedOrder, Take, Ticks, Trouble, Until, WhenFull, Window,
};
use tailback::random::{ReplicationSeed, Stream};
use tailback::units::{Rate, Share, SimDuration};

use crate::support::{at, class, lasting, listed, pool, queues, world};

/// How long each world runs, in seconds.
pub const HORIZON: f64 = 200.0;

/// The world with this number, and the seed of its replication.
pub fn random(number: u32) -> (ModelParts, ReplicationSeed) {
    let seed = ReplicationSeed { master: 4711, replication: number };
    let mut parts = parts(&mut seed.stream("world"));
    add_providers(&mut seed.stream("providers"), &mut parts);
    add_prefetch(&mut seed.stream("prefetch"), &mut parts);
    change_limits(&mut seed.stream("limits"), &mut parts);
    (parts, seed)
}

fn share(share: f64) -> Share {
    Share::new(share).unwrap()
}

fn law(mean: f64) -> Distribution {
    Distribution::exponential(mean).unwrap()
}

fn maybe<T>(stream: &mut Stream, value: impl FnOnce(&mut Stream) -> T) -> Option<T> {
    stream.random::<bool>().then(|| value(stream))
}

fn one_of<T: Clone>(stream: &mut Stream, of: &[T]) -> T {
    of[stream.random_range(0..of.len())].clone()
}

/// Multiples of a quarter of a second, so that events meet at one instant.
fn quarters(stream: &mut Stream, below: u32) -> SimDuration {
    lasting(f64::from(stream.random_range(1..below)) / 4.0)
}

fn fate(stream: &mut Stream) -> Fate {
    let chance = |stream: &mut Stream| share(f64::from(stream.random_range(1_u32..=4)) / 4.0);
    let time = |stream: &mut Stream| quarters(stream, 40);
    let backoffs = [
        Backoff::Constant(SimDuration::ZERO),
        Backoff::Constant(lasting(2.0)),
        Backoff::River,
        Backoff::Sqs(lasting(3.0)),
        Backoff::Celery { factor: 1.0, most: lasting(8.0) },
    ];
    if stream.random_range(0..4) == 0 {
        return Fate::default();
    }
    Fate {
        timeout: maybe(stream, time),
        failure: maybe(stream, |s| Failure { probability: chance(s), after: chance(s) }),
        retry: maybe(stream, |s| Retry { backoff: one_of(s, &backoffs), most: s.random_range(0..4) }),
        expire: maybe(stream, time),
        patience: maybe(stream, |s| law(f64::from(s.random_range(1_u32..10)))),
        balk: maybe(stream, |s| Balk { above: s.random_range(0..20), probability: chance(s) }),
        then: Vec::new(),
        join: None,
        visibility_timeout: maybe(stream, time),
        provider: None,
    }
}

/// Up to a cap, a rate, a slowdown and a window in which it is slow, fails or hangs.
fn provider(stream: &mut Stream, name: &str) -> Provider {
    let seconds = |stream: &mut Stream| lasting(f64::from(stream.random_range(1_u32..20)) / 8.0);
    let rate = |s: &mut Stream| match s.random() {
        true => CallRate::FixedWindow { calls: s.random_range(1..4), per: seconds(s) },
        false => CallRate::TokenBucket { every: seconds(s), burst: s.random_range(1..4) },
    };
    let fails = share(f64::from(stream.random_range(0_u32..=2)) / 2.0);
    let trouble = Trouble { from: at(100.0), to: at(130.0), slow: 2.0, fails, hangs: stream.random() };
    Provider {
        name: name.to_owned(),
        concurrent: maybe(stream, |s| s.random_range(1..4)),
        rate: maybe(stream, rate),
        slowdown: maybe(stream, |s| Crowding { above: s.random_range(0..3), per_call: 0.5 }),
        windows: maybe(stream, |_| trouble).into_iter().collect(),
    }
}

/// In every second world, half of the classes need one of two providers.
fn add_providers(stream: &mut Stream, parts: &mut ModelParts) {
    if stream.random() {
        parts.providers = ["one", "two"].map(|name| provider(stream, name)).into();
        for class in &mut parts.classes {
            class.fate.provider = maybe(stream, |s| ProviderId(s.random_range(0..2)));
        }
    }
}

/// In every third world, pools that can take jobs in advance, and then no copies of jobs become visible.
fn add_prefetch(stream: &mut Stream, parts: &mut ModelParts) {
    if stream.random_range(0..3) > 0 {
        return;
    }
    for capacity in parts.pools.iter_mut().map(|pool| &mut pool.capacity) {
        let prefetch = Prefetch { slots: stream.random_range(1..4), per_slot: stream.random_range(1..4) };
        if capacity.poll.is_none() && capacity.preempt.is_none() && capacity.restart.is_none() {
            capacity.prefetch = maybe(stream, |_| prefetch);
        }
    }
    parts.classes.iter_mut().for_each(|class| class.fate.visibility_timeout = None);
}

/// Half of the limits put jobs back or have them hold their slots; jobs that are put back become visible to none.
fn change_limits(stream: &mut Stream, parts: &mut ModelParts) {
    for limit in &mut parts.limits {
        limit.over = one_of(stream, &[Over::Aside, Over::Aside, Over::Hold, Over::Requeue(lasting(1.5))]);
        for (place, class) in parts.classes.iter_mut().enumerate() {
            if matches!(limit.over, Over::Requeue(_)) && limit.covers(ClassId(place as u16), class) {
                class.fate.visibility_timeout = None;
            }
        }
    }
}

/// Four classes, of which the first may be followed by the second and joined by the third.
fn classes(stream: &mut Stream) -> Vec<JobClass> {
    let with_fates = stream.random_range(0..4) > 0;
    let mut classes: Vec<JobClass> = ["first", "part", "summary", "other"]
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let rate = Rate::per_second(stream.random_range(0.1..1.2)).unwrap();
            let arrivals = match stream.random_range(0..3) {
                _ if *name == "summary" => Arrivals::None,
                0 => Arrivals::Periodic {
                    times: Ticks::Every { first: at(0.0), every: quarters(stream, 16) },
                    jitter: SimDuration::ZERO,
                    missed: one_of(stream, &[Missed::Kept, Missed::Lost]),
                },
                _ => Arrivals::Poisson { rate, profile: None },
            };
            let mean = f64::from(stream.random_range(1_u32..8)) / 2.0;
            let time = if stream.random() { law(mean) } else { Distribution::constant(mean).unwrap() };
            JobClass {
                priority: stream.random_range(-1..=1),
                tenants: one_of(stream, &[1, 3]),
                deadline: maybe(stream, |s| quarters(s, 40)),
                initial_backlog: if i == 3 { stream.random_range(0..30) } else { 0 },
                via: maybe(stream, |_| DispatcherId(0)),
                fate: if with_fates { fate(stream) } else { Fate::default() },
                service: Service::plain(time),
                ..class(name, stream.random_range(0..2), arrivals)
            }
        })
        .collect();
    if with_fates {
        let probability = share(f64::from(stream.random_range(1_u32..=2)) / 2.0);
        classes[0].fate.then = vec![FollowUp { class: ClassId(1), jobs: stream.random_range(1..4), probability }];
        classes[0].fate.join =
            maybe(stream, |_| tailback::model::Join { class: ClassId(2), when: tailback::model::JoinWhen::Finished });
    }
    classes
}

fn take(stream: &mut Stream) -> Take {
    let list = if stream.random() { listed(&[0, 1]) } else { listed(&[1, 0]) };
    match stream.random_range(0..12) {
        0 | 1 => Take::Strict(list),
        2 => Take::RoundRobin(list),
        3 => Take::OldestFirst(list),
        4 => Take::Priority(list),
        5 => Take::Ageing(list, lasting(0.7)),
        6 => Take::Deadline(list),
        7 => Take::Shortest(list),
        8 => Take::TenantRoundRobin(list),
        9 => Take::QuietFirst(QuietFirst { queues: list, recent: lasting(20.0) }),
        10 => {
            let by = if stream.random() { FairBy::Tenant } else { FairBy::Class(vec![1.0, 2.0, 0.5, 1.0]) };
            Take::Fair(Fair { queues: list, by, quantum: lasting(0.3) })
        }
        _ => Take::Weighted(list.into_iter().zip([1.0, 3.0]).collect()),
    }
}

fn autoscale(stream: &mut Stream) -> Autoscale {
    let hpa = Hpa {
        target: 3.0,
        tolerance: 0.1,
        up_factor: 2.0,
        up_step: 4,
        down_share: 0.0,
        step_period: lasting(15.0),
        up_stabilisation: SimDuration::ZERO,
        down_stabilisation: lasting(30.0),
    };
    let (rule, metric, min) = match stream.random_range(0..3) {
        0 => (ScaleRule::Hpa(hpa), one_of(stream, &[ScaleMetric::Age, ScaleMetric::Depth, ScaleMetric::Work]), 1),
        1 => {
            let keda = Keda { hpa, activation: 0.0, polling: lasting(10.0), cooldown: lasting(20.0) };
            (ScaleRule::Keda(keda), ScaleMetric::DepthAndRunning, 0)
        }
        _ => {
            let steps = LatencySteps { above: 5.0, below: 1.0, add: 2, gap: lasting(10.0), calm: lasting(15.0) };
            (ScaleRule::LatencySteps(steps), ScaleMetric::Age, 0)
        }
    };
    let boot = maybe(stream, |s| if s.random() { law(6.0) } else { Distribution::constant(5.0).unwrap() });
    let lag = one_of(stream, &[SimDuration::ZERO, lasting(7.0)]);
    Autoscale { rule, metric, min, max: 8, interval: lasting(5.0), lag, boot }
}

fn restart(stream: &mut Stream) -> RollingRestart {
    RollingRestart {
        times: Some(Ticks::Every { first: at(f64::from(stream.random_range(1_u32..80))), every: lasting(40.0) }),
        takes: law(3.0),
        at_a_time: stream.random_range(1..5),
        gap: one_of(stream, &[SimDuration::ZERO, lasting(2.0)]),
    }
}

fn capacity(stream: &mut Stream, take: &Take) -> Capacity {
    let rerun = |stream: &mut Stream| one_of(stream, &[Rerun::Resume, Rerun::Restart, Rerun::Resample]);
    let breaks = |mean| Failures { after: law(mean), repair: law(7.0) };
    let sized = stream.random_range(0..5);
    let period = |start: f64| [(start, 2), (start + 40.0, 6), (start + 70.0, 0)];
    let steps = (0..3).flat_map(|count| period(100.0 * f64::from(count) - 3.0));
    let steps = steps.map(|(time, size)| (at(time.max(0.0)), size)).collect();
    let outage = |stream: &mut Stream| {
        let from = at(f64::from(stream.random_range(1_u32..120)));
        Window { from, to: from.after(lasting(20.0)) }
    };
    let redelivered = Redelivery { to: one_of(stream, &[End::Head, End::Tail]), rerun: rerun(stream) };
    let lost = stream.random_range(0..5) == 0;
    let by_urgency = matches!(take, Take::Strict(_) | Take::Priority(_));
    Capacity {
        autoscale: (sized == 1).then(|| autoscale(stream)),
        calendar: (sized == 2).then_some(Calendar { steps }),
        scale_in: maybe(stream, |s| ScaleIn::KillAfter(quarters(s, 20))).unwrap_or(ScaleIn::Drain),
        outages: maybe(stream, outage).into_iter().collect(),
        failures: (sized == 3).then(|| breaks(20.0)),
        pool_failures: maybe(stream, |_| breaks(90.0)),
        interrupted: if lost { Interrupted::Lost } else { Interrupted::Redelivered(redelivered) },
        preempt: maybe(stream, rerun).filter(|_| by_urgency),
        restart: (sized != 3 && stream.random_range(0..3) == 0).then(|| restart(stream)),
        poll: if stream.random_range(0..4) == 0 { Some(one_of(stream, &[lasting(0.5), lasting(6.0)])) } else { None },
        prefetch: None,
        speed: one_of(stream, &[1.0, 1.0, 0.5, 3.0]),
    }
}

fn pools(stream: &mut Stream) -> Vec<Pool> {
    let plain = stream.random_range(0..4) == 0;
    let mut general = pool("general", stream.random_range(1..5), take(stream));
    let second =
        if general.take.order().is_none() && stream.random() { take(stream) } else { Take::Strict(listed(&[0])) };
    let second = if second.order().is_some() { Take::Strict(listed(&[1])) } else { second };
    let mut other = pool("other", stream.random_range(1..4), second);
    if !plain {
        general.capacity = capacity(stream, &general.take);
        other.capacity = maybe(stream, |s| capacity(s, &other.take)).unwrap_or_default();
    }
    if stream.random_range(0..4) == 0 {
        general.reserve = Some(Reserve { slots: stream.random_range(1..3), queues: vec![QueueId(1)] });
    }
    vec![general, other]
}

fn limits(stream: &mut Stream) -> Vec<Limit> {
    let count = stream.random_range(0_u32..6).saturating_sub(3);
    (0..count)
        .map(|i| Limit {
            name: format!("limit-{i}"),
            queue: maybe(stream, |s| QueueId(s.random_range(0..2))),
            class: maybe(stream, |s| ClassId(s.random_range(0..4))),
            each_tenant: stream.random_range(0..3) == 0,
            pool: maybe(stream, |s| PoolId(s.random_range(0..2))),
            slots: stream.random_range(1..4),
            over: Over::Aside,
        })
        .collect()
}

fn dispatcher(stream: &mut Stream) -> Dispatcher {
    let interval = lasting(f64::from(stream.random_range(0_u32..4)));
    let crash_loop = OutageKind::CrashLoop { up: lasting(1.0), down: lasting(4.0) };
    let kinds = [OutageKind::Down, OutageKind::Idle, crash_loop, OutageKind::TwoActive];
    let outage = |s: &mut Stream, from: f64| Outage { from: at(from), to: at(from + 30.0), kind: one_of(s, &kinds) };
    let batch = maybe(stream, |s| s.random_range(1..5)).filter(|_| !interval.is_zero());
    let paced = OnReturn::Paced(Rate::per_second(0.5).unwrap());
    Dispatcher {
        name: "driver".to_owned(),
        until_empty: batch.is_some() && stream.random(),
        batch,
        order: one_of(stream, &[StagedOrder::Oldest, StagedOrder::Newest, StagedOrder::Priority]),
        outages: vec![outage(stream, 20.0), outage(stream, 80.0)],
        failures: maybe(stream, |_| Failures { after: law(60.0), repair: law(10.0) }),
        replicas: Some(3),
        failover: maybe(stream, |_| lasting(2.0)),
        on_return: one_of(stream, &[OnReturn::Flood, OnReturn::NewestFirst, OnReturn::Expire(lasting(10.0)), paced]),
        interval,
        ..Dispatcher::default()
    }
}

fn changes(stream: &mut Stream, pools: &[Pool], classes: &[JobClass]) -> Vec<Change> {
    let resizable = |pool: &Pool| pool.capacity.autoscale.is_none() && pool.capacity.failures.is_none();
    let mut effects = vec![Effect::ScaleService(ClassId(3), 2.0)];
    if resizable(&pools[0]) {
        effects.push(Effect::SetSize(PoolId(0), stream.random_range(0..8)));
    }
    if !matches!(classes[0].arrivals, Arrivals::None) {
        effects.push(Effect::ScaleRate(ClassId(0), 3.0));
    }
    if stream.random_range(0..3) == 0 {
        effects.push(Effect::Pause(ClassId(3)));
    }
    if pools[0].capacity.preempt.is_none() && stream.random_range(0..3) == 0 {
        let list = || listed(&[1, 0]);
        let weighted = Take::Weighted(vec![(QueueId(1), 2.0), (QueueId(0), 1.0)]);
        let takes = [Take::Strict(list()), Take::RoundRobin(list()), Take::TenantRoundRobin(list()), weighted];
        effects.push(Effect::SetTake(PoolId(0), one_of(stream, &takes)));
    }
    let until = one_of(stream, &[Until::Horizon, Until::Drained, Until::Time(at(90.0))]);
    let change = Change { name: "change".to_owned(), at: at(60.0), until, effects };
    maybe(stream, |_| change).into_iter().collect()
}

fn parts(stream: &mut Stream) -> ModelParts {
    let (classes, pools) = (classes(stream), pools(stream));
    let orders = [
        QueueOrder::Fifo,
        QueueOrder::Lifo,
        QueueOrder::Priority,
        QueueOrder::Random,
        QueueOrder::Deadline,
        QueueOrder::Size,
    ];
    // Without the last three, limits and the like, the engine takes the quick way.
    let kinds = if stream.random() { 3 } else { 6 };
    let order = |stream: &mut Stream| pools[0].take.order().unwrap_or(one_of(stream, &orders[..kinds]));
    let mut queues = queues(&[order(stream), order(stream)]);
    for queue in &mut queues {
        let when_full = one_of(stream, &[WhenFull::Reject, WhenFull::DropOldest]);
        queue.capacity = (stream.random_range(0..4) == 0).then(|| Room { jobs: stream.random_range(1..20), when_full });
    }
    ModelParts {
        horizon: lasting(HORIZON),
        changes: changes(stream, &pools, &classes),
        limits: limits(stream),
        dispatchers: vec![dispatcher(stream)],
        queues,
        pools,
        ..world(classes, 1)
    }
}
