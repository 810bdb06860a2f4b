//! What else can become of a job than being finished: exact theory, and properties over random scenarios of all of it.

use crate::support::{at, build, class, lasting, world};
use rand::RngExt;
use rayon::prelude::*;
use tailback::distribution::Distribution;
use tailback::engine::{
    Calls, Completion, Created, Disposition, Failed, Leaving, Left, Observer, Place, Ready, Start, SystemView,
    Unfinished, simulate,
};
use tailback::model::{
    Arrivals, Backoff, Balk, CallRate, ClassId, Crowding, Dispatcher, DispatcherId, Failure, Fate, FollowUp, JobClass,
    ModelParts, OnReturn, Outage, Provider, ProviderId, QueueId, QueueOrder, Retry, Room, Service, Trouble, Warmup,
    WhenFull,
};
use tailback::random::{ReplicationSeed, Stream};
use tailback::stats::Estimate;
use tailback::theory::{ErlangA, Mmck, erlang_b};
use tailback::units::{Rate, Share, SimDuration, SimTime};

fn share(share: f64) -> Share {
    Share::new(share).unwrap()
}

fn exponential(mean: f64) -> Distribution {
    Distribution::exponential(mean).unwrap()
}

fn poisson(rate: f64) -> Arrivals {
    Arrivals::Poisson { rate: Rate::per_second(rate).unwrap(), profile: None }
}

/// An account of every job and every place, in which nothing may get lost.
#[derive(Clone, PartialEq, Debug, Default)]
struct Ledger {
    workers: i64,
    step: Option<SimDuration>,
    warm: SimTime,
    created: i64,
    attempts: i64,
    finished: i64,
    unfinished: i64,
    dead: i64,
    turned_away: i64,
    abandoned: i64,
    left: i64,
    staged: i64,
    ready: i64,
    running: i64,
    retrying: i64,
    waits: f64,
    started: i64,
    /// Worker-seconds.
    busy: f64,
    /// Those that wait for each of two providers, and call it.
    calls: [Calls; 2],
}

impl Ledger {
    fn start(&mut self, now: SimTime, job: &Start) {
        self.attempts += 1;
        self.ready -= 1;
        self.running += 1;
        self.busy += job.finish.since(now).as_secs_f64();
        assert!(self.ready >= 0 && self.running <= self.workers, "{self:?}");
    }

    fn is_balanced(&self) -> bool {
        self.created == self.finished + self.unfinished + self.dead + self.turned_away + self.left
    }
}

impl Observer for Ledger {
    fn sample_step(&self) -> Option<SimDuration> {
        self.step
    }

    fn created(&mut self, now: SimTime, _job: Created) {
        self.created += i64::from(now >= self.warm);
    }

    fn turned_away(&mut self, now: SimTime, _job: Created, _reason: Leaving) {
        self.created += i64::from(now >= self.warm);
        self.turned_away += i64::from(now >= self.warm);
    }

    fn staged(&mut self, _now: SimTime, _class: ClassId, _dispatcher: DispatcherId) {
        self.staged += 1;
    }

    fn ready(&mut self, _now: SimTime, job: Ready) {
        self.ready += 1;
        self.staged -= i64::from(job.staged.is_some());
    }

    fn started(&mut self, now: SimTime, job: Start) {
        self.start(now, &job);
        if job.created >= self.warm {
            self.waits += now.since(job.created).as_secs_f64();
            self.started += 1;
        }
    }

    fn restarted(&mut self, now: SimTime, job: Start) {
        self.start(now, &job);
    }

    fn completed(&mut self, _now: SimTime, _job: Completion) {
        self.running -= 1;
        self.finished += 1;
    }

    fn repeated(&mut self, _now: SimTime, _job: Completion, _took: SimDuration) {
        self.running -= 1;
    }

    fn failed(&mut self, _now: SimTime, job: Failed) {
        self.running -= 1;
        self.retrying += i64::from(job.then == Disposition::Retry);
        self.dead += i64::from(job.then == Disposition::Dead);
    }

    fn retried(&mut self, _now: SimTime, _class: ClassId) {
        self.retrying -= 1;
    }

    fn withdrawn(&mut self, _now: SimTime, _class: ClassId, _queue: QueueId) {
        self.ready -= 1;
    }

    fn left(&mut self, _now: SimTime, job: Left) {
        self.left += 1;
        self.abandoned += i64::from(job.reason == Leaving::Abandoned && job.created >= self.warm);
        *match job.place {
            Place::Staged(_) => &mut self.staged,
            Place::Ready { .. } => &mut self.ready,
            Place::Retrying => &mut self.retrying,
            Place::Running(_) => panic!("a job left its worker"),
        } -= 1;
    }

    fn calls(&mut self, _now: SimTime, provider: ProviderId, calls: Calls) {
        self.calls[provider.index()] = calls;
    }

