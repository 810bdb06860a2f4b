//! The seal of files that are read back: the hash of all that stands before it, as the last key of a JSON object. A bit that has
//! flipped, a file that was cut short or changed by hand is told from one that is as it was written.

use std::io::{self, Write};

use super::stored_error::StoredError;

/// What stands before and behind the hash in indented text, and how that text ends without it.
const INDENTED: Ending = Ending { before: ",\n  \"blake3\": \"", after: "\"\n}\n", bare: "\n}\n" };
/// The same in compact text.
const COMPACT: Ending = Ending { before: ",\"blake3\":\"", after: "\"}\n", bare: "}\n" };
/// The digits of a hash.
const DIGITS: usize = 64;

struct Ending {
    before: &'static str,
    after: &'static str,
    bare: &'static str,
}

/// The text of a JSON object that is not empty, with its hash as its last key.
#[must_use]
pub(in crate::report) fn sealed(text: &str) -> String {
    let ending = if text.ends_with(INDENTED.bare) { INDENTED } else { COMPACT };
    let content = text.strip_suffix(ending.bare).unwrap_or(text);
    format!("{content}{}{}{}", ending.before, hash(text), ending.after)
}

/// A sealed file of compact JSON, on its way to where it is written: the same bytes as [`sealed`] gives, which are never all in memory.
pub(in crate::report) struct Sealing<'a> {
    writer: &'a mut dyn Write,
    /// Of the text without the seal.
    content: blake3::Hasher,
    /// Of the whole file.
    all: blake3::Hasher,
}

impl<'a> Sealing<'a> {
    pub(in crate::report) fn new(writer: &'a mut dyn Write) -> Self {
        Self { writer, content: blake3::Hasher::new(), all: blake3::Hasher::new() }
    }

    /// Ends the file, which must be an object whose last brace is not written; the hash of all of it.
    pub(in crate::report) fn end(mut self) -> io::Result<String> {
        self.content.update(COMPACT.bare.as_bytes());
        let seal = format!("{}{}{}", COMPACT.before, self.content.finalize().to_hex(), COMPACT.after);
        self.write_all(seal.as_bytes())?;
        Ok(self.all.finalize().to_hex().to_string())
    }
}

impl Write for Sealing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write_all(bytes)?;
        self.content.update(bytes);
        self.all.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Whether a text is as it was sealed.
///
/// # Errors
/// [`StoredError::NoSeal`] or [`StoredError::Altered`].
pub(in crate::report) fn check(text: &str) -> Result<(), StoredError> {
    let (content, found, bare) = parts(text, &INDENTED).or_else(|| parts(text, &COMPACT)).ok_or(StoredError::NoSeal)?;
    if hash(&format!("{content}{bare}")) == found { Ok(()) } else { Err(StoredError::Altered) }
}

/// The text before the seal, the hash in it, and what ended the text before it was sealed.
fn parts<'a>(text: &'a str, ending: &Ending) -> Option<(&'a str, &'a str, &'static str)> {
    let rest = text.strip_suffix(ending.after)?;
    let (content, found) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    Some((content.strip_suffix(ending.before)?, found, ending.bare))
}

/// The hash of a text, in hexadecimal.
pub(in crate::report) fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_anywhere_after_it_was_sealed_is_noticed() {
        for text in ["{\n  \"a\": 1\n}\n", "{\"a\":[1,2]}\n"] {
            let whole = sealed(text);
            assert!(check(&whole).is_ok() && serde_json::from_str::<serde_json::Value>(&whole).is_ok(), "{whole}");
            assert!(check(text).is_err(), "without a seal");
            for (place, _) in whole.char_indices() {
                let mut bytes = whole.clone().into_bytes();
                bytes[place] ^= 1;
                assert!(String::from_utf8(bytes).is_ok_and(|text| check(&text).is_err()), "byte {place} of {whole}");
                assert!(check(&whole[..place]).is_err(), "{place} bytes of {whole}");
                assert!(check(&format!("{}{}", &whole[..place], whole)).is_err() || place == 0, "doubled at {place}");
            }
        }
    }
}
