//! Dispatchers that fail in every way, on timelines worked out by hand and against exact means.

use crate::support::{self, Log, at, class, lasting, script, world};
use tailback::distribution::Distribution;
use tailback::engine::{Alarm, Leaving, Observer, simulate};
use tailback::model::{
    Alert, Arrivals, Clause, Comparison, Condition, Dispatcher, DispatcherId, Failures, JobClass, Metric, Missed,
    ModelParts, OnReturn, Outage, OutageKind, QueueOrder, Restart, StagedOrder, Ticks,
};
use tailback::random::ReplicationSeed;
use tailback::units::{Rate, Share, SimDuration, SimTime};

/// Jobs of no importance at these times through a dispatcher.
fn via(dispatcher: Dispatcher, times: &[f64]) -> ModelParts {
    let jobs: Vec<_> = times.iter().map(|&time| (time, 0.01)).collect();
    let class = JobClass { via: Some(DispatcherId(0)), ..class("grades", 0, script(&jobs)) };
    let dispatcher = Dispatcher { name: "driver".to_owned(), ..dispatcher };
    ModelParts { dispatchers: vec![dispatcher], ..world(vec![class], 9) }
}

/// (created, ready) of every job.
fn readies(dispatcher: Dispatcher, times: &[f64]) -> Vec<(f64, f64)> {
    Log::of(via(dispatcher, times)).readies()
}

fn rate(per_second: f64) -> Option<Rate> {
    Rate::per_second(per_second)
}

fn constant(seconds: f64) -> Distribution {
    Distribution::constant(seconds).expect("a constant")
}

fn window(from: f64, to: f64, kind: OutageKind) -> Vec<Outage> {
    vec![Outage { from: at(from), to: at(to), kind }]
}

#[test]
fn a_rate_spaces_jobs_and_forgets_the_time_in_which_there_were_none() {
    let spec = Dispatcher { rate: rate(0.5), ..Dispatcher::default() };
    let found = readies(spec, &[0.0, 1.0, 1.5, 20.0, 21.0]);
    assert_eq!(found, [(0.0, 0.0), (1.0, 2.0), (1.5, 4.0), (20.0, 20.0), (21.0, 22.0)]);
}

#[test]
fn a_rate_holds_for_the_flood_after_an_outage_too() {
    let outages = vec![Outage::down(at(1.0), at(10.0))];
    let spec = Dispatcher { rate: rate(0.5), outages, ..Dispatcher::default() };
    assert_eq!(readies(spec, &[2.0, 3.0, 4.0, 10.5]), [(2.0, 10.0), (3.0, 12.0), (4.0, 14.0), (10.5, 16.0)]);
}

#[test]
fn the_newest_is_moved_first_where_that_is_the_order() {
    let spec =
        Dispatcher { interval: lasting(10.0), batch: Some(1), order: StagedOrder::Newest, ..Dispatcher::default() };
    assert_eq!(readies(spec, &[1.0, 2.0, 11.0]), [(2.0, 10.0), (11.0, 20.0), (1.0, 30.0)]);
}

#[test]
fn a_slow_dispatcher_wakes_or_drips_less_often() {
    let slow = window(0.0, 35.0, OutageKind::Slow(3.0));
    let waking = Dispatcher { interval: lasting(5.0), outages: slow.clone(), ..Dispatcher::default() };
    assert_eq!(readies(waking, &[1.0, 16.0, 36.0]), [(1.0, 15.0), (16.0, 30.0), (36.0, 40.0)]);
    let dripping = Dispatcher { rate: rate(1.0), outages: slow, ..Dispatcher::default() };
    assert_eq!(readies(dripping, &[1.0, 1.5, 1.6]), [(1.0, 1.0), (1.5, 4.0), (1.6, 7.0)]);
}

