use super::*;
use crate::distribution::Distribution;
use crate::model::{
    Change, ClassId, Effect, JobClass, ModelParts, Pattern, Piece, Pool, PoolId, Profile, Queue, QueueId, QueueOrder,
    Service, Spacing, Take,
};
use crate::units::{Rate, SimDuration};

fn class(name: &str, arrivals: Arrivals, service_s: f64) -> JobClass {
    JobClass {
        name: name.into(),
        queue: QueueId(0),
        via: None,
        priority: 0,
        tenants: 1,
        deadline: None,
        initial_backlog: 0,
        arrivals,
        service: Service::plain(Distribution::constant(service_s).unwrap()),
        fate: crate::model::Fate::default(),
    }
}

fn model(classes: Vec<JobClass>, changes: Vec<Change>, hours: u64) -> Model {
    Model::new(ModelParts {
        horizon: SimDuration::from_secs(hours * 3600),
        classes,
        queues: vec![Queue { name: "q".into(), order: QueueOrder::Fifo, capacity: None }],
        pools: vec![Pool {
            name: "w".into(),
            size: 10,
            cost_per_hour: None,
            take: Take::OldestFirst(vec![QueueId(0)]),
            reserve: None,
            capacity: crate::model::Capacity::default(),
        }],
        dispatchers: vec![],
        changes,
        backlog_limit: 1_000_000,
        ..ModelParts::default()
    })
    .unwrap()
}

fn poisson(rate: f64, profile: Option<Profile>) -> Arrivals {
    Arrivals::Poisson { rate: Rate::per_second(rate).unwrap(), profile }
}

fn at(seconds: u64) -> SimTime {
    SimTime::from_nanos(seconds * 1_000_000_000)
}

fn assert_close(got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "got {got}, want {want}");
}

#[test]
fn a_constant_rate_asks_for_rate_times_service() {
    let load = OfferedLoad::of(&model(vec![class("a", poisson(2.0, None), 3.0)], vec![], 8));
    assert_close(load.classes[0].erlangs, 6.0);
    assert_close(load.classes[0].jobs, 2.0 * 8.0 * 3600.0);
    assert_close(load.pools[0].utilisation().unwrap(), 0.6);
    assert_eq!(load.steps.len(), 8);
}

#[test]
fn a_burst_counts_where_it_falls() {
    let burst = Arrivals::Burst {
        jobs: 4200,
        from: at(3600 + 2700),
        over: SimDuration::from_secs(1800),
        spacing: Spacing::Random,
    };
    let load = OfferedLoad::of(&model(vec![class("mass", burst, 30.0)], vec![], 4));
    let jobs: Vec<f64> = load.steps.iter().map(|step| step.jobs).collect();
    assert_eq!(jobs, [0.0, 2100.0, 2100.0, 0.0]);
    assert_close(load.steps[1].pools[0].unwrap(), 2100.0 * 30.0 / 36_000.0);
    assert_close(load.busiest(0).unwrap().1, 1.75);
}

#[test]
fn a_profile_is_integrated_exactly_over_phase_and_period() {
    let pieces = vec![
        Piece { start: SimDuration::ZERO, from: 0.0, to: 2.0 },
        Piece { start: SimDuration::from_secs(12 * 3600), from: 2.0, to: 2.0 },
    ];
    let (period, phase) = (SimDuration::from_secs(24 * 3600), SimDuration::from_secs(18 * 3600));
    let profile = Profile::constant("day", phase, Pattern { period, pieces });
    let load = OfferedLoad::of(&model(vec![class("a", poisson(1.0, Some(profile)), 1.0)], vec![], 24));
    let hours: Vec<f64> = load.steps.iter().map(|step| step.erlangs).collect();
    assert_close(hours[0], 2.0);
    assert_close(hours[6], 1.0 / 12.0);
    assert_close(load.classes[0].erlangs, 1.5);
}

#[test]
fn changes_scale_workers_rates_and_service_while_they_last() {
    let change = |at_s, until, effect| Change { name: "c".into(), at: at(at_s), until, effects: vec![effect] };
    let changes = vec![
        change(3600, Until::Time(at(3 * 3600)), Effect::SetSize(PoolId(0), 20)),
        change(2 * 3600, Until::Horizon, Effect::ScaleRate(ClassId(0), 3.0)),
        change(3 * 3600 + 1800, Until::Drained, Effect::ScaleService(ClassId(0), 2.0)),
    ];
    let load = OfferedLoad::of(&model(vec![class("a", poisson(1.0, None), 2.0)], changes, 4));
    let shares: Vec<f64> = load.steps.iter().map(|step| step.pools[0].unwrap()).collect();
    for (got, want) in shares.iter().zip([0.2, 0.1, 0.3, 0.9]) {
        assert_close(*got, want);
    }
}

#[test]
fn periodic_jobs_and_the_initial_backlog_are_counted_exactly() {
    let periodic = Arrivals::Periodic {
        times: Ticks::Every { first: SimTime::ZERO, every: SimDuration::from_secs(600) },
        jitter: SimDuration::ZERO,
        missed: crate::model::Missed::Kept,
    };
    let mut tick = class("tick", periodic, 1.0);
    tick.initial_backlog = 5;
    let load = OfferedLoad::of(&model(vec![tick], vec![], 2));
    assert_eq!(load.steps.iter().map(|step| step.jobs).collect::<Vec<_>>(), [11.0, 6.0]);
    assert_close(load.jobs(), 17.0);
}
