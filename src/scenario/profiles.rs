//! Reading `[profiles.NAME]`: multipliers over the day or week as pieces of a line.

use jiff::civil::Weekday;

use super::desk::{Desk, WallClock};
use super::fields::Field;
use super::names::reference;
use super::node::Table;
use super::times::clock_time;
use super::{kinds, values};
use crate::model::{Calendar, Piece, Profile};
use crate::units::{SimDuration, since_midnight, time_of_week};

const KEYS: &str = "a time of day such as `07:00`, or of the week such as `Mon 07:00`";
const DAY: SimDuration = SimDuration::from_secs(86_400);
const WEEK: SimDuration = SimDuration::from_secs(604_800);

pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// A multiplier that is stated for a time of the period.
#[derive(Clone, Copy)]
struct Knot {
    at: SimDuration,
    weekly: bool,
    multiplier: f64,
}

/// Reads all profiles and puts them on the desk for those who refer to them.
pub(super) fn read_all(desk: &Desk<'_>, root: &Table) {
    let profiles = root.get("profiles").and_then(|node| Field::new(desk, node, "profiles").entries("profiles by name"));
    let profiles = profiles.unwrap_or_default().into_iter().map(|(name, _, field)| read(name, &field)).collect();
    let _ = desk.profiles.set(profiles);
}

/// Reads a reference to a profile.
pub(super) fn referred(field: &Field<'_>) -> Option<Profile> {
    let index = reference(field, "profile", &field.desk.names.profiles)?;
    field.desk.mark_used(format!("profiles.{}", field.desk.names.profiles[usize::from(index)]));
    field.desk.profiles.get()?.get(usize::from(index))?.clone()
}

fn read(name: &str, field: &Field<'_>) -> Option<Profile> {
    let (shape, values) = field.choose(&kinds::PROFILE)?;
    let mut knots = Vec::new();
    for (key, place, value) in values.entries(KEYS)? {
        match (knot_time(key), values::number(&value)) {
            (Some((at, weekly)), Some(multiplier)) => knots.push(Knot { at, weekly, multiplier }),
            (None, _) => {
                let problem = super::problem::Problem::new(place, format!("`{key}` is not a time"));
                value.desk.report(problem.accepted(format!("expected {KEYS}")));
                return None;
            }
            _ => return None,
        }
    }
    check(&values, &mut knots)?;
    let period = if knots[0].weekly { WEEK } else { DAY };
    let pieces = if shape == "steps" { steps(&knots) } else { lines(&knots, period) };
    Some(Profile { name: name.to_owned(), period, phase: phase(field.desk, knots[0].weekly), pieces })
}

fn check(field: &Field<'_>, knots: &mut [Knot]) -> Option<()> {
    knots.sort_by_key(|knot| knot.at);
    if knots.iter().any(|knot| knot.weekly != knots[0].weekly) {
        return field.refuse("the profile mixes times of the day and of the week", "all keys of one kind");
    }
    if knots.windows(2).any(|pair| pair[0].at == pair[1].at) {
        return field.refuse("the profile states a time twice", "each time once");
    }
    if knots.iter().all(|knot| knot.multiplier == 0.0) {
        return field.refuse("the profile is zero at all times", "at least one multiplier above zero");
    }
    Some(())
}

/// Reads workers by the time of the day or week.
pub(super) fn calendar(field: &Field<'_>) -> Option<Calendar> {
    let mut steps: Vec<(SimDuration, u32)> = Vec::new();
    let mut weekly = None;
    for (key, place, value) in field.entries(KEYS)? {
        let Some((at, by_week)) = knot_time(key) else {
            let problem = super::problem::Problem::new(place, format!("`{key}` is not a time"));
            value.desk.report(problem.accepted(format!("expected {KEYS}")));
            return None;
        };
        if *weekly.get_or_insert(by_week) != by_week {
            return field.refuse("the calendar mixes times of the day and of the week", "all keys of one kind");
        }
        if steps.iter().any(|(other, _)| *other == at) {
            return field.refuse("the calendar states a time twice", "each time once");
        }
        steps.push((at, values::workers(&value)?));
    }
    steps.sort_unstable();
    let weekly = weekly.unwrap_or(false);
    // Before the first step of a period holds the last.
    let last = steps[steps.len() - 1].1;
    if !steps[0].0.is_zero() {
        steps.insert(0, (SimDuration::ZERO, last));
    }
    Some(Calendar { period: if weekly { WEEK } else { DAY }, phase: phase(field.desk, weekly), steps })
}

