//! What is read back is what was written, or it is refused: no damaged file of a finished run, of a part or of a baseline is ever used
//! without a word. And no figure depends on the order in which a file names things.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const SCENARIO: &str = r#"
[run]
horizon      = "1h"
replications = 4

[jobs.mail]
arrivals.poisson         = { rate = "0.3/s" }
service_time.exponential = { mean = "12s" }
objectives               = ["p95(wait) <= 30s"]

[pools.workers]
size = 6

[alternatives.more]
pools.workers.size = 8
"#;

fn tailback(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tailback")).current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn succeed(folder: &Path, arguments: &[&str]) -> Output {
    let output = tailback(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    output
}

/// A folder with a finished run of the scenario.
fn finished(scenario: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), scenario).unwrap();
    succeed(folder.path(), &["run", "world.toml", "-q"]);
    folder
}

/// Bytes that differ from those: a bit flipped here and there, cut short, a piece doubled.
fn damaged(bytes: &[u8]) -> Vec<Vec<u8>> {
    let places = [0, bytes.len() / 7, bytes.len() / 3, bytes.len() / 2, bytes.len() * 9 / 10, bytes.len() - 3];
    let flipped = places.iter().map(|&place| {
        let mut flipped = bytes.to_vec();
        flipped[place] ^= 1;
        flipped
    });
    let cut = [0, bytes.len() / 2, bytes.len() - 1].map(|length| bytes[..length].to_vec());
    let middle = bytes.len() / 2;
    let doubled = [&bytes[..middle], &bytes[middle - 40..]].concat();
    flipped.chain(cut).chain([doubled, [bytes, bytes].concat()]).collect()
}

#[test]
fn damaged_results_are_never_drawn() {
    let folder = finished(SCENARIO);
    let run = folder.path().join("outputs/world");
    let picture = fs::read(run.join("latency.png")).unwrap();
    for name in ["results.json", "manifest.json"] {
        let whole = fs::read(run.join(name)).unwrap();
        for bytes in damaged(&whole) {
            fs::write(run.join(name), bytes).unwrap();
            fs::write(run.join("latency.png"), "as it was").unwrap();
            let output = tailback(folder.path(), &["plot", "outputs/world"]);
            assert_eq!(output.status.code(), Some(3), "{}", said(&output));
            assert!(said(&output).contains(name), "{}", said(&output));
            assert_eq!(fs::read(run.join("latency.png")).unwrap(), b"as it was");
        }
        fs::write(run.join(name), whole).unwrap();
    }
    succeed(folder.path(), &["plot", "outputs/world"]);
    assert_eq!(fs::read(run.join("latency.png")).unwrap(), picture);
}

#[test]
fn a_figure_that_is_changed_in_the_results_is_told_with_what_to_do() {
    let folder = finished(SCENARIO);
    let path = folder.path().join("outputs/world/results.json");
    let text = fs::read_to_string(&path).unwrap();
    let place = text.find("\"mean\":").unwrap() + 7;
    let digit = if &text[place..=place] == "2" { "3" } else { "2" };
    fs::write(&path, format!("{}{digit}{}", &text[..place], &text[place + 1..])).unwrap();
    let output = tailback(folder.path(), &["plot", "outputs/world"]);
    assert_eq!(output.status.code(), Some(3));
    let said = said(&output);
    assert!(said.contains("does not have the hash at its end") && said.contains("run the scenario again"), "{said}");
}

