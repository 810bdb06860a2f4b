//! Timelines of workers that come and go, worked out by hand, exact, simultaneous events included.

use crate::support::{self, Log, at, class, lasting, script, world};
use tailback::distribution::Distribution;
use tailback::engine::Interruption;
use tailback::model::{
    Autoscale, Calendar, Change, Effect, End, Failures, Interrupted, LatencySteps, ModelParts, PoolId, Redelivery,
    Rerun, ScaleIn, ScaleMetric, ScaleRule, Take, Until, Window,
};
use tailback::units::SimTime;

/// Starts, without the classes: (created, start).
fn starts(log: &Log) -> Vec<(f64, f64)> {
    log.starts().iter().map(|&(_, created, start)| (created, start)).collect()
}

// ---- Autoscaling ----

/// Looks every 10 s and adds a worker when the oldest job is older than 5 s, at most every 10 s.
fn steps(boot: Option<f64>, max: u32) -> Autoscale {
    let steps = LatencySteps { above: 5.0, below: 1.0, add: 1, gap: lasting(10.0), calm: lasting(30.0) };
    Autoscale {
        rule: ScaleRule::LatencySteps(steps),
        metric: ScaleMetric::Age,
        min: 1,
        max,
        interval: lasting(10.0),
        lag: lasting(0.0),
        boot: boot.map(|seconds| Distribution::constant(seconds).unwrap()),
    }
}

fn scaled(jobs: &[(f64, f64)], autoscale: Autoscale) -> ModelParts {
    let mut parts = world(vec![class("mail", 0, script(jobs))], 1);
    parts.pools[0].capacity.autoscale = Some(autoscale);
    parts.horizon = lasting(100.0);
    parts
}

#[test]
fn a_new_worker_is_paid_for_from_the_request_and_useful_from_the_end_of_its_boot() {
    // At 10 the job of 1 is 9 s old: a worker is requested, which is up at 17. At 20 the job of 2 is 18 s old: another one.
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0), (2.0, 5.0)], steps(Some(7.0), 3)));
    assert_eq!(starts(&log), [(0.0, 0.0), (1.0, 17.0), (2.0, 27.0)]);
    assert_eq!(log.absences(), [(10.0, 1), (17.0, 0), (20.0, 1), (27.0, 0)]);
    // From 30 on no job waits: calm for 30 s at 60, one goes; again at 90.
    assert_eq!(log.sizes(), [(0.0, 1), (17.0, 2), (27.0, 3), (60.0, 2), (90.0, 1)]);
}

#[test]
fn a_worker_without_boot_starts_a_job_at_the_instant_of_the_decision() {
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0)], steps(None, 3)));
    assert_eq!(starts(&log), [(0.0, 0.0), (1.0, 10.0)]);
    assert_eq!(log.absences(), []);
}

#[test]
fn a_boot_that_ends_with_a_completion_and_an_arrival_comes_between_them() {
    // At 17 the first job ends and its worker takes the job of 1; the worker that has booted takes the job of 2; the job that
    // is created then waits.
    let log = Log::of(scaled(&[(0.0, 17.0), (1.0, 40.0), (2.0, 40.0), (17.0, 1.0)], steps(Some(7.0), 2)));
    assert_eq!(starts(&log), [(0.0, 0.0), (1.0, 17.0), (2.0, 17.0), (17.0, 57.0)]);
    assert_eq!(&log.order[log.order.find('c').unwrap()..][..7], "csbwsar");
}

#[test]
fn a_boot_that_is_not_wanted_any_more_is_cancelled() {
    // Requested at 10 with a boot of 60 s; the job of 1 is started at 12, so the age is zero from 20 on and the request is
    // taken back at 50: nothing comes up at 70.
    let log = Log::of(scaled(&[(0.0, 12.0), (1.0, 1.0)], steps(Some(60.0), 3)));
    assert_eq!(log.absences(), [(10.0, 1), (50.0, 0)]);
    assert_eq!(log.sizes(), [(0.0, 1)]);
}

#[test]
fn a_metric_that_lags_is_seen_late() {
    // Decisions at 10, 20, ... see the age of 12 s before: at 20 that of 8 (7 s).
    let autoscale = Autoscale { lag: lasting(12.0), ..steps(None, 2) };
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0)], autoscale));
    assert_eq!(log.sizes()[1], (20.0, 2));
    // With 16 s, the decision at 20 sees the age of 4 (3 s), and that at 30 the age of 14.
    let autoscale = Autoscale { lag: lasting(16.0), ..steps(None, 2) };
    let log = Log::of(scaled(&[(0.0, 50.0), (1.0, 30.0)], autoscale));
    assert_eq!(log.sizes()[1], (30.0, 2));
}

