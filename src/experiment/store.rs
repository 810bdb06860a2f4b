//! Stored results: each unit of a run plan that is done, appended to a file, so that an interrupted run goes on where it was and a
//! changed scenario runs only the design points that changed.
//!
//! A record is its length, a checksum and its content; a record that is torn or damaged, and all that follows it, is as good as not
//! there. A unit is found by what it is the result of: the sources of the program, the world, the objectives and the settings. Only
//! numbers are stored: what each of them is follows from the design point.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::step_waits::StepProfile;
use super::unit::{ClassTimes, CurveValues, Evidence, UnitResult, Value};
use crate::model::{DesignPoint, Settings};
use crate::untrusted::{RECORD_LIMIT, open_to_store, shown_path};

/// Begins the file; another format gets another one.
const MAGIC: &[u8; 16] = b"tailback units 3";
/// Length and checksum before each record.
const HEAD: usize = 4 + CHECKSUM;
const CHECKSUM: usize = 16;

/// The file of stored units of a run folder, held by this process alone.
#[derive(Debug)]
pub struct UnitStore {
    path: PathBuf,
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

/// Where the record of each unit begins, and the length of its content.
pub(super) type Places = HashMap<UnitName, (u64, u32)>;

/// What a unit is the result of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(super) struct UnitName {
    point: [u8; 16],
    replication: u32,
}

impl UnitName {
    pub(super) fn new(point: [u8; 16], replication: u32) -> Self {
        Self { point, replication }
    }
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
    steps: Vec<Vec<StepProfile>>,
    created: u64,
    fingerprint: u64,
}

/// Names the results of a design point: every value in it is printed exactly, and equal ones alike.
pub(super) fn point_name(point: &DesignPoint, settings: &Settings) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    let Settings { replications, seed, curve_step, warmup, .. } = settings;
    // False alarms are counted over a time that depends on the number of replications.
    let replications = if point.model.alerts().is_empty() { 0 } else { *replications };
    let in_full = point.sweep.is_empty();
    let of_settings = (env!("TAILBACK_SOURCES"), seed, curve_step, warmup, replications, in_full);
    let written = write!(Sink(&mut hasher), "{of_settings:?} {:?} {:?}", point.model, point.objectives);
    written.expect("a hash takes all that is written");
    let mut name = [0; 16];
    name.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    name
}

struct Sink<'a>(&'a mut blake3::Hasher);

impl fmt::Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

impl UnitStore {
    /// Opens the file, or begins it, and takes hold of it. With `fresh`, what it holds is forgotten.
    ///
    /// # Errors
    /// [`StoreError`] when another process holds it, or the system does not let us read or write it.
    pub fn open(path: &Path, fresh: bool) -> Result<Self, StoreError> {
        let failed = |error| StoreError::Failed(path.to_owned(), error);
        let mut file = open_to_store(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let (places, end) = if fresh { (HashMap::new(), 0) } else { scan(&mut file).map_err(failed)? };
        let inner = Inner { file, end, places, used: HashMap::new(), refused: None };
        Ok(Self { path: path.to_owned(), inner: Mutex::new(inner) })
    }

    /// How many of these units are stored.
    pub(super) fn count(&self, names: impl Iterator<Item = UnitName>) -> u64 {
        let inner = self.lock();
        names.filter(|name| inner.places.contains_key(name)).count() as u64
    }

    /// The stored result of a unit. `layout` is one of the same design point, with any numbers.
    pub(super) fn load(&self, name: UnitName, layout: impl FnOnce() -> UnitResult) -> Option<UnitResult> {
        let mut inner = self.lock();
        let &(start, length) = inner.places.get(&name)?;
        let content = read(&mut inner.file, (start, length)).ok()?;
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
        let mut record = (content.len() as u32).to_le_bytes().to_vec();
        record.extend_from_slice(&checksum(&content));
        record.extend_from_slice(&content);
        let mut inner = self.lock();
        let appended = inner.append(name, &record);
        inner.refused = appended.as_ref().err().map(io::Error::kind).or(inner.refused);
        appended.map_err(failed)
    }

    /// Fails once a unit could not be stored, such as on a full disk: nobody waits for units that could not be stored either.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let failed = |kind| StoreError::Failed(self.path.clone(), io::Error::from(kind));
        self.lock().refused.map_or(Ok(()), |kind| Err(failed(kind)))
    }

