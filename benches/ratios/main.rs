//! How fast it is, as ratios: `cargo bench --bench ratios` takes about three minutes, prints a table and writes `target/ratios.csv`.
//!
//! Both sides of a ratio run in turns in one process, so that a busy machine slows them alike, and a ratio is the median of the
//! ratios of these pairs. Arguments after `--`:
//!
//! * `loops`, `incidents`, `features`, `growth`, `threads`, `startup`: only these parts;
//! * `long`: growth to 10^8 jobs and 10^8 waiting ones, which takes some minutes and 3 GB;
//! * `instructions`: counts instructions a job with valgrind instead, which do not vary with the load of the machine.

mod cases;
mod growth;
mod instructions;
mod loops;
mod measure;
mod startup;
mod table;
mod threads;
mod worlds;

use cases::Case;
use measure::Pairs;
use table::{Row, Table};

const PARTS: [&str; 6] = ["loops", "incidents", "features", "growth", "threads", "startup"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("the first use of threads");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["once", part, case, side, jobs] => instructions::once((part, case, side), jobs.parse().expect("a number")),
        ["first", file, out] => startup::once(file, out),
        ["grow", dimension, size] => growth::once(dimension, size.parse().expect("a number")),
        ref wanted => print_ratios(wanted),
    }
}

fn print_ratios(wanted: &[&str]) {
    let known = |word: &&str| PARTS.contains(word) || ["long", "instructions"].contains(word);
    assert!(wanted.iter().all(known), "expected some of {PARTS:?}, `long` and `instructions`");
    let all = !wanted.iter().any(|word| PARTS.contains(word));
    let counts = wanted.contains(&"instructions");
    let mut table = Table::begin(if counts { "instructions" } else { "ratios" });
    for part in PARTS.into_iter().filter(|part| all || wanted.contains(part)) {
        match part {
            "growth" if !counts => growth::measure(wanted.contains(&"long"), &mut table),
            "threads" if !counts => table.add(&threads::measure()),
            "startup" if !counts => startup::measure(&mut table),
            "growth" | "threads" | "startup" => {}
            _ if counts => add_all(part, instructions::FEW, instructions::count, &mut table),
            _ => add_all(part, cases::JOBS, time, &mut table),
        }
    }
    table.end();
}

fn add_all(part: &str, jobs: u64, measure: fn(&Case) -> Row, table: &mut Table) {
    if part == "loops" {
        cases::check();
    }
    cases::of(part, jobs).iter().for_each(|case| table.add(&measure(case)));
}

fn time(case: &Case) -> Row {
    let pairs = Pairs::of(cases::PAIRS, &*case.base.run, &*case.other.run);
    Row { base: case.base.name.clone(), other: case.other.name.clone(), ..pairs.row(case.part, &case.name) }
}
