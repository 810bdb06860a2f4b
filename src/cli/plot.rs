//! `tailback plot`: draws the pictures and the HTML report of a finished run again.

use std::path::Path;

use super::arguments::PlotArguments;
use super::failure::Failure;
use super::terminal::{print, say};
use crate::report::plots::draw_all;
use crate::report::{RunFolder, StoredError, read_origin, read_stored, write_html};

pub(super) fn plot(arguments: &PlotArguments) -> Result<(), Failure> {
    let results = read(&arguments.folder, "results.json", read_stored)?;
    let origin = read(&arguments.folder, "manifest.json", read_origin)?;
    let folder = RunFolder::prepare(&arguments.folder)?;
    let pictures = draw_all(&results).into_iter().map(|picture| (picture.name, picture.bytes));
    let page = ("report.html".to_owned(), write_html(&results, &origin).into_bytes());
    let files: Vec<(String, Vec<u8>)> = pictures.chain([page]).collect();
    let lines = files.iter().map(|(name, _)| format!("{}\n", folder.path().join(name).display()));
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
