//! The programs of `examples/` run and say what they are there to say, and the documents name all of them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Cargo builds the examples with the tests, into a folder beside that of this program.
fn built(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let profile = own.parent().unwrap().parent().unwrap();
    profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

/// The exit code and what is printed.
fn run(name: &str, arguments: &[&str]) -> (i32, String) {
    let program = built(name);
    let output = Command::new(&program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}; `cargo build --examples`?", program.display()));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{name} complains");
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).unwrap())
}

/// What is printed by an example that ends well.
fn said(name: &str) -> String {
    let (code, said) = run(name, &[]);
    assert_eq!(code, 0, "{said}");
    said
}

/// Names of programs in what a text calls `examples/NAME.rs`.
fn named(text: &str) -> BTreeSet<String> {
    let behind = text.split("examples/").skip(1).filter_map(|rest| rest.split_once(".rs"));
    let is_name = |name: &&str| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    behind.map(|(name, _)| name).filter(is_name).map(str::to_owned).collect()
}

#[test]
fn a_run_is_embedded() {
    let said = said("embed_a_run");
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("base: mails wait ") && lines[0].ends_with("is not kept"),
        "{said}"
    );
    assert!(lines[1].starts_with("own-queue: mails wait ") && lines[1].ends_with("is kept"), "{said}");
}

#[test]
fn an_observer_of_ones_own_sees_the_outage() {
    let said = said("own_observer");
    assert_eq!(said.lines().count(), 3, "{said}");
    assert!(said.lines().all(|line| line.contains(": nothing starts for 60")), "{said}");
}

#[test]
fn a_sweep_in_code_ends_with_the_first_size_that_is_enough() {
    let said = said("sweep_in_code");
    assert!(said.starts_with("workers  busy   p95 wait\n     11   9"), "{said}");
    assert!(said.lines().last().unwrap().contains(" workers are enough: "), "{said}");
}

#[test]
fn a_report_of_ones_own_has_an_interval_in_each_cell() {
    let said = said("own_report");
    let rows: Vec<&str> = said.lines().skip(3).collect();
    assert_eq!(rows.len(), 4, "{said}");
    assert!(rows[0].starts_with("| base | ") && rows[3].starts_with("| one-more | "), "{said}");
    assert!(rows.iter().all(|row| row.matches(" to ").count() == 3), "{said}");
}

#[test]
fn a_gate_of_ones_own_passes_fails_and_leaves_open() {
    let gate = |bound: &str| run("custom_gate", &[bound]);
    let (code, said) = gate("60");
    assert!(code == 0 && said.starts_with("PASS: p95 wait of mail is "), "{said}");
    let (code, said) = gate("0.1");
    assert!(code == 1 && said.starts_with("FAIL: p95 wait of mail is "), "{said}");
    // The estimate itself lies inside of its interval.
    let estimate = said.split(" is ").nth(1).unwrap().split(" s").next().unwrap();
    let (code, said) = gate(estimate);
    assert!(code == 4 && said.starts_with("UNDECIDED: "), "{said}");
}

#[test]
fn an_example_says_the_same_each_time() {
    assert_eq!(said("own_observer"), said("own_observer"));
}

#[test]
fn the_documents_name_the_examples_that_there_are() {
    let files = fs::read_dir(root().join("examples")).unwrap();
    let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let there: BTreeSet<String> = names.collect();
    assert_eq!(there.len(), 5);
    for document in ["README.md", "src/lib.rs"] {
        assert_eq!(named(&fs::read_to_string(root().join(document)).unwrap()), there, "{document}");
    }
}

#[test]
fn an_example_fits_on_a_screen() {
    for file in fs::read_dir(root().join("examples")).unwrap() {
        let path = file.unwrap().path();
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 60, "{} has {lines} lines", path.display());
    }
}