#[test]
fn the_metrics_are_those_of_the_queues_of_the_pool() {
    use tailback::model::Hpa;
    // One job runs, three wait with 1 s expected each: depth 3, with the running one 4, work 3 s, utilisation 1.
    let jobs = [(0.0, 50.0), (1.0, 50.0), (2.0, 50.0), (3.0, 50.0)];
    let wanted = |metric, target| {
        let hpa = Hpa {
            target,
            tolerance: 0.1,
            up_factor: 100.0,
            up_step: 0,
            down_share: 0.0,
            step_period: lasting(15.0),
            up_stabilisation: lasting(0.0),
            down_stabilisation: lasting(300.0),
        };
        let autoscale = Autoscale { rule: ScaleRule::Hpa(hpa), metric, max: 50, ..steps(None, 50) };
        Log::of(ModelParts { horizon: lasting(11.0), ..scaled(&jobs, autoscale) }).sizes()[1]
    };
    assert_eq!(wanted(ScaleMetric::Depth, 0.5), (10.0, 6));
    assert_eq!(wanted(ScaleMetric::DepthAndRunning, 0.5), (10.0, 8));
    assert_eq!(wanted(ScaleMetric::Work, 0.2), (10.0, 15));
    assert_eq!(wanted(ScaleMetric::Utilisation(lasting(15.0)), 0.25), (10.0, 4));
    assert_eq!(wanted(ScaleMetric::Age, 3.0), (10.0, 3));
}

// ---- Workers that leave, break down and come back ----

fn edited(jobs: &[(f64, f64)], workers: u32, edit: impl FnOnce(&mut ModelParts)) -> Log {
    let mut parts = world(vec![class("mail", 0, script(jobs))], workers);
    parts.horizon = lasting(100.0);
    edit(&mut parts);
    Log::of(parts)
}

fn redelivered(to: End, rerun: Rerun) -> Interrupted {
    Interrupted::Redelivered(Redelivery { to, rerun })
}

/// The pool has `size` workers from `time` on.
fn resize(parts: &mut ModelParts, time: f64, size: u32) {
    let effects = vec![Effect::SetSize(PoolId(0), size)];
    let name = format!("resize-{time}");
    parts.changes.push(Change { name, at: at(time), until: Until::Horizon, effects });
}

/// (created, when, wasted) of each interruption in seconds.
fn interruptions(log: &Log) -> Vec<(f64, f64, f64)> {
    let row = |&(now, job): &(SimTime, Interruption)| {
        (job.created.as_secs_f64(), now.as_secs_f64(), job.wasted.as_secs_f64())
    };
    log.interrupted.iter().map(row).collect()
}

fn restarts(log: &Log) -> Vec<(f64, f64)> {
    log.restarted.iter().map(|(now, job)| (job.created.as_secs_f64(), now.as_secs_f64())).collect()
}

#[test]
fn a_pool_that_kills_takes_the_latest_started_jobs_after_the_grace_time() {
    // At 5, two of three must leave; by 8 that of the job of 1 has (it ends at 7), and the job of 2 is killed. It goes to the
    // head of the queue, before the job of 3, and runs again from the start when the worker that stays is free at 20.
    let log = edited(&[(0.0, 20.0), (1.0, 6.0), (2.0, 10.0), (3.0, 1.0)], 3, |parts| {
        parts.pools[0].capacity.scale_in = ScaleIn::KillAfter(lasting(3.0));
        resize(parts, 5.0, 1);
    });
    assert_eq!(interruptions(&log), [(2.0, 8.0, 6.0)]);
    assert_eq!(restarts(&log), [(2.0, 20.0)]);
    assert_eq!(starts(&log), [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 30.0)]);
    assert_eq!(log.sizes(), [(0.0, 3), (7.0, 2), (8.0, 1)]);
}

#[test]
fn a_job_that_ends_with_its_grace_time_is_finished() {
    let log = edited(&[(0.0, 20.0), (1.0, 7.0)], 2, |parts| {
        parts.pools[0].capacity.scale_in = ScaleIn::KillAfter(lasting(3.0));
        resize(parts, 5.0, 1);
    });
    assert_eq!(interruptions(&log), []);
    assert_eq!(log.finishes(), [(0, 1.0, 8.0), (0, 0.0, 20.0)]);
}

