//! From a file, bytes or text to a study.

use std::cell::{Cell, OnceCell, RefCell};
use std::io::Read;
use std::path::Path;

use super::effective;
use super::error::ScenarioError;
use super::notes::{self, Note};
use super::overrides::Overrides;
use super::plan::{self, Plan};
use super::tree::{read_tree, values_set};
use crate::model::{DesignPoint, Study};
use crate::scenario::syntax::desk::Office;
use crate::scenario::syntax::names::BASE;
use crate::scenario::text::problem::{self, Problem};
use crate::scenario::text::source::{Place, Sources};
use crate::untrusted::{SCENARIO_LIMIT, open_regular};

/// A scenario that was read and understood.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it asks for.
    pub study: Study,
    /// Its text as read.
    pub text: String,
    /// The base case as TOML with every default filled in.
    pub effective: String,
    /// Paths and values, as TOML, of what the base case leaves out.
    pub defaults: Vec<(String, String)>,
    /// What must be known of how it is put together.
    pub notes: Vec<Note>,
}

/// Reads a scenario file.
///
/// # Errors
/// [`ScenarioError`] when it cannot be read or is wrong.
pub fn load(path: &Path, overrides: &Overrides) -> Result<Scenario, ScenarioError> {
    let unreadable = |error| ScenarioError::Unreadable { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    // A link in a pull request may point anywhere, and a message shows the line that is wrong.
    let file = match path.file_name() {
        Some(name) => overrides.roots(path.parent().unwrap_or(Path::new(""))).open(Path::new(name)),
        None => open_regular(path),
    };
    let file = file.map_err(unreadable)?;
    file.take(SCENARIO_LIMIT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    parse_bytes(path, bytes, overrides)
}

/// Reads a scenario from bytes as [`parse`] does from text.
///
/// # Errors
/// [`ScenarioError`] when it is no text, or as [`parse`].
pub fn parse_bytes(name: &Path, bytes: Vec<u8>, overrides: &Overrides) -> Result<Scenario, ScenarioError> {
    if bytes.len() as u64 > SCENARIO_LIMIT {
        return parse(name, &String::from_utf8_lossy(&bytes), overrides);
    }
    match String::from_utf8(bytes) {
        Ok(text) => parse(name, &text, overrides),
        Err(error) => Err(not_utf8(name, &error)),
    }
}

/// Reads a scenario from text; `name` is shown in messages and its stem names the study; files that it names are sought
/// beside it.
///
/// # Errors
/// [`ScenarioError`] when it is wrong, or when a trace it names cannot be read.
pub fn parse(name: &Path, text: &str, overrides: &Overrides) -> Result<Scenario, ScenarioError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sources = Sources::default();
    let file = sources.add(&name.display().to_string(), text);
    let folder = name.parent().unwrap_or(Path::new(""));
    let office = Office {
        sources: RefCell::new(sources),
        roots: overrides.roots(folder),
        visits: Cell::default(),
        kept: Cell::default(),
        traces: RefCell::default(),
        horizon: OnceCell::new(),
        used: RefCell::default(),
    };
    let invalid = |problems: &[Problem]| ScenarioError::Invalid(problem::render(&office.sources.borrow(), problems));
    let root = read_tree(&office, file, overrides).map_err(|problems| invalid(&problems))?;
    let stem = name.file_stem().map_or_else(|| "scenario".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let mut plan = plan::read(&office, &root, &stem, &values_set(overrides));
    let points = select(&office, &mut plan, &overrides.only);
    let mut notes = std::mem::take(&mut plan.notes);
    notes.extend(points.first().into_iter().flat_map(|point| notes::acting_once(&point.model)));
    notes.retain(|note| points.iter().any(|point| note.alternatives.contains(&point.alternative)));
    let defaults = std::mem::take(&mut plan.defaults);
    let effective = root.as_table().map(|table| effective::write(table, &defaults)).unwrap_or_default();
    match finish(plan, points, stem) {
        Ok(study) => Ok(Scenario { study, text: text.to_owned(), effective, defaults, notes }),
        Err(problems) => Err(invalid(&problems)),
    }
}

/// The points that are asked for.
fn select(office: &Office, plan: &mut Plan, only: &[String]) -> Vec<DesignPoint> {
    let points = std::mem::take(&mut plan.points);
    if only.is_empty() {
        return points;
    }
    for name in only.iter().filter(|name| !points.iter().any(|point| point.alternative == **name)) {
        let source = office.sources.borrow_mut().add("--alternative", name);
        let place = Place { source, start: 0, end: name.len() };
        let problem = Problem::new(place, format!("there is no alternative `{name}`"));
        plan.problems.push(problem.suggest(name, points.iter().map(|point| point.alternative.as_str())));
    }
    let wanted = |point: &DesignPoint| {
        only.contains(&point.alternative) || (point.alternative == BASE && point.sweep.is_empty())
    };
    points.into_iter().filter(wanted).collect()
}

/// The study, if there are no problems.
fn finish(plan: Plan, points: Vec<DesignPoint>, name: String) -> Result<Study, Vec<Problem>> {
    let base = match plan.base {
        Some(base) if plan.problems.is_empty() => base,
        _ => return Err(plan.problems),
    };
    Ok(Study {
        name,
        title: base.title,
        question: base.question,
        source: base.source,
        settings: base.settings,
        axes: plan.axes,
        is_grid: plan.is_grid,
        points,
    })
}

fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> ScenarioError {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes());
    let mut sources = Sources::default();
    let source = sources.add(&path.display().to_string(), &text);
    // The text before the first wrong byte is the same in both; the replacement character takes three bytes.
    let problem = Problem::new(Place { source, start: valid, end: valid + 3 }, "the scenario is not UTF-8");
    ScenarioError::Invalid(problem::render(&sources, &[problem.accepted("save it as UTF-8")]))
}
