//! What a baseline must not let through: changes after a job's start, removed things, loosened promises, other stretches of time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

struct Ended {
    code: i32,
    /// In one line, whatever the width of the terminal.
    said: String,
}

fn check(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output =
        command.env_remove("GITHUB_ACTIONS").current_dir(folder).arg("check").args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    Ended { code: output.status.code().unwrap(), said: text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// A folder with `world.toml` of this text and its baseline `b.toml`.
fn with_baseline(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), text).unwrap();
    let written = check(folder.path(), &["world.toml", "--baseline", "b.toml", "--update-baseline"]);
    assert_eq!(written.code, 0, "{}", written.said);
    folder
}

/// The check of another text against the baseline of the folder.
fn against(folder: &TempDir, text: &str) -> Ended {
    fs::write(folder.path().join("world.toml"), text).unwrap();
    check(folder.path(), &["world.toml", "--baseline", "b.toml"])
}

const WORLD: &str = r#"
[run]
horizon = "2h"
replications = 4
[jobs.a]
arrivals.burst = { jobs = 60, from = "0s", over = "30m" }
service_time.constant = "1s"
objectives = ["p95(wait) <= 1m", "share(wait <= 30s) >= 90%"]
[jobs.b]
arrivals.poisson.rate = "1/min"
service_time.exponential.mean = "1s"
[pools.w]
size = 100
cost = "1/h"
[alternatives.fewer]
pools.w.size = 50
[alternatives.more]
pools.w.size = 200
"#;

#[test]
fn what_happens_after_the_start_is_compared() {
    let text = fs::read_to_string(cases().join("gate-after-start.toml")).unwrap();
    let folder = with_baseline(&text);
    let slower = against(&folder, &text.replace("\"1s\"", "\"8m\""));
    assert_eq!(slower.code, 1, "{}", slower.said);
    assert!(slower.said.contains("`mean(sojourn)` of a WORSE 1 s 8 min +7 min 59 s"), "{}", slower.said);
    assert!(!slower.said.contains("same trajectories"), "{}", slower.said);
}

#[test]
fn failures_and_prices_are_compared_too() {
    let folder = with_baseline(WORLD);
    let service = "service_time.constant = \"1s\"\n";
    for (change, figure) in [
        (WORLD.replace(service, &format!("{service}failure = \"50%\"\n")), "`dead` of a"),
        (WORLD.replace("\"1s\"\nobjectives", "\"8m\"\nobjectives"), "sojourn of a"),
        (WORLD.replace("cost = \"1/h\"", "cost = \"100/h\""), "the cost is worse"),
        (WORLD.replace(service, &format!("{service}timeout = \"500ms\"\n")), "`timed_out` of a"),
    ] {
        let ended = against(&folder, &change);
        assert_eq!(ended.code, 1, "{figure}: {}", ended.said);
        assert!(ended.said.contains(figure), "{figure}: {}", ended.said);
    }
    let same = against(&folder, WORLD);
    assert_eq!(same.code, 0, "{}", same.said);
    assert!(same.said.contains("`more`: same trajectories as in the baseline."), "{}", same.said);
}

/// How many workers there are is a choice, and what they cost is told.
#[test]
fn more_workers_may_cost_more() {
    let folder = with_baseline(WORLD);
    let ended = against(&folder, &WORLD.replace("size = 100", "size = 101"));
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert!(ended.said.contains("cost not judged 200.00 202.00"), "{}", ended.said);
}

