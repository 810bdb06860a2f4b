//! A report of one's own: a table in Markdown with the figures that one cares for, each with its interval.
//!
//! `cargo run --release --example own_report`

use std::error::Error;

use tailback::experiment::{self, PointResult, Results};
use tailback::findings::figure_with_interval;
use tailback::metric::{Metric, ScopeKind};
use tailback::scenario::{self, Overrides};

const SCENARIO: &str = r#"
title = "Mails and exports on one pool"
run   = { horizon = "1h", replications = 5 }

[jobs.mail]
arrivals.poisson         = { rate = "4/s" }
service_time.exponential = { mean = "0.5s" }

[jobs.export]
arrivals.poisson       = { rate = "5/min" }
service_time.lognormal = { mean = "20s", cv = 1.0 }

[pools.workers]
size = 5

[alternatives.one-more]
pools.workers.size = 6
"#;

/// A cell: `1.3 s (1.1 to 1.5 s)`, or a dash where nothing was measured.
fn cell(point: &PointResult, scope: (ScopeKind, &str), metric: Metric) -> String {
    let figure = point.metric(scope, metric).and_then(|figure| Some((figure, figure.estimate?)));
    let shown = figure.map(|(figure, estimate)| figure_with_interval(&estimate, &figure.unit, figure.at_least));
    shown.unwrap_or_else(|| "-".to_owned())
}

fn table(results: &Results) -> String {
    let mut text = format!("### {}\n| | busy | class | mean wait | p95 wait |\n|---|---|---|---|---|\n", results.title);
    for point in &results.points {
        let busy = cell(point, (ScopeKind::Pool, "workers"), Metric::Utilisation);
        for class in &results.classes {
            let [mean, p95] =
                [Metric::WAIT_MEAN, Metric::WAIT_P95].map(|metric| cell(point, (ScopeKind::Class, class), metric));
            text += &format!("| {} | {busy} | {class} | {mean} | {p95} |\n", point.alternative);
        }
    }
    text
}

fn main() -> Result<(), Box<dyn Error>> {
    let scenario = scenario::parse("mixed.toml".as_ref(), SCENARIO, &Overrides::default())?;
    print!("{}", table(&experiment::run(&scenario.study, &|_progress| ())?));
    Ok(())
}