    fn sample(&mut self, _now: SimTime, world: &impl SystemView) {
        let held: u32 = self.calls.iter().map(|calls| calls.waiting + calls.busy).sum();
        assert!(i64::from(held) <= self.running, "a call without a worker: {self:?}");
        assert_eq!(world.depth(QueueId(0)) as i64, self.ready);
        assert!(self.ready == 0 || self.running == self.workers, "an idle worker beside a job that is ready: {self:?}");
        assert_eq!(world.oldest_ready(QueueId(0)).is_some(), self.ready > 0);
    }

    fn unfinished(&mut self, _horizon: SimTime, _job: Unfinished) {
        self.unfinished += 1;
    }
}

// ---- Exact theory ----

/// Ledgers of 30 replications of one Poisson class of unit exponential jobs; what is created in the first tenth does not count.
fn replicate(rate: f64, workers: u32, (fate, capacity): (Fate, Option<Room>)) -> Vec<Ledger> {
    let service = Service::plain(exponential(1.0));
    let jobs = JobClass { fate, service, ..class("jobs", 0, poisson(rate)) };
    let horizon = 150_000.0 / rate;
    let mut parts = ModelParts { horizon: lasting(horizon), ..world(vec![jobs], workers) };
    parts.queues[0].capacity = capacity;
    let model = build(parts);
    let run = |replication| {
        let mut ledger = Ledger { workers: i64::from(workers), warm: at(horizon / 10.0), ..Ledger::default() };
        simulate(&model, ReplicationSeed { master: 77, replication }, &mut ledger).unwrap();
        ledger
    };
    (0..30).into_par_iter().map(run).collect()
}

#[track_caller]
fn assert_contains(what: &str, ledgers: &[Ledger], figure: impl Fn(&Ledger) -> f64, exact: f64) {
    let estimate = Estimate::of(&ledgers.iter().map(figure).collect::<Vec<_>>(), 0.999).unwrap();
    let half_width = estimate.half_width().unwrap();
    assert!((estimate.mean - exact).abs() <= half_width, "{what}: {} +- {half_width}, exact {exact}", estimate.mean);
    assert!(half_width < 0.03 * exact, "{what}: {exact} +- {half_width} is too wide");
}

fn of_created(count: i64, ledger: &Ledger) -> f64 {
    count as f64 / ledger.created as f64
}

#[test]
fn a_finite_queue_rejects_and_delays_as_theory_says() {
    for (rate, workers, room) in [(2.0, 1, 4), (15.0, 10, 10), (9.0, 10, 5)] {
        let full = Room { jobs: u64::from(room), when_full: WhenFull::Reject };
        let ledgers = replicate(rate, workers, (Fate::default(), Some(full)));
        let exact = Mmck { arrival_rate: rate, mean_service: 1.0, workers, room };
        assert_contains("rejected", &ledgers, |l| of_created(l.turned_away, l), exact.share_rejected());
        assert_contains("wait", &ledgers, |l| l.waits / l.started as f64, exact.mean_wait());
    }
}

#[test]
fn without_room_the_loss_is_that_of_erlang() {
    let full = Room { jobs: 0, when_full: WhenFull::Reject };
    let ledgers = replicate(8.0, 10, (Fate::default(), Some(full)));
    assert_contains("lost", &ledgers, |l| of_created(l.turned_away, l), erlang_b(8.0, 10));
}

#[test]
fn balking_above_a_length_is_a_finite_queue() {
    let balk = Some(Balk { above: 3, probability: share(1.0) });
    let ledgers = replicate(2.0, 1, (Fate { balk, ..Fate::default() }, None));
    let exact = Mmck { arrival_rate: 2.0, mean_service: 1.0, workers: 1, room: 4 };
    assert_contains("balked", &ledgers, |l| of_created(l.turned_away, l), exact.share_rejected());
}

#[test]
fn impatient_users_give_up_and_wait_as_erlang_a_says() {
    for (rate, workers, patience) in [(10.0, 12, 5.0), (20.0, 20, 1.0), (25.0, 20, 2.0)] {
        let fate = Fate { patience: Some(exponential(patience)), ..Fate::default() };
        let ledgers = replicate(rate, workers, (fate, None));
        let exact = ErlangA { arrival_rate: rate, mean_service: 1.0, workers, mean_patience: patience };
        assert_contains("abandoned", &ledgers, |l| of_created(l.abandoned, l), exact.share_abandoned());
        assert_contains("wait", &ledgers, |l| l.waits / l.started as f64, exact.mean_wait_served());
    }
}

