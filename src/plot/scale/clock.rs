//! Ticks of the time axis at round wall-clock times, with the date where a day begins.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{ToSpan, Zoned};

use super::axis::{Axis, Tick};
use super::ticks::elapsed;
use crate::plot::style::text::{Weight, measure};
use crate::units::human_count;

/// Size of the labels of ticks in CSS pixels.
pub(in crate::plot) const TICK_SIZE: f32 = 12.0;

const GAP: f32 = 14.0;
const DAY: i64 = 86400;

/// Steps of the clock at which times are round, in seconds.
const STEPS: [i64; 21] = [
    1,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
];

/// When a run starts on the wall clock, from the RFC 9557 text in the results; `None` when there is none.
pub(in crate::plot) fn parse_start(start: Option<&str>) -> Option<Zoned> {
    start.and_then(|text| text.parse().ok())
}

/// The time axis of a run: wall-clock time from `start`, or time since the start; ticks fit into `width` CSS pixels.
pub(in crate::plot) fn time_axis(start: Option<&Zoned>, horizon_s: f64, width: f32) -> Axis {
    let Some(start) = start else {
        return elapsed_axis(horizon_s, width);
    };
    let fits = |step: &i64| horizon_s / (*step as f64) < 200.0;
    let mut steps = STEPS.into_iter().filter(fits).map(|step| clock_ticks(start, horizon_s, step));
    let mut axes = steps.by_ref().map(|ticks| Axis::linear(0.0, horizon_s, ticks));
    match axes.find(|axis| labels_fit(axis, width)) {
        Some(axis) => axis.with_fewer(steps.filter(|ticks| !ticks.is_empty()).collect()),
        None => elapsed_axis(horizon_s, width),
    }
}

/// What the time axis says below its ticks.
pub(in crate::plot) fn time_title(start: Option<&Zoned>, what: &str) -> String {
    match start {
        Some(start) => {
            let zone =
                start.time_zone().iana_name().map_or_else(|| start.strftime("UTC%:z").to_string(), str::to_owned);
            format!("{what}, from {} ({zone})", start.strftime("%a %-d %b %Y %H:%M"))
        }
        None => format!("{what}, since the start"),
    }
}

/// A point in time for a sentence: `on Wed 10 Feb 12:27`, `at 09:00` within a day, or `after 3 h`.
pub(in crate::plot) fn name_time(start: Option<&Zoned>, seconds: f64, horizon_s: f64) -> String {
    let at = start.and_then(|start| start.checked_add(((seconds * 1000.0) as i64).milliseconds()).ok());
    match (at, horizon_s <= DAY as f64) {
        (Some(at), true) => at.strftime("at %H:%M").to_string(),
        (Some(at), false) => at.strftime("on %a %-d %b %H:%M").to_string(),
        (None, _) if seconds < 60.0 => format!("after {} s", human_count(seconds)),
        (None, _) => format!("after {}", super::ticks::prose((seconds / 60.0).round() * 60.0)),
    }
}

/// Whether no two labels of an axis of this width in CSS pixels come closer than a gap.
pub(in crate::plot) fn labels_fit(axis: &Axis, width: f32) -> bool {
    let ends = |tick: &Tick| {
        let weight = if tick.strong { Weight::SemiBold } else { Weight::Regular };
        let (centre, half) = (axis.place(tick.at) as f32 * width, measure(&tick.label, TICK_SIZE, weight) / 2.0);
        (centre - half, centre + half)
    };
    axis.ticks.windows(2).all(|pair| ends(&pair[0]).1 + GAP <= ends(&pair[1]).0)
}

fn elapsed_axis(horizon_s: f64, width: f32) -> Axis {
    let most = ((width / 36.0) as usize).clamp(2, 10);
    let mut axes = (1..=most).rev().map(|lines| elapsed(horizon_s, lines));
    let axis = axes.find(|axis| labels_fit(axis, width)).unwrap_or_else(|| elapsed(horizon_s, 1));
    axis.with_fewer(axes.map(|axis| axis.ticks).collect())
}