#[test]
fn two_orders_to_leave_have_their_own_grace_times() {
    // 4 workers; one must leave at 5 (until 15), two more at 10 (until 20). All jobs are longer.
    let log = edited(&[(0.0, 50.0), (1.0, 50.0), (2.0, 50.0), (3.0, 50.0)], 4, |parts| {
        parts.pools[0].capacity.scale_in = ScaleIn::KillAfter(lasting(10.0));
        resize(parts, 5.0, 3);
        resize(parts, 10.0, 1);
    });
    assert_eq!(interruptions(&log), [(3.0, 15.0, 12.0), (2.0, 20.0, 18.0), (1.0, 20.0, 19.0)]);
    // Killed last, the job of 1 is before that of 2, and both before that of 3.
    assert_eq!(restarts(&log)[0], (1.0, 50.0));
}

#[test]
fn an_outage_interrupts_all_jobs_and_they_come_back_as_stated() {
    let jobs = [(0.0, 10.0), (1.0, 10.0), (2.0, 5.0)];
    let outage = |interrupted| {
        edited(&jobs, 2, |parts| {
            parts.pools[0].capacity.outages = vec![Window { from: at(6.0), to: at(20.0) }];
            parts.pools[0].capacity.interrupted = interrupted;
        })
    };
    let restart = outage(redelivered(End::Head, Rerun::Restart));
    assert_eq!(interruptions(&restart), [(1.0, 6.0, 5.0), (0.0, 6.0, 6.0)]);
    assert_eq!(restart.finishes(), [(0, 0.0, 30.0), (0, 1.0, 30.0), (0, 2.0, 35.0)]);
    assert_eq!(restart.sizes(), [(0.0, 2), (6.0, 0), (20.0, 2)]);
    assert_eq!(restart.downs(), [(6.0, 2), (20.0, 0)]);
    let resume = outage(redelivered(End::Head, Rerun::Resume));
    assert_eq!(resume.finishes(), [(0, 0.0, 24.0), (0, 1.0, 25.0), (0, 2.0, 29.0)]);
    assert_eq!(interruptions(&resume), [(1.0, 6.0, 0.0), (0.0, 6.0, 0.0)]);
    let tail = outage(redelivered(End::Tail, Rerun::Restart));
    assert_eq!(tail.finishes(), [(0, 2.0, 25.0), (0, 1.0, 30.0), (0, 0.0, 35.0)]);
    let resample = outage(redelivered(End::Head, Rerun::Resample));
    // The service time of the class is 1 s.
    assert_eq!(resample.finishes(), [(0, 0.0, 21.0), (0, 1.0, 21.0), (0, 2.0, 26.0)]);
    let lost = outage(Interrupted::Lost);
    assert_eq!(lost.finishes(), [(0, 2.0, 25.0)]);
    assert!(lost.interrupted.iter().all(|(_, job)| job.then == tailback::engine::Disposition::Dead));
}

#[test]
fn a_job_that_is_created_during_an_outage_waits_for_its_end() {
    let log = edited(&[(7.0, 1.0)], 2, |parts| {
        parts.pools[0].capacity.outages = vec![Window { from: at(6.0), to: at(20.0) }];
    });
    assert_eq!(starts(&log), [(7.0, 20.0)]);
}

fn always(seconds: f64) -> Distribution {
    Distribution::constant(seconds).unwrap()
}

#[test]
fn each_worker_breaks_down_with_its_job_and_is_repaired() {
    // One worker: down from 10 to 13, from 23 to 26. The job of 0 has 25 s: resumed at 13 with 15 left, at 26 with 5 left.
    let log = edited(&[(0.0, 25.0)], 1, |parts| {
        let capacity = &mut parts.pools[0].capacity;
        capacity.failures = Some(Failures { after: always(10.0), repair: always(3.0) });
        capacity.interrupted = redelivered(End::Head, Rerun::Resume);
        parts.horizon = lasting(35.0);
    });
    assert_eq!(log.finishes(), [(0, 0.0, 31.0)]);
    assert_eq!(log.downs(), [(10.0, 1), (13.0, 0), (23.0, 1), (26.0, 0)]);
}

#[test]
fn the_whole_pool_breaks_down_together() {
    let log = edited(&[(0.0, 5.0), (9.0, 5.0), (9.0, 5.0)], 2, |parts| {
        parts.pools[0].capacity.pool_failures = Some(Failures { after: always(10.0), repair: always(3.0) });
        parts.horizon = lasting(20.0);
    });
    assert_eq!(log.sizes(), [(0.0, 2), (10.0, 0), (13.0, 2)]);
    assert_eq!(log.finishes(), [(0, 0.0, 5.0), (0, 9.0, 18.0), (0, 9.0, 18.0)]);
}