#[test]
fn retries_multiply_the_load_by_one_over_the_share_that_succeeds() {
    for p in [0.1, 0.5] {
        let failure = Some(Failure { probability: share(p), after: share(1.0) });
        let retry = Some(Retry { backoff: Backoff::Constant(lasting(0.5)), most: 1_000 });
        let ledgers = replicate(2.0, 10, (Fate { failure, retry, ..Fate::default() }, None));
        let horizon = 75_000.0;
        assert_contains("load", &ledgers, |l| l.busy / horizon, 2.0 / (1.0 - p));
        assert_contains("attempts", &ledgers, |l| l.attempts as f64 / (2.0 * horizon), 1.0 / (1.0 - p));
    }
}

#[test]
fn retries_that_are_limited_multiply_the_load_by_a_finite_geometric_sum() {
    let failure = Some(Failure { probability: share(0.5), after: share(1.0) });
    let retry = Some(Retry { backoff: Backoff::Constant(lasting(0.5)), most: 2 });
    let ledgers = replicate(2.0, 10, (Fate { failure, retry, ..Fate::default() }, None));
    assert_contains("attempts", &ledgers, |l| l.attempts as f64 / 150_000.0, 1.75);
    assert_contains("dead", &ledgers, |l| l.dead as f64 / 150_000.0, 0.125);
}

// ---- Properties over random scenarios ----

fn maybe<T>(stream: &mut Stream, value: impl FnOnce(&mut Stream) -> T) -> Option<T> {
    stream.random::<bool>().then(|| value(stream))
}

fn random_fate(stream: &mut Stream) -> Fate {
    let time = |stream: &mut Stream| lasting(f64::from(stream.random_range(1_u32..40)) / 4.0);
    let chance = |stream: &mut Stream| share(f64::from(stream.random_range(1_u32..=4)) / 4.0);
    let backoffs = [
        Backoff::Constant(SimDuration::ZERO),
        Backoff::Constant(lasting(2.0)),
        Backoff::River,
        Backoff::Sqs(lasting(3.0)),
        Backoff::Celery { factor: 1.0, most: lasting(8.0) },
    ];
    Fate {
        provider: None,
        timeout: maybe(stream, time),
        failure: maybe(stream, |s| Failure { probability: chance(s), after: chance(s) }),
        retry: maybe(stream, |s| Retry { backoff: backoffs[s.random_range(0..5)], most: s.random_range(0..4) }),
        expire: maybe(stream, time),
        patience: maybe(stream, |s| exponential(f64::from(s.random_range(1_u32..10)))),
        balk: maybe(stream, |s| Balk { above: s.random_range(0..20), probability: chance(s) }),
        then: Vec::new(),
        join: None,
        visibility_timeout: maybe(stream, time),
    }
}

/// Four classes in one queue, of which the first is followed by the others; half of its jobs come through a dispatcher.
fn random_world(stream: &mut Stream) -> ModelParts {
    let mut classes: Vec<JobClass> = ["first", "part", "summary", "other"]
        .iter()
        .map(|name| {
            let service = Service::plain(exponential(f64::from(stream.random_range(1_u32..8)) / 2.0));
            let arrivals = if *name == "summary" { Arrivals::None } else { poisson(stream.random_range(0.1..1.5)) };
            JobClass { fate: random_fate(stream), service, ..class(name, 0, arrivals) }
        })
        .collect();
    for (i, class) in classes.iter_mut().enumerate() {
        class.priority = stream.random_range(-1..=1);
        class.initial_backlog = if i == 3 { stream.random_range(0..30) } else { 0 };
        class.via = maybe(stream, |_| DispatcherId(0));
    }
    let chance = stream.random_range(1_u32..=2);
    let follow_up =
        FollowUp { class: ClassId(1), jobs: stream.random_range(1..4), probability: share(f64::from(chance) / 2.0) };
    classes[0].fate.then = vec![follow_up];
    classes[0].fate.join =
        maybe(stream, |_| tailback::model::Join { class: ClassId(2), when: tailback::model::JoinWhen::Finished });
    let mut parts = ModelParts { horizon: lasting(300.0), ..world(classes, stream.random_range(1..6)) };
    parts.queues[0].order = [QueueOrder::Fifo, QueueOrder::Lifo, QueueOrder::Priority][stream.random_range(0..3)];
    let when_full = if stream.random() { WhenFull::Reject } else { WhenFull::DropOldest };
    parts.queues[0].capacity = maybe(stream, |s| Room { jobs: s.random_range(1..20), when_full });
    parts.dispatchers = vec![Dispatcher {
        name: "driver".to_owned(),
        interval: lasting(f64::from(stream.random_range(0_u32..4))),
        outages: vec![Outage::down(at(50.0), at(90.0))],
        on_return: if stream.random() { OnReturn::Flood } else { OnReturn::NewestFirst },
        ..Dispatcher::default()
    }];
    parts
}

