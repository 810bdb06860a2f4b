//! From the blocks of a sweep to its points: all combinations, without those that do not meet the constraints.

use super::constraint::{Constraint, Unfit};
use super::points::{Axis, Block, Sweep, written};
use crate::scenario::compose::overlay::sets;
use crate::scenario::read::values;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::names::written_path;
use crate::scenario::text::node::Node;
use crate::scenario::text::problem::Problem;

/// All combinations of the rows of the blocks, the last block fastest.
pub(super) fn combine(field: &Field<'_>, blocks: &[Block]) -> Option<Sweep> {
    let mut axes: Vec<Axis> = Vec::new();
    let mut points = vec![Vec::new()];
    for block in blocks {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); block.first().map_or(0, |column| column.nodes.len())];
        for column in block {
            if axes.iter().any(|axis| axis.path == column.path) {
                let problem = Problem::new(column.place, format!("`{}` is swept twice", written_path(&column.path)));
                field.desk.report(problem.accepted("expected each path once"));
                return None;
            }
            let mut axis =
                Axis { path: column.path.clone(), values: Vec::new(), place: column.place, nodes: Vec::new() };
            for ((row, node), written) in rows.iter_mut().zip(&column.nodes).zip(written(field, &column.nodes)) {
                let known = axis.values.iter().position(|value| *value == written);
                row.push(known.unwrap_or(axis.values.len()));
                if known.is_none() {
                    axis.values.push(written);
                    axis.nodes.push(node.clone());
                }
            }
            axes.push(axis);
        }
        let extend = |point: &Vec<usize>| rows.iter().map(|row| [point.as_slice(), row].concat()).collect::<Vec<_>>();
        points = points.iter().flat_map(extend).collect();
    }
    exclusive(field, &axes)?;
    let mut sweep = Sweep { axes, points, is_grid: true, left_out: None, alternatives: None };
    drop_repeated(&mut sweep.points);
    sweep.is_grid = sweep.has_all_combinations();
    Some(sweep)
}

/// Refuses paths of which only one can hold: the one belongs to the other, or to another choice.
fn exclusive(field: &Field<'_>, axes: &[Axis]) -> Option<()> {
    for (i, second) in axes.iter().enumerate() {
        let meets = |first: &&Axis| {
            sets(&first.overlay(0), &second.path).is_some() || sets(&second.overlay(0), &first.path).is_some()
        };
        if let Some(first) = axes[..i].iter().find(meets) {
            let (one, other) = (written_path(&first.path), written_path(&second.path));
            let problem = Problem::new(second.place, format!("`{other}` is swept beside `{one}`"));
            field.desk.report(problem.accepted("a value of the one replaces the other; sweep one of them"));
            return None;
        }
    }
    Some(())
}

/// Keeps each point once, such as when a range of whole numbers gives one twice.
fn drop_repeated(points: &mut Vec<Vec<usize>>) {
    let mut seen = std::collections::BTreeSet::new();
    points.retain(|point| seen.insert(point.clone()));
}

impl Sweep {
    fn has_all_combinations(&self) -> bool {
        self.points.len() == self.axes.iter().map(|axis| axis.values.len()).product::<usize>()
    }
}

/// Keeps the points that meet every constraint.
pub(super) fn constrain(field: &Field<'_>, mut sweep: Sweep) -> Option<Sweep> {
    let paths: Vec<String> = sweep.axes.iter().map(|axis| written_path(&axis.path)).collect();
    for item in field.items() {
        let text = values::text(&item)?;
        let constraint = match Constraint::parse(&text, &paths) {
            Ok(constraint) => constraint,
            Err(title) => {
                let swept = paths.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" + ");
                return item.refuse(title, format!("expected such as `{swept} <= 40` over swept paths"));
            }
        };
        let mut kept = Vec::new();
        for point in std::mem::take(&mut sweep.points) {
            let nodes: Vec<&Node> = sweep.axes.iter().zip(&point).map(|(axis, value)| &axis.nodes[*value]).collect();
            match constraint.holds(&nodes) {
                Ok(true) => kept.push(point),
                Ok(false) => {}
                Err(Unfit::NoNumber(path)) => {
                    return item
                        .refuse(format!("`{}` has a value that is no number", paths[path]), "such as `20` or `4/s`");
                }
                Err(Unfit::Units(title)) => {
                    return item.refuse(title, "expected the same unit on both sides, such as `5m` for a duration");
                }
            }
        }
        sweep.points = kept;
    }
    if sweep.points.is_empty() {
        return field.refuse("no point of the sweep meets this", "expected a constraint that some point meets");
    }
    sweep.keep_used_values();
    sweep.is_grid = sweep.has_all_combinations();
    Some(sweep)
}

impl Sweep {
    /// Forgets values that no point has.
    fn keep_used_values(&mut self) {
        for (i, axis) in self.axes.iter_mut().enumerate() {
            let used: Vec<usize> =
                (0..axis.values.len()).filter(|value| self.points.iter().any(|p| p[i] == *value)).collect();
            axis.values = used.iter().map(|value| axis.values[*value].clone()).collect();
            axis.nodes = used.iter().map(|value| axis.nodes[*value].clone()).collect();
            for point in &mut self.points {
                point[i] = used.partition_point(|value| *value < point[i]);
            }
        }
    }
}
