//! Days that are unlike the others: `except = { 2026-12-25 = 0 }`.

use jiff::civil::Date;

use crate::scenario::syntax::desk::WallClock;
use crate::scenario::syntax::fields::Field;
use crate::scenario::text::problem::Problem;
use crate::scenario::text::source::Place;
use crate::units::{Clock, SimTime};

const ACCEPTED: &str = "a date such as `2026-12-25`, or dates such as `2026-12-24 to 2026-12-26`";

/// Some days of the run and what holds then instead.
pub(super) struct Exception<T> {
    pub(super) from: SimTime,
    pub(super) to: SimTime,
    pub(super) value: T,
}

/// Reads what holds on some dates, in their order. Those outside the run are read and left out.
pub(super) fn read<T>(field: &Field<'_>, value: impl Fn(&Field<'_>) -> Option<T>) -> Option<Vec<Exception<T>>> {
    let entries = field.entries(ACCEPTED)?;
    let clock = match field.desk.clock.get()? {
        WallClock::Dated(clock) => clock,
        WallClock::Undated => return field.refuse("`except` needs `run.start`", "state `run.start`: dates need one"),
        WallClock::Wrong => return None,
    };
    let read = |(text, place, of): &(&str, Place, Field<'_>)| {
        let dates = dates(text);
        if dates.is_none() {
            let problem = Problem::new(*place, format!("`{text}` is not a date"));
            field.desk.report(problem.accepted(format!("expected {ACCEPTED}")));
        }
        let value = value(of);
        let (first, last) = dates?;
        Some((first, last, value?))
    };
    let read: Vec<_> = entries.iter().map(read).collect();
    let mut dates: Vec<(Date, Date, T)> = read.into_iter().collect::<Option<_>>()?;
    dates.sort_by_key(|(first, ..)| *first);
    if let Some(pair) = dates.windows(2).find(|pair| pair[1].0 <= pair[0].1) {
        return field.refuse(format!("`except` states {} twice", pair[1].0), "each date once");
    }
    let end = field.desk.followed_to()?;
    let in_run = |(first, last, value)| window(clock, first, last, end).map(|(from, to)| Exception { from, to, value });
    Some(dates.into_iter().filter_map(in_run).collect())
}

fn window(clock: &Clock, first: Date, last: Date, end: SimTime) -> Option<(SimTime, SimTime)> {
    let (from, to) = (clock.day_begins(first)?, clock.day_begins(last.tomorrow().ok()?)?.min(end));
    (from < to).then_some((from, to))
}

/// The first and the last of some dates.
fn dates(text: &str) -> Option<(Date, Date)> {
    let date = |text: &str| (text.len() == 10).then(|| text.parse::<Date>().ok())?;
    let (first, last) = text.split_once(" to ").unwrap_or((text, text));
    let (first, last) = (date(first.trim())?, date(last.trim())?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_stand_alone_or_from_one_to_another() {
        let date = |day| jiff::civil::date(2026, 12, day);
        assert_eq!(dates("2026-12-25"), Some((date(25), date(25))));
        assert_eq!(dates("2026-12-24 to 2026-12-26"), Some((date(24), date(26))));
        for wrong in ["2026-12-32", "2026-12-26 to 2026-12-24", "25.12.2026", "2026-12-25T00:00", "christmas"] {
            assert_eq!(dates(wrong), None, "{wrong}");
        }
    }
}
