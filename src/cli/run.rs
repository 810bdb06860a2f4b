//! `tailback run`: simulates scenarios, prints the answers, writes the files.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::arguments::{RunArguments, ScenarioArguments, ThreadArguments};
use super::cache::{self, UNITS};
use super::failure::Failure;
use super::parts;
use super::progress::Reporter;
use super::shard::ShardArgument;
use super::shipped::Shipped;
use super::source;
use super::stopped::{stopped_failure, too_many};
use super::terminal::{paint, print, print_json, say, width};
use crate::experiment::{self, OnProgress, Results, RunError, Shard, Stopped, UnitStore, Warning};
use crate::findings::{percent, wrap};
use crate::model::{Settings, Study, Warmup};
use crate::plot;
use crate::plot::{Drawing, Look, draw_scenario, is_picture};
use crate::report::picture_files;
use crate::report::{
    Origin, PART_MANIFEST, PartManifest, Portrait, RunFolder, shown, shown_study, write_outcome, write_run_files,
    write_summary,
};
use crate::scenario::{self, Note, Scenario, Template};
use crate::units::Share;
use crate::untrusted::{shown_path, visible};

/// A scenario to run, the name of its file and the folder that holds it.
pub(super) struct Job {
    file: String,
    /// As it was named.
    path: PathBuf,
    folder: PathBuf,
    pub(super) scenario: Scenario,
}

pub(super) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let jobs = load(&arguments.files, &arguments.scenario)?;
    refuse_equal_names(&jobs)?;
    // A font that cannot be used is told before the time for a run is spent.
    arguments.look.look()?;
    let pool = thread_pool(&arguments.threads)?;
    let shard = arguments.shard.map(resolve).transpose()?;
    jobs.iter().try_for_each(|job| job.check_memory(&job.scenario.study))?;
    for (i, job) in jobs.iter().enumerate() {
        let text = match (shard, arguments.sensitivity) {
            (Some(shard), _) => run_part(job, shard, arguments, &pool)?,
            (None, Some(share)) => run_varied(job, share, arguments, &pool)?,
            (None, None) => run_one(job, arguments, &pool)?,
        };
        let gap = if i > 0 { "\n" } else { "" };
        if arguments.json { print_json(&text) } else { print(&format!("{gap}{text}")) }?;
    }
    Ok(())
}

/// As many threads as are asked for.
pub(super) fn thread_pool(threads: &ThreadArguments) -> Result<ThreadPool, Failure> {
    let pool = ThreadPoolBuilder::new().num_threads(threads.count()).build();
    pool.map_err(|error| Failure::Environment(format!("cannot start threads: {error}")))
}

/// All scenarios (without a file the built-in incident) are read before the first is run, so that a wrong one is told at once.
pub(super) fn load(files: &[PathBuf], arguments: &ScenarioArguments) -> Result<Vec<Job>, Failure> {
    let overrides = arguments.overrides();
    if files.is_empty() {
        let incident = Shipped::incident();
        let file = incident.file();
        let scenario = scenario::parse(Path::new(&file), incident.text, &overrides)?;
        return Ok(vec![Job { path: PathBuf::from(&file), file, folder: PathBuf::new(), scenario }]);
    }
    source::refuse_two_of_stdin(files)?;
    let job = |path: &PathBuf| {
        let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let scenario = source::load(path, &overrides)?;
        let unreadable = |error| Failure::Unreadable { path: path.clone(), error };
        let folder = std::path::absolute(path).map_err(unreadable)?;
        let folder = folder.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Job { file, path: path.clone(), folder, scenario })
    };
    files.iter().map(job).collect()
}

/// Two scenarios of one name would write into one folder.
pub(super) fn refuse_equal_names(jobs: &[Job]) -> Result<(), Failure> {
    let mut names = BTreeSet::new();
    match jobs.iter().find(|job| !names.insert(&job.scenario.study.name)) {
        None => Ok(()),
        Some(job) => Err(Failure::Refused(format!(
            "error: two of the files are named `{}` and would write into one folder\nhelp: run them one by one with different `--out`",
            visible(&job.scenario.study.name)
        ))),
    }
}

/// Runs a scenario and writes its files; what is to be printed.
fn run_one(job: &Job, arguments: &RunArguments, pool: &ThreadPool) -> Result<String, Failure> {
    let study = &job.scenario.study;
    let folder = arguments.out.prepare(&study.name)?;
    let reporter = Reporter::new(arguments.quiet);
    let stored = (&folder, &reporter, arguments.no_resume);
    let mut results = simulate((job, study), &experiment::run_stored, stored, pool)?;
    find_bad_hours(study, &mut results, pool).map_err(|stopped| job.failure(stopped.into(), study))?;
    add_notes(&job.scenario.notes, &mut results);
    reporter.stage(&format!("{}: drawing and writing", study.name));
    let sources = job.sources(&arguments.scenario, arguments.look.look()?);
    write_results(&results, &sources, (&folder, pool), arguments.json)
}

