//! Where the files may lie that a scenario names.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path, PathBuf};

use super::regular::open_regular;

/// The folder of a scenario and the folders that the command line allows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Roots {
    /// Where relative paths begin.
    start: PathBuf,
    allowed: Vec<PathBuf>,
}

impl Roots {
    /// Files below `folder` (empty: the working folder) and below those `allowed`.
    #[must_use]
    pub fn new(folder: &Path, allowed: &[PathBuf]) -> Self {
        let start = named(folder);
        let mut all = vec![start.clone()];
        all.extend(allowed.iter().cloned());
        Self { start, allowed: all }
    }

    /// The same for a folder that somebody else states: files are sought there, and only those `allowed` are read.
    #[must_use]
    pub fn of_stranger(folder: &Path, allowed: &[PathBuf]) -> Self {
        Self { start: named(folder), allowed: allowed.to_vec() }
    }

    /// Opens a regular file below one of the folders.
    ///
    /// # Errors
    /// What the system says, that it is no regular file, or that it lies elsewhere: for what lies elsewhere it is not told whether it is there.
    pub fn open(&self, name: &Path) -> Result<File> {
        let path = self.start.join(name);
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(_) if !self.seems_inside(&path) => return Err(outside(name)),
            Err(error) => return Err(error),
        };
        if !self.contains(&real) {
            return Err(if self.seems_inside(&path) { led_outside() } else { outside(name) });
        }
        let file = open_regular(&real)?;
        if self.holds(&file, &real) { Ok(file) } else { Err(led_outside()) }
    }

    /// Whether a path without links lies below one of the folders.
    fn contains(&self, real: &Path) -> bool {
        self.allowed.iter().filter_map(|root| root.canonicalize().ok()).any(|root| real.starts_with(root))
    }

    /// The same by its words, for what cannot be found.
    fn seems_inside(&self, path: &Path) -> bool {
        let words = |path: &Path| std::path::absolute(path).map(|path| without_dots(&path)).ok();
        let Some(path) = words(path) else { return false };
        self.allowed.iter().filter_map(|root| words(root)).any(|root| path.starts_with(root))
    }

    /// Whether the opened file is the one that was looked at: a link may have come in between. The system knows the place of an open
    /// file itself.
    #[cfg(target_os = "linux")]
    fn holds(&self, file: &File, real: &Path) -> bool {
        use std::os::fd::AsRawFd;
        match std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
            Ok(place) => self.contains(&place),
            Err(_) => self.is_same(file, real),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn holds(&self, file: &File, real: &Path) -> bool {
        self.is_same(file, real)
    }

    /// Where the system does not tell the place: the file that now lies there, without a link on the way, is the opened one.
    #[cfg(unix)]
    fn is_same(&self, file: &File, real: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        let (Ok(held), Ok(there)) = (file.metadata(), std::fs::symlink_metadata(real)) else { return false };
        let again = real.canonicalize().is_ok_and(|again| again == real && self.contains(&again));
        again && (held.dev(), held.ino()) == (there.dev(), there.ino())
    }

    #[cfg(not(unix))]
    fn is_same(&self, _: &File, real: &Path) -> bool {
        real.canonicalize().is_ok_and(|again| again == real && self.contains(&again))
    }
}

fn named(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

/// The path with `..` taken by its word.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

fn outside(name: &Path) -> Error {
    let lies = if name.is_absolute() { "an absolute path outside" } else { "a path that leaves" };
    Error::new(ErrorKind::PermissionDenied, format!("it is {lies} the folder of the scenario"))
}

fn led_outside() -> Error {
    Error::new(ErrorKind::PermissionDenied, "a link leads out of the folder of the scenario")
}
