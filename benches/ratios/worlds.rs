//! The scenarios as text for the engine, as a user would write them.

use std::fmt::Write as _;
use std::path::Path;

use tailback::engine::{Created, Observer, simulate};
use tailback::experiment;
use tailback::model::Study;
use tailback::random::ReplicationSeed;
use tailback::scenario::{self, Overrides};
use tailback::units::SimTime;

use crate::loops::{CV, Law, MEAN, SLOW_SHARE, SLOWDOWN, Scenario};

/// Steps of the curves.
const STEPS: f64 = 500.0;

/// What a feature adds to the text of a scenario.
#[derive(Clone, Copy, Default)]
pub(crate) struct Feature {
    /// Keys of each class.
    pub(crate) class: &'static str,
    /// Keys of the pool; `take` must be among them, and `QUEUES` stands for the list of all queues.
    pub(crate) pool: Option<&'static str>,
    /// Further tables.
    pub(crate) tables: &'static str,
}

/// The scenario with a feature, read.
pub(crate) fn study(scenario: &Scenario, feature: &Feature) -> Study {
    read(&text(scenario, feature))
}

pub(crate) fn read(text: &str) -> Study {
    match scenario::parse(Path::new("bench.toml"), text, &Overrides::default()) {
        Ok(scenario) => scenario.study,
        Err(error) => panic!("{error}\n{text}"),
    }
}

pub(crate) fn shipped(name: &str) -> Study {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    scenario::load(&path, &Overrides::default()).expect("the shipped scenario is right").study
}

fn text(scenario: &Scenario, feature: &Feature) -> String {
    let horizon = scenario.horizon();
    let lengths = format!("horizon = \"{horizon}s\", curve_step = \"{}s\"", horizon / STEPS);
    let mut text = format!("run = {{ {lengths}, replications = 1, backlog_limit = 200_000_000 }}\n");
    for class in 0..scenario.classes {
        let (rate, extra) = (scenario.rate_of_class(), feature.class);
        let service = service(scenario.law(class));
        let rate = format!("arrivals.poisson = {{ rate = \"{rate}/s\" }}");
        let table = writeln!(text, "[jobs.class-{class}]\nqueue = \"queue-{class}\"\n{rate}\n{service}\n{extra}");
        table.expect("text grows");
    }
    let queues: Vec<String> = (0..scenario.classes).map(|class| format!("\"queue-{class}\"")).collect();
    let pool = feature.pool.unwrap_or("take.strict = [QUEUES]").replace("QUEUES", &queues.join(", "));
    text + &format!("[pools.workers]\nsize = {}\n{pool}\n{}\n", scenario.workers, feature.tables)
}

fn service(law: Law) -> String {
    let share = 100.0 * SLOW_SHARE;
    let exponential = format!("service_time.exponential = {{ mean = \"{MEAN}s\" }}");
    match law {
        Law::Exponential => exponential,
        Law::SlowShare => format!("{exponential}\nvariants.slow = {{ share = \"{share}%\", slowdown = {SLOWDOWN} }}"),
        Law::Lognormal => format!("service_time.lognormal = {{ mean = \"{MEAN}s\", cv = {CV} }}"),
    }
}

/// The mean wait of the jobs of the last class in seconds, in a run of the base.
pub(crate) fn last_wait(study: &Study, classes: usize) -> f64 {
    let results = experiment::run(study, &|_| ()).expect("the backlog stays below its limit");
    let last = format!("class-{}", classes - 1);
    let mut metrics = results.points[0].metrics.iter();
    let wait = metrics.find(|metric| metric.metric.name() == "wait_mean" && metric.scope.name == last);
    wait.and_then(|metric| metric.estimate).expect("jobs of the last class").mean
}

/// Counts jobs and sees nothing else.
#[derive(Default)]
struct Counter(u64);

impl Observer for Counter {
    fn created(&mut self, _: SimTime, _: Created) {
        self.0 += 1;
    }
}

/// Runs the events of the base alone; returns how many jobs there were.
pub(crate) fn bare(study: &Study, seed: u64) -> u64 {
    let mut counter = Counter::default();
    let seed = ReplicationSeed { master: seed, replication: 0 };
    simulate(&study.points[0].model, seed, &mut counter).expect("the backlog stays below its limit");
    counter.0
}

/// Runs the base with all its figures and curves; returns how many jobs there were.
pub(crate) fn whole(study: &Study, seed: u64) -> u64 {
    let mut study = study.clone();
    study.settings.seed = seed;
    let results = experiment::run(&study, &|_| ()).expect("the backlog stays below its limit");
    let mean = |metric: &experiment::MetricResult| metric.estimate.map_or(0.0, |estimate| estimate.mean);
    let created = results.points[0].metrics.iter().find(|metric| metric.metric.name() == "created").map_or(0.0, mean);
    created as u64 * u64::from(study.settings.replications)
}
