//! Files of one name in different folders, such as `a/peak.toml` and `b/peak.toml`: each is named by as many folders as tell it from the
//! others.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::run::Job;
use super::source::name_of;
use crate::untrusted::shown_path;

/// Names scenarios of one name by their folders too.
pub(super) fn tell_apart(jobs: &mut [Job], files: &[PathBuf]) -> Result<(), Failure> {
    let names: Vec<String> = jobs.iter().map(|job| job.scenario.study.name.clone()).collect();
    let paths: Vec<Vec<String>> = files.iter().map(|path| parts(name_of(path))).collect();
    for (i, job) in jobs.iter_mut().enumerate() {
        let same: Vec<&Vec<String>> = (0..names.len())
            .filter(|&other| other != i && names[other] == names[i])
            .map(|other| &paths[other])
            .collect();
        if same.is_empty() {
            continue;
        }
        let own = &paths[i];
        let is_told = |count: &usize| same.iter().all(|other| last(other, *count) != last(own, *count));
        let Some(count) = (1..=own.len()).find(is_told) else {
            let file = shown_path(&files[i]);
            return Err(Failure::Refused(format!("error: `{file}` is named twice\nhelp: name each file once")));
        };
        job.scenario.study.name = last(own, count).join("/");
    }
    Ok(())
}

/// Whether a file is the scenario of this name, which may have folders.
pub(super) fn is_named(path: &Path, name: &str) -> bool {
    let name: Vec<String> = name.split('/').map(str::to_owned).collect();
    parts(name_of(path)).ends_with(&name)
}

fn last(parts: &[String], count: usize) -> &[String] {
    &parts[parts.len().saturating_sub(count)..]
}

/// The folders of a path from the root on and its stem.
fn parts(path: &Path) -> Vec<String> {
    let whole = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    let names = whole.with_extension("");
    let normal = names.components().filter_map(|part| match part {
        std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    normal.collect()
}
