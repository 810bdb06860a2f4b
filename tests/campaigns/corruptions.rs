//! Whatever happens to a file that is read back: it is refused by name, or simulated again with a word. Nothing is used in silence.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::mutate::Chance;
use crate::{chance, count, differing, folder, said, tailback, tree};

/// A file that is read back, and the command that reads it.
struct Victim {
    file: &'static str,
    command: &'static [&'static str],
}

const VICTIMS: [Victim; 6] = [
    Victim { file: "outputs/world/results.json", command: &["plot", "outputs/world"] },
    Victim { file: "outputs/world/manifest.json", command: &["plot", "outputs/world"] },
    Victim { file: "outputs/.tailback/world/units.bin", command: &["run", "world.toml", "-q"] },
    Victim { file: "parts/world/part-1-of-2/part.json", command: &["merge", "parts", "-q", "--out", "merged"] },
    Victim { file: "parts/world/part-2-of-2/units.bin", command: &["merge", "parts", "-q", "--out", "merged"] },
    Victim { file: "b.toml", command: &["check", "world.toml", "-q", "--baseline", "b.toml"] },
];

/// One change that is one: a bit, a few bytes or the end of the file.
fn corrupted(whole: &[u8], chance: &mut Chance) -> Vec<u8> {
    loop {
        let mut bytes = whole.to_vec();
        let from = chance.below(bytes.len());
        let most = 1 << chance.below(12);
        let to = (from + 1 + chance.below(most)).min(bytes.len());
        let bit = 1 << chance.below(8);
        match chance.below(5) {
            0 | 1 => bytes[from] ^= bit,
            2 => bytes.truncate(from),
            3 => drop(bytes.splice(to..to, whole[from..to].to_vec())),
            _ => drop(bytes.drain(from..to)),
        }
        if bytes != whole {
            return bytes;
        }
    }
}

struct Campaign {
    folder: TempDir,
    files: BTreeMap<String, Vec<u8>>,
    /// What each command says and prints with whole files.
    expected: Vec<Output>,
}

impl Campaign {
    fn prepare() -> Self {
        let folder = folder();
        let give = |arguments: &[&str]| {
            let output = tailback(folder.path(), arguments);
            assert!(matches!(output.status.code(), Some(0 | 1 | 4)), "{arguments:?}: {}", said(&output));
            output
        };
        give(&["run", "world.toml", "-q"]);
        give(&["run", "world.toml", "-q", "--shard", "1/2", "--out", "parts"]);
        give(&["run", "world.toml", "-q", "--shard", "2/2", "--out", "parts"]);
        give(&["check", "world.toml", "-q", "--baseline", "b.toml", "--update-baseline"]);
        let expected = VICTIMS.iter().map(|victim| give(victim.command)).collect();
        let files = tree(folder.path());
        Self { folder, files, expected }
    }

    fn trial(&self, chance: &mut Chance) {
        let place = chance.below(VICTIMS.len());
        let Victim { file, command } = &VICTIMS[place];
        let whole = &self.files[*file];
        let bytes = corrupted(whole, chance);
        fs::write(self.folder.path().join(file), &bytes).unwrap();
        let output = tailback(self.folder.path(), command);
        let fails = |why: &str| panic!("{file}, {} of {} bytes: {why}: {}", bytes.len(), whole.len(), said(&output));
        let name = Path::new(file).file_name().unwrap().to_string_lossy();
        let is_told = said(&output).contains(&*name);
        match output.status.code() {
            // What was refused has changed nothing else.
            Some(2 | 3) if is_told => {
                fs::write(self.folder.path().join(file), whole).unwrap();
            }
            code if code == self.expected[place].status.code() => {
                let is_text = *file == "b.toml";
                let is_used = output.stdout == self.expected[place].stdout;
                if !is_used || !(is_told || is_text || bytes.is_empty()) {
                    fails("it was used in silence");
                }
                if *command == VICTIMS[4].command || is_text {
                    fs::write(self.folder.path().join(file), whole).unwrap();
                }
            }
            _ => fails("another end"),
        }
        let differing = differing(&tree(self.folder.path()), &self.files);
        if !differing.is_empty() {
            fails(&format!("{differing:?} differ"));
        }
    }
}

#[test]
fn nothing_damaged_is_used_in_silence() {
    let (wanted, mut chance) = (count("CORRUPTIONS", 24), chance("corruptions"));
    let campaign = Campaign::prepare();
    for number in 1..=wanted {
        campaign.trial(&mut chance);
        if number % 50 == 0 {
            println!("corruptions: {number} so far, none used in silence");
        }
    }
    println!("corruptions: {wanted}, none used in silence");
}
