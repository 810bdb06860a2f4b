//! The run folder: files are written whole or not at all, and a finished run replaces those of the run before.
//!
//! All files are first written beside their places under other names and synced; only when every one of them is on the disk are
//! they renamed, `manifest.json` last, so that a full disk or an interruption leaves the run before as it was. They are made on all
//! threads, and nobody waits for the disk who could make another one.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::{Builder, Scope, ScopedJoinHandle, scope};

use rayon::prelude::*;

use super::beside::{Beside, remove_abandoned};
use super::manifest::files_of;
use crate::plot::is_picture;
use crate::untrusted::{MANIFEST_LIMIT, read_text, refuse_link, shown_path};

const MANIFEST: &str = "manifest.json";
/// What runs and searches write besides pictures.
const OUTPUTS: [&str; 9] = [
    "summary.md",
    "summary.json",
    "report.html",
    "metrics.csv",
    "curves.csv",
    "sensitivity.csv",
    "size.csv",
    "results.json",
    MANIFEST,
];

/// A folder for the files of a run, known to be writable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunFolder(PathBuf);

/// A file to write: its name, and how its content is made when it is its turn.
pub struct NewFile<'a> {
    name: String,
    content: Content<'a>,
}

/// How the content of a file is made.
enum Content<'a> {
    /// In memory.
    Whole(Box<dyn FnOnce() -> Vec<u8> + Send + 'a>),
    /// Piece by piece, as it is written.
    Stream(WriteContent<'a>),
}

type WriteContent<'a> = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'a>;

impl<'a> NewFile<'a> {
    /// A file whose content is made by `make`, on any thread.
    pub fn new(name: impl Into<String>, make: impl FnOnce() -> Vec<u8> + Send + 'a) -> Self {
        Self { name: name.into(), content: Content::Whole(Box::new(make)) }
    }

    /// A file that may be larger than should be in memory: `write` writes it piece by piece, on any thread.
    pub fn stream(name: impl Into<String>, write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'a) -> Self {
        Self { name: name.into(), content: Content::Stream(Box::new(write)) }
    }

    /// A file of text.
    pub fn text(name: impl Into<String>, make: impl FnOnce() -> String + Send + 'a) -> Self {
        Self::new(name, || make().into_bytes())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A name and the content.
impl From<(String, Vec<u8>)> for NewFile<'_> {
    fn from((name, content): (String, Vec<u8>)) -> Self {
        Self::new(name, || content)
    }
}

/// The name of a file that is written and on its way to the disk.
type Syncing<'scope> = (String, ScopedJoinHandle<'scope, Result<(), WriteError>>);

/// A file operation that failed.
#[derive(Debug)]
pub struct WriteError {
    /// What was tried, such as `create the folder`.
    pub operation: &'static str,
    /// On which path.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.operation, shown_path(&self.path), self.error)
    }
}

impl std::error::Error for WriteError {}

/// Names the operation and the path of an error.
fn failed<'a>(operation: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> WriteError + 'a {
    move |error| WriteError { operation, path: path.to_owned(), error }
}

impl RunFolder {
    /// Makes sure that the folder exists and can be written to, before the time for a run is spent, and removes the files that a
    /// run was writing when it was killed.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be created or written to.
    pub fn prepare(path: &Path) -> Result<Self, WriteError> {
        fs::create_dir_all(path).map_err(failed("create the folder", path))?;
        let beside = Beside::new(path).map_err(failed("write to the folder", path))?;
        beside.try_files().map_err(failed("open five files at a time in the folder", path))?;
        drop(beside);
        remove_abandoned(path);
        Ok(Self(path.to_owned()))
    }

    /// Refuses a link in a place of the program's own: what is written there would go where it leads.
    ///
    /// # Errors
    /// [`WriteError`] if it is a link.
    pub fn refuse_link(path: &Path) -> Result<(), WriteError> {
        refuse_link(path).map_err(failed("write to", path))
    }

