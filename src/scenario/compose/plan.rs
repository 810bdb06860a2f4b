//! From a file to its design points: the base, the alternatives laid over it, and the sweep over each.

use std::collections::HashSet;

use super::notes::{self, Note};
use super::overlay::{differences, merge, sets};
use super::sweep::{self, Axis, Sweep};
use super::{calendar_sizes, rows};
use crate::model::{DesignPoint, Objective, SweepAxis};
use crate::scenario::read::world::{self, World};
use crate::scenario::syntax::desk::{Desk, Office};
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::names::{BASE, NAME, Names, flaw, written_path};
use crate::scenario::syntax::paths::Setting;
use crate::scenario::syntax::schema;
use crate::scenario::text::node::{Entry, Node, Table, Value};
use crate::scenario::text::problem::Problem;

/// The most design points: alternatives times points of the sweep.
const MOST_POINTS: usize = 100_000;

/// The most memory that design points may take before anything is simulated, in bytes.
const MOST_MEMORY: u64 = 1 << 30;

/// What was read of a file.
pub(super) struct Plan {
    pub(super) base: Option<World>,
    /// Paths and values of the defaults that the base applies.
    pub(super) defaults: Vec<(String, String)>,
    pub(super) axes: Vec<SweepAxis>,
    pub(super) is_grid: bool,
    pub(super) points: Vec<DesignPoint>,
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<Note>,
}

/// Something to simulate: the base or an alternative, before the sweep.
struct Case<'a> {
    name: &'a str,
    title: Option<&'a str>,
    /// What is laid over the base; empty for the base itself.
    over: &'a Table,
}

/// Reads a study of this name from the tree of its file, over which these settings of the command line were laid.
pub(super) fn read(office: &Office, root: &Node, name: &str, settings: &[Setting]) -> Plan {
    let empty = Table::default();
    let table = root.as_table().unwrap_or(&empty);
    let alone = alone(root);
    let mut planner = Planner {
        office,
        base: &alone,
        table,
        name,
        problems: Vec::new(),
        points: Vec::new(),
        notes: Vec::new(),
        skipped: false,
        weight: 0,
    };
    // Nothing is read of what is far too much.
    let too_many = planner.on_desk(|desk| world::check_counts(desk, table)).is_none();
    let (base, defaults) = if too_many { (None, Vec::new()) } else { planner.read_world(root, None) };
    if too_many || !["jobs", "pools"].iter().all(|section| table.table(section).is_some()) {
        // What is laid over a scenario without jobs or workers would only repeat that.
        let Planner { problems, .. } = planner;
        return Plan {
            base,
            defaults,
            axes: Vec::new(),
            is_grid: false,
            points: Vec::new(),
            problems,
            notes: Vec::new(),
        };
    }
    let base_case = Case { name: BASE, title: None, over: &empty };
    let alternatives = planner.alternatives();
    let sweep = planner.sweep();
    let sweep = if planner.has_room_for(&alternatives, &sweep) { sweep } else { Sweep::default() };
    planner.add_case((&base_case, &alone), base.as_ref(), &sweep);
    for case in &alternatives {
        if planner.is_full() {
            break;
        }
        // The tree of one alternative at a time.
        let root = planner.laid(case.over);
        let (world, _) = planner.read_world(&root, Some(format!("in alternative `{}`", case.name)));
        planner.add_case((case, &root), world.as_ref(), &sweep);
    }
    if let Some(base) = &base {
        let points = std::mem::take(&mut planner.points);
        planner.on_desk(|desk| rows::check(desk, root, (&points, &base.settings)));
        planner.points = points;
    }
    planner.check_used();
    planner.note_settings(settings, &alternatives, &sweep);
    let Planner { problems, points, notes, .. } = planner;
    let Sweep { axes, is_grid, .. } = sweep;
    Plan { base, defaults, axes: axes.into_iter().map(Axis::into_model).collect(), is_grid, points, problems, notes }
}

struct Planner<'a> {
    office: &'a Office,
    base: &'a Node,
    table: &'a Table,
    name: &'a str,
    problems: Vec<Problem>,
    points: Vec<DesignPoint>,
    notes: Vec<Note>,
    /// Whether some alternative could not be laid over the base.
    skipped: bool,
    /// Bytes that the design points take so far, about.
    weight: u64,
}

