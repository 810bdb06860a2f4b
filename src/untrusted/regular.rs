//! Opening files: regular ones only, and never waiting for somebody to write.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

use super::limits::human_bytes;

/// Opens a regular file to read. What the handle shows is judged, so that nobody can put another file there in between.
///
/// # Errors
/// What the system says, or that it is no regular file.
pub fn open_regular(path: &Path) -> Result<File> {
    // Asked first as well: only to open a device can do something already.
    checked(&std::fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    without_waiting(&mut options, false);
    let file = options.open(path)?;
    checked(&file.metadata()?)?;
    Ok(file)
}

/// Opens a file of the program's own to read and write, which is begun if it is not there. A link is refused: results would be written
/// where it points to.
///
/// # Errors
/// What the system says, or that it is no regular file.
pub fn open_to_store(path: &Path) -> Result<File> {
    refuse_link(path)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    without_waiting(&mut options, true);
    let file = options.open(path)?;
    checked(&file.metadata()?)?;
    Ok(file)
}

/// Refuses a link where something of the program's own is written, whether anything is where it leads or not.
///
/// # Errors
/// That it is a link.
pub fn refuse_link(path: &Path) -> Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => {
            Err(Error::other("it is a link, and results would be written where it points to; delete it"))
        }
        _ => Ok(()),
    }
}

/// All of a regular file of at most `limit` bytes.
///
/// # Errors
/// What the system says, that it is no regular file, or that it is larger.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut file = open_regular(path)?;
    let mut bytes = Vec::new();
    if file.metadata()?.len() <= limit {
        file.by_ref().take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= limit {
            return Ok(bytes);
        }
    }
    Err(Error::other(format!("it is larger than {}, the most that is read", human_bytes(limit))))
}

/// The same as text.
///
/// # Errors
/// The same, or that it is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String> {
    String::from_utf8(read_bytes(path, limit)?).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not UTF-8 text"))
}

fn checked(found: &Metadata) -> Result<()> {
    match found.is_file() {
        true => Ok(()),
        false => Err(Error::other(format!("it is not a regular file but {}", kind(found)))),
    }
}

#[cfg(unix)]
fn kind(found: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = found.file_type();
    match kind {
        _ if kind.is_dir() => "a folder",
        _ if kind.is_fifo() => "a pipe",
        _ if kind.is_socket() => "a socket",
        _ if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "something else",
    }
}

#[cfg(not(unix))]
fn kind(found: &Metadata) -> &'static str {
    if found.is_dir() { "a folder" } else { "something else" }
}

/// A pipe that came in between is opened without waiting for its other end; `itself`: what a link points to is not opened.
#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions, itself: bool) {
    use std::os::unix::fs::OpenOptionsExt;
    let link = if itself { libc::O_NOFOLLOW } else { 0 };
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | link);
}

#[cfg(not(unix))]
fn without_waiting(_: &mut OpenOptions, _: bool) {}
