//! Jobs that need a provider: timelines worked out by hand, exact, simultaneous events included, and sample paths that must equal
//! those of other worlds.

use crate::support::{self, Log, at, class, lasting, script, world};
use tailback::distribution::Distribution;
use tailback::engine::{Disposition, Place};
use tailback::model::{
    Arrivals, Backoff, CallRate, Crowding, End, Failure, Fate, Interrupted, JobClass, ModelParts, PoolId, Provider,
    ProviderId, Redelivery, Rerun, Retry, Service, Take, Trouble,
};
use tailback::units::{Rate, Share};

fn share(share: f64) -> Share {
    Share::new(share).unwrap()
}

fn needs(fate: Fate) -> Fate {
    Fate { provider: Some(ProviderId(0)), ..fate }
}

fn capped(most: u32) -> Provider {
    Provider { concurrent: Some(most), ..Provider::default() }
}

fn rated(rate: CallRate) -> Provider {
    Provider { rate: Some(rate), ..Provider::default() }
}

fn trouble(from: f64, to: f64) -> Trouble {
    Trouble { from: at(from), to: at(to), slow: 1.0, fails: Share::default(), hangs: false }
}

fn troubled(windows: Vec<Trouble>) -> Provider {
    Provider { windows, ..Provider::default() }
}

fn hanging(from: f64, to: f64) -> Provider {
    troubled(vec![Trouble { hangs: true, ..trouble(from, to) }])
}

/// A class of jobs at these times with these service times that need the provider.
fn jobs(jobs: &[(f64, f64)], fate: Fate) -> JobClass {
    JobClass { fate: needs(fate), ..class("jobs", 0, script(jobs)) }
}

fn with(provider: Provider, classes: Vec<JobClass>, workers: u32) -> ModelParts {
    let provider = Provider { name: "provider".to_owned(), ..provider };
    ModelParts { providers: vec![provider], ..world(classes, workers) }
}

fn log(provider: Provider, workers: u32, arrivals: &[(f64, f64)]) -> Log {
    Log::of(with(provider, vec![jobs(arrivals, Fate::default())], workers))
}

/// (created, finish) in the order of the completions.
fn finishes(log: &Log) -> Vec<(f64, f64)> {
    log.finishes().iter().map(|&(_, created, finish)| (created, finish)).collect()
}

/// (when, waiting, in progress, let in) after each change.
fn calls(log: &Log) -> Vec<(f64, u32, u32, u64)> {
    log.calls.iter().map(|(now, _, calls)| (now.as_secs_f64(), calls.waiting, calls.busy, calls.admitted)).collect()
}

fn timeout(seconds: f64) -> Fate {
    Fate { timeout: Some(lasting(seconds)), ..Fate::default() }
}

// ---- Waiting to be let in ----

#[test]
fn a_job_over_the_cap_holds_its_worker_and_calls_when_another_call_ends() {
    let log = log(capped(1), 2, &[(0.0, 5.0), (1.0, 2.0), (2.0, 1.0)]);
    // The second job has a worker from 1 and calls from 5 to 7; the third has none until 5, and calls from 7.
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 1.0, 1.0), (0, 2.0, 5.0)]);
    assert_eq!(finishes(&log), [(0.0, 5.0), (1.0, 7.0), (2.0, 8.0)]);
    let expected = [(0.0, 0, 1, 1), (1.0, 1, 1, 1), (5.0, 0, 1, 2), (5.0, 1, 1, 2), (7.0, 0, 1, 3), (8.0, 0, 0, 3)];
    assert_eq!(calls(&log), expected);
}

