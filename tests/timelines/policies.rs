//! Policies that an event changes and gives back, on timelines worked out by hand: how a pool takes, the pace of a dispatcher,
//! the slots of a limit.

use crate::support::{Log, at, class, listed, queues, script, world};
use tailback::model::{
    Change, Dispatcher, DispatcherId, Effect, JobClass, Limit, LimitId, ModelParts, PoolId, QueueId, QueueOrder, Take,
    Until,
};
use tailback::units::{Rate, SimTime};

fn change(from: f64, until: Until, effect: Effect) -> Change {
    Change { name: "calm".to_owned(), at: at(from), until, effects: vec![effect] }
}

/// The creation times of the jobs, and when they were started.
fn starts(parts: ModelParts) -> Vec<(f64, f64)> {
    let seconds = |time: SimTime| time.as_secs_f64();
    Log::of(parts).started.iter().map(|(now, job)| (seconds(job.created), seconds(*now))).collect()
}

#[test]
fn a_pool_takes_by_another_policy_while_a_change_lasts() {
    // One worker; ten jobs of 1 s wait in either queue, those of the second created half a second later.
    let jobs = |first: f64| script(&(0..6).map(|i| (first + 0.01 * f64::from(i), 1.0)).collect::<Vec<_>>());
    let classes = vec![class("mail", 0, jobs(1.0)), class("bulk", 1, jobs(1.5))];
    let mut parts = ModelParts { queues: queues(&[QueueOrder::Fifo; 2]), ..world(classes, 1) };
    parts.pools[0].take = Take::Strict(listed(&[0, 1]));
    let reversed = Effect::SetTake(PoolId(0), Take::Strict(listed(&[1, 0])));
    parts.changes = vec![change(2.5, Until::Time(at(5.5)), reversed)];
    let mail = |i: u32, start: f64| (1.0 + 0.01 * f64::from(i), start);
    let bulk = |i: u32, start: f64| (1.5 + 0.01 * f64::from(i), start);
    let found = starts(parts);
    let expected = [mail(0, 1.0), mail(1, 2.0), bulk(0, 3.0), bulk(1, 4.0), bulk(2, 5.0), mail(2, 6.0), mail(3, 7.0)];
    assert_eq!(found[..7], expected);
    assert_eq!(found.len(), 12);
}

#[test]
fn a_pool_that_looks_at_sizes_comes_back_to_its_list() {
    let jobs = |sizes: [f64; 3]| script(&sizes.map(|size| (1.0, size)));
    let classes = vec![class("mail", 0, jobs([1.0, 3.0, 4.0])), class("bulk", 1, jobs([2.0, 2.0, 1.0]))];
    let mut parts = ModelParts { queues: queues(&[QueueOrder::Size; 2]), ..world(classes, 1) };
    parts.pools[0].take = Take::Strict(listed(&[0, 1]));
    parts.changes =
        vec![change(1.5, Until::Time(at(4.5)), Effect::SetTake(PoolId(0), Take::Shortest(listed(&[0, 1]))))];
    // 1 s of mail; then the shortest, of bulk: 1 s and 2 s; from 4.5 s on the list again: 3 s and 4 s of mail, 2 s of bulk.
    let times: Vec<f64> = starts(parts).iter().map(|(_, start)| *start).collect();
    assert_eq!(times, [1.0, 2.0, 3.0, 5.0, 8.0, 12.0]);
}

#[test]
fn a_dispatcher_moves_at_another_rate_while_a_change_lasts() {
    let rate = |per_second: f64| Rate::per_second(per_second).unwrap();
    let run = |pace: f64| {
        let jobs = script(&(0..8).map(|i| (0.1 * f64::from(i), 0.01)).collect::<Vec<_>>());
        let driver = Dispatcher { name: "driver".to_owned(), rate: Some(rate(0.1)), ..Dispatcher::default() };
        let class = JobClass { via: Some(DispatcherId(0)), ..class("grades", 0, jobs) };
        let changes = vec![change(4.0, Until::Time(at(7.5)), Effect::SetPace(DispatcherId(0), rate(pace)))];
        let parts = ModelParts { dispatchers: vec![driver], changes, ..world(vec![class], 9) };
        Log::of(parts).readies().iter().map(|(_, ready)| *ready).collect::<Vec<_>>()
    };
    // The next was planned for 10 s; at one a second it is due 1 s after the first, which is over at 4 s. The last one of that
    // time is moved at 7 s, and the next 10 s later.
    assert_eq!(run(1.0)[..7], [0.0, 4.0, 5.0, 6.0, 7.0, 17.0, 27.0]);
    // Slowed to one in 20 s, nothing is moved before 7.5 s, and then the plan is as it was.
    assert_eq!(run(0.05)[..3], [0.0, 10.0, 20.0]);
}

#[test]
fn a_limit_has_another_number_of_slots_while_a_change_lasts() {
    let jobs = script(&(0..8).map(|_| (1.0, 2.0)).collect::<Vec<_>>());
    let limit = Limit {
        name: "mail".to_owned(),
        queue: Some(QueueId(0)),
        class: None,
        each_tenant: false,
        pool: None,
        slots: 1,
        over: tailback::model::Over::Aside,
    };
    let changes = vec![change(2.0, Until::Time(at(4.5)), Effect::SetLimit(LimitId(0), 3))];
    let parts = ModelParts { limits: vec![limit], changes, ..world(vec![class("mail", 0, jobs)], 9) };
    // Two more at 2 s; one at 3 s, two at 4 s; from 4.5 s on one, once the three that run are done: at 6 s.
    let times: Vec<f64> = starts(parts).iter().map(|(_, start)| *start).collect();
    assert_eq!(times, [1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 6.0, 8.0]);
}
