//! `tailback check`: the gate. Simulates scenarios until their objectives are decided, compares them with a baseline, and says by its
//! exit code whether the change may pass.

use std::path::Path;
use std::process::ExitCode;

use rayon::ThreadPool;

use super::arguments::CheckArguments;
use super::failure::Failure;
use super::named_file;
use super::namesakes::{is_named, tell_apart};
use super::out_folder::prepare_report;
use super::progress::Reporter;
use super::promises::promises;
use super::run::{Job, load, thread_pool, write_report};
use super::terminal::{paint, print, print_as_is, print_json, say, width};
use crate::experiment::{self, Deadline, Timed, Verdict};
use crate::gate::{
    Against, Baseline, Check, Outcome, Promises, Tolerance, annotations, is_judged, to_json, to_junit, to_markdown,
    to_text,
};
use crate::model::{DesignPoint, Precision};
use crate::plot::is_picture;
use crate::report::shown;
use crate::units::{Human, human_seconds};
use crate::untrusted::{BASELINE_LIMIT, read_text, shown_path, visible};

/// How much worse than the baseline a figure may be when nothing is said.
const TOLERANCE: Tolerance = Tolerance { relative: 0.01, seconds: 0.0, jobs: 0.0, half_widths: 0.0 };

/// 0: all pass; 1: an objective missed or something worse than the baseline; 4: undecided.
pub(super) fn check(arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let mut jobs = load(&arguments.files, &arguments.scenario)?;
    tell_apart(&mut jobs, &arguments.files)?;
    let mut baseline = read_baseline(arguments, &mut jobs)?;
    prepare_outputs(arguments, &jobs)?;
    arguments.look.look()?;
    let pool = thread_pool(&arguments.threads)?;
    let mut gate = Gate {
        arguments,
        pool,
        reporter: Reporter::new(arguments.quiet),
        checks: Vec::new(),
        pictures: Vec::new(),
        is_cut: false,
    };
    for (job, path) in jobs.iter_mut().zip(&arguments.files) {
        let promises = promises(&job.scenario.study);
        let timed = gate.simulate(job)?;
        gate.judge(job, path, &timed, baseline.as_ref().map(|baseline| (baseline, &promises)))?;
        gate.is_cut |= !timed.cut.is_empty();
        if let Some(baseline) = baseline.as_mut().filter(|_| arguments.update_baseline) {
            baseline.record(&timed.results, &promises, arguments.scenario.alternatives());
        }
    }
    gate.write(baseline.as_ref())?;
    gate.say(&jobs)?;
    Ok(exit_code(&gate.checks))
}

fn exit_code(checks: &[Check]) -> ExitCode {
    match checks.iter().map(Check::outcome).max().unwrap_or(Outcome::Pass) {
        Outcome::Pass => ExitCode::SUCCESS,
        Outcome::Fail => ExitCode::from(1),
        Outcome::Undecided => ExitCode::from(4),
    }
}

/// The baseline to compare with or to renew.
fn read_baseline(arguments: &CheckArguments, jobs: &mut [Job]) -> Result<Option<Baseline>, Failure> {
    let Some(path) = &arguments.baseline else { return Ok(None) };
    let shown = shown_path(path);
    let text = match read_text(path, BASELINE_LIMIT) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && arguments.update_baseline => {
            return Ok(Some(Baseline::default()));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Failure::Environment(format!(
                "there is no baseline `{shown}`\nhelp: `--update-baseline` writes it"
            )));
        }
        Err(error) => return Err(Failure::Unreadable { path: path.clone(), error }),
    };
    let baseline = Baseline::read(&text).map_err(|error| {
        Failure::Refused(format!(
            "error: `{shown}` is not a baseline: {error}\nhelp: `--update-baseline` writes a new one once it is moved away"
        ))
    })?;
    // Recorded beside a namesake, a scenario has a longer name there.
    for (job, path) in jobs.iter_mut().zip(&arguments.files) {
        let name = &mut job.scenario.study.name;
        let mut longer = baseline.names().filter(|known| is_named(path, known));
        if let (None, Some(one), None) = (baseline.scenario(name), longer.next(), longer.next()) {
            one.clone_into(name);
        }
    }
    let missing = jobs.iter().map(|job| &job.scenario.study.name).find(|name| baseline.scenario(name).is_none());
    match missing {
        Some(name) if !arguments.update_baseline => {
            let held: Vec<String> = baseline.names().map(|name| format!("`{}`", visible(name))).collect();
            let held = if held.is_empty() { "nothing".to_owned() } else { held.join(", ") };
            Err(Failure::Refused(format!(
                "error: the baseline `{shown}` is of another scenario: it holds {held} and not `{}`\nhelp: `--update-baseline` adds it",
                visible(name)
            )))
        }
        _ => Ok(Some(baseline)),
    }
}

struct Gate<'a> {
    arguments: &'a CheckArguments,
    pool: ThreadPool,
    reporter: Reporter,
    checks: Vec<Check>,
    /// The pictures of each check, as paths.
    pictures: Vec<Vec<String>>,
    /// `--max-time` was too short for some scenario.
    is_cut: bool,
}

