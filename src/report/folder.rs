//! The run folder: files are written whole or not at all, and a finished run replaces those of the run before.
//!
//! All files are first written beside their places under other names and synced; only when every one of them is on the disk are
//! they renamed, `manifest.json` last, so that a full disk or an interruption leaves the run before as it was.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::manifest::files_of;

const MANIFEST: &str = "manifest.json";

/// A folder for the files of a run, known to be writable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunFolder(PathBuf);

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
    /// Makes sure that the folder exists and can be written to, before the time for a run is spent.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be created or written to.
    pub fn prepare(path: &Path) -> Result<Self, WriteError> {
        fs::create_dir_all(path).map_err(failed("create the folder", path))?;
        new_file(path).map_err(failed("write to the folder", path))?;
        Ok(Self(path.to_owned()))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes all `files` (name and content) whole or not at all, and removes those that the manifest of an older run names and that
    /// are not among them. Other files in the folder stay. Each is made when the one before it is on the disk.
    ///
    /// # Errors
    /// [`WriteError`] for the first operation that fails.
    pub fn write(&self, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<(), WriteError> {
        let older = fs::read_to_string(self.0.join(MANIFEST)).map_or_else(|_| Vec::new(), |text| files_of(&text));
        let mut written = Vec::new();
        for (name, content) in files {
            self.refuse_folder(&name)?;
            let file = self.write_beside(&name, &content)?;
            written.push((name, file));
        }
        written.sort_by_key(|(name, _)| name == MANIFEST);
        let names: Vec<String> = written.iter().map(|(name, _)| name.clone()).collect();
        written.into_iter().try_for_each(|(name, file)| self.put_in_place(&name, file))?;
        if names.iter().any(|name| name == MANIFEST) {
            self.remove_stale(&older, &names)?;
        }
        sync_folder(&self.0).map_err(failed("sync the folder", &self.0))
    }

    /// A folder in the place of a file would only be noticed when other files are in place already.
    fn refuse_folder(&self, name: &str) -> Result<(), WriteError> {
        let path = self.0.join(name);
        let error = || io::Error::from(io::ErrorKind::IsADirectory);
        if path.is_dir() { Err(failed("replace", &path)(error())) } else { Ok(()) }
    }

    /// Writes and syncs a file that is not in its place yet; dropping it removes it.
    fn write_beside(&self, name: &str, content: &[u8]) -> Result<NamedTempFile, WriteError> {
        let path = self.0.join(name);
        let mut file = new_file(&self.0).map_err(failed("create", &path))?;
        file.write_all(content).map_err(failed("write", &path))?;
        file.as_file().sync_all().map_err(failed("sync", &path))?;
        Ok(file)
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
    builder.prefix(".tailback-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder.tempfile_in(folder)
}

/// Renames are only durable once the folder is synced; where folders cannot be opened as files there is nothing to do.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(path)?.sync_all() } else { Ok(()) }
}
