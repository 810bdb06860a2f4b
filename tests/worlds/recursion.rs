//! What the recursion for plain pools gives is what the events give: a second pool that never has a job keeps a scenario from it.

use std::path::Path;

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rayon::prelude::*;
use tailback::experiment::{self, PointResult, ScopeName};
use tailback::scenario::{self, Overrides};

const SPARE: &str = r#"
[jobs.ghost]
queue = "elsewhere"
arrivals.poisson.rate = "0/s"
service_time.constant = "1s"

[pools.spare]
size = 1
take.strict = ["elsewhere"]
"#;

const ARRIVALS: [&str; 6] = [
    r#"arrivals.poisson.rate = "2/s""#,
    r#"arrivals.poisson.rate = "0.3/s""#,
    r#"arrivals.periodic = { every = "1s" }"#,
    r#"arrivals.periodic = { every = "3s", jitter = "2s" }"#,
    r#"arrivals.batches = { size = 7, every = "10s" }"#,
    r#"arrivals.batches = { size.geometric.mean = 9, rate = "2/m" }"#,
];
const SERVICES: [&str; 4] = [
    r#"service_time.constant = "1s""#,
    r#"service_time.constant = "500ms""#,
    r#"service_time.exponential.mean = "1s""#,
    r#"service_time.lognormal = { mean = "2s", cv = 2.0 }"#,
];
const WARMUPS: [&str; 3] = ["0s", "1m", "7s"];
const STEPS: [&str; 3] = ["10s", "13s", "10m"];
const OBJECTIVES: &str =
    r#"["share(wait <= 1s) >= 90%", "share(sojourn <= 3s) >= 90%", "p95(wait) < 2s", "time(wait > 2s) <= 1m"]"#;

fn pick<'a>(rng: &mut SmallRng, choices: &[&'a str]) -> &'a str {
    choices.choose(rng).expect("there are choices")
}

/// A scenario of one pool and one queue.
fn random(number: u64) -> String {
    let rng = &mut SmallRng::seed_from_u64(number);
    let (step, warmup) = (pick(rng, &STEPS), pick(rng, &WARMUPS));
    let limit = pick(rng, &["1000000", "40"]);
    let lengths = format!(r#"horizon = "10m", curve_step = "{step}", warmup = "{warmup}""#);
    let run = format!("run = {{ {lengths}, replications = 2, seed = {number}, backlog_limit = {limit} }}");
    let mut text = format!("{run}\nobjectives = {OBJECTIVES}\n");
    for class in 0..rng.random_range(1..=6) {
        let (arrivals, service) = (pick(rng, &ARRIVALS), pick(rng, &SERVICES));
        text += &format!("[jobs.class-{class}]\nqueue = \"line\"\n{arrivals}\n{service}\n");
    }
    let speed = pick(rng, &["1.0", "2.5"]);
    text + &format!("[pools.workers]\nsize = {}\nspeed = {speed}\n", rng.random_range(1..=8))
}

fn run(text: &str) -> Result<PointResult, String> {
    let scenario = scenario::parse(Path::new("random.toml"), text, &Overrides::default());
    let study = scenario.unwrap_or_else(|error| panic!("{error}\n{text}")).study;
    let results = experiment::run(&study, &|_| ()).map_err(|stopped| format!("{stopped:?}"))?;
    Ok(results.points.into_iter().next().expect("a point"))
}

/// All that is told of the classes, the queue and the pool.
fn told(point: &PointResult) -> String {
    let concerns = |scope: &ScopeName| !["all", "ghost", "elsewhere", "spare"].contains(&scope.name.as_str());
    let metrics: Vec<_> = point.metrics.iter().filter(|metric| concerns(&metric.scope)).collect();
    let curves: Vec<_> = point.curves.iter().filter(|curve| concerns(&curve.scope)).collect();
    let tails: Vec<_> = point.tails.iter().filter(|tail| concerns(&tail.scope)).collect();
    let jobs: Vec<_> =
        point.metrics.iter().filter(|metric| metric.scope.name == "all" && metric.unit == "jobs").collect();
    format!("{metrics:#?}{curves:#?}{tails:#?}{jobs:#?}{:#?}", point.objectives)
}

#[test]
fn the_recursion_gives_what_the_events_give() {
    let halted = (0..400_u64).into_par_iter().filter(|&number| {
        let text = random(number);
        let (recursion, events) = (run(&text), run(&format!("{text}{SPARE}")));
        match (&recursion, &events) {
            (Ok(recursion), Ok(events)) => assert!(told(recursion) == told(events), "world {number}:\n{text}"),
            _ => assert_eq!(recursion, events, "world {number}:\n{text}"),
        }
        recursion.is_err()
    });
    let halted = halted.count();
    assert!((40..360).contains(&halted), "{halted} of 400 worlds outgrow their backlog limit");
}
