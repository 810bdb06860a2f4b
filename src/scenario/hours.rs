//! Reading the hours in which people work: `{ from = "09:00", to = "17:00", days = "mon-fri" }`.

use super::fields::Field;
use super::profiles::{WEEKDAYS, phase};
use super::times::clock_time;
use super::{kinds, values};
use crate::model::Hours;
use crate::units::{SimDuration, since_midnight};

const DAYS: &str = "expected one day such as `mon` or a range such as `mon-fri`";

/// Reads hours; without a date the run starts on a Monday.
pub(super) fn hours(field: &Field<'_>) -> Option<Hours> {
    let fields = field.open(&kinds::HOURS)?;
    let from = fields.need("from", clock);
    let to = fields.need("to", |field| {
        let to = clock(field)?;
        if from.is_some_and(|from| to <= from) {
            return field.refuse("the hours end before they begin", "expected a clock time after `from`");
        }
        Some(to)
    });
    let days = fields.or("days", "\"mon-sun\"", days);
    Some(Hours { phase: phase(field.desk, true), from: from?, to: to?, days: days? })
}

fn clock(field: &Field<'_>) -> Option<SimDuration> {
    let text = values::text(field)?;
    match clock_time(&text) {
        Some(time) => Some(since_midnight(time)),
        None => field.refuse(format!("`{text}` is not a clock time"), "expected a time such as `09:00`"),
    }
}

fn days(field: &Field<'_>) -> Option<[bool; 7]> {
    let text = values::text(field)?;
    match days_of(&text) {
        Some(days) => Some(days),
        None => field.refuse(format!("`{text}` are no days"), DAYS),
    }
}

/// Days such as `mon`, `mon-fri` or `sat,sun`, from Monday on. The last day of a range may come before its first, as in `sat-mon`.
pub(super) fn days_of(text: &str) -> Option<[bool; 7]> {
    let mut days = [false; 7];
    for part in text.to_lowercase().split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let place = |name: &str| WEEKDAYS.iter().position(|(day, _)| *day == name.trim());
        let (first, last) = (place(first)?, place(last)?);
        let length = (last + 7 - first) % 7;
        (0..=length).for_each(|day| days[(first + day) % 7] = true);
    }
    Some(days)
}
