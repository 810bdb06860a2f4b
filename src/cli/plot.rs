//! `tailback plot`: draws the pictures of a finished run again.

use std::path::Path;

use super::arguments::PlotArguments;
use super::cache;
use super::failure::Failure;
use super::run::warn_of_titles;
use super::stored::Stored;
use super::terminal::{print, say};
use crate::model::Study;
use crate::plot;
use crate::plot::draw_scenario;
use crate::report::picture_files;
use crate::report::{
    Made, NewFile, Portrait, RunFolder, StoredError, read_made, read_stored, shown, shown_study, write_html,
};
use crate::untrusted::{MANIFEST_LIMIT, RESULTS_LIMIT, read_text, shown_path};

pub(super) fn plot(arguments: &PlotArguments) -> Result<(), Failure> {
    let (stored, text) = read(&arguments.folder, ("results.json", RESULTS_LIMIT), read_stored)?;
    let (made, _) = read(&arguments.folder, ("manifest.json", MANIFEST_LIMIT), read_made)?;
    let unusable = |error| Failure::Unusable { path: arguments.folder.join("results.json"), error };
    made.check_results(&text).map_err(unusable)?;
    drop(text);
    let folder = RunFolder::prepare_outputs(&arguments.folder)?;
    let look = arguments.look.look()?;
    let results = shown(&stored);
    warn_of_titles(&results);
    let mut drawings = plot::draw(&results, look.theme);
    let (study, portrait) = scene_of(&made, arguments);
    drawings.extend(study.as_ref().and_then(|study| draw_scenario(study, look.theme)));
    let page = NewFile::text("report.html", || write_html(&results, &made.origin, &portrait));
    let files: Vec<NewFile<'_>> = picture_files(drawings, look.format).chain([page]).collect();
    let lines = files.iter().map(|file| format!("{}\n", shown_path(&folder.path().join(file.name()))));
    let lines: String = lines.collect();
    folder.write(files)?;
    if arguments.quiet { Ok(()) } else { print(&lines) }
}

/// Reads a file of a finished run; what it says and its text.
fn read<T>(
    folder: &Path,
    (name, limit): (&str, u64),
    parse: fn(&str) -> Result<T, StoredError>,
) -> Result<(T, String), Failure> {
    let path = folder.join(name);
    let text = read_text(&path, limit).map_err(|error| {
        say("help: name the folder of a finished run, one that holds `results.json` and `manifest.json`");
        Failure::Unreadable { path: path.clone(), error }
    })?;
    match parse(&text) {
        Ok(parsed) => Ok((parsed, text)),
        Err(error) => Err(Failure::Unusable { path, error }),
    }
}

/// The study that the run came from, and its portrait. Where it cannot be read any more, or reads otherwise than it did then, such as
/// with another trace, nothing is drawn of it, and why is said.
fn scene_of(made: &Made, arguments: &PlotArguments) -> (Option<Study>, Portrait) {
    let left_out = |why: &str| say(&format!("warning: the picture of the scenario is left out: {why}"));
    match study_of(made, arguments) {
        Err(why) => left_out(&why),
        Ok(study) => {
            let portrait = Portrait::of(&study);
            if made.is_portrait(&portrait) {
                return (Some(study), portrait);
            }
            left_out("the scenario reads otherwise than when it was run; a trace that it names has changed");
        }
    }
    (None, Portrait::default())
}

/// Traces are sought beside the file of the scenario.
fn study_of(made: &Made, arguments: &PlotArguments) -> Result<Study, String> {
    let (source, origin) = (cache::scenario_folder(&arguments.folder), &made.origin);
    let stored = Stored { arguments: &origin.arguments, folder: &source, file: &origin.file, text: &origin.text };
    let first_line = |error: Failure| error.to_string().lines().next().unwrap_or_default().to_owned();
    stored.read(&arguments.allowed).map(|scenario| shown_study(&scenario.study)).map_err(first_line)
}
