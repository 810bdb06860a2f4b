//! A file that an argument names. It is written whole or not at all, in the place of what was there; but devices and pipes
//! (`/dev/null`, `/dev/stdout`, `>(command)` of a shell) are written to.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::failure::Failure;
use super::terminal::{print, say};
use crate::report::{RunFolder, WriteError};
use crate::untrusted::shown_path;

/// Where the content goes.
enum Place {
    /// Standard output of this process.
    Output,
    /// Standard error.
    Errors,
    /// What is there already: a device, a pipe or an open file.
    Stream,
    File,
}

/// Tells what cannot be written before the time for a simulation is spent.
pub(super) fn prepare(path: &Path) -> Result<(), Failure> {
    match place_of(path) {
        Place::File => folder_and_name(path).map(|_| ()),
        _ => Ok(()),
    }
}

/// Writes a text. Where it is shown at once, nothing in it acts.
pub(super) fn write_text(path: &Path, text: String) -> Result<(), Failure> {
    match place_of(path) {
        Place::Output => print(&text),
        Place::Errors => {
            say(text.trim_end_matches('\n'));
            Ok(())
        }
        place => write_to(&place, path, text.into_bytes()),
    }
}

/// Writes a picture.
pub(super) fn write_bytes(path: &Path, bytes: Vec<u8>) -> Result<(), Failure> {
    write_to(&place_of(path), path, bytes)
}

fn write_to(place: &Place, path: &Path, bytes: Vec<u8>) -> Result<(), Failure> {
    let written = match place {
        Place::File => {
            let (folder, name) = folder_and_name(path)?;
            return Ok(folder.write([(name, bytes)])?);
        }
        Place::Output => io::stdout().lock().write_all(&bytes).and_then(|()| io::stdout().flush()),
        Place::Errors => io::stderr().lock().write_all(&bytes),
        Place::Stream => fs::OpenOptions::new().append(true).open(path).and_then(|mut file| file.write_all(&bytes)),
    };
    match written {
        // A reader who has gone away is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(WriteError { operation: "write to", path: path.to_owned(), error }.into())
        }
        _ => Ok(()),
    }
}

fn place_of(path: &Path) -> Place {
    match path.to_str() {
        Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => return Place::Output,
        Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") => return Place::Errors,
        _ => {}
    }
    // Links of the system to what is open. Other links are not followed: they could come with a pull request.
    let is_of_fd = path.parent().is_some_and(|parent| parent.ends_with("fd"));
    let is_open = is_of_fd && (path.starts_with("/dev") || path.starts_with("/proc"));
    let found = if is_open { fs::metadata(path) } else { fs::symlink_metadata(path) };
    match found.map(|found| found.file_type()) {
        Ok(kind) if is_open && !kind.is_dir() => Place::Stream,
        Ok(kind) if kind.is_file() || kind.is_dir() || kind.is_symlink() => Place::File,
        Ok(_) => Place::Stream,
        Err(_) => Place::File,
    }
}

/// The folder of a file, which can be written to, and its name there.
fn folder_and_name(path: &Path) -> Result<(RunFolder, String), Failure> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| Failure::Refused(format!("error: `{}` names no file", shown_path(path))))?;
    Ok((RunFolder::prepare_file(parent, &name)?, name))
}
