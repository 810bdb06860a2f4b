//! Timelines worked out by hand, exact, simultaneous events included.

use crate::support::{self, Log, at, class, lasting, listed, pool, queues, script, world};
use serde_json::Value;
use tailback::distribution::Distribution;
use tailback::engine::{Place, simulate};
use tailback::model::{
    Change, ClassId, Dispatcher, DispatcherId, Effect, JobClass, ModelParts, OnReturn, Outage, PoolId, QueueId,
    QueueOrder, Restart, Take, Ticks, Until,
};
use tailback::units::{Rate, Share, SimDuration, SimTime};

// ---- The tiny cases solved by hand ----

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Start and finish of every job, in the order of the jobs of the case.
fn simulate_case(case: &Value) -> (Vec<f64>, Vec<f64>) {
    let jobs: Vec<_> = case["jobs"].as_array().unwrap().iter().map(numbers).collect();
    let class_of = |job: &Vec<f64>| job.get(2).map_or(0, |class| *class as u16 - 1);
    let classes = (0..2).map(|id| {
        let own = jobs.iter().filter(|job| class_of(job) == id).map(|job| (job[0], job[1])).collect::<Vec<_>>();
        class(&format!("class-{id}"), id, script(&own))
    });
    let mut parts = world(classes.collect(), case["c"].as_u64().unwrap_or(1) as u32);
    if let Some(schedule) = case["schedule"].as_array() {
        let steps: Vec<_> = schedule.iter().map(numbers).collect();
        parts.pools[0].size = steps[0][1] as u32;
        parts.changes = steps[1..].iter().map(|step| set_size(step[0], Until::Horizon, step[1] as u32)).collect();
    }
    let log = Log::of(parts);
    // Jobs of one class start in the order of their creation, so the n-th start of a class is its n-th job.
    let mut starts = [0, 1].map(|id| log.started.iter().filter(move |(_, job)| job.class.0 == id));
    let rows = jobs.iter().map(|job| {
        let (now, start) = starts[usize::from(class_of(job))].next().unwrap();
        assert_eq!(start.created, at(job[0]));
        (now.as_secs_f64(), start.finish.as_secs_f64())
    });
    rows.unzip()
}

