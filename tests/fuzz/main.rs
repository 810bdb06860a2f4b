//! The targets of `fuzz/` on stable Rust: a short form of each in every test run, campaigns on demand (`docs/campaigns.md`).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the parts of a test binary")]

mod campaign;
mod corpus;
mod mutate;
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::path::{Path, PathBuf};
use std::time::Duration;

use corpus::Target;

/// Executions of the short form of each target, and the longest time for it.
const SHORT: (u64, Duration) = (3_000, Duration::from_secs(8));

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn target(name: &str) -> Target {
    let found = corpus::targets().into_iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("there is no target `{name}`"))
}

/// Runs the target and fails with what it finds.
fn check(target: &Target, limits: (u64, Duration), state: Option<&Path>) {
    assert!(!target.corpus.is_empty(), "{} has a corpus", target.name);
    let (tally, findings) = campaign::run(target, limits, state);
    println!("{}: {} executions (seeds below {}), {} taken", target.name, tally.executed, tally.next, tally.taken);
    // One of each message is shrunk.
    let mut seen = std::collections::BTreeSet::new();
    let firsts = findings.iter().filter(|(_, message)| seen.insert(message.chars().take(60).collect::<String>()));
    let saved: Vec<String> = firsts
        .map(|(seed, message)| format!("seed {seed}: {message}\n  {}", campaign::save(target, *seed).display()))
        .collect();
    assert!(findings.is_empty(), "{}: {} findings\n{}", target.name, findings.len(), saved.join("\n"));
    assert!(tally.taken > 0, "{}: some inputs are taken", target.name);
}

#[test]
fn any_scenario_is_read_or_refused() {
    check(&target("scenario"), SHORT, None);
}

#[test]
fn any_overlay_is_read_or_refused() {
    check(&target("overlay"), SHORT, None);
}

#[test]
fn any_trace_is_read_or_refused() {
    check(&target("trace"), SHORT, None);
}

#[test]
fn any_baseline_is_compared_with_or_refused() {
    check(&target("baseline"), SHORT, None);
}

#[test]
fn any_stored_result_is_read_or_refused() {
    check(&target("stored"), SHORT, None);
}

#[test]
fn any_small_scenario_is_simulated() {
    check(&target("simulation"), (300, SHORT.1), None);
}

#[test]
fn what_fails_is_shrunk_to_what_makes_it_fail() {
    let input = b"many lines\nof which one\nholds the word needle that matters\nand others not\n".to_vec();
    let is_found = |input: &[u8]| input.windows(6).any(|window| window == b"needle");
    assert_eq!(campaign::shrunk(input, is_found), b"needle");
}

#[test]
fn a_seed_makes_the_same_input_again() {
    let target = target("scenario");
    assert_eq!(campaign::input(&target, 17), campaign::input(&target, 17));
    assert_ne!(campaign::input(&target, 17), campaign::input(&target, 18));
}

/// A target that does not bear a nought.
fn touchy() -> Target {
    let run = |input: &[u8]| {
        assert!(!input.contains(&b'0'), "a nought");
        targets::Outcome::Taken
    };
    Target { name: "touchy", run, change: campaign::all_over, corpus: vec![b"a = 1\nb = 2\n".to_vec()] }
}

#[test]
fn a_panic_is_a_finding() {
    let (tally, findings) = campaign::run(&touchy(), (500, SHORT.1), None);
    assert!(tally.findings > 0 && findings.len() as u64 == tally.findings);
    let (seed, why) = &findings[0];
    assert_eq!(why, "a nought");
    let input = campaign::input(&touchy(), *seed);
    assert_eq!(campaign::shrunk(input, |input| input.contains(&b'0')), b"0");
}

#[test]
fn executions_are_added_up_over_interruptions() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let (first, _) = campaign::run(&touchy(), (100, SHORT.1), Some(&state));
    let (second, _) = campaign::run(&touchy(), (300, SHORT.1), Some(&state));
    assert_eq!((first.executed, second.executed, second.next), (100, 300, 300));
    assert!(second.findings >= first.findings);
}

/// `FUZZ_TARGET`, `FUZZ_EXECUTIONS`, `FUZZ_HOURS` and `FUZZ_STATE` say what, how much and where it is added up.
#[test]
#[ignore = "runs for as long as it is told; docs/campaigns.md"]
fn campaign() {
    let name = variable("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    let executions = variable("FUZZ_EXECUTIONS").map_or(1_000_000, |count| count.parse().unwrap());
    let hours = variable("FUZZ_HOURS").map_or(24.0, |hours| hours.parse().unwrap());
    let state = variable("FUZZ_STATE").map_or_else(|| PathBuf::from(format!("fuzz-{name}.state")), PathBuf::from);
    check(&target(&name), (executions, Duration::from_secs_f64(hours * 3600.0)), Some(&state));
}

/// `FUZZ_TARGET` and `FUZZ_INPUT`: executes one file, such as a finding.
#[test]
#[ignore = "repeats a finding"]
fn repeat() {
    let name = variable("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    let input = std::fs::read(variable("FUZZ_INPUT").expect("FUZZ_INPUT names a file")).unwrap();
    println!("{:?}", (target(&name).run)(&input));
}
