//! Ticks at round values: counts, durations and shares, on even and logarithmic axes.

use super::axis::{Axis, Tick};
use super::clock::labels_fit;
use crate::units::{Human, human_count, human_seconds};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86400.0;

/// Steps at which durations are round.
const DURATION_STEPS: [f64; 25] = [
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    MINUTE,
    2.0 * MINUTE,
    5.0 * MINUTE,
    10.0 * MINUTE,
    15.0 * MINUTE,
    30.0 * MINUTE,
    HOUR,
    2.0 * HOUR,
    3.0 * HOUR,
    6.0 * HOUR,
    12.0 * HOUR,
    DAY,
    2.0 * DAY,
    5.0 * DAY,
    7.0 * DAY,
    14.0 * DAY,
    28.0 * DAY,
    91.0 * DAY,
    365.0 * DAY,
];

/// Landmarks of durations from a millisecond to a year.
const DURATION_MARKS: [f64; 13] =
    [0.001, 0.01, 0.1, 1.0, 10.0, MINUTE, 10.0 * MINUTE, HOUR, 6.0 * HOUR, DAY, 7.0 * DAY, 30.0 * DAY, 365.0 * DAY];

/// Landmarks between those, for axes on which few of them lie.
const BETWEEN_MARKS: [f64; 17] = [
    0.002,
    0.005,
    0.02,
    0.05,
    0.2,
    0.5,
    2.0,
    5.0,
    30.0,
    2.0 * MINUTE,
    5.0 * MINUTE,
    30.0 * MINUTE,
    2.0 * HOUR,
    12.0 * HOUR,
    2.0 * DAY,
    14.0 * DAY,
    90.0 * DAY,
];
/// So many landmarks are enough.
const ENOUGH_MARKS: usize = 4;

/// The shortest wait that a logarithmic axis tells from none.
pub(in crate::plot) const FLOOR_S: f64 = 0.1;

/// Largest over smallest value from which an axis of durations is logarithmic.
const LOG_FROM_RATIO: f64 = 50.0;

/// An even axis from zero for counts up to `most`, with at most `lines` grid lines.
pub(in crate::plot) fn counts(most: f64, lines: usize) -> Axis {
    let step = decimal_step(most / lines.max(1) as f64).max(if most >= 2.0 { 1.0 } else { 0.0 });
    from_zero(most, step, human_count)
}

/// An even axis from zero for shares up to `most`, at most 1.
pub(in crate::plot) fn shares(low: f64, high: f64, lines: usize) -> Axis {
    let step = decimal_step((high - low) / lines.max(1) as f64);
    let first = (low / step + 1e-9).floor();
    let last = (high / step - 1e-9).ceil();
    let ticks = steps(first, last).map(|i| Tick::new(i * step, percent(i * step))).collect();
    Axis::linear(first * step, last * step, ticks)
}

/// An axis of durations for values from `least` (the smallest positive) to `most`, in seconds: logarithmic where they span
/// decades. `below_floor`: some values are shorter than [`FLOOR_S`].
pub(in crate::plot) fn durations(least: f64, most: f64, below_floor: bool, lines: usize) -> Axis {
    if most >= 1.0 && most / least.max(FLOOR_S) >= LOG_FROM_RATIO {
        return log_durations(if below_floor { FLOOR_S } else { least.max(FLOOR_S) }, most, below_floor);
    }
    from_zero(most, duration_step(most / lines.max(1) as f64), prose)
}

/// A logarithmic axis of durations from the landmark at or below `least`.
pub(in crate::plot) fn log_durations(least: f64, most: f64, below_floor: bool) -> Axis {
    let low = DURATION_MARKS.iter().copied().rfind(|&mark| mark <= least * 1.001).unwrap_or(DURATION_MARKS[0]);
    let high = (most * 1.25).max(low * 20.0);
    let label = |mark: f64| if mark == low && below_floor { format!("≤ {}", prose(mark)) } else { prose(mark) };
    let inside = |mark: &f64| *mark >= low && *mark <= high;
    let mut marks: Vec<f64> = DURATION_MARKS.into_iter().filter(inside).collect();
    if marks.len() < ENOUGH_MARKS {
        marks.extend(BETWEEN_MARKS.into_iter().filter(inside));
        marks.sort_by(f64::total_cmp);
    }
    Axis::log(low, high, marks.into_iter().map(|mark| Tick::new(mark, label(mark))).collect())
}

