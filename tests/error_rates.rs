//! How often `tailback check` is wrong in worlds whose true value is known: at most 5 % of its verdicts may be.
//!
//! Each world of `tests/cases/worlds` states its true value in its first line, as the share of the jobs that are in time, and the right
//! verdict. `met` although the truth is missed, and `missed` although it is met, are wrong; undecided never is. At the bound itself the
//! objective is met.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most wrong verdicts of 200 in one world: a rate of 5 % exceeds it in 4 % of the cases.
const MOST_OF_200: usize = 16;

struct World {
    name: String,
    path: PathBuf,
    /// The share of the jobs in time, or at once, that its first line states in percent.
    share: f64,
    is_met: bool,
}

fn worlds() -> Vec<World> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/worlds");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(world).collect()
}

fn world(path: PathBuf) -> World {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(&path).unwrap();
    let truth = text.lines().next().and_then(|line| line.strip_prefix("# truth: ")).unwrap();
    let is_met = match truth.rsplit("; ").next() {
        Some("met.") => true,
        Some("missed.") => false,
        _ => panic!("{name} states no verdict: {truth}"),
    };
    let share = truth.split(' ').zip(truth.split(' ').skip(1)).find(|(_, unit)| *unit == "%").unwrap().0;
    World { name, path, share: share.parse().unwrap(), is_met }
}

/// How many verdicts of these seeds are wrong, and how many are undecided.
fn judge(world: &World, seeds: RangeInclusive<u32>) -> (usize, usize) {
    let (mut wrong, mut open) = (0, 0);
    for seed in seeds {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
        let command = command.arg("check").arg(&world.path).args(["--quiet", "--threads", "1", "--seed"]);
        let output = command.arg(seed.to_string()).output().unwrap();
        match (output.status.code(), world.is_met) {
            (Some(0), false) | (Some(1), true) => wrong += 1,
            (Some(0), true) | (Some(1), false) => {}
            (Some(4), _) => open += 1,
            (code, _) => panic!("{}: {code:?}: {}", world.name, String::from_utf8_lossy(&output.stderr)),
        }
    }
    (wrong, open)
}

/// Prints a line for each world; the wrong verdicts of each.
fn table(seeds: &RangeInclusive<u32>) -> Vec<(String, usize)> {
    let mut rows = Vec::new();
    for world in worlds() {
        let (wrong, open) = judge(&world, seeds.clone());
        println!("{:<36} {wrong:>4} wrong, {open:>4} undecided, of {}", world.name, seeds.clone().count());
        rows.push((world.name, wrong));
    }
    rows
}

#[test]
fn hardly_a_verdict_is_wrong() {
    let rows = table(&(1..=5));
    let all: usize = rows.iter().map(|(_, wrong)| wrong).sum();
    assert!(rows.iter().all(|(_, wrong)| *wrong <= 1) && all <= 4, "{rows:?}");
}

#[test]
#[ignore = "half an hour"]
fn of_200_verdicts_in_each_world_at_most_16_are_wrong_and_of_all_at_most_5_percent() {
    let rows = table(&(1..=200));
    let all: usize = rows.iter().map(|(_, wrong)| wrong).sum();
    let most = rows.len() * 200 / 20;
    assert!(rows.iter().all(|(_, wrong)| *wrong <= MOST_OF_200) && all <= most, "{rows:?}");
}

#[test]
fn the_true_values_of_the_worlds_are_as_stated() {
    let held = |world: f64, x: f64| (world - x).powi(2) / (2.0 * world * 600.0);
    let late = |name: &str| match name.trim_end_matches("-at-the-bound").trim_end_matches("-met") {
        "rare-share" => 18.0 / 600.0,
        "rare-percentile" => 130.0 / 1200.0,
        "plentiful-share" => held(120.0, 60.0),
        "plentiful-percentile" if name.ends_with("bound") => held(120.0, 60.0),
        "plentiful-percentile" => held(120.0, 19.0),
        "lost-jobs" => share_late_or_lost(),
        "hanging-restart" => 0.04 * 11.0 / 24.0,
        "failing-dispatcher" | "failing-pool" => share_late_after_failures(),
        "storm" => share_late_in_storms(),
        _ => panic!("{name} has no true value here"),
    };
    for world in worlds() {
        let (share, late) = (world.share, late(&world.name));
        let tolerance = if world.name == "storm" { 0.1 } else { 0.01 };
        assert!((share - 100.0 * (1.0 - late)).abs() < tolerance, "{}: {share} stated, {}", world.name, 1.0 - late);
    }
}

