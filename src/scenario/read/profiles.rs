//! Reading `[profiles.NAME]`: multipliers over the day or week as pieces of a line.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::exceptions::{self, Exception};
use super::reference::reference;
use super::timetable::{self, DAY, Entries, KEYS, WEEK};
use super::values;
use crate::model::{Pattern, Piece, Profile, Stretch};
use crate::scenario::syntax::desk::Desk;
use crate::scenario::syntax::fields::Field;
use crate::scenario::syntax::schema;
use crate::scenario::text::node::Table;
use crate::units::{SimDuration, SimTime};

/// A multiplier that is stated for a time of the period.
type Knot = timetable::Knot<f64>;

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
    let (shape, values) = field.choose_beside::<schema::Profile>(&["except"])?;
    let pattern = pattern(&values, shape);
    let except = field.node.as_table().and_then(|table| table.get("except")).map(|node| field.child("except", node));
    let exceptions = except.map_or(Some(Vec::new()), |except| exceptions::read(&except, |day| exception(day, shape)));
    let (pattern, exceptions) = (pattern?, exceptions?);
    if pattern.mean() == 0.0 {
        return values.refuse("the profile is zero at all times", "at least one multiplier above zero");
    }
    Some(Profile { name: name.to_owned(), stretches: stretches(field.desk, &Arc::new(pattern), &exceptions) })
}

/// The multipliers of an exceptional day: always the same, or by its times.
fn exception(field: &Field<'_>, shape: &str) -> Option<Arc<Pattern>> {
    if field.node.as_table().is_none() {
        let multiplier = values::number(field)?;
        let piece = Piece { start: SimDuration::ZERO, from: multiplier, to: multiplier };
        return Some(Arc::new(Pattern { period: DAY, pieces: vec![piece] }));
    }
    let pattern = pattern(field, shape)?;
    if pattern.period != DAY {
        return field.refuse("an exception states days of the week", "times of the day, such as `08:00`");
    }
    Some(Arc::new(pattern))
}

fn pattern(field: &Field<'_>, shape: &str) -> Option<Pattern> {
    let entries = field.entries(KEYS)?;
    let otherwise = entries.iter().find(|(key, ..)| *key == "otherwise").map(|(.., field)| field);
    let times: Entries<'_> = entries.iter().filter(|(key, ..)| *key != "otherwise").cloned().collect();
    let table = timetable::read(field, "profile", (&times, otherwise), values::number)?;
    let period = if table.weekly { WEEK } else { DAY };
    let pieces = match shape {
        "steps" => steps(&table.steps(field, "profile")?),
        _ if table.by_hours => {
            return field.refuse("hours have no lines between them", "`steps`, or times such as `07:00`");
        }
        _ => lines(&table.knots, period),
    };
    Some(Pattern { period, pieces })
}

/// The pattern and the exceptions by the clock: a new stretch starts where clocks are set, and with each exception and after it.
fn stretches(desk: &Desk<'_>, pattern: &Arc<Pattern>, exceptions: &[Exception<Arc<Pattern>>]) -> Vec<Stretch> {
    let week = desk.local_week();
    let edges = exceptions.iter().flat_map(|day| [day.from, day.to]);
    let starts: BTreeSet<SimTime> = week.spells().map(|(from, _)| from).chain(edges).collect();
    let stretch = |from: SimTime| {
        let day = exceptions.iter().find(|day| day.from <= from && from < day.to);
        let pattern = day.map_or(pattern, |day| &day.value);
        let period = pattern.period.as_nanos();
        let phase = (week.shown(from).as_nanos() % period + period - from.as_nanos() % period) % period;
        Stretch { from, phase: SimDuration::from_nanos(phase), pattern: pattern.clone() }
    };
    starts.into_iter().map(stretch).collect()
}

/// Each multiplier holds from its time on.
fn steps(knots: &[Knot]) -> Vec<Piece> {
    knots.iter().map(|knot| Piece { start: knot.at, from: knot.value, to: knot.value }).collect()
}

/// Straight lines between the multipliers, from the last over the end of the period to the first.
fn lines(knots: &[Knot], period: SimDuration) -> Vec<Piece> {
    let (first, last) = (knots[0], knots[knots.len() - 1]);
    let wrap = (period.as_nanos() - last.at.as_nanos() + first.at.as_nanos()) as f64;
    let into = (period.as_nanos() - last.at.as_nanos()) as f64 / wrap;
    let at_end = if wrap > 0.0 { last.value + (first.value - last.value) * into } else { last.value };
    let mut pieces = Vec::new();
    if !first.at.is_zero() {
        pieces.push(Piece { start: SimDuration::ZERO, from: at_end, to: first.value });
    }
    let line = |pair: &[Knot]| Piece { start: pair[0].at, from: pair[0].value, to: pair[1].value };
    // Of two multipliers for one midnight the first ends the day, the second starts the next.
    pieces.extend(knots.windows(2).filter(|pair| pair[0].at < pair[1].at).map(line));
    if last.at < period {
        pieces.push(Piece { start: last.at, from: last.value, to: at_end });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knot(hours: u64, value: f64) -> Knot {
        Knot { at: SimDuration::from_secs(hours * 3_600), ends: hours == 24, value }
    }

    #[test]
    fn lines_are_continuous_over_midnight() {
        let pieces = lines(&[knot(6, 1.0), knot(18, 3.0)], DAY);
        let found: Vec<_> = pieces.iter().map(|p| (p.start.as_secs_f64() / 3_600.0, p.from, p.to)).collect();
        assert_eq!(found, [(0.0, 2.0, 1.0), (6.0, 1.0, 3.0), (18.0, 3.0, 2.0)]);
    }

    #[test]
    fn lines_may_jump_at_midnight() {
        let found = |knots: &[Knot]| -> Vec<(f64, f64, f64)> {
            let pieces = lines(knots, DAY);
            pieces.iter().map(|p| (p.start.as_secs_f64() / 3_600.0, p.from, p.to)).collect()
        };
        assert_eq!(found(&[knot(0, 1.0), knot(12, 3.0), knot(24, 2.0)]), [(0.0, 1.0, 3.0), (12.0, 3.0, 2.0)]);
        assert_eq!(found(&[knot(12, 3.0), knot(24, 2.0)]), [(0.0, 2.0, 3.0), (12.0, 3.0, 2.0)]);
    }

    #[test]
    fn a_single_multiplier_holds_all_the_time() {
        let pieces = lines(&[knot(9, 1.5)], DAY);
        assert!(pieces.iter().all(|piece| piece.from == 1.5 && piece.to == 1.5));
        assert_eq!(pieces[0].start, SimDuration::ZERO);
    }
}
