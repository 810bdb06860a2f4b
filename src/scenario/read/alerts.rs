//! Reading `[alerts.NAME]` and `[responses.NAME]`.

use super::condition::{self, ParsedClause};
use super::expression::{self, Measured, Wrong};
use super::hours::hours;
use super::laws::time;
use super::objectives::{find, refuse};
use super::reference::reference;
use super::{events, values};
use crate::model::{
    Alert, AlertId, Burn, Change, ClassId, Clause, Comparison, Condition, DispatcherId, Effect, JobClass, Metric,
    PoolId, Quantity, QueueId, Response, ResponseEnd, Until,
};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::names::Names;
use crate::scenario::syntax::schema;
use crate::scenario::text::node::{Table, Value};
use crate::units::{Rate, SimDuration, SimTime};

/// Reads an alert; the objectives of the job classes are sought in the whole scenario.
pub(super) fn read_alert(name: &str, field: &Field<'_>, root: &Table) -> Option<Alert> {
    let fields = field.open::<schema::Alert>()?;
    let condition = fields.need("when", |field| condition(field, root));
    let every = fields.or("every", values::positive_duration);
    let resolve_after = fields.or("resolve_after", values::duration);
    let (text, condition, hold) = condition?;
    if let (Some(every), Some(field)) = (every, fields.get("when")) {
        let windows = condition.0.iter().flatten().map(|clause| window_of(&clause.metric));
        let longest = windows.max().unwrap_or_default();
        values::check_readings(&field, ("the longest window", longest), every)?;
    }
    Some(Alert { name: name.to_owned(), text, condition, hold, every: every?, resolve_after: resolve_after? })
}

fn condition(field: &Field<'_>, root: &Table) -> Option<(String, Condition, SimDuration)> {
    let text = values::text(field)?;
    let parsed = match condition::parse(&text) {
        Ok(parsed) => parsed,
        Err(wrong) => return refuse(field, &text, wrong),
    };
    let clause = |parsed: &ParsedClause| -> Option<Clause> {
        let metric = metric(field, &text, parsed, root)?;
        Some(Clause { metric, comparison: parsed.comparison, bound: parsed.bound })
    };
    let any: Option<Vec<Vec<Clause>>> = parsed.any.iter().map(|all| all.iter().map(clause).collect()).collect();
    let any = any?;
    Some((text, Condition(any), parsed.hold))
}

/// The time over which a metric looks back.
fn window_of(metric: &Metric) -> SimDuration {
    match metric {
        Metric::Arrivals(_, window) | Metric::Completions(_, window) | Metric::Late(_, _, window) => *window,
        Metric::Burn(burn) => burn.long,
        _ => SimDuration::ZERO,
    }
}

fn metric(field: &Field<'_>, text: &str, parsed: &ParsedClause, root: &Table) -> Option<Metric> {
    let names = &field.desk.names;
    let queue = || find(field, text, &parsed.of, ("queue", &names.queues)).map(QueueId);
    let pool = || find(field, text, &parsed.of, ("pool", &names.pools)).map(PoolId);
    let class = || find(field, text, &parsed.of, ("job class", &names.jobs)).map(ClassId);
    let dispatcher = || find(field, text, &parsed.of, ("dispatcher", &names.dispatchers)).map(DispatcherId);
    let duration = |place: usize| parsed.durations.get(place).copied();
    Some(match parsed.metric {
        "depth" => Metric::Depth(queue()?),
        "age" => Metric::Age(queue()?),
        "staged_depth" => Metric::StagedDepth(dispatcher()?),
        "staged_age" => Metric::StagedAge(dispatcher()?),
        "in_flight" => Metric::InFlight(pool()?),
        "utilisation" => Metric::Utilisation(pool()?),
        "work" => Metric::Work(pool()?),
        "arrivals" => Metric::Arrivals(class()?, duration(0)?),
        "completions" => Metric::Completions(class()?, duration(0)?),
        "late" => Metric::Late(class()?, duration(0)?, duration(1)?),
        "burn" => burn(field, text, (parsed, class()?), root)?,
        "oldest" => Metric::Oldest(class()?),
        _ => Metric::Heartbeat(dispatcher()?),
    })
}

