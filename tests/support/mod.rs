//! Small models and an observer that writes down everything, for the tests of the engine.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test binary uses its own part of this; a test fails by panicking"
)]

use std::sync::Arc;

use tailback::distribution::Distribution;
use tailback::engine::{
    Calls, Completion, Created, Disposition, Failed, Fetched, Interruption, Leaving, Left, Observer, Place, Ready,
    Start, SystemView, UnavailableWorkers, Unfinished, simulate,
};
use tailback::model::{
    Arrivals, ClassId, DispatcherId, JobClass, Model, ModelParts, Pool, PoolId, ProviderId, Queue, QueueId, QueueOrder,
    Service, Take, Trace, TraceRow,
};
use tailback::random::ReplicationSeed;
use tailback::units::{SimDuration, SimTime};

pub const SEED: ReplicationSeed = ReplicationSeed { master: 20_200_930, replication: 0 };

pub fn at(seconds: f64) -> SimTime {
    SimTime::ZERO.after(lasting(seconds))
}

pub fn lasting(seconds: f64) -> SimDuration {
    SimDuration::from_secs_f64(seconds)
}

/// Arrivals at stated times with stated service times, both in seconds.
pub fn script(jobs: &[(f64, f64)]) -> Arrivals {
    let row = |&(time, service)| TraceRow { at: at(time), service: Some(lasting(service)), tenant: 0, row: 0 };
    Arrivals::Trace(Arc::new(Trace {
        source: "script".to_owned(),
        rows: jobs.iter().map(row).collect(),
        ..Trace::default()
    }))
}

pub fn class(name: &str, queue: u16, arrivals: Arrivals) -> JobClass {
    JobClass {
        name: name.to_owned(),
        queue: QueueId(queue),
        via: None,
        priority: 0,
        tenants: 1,
        deadline: None,
        initial_backlog: 0,
        arrivals,
        service: Service::plain(Distribution::constant(1.0).expect("a service time")),
        fate: tailback::model::Fate::default(),
    }
}

pub fn queues(orders: &[QueueOrder]) -> Vec<Queue> {
    orders.iter().enumerate().map(|(i, &order)| Queue { name: format!("queue-{i}"), order, capacity: None }).collect()
}

pub fn pool(name: &str, size: u32, take: Take) -> Pool {
    let capacity = tailback::model::Capacity::default();
    Pool { name: name.to_owned(), size, cost_per_hour: None, take, reserve: None, capacity }
}

pub fn listed(queues: &[u16]) -> Vec<QueueId> {
    queues.iter().map(|&queue| QueueId(queue)).collect()
}

/// A world of 1 000 s with one FIFO queue and one pool that serves all queues strictly; change it and call [`build`].
pub fn world(classes: Vec<JobClass>, workers: u32) -> ModelParts {
    let count = classes.iter().map(|class| class.queue.0).max().unwrap_or(0) + 1;
    let all: Vec<u16> = (0..count).collect();
    ModelParts {
        horizon: lasting(1000.0),
        classes,
        queues: queues(&vec![QueueOrder::Fifo; all.len()]),
        pools: vec![pool("workers", workers, Take::Strict(listed(&all)))],
        backlog_limit: 1_000_000,
        ..ModelParts::default()
    }
}

pub fn build(parts: ModelParts) -> Model {
    Model::new(parts).expect("the parts make a model")
}

