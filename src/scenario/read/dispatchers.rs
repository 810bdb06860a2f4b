//! Reading `[dispatchers.NAME]`.

use super::again::{self, First};
use super::laws::time;
use super::times::{time_in_run, time_point};
use super::values;
use crate::distribution::Distribution;
use crate::model::{Dispatcher, Failures, OnReturn, Outage, OutageKind, Restart, StagedOrder};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::scenario::text::node::Value;
use crate::units::{Rate, SimDuration};

/// Reads a dispatcher.
pub(super) fn read(name: &str, field: &Field<'_>) -> Option<Dispatcher> {
    let fields = field.open::<schema::Dispatcher>()?;
    let interval = fields.or("interval", values::duration);
    let jitter = fields.or("jitter", |f| jitter(f, interval, "interval"));
    let batch = fields.maybe("batch", |f| batch(f, interval));
    let until_empty = fields.or("until_empty", |f| until_empty(f, fields.get("batch").is_some()));
    let orders =
        [("oldest", StagedOrder::Oldest), ("newest", StagedOrder::Newest), ("priority", StagedOrder::Priority)];
    let order = fields.or("order", |f| values::word(f, &orders));
    let rate = fields.maybe("rate", |f| rate(f, interval));
    let restart = fields.maybe("restart", |f| restart(&f.open::<schema::Restart>()?));
    let paces_itself = interval.is_none_or(|interval| !interval.is_zero()) || fields.get("rate").is_some();
    let replicas = fields.maybe("replicas", |f| values::whole(f, 1..=1_000).map(|count| count as u32));
    let standby = replicas.is_none_or(|replicas| replicas.is_some_and(|replicas| replicas >= 2));
    let outages = fields.or("outages", |f| dispatcher_outages(f, paces_itself, standby));
    let failures = fields.maybe("failures", |f| failures(&f.open::<schema::Failures>()?));
    let failover = fields.maybe("failover", |f| failover(f, replicas.flatten()));
    let on_return = fields.or("on_return", on_return);
    Some(Dispatcher {
        name: name.to_owned(),
        interval: interval?,
        jitter: jitter?,
        batch: batch?,
        until_empty: until_empty?,
        order: order?,
        rate: rate?,
        outages: outages?,
        restart: restart?,
        failures: failures?,
        replicas: replicas?,
        failover: failover?,
        on_return: on_return?,
    })
}

/// Less than the time between two of what is put off.
fn jitter(field: &Field<'_>, every: Option<SimDuration>, of: &str) -> Option<SimDuration> {
    let jitter = values::duration(field)?;
    if !jitter.is_zero() && every.is_some_and(|every| jitter >= every) {
        return field.refuse(format!("the jitter is not shorter than `{of}`"), format!("expected less than `{of}`"));
    }
    Some(jitter)
}

fn rate(field: &Field<'_>, interval: Option<SimDuration>) -> Option<Rate> {
    let rate = values::rate(field)?;
    if interval.is_some_and(|interval| !interval.is_zero()) {
        let accepted = "expected `batch` beside `interval`, or `rate` alone";
        return field.refuse("`rate` beside `interval`", accepted);
    }
    Some(rate)
}

pub(super) fn failures(fields: &Fields<'_>) -> Option<Failures> {
    let after = fields.need("after", |field| {
        let after = time(field)?;
        if after.mean() <= 0.0 {
            return field.refuse("it fails all the time", "expected a time above zero");
        }
        Some(after)
    });
    let repair = fields.need("repair", time);
    Some(Failures { after: after?, repair: repair? })
}

fn batch(field: &Field<'_>, interval: Option<SimDuration>) -> Option<u64> {
    let batch = values::jobs(field)?;
    if interval.is_some_and(SimDuration::is_zero) {
        return field.refuse("`batch` without `interval`", "a dispatcher that moves each job at once has no batches");
    }
    Some(batch)
}

fn until_empty(field: &Field<'_>, has_batch: bool) -> Option<bool> {
    let Value::Boolean(until_empty) = field.node.value else { return field.refuse_kind("`true` or `false`") };
    if until_empty && !has_batch {
        let accepted = "needs `batch`: without it a wake-up moves all that is staged anyway";
        return field.refuse("`until_empty` without `batch`", accepted);
    }
    Some(until_empty)
}

fn restart(fields: &Fields<'_>) -> Option<Restart> {
    let (times, (takes, jitter, hangs)) = again::ticks_and(fields, First::AfterOne, |gap| {
        let takes = fields.need("takes", |field| takes(field, gap));
        let jitter = fields.or("jitter", |f| jitter(f, gap, "every"));
        (takes, jitter, fields.or("hangs", values::share))
    });
    Some(Restart { times: times?, takes: takes?, jitter: jitter?, hangs: hangs? })
}

