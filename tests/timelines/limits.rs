//! What becomes of a job over its limit: timelines worked out by hand.

use std::sync::Arc;

use crate::support::{Log, at, class, lasting, script, world};
use tailback::distribution::Distribution;
use tailback::engine::{Leaving, Place};
use tailback::model::{
    Arrivals, Change, ClassId, Effect, Limit, LimitId, ModelParts, Over, Provider, ProviderId, QueueId, Trace,
    TraceRow, Until,
};

fn limit(slots: u32, over: Over) -> Limit {
    let name = "limit".to_owned();
    Limit { name, queue: None, class: Some(ClassId(0)), each_tenant: false, pool: None, slots, over }
}

/// Two workers. Of the capped class a job of 10 s at 0 and one of 5 s at 1 s, of the other one of 1 s at 2 s.
fn capped(over: Over) -> ModelParts {
    let classes =
        vec![class("capped", 0, script(&[(0.0, 10.0), (1.0, 5.0)])), class("other", 0, script(&[(2.0, 1.0)]))];
    ModelParts { limits: vec![limit(1, over)], ..world(classes, 2) }
}

#[test]
fn a_job_that_stays_aside_leaves_its_worker_to_others() {
    let log = Log::of(capped(Over::Aside));
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (1, 2.0, 2.0), (0, 1.0, 10.0)]);
}

#[test]
fn a_job_that_holds_its_slot_keeps_others_from_it() {
    let log = Log::of(capped(Over::Hold));
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (0, 1.0, 1.0), (1, 2.0, 10.0)]);
    assert_eq!(log.finishes(), [(0, 0.0, 10.0), (1, 2.0, 11.0), (0, 1.0, 15.0)]);
}

#[test]
fn a_job_that_goes_back_is_out_of_its_queue_and_then_at_its_tail() {
    let log = Log::of(capped(Over::Requeue(lasting(4.0))));
    assert_eq!(log.requeued.iter().map(|(now, ..)| now.as_secs_f64()).collect::<Vec<_>>(), [1.0, 5.0, 9.0]);
    assert_eq!(log.starts(), [(0, 0.0, 0.0), (1, 2.0, 2.0), (0, 1.0, 13.0)]);
    assert_eq!(log.started[2].1.ready, at(13.0));
}

#[test]
fn a_job_that_goes_back_lets_all_pass_that_came_meanwhile() {
    // One worker for the other class alone is not idle before 9 s: the job that is back at 5 s waits behind that of 4 s.
    let jobs = [(0.0, 6.0), (0.5, 9.0)];
    let classes = vec![class("capped", 0, script(&jobs)), class("other", 0, script(&[(2.0, 4.0), (4.0, 3.0)]))];
    let parts = ModelParts { limits: vec![limit(1, Over::Requeue(lasting(4.5)))], ..world(classes, 2) };
    assert_eq!(Log::of(parts).starts(), [(0, 0.0, 0.0), (1, 2.0, 2.0), (1, 4.0, 6.0), (0, 0.5, 6.0)]);
}

#[test]
fn a_timeout_counts_the_time_that_a_job_holds_its_slot_and_waits() {
    let mut parts = capped(Over::Hold);
    parts.classes[0].fate.timeout = Some(lasting(12.0));
    let log = Log::of(parts);
    assert_eq!(log.failures().iter().map(|&(created, end, ..)| (created, end)).collect::<Vec<_>>(), [(1.0, 13.0)]);
}

#[test]
fn tenants_hold_their_slots_behind_their_own_jobs_alone() {
    let row = |&(time, service, tenant): &(f64, f64, u16)| TraceRow {
        at: at(time),
        service: Some(lasting(service)),
        tenant,
        row: 0,
    };
    let rows = [(0.0, 10.0, 0), (1.0, 1.0, 0), (2.0, 1.0, 1)].iter().map(row).collect();
    let mut mail =
        class("mail", 0, Arrivals::Trace(Arc::new(Trace { source: "script".to_owned(), rows, ..Trace::default() })));
    mail.tenants = 2;
    let tenants = Limit { each_tenant: true, ..limit(1, Over::Hold) };
    let log = Log::of(ModelParts { limits: vec![tenants], ..world(vec![mail], 3) });
    assert_eq!(log.finishes(), [(0, 2.0, 3.0), (0, 0.0, 10.0), (0, 1.0, 11.0)]);
}

#[test]
fn a_job_waits_for_its_limit_and_then_for_its_provider() {
    // Two slots, of which each is held until the end, and one call at a time.
    let mut parts = world(vec![class("mail", 0, script(&[(0.0, 4.0), (0.0, 4.0), (0.0, 4.0)]))], 3);
    parts.classes[0].fate.provider = Some(ProviderId(0));
    parts.providers = vec![Provider { name: "api".to_owned(), concurrent: Some(1), ..Provider::default() }];
    parts.limits = vec![limit(2, Over::Hold)];
    let log = Log::of(parts);
    assert_eq!(log.finishes().iter().map(|&(.., finish)| finish).collect::<Vec<_>>(), [4.0, 8.0, 12.0]);
    // The third one is not in the line of the provider before the first has left its slot.
    let waiting: Vec<_> = log.calls.iter().map(|(now, _, calls)| (now.as_secs_f64(), calls.waiting)).collect();
    assert_eq!(waiting.iter().map(|&(_, jobs)| jobs).max(), Some(1), "{waiting:?}");
}

#[test]
fn a_limit_that_is_raised_lets_in_who_holds_a_slot() {
    let mut parts = capped(Over::Hold);
    let effects = vec![Effect::SetLimit(LimitId(0), 2)];
    parts.changes = vec![Change { name: "more".to_owned(), at: at(5.0), until: Until::Horizon, effects }];
    let log = Log::of(parts);
    assert_eq!(log.finishes(), [(0, 0.0, 10.0), (0, 1.0, 10.0), (1, 2.0, 11.0)]);
}

#[test]
fn a_job_that_went_back_can_leave_and_is_unfinished_work_that_still_waits() {
    let mut parts = capped(Over::Requeue(lasting(4.0)));
    parts.classes[0].fate.patience = Some(Distribution::constant(6.5).unwrap());
    let log = Log::of(parts);
    assert_eq!(log.leavings(), [(1.0, 7.5, Leaving::Abandoned)]);
    let log = Log::of(ModelParts { horizon: lasting(7.0), ..capped(Over::Requeue(lasting(4.0))) });
    assert!(log.places().contains(&Place::Ready { queue: QueueId(0), ready: at(5.0) }), "{:?}", log.places());
}
