//! Reading what makes the number of workers of a pool change, and what happens to their jobs then.

use super::fields::{Field, Fields};
use super::times::time_in_run;
use super::{autoscale, dispatchers, kinds, profiles, values};
use crate::model::{
    Calendar, Capacity, End, Failures, Interrupted, OutageKind, Prefetch, Redelivery, Rerun, RollingRestart, ScaleIn,
    Take, Window,
};
use crate::units::SimTime;

const RERUN: [(&str, Rerun); 3] =
    [("resume", Rerun::Resume), ("restart", Rerun::Restart), ("resample", Rerun::Resample)];

/// The workers that a pool starts with: as stated, or what its calendar says.
pub(super) fn size(fields: &Fields<'_>) -> Option<u32> {
    match (fields.get("size"), fields.get("calendar")) {
        (None, Some(calendar)) => profiles::calendar(&calendar).map(|calendar| calendar.size_at(SimTime::ZERO)),
        _ => fields.need("size", values::workers),
    }
}

/// Reads the keys of a pool that concern its workers over time. `size` is what it starts with.
pub(super) fn read(fields: &Fields<'_>, size: Option<u32>, take: Option<&Take>) -> Option<Capacity> {
    let autoscale = fields.maybe("autoscale", |field| autoscale::read(field, size));
    let calendar = fields.maybe("calendar", |field| calendar(field, fields));
    let scale_in = fields.maybe("scale_in", scale_in);
    let outages = fields.maybe("outages", outages);
    let workers_fail = fields.maybe("failures", |field| failures_of_workers(field, fields));
    let restart = fields.maybe("restart", |field| restart(field, fields));
    let pool_fails = fields.maybe("pool_failures", failures);
    let interrupted = interrupted(fields);
    let preempt = fields.maybe("preempt", |field| preempt(field, take));
    let speed = fields.maybe("speed", values::positive_number);
    let poll = fields.maybe("poll", values::positive_duration);
    let prefetch = fields.maybe("prefetch", |field| prefetch(field, fields));
    Some(Capacity {
        autoscale: autoscale?,
        calendar: calendar?,
        scale_in: scale_in?.unwrap_or(ScaleIn::Drain),
        outages: outages?.unwrap_or_default(),
        failures: workers_fail?,
        restart: restart?,
        pool_failures: pool_fails?,
        interrupted: interrupted?,
        preempt: preempt?,
        speed: speed?.unwrap_or(1.0),
        poll: poll?,
        prefetch: prefetch?.flatten(),
    })
}

fn calendar(field: &Field<'_>, of: &Fields<'_>) -> Option<Calendar> {
    if of.get("autoscale").is_some() {
        return field.refuse("`calendar` beside `autoscale`", "only one of them can set the size");
    }
    profiles::calendar(field)
}

fn scale_in(field: &Field<'_>) -> Option<ScaleIn> {
    match field.node.as_text() {
        Some("drain") => return Some(ScaleIn::Drain),
        Some(other) => {
            let accepted = "`drain`, or `{ kill_after = \"30s\" }`";
            return field.refuse(format!("`{}` cannot be `{other}`", field.key()), accepted);
        }
        None => {}
    }
    let (_, grace) = field.choose(&kinds::SCALE_IN)?;
    values::duration(&grace).map(ScaleIn::KillAfter)
}

fn failures_of_workers(field: &Field<'_>, of: &Fields<'_>) -> Option<Failures> {
    let resized = ["autoscale", "calendar"].into_iter().find(|key| of.get(key).is_some());
    if let Some(key) = resized {
        return field
            .refuse(format!("`failures` beside `{key}`"), "workers that fail by themselves need a constant `size`");
    }
    failures(field)
}

