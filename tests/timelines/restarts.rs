//! Pools whose workers are restarted, some at a time: timelines worked out by hand, and the capacity that is lost.

use crate::support::{Log, at, class, lasting, script, world};
use tailback::distribution::Distribution;
use tailback::model::{Arrivals, Change, Choose, Effect, ModelParts, PoolId, RollingRestart, ScaleIn, Ticks, Until};

/// Away for so many seconds, so many at a time.
fn restart(takes: f64, at_a_time: u32) -> RollingRestart {
    RollingRestart { times: None, takes: Distribution::constant(takes).unwrap(), at_a_time, gap: lasting(0.0) }
}

fn restarted(jobs: &[(f64, f64)], workers: u32, restart: RollingRestart) -> ModelParts {
    let mut parts = world(vec![class("mail", 0, script(jobs))], workers);
    parts.pools[0].capacity.restart = Some(restart);
    parts.horizon = lasting(100.0);
    parts
}

#[test]
fn each_worker_leaves_after_its_job_and_the_next_one_after_its_return_and_the_gap() {
    let jobs = [(0.0, 30.0), (1.0, 24.0), (26.0, 3.0), (31.0, 2.0), (32.0, 2.0)];
    let mut parts = restarted(&jobs, 2, RollingRestart { gap: lasting(5.0), ..restart(10.0, 1) });
    let effects = vec![Effect::Restart(PoolId(0))];
    parts.changes = vec![Change { name: "deploy".to_owned(), at: at(20.0), until: Until::Horizon, effects }];
    let log = Log::of(parts);
    // The first worker leaves at 30, when its job is finished, and is back at 40; the other one is idle at 45 and leaves at once.
    let starts: Vec<_> = log.starts().iter().map(|&(_, created, start)| (created, start)).collect();
    assert_eq!(starts, [(0.0, 0.0), (1.0, 1.0), (26.0, 26.0), (31.0, 31.0), (32.0, 33.0)]);
    assert_eq!(log.sizes(), [(0.0, 2), (30.0, 1), (40.0, 2), (45.0, 1), (55.0, 2)]);
    assert_eq!(downs(&log), [(30.0, 1), (40.0, 0), (45.0, 1), (55.0, 0)]);
}

#[test]
fn a_worker_that_is_still_busy_after_the_grace_time_is_killed_and_its_job_runs_again() {
    let regular = Some(Ticks::Every { first: at(20.0), every: lasting(50.0) });
    let mut parts = restarted(&[(0.0, 100.0), (1.0, 22.0)], 2, RollingRestart { times: regular, ..restart(10.0, 2) });
    parts.pools[0].capacity.scale_in = ScaleIn::KillAfter(lasting(5.0));
    let log = Log::of(parts);
    // One leaves at 23, after its job, and is back at 33; the other one is killed at 25 and is back at 35. The next restart is at
    // 70: the idle one leaves and is back at 80, the busy one is killed at 75.
    let again: Vec<_> = log.restarted.iter().map(|(now, _)| *now).collect();
    assert_eq!(again, [at(33.0), at(80.0)]);
    let killed: Vec<_> = log.interrupted.iter().map(|(now, job)| (*now, job.wasted)).collect();
    assert_eq!(killed, [(at(25.0), lasting(25.0)), (at(75.0), lasting(42.0))]);
    let sizes = [(0.0, 2), (23.0, 1), (25.0, 0), (33.0, 1), (35.0, 2), (70.0, 1), (75.0, 0), (80.0, 1), (85.0, 2)];
    assert_eq!(log.sizes(), sizes);
}

/// A pool of one worker that has a second one from 10 to 20, which then leaves for good, and is restarted at 15.
fn shrunk_in_a_restart(jobs: &[(f64, f64)], restart: RollingRestart, scale_in: ScaleIn) -> Log {
    let mut parts = restarted(jobs, 1, restart);
    parts.pools[0].capacity.choose = Choose::Newest;
    parts.pools[0].capacity.scale_in = scale_in;
    let change = |time: f64, effect| Change {
        name: format!("at-{time}"),
        at: at(time),
        until: Until::Horizon,
        effects: vec![effect],
    };
    let size = |size| Effect::SetSize(PoolId(0), size);
    parts.changes = vec![change(10.0, size(2)), change(15.0, Effect::Restart(PoolId(0))), change(20.0, size(1))];
    Log::of(parts)
}

