//! `size` beside `calendar`: the calendar alone says how many workers a pool has, so that whoever sets the size of such a pool is told.

use super::notes::Note;
use crate::scenario::syntax::fields::OFF;
use crate::scenario::syntax::names::{BASE, written_path};
use crate::scenario::text::node::{Entry, Node, Table};
use crate::scenario::text::problem::Problem;

/// What sets the size of a pool of this scenario, over which it is laid, and changes nothing.
pub(super) fn set_in_vain(over: &Table, root: &Table, context: Option<&str>) -> Vec<Problem> {
    let problem = |(pool, size): (&Entry, &Entry)| {
        let title = format!("`{}` changes nothing", written_path(["pools", &pool.key, "size"]));
        let accepted = "the `calendar` of the pool says how many workers it has";
        Problem::new(size.key_place, title).accepted(accepted).arising(context)
    };
    let stated = pools(over).iter().filter_map(|pool| Some((pool, pool.node.as_table()?.entry("size")?)));
    let is_used = |pool: &Entry| states(pool, "calendar") || (context.is_none() && is_freed(root, &pool.key));
    let in_vain = stated.filter(|(pool, _)| !is_used(pool) && has_calendar(root, &pool.key));
    in_vain.map(problem).collect()
}

/// The path of the calendar that decides in the stead of a swept size, if what is laid over the base has one.
pub(super) fn calendar_instead(over: &Table, path: &[String]) -> Option<Vec<String>> {
    match path {
        [pools, name, size] if pools == "pools" && size == "size" && has_calendar(over, name) => {
            Some(vec![pools.clone(), name.clone(), "calendar".to_owned()])
        }
        _ => None,
    }
}

/// Sizes that a scenario states and no design point uses.
pub(super) fn unused(root: &Table) -> Option<Note> {
    let is_unused = |pool: &&Entry| states(pool, "size") && has_calendar(root, &pool.key) && !is_freed(root, &pool.key);
    let names: Vec<String> = pools(root)
        .iter()
        .filter(is_unused)
        .map(|pool| format!("`{}`", written_path(["pools", &pool.key, "size"])))
        .collect();
    let verb = if names.len() == 1 { "has" } else { "have" };
    let text =
        format!("{} {verb} no effect: the `calendar` of the pool says how many workers it has", names.join(" and "));
    (!names.is_empty()).then(|| Note { kind: "no-effect", alternatives: vec![BASE.to_owned()], text })
}

/// Whether some alternative has another rule for a pool than its calendar.
fn is_freed(root: &Table, name: &str) -> bool {
    let alternatives = root.table("alternatives").map(|table| table.entries.as_slice()).unwrap_or_default();
    let mut overlays = alternatives.iter().filter_map(|entry| entry.node.as_table()).flat_map(pools);
    overlays.any(|pool| pool.key == name && ["calendar", "autoscale"].into_iter().any(|key| states(pool, key)))
}

fn pools(table: &Table) -> &[Entry] {
    table.table("pools").map(|pools| pools.entries.as_slice()).unwrap_or_default()
}

fn states(pool: &Entry, key: &str) -> bool {
    pool.node.as_table().is_some_and(|pool| pool.get(key).is_some())
}

/// Whether a pool follows a calendar and no autoscaler, which begins with its size.
fn has_calendar(root: &Table, name: &str) -> bool {
    let pool = root.table("pools").and_then(|pools| pools.table(name));
    let is_on = |key: &str| pool.and_then(|pool| pool.get(key)).is_some_and(|node: &Node| node.as_text() != Some(OFF));
    is_on("calendar") && !is_on("autoscale")
}
