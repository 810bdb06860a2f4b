//! Reading when jobs are created.

use super::again::{self, First};
use super::laws::law;
use super::times::time_in_run;
use super::{profiles, trace, values};
use crate::model::{Arrivals, BatchSize, BatchTimes, Missed, MmppState, Spacing};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::scenario::text::problem::list_of;
use crate::units::{SimDuration, SimTime};

/// Reads the arrivals of a job class; a rate of zero and a burst of no jobs switch them off. With `draws` it states a service time,
/// which jobs of a trace without one take.
pub(super) fn arrivals(field: &Field<'_>, class: &str, draws: bool) -> Option<Arrivals> {
    let (name, choice) = field.choose::<schema::Arrivals>()?;
    if !matches!(name, "periodic" | "batches" | "trace") && choice.has("cron") {
        let title = format!("`cron` in `arrivals.{name}`");
        return choice
            .refuse(title, "a cron line says when jobs come: write `arrivals.periodic.cron = \"0 9 * * 1-5\"`");
    }
    match name {
        "poisson" => poisson(&choice.open::<schema::Poisson>()?),
        "renewal" => renewal(&choice.open::<schema::Renewal>()?),
        "periodic" => periodic(&choice.open::<schema::Periodic>()?),
        "burst" => burst(&choice.open::<schema::Burst>()?),
        "batches" => batches(&choice.open::<schema::Batches>()?),
        "mmpp" => mmpp(&choice.open::<schema::Mmpp>()?),
        _ => trace::read(&choice, class, draws).map(Arrivals::Trace),
    }
}

fn poisson(fields: &Fields<'_>) -> Option<Arrivals> {
    let (rate, profile) = (fields.need("rate", values::rate_or_zero), fields.maybe("profile", profiles::referred));
    let (rate, profile) = (rate?, profile?);
    Some(if rate.as_per_second() > 0.0 { Arrivals::Poisson { rate, profile } } else { Arrivals::None })
}

fn renewal(fields: &Fields<'_>) -> Option<Arrivals> {
    let interarrival = fields.need("interarrival", law)?;
    if interarrival.mean() <= 0.0 {
        return fields.field.refuse("the interarrival time is always zero", "expected a mean above zero");
    }
    Some(Arrivals::Renewal { interarrival })
}

fn periodic(fields: &Fields<'_>) -> Option<Arrivals> {
    let (times, jitter) = again::ticks_and(fields, First::AtStart, |gap| fields.or("jitter", |f| jitter(f, gap)));
    let missed = fields.or("missed", missed);
    Some(Arrivals::Periodic { times: times?, jitter: jitter?, missed: missed? })
}

fn missed(field: &Field<'_>) -> Option<Missed> {
    values::word(field, &[("kept", Missed::Kept), ("lost", Missed::Lost)])
}

fn jitter(field: &Field<'_>, every: Option<SimDuration>) -> Option<SimDuration> {
    let jitter = values::duration(field)?;
    if every.is_some_and(|every| jitter > every) {
        return field.refuse("`jitter` is longer than the period", "expected at most `every`");
    }
    Some(jitter)
}

fn burst(fields: &Fields<'_>) -> Option<Arrivals> {
    let (jobs, from) = (fields.need("jobs", values::jobs_or_none), fields.need("from", time_in_run));
    let over = fields.need("over", values::duration);
    let words = [("random", Spacing::Random), ("even", Spacing::Even)];
    let spacing = fields.or("spacing", |f| values::word(f, &words));
    let burst = Arrivals::Burst { jobs: jobs?, from: from?, over: over?, spacing: spacing? };
    Some(if jobs == Some(0) { Arrivals::None } else { burst })
}

fn batches(fields: &Fields<'_>) -> Option<Arrivals> {
    let (size, times) = (fields.need("size", batch_size), batch_times(fields));
    let (size, times) = (size?, times?);
    Some(match (size, times) {
        (BatchSize::Constant(0), _) | (_, None) => Arrivals::None,
        (size, Some(times)) => Arrivals::Batches { size, times },
    })
}

