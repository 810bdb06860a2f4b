//! Which job a free worker takes: timelines worked out by hand, exact, and the exact values that theory has.

use std::sync::Arc;

use crate::support::{self, Log, at, class, lasting, listed, pool, queues, script, world};
use tailback::distribution::Distribution;
use tailback::model::{
    Arrivals, ClassId, Fair, FairBy, JobClass, Limit, ModelParts, Over, PoolId, QueueId, QueueOrder, QuietFirst,
    Reserve, Service, Take, Trace, TraceRow,
};
use tailback::theory::erlang_c;
use tailback::units::Rate;

/// Classes and creation times in the order of the starts.
fn order(parts: ModelParts) -> Vec<(u16, f64)> {
    Log::of(parts).starts().iter().map(|&(class, created, _)| (class, created)).collect()
}

fn one_pool(classes: Vec<JobClass>, take: Take, orders: &[QueueOrder]) -> ModelParts {
    let queues = queues(orders);
    ModelParts { queues, pools: vec![pool("workers", 1, take)], ..world(classes, 1) }
}

/// Recorded jobs (created, service, tenant).
fn tenants(jobs: &[(f64, f64, u16)]) -> Arrivals {
    let row = |&(time, service, tenant)| TraceRow { at: at(time), service: Some(lasting(service)), tenant, row: 0 };
    Arrivals::Trace(Arc::new(Trace {
        source: "script".to_owned(),
        rows: jobs.iter().map(row).collect(),
        ..Trace::default()
    }))
}

fn backlog(name: &str, queue: u16, jobs: u64, seconds: f64) -> JobClass {
    let service = Service::plain(Distribution::constant(seconds).unwrap());
    JobClass { initial_backlog: jobs, service, ..class(name, queue, Arrivals::None) }
}

// ---- Policies that look at the next jobs of queues ----

#[test]
fn ageing_lets_a_job_of_low_priority_pass_after_its_steps() {
    // At 10 the old job has waited 9 s: 2 - 4 steps of 2 s = -2, ahead of the urgent job of 8 at 0 - 1 = -1, which goes next.
    let old = JobClass { priority: 2, ..class("old", 0, script(&[(1.0, 1.0), (9.0, 1.0)])) };
    let urgent = class("urgent", 1, script(&[(0.0, 10.0), (8.0, 1.0)]));
    let orders = [QueueOrder::Ageing(lasting(2.0)); 2];
    let found = order(one_pool(vec![old, urgent], Take::Ageing(listed(&[0, 1]), lasting(2.0)), &orders));
    assert_eq!(found, [(1, 0.0), (0, 1.0), (1, 8.0), (0, 9.0)]);
}

#[test]
fn ageing_with_long_steps_is_priority_also_within_a_queue() {
    let low = JobClass { priority: 2, ..class("low", 0, script(&[(0.0, 10.0), (1.0, 1.0)])) };
    let urgent = class("urgent", 0, script(&[(8.0, 1.0)]));
    let orders = [QueueOrder::Ageing(lasting(100.0))];
    let found = order(one_pool(vec![low, urgent], Take::Ageing(listed(&[0]), lasting(100.0)), &orders));
    assert_eq!(found, [(0, 0.0), (1, 8.0), (0, 1.0)]);
}

#[test]
fn deadline_takes_the_earliest_and_jobs_without_one_last() {
    let with = |name, queue, deadline, jobs: &[(f64, f64)]| JobClass {
        deadline: Some(lasting(deadline)),
        ..class(name, queue, script(jobs))
    };
    let none = class("none", 0, script(&[(0.0, 10.0), (1.0, 1.0)]));
    let long = with("long", 1, 30.0, &[(2.0, 1.0), (4.0, 1.0)]);
    let short = with("short", 0, 27.0, &[(5.0, 1.0), (6.0, 1.0)]);
    // Due at 32 and 34 (long), 32 and 33 (short): of the two due at 32 the one that became ready first.
    let orders = [QueueOrder::Deadline; 2];
    let found = order(one_pool(vec![none, long, short], Take::Deadline(listed(&[0, 1])), &orders));
    assert_eq!(found, [(0, 0.0), (1, 2.0), (2, 5.0), (2, 6.0), (1, 4.0), (0, 1.0)]);
}

