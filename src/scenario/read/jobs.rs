//! Reading `[jobs.NAME]`.

use super::arrivals::arrivals;
use super::laws::law;
use super::reference::reference;
use super::{fates, values};
use crate::distribution::Distribution;
use crate::model::{Arrivals, DispatcherId, JobClass, Missed, QueueId, Service, Trace, Variant};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::names::{NAME, Names, flaw};
use crate::scenario::syntax::schema;
use crate::units::SimDuration;

/// Reads a job class.
pub(super) fn read(name: &str, field: &Field<'_>) -> Option<JobClass> {
    let fields = field.open::<schema::Job>()?;
    let queue = fields.or("queue", queue);
    let via = fields.maybe("via", dispatcher);
    let priority = fields.or("priority", priority);
    let deadline = fields.maybe("deadline", values::positive_duration);
    let tenants = fields.or("tenants", |f| values::whole(f, 1..=65_535));
    let initial_backlog = fields.or("initial_backlog", values::jobs_or_none);
    let arrivals = read_arrivals(&fields, name, initial_backlog);
    let service = service(&fields, arrivals.as_ref());
    let arrivals = lose_ticks(&fields, arrivals);
    let fate = fates::read(&fields);
    Some(JobClass {
        name: name.to_owned(),
        queue: queue?,
        via: via?,
        priority: priority?,
        deadline: deadline?,
        tenants: tenants? as u16,
        initial_backlog: initial_backlog?,
        arrivals: arrivals?,
        service: service?,
        fate: fate?,
    })
}

fn queue(field: &Field<'_>) -> Option<QueueId> {
    let name = values::text(field)?;
    if let Some(flaw) = flaw(&name) {
        return field.refuse(flaw, NAME);
    }
    Names::index(&field.desk.names.queues, &name).map(QueueId)
}

fn dispatcher(field: &Field<'_>) -> Option<DispatcherId> {
    let index = reference(field, "dispatcher", &field.desk.names.dispatchers)?;
    field.desk.mark_used(format!("dispatchers.{}", field.desk.names.dispatchers[usize::from(index)]));
    Some(DispatcherId(index))
}

fn priority(field: &Field<'_>) -> Option<i32> {
    values::whole(field, i128::from(i32::MIN)..=i128::from(i32::MAX)).map(|number| number as i32)
}

fn read_arrivals(fields: &Fields<'_>, name: &str, initial_backlog: Option<u64>) -> Option<Arrivals> {
    let draws = fields.get("service_time").is_some();
    match fields.maybe("arrivals", |field| arrivals(field, name, draws))? {
        Some(arrivals) => {
            if matches!(arrivals, Arrivals::None) {
                fields.field.desk.silent.borrow_mut().insert(name.to_owned());
            }
            Some(arrivals)
        }
        None if fields.is_misspelt("arrivals") => None,
        None if fields.field.desk.names.followers.contains(name) => Some(Arrivals::None),
        None if initial_backlog == Some(0) => {
            let accepted =
                "needs `arrivals` or `initial_backlog`, or another class whose `then` or `join` creates its jobs";
            fields.field.refuse(format!("`{}` has no jobs", fields.field.path), accepted)
        }
        None => Some(Arrivals::None),
    }
}

/// Only a dispatcher that is down can lose ticks.
fn lose_ticks(fields: &Fields<'_>, arrivals: Option<Arrivals>) -> Option<Arrivals> {
    let loses = matches!(arrivals, Some(Arrivals::Periodic { missed: Missed::Lost, .. }));
    if loses && fields.get("via").is_none() {
        let accepted = "needs `via`: ticks are lost while a dispatcher is down";
        return fields.field.refuse("`missed = \"lost\"` without a dispatcher", accepted);
    }
    arrivals
}

fn service(fields: &Fields<'_>, arrivals: Option<&Arrivals>) -> Option<Service> {
    let recorded = match arrivals {
        Some(Arrivals::Trace(trace)) => recorded_service(trace),
        _ => None,
    };
    // A trace that is wrong was reported; whether it has service times is not known then.
    let is_wrong = arrivals.is_none() && fields.get("arrivals").is_some_and(|field| has_trace(&field));
    let time = match recorded {
        None if is_wrong => {
            fields.maybe("service_time", service_time);
            None
        }
        Some(time) => fields.maybe("service_time", service_time).map(|stated| stated.unwrap_or(time)),
        None => fields.need("service_time", service_time),
    };
    let slowdown = fields.or("slowdown", values::positive_number);
    let variants = fields.maybe("variants", variants);
    Some(Service { time: time?, slowdown: slowdown?, variants: variants?.unwrap_or_default() })
}

fn has_trace(arrivals: &Field<'_>) -> bool {
    arrivals.node.as_table().is_some_and(|table| table.get("trace").is_some())
}

/// The service times of a trace that states all of them, as a distribution.
fn recorded_service(trace: &Trace) -> Option<Distribution> {
    let times: Option<Vec<f64>> = trace.rows.iter().map(|row| row.service.map(SimDuration::as_secs_f64)).collect();
    Distribution::empirical_values(times?).ok()
}

fn service_time(field: &Field<'_>) -> Option<Distribution> {
    let law = law(field)?;
    if law.mean() <= 0.0 {
        return field.refuse("the service time is always zero", "expected a mean above zero");
    }
    Some(law)
}

fn variants(field: &Field<'_>) -> Option<Vec<Variant>> {
    let variants: Vec<Option<Variant>> =
        field.entries("variants by name")?.iter().map(|(name, _, field)| variant(name, field)).collect();
    let mut variants: Vec<Variant> = variants.into_iter().collect::<Option<_>>()?;
    // A draw goes by the names, so that the order in the file changes no result.
    variants.sort_by(|a, b| a.name.cmp(&b.name));
    let sum: f64 = variants.iter().map(|variant| variant.share.as_f64()).sum();
    if sum > 1.0 + 1e-12 {
        let percent = (sum * 1e8).round() / 1e6;
        return field.refuse(format!("the variants' shares add up to {percent} %"), "expected at most 100 %");
    }
    Some(variants.into_iter().filter(|variant| !variant.share.is_zero()).collect())
}

fn variant(name: &str, field: &Field<'_>) -> Option<Variant> {
    let fields = field.open::<schema::Variant>()?;
    let share = fields.need("share", values::share);
    let slowdown = fields.or("slowdown", values::positive_number);
    let time = fields.maybe("service_time", service_time);
    if fields.get("slowdown").is_none() && fields.get("service_time").is_none() {
        return field.refuse(format!("the variant `{name}` varies nothing"), "needs `slowdown` or `service_time`");
    }
    Some(Variant { name: name.to_owned(), share: share?, time: time?, slowdown: slowdown? })
}
