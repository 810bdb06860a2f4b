//! The tree of a scenario with the settings of the command line.

use super::overlay;
use super::overrides::Overrides;
use crate::scenario::syntax::desk::Office;
use crate::scenario::syntax::language::Spot;
use crate::scenario::syntax::paths::{self, Setting};
use crate::scenario::text::node::{self, Node, Value};
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::{Place, Sources};
use crate::untrusted::SCENARIO_LIMIT;

/// The tree of the file with the settings of the command line.
pub(super) fn read_tree(office: &Office, file: usize, overrides: &Overrides) -> Result<Node, Vec<Problem>> {
    let length = office.sources.borrow().get(file).text.len();
    let start = Place { source: file, start: 0, end: 0 };
    if length as u64 > SCENARIO_LIMIT {
        return Err(vec![
            Problem::new(start, "the scenario is larger than 16 MiB").help("put recorded jobs into a trace"),
        ]);
    }
    let mut root = node::parse(&office.sources.borrow(), file)?;
    let Value::Table(table) = &mut root.value else { return Ok(root) };
    if table.entries.is_empty() {
        let help = "`tailback new` writes one to start from";
        return Err(vec![Problem::new(start, "the scenario is empty").help(help)]);
    }
    let mut problems = Vec::new();
    overlay::normalise(table, Spot::scenario(), &mut problems);
    problems.extend(settings(overrides).iter().filter_map(|(option, argument)| {
        let setting = paths::read_argument(&mut office.sources.borrow_mut(), option, argument);
        let checked = setting.and_then(|setting| {
            let place = setting.overlay.entries[0].key_place;
            paths::check(&setting.path, place, table).map(|()| setting)
        });
        checked.map(|setting| overlay::merge(table, &setting.overlay)).err()
    }));
    if problems.is_empty() { Ok(root) } else { Err(problems) }
}

/// Arguments of the command line with the option they came from.
fn settings(overrides: &Overrides) -> Vec<(&'static str, String)> {
    let set = overrides.set.iter().map(|argument| ("--set", argument.clone()));
    let replications = overrides.replications.map(|count| ("--replications", format!("run.replications={count}")));
    let seed = overrides.seed.map(|seed| ("--seed", format!("run.seed={seed}")));
    set.chain(replications).chain(seed).collect()
}

/// What `--set` says, where it says something.
pub(super) fn values_set(overrides: &Overrides) -> Vec<Setting> {
    let read = |argument: &String| paths::read_argument(&mut Sources::default(), "--set", argument).ok();
    overrides.set.iter().filter_map(read).collect()
}
