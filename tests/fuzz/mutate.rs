//! Changes inputs at random, by bytes and by what files of text are made of: lines, numbers, words. The same seed makes the same
//! changes on every machine.

/// The longest input that is made.
const LONGEST: usize = 256 << 10;
/// Numbers and quantities at which readers go wrong.
const NUMBERS: [&str; 28] = [
    "0",
    "-1",
    "1",
    "2",
    "0.0",
    "-0.0",
    "1e308",
    "1e-308",
    "1e400",
    "inf",
    "nan",
    "-inf",
    "18446744073709551615",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "0x10",
    "1_000",
    "1ns",
    "0s",
    "292y",
    "100000000h",
    "-5m",
    "100%",
    "100.0001%",
    "0%",
    "1e9/s",
    "1/0s",
];
/// Bytes that mean something to a reader, or nothing to any.
const BYTES: &[u8] = b"\"'[]{}=,.#\n\r\t \\-+:;()<>%/*@$&|!?`~^_\0\x1b\x7f\xff\xc3\xe2";

/// A small generator (splitmix64): no draw of it depends on the platform.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`, which may be 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Changes after which most files can still be read, or one to eight of any kind; `others` give what is put in from elsewhere.
pub fn mutated(base: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    if chance.below(2) == 0 { gently(base, others, chance) } else { roughly(base, others, chance) }
}

/// One to four changes after which most files can still be read.
pub fn gently(base: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for _ in 0..=chance.below(4) {
        bytes = match chance.below(8) {
            0..=3 => with_near_number(bytes, chance),
            4 | 5 => with_value_of_same_key(&bytes, others, chance),
            6 => without_line(&bytes, chance),
            _ => with_number(bytes, chance),
        };
    }
    bytes
}

fn roughly(base: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for _ in 0..=chance.below(8) {
        bytes = match chance.below(14) {
            0 => flipped(bytes, chance),
            1 => without_range(bytes, chance),
            2 => with_copy(bytes, chance),
            3 => with_byte(bytes, chance),
            4 => cut(bytes, chance),
            5 | 6 => with_number(bytes, chance),
            7 | 8 => with_word(bytes, others, chance),
            9 => with_line_of(bytes, others, chance),
            10 => without_line(&bytes, chance),
            11 => swapped_lines(&bytes, chance),
            12 => with_repeated_line(&bytes, chance),
            _ => with_value_of(&bytes, others, chance),
        };
        bytes.truncate(LONGEST);
    }
    bytes
}

fn flipped(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let place = chance.below(bytes.len());
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1 << chance.below(8);
    }
    bytes
}

fn range(length: usize, chance: &mut Chance) -> std::ops::Range<usize> {
    let start = chance.below(length);
    let most = if chance.below(4) == 0 { length } else { 16 };
    start..(start + 1 + chance.below(most)).min(length)
}

fn without_range(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let range = range(bytes.len(), chance);
    bytes.drain(range);
    bytes
}

fn with_copy(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let copy = bytes[range(bytes.len(), chance)].to_vec();
    let place = chance.below(bytes.len() + 1);
    bytes.splice(place..place, copy);
    bytes
}

fn with_byte(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let place = chance.below(bytes.len() + 1);
    bytes.insert(place, *chance.one_of(BYTES));
    bytes
}

fn cut(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    // Mostly near the end: the rest of a file that is cut early says little.
    let most = if chance.below(4) == 0 { bytes.len() } else { bytes.len().min(64) };
    let keep = bytes.len() - chance.below(most);
    bytes.truncate(keep);
    bytes
}

/// The places of runs of bytes of a kind.
fn runs(bytes: &[u8], is_part: fn(u8) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (i, &byte) in bytes.iter().enumerate() {
        match (is_part(byte), start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                runs.push(from..i);
                start = None;
            }
            _ => {}
        }
    }
    runs.extend(start.map(|from| from..bytes.len()));
    runs
}

fn with_number(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let numbers = runs(&bytes, |byte| byte.is_ascii_digit() || byte == b'.');
    if numbers.is_empty() {
        return bytes;
    }
    let number = match chance.below(3) {
        0 => {
            let digits = chance.below(40);
            chance.below(1 << digits).to_string()
        }
        _ => (*chance.one_of(&NUMBERS)).to_owned(),
    };
    bytes.splice(chance.one_of(&numbers).clone(), number.into_bytes());
    bytes
}

