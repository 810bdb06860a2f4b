//! Reading what else can become of a job: the keys `timeout`, `failure`, `retry` and what follows of a job class.

use super::laws::law;
use super::reference::reference;
use super::values;
use crate::distribution::Distribution;
use crate::model::{
    Backoff, Balk, ClassId, Failure, Fate, FollowUp, JobClass, Join, JoinWhen, ProviderId, Retry, Room, WhenFull,
    find_cycle,
};
use crate::scenario::syntax::fields::{Field, Fields};
use crate::scenario::syntax::schema;
use crate::scenario::text::node::Value;
use crate::scenario::text::problem::Problem;
use crate::units::{Share, SimDuration};

/// Reads the fate of a job class.
pub(super) fn read(fields: &Fields<'_>) -> Option<Fate> {
    let provider = fields.maybe("provider", provider);
    let timeout = fields.maybe("timeout", values::positive_duration);
    let failure = fields.maybe("failure", failure);
    let retry = fields.maybe("retry", retry);
    let can_fail = ["timeout", "failure", "provider"].into_iter().any(|key| fields.states(key));
    if let Some(field) = fields.get("retry").filter(|_| !can_fail) {
        return field
            .refuse("`retry` has no effect", "needs `failure`, `timeout` or `provider`: otherwise no attempt fails");
    }
    let expire = fields.maybe("expire", values::positive_duration);
    let patience = fields.maybe("patience", patience);
    let balk = fields.maybe("balk", balk);
    let then = fields.maybe("then", then);
    let join = fields.maybe("join", join);
    let visibility_timeout = fields.maybe("visibility_timeout", values::positive_duration);
    let creates = then.as_ref().is_none_or(|then| then.as_ref().is_some_and(|then| !then.is_empty()));
    if let Some(field) = fields.get("join").filter(|_| !creates) {
        return field.refuse("`join` has nothing to join", "needs `then`, with a follow-up that creates jobs");
    }
    Some(Fate {
        provider: provider?,
        timeout: timeout?,
        failure: failure?.flatten(),
        retry: retry?,
        expire: expire?,
        patience: patience?,
        balk: balk?.flatten(),
        then: then?.unwrap_or_default(),
        join: join?,
        visibility_timeout: visibility_timeout?,
    })
}

fn provider(field: &Field<'_>) -> Option<ProviderId> {
    let index = reference(field, "provider", &field.desk.names.providers)?;
    field.desk.mark_used(format!("providers.{}", field.desk.names.providers[usize::from(index)]));
    Some(ProviderId(index))
}

/// `None` inside: nobody does.
#[expect(clippy::option_option, reason = "wrong and switched off are different outcomes")]
fn balk(field: &Field<'_>) -> Option<Option<Balk>> {
    let fields = field.open::<schema::Balk>()?;
    let above = fields.need("above", values::jobs_or_none);
    let probability = fields.or("probability", values::share);
    let (above, probability) = (above?, probability?);
    Some((!probability.is_zero()).then_some(Balk { above, probability }))
}

fn then(field: &Field<'_>) -> Option<Vec<FollowUp>> {
    let items = field.list("at least one follow-up, such as `[{ class = \"notify\", jobs = 3 }]`")?;
    let follow_ups: Vec<Option<FollowUp>> = items.iter().map(follow_up).collect();
    let follow_ups: Option<Vec<FollowUp>> = follow_ups.into_iter().collect();
    Some(follow_ups?.into_iter().filter(|it| it.jobs > 0 && !it.probability.is_zero()).collect())
}

/// The name of a class, or a table.
fn follow_up(field: &Field<'_>) -> Option<FollowUp> {
    if field.node.as_text().is_some() {
        return Some(FollowUp { class: class(field)?, jobs: 1, probability: whole() });
    }
    let fields = field.open::<schema::FollowUp>()?;
    let class = fields.need("class", class);
    let jobs = fields.or("jobs", |f| values::whole(f, 0..=1_000_000));
    let probability = fields.or("probability", values::share);
    Some(FollowUp { class: class?, jobs: jobs? as u32, probability: probability? })
}