/// A scenario without what is only about its design points.
fn alone(root: &Node) -> Node {
    let Value::Table(table) = &root.value else { return root.clone() };
    let is_own = |entry: &&Entry| !matches!(entry.key.as_str(), "alternatives" | "sweep");
    let entries = table.entries.iter().filter(is_own).cloned().collect();
    Node { value: Value::Table(Table { entries }), place: root.place }
}

impl<'a> Planner<'a> {
    fn read_world(&mut self, root: &Node, context: Option<String>) -> (Option<World>, Vec<(String, String)>) {
        let names = root.as_table().map(Names::collect).unwrap_or_default();
        let desk = Desk::new(self.office, names, context);
        let world = world::read(&desk, root, self.name);
        self.problems.append(&mut desk.problems.borrow_mut());
        (world, desk.defaults.into_inner())
    }

    /// Reads something besides a world on a desk of its own.
    fn on_desk<T>(&mut self, read: impl FnOnce(&Desk<'_>) -> Option<T>) -> Option<T> {
        let desk = Desk::new(self.office, Names::collect(self.table), None);
        let value = read(&desk);
        self.problems.append(&mut desk.problems.borrow_mut());
        value
    }

    fn sweep(&mut self) -> Sweep {
        let Some(node) = self.table.get("sweep") else { return Sweep::default() };
        let table = self.table;
        let sweep = self.on_desk(|desk| sweep::read(&Field::new(desk, node, "sweep"), table)).unwrap_or_default();
        let in_vain = sweep.axes.iter().flat_map(|axis| calendar_sizes::set_in_vain(&axis.overlay(0), table, None));
        self.problems.extend(in_vain);
        sweep
    }

    /// The alternatives that can be laid over the base.
    fn alternatives(&mut self) -> Vec<Case<'a>> {
        let Some(node) = self.table.get("alternatives") else { return Vec::new() };
        self.on_desk(|desk| Field::new(desk, node, "alternatives").entries("alternatives by name").map(|_| ()));
        let entries = node.as_table().map(|table| table.entries.as_slice()).unwrap_or_default();
        let cases: Vec<Case<'a>> = entries.iter().filter_map(|entry| self.alternative(entry)).collect();
        self.skipped = cases.len() < entries.len();
        cases
    }

