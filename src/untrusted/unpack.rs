//! Reading a table as a stream, unpacked, within limits: memory never holds more than a row of it.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Error, Read, Result};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::limits::{PACKED_LIMIT, ROW_LIMIT, UNPACKED_LIMIT, human_bytes};

/// From this size on it counts how much a file grows when it is unpacked.
const JUDGED_FROM: u64 = 16 << 20;
/// The most that it may grow: text with numbers shrinks to a twentieth, the same byte over and over to a thousandth.
const MOST_GROWTH: u64 = 200;

/// Knows where rows end: whoever reads them says so, and a row that does not end is refused.
#[derive(Clone, Debug, Default)]
pub struct RowGuard(Rc<Cell<u64>>);

impl RowGuard {
    /// A row has ended.
    pub fn row_ended(&self) {
        self.0.set(0);
    }

    fn add(&self, bytes: u64) -> Result<()> {
        self.0.set(self.0.get() + bytes);
        // What the reader has taken in advance belongs to later rows.
        if self.0.get() > ROW_LIMIT + BUFFER as u64 {
            return Err(too_large("a row", ROW_LIMIT));
        }
        Ok(())
    }
}

/// Bytes that are read at a time.
const BUFFER: usize = 1 << 16;

/// The bytes of a file, unpacked where it is gzipped.
///
/// # Errors
/// What the system says, or that the file is larger than is read.
pub fn unpacked(file: File, is_packed: bool, guard: &RowGuard) -> Result<Box<dyn Read>> {
    if file.metadata()?.len() > PACKED_LIMIT {
        return Err(too_large("it", PACKED_LIMIT));
    }
    let taken = Rc::new(Cell::new(0));
    let raw = BufReader::with_capacity(BUFFER, Counted { bytes: file, taken: Rc::clone(&taken) });
    let unpacked: Box<dyn Read> = if is_packed { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) };
    Ok(Box::new(Limited { bytes: unpacked, taken, given: 0, guard: guard.clone() }))
}

fn too_large(what: &str, limit: u64) -> Error {
    Error::other(format!("{what} is larger than {}, the most that is read", human_bytes(limit)))
}

/// Counts the bytes that come from the disk.
struct Counted<R> {
    bytes: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}

/// Ends with an error behind what is allowed.
struct Limited {
    bytes: Box<dyn Read>,
    taken: Rc<Cell<u64>>,
    given: u64,
    guard: RowGuard,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let most = buffer.len().min(BUFFER);
        let read = self.bytes.read(&mut buffer[..most])?;
        self.given += read as u64;
        if self.taken.get() > PACKED_LIMIT || self.given > UNPACKED_LIMIT {
            return Err(too_large("it", UNPACKED_LIMIT));
        }
        if self.given > JUDGED_FROM && self.given / MOST_GROWTH > self.taken.get() {
            let title = format!("it unpacks to more than {MOST_GROWTH} times its size, as no recorded jobs do");
            return Err(Error::other(title));
        }
        self.guard.add(read as u64)?;
        Ok(read)
    }
}
