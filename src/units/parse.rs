//! From text with a unit to a quantity.
//!
//! Numbers are read digit by digit into integers, so that `1.1s` is exactly 1 100 000 000 ns and the same text
//! gives the same quantity on every machine.

use super::{Rate, Share, SimDuration};

/// Why a text is not a quantity: what is accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitError {
    /// What was wrong, such as "`40` has no unit".
    pub message: String,
    /// What is accepted, such as "a duration such as `250ms`, `30s` or `25h5m`".
    pub accepted: String,
}

const DURATION: &str = "a duration such as `250ms`, `30s`, `25h5m` or `2d`";
const RATE: &str = "a rate such as `40/s`, `3/min`, `14.4/h` or `2/day`";
const SHARE: &str = "a share such as `99%` or `0.2%`";
const COUNT: &str = "a count such as `5000`, `5_000`, `5k` or `1.2M`";

const SECOND: u128 = 1_000_000_000;

/// The largest rate, a second, and the least one above zero.
const MOST_RATE: f64 = 1e12;
const LEAST_RATE: f64 = 1e-18;

/// The largest count.
const MOST_COUNT: f64 = 1e18;

/// The longest duration: 292 years, so that sums of two still fit the clock of 584 years.
const LONGEST: u128 = i64::MAX as u128;

/// Units of durations with their length in nanoseconds.
const UNITS: [(&[&str], u128); 8] = [
    (&["ns"], 1),
    (&["us", "µs", "μs"], 1_000),
    (&["ms"], 1_000_000),
    (&["s", "sec", "second", "seconds"], SECOND),
    (&["m", "min", "minute", "minutes"], 60 * SECOND),
    (&["h", "hour", "hours"], 3_600 * SECOND),
    (&["d", "day", "days"], 86_400 * SECOND),
    (&["w", "week", "weeks"], 604_800 * SECOND),
];

fn refuse(message: impl Into<String>, accepted: &str) -> UnitError {
    UnitError { message: message.into(), accepted: accepted.to_owned() }
}

/// A duration such as `250ms`, `30s`, `25h5m`.
///
/// # Errors
/// [`UnitError`] when it is none, negative or longer than 292 years.
pub fn parse_duration(text: &str) -> Result<SimDuration, UnitError> {
    let wrong = |message: String| refuse(message, DURATION);
    let mut rest = text.trim();
    check_start(rest, DURATION)?;
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let (number, after) = split_number(rest).ok_or_else(|| wrong(format!("`{text}` is not a duration")))?;
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let unit = unit_nanos(&after[..end]).map_err(|found| {
            wrong(if found.is_empty() {
                format!("`{text}` has no unit")
            } else {
                format!("`{found}` is not a unit of time")
            })
        })?;
        total = number.times(unit).and_then(|nanos| total.checked_add(nanos)).unwrap_or(u128::MAX);
        rest = after[end..].trim_start();
    }
    if total > LONGEST {
        return Err(wrong(format!("`{text}` is longer than 292 years, the most that the clock counts")));
    }
    Ok(SimDuration::from_nanos(total as u64))
}

/// A rate such as `40/s`, `3/min`, `14.4/h`.
///
/// # Errors
/// [`UnitError`] when it is none, negative or infinite.
pub fn parse_rate(text: &str) -> Result<Rate, UnitError> {
    let wrong = |message: String| refuse(message, RATE);
    check_start(text.trim(), RATE)?;
    let Some((number, unit)) = text.split_once('/') else {
        let message = if plain_number(text.trim()).is_some() { "has no unit" } else { "is not a rate" };
        return Err(wrong(format!("`{text}` {message}")));
    };
    let nanos = unit_nanos(unit.trim()).map_err(|found| wrong(format!("`/{found}` is not per a unit of time")))?;
    let count = parse_count(number).map_err(|error| wrong(error.message))?;
    let per_second = count / (nanos as f64 / SECOND as f64);
    match Rate::per_second(per_second) {
        Some(rate) if per_second == 0.0 || (LEAST_RATE..=MOST_RATE).contains(&per_second) => Ok(rate),
        Some(_) if per_second < 1.0 => Err(wrong(format!("`{text}` is less than once in 30 billion years"))),
        _ => Err(wrong(format!("`{text}` is more than {MOST_RATE:e} a second"))),
    }
}