impl Gate<'_> {
    /// The file and its alternatives as they stand, without the sweep, until their objectives are decided.
    fn simulate(&self, job: &mut Job) -> Result<Timed, Failure> {
        let notes = job.scenario.notes.iter().filter(|note| note.alternatives != ["base"] && note.kind == "overridden");
        notes.for_each(|note| self.reporter.stage(&format!("note: {}", note.text)));
        self.check_memory(job)?;
        let study = &mut job.scenario.study;
        study.axes.clear();
        let only = self.arguments.scenario.alternatives();
        let is_judged = |point: &DesignPoint| is_judged(&point.alternative, only);
        let all_are_compared = only.is_empty() && self.arguments.baseline.is_some();
        study.points.retain(|point| point.sweep.is_empty() && (is_judged(point) || all_are_compared));
        // What is only compared with the baseline needs no decision.
        study.points.iter_mut().filter(|point| !is_judged(point)).for_each(|point| point.objectives.clear());
        let first = study.settings.replications;
        let most = self.arguments.max_replications.unwrap_or(first.saturating_mul(16)).max(first);
        let precision = study.settings.precision.get_or_insert(Precision { most, half_width: None });
        if let Some(stated) = self.arguments.max_replications {
            precision.most = stated.max(first);
        }
        let precision = study.settings.precision.map_or(first, |precision| precision.most);
        self.reporter.stage(&format!(
            "{}: {} design points x {first} to {precision} replications on {} threads",
            study.name,
            study.points.len(),
            self.pool.current_num_threads()
        ));
        let deadline = self.arguments.max_time.map_or(Deadline::NONE, Deadline::after);
        let (bar, job) = (self.reporter.bar(), &*job);
        let study = &job.scenario.study;
        let run = || experiment::run_until(study, deadline, &|progress| bar.show(progress));
        self.pool.install(run).map_err(|stopped| job.failure(stopped.into(), study))
    }

    /// The replications that somebody states must fit.
    fn check_memory(&self, job: &Job) -> Result<(), Failure> {
        let mut stated = job.scenario.study.clone();
        stated.points.retain(|point| point.sweep.is_empty());
        if let Some(most) = self.arguments.max_replications {
            stated.settings.replications = most.max(stated.settings.replications);
            stated.settings.precision = None;
        }
        job.check_memory(&stated)
    }

    fn judge(
        &mut self,
        job: &Job,
        path: &Path,
        Timed { results, cut }: &Timed,
        baseline: Option<(&Baseline, &Promises)>,
    ) -> Result<(), Failure> {
        let parts: Vec<Tolerance> = self.arguments.tolerance.clone();
        let tolerance = if parts.is_empty() { TOLERANCE } else { Tolerance::widest(&parts) };
        let only = self.arguments.scenario.alternatives();
        // What was cut short compares with nothing.
        let baseline = baseline.filter(|_| !self.arguments.update_baseline && cut.is_empty());
        let against = baseline.and_then(|(baseline, promises)| {
            let recorded = baseline.scenario(&results.name)?;
            Some(Against { recorded, tolerance: &tolerance, promises, only })
        });
        let mut check = Check::new(&path.display().to_string(), results, only, against.as_ref());
        if self.arguments.allow_empty || self.arguments.update_baseline {
            check.allow_nothing();
        }
        if let Some(time) = self.arguments.max_time.filter(|_| !cut.is_empty()) {
            check.cut_short(&human_seconds(time.as_secs_f64(), Human::Prose), cut);
        }
        let pictures = match &self.arguments.report {
            Some(folder) if cut.is_empty() => {
                let folder = prepare_report(folder, &results.name)?;
                let sources = job.sources(&self.arguments.scenario, self.arguments.look.look()?);
                let names = write_report((results, &shown(results)), &sources, (&folder, &self.pool))?;
                let pictures = names.iter().filter(|name| is_picture(name));
                pictures.map(|name| folder.path().join(name).display().to_string()).collect()
            }
            _ => Vec::new(),
        };
        self.checks.push(check);
        self.pictures.push(pictures);
        Ok(())
    }

    fn write(&self, baseline: Option<&Baseline>) -> Result<(), Failure> {
        let arguments = self.arguments;
        let renews = arguments.update_baseline && !self.is_cut;
        if let (Some(path), Some(baseline), true) = (&arguments.baseline, baseline, renews) {
            named_file::write_text(path, baseline.to_text())?;
            self.reporter.stage(&format!("wrote the baseline {}", shown_path(path)));
        }
        if let (Some(path), true) = (&arguments.baseline, arguments.update_baseline && self.is_cut) {
            say(&format!(
                "warning: the baseline {} is not renewed: `--max-time` ended a scenario before all was simulated",
                shown_path(path)
            ));
        }
        if let Some(path) = &arguments.junit {
            named_file::write_text(path, to_junit(&self.checks))?;
        }
        if let Some(path) = &arguments.markdown {
            named_file::write_text(path, to_markdown(&self.checks, &self.pictures))?;
        }
        Ok(())
    }

    fn say(&self, jobs: &[Job]) -> Result<(), Failure> {
        if self.arguments.json {
            return print_json(&to_json(&self.checks));
        }
        let texts: Vec<String> = self.checks.iter().map(|check| to_text(check, width(), &paint)).collect();
        print(&texts.join("\n"))?;
        if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
            let lines = self.checks.iter().zip(jobs).map(|(check, job)| annotations(check, &job.scenario.text));
            print_as_is(&lines.collect::<String>())?;
        }
        let undecided = self.checks.iter().flat_map(|check| &check.objectives);
        if undecided.filter(|judged| judged.result.verdict == Verdict::Undecided).count() > 0 {
            self.reporter.stage("undecided objectives: `--max-replications` allows more replications");
        }
        Ok(())
    }
}

/// What cannot be written is told before the time for the simulation is spent.
fn prepare_outputs(arguments: &CheckArguments, jobs: &[Job]) -> Result<(), Failure> {
    let renewed = arguments.baseline.as_ref().filter(|_| arguments.update_baseline);
    for path in [&arguments.junit, &arguments.markdown].into_iter().flatten().chain(renewed) {
        named_file::prepare(path)?;
    }
    let Some(folder) = &arguments.report else { return Ok(()) };
    jobs.iter().try_for_each(|job| {
        prepare_report(folder, &job.scenario.study.name)?;
        Ok(())
    })
}