    fn alternative(&mut self, entry: &'a Entry) -> Option<Case<'a>> {
        let before = self.problems.len();
        self.on_desk(|desk| check_alternative(desk, entry));
        let over = entry.node.as_table()?;
        self.problems.extend(additions(&entry.key, over, self.table));
        if self.problems.len() > before {
            return None;
        }
        let laid = self.laid(over);
        if let Some(table) = laid.as_table() {
            let context = format!("in alternative `{}`", entry.key);
            self.problems.extend(calendar_sizes::set_in_vain(over, table, Some(&context)));
        }
        if self.differences(&laid).is_empty() {
            let problem = Problem::new(entry.key_place, format!("the alternative `{}` changes nothing", entry.key));
            self.problems.push(problem.accepted("expected something that differs from the base"));
            return None;
        }
        let title = over.get("title").and_then(Node::as_text);
        Some(Case { name: &entry.key, title, over })
    }

    /// The base with something laid over it.
    fn laid(&self, over: &Table) -> Node {
        let mut root = self.base.clone();
        if let Value::Table(table) = &mut root.value {
            merge(table, over);
        }
        root
    }

    fn differences(&self, root: &Node) -> std::collections::BTreeMap<String, String> {
        let tables = self.base.as_table().zip(root.as_table());
        tables.map(|(base, table)| differences(base, table, &self.office.sources.borrow())).unwrap_or_default()
    }

    /// Adds a case as it stands and its sweep.
    fn add_case(&mut self, (case, own): (&Case<'_>, &Node), world: Option<&World>, sweep: &Sweep) {
        if let Some(world) = world {
            self.add_point(case, world, own, Vec::new());
        }
        let axes = &sweep.axes;
        if axes.is_empty() || !self.is_swept(case, sweep) {
            return;
        }
        for values in &sweep.points {
            if self.is_full() {
                return;
            }
            let mut root = own.clone();
            if let Value::Table(table) = &mut root.value {
                values.iter().zip(axes).for_each(|(value, axis)| merge(table, &axis.overlay(*value)));
            }
            let written: Vec<String> =
                values.iter().zip(axes).map(|(value, axis)| axis.values[*value].clone()).collect();
            let context = sweep::describe(axes, &written, (case.name != BASE).then_some(case.name));
            if let (Some(world), _) = self.read_world(&root, Some(context)) {
                self.add_point(case, &world, &root, written);
            }
        }
    }

    /// Whether there are few enough design points.
    fn has_room_for(&mut self, alternatives: &[Case<'_>], sweep: &Sweep) -> bool {
        let is_free = |case: &&Case<'_>| sweep.axes.iter().all(|axis| sets(case.over, &axis.path).is_none());
        let swept =
            sweep.alternatives.as_ref().map_or_else(|| 1 + alternatives.iter().filter(is_free).count(), Vec::len);
        let all = 1 + alternatives.len() + swept * sweep.points.len();
        if all > MOST_POINTS {
            self.refuse_points(format!("there are {all} design points, at most {MOST_POINTS}"));
        }
        all <= MOST_POINTS
    }

    /// Whether the design points take so much memory that no more are read.
    fn is_full(&mut self) -> bool {
        if self.weight > MOST_MEMORY {
            let title = format!("the first {} design points take more than 1 GiB of memory", self.points.len());
            self.refuse_points(title);
        }
        self.weight > MOST_MEMORY
    }

    fn refuse_points(&mut self, title: String) {
        let stated = self.table.entry("sweep").or_else(|| self.table.entry("alternatives"));
        let place = stated.map_or(self.base.place, |entry| entry.key_place);
        self.problems.push(Problem::new(place, title).accepted("expected fewer points or alternatives"));
        self.skipped = true;
    }

    /// Whether the sweep goes over a case: not where it sets a swept path itself, or where others are named.
    fn is_swept(&mut self, case: &Case<'_>, sweep: &Sweep) -> bool {
        let own_of = |axis: &Axis| {
            sets(case.over, &axis.path).or_else(|| calendar_sizes::calendar_instead(case.over, &axis.path))
        };
        let own = sweep.axes.iter().find_map(|axis| Some((axis, own_of(axis)?)));
        match (&sweep.alternatives, own) {
            (None, None) => true,
            (None, Some((axis, own))) => {
                self.notes.push(notes::not_swept(case.name, axis, &own));
                false
            }
            (Some(alternatives), own) => {
                let named = alternatives.iter().find(|swept| swept.name == case.name);
                self.problems.extend(named.zip(own).map(|(swept, (axis, own))| swept.problem_of(axis, &own)));
                named.is_some()
            }
        }
    }

    /// Says who wins where the command line, the alternatives and the sweep meet.
    fn note_settings(&mut self, settings: &[Setting], alternatives: &[Case<'_>], sweep: &Sweep) {
        self.notes.extend(calendar_sizes::unused(self.table));
        for setting in settings {
            self.problems.extend(calendar_sizes::set_in_vain(&setting.overlay, self.table, None));
            self.notes.extend(alternatives.iter().filter_map(|case| notes::overridden(setting, case.name, case.over)));
            self.notes.extend(notes::swept_over(setting, sweep));
        }
        self.notes.extend(sweep.left_out.map(|(asked, kept)| notes::points_left_out(asked, kept)));
    }

    fn add_point(&mut self, case: &Case<'_>, world: &World, root: &Node, sweep: Vec<String>) {
        let title = if case.name == BASE { "Base case" } else { case.title.unwrap_or(case.name) };
        let differences = self.differences(root);
        let words: usize = differences.iter().map(|(path, value)| 128 + path.len() + value.len()).sum();
        let objectives = world.objectives.len() * 2 * std::mem::size_of::<Objective>();
        self.weight += world.model.weight() + (std::mem::size_of::<DesignPoint>() + words + objectives) as u64;
        self.points.push(DesignPoint {
            alternative: case.name.to_owned(),
            title: title.to_owned(),
            sweep,
            model: world.model.clone(),
            objectives: world.objectives.clone(),
            differences,
        });
    }

    /// What no design point uses is a slip of the pen.
    fn check_used(&mut self) {
        if self.skipped {
            return;
        }
        let reasons = [
            ("dispatchers", "no job class goes `via` it"),
            ("profiles", "no arrivals follow it"),
            ("providers", "no job class names it as its `provider`"),
        ];
        for (section, reason) in reasons {
            let sections = std::iter::once(self.table).chain(
                self.table.table("alternatives").into_iter().flat_map(|t| &t.entries).filter_map(|e| e.node.as_table()),
            );
            for entry in sections.filter_map(|table| table.table(section)).flat_map(|table| &table.entries) {
                if !self.office.used.borrow().contains(&format!("{section}.{}", entry.key)) {
                    let what = section.trim_end_matches('s');
                    let problem = Problem::new(entry.key_place, format!("nothing uses the {what} `{}`", entry.key));
                    self.problems.push(problem.accepted(reason));
                }
            }
        }
        self.check_effect(
            "priority",
            "no pool chooses by `take.priority` or `take.ageing`, and no queue is in that order",
        );
        self.check_effect("deadline", "no pool chooses by `take.deadline`, and no queue is in that order");
    }

    /// What classes state, and nothing goes by.
    fn check_effect(&mut self, key: &str, reason: &str) {
        let jobs = self.table.table("jobs").map(|jobs| jobs.entries.as_slice()).unwrap_or_default();
        let stated = jobs.iter().filter_map(|job| job.node.as_table()?.entry(key));
        let is_off = |value: &Value| {
            *value == Value::Integer(0) || value.as_text() == Some(crate::scenario::syntax::fields::OFF)
        };
        let stated = stated.filter(|entry| !is_off(&entry.node.value));
        for entry in stated.filter(|_| !self.office.used.borrow().contains(key)) {
            let problem = Problem::new(entry.key_place, format!("`{key}` has no effect"));
            self.problems.push(problem.accepted(reason));
        }
    }
}

fn check_alternative(desk: &Desk<'_>, entry: &Entry) -> Option<()> {
    if let Some(flaw) = flaw(&entry.key) {
        desk.report(Problem::new(entry.key_place, flaw).accepted(NAME));
    }
    if entry.key == BASE {
        let problem = Problem::new(entry.key_place, "`base` cannot be the name of an alternative");
        desk.report(problem.accepted("`base` is the scenario as it stands; choose another name"));
    }
    let field = Field::new(desk, &entry.node, written_path(["alternatives", &entry.key]));
    field.open::<schema::Alternative>()?.maybe("title", crate::scenario::read::values::text).map(|_| ())
}

/// Problems with things that an alternative adds without saying enough: most likely a name is misspelt.
fn additions(alternative: &str, over: &Table, base: &Table) -> Vec<Problem> {
    let sections: [(&str, &str, &[&str]); 2] =
        [("jobs", "job class", &["arrivals", "initial_backlog"]), ("pools", "pool", &["take"])];
    let mut problems = Vec::new();
    for (section, what, needs) in sections {
        let known: HashSet<&str> = base.table(section).into_iter().flat_map(Table::keys).collect();
        let added = over.table(section).map(|table| table.entries.as_slice()).unwrap_or_default();
        for entry in added.iter().filter(|entry| !known.contains(entry.key.as_str())) {
            let states = |key: &str| entry.node.as_table().is_some_and(|table| table.get(key).is_some());
            if !needs.iter().any(|key| states(key)) {
                let title = format!("the base has no {what} `{}`", entry.key);
                let needed = crate::scenario::text::problem::list_of(needs).replace(", ", " or ");
                let problem =
                    Problem::new(entry.key_place, title).accepted(format!("a new {what} must state {needed}"));
                let context = format!("in alternative `{alternative}`");
                problems.push(
                    problem
                        .suggest(&entry.key, base.table(section).into_iter().flat_map(Table::keys))
                        .arising(Some(&context)),
                );
            }
        }
    }
    problems
}
