//! `tailback size`: fewest workers, cheapest sizes, largest rate, burst, slowdown or outage that meets all objectives.

use std::borrow::Cow;
use std::path::Path;

use rayon::ThreadPoolBuilder;

use super::arguments::SizeArguments;
use super::cache;
use super::failure::Failure;
use super::progress::Reporter;
use super::run::thread_pool;
use super::size_question::{Searched, list, refused, searched};
use super::source;
use super::stopped::stopped_failure;
use super::terminal::{paint, print, width};
use crate::experiment::size::{Grid, Means, Row, SizeError, Sizes, Sizing, doubt, size_one, size_several};
use crate::experiment::{RunError, settle_warmup};
use crate::findings::sizing::SizeReport;
use crate::findings::wrap;
use crate::gate::is_judged;
use crate::model::{DesignPoint, Precision, Settings, Study, Warmup};
use crate::plot::{Look, draw_size};
use crate::report::picture_files;
use crate::report::size::{write_size, write_size_csv};
use crate::report::{NewFile, RunFolder};
use crate::scenario::{Note, Scenario, ScenarioError, Template};
use crate::untrusted::{one_line, shown_path};

/// The units that are done, in the cache of the run folder; `units.bin` is that of `tailback run`.
const UNITS: &str = "size-units.bin";
/// Neighbours on each side of the answer that are tried where an easier value may be worse.
const NEIGHBOURS: u32 = 4;
/// A candidate gets at most this many times the replications of its first look, unless stated otherwise.
const MOST_TIMES: u32 = 32;

pub(super) fn size(arguments: &SizeArguments) -> Result<(), Failure> {
    let overrides = arguments.scenario.overrides();
    let scenario = source::load(&arguments.file, &overrides)?;
    let alternative = alternative(&overrides.only)?;
    let meets = |note: &&Note| note.kind == "overridden" && note.alternatives.iter().any(|name| name == alternative);
    let reporter = Reporter::new(arguments.quiet);
    scenario.notes.iter().filter(meets).for_each(|note| reporter.stage(&format!("note: {}", note.text)));
    let study = &*settle(&scenario, &overrides.only, arguments)?;
    let template =
        Template { name: source::name_of(&arguments.file), text: &scenario.text, overrides: &overrides, alternative };
    let base = template.point(&[])?;
    if base.objectives.is_empty() {
        return Err(refused(
            format!("`{}` promises nothing, so every size does", shown_path(&arguments.file)),
            "state `objectives` of a job class, queue, pool or of all, such as `objectives = [\"p95(wait) <= 30s\"]`",
        ));
    }
    let searched = searched(arguments, &template, &base)?;
    let (settings, look) = (settings(study, arguments)?, arguments.look.look()?);
    let search = Search { study, settings, template, base, searched, look };
    let folder = arguments.out.prepare(&study.name)?;
    let sizing = search.run(&folder, arguments)?;
    search.tell(&sizing, &folder)
}

/// The study with its warm-up found, if that is what it asks for: by the design points that `check` finds it by.
fn settle<'a>(
    Scenario { study, text, .. }: &'a Scenario,
    only: &[String],
    arguments: &SizeArguments,
) -> Result<Cow<'a, Study>, Failure> {
    if study.settings.warmup != Warmup::Mser5 {
        return Ok(Cow::Borrowed(study));
    }
    Reporter::new(arguments.quiet).stage(&format!("{}: finding the warm-up", study.name));
    let mut judged = study.clone();
    judged.points.retain(|point| point.sweep.is_empty() && is_judged(&point.alternative, only));
    let settings = thread_pool(&arguments.threads)?.install(|| {
        settle_warmup(&judged)
            .map(|study| study.settings.clone())
            .map_err(|stopped| stopped_failure(&stopped, &judged, (&arguments.file, text)))
    })?;
    Ok(Cow::Owned(Study { settings, ..study.clone() }))
}

/// The one alternative that is meant.
fn alternative(only: &[String]) -> Result<&str, Failure> {
    match only {
        [] => Ok("base"),
        [one] => Ok(one),
        _ => {
            let names: Vec<&str> = only.iter().map(String::as_str).collect();
            Err(refused(format!("`--alternative` names {}", list(&names)), "one alternative is sized at a time"))
        }
    }
}

/// The settings of the scenario with the cap on replications and the confidence of the answer.
fn settings(study: &Study, arguments: &SizeArguments) -> Result<Settings, Failure> {
    let first = study.settings.replications;
    let most = arguments.max_replications.or(study.settings.precision.map(|precision| precision.most));
    let most = most.unwrap_or(first.saturating_mul(MOST_TIMES));
    if first < 2 || most < first {
        return Err(refused(
            format!("{first} replications at first and at most {most} cannot decide anything"),
            "expected at least 2 replications at first, and `--max-replications` of at least as many",
        ));
    }
    let confidence = match &arguments.confidence {
        None => study.settings.confidence,
        Some(text) => crate::units::parse_share(text)
            .ok()
            .filter(|share| share.as_f64() >= 0.5 && share.as_f64() < 1.0)
            .ok_or_else(|| {
                refused(format!("`--confidence {text}` is none"), "expected from 50 % to below 100 %, such as `95%`")
            })?,
    };
    let precision = Some(Precision { most, half_width: None });
    Ok(Settings { precision, confidence, ..study.settings.clone() })
}

