//! Files of finished runs and parts that are read back: whatever happens to them, they are refused or stay what they were.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::{Outcome, folder, results, small};
use tailback::experiment::{Shard, UnitStore, run_stored, stored_units};
use tailback::report::{Origin, PartManifest, Portrait, Stamps, read_made, read_stored, write_manifest, write_stored};

/// What stands before the content: of which file it is.
const KINDS: [&[u8]; 4] = [b"results\n", b"manifest\n", b"part\n", b"units\n"];

/// Inputs to begin with: each file as it is written.
pub fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let origin = Origin {
            file: "small.toml".to_owned(),
            text: super::SMALL.to_owned(),
            arguments: vec!["--seed".to_owned(), "7".to_owned()],
            defaults: Vec::new(),
        };
        let stored = write_stored(results());
        let stamps = Stamps::new(vec!["results.json".to_owned()], "0".repeat(64), &Portrait::default());
        let manifest = write_manifest(results(), &origin, &stamps);
        let shard = Shard::new(1, 2).unwrap();
        let part = PartManifest::new(&origin, "folder".as_ref(), (1, 3), shard).to_text();
        let contents = [stored.into_bytes(), manifest.into_bytes(), part.into_bytes(), units()];
        KINDS.iter().zip(contents).map(|(kind, content)| [*kind, &content].concat()).collect()
    })
}

/// The units of the small scenario.
fn units() -> Vec<u8> {
    let path = folder().join("seed-units.bin");
    let store = UnitStore::open(&path, true).unwrap();
    run_stored(small(), &store, &|_| ()).unwrap();
    fs::read(path).unwrap()
}

/// `results.json`, `manifest.json`, `part.json` or `units.bin`, behind a line that says which.
pub fn stored(data: &[u8]) -> Outcome {
    let kind = KINDS.iter().position(|kind| data.starts_with(kind));
    let content = kind.map_or(data, |kind| &data[KINDS[kind].len()..]);
    if kind == Some(3) { unit_file(content) } else { text(&String::from_utf8_lossy(content)) }
}

/// What is read is what was written.
fn text(text: &str) -> Outcome {
    let (results, made, part) = (read_stored(text), read_made(text), PartManifest::from_text(text));
    if results.is_err() && made.is_err() && part.is_err() {
        return Outcome::Refused;
    }
    let mut written = seeds().iter().zip(KINDS).map(|(seed, kind)| &seed[kind.len()..]);
    assert!(written.any(|written| written == text.as_bytes()), "only what was written is taken");
    Outcome::Taken
}

/// Whatever is stored, the results are the same.
fn unit_file(content: &[u8]) -> Outcome {
    thread_local! {
        static PATH: PathBuf = folder().join(format!("{:?}-units.bin", std::thread::current().id()));
    }
    PATH.with(|path| {
        fs::write(path, content).unwrap();
        let store = UnitStore::open(path, false).unwrap();
        let study = small();
        let (held, all) = stored_units(study, &store);
        let is_as_written = seeds()[3][KINDS[3].len()..] == *content;
        assert!(held <= all && (held == all || !is_as_written));
        let is_told = store.damage().is_some();
        assert!(is_told || is_as_written || held < all || content.is_empty(), "what is not as written is told");
        assert!(run_stored(study, &store, &|_| ()).unwrap() == *results(), "the results are the same");
        drop(store);
        assert!(fs::read(path).unwrap() == seeds()[3][KINDS[3].len()..], "the file is in order again");
        if is_told { Outcome::Refused } else { Outcome::Taken }
    })
}
