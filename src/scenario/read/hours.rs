//! Reading hours: `{ from = "22:00", to = "06:00", days = "mon-fri" }`, or the same as a text, `"22:00 to 06:00 mon-fri"`.

use super::days::{WINDOW, Wrong, days, hours_of, time_of_day, window};
use super::values;
use crate::model::Hours;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::schema;
use crate::units::{DayWindow, SimDuration};

/// Reads hours; without a date the run starts on a Monday.
pub(super) fn hours(field: &Field<'_>) -> Option<Hours> {
    let window = match field.node.as_text() {
        Some(text) => window(text).map_err(|wrong| field.desk.report(wrong.at(field.node.place))).ok()?,
        None if field.node.as_table().is_none() => return field.refuse_kind(WINDOW),
        None => table(field)?,
    };
    Some(Hours { week: field.desk.local_week(), window })
}

fn table(field: &Field<'_>) -> Option<DayWindow> {
    let fields = field.open::<schema::Hours>()?;
    let (from, to) = (fields.need("from", clock), fields.need("to", clock));
    let days = fields.or("days", |field| {
        let text = values::text(field)?;
        report(field, days(&text))
    });
    report(&fields.get("to")?, hours_of(from?, to?, days?))
}

fn report<T>(field: &Field<'_>, read: Result<T, Wrong>) -> Option<T> {
    read.map_err(|wrong| field.desk.report(wrong.at(field.node.place))).ok()
}

fn clock(field: &Field<'_>) -> Option<SimDuration> {
    let text = values::text(field)?;
    match time_of_day(&text) {
        Some(time) => Some(time),
        None => {
            field.refuse(format!("`{text}` is not a clock time"), "expected a time such as `09:00`, at most `24:00`")
        }
    }
}
