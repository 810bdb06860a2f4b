//! Workers that take jobs in advance: timelines worked out by hand, and the exact value that theory has.

use crate::support::{Log, at, build, class, lasting, script, world};
use rayon::prelude::*;
use tailback::distribution::Distribution;
use tailback::engine::{Leaving, Observer, Place, Start, simulate};
use tailback::model::{
    Arrivals, Change, Effect, Failures, JobClass, Limit, ModelParts, Over, PoolId, Prefetch, QueueId, QueueOrder,
    Service, Until, Window,
};
use tailback::random::ReplicationSeed;
use tailback::stats::Estimate;
use tailback::units::{Rate, SimTime};

/// One class, and workers each of which is a process that holds one job.
fn one_by_one(jobs: &[(f64, f64)], workers: u32) -> ModelParts {
    with(Prefetch { slots: 1, per_slot: 1 }, jobs, workers)
}

fn with(prefetch: Prefetch, jobs: &[(f64, f64)], workers: u32) -> ModelParts {
    let mut parts = world(vec![class("mail", 0, script(jobs))], workers);
    parts.pools[0].capacity.prefetch = Some(prefetch);
    parts
}

/// (created, start) in the order of the starts.
fn starts(parts: ModelParts) -> Vec<(f64, f64)> {
    Log::of(parts).starts().iter().map(|&(_, created, start)| (created, start)).collect()
}

#[test]
fn processes_take_turns_and_a_job_waits_behind_a_long_one_beside_an_idle_worker() {
    // The first process gets the jobs of 0 and 3, the second those of 1 and 4; when the first is full, the second gets that of 4.5, and
    // takes that of 4.75 when it has room again.
    let jobs = [(0.0, 10.0), (1.0, 1.0), (3.0, 1.0), (4.0, 1.0), (4.5, 1.0), (4.75, 1.0)];
    let expected = [(0.0, 0.0), (1.0, 1.0), (4.0, 4.0), (4.5, 5.0), (4.75, 6.0), (3.0, 10.0)];
    assert_eq!(starts(one_by_one(&jobs, 2)), expected);
}

#[test]
fn what_is_taken_in_advance_is_neither_in_the_queue_nor_passed_by_what_is_more_urgent() {
    let low = JobClass { priority: 1, ..class("low", 0, script(&[(0.0, 10.0), (1.0, 1.0), (2.0, 1.0)])) };
    let mut parts = one_by_one(&[], 1);
    parts.classes = vec![low, class("urgent", 0, script(&[(3.0, 1.0)]))];
    parts.queues[0].order = QueueOrder::Priority;
    let log = Log::sampled(ModelParts { horizon: lasting(20.0), ..parts }, 5.0);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 1.0, 10.0), (1, 3.0, 11.0), (0, 2.0, 12.0)]);
    assert_eq!((log.samples[0].depth, log.samples[0].oldest), (2, Some(at(2.0))), "the job of 1 s is held");
    let held: Vec<_> = log.fetched.iter().map(|(now, _)| now.as_secs_f64()).collect();
    assert_eq!(held, [1.0, 10.0, 11.0]);
}

#[test]
fn idle_workers_of_a_process_start_what_it_holds_in_the_order_in_which_it_was_taken() {
    // Two processes of two workers: jobs go to them in turn.
    let jobs = [(0.0, 4.0), (0.0, 1.0), (0.0, 5.0), (0.0, 9.0), (1.0, 1.0), (1.5, 2.0), (2.0, 1.0)];
    let prefetch = Prefetch { slots: 2, per_slot: 2 };
    // The second process has an idle worker from 1 s on, but the turns of 1 s and 2 s are those of the first, which is busy until 4 s.
    let expected = [0.0, 0.0, 0.0, 0.0, 1.5, 4.0, 5.0];
    let found: Vec<_> = starts(with(prefetch, &jobs, 4)).iter().map(|&(_, start)| start).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_process_that_leaves_gives_back_what_it_holds_to_the_head_of_the_queue() {
    // The second process leaves at 5 s: what it holds goes back before the job of 4 s, and keeps its time.
    let jobs = [(0.0, 10.0), (0.0, 20.0), (1.0, 1.0), (2.0, 1.0), (4.0, 1.0)];
    let mut parts = one_by_one(&jobs, 2);
    let effects = vec![Effect::SetSize(PoolId(0), 1)];
    parts.changes = vec![Change { name: "fewer".to_owned(), at: at(5.0), until: Until::Horizon, effects }];
    let log = Log::of(parts);
    let found: Vec<_> = log.started.iter().map(|(now, job)| (job.ready.as_secs_f64(), now.as_secs_f64())).collect();
    assert_eq!(found, [(0.0, 0.0), (0.0, 0.0), (1.0, 10.0), (2.0, 11.0), (4.0, 12.0)]);
    assert_eq!(log.unfetched.iter().filter(|(now, _, goes_back)| *goes_back && *now == at(5.0)).count(), 1);
    // The leaving worker finishes its job first.
    assert_eq!(log.sizes(), [(0.0, 2), (20.0, 1)]);
}

#[test]
fn an_outage_gives_back_what_the_pool_holds_and_runs_again_what_it_ran() {
    let mut parts = one_by_one(&[(0.0, 10.0), (1.0, 1.0)], 1);
    parts.pools[0].capacity.outages = vec![Window { from: at(4.0), to: at(6.0) }];
    let log = Log::of(parts);
    assert_eq!(log.restarts(), [(0.0, 6.0)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 1.0, 16.0)]);
}

