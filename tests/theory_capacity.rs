//! Workers that break down and jobs that are preempted, against exact theory; and what holds of every such world.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tailback::experiment::{self, PointResult, ScopeKind};
use tailback::scenario::{Overrides, parse};
use tailback::stats::Estimate;
use tailback::theory::{Breakdowns, PriorityClass, ServiceMoments, preemptive_resume_sojourns};

fn run(text: &str) -> PointResult {
    let scenario = parse("test.toml".as_ref(), text, &Overrides::default()).unwrap_or_else(|e| panic!("{e:?}"));
    experiment::run(&scenario.study, &|_| ()).expect("a bounded backlog").points.remove(0)
}

fn estimate(point: &PointResult, kind: ScopeKind, name: &str, metric: &str) -> Estimate {
    let wanted = |m: &&tailback::experiment::Metric| m.scope.kind == kind && m.scope.name == name && m.metric == metric;
    point.metrics.iter().find(wanted).unwrap_or_else(|| panic!("no {metric} of {name}")).estimate.expect("a value")
}

/// Inside the 99.9 % interval, which is narrow.
#[track_caller]
fn assert_near(found: Estimate, expected: f64) {
    let (low, high) = (found.low.unwrap(), found.high.unwrap());
    assert!(low <= expected && expected <= high, "{expected} is outside of {low} to {high}");
    assert!(high - low < 0.06 * expected, "{low} to {high} is too wide");
}

const RUN: &str =
    r#"run = { horizon = "100h", warmup = "2h", replications = 30, confidence = "99.9%", curve_step = "1h" }"#;

fn preemptive(rates: [f64; 2], services: [(&str, ServiceMoments); 2]) {
    let text = format!(
        r#"
        {RUN}
        [jobs.urgent]
        queue = "urgent"
        arrivals.poisson.rate = "{}/s"
        service_time = {}
        [jobs.plain]
        queue = "plain"
        arrivals.poisson.rate = "{}/s"
        service_time = {}
        [pools.workers]
        size = 1
        take.strict = ["urgent", "plain"]
        preempt = "resume"
        "#,
        rates[0], services[0].0, rates[1], services[1].0
    );
    let point = run(&text);
    let class = |i: usize| PriorityClass { arrival_rate: rates[i], service: services[i].1 };
    let expected = preemptive_resume_sojourns(&[class(0), class(1)]).unwrap();
    assert_near(estimate(&point, ScopeKind::Class, "urgent", "sojourn_mean"), expected[0]);
    assert_near(estimate(&point, ScopeKind::Class, "plain", "sojourn_mean"), expected[1]);
}