/// Up to a cap, a rate, a slowdown and a window in which it is slow, fails or hangs.
fn random_provider(stream: &mut Stream, name: &str) -> Provider {
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
fn random(seed: u32) -> (ModelParts, ReplicationSeed) {
    let seed = ReplicationSeed { master: 4711, replication: seed };
    let mut parts = random_world(&mut seed.stream("world"));
    let stream = &mut seed.stream("providers");
    if stream.random() {
        parts.providers = ["one", "two"].map(|name| random_provider(stream, name)).into();
        for class in &mut parts.classes {
            class.fate.provider = maybe(stream, |s| ProviderId(s.random_range(0..2)));
        }
    }
    (parts, seed)
}

fn ledger(parts: ModelParts, seed: ReplicationSeed) -> Ledger {
    let workers = i64::from(parts.pools[0].size);
    let mut ledger = Ledger { workers, step: Some(lasting(1.0)), ..Ledger::default() };
    simulate(&build(parts), seed, &mut ledger).unwrap();
    ledger
}

#[test]
fn every_job_is_finished_or_accounted_for_in_every_scenario() {
    let check = |seed| {
        let (parts, seed) = random(seed);
        let ledger = ledger(parts.clone(), seed);
        assert!(ledger.is_balanced(), "{ledger:?} of {parts:?}");
        assert!(ledger.retrying >= 0 && ledger.staged >= 0, "{ledger:?}");
        (ledger.turned_away > 0, ledger.dead > 0, ledger.left > 0, ledger.unfinished > 0)
    };
    let seen: Vec<_> = (0..600).into_par_iter().map(check).collect();
    let count = |select: fn(&(bool, bool, bool, bool)) -> bool| seen.iter().filter(|row| select(row)).count();
    let counts = [count(|row| row.0), count(|row| row.1), count(|row| row.2), count(|row| row.3)];
    assert!(counts.iter().all(|&count| count > 100), "the scenarios show too little: {counts:?}");
}

#[test]
fn the_same_seed_gives_the_same_account() {
    for seed in 0..20 {
        let ((parts, replication), again) = (random(seed), random(seed));
        assert_eq!(ledger(parts, replication), ledger(again.0, again.1));
    }
}

#[test]
fn the_figures_of_a_run_account_for_every_job_and_the_backlog_ends_empty() {
    use std::collections::BTreeMap;
    use tailback::experiment::{ScopeKind, run};
    use tailback::model::{DesignPoint, Settings, Study};
    let mut worked_off = 0;
    for seed in 0..30 {
        let (mut parts, _) = random(seed);
        // Nothing comes after a while, so that the backlog is worked off before the horizon.
        parts.horizon = lasting(3_000.0);
        for class in &mut parts.classes {
            class.arrivals = match class.arrivals {
                Arrivals::None => Arrivals::None,
                _ => Arrivals::Burst {
                    jobs: 100,
                    from: SimTime::ZERO,
                    over: lasting(100.0),
                    spacing: tailback::model::Spacing::Random,
                },
            };
        }
        let point = DesignPoint {
            alternative: "base".to_owned(),
            title: String::new(),
            sweep: vec![],
            model: build(parts),
            objectives: vec![],
            differences: BTreeMap::new(),
        };
        let settings = Settings {
            replications: 2,
            precision: None,
            seed: u64::from(seed),
            confidence: share(0.95),
            curve_step: lasting(10.0),
            warmup: Warmup::NONE,
            clock: None,
        };
        let study = Study {
            name: String::new(),
            title: String::new(),
            question: None,
            source: None,
            settings,
            axes: vec![],
            is_grid: false,
            points: vec![point],
        };
        let results = run(&study, &|_| ()).unwrap();
        let figure = |name: &str| {
            let all =
                |m: &&tailback::experiment::MetricResult| m.scope.kind == ScopeKind::All && m.metric.name() == name;
            results.points[0].metrics.iter().find(all).and_then(|m| m.estimate).map_or(0.0, |estimate| estimate.mean)
        };
        let ends = ["finished", "unfinished", "dead", "rejected", "balked", "dropped", "expired", "abandoned"];
        let sum: f64 = ends.iter().map(|name| figure(name)).sum();
        assert!((figure("created") - sum).abs() < 1e-9, "{} created, {sum} accounted for", figure("created"));
        let last = |name: &str| {
            let curve =
                results.points[0].curves.iter().find(|c| c.scope.kind == ScopeKind::All && c.metric.name() == name);
            curve.and_then(|curve| *curve.mean.last().unwrap()).unwrap_or_default()
        };
        let levels = ["staged", "ready", "running", "retrying"].map(last);
        // Copies of slow jobs can keep all workers busy for good.
        if figure("duplicates") == 0.0 {
            assert_eq!(levels, [0.0; 4], "seed {seed}");
            worked_off += 1;
        }
        assert!(levels.iter().all(|&level| level >= 0.0), "seed {seed}: {levels:?}");
    }
    assert!(worked_off >= 5, "{worked_off}");
}