#[test]
fn a_worker_that_leaves_for_good_is_not_restarted_as_well() {
    // Both are to be restarted after their jobs, but the newer one leaves for good at 38. The older one is back at 40.
    let jobs = [(0.0, 30.0), (11.0, 27.0), (41.0, 2.0)];
    let log = shrunk_in_a_restart(&jobs, restart(10.0, 2), ScaleIn::Drain);
    assert_eq!(log.sizes(), [(0.0, 1), (10.0, 2), (30.0, 1), (38.0, 0), (40.0, 1)]);
    assert_eq!(downs(&log), [(30.0, 1), (40.0, 0)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 11.0, 11.0), (0, 41.0, 41.0)]);
}

#[test]
fn nobody_is_restarted_in_the_place_of_one_that_leaves_for_good() {
    // One at a time: the older one is away from 17 to 27. The newer one, whose turn is next, leaves for good at 23.
    let log = shrunk_in_a_restart(&[(0.0, 17.0), (11.0, 12.0), (28.0, 2.0)], restart(10.0, 1), ScaleIn::Drain);
    assert_eq!(log.sizes(), [(0.0, 1), (10.0, 2), (17.0, 1), (23.0, 0), (27.0, 1)]);
    assert_eq!(downs(&log), [(17.0, 1), (27.0, 0)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 11.0, 11.0), (0, 28.0, 28.0)]);
    // The same when it is idle by then and leaves at once.
    let log = shrunk_in_a_restart(&[(0.0, 17.0), (11.0, 5.0), (28.0, 20.0)], restart(10.0, 1), ScaleIn::Drain);
    assert_eq!(downs(&log), [(17.0, 1), (27.0, 0)]);
}

#[test]
fn an_idle_worker_that_leaves_for_good_is_restarted_no_more() {
    // Three idle workers, one at a time from 15 on; one of those whose turn has not come leaves for good at 20.
    for choose in [Choose::IdleFirst, Choose::Newest, Choose::Random] {
        let mut parts = restarted(&[(90.0, 1.0)], 3, restart(10.0, 1));
        parts.pools[0].capacity.choose = choose;
        let change = |time: f64, effect| Change {
            name: format!("at-{time}"),
            at: at(time),
            until: Until::Horizon,
            effects: vec![effect],
        };
        parts.changes = vec![change(15.0, Effect::Restart(PoolId(0))), change(20.0, Effect::SetSize(PoolId(0), 2))];
        let log = Log::of(parts);
        assert_eq!(log.sizes().last(), Some(&(35.0, 2)), "{choose:?}: {:?}", log.sizes());
        assert_eq!(downs(&log).last(), Some(&(35.0, 0)), "{choose:?}");
        let areas = downs(&log);
        let down: f64 = areas.windows(2).map(|pair| (pair[1].0 - pair[0].0) * f64::from(pair[0].1)).sum();
        assert_eq!(down, 20.0, "{choose:?}: the two that stay are away for 10 s each");
    }
}

#[test]
fn each_restart_costs_every_worker_the_jobs_of_its_absence() {
    for at_a_time in [1, 2, 3, 4, 9] {
        let regular = Some(Ticks::Every { first: at(100.0), every: lasting(100.0) });
        let mut parts = restarted(&[], 4, RollingRestart { times: regular, ..restart(5.0, at_a_time) });
        parts.classes = vec![class("mail", 0, Arrivals::None)];
        parts.classes[0].initial_backlog = 5000;
        parts.horizon = lasting(1000.0);
        let log = Log::of(parts);
        // Four workers that are never idle finish a job each second, but for nine restarts of 5 s.
        assert_eq!(log.completed.len(), 4 * 999 - 9 * 4 * 5, "{at_a_time} at a time");
        let areas = downs(&log);
        let down: f64 = areas.windows(2).map(|pair| (pair[1].0 - pair[0].0) * f64::from(pair[0].1)).sum();
        assert_eq!(down, 180.0);
    }
}

fn downs(log: &Log) -> Vec<(f64, u32)> {
    log.absent.iter().map(|(now, _, absent)| (now.as_secs_f64(), absent.down)).collect()
}