#[test]
fn the_tiny_cases_solved_by_hand_come_out_exactly() {
    let cases: Value = serde_json::from_str(include_str!("../data/mini-traces.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let (starts, finishes) = simulate_case(case);
        assert_eq!(starts, numbers(&case["start"]), "starts of {}", case["name"]);
        assert_eq!(finishes, numbers(&case["finish"]), "finishes of {}", case["name"]);
    }
}

// ---- Policies and orders ----

/// One worker is busy until 10 with the first job of class 0; meanwhile jobs of 1 s arrive in three queues.
fn three_queues(take: Take) -> ModelParts {
    let a = class("a", 0, script(&[(0.0, 10.0), (5.0, 1.0), (6.0, 1.0)]));
    let b = class("b", 1, script(&[(2.0, 1.0), (3.0, 1.0)]));
    let c = class("c", 2, script(&[(1.0, 1.0), (4.0, 1.0)]));
    ModelParts { pools: vec![pool("workers", 1, take)], ..world(vec![a, b, c], 1) }
}

/// Classes and creation times in the order in which the jobs are started, without the first.
fn served(take: Take) -> Vec<(u16, f64)> {
    let log = Log::of(three_queues(take));
    log.starts()[1..].iter().map(|&(class, created, _)| (class, created)).collect()
}

#[test]
fn strict_serves_the_first_queue_that_is_not_empty() {
    let order = served(Take::Strict(listed(&[1, 0, 2])));
    assert_eq!(order, [(1, 2.0), (1, 3.0), (0, 5.0), (0, 6.0), (2, 1.0), (2, 4.0)]);
}

#[test]
fn round_robin_sends_the_queue_just_served_to_the_end() {
    // The job at 0 was served from queue 0, which then stood at the end: 1, 2, 0.
    let order = served(Take::RoundRobin(listed(&[0, 1, 2])));
    assert_eq!(order, [(1, 2.0), (2, 1.0), (0, 5.0), (1, 3.0), (2, 4.0), (0, 6.0)]);
}

#[test]
fn round_robin_keeps_the_place_of_a_queue_that_was_skipped_while_empty() {
    // Queue 0 first serves the long job and goes to the end; queue 1 is empty when queue 2 is served, so it stays before it.
    let a = class("a", 0, script(&[(0.0, 10.0), (1.0, 1.0)]));
    let b = class("b", 1, script(&[(10.5, 1.0)]));
    let c = class("c", 2, script(&[(2.0, 1.0), (3.0, 1.0)]));
    let take = Take::RoundRobin(listed(&[0, 1, 2]));
    let log = Log::of(ModelParts { pools: vec![pool("workers", 1, take)], ..world(vec![a, b, c], 1) });
    let classes: Vec<_> = log.starts().iter().map(|start| start.0).collect();
    // At 10: order 1, 2, 0, queue 1 empty, serve 2 -> 1, 0, 2. At 11: serve 1 -> 0, 2, 1. Then 0, then 2.
    assert_eq!(classes, [0, 2, 1, 0, 2]);
}

#[test]
fn oldest_first_is_one_queue_over_all() {
    let order = served(Take::OldestFirst(listed(&[0, 1, 2])));
    assert_eq!(order, [(2, 1.0), (1, 2.0), (1, 3.0), (2, 4.0), (0, 5.0), (0, 6.0)]);
}

#[test]
fn priority_serves_the_smallest_priority_and_then_the_oldest() {
    let mut parts = three_queues(Take::Priority(listed(&[0, 1, 2])));
    parts.classes[0].priority = -1;
    parts.queues = queues(&[QueueOrder::Priority; 3]);
    let order: Vec<_> = Log::of(parts).starts()[1..].iter().map(|start| (start.0, start.1)).collect();
    assert_eq!(order, [(0, 5.0), (0, 6.0), (2, 1.0), (1, 2.0), (1, 3.0), (2, 4.0)]);
}

#[test]
fn priority_reaches_into_a_shared_queue() {
    let mut urgent = class("urgent", 0, script(&[(2.0, 1.0), (4.0, 1.0)]));
    urgent.priority = -5;
    let plain = class("plain", 0, script(&[(0.0, 10.0), (1.0, 1.0), (3.0, 1.0)]));
    let pools = vec![pool("workers", 1, Take::Priority(listed(&[0])))];
    let queues = queues(&[QueueOrder::Priority]);
    let log = Log::of(ModelParts { pools, queues, ..world(vec![plain, urgent], 1) });
    let order: Vec<_> = log.starts().iter().map(|start| (start.0, start.1)).collect();
    assert_eq!(order, [(0, 0.0), (1, 2.0), (1, 4.0), (0, 1.0), (0, 3.0)]);
}

#[test]
fn weighted_shares_fetches_by_weight_among_queues_that_are_not_empty() {
    let backlog = |queue| JobClass {
        initial_backlog: 40_000,
        ..class(&format!("class-{queue}"), queue, tailback::model::Arrivals::None)
    };
    let weights = vec![(QueueId(0), 3.0), (QueueId(1), 1.0), (QueueId(2), 5.0)];
    let mut parts = world(vec![backlog(0), backlog(1), class("none", 2, tailback::model::Arrivals::None)], 1);
    parts.pools = vec![pool("workers", 1, Take::Weighted(weights))];
    parts.horizon = lasting(40_000.0);
    let log = Log::of(parts);
    let first = log.starts().iter().filter(|start| start.0 == 0).count() as f64 / log.started.len() as f64;
    assert!((first - 0.75).abs() < 4.0 * f64::sqrt(0.75 * 0.25 / 40_000.0), "share {first}");
}

fn one_queue(order: QueueOrder) -> Vec<(u16, f64)> {
    let mut b = class("b", 0, script(&[(2.0, 1.0), (3.0, 1.0)]));
    b.priority = -1;
    let a = class("a", 0, script(&[(0.0, 10.0), (1.0, 1.0), (3.0, 1.0)]));
    let log = Log::of(ModelParts { queues: queues(&[order]), ..world(vec![a, b], 1) });
    log.starts()[1..].iter().map(|start| (start.0, start.1)).collect()
}

#[test]
fn each_order_of_a_queue_takes_its_job() {
    assert_eq!(one_queue(QueueOrder::Fifo), [(0, 1.0), (1, 2.0), (0, 3.0), (1, 3.0)]);
    assert_eq!(one_queue(QueueOrder::Lifo), [(1, 3.0), (0, 3.0), (1, 2.0), (0, 1.0)]);
    assert_eq!(one_queue(QueueOrder::Priority), [(1, 2.0), (1, 3.0), (0, 1.0), (0, 3.0)]);
}

#[test]
fn a_ready_job_goes_to_the_first_pool_with_an_idle_worker_that_serves_its_queue() {
    let a = class("a", 0, script(&[(0.0, 10.0), (1.0, 10.0), (2.0, 1.0)]));
    let b = class("b", 1, script(&[(0.0, 10.0), (3.0, 1.0)]));
    let mut parts = world(vec![a, b], 1);
    parts.pools =
        vec![pool("reserved", 1, Take::Strict(listed(&[1]))), pool("general", 2, Take::Strict(listed(&[0, 1])))];
    let log = Log::of(parts);
    let rows: Vec<_> = log.started.iter().map(|(now, job)| (now.as_secs_f64(), job.class.0, job.pool.0)).collect();
    // At 10 the reserved worker was started after the first general one, so the general one is free first.
    assert_eq!(rows, [(0.0, 0, 1), (0.0, 1, 0), (1.0, 0, 1), (10.0, 0, 1), (10.0, 1, 0)]);
}

// ---- Dispatchers ----

fn dispatcher(on_return: OnReturn) -> Dispatcher {
    Dispatcher { name: "driver".to_owned(), on_return, ..Dispatcher::default() }
}

/// A restart every `every` that takes so many seconds.
fn restart(every: SimDuration, takes: f64, first: SimTime) -> Restart {
    let takes = Distribution::constant(takes).expect("a constant");
    let times = Ticks::Every { first, every };
    Restart { times, takes, jitter: SimDuration::ZERO, hangs: Share::default() }
}

fn down(from: f64, to: f64) -> Outage {
    Outage::down(at(from), at(to))
}

/// Jobs of 1 s through a dispatcher at these times.
fn via(dispatcher: Dispatcher, times: &[f64], workers: u32) -> ModelParts {
    let jobs: Vec<_> = times.iter().map(|&time| (time, 1.0)).collect();
    let class = JobClass { via: Some(DispatcherId(0)), ..class("grades", 0, script(&jobs)) };
    ModelParts { dispatchers: vec![dispatcher], ..world(vec![class], workers) }
}

#[test]
fn a_dispatcher_that_is_up_passes_jobs_at_once_without_staging_them() {
    let log = Log::of(via(dispatcher(OnReturn::Flood), &[1.0, 2.0], 1));
    assert_eq!(log.readies(), [(1.0, 1.0), (2.0, 2.0)]);
    assert!(log.staged.is_empty());
    assert!(log.ready.iter().all(|(_, job)| job.staged.is_none()));
}

#[test]
fn a_flood_moves_everything_oldest_first_before_a_simultaneous_arrival() {
    let outages = vec![down(1.0, 5.0)];
    let parts = via(Dispatcher { outages, ..dispatcher(OnReturn::Flood) }, &[0.0, 1.0, 2.0, 4.0, 5.0], 1);
    let log = Log::sampled(parts, 2.0);
    assert_eq!(log.readies(), [(0.0, 0.0), (1.0, 5.0), (2.0, 5.0), (4.0, 5.0), (5.0, 5.0)]);
    assert_eq!(log.starts()[1..], [(0, 1.0, 5.0), (0, 2.0, 6.0), (0, 4.0, 7.0), (0, 5.0, 8.0)]);
    assert_eq!(log.staged.len(), 3);
    // The sample at 4 comes before the arrival at 4.
    let staged: Vec<_> = log.samples[..3].iter().map(|s| (s.depth, s.staged, s.oldest_staged)).collect();
    assert_eq!(staged, [(0, 1, Some(at(1.0))), (0, 2, Some(at(1.0))), (3, 0, None)]);
    assert_eq!(log.samples[2].oldest, Some(at(5.0)));
}

#[test]
fn a_flood_is_ready_as_a_whole_before_idle_workers_choose() {
    let outages = vec![down(0.0, 5.0)];
    let late =
        |name, queue, time| JobClass { via: Some(DispatcherId(0)), ..class(name, queue, script(&[(time, 1.0)])) };
    let mut parts = world(vec![late("bulk", 1, 1.0), late("urgent", 0, 2.0)], 1);
    parts.dispatchers = vec![Dispatcher { outages, ..dispatcher(OnReturn::Flood) }];
    assert_eq!(Log::of(parts).starts(), [(1, 2.0, 5.0), (0, 1.0, 6.0)]);
}

#[test]
fn a_paced_recovery_releases_at_its_rate_and_new_jobs_line_up() {
    let pace = OnReturn::Paced(Rate::per_second(0.5).unwrap());
    let outages = vec![down(0.0, 10.0)];
    let log = Log::of(via(Dispatcher { outages, ..dispatcher(pace) }, &[1.0, 2.0, 11.0, 20.0], 5));
    // 10 + 2 k until the staging place is empty at 14; the job at 20 passes.
    assert_eq!(log.readies(), [(1.0, 10.0), (2.0, 12.0), (11.0, 14.0), (20.0, 20.0)]);
}

#[test]
fn an_outage_stops_a_paced_recovery_and_the_next_recovery_starts_it_anew() {
    let pace = OnReturn::Paced(Rate::per_second(0.5).unwrap());
    let outages = vec![down(0.0, 10.0), down(11.0, 13.0)];
    let log = Log::of(via(Dispatcher { outages, ..dispatcher(pace) }, &[1.0, 2.0, 3.0], 5));
    assert_eq!(log.readies(), [(1.0, 10.0), (2.0, 13.0), (3.0, 15.0)]);
}

#[test]
fn newest_first_leaves_new_jobs_undelayed_and_serves_the_oldest_last() {
    let outages = vec![down(0.0, 5.0)];
    let parts = via(Dispatcher { outages, ..dispatcher(OnReturn::NewestFirst) }, &[1.0, 2.0, 3.0, 5.5, 5.75], 1);
    let log = Log::of(parts);
    assert_eq!(log.starts(), [(0, 3.0, 5.0), (0, 5.5, 6.0), (0, 5.75, 7.0), (0, 2.0, 8.0), (0, 1.0, 9.0)]);
    assert!(log.started.iter().all(|(_, job)| job.created >= at(5.0) || job.ready == at(5.0)));
}

#[test]
fn a_dispatcher_with_an_interval_wakes_at_its_multiples_before_simultaneous_arrivals() {
    let spec = Dispatcher { interval: lasting(5.0), batch: Some(2), ..dispatcher(OnReturn::Flood) };
    let log = Log::of(via(spec, &[0.0, 1.0, 2.0, 10.0, 23.0], 5));
    assert_eq!(log.readies(), [(0.0, 5.0), (1.0, 5.0), (2.0, 10.0), (10.0, 15.0), (23.0, 25.0)]);
}

#[test]
fn a_restart_comes_regularly_and_a_longer_outage_covers_it() {
    let restart = restart(lasting(10.0), 2.0, at(5.0));
    let spec = Dispatcher { restart: Some(restart), outages: vec![down(14.0, 20.0)], ..dispatcher(OnReturn::Flood) };
    let log = Log::of(via(spec, &[5.0, 6.5, 8.0, 16.0, 19.0, 26.0, 35.0], 9));
    let expected = [(5.0, 7.0), (6.5, 7.0), (8.0, 8.0), (16.0, 20.0), (19.0, 20.0), (26.0, 27.0), (35.0, 37.0)];
    assert_eq!(log.readies(), expected);
}

#[test]
fn an_outage_that_begins_as_a_restart_ends_leaves_no_gap() {
    let restart = restart(lasting(100.0), 2.0, at(5.0));
    let spec = Dispatcher { restart: Some(restart), outages: vec![down(7.0, 9.0)], ..dispatcher(OnReturn::Flood) };
    assert_eq!(Log::of(via(spec, &[6.0], 1)).readies(), [(6.0, 9.0)]);
}

// ---- Changes ----

fn change(time: f64, until: Until, effects: Vec<Effect>) -> Change {
    Change { name: format!("at {time}"), at: at(time), until, effects }
}

fn set_size(time: f64, until: Until, size: u32) -> Change {
    change(time, until, vec![Effect::SetSize(PoolId(0), size)])
}

#[test]
fn more_workers_start_what_waits_at_once_and_leave_after_their_jobs() {
    let jobs = class("a", 0, script(&[(0.0, 4.0), (0.0, 4.0), (0.0, 4.0), (1.0, 5.0), (6.0, 1.0)]));
    let changes = vec![set_size(2.0, Until::Time(at(3.0)), 3)];
    let log = Log::of(ModelParts { changes, ..world(vec![jobs], 1) });
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 0.0, 2.0), (0, 0.0, 2.0), (0, 1.0, 6.0), (0, 6.0, 11.0)]);
    assert_eq!(log.sizes(), [(0.0, 1), (2.0, 3), (4.0, 2), (6.0, 1)]);
}

