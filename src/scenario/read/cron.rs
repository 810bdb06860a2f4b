//! Cron lines: `cron = "0 9 * * 1-5"`, by the clock on the wall.
//!
//! The crate finds the local times; what becomes of those that clocks skip or repeat is decided here.

use cronexpr::{Crontab, FallbackTimezoneOption, ParseOptions};
use jiff::civil::{DateTime, date};
use jiff::{Timestamp, ToSpan, tz::Offset};

use super::values;
use crate::model::Ticks;
use crate::scenario::syntax::desk::WallClock;
use crate::scenario::syntax::fields::{Field, Fields};
use crate::units::{LocalTime, SimDuration, SimTime};

const ACCEPTED: &str = "five fields, minute, hour, day of the month, month and day of the week, such as `0 9 * * 1-5`";

/// The most times that an event may happen.
pub(super) const MOST_OF_EVENTS: usize = 10_000;

/// The most times that a cron line may have in a run.
const MOST_TIMES: usize = 1_000_000;

/// Short names of common lines.
const NAMES: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// What happens at a time that clocks show twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Repeated {
    Once,
    Twice,
}

/// Reads `repeated`.
pub(super) fn repeated(field: &Field<'_>) -> Option<Repeated> {
    values::word(field, &[("once", Repeated::Once), ("twice", Repeated::Twice)])
}

/// A cron line.
pub(super) struct Cron {
    text: String,
    table: Crontab,
}

/// Reads a cron line.
pub(super) fn line(field: &Field<'_>) -> Option<Cron> {
    let text = values::text(field)?;
    let cron = parse(&text).map_err(|(title, accepted)| field.refuse::<()>(title, accepted)).ok()?;
    let fields: Vec<&str> = cron.text.split(' ').collect();
    let dated = fields[2..4].iter().any(|field| !matches!(*field, "*" | "?"));
    if dated && matches!(field.desk.clock.get(), Some(WallClock::Undated)) {
        return field.refuse(format!("`{text}` depends on the date"), "state `run.start`, or `*` for day and month");
    }
    Some(cron)
}

fn parse(text: &str) -> Result<Cron, (String, String)> {
    let short = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text.trim()));
    let text = short.map_or(text, |(_, line)| line);
    let fields: Vec<&str> = text.split_whitespace().collect();
    let accepted = || format!("expected {ACCEPTED}");
    if fields.len() != 5 {
        let count = fields.len();
        let title = format!("`{text}` has {count} {}", if count == 1 { "field" } else { "fields" });
        let zone = if count == 6 { "; seconds are not read, and the time zone is that of the run" } else { "" };
        return Err((title, format!("{}{zone}", accepted())));
    }
    let text = fields.join(" ");
    let mut options = ParseOptions::default();
    options.fallback_timezone_option = FallbackTimezoneOption::UTC;
    match cronexpr::parse_crontab_with(&text, options) {
        Ok(table) => Ok(Cron { text, table }),
        Err(_) => Err((format!("`{text}` is no cron line{}", culprit(&fields)), accepted())),
    }
}

/// The field that is wrong, if the line is right without it.
fn culprit(fields: &[&str]) -> String {
    let names = ["minute", "hour", "day of the month", "month", "day of the week"];
    let mut wrong = (0..5).filter(|&place| {
        let mut alone = ["*"; 5];
        alone[place] = fields[place];
        cronexpr::parse_crontab(&format!("{} UTC", alone.join(" "))).is_err()
    });
    wrong.next().map_or_else(String::new, |place| format!(": `{}` is no {}", fields[place], names[place]))
}

impl Cron {
    /// The local times after one, as long as there are any.
    fn after(&self, time: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        let instant = Offset::UTC.to_timestamp(time).unwrap_or(Timestamp::MAX);
        let times = self.table.iter_after(instant.to_string().as_str()).ok();
        times.into_iter().flatten().map_while(Result::ok).map(|zoned| zoned.datetime())
    }
}

/// What to write where there are more times than this.
pub(super) fn fewer(most: usize) -> String {
    format!(
        "expected at most {most} times: write a line that comes less often, such as `0 * * * *`, or a shorter `run.horizon`"
    )
}

/// The times of a line in the run, ascending. A time that clocks skip is at their change; several that fall on one instant are one.
pub(super) fn times(field: &Field<'_>, cron: &Cron, repeated: Repeated) -> Option<Vec<SimTime>> {
    let end = field.desk.followed_to()?;
    let (start, stop) = local_ends(field, end)?;
    let mut times = Vec::new();
    for local in cron.after(start).take_while(|local| *local <= stop) {
        times.extend(instants(field, local, repeated).into_iter().flatten().filter(|time| *time < end));
        if times.len() > MOST_TIMES {
            let most = if field.path.starts_with("events.") { MOST_OF_EVENTS } else { MOST_TIMES };
            return field
                .refuse(format!("`{}` happens more than {MOST_TIMES} times in the run", cron.text), fewer(most));
        }
    }
    times.sort_unstable();
    times.dedup();
    Some(times)
}