#[test]
fn jitter_puts_wake_ups_off_by_less_than_itself() {
    let spec = Dispatcher { interval: lasting(10.0), jitter: lasting(4.0), ..Dispatcher::default() };
    let times: Vec<f64> = (0..50).map(|i| 10.0 * f64::from(i) + 5.0).collect();
    let late: Vec<f64> = readies(spec, &times).iter().map(|(created, ready)| ready - created - 5.0).collect();
    assert!(late.iter().all(|late| (0.0..4.0).contains(late)), "{late:?}");
    let mean = late.iter().sum::<f64>() / late.len() as f64;
    assert!((1.4..2.6).contains(&mean), "four standard errors around 2 s: {mean}");
}

#[test]
fn a_dispatcher_that_looks_alive_moves_as_little_as_one_that_is_down() {
    let crash_loop = OutageKind::CrashLoop { up: lasting(20.0), down: lasting(10.0) };
    for kind in [OutageKind::Down, OutageKind::Idle, crash_loop] {
        let spec = Dispatcher { outages: window(1.0, 100.0, kind), ..Dispatcher::default() };
        assert_eq!(readies(spec, &[2.0, 50.0, 101.0]), [(2.0, 100.0), (50.0, 100.0), (101.0, 101.0)]);
    }
}

/// When alerts on the heartbeat and on the age of what is staged fire, both above 15 s, checked every second.
#[derive(Default)]
struct Fired([Option<f64>; 2]);

impl Observer for Fired {
    fn alarm(&mut self, now: SimTime, alarm: Alarm) {
        if alarm.firing {
            self.0[alarm.alert.index()].get_or_insert(now.as_secs_f64());
        }
    }
}

fn alerts_of(kind: OutageKind) -> [Option<f64>; 2] {
    let alert = |(i, metric)| Alert {
        name: format!("alert-{i}"),
        text: String::new(),
        condition: Condition(vec![vec![Clause { metric, comparison: Comparison::Greater, bound: 15.0 }]]),
        hold: SimDuration::ZERO,
        every: lasting(1.0),
        resolve_after: SimDuration::ZERO,
    };
    let metrics = [Metric::Heartbeat(DispatcherId(0)), Metric::StagedAge(DispatcherId(0))];
    let spec = Dispatcher { outages: window(10.0, 200.0, kind), ..Dispatcher::default() };
    let alerts = metrics.into_iter().enumerate().map(alert).collect();
    let parts = ModelParts { alerts, ..via(spec, &[12.0]) };
    let mut fired = Fired::default();
    simulate(&support::build(parts), support::SEED, &mut fired).expect("a small backlog");
    fired.0
}

#[test]
fn a_liveness_check_sees_only_a_dispatcher_that_is_gone_and_an_alert_on_staging_sees_all() {
    assert_eq!(alerts_of(OutageKind::Down), [Some(26.0), Some(28.0)]);
    assert_eq!(alerts_of(OutageKind::Idle), [None, Some(28.0)]);
    let looping = |down| OutageKind::CrashLoop { up: lasting(20.0), down: lasting(down) };
    assert_eq!(alerts_of(looping(10.0)), [None, Some(28.0)], "never gone for longer than 10 s");
    assert_eq!(alerts_of(looping(30.0)), [Some(46.0), Some(28.0)], "gone from 30 s to 60 s");
}

fn restart(takes: f64, hangs: f64) -> Option<Restart> {
    let hangs = Share::new(hangs).expect("a share");
    let (every, jitter) = (lasting(100.0), SimDuration::ZERO);
    Some(Restart { times: Ticks::Every { first: at(10.0), every }, takes: constant(takes), jitter, hangs })
}

#[test]
fn a_restart_that_hangs_holds_until_the_next_one_or_the_standby() {
    let hangs = Dispatcher { restart: restart(5.0, 1.0), ..Dispatcher::default() };
    let log = Log::of(ModelParts { horizon: lasting(400.0), ..via(hangs.clone(), &[1.0, 20.0, 150.0]) });
    assert_eq!(log.readies(), [(1.0, 1.0)], "every one hangs");
    assert_eq!(log.unfinished.len(), 2);
    let with_standby = Dispatcher { failover: Some(lasting(30.0)), ..hangs };
    assert_eq!(readies(with_standby, &[20.0, 120.0]), [(20.0, 40.0), (120.0, 140.0)]);
}