#[test]
fn a_change_until_drained_ends_with_the_last_start_from_the_backlog() {
    let jobs = class("a", 0, script(&[(0.0, 10.0), (1.0, 2.0), (1.0, 2.0), (1.0, 2.0), (9.0, 1.0)]));
    let changes = vec![set_size(4.0, Until::Drained, 2)];
    let log = Log::of(ModelParts { changes, ..world(vec![jobs], 1) });
    // 4: one more worker. 8: the last waiting job starts, the backlog is drained; 9: the next job must wait. At 10 the
    // first worker leaves or stays: of the two busy ones the one that finishes first leaves.
    let starts = [(0, 0.0, 0.0), (0, 1.0, 4.0), (0, 1.0, 6.0), (0, 1.0, 8.0), (0, 9.0, 10.0)];
    assert_eq!(log.starts(), starts);
    assert_eq!(log.sizes(), [(0.0, 1), (4.0, 2), (10.0, 1)]);
}

#[test]
fn a_change_until_drained_waits_for_staged_jobs_too() {
    let outages = vec![down(0.0, 5.0)];
    let mut parts = via(Dispatcher { outages, ..dispatcher(OnReturn::Flood) }, &[1.0, 1.0, 20.0], 1);
    parts.changes = vec![set_size(2.0, Until::Drained, 2)];
    assert_eq!(Log::of(parts).sizes(), [(0.0, 1), (2.0, 2), (6.0, 1)]);
}