#[test]
fn shortest_takes_the_smallest_demand_and_the_oldest_of_equals() {
    let a = class("a", 0, script(&[(0.0, 10.0), (1.0, 5.0), (2.0, 2.0), (3.0, 1.0)]));
    let b = class("b", 1, script(&[(1.0, 3.0), (4.0, 2.0), (5.0, 0.5)]));
    let found = order(one_pool(vec![a, b], Take::Shortest(listed(&[0, 1])), &[QueueOrder::Size; 2]));
    assert_eq!(found, [(0, 0.0), (1, 5.0), (0, 3.0), (0, 2.0), (1, 4.0), (1, 1.0), (0, 1.0)]);
}

// ---- Orders within a queue ----

#[test]
fn a_queue_in_the_order_of_size_or_deadline_is_served_so_by_any_policy() {
    let quick = JobClass { deadline: Some(lasting(50.0)), ..class("quick", 0, script(&[(2.0, 1.0), (4.0, 3.0)])) };
    let slow = JobClass { deadline: Some(lasting(47.5)), ..class("slow", 0, script(&[(0.0, 10.0), (3.0, 2.0)])) };
    let of = |order| one_pool(vec![quick.clone(), slow.clone()], Take::Strict(listed(&[0])), &[order]);
    assert_eq!(order(of(QueueOrder::Size)), [(1, 0.0), (0, 2.0), (1, 3.0), (0, 4.0)]);
    assert_eq!(order(of(QueueOrder::Deadline)), [(1, 0.0), (1, 3.0), (0, 2.0), (0, 4.0)]);
}

#[test]
fn random_order_takes_each_waiting_job_with_equal_probability() {
    // 30 jobs of one class and 10 of the other are there at once: the class of the first that is taken.
    let parts = |seed: u32| {
        let classes = vec![backlog("many", 0, 30, 1.0), backlog("few", 0, 10, 1.0)];
        let mut log = Log::default();
        let model = support::build(one_pool(classes, Take::OldestFirst(listed(&[0])), &[QueueOrder::Random]));
        let seed = tailback::random::ReplicationSeed { master: 7, replication: seed };
        tailback::engine::simulate(&model, seed, &mut log).unwrap();
        assert_eq!(log.completed.len(), 40);
        log.started[0].1.class
    };
    let many = (0..2_000).filter(|&seed| parts(seed) == ClassId(0)).count() as f64 / 2_000.0;
    assert!((many - 0.75).abs() < 4.0 * f64::sqrt(0.75 * 0.25 / 2_000.0), "share {many}");
}

#[test]
fn service_in_random_order_waits_as_long_as_fifo_on_average_but_spreads_more() {
    // The mean wait of M/M/1 does not depend on the order, and E[W^2] of random order is that of FIFO times 2 / (2 - rho)
    // (Takacs, "Delay distributions for one line with Poisson input, general holding times, and various orders of service", 1963).
    let waits = |order| {
        let arrivals = Arrivals::Poisson { rate: Rate::per_second(0.7).unwrap(), profile: None };
        let service = Service::plain(Distribution::exponential(1.0).unwrap());
        let jobs = JobClass { service, ..class("jobs", 0, arrivals) };
        let parts = one_pool(vec![jobs], Take::Strict(listed(&[0])), &[order]);
        let log = Log::of(ModelParts { horizon: lasting(400_000.0), ..parts });
        let waits: Vec<f64> = log.starts().iter().map(|(_, created, start)| start - created).collect();
        let mean = |power: i32| waits.iter().map(|wait| wait.powi(power)).sum::<f64>() / waits.len() as f64;
        (mean(1), mean(2))
    };
    let ((fifo, fifo_square), (random, random_square)) = (waits(QueueOrder::Fifo), waits(QueueOrder::Random));
    assert!((fifo - random).abs() < 0.02 * fifo, "means {fifo} and {random}");
    let factor = random_square / fifo_square;
    assert!((factor - 2.0 / (2.0 - 0.7)).abs() < 0.12, "factor {factor}");
}

// ---- Sharing between classes and tenants ----

fn fair(by: FairBy, queues: &[u16]) -> Take {
    Take::Fair(Fair { queues: listed(queues), by, quantum: lasting(1.0) })
}

#[test]
fn fair_shares_worker_time_and_not_fetches() {
    // Each round earns 1 s. The 3 s job of class 0 runs first and leaves a debt of 2; it has credit again in the fourth round.
    let classes = vec![backlog("long", 0, 9, 3.0), backlog("short", 1, 9, 1.0)];
    let found = order(one_pool(classes, fair(FairBy::Class(vec![1.0, 1.0]), &[0, 1]), &[QueueOrder::Fifo; 2]));
    let classes: Vec<u16> = found[..9].iter().map(|start| start.0).collect();
    assert_eq!(classes, [0, 1, 1, 1, 0, 1, 1, 1, 0]);
}

