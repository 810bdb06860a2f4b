//! Alerts and responses on hand-worked timelines: when they fire, resolve and act, to the second.

use crate::support::{self, at, build, class, lasting, script, world};
use tailback::distribution::Distribution;
use tailback::engine::{Alarm, Observer, simulate};
use tailback::model::{
    Alert, AlertId, Burn, Change, ClassId, Clause, Comparison, Condition, Dispatcher, DispatcherId, Effect, Hours,
    JobClass, Metric, ModelParts, OnReturn, Outage, PoolId, QueueId, Response, ResponseEnd, ResponseId, Until,
};
use tailback::units::{DayWindow, LocalWeek, Rate, SimDuration, SimTime};

/// What alerts and responses did, in seconds.
#[derive(Default)]
struct Alarms {
    fired: Vec<(u16, f64)>,
    resolved: Vec<(u16, f64)>,
    acted: Vec<(u16, f64)>,
    oldest: Vec<f64>,
    workers: Vec<(f64, u32)>,
    ready: Vec<(f64, f64)>,
}

impl Observer for Alarms {
    fn alarm(&mut self, now: SimTime, alarm: Alarm) {
        let list = if alarm.firing { &mut self.fired } else { &mut self.resolved };
        list.push((alarm.alert.0, now.as_secs_f64()));
        self.oldest.push(alarm.oldest.as_secs_f64());
    }

    fn responded(&mut self, now: SimTime, response: ResponseId) {
        self.acted.push((response.0, now.as_secs_f64()));
    }

    fn workers(&mut self, now: SimTime, _pool: PoolId, available: u32) {
        self.workers.push((now.as_secs_f64(), available));
    }

    fn ready(&mut self, now: SimTime, job: tailback::engine::Ready) {
        self.ready.push((job.created.as_secs_f64(), now.as_secs_f64()));
    }
}

fn run(parts: ModelParts) -> Alarms {
    let mut alarms = Alarms::default();
    simulate(&build(parts), support::SEED, &mut alarms).expect("the backlog is below its limit");
    alarms
}

fn above(metric: Metric, bound: f64) -> Clause {
    Clause { metric, comparison: Comparison::Greater, bound }
}

/// Checked every 10 s.
fn alert(clause: Clause, hold: f64) -> Alert {
    Alert {
        name: "alert".to_owned(),
        text: String::new(),
        condition: Condition(vec![vec![clause]]),
        hold: lasting(hold),
        every: lasting(10.0),
        resolve_after: SimDuration::ZERO,
    }
}

fn response(after: f64, effects: Vec<Effect>) -> Response {
    Response {
        name: "response".to_owned(),
        on: AlertId(0),
        after: Distribution::constant(after).expect("a constant"),
        hours: None,
        at_most: None,
        change: Change { name: "response".to_owned(), at: SimTime::ZERO, until: Until::Horizon, effects },
        until: ResponseEnd::Horizon,
        restart: None,
        pace: vec![],
    }
}

/// Jobs of `service` seconds at these times for one worker.
fn jobs(times: &[f64], service: f64) -> ModelParts {
    let jobs: Vec<_> = times.iter().map(|&time| (time, service)).collect();
    world(vec![class("mail", 0, script(&jobs))], 1)
}

/// A dispatcher that is down from 15 s to 200 s, and a job every 10 s from 5 s on.
fn outage() -> ModelParts {
    let dispatcher = Dispatcher {
        name: "driver".to_owned(),
        outages: vec![Outage::down(at(15.0), at(200.0))],
        on_return: OnReturn::Flood,
        ..Dispatcher::default()
    };
    let times: Vec<_> = (0..20).map(|i| (5.0 + 10.0 * f64::from(i), 1.0)).collect();
    let class = JobClass { via: Some(DispatcherId(0)), ..class("mail", 0, script(&times)) };
    ModelParts { dispatchers: vec![dispatcher], ..world(vec![class], 1) }
}