/// Local times a day before the start and a day after the end of the run: clocks can be set by hours at either.
fn local_ends(field: &Field<'_>, end: SimTime) -> Option<(DateTime, DateTime)> {
    let margin = 25.hours();
    match field.desk.clock.get()? {
        WallClock::Dated(clock) => {
            let stop = clock.at(end)?.datetime();
            let stop = stop.checked_add(margin).unwrap_or(DateTime::MAX);
            Some((clock.start().datetime().checked_sub(margin).ok()?, stop))
        }
        WallClock::Undated => {
            let nanos = jiff::SignedDuration::from_nanos(i64::try_from(end.as_nanos()).ok()?);
            Some((monday().checked_sub(margin).ok()?, monday().checked_add(nanos).ok()?))
        }
        WallClock::Wrong => None,
    }
}

/// A Monday on which runs without a date start.
fn monday() -> DateTime {
    date(2024, 1, 1).at(0, 0, 0, 0)
}

/// When a local time is in the run.
fn instants(field: &Field<'_>, local: DateTime, repeated: Repeated) -> [Option<SimTime>; 2] {
    let Some(WallClock::Dated(clock)) = field.desk.clock.get() else {
        let since = local.duration_since(monday()).as_nanos();
        return [u64::try_from(since).ok().map(SimTime::from_nanos), None];
    };
    let found = clock.local(local);
    let first = found.and_then(|found| clock.time_of(found.first()));
    match found {
        Some(LocalTime::Twice([_, (second, _)])) if repeated == Repeated::Twice => [first, clock.time_of(second)],
        _ => [first, None],
    }
}

/// Reads `cron` with `repeated` beside it.
pub(super) fn ticks(field: &Field<'_>, fields: &Fields<'_>) -> Option<Ticks> {
    let cron = line(field);
    let repeated = fields.or("repeated", repeated);
    let times = times(field, &cron?, repeated?)?;
    let end = *field.desk.horizon.get()?;
    if times.first().is_none_or(|first| *first >= end) {
        return field.refuse("it never happens in the run", "a time between the start of the run and `run.horizon`");
    }
    Some(Ticks::At(times.into()))
}

/// Sizes that cron lines set: the times in the run with what each sets, and before them what was set last before the run.
pub(super) fn steps<T: Copy>(lines: &[(Field<'_>, T)], repeated: Repeated) -> Option<Vec<(SimTime, T)>> {
    let crons: Vec<Option<Cron>> = lines.iter().map(|(field, _)| line(field)).collect();
    let crons: Vec<Cron> = crons.into_iter().collect::<Option<_>>()?;
    let mut steps: Vec<(SimTime, T)> = Vec::new();
    for ((field, value), cron) in lines.iter().zip(&crons) {
        steps.extend(times(field, cron, repeated)?.into_iter().map(|time| (time, *value)));
    }
    steps.sort_by_key(|(time, _)| *time);
    if let Some(pair) = steps.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let (field, hours) = (&lines.first()?.0, pair[0].0.as_secs_f64() / 3_600.0);
        return field.refuse(format!("two lines set the size {hours:.1} h after the start"), "one of them at a time");
    }
    if steps.first().is_none_or(|(time, _)| *time > SimTime::ZERO) {
        let value = before_the_run(lines, &crons)?;
        steps.insert(0, (SimTime::ZERO, value));
    }
    Some(steps)
}

/// What was set last before the run: within days, a year, or the four years after which a calendar repeats.
fn before_the_run<T: Copy>(lines: &[(Field<'_>, T)], crons: &[Cron]) -> Option<T> {
    let field = &lines.first()?.0;
    let start = match field.desk.clock.get()? {
        WallClock::Dated(clock) => clock.start().datetime(),
        _ => monday(),
    };
    for days in [8, 366, 4 * 366] {
        let from = start.checked_sub(days.days()).ok()?;
        let last = |cron: &Cron| cron.after(from).take_while(|local| *local < start).last();
        let latest = crons.iter().zip(lines).filter_map(|(cron, (_, value))| Some((last(cron)?, *value)));
        if let Some((_, value)) = latest.max_by_key(|(time, _)| *time) {
            return Some(value);
        }
    }
    field.refuse("no line says what holds at the start of the run", "a line that was due within four years before it")
}

/// The time between a start and the same clock time so many days later, again and again, until the end of the run.
pub(super) fn daily(field: &Field<'_>, first: SimTime, days: u32) -> Option<Ticks> {
    let every = SimDuration::from_secs(u64::from(days) * 86_400);
    let regular = Ticks::Every { first, every };
    let Some(WallClock::Dated(clock)) = field.desk.clock.get() else { return Some(regular) };
    let end = field.desk.followed_to()?;
    if field.desk.local_week().next_set(SimTime::ZERO) >= end {
        return Some(regular);
    }
    let start = clock.at(first)?.datetime();
    let mut times = vec![first];
    for count in 1_i64.. {
        let local = start.checked_add((count * i64::from(days)).days()).ok();
        let time = local.and_then(|local| clock.time_of(clock.local(local)?.first()));
        match time.filter(|time| *time < end) {
            Some(time) => times.push(time),
            None => break,
        }
    }
    times.dedup();
    Some(Ticks::At(times.into()))
}