/// Everything that was reported, in seconds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Log {
    pub step: Option<SimDuration>,
    pub created: Vec<(SimTime, Created)>,
    pub staged: Vec<(SimTime, ClassId, DispatcherId)>,
    pub ready: Vec<(SimTime, Ready)>,
    pub started: Vec<(SimTime, Start)>,
    pub fetched: Vec<(SimTime, Fetched)>,
    pub unfetched: Vec<(SimTime, Fetched, bool)>,
    pub completed: Vec<(SimTime, Completion)>,
    pub workers: Vec<(SimTime, PoolId, u32)>,
    pub absent: Vec<(SimTime, PoolId, UnavailableWorkers)>,
    pub interrupted: Vec<(SimTime, Interruption)>,
    pub restarted: Vec<(SimTime, Start)>,
    pub samples: Vec<Sample>,
    pub calls: Vec<(SimTime, ProviderId, Calls)>,
    pub unfinished: Vec<(SimTime, Unfinished)>,
    pub turned_away: Vec<(SimTime, Created, Leaving)>,
    pub failed: Vec<(SimTime, Failed)>,
    pub left: Vec<(SimTime, Left)>,
    pub duplicated: Vec<(SimTime, ClassId)>,
    pub requeued: Vec<(SimTime, ClassId, QueueId)>,
    pub withdrawn: Vec<(SimTime, ClassId, QueueId)>,
    pub repeated: Vec<(SimTime, Completion, SimDuration)>,
    /// One letter for each event, in the order of the reports.
    pub order: String,
}

/// Queue 0 and dispatcher 0 at a sample.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    pub at: SimTime,
    pub depth: u64,
    pub oldest: Option<SimTime>,
    pub staged: u64,
    pub oldest_staged: Option<SimTime>,
}

impl Observer for Log {
    fn sample_step(&self) -> Option<SimDuration> {
        self.step
    }

    fn created(&mut self, now: SimTime, job: Created) {
        self.order.push('a');
        self.created.push((now, job));
    }

    fn staged(&mut self, now: SimTime, class: ClassId, dispatcher: DispatcherId) {
        self.order.push('g');
        self.staged.push((now, class, dispatcher));
    }

    fn ready(&mut self, now: SimTime, job: Ready) {
        self.order.push('r');
        self.ready.push((now, job));
    }

    fn started(&mut self, now: SimTime, job: Start) {
        self.order.push('s');
        self.started.push((now, job));
    }

    fn fetched(&mut self, now: SimTime, job: Fetched) {
        self.order.push('h');
        self.fetched.push((now, job));
    }

    fn unfetched(&mut self, now: SimTime, job: Fetched, goes_back: bool) {
        self.order.push('u');
        self.unfetched.push((now, job, goes_back));
    }

    fn completed(&mut self, now: SimTime, job: Completion) {
        self.order.push('c');
        self.completed.push((now, job));
    }

    fn workers(&mut self, now: SimTime, pool: PoolId, available: u32) {
        self.order.push('w');
        self.workers.push((now, pool, available));
    }

    fn interrupted(&mut self, now: SimTime, job: Interruption) {
        self.order.push('i');
        self.interrupted.push((now, job));
    }

    fn absent(&mut self, now: SimTime, pool: PoolId, absent: UnavailableWorkers) {
        self.order.push('b');
        self.absent.push((now, pool, absent));
    }

    fn sample(&mut self, now: SimTime, world: &impl SystemView) {
        self.order.push('.');
        let (depth, oldest) = (world.depth(QueueId(0)), world.oldest_ready(QueueId(0)));
        let sample = Sample { at: now, depth, oldest, staged: 0, oldest_staged: None };
        let staging = self.staged.first().map(|&(_, _, dispatcher)| dispatcher);
        self.samples.push(match staging {
            None => sample,
            Some(d) => Sample { staged: world.staged_depth(d), oldest_staged: world.oldest_staged(d), ..sample },
        });
    }

    fn unfinished(&mut self, horizon: SimTime, job: Unfinished) {
        self.order.push('u');
        self.unfinished.push((horizon, job));
    }

    fn turned_away(&mut self, now: SimTime, job: Created, reason: Leaving) {
        self.order.push('t');
        self.turned_away.push((now, job, reason));
    }

    fn restarted(&mut self, now: SimTime, job: Start) {
        self.order.push('S');
        self.restarted.push((now, job));
    }

    fn failed(&mut self, now: SimTime, job: Failed) {
        self.order.push('f');
        self.failed.push((now, job));
    }

