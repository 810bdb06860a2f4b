//! The engine beside a loop written by hand for the same scenario: `cargo bench --bench engine`.
//!
//! Runs are interleaved so that a busy machine slows both alike. Printed: jobs a second and the ratio of times, engine / loop, as
//! the median over the pairs with its range. The loop's wait histogram is always on.

mod loops;

use std::collections::BTreeMap;
use std::time::Instant;

use loops::{CV, Histogram, Law, MEAN, SLOW_SHARE, SLOWDOWN, Scenario};
use tailback::distribution::Distribution;
use tailback::engine::{Observer, simulate};
use tailback::experiment::{self, Metric};
use tailback::model::{
    Arrivals, DesignPoint, JobClass, Model, ModelParts, Pool, Queue, QueueId, QueueOrder, Service, Settings, Study,
    Take, Variant, Warmup,
};
use tailback::random::ReplicationSeed;
use tailback::units::{Rate, Share, SimDuration};

const PAIRS: usize = 9;

const W3: Scenario = Scenario { name: "W3", workers: 20, classes: 3, load: 0.85, jobs: 4_000_000 };
const W4: Scenario = Scenario { name: "W4", workers: 200, classes: 20, load: 0.85, jobs: 4_000_000 };

/// Sees nothing and costs nothing.
struct Silent;

impl Observer for Silent {}

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("the first use of threads");
    println!("engine / hand-written loop, median of {PAIRS} interleaved pairs (range)");
    for scenario in [W3, W4] {
        check(&scenario);
        compare(&scenario);
    }
}

/// Both must simulate the same thing: their mean waits agree class by class where a wait is not rare.
fn check(scenario: &Scenario) {
    let by_hand = loops::run(scenario, 1);
    let results = experiment::run(&study(scenario, 1), &|_| ()).expect("the scenario is stable");
    let last = scenario.classes - 1;
    let is_last = |metric: &&Metric| metric.metric == "wait_mean" && metric.scope.name == format!("class-{last}");
    let wait = results.points[0].metrics.iter().find(is_last).and_then(|metric| metric.estimate);
    let (ours, theirs) = (wait.expect("jobs of the last class").mean, by_hand[last].mean());
    println!("{}: mean wait of the last class {theirs:.4} s by the loop, {ours:.4} s by the engine", scenario.name);
    // With many workers few jobs of the last class wait, so that its mean is noisy; a wrong load or order is far outside.
    assert!((0.5..2.0).contains(&(ours / theirs)), "the loop and the engine simulate different things");
}

fn compare(scenario: &Scenario) {
    let model = model(scenario);
    let mut times = [const { Vec::new() }; 3];
    for seed in 0..PAIRS as u64 {
        times[0].push(time(|| loops::run(scenario, seed).iter().map(Histogram::count).sum()));
        times[1].push(time(|| u64::from(simulate(&model, replication(seed), &mut Silent).is_ok())));
        let study = study(scenario, seed);
        times[2].push(time(|| experiment::run(&study, &|_| ()).map_or(0, |results| results.points.len() as u64)));
    }
    println!("  loop                    {:5.1} M jobs/s", speed(scenario, &times[0]));
    for (name, engine) in [("engine, no observer ", &times[1]), ("a run of `tailback` ", &times[2])] {
        let mut ratios: Vec<_> = engine.iter().zip(&times[0]).map(|(engine, by_hand)| engine / by_hand).collect();
        ratios.sort_by(f64::total_cmp);
        let (least, median, most) = (ratios[0], ratios[PAIRS / 2], ratios[PAIRS - 1]);
        println!("  {name}    {:5.1} M jobs/s, ratio {median:.2} ({least:.2}..{most:.2})", speed(scenario, engine));
    }
}

fn time(work: impl FnOnce() -> u64) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed().as_secs_f64()
}

/// Millions of jobs a second at the median time.
fn speed(scenario: &Scenario, times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    scenario.jobs as f64 / sorted[sorted.len() / 2] / 1e6
}

fn replication(master: u64) -> ReplicationSeed {
    ReplicationSeed { master, replication: 0 }
}

/// One replication with all figures and curves of a run.
fn study(scenario: &Scenario, seed: u64) -> Study {
    Study {
        name: scenario.name.to_owned(),
        title: String::new(),
        question: None,
        source: None,
        settings: Settings {
            replications: 1,
            precision: None,
            seed,
            confidence: Share::new(0.95).expect("a share"),
            curve_step: SimDuration::from_secs_f64(scenario.horizon() / 500.0),
            warmup: Warmup::NONE,
            clock: None,
        },
        axes: vec![],
        is_grid: false,
        points: vec![DesignPoint {
            alternative: "base".to_owned(),
            title: String::new(),
            sweep: vec![],
            model: model(scenario),
            objectives: vec![],
            differences: BTreeMap::new(),
        }],
    }
}

fn model(scenario: &Scenario) -> Model {
    let queues =
        (0..scenario.classes).map(|i| Queue { name: format!("queue-{i}"), order: QueueOrder::Fifo, capacity: None });
    let listed = (0..scenario.classes).map(|i| QueueId(i as u16)).collect();
    let pool = Pool {
        name: "workers".to_owned(),
        size: scenario.workers,
        cost_per_hour: None,
        take: Take::Strict(listed),
        reserve: None,
        capacity: tailback::model::Capacity::default(),
    };
    let parts = ModelParts {
        horizon: SimDuration::from_secs_f64(scenario.horizon()),
        classes: (0..scenario.classes).map(|i| class(scenario, i)).collect(),
        queues: queues.collect(),
        pools: vec![pool],
        backlog_limit: 1_000_000,
        ..ModelParts::default()
    };
    Model::new(parts).expect("the model is valid")
}

fn class(scenario: &Scenario, place: usize) -> JobClass {
    JobClass {
        name: format!("class-{place}"),
        queue: QueueId(place as u16),
        via: None,
        priority: 0,
        tenants: 1,
        deadline: None,
        initial_backlog: 0,
        arrivals: Arrivals::Poisson {
            rate: Rate::per_second(scenario.rate_of_class()).expect("a rate"),
            profile: None,
        },
        service: service(Law::of_class(place)),
        fate: tailback::model::Fate::default(),
    }
}

fn service(law: Law) -> Service {
    let exponential = || Distribution::exponential(MEAN).expect("a mean");
    match law {
        Law::Exponential => Service::plain(exponential()),
        Law::SlowShare => Service {
            variants: vec![Variant {
                name: "slow".to_owned(),
                share: Share::new(SLOW_SHARE).expect("a share"),
                time: None,
                slowdown: SLOWDOWN,
            }],
            ..Service::plain(exponential())
        },
        Law::Lognormal => Service::plain(Distribution::lognormal(MEAN, CV).expect("a mean and a cv")),
    }
}
