//! Reading `[providers.NAME]`.

use super::times::{time_in_run, time_point};
use super::values;
use crate::model::{CallRate, Crowding, Provider, Trouble};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::scenario::syntax::schema::kind::Declared;
use crate::scenario::text::node::Value;
use crate::units::{Share, SimDuration};

/// Reads a provider.
pub(super) fn read(name: &str, field: &Field<'_>) -> Option<Provider> {
    let fields = field.open::<schema::Provider>()?;
    let concurrent = fields.maybe("concurrent", values::slots);
    let rate = fields.maybe("rate", rate);
    let slowdown = fields.maybe("slowdown", |field| slowdown(&field.open::<schema::Crowding>()?));
    let windows = fields.or("windows", windows);
    let some = schema::Provider::KIND.names().any(|key| fields.states(key) || fields.is_misspelt(key));
    if !some {
        let accepted = "needs `concurrent`, `rate`, `slowdown` or `windows`";
        return field.refuse(format!("the provider `{name}` has no effect"), accepted);
    }
    Some(Provider {
        name: name.to_owned(),
        concurrent: concurrent?,
        rate: rate?,
        slowdown: slowdown?,
        windows: windows?,
    })
}

fn rate(field: &Field<'_>) -> Option<CallRate> {
    match field.choose::<schema::CallRate>()? {
        ("fixed_window", choice) => {
            let fields = choice.open::<schema::FixedWindow>()?;
            let (calls, per) = (fields.need("calls", values::slots), fields.need("per", values::positive_duration));
            Some(CallRate::FixedWindow { calls: calls?, per: per? })
        }
        (_, choice) => {
            let fields = choice.open::<schema::TokenBucket>()?;
            let (every, burst) = (fields.need("rate", time_between), fields.or("burst", values::slots));
            Some(CallRate::TokenBucket { every: every?, burst: burst? })
        }
    }
}

/// The time between two of a rate.
fn time_between(field: &Field<'_>) -> Option<SimDuration> {
    let every = SimDuration::from_secs_f64(1.0 / values::rate(field)?.as_per_second());
    if every.is_zero() {
        return field.refuse("the rate is above what time is counted in", "expected at most a call a nanosecond");
    }
    Some(every)
}

fn slowdown(fields: &Fields<'_>) -> Option<Crowding> {
    let above = fields.need("above", |field| values::whole(field, 0..=1_000_000));
    let per_call = fields.need("per_call", values::positive_number);
    Some(Crowding { above: above? as u32, per_call: per_call? })
}

fn windows(field: &Field<'_>) -> Option<Vec<Trouble>> {
    if !matches!(field.node.value, Value::List(_)) {
        return field.refuse_kind("a list such as `[{ from = \"9h\", to = \"10h\", hangs = true }]`");
    }
    let items = field.items();
    let windows: Vec<Option<Trouble>> = items.iter().map(window).collect();
    let mut windows: Vec<(Trouble, &Field<'_>)> =
        windows.into_iter().zip(&items).map(|(window, item)| Some((window?, item))).collect::<Option<_>>()?;
    windows.sort_by_key(|(window, _)| window.from);
    for pair in windows.windows(2) {
        if pair[1].0.from < pair[0].0.to {
            return pair[1].1.refuse("the window begins before the one before it ends", "expected disjoint windows");
        }
    }
    Some(windows.into_iter().map(|(window, _)| window).collect())
}

fn window(field: &Field<'_>) -> Option<Trouble> {
    let fields = field.open::<schema::Trouble>()?;
    let from = fields.need("from", time_in_run);
    let to = fields.need("to", |field| {
        let to = time_point(field)?;
        if from.is_some_and(|from| to <= from) {
            let accepted = "expected a time after `from`; a clock time is the first one after the start of the run";
            return field.refuse("the window ends before it starts", accepted);
        }
        Some(to)
    });
    let slow = fields.maybe("slow", slow);
    let fails = fields.maybe("fails", values::positive_share);
    let hangs = fields.maybe("hangs", yes);
    if !["slow", "fails", "hangs"].into_iter().any(|key| fields.get(key).is_some() || fields.is_misspelt(key)) {
        return field.refuse("nothing is wrong in the window", "needs `slow`, `fails` or `hangs`");
    }
    let (slow, fails) = (slow?.unwrap_or(1.0), fails?.unwrap_or(Share::default()));
    Some(Trouble { from: from?, to: to?, slow, fails, hangs: hangs?.is_some() })
}

fn slow(field: &Field<'_>) -> Option<f64> {
    let factor = values::positive_number(field)?;
    if factor <= 1.0 {
        return field.refuse(format!("{factor} times as long is not slow"), "expected a factor above 1");
    }
    Some(factor)
}

fn yes(field: &Field<'_>) -> Option<()> {
    match field.node.value {
        Value::Boolean(true) => Some(()),
        Value::Boolean(false) => field.refuse("`hangs` is false", "leave it out, or state `true`"),
        _ => field.refuse_kind("`true`"),
    }
}
