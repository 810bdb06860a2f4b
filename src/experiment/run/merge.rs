//! The stored units of several parts of a run plan: which are missing, and the results of the whole.
//!
//! Design points are read and summarised one by one, so that no more units are held than one point has replications (and thread).

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{fmt, io};

use rayon::prelude::*;

use super::error::{OnProgress, Progress};
use super::plan::{distinct, representatives, summarise};
use super::replication::layout;
use super::shard::{part_of, plan};
use super::store::{StoreError, decode};
use super::unit_file::{Contents, Damage, read, scan};
use super::unit_name::{UnitName, point_name};
use crate::experiment::deadline::Deadline;
use crate::experiment::results::{PointResult, Results};
use crate::experiment::summary::directed::strata_of;
use crate::experiment::summary::point::{Replications, summarise_point};
use crate::experiment::unit::UnitResult;
use crate::model::Study;
use crate::untrusted::{open_regular, shown_path};

/// Files that are kept open while they are read; more would meet the limit that systems set.
const MOST_OPEN: usize = 16;

/// The stored units of several parts, to read.
#[derive(Debug)]
pub struct StoredParts {
    files: Vec<UnitFile>,
    /// The file of each unit, and its place there.
    places: HashMap<UnitName, (u32, u64, u32)>,
}

#[derive(Debug)]
struct UnitFile {
    path: PathBuf,
    open: Option<Mutex<File>>,
    in_use: bool,
    /// Bytes of it that are no results.
    lost: u64,
}

/// A unit of the plan that no part holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MissingUnit {
    /// The place of its design point in the study.
    pub point: usize,
    /// The replication, from 0.
    pub replication: u32,
    /// The part that it belongs to, from 1.
    pub part: u32,
}

/// Why parts could not be joined.
#[derive(Debug)]
pub enum MergeError {
    /// A unit is not there.
    Missing,
    /// A file could not be read, or what it holds is no result.
    Unreadable(PathBuf, Option<io::Error>),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("a unit is missing"),
            Self::Unreadable(path, Some(error)) => write!(f, "cannot read `{}`: {error}", shown_path(path)),
            Self::Unreadable(path, None) => {
                write!(f, "`{}` holds a unit that is no result: it was damaged", shown_path(path))
            }
        }
    }
}

impl std::error::Error for MergeError {}

impl StoredParts {
    /// Finds the whole records of all `files`. One that is not there holds none.
    ///
    /// # Errors
    /// [`StoreError`] for the first file that cannot be read.
    pub fn read(files: &[PathBuf]) -> Result<Self, StoreError> {
        let mut parts = Self { files: Vec::new(), places: HashMap::new() };
        for path in files {
            parts.add(path).map_err(|error| StoreError::Unreadable(path.clone(), error))?;
        }
        Ok(parts)
    }

    fn add(&mut self, path: &Path) -> io::Result<()> {
        let mut unit_file = UnitFile { path: path.to_owned(), open: None, in_use: false, lost: 0 };
        match open_regular(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(mut file) => {
                unit_file.in_use = is_in_use(&file)?;
                let number = self.files.len() as u32;
                let Contents { places, lost, .. } = scan(&mut file)?;
                unit_file.lost = lost;
                self.places.extend(places.into_iter().map(|(name, (start, length))| (name, (number, start, length))));
                unit_file.open = (self.files.len() < MOST_OPEN).then(|| Mutex::new(file));
            }
        }
        self.files.push(unit_file);
        Ok(())
    }

    /// Whether another process was writing into the file at this place of the list.
    #[must_use]
    pub fn is_in_use(&self, file: usize) -> bool {
        self.files[file].in_use
    }

    /// The files that are not as they were written. One that is being written into may end in the middle of a result.
    pub fn damage(&self) -> impl Iterator<Item = Damage> {
        let damaged = self.files.iter().filter(|file| file.lost > 0 && !file.in_use);
        damaged.map(|file| Damage { path: file.path.clone(), lost: file.lost })
    }

    /// The units of a plan in `parts` parts that are not there, in the order of the plan.
    #[must_use]
    pub fn missing(&self, study: &Study, parts: u32) -> Vec<MissingUnit> {
        let names: Vec<_> = study.points.iter().map(|point| point_name(point, &study.settings)).collect();
        let units = (0_u64..).zip(plan(study));
        let missing = units
            .filter(|(_, (point, replication))| !self.places.contains_key(&UnitName::new(names[*point], *replication)));
        let of_unit = |(unit, (point, replication))| MissingUnit { point, replication, part: part_of(unit, parts) };
        missing.map(of_unit).collect()
    }

    fn load(&self, name: UnitName, layout: &UnitResult) -> Result<UnitResult, MergeError> {
        let &(file, start, length) = self.places.get(&name).ok_or(MergeError::Missing)?;
        let UnitFile { path, open, .. } = &self.files[file as usize];
        let content = match open {
            Some(file) => read(&mut file.lock().unwrap_or_else(PoisonError::into_inner), (start, length)),
            None => open_regular(path).and_then(|mut file| read(&mut file, (start, length))),
        };
        let content = content.map_err(|error| MergeError::Unreadable(path.clone(), Some(error)))?;
        let content = content.ok_or_else(|| MergeError::Unreadable(path.clone(), None))?;
        decode(&content, layout.clone()).ok_or_else(|| MergeError::Unreadable(path.clone(), None))
    }
}

/// Whether another process holds the file to write. Where files cannot be locked, nobody can write either.
fn is_in_use(file: &File) -> io::Result<bool> {
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(_)) => Ok(false),
    }
}

/// The results of a study all of whose units are in `parts`: those that one run of it would have given.
///
/// # Errors
/// [`MergeError`] for a unit that is not there or cannot be read.
pub fn merge(study: &Study, parts: &StoredParts, on_progress: OnProgress<'_>) -> Result<Results, MergeError> {
    let same = representatives(study);
    let distinct = distinct(&same);
    let replications = study.settings.replications;
    let (done, total) = (AtomicU64::new(0), distinct.len() as u64 * u64::from(replications));
    let read_point = |&i: &usize| {
        let point = &study.points[i];
        let (name, layout) = (point_name(point, &study.settings), layout(point, &study.settings));
        let units = (0..replications).map(|replication| parts.load(UnitName::new(name, replication), &layout));
        let units = units.collect::<Result<Vec<UnitResult>, MergeError>>()?;
        let done = done.fetch_add(u64::from(replications), Ordering::Relaxed) + u64::from(replications);
        on_progress(Progress { done, total });
        let numbers: Vec<u32> = (0..replications).collect();
        let strata = strata_of(point, &study.settings, &numbers);
        let all = Replications { units: &units, numbers: &numbers, strata: &strata };
        let summary = summarise_point(point, &study.settings, all, Deadline::NONE);
        Ok(summary.expect("there is no end of the time"))
    };
    let results = distinct.par_iter().map(read_point).collect::<Result<Vec<PointResult>, MergeError>>()?;
    Ok(summarise(study, &same, results))
}