#[test]
fn service_takes_the_factor_that_holds_when_it_starts() {
    let jobs = class("a", 0, script(&[(0.0, 4.0), (1.0, 4.0), (2.0, 4.0)]));
    let slow = Effect::ScaleService(ClassId(0), 0.5);
    let changes = vec![change(3.0, Until::Time(at(5.0)), vec![slow])];
    let log = Log::of(ModelParts { changes, ..world(vec![jobs], 1) });
    assert_eq!(log.finishes(), [(0, 0.0, 4.0), (0, 1.0, 6.0), (0, 2.0, 10.0)]);
}

#[test]
fn changes_of_one_instant_act_together() {
    let jobs = class("a", 0, script(&[(0.0, 9.0), (0.0, 9.0), (0.0, 9.0), (0.0, 9.0)]));
    let halve = change(1.0, Until::Horizon, vec![Effect::ScaleSize(PoolId(0), 0.5)]);
    let log = Log::of(ModelParts { changes: vec![set_size(1.0, Until::Horizon, 4), halve], ..world(vec![jobs], 1) });
    assert_eq!(log.sizes(), [(0.0, 1), (1.0, 2)]);
    assert_eq!(log.started.len(), 4);
    assert_eq!(log.starts()[1], (0, 0.0, 1.0));
    assert_eq!(log.starts()[2], (0, 0.0, 9.0));
}

