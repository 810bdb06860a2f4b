//! What is swept: the paths with their values, and which of them make a point.

use crate::model::SweepAxis;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::names::written_path;
use crate::scenario::syntax::paths;
use crate::scenario::text::node::{Node, Table};
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::Place;

/// What is swept.
#[derive(Default)]
pub(in crate::scenario) struct Sweep {
    pub(in crate::scenario) axes: Vec<Axis>,
    /// Each point as one index of a value for each axis.
    pub(in crate::scenario) points: Vec<Vec<usize>>,
    /// Whether the points are all combinations of the values.
    pub(in crate::scenario) is_grid: bool,
    /// How many points a Latin hypercube was asked for and how many points are kept, where these are fewer.
    pub(in crate::scenario) left_out: Option<(usize, usize)>,
    /// The alternatives that are swept, the base among them if it is; `None`: all that do not set a swept path themselves.
    pub(in crate::scenario) alternatives: Option<Vec<Swept>>,
}

/// An alternative that is named to be swept.
pub(in crate::scenario) struct Swept {
    pub(in crate::scenario) name: String,
    pub(super) place: Place,
}

impl Swept {
    /// What is wrong when the alternative sets a swept path itself, by the path that it states.
    pub(in crate::scenario) fn problem_of(&self, axis: &Axis, own: &[String]) -> Problem {
        let (swept, own) = (written_path(&axis.path), written_path(own));
        let title = if swept == own {
            format!("the alternative `{}` sets the swept path `{swept}` itself", self.name)
        } else {
            format!("the alternative `{}` sets `{own}`, so it has no `{swept}` to sweep", self.name)
        };
        Problem::new(self.place, title).accepted("it has no value for a sweep to set")
    }
}

/// A swept path and its values, each once.
pub(in crate::scenario) struct Axis {
    pub(in crate::scenario) path: Vec<String>,
    /// The values as written.
    pub(in crate::scenario) values: Vec<String>,
    pub(super) place: Place,
    pub(super) nodes: Vec<Node>,
}

impl Axis {
    /// A partial scenario with one of the values.
    pub(in crate::scenario) fn overlay(&self, value: usize) -> Table {
        paths::overlay(&self.path, self.place, self.nodes[value].clone())
    }

    /// The axis for the study.
    pub(in crate::scenario) fn into_model(self) -> SweepAxis {
        SweepAxis { path: written_path(&self.path), values: self.values }
    }
}

/// A path with a value in each row.
pub(super) struct Column {
    pub(super) path: Vec<String>,
    pub(super) place: Place,
    pub(super) nodes: Vec<Node>,
}

/// Paths that go side by side, row by row; all columns have equally many rows.
pub(super) type Block = Vec<Column>;

pub(super) fn written(field: &Field<'_>, nodes: &[Node]) -> Vec<String> {
    let sources = field.desk.office.sources.borrow();
    nodes.iter().map(|node| node.as_written(&sources)).collect()
}

/// Where in the sweep a problem arises.
pub(in crate::scenario) fn describe(axes: &[Axis], values: &[String], alternative: Option<&str>) -> String {
    let pairs: Vec<String> =
        axes.iter().zip(values).map(|(axis, value)| format!("`{}` = `{value}`", written_path(&axis.path))).collect();
    let of = alternative.map(|name| format!(" of alternative `{name}`")).unwrap_or_default();
    format!("in the sweep{of}, at {}", pairs.join(", "))
}
