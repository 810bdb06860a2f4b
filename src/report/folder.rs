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
use tempfile::NamedTempFile;

use super::manifest::files_of;

const MANIFEST: &str = "manifest.json";
/// Of the names of files that are not in their places yet.
const PREFIX: &str = ".tailback-";
const SUFFIX: &str = ".part";

/// A folder for the files of a run, known to be writable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunFolder(PathBuf);

/// A file to write: its name, and how its content is made when it is its turn.
pub struct NewFile<'a> {
    name: String,
    make: Box<dyn FnOnce() -> Vec<u8> + Send + 'a>,
}

impl<'a> NewFile<'a> {
    /// A file whose content is made by `make`, on any thread.
    pub fn new(name: impl Into<String>, make: impl FnOnce() -> Vec<u8> + Send + 'a) -> Self {
        Self { name: name.into(), make: Box::new(make) }
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

/// A file that is written and on its way to the disk, under another name.
type Beside<'scope> = (String, ScopedJoinHandle<'scope, Result<NamedTempFile, WriteError>>);

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
        write!(f, "cannot {} `{}`: {}", self.operation, self.path.display(), self.error)
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
        new_file(path).map_err(failed("write to the folder", path))?;
        remove_abandoned(path);
        Ok(Self(path.to_owned()))
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
        let older = fs::read_to_string(self.0.join(MANIFEST)).map_or_else(|_| Vec::new(), |text| files_of(&text));
        let mut written = self.write_all_beside(files.into_iter().map(Into::into).collect())?;
        written.sort_by_key(|(name, _)| name == MANIFEST);
        let names: Vec<String> = written.iter().map(|(name, _)| name.clone()).collect();
        written.into_iter().try_for_each(|(name, file)| self.put_in_place(&name, file))?;
        if names.iter().any(|name| name == MANIFEST) {
            self.remove_stale(&older, &names)?;
        }
        sync_folder(&self.0).map_err(failed("sync the folder", &self.0))
    }

    /// Makes and writes files that are not in their places yet; dropping them removes them.
    fn write_all_beside(&self, files: Vec<NewFile<'_>>) -> Result<Vec<(String, NamedTempFile)>, WriteError> {
        scope(|scope| {
            let write = |file| self.write_beside(file, scope);
            let written: Vec<Result<Beside<'_>, WriteError>> =
                files.into_par_iter().with_max_len(1).map(write).collect();
            let synced = written.into_iter().map(|beside| {
                let (name, syncing) = beside?;
                Ok((name, syncing.join().expect("syncing does not panic")?))
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
        NewFile { name, make }: NewFile<'_>,
        scope: &'scope Scope<'scope, '_>,
    ) -> Result<Beside<'scope>, WriteError> {
        self.refuse_folder(&name)?;
        let path = self.0.join(&name);
        let mut file = new_file(&self.0).map_err(failed("create", &path))?;
        file.write_all(&make()).map_err(failed("write", &path))?;
        let place = path.clone();
        let sync = move || file.as_file().sync_all().map_err(failed("sync", &place)).map(|()| file);
        let syncing = Builder::new().spawn_scoped(scope, sync).map_err(failed("start a thread for", &path))?;
        Ok((name, syncing))
    }

    fn put_in_place(&self, name: &str, file: NamedTempFile) -> Result<(), WriteError> {
        let path = self.0.join(name);
        file.persist(&path).map(drop).map_err(|error| failed("put in place", &path)(error.error))
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

/// A new file in the folder, readable by all whom the umask allows (private by default).
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let file = builder.tempfile_in(folder)?;
    // Held while this process lives; where the system has no locks, abandoned files stay.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Removes the unfinished files that no living process holds. What cannot be removed does no harm.
fn remove_abandoned(folder: &Path) {
    let is_unfinished = |name: &str| name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_unfinished(&entry.file_name().to_string_lossy())
            && fs::File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Renames are only durable once the folder is synced; where folders cannot be opened as files there is nothing to do.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(path)?.sync_all() } else { Ok(()) }
}
