//! Stored results: each unit of a run plan that is done, appended to a file, so that an interrupted run goes on where it was and a
//! changed scenario runs only the design points that changed.
//!
//! Units are appended as they are done. When a run is done, they are brought into their order, so that neither threads nor
//! interruptions show in the file. A unit is found by what it is the result of: the sources of the program, the world, the objectives and the settings. Only
//! numbers are stored: what each of them is follows from the design point.

use std::collections::HashMap;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tempfile::Builder;

use super::unit_file::{Contents, Damage, HEAD, MAGIC, Places, read, record, scan};
use super::unit_name::UnitName;
use crate::experiment::unit::{ClassTimes, Evidence, Packed, PackedStep, UnitResult, Value, Values};
use crate::untrusted::{open_to_store, shown_path};

/// A file of stored units, held by this process alone.
#[derive(Debug)]
pub struct UnitStore {
    path: PathBuf,
    /// What the file lacked when it was opened.
    lost: u64,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    end: u64,
    places: Places,
    /// The bytes of the units that this run stored or used.
    used: HashMap<UnitName, u64>,
    /// What the system said when a unit could not be stored.
    refused: Option<io::ErrorKind>,
}

/// Why stored units cannot be used.
#[derive(Debug)]
pub enum StoreError {
    /// Another process holds the file.
    InUse(PathBuf),
    /// The system did not let us write.
    Failed(PathBuf, io::Error),
    /// The system did not let us read.
    Unreadable(PathBuf, io::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => write!(f, "`{}` is in use: another run writes into this folder", shown_path(path)),
            Self::Failed(path, error) => write!(f, "cannot store results in `{}`: {error}", shown_path(path)),
            Self::Unreadable(path, error) => write!(f, "cannot read the results in `{}`: {error}", shown_path(path)),
        }
    }
}

impl std::error::Error for StoreError {}

/// The numbers of a unit.
#[derive(Serialize, Deserialize)]
struct Numbers {
    figures: Vec<Value>,
    objectives: Vec<Evidence>,
    curves: Vec<Vec<Option<f64>>>,
    times: Vec<ClassTimes>,
    steps: Vec<Vec<PackedStep>>,
    created: u64,
    fingerprint: u64,
}