#[test]
fn what_is_removed_or_renamed_fails_until_the_baseline_is_renewed() {
    let folder = with_baseline(WORLD);
    for (change, sentence) in [
        (WORLD.replace("[jobs.b]", "[jobs.c]"), "The class `b` is in the baseline and no longer in the file."),
        (WORLD.replace("[alternatives.more]\npools.w.size = 200\n", ""), "The alternative `more` is in the baseline"),
        (
            WORLD.replace(", \"share(wait <= 30s) >= 90%\"", ""),
            "The objective `share(wait <= 30s) >= 90%` of class a is",
        ),
        (WORLD.replace("cost = \"1/h\"\n", ""), "no longer has `all: cost`"),
        (WORLD.replace("\"1/min\"", "\"0.0000001/s\""), "the mean wait of b cannot be compared: 0 replications have"),
    ] {
        let ended = against(&folder, &change);
        assert_eq!(ended.code, 1, "{sentence}: {}", ended.said);
        assert!(ended.said.contains(sentence), "{sentence}: {}", ended.said);
        assert!(ended.said.contains("run `--update-baseline`"), "{}", ended.said);
    }
    let renewed = WORLD.replace("[jobs.b]", "[jobs.c]");
    fs::write(folder.path().join("world.toml"), &renewed).unwrap();
    check(folder.path(), &["world.toml", "--baseline", "b.toml", "--update-baseline"]);
    assert_eq!(against(&folder, &renewed).code, 0);
}

#[test]
fn only_what_is_asked_for_must_be_there() {
    let folder = with_baseline(WORLD);
    let without = WORLD.replace("[alternatives.more]\npools.w.size = 200\n", "");
    fs::write(folder.path().join("world.toml"), without).unwrap();
    let ended = check(folder.path(), &["world.toml", "--baseline", "b.toml", "--alternative", "fewer"]);
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert!(!ended.said.contains("`more`"), "{}", ended.said);
}

#[test]
fn one_alternative_is_renewed_alone() {
    let folder = with_baseline(WORLD);
    let read = || fs::read_to_string(folder.path().join("b.toml")).unwrap().parse::<toml::Table>().unwrap();
    let points = |table: &toml::Table| table["scenarios"]["world"]["points"].as_table().unwrap().clone();
    let before = points(&read());
    let changed = WORLD.replace("pools.w.size = 200", "pools.w.size = 300");
    fs::write(folder.path().join("world.toml"), &changed).unwrap();
    check(folder.path(), &["world.toml", "--baseline", "b.toml", "--alternative", "more", "--update-baseline"]);
    let after = points(&read());
    assert_eq!(after.keys().collect::<Vec<_>>(), ["base", "fewer", "more"]);
    assert_eq!((&before["base"], &before["fewer"]), (&after["base"], &after["fewer"]));
    assert_ne!(before["more"], after["more"]);
    assert_eq!(against(&folder, &changed).code, 0);
}

#[test]
fn figures_are_matched_by_meaning() {
    let folder = with_baseline(WORLD);
    let spelt =
        WORLD.replace("p95(wait) <= 1m", "p95.0( wait )  <= 60s").replace("share(wait <= 30s)", "share(wait<=0.5m)");
    let ended = against(&folder, &spelt);
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert!(ended.said.contains("`base`: same trajectories"), "{}", ended.said);
    // As an objective or as a figure of the report, it is one figure.
    let slow = WORLD.replace("size = 100", "size = 1").replace("over = \"30m\"", "over = \"30s\"");
    let folder = with_baseline(&slow);
    let ended = against(&folder, &slow.replace("\"p95(wait) <= 1m\", ", "\"p95(wait) <= 2m\", "));
    assert!(
        ended.said.contains(
            "The objective of class a is loosened: `p95(wait) <= 1m` in the baseline, `p95(wait) <= 2m` now."
        )
    );
    assert!(!ended.said.contains("not compared"), "{}", ended.said);
}

#[test]
fn a_tighter_objective_is_no_news() {
    let folder = with_baseline(WORLD);
    let ended = against(&folder, &WORLD.replace("<= 1m", "<= 50s").replace(">= 90%", ">= 91%"));
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert!(!ended.said.contains("loosened"), "{}", ended.said);
    let ended = against(&folder, &WORLD.replace(">= 90%", ">= 89%"));
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert!(ended.said.contains("is loosened: `share(wait <= 30s) >= 90%`"), "{}", ended.said);
}

