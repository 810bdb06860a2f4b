//! Reading `[events.NAME]`: what changes at stated times.

use super::reference::{reference, report_unknown};
use super::times::{time_in_run, time_point};
use super::{cron, values};
use crate::model::{
    Arrivals, BatchTimes, Change, ClassId, DispatcherId, Effect, JobClass, LimitId, PoolId, Ticks, Until,
};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::names::{NameList, Names, written_key, written_path};
use crate::scenario::syntax::schema;
use crate::scenario::text::node::Value;
use crate::units::SimTime;

const SETTABLE: &str = "`pools.NAME.size`, `pools.NAME.take`, `dispatchers.NAME.rate` and `limits.NAME.slots`";
const SCALABLE: &str = "`pools.NAME.size`, `jobs.NAME.rate` and `jobs.NAME.service_time`";

/// Reads an event, which happens once or whenever a cron line says; the classes that could be read are needed to tell which
/// rates can change.
pub(super) fn read(name: &str, field: &Field<'_>, classes: &[Option<JobClass>]) -> Option<Vec<Change>> {
    let fields = field.open::<schema::Event>()?;
    let times = times(&fields);
    let restart = fields.maybe("restart", |field| reference(field, "pool", &field.desk.names.pools));
    let mut effects = all_effects(&fields, classes)?;
    let lasts = !effects.is_empty();
    effects.extend(restart?.map(PoolId).map(Effect::Restart));
    if effects.is_empty() {
        return nothing(&fields);
    }
    let change = |(at, until)| Change { name: name.to_owned(), at, until, effects: effects.clone() };
    let times = times?;
    if lasts && fields.get("cron").is_some() && times.iter().any(|(_, until)| *until == Until::Horizon) {
        return field.refuse(format!("`{}` never ends what it begins again", field.path), "needs `lasts`, or `until`");
    }
    Some(times.into_iter().map(change).collect())
}

/// When an event begins and ends: once, or each time.
fn times(fields: &Fields<'_>) -> Option<Vec<(SimTime, Until)>> {
    let lasts = fields.maybe("lasts", values::positive_duration);
    if let (Some(field), true) = (fields.get("lasts"), fields.get("until").is_some()) {
        return field.refuse("`lasts` beside `until`", "only one of them says when it ends");
    }
    let Some(cron) = fields.get("cron") else {
        if let Some(field) = fields.get("repeated") {
            return field
                .refuse("`repeated` without `cron`", "only cron lines have a choice at times that clocks repeat");
        }
        let at = fields.need("at", time_in_run);
        let until = fields.maybe("until", |field| until(field, at));
        let (at, stated) = (at?, until?);
        let until = lasts?.map(|lasts| Until::Time(at.after(lasts)));
        return Some(vec![(at, stated.or(until).unwrap_or(Until::Horizon))]);
    };
    if let Some(field) = fields.get("at") {
        return field.refuse("`at` beside `cron`", "the line alone says when");
    }
    let until = fields.maybe("until", until_again);
    let ticks = cron::ticks(&cron, fields);
    let (lasts, until, ticks) = (lasts?, until?.unwrap_or(Until::Horizon), ticks?);
    if ticks.shortest_gap().zip(lasts).is_some_and(|(gap, lasts)| lasts > gap) {
        return fields.get("lasts")?.refuse("it begins anew before it ends", "a time up to the next one");
    }
    let Ticks::At(times) = ticks else { return None };
    if times.len() > cron::MOST_OF_EVENTS {
        let written = cron.node.as_text().unwrap_or_default();
        let title =
            format!("`{written}` happens {} times in the run and as long after it, as jobs are followed", times.len());
        return cron.refuse(title, cron::fewer(cron::MOST_OF_EVENTS));
    }
    let ends = |at: SimTime| lasts.map_or(until, |lasts| Until::Time(at.after(lasts)));
    Some(times.iter().map(|at| (*at, ends(*at))).collect())
}

fn until_again(field: &Field<'_>) -> Option<Until> {
    match field.node.as_text() {
        Some("drained") => Some(Until::Drained),
        _ => field.refuse("a time to end what happens again and again", "`drained`, or `lasts = \"2h\"` instead"),
    }
}

/// What `set`, `scale` and `pause` change; empty without them.
pub(super) fn all_effects(fields: &Fields<'_>, classes: &[Option<JobClass>]) -> Option<Vec<Effect>> {
    let set = fields.maybe("set", |field| effects(field, SETTABLE, set));
    let scale = fields.maybe("scale", |field| effects(field, SCALABLE, |f, parts| scale(f, parts, classes)));
    let pause = fields.maybe("pause", pause);
    Some(set?.into_iter().chain(scale?).chain(pause?).flatten().collect())
}

fn pause(field: &Field<'_>) -> Option<Vec<Effect>> {
    if !matches!(field.node.value, Value::List(_)) {
        return field.refuse_kind("a list of job classes such as `[\"reports\"]`");
    }
    let class = |item: &Field<'_>| reference(item, "job class", &item.desk.names.jobs).map(ClassId);
    field.items().iter().map(|item| class(item).map(Effect::Pause)).collect()
}

