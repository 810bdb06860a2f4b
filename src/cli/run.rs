//! `tailback run`: simulates scenarios, prints the answers, writes the files.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::arguments::RunArguments;
use super::failure::Failure;
use super::progress::Reporter;
use super::shipped::Shipped;
use super::terminal::{WIDTH, paint, print};
use crate::experiment::{self, Results, RunError, Stopped, UnitStore};
use crate::model::{Settings, Study, Warmup};
use crate::report::plots::draw_all;
use crate::report::{Origin, RunFolder, wrap, write_outcome, write_run_files, write_summary};
use crate::scenario::{self, Scenario};
use crate::units::{Human, human_count, human_seconds};

/// The units that are done, in the run folder.
const UNITS: &str = "units.bin";

/// A scenario to run and the name of its file.
struct Job {
    file: String,
    scenario: Scenario,
}

pub(super) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let jobs = load(arguments)?;
    refuse_equal_names(&jobs)?;
    let pool = ThreadPoolBuilder::new().num_threads(arguments.threads.count()).build();
    let pool = pool.map_err(|error| Failure::Environment(format!("cannot start threads: {error}")))?;
    for (i, job) in jobs.iter().enumerate() {
        let text = run_one(job, arguments, &pool)?;
        let gap = if i > 0 && !arguments.json { "\n" } else { "" };
        print(&format!("{gap}{text}"))?;
    }
    Ok(())
}

/// All scenarios are read before the first is run, so that a wrong one is told at once.
fn load(arguments: &RunArguments) -> Result<Vec<Job>, Failure> {
    let overrides = arguments.scenario.overrides();
    if arguments.files.is_empty() {
        let incident = Shipped::incident();
        let file = incident.file();
        let scenario = scenario::parse(Path::new(&file), incident.text, &overrides)?;
        return Ok(vec![Job { file, scenario }]);
    }
    let job = |path: &PathBuf| {
        let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Job { file, scenario: scenario::load(path, &overrides)? })
    };
    arguments.files.iter().map(job).collect()
}

/// Two scenarios of one name would write into one folder.
fn refuse_equal_names(jobs: &[Job]) -> Result<(), Failure> {
    let mut names = BTreeSet::new();
    match jobs.iter().find(|job| !names.insert(&job.scenario.study.name)) {
        None => Ok(()),
        Some(job) => Err(Failure::Refused(format!(
            "error: two of the files are named `{}` and would write into one folder\nhelp: run them one by one with different `--out`",
            job.scenario.study.name
        ))),
    }
}

/// Runs a scenario and writes its files; what is to be printed.
fn run_one(job: &Job, arguments: &RunArguments, pool: &ThreadPool) -> Result<String, Failure> {
    let study = &job.scenario.study;
    let folder = RunFolder::prepare(&arguments.out.join(&study.name))?;
    let reporter = Reporter::new(arguments.quiet);
    let results = simulate(study, &folder, (&reporter, arguments.fresh), pool)?;
    reporter.stage(&format!("{}: drawing and writing", study.name));
    let origin = Origin {
        file: job.file.clone(),
        text: job.scenario.text.clone(),
        arguments: arguments.scenario.to_arguments(),
    };
    let pictures = pool.install(|| draw_all(&results));
    let files = write_run_files(&results, &origin, pictures);
    folder.write(&files)?;
    if arguments.json {
        return Ok(write_summary(&results));
    }
    Ok(format!("{}\n{}", write_outcome(&results, WIDTH, &paint), files_line(&folder, &files)))
}

/// Runs what the folder does not hold yet.
fn simulate(
    study: &Study,
    folder: &RunFolder,
    (reporter, fresh): (&Reporter, bool),
    pool: &ThreadPool,
) -> Result<Results, Failure> {
    let stopped = |stopped: Stopped| Failure::Refused(stopped_text(&stopped));
    if study.settings.warmup == Warmup::Mser5 {
        reporter.stage(&format!("{}: finding the warm-up", study.name));
    }
    let study = &*pool.install(|| experiment::settle_warmup(study)).map_err(stopped)?;
    let store = UnitStore::open(&folder.path().join(UNITS), fresh)?;
    let (stored, total) = experiment::stored_units(study, &store);
    reporter.stage(&format!(
        "{}: {} design points x {} replications on {} threads",
        study.name,
        study.points.len(),
        replications_words(&study.settings),
        pool.current_num_threads()
    ));
    if stored > 0 {
        let most = if study.settings.precision.is_some() { "at most " } else { "" };
        reporter.stage(&format!("{}: {stored} of {most}{total} replications are done already", study.name));
    }
    let bar = reporter.bar();
    pool.install(|| experiment::run_stored(study, &store, &|progress| bar.show(progress))).map_err(
        |error| match error {
            RunError::Stopped(error) => stopped(error),
            RunError::Store(error) => error.into(),
        },
    )
}

/// `30`, or `30 to 960`.
fn replications_words(settings: &Settings) -> String {
    match settings.precision {
        Some(precision) => format!("{} to {}", settings.replications, precision.most),
        None => settings.replications.to_string(),
    }
}

/// Names the class, the time and the size, and the remedy.
fn stopped_text(stopped: &Stopped) -> String {
    let sweep = if stopped.sweep.is_empty() { String::new() } else { format!(" at {}", stopped.sweep.join(", ")) };
    format!(
        "error: alternative `{}`{sweep}, replication {}: the backlog reached {} jobs after {}, most of them `{}`\n\
         help: the workers cannot keep up; add workers, shorten `run.horizon` or raise `run.backlog_limit`",
        stopped.alternative,
        stopped.replication,
        human_count(stopped.halt.backlog as f64),
        human_seconds(stopped.halt.at.as_secs_f64(), Human::Prose),
        stopped.class,
    )
}

/// Where the files are and which to open first.
fn files_line(folder: &RunFolder, files: &[(String, Vec<u8>)]) -> String {
    let is_picture = |name: &str| Path::new(name).extension() == Some(OsStr::new("png"));
    let (pictures, others): (Vec<&str>, Vec<&str>) =
        files.iter().map(|(name, _)| name.as_str()).partition(|n| is_picture(n));
    let names = [pictures, others].concat().join(", ");
    format!("{}\n", wrap(&format!("Files in {}: {names}", folder.path().display()), WIDTH, 2))
}
