//! The scenario language: text in, a valid [`Study`] or all problems at once out.
//!
//! TOML becomes a tree of values that know where they are written (`node`); alternatives, sweeps and `--set` are laid
//! over that tree (`overlay`, `plan`), and every resulting tree is read as if it had been written by hand (`world` and the
//! files named after the tables). Readers report problems and go on, so that all are shown together (`problem`).
//! serde is not used for this: it stops at the first error.

mod again;
mod alerts;
mod arrivals;
mod autoscale;
mod bounds;
mod calendar_sizes;
mod calendars;
mod canonical;
mod capacity;
mod condition;
mod cron;
mod days;
mod desk;
mod dispatchers;
mod effective;
mod empirical;
mod events;
mod exceptions;
mod expression;
mod fates;
mod fields;
mod hours;
mod jobs;
mod language;
mod laws;
mod limits;
mod locate;
mod names;
mod node;
mod notes;
mod objectives;
mod overlay;
mod paths;
mod plan;
mod pools;
mod problem;
mod profiles;
mod providers;
mod queues;
mod rows;
mod run;
mod schema;
mod slips;
mod source;
mod staffing;
mod sweep;
mod table_file;
mod table_text;
mod template;
mod times;
mod timetable;
mod trace;
mod trace_times;
mod values;
mod vary;
mod world;

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

pub use locate::{Cause, blame};
pub use notes::Note;
pub use schema::schema;
pub use template::{Stated, Template, split_quantity};
pub use vary::vary;

use crate::model::{DesignPoint, Study};
use crate::untrusted::{Roots, SCENARIO_LIMIT, open_regular, shown_path};
use desk::Office;
use language::Spot;
use node::{Node, Value};
use paths::Setting;
use plan::Plan;
use problem::Problem;
use source::{Place, Sources};

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

/// What the command line lays over a scenario.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overrides {
    /// `path=value`, in order; the value is TOML, or a bare string.
    pub set: Vec<String>,
    /// Replaces `run.replications`.
    pub replications: Option<u32>,
    /// Replaces `run.seed`.
    pub seed: Option<u64>,
    /// Only these alternatives, and the base as it stands, which they are compared with; empty: all. Points of the
    /// sweep over the base only with `base`.
    pub only: Vec<String>,
    /// Folders besides that of the scenario below which files may lie that it names.
    pub allow_paths: Vec<PathBuf>,
    /// The folder of the scenario is only somebody's word, such as that of stored results: files there must be allowed too.
    pub is_folder_hearsay: bool,
}

impl Overrides {
    /// Where files may lie that a scenario in this folder names.
    fn roots(&self, folder: &Path) -> Roots {
        let of = if self.is_folder_hearsay { Roots::of_stranger } else { Roots::new };
        of(folder, &self.allow_paths)
    }
}

/// Why a scenario was not understood.
#[derive(Debug)]
pub enum ScenarioError {
    /// It could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It has problems; all of them, rendered with file, line, column, caret and help. Without colour.
    Invalid(String),
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => write!(f, "cannot read {}: {error}", shown_path(path)),
            Self::Invalid(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ScenarioError {}

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

/// The tree of the file with the settings of the command line.
fn read_tree(office: &Office, file: usize, overrides: &Overrides) -> Result<Node, Vec<Problem>> {
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
fn values_set(overrides: &Overrides) -> Vec<Setting> {
    let read = |argument: &String| paths::read_argument(&mut Sources::default(), "--set", argument).ok();
    overrides.set.iter().filter_map(read).collect()
}

/// The points that are asked for.
fn select(office: &Office, plan: &mut Plan, only: &[String]) -> Vec<DesignPoint> {
    let points = std::mem::take(&mut plan.points);
    if only.is_empty() {
        return points;
    }
    for name in only.iter().filter(|name| !points.iter().any(|point| point.alternative == **name)) {
        let source = office.sources.borrow_mut().add("--only", name);
        let place = Place { source, start: 0, end: name.len() };
        let problem = Problem::new(place, format!("there is no alternative `{name}`"));
        plan.problems.push(problem.suggest(name, points.iter().map(|point| point.alternative.as_str())));
    }
    let wanted = |point: &DesignPoint| {
        only.contains(&point.alternative) || (point.alternative == plan::BASE && point.sweep.is_empty())
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