/// A share such as `99%` or `0.2%`.
///
/// # Errors
/// [`UnitError`] when it is none or outside 0 to 100 %.
pub fn parse_share(text: &str) -> Result<Share, UnitError> {
    let wrong = |message: String| refuse(message, SHARE);
    check_start(text.trim(), SHARE)?;
    let Some(number) = text.trim().strip_suffix('%') else {
        let message = if plain_number(text.trim()).is_some() { "has no `%`" } else { "is not a share" };
        return Err(wrong(format!("`{text}` {message}")));
    };
    let number = number.trim();
    let share = plain_number(number).and_then(|_| format!("{}e-2", number.replace('_', "")).parse().ok());
    let share: f64 = share.ok_or_else(|| wrong(format!("`{text}` is not a share")))?;
    Share::new(share).ok_or_else(|| wrong(format!("`{text}` is more than 100 %")))
}

/// A count such as `5000`, `5_000`, `5k`, `1.2M`.
///
/// # Errors
/// [`UnitError`] when it is none or negative.
pub fn parse_count(text: &str) -> Result<f64, UnitError> {
    let text = text.trim();
    check_start(text, COUNT)?;
    let (digits, factor) = match text.char_indices().last() {
        Some((at, 'k')) => (&text[..at], 1e3),
        Some((at, 'M')) => (&text[..at], 1e6),
        Some((at, 'G')) => (&text[..at], 1e9),
        _ => (text, 1.0),
    };
    let number = plain_number(digits.trim_end()).ok_or_else(|| refuse(format!("`{text}` is not a number"), COUNT))?;
    match number * factor {
        count if count <= MOST_COUNT => Ok(count),
        _ => Err(refuse(format!("`{text}` is more than {MOST_COUNT:e}"), COUNT)),
    }
}

/// What no quantity may be: nothing, negative, infinite, not a number.
fn check_start(text: &str, accepted: &str) -> Result<(), UnitError> {
    if let Some(message) = foreign_number(text) {
        return Err(refuse(message, accepted));
    }
    let word = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let message = if text.is_empty() {
        "the value is empty".to_owned()
    } else if word.starts_with("inf") || word.starts_with("nan") {
        format!("`{text}` is not a finite number")
    } else if text.starts_with('-') {
        format!("`{text}` is negative")
    } else {
        return Ok(());
    };
    Err(refuse(message, accepted))
}

/// What is wrong with a number that begins a text, if other programs write it so: with an exponent, or with a comma for the point.
fn foreign_number(text: &str) -> Option<String> {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || "._".contains(c)).len();
    let (number, rest) = text.split_at(digits(text));
    if number.is_empty() {
        return None;
    }
    if let Some(fraction) = rest.strip_prefix(',').filter(|rest| digits(rest) > 0) {
        return Some(format!("`{text}` has a comma; write `{number}.{fraction}`"));
    }
    let exponent = rest.strip_prefix(['e', 'E'])?;
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    (digits(exponent) > 0).then(|| format!("`{text}` has an exponent; write the number in full"))
}

/// Digits with an optional fraction; underscores may separate digits.
fn plain_number(text: &str) -> Option<f64> {
    let (_, rest) = split_number(text)?;
    if !rest.is_empty() {
        return None;
    }
    let number: f64 = text.replace('_', "").parse().ok()?;
    number.is_finite().then_some(number)
}

fn unit_nanos(name: &str) -> Result<u128, &str> {
    UNITS.iter().find(|(names, _)| names.contains(&name)).map(|&(_, nanos)| nanos).ok_or(name)
}

/// A decimal number as `digits / 10^places`.
struct Decimal {
    digits: u128,
    places: u32,
}

impl Decimal {
    /// This many units, rounded to the nanosecond; `None` on overflow.
    fn times(&self, unit: u128) -> Option<u128> {
        let scale = 10_u128.checked_pow(self.places)?;
        Some((self.digits.checked_mul(unit)?.checked_add(scale / 2)?) / scale)
    }
}