#[test]
fn a_change_of_size_leaves_every_arrival_and_demand_as_it_was() {
    let poisson = tailback::model::Arrivals::Poisson { rate: Rate::per_second(3.0).unwrap(), profile: None };
    let plain = world(vec![class("a", 0, poisson)], 4);
    let changes = vec![set_size(17.5, Until::Drained, 9), set_size(400.0, Until::Horizon, 3)];
    let changed = ModelParts { changes, ..plain.clone() };
    assert_eq!(Log::of(plain).created, Log::of(changed).created);
}

#[test]
fn a_doubled_rate_doubles_the_arrivals_from_its_instant_on() {
    let poisson = tailback::model::Arrivals::Poisson { rate: Rate::per_second(50.0).unwrap(), profile: None };
    let plain = world(vec![class("a", 0, poisson)], 100);
    let double = Effect::ScaleRate(ClassId(0), 2.0);
    let changes = vec![change(200.0, Until::Time(at(600.0)), vec![double])];
    let (plain, changed) = (Log::of(plain.clone()), Log::of(ModelParts { changes, ..plain }));
    let times = |log: &Log| log.created.iter().map(|(now, _)| now.as_secs_f64()).collect::<Vec<_>>();
    let (before, after) = (times(&plain), times(&changed));
    // The same draws: what came t after the change comes t / 2 after it.
    for (old, new) in before.iter().zip(&after) {
        let expected = if *old < 200.0 { *old } else { 200.0 + (old - 200.0) / 2.0 };
        if expected < 600.0 {
            assert!((new - expected).abs() < 1e-4, "{old} became {new}, not {expected}");
        }
    }
    let late = after.iter().filter(|&&time| time >= 600.0).count() as f64;
    assert!((late - 20_000.0).abs() < 600.0, "{late} jobs after the change ended");
}

