//! Tables whose keys are times of the day or week: `"07:00"`, `"mon-fri 07:00"`, `"22:00 to 06:00 weekdays"`.

use super::days::{DAYS, Wrong, days, time_of_day, window};
use crate::scenario::syntax::fields::Field;
use crate::scenario::text::problem::{Problem, closest};
use crate::scenario::text::source::Place;
use crate::units::{DayWindow, SimDuration};

pub(super) const DAY: SimDuration = SimDuration::from_secs(86_400);
pub(super) const WEEK: SimDuration = SimDuration::from_secs(604_800);

/// What is accepted as a key.
pub(super) const KEYS: &str = "a time such as `07:00` or `mon-fri 07:00`, or hours such as `22:00 to 06:00`";

/// Keys that say something else than a time.
pub(super) const BESIDE: [&str; 4] = ["except", "otherwise", "cron", "repeated"];

/// What is stated for times of a day or week: at least one.
pub(super) struct Timetable<T> {
    pub(super) weekly: bool,
    /// The knots are the edges of hours.
    pub(super) by_hours: bool,
    /// Ascending.
    pub(super) knots: Vec<Knot<T>>,
}

impl<T: Copy> Timetable<T> {
    /// Each holds from its time on, and before the first of the period holds the last: the first knot is at zero.
    pub(super) fn steps(&self, field: &Field<'_>, what: &str) -> Option<Vec<Knot<T>>> {
        let period = if self.weekly { WEEK } else { DAY }.as_nanos();
        let start = |at: SimDuration| SimDuration::from_nanos(at.as_nanos() % period);
        let mut knots: Vec<_> =
            self.knots.iter().map(|knot| Knot { at: start(knot.at), ends: false, value: knot.value }).collect();
        knots.sort_by_key(|knot| knot.at);
        if knots.windows(2).any(|pair| pair[0].at == pair[1].at) {
            return field.refuse(format!("the {what} states a time twice"), "`24:00` is `00:00` of the next day");
        }
        let last = knots[knots.len() - 1];
        if !knots[0].at.is_zero() {
            knots.insert(0, Knot { at: SimDuration::ZERO, ..last });
        }
        Some(knots)
    }
}

/// What is stated for a time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Knot<T> {
    /// Since the start of the day or week, at most its end.
    pub(super) at: SimDuration,
    /// It is stated for `24:00`, the end of a day, and not for the start of the next.
    pub(super) ends: bool,
    pub(super) value: T,
}

/// A key that says when.
enum Key {
    /// From a time on, on some days or on all.
    Time { at: SimDuration, days: Option<[bool; 7]> },
    /// In some hours.
    Hours { window: DayWindow, weekly: bool },
}

impl Key {
    fn is_weekly(&self) -> bool {
        match self {
            Self::Time { days, .. } => days.is_some(),
            Self::Hours { weekly, .. } => *weekly,
        }
    }
}

/// The entries of a table that are stated for times.
pub(super) type Entries<'a> = Vec<(&'a str, Place, Field<'a>)>;