/// The budget is that of the first objective of the class on a share of its waits.
fn burn(field: &Field<'_>, text: &str, (parsed, class): (&ParsedClause, ClassId), root: &Table) -> Option<Metric> {
    let stated = root.table("jobs").and_then(|jobs| jobs.table(&parsed.of.text)?.get("objectives"));
    let objectives = stated.map(|node| Field::new(field.desk, node, "objectives").items()).unwrap_or_default();
    let share = objectives.iter().filter_map(|item| expression::parse(item.node.as_text()?).ok()).find_map(
        |objective| match (objective.measured, objective.comparison) {
            (Measured::ShareWithin(Quantity::Wait, bound, _), Comparison::AtLeast | Comparison::Greater) => {
                Some((bound, objective.bound))
            }
            _ => None,
        },
    );
    let wrong = |title: String, accepted: &str| Wrong {
        start: parsed.of.start,
        end: parsed.of.start + parsed.of.text.len(),
        title,
        accepted: accepted.to_owned(),
        suggestion: None,
    };
    let Some((bound, share)) = share else {
        let title = format!("`{}` has no objective that can burn", parsed.of.text);
        return refuse(field, text, wrong(title, "expected an objective such as `share(wait <= 30s) >= 99%`"));
    };
    if share >= 1.0 {
        let title = format!("the objective of `{}` leaves no budget to burn", parsed.of.text);
        return refuse(field, text, wrong(title, "expected a share below 100 %"));
    }
    let [long, short] = parsed.durations.as_slice() else { return None };
    Some(Metric::Burn(Burn { class, bound, budget: 1.0 - share, long: *long.max(short), short: *long.min(short) }))
}

/// Reads a response; the classes that could be read are needed to tell which rates can change.
pub(super) fn read_response(name: &str, field: &Field<'_>, classes: &[Option<JobClass>]) -> Option<Response> {
    let fields = field.open::<schema::Response>()?;
    let on = fields.need("on", |field| reference(field, "alert", &field.desk.names.alerts).map(AlertId));
    let after = fields.or("after", time);
    let hours = fields.maybe("hours", hours);
    let at_most = fields.maybe("at_most", |field| values::whole(field, 1..=1_000_000).map(|count| count as u32));
    let until = fields.maybe("until", until);
    let effects = events::all_effects(&fields, classes);
    let pool = fields.get("restart").and_then(|field| restarted_pool(&field));
    let restart = if pool.is_some() { Some(None) } else { fields.maybe("restart", dispatcher) };
    let pace = fields.maybe("pace", pace);
    let (mut effects, restart, pace) = (effects?, restart?, pace?.unwrap_or_default());
    effects.extend(pool.map(Effect::Restart));
    if effects.is_empty() && restart.is_none() && pace.is_empty() {
        return does_nothing(&fields);
    }
    let (until, ending) = until?.unwrap_or((ResponseEnd::Horizon, Until::Horizon));
    let change = Change { name: name.to_owned(), at: SimTime::ZERO, until: ending, effects };
    Some(Response {
        name: name.to_owned(),
        on: on?,
        after: after?,
        hours: hours?,
        at_most: at_most?,
        change,
        until,
        restart,
        pace,
    })
}

fn does_nothing(fields: &Fields<'_>) -> Option<Response> {
    let accepted = "needs `set`, `scale`, `pause`, `restart` or `pace`";
    fields.field.refuse(format!("`{}` does nothing", fields.field.path), accepted)
}

fn until(field: &Field<'_>) -> Option<(ResponseEnd, Until)> {
    match field.node.as_text() {
        Some("drained") => Some((ResponseEnd::Horizon, Until::Drained)),
        Some("resolved") => Some((ResponseEnd::Resolved, Until::Horizon)),
        Some(text) if !text.contains(|c: char| c.is_ascii_digit()) => {
            field.refuse(format!("`until` cannot be `{text}`"), "expected `drained`, `resolved` or a duration")
        }
        _ => values::positive_duration(field).map(|time| (ResponseEnd::After(time), Until::Horizon)),
    }
}

/// The pool of this name, unless it is that of a dispatcher.
fn restarted_pool(field: &Field<'_>) -> Option<PoolId> {
    let (name, names) = (field.node.as_text()?, &field.desk.names);
    let is_dispatcher = Names::index(&names.dispatchers, name).is_some();
    Names::index(&names.pools, name).filter(|_| !is_dispatcher).map(PoolId)
}

fn dispatcher(field: &Field<'_>) -> Option<DispatcherId> {
    reference(field, "dispatcher", &field.desk.names.dispatchers).map(DispatcherId)
}

fn pace(field: &Field<'_>) -> Option<Vec<(DispatcherId, Rate)>> {
    let entries = field.entries("dispatchers with their pace, such as `{ driver = \"5/s\" }`")?;
    let entry = |(name, place, value): &(&str, crate::scenario::text::source::Place, Field<'_>)| {
        let key = crate::scenario::text::node::Node { value: Value::Text((*name).to_owned()), place: *place };
        let dispatcher = dispatcher(&Field::new(field.desk, &key, value.path.clone()));
        Some((dispatcher?, values::rate(value)?))
    };
    entries.iter().map(entry).collect()
}
