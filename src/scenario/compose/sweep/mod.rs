//! Reading `[sweep]`: paths with the values they take. What is listed for a path is combined with everything else; paths under `zip`
//! go side by side, `points` are stated one by one, and a `latin_hypercube` fills a space of ranges. All of it is run for each of the
//! `alternatives`.

mod combine;
mod constraint;
mod points;
mod range;

pub(in crate::scenario) use points::{Axis, Sweep, describe};
pub(in crate::scenario) use range::shortened;

use crate::random::ReplicationSeed;
use crate::scenario::read::values;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::language::{Spot, canonical};
use crate::scenario::syntax::names::{BASE, written_path};
use crate::scenario::syntax::paths;
use crate::scenario::syntax::schema;
use crate::scenario::syntax::schema::kind::Declared;
use crate::scenario::text::node::{Entry, Table, Value};
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::Place;
use crate::units::is_bare;
use combine::{combine, constrain};
use points::{Block, Column, Swept, written};

/// The most points of a sweep.
const MOST_POINTS: usize = 10_000;

/// Reads a sweep over the scenario `root`.
pub(in crate::scenario) fn read(field: &Field<'_>, root: &Table) -> Option<Sweep> {
    let mut blocks: Vec<Block> = Vec::new();
    let reader = Reader { root };
    for (key, place, field) in field.entries("paths with their values")? {
        match key {
            "zip" => blocks.extend(reader.zip(&field)),
            "points" => blocks.extend(reader.points(&field)),
            "latin_hypercube" => blocks.extend(reader.latin_hypercube(&field)),
            "where" | "alternatives" => {}
            _ => {
                let mut leaves = Vec::new();
                collect(&field, (place, vec![key.to_owned()]), &mut leaves);
                blocks.extend(leaves.iter().filter_map(|leaf| reader.listed(leaf)).map(|column| vec![column]));
            }
        }
    }
    let rows = |block: &Block| block.first().map_or(0, |column| column.nodes.len());
    let points = blocks.iter().try_fold(1_usize, |points, block| points.checked_mul(rows(block)));
    if points.is_none_or(|points| points > MOST_POINTS) {
        return field.refuse(format!("the sweep has more than {MOST_POINTS} points"), "expected fewer values");
    }
    let mut sweep = combine(field, &blocks)?;
    if let Some(node) = field.node.as_table().and_then(|table| table.get("alternatives")) {
        sweep.alternatives = Some(alternatives(&field.child("alternatives", node), root)?);
    }
    let mut sweep = match field.node.as_table().and_then(|table| table.get("where")) {
        Some(node) => constrain(&field.child("where", node), sweep)?,
        None => sweep,
    };
    let asked = points.filter(|asked| *asked > sweep.points.len());
    let is_sampled = field.node.as_table().is_some_and(|table| table.get("latin_hypercube").is_some());
    sweep.left_out = asked.filter(|_| is_sampled).map(|asked| (asked, sweep.points.len()));
    Some(sweep)
}

/// Which alternatives are swept, by name.
fn alternatives(field: &Field<'_>, root: &Table) -> Option<Vec<Swept>> {
    let known: Vec<&str> = root.table("alternatives").map(|table| table.keys().collect()).unwrap_or_default();
    let known = || known.iter().copied().chain([BASE]);
    let mut found: Vec<Swept> = Vec::new();
    for item in field.list("at least one alternative, or `base`")? {
        let (name, place) = (values::text(&item)?, item.node.place);
        if !known().any(|other| other == name) {
            let problem = item.problem(format!("there is no alternative `{name}`"));
            field.desk.report(problem.suggest(&name, known()));
            return None;
        }
        if found.iter().any(|other| other.name == name) {
            return item.refuse(format!("the alternative `{name}` is listed twice"), "expected each once");
        }
        found.push(Swept { name, place });
    }
    Some(found)
}

/// A value and the path it is stated for, in the keys as written.
struct Leaf<'a> {
    field: Field<'a>,
    place: Place,
    keys: Vec<String>,
}

/// Paths may be written in quotes or as tables in tables.
fn collect<'a>(field: &Field<'a>, (place, keys): (Place, Vec<String>), leaves: &mut Vec<Leaf<'a>>) {
    match &field.node.value {
        Value::Table(table) if !range::is_range(field.node) => below(field, table, &keys, leaves),
        _ => leaves.push(Leaf { field: field.clone(), place, keys }),
    }
}

fn below<'a>(field: &Field<'a>, table: &'a Table, keys: &[String], leaves: &mut Vec<Leaf<'a>>) {
    for entry in &table.entries {
        let keys = [keys, std::slice::from_ref(&entry.key)].concat();
        collect(&field.child(&entry.key, &entry.node), (entry.key_place, keys), leaves);
    }
}

/// Reads blocks over a scenario.
struct Reader<'a> {
    root: &'a Table,
}