/// Runs the base with each number of the scenario varied alone, into a folder of its own; what is to be printed.
fn run_varied(job: &Job, share: Share, arguments: &RunArguments, pool: &ThreadPool) -> Result<String, Failure> {
    let overrides = arguments.scenario.overrides();
    let name = job.folder.join(source::name_of(Path::new(&job.file)));
    let template = Template { name: &name, text: &job.scenario.text, overrides: &overrides, alternative: "base" };
    let sensitivity = scenario::vary(&template, share)?;
    let study = &job.scenario.study;
    if sensitivity.parameters.is_empty() {
        let text = format!("error: `{}` states no number that can be varied", job.file);
        return Err(Failure::Refused(text));
    }
    let name = format!("{}-sensitivity", study.name);
    let folder = arguments.out.prepare(&name)?;
    let reporter = Reporter::new(arguments.quiet);
    let varied = &experiment::sensitivity_study(study, &sensitivity);
    reporter.stage(&format!("{name}: {} numbers, each lower and higher", sensitivity.parameters.len()));
    let run: Run<'_> =
        &|study, store, on_progress| experiment::run_sensitivity(study, &sensitivity, store, on_progress);
    let results = simulate((job, varied), run, (&folder, &reporter, arguments.no_resume), pool)?;
    reporter.stage(&format!("{name}: drawing and writing"));
    let mut sources = job.sources(&arguments.scenario, arguments.look.look()?);
    sources.origin.arguments.extend(["--sensitivity".to_owned(), percent(share.as_f64()).replace(' ', "")]);
    write_results(&results, &sources, (&folder, pool), arguments.json)
}

/// What files are made of beside the results.
pub(super) struct Sources {
    pub(super) origin: Origin,
    pub(super) portrait: Portrait,
    /// The picture of the scenario.
    pub(super) scenario: Option<Drawing>,
    pub(super) look: Look,
    /// The folder of the file, for the traces that it names when `plot` reads it again; empty for one that has none.
    pub(super) folder: PathBuf,
}

impl Job {
    pub(super) fn sources(&self, arguments: &ScenarioArguments, look: Look) -> Sources {
        let study = shown_study(&self.scenario.study);
        let (scenario, portrait) = (draw_scenario(&study, look.theme), Portrait::of(&study));
        Sources { origin: self.origin(arguments), portrait, scenario, look, folder: self.folder.clone() }
    }

    /// Refuses more replications than fit into the memory.
    pub(super) fn check_memory(&self, study: &Study) -> Result<(), Failure> {
        experiment::check_memory(study).map_err(|many| too_many(many, study, (&self.path, &self.scenario.text)))
    }

    /// Why it gave no results.
    pub(super) fn failure(&self, error: RunError, study: &Study) -> Failure {
        match error {
            RunError::Stopped(stopped) => stopped_failure(&stopped, study, (&self.path, &self.scenario.text)),
            RunError::Store(error) => error.into(),
        }
    }

    /// Where its results come from.
    pub(super) fn origin(&self, arguments: &ScenarioArguments) -> Origin {
        Origin {
            file: self.file.clone(),
            text: self.scenario.text.clone(),
            arguments: arguments.to_arguments(),
            defaults: self.scenario.defaults.clone(),
        }
    }
}

/// Finds when objectives that are met over the whole run are not.
pub(super) fn find_bad_hours(study: &Study, results: &mut Results, pool: &ThreadPool) -> Result<(), Stopped> {
    pool.install(|| experiment::find_bad_hours(study, results))
}

/// Adds what must be known of how the scenario is put together to the warnings of its results.
pub(super) fn add_notes(notes: &[Note], results: &mut Results) {
    let warning = |note: &Note| Warning {
        kind: note.kind.to_owned(),
        alternatives: note.alternatives.clone(),
        text: note.text.clone(),
    };
    results.warnings.extend(notes.iter().map(warning));
}

/// Writes the files of a run; what is to be printed.
pub(super) fn write_results(
    results: &Results,
    sources: &Sources,
    (folder, pool): (&RunFolder, &ThreadPool),
    json: bool,
) -> Result<String, Failure> {
    let shown = shown(results);
    let names = write_report((results, &shown), sources, (folder, pool))?;
    if json {
        return Ok(write_summary(results));
    }
    Ok(format!("{}\n{}", write_outcome(&shown, width(), &paint), files_line(folder, &names)))
}

fn resolve(argument: ShardArgument) -> Result<Shard, Failure> {
    let shard = argument.resolve(|name| std::env::var(name).ok());
    shard.map_err(|text| Failure::Refused(format!("error: {text}")))
}

