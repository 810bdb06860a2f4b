//! The file of stored units: a magic number, then records, each with a mark, its length, a checksum and its content.
//!
//! A record that is torn or damaged is as good as not there; those behind it are found by their marks. What does not belong to a whole
//! record is counted, so that nothing is lost without a word.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use super::unit_name::UnitName;
use crate::untrusted::{RECORD_LIMIT, shown_path};

/// Begins the file; another format gets another one.
pub(super) const MAGIC: &[u8; 16] = b"tailback units 4";
/// Begins each record.
const MARK: [u8; 4] = *b"\xf5unt";
/// Mark, length and checksum before the content of each record.
pub(super) const HEAD: usize = MARK.len() + 4 + CHECKSUM;
const CHECKSUM: usize = 16;

/// Where the record of each unit begins, and the length of its content.
pub(super) type Places = HashMap<UnitName, (u64, u32)>;

/// What a file of stored units holds.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(in crate::experiment) places: Places,
    /// Where its last whole record ends; 0 for a file that is no such file.
    pub(in crate::experiment) end: u64,
    /// Bytes that belong to no whole record of a unit.
    pub(in crate::experiment) lost: u64,
}

/// A file of stored units that is not as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    pub(in crate::experiment) path: PathBuf,
    pub(in crate::experiment) lost: u64,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, lost } = self;
        write!(f, "{lost} bytes of `{}` are damaged, cut short or of another version of tailback", shown_path(path))
    }
}

/// The record with this content.
pub(in crate::experiment) fn record(content: &[u8]) -> Vec<u8> {
    [&MARK[..], &(content.len() as u32).to_le_bytes(), &checksum(content), content].concat()
}

/// The content of the record at this place, if it is still whole.
pub(super) fn read(file: &mut File, (start, length): (u64, u32)) -> io::Result<Option<Vec<u8>>> {
    let mut record = vec![0; HEAD + length as usize];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut record)?;
    let is_whole = whole(&record).is_some_and(|content| content.len() == length as usize);
    Ok(is_whole.then(|| record.split_off(HEAD)))
}

/// Finds the whole records of a file.
pub(super) fn scan(file: &mut File) -> io::Result<Contents> {
    let length = file.metadata()?.len();
    let mut reader = Window { file, start: 0, bytes: Vec::new(), length };
    let mut contents = Contents { lost: length, ..Contents::default() };
    if reader.at(0, MAGIC.len())? != MAGIC {
        return Ok(contents);
    }
    let mut place = MAGIC.len() as u64;
    (contents.end, contents.lost) = (place, length - place);
    while place < length {
        let Some((name, size)) = reader.record_at(place)? else {
            place = reader.next_mark(place + 1)?;
            continue;
        };
        let whole = HEAD as u64 + u64::from(size);
        if let Entry::Vacant(vacant) = contents.places.entry(name) {
            vacant.insert((place, size));
            contents.lost -= whole;
        }
        place += whole;
        contents.end = place;
    }
    Ok(contents)
}

/// The content of the record that bytes begin with; `None`: they begin with none that is whole.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let content = rest.get(..length(head)?)?;
    (checksum(content) == head[HEAD - CHECKSUM..]).then_some(content)
}

/// The length of the content that the head of a record states.
fn length(head: &[u8]) -> Option<usize> {
    let (mark, rest) = head.split_at_checked(MARK.len())?;
    let bytes = rest.get(..4).filter(|_| mark == MARK)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM] {
    let mut checksum = [0; CHECKSUM];
    checksum.copy_from_slice(&blake3::hash(content).as_bytes()[..CHECKSUM]);
    checksum
}

/// A part of a file that is looked at.
struct Window<'a> {
    file: &'a mut File,
    start: u64,
    bytes: Vec<u8>,
    length: u64,
}

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

impl Window<'_> {
    /// So many bytes at this place; fewer at the end of the file.
    fn at(&mut self, place: u64, count: usize) -> io::Result<&[u8]> {
        let count = count.min((self.length - place) as usize);
        let held = place.checked_sub(self.start).filter(|from| from + count as u64 <= self.bytes.len() as u64);
        let from = match held {
            Some(from) => from as usize,
            None => {
                let size = count.max(CHUNK).min((self.length - place) as usize);
                self.bytes.resize(size, 0);
                self.start = place;
                self.file.seek(SeekFrom::Start(place))?;
                self.file.read_exact(&mut self.bytes)?;
                0
            }
        };
        Ok(&self.bytes[from..from + count])
    }

    /// The name and the length of the content of the record that begins here.
    fn record_at(&mut self, place: u64) -> io::Result<Option<(UnitName, u32)>> {
        let Some(size) = length(self.at(place, HEAD)?) else { return Ok(None) };
        if size > RECORD_LIMIT as usize || (HEAD + size) as u64 > self.length - place {
            return Ok(None);
        }
        let content = whole(self.at(place, HEAD + size)?);
        let name = content.and_then(|content| postcard::take_from_bytes::<UnitName>(content).ok());
        Ok(name.map(|(name, _)| (name, size as u32)))
    }

    /// Where the next mark begins; the end of the file without one.
    fn next_mark(&mut self, mut place: u64) -> io::Result<u64> {
        while place + MARK.len() as u64 <= self.length {
            let bytes = self.at(place, CHUNK)?;
            if let Some(found) = bytes.windows(MARK.len()).position(|window| window == MARK) {
                return Ok(place + found as u64);
            }
            place += (bytes.len() - MARK.len() + 1) as u64;
        }
        Ok(self.length)
    }
}
