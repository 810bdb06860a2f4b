//! The scenario of stored results, read again: what it was run with, and whether its files may be read.

use std::path::Path;

use clap::Parser;

use super::arguments::{AllowedArguments, Arguments, Command, RunArguments};
use super::failure::Failure;
use super::source::name_of;
use crate::scenario::{self, Scenario};
use crate::untrusted::{SCENARIO_LIMIT, read_text};

/// What stored results say of their scenario.
pub(super) struct Stored<'a> {
    /// What the command line laid over it.
    pub(super) arguments: &'a [String],
    /// Its folder; empty: it names no file.
    pub(super) folder: &'a Path,
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Stored<'_> {
    /// Reads it. Results may come from a stranger: their folder is believed only if the same scenario still lies there.
    pub(super) fn read(&self, allowed: &AllowedArguments) -> Result<Scenario, Failure> {
        let mut overrides = arguments_of(self.arguments)?.scenario.overrides();
        let path = self.folder.join(name_of(Path::new(self.file)));
        overrides.allow_paths.clone_from(&allowed.allow_path);
        overrides.is_folder_hearsay = !read_text(&path, SCENARIO_LIMIT).is_ok_and(|text| self.is_of(&text));
        Ok(scenario::parse(&path, self.text, &overrides)?)
    }

    fn is_of(&self, text: &str) -> bool {
        text.strip_prefix('\u{feff}').unwrap_or(text) == self.text
    }
}

/// The arguments that a part or a run was run with.
fn arguments_of(stored: &[String]) -> Result<RunArguments, Failure> {
    let words = ["tailback", "run"].into_iter().chain(stored.iter().map(String::as_str));
    match Arguments::try_parse_from(words).map(|arguments| arguments.command) {
        Ok(Command::Run(arguments)) => Ok(arguments),
        Ok(_) => Err(Failure::Refused("error: it was not made by `tailback run`".to_owned())),
        Err(error) => {
            Err(Failure::Refused(format!("error: it was run with other arguments than this version has: {error}")))
        }
    }
}