fn clock_ticks(start: &Zoned, horizon_s: f64, step: i64) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut date = first_date(start.date(), step);
    while let Some(midnight) = since(start, date.to_datetime(jiff::civil::Time::midnight())) {
        if midnight > horizon_s {
            break;
        }
        for second in (0..DAY).step_by(step.min(DAY) as usize) {
            let at = date.to_datetime(jiff::civil::Time::midnight()).checked_add(second.seconds()).ok();
            let at = at.and_then(|at| Some((at, since(start, at)?)));
            ticks.extend(at.filter(|(_, s)| (0.0..=horizon_s).contains(s)).map(|(at, s)| tick(at, s, step)));
        }
        match date.checked_add((step / DAY).max(1).days()) {
            Ok(next) => date = next,
            Err(_) => break,
        }
    }
    ticks
}

/// Weeks begin on Mondays.
fn first_date(date: Date, step: i64) -> Date {
    if step < 7 * DAY {
        return date;
    }
    let monday = i64::from(date.weekday().since(Weekday::Monday));
    date.checked_sub(monday.days()).unwrap_or(date)
}

/// Seconds from the start to a time on its wall clock; `None` for times that a change of the clock leaves out.
fn since(start: &Zoned, at: DateTime) -> Option<f64> {
    let zoned = at.to_zoned(start.time_zone().clone()).ok()?;
    let same = zoned.datetime() == at;
    same.then(|| zoned.timestamp().duration_since(start.timestamp()).as_secs_f64())
}

fn tick(at: DateTime, seconds: f64, step: i64) -> Tick {
    let midnight = at.time() == jiff::civil::Time::midnight();
    let label = match step {
        _ if midnight => at.strftime("%a %-d %b"),
        s if s < 60 => at.strftime("%H:%M:%S"),
        _ => at.strftime("%H:%M"),
    };
    Tick { at: seconds, label: label.to_string(), strong: midnight && step < DAY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(start: &str, horizon_s: f64, width: f32) -> Vec<String> {
        let start = parse_start(Some(start)).unwrap();
        time_axis(Some(&start), horizon_s, width).ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn a_working_day_has_whole_hours() {
        let hours = labels("2020-09-30T08:00:00-07:00[America/Los_Angeles]", 8.0 * 3600.0, 760.0);
        assert_eq!(hours, ["08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]);
    }

    #[test]
    fn several_days_name_each_day_at_midnight() {
        let days = labels("2021-02-09T08:00:00+00:00[UTC]", 3.0 * 86400.0, 760.0);
        assert!(days.contains(&"Wed 10 Feb".to_owned()) && days.contains(&"12:00".to_owned()), "{days:?}");
    }

    #[test]
    fn two_minutes_have_seconds_and_six_weeks_have_mondays() {
        let seconds = labels("2021-02-09T08:00:30+00:00[UTC]", 120.0, 760.0);
        assert!(seconds.contains(&"08:01:00".to_owned()), "{seconds:?}");
        let weeks = labels("2021-02-09T08:00:00+00:00[UTC]", 42.0 * 86400.0, 760.0);
        assert!(weeks.iter().all(|label| label.starts_with("Mon ")) && weeks.len() == 6, "{weeks:?}");
    }

    #[test]
    fn ticks_stay_at_round_times_when_the_clock_changes() {
        let hours = labels("2021-03-28T00:00:00+01:00[Europe/Berlin]", 6.0 * 3600.0, 760.0);
        assert!(!hours.contains(&"02:00".to_owned()) && hours.contains(&"03:00".to_owned()), "{hours:?}");
    }

    #[test]
    fn no_two_labels_overlap_at_any_horizon_and_width() {
        let start = parse_start(Some("2021-02-09T11:22:33+00:00[UTC]")).unwrap();
        for clock in [None, Some(&start)] {
            for horizon_s in [1.0, 120.0, 3700.0, 28800.0, 90_000.0, 400_000.0, 42.0 * 86400.0, 400.0 * 86400.0] {
                for width in [180.0, 340.0, 760.0] {
                    let axis = time_axis(clock, horizon_s, width);
                    assert!(labels_fit(&axis, width), "{horizon_s} s in {width}: {:?}", axis.ticks);
                    assert!(!axis.ticks.is_empty() || horizon_s <= 1.0);
                }
            }
        }
    }

    #[test]
    fn a_start_that_cannot_be_read_is_no_start() {
        assert!(parse_start(Some("yesterday")).is_none() && parse_start(None).is_none());
    }
}
