//! A scenario in which some values are searched for: what they are as the file stands, and the design point with others.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::Path;

use super::error::ScenarioError;
use super::overrides::Overrides;
use super::{overlay, tree};
use crate::model::{DesignPoint, Model, ModelParts, Outage, Window};
use crate::scenario::read::world;
use crate::scenario::syntax::desk::{Desk, Office};
use crate::scenario::syntax::language::canonical;
use crate::scenario::syntax::names::{BASE, Names, written_key};
use crate::scenario::syntax::paths;
use crate::scenario::text::node::{Node, Table, Value, lookup, split_path};
use crate::scenario::text::problem::{self, Problem};
use crate::scenario::text::source::{Place, Sources};
use crate::units::{SimDuration, parse_duration};

/// The last key of a path to an outage, whose length is searched for.
const OUTAGES: &str = "outages";

/// One alternative of a scenario, read anew for every value that is tried.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// The file, for messages and for the files that it names.
    pub name: &'a Path,
    /// Its text.
    pub text: &'a str,
    /// What the command line lays over it.
    pub overrides: &'a Overrides,
    /// The alternative; `base`: the file as it stands.
    pub alternative: &'a str,
}

/// A value as it stands in a scenario.
#[derive(Clone, PartialEq, Debug)]
pub enum Stated {
    /// A whole number.
    Count(u64),
    /// A number, with its unit as written; no unit: an empty text.
    Quantity(f64, String),
    /// The length of the one outage of a dispatcher or pool.
    Outage(SimDuration),
}

impl<'a> Template<'a> {
    /// The value at a path. `option` is the one that the path was given to.
    ///
    /// # Errors
    /// [`ScenarioError`] when the path leads nowhere, or to something that is no number.
    pub fn stated(&self, option: &str, path: &str) -> Result<Stated, ScenarioError> {
        let length = if is_outage(path) { length_of_outage(&self.point(&[])?.model, path) } else { None };
        self.read(&[], |office, root| {
            let source = office.sources.borrow_mut().add(option, path);
            let place = Place { source, start: 0, end: path.len() };
            let node = node_at(root, path, place).map_err(|problem| vec![problem])?;
            length.map(Stated::Outage).or_else(|| number_of(&node)).ok_or_else(|| vec![no_number(&node, path, place)])
        })
    }

    /// The keys of the table at a path, as they are written in a path; none if there is no table.
    ///
    /// # Errors
    /// [`ScenarioError`] when the scenario is wrong as it stands.
    pub fn keys(&self, path: &str) -> Result<Vec<String>, ScenarioError> {
        self.read(&[], |_, root| {
            let keys = split_path(path).unwrap_or_default();
            let table = root.as_table().and_then(|table| lookup(table, &keys)?.as_table());
            Ok(table.map(|table| table.keys().map(written_key).collect()).unwrap_or_default())
        })
    }

    /// The design point with these values at these paths.
    ///
    /// # Errors
    /// [`ScenarioError`] when the scenario is wrong with them.
    pub fn point(&self, values: &[(String, String)]) -> Result<DesignPoint, ScenarioError> {
        let (outages, settings): (Vec<_>, Vec<_>) = values.iter().cloned().partition(|(path, _)| is_outage(path));
        self.read(&settings, |office, root| {
            let written: Vec<String> = values.iter().map(|(path, value)| format!("`{path}` = `{value}`")).collect();
            let point = self.design_point(office, root, format!("at {}", written.join(", ")))?;
            let model = outages.iter().try_fold(point.model, |model, (path, length)| {
                with_outage(&model, path, length).map_err(|text| {
                    let source = office.sources.borrow_mut().add(path, length);
                    vec![Problem::new(Place { source, start: 0, end: length.len() }, text)]
                })
            })?;
            Ok(DesignPoint { sweep: values.iter().map(|(_, value)| value.clone()).collect(), model, ..point })
        })
    }

    /// The design point of a tree; `context` says where its problems arise.
    pub(super) fn design_point(
        &self,
        office: &Office,
        root: &Node,
        context: String,
    ) -> Result<DesignPoint, Vec<Problem>> {
        let names = root.as_table().map(Names::collect).unwrap_or_default();
        let desk = Desk { is_candidate: true, ..Desk::new(office, names, Some(context)) };
        let stem = self.name.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let world = world::read(&desk, root, &stem);
        let problems = desk.problems.into_inner();
        let Some(world) = world.filter(|_| problems.is_empty()) else { return Err(problems) };
        Ok(DesignPoint {
            alternative: self.alternative.to_owned(),
            title: world.title,
            sweep: Vec::new(),
            model: world.model,
            objectives: world.objectives,
            differences: std::collections::BTreeMap::new(),
        })
    }

    /// Gives the tree of the scenario, the alternative and the values laid over it, to a reader.
    pub(super) fn read<T>(
        &self,
        settings: &[(String, String)],
        read: impl FnOnce(&Office, &Node) -> Result<T, Vec<Problem>>,
    ) -> Result<T, ScenarioError> {
        let mut sources = Sources::default();
        let file = sources.add(&self.name.display().to_string(), self.text);
        let office = Office {
            sources: RefCell::new(sources),
            roots: self.overrides.roots(self.name.parent().unwrap_or(Path::new(""))),
            visits: Cell::default(),
            kept: Cell::default(),
            traces: RefCell::default(),
            horizon: OnceCell::default(),
            used: RefCell::default(),
        };
        let result = self.tree(&office, file, settings).and_then(|root| read(&office, &root));
        result.map_err(|problems| ScenarioError::Invalid(problem::render(&office.sources.borrow(), &problems)))
    }