/// The midpoint rule over `pieces` of an interval.
fn integral(from: f64, to: f64, pieces: u32, of: impl Fn(f64) -> f64) -> f64 {
    let width = (to - from) / f64::from(pieces);
    (0..pieces).map(|i| of(from + (f64::from(i) + 0.5) * width) * width).sum()
}

/// Jobs that come in a block of 60 s at 1/6 s find room while at most two came before them, and are in time in the last 10 s.
fn share_late_or_lost() -> f64 {
    let at_most_two = |u: f64| libm::exp(-u / 6.0) * (1.0 + u / 6.0 + (u / 6.0).powi(2) / 2.0);
    (50.0 + integral(50.0, 60.0, 1_000, |u| 1.0 - at_most_two(u))) / 600.0
}

/// A failure with a mean time of 600 h, up again after 6 h, makes the jobs of its first 5 h late.
fn share_late_after_failures() -> f64 {
    fn late(hours: f64, failures: u32) -> f64 {
        if hours <= 0.0 || failures == 0 {
            return 0.0;
        }
        let density = |t: f64| libm::exp(-t / 600.0) / 600.0;
        integral(0.0, hours, 200, |t| density(t) * ((hours - t).min(5.0) + late(hours - t - 6.0, failures - 1)))
    }
    late(24.0, 2) / 24.0
}

/// Exponential times from a generator of its own (splitmix64).
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.uniform())
    }
}

/// Days of a process with calm and stormy states, jobs of 12 s at one worker: the late ones (over 10 min) over all. Only days
/// with a storm are simulated; a day without one has 480 jobs on average and none of them is late.
fn share_late_in_storms() -> f64 {
    const DAY: f64 = 86_400.0;
    let (calm, storm) = (30.0 * DAY, 7_200.0);
    let starts_stormy = storm / (calm + storm);
    let strikes = 1.0 - libm::exp(-DAY / calm);
    let has_storm = starts_stormy + (1.0 - starts_stormy) * strikes;
    let (mut draws, days) = (Draws(20), 20_000);
    let (mut jobs, mut late) = (0_u64, 0_u64);
    for _ in 0..days {
        let in_storm = draws.uniform() < starts_stormy / has_storm;
        // The first change, given that it falls into the day.
        let first =
            if in_storm { draws.exponential(storm) } else { -calm * libm::log(1.0 - draws.uniform() * strikes) };
        let day = storm_day(&mut draws, (in_storm, first));
        (jobs, late) = (jobs + day.0, late + day.1);
    }
    let (jobs, late) = (jobs as f64 / f64::from(days), late as f64 / f64::from(days));
    has_storm * late / (has_storm * jobs + (1.0 - has_storm) * 480.0)
}

/// The jobs of a day that is stormy or calm up to the first change, and the late ones among them.
fn storm_day(draws: &mut Draws, (mut in_storm, mut change): (bool, f64)) -> (u64, u64) {
    const DAY: f64 = 86_400.0;
    let (mut now, mut free, mut jobs, mut late) = (0.0, 0.0_f64, 0, 0);
    loop {
        let next = now + draws.exponential(if in_storm { 6.0 } else { 180.0 });
        if next > change {
            (now, in_storm) = (change, !in_storm);
            change += draws.exponential(if in_storm { 7_200.0 } else { 30.0 * DAY });
            if now >= DAY {
                return (jobs, late);
            }
            continue;
        }
        if next >= DAY {
            return (jobs, late);
        }
        now = next;
        let start = free.max(now);
        free = start + 12.0;
        jobs += 1;
        late += u64::from(start - now > 600.0);
    }
}
