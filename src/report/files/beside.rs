//! Files on their way to their places: written in a folder of their own beside them, synced and closed, then renamed.
//!
//! A lock in that folder tells those that a living process is writing from those that one left when it was killed. Few files are open at a
//! time, so that a low limit of the system is enough.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use tempfile::TempDir;

use crate::untrusted::open_regular;

/// Files that are open to be written at the same time, at most.
const MOST_OPEN: usize = 4;
/// Of the names of what is not in its place yet.
const PREFIX: &str = ".tailback-";
const SUFFIX: &str = ".part";
/// Held as long as its process lives.
const LOCK: &str = "lock";

/// A folder for files that are not in their places yet; it vanishes with what is left in it.
#[derive(Debug)]
pub(in crate::report) struct Beside {
    folder: TempDir,
    _lock: File,
    free: Places,
}

impl Beside {
    /// Begins one in `folder`.
    pub(in crate::report) fn new(folder: &Path) -> io::Result<Self> {
        let within = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempdir_in(folder)?;
        let lock = create(&within.path().join(LOCK))?;
        // Where the system has no locks, abandoned files stay.
        let _ = lock.try_lock();
        Ok(Self { folder: within, _lock: lock, free: Places::default() })
    }

    /// Fails where fewer files may be open at a time than are needed.
    pub(in crate::report) fn try_files(&self) -> io::Result<()> {
        let files =
            (0..=MOST_OPEN).map(|i| create(&self.path(&format!("trial-{i}")))).collect::<io::Result<Vec<File>>>();
        files.map(drop)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until a file may be opened, and has it written; [`Unsynced::sync`] ends it.
    pub(in crate::report) fn write(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Unsynced<'_>> {
        let place = self.free.take();
        let mut file = BufWriter::with_capacity(1 << 16, create(&self.path(name))?);
        write(&mut file)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Unsynced { file, _place: place })
    }

    /// Moves a file to its place.
    pub(in crate::report) fn put(&self, name: &str, place: &Path) -> io::Result<()> {
        fs::rename(self.path(name), place)
    }
}

/// A written file that is still open.
pub(in crate::report) struct Unsynced<'a> {
    file: File,
    _place: Place<'a>,
}

impl Unsynced<'_> {
    /// Waits until it is on the disk, and closes it.
    pub(in crate::report) fn sync(self) -> io::Result<()> {
        self.file.sync_all()
    }
}

/// How many files are open.
#[derive(Debug, Default)]
struct Places {
    taken: Mutex<usize>,
    freed: Condvar,
}

struct Place<'a>(&'a Places);

impl Places {
    fn take(&self) -> Place<'_> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.freed.wait_while(taken, |taken| *taken >= MOST_OPEN);
        *taken.unwrap_or_else(PoisonError::into_inner) += 1;
        Place(self)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.freed.notify_one();
    }
}

/// A new file, readable by all whom the umask allows.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o644);
    }
    options.open(path)
}

/// Removes what no living process is writing. What cannot be removed does no harm.
pub(in crate::report) fn remove_abandoned(folder: &Path) {
    let is_unfinished = |name: &str| name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    let is_free = |path: &Path| open_regular(path).is_ok_and(|file| file.try_lock().is_ok());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if !is_unfinished(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if is_free(&path.join(LOCK)) {
                let _ = fs::remove_dir_all(&path);
            }
        } else if is_free(&path) {
            // As versions up to 0.1 left them.
            let _ = fs::remove_file(&path);
        }
    }
}
