//! Where something stands in the text of a scenario, for what is only seen when it is run.

use std::path::Path;

use super::node::{self, Node, Table, split_path};
use super::problem::{self, Problem};
use super::source::{Place, Sources};

/// What is wrong with a scenario that runs, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Cause<'a> {
    /// The alternative that was run.
    pub alternative: &'a str,
    /// A path of the scenario, such as `pools.workers.poll`; what is not stated stands for the table that it would be in.
    pub path: &'a str,
    /// What is wrong.
    pub title: &'a str,
    /// What to do.
    pub help: &'a str,
}

/// Says what is wrong with the file, line and column where it is written. `name` is the file and `text` what it says.
#[must_use]
pub fn blame(name: &Path, text: &str, cause: Cause<'_>) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sources = Sources::default();
    let file = sources.add(&name.display().to_string(), text);
    let root = node::parse(&sources, file).ok();
    let place = root.as_ref().and_then(Node::as_table).and_then(|root| place_of(root, cause));
    let problem = Problem::new(place.unwrap_or(Place { source: file, start: 0, end: 0 }), cause.title).help(cause.help);
    problem::render_alone(&sources, &problem)
}

fn place_of(root: &Table, cause: Cause<'_>) -> Option<Place> {
    let keys = split_path(cause.path)?;
    let own =
        root.table("alternatives").and_then(|all| all.table(cause.alternative)).and_then(|own| deepest(own, &keys));
    let base = deepest(root, &keys);
    // What an alternative states itself counts, if it says as much.
    own.into_iter().chain(base).reduce(|own, base| if base.0 > own.0 { base } else { own }).map(|(_, place)| place)
}

/// How many of the keys are stated, and the place of the last one that is.
fn deepest(mut table: &Table, keys: &[String]) -> Option<(usize, Place)> {
    let mut found = None;
    for (depth, key) in keys.iter().enumerate() {
        let Some(entry) = table.entry(key) else { break };
        found = Some((depth + 1, entry.key_place));
        match entry.node.as_table() {
            Some(below) => table = below,
            None => break,
        }
    }
    found
}