    /// Forgets units that this run had no use for, once they outweigh the others.
    ///
    /// # Errors
    /// [`StoreError`] when the system does not let us write.
    pub fn tidy(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        let used: u64 = inner.used.values().sum();
        if inner.end <= 2 * used + MAGIC.len() as u64 {
            return Ok(());
        }
        inner.keep_used().map_err(|error| StoreError::Failed(self.path.clone(), error))
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

    /// Moves the records in use to the front, in their order. What an interruption leaves is cut off at the first torn record.
    fn keep_used(&mut self) -> io::Result<()> {
        let mut kept: Vec<(u64, UnitName)> =
            self.used.keys().filter_map(|name| Some((self.places.get(name)?.0, *name))).collect();
        kept.sort_unstable_by_key(|(start, _)| *start);
        let mut end = MAGIC.len() as u64;
        let mut places = HashMap::new();
        for (start, name) in kept {
            let length = self.places[&name].1;
            let mut record = vec![0; HEAD + length as usize];
            self.file.seek(SeekFrom::Start(start))?;
            self.file.read_exact(&mut record)?;
            self.file.seek(SeekFrom::Start(end))?;
            self.file.write_all(&record)?;
            places.insert(name, (end, length));
            end += record.len() as u64;
        }
        self.file.set_len(end)?;
        (self.places, self.end) = (places, end);
        Ok(())
    }
}

/// The content of the record at this place.
pub(super) fn read(file: &mut File, (start, length): (u64, u32)) -> io::Result<Vec<u8>> {
    let mut content = vec![0; length as usize];
    file.seek(SeekFrom::Start(start + HEAD as u64))?;
    file.read_exact(&mut content)?;
    Ok(content)
}

/// Finds the records of a file up to the first that is torn, and where they end; 0 for a file of another format.
pub(super) fn scan(file: &mut File) -> io::Result<(Places, u64)> {
    let length = file.metadata()?.len();
    let mut reader = io::BufReader::new(file);
    let mut magic = [0; MAGIC.len()];
    if length < MAGIC.len() as u64 || reader.read_exact(&mut magic).is_err() || magic != *MAGIC {
        return Ok((HashMap::new(), 0));
    }
    let (mut places, mut end) = (HashMap::new(), MAGIC.len() as u64);
    while let Some((name, size)) = next_record(&mut reader, length - end)? {
        places.insert(name, (end, size));
        end += HEAD as u64 + u64::from(size);
    }
    Ok((places, end))
}

/// The name and the length of the content of the next record; `None`: there is no whole one.
fn next_record(reader: &mut impl Read, left: u64) -> io::Result<Option<(UnitName, u32)>> {
    if left < HEAD as u64 {
        return Ok(None);
    }
    let mut head = [0; HEAD];
    reader.read_exact(&mut head)?;
    let size = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
    if left - (HEAD as u64) < u64::from(size) || size > RECORD_LIMIT {
        return Ok(None);
    }
    let mut content = vec![0; size as usize];
    reader.read_exact(&mut content)?;
    let whole = checksum(&content) == head[4..];
    Ok(postcard::take_from_bytes::<UnitName>(&content).ok().filter(|_| whole).map(|(name, _)| (name, size)))
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM] {
    let mut checksum = [0; CHECKSUM];
    checksum.copy_from_slice(&blake3::hash(content).as_bytes()[..CHECKSUM]);
    checksum
}

fn numbers_of(result: &UnitResult) -> Numbers {
    Numbers {
        figures: result.figures.iter().map(|(_, value)| *value).collect(),
        objectives: result.objectives.clone(),
        curves: result.curves.iter().map(|curve| curve.values.clone()).collect(),
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
    let figures = layout.figures.into_iter().zip(values).map(|((key, _), value)| (key, value)).collect();
    let curves = layout.curves.into_iter().zip(curves).map(|(curve, values)| CurveValues { values, ..curve }).collect();
    fits.then_some(UnitResult { figures, objectives, curves, times, steps, created, fingerprint })
}