#[test]
fn jobs_of_several_pools_and_classes_are_let_in_in_the_order_of_their_starts() {
    let one = jobs(&[(0.0, 4.0), (2.0, 1.0)], Fate::default());
    let other = JobClass { queue: tailback::model::QueueId(1), ..jobs(&[(1.0, 3.0)], Fate::default()) };
    let other = JobClass { name: "other".to_owned(), ..other };
    let mut parts = with(capped(1), vec![one, other], 2);
    parts.pools = vec![
        support::pool("one", 2, Take::Strict(support::listed(&[0]))),
        support::pool("other", 1, Take::Strict(support::listed(&[1]))),
    ];
    assert_eq!(Log::of(parts).finishes(), [(0, 0.0, 4.0), (1, 1.0, 7.0), (0, 2.0, 8.0)]);
}

#[test]
fn a_fixed_window_lets_so_many_in_and_the_others_at_its_end() {
    let rate = CallRate::FixedWindow { calls: 2, per: lasting(10.0) };
    let log = log(rated(rate), 9, &[(8.0, 1.0), (9.0, 1.0), (9.0, 3.0), (9.5, 1.0), (11.0, 1.0)]);
    // Two of the window from 0, two of that from 10, one of that from 20.
    assert_eq!(finishes(&log), [(8.0, 9.0), (9.0, 10.0), (9.5, 11.0), (9.0, 13.0), (11.0, 21.0)]);
}

#[test]
fn a_token_bucket_lets_its_burst_in_and_then_one_by_one() {
    let rate = CallRate::TokenBucket { every: lasting(4.0), burst: 2 };
    let log = log(rated(rate), 9, &[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0), (6.0, 1.0), (30.0, 1.0), (30.0, 1.0)]);
    // Tokens of 5 and 9; by 30 the bucket is full again.
    assert_eq!(finishes(&log), [(1.0, 2.0), (1.0, 2.0), (1.0, 6.0), (6.0, 10.0), (30.0, 31.0), (30.0, 31.0)]);
}

#[test]
fn a_cap_and_a_rate_hold_together() {
    let rate = Some(CallRate::FixedWindow { calls: 2, per: lasting(10.0) });
    let log = log(Provider { rate, ..capped(1) }, 9, &[(0.0, 4.0), (0.0, 4.0), (0.0, 4.0), (0.0, 4.0)]);
    assert_eq!(finishes(&log), [(0.0, 4.0), (0.0, 8.0), (0.0, 14.0), (0.0, 18.0)]);
}

#[test]
fn a_timeout_counts_from_the_start_of_the_attempt_and_who_never_called_leaves_its_place() {
    let parts = with(capped(1), vec![jobs(&[(0.0, 6.0), (1.0, 1.0), (3.0, 3.0), (3.0, 5.0)], timeout(6.0))], 4);
    let log = Log::of(parts);
    // The first takes exactly as long as it may; the second calls at 6 with a second to spare; the third calls from 7 to 9, when its
    // timeout ends; the fourth waits until then and never calls.
    assert_eq!(finishes(&log), [(0.0, 6.0), (1.0, 7.0)]);
    assert_eq!(log.failures(), [(3.0, 9.0, true, Disposition::Dead), (3.0, 9.0, true, Disposition::Dead)]);
    assert_eq!(log.calls.last().unwrap().2.busy, 0);
}

#[test]
fn a_place_is_left_at_once_by_a_call_that_times_out_and_by_a_job_that_times_out_waiting() {
    let quick = jobs(&[(1.0, 1.0)], timeout(2.0));
    let slow = JobClass { name: "slow".to_owned(), ..jobs(&[(0.0, 9.0), (2.0, 4.0)], timeout(8.0)) };
    let log = Log::of(with(capped(1), vec![quick, slow], 4));
    // The quick one waits from 1 to 3 and is killed; the other one is let in when the call of 0 is killed at 8, and has 2 s left.
    let dead = Disposition::Dead;
    assert_eq!(log.failures(), [(1.0, 3.0, true, dead), (0.0, 8.0, true, dead), (2.0, 10.0, true, dead)]);
    assert_eq!(log.calls.last().unwrap().2.admitted, 2);
}