/// How long users wait: a duration, or a distribution.
fn patience(field: &Field<'_>) -> Option<Distribution> {
    match &field.node.value {
        Value::Table(_) => law(field),
        _ => Distribution::constant(values::positive_seconds(field)?).ok(),
    }
}

/// The name of a class, or a table.
fn join(field: &Field<'_>) -> Option<Join> {
    if field.node.as_text().is_some() {
        return Some(Join { class: class(field)?, when: JoinWhen::Finished });
    }
    let fields = field.open::<schema::Join>()?;
    let class = fields.need("class", class);
    let words = [("finished", JoinWhen::Finished), ("ended", JoinWhen::Ended)];
    let when = fields.or("when", |f| values::word(f, &words));
    Some(Join { class: class?, when: when? })
}

fn class(field: &Field<'_>) -> Option<ClassId> {
    reference(field, "job class", &field.desk.names.jobs).map(ClassId)
}

/// Reports a class that follows itself, at any distance, at the `then` of that class.
pub(super) fn check_cycles(fields: &Fields<'_>, classes: &[JobClass]) {
    let Some(class) = find_cycle(classes).map(|id| &classes[id.index()]) else { return };
    let job = fields.table.table("jobs").and_then(|jobs| jobs.table(&class.name));
    let place = job.and_then(|job| job.get("then")).map_or(fields.field.node.place, |node| node.place);
    let problem = Problem::new(place, format!("the job class `{}` follows itself", class.name));
    fields.field.desk.report(problem.accepted("follow-up jobs must come to an end: no class may lead back to itself"));
}

/// Reads the room of a queue.
pub(super) fn capacity(fields: &Fields<'_>) -> Option<Option<Room>> {
    let Some(field) = fields.get("capacity") else {
        return match fields.get("when_full") {
            Some(field) => field.refuse("`when_full` without `capacity`", "a queue without `capacity` is never full"),
            None => Some(None),
        };
    };
    let jobs = values::jobs_or_none(&field);
    let words = [("reject", WhenFull::Reject), ("drop_oldest", WhenFull::DropOldest)];
    let when_full = fields.or("when_full", |f| values::word(f, &words));
    let (jobs, when_full) = (jobs?, when_full?);
    if jobs == 0 && when_full == WhenFull::DropOldest {
        return field
            .refuse("a queue without room has no oldest job to drop", "expected at least 1 with `drop_oldest`");
    }
    Some(Some(Room { jobs, when_full }))
}

/// A probability, or a table that says when in the service time the attempt fails.
/// `None` inside: none does.
#[expect(clippy::option_option, reason = "wrong and switched off are different outcomes")]
fn failure(field: &Field<'_>) -> Option<Option<Failure>> {
    let failure = |probability: Share, after| (!probability.is_zero()).then_some(Failure { probability, after });
    if !matches!(field.node.value, Value::Table(_)) {
        return values::share(field).map(|probability| failure(probability, whole()));
    }
    let fields = field.open::<schema::Failure>()?;
    let probability = fields.need("probability", values::share);
    let after = fields.or("after", values::share);
    Some(failure(probability?, after?))
}

fn whole() -> Share {
    Share::new(1.0).unwrap_or_default()
}

/// The systems whose retries need no numbers.
const BY_WORD: [&str; 10] = [
    "sidekiq",
    "sidekiq_6",
    "faktory",
    "celery",
    "celery_backoff",
    "oban",
    "river",
    "active_job",
    "delayed_job",
    "kubernetes",
];

fn retry(field: &Field<'_>) -> Option<Retry> {
    if field.node.as_text().is_some() {
        let words = BY_WORD.map(|word| (word, word));
        let system = values::word(field, &words)?;
        let empty = crate::scenario::text::node::Node {
            value: Value::Table(crate::scenario::text::node::Table::default()),
            place: field.node.place,
        };
        let noted = field.desk.defaults.borrow().len();
        let retry = system_retry(system, &Field::new(field.desk, &empty, field.path.clone()));
        // The word stands for its numbers, which cannot be stated beside it.
        field.desk.defaults.borrow_mut().truncate(noted);
        return retry;
    }
    let (system, choice) = field.choose::<schema::Retry>()?;
    system_retry(system, &choice)
}

