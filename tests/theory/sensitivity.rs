//! What one number does to an outcome, against Erlang C: the p95 wait with another rate, service time or number of workers.

use std::path::Path;

use tailback::experiment::{Bar, Results, UnitStore, run_sensitivity, sensitivity_study};
use tailback::scenario::{Overrides, Template, parse, vary};
use tailback::theory::Mmc;
use tailback::units::Share;

const QUEUE: &str = r#"
[run]
horizon      = "10h"
warmup       = "30m"
replications = 20
confidence   = "99.9%"

[jobs.mail]
arrivals.poisson.rate         = "8/s"
service_time.exponential.mean = "1s"
objectives                    = ["p95(wait) < 2s"]

[pools.workers]
size = 10
"#;

fn vary_by(text: &str, share: f64) -> Results {
    let name = Path::new("queue.toml");
    let overrides = Overrides::default();
    let scenario = parse(name, text, &overrides).unwrap();
    let template = Template { name, text, overrides: &overrides, alternative: "base" };
    let sensitivity = vary(&template, Share::new(share).unwrap()).unwrap();
    let study = sensitivity_study(&scenario.study, &sensitivity);
    let folder = tempfile::tempdir().unwrap();
    let store = UnitStore::open(&folder.path().join("units.bin"), true).unwrap();
    run_sensitivity(&study, &sensitivity, &store, &|_| ()).unwrap()
}

#[test]
fn outcomes_at_the_ends_of_each_number_are_those_of_erlang_c() {
    let results = vary_by(QUEUE, 0.1);
    let outcome = &results.sensitivity.as_ref().unwrap().outcomes[0];
    let exact = |arrival_rate: f64, mean_service: f64, workers: u32| {
        Mmc { arrival_rate, mean_service, workers }.wait_percentile(0.95).unwrap()
    };
    let base = exact(8.0, 1.0, 10);
    let expected = [
        ("jobs.mail.arrivals.poisson.rate", [exact(7.2, 1.0, 10), exact(8.8, 1.0, 10)]),
        ("jobs.mail.service_time.exponential.mean", [exact(8.0, 0.9, 10), exact(8.0, 1.1, 10)]),
        ("pools.workers.size", [exact(8.0, 1.0, 9), exact(8.0, 1.0, 11)]),
    ];
    assert_eq!(outcome.bars.len(), expected.len());
    for (path, ends) in expected {
        let bar: &Bar = outcome.bars.iter().find(|bar| bar.path == path).unwrap();
        for (end, exact) in bar.ends.iter().flatten().zip(ends) {
            let change = end.difference.unwrap();
            let (low, high) = (change.low.unwrap(), change.high.unwrap());
            let truth = exact - base;
            assert!(low <= truth && truth <= high, "{path} = {}: {truth} is outside of {low} to {high}", end.value);
            assert!(high - low < 0.2 * truth.abs(), "{path} = {}: {low} to {high} is too wide", end.value);
            assert!(end.shows_a_change());
        }
    }
    let swings: Vec<f64> = outcome.bars.iter().map(Bar::swing).collect();
    assert!(swings.is_sorted_by(|a, b| a >= b), "{swings:?}");
}