#[test]
fn an_alert_fires_at_the_check_after_which_it_has_held_and_resolves_at_the_first_that_finds_it_clear() {
    // Ready besides the running one: 3 from 1 s, 2 from 30 s, 1 from 60 s, 0 from 90 s.
    let parts = jobs(&[0.0, 1.0, 1.0, 1.0], 30.0);
    let alarms = run(ModelParts { alerts: vec![alert(above(Metric::Depth(QueueId(0)), 1.0), 20.0)], ..parts });
    assert_eq!(alarms.fired, [(0, 30.0)], "found at 10 s, 20 s and 30 s, when it has held for 20 s");
    assert_eq!(alarms.resolved, [(0, 70.0)], "a check comes before what happens at its instant: at 60 s there are 2");
    assert_eq!(alarms.oldest[0], 29.0);
}

#[test]
fn a_condition_that_is_clear_at_one_check_begins_anew() {
    let parts = jobs(&[0.0, 1.0, 31.0, 32.0], 14.0);
    // Depth 1 from 1 to 14 and from 32 to 42.
    let with =
        |hold| run(ModelParts { alerts: vec![alert(above(Metric::Depth(QueueId(0)), 0.0), hold)], ..parts.clone() });
    assert_eq!(with(0.0).fired, [(0, 10.0), (0, 40.0)]);
    assert_eq!(with(0.0).resolved, [(0, 20.0), (0, 50.0)]);
    assert_eq!(with(10.0).fired, []);
}

#[test]
fn it_resolves_only_when_it_has_been_clear_for_long_enough() {
    let parts = jobs(&[0.0, 1.0, 31.0, 32.0], 14.0);
    let patient = Alert { resolve_after: lasting(20.0), ..alert(above(Metric::Depth(QueueId(0)), 0.0), 0.0) };
    let alarms = run(ModelParts { alerts: vec![patient], ..parts });
    assert_eq!(
        (alarms.fired, alarms.resolved),
        (vec![(0, 10.0)], vec![(0, 70.0)]),
        "clear from 20 to 40: not yet 20 s"
    );
}

#[test]
fn no_metric_of_a_queue_sees_an_outage_of_the_dispatcher_before_it() {
    let metrics = [
        Metric::Depth(QueueId(0)),
        Metric::Age(QueueId(0)),
        Metric::InFlight(PoolId(0)),
        Metric::Work(PoolId(0)),
        Metric::StagedAge(DispatcherId(0)),
        Metric::StagedDepth(DispatcherId(0)),
        Metric::Oldest(ClassId(0)),
        Metric::Heartbeat(DispatcherId(0)),
    ];
    let bound = [0.0, 0.0, 0.0, 0.0, 60.0, 6.0, 60.0, 60.0];
    let alerts = metrics
        .into_iter()
        .zip(bound)
        .enumerate()
        .map(|(i, (metric, bound))| Alert { name: format!("alert-{i}"), ..alert(above(metric, bound), 0.0) });
    let parts = ModelParts { horizon: lasting(199.0), ..outage() };
    let alarms = run(ModelParts { alerts: alerts.collect(), ..parts });
    // The oldest staged is that of 15 s, the outage being before arrivals; 7 jobs are staged from 75 s on.
    assert_eq!(alarms.fired, [(4, 80.0), (5, 80.0), (6, 80.0), (7, 80.0)]);
}

#[test]
fn what_goes_missing_is_seen_by_rates_of_arrival_and_completion() {
    let window = lasting(30.0);
    let clauses = vec![
        above(Metric::Arrivals(ClassId(0), window), 0.0),
        Clause { comparison: Comparison::AtMost, ..above(Metric::Completions(ClassId(0), window), 0.0) },
    ];
    let stuck = Alert { condition: Condition(vec![clauses]), ..alert(above(Metric::Depth(QueueId(0)), 0.0), 0.0) };
    let alarms = run(ModelParts { alerts: vec![stuck], ..outage() });
    // The job of 5 s is completed at 6 s, and so in the windows of the checks at 10, 20 and 30 s.
    assert_eq!((alarms.fired, alarms.resolved), (vec![(0, 40.0)], vec![(0, 210.0)]));
}