    /// The same for the outputs of a run: none of their places is taken by a folder or a link.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be created or written to, or for a folder or a link in the place of an output.
    pub fn prepare_outputs(path: &Path) -> Result<Self, WriteError> {
        let folder = Self::prepare(path)?;
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if OUTPUTS.contains(&name.as_str()) || is_picture(&name) {
                Self::refuse_link(&entry.path())?;
                folder.refuse_folder(&name)?;
            }
        }
        Ok(folder)
    }

    /// The same for one file: its place is not taken by a folder.
    ///
    /// # Errors
    /// [`WriteError`] when the folder cannot be created or written to, or for a folder in the place of the file.
    pub fn prepare_file(path: &Path, name: &str) -> Result<Self, WriteError> {
        let folder = Self::prepare(path)?;
        folder.refuse_folder(name)?;
        Ok(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes all `files` whole or not at all, and removes those that the manifest of an older run names and that are not among them.
    /// Other files in the folder stay. The threads of the current rayon pool make the files, each one at a time.
    ///
    /// # Errors
    /// [`WriteError`] for the first operation that fails, in the order of the files.
    pub fn write<'a>(&self, files: impl IntoIterator<Item = impl Into<NewFile<'a>>>) -> Result<(), WriteError> {
        let older =
            read_text(&self.0.join(MANIFEST), MANIFEST_LIMIT).map_or_else(|_| Vec::new(), |text| files_of(&text));
        let beside = Beside::new(&self.0).map_err(failed("write to the folder", &self.0))?;
        let mut names = self.write_all(files.into_iter().map(Into::into).collect(), &beside)?;
        names.sort_by_key(|name| name == MANIFEST);
        for name in &names {
            let path = self.0.join(name);
            beside.put(name, &path).map_err(failed("put in place", &path))?;
        }
        if names.iter().any(|name| name == MANIFEST) {
            self.remove_stale(&older, &names)?;
        }
        sync_folder(&self.0).map_err(failed("sync the folder", &self.0))
    }

    /// Makes and writes files that are not in their places yet; their names.
    fn write_all(&self, files: Vec<NewFile<'_>>, beside: &Beside) -> Result<Vec<String>, WriteError> {
        scope(|scope| {
            let write = |file| self.write_beside(file, (beside, scope));
            let written: Vec<Result<Syncing<'_>, WriteError>> =
                files.into_par_iter().with_max_len(1).map(write).collect();
            let synced = written.into_iter().map(|syncing| {
                let (name, syncing) = syncing?;
                syncing.join().expect("syncing does not panic")?;
                Ok(name)
            });
            synced.collect()
        })
    }

    /// A folder in the place of a file would only be noticed when other files are in place already.
    fn refuse_folder(&self, name: &str) -> Result<(), WriteError> {
        let path = self.0.join(name);
        let error = || io::Error::from(io::ErrorKind::IsADirectory);
        if path.is_dir() { Err(failed("replace", &path)(error())) } else { Ok(()) }
    }

    /// A sync mostly waits, so that each gets a thread of its own; the system joins those that come together.
    fn write_beside<'scope>(
        &self,
        NewFile { name, content }: NewFile<'_>,
        (beside, scope): (&'scope Beside, &'scope Scope<'scope, '_>),
    ) -> Result<Syncing<'scope>, WriteError> {
        self.refuse_folder(&name)?;
        let path = self.0.join(&name);
        let file = match content {
            Content::Whole(make) => {
                let content = make();
                beside.write(&name, |file| file.write_all(&content))
            }
            Content::Stream(write) => beside.write(&name, write),
        };
        let file = file.map_err(failed("write", &path))?;
        let place = path.clone();
        let sync = move || file.sync().map_err(failed("sync", &place));
        let syncing = Builder::new().spawn_scoped(scope, sync).map_err(failed("start a thread for", &path))?;
        Ok((name, syncing))
    }

    /// Only plain names are removed, whatever the manifest says.
    fn remove_stale(&self, older: &[String], names: &[String]) -> Result<(), WriteError> {
        let is_plain = |name: &str| Path::new(name).file_name().is_some_and(|plain| plain == name);
        for name in older.iter().filter(|name| is_plain(name) && !names.contains(name)) {
            let path = self.0.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("remove", &path)(error)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Renames are only durable once the folder is synced; where folders cannot be opened as files there is nothing to do.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(path)?.sync_all() } else { Ok(()) }
}
