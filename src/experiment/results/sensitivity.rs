//! What one number of the scenario after the other does to the outcomes.

use serde::{Deserialize, Serialize};

use crate::metric::ScopeName;
use crate::stats::Estimate;
use crate::units::path_keys;

/// What happens to each outcome when one number of the scenario is lower, or higher.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SensitivityResult {
    /// By which share of its value each number was varied.
    pub share: f64,
    /// The measures of the objectives; without any, the p95 wait of all jobs.
    pub outcomes: Vec<Outcome>,
    /// What was not varied: path and reason.
    pub left_out: Vec<(String, String)>,
}

/// An outcome by each number that was varied.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The objective as written, or `p95(wait)`.
    pub text: String,
    /// The measure as written, such as `p95(wait)`.
    pub measure: String,
    /// Whom it concerns.
    pub scope: ScopeName,
    /// Its unit.
    pub unit: String,
    /// The bound; `None` without an objective.
    pub bound: Option<f64>,
    /// Whether larger values are better.
    pub larger_is_better: bool,
    /// The value of the base.
    pub base: Option<Estimate>,
    /// By number, the widest swing first.
    pub bars: Vec<Bar>,
}

/// An outcome with one number varied.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bar {
    /// Where the number stands.
    pub path: String,
    /// As it stands.
    pub stated: String,
    /// With it lower, and higher; `None` where that is no scenario.
    pub ends: [Option<End>; 2],
}

/// An outcome at one value of a number.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct End {
    /// The value, such as `4.8/s`.
    pub value: String,
    /// The outcome; `None`: no job to measure it by.
    pub estimate: Option<Estimate>,
    /// The outcome is only known to be larger.
    pub at_least: bool,
    /// The outcome less that of the base, replication by replication.
    pub difference: Option<Estimate>,
}

impl Bar {
    /// The path without what a reader guesses: `jobs.mail.arrivals.poisson.rate` is `mail arrivals rate`.
    #[must_use]
    pub fn name(&self) -> String {
        let keys = path_keys(&self.path);
        let told = |&(i, key): &(usize, &String)| i == 1 || i == 2 || i + 1 == keys.len() || key.ends_with(']');
        let told: Vec<&str> = keys.iter().enumerate().filter(told).map(|(_, key)| key.as_str()).collect();
        told.join(" ")
    }

    /// From the smallest to the largest outcome, that of the base among them.
    #[must_use]
    pub fn swing(&self) -> f64 {
        let changes = self.ends.iter().flatten().filter_map(|end| Some(end.difference?.mean));
        let (low, high) =
            changes.fold((0.0, 0.0), |(low, high), change| (f64::min(low, change), f64::max(high, change)));
        high - low
    }
}

impl End {
    /// Whether the interval of the difference lies on one side of nothing.
    #[must_use]
    pub fn shows_a_change(&self) -> bool {
        let ends = self.difference.and_then(|change| Some((change.low?, change.high?)));
        ends.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}
