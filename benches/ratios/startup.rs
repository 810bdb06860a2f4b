//! What a user waits for: from the start of the program to the first event, and a whole `tailback run` of a ten-line scenario with all
//! its files and pictures. Each time is a ratio to its goal. The time of the processors, of which two have twice the goal, does not
//! depend on who else uses them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rayon::ThreadPoolBuilder;
use tailback::engine::{Created, Observer, simulate};
use tailback::experiment::UnitStore;
use tailback::random::ReplicationSeed;
use tailback::report::RunFolder;
use tailback::scenario::{self, Overrides};
use tailback::units::SimTime;

use crate::measure::Pairs;
use crate::table::{Row, Table};

const RUNS: usize = 15;
const FIRST_EVENT: Duration = Duration::from_millis(5);
const WHOLE_RUN: Duration = Duration::from_millis(300);

pub(crate) fn measure(table: &mut Table) {
    let folder = tempfile::tempdir().expect("a folder");
    let day = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/first.toml");
    let hour = of_an_hour(&day, folder.path());
    table.add(&row(("first event", "start"), FIRST_EVENT, || first_event(&hour, folder.path())));
    for (horizon, file) in [("an hour", &hour), ("a day", &day)] {
        let before = processor_time();
        table.add(&row((horizon, "30 replications"), WHOLE_RUN, || whole_run(file, folder.path())));
        if let (Some(before), Some(after)) = (before, processor_time()) {
            let each = (after - before) / RUNS as u32;
            table.add(&row((horizon, "processors"), 2 * WHOLE_RUN, || each));
        }
    }
}

/// What the processors have spent on ended children of this process, where the system is Linux.
fn processor_time() -> Option<Duration> {
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(13).take(2).map(|ticks| ticks.parse::<u32>().ok());
    Some(TICK * ticks.sum::<Option<u32>>()?)
}

/// The same scenario with a shorter horizon, which leaves little but the files and pictures.
fn of_an_hour(day: &Path, folder: &Path) -> PathBuf {
    let text = fs::read_to_string(day).expect("the shipped scenario");
    let file = folder.join("hour.toml");
    fs::write(&file, format!("run.horizon = \"1h\"\n{text}")).expect("a file");
    file
}

fn row((case, other): (&str, &str), goal: Duration, run: impl Fn() -> Duration) -> Row {
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    let pairs = (0..RUNS).map(|_| (millis(goal), millis(run()))).collect();
    let row = Pairs(pairs).row("startup", case);
    Row { base: "goal".to_owned(), other: other.to_owned(), unit: "ms", ..row }
}

/// A whole run into an empty folder.
fn whole_run(file: &Path, folder: &Path) -> Duration {
    let out = tempfile::tempdir_in(folder).expect("a folder");
    let mut tailback = Command::new(env!("CARGO_BIN_EXE_tailback"));
    tailback.args(["run", "--quiet", "--replications", "30", "--out"]).arg(out.path()).arg(file);
    time(&mut tailback)
}

fn first_event(file: &Path, folder: &Path) -> Duration {
    let out = tempfile::tempdir_in(folder).expect("a folder");
    let program = std::env::current_exe().expect("the path of this program");
    time(Command::new(program).arg("first").args([file, out.path()]))
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = command.output().expect("it can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    start.elapsed()
}

/// Does what `tailback run` does up to its first event, and ends there.
pub(crate) fn once(file: &str, out: &str) {
    let scenario = scenario::load(Path::new(file), &Overrides::default()).expect("the scenario is right");
    let pool = ThreadPoolBuilder::new().build().expect("threads");
    let folder = RunFolder::prepare(Path::new(out)).expect("a folder");
    let _store = UnitStore::open(&folder.path().join("units.bin"), false).expect("a file");
    let seed = ReplicationSeed { master: scenario.study.settings.seed, replication: 0 };
    let model = &scenario.study.points[0].model;
    pool.install(|| simulate(model, seed, &mut EndsAtOnce)).expect("a first event");
}

struct EndsAtOnce;

impl Observer for EndsAtOnce {
    fn created(&mut self, _: SimTime, _: Created) {
        std::process::exit(0);
    }
}
