//! Killed at any instant (SIGKILL), a command that is given again ends with the bytes of one that nobody disturbed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::mutate::Chance;
use crate::{WORLD, chance, command, count, differing, said, tailback, tree};

/// Commands that write, and what they are given.
const COMMANDS: [&[&str]; 5] = [
    &["run", "world.toml", "-q"],
    &["run", "world.toml", "-q", "--threads", "1", "--no-resume"],
    &[
        "check",
        "world.toml",
        "-q",
        "--baseline",
        "b.toml",
        "--update-baseline",
        "--report",
        "outputs",
        "--junit",
        "j.xml",
    ],
    &["run", "world.toml", "-q", "--shard", "2/2", "--out", "parts"],
    &["merge", "parts", "-q"],
];

struct Campaign {
    /// All trials lie at one path: parts name the folder of their scenario.
    place: TempDir,
    expected: Vec<BTreeMap<String, Vec<u8>>>,
    longest: Vec<Duration>,
}

/// A new folder at this path, in which a command can be given.
fn prepare(folder: &Path, place: usize) {
    let _was_not_there = fs::remove_dir_all(folder);
    fs::create_dir(folder).unwrap();
    fs::write(folder.join("world.toml"), WORLD).unwrap();
    if place == 4 {
        for part in ["1/2", "2/2"] {
            let made = tailback(folder, &["run", "world.toml", "-q", "--shard", part, "--out", "parts"]);
            assert!(made.status.success(), "{}", said(&made));
        }
    }
}

fn finish(folder: &Path, place: usize) {
    let output = tailback(folder, COMMANDS[place]);
    // An undecided check is done, too.
    assert!(matches!(output.status.code(), Some(0 | 1 | 4)), "{:?}: {}", COMMANDS[place], said(&output));
}

impl Campaign {
    fn prepare() -> Self {
        let (place, mut expected, mut longest) = (tempfile::tempdir().unwrap(), Vec::new(), Vec::new());
        let folder = place.path().join("trial");
        for number in 0..COMMANDS.len() {
            prepare(&folder, number);
            let start = Instant::now();
            finish(&folder, number);
            longest.push(start.elapsed());
            expected.push(tree(&folder));
        }
        Self { place, expected, longest }
    }

    /// Kills a command up to three times and gives it once more; how often it was still running when it was killed.
    fn trial(&self, chance: &mut Chance) -> u64 {
        let place = chance.below(COMMANDS.len());
        let folder = &self.place.path().join("trial");
        prepare(folder, place);
        let mut kills = 0;
        for _ in 0..=chance.below(3) {
            let after = self.longest[place].mul_f64(chance.below(1_000) as f64 / 900.0);
            let mut child =
                command(folder, COMMANDS[place]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(after);
            kills += u64::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        finish(folder, place);
        let differing = differing(&tree(folder), &self.expected[place]);
        assert!(differing.is_empty(), "{:?} after {kills} kills: {differing:?}", COMMANDS[place]);
        kills
    }
}

#[test]
fn nothing_is_lost_by_kills_at_random_instants() {
    let (wanted, mut chance) = (count("KILLS", 8), chance("kills"));
    let campaign = Campaign::prepare();
    let mut kills = 0;
    while kills < wanted {
        kills += campaign.trial(&mut chance);
        println!("kills: {kills} so far, nothing lost");
    }
    println!("kills: {kills}, nothing lost");
}