/// `None` inside: never.
#[expect(clippy::option_option, reason = "wrong and switched off are different outcomes")]
fn batch_times(fields: &Fields<'_>) -> Option<Option<BatchTimes>> {
    let ways: Vec<&str> =
        ["at", "every", "rate", "cron"].into_iter().filter(|key| fields.table.get(key).is_some()).collect();
    let [way] = ways.as_slice() else {
        return fields.field.refuse(
            if ways.is_empty() {
                "batches without times".to_owned()
            } else {
                format!("batches with {}", list_of(ways))
            },
            "exactly one of `at`, `every`, `rate` and `cron`",
        );
    };
    for (key, owner) in [("first", "every"), ("profile", "rate"), ("repeated", "cron")] {
        if let Some(field) = fields.get(key).filter(|_| *way != owner) {
            return field.refuse(format!("`{key}` beside `{way}`"), format!("it belongs to `{owner}`"));
        }
    }
    match *way {
        "at" => fields.need("at", batch_instants).map(Some),
        "every" | "cron" => again::ticks(fields, First::AtStart).map(BatchTimes::Regular).map(Some),
        _ => {
            let rate = fields.need("rate", values::rate_or_zero);
            let profile = fields.maybe("profile", profiles::referred);
            let (rate, profile) = (rate?, profile?);
            Some((rate.as_per_second() > 0.0).then_some(BatchTimes::Poisson { rate, profile }))
        }
    }
}

fn batch_instants(field: &Field<'_>) -> Option<BatchTimes> {
    let items = field.items();
    if items.is_empty() {
        return field.refuse("`at` is empty", "expected at least one time");
    }
    let times: Vec<Option<SimTime>> = items.iter().map(time_in_run).collect();
    let mut times: Vec<SimTime> = times.into_iter().collect::<Option<_>>()?;
    times.sort_unstable();
    Some(BatchTimes::At(times))
}

fn batch_size(field: &Field<'_>) -> Option<BatchSize> {
    if field.node.as_table().is_none() {
        return values::jobs_or_none(field).map(BatchSize::Constant);
    }
    let (name, choice) = field.choose::<schema::BatchSize>()?;
    match name {
        "constant" => values::jobs_or_none(&choice).map(BatchSize::Constant),
        "uniform" => uniform_size(&choice),
        _ => {
            let mean = choice.open::<schema::Geometric>()?.need("mean", values::positive_number)?;
            if mean < 1.0 {
                return choice.refuse("the mean batch has less than one job", "expected a mean of at least 1");
            }
            Some(BatchSize::Geometric { mean })
        }
    }
}

fn uniform_size(field: &Field<'_>) -> Option<BatchSize> {
    let items = field.list("`[smallest, largest]`")?;
    let [min, max] = items.as_slice() else {
        return field.refuse(format!("`uniform` has {} numbers", items.len()), "expected `[smallest, largest]`");
    };
    let (min, max) = (values::jobs(min), values::jobs(max));
    let (min, max) = (min?, max?);
    if min > max {
        return field.refuse("the largest batch is smaller than the smallest", "expected `[smallest, largest]`");
    }
    Some(BatchSize::Uniform { min, max })
}

fn mmpp(fields: &Fields<'_>) -> Option<Arrivals> {
    let items = fields.need("states", |field| field.list("at least two states"))?;
    let states: Vec<Option<MmppState>> = items.iter().map(mmpp_state).collect();
    let states: Vec<MmppState> = states.into_iter().collect::<Option<_>>()?;
    if states.len() < 2 {
        return fields.field.refuse("an MMPP with one state", "expected at least two; with one it is `poisson`");
    }
    if states.iter().all(|state| state.rate.as_per_second() == 0.0) {
        return Some(Arrivals::None);
    }
    Some(Arrivals::Mmpp { states })
}

fn mmpp_state(field: &Field<'_>) -> Option<MmppState> {
    let fields = field.open::<schema::MmppState>()?;
    let (rate, stay) = (fields.need("rate", values::rate_or_zero), fields.need("stay", values::positive_duration));
    Some(MmppState { rate: rate?, stay: stay? })
}