fn system_retry(system: &str, field: &Field<'_>) -> Option<Retry> {
    match system {
        "sidekiq" => plain(field, Backoff::Sidekiq, "25"),
        "sidekiq_6" | "faktory" => plain(field, Backoff::Sidekiq6, "25"),
        "oban" => plain(field, Backoff::Oban, "20"),
        "river" => plain(field, Backoff::River, "25"),
        "active_job" => plain(field, Backoff::ActiveJob, "5"),
        "delayed_job" => plain(field, Backoff::DelayedJob, "25"),
        "kubernetes" => plain(field, Backoff::Kubernetes, "6"),
        "celery" => {
            let fields = field.open::<schema::CeleryRetry>()?;
            let delay = fields.or("delay", values::duration);
            retry_of(delay.map(Backoff::Constant), fields.or("most", most))
        }
        "celery_backoff" => celery_backoff(&field.open::<schema::CeleryBackoff>()?),
        "bullmq_exponential" => bullmq(&field.open::<schema::BullMq>()?),
        "sqs" => sqs(&field.open::<schema::Sqs>()?),
        "constant" => {
            let fields = field.open::<schema::ConstantRetry>()?;
            retry_of(fields.need("delay", values::duration).map(Backoff::Constant), fields.need("most", most))
        }
        _ => exponential(&field.open::<schema::ExponentialRetry>()?),
    }
}

fn retry_of(backoff: Option<Backoff>, most: Option<u32>) -> Option<Retry> {
    Some(Retry { backoff: backoff?, most: most? })
}

/// A number of retries.
fn most(field: &Field<'_>) -> Option<u32> {
    values::whole(field, 0..=1_000_000).map(|number| number as u32)
}

fn plain(field: &Field<'_>, backoff: Backoff, default: &str) -> Option<Retry> {
    retry_of(Some(backoff), field.open::<schema::Retries>()?.or_computed("most", default, most))
}

fn celery_backoff(fields: &Fields<'_>) -> Option<Retry> {
    let factor = fields.or("factor", values::positive_number);
    let longest = fields.or("most_delay", values::duration);
    let most = fields.or("most", most);
    retry_of(factor.zip(longest).map(|(factor, most)| Backoff::Celery { factor, most }), most)
}

fn bullmq(fields: &Fields<'_>) -> Option<Retry> {
    let delay = fields.need("delay", values::duration);
    let jitter = fields.or("jitter", values::share);
    let most = fields.or("most", most);
    retry_of(delay.zip(jitter).map(|(delay, jitter)| Backoff::BullMq { delay, jitter }), most)
}

/// The message counts its receives, the first one included.
fn sqs(fields: &Fields<'_>) -> Option<Retry> {
    let visibility = fields.or("visibility_timeout", values::duration);
    let receives = fields.need("max_receives", |f| values::whole(f, 1..=1_000));
    retry_of(visibility.map(Backoff::Sqs), receives.map(|receives| receives as u32 - 1))
}

fn exponential(fields: &Fields<'_>) -> Option<Retry> {
    let first = fields.need("first", values::duration);
    let factor = fields.or("factor", at_least_one);
    let longest: Option<Option<SimDuration>> = fields.maybe("most_delay", values::duration);
    let jitter = fields.or("jitter", values::share);
    let most = fields.need("most", most);
    let backoff = Backoff::Exponential { first: first?, factor: factor?, most: longest?, jitter: jitter? };
    retry_of(Some(backoff), most)
}

fn at_least_one(field: &Field<'_>) -> Option<f64> {
    let factor = values::number(field)?;
    if factor < 1.0 {
        return field.refuse(format!("`{}` is {factor}", field.key()), "expected a number of at least 1");
    }
    Some(factor)
}
