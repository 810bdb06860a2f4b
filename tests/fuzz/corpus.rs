//! What each target begins with: the committed corpus, and the scenarios of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::campaign::all_over;
use crate::mutate::{Chance, gently, mutated};
use crate::targets::{self, Outcome, SEPARATOR};

/// Larger files tell nothing that smaller ones do not, and take long.
const LONGEST: u64 = 8 << 10;

/// Changes a member of the corpus, with what the others hold.
pub type Change = fn(&[u8], &[Vec<u8>], &mut Chance) -> Vec<u8>;

/// What is executed, on what.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]) -> Outcome,
    pub change: Change,
    pub corpus: Vec<Vec<u8>>,
}

pub fn targets() -> Vec<Target> {
    let target = |name, run, corpus| Target { name, run, change: all_over, corpus };
    let right =
        scenarios(&["scenarios", "scenarios/incidents", "scenarios/systems", "tests/cases", "tests/language/right"]);
    let wrong = scenarios(&["tests/language/wrong"]);
    let text = |texts: &[String]| texts.iter().map(|text| text.clone().into_bytes()).collect::<Vec<_>>();
    let small = [own("scenario"), own("simulation"), scenarios(&["tests/cases", "tests/language/right"])].concat();
    let baseline = targets::baseline_seed();
    let unsealed: String =
        baseline.lines().filter(|line| !line.starts_with("blake3")).map(|l| format!("{l}\n")).collect();
    vec![
        target("scenario", targets::scenario, [own("scenario"), right.clone(), wrong].concat()),
        Target { change: behind_the_separator, ..target("overlay", targets::overlay, overlays(&right)) },
        target("trace", targets::trace, own("trace")),
        target("baseline", targets::baseline, [own("baseline"), text(&[unsealed])].concat()),
        target("stored", targets::stored, targets::stored_seeds().to_vec()),
        Target { change: gently, ..target("simulation", targets::simulation, small) },
    ]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn own(target: &str) -> Vec<Vec<u8>> {
    files(&format!("fuzz/corpus/{target}")).iter().map(|path| fs::read(path).unwrap()).collect()
}

fn scenarios(folders: &[&str]) -> Vec<Vec<u8>> {
    let is_scenario = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "toml") && fs::metadata(path).unwrap().len() <= LONGEST
    };
    let all = folders.iter().flat_map(|folder| files(folder)).filter(is_scenario);
    all.map(|path| fs::read(path).unwrap()).collect()
}

/// Every scenario with every overlay of the corpus.
fn overlays(scenarios: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let behind = own("overlay");
    let pair = |scenario: &Vec<u8>, lines: &Vec<u8>| [scenario, SEPARATOR.as_bytes(), lines].concat();
    scenarios.iter().flat_map(|scenario| behind.iter().map(move |lines| pair(scenario, lines))).collect()
}

/// Three times in four only what stands behind the separator is changed, with words of all scenarios.
fn behind_the_separator(base: &[u8], corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let place = base.windows(SEPARATOR.len()).position(|window| window == SEPARATOR.as_bytes());
    let Some(end) = place.map(|place| place + SEPARATOR.len()).filter(|_| chance.below(4) > 0) else {
        return mutated(base, corpus, chance);
    };
    // Words of the scenario itself make paths that exist.
    let own = [base.to_vec(), chance.one_of(corpus).clone()];
    let lines = match chance.below(3) {
        0 => base[end..].to_vec(),
        _ => settings(&base[..end - SEPARATOR.len()], chance),
    };
    [&base[..end], &mutated(&lines, &own, chance)].concat()
}

/// Up to four lines of the scenario as `--set`, or as an alternative that says the same.
fn settings(scenario: &[u8], chance: &mut Chance) -> Vec<u8> {
    let text = String::from_utf8_lossy(scenario);
    let mut table = String::new();
    let mut stated = Vec::new();
    for line in text.lines() {
        if let Some(header) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = format!("{}.", header.trim());
        } else if let Some((key, value)) = line.split_once('=').filter(|(key, _)| !key.contains(['#', '"', '{'])) {
            stated.push(format!("{table}{} = {}", key.trim(), value.trim()));
        }
    }
    if stated.is_empty() {
        return Vec::new();
    }
    let is_set = chance.below(2) == 0;
    let head = if is_set { "" } else { "[alternatives.fuzzed]\n" };
    let lead = if is_set { "--set " } else { "" };
    let lines = (0..=chance.below(4)).map(|_| format!("{lead}{}\n", chance.one_of(&stated)));
    format!("{head}{}", lines.collect::<String>()).into_bytes()
}