#[test]
fn a_restart_begins_anew_what_hangs() {
    // About every other restart hangs: what is staged waits for the first that does not, which takes 5 s.
    let spec = Dispatcher { restart: restart(5.0, 0.5), ..Dispatcher::default() };
    let parts = ModelParts {
        horizon: lasting(100_000.0),
        ..via(spec, &(0..900).map(|i| 11.0 + 100.0 * f64::from(i)).collect::<Vec<_>>())
    };
    let delays: Vec<f64> = Log::of(parts).readies().iter().map(|(created, ready)| ready - created).collect();
    let prompt = delays.iter().filter(|delay| **delay == 4.0).count() as f64 / delays.len() as f64;
    assert!((0.43..0.57).contains(&prompt), "four standard errors around a half: {prompt}");
    assert!(delays.iter().all(|delay| (delay - 4.0) % 100.0 == 0.0), "{delays:?}");
}

#[test]
fn a_dispatcher_that_fails_at_random_is_down_for_its_share_of_the_time() {
    let failures = Some(Failures { after: Distribution::exponential(90.0).expect("a mean"), repair: constant(10.0) });
    let spec = Dispatcher { failures, ..Dispatcher::default() };
    let times: Vec<f64> = (0..20_000).map(|i| 7.0 * f64::from(i)).collect();
    let parts = ModelParts { horizon: lasting(150_000.0), ..via(spec, &times) };
    let found = Log::of(parts).readies();
    let staged = found.iter().filter(|(created, ready)| ready > created).count() as f64 / found.len() as f64;
    assert!((0.092..0.108).contains(&staged), "a tenth of the time: {staged}");
    assert!(found.iter().all(|(created, ready)| ready - created <= 10.0));
}

#[test]
fn a_standby_shortens_failures() {
    let failures = Some(Failures { after: Distribution::exponential(90.0).expect("a mean"), repair: constant(10.0) });
    let spec = Dispatcher { failures, failover: Some(lasting(1.0)), ..Dispatcher::default() };
    let times: Vec<f64> = (0..2_000).map(|i| 7.0 * f64::from(i)).collect();
    let parts = ModelParts { horizon: lasting(15_000.0), ..via(spec, &times) };
    assert!(Log::of(parts).readies().iter().all(|(created, ready)| ready - created <= 1.0));
}

#[test]
fn what_is_random_about_a_dispatcher_leaves_every_other_draw_as_it_was() {
    let poisson = || {
        let arrivals = tailback::model::Arrivals::Poisson { rate: rate(1.0).expect("a rate"), profile: None };
        JobClass { via: Some(DispatcherId(0)), ..class("grades", 0, arrivals) }
    };
    let created = |dispatcher: Dispatcher| {
        let dispatcher = Dispatcher { name: "driver".to_owned(), ..dispatcher };
        let parts = ModelParts { dispatchers: vec![dispatcher], ..world(vec![poisson()], 2) };
        let mut log = Log::default();
        let seed = ReplicationSeed { master: 5, replication: 1 };
        simulate(&support::build(parts), seed, &mut log).expect("a small backlog");
        log.created
    };
    let failing = Failures { after: Distribution::exponential(20.0).expect("a mean"), repair: constant(3.0) };
    let wild = Dispatcher { restart: restart(5.0, 0.5), failures: Some(failing), ..Dispatcher::default() };
    assert_eq!(created(Dispatcher::default()), created(wild));
}

#[test]
fn what_was_staged_for_too_long_is_dropped_at_the_return() {
    let outages = vec![Outage::down(at(1.0), at(20.0))];
    let spec = Dispatcher { outages, on_return: OnReturn::Expire(lasting(5.0)), ..Dispatcher::default() };
    let log = Log::of(via(spec, &[2.0, 14.9, 15.0, 16.0, 21.0]));
    assert_eq!(log.readies(), [(15.0, 20.0), (16.0, 20.0), (21.0, 21.0)], "exactly 5 s are not more than 5 s");
    let left: Vec<_> = log.left.iter().map(|(time, job)| (*time, job.created, job.reason)).collect();
    let expired = |created| (at(20.0), at(created), Leaving::Expired);
    assert_eq!(left, [expired(2.0), expired(14.9)]);
}

