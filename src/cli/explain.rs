//! `tailback explain`: what a scenario asks for, without simulating it.

use std::path::Path;

use super::arguments::ExplainArguments;
use super::failure::Failure;
use super::named_file;
use super::source;
use super::terminal::{paint, print, width};
use crate::findings;
use crate::model::Study;
use crate::plot::{Look, Picture, draw_scenario};
use crate::report::{self, Plan, shown_study};
use crate::scenario::Note;
use crate::untrusted::shown_path;

pub(super) fn explain(arguments: &ExplainArguments) -> Result<(), Failure> {
    let scenario = source::load(&arguments.file, &arguments.scenario.overrides())?;
    if let Some(path) = &arguments.png {
        return draw(&shown_study(&scenario.study), path.as_deref(), arguments.look.look()?);
    }
    let plan = Plan { threads: arguments.threads.count(), width: width() };
    let text = report::explain(&shown_study(&scenario.study), &scenario.effective, plan, &paint);
    print(&format!("{text}{}", notes(&scenario.notes)))
}

/// Who wins where `--set`, the sweep and an alternative meet.
fn notes(notes: &[Note]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let lines: String =
        notes.iter().map(|note| format!("{}\n", findings::wrap(&format!("- {}", note.text), width(), 2))).collect();
    format!("\n{}\n{lines}", paint(findings::Tone::Strong, "== How it is put together =="))
}

/// Draws the scenario into a file of this path, or of its name in the current folder.
fn draw(study: &Study, path: Option<&Path>, look: Look) -> Result<(), Failure> {
    let Some(drawing) = draw_scenario(study, look.theme) else { return Ok(()) };
    let picture = Picture::new(&drawing, look.format);
    let extension = Path::new(&picture.name).extension().unwrap_or_default();
    let path = path.map_or_else(|| Path::new(&study.name).with_extension(extension), Path::to_path_buf);
    named_file::write_bytes(&path, picture.bytes)?;
    // Whoever sends the picture to standard output wants nothing else there.
    if path.starts_with("/dev") { Ok(()) } else { print(&format!("{}\n", shown_path(&path))) }
}