/// The number at the start of a text and what follows it. Decimals beyond the fifteenth are dropped.
fn split_number(text: &str) -> Option<(Decimal, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '_' || c == '.')).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let well_formed = |part: &str| part.starts_with(|c: char| c.is_ascii_digit()) && !part.ends_with('_');
    if !well_formed(whole) || !well_formed(fraction) || fraction.contains('.') {
        return None;
    }
    let fraction: String = fraction.chars().filter(|&c| c != '_').take(15).collect();
    let digits = format!("{}{fraction}", whole.replace('_', ""));
    let digits = digits.parse().unwrap_or(u128::MAX);
    Some((Decimal { digits, places: fraction.len() as u32 }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> u64 {
        parse_duration(text).unwrap().as_nanos()
    }

    #[test]
    fn durations_are_read_exactly() {
        assert_eq!(nanos("250ms"), 250_000_000);
        assert_eq!(nanos("25h5m"), 90_300_000_000_000);
        assert_eq!(nanos("25 h 5 min"), nanos("25h5m"));
        assert_eq!(nanos("1.1s"), 1_100_000_000);
        assert_eq!(nanos("2d"), 172_800_000_000_000);
        assert_eq!(nanos("1w"), nanos("7 days"));
        assert_eq!(nanos("1_000us"), 1_000_000);
        assert_eq!(nanos("0s"), 0);
        assert_eq!(nanos("0.4ns"), 0);
        assert_eq!(nanos("292y".replace('y', "d").as_str()), 292 * nanos("1d"));
    }

    #[test]
    fn durations_without_sense_are_refused_with_a_reason() {
        let message = |text: &str| parse_duration(text).unwrap_err().message;
        assert_eq!(message("40"), "`40` has no unit");
        assert_eq!(message("-3s"), "`-3s` is negative");
        assert_eq!(message("inf"), "`inf` is not a finite number");
        assert_eq!(message("NaN s"), "`NaN s` is not a finite number");
        assert_eq!(message("3 parsecs"), "`parsecs` is not a unit of time");
        assert_eq!(message("soon"), "`soon` is not a duration");
        assert_eq!(message(""), "the value is empty");
        assert_eq!(message("1.5.2s"), "`1.5.2s` is not a duration");
        assert_eq!(message("5 m-3s"), "`5 m-3s` is not a duration");
        assert!(message("219000d").contains("longer than 292 years"));
        assert!(message("99999999999999999999999999999999999999999d").contains("longer than 292 years"));
    }

    #[test]
    fn rates_are_read_per_unit_of_time() {
        let rate = |text: &str| parse_rate(text).unwrap().as_per_second();
        assert_eq!(rate("40/s"), 40.0);
        assert_eq!(rate("3/min"), 0.05);
        assert_eq!(rate("14.4/h"), 0.004);
        assert_eq!(rate("33k / s"), 33_000.0);
        assert_eq!(rate("86400/day"), 1.0);
        assert_eq!(rate("0/s"), 0.0);
    }

    #[test]
    fn rates_without_sense_are_refused_with_a_reason() {
        let message = |text: &str| parse_rate(text).unwrap_err().message;
        assert_eq!(message("40"), "`40` has no unit");
        assert_eq!(message("40s"), "`40s` is not a rate");
        assert_eq!(message("-40/s"), "`-40/s` is negative");
        assert_eq!(message("40/fortnight"), "`/fortnight` is not per a unit of time");
        assert_eq!(message("many/s"), "`many` is not a number");
        assert_eq!(message("inf/s"), "`inf/s` is not a finite number");
    }

    #[test]
    fn shares_need_their_sign_and_stay_within_the_whole() {
        assert_eq!(parse_share("99%").unwrap().as_f64(), 0.99);
        assert_eq!(parse_share("99.9%").unwrap().as_f64(), 0.999, "dividing 99.9 by 100 is off by a bit");
        assert_eq!(parse_share("0.2 %").unwrap().as_f64(), 0.002);
        assert_eq!(parse_share("0.99").unwrap_err().message, "`0.99` has no `%`");
        assert_eq!(parse_share("101%").unwrap_err().message, "`101%` is more than 100 %");
        assert_eq!(parse_share("-1%").unwrap_err().message, "`-1%` is negative");
    }

    #[test]
    fn counts_may_be_shortened() {
        assert_eq!(parse_count("5_000"), Ok(5_000.0));
        assert_eq!(parse_count("5k"), Ok(5_000.0));
        assert_eq!(parse_count("1.2M"), Ok(1_200_000.0));
        assert!(parse_count("a few").is_err());
        assert_eq!(parse_count("5e3").unwrap_err().message, "`5e3` has an exponent; write the number in full");
        assert_eq!(parse_duration("0,5s").unwrap_err().message, "`0,5s` has a comma; write `0.5s`");
        assert_eq!(parse_rate("1e3/s").unwrap_err().message, "`1e3/s` has an exponent; write the number in full");
        assert!(parse_count("").is_err());
    }
}