#[test]
fn at_the_horizon_a_waiting_job_is_running() {
    let parts = with(capped(1), vec![jobs(&[(0.0, 9.0), (1.0, 1.0)], Fate::default())], 2);
    let log = Log::of(ModelParts { horizon: lasting(5.0), ..parts });
    assert_eq!(log.places(), [Place::Running(PoolId(0)), Place::Running(PoolId(0))]);
}

// ---- Calls ----

#[test]
fn a_call_is_slowed_down_by_those_in_progress_when_it_begins() {
    let slowdown = Some(Crowding { above: 1, per_call: 0.5 });
    let log = log(Provider { slowdown, ..Provider::default() }, 9, &[(0.0, 4.0), (1.0, 4.0), (2.0, 4.0), (8.0, 4.0)]);
    // Alone: 4; as the second: 6; as the third: 8; at 8 one is left: 6.
    assert_eq!(finishes(&log), [(0.0, 4.0), (1.0, 7.0), (2.0, 10.0), (8.0, 14.0)]);
}

#[test]
fn calls_that_begin_in_a_slow_window_take_longer() {
    let slow = Trouble { slow: 5.0, ..trouble(10.0, 20.0) };
    let log = log(troubled(vec![slow]), 9, &[(9.0, 4.0), (10.0, 1.0), (19.0, 2.0), (20.0, 2.0)]);
    assert_eq!(finishes(&log), [(9.0, 13.0), (10.0, 15.0), (20.0, 22.0), (19.0, 29.0)]);
}

#[test]
fn calls_that_begin_in_a_failing_window_fail_at_their_end_and_are_retried() {
    let fails = Trouble { fails: share(1.0), ..trouble(10.0, 20.0) };
    let retry = Some(Retry { backoff: Backoff::Constant(lasting(5.0)), most: 1 });
    let class = jobs(&[(9.0, 4.0), (10.0, 4.0), (19.0, 2.0)], Fate { retry, ..Fate::default() });
    let log = Log::of(with(troubled(vec![fails]), vec![class], 9));
    assert_eq!(
        log.failures(),
        [
            (10.0, 14.0, false, Disposition::Retry),
            (19.0, 21.0, false, Disposition::Retry),
            (10.0, 23.0, false, Disposition::Dead)
        ]
    );
    assert_eq!(finishes(&log), [(9.0, 13.0), (19.0, 28.0)]);
}

#[test]
fn what_a_provider_fails_is_a_share_and_the_same_under_every_number_of_workers() {
    let fails = Trouble { fails: share(0.3), ..trouble(0.0, 1e4) };
    let arrivals: Vec<(f64, f64)> = (0..4000).map(|i| (f64::from(i) / 10.0, 0.3)).collect();
    let failed = |workers| {
        let log = log(troubled(vec![fails]), workers, &arrivals);
        let mut failed: Vec<f64> = log.failures().iter().map(|row| row.0).collect();
        failed.sort_by(f64::total_cmp);
        failed
    };
    let few = failed(5);
    assert_eq!(few, failed(90));
    // 1 200 with a deviation of 29.
    assert!((1_100..1_300).contains(&few.len()), "{}", few.len());
}

#[test]
fn calls_stand_still_in_a_hanging_window_and_go_on_after_it() {
    let log = log(hanging(10.0, 20.0), 9, &[(6.0, 4.0), (8.0, 4.0), (12.0, 3.0), (20.0, 1.0)]);
    assert_eq!(finishes(&log), [(6.0, 10.0), (20.0, 21.0), (8.0, 22.0), (12.0, 23.0)]);
}

#[test]
fn a_call_that_hangs_is_killed_by_its_timeout() {
    let log = Log::of(with(hanging(10.0, 20.0), vec![jobs(&[(8.0, 4.0), (14.0, 1.0)], timeout(7.0))], 9));
    // The first is killed at 15; the second goes on at 20 and takes exactly as long as it may.
    assert_eq!(log.failures(), [(8.0, 15.0, true, Disposition::Dead)]);
    assert_eq!(finishes(&log), [(14.0, 21.0)]);
}

