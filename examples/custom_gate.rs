//! A gate of one's own: may the p95 wait of a class be above a bound? The exit code is that of `tailback check`: 0 (it is below),
//! 1 (it is above) or 4 (its interval contains the bound: more replications would tell).
//!
//! `cargo run --release --example custom_gate -- 5` (the bound in seconds)

use std::error::Error;
use std::process::ExitCode;

use tailback::experiment::{self, MetricResult};
use tailback::findings::figure_with_interval;
use tailback::metric::{Metric, ScopeKind};
use tailback::scenario::{self, Overrides};

const SCENARIO: &str = r#"
title = "Mails of a shop"
run   = { horizon = "1h", warmup = "5m", replications = 5 }

[jobs.mail]
arrivals.poisson         = { rate = "9/s" }
service_time.exponential = { mean = "1s" }

[pools.workers]
size = 10
"#;

/// The code and its word. An end that is `None` is not known, and what is only known from below has no upper end.
fn verdict(figure: &MetricResult, bound: f64) -> Option<(u8, &'static str)> {
    let interval = figure.estimate?;
    let high = interval.high.filter(|_| !figure.at_least);
    let is_above = interval.low.is_some_and(|low| low > bound);
    let is_below = high.is_some_and(|high| high <= bound);
    Some(if is_above {
        (1, "FAIL")
    } else if is_below {
        (0, "PASS")
    } else {
        (4, "UNDECIDED")
    })
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let bound = std::env::args().nth(1).map_or(Ok(5.0), |text| text.parse::<f64>())?;
    let scenario = scenario::parse("mails.toml".as_ref(), SCENARIO, &Overrides::default())?;
    let results = experiment::run(&scenario.study, &|_progress| ())?;
    let point = results.point("base").ok_or("every run has a base")?;
    let figure = point.metric((ScopeKind::Class, "mail"), Metric::WAIT_P95).ok_or("no such class")?;
    let (code, word) = verdict(figure, bound).ok_or("no job was measured")?;
    let interval = figure.estimate.map(|estimate| figure_with_interval(&estimate, &figure.unit, figure.at_least));
    println!("{word}: p95 wait of mail is {}; the bound is {bound} s", interval.unwrap_or_default());
    Ok(ExitCode::from(code))
}