/// A search, ready to be made.
struct Search<'a> {
    study: &'a Study,
    settings: Settings,
    template: Template<'a>,
    base: DesignPoint,
    searched: Vec<Searched>,
    look: Look,
}

impl Search<'_> {
    fn run(&self, folder: &RunFolder, arguments: &SizeArguments) -> Result<Sizing, Failure> {
        let pool = ThreadPoolBuilder::new().num_threads(arguments.threads.count()).build();
        let pool = pool.map_err(|error| Failure::Environment(format!("cannot start threads: {error}")))?;
        let store = cache::open(folder, UNITS, arguments.no_resume)?;
        let reporter = Reporter::new(arguments.quiet);
        let grids: Vec<&str> = self.searched.iter().map(|it| it.grid.path.as_str()).collect();
        reporter.stage(&format!(
            "{}: searching {} with {} to {} replications of each candidate on {} threads",
            self.study.name,
            grids.join(", "),
            self.settings.replications,
            self.settings.most_replications(),
            pool.current_num_threads()
        ));
        let bar = reporter.bar();
        let on_progress = |progress| bar.show(progress);
        let means = Means { settings: &self.settings, store: &store, on_progress: &on_progress };
        let found = pool.install(|| self.search(means));
        found.map_err(|error| match error {
            SizeError::Candidate(error) => invalid_candidate(error),
            SizeError::Run(RunError::Store(error)) => error.into(),
            SizeError::Run(RunError::Stopped(stopped)) => {
                stopped_failure(&stopped, self.study, (&arguments.file, self.template.text))
            }
        })
    }

    fn search(&self, means: Means<'_>) -> Result<Sizing, SizeError<ScenarioError>> {
        let candidate = |places: &[u32]| {
            let value = |(it, &place): (&Searched, &u32)| (it.grid.path.clone(), it.grid.written(place));
            self.template.point(&self.searched.iter().zip(places).map(value).collect::<Vec<_>>())
        };
        let neighbours = if self.doubt().is_some() { NEIGHBOURS } else { 0 };
        match self.searched.as_slice() {
            [only] => size_one(Row { places: only.grid.places(), start: only.start, neighbours }, means, &candidate),
            several => {
                let row = |it: &Searched| Row { places: it.grid.places(), start: it.start, neighbours: 0 };
                let costs = several.iter().map(|it| it.cost * it.grid.step).collect();
                size_several(&Sizes { rows: several.iter().map(row).collect(), costs }, means, &candidate)
            }
        }
    }

    /// Why an easier value may be worse.
    fn doubt(&self) -> Option<&'static str> {
        doubt(&self.base.model, &self.base.objectives, &self.searched[0].grid.path)
    }

    /// The title of the scenario, and of the alternative that is sized.
    fn title(&self) -> String {
        let (whole, name) = (&self.study.title, self.template.alternative);
        match self.study.points.iter().find(|point| point.alternative == name) {
            _ if name == "base" => whole.clone(),
            Some(point) if point.title != name => format!("{whole}: {} (alternative `{name}`)", point.title),
            _ => format!("{whole}: alternative `{name}`"),
        }
    }

    /// Prints the outcome and writes its files.
    fn tell(&self, sizing: &Sizing, folder: &RunFolder) -> Result<(), Failure> {
        let grids: Vec<Grid> = self.searched.iter().map(|it| it.grid.clone()).collect();
        let costs: Vec<f64> = self.searched.iter().map(|it| it.cost).collect();
        let title = one_line(&self.title()).into_owned();
        let report = SizeReport {
            title: &title,
            alternative: Some(self.template.alternative).filter(|name| *name != "base"),
            source: self.study.source.as_deref(),
            seed: self.settings.seed,
            grids: &grids,
            costs: &costs,
            confidence: self.settings.confidence.as_f64(),
            doubt: self.doubt().map(|reason| (reason, NEIGHBOURS)),
            sizing,
        };
        let drawing = draw_size(&report, self.look.theme).into_iter().collect();
        let mut files = vec![NewFile::text("size.csv", || write_size_csv(&report))];
        files.extend(picture_files(drawing, self.look.format));
        let names: Vec<String> = files.iter().rev().map(|file| file.name().to_owned()).collect();
        folder.write(files)?;
        let place = wrap(&format!("Files in {}: {}", shown_path(folder.path()), names.join(", ")), width(), 2);
        print(&format!("{}\n{place}\n", write_size(&report, width(), &paint)))?;
        match (&sizing.answer, sizing.decided) {
            (Some(_), true) => Ok(()),
            (None, true) => Err(Failure::Missed(format!(
                "no value that was tried meets every objective of {}",
                name(&self.template)
            ))),
            (_, false) => Err(Failure::Undecided("not enough replications to tell the answer".to_owned())),
        }
    }
}

fn name(template: &Template<'_>) -> String {
    let file: &Path = template.name;
    format!("`{}`", shown_path(file))
}

/// A candidate with which the scenario is wrong, such as fewer workers than are reserved.
fn invalid_candidate(error: ScenarioError) -> Failure {
    match error.into() {
        Failure::Refused(text) => Failure::Refused(format!(
            "{}\n\nhelp: the scenario is wrong with a value that the search tried; leave it out with `--range LOW..HIGH`",
            text.trim_end()
        )),
        other => other,
    }
}