// ---- Order of events, samples, the horizon ----

#[test]
fn a_sample_sees_the_state_before_the_other_events_of_its_instant() {
    let jobs = class("a", 0, script(&[(0.0, 2.0), (1.0, 2.0), (2.0, 1.0)]));
    let log = Log::sampled(ModelParts { horizon: lasting(4.0), ..world(vec![jobs], 1) }, 1.0);
    let depths: Vec<_> = log.samples.iter().map(|s| (s.at.as_secs_f64(), s.depth, s.oldest)).collect();
    assert_eq!(depths, [(1.0, 0, None), (2.0, 1, Some(at(1.0))), (3.0, 1, Some(at(2.0))), (4.0, 1, Some(at(2.0)))]);
    // Workers at zero; job 1; sample, job 2; sample, completion, start, job 3; sample; sample and the account.
    assert_eq!(log.order, "wars.ar.csar..uu");
}

#[test]
fn events_at_the_horizon_do_not_happen() {
    let jobs = class("a", 0, script(&[(0.0, 5.0), (1.0, 1.0), (5.0, 1.0)]));
    let log = Log::sampled(ModelParts { horizon: lasting(5.0), ..world(vec![jobs], 1) }, 2.0);
    assert_eq!(log.created.len(), 2);
    assert!(log.completed.is_empty());
    assert_eq!(log.samples.len(), 2);
    assert_eq!(log.places(), [Place::Ready { queue: QueueId(0), ready: at(1.0) }, Place::Running(PoolId(0))]);
    assert!(log.unfinished.iter().all(|(horizon, _)| *horizon == at(5.0)));
}