#[test]
fn another_horizon_cannot_be_compared_and_other_numbers_are_named() {
    let folder = with_baseline(WORLD);
    let shorter = against(&folder, &WORLD.replace("\"2h\"", "\"1h\""));
    assert_eq!(shorter.code, 1, "{}", shorter.said);
    assert!(shorter.said.contains("The horizon is 1 h, and 2 h in the baseline"), "{}", shorter.said);
    let warm = against(&folder, &WORLD.replace("horizon = \"2h\"", "horizon = \"2h\"\nwarmup = \"10m\""));
    assert_eq!(warm.code, 1, "{}", warm.said);
    assert!(warm.said.contains("The warm-up is 10 min, and 0 s in the baseline"), "{}", warm.said);
    let fewer = against(&folder, &WORLD.replace("replications = 4", "replications = 3"));
    assert_eq!(fewer.code, 0, "{}", fewer.said);
    assert!(fewer.said.contains("3 replications now and 4 in the baseline"), "{}", fewer.said);
    let one = against(&folder, &WORLD.replace("replications = 4", "replications = 1"));
    assert_eq!(one.code, 1, "{}", one.said);
    assert!(one.said.contains("one replication now and 4 in the baseline"), "{}", one.said);
    let other = against(&folder, &WORLD.replace("replications = 4", "replications = 4\nseed = 9"));
    assert_eq!(other.code, 0, "{}", other.said);
    assert!(other.said.contains("The baseline has seed 1"), "{}", other.said);
}

/// One replication of a replayed world has no interval; worse is not passed over in silence.
#[test]
fn one_replication_that_seems_worse_is_undecided() {
    let promises = "objectives = [\"p95(wait) <= 1m\", \"share(wait <= 30s) >= 90%\"]\n";
    let world = WORLD.replace("replications = 4", "replications = 1").replace(promises, "");
    let folder = with_baseline(&world);
    assert_eq!(against(&folder, &world).code, 0);
    let worse = against(&folder, &world.replace("constant = \"1s\"", "constant = \"8m\""));
    assert_eq!(worse.code, 4, "{}", worse.said);
    assert!(worse.said.contains("one replication cannot show"), "{}", worse.said);
}

/// Baselines as an earlier version wrote them.
#[test]
fn the_cases_of_the_gate_are_answered_with_old_and_new_baselines() {
    let folder = tempfile::tempdir().unwrap();
    let case = |name: &str| cases().join("gate").join(name).join("base.toml").display().to_string();
    let old = cases().join("gate/b.toml").display().to_string();
    let new = folder.path().join("new.toml").display().to_string();
    check(folder.path(), &[&case("."), "--baseline", &new, "--update-baseline"]);
    let run = |name: &str, baseline: &str| check(folder.path(), &[&case(name), "--baseline", baseline]);
    for baseline in [&old, &new] {
        let same = run(".", baseline);
        assert_eq!(same.code, 0, "{}", same.said);
        for (name, sentence) in [
            ("d1-renamed-class", "The class `mail` is in the baseline and no longer in the file."),
            ("d2-removed-alternative", "The alternative `four` is in the baseline and no longer in the file."),
        ] {
            let ended = run(name, baseline);
            assert_eq!(ended.code, 1, "{}", ended.said);
            assert!(ended.said.contains(sentence), "{}", ended.said);
        }
    }
    assert!(run(".", &old).said.contains("An earlier version wrote the baseline"));
    let loosened = run("e4-objective-loosened", &new);
    assert_eq!(loosened.code, 0, "{}", loosened.said);
    assert!(loosened.said.contains("is loosened: `p95(wait) < 10s` in the baseline, `p95(wait) < 1000s` now."));
    let shorter = run("e5-shorter-horizon-worse", &new);
    assert_eq!(shorter.code, 1, "{}", shorter.said);
    assert!(shorter.said.contains("The horizon is 2 min, and 4 h in the baseline"), "{}", shorter.said);
    assert!(shorter.said.contains("run `--update-baseline`"), "{}", shorter.said);
}
