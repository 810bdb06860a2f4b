//! The cache beside the folders of runs: what is done already of each run, and where its scenario lies. Nothing in it is a result: it
//! can be deleted at any time, and belongs into no repository.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::terminal::say;
use crate::experiment::UnitStore;
use crate::report::RunFolder;
use crate::untrusted::{read_text, shown_path};

/// The folder of the cache, beside the folders of runs.
const CACHE: &str = ".tailback";
/// The units that are done, in the cache or in the folder of a part, whose results they are.
pub(super) const UNITS: &str = "units.bin";
/// The longest path of a folder that is read, in bytes.
const PATH_LIMIT: u64 = 1 << 16;
/// Keeps the cache out of repositories.
const IGNORE: &str = ".gitignore";
const IGNORE_ALL: &str = "*\n";
/// Holds the folder of the scenario of a run.
const SCENARIO_FOLDER: &str = "scenario-folder";

/// The cache of a run folder.
fn of(run: &Path) -> PathBuf {
    let run = std::path::absolute(run).unwrap_or_else(|_| run.to_owned());
    let parent = run.parent().unwrap_or(Path::new("")).join(CACHE);
    parent.join(run.file_name().unwrap_or_default())
}

/// As [`of`], as it was named on the command line. No link leads out of it: somebody else may have put it there.
fn prepare(run: &RunFolder) -> Result<RunFolder, Failure> {
    let all = run.path().parent().unwrap_or(Path::new("")).join(CACHE);
    let own = all.join(run.path().file_name().unwrap_or_default());
    let places = [&all, &all.join(IGNORE), &own, &own.join(UNITS), &own.join(SCENARIO_FOLDER)];
    places.into_iter().try_for_each(|place| RunFolder::refuse_link(place))?;
    let folder = RunFolder::prepare(&own)?;
    // Removes what a run left here that was killed while it wrote the file below.
    let cache = RunFolder::prepare(&all)?;
    // Also one that an interruption left empty.
    if read_text(&all.join(IGNORE), PATH_LIMIT).ok().as_deref() != Some(IGNORE_ALL) {
        cache.write([(IGNORE.to_owned(), IGNORE_ALL.as_bytes().to_vec())])?;
    }
    Ok(folder)
}

/// The stored units of a run, in the cache of its folder under this name; with `fresh`, none.
pub(super) fn open(run: &RunFolder, name: &str, fresh: bool) -> Result<UnitStore, Failure> {
    let cache = prepare(run)?;
    let old = run.path().join(name);
    if old.is_file() {
        say(&format!(
            "warning: `{}` was left by an earlier version of tailback and is not used any more: delete it",
            shown_path(&old)
        ));
    }
    open_at(&cache.path().join(name), fresh)
}

/// The stored units in this file. What is damaged in it is simulated again, with a word.
pub(super) fn open_at(path: &Path, fresh: bool) -> Result<UnitStore, Failure> {
    let store = UnitStore::open(path, fresh)?;
    if let Some(damage) = store.damage() {
        say(&format!("warning: {damage}; the replications in them are simulated again"));
    }
    Ok(store)
}

/// Remembers the folder of the scenario of a run, for the traces that it names when `plot` reads it again.
pub(super) fn remember(run: &RunFolder, scenario: &Path) -> Result<(), Failure> {
    let content = scenario.display().to_string().into_bytes();
    Ok(prepare(run)?.write([(SCENARIO_FOLDER.to_owned(), content)])?)
}

/// The folder of the scenario of a run; empty where it is not known.
pub(super) fn scenario_folder(run: &Path) -> PathBuf {
    read_text(&of(run).join(SCENARIO_FOLDER), PATH_LIMIT).unwrap_or_default().into()
}