#[test]
fn results_are_not_drawn_with_the_manifest_of_another_run() {
    let (folder, other) = (finished(SCENARIO), finished(&SCENARIO.replace("size = 6", "size = 7")));
    let name = "outputs/world/results.json";
    fs::copy(other.path().join(name), folder.path().join(name)).unwrap();
    let output = tailback(folder.path(), &["plot", "outputs/world"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("belongs to another run"), "{}", said(&output));
}

#[test]
fn a_scenario_that_reads_otherwise_than_when_it_was_run_is_not_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let world =
        "[jobs.a]\narrivals.trace = { file = \"t.csv\", arrival = \"t\", service = \"s\" }\n[pools.w]\nsize = 2\n";
    fs::write(folder.path().join("world.toml"), world).unwrap();
    let trace = |rows: u32| {
        let rows: String = (0..rows).map(|i| format!("{i},5\n")).collect();
        fs::write(folder.path().join("t.csv"), format!("t,s\n{rows}")).unwrap();
    };
    trace(50);
    succeed(folder.path(), &["run", "world.toml", "-q"]);
    let output = succeed(folder.path(), &["plot", "outputs/world"]);
    assert!(!said(&output).contains("warning"), "{}", said(&output));
    trace(90);
    let output = succeed(folder.path(), &["plot", "outputs/world"]);
    assert!(said(&output).contains("a trace that it names has changed"), "{}", said(&output));
    fs::remove_file(folder.path().join("t.csv")).unwrap();
    let output = succeed(folder.path(), &["plot", "outputs/world"]);
    assert!(said(&output).contains("the picture of the scenario is left out: "), "{}", said(&output));
}

#[test]
fn results_of_an_earlier_version_say_what_to_do() {
    let folder = finished(SCENARIO);
    let path = folder.path().join("outputs/world/results.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"format\":3", "\"format\":2", 1)).unwrap();
    let output = tailback(folder.path(), &["plot", "outputs/world"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("it has format 2") && said(&output).contains("run the scenario again"));
}

#[test]
fn damaged_units_are_simulated_again_with_a_word_and_those_behind_them_are_kept() {
    let folder = finished(SCENARIO);
    let path = folder.path().join("outputs/.tailback/world/units.bin");
    let (whole, results) =
        (fs::read(&path).unwrap(), fs::read(folder.path().join("outputs/world/results.json")).unwrap());
    for bytes in damaged(&whole) {
        let is_empty = bytes.is_empty();
        fs::write(&path, bytes).unwrap();
        let output = succeed(folder.path(), &["run", "world.toml", "-q"]);
        assert!(is_empty || said(&output).contains("units.bin` are damaged"), "{}", said(&output));
        assert_eq!(fs::read(folder.path().join("outputs/world/results.json")).unwrap(), results);
        assert!(fs::read(&path).unwrap() == whole, "the file is in order again");
    }
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&path, flipped).unwrap();
    let output = succeed(folder.path(), &["run", "world.toml"]);
    assert!(said(&output).contains("7 of 8 replications are done already"), "one is lost: {}", said(&output));
}

#[test]
fn a_damaged_part_is_never_merged() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), SCENARIO).unwrap();
    for part in ["1/2", "2/2"] {
        succeed(folder.path(), &["run", "world.toml", "-q", "--shard", part, "--out", "parts"]);
    }
    for name in ["part.json", "units.bin"] {
        let path = folder.path().join("parts/world/part-2-of-2").join(name);
        let whole = fs::read(&path).unwrap();
        for bytes in damaged(&whole) {
            fs::write(&path, &bytes).unwrap();
            let output = tailback(folder.path(), &["merge", "parts", "-q"]);
            // Whole units with something behind them are joined, with a word.
            let is_whole = name == "units.bin" && bytes.starts_with(&whole);
            assert_eq!(output.status.code(), Some(if is_whole { 0 } else { 3 }), "{name}: {}", said(&output));
            assert!(bytes.is_empty() || said(&output).contains(name), "{}", said(&output));
        }
        fs::write(&path, whole).unwrap();
    }
    succeed(folder.path(), &["merge", "parts", "-q"]);
}