/// A logarithmic axis of shares of jobs from 100 % down to `least`.
pub(in crate::plot) fn log_shares(least: f64) -> Axis {
    let mut ticks = Vec::new();
    let mut low = 1.0;
    loop {
        ticks.insert(0, Tick::new(low, percent(low)));
        if low <= least.max(1e-7) || ticks.len() >= 7 {
            break;
        }
        low = 1.0 / (1.0 / low * 10.0).round();
    }
    Axis::log(low.min(0.01), 1.0, with_a_second(ticks))
}

fn with_a_second(mut ticks: Vec<Tick>) -> Vec<Tick> {
    for low in [0.1, 0.01] {
        if ticks[0].at > low {
            ticks.insert(0, Tick::new(low, percent(low)));
        }
    }
    ticks
}

/// An even axis of time since the start, with the finest ticks of which at most `lines` fit.
pub(in crate::plot) fn elapsed(horizon_s: f64, lines: usize) -> Axis {
    let step = duration_step(horizon_s / lines.max(1) as f64);
    let last = (horizon_s / step + 1e-9).floor();
    let ticks = steps(0.0, last).map(|i| Tick::new(i * step, prose(i * step))).collect();
    Axis::linear(0.0, horizon_s, ticks)
}

/// The axis with fewer ticks, as many as have room for their labels in `width` CSS pixels.
pub(in crate::plot) fn thin_to_fit(mut axis: Axis, width: f32) -> Axis {
    if axis.is_log() {
        return thin_from_low(axis, width);
    }
    while axis.ticks.len() > 1 && !labels_fit(&axis, width) {
        if !axis.fewer.is_empty() {
            axis.ticks = axis.fewer.remove(0);
            continue;
        }
        let mut keep = axis.ticks.len().is_multiple_of(2);
        axis.ticks.retain(|_| {
            keep = !keep;
            keep
        });
    }
    axis
}

/// The axis with the lowest tick, and of the others each that has room beside the one before.
fn thin_from_low(mut axis: Axis, width: f32) -> Axis {
    for tick in std::mem::take(&mut axis.ticks) {
        axis.ticks.push(tick);
        if !labels_fit(&axis, width) {
            axis.ticks.pop();
        }
    }
    axis
}

/// An axis for values in `unit` that span `low` to `high`.
pub(in crate::plot) fn values((low, high): (f64, f64), unit: &str, lines: usize) -> Axis {
    match unit {
        "s" => durations(low, high, low < FLOOR_S, lines),
        "share" => shares(low.clamp(0.0, 1.0), high.clamp(0.0, 1.0), lines),
        _ => counts(high, lines),
    }
}

/// A value in `unit` for people.
pub(in crate::plot) fn readout(value: f64, unit: &str) -> String {
    match unit {
        "s" => prose(value),
        "share" => percent(value),
        "h" => format!("{}\u{a0}h", human_count(value)),
        "jobs" | "workers" => format!("{}\u{a0}{unit}", human_count(value)),
        _ => human_count(value),
    }
}

/// An objective as in the scenario, with the signs of mathematics.
pub(in crate::plot) fn typeset(objective: &str) -> String {
    objective.replace("<=", "≤").replace(">=", "≥")
}

/// A share as a percentage with as many digits as tell it from 0 and from 1.
pub(in crate::plot) fn percent(share: f64) -> String {
    let value = share * 100.0;
    let rest = value.abs().min((100.0 - value).abs());
    let digits = match rest {
        r if r < 1e-9 => 0,
        r if r < 0.000_95 => 4,
        r if r < 0.009_5 => 3,
        r if r < 0.095 => 2,
        r if r < 9.95 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}\u{a0}%")
}

/// Seconds in prose that no line break tears apart; zero has no unit.
pub(in crate::plot) fn prose(seconds: f64) -> String {
    if seconds == 0.0 { "0".to_owned() } else { human_seconds(seconds, Human::Prose).replace(' ', "\u{a0}") }
}