#[test]
fn the_failure_of_a_class_comes_after_its_share_of_the_stretched_call() {
    let fate = Fate { failure: Some(Failure { probability: share(1.0), after: share(0.5) }), ..Fate::default() };
    let slow = Trouble { slow: 3.0, ..trouble(0.0, 50.0) };
    let log = Log::of(with(troubled(vec![slow]), vec![jobs(&[(0.0, 4.0)], fate)], 1));
    assert_eq!(log.failures(), [(0.0, 6.0, false, Disposition::Dead)]);
}

#[test]
fn a_job_that_waits_becomes_visible_again_and_one_that_ends_in_time_does_not() {
    let fate = |seconds| Fate { visibility_timeout: Some(lasting(seconds)), ..Fate::default() };
    let arrivals = [(0.0, 6.0), (1.0, 2.0)];
    let late = Log::of(with(capped(1), vec![jobs(&arrivals, fate(6.5))], 4));
    // The second waits to 6 and would end at 8: its copy comes at 7.5, waits, and is let in at 8.
    let duplicated: Vec<f64> = late.duplicated.iter().map(|(now, _)| now.as_secs_f64()).collect();
    assert_eq!((duplicated, late.repeated.len()), (vec![7.5], 1));
    let in_time = Log::of(with(capped(1), vec![jobs(&arrivals, fate(7.0))], 4));
    assert_eq!((in_time.duplicated.len(), finishes(&in_time)), (0, vec![(0.0, 6.0), (1.0, 8.0)]));
}

// ---- Interruptions ----

/// Both workers are interrupted from 4 to 6; what the jobs of 0 (5 s) and 1 (3 s) come to with a cap of one.
fn interrupted(rerun: Rerun) -> Log {
    let mut parts = with(capped(1), vec![jobs(&[(0.0, 5.0), (1.0, 3.0)], Fate::default())], 2);
    parts.pools[0].capacity.outages = vec![tailback::model::Window { from: at(4.0), to: at(6.0) }];
    parts.pools[0].capacity.interrupted = Interrupted::Redelivered(Redelivery { to: End::Tail, rerun });
    Log::of(parts)
}

#[test]
fn an_interrupted_call_frees_its_place_and_an_interrupted_job_that_waits_leaves_the_line() {
    // The latest started is interrupted first, so that the waiting one is in front when the pool is back.
    let restart = interrupted(Rerun::Restart);
    assert_eq!(finishes(&restart), [(1.0, 9.0), (0.0, 14.0)]);
    let wasted: Vec<f64> = restart.interrupted.iter().map(|(_, job)| job.wasted.as_secs_f64()).collect();
    assert_eq!(wasted, [3.0, 4.0]);
    assert_eq!(restart.calls.last().unwrap().2.admitted, 3);
}

#[test]
fn a_job_that_resumes_has_done_what_its_call_has_done() {
    // The waiting one has done nothing, the calling one has a second left.
    assert_eq!(finishes(&interrupted(Rerun::Resume)), [(1.0, 9.0), (0.0, 10.0)]);
    // Of the 5 s of service, slowed down to 10, two were done before the call hung from 2 to 30: 4 s of service are left.
    let mut provider = hanging(2.0, 30.0);
    provider.windows.insert(0, Trouble { slow: 2.0, ..trouble(0.0, 1.0) });
    let mut parts = with(provider, vec![jobs(&[(0.0, 5.0)], Fate::default())], 1);
    parts.pools[0].capacity.outages = vec![tailback::model::Window { from: at(20.0), to: at(40.0) }];
    parts.pools[0].capacity.interrupted = Interrupted::Redelivered(Redelivery { to: End::Tail, rerun: Rerun::Resume });
    assert_eq!(finishes(&Log::of(parts)), [(0.0, 44.0)]);
}