#[test]
fn fair_shares_are_those_of_the_weights_also_in_one_queue_with_many_workers() {
    let classes = vec![backlog("long", 0, 9_000, 30.0), backlog("short", 0, 90_000, 1.0)];
    let mut parts = one_pool(classes, fair(FairBy::Class(vec![1.0, 3.0]), &[0]), &[QueueOrder::Fifo]);
    parts.pools[0].size = 20;
    let log = Log::of(parts);
    let time = |class: u16| {
        let of = log.started.iter().filter(move |(_, job)| job.class == ClassId(class));
        of.map(|(now, job)| job.finish.since(*now).as_secs_f64()).sum::<f64>()
    };
    let share = time(0) / (time(0) + time(1));
    assert!((share - 0.25).abs() < 0.005, "share {share}");
}

#[test]
fn fair_between_tenants_serves_the_one_with_less_worker_time() {
    // A class without tenants is one of its own.
    let many = class("many", 0, tenants(&[(0.0, 4.0, 0), (0.5, 4.0, 0), (1.0, 1.0, 1), (1.5, 1.0, 1), (2.0, 1.0, 1)]));
    let single = class("single", 0, script(&[(3.0, 1.0)]));
    let found = order(one_pool(vec![many, single], fair(FairBy::Tenant, &[0]), &[QueueOrder::Fifo]));
    assert_eq!(found, [(0, 0.0), (0, 1.0), (1, 3.0), (0, 1.5), (0, 2.0), (0, 0.5)]);
}

#[test]
fn tenants_take_turns_whatever_the_backlog_of_one() {
    let jobs = tenants(&[(0.0, 10.0, 0), (1.0, 1.0, 0), (2.0, 1.0, 0), (3.0, 1.0, 1), (4.0, 1.0, 2), (5.0, 1.0, 1)]);
    let found =
        order(one_pool(vec![class("jobs", 0, jobs)], Take::TenantRoundRobin(listed(&[0])), &[QueueOrder::Fifo]));
    let created: Vec<f64> = found.iter().map(|start| start.1).collect();
    // Tenant 0 was served at 0: then 1, 2, 0, 1, 0.
    assert_eq!(created, [0.0, 3.0, 4.0, 1.0, 5.0, 2.0]);
}

#[test]
fn a_noisy_tenant_is_served_when_no_quiet_job_waits() {
    // Tenant 0 has had all worker time until 10; the others are quiet. At 11 tenant 1 has had 1 s of 11 s: under 10 %. At 12 it
    // has had 1 s of 12 s, then tenant 0 is all that waits.
    let jobs = tenants(&[(0.0, 10.0, 0), (1.0, 1.0, 0), (2.0, 1.0, 0), (3.0, 1.0, 1), (4.0, 1.0, 2)]);
    let take = Take::QuietFirst(QuietFirst { queues: listed(&[0]), recent: lasting(3_000.0) });
    let found = order(one_pool(vec![class("jobs", 0, jobs)], take, &[QueueOrder::Fifo]));
    let created: Vec<f64> = found.iter().map(|start| start.1).collect();
    assert_eq!(created, [0.0, 3.0, 4.0, 1.0, 2.0]);
}

// ---- Limits and reserved slots ----

fn limit(slots: u32) -> Limit {
    Limit {
        name: "limit".to_owned(),
        queue: None,
        class: None,
        each_tenant: false,
        pool: None,
        slots,
        over: Over::Aside,
    }
}

#[test]
fn what_is_over_a_limit_stays_aside_without_a_slot_and_keeps_its_place() {
    let large = class("large", 0, script(&[(0.0, 10.0), (1.0, 10.0), (2.0, 10.0)]));
    let small = class("small", 0, script(&[(3.0, 2.0), (4.0, 4.0), (11.0, 1.0)]));
    let mut parts = world(vec![large, small], 2);
    parts.limits = vec![Limit { class: Some(ClassId(0)), ..limit(1) }];
    // The job of 1 passes the limit at 10, when the first ends, as the oldest; the one of 2 at 20.
    let expected = [(0, 0.0, 0.0), (1, 3.0, 3.0), (1, 4.0, 5.0), (0, 1.0, 10.0), (1, 11.0, 11.0), (0, 2.0, 20.0)];
    assert_eq!(Log::of(parts).starts(), expected);
}