fn nothing<T>(fields: &Fields<'_>) -> Option<T> {
    fields
        .field
        .refuse(format!("`{}` changes nothing", fields.field.path), "needs `set`, `scale`, `pause` or `restart`")
}

fn until(field: &Field<'_>, at: Option<SimTime>) -> Option<Until> {
    if field.node.as_text() == Some("drained") {
        return Some(Until::Drained);
    }
    let time = time_point(field)?;
    if at.is_some_and(|at| time <= at) {
        let accepted =
            "expected a time after `at`, or `drained`; a clock time is the first one after the start of the run";
        return field.refuse("the event ends before it begins", accepted);
    }
    Some(Until::Time(time))
}

/// Reads effects from tables in tables; paths in quotes were taken apart before.
fn effects(
    field: &Field<'_>,
    accepted: &str,
    read: impl Fn(&Field<'_>, &[&str]) -> Option<Effect>,
) -> Option<Vec<Effect>> {
    if field.node.as_table().is_none() {
        return field.refuse_kind(&format!("a table with {accepted}"));
    }
    let mut leaves = Vec::new();
    collect(field, &mut Vec::new(), &mut leaves);
    let effects: Vec<Option<Effect>> = leaves.iter().map(|(leaf, path)| read(leaf, path)).collect();
    effects.into_iter().collect()
}

/// The path of a target has three keys; what stands under it is its value, which may be a table.
fn collect<'a>(field: &Field<'a>, path: &mut Vec<&'a str>, leaves: &mut Vec<(Field<'a>, Vec<&'a str>)>) {
    match &field.node.value {
        Value::Table(table) if path.len() < 3 => {
            for entry in &table.entries {
                path.push(&entry.key);
                collect(&field.child(&entry.key, &entry.node), path, leaves);
                path.pop();
            }
        }
        _ => leaves.push((field.clone(), path.clone())),
    }
}

fn set(field: &Field<'_>, parts: &[&str]) -> Option<Effect> {
    match parts {
        ["pools", name, "size"] => {
            let (pool, size) = (pool(field, name), values::workers(field));
            Some(Effect::SetSize(pool?, size?))
        }
        ["pools", name, "take"] => {
            let (pool, take) = (pool(field, name), super::pools::take(field));
            Some(Effect::SetTake(pool?, take?))
        }
        ["dispatchers", name, "rate"] => {
            let dispatcher = named(field, "dispatcher", name, &field.desk.names.dispatchers).map(DispatcherId);
            let rate = values::rate(field);
            Some(Effect::SetPace(dispatcher?, rate?))
        }
        ["limits", name, "slots"] => {
            let limit = named(field, "limit", name, &field.desk.names.limits).map(LimitId);
            let slots = values::slots(field);
            Some(Effect::SetLimit(limit?, slots?))
        }
        _ => field.refuse(format!("`{}` cannot be set", written_path(parts)), format!("expected {SETTABLE}")),
    }
}

fn scale(field: &Field<'_>, parts: &[&str], classes: &[Option<JobClass>]) -> Option<Effect> {
    match parts {
        ["pools", name, "size"] => {
            let (pool, factor) = (pool(field, name), values::number(field));
            Some(Effect::ScaleSize(pool?, factor?))
        }
        ["jobs", name, "rate"] => {
            let (class, factor) = (class(field, name), values::positive_number(field));
            let class = class?;
            check_rate(field, name, classes.get(class.index())?.as_ref()?)?;
            Some(Effect::ScaleRate(class, factor?))
        }
        ["jobs", name, "service_time"] => {
            let (class, factor) = (class(field, name), values::positive_number(field));
            Some(Effect::ScaleService(class?, factor?))
        }
        _ => field.refuse(format!("`{}` cannot be scaled", written_path(parts)), format!("expected {SCALABLE}")),
    }
}

fn check_rate(field: &Field<'_>, name: &str, class: &JobClass) -> Option<()> {
    let kind = match &class.arrivals {
        Arrivals::Burst { .. } => "a burst",
        Arrivals::Trace(_) => "a trace",
        Arrivals::None if !field.desk.silent.borrow().contains(name) => "no arrivals",
        Arrivals::Batches { times: BatchTimes::At(_), .. } => "batches at stated times",
        Arrivals::Batches { times: BatchTimes::Regular(Ticks::At(_)), .. }
        | Arrivals::Periodic { times: Ticks::At(_), .. } => "times by the clock",
        _ => return Some(()),
    };
    field.refuse(
        format!("`jobs.{}` has {kind}, which has no rate", written_key(name)),
        "expected a class whose arrivals have a rate",
    )
}

fn pool(field: &Field<'_>, name: &str) -> Option<PoolId> {
    named(field, "pool", name, &field.desk.names.pools).map(PoolId)
}

fn class(field: &Field<'_>, name: &str) -> Option<ClassId> {
    named(field, "job class", name, &field.desk.names.jobs).map(ClassId)
}

fn named(field: &Field<'_>, what: &str, name: &str, names: &NameList) -> Option<u16> {
    let index = Names::index(names, name);
    if index.is_none() {
        report_unknown(field, what, name, names);
    }
    index
}
