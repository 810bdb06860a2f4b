//! Reading `[dispatchers.NAME]`.

use super::fields::{Field, Fields};
use super::kinds;
use super::node::Value;
use super::times::{time_in_run, time_point};
use super::values;
use crate::model::{Dispatcher, OnReturn, Restart, Window};
use crate::units::{Human, SimDuration, human_seconds, parse_duration};

/// Reads a dispatcher.
pub(super) fn read(name: &str, field: &Field<'_>) -> Option<Dispatcher> {
    let fields = field.open(&kinds::DISPATCHER)?;
    let interval = fields.or("interval", "\"0s\"", values::duration);
    let batch = fields.maybe("batch", |f| batch(f, interval));
    let restart = fields.maybe("restart", |f| restart(&f.open(&kinds::RESTART)?));
    let outages = fields.or("outages", "[]", outages);
    let on_return = fields.or("on_return", "\"flood\"", on_return);
    Some(Dispatcher {
        name: name.to_owned(),
        interval: interval?,
        batch: batch?,
        outages: outages?,
        restart: restart?,
        on_return: on_return?,
    })
}

fn batch(field: &Field<'_>, interval: Option<SimDuration>) -> Option<u64> {
    let batch = values::jobs(field)?;
    if interval.is_some_and(SimDuration::is_zero) {
        return field.refuse("`batch` without `interval`", "a dispatcher that moves each job at once has no batches");
    }
    Some(batch)
}

fn restart(fields: &Fields<'_>) -> Option<Restart> {
    let every = fields.need("every", values::positive_duration);
    let takes = fields.need("takes", |field| {
        let takes = values::positive_duration(field)?;
        if every.is_some_and(|every| takes >= every) {
            return field.refuse("a restart takes as long as the time between two", "expected less than `every`");
        }
        Some(takes)
    });
    let first = match (fields.get("first"), every) {
        (Some(field), _) => time_in_run(&field),
        (None, Some(every)) => fields.or("first", &format!("\"{}\"", exact(every)), time_point),
        (None, None) => None,
    };
    Some(Restart { every: every?, takes: takes?, first: first? })
}

pub(super) fn outages(field: &Field<'_>) -> Option<Vec<Window>> {
    if !matches!(field.node.value, Value::List(_)) {
        return field.refuse_kind("a list such as `[{ from = \"9h\", to = \"10h\" }]`");
    }
    let items = field.items();
    let windows: Vec<Option<Window>> = items.iter().map(outage).collect();
    let mut windows: Vec<(Window, &Field<'_>)> =
        windows.into_iter().zip(&items).map(|(window, item)| Some((window?, item))).collect::<Option<_>>()?;
    windows.sort_by_key(|(window, _)| window.from);
    for pair in windows.windows(2) {
        if pair[1].0.from < pair[0].0.to {
            return pair[1].1.refuse("the outage begins before the one before it ends", "expected disjoint outages");
        }
    }
    Some(windows.into_iter().map(|(window, _)| window).collect())
}

fn outage(field: &Field<'_>) -> Option<Window> {
    let fields = field.open(&kinds::OUTAGE)?;
    let from = fields.need("from", time_in_run);
    let to = fields.need("to", |field| {
        let to = time_point(field)?;
        if from.is_some_and(|from| to <= from) {
            let accepted = "expected a time after `from`; a clock time is the first one after the start of the run";
            return field.refuse("the outage ends before it starts", accepted);
        }
        Some(to)
    });
    Some(Window { from: from?, to: to? })
}

fn on_return(field: &Field<'_>) -> Option<OnReturn> {
    if field.node.as_text().is_some() {
        return values::word(field, &[("flood", OnReturn::Flood), ("newest_first", OnReturn::NewestFirst)]);
    }
    let (_, pace) = field.choose(&kinds::ON_RETURN)?;
    values::rate(&pace).map(OnReturn::Paced)
}

/// A duration as text that reads back to exactly it.
fn exact(duration: SimDuration) -> String {
    let text = human_seconds(duration.as_secs_f64(), Human::Code);
    if parse_duration(&text) == Ok(duration) { text } else { format!("{}ns", duration.as_nanos()) }
}
