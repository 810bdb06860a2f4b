//! Parts of a run plan: joined, in any number and order and after any interruption, they give the bytes of one run, and nothing else is
//! ever joined with them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// Alternatives, a sweep with a point that the file states already, curves, tails, objectives, false alarms.
const SCENARIO: &str = r#"
[run]
horizon      = "1h"
replications = 6

[jobs.mail]
via = "driver"
arrivals.poisson         = { rate = "0.3/s" }
service_time.exponential = { mean = "12s" }
objectives               = ["p95(wait) <= 30s"]

[pools.workers]
size = 6

[dispatchers.driver]
outages = [{ from = "20m", to = "30m" }]

[alerts.staged]
when = "staged_age(driver) > 5m"

[alternatives.more]
pools.workers.size = 8

[sweep]
"pools.workers.size" = [6, 7]
"#;

/// Two alternatives as they stand, and the base at the value that it does not have already; the other alternative is not swept.
const UNITS: usize = 6 * 3;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), SCENARIO).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    for variable in ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "PARALLEL_SEQ"] {
        command.env_remove(variable);
    }
    command.current_dir(folder).args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What a command that succeeds printed.
fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that fails with this code said.
fn fail(folder: &Path, code: i32, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

fn run_part(folder: &Path, part: &str) {
    succeed(folder, &["run", "world.toml", "--shard", part, "--threads", "1", "--out", "parts"]);
}

/// What is in `outputs/world`.
fn written(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.join("outputs/world")).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.file_name().unwrap().to_string_lossy().into(), fs::read(&path).unwrap())).collect()
}

/// What one run writes and prints.
fn alone() -> (BTreeMap<String, Vec<u8>>, String) {
    let folder = folder();
    let printed = succeed(folder.path(), &["run", "world.toml"]);
    (written(folder.path()), printed)
}

fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    let differing: Vec<_> = found.iter().filter(|(name, bytes)| expected[*name] != **bytes).collect();
    assert!(differing.is_empty(), "{:?}", differing.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn any_number_of_parts_in_any_order_gives_the_bytes_of_one_run() {
    let (expected, printed) = alone();
    for parts in [1, 2, 5, 16] {
        let folder = folder();
        // 7 has no common divisor with any of these numbers, so that its multiples name each part once.
        (0..parts).for_each(|i| run_part(folder.path(), &format!("{}/{parts}", i * 7 % parts + 1)));
        let said = succeed(folder.path(), &["merge", "parts/world"]);
        assert_same(&written(folder.path()), &expected);
        assert_eq!(said, printed, "{parts} parts");
    }
}

#[test]
fn folders_of_parts_are_joined_in_the_order_they_are_named_in_or_any_other() {
    let (expected, _) = alone();
    let folder = folder();
    (1..=3).for_each(|i| run_part(folder.path(), &format!("{i}/3")));
    let names = [3, 1, 2].map(|i| format!("parts/world/part-{i}-of-3"));
    let json = succeed(folder.path(), &["merge", &names[0], &names[1], &names[2], "--json"]);
    assert_same(&written(folder.path()), &expected);
    assert_eq!(json.as_bytes(), expected["summary.json"]);
}

#[test]
fn parts_that_are_killed_at_any_moment_go_on_where_they_were() {
    let (expected, _) = alone();
    let folder = folder();
    for part in ["1/2", "2/2"] {
        let arguments = ["run", "world.toml", "--shard", part, "--threads", "1", "--out", "parts"];
        for round in 1..=5_u64 {
            let mut command = command(folder.path(), &arguments);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(7 * round));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        succeed(folder.path(), &arguments);
    }
    succeed(folder.path(), &["merge", "parts"]);
    assert_same(&written(folder.path()), &expected);
}

#[test]
fn what_is_missing_is_named_exactly() {
    let folder = folder();
    ["1/8", "3/8", "4/8"].iter().for_each(|part| run_part(folder.path(), part));
    assert_eq!(succeed(folder.path(), &["missing", "parts"]), "2,5-8\n");
    let said = fail(folder.path(), 3, &["merge", "parts"]);
    assert!(said.contains("10 replications are missing, of 5 of 8 parts: 2,5-8"), "{said}");
    // Of 18 units part 1 has 0 and 15 (each round of 8 begins one part later), part 3 has 2, 9 and 16, part 4 has 3, 10 and 17.
    let units = "alternative `base`: replications 1,4-5\n\
                 alternative `base` at `pools.workers.size` = `7`: replications 0-2,5\n\
                 alternative `more`: replications 0-2\n";
    let found = succeed(folder.path(), &["missing", "parts", "--units"]);
    assert_eq!(found, units);
    units.lines().for_each(|line| assert!(said.contains(line), "{said}"));
    ["2/8", "5/8", "6/8", "7/8", "8/8"].iter().for_each(|part| run_part(folder.path(), part));
    let output = run(folder.path(), &["missing", "parts"]);
    assert!(output.status.success() && output.stdout.is_empty(), "nothing to submit again");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "no part of world is missing\n");
}