#[test]
fn a_staged_job_is_accounted_for_at_the_horizon() {
    let outages = vec![down(0.0, 2000.0)];
    let log = Log::of(via(Dispatcher { outages, ..dispatcher(OnReturn::Flood) }, &[3.0], 1));
    assert_eq!(log.places(), [Place::Staged(DispatcherId(0))]);
    assert_eq!(log.unfinished[0].1.created, at(3.0));
}

#[test]
fn the_initial_backlog_is_there_before_the_first_arrival_and_as_a_whole() {
    let bulk = JobClass { initial_backlog: 2, ..class("bulk", 1, script(&[(0.0, 1.0)])) };
    let urgent = JobClass { initial_backlog: 1, ..class("urgent", 0, script(&[])) };
    let log = Log::of(world(vec![bulk, urgent], 1));
    assert_eq!(log.starts(), [(1, 0.0, 0.0), (0, 0.0, 1.0), (0, 0.0, 2.0), (0, 0.0, 3.0)]);
    assert_eq!(log.order, "warararsar".to_owned() + &"cs".repeat(3) + "c");
}

#[test]
fn simultaneous_completions_come_in_the_order_of_their_starts_over_all_pools() {
    let a = class("a", 0, script(&[(0.0, 3.0), (2.0, 1.0)]));
    let b = class("b", 1, script(&[(1.0, 2.0)]));
    let mut parts = world(vec![a, b], 1);
    parts.pools = vec![pool("a", 2, Take::Strict(listed(&[0]))), pool("b", 1, Take::Strict(listed(&[1])))];
    assert_eq!(Log::of(parts).finishes(), [(0, 0.0, 3.0), (1, 1.0, 3.0), (0, 2.0, 3.0)]);
}

#[test]
fn simultaneous_arrivals_come_in_the_order_of_the_classes() {
    let one = |name| class(name, 0, script(&[(1.0, 1.0)]));
    let log = Log::of(world(vec![one("a"), one("b"), one("c")], 1));
    assert_eq!(log.starts(), [(0, 1.0, 1.0), (1, 1.0, 2.0), (2, 1.0, 3.0)]);
}

#[test]
fn a_backlog_over_its_limit_stops_with_the_class_the_time_and_the_size() {
    let few = class("few", 0, script(&[(0.0, 1000.0), (1.0, 1.0)]));
    let many = class("many", 0, script(&[(2.0, 1.0), (3.0, 1.0), (4.0, 1.0), (5.0, 1.0)]));
    let parts = ModelParts { backlog_limit: 3, ..world(vec![few, many], 1) };
    let halt = simulate(&support::build(parts), support::SEED, &mut Log::default()).unwrap_err();
    assert_eq!((halt.class, halt.at, halt.backlog), (ClassId(1), at(4.0), 4));
    let text = halt.to_string();
    assert!(text.contains("4 jobs are staged or ready 4 s after the start"), "{text}");
}

#[test]
fn an_initial_backlog_over_the_limit_stops_before_it_fills_the_memory() {
    let huge = JobClass { initial_backlog: u64::MAX, ..class("huge", 0, script(&[])) };
    let parts = ModelParts { backlog_limit: 1000, ..world(vec![huge], 1) };
    let halt = simulate(&support::build(parts), support::SEED, &mut Log::default()).unwrap_err();
    assert_eq!((halt.at, halt.backlog), (at(0.0), 1001));
}
