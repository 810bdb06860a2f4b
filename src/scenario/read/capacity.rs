//! Reading what makes the number of workers of a pool change, and what happens to their jobs then.

use super::again::{self, First};
use super::{autoscale, calendars, dispatchers, values};
use crate::model::{
    Autoscale, Calendar, Capacity, Choose, End, Failures, Interrupted, OutageKind, Prefetch, Redelivery, Rerun,
    RollingRestart, ScaleIn, ScaleRule, Take, Ticks, Window,
};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::units::SimTime;

const RERUN: [(&str, Rerun); 3] =
    [("resume", Rerun::Resume), ("restart", Rerun::Restart), ("resample", Rerun::Resample)];

const CHOOSE: [(&str, Choose); 5] = [
    ("idle_first", Choose::IdleFirst),
    ("random", Choose::Random),
    ("newest", Choose::Newest),
    ("oldest", Choose::Oldest),
    ("kubernetes", Choose::Kubernetes),
];

/// The workers that a pool starts with: what its calendar says, or as stated.
pub(super) fn size(fields: &Fields<'_>) -> Option<u32> {
    match (fields.maybe("size", values::workers), fields.get("calendar")) {
        (None, _) => None,
        (Some(_), Some(calendar)) if fields.get("autoscale").is_none() => {
            calendars::read(&calendar).map(|calendar| calendar.size_at(SimTime::ZERO))
        }
        _ => fields.need("size", values::workers),
    }
}

/// Reads the keys of a pool that concern its workers over time. `size` is what it starts with.
pub(super) fn read(fields: &Fields<'_>, size: Option<u32>, take: Option<&Take>) -> Option<Capacity> {
    let autoscale = fields.maybe("autoscale", |field| autoscale::read(field, size));
    let calendar = fields.maybe("calendar", |field| calendar(field, fields));
    let scale_in = fields.or_plainly("scale_in", scale_in);
    let choose = choose(fields, autoscale.as_ref().and_then(Option::as_ref), scale_in);
    let outages = fields.maybe("outages", outages);
    let workers_fail = fields.maybe("failures", |field| failures_of_workers(field, fields));
    let restart = fields.maybe("restart", |field| restart(field, fields));
    let pool_fails = fields.maybe("pool_failures", failures);
    let interrupted = interrupted(fields);
    let preempt = fields.maybe("preempt", |field| preempt(field, take));
    let speed = fields.or_plainly("speed", values::positive_number);
    let poll = fields.maybe("poll", values::positive_duration);
    let prefetch = fields.or_plainly("prefetch", |field| prefetch(field, fields));
    Some(Capacity {
        autoscale: autoscale?,
        calendar: calendar?,
        scale_in: scale_in?,
        choose: choose?,
        outages: outages?.unwrap_or_default(),
        failures: workers_fail?,
        restart: restart?,
        pool_failures: pool_fails?,
        interrupted: interrupted?,
        preempt: preempt?,
        speed: speed?,
        poll: poll?,
        prefetch: prefetch?,
    })
}

fn calendar(field: &Field<'_>, of: &Fields<'_>) -> Option<Calendar> {
    if of.get("autoscale").is_some() {
        return field.refuse("`calendar` beside `autoscale`", "only one of them can set the size");
    }
    calendars::read(field)
}

fn scale_in(field: &Field<'_>) -> Option<ScaleIn> {
    match field.node.as_text() {
        Some("drain") => return Some(ScaleIn::Drain),
        Some(other) => {
            let accepted = "`drain`, or `{ kill_after = \"30s\" }`, or `{ choose = \"random\" }`";
            return field.refuse(format!("`{}` cannot be `{other}`", field.key()), accepted);
        }
        None => {}
    }
    let fields = field.open::<schema::ScaleIn>()?;
    if fields.table.entries.is_empty() {
        return field.refuse("`scale_in` says nothing", "expected `kill_after`, `choose` or both");
    }
    let grace = fields.maybe("kill_after", values::duration)?;
    Some(grace.map_or(ScaleIn::Drain, ScaleIn::KillAfter))
}

