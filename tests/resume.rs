//! Stored units: an interrupted run goes on where it was and ends with the same bytes, and nothing that is torn, damaged or of another
//! scenario is ever taken for a result.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// Two design points of 20 replications of some milliseconds each, with everything that a unit can hold: curves, tails, objectives,
/// alerts.
const SCENARIO: &str = r#"
[run]
horizon      = "2h"
replications = 20

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

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), SCENARIO).unwrap();
    folder
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder).args(["run", "world.toml"]);
    command
}

/// Runs to the end; how many units were done already, as it says.
fn finish(folder: &Path, arguments: &[&str]) -> u64 {
    let output = command(folder).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let line = said.lines().find(|line| line.ends_with("replications are done already"));
    line.map_or(0, |line| line.split_whitespace().nth(1).unwrap().parse().unwrap())
}

fn start(folder: &Path) -> Child {
    command(folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn units(folder: &Path) -> std::path::PathBuf {
    folder.join("outputs/.tailback/world/units.bin")
}

/// What a run writes.
fn written(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.join("outputs/world")).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.file_name().unwrap().to_string_lossy().into(), fs::read(&path).unwrap())).collect()
}

/// The files of a run that nobody disturbed.
fn undisturbed() -> BTreeMap<String, Vec<u8>> {
    let folder = folder();
    assert_eq!(finish(folder.path(), &[]), 0);
    written(folder.path())
}

fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    let differing: Vec<_> = found.iter().filter(|(name, bytes)| expected[*name] != **bytes).collect();
    assert!(differing.is_empty(), "{:?}", differing.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

/// Every file below a folder, the hidden ones too, by its path.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
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

#[test]
fn no_file_depends_on_threads_or_interruptions_and_the_cache_lies_beside_the_results() {
    let run = |threads: &str| {
        let folder = folder();
        finish(folder.path(), &["--threads", threads]);
        tree(&folder.path().join("outputs"))
    };
    let expected = run("1");
    let cache: Vec<&String> = expected.keys().filter(|name| name.starts_with(".tailback")).collect();
    assert_eq!(cache, [".tailback/.gitignore", ".tailback/world/units.bin"]);
    assert_eq!(expected[".tailback/.gitignore"], b"*\n");
    assert!(!expected.contains_key("world/units.bin"));
    assert_same(&run("3"), &expected);
    let folder = folder();
    for round in 1..=4_u64 {
        let mut child = start(folder.path());
        std::thread::sleep(Duration::from_millis(25 * round));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    finish(folder.path(), &[]);
    assert_same(&tree(&folder.path().join("outputs")), &expected);
}

#[test]
fn units_of_an_earlier_version_in_the_results_are_named() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("outputs/world")).unwrap();
    fs::write(folder.path().join("outputs/world/units.bin"), "tailback units 2").unwrap();
    let output = command(folder.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && said.contains("outputs/world/units.bin` was left by an earlier version"),
        "{said}"
    );
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_same_bytes() {
    let expected = undisturbed();
    let folder = folder();
    for round in 1..=4_u64 {
        let mut child = start(folder.path());
        std::thread::sleep(Duration::from_millis(25 * round));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    finish(folder.path(), &[]);
    assert_same(&written(folder.path()), &expected);
}

#[test]
fn the_same_replications_are_added_whoever_runs_them_and_however_often_it_is_interrupted() {
    let text = SCENARIO.replace("replications = 20", "replications = 5\nprecision    = { most = 40 }");
    let text = text.replace("p95(wait) <= 30s", "share(wait <= 30s) >= 61%");
    let run = |threads: &str| {
        let folder = folder();
        fs::write(folder.path().join("world.toml"), &text).unwrap();
        assert_eq!(finish(folder.path(), &["--threads", threads]), 0);
        written(folder.path())
    };
    let expected = run("1");
    assert!(String::from_utf8_lossy(&expected["summary.md"]).contains("5 to 40 replications with"), "one settles late");
    assert_same(&run("3"), &expected);
    let folder = folder();
    fs::write(folder.path().join("world.toml"), &text).unwrap();
    for round in 1..=4_u64 {
        let mut child = start(folder.path());
        std::thread::sleep(Duration::from_millis(25 * round));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    finish(folder.path(), &[]);
    assert_same(&written(folder.path()), &expected);
    assert!(finish(folder.path(), &[]) >= 45, "all that were made are stored");
}

#[test]
fn a_finished_run_is_repeated_from_what_is_stored() {
    let folder = folder();
    finish(folder.path(), &[]);
    let expected = written(folder.path());
    assert_eq!(finish(folder.path(), &[]), 40);
    assert_same(&written(folder.path()), &expected);
    assert_eq!(finish(folder.path(), &["--no-resume"]), 0);
    assert_same(&written(folder.path()), &expected);
}

#[test]
fn torn_and_damaged_units_are_simulated_again() {
    let folder = folder();
    finish(folder.path(), &[]);
    let (expected, whole) = (written(folder.path()), fs::read(units(folder.path())).unwrap());
    for length in [0, 30, whole.len() - 1] {
        fs::write(units(folder.path()), &whole[..length]).unwrap();
        assert!(finish(folder.path(), &[]) < 40, "{length} bytes");
        assert_same(&written(folder.path()), &expected);
    }
    for place in [3, 17, whole.len() / 2] {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        fs::write(units(folder.path()), damaged).unwrap();
        assert!(finish(folder.path(), &[]) < 40, "byte {place}");
        assert_same(&written(folder.path()), &expected);
    }
    assert_eq!(finish(folder.path(), &[]), 40, "what was simulated again is stored again");
}

#[test]
fn a_changed_scenario_runs_only_the_design_points_that_changed() {
    let folder = folder();
    finish(folder.path(), &[]);
    let change = |from: &str, to: &str| {
        fs::write(folder.path().join("world.toml"), SCENARIO.replace(from, to)).unwrap();
        finish(folder.path(), &[])
    };
    assert_eq!(change("pools.workers.size = 8", "pools.workers.size = 9"), 20, "one alternative of two");
    assert_eq!(change("[jobs.mail]", "# A comment\n\n[jobs.mail]"), 40, "nothing that matters");
    assert_eq!(change("\"2h\"", "\"3h\""), 0, "everything");
    assert_eq!(finish(folder.path(), &["--seed", "7"]), 0, "every draw");
}

#[test]
fn what_no_run_needs_any_more_is_forgotten() {
    let folder = folder();
    let size = |size: u32| {
        fs::write(folder.path().join("world.toml"), SCENARIO.replace("size = 6", &format!("size = {size}"))).unwrap();
        finish(folder.path(), &[]);
        fs::metadata(units(folder.path())).unwrap().len()
    };
    let first = size(6);
    let largest = (9..13).map(size).max().unwrap();
    assert!(largest < 3 * first, "{largest} bytes after five scenarios, {first} after one");
}

#[test]
fn two_runs_in_one_folder_are_refused() {
    let folder = folder();
    fs::create_dir_all(units(folder.path()).parent().unwrap()).unwrap();
    let file = fs::File::create(units(folder.path())).unwrap();
    file.lock().unwrap();
    let output = command(folder.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("units.bin") && said.contains("another run writes into this folder"), "{said}");
    drop(file);
    finish(folder.path(), &[]);
}

#[test]
fn a_file_that_a_killed_run_was_writing_is_removed_and_one_that_is_being_written_is_not() {
    let folder = folder();
    let outputs = folder.path().join("outputs/world");
    fs::create_dir_all(&outputs).unwrap();
    let [abandoned, held] = ["killed", "living"].map(|name| outputs.join(format!(".tailback-{name}.part")));
    fs::write(&abandoned, "half of a").unwrap();
    let file = fs::File::create(&held).unwrap();
    file.lock().unwrap();
    finish(folder.path(), &[]);
    assert!(!abandoned.exists() && held.exists());
}