#[test]
fn a_baseline_that_was_damaged_is_refused() {
    let folder = finished(SCENARIO);
    succeed(folder.path(), &["check", "world.toml", "-q", "--baseline", "b.toml", "--update-baseline"]);
    let path = folder.path().join("b.toml");
    let text = fs::read_to_string(&path).unwrap();
    let check = |text: &str| {
        fs::write(&path, text).unwrap();
        tailback(folder.path(), &["check", "world.toml", "-q", "--baseline", "b.toml"])
    };
    assert_ne!(check(&text).status.code(), Some(2), "as it was written");
    let values = text.find("values = [").unwrap() + 10;
    let digit = if &text[values..=values] == "2" { "3" } else { "2" };
    let changed = format!("{}{digit}{}", &text[..values], &text[values + 1..]);
    let last = text.rfind("\n[").unwrap();
    for damaged in [changed.as_str(), &text[..last]] {
        let output = check(damaged);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("does not have the hash that it was written with"), "{}", said(&output));
    }
}

/// Things of every kind whose sums could depend on their order.
const MANY: &str = r#"
[run]
horizon      = "40m"
replications = 3
curve_step   = "1m"

@[queues.fast]

@[queues.slow]

@[jobs.b]
queue = "fast"
via = "d"
arrivals.poisson         = { rate = "0.31/s" }
service_time.exponential = { mean = "3.3s" }
objectives               = ["p95(wait) <= 30s"]

@[jobs.a]
queue = "slow"
arrivals.poisson         = { rate = "0.17/s" }
service_time.lognormal   = { mean = "5.7s", cv = 1.3 }
failure = "10%"
retry.exponential = { first = "7s", factor = 2, most = 2 }

@[jobs.c]
queue = "slow"
via = "e"
arrivals.poisson         = { rate = "0.07/s" }
service_time.exponential = { mean = "11.1s" }

@[queues.third]

@[jobs.d]
queue = "third"
arrivals.poisson         = { rate = "0.013/s" }
service_time.exponential = { mean = "23.7s" }

@[pools.x]
size = 2
take.strict = ["fast"]
cost = "0.13/h"

@[pools.y]
size = 3
take.strict = ["slow"]
cost = "0.29/h"
failures = { after.exponential = { mean = "5h" }, repair.exponential = { mean = "3m" } }

@[pools.z]
size = 1
take.strict = ["third"]
cost = "1.7/h"
failures = { after.exponential = { mean = "5h" }, repair.exponential = { mean = "3m" } }

@[dispatchers.d]
outages = [{ from = "10m", to = "14m" }]

@[dispatchers.e]
outages = [{ from = "12m", to = "17m" }]

@[alternatives.more]
pools.y.size = 4
"#;

/// The figures of the scenario whose tables stand in this order, as rows without an order.
fn figures(order: &[usize]) -> (BTreeSet<String>, BTreeSet<String>) {
    let parts: Vec<&str> = MANY.split('@').collect();
    let text: String = std::iter::once(parts[0]).chain(order.iter().map(|&i| parts[i + 1])).collect();
    let folder = finished(&text);
    let rows = |name: &str| {
        let text = fs::read_to_string(folder.path().join("outputs/world").join(name)).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    (rows("metrics.csv"), rows("curves.csv"))
}

#[test]
fn no_figure_depends_on_the_order_of_tables() {
    let count = MANY.matches('@').count();
    let expected = figures(&(0..count).collect::<Vec<_>>());
    let reversed: Vec<usize> = (0..count).rev().collect();
    let dealt: Vec<usize> = (0..count).map(|i| i * 5 % count).collect();
    let turned: Vec<usize> = (0..count).map(|i| (i + 4) % count).collect();
    for order in [reversed, dealt, turned] {
        let found = figures(&order);
        let differing: Vec<&String> = found.0.symmetric_difference(&expected.0).take(6).collect();
        assert!(differing.is_empty(), "metrics.csv, {order:?}: {differing:#?}");
        let differing: Vec<&String> = found.1.symmetric_difference(&expected.1).take(6).collect();
        assert!(differing.is_empty(), "curves.csv, {order:?}: {differing:#?}");
    }
}