fn restart(field: &Field<'_>, of: &Fields<'_>) -> Option<RollingRestart> {
    if of.get("failures").is_some() {
        return field.refuse("`restart` beside `failures`", "workers that fail by themselves are not restarted");
    }
    let fields = field.open(&kinds::ROLLING_RESTART)?;
    let every = fields.maybe("every", values::positive_duration);
    let first = match (fields.get("first"), every.flatten()) {
        (Some(field), None) if every.is_some() => {
            field.refuse("`first` without `every`", "a restart without `every` is begun by an event or a response")
        }
        (Some(field), _) => time_in_run(&field),
        (None, every) => Some(every.map_or(SimTime::ZERO, |every| SimTime::ZERO.after(every))),
    };
    let takes = fields.need("takes", |field| dispatchers::takes(field, every.flatten()));
    let at_a_time = fields.or("at_a_time", "1", values::slots);
    let gap = fields.or("gap", "\"0s\"", values::duration);
    let first = first?;
    let times = every?.map(|every| (first, every));
    Some(RollingRestart { times, takes: takes?, at_a_time: at_a_time?, gap: gap? })
}

fn failures(field: &Field<'_>) -> Option<Failures> {
    dispatchers::failures(&field.open(&kinds::FAILURES)?)
}

fn outages(field: &Field<'_>) -> Option<Vec<Window>> {
    let outages = dispatchers::outages(field, false)?;
    if outages.iter().any(|outage| outage.kind != OutageKind::Down) {
        return field.refuse("a pool in an outage is down", "only dispatchers have outages of another `kind`");
    }
    Some(outages.iter().map(|outage| Window { from: outage.from, to: outage.to }).collect())
}

/// `Some(None)` where it is `"none"`: so an alternative takes it away.
fn prefetch(field: &Field<'_>, of: &Fields<'_>) -> Option<Option<Prefetch>> {
    match field.node.as_text() {
        Some("none") => return Some(None),
        Some(other) => {
            let accepted = "`none`, or `{ slots = 4, per_slot = 4 }`";
            return field.refuse(format!("`{}` cannot be `{other}`", field.key()), accepted);
        }
        None => {}
    }
    let other = ["poll", "preempt", "restart"].into_iter().find(|key| of.get(key).is_some());
    if let Some(key) = other {
        return field.refuse(format!("`prefetch` beside `{key}`"), "workers that take jobs in advance do not do that");
    }
    let fields = field.open(&kinds::PREFETCH)?;
    let slots = fields.need("slots", values::slots);
    let per_slot = fields.or("per_slot", "4", values::slots);
    Some(Some(Prefetch { slots: slots?, per_slot: per_slot? }))
}

/// The defaults are only noted where a worker can die.
fn interrupted(fields: &Fields<'_>) -> Option<Interrupted> {
    let keys = ["scale_in", "outages", "failures", "restart", "pool_failures", "acknowledge", "redeliver", "rerun"];
    if keys.into_iter().all(|key| fields.get(key).is_none()) {
        return Some(Capacity::default().interrupted);
    }
    let late = fields.or("acknowledge", "\"late\"", |field| values::word(field, &[("late", true), ("early", false)]));
    let redeliver = |field: &Field<'_>| values::word(field, &[("head", End::Head), ("tail", End::Tail)]);
    let rerun = |field: &Field<'_>| values::word(field, &RERUN);
    if late == Some(false) {
        let unused = ["redeliver", "rerun"].into_iter().find_map(|key| fields.get(key));
        return match unused {
            Some(field) => {
                let title = format!("`{}` beside `acknowledge = \"early\"`", field.key());
                field.refuse(title, "a job that is acknowledged early is lost and does not come back")
            }
            None => Some(Interrupted::Lost),
        };
    }
    let (to, rerun) = (fields.or("redeliver", "\"head\"", redeliver), fields.or("rerun", "\"restart\"", rerun));
    late?;
    Some(Interrupted::Redelivered(Redelivery { to: to?, rerun: rerun? }))
}

fn preempt(field: &Field<'_>, take: Option<&Take>) -> Option<Rerun> {
    if take.is_some_and(|take| !matches!(take, Take::Strict(_) | Take::Priority(_))) {
        return field.refuse("`preempt` needs an order of urgency", "expected `take.strict` or `take.priority`");
    }
    values::word(field, &RERUN)
}
