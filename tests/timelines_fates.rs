//! What else can become of a job than being finished: timelines worked out by hand, exact, simultaneous events included.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Log, class, lasting, script, world};
use tailback::engine::{Place, Sequel};
use tailback::model::{Backoff, Failure, Fate, JobClass, ModelParts, PoolId, Retry};
use tailback::units::Share;

fn share(share: f64) -> Share {
    Share::new(share).unwrap()
}

/// Jobs at these times with these service times, of which this becomes.
fn jobs(jobs: &[(f64, f64)], fate: Fate) -> JobClass {
    JobClass { fate, ..class("jobs", 0, script(jobs)) }
}

fn constant(delay: f64, most: u32) -> Option<Retry> {
    Some(Retry { backoff: Backoff::Constant(lasting(delay)), most })
}

fn always(after: f64) -> Option<Failure> {
    Some(Failure { probability: share(1.0), after: share(after) })
}

// ---- Timeouts, failures, retries ----

#[test]
fn a_timeout_frees_the_worker_at_its_instant_and_the_job_is_dead() {
    let fate = Fate { timeout: Some(lasting(5.0)), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 9.0), (1.0, 5.0), (2.0, 1.0)], fate)], 1));
    // The second takes exactly as long as it may, and is finished.
    assert_eq!(log.failures(), [(0.0, 5.0, true, Sequel::Dead)]);
    assert_eq!(log.finishes(), [(0, 1.0, 10.0), (0, 2.0, 11.0)]);
    assert!(log.unfinished.is_empty() && log.restarted.is_empty());
}

#[test]
fn a_job_that_times_out_is_retried_behind_those_that_are_ready_until_its_retries_are_used_up() {
    let fate = Fate { timeout: Some(lasting(2.0)), retry: constant(3.0, 2), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 4.0), (4.5, 1.0)], fate)], 1));
    // Runs 0 to 2, due at 5; 5.5 to 7.5 behind the second job, due at 10.5; 10.5 to 12.5, dead.
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 4.5, 4.5)]);
    assert_eq!(log.restarts(), [(0.0, 5.5), (0.0, 10.5)]);
    let (retry, dead) = (Sequel::Retry, Sequel::Dead);
    assert_eq!(log.failures(), [(0.0, 2.0, true, retry), (0.0, 7.5, true, retry), (0.0, 12.5, true, dead)]);
    assert_eq!(log.readies(), [(0.0, 0.0), (4.5, 4.5), (0.0, 5.0), (0.0, 10.5)]);
    // Workers; job 1; it fails; job 2 comes, the retry of job 1 waits; ...
    assert_eq!(log.order, "warsfarsyrcSfyrSf");
}

#[test]
fn a_failure_comes_after_its_share_of_the_service_time_and_a_timeout_may_come_first() {
    let fail = |timeout| Fate { failure: always(0.5), timeout, retry: constant(1.0, 1), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 8.0)], fail(None))], 1));
    assert_eq!(log.failures(), [(0.0, 4.0, false, Sequel::Retry), (0.0, 9.0, false, Sequel::Dead)]);
    let log = Log::of(world(vec![jobs(&[(0.0, 8.0)], fail(Some(lasting(3.0))))], 1));
    assert_eq!(log.failures(), [(0.0, 3.0, true, Sequel::Retry), (0.0, 7.0, true, Sequel::Dead)]);
    let log = Log::of(world(vec![jobs(&[(0.0, 8.0)], fail(Some(lasting(4.0))))], 1));
    assert_eq!(log.failures()[0], (0.0, 4.0, false, Sequel::Retry), "of both at once it is a failure");
}

#[test]
fn a_retry_that_is_due_at_once_waits_for_the_completions_of_its_instant_and_precedes_arrivals() {
    let fate = Fate { failure: always(1.0), retry: constant(0.0, 1), ..Fate::default() };
    let other = class("other", 0, script(&[(0.0, 2.0), (2.0, 7.0)]));
    let log = Log::of(world(vec![jobs(&[(0.0, 2.0)], fate), other], 2));
    // At 2 both workers are free; then the retry starts, then the arrival.
    assert_eq!(log.order, "warsarsfcyrSarsfc");
    assert_eq!(log.finishes(), [(1, 0.0, 2.0), (1, 2.0, 9.0)]);
}

#[test]
fn a_retry_keeps_the_demand_and_the_first_wait_of_its_job() {
    let fate = Fate { failure: always(0.25), retry: constant(10.0, 1), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 2.0), (0.0, 4.0)], fate)], 1));
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 0.0, 0.5)]);
    let ends: Vec<f64> = log.failures().iter().map(|row| row.1).collect();
    assert_eq!(ends, [0.5, 1.5, 11.0, 12.5], "a quarter of 2 and of 4 s, each twice");
}

#[test]
fn at_the_horizon_a_job_between_its_attempts_is_unfinished_once() {
    let fate = |delay| Fate { failure: always(1.0), retry: constant(delay, 1), ..Fate::default() };
    let late = ModelParts { horizon: lasting(5.0), ..world(vec![jobs(&[(0.0, 1.0), (0.0, 9.0)], fate(50.0))], 1) };
    assert_eq!(Log::of(late).places(), [Place::Retrying, Place::Running(PoolId(0))]);
    let ready = ModelParts { horizon: lasting(5.0), ..world(vec![jobs(&[(0.0, 1.0), (0.0, 9.0)], fate(1.0))], 1) };
    assert_eq!(Log::of(ready).places(), [Place::Retrying, Place::Running(PoolId(0))]);
}

#[test]
fn a_change_until_drained_waits_for_retries() {
    let fate = Fate { failure: always(1.0), retry: constant(4.0, 1), ..Fate::default() };
    let mut parts = world(vec![jobs(&[(0.0, 1.0)], fate)], 1);
    let effects = vec![tailback::model::Effect::SetSize(PoolId(0), 3)];
    let until = tailback::model::Until::Drained;
    parts.changes = vec![tailback::model::Change { name: "more".to_owned(), at: support::at(2.0), until, effects }];
    assert_eq!(Log::of(parts).sizes(), [(0.0, 1), (2.0, 3), (5.0, 1)]);
}

#[test]
fn what_fails_is_the_same_under_every_number_of_workers() {
    let fate = Fate {
        failure: Some(Failure { probability: share(0.3), after: share(1.0) }),
        retry: Some(Retry { backoff: Backoff::Sidekiq, most: 3 }),
        ..Fate::default()
    };
    let arrivals: Vec<(f64, f64)> = (0..4000).map(|i| (f64::from(i) / 10.0, 0.3)).collect();
    let failures = |workers| {
        let log = Log::of(world(vec![jobs(&arrivals, fate.clone())], workers));
        let mut rows: Vec<(f64, Sequel)> = log.failures().iter().map(|row| (row.0, row.3)).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        (rows, log.unfinished.len())
    };
    let (few, many) = (failures(5), failures(90));
    assert_eq!(few, many);
    // 4 000 (0.3 + 0.09 + 0.027 + 0.0081) = 1 700 with a deviation of 49.
    assert!((1_500..1_900).contains(&few.0.len()), "{}", few.0.len());
}
