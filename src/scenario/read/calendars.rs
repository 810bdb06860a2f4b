//! Reading `calendar` of a pool: workers by the time of the day or week, by cron lines, and on days that are exceptions.

use super::exceptions::{self, Exception};
use super::timetable::{self, BESIDE, DAY, Entries, KEYS, WEEK};
use super::{cron, values};
use crate::model::Calendar;
use crate::scenario::syntax::fields::Field;
use crate::scenario::text::node::{Node, Value};
use crate::units::{LocalWeek, SimDuration, SimTime};

/// Sizes from some times of a day or week on.
struct Steps {
    period: SimDuration,
    /// Ascending, the first at zero.
    steps: Vec<(SimDuration, u32)>,
}

/// Reads workers by the clock.
pub(super) fn read(field: &Field<'_>) -> Option<Calendar> {
    let entries = field.entries(KEYS)?;
    let beside = |key: &str| entries.iter().find(|(name, ..)| *name == key).map(|(.., field)| field.clone());
    let times: Entries<'_> = entries.iter().filter(|(key, ..)| !BESIDE.contains(key)).cloned().collect();
    let exceptions = beside("except").map(|field| exceptions::read(&field, day));
    let regular = match (beside("cron"), times.iter().any(|(key, ..)| is_cron(key))) {
        (None, false) => by_clock(field, &times, beside("otherwise").as_ref(), beside("repeated").as_ref()),
        (None, true) => by_cron(field, &times, beside("repeated").as_ref()),
        (Some(cron), _) if times.is_empty() => by_cron(
            &cron,
            &cron.entries("cron lines with workers, such as `\"0 8 * * 1-5\" = 10`")?,
            beside("repeated").as_ref(),
        ),
        (Some(cron), _) => cron.refuse("`cron` beside times", "either times or cron lines"),
    };
    let exceptions = match exceptions {
        Some(exceptions) => exceptions?,
        None => Vec::new(),
    };
    let steps = with_exceptions(regular?, &exceptions, &field.desk.local_week(), field.desk.followed_to()?);
    Some(Calendar { steps: steps.into() })
}

/// Five fields, or a name of a cron line.
fn is_cron(key: &str) -> bool {
    key.starts_with('@') || (key.split_whitespace().count() == 5 && !key.contains(':'))
}

fn by_clock(
    field: &Field<'_>,
    times: &Entries<'_>,
    otherwise: Option<&Field<'_>>,
    repeated: Option<&Field<'_>>,
) -> Option<Vec<(SimTime, u32)>> {
    if let Some(field) = repeated {
        return field.refuse("`repeated` without cron lines", "times of the clock hold whenever clocks show them");
    }
    let steps = steps(field, times, otherwise)?;
    Some(steps.between(&field.desk.local_week(), SimTime::ZERO, field.desk.followed_to()?))
}

fn by_cron(field: &Field<'_>, lines: &Entries<'_>, repeated: Option<&Field<'_>>) -> Option<Vec<(SimTime, u32)>> {
    let node = |(key, place, _): &(&str, _, _)| Node { value: Value::Text((*key).to_owned()), place: *place };
    let nodes: Vec<Node> = lines.iter().map(node).collect();
    let sizes: Vec<Option<u32>> = lines.iter().map(|(.., value)| values::workers(value)).collect();
    let repeated = repeated.map_or(Some(cron::Repeated::Once), cron::repeated);
    let sizes: Vec<u32> = sizes.into_iter().collect::<Option<_>>()?;
    let line = |node| Field::new(field.desk, node, format!("{}.cron", field.path));
    let lines: Vec<(Field<'_>, u32)> = nodes.iter().map(line).zip(sizes).collect();
    cron::steps(&lines, repeated?)
}

/// What holds on an exceptional day: always the same size, or sizes by its times.
fn day(field: &Field<'_>) -> Option<Steps> {
    if field.node.as_table().is_none() {
        return Some(Steps { period: DAY, steps: vec![(SimDuration::ZERO, values::workers(field)?)] });
    }
    let entries = field.entries(KEYS)?;
    let otherwise = entries.iter().find(|(key, ..)| *key == "otherwise").map(|(.., field)| field);
    let times: Entries<'_> = entries.iter().filter(|(key, ..)| *key != "otherwise").cloned().collect();
    let steps = steps(field, &times, otherwise)?;
    if steps.period != DAY {
        return field.refuse("an exception states days of the week", "times of the day, such as `08:00`");
    }
    Some(steps)
}

fn steps(field: &Field<'_>, times: &Entries<'_>, otherwise: Option<&Field<'_>>) -> Option<Steps> {
    if times.is_empty() {
        return field.refuse(format!("`{}` states no times", field.key()), format!("expected {KEYS}"));
    }
    let table = timetable::read(field, "calendar", (times, otherwise), values::workers)?;
    let period = if table.weekly { WEEK } else { DAY };
    let knots = table.steps(field, "calendar")?;
    Some(Steps { period, steps: knots.into_iter().map(|knot| (knot.at, knot.value)).collect() })
}

impl Steps {
    fn at(&self, into: SimDuration) -> u32 {
        self.steps[self.steps.partition_point(|(at, _)| *at <= into) - 1].1
    }

    /// The steps from one time of the run, at which one is stated too, to another.
    fn between(&self, week: &LocalWeek, from: SimTime, to: SimTime) -> Vec<(SimTime, u32)> {
        let mut found = Vec::new();
        let mut start = from;
        while start < to {
            let end = week.next_set(start).min(to);
            let shown = week.shown(start).as_nanos() % self.period.as_nanos();
            found.push((start, self.at(SimDuration::from_nanos(shown))));
            let periods = (0..).map(|count: u64| count * self.period.as_nanos());
            let all = periods.flat_map(|base| self.steps.iter().map(move |(at, size)| (base + at.as_nanos(), *size)));
            let later = all.filter(|(at, _)| *at > shown);
            let timed = later.map(|(at, size)| (start.after(SimDuration::from_nanos(at - shown)), size));
            found.extend(timed.take_while(|(time, _)| *time < end));
            start = end;
        }
        found
    }
}

/// Lays exceptions over the steps of other days, which hold again after them.
fn with_exceptions(
    regular: Vec<(SimTime, u32)>,
    exceptions: &[Exception<Steps>],
    week: &LocalWeek,
    end: SimTime,
) -> Vec<(SimTime, u32)> {
    if exceptions.is_empty() {
        return regular;
    }
    let size_at = |time: SimTime| regular[regular.partition_point(|(at, _)| *at <= time) - 1].1;
    let inside = |time: SimTime| exceptions.iter().any(|day| day.from <= time && time < day.to);
    let mut steps: Vec<(SimTime, u32)> = regular.iter().copied().filter(|(time, _)| !inside(*time)).collect();
    for day in exceptions {
        steps.extend(day.value.between(week, day.from, day.to));
        steps.extend(Some(day.to).filter(|time| *time < end && !inside(*time)).map(|time| (time, size_at(time))));
    }
    steps.sort_by_key(|(time, _)| *time);
    steps.dedup_by_key(|(time, _)| *time);
    steps
}