    fn requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.order.push('q');
        self.requeued.push((now, class, queue));
    }

    fn retried(&mut self, _now: SimTime, _class: ClassId) {
        self.order.push('y');
    }

    fn calls(&mut self, now: SimTime, provider: ProviderId, calls: Calls) {
        self.calls.push((now, provider, calls));
    }

    fn duplicated(&mut self, now: SimTime, class: ClassId) {
        self.order.push('d');
        self.duplicated.push((now, class));
    }

    fn withdrawn(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.order.push('W');
        self.withdrawn.push((now, class, queue));
    }

    fn repeated(&mut self, now: SimTime, job: Completion, took: SimDuration) {
        self.order.push('C');
        self.repeated.push((now, job, took));
    }

    fn left(&mut self, now: SimTime, job: Left) {
        self.order.push('l');
        self.left.push((now, job));
    }
}

impl Log {
    pub fn of(parts: ModelParts) -> Self {
        Self::of_model(&build(parts))
    }

    pub fn of_model(model: &Model) -> Self {
        let mut log = Self::default();
        simulate(model, SEED, &mut log).expect("the backlog is below its limit");
        log
    }

    pub fn sampled(parts: ModelParts, step: f64) -> Self {
        let mut log = Self { step: Some(lasting(step)), ..Self::default() };
        simulate(&build(parts), SEED, &mut log).expect("the backlog is below its limit");
        log
    }

    /// (class, created, start) of each start in seconds, in the order of the starts.
    pub fn starts(&self) -> Vec<(u16, f64, f64)> {
        let row = |&(now, job): &(SimTime, Start)| (job.class.0, job.created.as_secs_f64(), now.as_secs_f64());
        self.started.iter().map(row).collect()
    }

    /// (class, created, finish) of each completion in seconds, in the order of the completions.
    pub fn finishes(&self) -> Vec<(u16, f64, f64)> {
        let row = |&(now, job): &(SimTime, Completion)| (job.class.0, job.created.as_secs_f64(), now.as_secs_f64());
        self.completed.iter().map(row).collect()
    }

    /// (created, ready) of each job in seconds, in the order in which they became ready.
    pub fn readies(&self) -> Vec<(f64, f64)> {
        self.ready.iter().map(|(now, job)| (job.created.as_secs_f64(), now.as_secs_f64())).collect()
    }

    /// (time in seconds, workers) of pool 0.
    pub fn sizes(&self) -> Vec<(f64, u32)> {
        let of_first = self.workers.iter().filter(|(_, pool, _)| *pool == PoolId(0));
        of_first.map(|&(now, _, available)| (now.as_secs_f64(), available)).collect()
    }

    /// (created, start) of each further attempt in seconds.
    pub fn restarts(&self) -> Vec<(f64, f64)> {
        self.restarted.iter().map(|(now, job)| (job.created.as_secs_f64(), now.as_secs_f64())).collect()
    }

    /// (created, end, killed, what follows) of each attempt that did not finish its job.
    pub fn failures(&self) -> Vec<(f64, f64, bool, Disposition)> {
        let row =
            |(now, job): &(SimTime, Failed)| (job.created.as_secs_f64(), now.as_secs_f64(), job.timed_out, job.then);
        self.failed.iter().map(row).collect()
    }

    /// (created, when, why) of each job that left.
    pub fn leavings(&self) -> Vec<(f64, f64, Leaving)> {
        self.left.iter().map(|(now, job)| (job.created.as_secs_f64(), now.as_secs_f64(), job.reason)).collect()
    }

    /// (time in seconds, workers that boot) of pool 0.
    pub fn absences(&self) -> Vec<(f64, u32)> {
        let of_first = self.absent.iter().filter(|(_, pool, _)| *pool == PoolId(0));
        of_first.map(|&(now, _, absent)| (now.as_secs_f64(), absent.booting)).collect()
    }

    /// (time in seconds, workers that are down) of pool 0.
    pub fn downs(&self) -> Vec<(f64, u32)> {
        let of_first = self.absent.iter().filter(|(_, pool, _)| *pool == PoolId(0));
        of_first.map(|&(now, _, absent)| (now.as_secs_f64(), absent.down)).collect()
    }

    pub fn places(&self) -> Vec<Place> {
        self.unfinished.iter().map(|(_, job)| job.place).collect()
    }
}