#[test]
fn preemptive_resume_priorities_are_as_exact_theory_says() {
    let exponential = |mean: f64| (r#"{ exponential = { mean = "1s" } }"#, ServiceMoments::exponential(mean));
    preemptive([0.4, 0.4], [exponential(1.0), exponential(1.0)]);
    let constant = (r#"{ constant = "2s" }"#, ServiceMoments::constant(2.0));
    preemptive([0.3, 0.15], [exponential(1.0), constant]);
}

#[test]
fn workers_that_break_down_are_as_exact_theory_says() {
    for workers in [1, 3] {
        let rate = 0.5 * f64::from(workers);
        let point = run(&format!(
            r#"
            {RUN}
            [jobs.mail]
            arrivals.poisson.rate = "{rate}/s"
            service_time.exponential.mean = "1s"
            [pools.workers]
            size = {workers}
            failures = {{ after.exponential = {{ mean = "20s" }}, repair.exponential = {{ mean = "5s" }} }}
            rerun = "resume"
            "#
        ));
        let theory =
            Breakdowns { arrival_rate: rate, service_rate: 1.0, failure_rate: 0.05, repair_rate: 0.2, workers };
        let sojourn = theory.mean_jobs(2_000).unwrap() / rate;
        assert_near(estimate(&point, ScopeKind::All, "all", "sojourn_mean"), sojourn);
        // Up for 20 s of 25.
        assert_near(estimate(&point, ScopeKind::Pool, "workers", "down_hours"), 98.0 * f64::from(workers) * 0.2);
        assert_near(estimate(&point, ScopeKind::Pool, "workers", "worker_hours"), 98.0 * f64::from(workers));
    }
}

#[test]
fn a_calendar_pays_for_the_workers_it_states() {
    let point = run(r#"
        run = { horizon = "48h", replications = 2 }
        [jobs.mail]
        arrivals.poisson.rate = "1/min"
        service_time.constant = "1s"
        [pools.workers]
        calendar = { "08:00" = 10, "18:30" = 2, "22:00" = 0 }
        cost = "2/h"
    "#);
    // A day: 10.5 h with 10, 3.5 h with 2, 10 h with none. Jobs of a second end at most that much later.
    let hours = estimate(&point, ScopeKind::Pool, "workers", "worker_hours").mean;
    assert!((hours - 224.0).abs() < 0.01, "{hours}");
    let cost = estimate(&point, ScopeKind::Pool, "workers", "cost").mean;
    assert!((cost - 448.0).abs() < 0.02, "{cost}");
}

mod worlds {
    use super::support::{Log, build, class, lasting, pool, world};
    use proptest::prelude::*;
    use tailback::distribution::Distribution;
    use tailback::model::{
        Arrivals, Autoscale, Calendar, Capacity, End, Failures, Hpa, Interrupted, Model, PoolId, Redelivery, Rerun,
        ScaleIn, ScaleMetric, ScaleRule, Service, Take, Window,
    };
    use tailback::units::{Rate, SimDuration};

    fn law(mean: f64) -> Distribution {
        Distribution::exponential(mean).unwrap()
    }

    fn autoscale(boot: bool) -> Autoscale {
        let hpa = Hpa {
            target: 3.0,
            tolerance: 0.1,
            up_factor: 2.0,
            up_step: 4,
            down_share: 0.0,
            step_period: lasting(15.0),
            up_stabilisation: SimDuration::ZERO,
            down_stabilisation: lasting(30.0),
        };
        Autoscale {
            rule: ScaleRule::Hpa(hpa),
            metric: ScaleMetric::Age,
            min: 1,
            max: 8,
            interval: lasting(5.0),
            lag: SimDuration::ZERO,
            boot: boot.then(|| law(6.0)),
        }
    }

    prop_compose! {
        fn interrupted()(lost in prop::bool::weighted(0.2), tail: bool, rerun in 0..3) -> Interrupted {
            let to = if tail { End::Tail } else { End::Head };
            let rerun = [Rerun::Resume, Rerun::Restart, Rerun::Resample][rerun as usize];
            if lost { Interrupted::Lost } else { Interrupted::Redelivered(Redelivery { to, rerun }) }
        }
    }

    prop_compose! {
        fn capacity()(
            sized in 0..4, kill in prop::option::of(0.0..20.0), outage in prop::option::of(1.0..400.0),
            pool_fails: bool, interrupted in interrupted(), preempt in prop::option::of(0..3_usize), speed in 0.5..3.0,
        ) -> Capacity {
            let breaks = |mean| Failures { after: law(mean), repair: law(7.0) };
            let steps = vec![(SimDuration::ZERO, 2), (lasting(40.0), 6), (lasting(70.0), 1)];
            Capacity {
                autoscale: (sized == 1).then(|| autoscale(pool_fails)),
                calendar: (sized == 2).then_some(Calendar { period: lasting(100.0), phase: lasting(3.0), steps }),
                scale_in: kill.map_or(ScaleIn::Drain, |grace| ScaleIn::KillAfter(lasting(grace))),
                outages: outage.map(|from| Window { from: super::support::at(from), to: super::support::at(from + 30.0) })
                    .into_iter().collect(),
                failures: (sized == 3).then(|| breaks(20.0)),
                pool_failures: pool_fails.then(|| breaks(90.0)),
                interrupted,
                preempt: preempt.map(|i| [Rerun::Resume, Rerun::Restart, Rerun::Resample][i]),
                speed,
            }
        }
    }

    fn model(first: &Capacity, second: &Capacity) -> Model {
        let arriving = |name: &str, queue, rate| {
            let mut class =
                class(name, queue, Arrivals::Poisson { rate: Rate::per_second(rate).unwrap(), profile: None });
            class.service = Service::plain(law(2.0));
            class
        };
        let mut parts = world(vec![arriving("a", 0, 0.8), arriving("b", 1, 0.7), arriving("c", 2, 0.5)], 3);
        let with = |name: &str, queues: &[u16], capacity: &Capacity| {
            let mut pool = pool(name, 3, Take::Strict(super::support::listed(queues)));
            pool.capacity = capacity.clone();
            pool
        };
        parts.pools = vec![with("x", &[0, 1], first), with("y", &[2, 1], second)];
        parts.horizon = lasting(500.0);
        build(parts)
    }

    /// The order of events as letters, in which jobs become ready, start, are interrupted and finish.
    fn check(log: &Log) {
        let lost = log.interrupted.iter().filter(|(_, job)| job.then == tailback::engine::Sequel::Dead).count();
        let left = log.unfinished.len();
        assert_eq!(log.created.len(), log.completed.len() + lost + left, "every job is somewhere");
        let back = log.interrupted.len() - lost;
        assert_eq!(log.ready.len(), log.created.len() + back, "an interrupted job is ready again");
        let running = log.places().iter().filter(|place| matches!(place, tailback::engine::Place::Running(_))).count();
        let started = log.started.len() + log.restarted.len();
        assert_eq!(started, log.completed.len() + log.interrupted.len() + running, "every start ends once");
        assert!(log.restarted.len() <= back);
        let retrying = log.places().iter().filter(|place| matches!(place, tailback::engine::Place::Retrying)).count();
        assert_eq!(back, log.restarted.len() + retrying, "who comes back starts again or waits");
    }

    /// Busy workers never exceed those that are reported available.
    fn check_busy(log: &Log) {
        for pool in [PoolId(0), PoolId(1)] {
            let mut steps: Vec<_> = Vec::new();
            steps.extend(log.started.iter().chain(&log.restarted).filter(|s| s.1.pool == pool).map(|s| (s.0, 1_i64)));
            steps.extend(log.completed.iter().filter(|c| c.1.pool == pool).map(|c| (c.0, -1)));
            steps.extend(log.interrupted.iter().filter(|i| i.1.pool == pool).map(|i| (i.0, -1)));
            steps.sort_unstable();
            let mut busy = 0;
            for group in steps.chunk_by(|a, b| a.0 == b.0) {
                busy += group.iter().map(|step| step.1).sum::<i64>();
                let reported = log.workers.iter().rfind(|w| w.1 == pool && w.0 <= group[0].0).unwrap().2;
                assert!((0..=i64::from(reported)).contains(&busy), "{busy} of {reported} busy at {:?}", group[0].0);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn no_job_is_lost_but_by_early_acknowledgement(first in capacity(), second in capacity()) {
            let model = model(&first, &second);
            let log = Log::of_model(&model);
            check(&log);
            check_busy(&log);
            prop_assert!(!log.interrupted.iter().any(|(_, job)| job.then == tailback::engine::Sequel::Dead)
                || first.interrupted == Interrupted::Lost || second.interrupted == Interrupted::Lost);
            prop_assert_eq!(&log, &Log::of_model(&model), "the same seed gives the same run");
        }
    }
}

mod support;