/// Reads what entries state for times, and what holds otherwise where they state hours; reports all that is wrong.
pub(super) fn read<T: Copy>(
    field: &Field<'_>,
    what: &str,
    (entries, otherwise): (&Entries<'_>, Option<&Field<'_>>),
    value: impl Fn(&Field<'_>) -> Option<T>,
) -> Option<Timetable<T>> {
    let read = entries.iter().map(|(text, place, of)| {
        let key = key(text).map_err(|wrong| field.desk.report(beside(text, wrong, *place))).ok();
        let value = value(of);
        Some((key?, *text, value?))
    });
    let keys: Vec<_> = read.collect();
    let rest = otherwise.map(&value);
    let keys: Vec<(Key, &str, T)> = keys.into_iter().collect::<Option<_>>()?;
    let weekly = keys.iter().any(|(key, ..)| key.is_weekly());
    let hours = keys.iter().filter(|(key, ..)| matches!(key, Key::Hours { .. })).count();
    let knots = match (hours, rest) {
        (0, Some(_)) => {
            return otherwise?.refuse("`otherwise` beside times", "it belongs to hours such as `09:00 to 17:00`");
        }
        (0, None) if keys.iter().any(|(key, ..)| key.is_weekly() != weekly) => {
            let title = format!("the {what} mixes times of the day and of the week");
            return field.refuse(title, "all keys of one kind");
        }
        (0, None) => from_times(field, what, &keys)?,
        (hours, _) if hours < keys.len() => {
            return field.refuse(format!("the {what} mixes times and hours"), "all keys of one kind");
        }
        (_, Some(None)) => return None,
        (_, rest) => from_hours(field, &keys, weekly, rest.flatten())?,
    };
    Some(Timetable { weekly, by_hours: hours > 0, knots })
}

/// A key that says no time may be meant to be one that says something else.
fn beside(text: &str, wrong: Wrong, place: Place) -> Problem {
    match closest(text, BESIDE) {
        Some(word) => Problem::new(place, format!("`{text}` is not a time")).help(format!("did you mean `{word}`?")),
        None => wrong.at(place),
    }
}

fn key(text: &str) -> Result<Key, Wrong> {
    let none = || Wrong { title: format!("`{text}` is not a time"), accepted: KEYS, suggestion: None };
    if text.to_ascii_lowercase().contains(" to ") {
        return Ok(Key::Hours { window: window(text)?, weekly: text.split_whitespace().count() > 3 });
    }
    let (of, time) = text.trim().rsplit_once(char::is_whitespace).unwrap_or(("", text.trim()));
    let at = time_of_day(time).ok_or_else(none)?;
    let days = match of {
        "" => None,
        text => Some(days(text).map_err(|wrong| Wrong { accepted: DAYS, ..wrong })?),
    };
    Ok(Key::Time { at, days })
}

fn from_times<T: Copy>(field: &Field<'_>, what: &str, keys: &[(Key, &str, T)]) -> Option<Vec<Knot<T>>> {
    let mut knots: Vec<(Knot<T>, &str)> = Vec::new();
    for (key, text, value) in keys {
        let Key::Time { at, days } = key else { continue };
        let starts = days.map_or(vec![0], |days| (0..7).filter(|&day| days[day as usize]).collect());
        let ends = *at == DAY;
        knots.extend(starts.into_iter().map(|day: u64| {
            let at = SimDuration::from_nanos(day * DAY.as_nanos() + at.as_nanos());
            (Knot { at, ends, value: *value }, *text)
        }));
    }
    knots.sort_by_key(|(knot, _)| (knot.at, !knot.ends));
    if let Some(pair) = knots.windows(2).find(|pair| (pair[0].0.at, pair[0].0.ends) == (pair[1].0.at, pair[1].0.ends)) {
        let title = match (pair[0].1, pair[1].1) {
            (first, second) if first == second => format!("the {what} states a time twice"),
            (first, second) => format!("`{first}` and `{second}` state the same time"),
        };
        return field.refuse(title, "each time once");
    }
    Some(knots.into_iter().map(|(knot, _)| knot).collect())
}

/// Hours as knots at their edges.
fn from_hours<T: Copy>(
    field: &Field<'_>,
    keys: &[(Key, &str, T)],
    weekly: bool,
    rest: Option<T>,
) -> Option<Vec<Knot<T>>> {
    let period = if weekly { WEEK } else { DAY }.as_nanos();
    let mut spans = spans(keys, period);
    spans.sort_unstable();
    if let Some(pair) = spans.windows(2).find(|pair| pair[1].0 < pair[0].1) {
        let (first, second) = (keys[pair[0].2].1, keys[pair[1].2].1);
        return field.refuse(format!("`{first}` and `{second}` overlap"), "hours that do not overlap");
    }
    let (mut knots, mut reached, mut gaps) = (Vec::new(), 0, Vec::new());
    for (from, to, key) in spans.into_iter().chain([(period, period, usize::MAX)]) {
        if reached < from {
            gaps.push(reached);
            knots.push((reached, rest));
        }
        knots.extend(keys.get(key).map(|(_, _, value)| (from, Some(*value))));
        reached = to;
    }
    match (gaps.first(), rest) {
        (Some(gap), None) => {
            let hours = gap / 3_600_000_000_000;
            let title = format!("`{}` does not say what holds at {}:00", field.key(), hours % 24);
            return field.refuse(title, "state it as `otherwise`, or hours that cover all of the time");
        }
        (None, Some(_)) => return field.refuse("`otherwise` never holds", "the hours cover all of the time"),
        _ => {}
    }
    let knot =
        |(at, value): (u64, Option<T>)| Some(Knot { at: SimDuration::from_nanos(at), ends: false, value: value? });
    knots.into_iter().map(knot).collect()
}

/// The hours of all keys within the period, cut at its end, each with the place of its key.
fn spans<T>(keys: &[(Key, &str, T)], period: u64) -> Vec<(u64, u64, usize)> {
    let mut spans = Vec::new();
    for (place, (key, ..)) in keys.iter().enumerate() {
        let Key::Hours { window, .. } = key else { continue };
        let days = (0..period / DAY.as_nanos()).filter(|&day| window.days[day as usize]);
        for start in days.map(|day| day * DAY.as_nanos()) {
            let (from, to) = (start + window.from.as_nanos(), start + window.to.as_nanos());
            spans.push((from, to.min(period), place));
            if to > period {
                spans.push((0, to - period, place));
            }
        }
    }
    spans
}