fn from_zero(most: f64, step: f64, label: impl Fn(f64) -> String) -> Axis {
    if most <= 0.0 || !most.is_finite() {
        return Axis::linear(0.0, 1.0, vec![Tick::new(0.0, label(0.0)), Tick::new(1.0, label(1.0))]);
    }
    let last = (most / step - 1e-9).ceil().max(1.0);
    Axis::linear(0.0, last * step, steps(0.0, last).map(|i| Tick::new(i * step, label(i * step))).collect())
}

fn steps(first: f64, last: f64) -> impl Iterator<Item = f64> {
    (0..=((last - first).clamp(0.0, 1000.0) as u32)).map(move |i| first + f64::from(i))
}

/// The least of 1, 2, 5, 10, ... times a power of ten that is at least `step`.
fn decimal_step(step: f64) -> f64 {
    if step <= 0.0 || !step.is_finite() {
        return 1.0;
    }
    let power = libm::exp10(libm::floor(libm::log10(step)));
    [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|&s| s >= step * 0.999_999).unwrap_or(10.0 * power)
}

fn duration_step(step: f64) -> f64 {
    if step < 1.0 {
        return decimal_step(step);
    }
    let years = decimal_step(step / (365.0 * DAY)) * 365.0 * DAY;
    DURATION_STEPS.into_iter().find(|&s| s >= step * 0.999_999).unwrap_or(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|tick| tick.label.replace('\u{a0}', " ")).collect()
    }

    #[test]
    fn counts_have_round_steps_and_reach_the_most() {
        let axis = counts(43_400.0, 5);
        assert_eq!(axis.high(), 50_000.0);
        assert_eq!(axis.ticks.len(), 6);
        assert_eq!(counts(20.0, 4).ticks.iter().map(|t| t.at).collect::<Vec<_>>(), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(counts(3.0, 6).ticks.len(), 4);
    }

    #[test]
    fn nothing_to_show_still_gives_an_axis() {
        assert_eq!(counts(0.0, 5).high(), 1.0);
        assert_eq!(durations(0.0, 0.0, false, 5).high(), 1.0);
        assert_eq!(elapsed(0.0, 8).low(), 0.0);
    }

    #[test]
    fn durations_over_decades_get_landmarks_and_a_floor() {
        let axis = durations(0.02, 7500.0, true, 5);
        assert!(axis.is_log());
        assert_eq!(labels(&axis), ["≤ 0.1 s", "1 s", "10 s", "1 min", "10 min", "1 h"]);
    }

    #[test]
    fn a_logarithmic_axis_keeps_its_lowest_tick_and_what_has_room_beside_it() {
        let labels = |width| -> Vec<String> {
            thin_to_fit(log_durations(0.1, 7200.0, true), width).ticks.into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(labels(900.0).len(), 6);
        let few = labels(200.0);
        assert!((2..6).contains(&few.len()) && few[0].starts_with('≤'), "{few:?}");
    }

    #[test]
    fn durations_within_a_decade_are_even() {
        let axis = durations(400.0, 2100.0, false, 5);
        assert!(!axis.is_log());
        assert_eq!(labels(&axis), ["0", "10 min", "20 min", "30 min", "40 min"]);
    }

    #[test]
    fn elapsed_time_is_round_from_two_minutes_to_six_weeks() {
        assert_eq!(
            labels(&elapsed(120.0, 8)),
            ["0", "15 s", "30 s", "45 s", "1 min", "1 min 15 s", "1 min 30 s", "1 min 45 s", "2 min"]
        );
        assert_eq!(labels(&elapsed(28800.0, 8)).last().map(String::as_str), Some("8 h"));
        assert_eq!(elapsed(42.0 * DAY, 8).ticks.len(), 7);
    }

    #[test]
    fn shares_of_jobs_go_down_by_decades() {
        assert_eq!(labels(&log_shares(0.0004)), ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"]);
        assert_eq!(labels(&log_shares(1.0)), ["1 %", "10 %", "100 %"]);
    }

    #[test]
    fn percentages_keep_the_digits_that_matter() {
        let cases = [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.5, "50 %"),
            (0.99, "99 %"),
            (0.9987, "99.9 %"),
            (0.99987, "99.99 %"),
            (0.001, "0.1 %"),
        ];
        for (share, text) in cases {
            assert_eq!(percent(share), text.replace(' ', "\u{a0}"));
        }
    }
}