// ---- Other worlds with the same sample path ----

/// 20 000 Poisson arrivals or so at this rate with exponential service of mean 1.
fn random(rate: f64) -> JobClass {
    let arrivals = Arrivals::Poisson { rate: Rate::per_second(rate).unwrap(), profile: None };
    JobClass { service: Service::plain(Distribution::exponential(1.0).unwrap()), ..class("jobs", 0, arrivals) }
}

fn long(parts: ModelParts) -> Log {
    Log::of(ModelParts { horizon: lasting(5_000.0), ..parts })
}

#[test]
fn more_workers_than_jobs_before_a_cap_of_k_are_k_workers() {
    for (rate, most) in [(0.9, 1), (4.5, 5)] {
        let plain = long(world(vec![random(rate)], most));
        let asked = JobClass { fate: needs(Fate::default()), ..random(rate) };
        let capped = long(with(capped(most), vec![asked], 1_000));
        assert!(plain.completed.len() > 4_000);
        assert_eq!(finishes(&plain), finishes(&capped), "the jobs wait elsewhere, and end at the same instants");
    }
}

#[test]
fn a_token_bucket_of_one_lets_in_as_a_single_server_of_constant_service() {
    let every = 1.0;
    let asked = JobClass { fate: needs(Fate::default()), ..random(0.9) };
    let log = long(with(rated(CallRate::TokenBucket { every: lasting(every), burst: 1 }), vec![asked], 1_000));
    let constant = JobClass { service: Service::plain(Distribution::constant(every).unwrap()), ..random(0.9) };
    let server = long(world(vec![constant], 1));
    // Each is let in when the server starts it.
    let admitted: Vec<f64> = log
        .calls
        .iter()
        .scan(0, |before, (now, _, calls)| Some((calls.admitted > std::mem::replace(before, calls.admitted), now)))
        .filter_map(|(new, now)| new.then_some(now.as_secs_f64()))
        .collect();
    let starts: Vec<f64> = server.starts().iter().map(|start| start.2).collect();
    assert!(starts.len() > 4_000);
    assert_eq!(admitted, starts);
}

#[test]
fn no_job_and_no_place_is_lost_when_calls_time_out_and_are_interrupted_again_and_again() {
    let retry = Some(Retry { backoff: Backoff::Constant(lasting(3.0)), most: 2 });
    for rerun in [Rerun::Resume, Rerun::Restart, Rerun::Resample] {
        for (most, timeout) in [(1, 2.0), (3, 4.0), (3, 50.0)] {
            let fate = needs(Fate { timeout: Some(lasting(timeout)), retry, ..Fate::default() });
            let rate = Some(CallRate::TokenBucket { every: lasting(0.3), burst: 3 });
            let mut parts = with(Provider { rate, ..capped(most) }, vec![JobClass { fate, ..random(2.0) }], 8);
            let window = |i: u32| tailback::model::Window {
                from: at(f64::from(i) * 10.0 + 5.0),
                to: at(f64::from(i) * 10.0 + 6.0),
            };
            parts.pools[0].capacity.outages = (0..90).map(window).collect();
            parts.pools[0].capacity.interrupted = Interrupted::Redelivered(Redelivery { to: End::Head, rerun });
            let log = Log::of(parts);
            let dead = log.failures().iter().filter(|row| row.3 == Disposition::Dead).count();
            assert_eq!(log.created.len(), log.completed.len() + dead + log.unfinished.len());
            assert!(log.interrupted.len() > 100 && log.completed.len() > 500, "the scenario shows too little");
            assert!(log.calls.iter().all(|(_, _, calls)| calls.busy <= most && calls.busy + calls.waiting <= 8));
            let running = log.places().iter().filter(|place| **place == Place::Running(PoolId(0))).count();
            let last = log.calls.last().unwrap().2;
            assert_eq!((last.busy + last.waiting) as usize, running);
        }
    }
}
