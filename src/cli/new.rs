//! `tailback new`: writes a scenario to start from, and the schema that editors check it by, into the current folder.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::arguments::NewArguments;
use super::failure::Failure;
use super::shipped::{SHIPPED, STARTER, Shipped};
use super::terminal::print;
use crate::report::WriteError;
use crate::scenario;

/// The schema beside the scenario.
const SCHEMA_FILE: &str = "tailback.schema.json";

pub(super) fn new(arguments: &NewArguments) -> Result<(), Failure> {
    if arguments.list {
        return list();
    }
    let shipped = arguments.name.as_deref().map_or(Ok(STARTER), find)?;
    let file = shipped.file();
    if !write_new(&file, &shipped.with_schema(SCHEMA_FILE))? {
        return Err(Failure::Refused(format!("error: `{file}` is there already and is not overwritten")));
    }
    let schema = if write_new(SCHEMA_FILE, &scenario::schema())? { "" } else { " (kept as it was)" };
    print(&format!(
        "Wrote {file}: {}\nIts schema for editors is {SCHEMA_FILE}{schema}.\nNext: tailback explain {file}\n      tailback run {file}\n",
        shipped.title()
    ))
}

fn list() -> Result<(), Failure> {
    let width = SHIPPED.iter().map(|shipped| shipped.name().len()).max().unwrap_or(0);
    let line = |shipped: &Shipped| format!("{:width$}  {}\n", shipped.name(), shipped.title());
    print(&SHIPPED.iter().map(line).collect::<String>())
}

fn find(name: &str) -> Result<Shipped, Failure> {
    Shipped::find(name).ok_or_else(|| {
        let distance = |shipped: &&Shipped| strsim::damerau_levenshtein(shipped.name(), name);
        let near = SHIPPED.iter().min_by_key(distance).filter(|s| distance(s) <= 1 + s.name().len() / 3);
        let meant = near.map_or_else(String::new, |near| format!("did you mean `{}`? ", near.name()));
        Failure::Refused(format!(
            "error: no scenario `{name}` is shipped\nhelp: {meant}`tailback new --list` lists them"
        ))
    })
}

/// Writes a file that is not there yet; whether it did.
fn write_new(name: &str, text: &str) -> Result<bool, WriteError> {
    let failed = |error| WriteError { operation: "write", path: Path::new(name).to_owned(), error };
    match File::create_new(name) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true).map_err(failed),
    }
}