/// Which workers leave first. The default is the rule of the system; it is only noted where it is another than idle ones.
fn choose(fields: &Fields<'_>, autoscale: Option<&Autoscale>, scale_in: Option<ScaleIn>) -> Option<Choose> {
    let numbered = ["failures", "prefetch"].into_iter().find(|key| is_stated(fields, key));
    let table = fields.get("scale_in").filter(|field| field.node.as_table().is_some());
    let stated = table.as_ref().and_then(|field| {
        let node = field.node.as_table()?.get("choose")?;
        Some(field.child("choose", node))
    });
    if let Some(field) = &stated {
        let choose = values::word(field, &CHOOSE)?;
        return match numbered {
            Some(key) if choose != Choose::IdleFirst => field.refuse(
                format!("`choose` beside `{key}`"),
                format!("which workers of such a pool leave follows from `{key}`; leave `choose` out"),
            ),
            _ => Some(choose),
        };
    }
    let (word, choose) = if numbered.is_some() { CHOOSE[0] } else { own_rule(autoscale, scale_in) };
    if choose != Choose::IdleFirst {
        let path = format!("{}.scale_in.choose", fields.field.path);
        fields.field.desk.defaults.borrow_mut().push((path, format!("\"{word}\"")));
    }
    Some(choose)
}

/// Whether something is stated that an alternative has not taken away again.
fn is_stated(fields: &Fields<'_>, key: &str) -> bool {
    fields.get(key).is_some_and(|field| field.node.as_text() != Some("none"))
}

/// The rule of each system: a `ReplicaSet` is what the HPA and KEDA resize; the default termination policy of EC2 Auto Scaling ends
/// in a draw; platforms with numbered processes remove the last one; whoever kills does not ask who is idle; and a pool that only
/// drains lets those go that have nothing to do.
fn own_rule(autoscale: Option<&Autoscale>, scale_in: Option<ScaleIn>) -> (&'static str, Choose) {
    let choose = match autoscale.map(|autoscale| &autoscale.rule) {
        Some(ScaleRule::Hpa(_) | ScaleRule::Keda(_)) => Choose::Kubernetes,
        Some(ScaleRule::TargetTracking(_)) => Choose::Random,
        Some(ScaleRule::LatencySteps(_)) => Choose::Newest,
        None if matches!(scale_in, Some(ScaleIn::KillAfter(_))) => Choose::Random,
        None => Choose::IdleFirst,
    };
    CHOOSE.into_iter().find(|(_, rule)| *rule == choose).unwrap_or(CHOOSE[0])
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
    let fields = field.open::<schema::RollingRestart>()?;
    let times = restart_times(&fields);
    let gap = times.as_ref().and_then(|times| times.as_ref()?.shortest_gap());
    let takes = fields.need("takes", |field| dispatchers::takes(field, gap));
    let at_a_time = fields.or("at_a_time", values::slots);
    let gap_between = fields.or("gap", values::duration);
    Some(RollingRestart { times: times?, takes: takes?, at_a_time: at_a_time?, gap: gap_between? })
}

/// When a pool is restarted by itself; without times it is when an event or a response says so.
#[expect(clippy::option_option, reason = "wrong, left out and stated are three different outcomes")]
fn restart_times(fields: &Fields<'_>) -> Option<Option<Ticks>> {
    let stated = ["every", "cron"].into_iter().any(|key| fields.get(key).is_some());
    match ["first", "repeated"].into_iter().find_map(|key| fields.get(key)) {
        Some(field) if !stated => field.refuse(
            format!("`{}` without `every` or `cron`", field.key()),
            "a restart without either is begun by an event or a response",
        ),
        _ if stated => again::ticks(fields, First::AfterOne).map(Some),
        _ => Some(None),
    }
}

fn failures(field: &Field<'_>) -> Option<Failures> {
    dispatchers::failures(&field.open::<schema::Failures>()?)
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
    let fields = field.open::<schema::Prefetch>()?;
    let slots = fields.need("slots", values::slots);
    let per_slot = fields.or("per_slot", values::slots);
    Some(Some(Prefetch { slots: slots?, per_slot: per_slot? }))
}

/// The defaults are only noted where a worker can die.
fn interrupted(fields: &Fields<'_>) -> Option<Interrupted> {
    let keys = ["outages", "failures", "restart", "pool_failures", "acknowledge", "redeliver", "rerun"];
    let scale_in = fields.get("scale_in").and_then(|field| field.node.as_table()?.get("kill_after"));
    if scale_in.is_none() && keys.into_iter().all(|key| fields.get(key).is_none()) {
        return Some(Capacity::default().interrupted);
    }
    let late = fields.or("acknowledge", |field| values::word(field, &[("late", true), ("early", false)]));
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
    let (to, rerun) = (fields.or("redeliver", redeliver), fields.or("rerun", rerun));
    late?;
    Some(Interrupted::Redelivered(Redelivery { to: to?, rerun: rerun? }))
}

fn preempt(field: &Field<'_>, take: Option<&Take>) -> Option<Rerun> {
    if take.is_some_and(|take| !matches!(take, Take::Strict(_) | Take::Priority(_))) {
        return field.refuse("`preempt` needs an order of urgency", "expected `take.strict` or `take.priority`");
    }
    values::word(field, &RERUN)
}
