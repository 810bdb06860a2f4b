//! `tailback plot`: draws the pictures of a finished run again.

use super::arguments::PlotArguments;
use super::failure::Failure;
use super::terminal::{print, say};
use crate::report::plots::draw_all;
use crate::report::{RunFolder, read_stored};

pub(super) fn plot(arguments: &PlotArguments) -> Result<(), Failure> {
    let path = arguments.folder.join("results.json");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        say("help: name the folder of a finished run, one that holds `results.json`");
        Failure::Unreadable { path: path.clone(), error }
    })?;
    let results = read_stored(&text).map_err(|error| Failure::Unusable { path, error })?;
    let folder = RunFolder::prepare(&arguments.folder)?;
    let pictures = draw_all(&results);
    let names: Vec<String> = pictures.iter().map(|picture| picture.name.clone()).collect();
    folder.write(pictures.into_iter().map(|picture| (picture.name, picture.bytes)))?;
    if arguments.quiet {
        return Ok(());
    }
    let lines = names.iter().map(|name| format!("{}\n", folder.path().join(name).display()));
    print(&lines.collect::<String>())
}