pub(super) fn takes(field: &Field<'_>, every: Option<SimDuration>) -> Option<Distribution> {
    let takes = time(field)?;
    if takes.mean() <= 0.0 {
        return field.refuse(format!("`{}` is zero", field.key()), "expected a duration above zero");
    }
    if every.is_some_and(|every| takes.mean() >= every.as_secs_f64()) {
        return field.refuse("a restart takes as long as the time between two", "expected less than `every`");
    }
    Some(takes)
}

fn failover(field: &Field<'_>, replicas: Option<u32>) -> Option<SimDuration> {
    if replicas == Some(1) {
        return field.refuse("`failover` without a standby", "expected `replicas` of 2 or more, or no `failover`");
    }
    values::positive_duration(field)
}

/// The outages of a dispatcher, of which two replicas can be active at once only where there are two.
fn dispatcher_outages(field: &Field<'_>, paces_itself: bool, standby: bool) -> Option<Vec<Outage>> {
    let outages = outages(field, paces_itself)?;
    if !standby && outages.iter().any(|outage| outage.kind == OutageKind::TwoActive) {
        return field
            .refuse("two active replicas of a dispatcher with one", "expected `replicas` of 2 or more beside it");
    }
    Some(outages)
}

pub(super) fn outages(field: &Field<'_>, paces_itself: bool) -> Option<Vec<Outage>> {
    if !matches!(field.node.value, Value::List(_)) {
        return field.refuse_kind("a list such as `[{ from = \"9h\", to = \"10h\" }]`");
    }
    let items = field.items();
    let outages: Vec<Option<Outage>> = items.iter().map(|item| outage(item, paces_itself)).collect();
    let mut outages: Vec<(Outage, &Field<'_>)> =
        outages.into_iter().zip(&items).map(|(outage, item)| Some((outage?, item))).collect::<Option<_>>()?;
    outages.sort_by_key(|(outage, _)| outage.from);
    for pair in outages.windows(2) {
        if pair[1].0.from < pair[0].0.to {
            return pair[1].1.refuse("the outage begins before the one before it ends", "expected disjoint outages");
        }
    }
    Some(outages.into_iter().map(|(outage, _)| outage).collect())
}

fn outage(field: &Field<'_>, paces_itself: bool) -> Option<Outage> {
    let fields = field.open::<schema::Outage>()?;
    let from = fields.need("from", time_in_run);
    let to = fields.need("to", |field| {
        let to = time_point(field)?;
        if from.is_some_and(|from| to <= from) {
            let accepted = "expected a time after `from`; a clock time is the first one after the start of the run";
            return field.refuse("the outage ends before it starts", accepted);
        }
        Some(to)
    });
    let kind = fields.or("kind", |field| outage_kind(field, paces_itself));
    Some(Outage { from: from?, to: to?, kind: kind? })
}

fn outage_kind(field: &Field<'_>, paces_itself: bool) -> Option<OutageKind> {
    if field.node.as_text().is_some() {
        let kinds = [("down", OutageKind::Down), ("idle", OutageKind::Idle), ("two_active", OutageKind::TwoActive)];
        return values::word(field, &kinds);
    }
    match field.choose::<schema::OutageKind>()? {
        ("crash_loop", choice) => {
            let fields = choice.open::<schema::CrashLoop>()?;
            let (up, down) =
                (fields.need("up", values::positive_duration), fields.need("down", values::positive_duration));
            Some(OutageKind::CrashLoop { up: up?, down: down? })
        }
        (_, choice) => slow(&choice, paces_itself),
    }
}

fn slow(field: &Field<'_>, paces_itself: bool) -> Option<OutageKind> {
    let factor = values::positive_number(field)?;
    if factor <= 1.0 {
        return field.refuse(format!("{factor} times less often is not slow"), "expected a factor above 1");
    }
    if !paces_itself {
        let accepted = "needs `interval` or `rate`: a dispatcher that moves each job at once cannot be slow";
        return field.refuse("a slow dispatcher without a pace", accepted);
    }
    Some(OutageKind::Slow(factor))
}

fn on_return(field: &Field<'_>) -> Option<OnReturn> {
    if field.node.as_text().is_some() {
        return values::word(field, &[("flood", OnReturn::Flood), ("newest_first", OnReturn::NewestFirst)]);
    }
    match field.choose::<schema::OnReturn>()? {
        ("paced", pace) => values::rate(&pace).map(OnReturn::Paced),
        (_, age) => values::positive_duration(&age).map(OnReturn::Expire),
    }
}
