//! Reading single values: texts, numbers and quantities with their units.

use crate::distribution::{Distribution, DistributionError};
use crate::scenario::syntax::fields::Field;
use crate::scenario::text::node::Value;
use crate::scenario::text::problem::Problem;
use crate::units::{Rate, Share, SimDuration, UnitError, parse_count, parse_duration, parse_rate, parse_share};

/// A text that is not empty.
pub(in crate::scenario) fn text(field: &Field<'_>) -> Option<String> {
    match &field.node.value {
        Value::Text(text) if text.trim().is_empty() => field.refuse(format!("`{}` is empty", field.key()), ""),
        Value::Text(text) => Some(text.clone()),
        _ => field.refuse_kind("a string"),
    }
}

/// A text or a quantity read from it.
fn quantity<T>(field: &Field<'_>, parse: fn(&str) -> Result<T, UnitError>) -> Option<T> {
    let accepted = |error: UnitError| error.accepted;
    match &field.node.value {
        Value::Text(text) => match parse(text) {
            Ok(value) => Some(value),
            Err(error) => field.refuse(error.message, error.accepted),
        },
        Value::Integer(_) | Value::Float(_) => {
            let written = field.desk.text(field.node.place);
            let accepted = parse("").err().map(accepted).unwrap_or_default();
            field.refuse(format!("`{}` is a bare number, `{written}`", field.key()), accepted)
        }
        _ => field.refuse_kind(&parse("").err().map(accepted).unwrap_or_default()),
    }
}

/// A duration, zero included.
pub(super) fn duration(field: &Field<'_>) -> Option<SimDuration> {
    quantity(field, parse_duration)
}

/// A duration above zero.
pub(super) fn positive_duration(field: &Field<'_>) -> Option<SimDuration> {
    let duration = duration(field)?;
    if duration.is_zero() {
        return field.refuse(format!("`{}` is zero", field.key()), "expected a duration above zero");
    }
    Some(duration)
}

/// Seconds of a duration above zero.
pub(super) fn positive_seconds(field: &Field<'_>) -> Option<f64> {
    positive_duration(field).map(SimDuration::as_secs_f64)
}

/// Seconds of a duration, zero included.
pub(super) fn seconds(field: &Field<'_>) -> Option<f64> {
    duration(field).map(SimDuration::as_secs_f64)
}

/// A rate, zero included.
pub(super) fn rate_or_zero(field: &Field<'_>) -> Option<Rate> {
    quantity(field, parse_rate)
}

/// A rate above zero.
pub(super) fn rate(field: &Field<'_>) -> Option<Rate> {
    let rate = rate_or_zero(field)?;
    if rate.as_per_second() == 0.0 {
        return field.refuse(format!("`{}` is zero", field.key()), "expected a rate above zero");
    }
    Some(rate)
}

/// A cost per hour, such as `0.05/h`.
pub(super) fn cost_per_hour(field: &Field<'_>) -> Option<f64> {
    rate_or_zero(field).map(|rate| rate.as_per_second() * 3_600.0)
}

/// A share from 0 to 100 %.
pub(super) fn share(field: &Field<'_>) -> Option<Share> {
    quantity(field, parse_share)
}

/// A share above 0 %.
pub(super) fn positive_share(field: &Field<'_>) -> Option<Share> {
    let share = share(field)?;
    if share.as_f64() == 0.0 {
        return field.refuse(format!("`{}` is zero", field.key()), "expected a share above 0 %");
    }
    Some(share)
}

/// A share strictly between 0 and 100 %.
pub(super) fn open_share(field: &Field<'_>) -> Option<Share> {
    let share = positive_share(field)?;
    if share.as_f64() == 1.0 {
        return field.refuse(format!("`{}` is 100 %", field.key()), "expected a share below 100 %");
    }
    Some(share)
}

/// The largest number without a unit, and the smallest one above zero: beyond, products of a few of them are no numbers any more.
const LARGEST: f64 = 1e12;
const SMALLEST: f64 = 1e-12;

/// A finite number that is not negative and has no unit.
pub(super) fn number(field: &Field<'_>) -> Option<f64> {
    let number = match &field.node.value {
        Value::Integer(number) => *number as f64,
        Value::Float(number) => *number,
        _ => return field.refuse_kind("a number such as `1.5`"),
    };
    let problem = if !number.is_finite() {
        "not a finite number"
    } else if number < 0.0 {
        "negative"
    } else if number > LARGEST || (number > 0.0 && number < SMALLEST) {
        let written = field.desk.text(field.node.place);
        let title = format!("`{}` is {written}", field.key());
        return field.refuse(title, format!("expected 0, or a number from {SMALLEST:e} to {LARGEST:e}"));
    } else {
        return Some(number);
    };
    field.refuse(format!("`{}` is {problem}", field.key()), "expected a number such as `1.5`")
}

