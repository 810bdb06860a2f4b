//! Reading `[run]`: the clock, the horizon and how the study is run.

use jiff::tz::TimeZone;

use super::times::{NoInstant, instant, time_point, time_zone};
use super::{trace, values};
use crate::model::{Precision, Settings, Warmup};
use crate::scenario::syntax::desk::{Desk, WallClock};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::scenario::text::node::{Node, Value};
use crate::units::{Clock, Human, SimDuration, SimTime, human_seconds};

/// The most steps of a curve: beyond, pictures and files only grow.
const MOST_STEPS: u64 = 100_000;

/// The most replications of a design point.
const MOST_REPLICATIONS: i128 = 1_000_000;

/// The largest limit of a backlog.
const MOST_WAITING: i128 = 1_000_000_000;

/// The largest limit of events: a month on one thread.
const MOST_EVENTS: i128 = 1_000_000_000_000_000;

/// Curves have about this many steps unless stated otherwise.
const USUAL_STEPS: u64 = 240;

/// Steps that are easy to read, in seconds.
const ROUND_STEPS: [u64; 22] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    172_800, 604_800,
];

/// What `[run]` says.
pub(super) struct Run {
    pub(super) horizon: SimDuration,
    pub(super) backlog_limit: u64,
    pub(super) event_limit: Option<u64>,
    pub(super) settings: Settings,
}

/// Reads `[run]`; sets the clock and the horizon for all others.
pub(super) fn read(desk: &Desk<'_>, root: &Node) -> Option<Run> {
    let empty = Node { value: Value::Table(Default::default()), place: root.place };
    let node = root.as_table().and_then(|table| table.get("run")).unwrap_or(&empty);
    let Some(fields) = Field::new(desk, node, "run").open::<schema::Run>() else {
        let _ = desk.clock.set(WallClock::Wrong);
        return None;
    };
    let clock = read_clock(&fields);
    let _ = desk.clock.set(clock.clone());
    let horizon = match usual_horizon(&fields, root) {
        Some(usual) => fields.or_computed("horizon", &usual, horizon),
        // A trace is wrong, and its end not known.
        None => None,
    };
    if let Some(horizon) = horizon {
        let _ = desk.horizon.set(SimTime::ZERO.after(horizon));
    }
    let settings = read_settings(&fields, horizon, &clock);
    let backlog_limit = fields.or("backlog_limit", |f| values::whole(f, 1..=MOST_WAITING));
    let event_limit = fields.maybe("event_limit", |f| values::whole(f, 1..=MOST_EVENTS));
    let (backlog_limit, event_limit) = (backlog_limit? as u64, event_limit?.map(|limit| limit as u64));
    Some(Run { horizon: horizon?, backlog_limit, event_limit, settings: settings? })
}

fn read_settings(fields: &Fields<'_>, horizon: Option<SimDuration>, clock: &WallClock) -> Option<Settings> {
    let replications = fields.or("replications", |f| values::whole(f, 1..=MOST_REPLICATIONS));
    let precision = fields.maybe("precision", |f| precision(f, replications));
    let seed = fields.or("seed", |f| values::whole(f, 0..=i128::from(i64::MAX)));
    let confidence = fields.or("confidence", values::open_share);
    let usual = horizon.map_or_else(|| "1m".to_owned(), usual_step);
    let curve_step = fields.or_computed("curve_step", &format!("\"{usual}\""), |f| curve_step(f, horizon));
    let warmup = fields.or("warmup", |f| warmup(f, horizon));
    let clock = match clock {
        WallClock::Dated(clock) => Some(clock.clone()),
        _ => None,
    };
    Some(Settings {
        replications: replications? as u32,
        precision: precision?,
        seed: seed? as u64,
        confidence: confidence?,
        curve_step: curve_step?,
        warmup: warmup?,
        clock,
    })
}

fn precision(field: &Field<'_>, first: Option<i128>) -> Option<Precision> {
    let fields = field.open::<schema::Precision>()?;
    let most = fields.need("most", |f| values::whole(f, 1..=MOST_REPLICATIONS));
    let half_width = fields.maybe("half_width", values::open_share);
    if let (Some(first), Some(most), Some(field)) = (first, most, fields.get("most"))
        && most < first
    {
        return field.refuse(
            format!("the first batch has {first} replications already"),
            "expected at least `run.replications`, from which on batches double",
        );
    }
    Some(Precision { most: most? as u32, half_width: half_width? })
}

/// How long a run is that does not say it: as long as its traces, or else a day. Alternatives are as long as the base. `None`: some
/// trace is wrong.
fn usual_horizon(fields: &Fields<'_>, root: &Node) -> Option<String> {
    let desk = fields.field.desk;
    if fields.get("horizon").is_some() {
        return Some(String::new());
    }
    if let Some(known) = desk.office.horizon.get() {
        return Some(known.clone());
    }
    let usual = match trace::end(desk, root) {
        None => fields.default_of("horizon").to_owned(),
        Some(end) => format!("\"{}s\"", end?.as_secs_f64()),
    };
    let _ = desk.office.horizon.set(usual.clone());
    Some(usual)
}

