//! The expected number of jobs that arrivals create in a window of time.

use super::Window;
use crate::model::{Arrivals, BatchTimes, MmppState, Pattern, Profile, Stretch, Trace, TraceRow};
use crate::units::{Rate, SimDuration, SimTime};

/// Expected jobs created from the start of the window up to, not including, its end. Jitter is left out of account.
pub(super) fn mean_jobs(arrivals: &Arrivals, window: Window) -> f64 {
    match arrivals {
        Arrivals::None => 0.0,
        Arrivals::Poisson { rate, profile } => poisson(*rate, profile.as_ref(), window),
        Arrivals::Renewal { interarrival } => window.seconds() / interarrival.mean(),
        Arrivals::Periodic { times, .. } => times.count(window.from, window.to) as f64,
        Arrivals::Burst { jobs, from, over, .. } => *jobs as f64 * share_inside(*from, *over, window),
        Arrivals::Batches { size, times } => size.mean() * batches(times, window),
        Arrivals::Mmpp { states } => mmpp_rate(states) * window.seconds(),
        Arrivals::Trace(trace) => rows_inside(trace, window).len() as f64 * trace.load.unwrap_or(1.0),
    }
}

/// The rows of a trace in a window.
pub(super) fn rows_inside(trace: &Trace, window: Window) -> &[TraceRow] {
    let place = |time: SimTime| trace.rows.partition_point(|row| row.at < time);
    &trace.rows[place(window.from)..place(window.to)]
}

fn poisson(rate: Rate, profile: Option<&Profile>, window: Window) -> f64 {
    let multiplied = profile.map_or_else(|| window.seconds(), |profile| area(profile, window));
    rate.as_per_second() * multiplied
}

fn batches(times: &BatchTimes, window: Window) -> f64 {
    match times {
        BatchTimes::At(instants) => instants.iter().filter(|at| (window.from..window.to).contains(at)).count() as f64,
        BatchTimes::Regular(times) => times.count(window.from, window.to) as f64,
        BatchTimes::Poisson { rate, profile } => poisson(*rate, profile.as_ref(), window),
    }
}

/// The share of a stretch of time that lies in the window; an instant lies in it or not.
fn share_inside(from: SimTime, over: SimDuration, window: Window) -> f64 {
    if over.is_zero() {
        return if window.from <= from && from < window.to { 1.0 } else { 0.0 };
    }
    let inside = from.after(over).min(window.to).since(from.max(window.from));
    inside.as_secs_f64() / over.as_secs_f64()
}

/// The stationary rate: rates weighted by the mean stays.
fn mmpp_rate(states: &[MmppState]) -> f64 {
    let total: f64 = states.iter().map(|state| state.stay.as_secs_f64()).sum();
    states.iter().map(|state| state.rate.as_per_second() * state.stay.as_secs_f64()).sum::<f64>() / total
}

/// The integral of the multipliers over the window, in seconds.
fn area(profile: &Profile, window: Window) -> f64 {
    let inside = |stretch: &Stretch, end: SimTime| {
        let (from, to) = (window.from.max(stretch.from), window.to.min(end));
        (from < to).then(|| area_until(stretch, to) - area_until(stretch, from))
    };
    profile.spans().filter_map(|(stretch, end)| inside(stretch, end)).sum()
}

/// The integral from the start of a period long ago up to a time.
fn area_until(stretch: &Stretch, time: SimTime) -> f64 {
    let Stretch { phase, pattern, .. } = stretch;
    let place = u128::from(time.as_nanos()) + u128::from(phase.as_nanos());
    let period = u128::from(pattern.period.as_nanos());
    let whole = (place / period) as f64 * pattern.mean() * pattern.period.as_secs_f64();
    whole + area_within(pattern, SimDuration::from_nanos((place % period) as u64))
}

/// The integral from the start of the period up to `end` within it.
fn area_within(pattern: &Pattern, end: SimDuration) -> f64 {
    let mut area = 0.0;
    for (i, piece) in pattern.pieces.iter().enumerate().take_while(|(_, piece)| piece.start < end) {
        let length = pattern.piece_length(i).as_secs_f64();
        let inside = (end.as_secs_f64() - piece.start.as_secs_f64()).min(length);
        let last = piece.from + (piece.to - piece.from) * inside / length;
        area += inside * (piece.from + last) / 2.0;
    }
    area
}
