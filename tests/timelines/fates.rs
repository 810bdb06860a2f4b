//! What else can become of a job than being finished: timelines worked out by hand, exact, simultaneous events included.

use crate::support::{self, Log, class, lasting, script, world};
use tailback::engine::{Disposition, Leaving, Place};
use tailback::model::{
    Backoff, Balk, ClassId, Dispatcher, DispatcherId, Failure, Fate, FollowUp, JobClass, Join, JoinWhen, ModelParts,
    PoolId, QueueId, Retry, Room, WhenFull,
};
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

/// A dispatcher that wakes every so many seconds.
fn driver(interval: f64) -> Dispatcher {
    Dispatcher { name: "driver".to_owned(), interval: lasting(interval), ..Dispatcher::default() }
}

// ---- Timeouts, failures, retries ----

#[test]
fn a_timeout_frees_the_worker_at_its_instant_and_the_job_is_dead() {
    let fate = Fate { timeout: Some(lasting(5.0)), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 9.0), (1.0, 5.0), (2.0, 1.0)], fate)], 1));
    // The second takes exactly as long as it may, and is finished.
    assert_eq!(log.failures(), [(0.0, 5.0, true, Disposition::Dead)]);
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
    let (retry, dead) = (Disposition::Retry, Disposition::Dead);
    assert_eq!(log.failures(), [(0.0, 2.0, true, retry), (0.0, 7.5, true, retry), (0.0, 12.5, true, dead)]);
    assert_eq!(log.readies(), [(0.0, 0.0), (4.5, 4.5), (0.0, 5.0), (0.0, 10.5)]);
    // Workers; job 1; it fails; job 2 comes, the retry of job 1 waits; ...
    assert_eq!(log.order, "warsfarsyrcSfyrSf");
}

#[test]
fn a_failure_comes_after_its_share_of_the_service_time_and_a_timeout_may_come_first() {
    let fail = |timeout| Fate { failure: always(0.5), timeout, retry: constant(1.0, 1), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 8.0)], fail(None))], 1));
    assert_eq!(log.failures(), [(0.0, 4.0, false, Disposition::Retry), (0.0, 9.0, false, Disposition::Dead)]);
    let log = Log::of(world(vec![jobs(&[(0.0, 8.0)], fail(Some(lasting(3.0))))], 1));
    assert_eq!(log.failures(), [(0.0, 3.0, true, Disposition::Retry), (0.0, 7.0, true, Disposition::Dead)]);
    let log = Log::of(world(vec![jobs(&[(0.0, 8.0)], fail(Some(lasting(4.0))))], 1));
    assert_eq!(log.failures()[0], (0.0, 4.0, false, Disposition::Retry), "of both at once it is a failure");
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
        let mut rows: Vec<(f64, Disposition)> = log.failures().iter().map(|row| (row.0, row.3)).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        (rows, log.unfinished.len())
    };
    let (few, many) = (failures(5), failures(90));
    assert_eq!(few, many);
    // 4 000 (0.3 + 0.09 + 0.027 + 0.0081) = 1 700 with a deviation of 49.
    assert!((1_500..1_900).contains(&few.0.len()), "{}", few.0.len());
}

// ---- Finite queues ----

fn finite(room: u64, when_full: WhenFull, jobs: JobClass) -> ModelParts {
    let mut parts = world(vec![jobs], 1);
    parts.queues[0].capacity = Some(Room { jobs: room, when_full });
    parts
}

#[test]
fn a_full_queue_rejects_and_a_completion_makes_room_before_a_simultaneous_arrival() {
    let times = [(0.0, 3.0), (1.0, 1.0), (2.0, 1.0), (3.0, 1.0)];
    let log = Log::of(finite(1, WhenFull::Reject, jobs(&times, Fate::default())));
    let turned: Vec<_> = log.turned_away.iter().map(|(now, _, why)| (now.as_secs_f64(), *why)).collect();
    assert_eq!(turned, [(2.0, Leaving::Rejected)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 1.0, 3.0), (0, 3.0, 4.0)]);
    assert_eq!((log.created.len(), log.unfinished.len()), (3, 0));
}

#[test]
fn without_room_a_job_is_served_at_once_or_not_at_all() {
    let times = [(0.0, 2.0), (1.0, 1.0), (2.0, 1.0)];
    let log = Log::of(finite(0, WhenFull::Reject, jobs(&times, Fate::default())));
    assert_eq!((log.starts(), log.turned_away.len()), (vec![(0, 0.0, 0.0), (0, 2.0, 2.0)], 1));
}

