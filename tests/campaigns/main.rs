//! Campaigns against the built program: killed at random instants, every file that it reads back damaged, extreme worlds. A short form
//! of each runs with all tests; `KILLS`, `CORRUPTIONS` and `EXTREMES` make them longer, `CAMPAIGN_SEED` other (`docs/campaigns.md`).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the parts of a test binary")]

mod corruptions;
mod extremes;
mod kills;
#[path = "../fuzz/mutate.rs"]
#[allow(dead_code, reason = "the mutator of the fuzz targets; campaigns use its generator")]
mod mutate;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use mutate::Chance;

/// Two design points with curves, objectives, a dispatcher and an alert; some ten milliseconds of work.
pub const WORLD: &str = r#"
[run]
horizon      = "2h"
replications = 12

[jobs.mail]
via = "driver"
arrivals.poisson         = { rate = "0.3/s" }
service_time.exponential = { mean = "12s" }
objectives               = ["p95(wait) <= 30s"]

[pools.workers]
size = 6

[dispatchers.driver]
outages = [{ from = "30m", to = "50m" }]

[alerts.staged]
when = "staged_age(driver) > 5m"

[alternatives.more]
pools.workers.size = 8
"#;

/// The built program with these arguments, in this folder.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

/// How it ended.
pub fn tailback(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What it wrote to standard error.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with the world.
pub fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), WORLD).unwrap();
    folder
}

/// Every file below a folder, the hidden ones too, by its path.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Names of files that differ or are only on one side.
pub fn differing(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names = found.keys().chain(expected.keys()).filter(|name| found.get(*name) != expected.get(*name));
    names.cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// How often, by this variable; otherwise the short form.
pub fn count(variable: &str, short: u64) -> u64 {
    std::env::var(variable).ok().map_or(short, |count| count.parse().unwrap())
}

/// The generator of a campaign; its seed is printed.
pub fn chance(campaign: &str) -> Chance {
    let seed = count("CAMPAIGN_SEED", 1);
    println!("{campaign}: CAMPAIGN_SEED={seed}");
    Chance::new(seed)
}
