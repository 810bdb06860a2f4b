//! `tailback plot`: draws the pictures and the HTML report of a finished run again.

use std::path::Path;

use super::arguments::PlotArguments;
use super::failure::Failure;
use super::run::{SCENARIO_FOLDER, warn_of_titles};
use super::stored::Stored;
use super::terminal::{print, say};
use crate::model::Study;
use crate::report::plots::{self, draw_scenario};
use crate::report::{
    NewFile, Origin, Portrait, RunFolder, StoredError, read_origin, read_stored, shown, shown_study, write_html,
};
use crate::untrusted::{MANIFEST_LIMIT, RESULTS_LIMIT, read_text, shown_path};

/// The longest path of a folder that is read, in bytes.
const PATH_LIMIT: u64 = 1 << 16;

pub(super) fn plot(arguments: &PlotArguments) -> Result<(), Failure> {
    let stored = read(&arguments.folder, ("results.json", RESULTS_LIMIT), read_stored)?;
    let origin = read(&arguments.folder, ("manifest.json", MANIFEST_LIMIT), read_origin)?;
    let folder = RunFolder::prepare_outputs(&arguments.folder)?;
    let look = arguments.look.look()?;
    let results = shown(&stored);
    warn_of_titles(&results);
    let mut drawings = plots::draw(&results, look.theme);
    let study = study_of(&origin, arguments);
    drawings.extend(study.as_ref().and_then(|study| draw_scenario(study, look.theme)));
    let portrait = study.as_ref().map(Portrait::of).unwrap_or_default();
    let page = NewFile::text("report.html", || write_html(&results, &origin, &portrait));
    let files: Vec<NewFile<'_>> = plots::files(drawings, look.format).chain([page]).collect();
    let lines = files.iter().map(|file| format!("{}\n", shown_path(&folder.path().join(file.name()))));
    let lines: String = lines.collect();
    folder.write(files)?;
    if arguments.quiet { Ok(()) } else { print(&lines) }
}

/// Reads a file of a finished run.
fn read<T>(folder: &Path, (name, limit): (&str, u64), parse: fn(&str) -> Result<T, StoredError>) -> Result<T, Failure> {
    let path = folder.join(name);
    let text = read_text(&path, limit).map_err(|error| {
        say("help: name the folder of a finished run, one that holds `results.json` and `manifest.json`");
        Failure::Unreadable { path: path.clone(), error }
    })?;
    parse(&text).map_err(|error| Failure::Unusable { path, error })
}

/// The study that the run came from, whose traces are sought beside its file; `None` where it cannot be read any more, such as
/// without its trace.
fn study_of(origin: &Origin, arguments: &PlotArguments) -> Option<Study> {
    let source = read_text(&arguments.folder.join(SCENARIO_FOLDER), PATH_LIMIT).unwrap_or_default();
    let stored =
        Stored { arguments: &origin.arguments, folder: Path::new(&source), file: &origin.file, text: &origin.text };
    Some(shown_study(&stored.read(&arguments.allowed).ok()?.study))
}
