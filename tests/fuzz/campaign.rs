//! Executes a target many times, on all threads, and adds up what was done in a file, so that it can be interrupted and go on.

use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::corpus::Target;
use crate::mutate::{Chance, mutated};
use crate::targets::Outcome;

/// Executions between two entries in the state file.
const CHUNK: u64 = 2_000;
/// Executed in any case, however late it is.
const FEWEST: u64 = 100;
/// Longer than this is a hang.
const HANG: Duration = Duration::from_secs(60);
/// Findings are shrunk for at most this long.
const SHRINKING: Duration = Duration::from_secs(60);

/// What was done so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The next seed.
    pub next: u64,
    /// Executions of inputs that the target takes or refuses.
    pub executed: u64,
    pub taken: u64,
    pub findings: u64,
    /// Seeds that hang.
    pub hanging: Vec<u64>,
}

impl Tally {
    pub fn read(path: &Path) -> Self {
        let mut tally = Self::default();
        for line in fs::read_to_string(path).unwrap_or_default().lines() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            let number = || value.parse().unwrap();
            match key {
                "next" => tally.next = number(),
                "executed" => tally.executed = number(),
                "taken" => tally.taken = number(),
                "findings" => tally.findings = number(),
                "hangs" => tally.hanging.push(number()),
                _ => panic!("{}: `{key}`", path.display()),
            }
        }
        tally
    }

    fn write(&self, path: &Path) {
        let Self { next, executed, taken, findings, hanging } = self;
        let hangs: String = hanging.iter().map(|seed| format!("hangs {seed}\n")).collect();
        let text = format!("next {next}\nexecuted {executed}\ntaken {taken}\nfindings {findings}\n{hangs}");
        let beside = path.with_extension("part");
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, path).unwrap();
    }
}

/// The input of a seed.
pub fn input(target: &Target, seed: u64) -> Vec<u8> {
    let mut chance = Chance::new(seed ^ 0x7461_696c_6261_636b);
    let base = chance.one_of(&target.corpus).clone();
    (target.change)(&base, &target.corpus, &mut chance)
}

/// What the target says of an input; `Err`: with what it panicked.
fn execute(target: &Target, input: &[u8]) -> Result<Outcome, String> {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}

/// Until so many executions are done (those of the state file count) or the time is over; the findings, as seed and message.
pub fn run(target: &Target, (executions, time): (u64, Duration), state: Option<&Path>) -> (Tally, Vec<(u64, String)>) {
    let mut tally = state.map(Tally::read).unwrap_or_default();
    let (start, mut findings) = (Instant::now(), Vec::new());
    while tally.executed < executions && start.elapsed() < time {
        let seeds = tally.next..tally.next + CHUNK.min(executions - tally.executed);
        let watch = Watch::new(target.name, state, &tally);
        let execute = |seed: u64| {
            // A busy machine may not get to anything: the first ones are always executed.
            let is_late = start.elapsed() >= time && seed >= tally.next + FEWEST;
            if tally.hanging.contains(&seed) || is_late {
                return None;
            }
            let input = input(target, seed);
            let _guard = watch.begin(seed, &input);
            Some((seed, execute(target, &input)))
        };
        for (seed, outcome) in on_all_threads(seeds.clone(), &execute) {
            tally.executed += u64::from(outcome != Ok(Outcome::LeftOut));
            tally.taken += u64::from(outcome == Ok(Outcome::Taken));
            if let Err(message) = outcome {
                findings.push((seed, message));
                tally.findings += 1;
            }
        }
        tally.next = seeds.end;
        if let Some(path) = state {
            tally.write(path);
        }
    }
    (tally, findings)
}

/// What `execute` gives for each seed, in their order. Not by rayon: what is executed may use it, and would then wait for other inputs.
fn on_all_threads<T: Send>(seeds: Range<u64>, execute: &(dyn Fn(u64) -> Option<T> + Sync)) -> Vec<T> {
    let (next, done) = (AtomicU64::new(seeds.start), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let found = execute(seed).map(|found| (seed, found));
            done.lock().unwrap().extend(found);
        }
    };
    std::thread::scope(|scope| (0..threads()).for_each(|_| drop(scope.spawn(work))));
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(seed, _)| *seed);
    done.into_iter().map(|(_, found)| found).collect()
}

/// `FUZZ_THREADS`, or as many as the machine has.
fn threads() -> usize {
    let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::env::var("FUZZ_THREADS").map_or_else(|_| all(), |threads| threads.parse().unwrap())
}

/// Shrinks what a seed found and writes it beside the corpus; where.
pub fn save(target: &Target, seed: u64) -> PathBuf {
    let input = shrunk(input(target, seed), |input| execute(target, input).is_err());
    write_finding(target.name, seed, &input)
}

fn write_finding(target: &str, seed: u64, input: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/findings");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{target}-{seed}"));
    fs::write(&path, input).unwrap();
    path
}

/// A smaller input that still fails: pieces are left out, halves first, single bytes last.
pub fn shrunk(mut input: Vec<u8>, fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let start = Instant::now();
    let mut piece = input.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        while from < input.len() && start.elapsed() < SHRINKING {
            let to = (from + piece).min(input.len());
            let smaller = [&input[..from], &input[to..]].concat();
            if fails(&smaller) { input = smaller } else { from = to }
        }
        if piece == 1 || start.elapsed() >= SHRINKING {
            return input;
        }
        piece = piece.div_ceil(2);
    }
}

/// Inputs that are being executed: seed, since when, and the bytes.
type Running = std::sync::Arc<Mutex<Vec<(u64, Instant, Vec<u8>)>>>;

/// Notices inputs that never end. A thread cannot be ended from outside: the seed is written down and the program starts again.
struct Watch {
    running: Running,
    over: std::sync::Arc<AtomicBool>,
}

struct Guard<'a>(&'a Watch, u64);

impl Watch {
    fn new(target: &'static str, state: Option<&Path>, tally: &Tally) -> Self {
        let (running, over) = (Running::default(), std::sync::Arc::new(AtomicBool::new(false)));
        let watch = Self { running: std::sync::Arc::clone(&running), over: std::sync::Arc::clone(&over) };
        let (state, mut tally) = (state.map(Path::to_path_buf), tally.clone());
        std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(20));
                let hanging = running.lock().unwrap().iter().find(|(_, at, _)| at.elapsed() > HANG).cloned();
                if let Some((seed, _, input)) = hanging {
                    // Whole, as the corpus may change and with it what a seed makes.
                    let path = write_finding(target, seed, &input);
                    eprintln!("{target}: seed {seed} takes over {} s: {}", HANG.as_secs(), path.display());
                    tally.hanging.push(seed);
                    tally.findings += 1;
                    state.iter().for_each(|path| tally.write(path));
                    start_again(state.is_some());
                }
            }
        });
        watch
    }

    fn begin(&self, seed: u64, input: &[u8]) -> Guard<'_> {
        self.running.lock().unwrap().push((seed, Instant::now(), input.to_vec()));
        Guard(self, seed)
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.running.lock().unwrap().retain(|(seed, ..)| *seed != self.1);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

fn start_again(goes_on: bool) -> ! {
    if !goes_on {
        std::process::exit(101);
    }
    let arguments = std::env::args_os().skip(1);
    let status = std::process::Command::new(std::env::current_exe().unwrap()).args(arguments).status().unwrap();
    std::process::exit(status.code().unwrap_or(101));
}

/// Changes by [`mutated`], all over.
pub fn all_over(base: &[u8], corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    mutated(base, corpus, chance)
}
