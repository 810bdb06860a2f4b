//! Times in the cells of a trace: numbers since the start of the run, epoch times, and dates.

use std::cell::{Cell, RefCell};

use jiff::tz::TimeZone;

use super::table_file::CellError;
use super::table_text::Quoting;
use super::times::{NoInstant, instant};
use crate::scenario::syntax::desk::WallClock;
use crate::scenario::syntax::fields::Field;

/// Numbers from this many seconds on (over three years) are taken for times since 1970.
const EPOCH: i128 = 100_000_000 * SECOND;
const SECOND: i128 = 1_000_000_000;
/// The most that the clock counts, in nanoseconds.
const LONGEST: i128 = 9_200_000_000 * SECOND;

/// Units of numbers by how many nanoseconds they have, with the magnitude from which a time since 1970 must be in them.
const BY_MAGNITUDE: [(f64, i128, &str); 3] =
    [(1e17, 1, "nanoseconds"), (1e14, 1_000, "microseconds"), (1e11, 1_000_000, "milliseconds")];

/// How numbers count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Origin {
    /// From the start of the run.
    Start,
    /// From 1970.
    Epoch,
}

/// Reads times and durations.
pub(super) struct TimeReader {
    /// Nanoseconds of the stated unit.
    pub(super) unit: Option<i128>,
    pub(super) decimal_comma: Option<bool>,
    /// What messages may quote of the file.
    pub(super) quoting: Quoting,
    /// That of dates without one.
    zone: TimeZone,
    /// The start of the run in nanoseconds since 1970; `None`: the scenario states none.
    start: Option<i128>,
    /// Found out at the first number, and its unit in nanoseconds.
    numbers: Cell<Option<(Origin, i128)>>,
    assumed: RefCell<Vec<String>>,
}

impl TimeReader {
    /// With a zone for dates that have none; otherwise it is that of `run.start`.
    pub(super) fn new(field: &Field<'_>, zone: Option<TimeZone>) -> Self {
        let clock = match field.desk.clock.get() {
            Some(WallClock::Dated(clock)) => Some(clock),
            _ => None,
        };
        Self {
            unit: None,
            decimal_comma: None,
            quoting: Quoting::default(),
            zone: zone.or_else(|| clock.map(|clock| clock.start().time_zone().clone())).unwrap_or(TimeZone::UTC),
            start: clock.map(|clock| clock.start().timestamp().as_nanosecond()),
            numbers: Cell::new(None),
            assumed: RefCell::default(),
        }
    }

    /// What was found out and not stated.
    pub(super) fn assumed(self) -> Vec<String> {
        self.assumed.into_inner()
    }

    /// A time in nanoseconds since the start of the run; negative before it.
    pub(super) fn time(&self, cell: Option<&str>, column: usize) -> Result<i128, CellError> {
        let wrong = |title: String, accepted| CellError { column, title, accepted };
        let Some(cell) = cell else { return Err(wrong("empty".to_owned(), "expected a time")) };
        let time = if is_date(cell) { self.date(cell) } else { self.number(cell) };
        let time = time.map_err(|(title, accepted)| wrong(title, accepted))?;
        if time > LONGEST {
            let title = format!(
                "{} is more than 292 years after the start, the most that the clock counts",
                self.quoting.quote(cell)
            );
            return Err(wrong(title, "is `time_unit` right?"));
        }
        Ok(time)
    }

    /// A duration in nanoseconds, not negative.
    pub(super) fn duration(&self, cell: &str, column: usize) -> Result<u64, CellError> {
        let nanos = self.nanos(cell, self.unit.unwrap_or(SECOND)).map_err(|title| CellError::number(column, title))?;
        match nanos {
            ..0 => Err(CellError::number(column, format!("{} is negative", self.quoting.quote(cell)))),
            _ if nanos > LONGEST => {
                let title =
                    format!("{} is longer than 292 years, the most that the clock counts", self.quoting.quote(cell));
                Err(CellError::number(column, title))
            }
            _ => Ok(nanos as u64),
        }
    }

    fn number(&self, cell: &str) -> Result<i128, (String, &'static str)> {
        const ACCEPTED: &str = "expected a number, or a date such as `2020-09-30T09:00:00Z`";
        let (origin, unit) = match self.numbers.get() {
            Some(known) => known,
            None => self.find_out(cell).map_err(|title| (title, ACCEPTED))?,
        };
        self.numbers.set(Some((origin, unit)));
        let nanos = self.nanos(cell, unit).map_err(|title| (title, ACCEPTED))?;
        match (origin, self.start) {
            (Origin::Start, _) => Ok(nanos),
            (Origin::Epoch, Some(start)) => Ok(nanos - start),
            (Origin::Epoch, None) => Err((
                format!("{} seems to count from 1970", self.quoting.quote(cell)),
                "state `run.start`: such times are placed by the clock",
            )),
        }
    }