    fn tree(&self, office: &Office, file: usize, settings: &[(String, String)]) -> Result<Node, Vec<Problem>> {
        let mut root = tree::read_tree(office, file, self.overrides)?;
        let Value::Table(table) = &mut root.value else { return Ok(root) };
        if self.alternative != BASE {
            let over = table.table("alternatives").and_then(|all| all.table(self.alternative)).cloned();
            overlay::merge(table, &over.unwrap_or_default());
        }
        for (path, value) in settings {
            let argument = format!("{path}={value}");
            let setting = paths::read_argument(&mut office.sources.borrow_mut(), "value", &argument);
            overlay::merge(table, &setting.map_err(|problem| vec![problem])?.overlay);
        }
        Ok(root)
    }
}

fn node_at(root: &Node, path: &str, place: Place) -> Result<Node, Problem> {
    let empty = Table::default();
    let table = root.as_table().unwrap_or(&empty);
    let keys = split_path(path)
        .ok_or_else(|| Problem::new(place, format!("`{path}` is not a path")).accepted(paths::example(table)))?;
    let keys = canonical(&keys);
    paths::check(&keys, place, table)?;
    lookup(table, &keys).cloned().ok_or_else(|| {
        let problem = Problem::new(place, format!("the scenario does not state `{path}`"));
        problem.accepted("a value is searched for around the one that is stated")
    })
}

fn no_number(node: &Node, path: &str, place: Place) -> Problem {
    Problem::new(place, format!("`{path}` is {}, not one number", node.kind())).accepted(if is_outage(path) {
        "expected a list with one outage"
    } else {
        "expected the path of a number with or without a unit, such as `40`, `\"6/s\"` or `\"30s\"`"
    })
}

/// Whether the value at a path is the length of an outage of a dispatcher or pool.
fn is_outage(path: &str) -> bool {
    let keys = split_path(path).unwrap_or_default();
    matches!(keys.as_slice(), [section, _, key] if key == OUTAGES && matches!(section.as_str(), "dispatchers" | "pools"))
}

fn number_of(node: &Node) -> Option<Stated> {
    match &node.value {
        Value::Integer(number) => Some(Stated::Count(u64::try_from(*number).ok()?)),
        Value::Float(number) => Some(Stated::Quantity(*number, String::new())),
        Value::Text(text) => split_quantity(text).map(|(number, unit)| Stated::Quantity(number, unit)),
        _ => None,
    }
}

/// The length of the outage of the dispatcher or pool at a path, if it has just one.
fn length_of_outage(model: &Model, path: &str) -> Option<SimDuration> {
    let keys = split_path(path)?;
    let name = keys.get(1)?;
    let dispatcher = model.dispatchers().iter().find(|it| keys[0] == "dispatchers" && it.name == *name);
    let pool = model.pools().iter().find(|it| keys[0] == "pools" && it.name == *name);
    let of_dispatcher =
        dispatcher.into_iter().flat_map(|it| it.outages.iter().map(|outage| outage.to.since(outage.from)));
    let of_pool = pool.into_iter().flat_map(|it| it.capacity.outages.iter().map(|window| window.to.since(window.from)));
    let lengths: Vec<SimDuration> = of_dispatcher.chain(of_pool).collect();
    if let [only] = lengths.as_slice() { Some(*only) } else { None }
}

/// A number and its unit: `6/s`, `30s`, `99%`. `None`: no number, or more than one, as in `1h30m`.
#[must_use]
pub fn split_quantity(text: &str) -> Option<(f64, String)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = text[end..].trim();
    let number = text[..end].parse().ok()?;
    (!unit.contains(|c: char| c.is_ascii_digit())).then(|| (number, unit.to_owned()))
}

/// The model with another length of the outage of the dispatcher or pool at this path.
fn with_outage(model: &Model, path: &str, length: &str) -> Result<Model, String> {
    let length = parse_duration(length).map_err(|error| error.message)?;
    let keys = split_path(path).unwrap_or_default();
    let name = keys.get(1).cloned().unwrap_or_default();
    let mut parts: ModelParts = model.to_parts();
    let dispatchers = parts.dispatchers.iter_mut().filter(|it| keys[0] == "dispatchers" && it.name == name);
    dispatchers.flat_map(|it| &mut it.outages).for_each(|outage: &mut Outage| outage.to = outage.from.after(length));
    let pools = parts.pools.iter_mut().filter(|pool| keys[0] == "pools" && pool.name == name);
    pools.flat_map(|it| &mut it.capacity.outages).for_each(|window: &mut Window| window.to = window.from.after(length));
    Model::new(parts).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_one_number_and_its_unit() {
        assert_eq!(split_quantity("6/s"), Some((6.0, "/s".to_owned())));
        assert_eq!(split_quantity("2.5 h"), Some((2.5, "h".to_owned())));
        assert_eq!(split_quantity("1h30m"), None);
        assert_eq!(split_quantity("fast"), None);
    }
}