#[test]
fn the_class_with_the_smallest_priority_is_moved_first_where_that_is_the_order() {
    let through = |name: &str, priority, times: &[(f64, f64)]| JobClass {
        via: Some(DispatcherId(0)),
        priority,
        ..class(name, 0, script(times))
    };
    let classes =
        vec![through("later", 5, &[(1.0, 0.01), (2.0, 0.01)]), through("first", -1, &[(3.0, 0.01), (4.0, 0.01)])];
    let order = StagedOrder::Priority;
    let driver = Dispatcher {
        name: "driver".to_owned(),
        interval: lasting(10.0),
        batch: Some(1),
        order,
        ..Dispatcher::default()
    };
    let log = Log::of(ModelParts { dispatchers: vec![driver], ..world(classes, 9) });
    assert_eq!(log.readies(), [(3.0, 10.0), (4.0, 20.0), (1.0, 30.0), (2.0, 40.0)]);
}

/// Two jobs of 1 s a batch for one worker, the latest ready first: (created, start).
fn starts_newest_first(dispatcher: Dispatcher) -> Vec<(f64, f64)> {
    let mut parts = via(dispatcher, &[1.0, 2.0, 3.0, 4.0]);
    parts.queues = support::queues(&[QueueOrder::Lifo]);
    parts.pools[0].size = 1;
    let seconds = |time: SimTime| time.as_secs_f64();
    Log::of(parts).started.iter().map(|(now, job)| (seconds(job.created), seconds(*now))).collect()
}

#[test]
fn until_empty_lets_idle_workers_choose_after_each_batch() {
    let batch = Dispatcher { interval: lasting(10.0), batch: Some(2), ..Dispatcher::default() };
    let until_empty = starts_newest_first(Dispatcher { until_empty: true, ..batch.clone() });
    assert_eq!(
        until_empty,
        [(2.0, 10.0), (4.0, 10.01), (3.0, 10.02), (1.0, 10.03)],
        "job 2 was the newest of its batch"
    );
    let unlimited = starts_newest_first(Dispatcher { batch: None, ..batch.clone() });
    assert_eq!(unlimited, [(4.0, 10.0), (3.0, 10.01), (2.0, 10.02), (1.0, 10.03)]);
    let one = starts_newest_first(batch);
    assert_eq!(one, [(2.0, 10.0), (1.0, 10.01), (4.0, 20.0), (3.0, 20.01)]);
}

#[test]
fn ticks_that_are_due_while_the_dispatcher_is_down_are_lost_or_kept() {
    let run = |missed| {
        let outages = vec![Outage::down(at(25.0), at(50.0))];
        let times = Ticks::Every { first: at(10.0), every: lasting(10.0) };
        let every = Arrivals::Periodic { times, jitter: SimDuration::ZERO, missed };
        let class = JobClass { via: Some(DispatcherId(0)), ..class("report", 0, every) };
        let driver = Dispatcher { name: "cron".to_owned(), outages, ..Dispatcher::default() };
        Log::of(ModelParts { horizon: lasting(65.0), dispatchers: vec![driver], ..world(vec![class], 9) })
    };
    let lost = run(Missed::Lost);
    assert_eq!(
        lost.readies(),
        [(10.0, 10.0), (20.0, 20.0), (50.0, 50.0), (60.0, 60.0)],
        "an outage ends before the tick"
    );
    let missed: Vec<_> = lost.turned_away.iter().map(|(time, _, reason)| (*time, *reason)).collect();
    assert_eq!(missed, [(at(30.0), Leaving::Missed), (at(40.0), Leaving::Missed)]);
    let kept = [(10.0, 10.0), (20.0, 20.0), (30.0, 50.0), (40.0, 50.0), (50.0, 50.0), (60.0, 60.0)];
    assert_eq!(run(Missed::Kept).readies(), kept);
}

/// Fails 10 s after each take-over or repair; a repair takes 20 s and a take-over 3 s.
fn failing(replicas: u32) -> Dispatcher {
    let failures = Some(Failures { after: constant(10.0), repair: constant(20.0) });
    let failover = (replicas > 1).then(|| lasting(3.0));
    Dispatcher { failures, replicas: Some(replicas), failover, ..Dispatcher::default() }
}

