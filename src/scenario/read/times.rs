//! Points in time: since the start (`"90m"`), by the clock (`"09:00"`), by date (`2020-09-30T09:00:00Z`).

use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::values;
use crate::scenario::syntax::desk::WallClock;
use crate::scenario::syntax::fields::Field;
use crate::scenario::text::node::Value;
use crate::units::{LocalTime, SimTime, parse_duration, since_midnight};

const ACCEPTED: &str = "a time such as `90m` after the start, `09:00`, or `2020-09-30T09:00:00Z`";

/// A text that looks like a time point, by its shape.
enum Shape {
    Clock(Time),
    Date,
    Other,
}

fn shape(text: &str) -> Shape {
    let bytes = text.as_bytes();
    if bytes.len() > 4 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' {
        return Shape::Date;
    }
    clock_time(text).map_or(Shape::Other, Shape::Clock)
}

/// A clock time, `9:00`, `09:00` or `09:00:30`.
pub(super) fn clock_time(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let mut part = || parts.next().filter(|part| matches!(part.len(), 1..=2)).map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (part()??, part()??, part().unwrap_or(Some(0))?);
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// Digits with colons, or with `am` or `pm`: whoever writes so means a clock.
fn looks_like_a_clock(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let bare = text.trim_end_matches("am").trim_end_matches("pm").trim_end();
    let digits = bare.starts_with(|c: char| c.is_ascii_digit()) && bare.chars().all(|c| c.is_ascii_digit() || c == ':');
    digits && (bare.contains(':') || bare.len() < text.len())
}

/// A time of the run, at or after its start.
pub(super) fn time_point(field: &Field<'_>) -> Option<SimTime> {
    let text = match &field.node.value {
        Value::Text(text) | Value::DateTime(text) => text.as_str(),
        Value::Integer(_) | Value::Float(_) => {
            let written = field.desk.text(field.node.place);
            return field.refuse(format!("`{}` is a bare number, `{written}`", field.key()), ACCEPTED);
        }
        _ => return field.refuse_kind(ACCEPTED),
    };
    match shape(text) {
        Shape::Clock(time) => at_clock(field, time),
        Shape::Date => at_date(field, text),
        Shape::Other => match parse_duration(text) {
            Ok(duration) => Some(SimTime::ZERO.after(duration)),
            Err(_) if looks_like_a_clock(text) => field.refuse(
                format!("`{text}` is no time of a day"),
                "expected one from `00:00` to `23:59`, such as `09:00`",
            ),
            Err(error) => field.refuse(error.message.replace("is not a duration", "is not a time"), ACCEPTED),
        },
    }
}

/// A time before the end of the run: what lies behind it would never happen.
pub(super) fn time_in_run(field: &Field<'_>) -> Option<SimTime> {
    let time = time_point(field)?;
    match field.desk.horizon.get() {
        Some(horizon) if time >= *horizon => {
            field.refuse(format!("`{}` is not before the end of the run", field.key()), "the run ends at `run.horizon`")
        }
        _ => Some(time),
    }
}

fn at_clock(field: &Field<'_>, time: Time) -> Option<SimTime> {
    let clock = match field.desk.clock.get() {
        Some(WallClock::Dated(clock)) => clock,
        Some(WallClock::Undated) => return Some(SimTime::ZERO.after(since_midnight(time))),
        _ => return None,
    };
    let (shown, local) = clock.first(time)?;
    // Of two such times the first can lie before the start.
    match (clock.time_of(local.first()), single(shown, local)) {
        (Some(_), Err((title, accepted))) => field.refuse(title, accepted),
        _ => clock.time_of(local.last()),
    }
}

fn at_date(field: &Field<'_>, text: &str) -> Option<SimTime> {
    let clock = match field.desk.clock.get() {
        Some(WallClock::Dated(clock)) => clock,
        Some(WallClock::Undated) => {
            return field.refuse("a date needs `run.start`", "state `run.start`, or a time such as `90m` or `09:00`");
        }
        _ => return None,
    };
    let instant = match instant(text, Some(clock.start().time_zone())) {
        Ok(instant) => instant,
        Err(NoInstant::Unreadable) => return field.refuse(format!("`{text}` is not a date with a time"), ACCEPTED),
        Err(NoInstant::NotOnce(title, accepted)) => return field.refuse(title, accepted),
    };
    let time = clock.time_of(instant.timestamp());
    if time.is_none() {
        let start = clock.start().strftime("%Y-%m-%d %H:%M:%S %:z");
        return field.refuse(format!("`{text}` is before the start of the run"), format!("the run starts at {start}"));
    }
    time
}

/// Why a text is no instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum NoInstant {
    /// It is no date with a time, or lacks a zone.
    Unreadable,
    /// Clocks show it twice or never: what is wrong, and what to write.
    NotOnce(String, String),
}

/// An instant from RFC 3339, RFC 9557 or, in this zone, a date with a time alone, which clocks must show exactly once.
pub(super) fn instant(text: &str, zone: Option<&TimeZone>) -> Result<Zoned, NoInstant> {
    read_instant(text, zone).unwrap_or(Err(NoInstant::Unreadable))
}

