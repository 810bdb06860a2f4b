//! Curves as reports read them: by scope and name, and their steps as times of day.

use jiff::{ToSpan, Zoned};

use crate::experiment::Results;
use crate::units::{Human, human_seconds};

/// The time of some steps, of which `end` is the first no more among them: `from 09:10 to 12:40`, with the day where the run is longer than
/// one, `from 1 h 10 min to 4 h` without a clock.
#[must_use]
pub fn period(results: &Results, first: usize, end: usize) -> String {
    let seconds = |step: usize| (step as f64 * results.step_s).min(results.horizon_s);
    period_of(results, (seconds(first), seconds(end)))
}

/// The same of a time in seconds since the start.
pub(crate) fn period_of(results: &Results, (from, to): (f64, f64)) -> String {
    format!("from {} to {}", moment_of(results, from), moment_of(results, to))
}

/// A time in seconds since the start with the day of the week on a clock: `Monday 09:00 to 12:18`, `09:10 to 12:40` in a run of a day,
/// without a clock `the time from 1 h 10 min to 4 h`.
pub(crate) fn clock_period(results: &Results, (from, to): (f64, f64)) -> String {
    let start: Option<Zoned> = results.start.as_ref().and_then(|text| text.parse().ok());
    let at = |seconds: f64| start.as_ref()?.checked_add((seconds as i64).seconds()).ok();
    let (Some(from), Some(to)) = (at(from), at(to)) else {
        return format!("the time from {} to {}", since_start(from), since_start(to));
    };
    let day = if results.horizon_s > 604_800.0 { "%A %-d %b %H:%M" } else { "%A %H:%M" };
    match (results.horizon_s <= 86_400.0, from.date() == to.date()) {
        (true, true) => format!("{} to {}", from.strftime("%H:%M"), to.strftime("%H:%M")),
        (_, true) => format!("{} to {}", from.strftime(day), to.strftime("%H:%M")),
        _ => format!("{} to {}", from.strftime(day), to.strftime(day)),
    }
}

/// When a step begins.
pub(crate) fn moment(results: &Results, step: usize) -> String {
    moment_of(results, (step as f64 * results.step_s).min(results.horizon_s))
}

/// A time in seconds since the start.
fn moment_of(results: &Results, seconds: f64) -> String {
    let start: Option<Zoned> = results.start.as_ref().and_then(|text| text.parse().ok());
    let instant = start.as_ref().and_then(|start| start.checked_add((seconds as i64).seconds()).ok());
    match instant {
        Some(instant) if results.horizon_s <= 86_400.0 => instant.strftime("%H:%M").to_string(),
        Some(instant) => instant.strftime("%-d %b %H:%M").to_string(),
        None => since_start(seconds),
    }
}

fn since_start(seconds: f64) -> String {
    if seconds == 0.0 { "the start".to_owned() } else { human_seconds(seconds, Human::Prose) }
}
