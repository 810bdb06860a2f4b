//! `tailback merge`: joins the parts of a run plan; `tailback missing`: which of them to run again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;

use super::arguments::{AllowedArguments, MergeArguments, MissingArguments};
use super::cache::UNITS;
use super::failure::Failure;
use super::parts::{self, Part};
use super::progress::Reporter;
use super::run::{Sources, add_notes, find_bad_hours, write_results};
use super::stored::Stored;
use super::terminal::{print, print_json, say};
use crate::experiment::{self, MergeError, MissingUnit, StoredParts};
use crate::model::{DesignPoint, Study};
use crate::plot::draw_scenario;
use crate::report::{PartScenario, Portrait, shown_study};
use crate::scenario::{Note, Scenario};
use crate::untrusted::{shell_path, visible};

/// At most this many design points are named by `merge`; `missing --units` names all.
const MOST_POINTS: usize = 10;

/// The parts of a run plan and what is stored of it.
struct Plan {
    parts: Vec<Part>,
    study: Study,
    defaults: Vec<(String, String)>,
    notes: Vec<Note>,
    stored: StoredParts,
    missing: Vec<MissingUnit>,
}

pub(super) fn merge(arguments: &MergeArguments) -> Result<(), Failure> {
    let (reporter, look) = (Reporter::new(arguments.quiet), arguments.look.look()?);
    let plan = Plan::read(&arguments.folders, &arguments.allowed)?;
    if !plan.missing.is_empty() {
        return Err(Failure::Environment(plan.missing_text(&shell_path(&arguments.folders[0].display().to_string()))));
    }
    plan.tell_damage();
    let study = &plan.study;
    let pool = ThreadPoolBuilder::new().num_threads(arguments.threads.count()).build();
    let pool = pool.map_err(|error| Failure::Environment(format!("cannot start threads: {error}")))?;
    let folder = arguments.out.prepare(&study.name)?;
    reporter.stage(&format!("{}: joining {} parts", study.name, plan.parts.len()));
    let bar = reporter.bar();
    let results = pool.install(|| experiment::merge(study, &plan.stored, &|progress| bar.show(progress)));
    let mut results = results.map_err(|error: MergeError| Failure::Environment(error.to_string()))?;
    find_bad_hours(study, &mut results, &pool).map_err(|stopped| Failure::Environment(stopped.to_string()))?;
    add_notes(&plan.notes, &mut results);
    drop(bar);
    let seen = shown_study(study);
    let sources = Sources {
        origin: plan.parts[0].manifest.origin(plan.defaults.clone()),
        portrait: Portrait::of(&seen),
        scenario: draw_scenario(&seen, look.theme),
        look,
        folder: PathBuf::from(&plan.parts[0].manifest.scenario.folder),
    };
    // The index of the units is of no use any more, and the plan of a large sweep takes memory that the files need.
    drop(plan);
    reporter.stage(&format!("{}: drawing and writing", results.name));
    let text = write_results(&results, &sources, (&folder, &pool), arguments.json)?;
    if arguments.json { print_json(&text) } else { print(&text) }
}

pub(super) fn missing(arguments: &MissingArguments) -> Result<(), Failure> {
    let plan = Plan::read(&arguments.folders, &arguments.allowed)?;
    plan.tell_damage();
    let in_use = (0..).zip(&plan.parts).filter(|(i, _)| plan.stored.is_in_use(*i));
    let in_use: BTreeSet<u32> = in_use.map(|(_, part)| part.manifest.part).collect();
    if plan.missing.is_empty() {
        say(&format!("no part of {} is missing", visible(&plan.study.name)));
        return Ok(());
    }
    if arguments.units {
        return print(&plan.missing_points().iter().map(|line| format!("{line}\n")).collect::<String>());
    }
    if !in_use.is_empty() {
        say(&format!("left out, because they are being worked on: {}", ranges(&in_use)));
    }
    let idle = plan.missing.iter().map(|unit| unit.part).filter(|part| !in_use.contains(part));
    let list = ranges(&idle.collect());
    if list.is_empty() { Ok(()) } else { print(&format!("{list}\n")) }
}

impl Plan {
    fn read(folders: &[PathBuf], allowed: &AllowedArguments) -> Result<Self, Failure> {
        let parts = parts::find(folders)?;
        let manifest = &parts[0].manifest;
        let PartScenario { file, folder, text, .. } = &manifest.scenario;
        let stored = Stored { arguments: &manifest.arguments, folder: Path::new(folder), file, text };
        let Scenario { study, defaults, notes, .. } = stored.read(allowed)?;
        let files: Vec<_> = parts.iter().map(|part| part.folder.join(UNITS)).collect();
        let stored = StoredParts::read(&files)?;
        let missing = stored.missing(&study, manifest.parts);
        Ok(Self { parts, study, defaults, notes, stored, missing })
    }

    /// Says which files are damaged. What is missing because of it is told apart from that.
    fn tell_damage(&self) {
        self.stored.damage().for_each(|damage| say(&format!("warning: {damage}")));
    }

    /// Which units are missing and what to do about it.
    fn missing_text(&self, folder: &str) -> String {
        let numbers: BTreeSet<u32> = self.missing.iter().map(|unit| unit.part).collect();
        let parts = self.parts[0].manifest.parts;
        let damage: String = self.stored.damage().map(|damage| format!("{damage}\n")).collect();
        let mut text = format!(
            "{damage}{} replications are missing, of {} of {parts} parts: {}\n",
            self.missing.len(),
            numbers.len(),
            ranges(&numbers)
        );
        let points = self.missing_points();
        points.iter().take(MOST_POINTS).for_each(|line| text.push_str(&format!("  {line}\n")));
        if let Some(more) = points.len().checked_sub(MOST_POINTS).filter(|more| *more > 0) {
            text.push_str(&format!("  {more} more design points: `tailback missing --units {folder}` names them\n"));
        }
        text.push_str(&format!(
            "help: run these parts again, such as with `sbatch --array=$(tailback missing {folder})`"
        ));
        text
    }

    /// The missing replications of each design point that has any, in the order of the plan.
    fn missing_points(&self) -> Vec<String> {
        let mut points: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for unit in &self.missing {
            points.entry(unit.point).or_default().insert(unit.replication);
        }
        let line = |(point, replications): (&usize, &BTreeSet<u32>)| {
            format!("{}: replications {}", point_words(&self.study, &self.study.points[*point]), ranges(replications))
        };
        points.iter().map(line).collect()
    }
}

/// "alternative `base` at `pools.workers.size` = `8`".
fn point_words(study: &Study, point: &DesignPoint) -> String {
    let axis = |(axis, value): (&crate::model::SweepAxis, &String)| format!("`{}` = `{}`", axis.path, visible(value));
    let sweep: Vec<String> = study.axes.iter().zip(&point.sweep).map(axis).collect();
    let at = if sweep.is_empty() { String::new() } else { format!(" at {}", sweep.join(", ")) };
    format!("alternative `{}`{at}", point.alternative)
}

/// Numbers as job arrays name them: `2,5-7`.
fn ranges(numbers: &BTreeSet<u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let text = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    ranges.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_named_as_job_arrays_name_them() {
        let ranges = |numbers: &[u32]| ranges(&numbers.iter().copied().collect());
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[3]), "3");
        assert_eq!(ranges(&[2, 5, 6, 7]), "2,5-7");
        assert_eq!(ranges(&[1, 2, 4, 6, 7]), "1-2,4,6-7");
    }
}
