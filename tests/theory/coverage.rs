//! How often the printed 95 % intervals contain the truth: over 1 000 experiments between 93 and 97 % of the time, for a stationary
//! queue and for an incident.
//!
//! The truth is the mean over the replications of all experiments, whose own error is a thirtieth of that of one experiment; that of the
//! stationary queue is compared with Erlang C.

use std::path::Path;

use tailback::experiment::{self, PointResult, ScopeKind};
use tailback::scenario::{Overrides, parse};
use tailback::stats::Estimate;
use tailback::theory::Mmc;

const EXPERIMENTS: usize = 1_000;

/// The base of a scenario, replicated as often as all experiments need.
fn run(text: &str, replications: usize) -> PointResult {
    let overrides = Overrides { replications: Some((EXPERIMENTS * replications) as u32), ..Overrides::default() };
    let mut study = parse(Path::new("coverage.toml"), text, &overrides).unwrap_or_else(|error| panic!("{error}")).study;
    // As a point of a sweep it keeps no curves, of which there would be thousands.
    study.points[0].sweep = vec!["as it stands".to_owned()];
    experiment::run(&study, &|_| ()).expect("a bounded backlog").points.remove(0)
}

/// The values of all replications.
fn values(point: &PointResult, class: &str, metric: &str) -> Vec<f64> {
    let wanted = |m: &&experiment::MetricResult| {
        m.scope.kind == ScopeKind::Class && m.scope.name == class && m.metric.name() == metric
    };
    let metric = point.metrics.iter().find(wanted).expect("a figure of the class");
    metric.values.iter().map(|value| value.expect("every replication has jobs")).collect()
}

/// How many of the intervals contain the mean of all values.
#[track_caller]
fn assert_covered(what: &str, values: &[f64]) {
    let truth = values.iter().sum::<f64>() / values.len() as f64;
    let covers = |experiment: &&[f64]| {
        let estimate = Estimate::of(experiment, 0.95).expect("values");
        (estimate.low.expect("an interval")..=estimate.high.expect("an interval")).contains(&truth)
    };
    let covered = values.chunks_exact(values.len() / EXPERIMENTS).filter(covers).count();
    assert!((930..=970).contains(&covered), "{what}: {covered} of 1 000 intervals contain {truth}");
}

#[test]
fn intervals_of_a_stationary_queue_contain_the_truth_as_often_as_they_say() {
    let point = run(
        r#"
        run = { horizon = "20m", warmup = "2m", curve_step = "20m" }
        [jobs.mail]
        arrivals.poisson.rate         = "3/s"
        service_time.exponential.mean = "1s"
        [pools.workers]
        size = 5
    "#,
        10,
    );
    let (means, p95) = (values(&point, "mail", "wait_mean"), values(&point, "mail", "wait_p95"));
    assert_covered("mean wait", &means);
    assert_covered("p95 wait", &p95);
    let exact = Mmc { arrival_rate: 3.0, mean_service: 1.0, workers: 5 }.mean_wait().expect("a stable queue");
    let all = Estimate::of(&means, 0.999).expect("values");
    assert!((all.mean / exact - 1.0).abs() < 0.01, "{} is not {exact}", all.mean);
}

#[test]
fn intervals_of_a_short_incident_contain_the_truth_as_often_as_they_say() {
    // Incident A in a tenth of its size and a sixteenth of its time, replicated thirty times as it is. (Ten replications are too few for
    // waits as skewed as these: 92.6 %.)
    let point = run(
        r#"
        run = { horizon = "30m", curve_step = "30m" }
        [jobs.verification-mail]
        queue = "mail"
        arrivals.poisson.rate         = "0.6/s"
        service_time.exponential.mean = "0.8s"
        [jobs.document-packet]
        queue = "documents"
        arrivals.poisson.rate         = "0.1/s"
        service_time.lognormal        = { mean = "5s", cv = 1.0 }
        [jobs.mass-mail]
        queue = "mail"
        arrivals.burst                = { jobs = 40, from = "5m", over = "2m" }
        service_time.exponential.mean = "1s"
        slowdown = 30
        [pools.workers]
        size = 3
        take.oldest_first = ["mail", "documents"]
    "#,
        30,
    );
    for class in ["verification-mail", "document-packet"] {
        for metric in ["wait_mean", "wait_p95"] {
            assert_covered(&format!("{metric} of {class}"), &values(&point, class, metric));
        }
    }
    let backlog = point.metrics.iter().find(|m| m.scope.kind == ScopeKind::All && m.metric.name() == "backlog_max");
    let backlog: Vec<f64> = backlog.expect("a backlog").values.iter().map(|value| value.expect("a value")).collect();
    assert_covered("largest backlog", &backlog);
}
