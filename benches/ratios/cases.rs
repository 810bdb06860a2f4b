//! What is measured against what.

use crate::loops::{self, Law, MIXED, Scenario};
use crate::measure::Run;
use crate::worlds::{Feature, bare, last_wait, shipped, study, whole};

pub(crate) const PAIRS: u64 = 7;
/// Jobs of each run.
pub(crate) const JOBS: u64 = 2_000_000;

pub(crate) struct Case {
    pub(crate) part: &'static str,
    pub(crate) name: String,
    pub(crate) base: Side,
    pub(crate) other: Side,
}

pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) run: Box<Run>,
}

/// The scenarios called W3 and W4 in the design of the engine are those with 20 and with 200 workers.
pub(crate) const W3: Scenario =
    Scenario { name: "20 workers, 3 classes", workers: 20, classes: 3, load: 0.85, jobs: JOBS, laws: MIXED };
const ONE: &[Law] = &[Law::Exponential];
const SCENARIOS: [Scenario; 5] = [
    Scenario { name: "M/M/1", workers: 1, classes: 1, load: 0.9, jobs: JOBS, laws: ONE },
    Scenario { name: "M/M/10", workers: 10, classes: 1, load: 0.9, jobs: JOBS, laws: ONE },
    W3,
    Scenario { name: "200 workers, 20 classes", workers: 200, classes: 20, load: 0.85, jobs: JOBS, laws: MIXED },
    Scenario { name: "2000 workers, 20 classes", workers: 2000, classes: 20, load: 0.85, jobs: JOBS, laws: MIXED },
];

/// The cases of a part; with `jobs` jobs where that can be chosen.
pub(crate) fn of(part: &str, jobs: u64) -> Vec<Case> {
    match part {
        "loops" => SCENARIOS.iter().flat_map(|scenario| against_loop(Scenario { jobs, ..*scenario })).collect(),
        "incidents" => incidents(jobs),
        "features" => FEATURES.iter().map(|(name, feature)| with_feature(name, feature, jobs)).collect(),
        _ => Vec::new(),
    }
}

/// Loop and engine must simulate the same: their mean waits of the last class agree, where waits are not rare and thus noisy.
pub(crate) fn check() {
    for scenario in &SCENARIOS[..3] {
        let by_hand = loops::run(scenario, 1)[scenario.classes - 1].mean();
        let ours = last_wait(&study(scenario, &PLAIN), scenario.classes);
        let same = (0.8..1.25).contains(&(ours / by_hand));
        assert!(same, "{}: mean wait {by_hand} s by the loop, {ours} s by the engine", scenario.name);
    }
}

fn by_hand(scenario: Scenario) -> Side {
    let run = move |seed| loops::run(&scenario, seed).iter().map(loops::Histogram::count).sum();
    Side { name: "loop".to_owned(), run: Box::new(run) }
}

fn against_loop(scenario: Scenario) -> [Case; 2] {
    let case = |other| Case { part: "loops", name: scenario.name.to_owned(), base: by_hand(scenario), other };
    let (alone, all) = (study(&scenario, &PLAIN), study(&scenario, &PLAIN));
    let events = Side { name: "events alone".to_owned(), run: Box::new(move |seed| bare(&alone, seed)) };
    [case(events), case(Side { name: "run".to_owned(), run: Box::new(move |seed| whole(&all, seed)) })]
}

/// The founding incidents, as cost a job over the loop for 20 workers and 3 classes.
fn incidents(jobs: u64) -> Vec<Case> {
    let case = |file: &str| {
        let mut study = shipped(file);
        study.points.truncate(1);
        let run = Box::new(move |seed| whole(&study, seed));
        let name = file.trim_end_matches(".toml").to_owned();
        let base = Side { name: "loop of W3".to_owned(), ..by_hand(Scenario { jobs, ..W3 }) };
        Case { part: "incidents", name, base, other: Side { name: "run".to_owned(), run } }
    };
    ["12twenty-2020-mass-mail.toml", "kimono-2021-dispatcher-outage.toml"].map(case).into()
}

const PLAIN: Feature = Feature { class: "", pool: None, tables: "" };
/// Each feature alone. Retries add 2 % of jobs.
const FEATURES: [(&str, Feature); 9] = [
    ("none", PLAIN),
    ("weighted choice", Feature { pool: Some("take.weighted = { queue-0 = 3, queue-1 = 2, queue-2 = 1 }"), ..PLAIN }),
    ("fair", Feature { pool: Some("take.fair = { queues = [QUEUES] }"), ..PLAIN }),
    ("preemption", Feature { pool: Some("take.strict = [QUEUES]\npreempt = \"resume\""), ..PLAIN }),
    ("retries", Feature { class: "failure = \"2%\"\nretry.constant = { delay = \"10s\", most = 10 }", ..PLAIN }),
    (
        "autoscaler",
        Feature {
            pool: Some(
                "take.strict = [QUEUES]\nautoscale.hpa = { metric = \"utilisation\", target = \"85%\", min = 19, max = 40 }",
            ),
            ..PLAIN
        },
    ),
    ("dispatcher", Feature { class: "via = \"driver\"", tables: "[dispatchers.driver]\ninterval = \"1s\"", ..PLAIN }),
    ("alerts", Feature { tables: "[alerts.age]\nwhen = \"age(queue-2) > 1m for 5m\"\nevery = \"15s\"", ..PLAIN }),
    ("10 000 tenants", Feature { class: "tenants = 10_000", ..PLAIN }),
];

fn with_feature(name: &str, feature: &Feature, jobs: u64) -> Case {
    let scenario = Scenario { jobs, ..W3 };
    let (plain, featured) = (study(&scenario, &PLAIN), study(&scenario, feature));
    Case {
        part: "features",
        name: name.to_owned(),
        base: Side { name: "plain".to_owned(), run: Box::new(move |seed| whole(&plain, seed)) },
        other: Side { name: "run".to_owned(), run: Box::new(move |seed| whole(&featured, seed)) },
    }
}