/// `None`: it cannot be read.
fn read_instant(text: &str, zone: Option<&TimeZone>) -> Option<Result<Zoned, NoInstant>> {
    let pieces = Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset();
    if text.contains('[') && offset.is_some() {
        return Some(Ok(text.parse().ok()?));
    }
    if let Some(offset) = offset {
        let zone = if offset.is_zero() { TimeZone::UTC } else { TimeZone::fixed(offset) };
        return Some(Ok(text.parse::<Timestamp>().ok()?.to_zoned(zone)));
    }
    let named = pieces.to_time_zone().ok()?;
    let (zone, time) = (named.as_ref().or(zone)?, DateTime::from_parts(pieces.date(), pieces.time()?));
    let local = LocalTime::of(time, zone)?;
    Some(
        single(time, local)
            .map(|instant| instant.to_zoned(zone.clone()))
            .map_err(|(what, how)| NoInstant::NotOnce(what, how)),
    )
}

/// The instant at which clocks show a time, if there is just one; otherwise what is wrong, and what to write.
fn single(shown: DateTime, local: LocalTime) -> Result<Timestamp, (String, String)> {
    let with = |offset: Offset| {
        format!(
            "`{}`",
            offset
                .to_timestamp(shown)
                .map_or_else(|_| shown.to_string(), |instant| instant.display_with_offset(offset).to_string(),)
        )
    };
    match local {
        LocalTime::Once(instant) => Ok(instant),
        LocalTime::Twice([(_, first), (_, second)]) => {
            let title = format!("clocks show {} twice on {}", shown.time(), shown.date());
            Err((title, format!("write {} for the first time, or {} for the second", with(first), with(second))))
        }
        LocalTime::Skipped(change, before, after) => {
            let title = format!("clocks never show {} on {}", shown.time(), shown.date());
            let (from, to) = (before.to_datetime(change).time(), after.to_datetime(change).time());
            Err((title, format!("they go from {from} to {to} then; write {} or {}", with(before), with(after))))
        }
    }
}

/// Reads the name of a time zone.
pub(super) fn time_zone(field: &Field<'_>) -> Option<TimeZone> {
    let name = values::text(field)?;
    match TimeZone::get(&name) {
        Ok(zone) => Some(zone),
        Err(_) => {
            let problem = field.problem(format!("there is no time zone `{name}`"));
            let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
            let accepted = "expected a name such as `America/Los_Angeles` or `UTC`";
            field.desk.report(problem.accepted(accepted).suggest(&name, known.iter().map(String::as_str)));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_times_have_hours_and_minutes_of_a_day() {
        assert_eq!(clock_time("09:05").map(|t| (t.hour(), t.minute())), Some((9, 5)));
        assert_eq!(clock_time("23:59:59").map(Time::second), Some(59));
        for wrong in ["24:00", "9", "09:60", "09:00:00:00", "-1:00", "a:b", "009:00"] {
            assert_eq!(clock_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn instants_come_with_an_offset_a_zone_or_in_the_given_zone() {
        let seconds = |text: &str, zone: Option<&TimeZone>| instant(text, zone).ok().map(|z| z.timestamp().as_second());
        let expected = Some(1_601_478_000);
        let pacific = TimeZone::get("America/Los_Angeles").unwrap();
        assert_eq!(seconds("2020-09-30T08:00:00-07:00", None), expected);
        assert_eq!(seconds("2020-09-30T15:00:00Z", None), expected);
        assert_eq!(seconds("2020-09-30T08:00:00[America/Los_Angeles]", None), expected);
        assert_eq!(seconds("2020-09-30T08:00:00", Some(&pacific)), expected);
        assert_eq!(seconds("2020-09-30T08:00:00", None), None);
        assert_eq!(seconds("2020-09-30", Some(&pacific)), None);
        assert_eq!(seconds("2020-13-30T08:00:00Z", None), None);
    }

    #[test]
    fn a_time_that_clocks_show_twice_or_never_is_refused_with_both_offsets() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for text in ["2026-10-25T02:30:00", "2026-10-25T02:30:00[Europe/Berlin]"] {
            let Err(NoInstant::NotOnce(title, accepted)) = instant(text, Some(&berlin)) else { panic!("{text}") };
            assert_eq!(title, "clocks show 02:30:00 twice on 2026-10-25");
            assert!(accepted.contains("2026-10-25T02:30:00+02:00") && accepted.contains("2026-10-25T02:30:00+01:00"));
        }
        let Err(NoInstant::NotOnce(title, accepted)) = instant("2026-03-29T02:30:00", Some(&berlin)) else { panic!() };
        assert_eq!(title, "clocks never show 02:30:00 on 2026-03-29");
        assert!(accepted.starts_with("they go from 02:00:00 to 03:00:00 then"), "{accepted}");
        assert!(instant("2026-10-25T02:30:00+01:00[Europe/Berlin]", None).is_ok());
    }
}