/// A finite number above zero.
pub(super) fn positive_number(field: &Field<'_>) -> Option<f64> {
    let number = number(field)?;
    if number == 0.0 {
        return field.refuse(format!("`{}` is zero", field.key()), "expected a number above zero");
    }
    Some(number)
}

/// A whole number in a range; a text may shorten it: `5k`.
pub(in crate::scenario) fn whole(field: &Field<'_>, range: std::ops::RangeInclusive<i128>) -> Option<i128> {
    let accepted = format!("expected a whole number from {} to {}", range.start(), range.end());
    let number = match &field.node.value {
        Value::Integer(number) => *number,
        Value::Text(text) => match parse_count(text) {
            Ok(count) if count.fract() == 0.0 && count < 1e18 => count as i128,
            Ok(_) => return field.refuse(format!("`{text}` is not a whole number"), accepted),
            Err(error) => return field.refuse(error.message, accepted),
        },
        Value::Float(number) => return refuse_point(field, (*number, &range), accepted),
        _ => return field.refuse_kind("a whole number"),
    };
    if range.contains(&number) {
        return Some(number);
    }
    field.refuse(format!("`{}` is {number}", field.key()), accepted)
}

/// A number with a point or an exponent where a whole one is wanted.
fn refuse_point<T>(
    field: &Field<'_>,
    (number, range): (f64, &std::ops::RangeInclusive<i128>),
    accepted: String,
) -> Option<T> {
    let title = format!("`{}` is {}", field.key(), field.desk.text(field.node.place));
    let is_whole = number.fract() == 0.0 && number.abs() < 1e18;
    match number as i128 {
        whole if is_whole && range.contains(&whole) => {
            field.refuse(title, format!("write it without a point or an exponent: `{whole}`"))
        }
        _ => field.refuse(title, accepted),
    }
}

/// The most readings that a window may hold.
const MOST_READINGS: u64 = 1_000_000;

/// Refuses a time over which more readings are kept than fit, one in each interval.
pub(super) fn check_readings(field: &Field<'_>, (what, over): (&str, SimDuration), every: SimDuration) -> Option<()> {
    let readings = over.as_nanos() / every.as_nanos().max(1);
    if readings <= MOST_READINGS {
        return Some(());
    }
    let title = format!("{what} holds {readings} readings");
    field.refuse(title, format!("at most {MOST_READINGS}: a shorter time, or a longer interval"))
}

/// The most jobs that a count in a scenario may name.
const MOST_JOBS: i128 = 1_000_000_000_000;

/// A number of jobs, at least one.
pub(super) fn jobs(field: &Field<'_>) -> Option<u64> {
    whole(field, 1..=MOST_JOBS).map(|count| count as u64)
}

/// A number of jobs, zero included.
pub(super) fn jobs_or_none(field: &Field<'_>) -> Option<u64> {
    whole(field, 0..=MOST_JOBS).map(|count| count as u64)
}

/// A number of workers, zero included.
pub(super) fn workers(field: &Field<'_>) -> Option<u32> {
    whole(field, 0..=1_000_000).map(|count| count as u32)
}

/// A number of slots, at least one.
pub(super) fn slots(field: &Field<'_>) -> Option<u32> {
    whole(field, 1..=1_000_000).map(|count| count as u32)
}

/// One of a few words.
pub(in crate::scenario) fn word<T: Copy>(field: &Field<'_>, words: &[(&str, T)]) -> Option<T> {
    let accepted = format!("one of {}", crate::scenario::text::problem::list_of(words.iter().map(|(word, _)| *word)));
    let Some(found) = field.node.as_text() else { return field.refuse_kind(&accepted) };
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == found) {
        return Some(*value);
    }
    let problem = field.problem(format!("`{}` cannot be `{found}`", field.key())).accepted(accepted);
    field.desk.report(problem.suggest(found, words.iter().map(|(word, _)| *word)));
    None
}

/// Reports why numbers do not make a distribution, at the number that is to blame if it has a key.
pub(super) fn distribution(field: &Field<'_>, made: Result<Distribution, DistributionError>) -> Option<Distribution> {
    let error = match made {
        Ok(distribution) => return Some(distribution),
        Err(error) => error,
    };
    let key = match error.parameter() {
        "low" => "min",
        "high" => "max",
        other => other,
    };
    let node = field.node.as_table().and_then(|table| table.get(key)).unwrap_or(field.node);
    let problem = error.problem().replace("`low`", "`min`").replace("`high`", "`max`");
    let title = format!("`{}` is not possible", field.key());
    field.desk.report(Problem::new(node.place, title).accepted(format!("`{key}`: {problem}")));
    None
}