#[test]
fn an_objective_burns_as_fast_as_the_slower_of_its_two_windows() {
    // One worker, 10 s a job: the jobs created at 0 wait 0, 10, 20, ... and start every 10 s, late from the third on.
    let parts = jobs(&[0.0; 10], 10.0);
    let burn = Burn { class: ClassId(0), bound: lasting(15.0), budget: 0.1, long: lasting(60.0), short: lasting(20.0) };
    let fires_above = |bound| {
        let alert = alert(above(Metric::Burn(burn.clone()), bound), 0.0);
        run(ModelParts { alerts: vec![alert], ..parts.clone() }).fired.first().map(|fired| fired.1)
    };
    // At 30 s, before the start of that instant: 3 started, 1 late: long 1/3, short (10 s and 20 s) 1/2.
    assert_eq!(fires_above(3.0), Some(30.0));
    assert_eq!(fires_above(3.4), Some(40.0), "long 2/4");
    assert_eq!(fires_above(9.9), Some(80.0), "the long window holds the starts from 20 s to 70 s");
}

#[test]
fn a_late_share_of_no_job_is_no_alert() {
    let parts = jobs(&[500.0], 10.0);
    let late = Metric::Late(ClassId(0), lasting(1.0), lasting(60.0));
    let below = Clause { metric: late, comparison: Comparison::AtMost, bound: 1.0 };
    assert_eq!(run(ModelParts { alerts: vec![alert(below, 0.0)], ..parts }).fired, [(0, 510.0)]);
}

#[test]
fn a_response_sets_workers_after_its_delay_until_the_alert_resolves() {
    let parts = jobs(&[0.0; 5], 100.0);
    let set = response(30.0, vec![Effect::SetSize(PoolId(0), 3)]);
    let alarms = run(ModelParts {
        alerts: vec![alert(above(Metric::Depth(QueueId(0)), 1.0), 0.0)],
        responses: vec![Response { until: ResponseEnd::Resolved, ..set }],
        ..parts
    });
    // At 10 s 4 are ready; from 40 s 2 more run, 2 are left; at 100 s the first worker takes one of them.
    assert_eq!((alarms.fired, alarms.acted), (vec![(0, 10.0)], vec![(0, 40.0)]));
    assert_eq!(alarms.resolved, [(0, 110.0)]);
    // The two that are too many finish at 140 s, when one of them is gone and the other takes nothing.
    assert_eq!(alarms.workers, [(0.0, 1), (40.0, 3), (140.0, 2), (140.0, 1)]);
}

#[test]
fn a_response_that_comes_too_late_does_nothing_and_one_with_a_limit_acts_no_more() {
    let parts = jobs(&[0.0, 1.0, 31.0, 32.0], 14.0);
    let with = |response: Response| {
        let alerts = vec![alert(above(Metric::Depth(QueueId(0)), 0.0), 0.0)];
        run(ModelParts { alerts, responses: vec![response], ..parts.clone() }).acted
    };
    let set = response(15.0, vec![Effect::SetSize(PoolId(0), 3)]);
    assert_eq!(with(Response { until: ResponseEnd::Resolved, ..set.clone() }), []);
    let idle = response(15.0, vec![Effect::ScaleService(ClassId(0), 1.0)]);
    assert_eq!(with(idle.clone()), [(0, 25.0), (0, 55.0)]);
    assert_eq!(with(Response { at_most: Some(1), ..idle }), [(0, 25.0)]);
}

#[test]
fn a_response_for_a_while_is_undone_after_it() {
    let parts = jobs(&[0.0; 3], 100.0);
    let set = response(5.0, vec![Effect::SetSize(PoolId(0), 2)]);
    let alarms = run(ModelParts {
        alerts: vec![alert(above(Metric::Depth(QueueId(0)), 0.0), 0.0)],
        responses: vec![Response { until: ResponseEnd::After(lasting(50.0)), ..set }],
        ..parts
    });
    assert_eq!(alarms.acted, [(0, 15.0)]);
    assert_eq!(alarms.workers, [(0.0, 1), (15.0, 2), (100.0, 1)], "at 65 s both work; at 100 s the first leaves");
}