#[test]
fn a_full_queue_can_drop_its_oldest_job_instead() {
    let times = [(0.0, 10.0), (1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 1.0)];
    let log = Log::of(finite(2, WhenFull::DropOldest, jobs(&times, Fate::default())));
    assert_eq!(log.leavings(), [(1.0, 3.0, Leaving::Dropped), (2.0, 4.0, Leaving::Dropped)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 3.0, 10.0), (0, 4.0, 11.0)]);
    // The same for jobs that are tracked.
    let patient = Fate { expire: Some(lasting(500.0)), ..Fate::default() };
    let tracked = Log::of(finite(2, WhenFull::DropOldest, jobs(&times, patient)));
    assert_eq!((tracked.leavings(), tracked.starts()), (log.leavings(), log.starts()));
}

#[test]
fn a_retry_that_finds_its_queue_full_is_rejected() {
    let fate = Fate { failure: always(1.0), retry: constant(1.0, 5), ..Fate::default() };
    let filler = class("filler", 0, script(&[(1.0, 9.0), (1.5, 1.0)]));
    let mut parts = world(vec![jobs(&[(0.0, 1.0)], fate), filler], 1);
    parts.queues[0].capacity = Some(Room { jobs: 1, when_full: WhenFull::Reject });
    let log = Log::of(parts);
    assert_eq!(log.leavings(), [(0.0, 2.0, Leaving::Rejected)]);
    assert_eq!(log.left[0].1.place, Place::Retrying);
    assert!(log.left[0].1.attempted && log.unfinished.is_empty());
}

#[test]
fn a_flood_that_finds_its_queue_full_is_rejected_in_part() {
    let mut parts = finite(1, WhenFull::Reject, jobs(&[(1.0, 1.0), (2.0, 1.0)], Fate::default()));
    parts.classes[0].via = Some(DispatcherId(0));
    parts.dispatchers = vec![driver(5.0)];
    let log = Log::of(parts);
    assert_eq!(log.starts(), [(0, 1.0, 5.0)]);
    assert_eq!(log.leavings(), [(2.0, 5.0, Leaving::Rejected)]);
    assert_eq!(log.left[0].1.place, Place::Staged(DispatcherId(0)));
}

// ---- Expiry, patience, balking ----

#[test]
fn a_job_expires_exactly_at_its_age_unless_a_worker_takes_it_at_that_instant() {
    let fate = Fate { expire: Some(lasting(4.0)), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 5.0), (0.5, 1.0), (1.0, 9.0), (2.0, 1.0)], fate)], 1));
    // The second is 4 s old at 4.5. At 5 the third is taken, which is 4 s old then. The fourth leaves at 6.
    assert_eq!(log.leavings(), [(0.5, 4.5, Leaving::Expired), (2.0, 6.0, Leaving::Expired)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 1.0, 5.0)]);
    assert!(log.unfinished.is_empty());
}

#[test]
fn patience_ends_in_the_queue_but_not_after_the_first_start() {
    let patience = Some(tailback::distribution::Distribution::constant(3.0).unwrap());
    let fate = Fate { patience, failure: always(1.0), retry: constant(1.0, 1), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 4.0), (0.5, 1.0), (2.0, 1.0)], fate)], 1));
    // 0.5 gives up at 3.5; 2 is taken at 4. The retry of the first is due at 5, runs to 9 and outlasts every patience.
    assert_eq!(log.leavings(), [(0.5, 3.5, Leaving::Abandoned)]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 2.0, 4.0)]);
    assert_eq!(log.restarts(), [(0.0, 5.0), (2.0, 9.0)]);
}

#[test]
fn a_job_expires_while_it_is_staged_or_waits_for_a_retry() {
    let fate = Fate { expire: Some(lasting(4.0)), failure: always(1.0), retry: constant(60.0, 1), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 1.0)], fate.clone())], 1));
    assert_eq!(log.leavings(), [(0.0, 4.0, Leaving::Expired)]);
    assert_eq!(log.left[0].1.place, Place::Retrying);
    let late = Log::of(world(vec![jobs(&[(0.0, 6.0)], fate.clone())], 1));
    assert_eq!(late.leavings(), [(0.0, 6.0, Leaving::Expired)], "it is too old already when it fails");
    let mut staged = world(vec![JobClass { via: Some(DispatcherId(0)), ..jobs(&[(1.0, 1.0)], fate) }], 1);
    staged.dispatchers = vec![driver(50.0)];
    let log = Log::of(staged);
    assert_eq!(log.leavings(), [(1.0, 5.0, Leaving::Expired)]);
    assert_eq!(log.left[0].1.place, Place::Staged(DispatcherId(0)));
}

