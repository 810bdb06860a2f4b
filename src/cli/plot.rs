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
    let pictures: Vec<_> = draw_all(&results).into_iter().map(|picture| (picture.name, picture.bytes)).collect();
    folder.write(&pictures)?;
    if arguments.quiet {
        return Ok(());
    }
    let lines = pictures.iter().map(|(name, _)| format!("{}\n", folder.path().join(name).display()));
    print(&lines.collect::<String>())
}
