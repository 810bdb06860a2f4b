//! Idle workers that look for jobs now and then.

use crate::support::{Log, at, build, class, lasting, script, world};
use tailback::engine::simulate;
use tailback::model::{Change, ClassId, Effect, ModelParts, Until};
use tailback::random::ReplicationSeed;
use tailback::stats::Estimate;

fn polling(parts: ModelParts, seconds: f64) -> ModelParts {
    let mut parts = parts;
    parts.pools[0].capacity.poll = Some(lasting(seconds));
    parts
}

#[test]
fn a_busy_worker_fetches_again_at_once_and_an_idle_one_when_it_looks() {
    let jobs = [(0.0, 20.0), (1.0, 5.0), (2.0, 1.0), (100.0, 1.0)];
    let log = Log::of(polling(world(vec![class("mail", 0, script(&jobs))], 1), 10.0));
    let starts: Vec<f64> = log.starts().iter().map(|&(_, _, start)| start).collect();
    assert!(0.0 < starts[0] && starts[0] <= 10.0, "{starts:?}");
    let first = log.started[0].1.finish;
    assert_eq!((log.started[1].0, log.started[2].0), (first, first.after(lasting(5.0))));
    assert!(100.0 < starts[3] && starts[3] <= 110.0, "{starts:?}");
}

#[test]
fn a_look_at_jobs_that_a_limit_holds_back_is_in_vain() {
    let mut parts = world(vec![class("mail", 0, script(&[(0.0, 1.0), (0.0, 1.0), (0.0, 1.0)]))], 2);
    let limit = tailback::model::Limit {
        name: "one".to_owned(),
        queue: None,
        class: None,
        each_tenant: false,
        pool: None,
        slots: 1,
        over: tailback::model::Over::Aside,
    };
    parts.limits = vec![limit];
    let log = Log::of(polling(parts, 10.0));
    // One at a time, and the worker that has finished one goes on at once: the other one looks in vain.
    let waits: Vec<_> = log.started.iter().map(|(now, _)| *now).collect();
    assert_eq!(waits[1..], [waits[0].after(lasting(1.0)), waits[0].after(lasting(2.0))]);
}

#[test]
fn an_idle_worker_looks_every_so_often() {
    let paused_until = |seconds: f64| {
        let mut parts = world(vec![class("mail", 0, script(&[(0.0, 1.0)]))], 1);
        let effects = vec![Effect::Pause(ClassId(0))];
        parts.changes =
            vec![Change { name: "pause".to_owned(), at: at(0.0), until: Until::Time(at(seconds)), effects }];
        Log::of(polling(parts, 10.0)).started[0].0
    };
    let first = paused_until(1e-6);
    assert!(at(0.0) < first && first <= at(10.0), "{first:?}");
    for end in [12.0, 25.0, 30.0, 47.0] {
        // Looks in vain do not shift the later ones.
        let looks = (0..10).map(|look| first.after(lasting(f64::from(look) * 10.0)));
        assert_eq!(Some(paused_until(end)), looks.clone().find(|&look| look >= at(end)), "paused until {end} s");
    }
}

#[test]
fn jobs_of_a_lightly_loaded_worker_wait_for_half_the_time_between_its_looks() {
    let jobs: Vec<_> = (0..10_000_u32).map(|job| (f64::from(job) * 100.0, 1.0)).collect();
    let mut parts = polling(world(vec![class("mail", 0, script(&jobs))], 1), 10.0);
    parts.horizon = lasting(1_000_000.0);
    // A job of 1 s moves the looks by 1 s: each waits 1 s longer than the one before, or 9 s less.
    let log = Log::of(parts);
    let waits: Vec<_> = log.started.iter().map(|(now, job)| now.since(job.ready)).collect();
    for pair in waits.windows(2) {
        assert_eq!(pair[1], lasting(((pair[0].as_secs_f64() + 1.0) * 1e9).round() * 1e-9 % 10.0), "{pair:?}");
    }
    let mean = waits.iter().map(|wait| wait.as_secs_f64()).sum::<f64>() / waits.len() as f64;
    assert!((mean - 5.0).abs() <= 0.5, "{mean}");
}

#[test]
fn looks_in_vain_are_an_interval_apart_from_the_end_of_the_last_job() {
    // The job of 0 ends at some time e; from then on looks are at e + 10, e + 20, ...
    let jobs = [(0.0, 3.0), (30.0, 1.0), (95.0, 1.0)];
    let log = Log::of(polling(world(vec![class("mail", 0, script(&jobs))], 1), 10.0));
    let mut end = log.started[0].1.finish;
    for (start, job) in &log.started[1..] {
        let next = (1..).map(|look| end.after(lasting(10.0 * f64::from(look)))).find(|&look| look >= job.ready);
        assert_eq!(Some(*start), next);
        end = job.finish;
    }
}

#[test]
fn a_worker_that_comes_later_looks_at_once() {
    let mut parts = polling(world(vec![class("mail", 0, script(&[(1.0, 1.0), (28.0, 1.0)]))], 0), 10.0);
    let effects = vec![Effect::SetSize(tailback::model::PoolId(0), 1)];
    parts.changes = vec![Change { name: "open".to_owned(), at: at(5.0), until: Until::Horizon, effects }];
    let starts: Vec<f64> = Log::of(parts).starts().iter().map(|&(_, _, start)| start).collect();
    // From 6 on it looks every 10 s.
    assert_eq!(starts, [5.0, 36.0]);
}

#[test]
fn a_lone_job_waits_for_the_least_of_as_many_uniform_times_as_workers_are_idle() {
    for workers in [1, 3] {
        let mut parts = polling(world(vec![class("mail", 0, script(&[(0.0, 1.0)]))], workers), 12.0);
        parts.horizon = lasting(20.0);
        let model = build(parts);
        let wait = |replication| {
            let mut log = Log::default();
            simulate(&model, ReplicationSeed { master: 5, replication }, &mut log).unwrap();
            log.started[0].0.as_secs_f64()
        };
        let found = Estimate::of(&(0..40_000).map(wait).collect::<Vec<_>>(), 0.999).unwrap();
        let exact = 12.0 / f64::from(workers + 1);
        assert!((found.mean - exact).abs() < found.half_width().unwrap(), "{found:?}, exact {exact}");
        assert!(found.half_width().unwrap() < 0.02 * exact, "{found:?}");
    }
}