#[test]
fn jobs_leave_every_order_of_a_queue() {
    use tailback::model::QueueOrder;
    for order in [QueueOrder::Fifo, QueueOrder::Lifo, QueueOrder::Priority] {
        let fate = Fate { expire: Some(lasting(4.0)), ..Fate::default() };
        let mut urgent = class("urgent", 0, script(&[(2.5, 1.0)]));
        urgent.priority = -1;
        let parts = world(vec![jobs(&[(0.0, 9.0), (1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (6.0, 1.0)], fate), urgent], 1);
        let log = Log::of(ModelParts { queues: support::queues(&[order]), ..parts });
        let left: Vec<f64> = log.leavings().iter().map(|row| row.1).collect();
        assert_eq!(left, [5.0, 6.0, 7.0], "{order:?}");
        let mut started: Vec<f64> = log.starts().iter().map(|row| row.1).collect();
        started.sort_by(f64::total_cmp);
        assert_eq!(started, [0.0, 2.5, 6.0], "{order:?}");
    }
}

#[test]
fn users_balk_when_more_jobs_are_ready_than_they_accept() {
    let fate = Fate { balk: Some(Balk { above: 1, probability: share(1.0) }), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 9.0), (1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (9.5, 1.0)], fate)], 1));
    let turned: Vec<_> = log.turned_away.iter().map(|(now, _, why)| (now.as_secs_f64(), *why)).collect();
    assert_eq!(turned, [(3.0, Leaving::Balked)]);
    assert_eq!(log.starts().len(), 4);
}

// ---- Follow-up jobs ----

fn follower(name: &str, queue: u16, service: f64) -> JobClass {
    let service = tailback::model::Service::plain(tailback::distribution::Distribution::constant(service).unwrap());
    JobClass { service, ..class(name, queue, tailback::model::Arrivals::None) }
}

fn then(class: u16, count: u32) -> FollowUp {
    FollowUp { class: ClassId(class), jobs: count, probability: share(1.0) }
}

#[test]
fn a_chain_creates_each_job_at_the_completion_of_the_one_before() {
    let first = jobs(&[(0.0, 2.0), (0.0, 2.0)], Fate { then: vec![then(1, 1)], ..Fate::default() });
    let log = Log::of(world(vec![first, follower("second", 1, 3.0)], 1));
    // The queue of the first class is served first: at 2 its second job, then both that follow.
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 0.0, 2.0), (1, 2.0, 4.0), (1, 4.0, 7.0)]);
}

#[test]
fn a_follow_up_is_there_before_its_worker_chooses() {
    let mut first = jobs(&[(0.0, 2.0), (0.0, 2.0)], Fate { then: vec![then(1, 1)], ..Fate::default() });
    first.queue = QueueId(1);
    let log = Log::of(world(vec![first, follower("second", 0, 3.0)], 1));
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (1, 2.0, 2.0), (0, 0.0, 5.0), (1, 7.0, 7.0)]);
}

#[test]
fn a_fan_out_is_joined_when_its_last_part_is_finished() {
    let fate = Fate {
        then: vec![then(1, 2), then(2, 1)],
        join: Some(Join { class: ClassId(3), when: JoinWhen::Finished }),
        ..Fate::default()
    };
    let classes =
        vec![jobs(&[(0.0, 1.0)], fate), follower("a", 0, 2.0), follower("b", 0, 5.0), follower("summary", 0, 1.0)];
    let log = Log::of(world(classes, 3));
    assert_eq!(log.finishes(), [(0, 0.0, 1.0), (1, 1.0, 3.0), (1, 1.0, 3.0), (2, 1.0, 6.0), (3, 6.0, 7.0)]);
}