#[test]
fn a_limit_over_all_pools_lets_another_pool_go_on_when_a_slot_is_free() {
    let a = class("a", 0, script(&[(0.0, 5.0)]));
    let b = class("b", 1, script(&[(1.0, 5.0)]));
    let mut parts = world(vec![a, b], 1);
    parts.pools = vec![pool("one", 1, Take::Strict(listed(&[0]))), pool("two", 1, Take::Strict(listed(&[1])))];
    parts.limits = vec![Limit { each_tenant: false, ..limit(1) }];
    assert_eq!(Log::of(parts.clone()).starts(), [(0, 0.0, 0.0), (1, 1.0, 5.0)]);
    parts.limits[0].pool = Some(PoolId(0));
    assert_eq!(Log::of(parts).starts(), [(0, 0.0, 0.0), (1, 1.0, 1.0)]);
}

#[test]
fn a_limit_for_each_tenant_counts_tenants_apart() {
    let jobs = class("jobs", 0, tenants(&[(0.0, 9.0, 0), (1.0, 9.0, 0), (2.0, 9.0, 1), (3.0, 9.0, 1)]));
    let mut parts = world(vec![jobs], 4);
    parts.limits = vec![Limit { queue: Some(QueueId(0)), each_tenant: true, ..limit(1) }];
    assert_eq!(Log::of(parts).starts(), [(0, 0.0, 0.0), (0, 2.0, 2.0), (0, 1.0, 9.0), (0, 3.0, 11.0)]);
}

#[test]
fn reserved_slots_are_left_idle_for_their_queues() {
    let mail = class("mail", 0, script(&[(3.0, 1.0), (3.5, 1.0)]));
    let bulk = class("bulk", 1, script(&[(0.0, 10.0), (1.0, 10.0), (2.0, 10.0)]));
    let mut parts = world(vec![mail, bulk], 3);
    parts.pools[0].reserve = Some(Reserve { slots: 1, queues: listed(&[0]) });
    // Two of three slots for bulk; the mail of 3.5 waits for the reserved one.
    let expected = [(1, 0.0, 0.0), (1, 1.0, 1.0), (0, 3.0, 3.0), (0, 3.5, 4.0), (1, 2.0, 10.0)];
    assert_eq!(Log::of(parts).starts(), expected);
}

#[test]
fn a_class_capped_at_k_slots_waits_as_on_k_workers() {
    let arrivals = Arrivals::Poisson { rate: Rate::per_second(3.2).unwrap(), profile: None };
    let service = Service::plain(Distribution::exponential(1.0).unwrap());
    let jobs = JobClass { service, ..class("jobs", 0, arrivals) };
    let long = |parts| ModelParts { horizon: lasting(300_000.0), ..parts };
    let mut capped = long(world(vec![jobs.clone()], 10));
    capped.limits = vec![Limit { class: Some(ClassId(0)), ..limit(4) }];
    let (capped, alone) = (Log::of(capped), Log::of(long(world(vec![jobs], 4))));
    assert_eq!(capped.starts(), alone.starts(), "the same jobs start at the same instants");
    let wait =
        capped.starts().iter().map(|(_, created, start)| start - created).sum::<f64>() / capped.started.len() as f64;
    let exact = erlang_c(3.2, 4).unwrap() / (4.0 - 3.2);
    assert!((wait - exact).abs() < 0.08 * exact, "mean wait {wait}, M/M/4 has {exact}");
}

// ---- The policies of plain scenarios choose the same among lanes ----

#[test]
fn plain_policies_choose_the_same_among_lanes_as_among_queues() {
    let poisson = |per_second| Arrivals::Poisson { rate: Rate::per_second(per_second).unwrap(), profile: None };
    let takes = [
        Take::Strict(listed(&[1, 0])),
        Take::RoundRobin(listed(&[0, 1])),
        Take::OldestFirst(listed(&[0, 1])),
        Take::Priority(listed(&[1, 0])),
        Take::Weighted(vec![(QueueId(0), 3.0), (QueueId(1), 1.0)]),
    ];
    for take in takes {
        let jobs = |i: u16| JobClass { priority: i32::from(i) % 3, ..class(&format!("c{i}"), i % 2, poisson(1.1)) };
        let orders = match take {
            Take::Priority(_) => [QueueOrder::Priority; 2],
            _ => [QueueOrder::Lifo, QueueOrder::Fifo],
        };
        let mut parts = one_pool((0..4).map(jobs).collect(), take, &orders);
        parts.pools[0].size = 4;
        // Jobs that are left are reported in no stated order.
        let run = |parts: &ModelParts| Log { unfinished: Vec::new(), ..Log::of(parts.clone()) };
        let plain = run(&parts);
        // A limit that is never reached changes nothing but the way of choosing.
        parts.limits = vec![limit(1_000)];
        assert_eq!(plain, run(&parts));
    }
}