/// A number becomes one of about its size.
fn with_near_number(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let numbers = runs(&bytes, |byte| byte.is_ascii_digit());
    if numbers.is_empty() {
        return bytes;
    }
    let place = chance.one_of(&numbers).clone();
    let number: u64 = String::from_utf8_lossy(&bytes[place.clone()]).parse().unwrap_or(1);
    let near = match chance.below(6) {
        0 => number.saturating_add(1),
        1 => number.saturating_sub(1),
        2 => number.saturating_mul(2),
        3 => number / 2,
        4 => number.saturating_mul(10),
        _ => 0,
    };
    bytes.splice(place, near.to_string().into_bytes());
    bytes
}

/// The key of a line, and where what stands behind `=` begins.
fn key_and_value(line: &[u8]) -> Option<(&[u8], usize)> {
    let equals = line.iter().position(|byte| *byte == b'=')?;
    Some((line[..equals].trim_ascii(), equals))
}

/// A value becomes what the same key has elsewhere.
fn with_value_of_same_key(bytes: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let own = lines(bytes);
    let places: Vec<usize> = (0..own.len()).filter(|&i| key_and_value(own[i]).is_some()).collect();
    if places.is_empty() {
        return bytes.to_vec();
    }
    let place = *chance.one_of(&places);
    let (key, end) = key_and_value(own[place]).unwrap_or_default();
    let other = chance.one_of(others);
    let same: Vec<&[u8]> =
        lines(other).into_iter().filter(|line| key_and_value(line).is_some_and(|(k, _)| k == key)).collect();
    if same.is_empty() {
        return bytes.to_vec();
    }
    let line = *chance.one_of(&same);
    let start = key_and_value(line).map_or(0, |(_, start)| start);
    let replaced = [&own[place][..end], &line[start..]].concat();
    own.iter().enumerate().flat_map(|(i, line)| if i == place { replaced.clone() } else { line.to_vec() }).collect()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn with_word(mut bytes: Vec<u8>, others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let (own, other) = (runs(&bytes, is_word), chance.one_of(others));
    let theirs = runs(other, is_word);
    if own.is_empty() || theirs.is_empty() {
        return bytes;
    }
    let word = other[chance.one_of(&theirs).clone()].to_vec();
    bytes.splice(chance.one_of(&own).clone(), word);
    bytes
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

fn with_line_of(bytes: Vec<u8>, others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let theirs = lines(chance.one_of(others).as_slice());
    let mut own = lines(&bytes);
    if theirs.is_empty() {
        return bytes;
    }
    let place = chance.below(own.len() + 1);
    own.insert(place, *chance.one_of(&theirs));
    own.concat()
}

fn without_line(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut own = lines(bytes);
    let place = chance.below(own.len());
    if place < own.len() {
        own.remove(place);
    }
    own.concat()
}

fn swapped_lines(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut own = lines(bytes);
    let (a, b) = (chance.below(own.len()), chance.below(own.len()));
    if !own.is_empty() {
        own.swap(a, b);
    }
    own.concat()
}

fn with_repeated_line(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut own = lines(bytes);
    if let Some(line) = own.get(chance.below(own.len())).copied() {
        let place = chance.below(own.len() + 1);
        own.insert(place, line);
    }
    own.concat()
}

/// What stands behind `=` in a line is replaced by what does so in another.
fn with_value_of(bytes: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let value = |line: &[u8]| line.iter().position(|byte| *byte == b'=');
    let has_value = |line: &&[u8]| value(line).is_some();
    let other = chance.one_of(others);
    let theirs: Vec<&[u8]> = lines(other).into_iter().filter(has_value).collect();
    let own = lines(bytes);
    let places: Vec<usize> = (0..own.len()).filter(|&i| has_value(&own[i])).collect();
    if theirs.is_empty() || places.is_empty() {
        return bytes.to_vec();
    }
    let (place, line) = (*chance.one_of(&places), *chance.one_of(&theirs));
    let (end, start) = (value(own[place]).unwrap_or(0), value(line).unwrap_or(0));
    let replaced = [&own[place][..end], &line[start..]].concat();
    own.iter().enumerate().flat_map(|(i, line)| if i == place { replaced.clone() } else { line.to_vec() }).collect()
}
