//! Instructions a job, counted by valgrind's callgrind in runs of this program with two numbers of jobs: the difference leaves out
//! what does not grow with jobs.

use std::process::Command;

use crate::cases::{self, Case};
use crate::table::Row;

pub(crate) const FEW: u64 = 50_000;
const MANY: u64 = 200_000;

/// Runs one side of a case, for the count.
pub(crate) fn once((part, case, side): (&str, &str, &str), jobs: u64) {
    let cases = cases::of(part, jobs);
    let found = cases.iter().find(|it| name(it) == case).expect("a case");
    let side = if side == "base" { &found.base } else { &found.other };
    println!("jobs {}", (side.run)(1));
}

fn name(case: &Case) -> String {
    format!("{}, {}", case.name, case.other.name)
}

pub(crate) fn count(case: &Case) -> Row {
    let (base_value, other_value) = (a_job(case, "base"), a_job(case, "other"));
    Row {
        part: case.part,
        case: case.name.clone(),
        base: case.base.name.clone(),
        other: case.other.name.clone(),
        unit: "instructions",
        base_value,
        other_value,
        ratio: other_value / base_value,
        ..Row::default()
    }
}

/// Where the number of jobs cannot be chosen, everything counts.
fn a_job(case: &Case, side: &str) -> f64 {
    let [few, many] = [FEW, MANY].map(|jobs| run(&[case.part, &name(case), side, &jobs.to_string()]));
    let jobs = many.1 - few.1;
    if jobs > 0.0 { (many.0 - few.0) / jobs } else { many.0 / many.1 }
}

/// Instructions and jobs.
fn run(arguments: &[&str]) -> (f64, f64) {
    let program = std::env::current_exe().expect("the path of this program");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program).arg("once").args(arguments);
    let output = valgrind.output().expect("valgrind is installed");
    let last = |bytes: &[u8], word: &str| {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().rev().find(|line| line.contains(word)).map(str::to_owned);
        let number = line.as_deref().and_then(|line| line.split_whitespace().last()).and_then(|word| word.parse().ok());
        number.unwrap_or_else(|| panic!("no `{word}` in {text}"))
    };
    (last(&output.stderr, "Collected"), last(&output.stdout, "jobs"))
}