#[test]
fn the_worker_that_breaks_down_takes_its_process_with_it_when_it_is_the_last_one() {
    let mut parts = one_by_one(&[(0.0, 1000.0), (0.5, 1.0)], 1);
    let (after, repair) = (Distribution::constant(100.0).unwrap(), Distribution::constant(10.0).unwrap());
    parts.pools[0].capacity.failures = Some(Failures { after, repair });
    parts.horizon = lasting(105.0);
    let log = Log::of(parts);
    assert_eq!(log.unfetched.iter().map(|(now, ..)| *now).collect::<Vec<_>>(), [at(100.0)]);
    assert_eq!(log.places().len(), 2);
    assert!(log.places().contains(&Place::Ready { queue: QueueId(0), ready: at(0.5) }), "{:?}", log.places());
}

#[test]
fn a_held_job_leaves_when_it_is_too_old_and_its_room_is_used() {
    let mut parts = one_by_one(&[(0.0, 10.0), (1.0, 1.0), (6.0, 1.0)], 1);
    parts.classes[0].fate.expire = Some(lasting(7.0));
    let log = Log::of(parts);
    assert_eq!(log.leavings(), [(1.0, 8.0, Leaving::Expired)]);
    assert_eq!(log.fetched.iter().map(|(now, _)| *now).collect::<Vec<_>>(), [at(1.0), at(8.0)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 6.0, 10.0)]);
}

#[test]
fn a_held_job_counts_for_limits() {
    let mut parts = one_by_one(&[(0.0, 10.0), (1.0, 20.0), (2.0, 1.0), (3.0, 1.0)], 2);
    let limit = |slots| Limit {
        name: "l".to_owned(),
        queue: None,
        class: None,
        each_tenant: false,
        pool: None,
        slots,
        over: Over::Aside,
    };
    let mut held = |slots| {
        parts.limits = vec![limit(slots)];
        Log::of(parts.clone()).fetched.iter().map(|(now, _)| now.as_secs_f64()).collect::<Vec<_>>()
    };
    assert_eq!(held(4), [2.0, 3.0]);
    // At 10 s the first job is finished, and the second process takes that of 3 s in its turn.
    assert_eq!(held(3), [2.0, 10.0]);
    assert_eq!(held(1), [0.0; 0]);
}

#[derive(Default)]
struct Waits {
    sum: f64,
    jobs: u32,
}

impl Observer for Waits {
    fn started(&mut self, now: SimTime, job: Start) {
        self.sum += now.since(job.ready).as_secs_f64();
        self.jobs += 1;
    }
}

#[test]
fn two_processes_that_take_turns_without_end_are_two_single_workers_with_erlang_arrivals() {
    // GI/M/1 (Kleinrock, Queueing Systems I, 6.4): with s the root of s = A*(m - m s), the mean wait is s / (m (1 - s)). Every second
    // arrival of 1.6/s is an Erlang-2 interarrival time of two stages at 1.6/s, and m is 1/s.
    let root = (0..200).fold(0.5_f64, |s, _| (1.6 / (1.6 + 1.0 - s)).powi(2));
    let exact = root / (1.0 - root);
    let rate = Rate::per_second(1.6).unwrap();
    let jobs = JobClass {
        service: Service::plain(Distribution::exponential(1.0).unwrap()),
        ..class("mail", 0, Arrivals::Poisson { rate, profile: None })
    };
    let mut parts = world(vec![jobs], 2);
    parts.pools[0].capacity.prefetch = Some(Prefetch { slots: 1, per_slot: 1_000_000 });
    parts.horizon = lasting(40_000.0);
    let model = build(parts);
    let mean = |replication| {
        let mut waits = Waits::default();
        simulate(&model, ReplicationSeed { master: 11, replication }, &mut waits).unwrap();
        waits.sum / f64::from(waits.jobs)
    };
    let found = Estimate::of(&(0..60).into_par_iter().map(mean).collect::<Vec<_>>(), 0.999).unwrap();
    assert!((found.mean - exact).abs() < found.half_width().unwrap(), "{found:?}, exact {exact}");
    assert!(found.half_width().unwrap() < 0.04 * exact, "{found:?}");
}