#[test]
fn a_part_that_is_torn_or_damaged_is_missing() {
    let folder = folder();
    ["1/2", "2/2"].iter().for_each(|part| run_part(folder.path(), part));
    let units = folder.path().join("parts/world/part-2-of-2/units.bin");
    let whole = fs::read(&units).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0x10;
    for bytes in [&whole[..whole.len() - 1], &damaged, &[]] {
        fs::write(&units, bytes).unwrap();
        assert_eq!(succeed(folder.path(), &["missing", "parts"]), "2\n");
        let said = fail(folder.path(), 3, &["merge", "parts"]);
        assert!(bytes.is_empty() || said.contains("units.bin` are damaged"), "{said}");
    }
    run_part(folder.path(), "2/2");
    succeed(folder.path(), &["merge", "parts"]);
    assert_same(&written(folder.path()), &alone().0);
}

#[test]
fn a_part_that_is_being_worked_on_is_not_to_be_submitted_again() {
    let folder = folder();
    run_part(folder.path(), "1/3");
    run_part(folder.path(), "2/3");
    let units = folder.path().join("parts/world/part-2-of-3/units.bin");
    let bytes = fs::read(&units).unwrap();
    fs::write(&units, &bytes[..bytes.len() / 2]).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&units).unwrap();
    file.lock().unwrap();
    let output = run(folder.path(), &["missing", "parts"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "3\n");
    assert!(String::from_utf8(output.stderr).unwrap().contains("being worked on: 2"));
    let said = fail(folder.path(), 3, &["run", "world.toml", "--shard", "2/3", "--out", "parts"]);
    assert!(said.contains("in use"), "{said}");
}

#[test]
fn parts_of_another_scenario_version_seed_or_division_are_refused() {
    let folder = folder();
    let part = |out: &str, more: &[&str]| {
        let arguments = ["run", "world.toml", "--threads", "1", "--out", out];
        succeed(folder.path(), &[&arguments, more].concat());
    };
    part("a", &["--shard", "1/2"]);
    part("seed", &["--shard", "2/2", "--seed", "7"]);
    part("set", &["--shard", "2/2", "--set", "pools.workers.size=9"]);
    part("division", &["--shard", "2/3"]);
    fs::write(folder.path().join("world.toml"), SCENARIO.replace("0.3/s", "0.31/s")).unwrap();
    part("scenario", &["--shard", "2/2"]);
    for (other, expected) in [
        ("seed", "of another seed: 7, and `a/world/part-1-of-2` has 1"),
        ("set", "of other arguments: `--set pools.workers.size=9`, and `a/world/part-1-of-2` has no arguments"),
        ("division", "of another division of the plan: 3 parts, and `a/world/part-1-of-2` has 2 parts"),
        ("scenario", "of another scenario: `world.toml` ("),
    ] {
        for command in ["merge", "missing"] {
            let said = fail(folder.path(), 2, &[command, "a", other]);
            assert!(said.contains(expected), "{said}");
        }
    }
    let manifest = folder.path().join("a/world/part-1-of-2/part.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&manifest, text.replace(&version, "\"version\": \"0.0.1\"")).unwrap();
    let said = fail(folder.path(), 3, &["merge", "a"]);
    assert!(
        said.contains("part.json`: it was made by tailback 0.0.1") && said.contains("and this is tailback"),
        "{said}"
    );
    fs::write(&manifest, text.replace("0.3/s", "0.4/s")).unwrap();
    let said = fail(folder.path(), 3, &["merge", "a"]);
    assert!(said.contains("does not have the hash at its end"), "{said}");
    fs::write(&manifest, "{").unwrap();
    assert!(fail(folder.path(), 3, &["merge", "a"]).contains("part.json"));
}

#[test]
fn a_folder_without_parts_and_another_division_in_it_are_refused() {
    let folder = folder();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let said = fail(folder.path(), 2, &["missing", "empty"]);
    assert!(said.contains("there is no part of a run plan in `empty`"), "{said}");
    assert!(fail(folder.path(), 3, &["merge", "nowhere"]).contains("cannot read `nowhere`"));
    run_part(folder.path(), "1/2");
    let said = fail(folder.path(), 2, &["run", "world.toml", "--shard", "1/3", "--out", "parts"]);
    assert!(said.contains("parts of a plan in 2 parts, and this is part 1 of 3"), "{said}");
    assert!(fail(folder.path(), 2, &["run", "world.toml", "--shard", "3/2"]).contains("expected a part such as `3/8`"));
}