fn horizon(field: &Field<'_>) -> Option<SimDuration> {
    let end = time_point(field)?;
    if end == SimTime::ZERO {
        return field.refuse("the run ends as it starts", "expected a horizon after the start, such as `8h`");
    }
    if let Some(WallClock::Dated(clock)) = field.desk.clock.get()
        && clock.at(end).is_none()
    {
        return field.refuse("the run ends beyond the calendar", "it ends with the year 9999");
    }
    Some(end.since(SimTime::ZERO))
}

fn curve_step(field: &Field<'_>, horizon: Option<SimDuration>) -> Option<SimDuration> {
    let step = values::positive_duration(field)?;
    match horizon {
        Some(horizon) if step > horizon => {
            field.refuse("`curve_step` is longer than the run", "expected at most `run.horizon`")
        }
        Some(horizon) if horizon.as_nanos() / step.as_nanos() > MOST_STEPS => {
            let steps = horizon.as_nanos() / step.as_nanos();
            field.refuse(format!("the curves have {steps} steps"), format!("at most {MOST_STEPS} steps are drawn"))
        }
        _ => Some(step),
    }
}

fn warmup(field: &Field<'_>, horizon: Option<SimDuration>) -> Option<Warmup> {
    match field.node.as_text() {
        Some("mser-5") => return Some(Warmup::Mser5),
        Some(word) if word.starts_with(|c: char| c.is_alphabetic()) => {
            let accepted = "expected a duration such as `30m`, or `mser-5` to have it found";
            return field.refuse(format!("`warmup` cannot be `{word}`"), accepted);
        }
        _ => {}
    }
    let warmup = values::duration(field)?;
    if horizon.is_some_and(|horizon| warmup >= horizon) {
        return field.refuse("the warm-up is as long as the run", "expected less than `run.horizon`");
    }
    Some(Warmup::Stated(warmup))
}

/// A two-hundred-and-fortieth of the horizon, rounded up to a step that is easy to read.
fn usual_step(horizon: SimDuration) -> String {
    let nanos = horizon.as_nanos().div_ceil(USUAL_STEPS).max(1);
    let seconds = nanos.div_ceil(1_000_000_000);
    if horizon.as_nanos() < 1_000_000_000 {
        return format!("{nanos}ns");
    }
    match ROUND_STEPS.iter().find(|step| **step >= seconds) {
        Some(step) => human_seconds(*step as f64, Human::Code),
        None => format!("{}d", seconds.div_ceil(86_400)),
    }
}

/// The clock: `start` with an offset, a zone in brackets or the zone of `time_zone`.
fn read_clock(fields: &Fields<'_>) -> WallClock {
    let Some(zone) = fields.maybe("time_zone", time_zone) else { return WallClock::Wrong };
    let Some(start) = fields.get("start") else {
        if let Some(field) = fields.get("time_zone") {
            field.refuse::<()>("`time_zone` without `start`", "state `run.start` too");
            return WallClock::Wrong;
        }
        return WallClock::Undated;
    };
    match read_start(&start, zone) {
        Some(clock) => WallClock::Dated(clock),
        None => WallClock::Wrong,
    }
}

fn read_start(field: &Field<'_>, zone: Option<TimeZone>) -> Option<Clock> {
    const ACCEPTED: &str = "a date with a time, such as `2020-09-30T08:00:00-07:00`";
    let text = match &field.node.value {
        Value::Text(text) | Value::DateTime(text) => text.as_str(),
        _ => return field.refuse_kind(ACCEPTED),
    };
    match instant(text, zone.as_ref()) {
        Ok(start) => return Some(Clock::new(zone.map_or(start.clone(), |zone| start.with_time_zone(zone)))),
        Err(NoInstant::NotOnce(title, accepted)) => return field.refuse(title, accepted),
        Err(NoInstant::Unreadable) => {}
    }
    if instant(text, Some(&TimeZone::UTC)).is_ok() {
        return field.refuse(
            "`start` does not say in which time zone it is",
            "add an offset such as `-07:00`, or `time_zone` beside it",
        );
    }
    field.refuse(format!("`{text}` is not a start"), ACCEPTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_step_is_round_and_gives_at_most_240_steps() {
        let step = |seconds: u64| usual_step(SimDuration::from_secs(seconds));
        assert_eq!(step(8 * 3_600), "2m");
        assert_eq!(step(24 * 3_600), "10m");
        assert_eq!(step(5 * 86_400), "30m");
        assert_eq!(step(60), "1s");
        assert_eq!(step(10 * 365 * 86_400), "16d");
        assert_eq!(usual_step(SimDuration::from_nanos(480)), "2ns");
    }
}