impl Reader<'_> {
    /// A path with a list of values, each once, or a range.
    fn listed(&self, leaf: &Leaf<'_>) -> Option<Column> {
        let column = self.column(leaf)?;
        // A range of whole numbers may give one twice; it then counts once.
        let written = if range::is_range(leaf.field.node) { Vec::new() } else { written(&leaf.field, &column.nodes) };
        if let Some(i) = (1..written.len()).find(|i| written[..*i].contains(&written[*i])) {
            let problem = Problem::new(column.nodes[i].place, format!("the value `{}` is listed twice", written[i]));
            leaf.field.desk.report(problem.accepted("expected each value once"));
            return None;
        }
        Some(column)
    }

    /// A path with a list of values or a range.
    fn column(&self, leaf: &Leaf<'_>) -> Option<Column> {
        let path = self.path(leaf)?;
        let nodes = if range::is_range(leaf.field.node) {
            range::values(&leaf.field, Spot::at(&path).meaning())?
        } else {
            let items = leaf.field.list(
                "a list of at least one value, such as `[4, 8]`, or a range such as `{ from = 4, to = 12, step = 2 }`",
            )?;
            items.iter().map(|item| item.node.clone()).collect()
        };
        Some(Column { path, place: leaf.place, nodes })
    }

    /// The path of a leaf, if it leads to something that can be swept.
    fn path(&self, leaf: &Leaf<'_>) -> Option<Vec<String>> {
        let Leaf { field, place, keys } = leaf;
        let path = canonical(keys);
        let refuse = |problem: Problem| {
            field.desk.report(problem);
            None
        };
        if path.iter().any(String::is_empty) || matches!(path.as_slice(), [only] if !is_bare(only)) {
            let problem = Problem::new(*place, format!("`{}` is not a path", written_path(keys)));
            return refuse(problem.accepted(paths::example(self.root)));
        }
        if let Err(problem) = paths::check(&path, *place, self.root) {
            return refuse(problem);
        }
        if !schema::Alternative::KIND.has(&path[0]) || path.len() < 3 {
            let problem = Problem::new(*place, format!("`{}` cannot be swept", written_path(&path)));
            return refuse(problem.accepted("it holds for the whole study"));
        }
        Some(path)
    }

    /// Paths whose values go side by side.
    fn zip(&self, field: &Field<'_>) -> Option<Block> {
        let mut leaves = Vec::new();
        let Some(table) = field.node.as_table() else { return field.refuse_kind("paths with lists of equal length") };
        below(field, table, &[], &mut leaves);
        let block: Vec<Column> = leaves.iter().filter_map(|leaf| self.column(leaf)).collect();
        let rows = block.first()?.nodes.len();
        if let Some(other) = block.iter().find(|column| column.nodes.len() != rows) {
            let title = format!(
                "`{}` has {} values and `{}` has {rows}",
                written_path(&other.path),
                other.nodes.len(),
                written_path(&block[0].path)
            );
            field.desk.report(Problem::new(other.place, title).accepted("what is zipped has equally many values"));
            return None;
        }
        Some(block)
    }

    /// Points that are stated one by one; all state the same paths.
    fn points(&self, field: &Field<'_>) -> Option<Block> {
        let mut block: Block = Vec::new();
        for (i, point) in field.list("a list of tables of paths with a value each")?.iter().enumerate() {
            point.entries("paths with a value each")?;
            let mut leaves = Vec::new();
            below(point, point.node.as_table()?, &[], &mut leaves);
            let paths: Option<Vec<_>> = leaves.iter().map(|leaf| self.path(leaf)).collect();
            for (leaf, path) in leaves.iter().zip(paths?) {
                match block.iter_mut().find(|column| column.path == path) {
                    Some(column) => column.nodes.push(leaf.field.node.clone()),
                    None => block.push(Column { path, place: leaf.place, nodes: vec![leaf.field.node.clone()] }),
                }
            }
            if let Some(column) = block.iter().find(|column| column.nodes.len() != i + 1) {
                let title = format!("some points state `{}` and others do not", written_path(&column.path));
                return point.refuse(title, "expected the same paths in every point");
            }
        }
        Some(block)
    }

    /// A sample that fills the space of some ranges evenly in each of them.
    fn latin_hypercube(&self, field: &Field<'_>) -> Option<Block> {
        let fields = field.open_with::<schema::LatinHypercube>(|_| true)?;
        let points = fields.need("points", |f| values::whole(f, 2..=MOST_POINTS as i128));
        let seed = fields.or("seed", |f| values::whole(f, 0..=i128::from(i64::MAX)));
        let (points, seed) = (points? as usize, ReplicationSeed { master: seed? as u64, replication: 0 });
        let mut leaves = Vec::new();
        let is_path = |entry: &&Entry| !schema::LatinHypercube::KIND.has(&entry.key);
        fields
            .table
            .entries
            .iter()
            .filter(is_path)
            .for_each(|e| collect(&field.child(&e.key, &e.node), (e.key_place, vec![e.key.clone()]), &mut leaves));
        if leaves.is_empty() {
            return field.refuse(
                "the Latin hypercube has no paths",
                "expected paths with ranges, such as `{ from = 20, to = 80 }`",
            );
        }
        let column = |leaf: &Leaf<'_>| {
            let path = self.path(leaf)?;
            // A stream for each path: one more path leaves the values of the others as they were.
            let nodes = range::sample((&leaf.field, Spot::at(&path).meaning()), points, seed.stream(&path.join(".")))?;
            Some(Column { path, place: leaf.place, nodes })
        };
        leaves.iter().map(column).collect()
    }
}