#[test]
fn a_fan_out_with_lost_parts_can_be_joined_whatever_became_of_them() {
    let fate = Fate {
        then: vec![then(1, 3)],
        join: Some(Join { class: ClassId(2), when: JoinWhen::Ended }),
        ..Fate::default()
    };
    let part = JobClass { fate: Fate { expire: Some(lasting(1.0)), ..Fate::default() }, ..follower("part", 0, 2.0) };
    let log = Log::of(world(vec![jobs(&[(0.0, 1.0)], fate.clone()), part.clone(), follower("summary", 0, 1.0)], 1));
    assert_eq!(log.leavings().len(), 2, "one part is served, two expire meanwhile");
    assert_eq!(log.finishes(), [(0, 0.0, 1.0), (1, 1.0, 3.0), (2, 3.0, 4.0)]);
    // All parts but one are turned away at their creation.
    let mut full = world(vec![jobs(&[(0.0, 1.0)], fate), part, follower("summary", 0, 1.0)], 1);
    full.queues[0].capacity = Some(Room { jobs: 1, when_full: WhenFull::Reject });
    assert_eq!(Log::of(full).finishes().iter().filter(|row| row.0 == 2).count(), 1);
}

#[test]
fn a_fan_out_with_a_lost_part_is_never_joined() {
    let fate = Fate {
        then: vec![then(1, 2)],
        join: Some(Join { class: ClassId(2), when: JoinWhen::Finished }),
        ..Fate::default()
    };
    let part = JobClass { fate: Fate { expire: Some(lasting(1.0)), ..Fate::default() }, ..follower("part", 0, 2.0) };
    let log = Log::of(world(vec![jobs(&[(0.0, 1.0)], fate.clone()), part.clone(), follower("summary", 0, 1.0)], 1));
    assert_eq!(log.leavings(), [(1.0, 2.0, Leaving::Expired)]);
    assert_eq!(log.finishes(), [(0, 0.0, 1.0), (1, 1.0, 3.0)]);
    // With room for nobody but the worker itself, one part is turned away at its creation.
    let mut full = world(vec![jobs(&[(0.0, 1.0), (0.0, 9.0)], fate), part, follower("summary", 0, 1.0)], 1);
    full.queues[0].capacity = Some(Room { jobs: 2, when_full: WhenFull::Reject });
    let log = Log::of(full);
    assert_eq!(log.turned_away.len(), 1);
    assert!(log.finishes().iter().all(|row| row.0 != 2));
}

#[test]
fn a_job_that_fails_creates_its_follow_ups_once_it_is_finished() {
    let failing = Fate { failure: always(1.0), then: vec![then(1, 1)], ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 1.0)], failing), follower("next", 0, 1.0)], 1));
    assert!(log.starts().len() == 1 && log.unfinished.is_empty());
}

// ---- Visibility timeouts ----

#[test]
fn a_job_that_outlasts_its_visibility_runs_twice_and_its_second_copy_is_waste() {
    let fate = Fate { visibility_timeout: Some(lasting(3.0)), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 5.0)], fate)], 2));
    // Copies start at 0 and 3; the first finishes the job at 5, before the second becomes visible again; the second ends at 8.
    assert_eq!(log.restarts(), [(0.0, 3.0)]);
    assert_eq!(log.finishes(), [(0, 0.0, 5.0)]);
    let repeated: Vec<_> = log.repeated.iter().map(|(now, _, took)| (now.as_secs_f64(), took.as_secs_f64())).collect();
    assert_eq!(repeated, [(8.0, 5.0)]);
    assert_eq!(log.duplicated.len(), 1);
    assert!(log.unfinished.is_empty());
}

#[test]
fn a_copy_that_still_waits_when_the_job_is_finished_is_withdrawn() {
    let fate = Fate { visibility_timeout: Some(lasting(3.0)), ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 5.0), (1.0, 2.0)], fate)], 1));
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 1.0, 5.0)]);
    assert_eq!((log.duplicated.len(), log.withdrawn.len(), log.repeated.len()), (1, 1, 0));
    // A job that takes exactly as long as it is hidden is not seen again.
    let exact = Fate { visibility_timeout: Some(lasting(5.0)), ..Fate::default() };
    assert!(Log::of(world(vec![jobs(&[(0.0, 5.0)], exact)], 1)).duplicated.is_empty());
}

#[test]
fn a_job_is_received_no_more_than_its_retries_allow() {
    let retry = Some(Retry { backoff: Backoff::Sqs(lasting(2.0)), most: 1 });
    let fate = Fate { visibility_timeout: Some(lasting(2.0)), timeout: Some(lasting(7.0)), retry, ..Fate::default() };
    let log = Log::of(world(vec![jobs(&[(0.0, 9.0)], fate)], 5));
    // Copies at 0 and 2; the second is not followed by a third. The first is killed at 7, the second at 9.
    assert_eq!(log.restarts(), [(0.0, 2.0)]);
    assert_eq!(log.failures(), [(0.0, 7.0, true, Disposition::Other), (0.0, 9.0, true, Disposition::Dead)]);
}