#[test]
fn the_scheduler_names_the_part() {
    let folder = folder();
    let arguments = ["run", "world.toml", "--threads", "1", "--out", "parts", "--shard"];
    let run = |shard: &str, environment: &[(&str, &str)]| {
        let mut command = command(folder.path(), &[&arguments[..], &[shard]].concat());
        let output = command.envs(environment.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let array = [("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_MAX", "4"), ("SLURM_ARRAY_TASK_COUNT", "4")];
    run("auto", &[&array[..], &[("SLURM_ARRAY_TASK_ID", "2")]].concat());
    run("auto/4", &[("SLURM_ARRAY_TASK_ID", "4"), ("SLURM_ARRAY_TASK_COUNT", "1")]);
    run("auto/4", &[("JOB_COMPLETION_INDEX", "0")]);
    run("auto/4", &[("PARALLEL_SEQ", "3")]);
    succeed(folder.path(), &["merge", "parts"]);
    assert_same(&written(folder.path()), &alone().0);
    assert_eq!(fs::read_dir(folder.path().join("parts/world")).unwrap().count(), 4);
}

#[test]
fn what_a_part_was_run_with_reaches_the_merge() {
    let folder = folder();
    let more = ["--set", "pools.workers.size=9", "--seed", "11", "--replications", "3", "--alternative", "base"];
    for part in ["1/2", "2/2"] {
        let arguments = ["run", "world.toml", "--out", "parts", "--shard", part];
        succeed(folder.path(), &[&arguments[..], &more].concat());
    }
    succeed(folder.path(), &["merge", "parts"]);
    let merged = written(folder.path());
    fs::remove_dir_all(folder.path().join("outputs")).unwrap();
    succeed(folder.path(), &[&["run", "world.toml"][..], &more].concat());
    assert_same(&merged, &written(folder.path()));
}

#[test]
fn every_unit_is_stored_by_one_part_only() {
    let folder = folder();
    let names = (1..=5).map(|i| {
        let printed = succeed(folder.path(), &["run", "world.toml", "--shard", &format!("{i}/5")]);
        printed.split_whitespace().nth(7).unwrap().parse::<usize>().unwrap()
    });
    assert_eq!(names.sum::<usize>(), UNITS);
}

/// The most that a file may hold stands for the disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let folder = folder();
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" run world.toml --shard 1/1";
    let mut command = Command::new("bash");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_tailback")]).current_dir(folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("units.bin") && said.contains("too large"), "{said}");
}

#[test]
fn submission_files_are_written_once_and_name_every_part() {
    let folder = folder();
    let options = ["world.toml", "-n", "12", "--seed", "3", "--set", "pools.workers.size=9"];
    succeed(folder.path(), &[&["cluster", "slurm"][..], &options].concat());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let parts = read("world-parts.sbatch");
    assert!(parts.contains("#SBATCH --array=1-12") && parts.contains("#SBATCH --requeue"), "{parts}");
    assert!(parts.contains("tailback run world.toml --set pools.workers.size=9 --seed 3 --shard auto/12"), "{parts}");
    assert!(read("world-merge.sbatch").contains("tailback merge outputs/world"));
    assert!(read("world-submit").contains("--dependency=afterany"));
    succeed(folder.path(), &[&["cluster", "kubernetes"][..], &options, &["--image", "registry/tailback:1"]].concat());
    let yaml = read("world.yaml");
    let run =
        r#"["tailback","run","/scenario/world.toml","--set","pools.workers.size=9","--seed","3","--shard","auto/12""#;
    for expected in ["completions: 12", "backoffLimitPerIndex: 3", run, r#"image: "registry/tailback:1""#] {
        assert!(yaml.contains(expected), "{yaml}");
    }
    for text in [parts, read("world-merge.sbatch"), read("world-submit"), yaml] {
        assert!(!text.contains('@') || !text.contains("@N@"), "{text}");
    }
    assert!(fail(folder.path(), 2, &["cluster", "slurm", "world.toml", "-n", "3"]).contains("is there already"));
    assert!(fail(folder.path(), 2, &["cluster", "slurm", "world.toml", "-n", "0"]).contains("--parts"));
    for script in ["world-parts.sbatch", "world-merge.sbatch", "world-submit"] {
        let checked = Command::new("bash").current_dir(folder.path()).args(["-n", script]).status();
        assert!(checked.is_ok_and(|status| status.success()), "{script}");
    }
}
