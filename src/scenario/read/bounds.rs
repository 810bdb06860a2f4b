//! Bounds on what several tables of a scenario come to together: each of them may be right, and the whole no number or no size that
//! can be simulated.

use std::collections::BTreeMap;

use crate::model::{Change, Effect, Model, ModelParts, Objective, Scope, Until};
use crate::scenario::syntax::fields::Fields;
use crate::scenario::text::problem::Problem;
use crate::units::{SimTime, written_path};

/// The largest product of factors that hold at one time, and one by the smallest.
const LARGEST_FACTOR: f64 = 1e15;

/// The most workers of all pools.
const MOST_WORKERS: f64 = 2e6;

/// The most beginnings of events, those that happen again and again counted each time.
const MOST_CHANGES: usize = 100_000;

/// The most tenants that objectives judge one by one, added up over these objectives: the times of each are kept.
const MOST_JUDGED: u64 = 20_000;

/// Reports objectives that judge more tenants one by one than there is memory for.
pub(super) fn check_tenants(fields: &Fields<'_>, model: &Model, objectives: &[Objective]) {
    let tenants = |objective: &Objective| match objective.scope {
        Scope::Class(id) => u64::from(model.classes()[id.index()].tenant_count()),
        _ => model.classes().iter().map(|class| u64::from(class.tenant_count())).max().unwrap_or(0),
    };
    let judged: u64 = objectives.iter().filter(|objective| objective.among.by_tenant).map(tenants).sum();
    if judged <= MOST_JUDGED {
        return;
    }
    let most = model.classes().iter().max_by_key(|class| class.tenant_count());
    let stated = most.and_then(|class| fields.table.table("jobs")?.table(&class.name)?.entry("tenants"));
    let place = stated.map_or(fields.field.node.place, |entry| entry.key_place);
    let title = format!("objectives judge {judged} tenants one by one");
    let problem = Problem::new(place, title).accepted(format!("at most {MOST_JUDGED}, over all objectives"));
    fields.field.desk.report(problem.help("state fewer `tenants`, or fewer objectives `by tenant`"));
}

/// What factors of one kind are for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scaled {
    Size(u16),
    Rate(u16),
    Service(u16),
}

/// From when to when a factor holds, as its logarithm, and whose it is.
struct Factor<'a> {
    from: SimTime,
    to: SimTime,
    log: f64,
    of: (&'a str, &'a str),
}

/// Reports factors that multiply to no number, pools that grow beyond all bounds, and too many changes.
pub(super) fn check(fields: &Fields<'_>, parts: &ModelParts) {
    check_changes(fields, parts);
    let mut largest = vec![0.0; parts.pools.len()];
    for (scaled, factors) in &all_factors(parts) {
        let (log, of) = check_product(factors);
        if let Scaled::Size(pool) = scaled {
            largest[usize::from(*pool)] = log;
        }
        if let Some(of) = of {
            refuse(fields, of, "multiplies with other factors of the same time to a number beyond 1e15 or below 1e-15");
        }
    }
    check_workers(fields, parts, &largest);
}

fn check_changes(fields: &Fields<'_>, parts: &ModelParts) {
    if let Some(change) = parts.changes.get(MOST_CHANGES) {
        let title = format!(
            "is one of {} events in the run, of at most {MOST_CHANGES}: repeat them less often",
            parts.changes.len()
        );
        refuse(fields, ("events", &change.name), &title);
    }
}

/// Reports something about an event or a response.
fn refuse(fields: &Fields<'_>, (section, name): (&str, &str), title: &str) {
    let stated = fields.table.table(section).and_then(|section| section.entry(name));
    let place = stated.map_or(fields.field.node.place, |entry| entry.key_place);
    fields.field.desk.report(Problem::new(place, format!("`{}` {title}", written_path([section, name]))));
}

/// All factors by what they are for.
fn all_factors(parts: &ModelParts) -> Vec<(Scaled, Vec<Factor<'_>>)> {
    let end = SimTime::NEVER;
    let events = parts.changes.iter().map(|change| ("events", change, (change.at, end_of(change))));
    // When a response acts is not known.
    let responses = parts.responses.iter().map(|response| ("responses", &response.change, (SimTime::ZERO, end)));
    let mut all: BTreeMap<Scaled, Vec<Factor<'_>>> = BTreeMap::new();
    for (section, change, (from, to)) in events.chain(responses) {
        for effect in &change.effects {
            let (scaled, factor) = match effect {
                Effect::ScaleSize(pool, factor) => (Scaled::Size(pool.0), *factor),
                Effect::ScaleRate(class, factor) => (Scaled::Rate(class.0), *factor),
                Effect::ScaleService(class, factor) => (Scaled::Service(class.0), *factor),
                _ => continue,
            };
            if factor > 0.0 {
                let factor = Factor { from, to, log: libm::log(factor), of: (section, &change.name) };
                all.entry(scaled).or_default().push(factor);
            }
        }
    }
    all.into_iter().collect()
}

fn end_of(change: &Change) -> SimTime {
    match change.until {
        Until::Time(end) => end,
        Until::Horizon | Until::Drained => SimTime::NEVER,
    }
}

/// The logarithm of the largest product at any time, and whose factor makes one too large or too small.
fn check_product<'a>(factors: &[Factor<'a>]) -> (f64, Option<(&'a str, &'a str)>) {
    let begins = factors.iter().map(|factor| (factor.from, true, factor.log, factor.of));
    let ends = factors.iter().map(|factor| (factor.to, false, -factor.log, factor.of));
    let mut edges: Vec<_> = begins.chain(ends).collect();
    // What ends at a time is over when something else begins then.
    edges.sort_by_key(|&(time, begins, ..)| (time, begins));
    let (mut sum, mut largest, mut wrong) = (0.0_f64, 0.0_f64, None);
    for (_, begins, log, of) in edges {
        sum += log;
        largest = largest.max(sum);
        if begins && sum.abs() > libm::log(LARGEST_FACTOR) {
            wrong = wrong.or(Some(of));
        }
    }
    (largest, wrong)
}

/// The most workers that each pool may come to have, all together.
fn check_workers(fields: &Fields<'_>, parts: &ModelParts, largest: &[f64]) {
    let mut total = 0.0;
    for (place, pool) in parts.pools.iter().enumerate() {
        let set = parts.changes.iter().chain(parts.responses.iter().map(|response| &response.change));
        let set = set.flat_map(|change| &change.effects).filter_map(|effect| match effect {
            Effect::SetSize(of, size) if of.index() == place => Some(*size),
            _ => None,
        });
        let scaled = pool.capacity.autoscale.as_ref().map(|autoscale| autoscale.max);
        let by_calendar = pool.capacity.calendar.as_ref().and_then(|it| it.steps.iter().map(|step| step.1).max());
        let most = set.chain(scaled).chain(by_calendar).chain([pool.size]).max().unwrap_or(0);
        total += f64::from(most) * libm::exp(largest[place]);
        if total > MOST_WORKERS {
            let stated = fields.table.table("pools").and_then(|pools| pools.entry(&pool.name));
            let place = stated.map_or(fields.field.node.place, |entry| entry.key_place);
            let title =
                format!("with `{}` there may be more than {MOST_WORKERS} workers", written_path(["pools", &pool.name]));
            fields.field.desk.report(Problem::new(place, title).help("state fewer workers, or a smaller scale"));
            return;
        }
    }
}
