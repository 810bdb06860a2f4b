//! What happens again and again: `every = "24h"`, `every = "1 day"` by the clock, `cron = "0 9 * * 1-5"`.

use super::times::{time_in_run, time_point};
use super::{cron, values};
use crate::model::Ticks;
use crate::scenario::syntax::desk::WallClock;
use crate::scenario::syntax::fields::{Field, Fields};
use crate::units::{Human, SimDuration, SimTime, human_seconds, parse_duration};

/// When something happens first unless that is stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum First {
    /// As the run starts.
    AtStart,
    /// After the first period.
    AfterOne,
}

/// Reads `every` and `first`, or `cron` and `repeated`.
pub(super) fn ticks(fields: &Fields<'_>, usual: First) -> Option<Ticks> {
    let Some(line) = fields.get("cron") else {
        if let Some(field) = fields.get("repeated") {
            return field
                .refuse("`repeated` without `cron`", "only cron lines have a choice at times that clocks repeat");
        }
        return regular(fields, usual);
    };
    let other = ["every", "first"].into_iter().find_map(|key| fields.get(key));
    if let Some(field) = other {
        return field.refuse(format!("`{}` beside `cron`", field.key()), "the line alone says when");
    }
    cron::ticks(&line, fields)
}

/// Reads the times, and `others`, which may need the shortest time between two. Defaults are noted in the order that files have
/// had so far: `first` after the others.
pub(super) fn ticks_and<T>(
    fields: &Fields<'_>,
    usual: First,
    others: impl FnOnce(Option<SimDuration>) -> T,
) -> (Option<Ticks>, T) {
    if fields.get("cron").is_some() {
        let times = ticks(fields, usual);
        let gap = times.as_ref().and_then(Ticks::shortest_gap);
        return (times, others(gap));
    }
    let every = fields.get("every").and_then(|field| parse_duration(field.node.as_text()?).ok());
    let others = others(every.filter(|every| !every.is_zero()));
    (ticks(fields, usual), others)
}

fn regular(fields: &Fields<'_>, usual: First) -> Option<Ticks> {
    let every = fields.need("every", values::positive_duration);
    let days = fields.get("every").and_then(|field| whole_days(field.node.as_text()?));
    let field = fields.get("every")?;
    let first = match (fields.get("first"), every) {
        (Some(field), _) => time_in_run(&field),
        (None, None) => None,
        (None, Some(_)) if usual == First::AtStart => fields.or("first", time_in_run),
        (None, Some(every)) => {
            let default = days.and_then(|days| one_later(&field, days)).unwrap_or_else(|| exact(every));
            fields.or_computed("first", &format!("\"{default}\""), time_point)
        }
    };
    let (every, first) = (every?, first?);
    match days {
        Some(days) => cron::daily(&field, first, days),
        None => Some(Ticks::Every { first, every }),
    }
}

/// The time so many days after the start by the clock, if it is not as many times 24 hours after it.
fn one_later(field: &Field<'_>, days: u32) -> Option<String> {
    let Some(WallClock::Dated(clock)) = field.desk.clock.get() else { return None };
    let Ticks::At(times) = cron::daily(field, SimTime::ZERO, days)? else { return None };
    let time = *times.get(1)?;
    let elapsed = SimDuration::from_secs(u64::from(days) * 86_400);
    (time.since(SimTime::ZERO) != elapsed)
        .then(|| clock.at(time).map(|at| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()))?
}

/// How many days a duration is that is written in days and weeks alone: those follow the clock.
pub(super) fn whole_days(text: &str) -> Option<u32> {
    let units = text.split(|c: char| c.is_ascii_digit() || c.is_whitespace() || c == '.' || c == '_');
    let by_clock = units.filter(|unit| !unit.is_empty()).all(|unit| unit.starts_with('d') || unit.starts_with('w'));
    let nanos = parse_duration(text).ok()?.as_nanos();
    let days = (by_clock && nanos % 86_400_000_000_000 == 0).then_some(nanos / 86_400_000_000_000)?;
    u32::try_from(days).ok()
}

/// A duration as text that reads back to exactly it.
fn exact(duration: SimDuration) -> String {
    let text = human_seconds(duration.as_secs_f64(), Human::Code);
    if parse_duration(&text) == Ok(duration) { text } else { format!("{}ns", duration.as_nanos()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_weeks_follow_the_clock_and_hours_do_not() {
        assert_eq!(whole_days("1 day"), Some(1));
        assert_eq!(whole_days("1d"), Some(1));
        assert_eq!(whole_days("2 weeks 1 day"), Some(15));
        for elapsed in ["24h", "1d 12h", "1.5 days", "1440 min", "86400s"] {
            assert_eq!(whole_days(elapsed), None, "{elapsed}");
        }
    }
}