/// What is to be run must be known before it is divided.
fn refuse_open_plan(settings: &Settings) -> Result<(), Failure> {
    let key = match settings {
        Settings { precision: Some(_), .. } => "`run.precision` adds replications by their results",
        Settings { warmup: Warmup::Mser5, .. } => "`run.warmup` is found by a first run",
        _ => return Ok(()),
    };
    let help =
        "set a number of replications and a time for the warm-up, such as those that a run without `--shard` tells";
    Err(Failure::Refused(format!("error: {key}, so the run cannot be divided by `--shard`\nhelp: {help}")))
}

/// Runs a part of a scenario into a folder of its own; what is to be printed.
fn run_part(job: &Job, shard: Shard, arguments: &RunArguments, pool: &ThreadPool) -> Result<String, Failure> {
    let study = &job.scenario.study;
    refuse_open_plan(&study.settings)?;
    let of_scenario = arguments.out.of(&study.name)?;
    parts::refuse_other_division(&of_scenario, shard)?;
    let folder = of_scenario.join(parts::folder_name(shard));
    [&folder, &folder.join(PART_MANIFEST)].into_iter().try_for_each(|path| RunFolder::refuse_link(path))?;
    let folder = RunFolder::prepare_file(&folder, PART_MANIFEST)?;
    let store = cache::open_at(&folder.path().join(UNITS), arguments.no_resume)?;
    let settings = (study.settings.seed, study.settings.replications);
    let manifest = PartManifest::new(&job.origin(&arguments.scenario), &job.folder, settings, shard);
    folder.write([(PART_MANIFEST.to_owned(), manifest.to_text().into_bytes())])?;
    let reporter = Reporter::new(arguments.quiet);
    let (stored, total) = experiment::shard_units(study, shard, &store);
    reporter.stage(&format!("{}: {shard}, {total} replications on {} threads", study.name, pool.current_num_threads()));
    if stored > 0 {
        reporter.stage(&format!("{}: {stored} of {total} replications are done already", study.name));
    }
    let bar = reporter.bar();
    let run = || experiment::run_shard(study, shard, &store, &|progress| bar.show(progress));
    pool.install(run).map_err(|error| job.failure(error, study))?;
    Ok(format!("Done: {shard} of {}, {total} replications in {}\n", visible(&study.name), shown_path(folder.path())))
}

/// Says which titles the pictures lack.
pub(super) fn warn_of_titles(results: &Results) {
    if let Some(lacking) = plot::illegible_titles(results) {
        say(&format!("warning: {lacking}"));
    }
}

/// Draws the pictures and writes all files of results, which people see as they are `shown`; their names.
pub(super) fn write_report(
    (results, shown): (&Results, &Results),
    sources: &Sources,
    (folder, pool): (&RunFolder, &ThreadPool),
) -> Result<Vec<String>, Failure> {
    let Sources { origin, portrait, scenario, look, folder: source } = sources;
    if origin.text.contains("file") && !source.as_os_str().is_empty() {
        cache::remember(folder, source)?;
    }
    warn_of_titles(shown);
    pool.install(|| {
        let mut drawings = plot::draw(shown, look.theme);
        drawings.extend(scenario.clone());
        let pictures = picture_files(drawings, look.format).collect();
        let files = write_run_files((results, shown), (origin, portrait), pictures);
        let names = files.iter().map(|file| file.name().to_owned()).collect();
        folder.write(files)?;
        Ok(names)
    })
}

/// Runs a study whose units are stored.
type Run<'a> = &'a (dyn Fn(&Study, &UnitStore, OnProgress<'_>) -> Result<Results, RunError> + Sync);

/// Runs what the folder does not hold yet.
fn simulate(
    (job, study): (&Job, &Study),
    run: Run<'_>,
    (folder, reporter, fresh): (&RunFolder, &Reporter, bool),
    pool: &ThreadPool,
) -> Result<Results, Failure> {
    let stopped = |stopped: Stopped| job.failure(stopped.into(), study);
    if study.settings.warmup == Warmup::Mser5 {
        reporter.stage(&format!("{}: finding the warm-up", study.name));
    }
    let study = &*pool.install(|| experiment::settle_warmup(study)).map_err(stopped)?;
    let store = cache::open(folder, UNITS, fresh)?;
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
    pool.install(|| run(study, &store, &|progress| bar.show(progress))).map_err(|error| job.failure(error, study))
}

/// `30`, or `30 to 960`.
fn replications_words(settings: &Settings) -> String {
    match settings.precision {
        Some(precision) => format!("{} to {}", settings.replications, precision.most),
        None => settings.replications.to_string(),
    }
}

/// Where the files are and which to open first.
fn files_line(folder: &RunFolder, names: &[String]) -> String {
    let to_look_at = |name: &str| is_picture(name) || Path::new(name).extension() == Some(OsStr::new("html"));
    let (first, others): (Vec<&str>, Vec<&str>) = names.iter().map(String::as_str).partition(|name| to_look_at(name));
    let names = [first, others].concat().join(", ");
    format!("{}\n", wrap(&format!("Files in {}: {names}", shown_path(folder.path())), width(), 2))
}
