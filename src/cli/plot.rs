//! `tailback plot`: draws the pictures of a finished run again.

use std::path::Path;

use super::arguments::PlotArguments;
use super::failure::Failure;
use super::merge::arguments_of;
use super::terminal::{print, say};
use crate::report::plots::{self, Drawing, Theme, draw_scenario};
use crate::report::{RunFolder, read_origin, read_stored};
use crate::scenario;

pub(super) fn plot(arguments: &PlotArguments) -> Result<(), Failure> {
    let path = arguments.folder.join("results.json");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        say("help: name the folder of a finished run, one that holds `results.json`");
        Failure::Unreadable { path: path.clone(), error }
    })?;
    let results = read_stored(&text).map_err(|error| Failure::Unusable { path, error })?;
    let folder = RunFolder::prepare(&arguments.folder)?;
    let look = arguments.look.look();
    let mut drawings = plots::draw(&results, look.theme);
    drawings.extend(draw_scenario_of(&arguments.folder, look.theme));
    let pictures = plots::encode(&drawings, look.format);
    let names: Vec<String> = pictures.iter().map(|picture| picture.name.clone()).collect();
    folder.write(pictures.into_iter().map(|picture| (picture.name, picture.bytes)))?;
    if arguments.quiet {
        return Ok(());
    }
    let lines = names.iter().map(|name| format!("{}\n", folder.path().join(name).display()));
    print(&lines.collect::<String>())
}

/// The picture of the scenario of which `manifest.json` holds a copy; `None` where it cannot be read any more, such as without its trace.
fn draw_scenario_of(folder: &Path, theme: Theme) -> Option<Drawing> {
    let origin = read_origin(&std::fs::read_to_string(folder.join("manifest.json")).ok()?)?;
    let overrides = arguments_of(&origin.arguments).ok()?.scenario.overrides();
    let scenario = scenario::parse(Path::new(&origin.file), &origin.text, &overrides).ok()?;
    draw_scenario(&scenario.study, theme)
}