pub(super) fn phase(desk: &Desk<'_>, weekly: bool) -> SimDuration {
    match desk.clock.get() {
        Some(WallClock::Dated(clock)) if weekly => clock.time_of_week(),
        Some(WallClock::Dated(clock)) => clock.time_of_day(),
        _ => SimDuration::ZERO,
    }
}

/// `07:00` or `Mon 07:00` as time since the start of the day or week.
fn knot_time(key: &str) -> Option<(SimDuration, bool)> {
    if let Some(time) = clock_time(key) {
        return Some((since_midnight(time), false));
    }
    let (day, time) = key.split_once(' ')?;
    let day = day.to_lowercase();
    let (_, weekday) = WEEKDAYS.iter().find(|(name, _)| *name == day || (day.len() > 3 && day.starts_with(name)))?;
    Some((time_of_week(*weekday, clock_time(time.trim())?), true))
}

/// Each multiplier holds from its time on; before the first holds the last.
fn steps(knots: &[Knot]) -> Vec<Piece> {
    let last = knots[knots.len() - 1];
    let before = (!knots[0].at.is_zero()).then_some(Knot { at: SimDuration::ZERO, ..last });
    let piece = |knot: Knot| Piece { start: knot.at, from: knot.multiplier, to: knot.multiplier };
    before.into_iter().chain(knots.iter().copied()).map(piece).collect()
}

/// Straight lines between the multipliers, from the last over the end of the period to the first.
fn lines(knots: &[Knot], period: SimDuration) -> Vec<Piece> {
    let (first, last) = (knots[0], knots[knots.len() - 1]);
    let wrap = (period.as_nanos() - last.at.as_nanos() + first.at.as_nanos()) as f64;
    let into = (period.as_nanos() - last.at.as_nanos()) as f64 / wrap;
    let at_end = last.multiplier + (first.multiplier - last.multiplier) * into;
    let mut pieces = Vec::new();
    if !first.at.is_zero() {
        pieces.push(Piece { start: SimDuration::ZERO, from: at_end, to: first.multiplier });
    }
    let line = |pair: &[Knot]| Piece { start: pair[0].at, from: pair[0].multiplier, to: pair[1].multiplier };
    pieces.extend(knots.windows(2).map(line));
    pieces.push(Piece { start: last.at, from: last.multiplier, to: at_end });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knot(hours: u64, multiplier: f64) -> Knot {
        Knot { at: SimDuration::from_secs(hours * 3_600), weekly: false, multiplier }
    }

    #[test]
    fn steps_wrap_around_midnight() {
        let pieces = steps(&[knot(7, 1.0), knot(21, 2.0)]);
        let found: Vec<_> = pieces.iter().map(|p| (p.start.as_secs_f64() / 3_600.0, p.from, p.to)).collect();
        assert_eq!(found, [(0.0, 2.0, 2.0), (7.0, 1.0, 1.0), (21.0, 2.0, 2.0)]);
    }

    #[test]
    fn lines_are_continuous_over_midnight() {
        let pieces = lines(&[knot(6, 1.0), knot(18, 3.0)], DAY);
        let found: Vec<_> = pieces.iter().map(|p| (p.start.as_secs_f64() / 3_600.0, p.from, p.to)).collect();
        assert_eq!(found, [(0.0, 2.0, 1.0), (6.0, 1.0, 3.0), (18.0, 3.0, 2.0)]);
    }

    #[test]
    fn a_single_multiplier_holds_all_the_time() {
        for pieces in [steps(&[knot(9, 1.5)]), lines(&[knot(9, 1.5)], DAY)] {
            assert!(pieces.iter().all(|piece| piece.from == 1.5 && piece.to == 1.5));
            assert_eq!(pieces[0].start, SimDuration::ZERO);
        }
    }

    #[test]
    fn times_of_the_week_are_told_by_the_day() {
        assert_eq!(knot_time("Wed 08:00"), Some((SimDuration::from_secs(56 * 3_600), true)));
        assert_eq!(knot_time("Wednesday 08:00"), knot_time("wed 8:00"));
        assert_eq!(knot_time("08:00"), Some((SimDuration::from_secs(8 * 3_600), false)));
        assert_eq!(knot_time("Foo 08:00"), None);
    }
}