#[test]
fn a_standby_takes_over_while_one_is_there() {
    let times = [11.0, 24.0, 41.0, 54.0];
    assert_eq!(readies(failing(1), &times), [(11.0, 30.0), (24.0, 30.0), (41.0, 60.0), (54.0, 60.0)]);
    // The active one fails at 10 s and is repaired at 30 s; the standby is active from 13 s, fails at 23 s and is repaired at
    // 43 s. The first fails again at 40 s, the second at 53 s: the first is back at 60 s.
    assert_eq!(readies(failing(2), &times), [(11.0, 13.0), (24.0, 30.0), (41.0, 43.0), (54.0, 60.0)]);
    // Take-overs at 13, 26, 39 and 52 s: two of three are never under repair when the third fails.
    assert_eq!(readies(failing(3), &times), [(11.0, 13.0), (24.0, 26.0), (41.0, 41.0), (54.0, 54.0)]);
}

#[test]
fn a_repair_shorter_than_the_gap_leaves_the_active_replica_active() {
    let failures = Some(Failures { after: constant(10.0), repair: constant(2.0) });
    let spec = Dispatcher { failures, replicas: Some(2), failover: Some(lasting(3.0)), ..Dispatcher::default() };
    assert_eq!(readies(spec, &[11.0, 23.0]), [(11.0, 12.0), (23.0, 24.0)]);
}

#[test]
fn replicas_take_over_from_one_that_hangs_in_its_restart() {
    let hangs = |replicas| Dispatcher {
        restart: restart(5.0, 1.0),
        replicas: Some(replicas),
        failover: Some(lasting(30.0)),
        ..Dispatcher::default()
    };
    assert_eq!(readies(hangs(2), &[20.0, 120.0]), [(20.0, 40.0), (120.0, 140.0)]);
}

#[test]
fn two_active_replicas_move_each_job_twice_and_the_second_copy_is_work_for_nothing() {
    let spec =
        Dispatcher { replicas: Some(2), outages: window(4.0, 8.0, OutageKind::TwoActive), ..Dispatcher::default() };
    let driver = Dispatcher { name: "driver".to_owned(), ..spec };
    let jobs = script(&[(1.0, 1.0), (5.0, 1.0), (5.5, 1.0), (8.0, 1.0)]);
    let class = JobClass { via: Some(DispatcherId(0)), ..class("grades", 0, jobs) };
    let log = Log::of(ModelParts { dispatchers: vec![driver], ..world(vec![class], 1) });
    assert_eq!(log.readies(), [(1.0, 1.0), (5.0, 5.0), (5.0, 5.0), (5.5, 5.5), (5.5, 5.5), (8.0, 8.0)]);
    let seconds = |time: &SimTime| time.as_secs_f64();
    let completed: Vec<_> = log.completed.iter().map(|(now, job)| (seconds(&job.created), seconds(now))).collect();
    assert_eq!(completed, [(1.0, 2.0), (5.0, 6.0), (5.5, 8.0), (8.0, 10.0)], "the copies run from 6 s and from 8 s");
    let repeated: Vec<_> =
        log.repeated.iter().map(|(now, job, took)| (seconds(&job.created), seconds(now), *took)).collect();
    assert_eq!(repeated, [(5.0, 7.0, lasting(1.0)), (5.5, 9.0, lasting(1.0))]);
    assert_eq!((log.duplicated.len(), log.started.len(), log.restarted.len()), (2, 4, 2));
    assert!(log.unfinished.is_empty());
}

#[test]
fn what_was_staged_is_moved_twice_too() {
    let spec = Dispatcher {
        replicas: Some(2),
        interval: lasting(10.0),
        outages: window(5.0, 15.0, OutageKind::TwoActive),
        ..Dispatcher::default()
    };
    let found = readies(spec, &[1.0, 2.0, 11.0]);
    assert_eq!(found, [(1.0, 10.0), (1.0, 10.0), (2.0, 10.0), (2.0, 10.0), (11.0, 20.0)]);
}