impl UnitStore {
    /// Opens the file, or begins it, and takes hold of it. With `fresh`, what it holds is forgotten.
    ///
    /// # Errors
    /// [`StoreError`] when another process holds it, or the system does not let us read or write it.
    pub fn open(path: &Path, fresh: bool) -> Result<Self, StoreError> {
        let failed = |error| StoreError::Failed(path.to_owned(), error);
        let mut file = loop {
            let file = open_to_store(path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, path) => break file,
                // Another run put its file in order and is gone.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(path.to_owned())),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        };
        let found = if fresh { Contents::default() } else { scan(&mut file).map_err(failed)? };
        let Contents { places, end, lost } = found;
        let inner = Inner { file, end, places, used: HashMap::new(), refused: None };
        Ok(Self { path: path.to_owned(), lost, inner: Mutex::new(inner) })
    }

    /// What was not as it should be when it was opened.
    pub fn damage(&self) -> Option<Damage> {
        (self.lost > 0).then(|| Damage { path: self.path.clone(), lost: self.lost })
    }

    /// How many of these units are stored.
    pub(in crate::experiment) fn count(&self, names: impl Iterator<Item = UnitName>) -> u64 {
        let inner = self.lock();
        names.filter(|name| inner.places.contains_key(name)).count() as u64
    }

    /// The stored result of a unit. `layout` is one of the same design point, with any numbers.
    pub(in crate::experiment) fn load(
        &self,
        name: UnitName,
        layout: impl FnOnce() -> UnitResult,
    ) -> Option<UnitResult> {
        let mut inner = self.lock();
        let &(start, length) = inner.places.get(&name)?;
        let content = read(&mut inner.file, (start, length)).ok()??;
        drop(inner);
        let result = decode(&content, layout())?;
        self.lock().used.insert(name, u64::from(length) + HEAD as u64);
        Some(result)
    }

    /// Stores the result of a unit.
    pub(super) fn save(&self, name: UnitName, result: &UnitResult) -> Result<(), StoreError> {
        let failed = |error| StoreError::Failed(self.path.clone(), error);
        let content = postcard::to_allocvec(&(name, numbers_of(result)));
        let content = content.map_err(|error| failed(io::Error::other(error)))?;
        let record = record(&content);
        let mut inner = self.lock();
        let appended = inner.append(name, &record);
        inner.refused = appended.as_ref().err().map(io::Error::kind).or(inner.refused);
        appended.map_err(failed)
    }

    /// Fails once a unit could not be stored, such as on a full disk: nobody waits for units that could not be stored either.
    pub(in crate::experiment) fn check(&self) -> Result<(), StoreError> {
        let failed = |kind| StoreError::Failed(self.path.clone(), io::Error::from(kind));
        self.lock().refused.map_or(Ok(()), |kind| Err(failed(kind)))
    }

    /// Brings the units into their order, and forgets those that this run had no use for once they outweigh the others.
    ///
    /// # Errors
    /// [`StoreError`] when the system does not let us write.
    pub fn tidy(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        let used: u64 = inner.used.values().sum();
        let kept = inner.in_order(inner.end > 2 * used + MAGIC.len() as u64);
        if inner.is_tidy(&kept) {
            return Ok(());
        }
        inner.rewrite(&kept, &self.path).map_err(|error| StoreError::Failed(self.path.clone(), error))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn append(&mut self, name: UnitName, record: &[u8]) -> io::Result<()> {
        if self.end == 0 {
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(MAGIC)?;
            self.end = MAGIC.len() as u64;
        }
        // What lies behind the end is torn, or the rest of a record that did not fit onto the disk.
        self.file.set_len(self.end)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(record)?;
        self.places.insert(name, (self.end, (record.len() - HEAD) as u32));
        self.used.insert(name, record.len() as u64);
        self.end += record.len() as u64;
        Ok(())
    }

    /// The units in their order: all, or only those in use.
    fn in_order(&self, only_used: bool) -> Vec<(UnitName, (u64, u32))> {
        let wanted = |name: &UnitName| !only_used || self.used.contains_key(name);
        let kept = self.places.iter().filter(|(name, _)| wanted(name));
        let mut kept: Vec<_> = kept.map(|(name, place)| (*name, *place)).collect();
        kept.sort_unstable();
        kept
    }

    /// Whether these units follow each other in the file, and nothing else is in it.
    fn is_tidy(&self, kept: &[(UnitName, (u64, u32))]) -> bool {
        let mut end = MAGIC.len() as u64;
        let follows = |(_, (start, length)): &(UnitName, (u64, u32))| {
            let is_next = *start == end;
            end += HEAD as u64 + u64::from(*length);
            is_next
        };
        let all_follow = kept.iter().all(follows);
        all_follow && self.file.metadata().is_ok_and(|file| file.len() == end || (file.len() == 0 && kept.is_empty()))
    }

    /// Writes these units beside the file, in this order, and puts the new file into its place: an interruption loses nothing.
    fn rewrite(&mut self, kept: &[(UnitName, (u64, u32))], path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut beside = Builder::new();
        beside.prefix(".tailback-").suffix(".part");
        #[cfg(unix)]
        beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut beside = beside.tempfile_in(folder)?;
        // Nobody can hold a new file.
        beside.as_file().lock()?;
        let mut writer = io::BufWriter::new(beside.as_file_mut());
        writer.write_all(MAGIC)?;
        let (mut end, mut places) = (MAGIC.len() as u64, HashMap::new());
        for (name, place) in kept {
            // One that was damaged meanwhile is left out.
            let Some(content) = read(&mut self.file, *place)? else { continue };
            let record = record(&content);
            writer.write_all(&record)?;
            places.insert(*name, (end, place.1));
            end += record.len() as u64;
        }
        writer.flush()?;
        drop(writer);
        beside.as_file().sync_all()?;
        self.file = beside.persist(path).map_err(|error| error.error)?;
        (self.places, self.end) = (places, end);
        Ok(())
    }
}

/// Whether a file is still the one at this path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |found: std::fs::Metadata| (found.dev(), found.ino());
    let (held, there) = (file.metadata().map(identity), std::fs::metadata(path).map(identity));
    matches!((held, there), (Ok(held), Ok(there)) if held == there)
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

fn numbers_of(result: &UnitResult) -> Numbers {
    Numbers {
        figures: result.figures.iter().map(|value| (*value).into()).collect(),
        objectives: result.objectives.clone(),
        curves: result.curves.iter().map(|values| values.iter().collect()).collect(),
        times: result.times.clone(),
        steps: result.steps.clone(),
        created: result.created,
        fingerprint: result.fingerprint,
    }
}

/// The result that the content of a record holds; `None`: it is not one of this layout.
pub(super) fn decode(content: &[u8], layout: UnitResult) -> Option<UnitResult> {
    let (_, numbers): (UnitName, Numbers) = postcard::from_bytes(content).ok()?;
    fill(layout, numbers)
}

/// The layout with these numbers; `None`: they do not fit.
fn fill(layout: UnitResult, numbers: Numbers) -> Option<UnitResult> {
    let Numbers { figures: values, objectives, curves, times, steps, created, fingerprint } = numbers;
    let fits = layout.figures.len() == values.len()
        && layout.objectives.len() == objectives.len()
        && layout.curves.len() == curves.len()
        && layout.times.len() == times.len()
        && layout.steps.len() == steps.len();
    let figures = values.into_iter().map(Packed::from).collect();
    let curves = curves.into_iter().map(|values| Values::of(values.into_iter())).collect();
    fits.then_some(UnitResult { keys: layout.keys, figures, objectives, curves, times, steps, created, fingerprint })
}
