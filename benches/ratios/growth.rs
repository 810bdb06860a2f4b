//! How time and memory grow: each size in a process of its own, which tells its peak, in turns with the smallest size.

use std::fs;
use std::process::Command;
use std::time::Instant;

use tailback::model::Study;

use crate::cases::W3;
use crate::loops::Scenario;
use crate::measure::Pairs;
use crate::table::{Row, Table};
use crate::worlds::{Feature, read, study, whole};

const PAIRS: usize = 3;

/// A dimension, the sizes that are always measured, and those that take long.
const DIMENSIONS: [(&str, &[u64], &[u64]); 4] = [
    ("jobs", &[100_000, 1_000_000, 10_000_000], &[100_000_000]),
    ("workers", &[10, 100, 1_000, 10_000, 100_000], &[]),
    ("classes", &[1, 10, 100], &[]),
    ("backlog", &[1_000, 100_000, 1_000_000], &[10_000_000]),
];

/// Jobs of each run of which another dimension grows.
const JOBS: u64 = 1_000_000;

pub(crate) fn measure(long: bool, table: &mut Table) {
    for (dimension, sizes, long_sizes) in DIMENSIONS {
        let smallest = sizes[0];
        for &size in sizes.iter().chain(long_sizes.iter().filter(|_| long)) {
            let pairs: Vec<(Grown, Grown)> =
                (0..PAIRS).map(|_| (grow(dimension, smallest), grow(dimension, size))).collect();
            table.add(&row(dimension, (smallest, size), &pairs));
        }
    }
}

fn row(dimension: &str, (smallest, size): (u64, u64), pairs: &[(Grown, Grown)]) -> Row {
    let nanos = pairs.iter().map(|(small, grown)| (small.nanos, grown.nanos)).collect();
    Row {
        base: smallest.to_string(),
        other: size.to_string(),
        memory: pairs.iter().filter_map(|pair| pair.1.memory).reduce(f64::max),
        ..Pairs(nanos).row("growth", dimension)
    }
}

struct Grown {
    nanos: f64,
    /// MiB; `None` where the system does not tell.
    memory: Option<f64>,
}

fn grow(dimension: &str, size: u64) -> Grown {
    let program = std::env::current_exe().expect("the path of this program");
    let mut command = Command::new(program);
    // The allocator of glibc gives memory back after each of many short runs, to ask for it again; a run of many replications keeps it.
    command.env("MALLOC_TRIM_THRESHOLD_", "1000000000").args(["grow", dimension, &size.to_string()]);
    let output = command.output().expect("it can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(|word| word.parse::<f64>().ok());
    let nanos = numbers.next().flatten();
    Grown { nanos: nanos.unwrap_or_else(|| panic!("{text}")), memory: numbers.next().flatten() }
}

/// Runs one size and tells nanoseconds a job and peak memory.
pub(crate) fn once(dimension: &str, size: u64) {
    let study = sized(dimension, size);
    let jobs = if ["jobs", "backlog"].contains(&dimension) { size } else { JOBS };
    // Pages that the system has not handed out yet are not what is measured where runs are short.
    let runs = (2 * JOBS / jobs).clamp(1, 20);
    let start = Instant::now();
    let jobs: u64 = (0..runs).map(|seed| whole(&study, seed)).sum();
    let nanos = start.elapsed().as_secs_f64() * 1e9 / jobs as f64;
    println!("{nanos} {}", peak_mib().map_or_else(|| "-".to_owned(), |mib| mib.to_string()));
}

fn sized(dimension: &str, size: u64) -> Study {
    let grown = match dimension {
        "jobs" => Scenario { jobs: size, ..W3 },
        "workers" => Scenario { workers: size as u32, jobs: JOBS, ..W3 },
        "classes" => Scenario { classes: size as usize, jobs: JOBS, ..W3 },
        "backlog" => return read(&outage(size)),
        _ => panic!("no such dimension: {dimension}"),
    };
    study(&grown, &Feature::default())
}

/// The jobs of a dispatcher's outage of 25 hours are moved at once when it is back, and are done four hours later.
fn outage(staged: u64) -> String {
    let rate = staged as f64 / 90_000.0;
    let size = (rate * 8.0).ceil();
    format!(
        "run = {{ horizon = \"34h\", replications = 1, backlog_limit = 200_000_000 }}
        [jobs.mail]
        via = \"driver\"
        arrivals.poisson = {{ rate = \"{rate}/s\" }}
        service_time.exponential = {{ mean = \"1s\" }}
        [dispatchers.driver]
        outages = [{{ from = \"1h\", to = \"26h\" }}]
        on_return = \"flood\"
        [pools.workers]
        size = {size}"
    )
}

/// The most memory that this process has had, where the system is Linux.
fn peak_mib() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}
