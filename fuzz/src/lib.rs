//! What is fuzzed: each function takes any bytes and must neither panic nor hang, and must keep the promises that it asserts.
//!
//! `cargo fuzz` runs them with coverage (`fuzz_targets/`); `tests/fuzz` runs the same functions on stable Rust, as plain tests.

#![allow(clippy::unwrap_used, reason = "a panic is a finding")]
#![allow(unreachable_pub, reason = "also a module of a test")]

use std::path::Path;
use std::sync::OnceLock;

use tailback::experiment::{self, Results};
use tailback::gate::{Against, Baseline, Check, Promises, Tolerance, to_json, to_junit, to_markdown, to_text};
use tailback::model::Study;
use tailback::report::{self, OfferedLoad, Plan};
use tailback::scenario::{self, Overrides, Scenario, ScenarioError};
use tailback::units::SimDuration;

mod stored;
pub use stored::{seeds as stored_seeds, stored};

/// Stands between the parts of an input.
pub const SEPARATOR: &str = "\n#####\n";
/// More jobs than this are not simulated.
const MOST_JOBS: f64 = 1_000.0;
/// Curves have so many steps, whatever the scenario says.
const STEPS: u64 = 50;

/// What became of an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was understood (and simulated, compared or drawn).
    Taken,
    /// It was refused with a message.
    Refused,
    /// It is too large for this target, which does not count it.
    LeftOut,
}

/// The folder in which files that scenarios name are sought.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<std::path::PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("tailback-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("trace.csv"), "t,s\n0,1\n2.5,0.5\n2.5,3\n60,1\n").unwrap();
        folder
    })
}

fn read(text: &str, overrides: &Overrides) -> Option<Scenario> {
    match scenario::parse(&folder().join("fuzzed.toml"), text, overrides) {
        Ok(scenario) => Some(scenario),
        Err(ScenarioError::Invalid(message)) => {
            assert!(message.contains("error"), "a refusal says why: {message:?}");
            None
        }
        Err(ScenarioError::Unreadable { .. }) => None,
    }
}

/// The text of a scenario: read and explained.
pub fn scenario(data: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(data);
    let Some(scenario) = read(&text, &Overrides::default()) else { return Outcome::Refused };
    let plan = Plan { threads: 2, width: 100 };
    let explained = report::explain(&scenario.study, &scenario.effective, plan, &|_, text| text.to_owned());
    assert!(!explained.is_empty());
    Outcome::Taken
}

/// A scenario, and behind [`SEPARATOR`] lines: `--set X` and `--alternative X` are arguments, all others are added to the scenario.
pub fn overlay(data: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(data);
    let (scenario, lines) = text.split_once(SEPARATOR).unwrap_or((&text, ""));
    let mut overrides = Overrides::default();
    let mut whole = scenario.to_owned();
    for line in lines.lines() {
        if let Some(set) = line.strip_prefix("--set ") {
            overrides.set.push(set.to_owned());
        } else if let Some(only) = line.strip_prefix("--alternative ") {
            overrides.only.push(only.to_owned());
        } else {
            whole.push('\n');
            whole.push_str(line);
        }
    }
    if read(&whole, &overrides).is_some() { Outcome::Taken } else { Outcome::Refused }
}

/// The keys of a trace, and behind [`SEPARATOR`] its file.
pub fn trace(data: &[u8]) -> Outcome {
    let end = data.windows(SEPARATOR.len()).position(|window| window == SEPARATOR.as_bytes());
    let (keys, file) = end.map_or((&b""[..], data), |end| (&data[..end], &data[end + SEPARATOR.len()..]));
    let keys = String::from_utf8_lossy(keys);
    thread_local! {
        static NAME: String = format!("{:?}.csv", std::thread::current().id()).replace(['(', ')'], "");
    }
    let text = NAME.with(|name| {
        std::fs::write(folder().join(name), file).unwrap();
        format!(
            "[jobs.a]\narrivals.trace = {{ file = \"{name}\", {} }}\n[pools.w]\nsize = 9\n",
            keys.trim().replace('\n', ", ")
        )
    });
    if read(&text, &Overrides::default()).is_some() { Outcome::Taken } else { Outcome::Refused }
}

/// Results to compare baselines with.
pub const SMALL: &str = r#"
[run]
horizon      = "10m"
curve_step   = "1m"
replications = 3
[jobs.a]
arrivals.poisson = { rate = "6/min" }
service_time.exponential = { mean = "20s" }
objectives = ["p95(wait) <= 1m"]
[pools.w]
size = 3
[alternatives.more]
pools.w.size = 4
"#;

fn results() -> &'static Results {
    static RESULTS: OnceLock<Results> = OnceLock::new();
    RESULTS.get_or_init(|| experiment::run(small(), &|_| ()).unwrap())
}

fn small() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    let read = || scenario::parse(Path::new("small.toml"), SMALL, &Overrides::default()).unwrap().study;
    STUDY.get_or_init(read)
}

/// A baseline of [`SMALL`] as the gate writes it.
pub fn baseline_seed() -> String {
    let mut baseline = Baseline::default();
    baseline.record(results(), &Promises::new(), &[]);
    baseline.to_text()
}

/// The text of a baseline: read, compared with, written again.
pub fn baseline(data: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(data);
    let Ok(baseline) = Baseline::read(&text) else { return Outcome::Refused };
    let written = baseline.to_text();
    assert_eq!(Baseline::read(&written).map(|again| again.to_text()), Ok(written), "it is read as it was written");
    let Some(recorded) = baseline.scenario("small") else { return Outcome::Taken };
    let tolerance = Tolerance { relative: 0.01, seconds: 0.0, jobs: 0.0, half_widths: 0.0 };
    let against = Against { recorded, tolerance: &tolerance, promises: &Promises::new(), only: &[] };
    let check = Check::new("small.toml", results(), &[], Some(&against));
    let checks = [check];
    let shown = to_text(&checks[0], 80, &|_, text| text.to_owned());
    let all = [shown, to_json(&checks), to_junit(&checks), to_markdown(&checks, &[Vec::new()])];
    assert!(all.iter().all(|text| !text.is_empty()));
    Outcome::Taken
}

/// Whether runs can be ended by a budget of events.
fn has_event_limit() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| scenario::schema().contains("event_limit"))
}

/// The text of a scenario: its base case is simulated once, if it is small, and all tables are written.
pub fn simulation(data: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(data);
    let mut overrides = Overrides { replications: Some(1), only: vec!["base".to_owned()], ..Overrides::default() };
    if has_event_limit() {
        overrides.set.push("run.event_limit=100000".to_owned());
    }
    let Some(mut scenario) = read(&text, &overrides) else { return Outcome::LeftOut };
    let study = &mut scenario.study;
    study.points.truncate(1);
    study.axes.clear();
    study.settings.precision = None;
    let model = &study.points[0].model;
    if OfferedLoad::of(model).jobs() > MOST_JOBS {
        return Outcome::LeftOut;
    }
    study.settings.curve_step = SimDuration::from_nanos((model.horizon().as_nanos() / STEPS).max(1));
    let Ok(results) = experiment::run(study, &|_| ()) else { return Outcome::Refused };
    let stored = report::write_stored(&results);
    assert_eq!(report::read_stored(&stored).unwrap(), results, "results are read as they were written");
    for table in [report::write_summary(&results), report::write_metrics(&results), report::write_curves(&results)] {
        assert!(!table.contains("NaN") && !table.contains("inf,"), "a table holds no value that is not finite");
    }
    Outcome::Taken
}
