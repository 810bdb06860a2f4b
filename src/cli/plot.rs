//! `tailback plot`: draws the pictures and the HTML report of a finished run again.

use std::path::Path;

use super::arguments::PlotArguments;
use super::failure::Failure;
use super::merge::arguments_of;
use super::run::{SCENARIO_FOLDER, warn_of_titles};
use super::terminal::{print, say};
use crate::model::Study;
use crate::report::plots::{self, draw_scenario};
use crate::report::{NewFile, Origin, Portrait, RunFolder, StoredError, read_origin, read_stored, write_html};
use crate::scenario;

pub(super) fn plot(arguments: &PlotArguments) -> Result<(), Failure> {
    let results = read(&arguments.folder, "results.json", read_stored)?;
    let origin = read(&arguments.folder, "manifest.json", read_origin)?;
    let folder = RunFolder::prepare(&arguments.folder)?;
    let look = arguments.look.look()?;
    warn_of_titles(&results);
    let mut drawings = plots::draw(&results, look.theme);
    let study = study_of(&origin, &arguments.folder);
    drawings.extend(study.as_ref().and_then(|study| draw_scenario(study, look.theme)));
    let portrait = study.as_ref().map(Portrait::of).unwrap_or_default();
    let page = NewFile::text("report.html", || write_html(&results, &origin, &portrait));
    let files: Vec<NewFile<'_>> = plots::files(drawings, look.format).chain([page]).collect();
    let lines = files.iter().map(|file| format!("{}\n", folder.path().join(file.name()).display()));
    let lines: String = lines.collect();
    folder.write(files)?;
    if arguments.quiet { Ok(()) } else { print(&lines) }
}

/// Reads a file of a finished run.
fn read<T>(folder: &Path, name: &str, parse: fn(&str) -> Result<T, StoredError>) -> Result<T, Failure> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        say("help: name the folder of a finished run, one that holds `results.json` and `manifest.json`");
        Failure::Unreadable { path: path.clone(), error }
    })?;
    parse(&text).map_err(|error| Failure::Unusable { path, error })
}

/// The study that the run came from, whose traces are sought beside its file; `None` where it cannot be read any more, such as
/// without its trace.
fn study_of(origin: &Origin, folder: &Path) -> Option<Study> {
    let overrides = arguments_of(&origin.arguments).ok()?.scenario.overrides();
    let source = std::fs::read_to_string(folder.join(SCENARIO_FOLDER)).unwrap_or_default();
    let file = Path::new(&source).join(&origin.file);
    Some(scenario::parse(&file, &origin.text, &overrides).ok()?.study)
}
