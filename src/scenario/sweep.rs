//! Reading `[sweep]`: paths with the values they take.

use super::fields::Field;
use super::node::{Node, Table, Value};
use super::paths;
use super::problem::Problem;
use super::source::Place;
use crate::model::SweepAxis;

/// The most points of a sweep.
const MOST_POINTS: usize = 10_000;

/// A swept path and its values.
pub(super) struct Axis {
    pub(super) path: Vec<String>,
    /// The values as written.
    pub(super) values: Vec<String>,
    place: Place,
    nodes: Vec<Node>,
}

impl Axis {
    /// A partial scenario with one of the values.
    pub(super) fn overlay(&self, value: usize) -> Table {
        paths::overlay(&self.path, self.place, self.nodes[value].clone())
    }

    /// The axis for the study.
    pub(super) fn into_model(self) -> SweepAxis {
        SweepAxis { path: self.path.join("."), values: self.values }
    }
}

/// Reads the axes of a sweep over the scenario `root`.
pub(super) fn read(field: &Field<'_>, root: &Table) -> Option<Vec<Axis>> {
    let mut lists = Vec::new();
    for (_, place, field) in field.entries("paths with their values")? {
        collect(&field, place, &mut lists);
    }
    let axes: Vec<Axis> = lists.iter().filter_map(|(field, place)| axis(field, *place, root)).collect();
    let points = axes.iter().try_fold(1_usize, |points, axis| points.checked_mul(axis.values.len()));
    if points.is_none_or(|points| points > MOST_POINTS) {
        return field.refuse(format!("the sweep has more than {MOST_POINTS} points"), "expected fewer values");
    }
    Some(axes)
}

/// Paths may be written in quotes or as tables in tables.
fn collect<'a>(field: &Field<'a>, place: Place, lists: &mut Vec<(Field<'a>, Place)>) {
    match &field.node.value {
        Value::Table(table) => {
            table.entries.iter().for_each(|e| collect(&field.child(&e.key, &e.node), e.key_place, lists));
        }
        _ => lists.push((field.clone(), place)),
    }
}

fn axis(field: &Field<'_>, place: Place, root: &Table) -> Option<Axis> {
    let desk = field.desk;
    let written = field.path.strip_prefix("sweep.").unwrap_or(&field.path);
    let report = |problem: Problem| {
        desk.report(problem);
        None
    };
    let Some(path) = paths::split_path(written) else {
        return report(
            Problem::new(place, format!("`{written}` is not a path")).accepted("such as `pools.workers.size`"),
        );
    };
    if let Err(problem) = paths::check(&path, place, root) {
        return report(problem);
    }
    if !matches!(
        path[0].as_str(),
        "jobs" | "queues" | "pools" | "profiles" | "dispatchers" | "events" | "alerts" | "responses"
    ) {
        return report(
            Problem::new(place, format!("`{written}` cannot be swept")).accepted("it holds for the whole study"),
        );
    }
    let items = field.list("a list of at least one value")?;
    let values: Vec<String> = items.iter().map(|item| item.node.as_written(&desk.office.sources.borrow())).collect();
    if let Some(i) = (1..values.len()).find(|i| values[..*i].contains(&values[*i])) {
        return items[i].refuse(format!("the value `{}` is listed twice", values[i]), "expected each value once");
    }
    Some(Axis { path, values, place, nodes: items.iter().map(|item| item.node.clone()).collect() })
}

/// All combinations of values, the last axis fastest, as one index for each axis.
pub(super) fn cross_product(axes: &[Axis]) -> Vec<Vec<usize>> {
    axes.iter().fold(vec![Vec::new()], |points, axis| {
        let extend = |point: &Vec<usize>| -> Vec<Vec<usize>> {
            (0..axis.values.len()).map(|value| [point.as_slice(), &[value]].concat()).collect()
        };
        points.iter().flat_map(extend).collect()
    })
}

/// Where in the sweep a problem arises.
pub(super) fn describe(axes: &[Axis], values: &[String], alternative: Option<&str>) -> String {
    let pairs: Vec<String> =
        axes.iter().zip(values).map(|(axis, value)| format!("`{}` = `{value}`", axis.path.join("."))).collect();
    let of = alternative.map(|name| format!(" of alternative `{name}`")).unwrap_or_default();
    format!("in the sweep{of}, at {}", pairs.join(", "))
}