#[test]
fn a_calendar_sets_the_size_and_a_change_overrides_it() {
    let log = edited(&[], 7, |parts| {
        let steps = [(0.0, 5), (15.0, 3), (25.0, 2), (35.0, 5), (55.0, 3), (65.0, 2), (75.0, 5), (95.0, 3)];
        let steps = steps.map(|(time, size)| (at(time), size)).into();
        parts.pools[0].capacity.calendar = Some(Calendar { steps });
        let effects = vec![Effect::ScaleSize(PoolId(0), 2.0)];
        parts.changes = vec![Change { name: "double".to_owned(), at: at(50.0), until: Until::Time(at(60.0)), effects }];
    });
    // The size that the pool starts with holds until the first step after that.
    let expected =
        [(0.0, 7), (15.0, 3), (25.0, 2), (35.0, 5), (50.0, 10), (55.0, 6), (60.0, 3), (65.0, 2), (75.0, 5), (95.0, 3)];
    assert_eq!(log.sizes(), expected);
}

#[test]
fn a_faster_pool_needs_less_time_for_the_same_demand() {
    let log = edited(&[(0.0, 5.0)], 1, |parts| parts.pools[0].capacity.speed = 2.0);
    assert_eq!(log.finishes(), [(0, 0.0, 2.5)]);
}

// ---- Preemption ----

/// Plain jobs of class 0 in the second queue, urgent ones of class 1 in the first.
fn preempting(rerun: Rerun, workers: u32, plain: &[(f64, f64)], urgent: &[(f64, f64)]) -> Log {
    let classes = vec![class("plain", 1, script(plain)), class("urgent", 0, script(urgent))];
    let mut parts = world(classes, workers);
    parts.pools[0].capacity.preempt = Some(rerun);
    Log::of(parts)
}

#[test]
fn an_urgent_job_takes_the_worker_of_the_latest_started_of_the_least_urgent() {
    let log = preempting(Rerun::Resume, 2, &[(0.0, 10.0), (1.0, 10.0), (2.0, 4.0)], &[(3.0, 2.0)]);
    assert_eq!(interruptions(&log), [(1.0, 3.0, 0.0)]);
    // The job of 1 has 8 s left and is at the head at 5, before the job of 2.
    assert_eq!(restarts(&log), [(1.0, 5.0)]);
    assert_eq!(log.finishes(), [(1, 3.0, 5.0), (0, 0.0, 10.0), (0, 1.0, 13.0), (0, 2.0, 14.0)]);
}

#[test]
fn a_preempted_job_restarts_with_its_demand_or_a_new_one() {
    let restart = preempting(Rerun::Restart, 1, &[(0.0, 10.0)], &[(3.0, 2.0)]);
    assert_eq!(restart.finishes(), [(1, 3.0, 5.0), (0, 0.0, 15.0)]);
    assert_eq!(interruptions(&restart), [(0.0, 3.0, 3.0)]);
    let resample = preempting(Rerun::Resample, 1, &[(0.0, 10.0)], &[(3.0, 2.0)]);
    assert_eq!(resample.finishes(), [(1, 3.0, 5.0), (0, 0.0, 6.0)]);
}

#[test]
fn equally_urgent_jobs_do_not_preempt_each_other() {
    let log = preempting(Rerun::Resume, 1, &[], &[(0.0, 10.0), (1.0, 1.0)]);
    assert_eq!(interruptions(&log), []);
    // Nor does a job that ends at the instant at which an urgent one is created.
    let log = preempting(Rerun::Resume, 1, &[(0.0, 3.0)], &[(3.0, 1.0)]);
    assert_eq!(interruptions(&log), []);
}

#[test]
fn priorities_within_a_queue_preempt() {
    let mut urgent = class("urgent", 0, script(&[(2.0, 1.0)]));
    urgent.priority = -1;
    let mut parts = world(vec![class("plain", 0, script(&[(0.0, 5.0), (1.0, 5.0)])), urgent], 1);
    parts.queues = support::queues(&[tailback::model::QueueOrder::Priority]);
    parts.pools[0].take = Take::Priority(support::listed(&[0]));
    parts.pools[0].capacity.preempt = Some(Rerun::Resume);
    let log = Log::of(parts);
    assert_eq!(log.finishes(), [(1, 2.0, 3.0), (0, 0.0, 6.0), (0, 1.0, 11.0)]);
}