    /// From what and in what the numbers count, by the first of them.
    fn find_out(&self, cell: &str) -> Result<(Origin, i128), String> {
        let bare = self.nanos(cell, 1)?.unsigned_abs() as f64;
        let by_magnitude = BY_MAGNITUDE.iter().find(|(least, ..)| bare >= *least);
        let (unit, word) = match (self.unit, by_magnitude) {
            (None, Some((_, unit, word))) => (*unit, Some(*word)),
            (unit, _) => (unit.unwrap_or(SECOND), None),
        };
        if self.nanos(cell, unit)?.abs() < EPOCH {
            return Ok((Origin::Start, unit));
        }
        let read = match (word, self.unit) {
            (Some(word), _) => format!("arrivals were read as {word} since 1970, by their size"),
            (None, _) => "arrivals were read as times since 1970, by their size".to_owned(),
        };
        self.assumed.borrow_mut().push(read);
        Ok((Origin::Epoch, unit))
    }

    /// A number of units of so many nanoseconds. Digits are counted, not rounded through a float: nanoseconds since 1970 have 19.
    fn nanos(&self, cell: &str, unit: i128) -> Result<i128, String> {
        let text = match self.decimal_comma {
            Some(false) => cell.to_owned(),
            // A comma in a cell is that of a decimal number, where it cannot be anything else.
            None if cell.contains('.') || cell.matches(',').count() != 1 => cell.to_owned(),
            Some(true) | None => cell.replace(',', "."),
        };
        decimal(&text, unit).ok_or_else(|| match text.parse::<f64>() {
            Ok(_) => format!("{} is not a finite number", self.quoting.quote(cell)),
            Err(_) => format!("{} is not a number", self.quoting.quote(cell)),
        })
    }

    fn date(&self, cell: &str) -> Result<i128, (String, &'static str)> {
        let Some(start) = self.start else {
            return Err((format!("{} is a date", self.quoting.quote(cell)), "state `run.start`"));
        };
        let found = instant(&written_as_rfc3339(cell), Some(&self.zone)).map_err(|error| match error {
            NoInstant::Unreadable => {
                (format!("{} is not a date with a time", self.quoting.quote(cell)), "such as `2020-09-30T09:00:00Z`")
            }
            NoInstant::NotOnce(title, how) => {
                (format!("{}: {title}; {how}", self.quoting.quote(cell)), "state times with their offset")
            }
        })?;
        Ok(found.timestamp().as_nanosecond() - start)
    }
}

fn is_date(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    cell.contains(':') || (bytes.len() > 7 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-')
}

/// `2026-03-08 07:00:00 UTC` and `2026-03-08 07:00:00 +0000` as RFC 3339 has them.
fn written_as_rfc3339(cell: &str) -> String {
    let cell = cell.strip_suffix(" UTC").map_or_else(|| cell.to_owned(), |date| format!("{date}Z"));
    match cell.split_once(' ') {
        Some((date, time)) => format!("{date}T{}", time.replace(' ', "")),
        None => cell,
    }
}

/// A decimal number times `unit`, rounded to a whole number, exactly.
fn decimal(text: &str, unit: i128) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || whole.len() > 20 || !plain(whole) || !plain(part) {
        // With an exponent, or of a size where digits do not matter.
        let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
        return Some((number * unit as f64).round() as i128);
    }
    let part = &part[..part.len().min(17)];
    let scale = 10_i128.pow(part.len() as u32);
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
    let all = number(whole)?.checked_mul(scale)?.checked_add(number(part)?)?.checked_mul(unit)?;
    let rounded = (all + scale / 2) / scale;
    Some(if negative { -rounded } else { rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_and_not_rounded() {
        assert_eq!(decimal("1772409600123456789", 1), Some(1_772_409_600_123_456_789));
        assert_eq!(decimal("1772409600.123456789", SECOND), Some(1_772_409_600_123_456_789));
        assert_eq!(decimal("0.0000000005", SECOND), Some(1));
        assert_eq!(decimal("-1.5", 1_000), Some(-1_500));
        assert_eq!(decimal("1e3", 1_000_000), Some(1_000_000_000));
        for wrong in ["", ".", "-", "1,5", "x", "nan", "inf", "1.2.3"] {
            assert_eq!(decimal(wrong, 1), None, "{wrong}");
        }
    }

    #[test]
    fn dates_of_databases_and_of_ruby_are_rfc_3339() {
        let seconds = |text: &str| {
            instant(&written_as_rfc3339(text), Some(&TimeZone::UTC)).ok().map(|z| z.timestamp().as_second())
        };
        let all =
            ["2026-03-08T07:00:00Z", "2026-03-08 07:00:00+00", "2026-03-08 07:00:00 UTC", "2026-03-08 07:00:00 +0000"];
        for text in all {
            assert_eq!(seconds(text), Some(1_772_953_200), "{text}");
        }
        assert_eq!(seconds("2026-03-08 07:00:00"), Some(1_772_953_200));
        assert_eq!(seconds("2026-03-08 08:00:00+01:00"), Some(1_772_953_200));
    }
}