#[test]
fn a_restart_ends_an_outage_whose_planned_end_then_changes_nothing() {
    let restart = Response { restart: Some(DispatcherId(0)), ..response(20.0, vec![]) };
    let alarms = run(ModelParts {
        alerts: vec![alert(above(Metric::StagedAge(DispatcherId(0)), 30.0), 0.0)],
        responses: vec![restart],
        ..outage()
    });
    // The job of 15 s is 35 s old at 50 s; the restart comes at 70 s and floods the six jobs staged so far.
    assert_eq!((alarms.fired, alarms.acted), (vec![(0, 50.0)], vec![(0, 70.0)]));
    let moved: Vec<_> = alarms.ready.iter().filter(|(_, ready)| *ready == 70.0).collect();
    assert_eq!(moved.len(), 6);
    assert!(alarms.ready.iter().filter(|(created, _)| *created > 70.0).all(|(created, ready)| created == ready));
}

#[test]
fn a_pace_replaces_the_flood() {
    let rate = Rate::per_second(0.1).expect("a rate");
    let paced =
        Response { restart: Some(DispatcherId(0)), pace: vec![(DispatcherId(0), rate)], ..response(20.0, vec![]) };
    let alarms = run(ModelParts {
        alerts: vec![alert(above(Metric::StagedAge(DispatcherId(0)), 30.0), 0.0)],
        responses: vec![paced],
        ..outage()
    });
    let moved: Vec<_> = alarms.ready.iter().filter(|(_, ready)| *ready >= 70.0).take(3).copied().collect();
    assert_eq!(moved, [(15.0, 70.0), (25.0, 80.0), (35.0, 90.0)]);
}

/// Starts of the first class, in seconds.
#[derive(Default)]
struct Starts(Vec<f64>);

impl Observer for Starts {
    fn started(&mut self, now: SimTime, job: tailback::engine::Start) {
        if job.class == ClassId(0) {
            self.0.push(now.as_secs_f64());
        }
    }
}

#[test]
fn a_paused_class_waits_until_the_pause_ends_while_others_of_its_queue_go_on() {
    let bulk = class("bulk", 0, script(&[(1.0, 3.0), (2.0, 3.0), (3.0, 3.0)]));
    let mail = class("mail", 0, script(&[(4.0, 5.0), (12.0, 1.0)]));
    let mut parts = world(vec![bulk, mail], 1);
    let pause =
        |until| Change { name: "pause".to_owned(), at: at(2.0), until, effects: vec![Effect::Pause(ClassId(0))] };
    let starts = |parts: &ModelParts| {
        let mut starts = Starts::default();
        simulate(&build(parts.clone()), support::SEED, &mut starts).expect("the backlog is below its limit");
        starts.0
    };
    assert_eq!(starts(&parts), [1.0, 4.0, 7.0]);
    parts.changes = vec![pause(Until::Time(at(20.0)))];
    assert_eq!(
        starts(&parts),
        [1.0, 20.0, 23.0],
        "the one on its worker is finished, and an idle worker takes up the rest"
    );
    parts.changes = vec![pause(Until::Horizon)];
    assert_eq!(starts(&parts), [1.0]);
}

#[test]
fn an_action_outside_of_working_hours_waits_until_they_begin() {
    let hour = |hours: u64| SimDuration::from_secs(3600 * hours);
    // The run starts on a Monday at 8:59, and the alert fires 20 s later.
    let week = LocalWeek::starting(SimDuration::from_secs(9 * 3600 - 60));
    let office = Hours { week, window: DayWindow::new(hour(9), hour(17), [true; 7]).unwrap() };
    let acted = |after: f64| {
        let set = Response { hours: Some(office.clone()), ..response(after, vec![Effect::SetSize(PoolId(0), 3)]) };
        let jobs = class("mail", 0, script(&[(11.0, 900.0), (12.0, 900.0), (13.0, 900.0)]));
        let fires = alert(above(Metric::Depth(QueueId(0)), 1.0), 0.0);
        run(ModelParts { alerts: vec![fires], responses: vec![set], ..world(vec![jobs], 1) }).acted
    };
    assert_eq!(acted(5.0), [(0, 60.0)], "25 s are before 9:00");
    assert_eq!(acted(45.0), [(0, 65.0)], "65 s are after it");
}
