//! How much a run may write, through the command: told before the simulation, with the line that asks for it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fmt::Write;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// This many classes and alternatives, with these lines in `[run]`.
fn scenario(classes: usize, alternatives: usize, run: &str) -> TempDir {
    let mut text = format!("[run]\nhorizon = \"1d\"\nreplications = 1\n{run}\n[pools.w]\nsize = 2\n");
    for i in 0..classes {
        writeln!(text, "[jobs.c{i}]\narrivals.poisson = {{ rate = \"1/h\" }}\nservice_time.constant = \"1s\"").unwrap();
        writeln!(text, "objectives = [\"p95(wait) <= 1h\"]").unwrap();
    }
    (0..alternatives).for_each(|i| writeln!(text, "[alternatives.a{i}]\npools.w.size = {}", i + 3).unwrap());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    folder
}

fn tailback(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn curves_with_too_many_rows_are_refused_with_their_line() {
    let folder = scenario(40, 0, "curve_step = \"1s\"");
    for arguments in [&["check", "s.toml", "--report", "r"][..], &["run", "s.toml"], &["explain", "s.toml"]] {
        let (code, said) = tailback(&folder, arguments);
        assert_eq!(code, 2, "{said}");
        let parts = ["s.toml:4:14", "`run.curve_step` of 1 s", "86400 steps", "at most 10000000 rows", "\"5s\""];
        parts.iter().for_each(|part| assert!(said.contains(part), "{part}: {said}"));
        assert!(!folder.path().join("r").exists() && !folder.path().join("outputs").exists());
    }
    // What it says to write is taken.
    let (code, said) = tailback(&folder, &["explain", "s.toml", "--set", "run.curve_step=5s"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn alternatives_count_and_points_of_a_sweep_do_not() {
    // All the alternatives that a file may have, with the usual steps.
    let (code, said) = tailback(&scenario(2, 1_000, ""), &["explain", "s.toml"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = tailback(&scenario(2, 50, "curve_step = \"10s\""), &["explain", "s.toml"]);
    assert!(code == 2 && said.contains("51 alternatives") && said.contains("curve_step = \"20s\""), "{said}");
    // Where no step is stated, the table is named.
    let (code, said) = tailback(&scenario(60, 200, ""), &["explain", "s.toml"]);
    assert!(code == 2 && said.contains("s.toml:1:2") && said.contains("curve_step = \"20m\""), "{said}");
    let swept = ["explain", "s.toml", "--set", "sweep.\"pools.w.size\"={from=2,to=2000,step=1}"];
    let (code, said) = tailback(&scenario(2, 0, "curve_step = \"10s\""), &swept);
    assert_eq!(code, 0, "{said}");
}

/// Pages and pictures hold as many points as a screen shows, whatever the number of steps.
#[test]
fn a_page_does_not_grow_with_the_steps() {
    let size = |step: &str| {
        let folder = scenario(2, 0, &format!("curve_step = \"{step}\""));
        let (code, said) = tailback(&folder, &["run", "s.toml", "--quiet", "--format", "svg"]);
        assert_eq!(code, 0, "{said}");
        let out = folder.path().join("outputs/s");
        let length = |name: &str| fs::metadata(out.join(name)).unwrap().len();
        let rows = fs::read_to_string(out.join("curves.csv")).unwrap().lines().count() as u64;
        (rows, ["report.html", "latency.svg", "backlog.svg", "workers.svg"].map(length))
    };
    let ((few, small), (many, large)) = (size("6m"), size("2s"));
    assert!(many > 100 * few, "{few} {many}");
    small.iter().zip(large).for_each(|(small, large)| assert!(large < 3 * small + 20_000, "{small} {large}"));
}
