//! The rules of a scenario that its keys do not state, in words: who is chosen where several could be.

use crate::model::{Choose, JobClass, Model, Pool, Rerun, ScaleIn, ScaleMetric, ScaleRule};
use crate::units::{Human, SimDuration, human_seconds};

/// A sentence for each rule that a model uses.
pub(in crate::report) fn sentences(model: &Model) -> Vec<String> {
    let pools = model.pools().iter().flat_map(of_pool);
    let providers = model.providers().iter().filter(|provider| provider.slowdown.is_some()).map(|provider| {
        format!(
            "How much `{}` slows a call down is fixed when the call begins, by the calls in progress then, itself included.",
            provider.name
        )
    });
    shared_queues(model).into_iter().chain(pools).chain(retries(model)).chain(providers).collect()
}

/// Several pools may have an idle worker for a job.
fn shared_queues(model: &Model) -> Option<String> {
    let shared = |place: usize| model.serving(crate::model::QueueId(place as u16)).len() > 1;
    let any = (0..model.queues().len()).any(shared);
    any.then(|| {
        "A job that finds idle workers in several pools goes to the pool that stands first in the file; at one instant, pools act \
         in that order too."
            .to_owned()
    })
}

fn retries(model: &Model) -> Option<String> {
    let retried = |class: &&JobClass| class.fate.retry.is_some();
    let names: Vec<_> = model.classes().iter().filter(retried).map(|class| format!("`{}`", class.name)).collect();
    (!names.is_empty()).then(|| {
        format!(
            "A retry of {} serves the whole demand of the job again: the demand is drawn once, when the job is created.",
            names.join(", ")
        )
    })
}

fn of_pool(pool: &Pool) -> Vec<String> {
    [preemption(pool), polling(pool), closing(pool), leaving(pool), utilisation(pool), activation(pool)]
        .into_iter()
        .flatten()
        .collect()
}

fn preemption(pool: &Pool) -> Option<String> {
    let then = match pool.capacity.preempt? {
        Rerun::Resume => "does what was left of it later",
        Rerun::Restart => "is served later from the start, with the same demand",
        Rerun::Resample => "is served later from the start, with a new demand",
    };
    Some(format!(
        "In `{}` a more urgent job takes the worker of the least urgent one, of several the one started last, which goes to the head \
         of its queue and {then}.",
        pool.name
    ))
}

fn polling(pool: &Pool) -> Option<String> {
    let every = lasting(pool.capacity.poll?);
    Some(format!(
        "A worker of `{}` looks for a job at once when it comes or has finished one. After a look in vain it looks again {every} \
         later. Workers that are there at the start look first at times of their own within {every}.",
        pool.name
    ))
}

fn closing(pool: &Pool) -> Option<String> {
    pool.capacity.calendar.as_ref()?;
    Some(format!(
        "A worker of `{}` whose job ends at the instant at which its calendar lets it go takes no other job.",
        pool.name
    ))
}

/// Who leaves a pool whose size something may lower.
fn leaving(pool: &Pool) -> Option<String> {
    let capacity = &pool.capacity;
    let kills = matches!(capacity.scale_in, ScaleIn::KillAfter(_));
    if capacity.autoscale.is_none() && capacity.calendar.is_none() && !kills {
        return None;
    }
    let who = match capacity.choose {
        Choose::IdleFirst => "idle workers go first, then those that finish first",
        Choose::Random => "any workers go, busy or idle",
        Choose::Newest => "the workers that came up last go, busy or idle",
        Choose::Oldest => "the workers that came up first go, busy or idle",
        Choose::Kubernetes => {
            "the newest workers go, busy or idle; ages within the same power of two count as equal, as for a ReplicaSet"
        }
    };
    let then = match capacity.scale_in {
        ScaleIn::Drain => "Busy ones finish their job first.".to_owned(),
        ScaleIn::KillAfter(grace) => format!("Busy ones have {} to finish their job.", lasting(grace)),
    };
    Some(format!("When `{}` shrinks, {who} (`scale_in.choose`). {then}", pool.name))
}

fn utilisation(pool: &Pool) -> Option<String> {
    let ScaleMetric::Utilisation(window) = pool.capacity.autoscale.as_ref()?.metric else { return None };
    let over = lasting(window);
    Some(format!(
        "The autoscaler of `{}` sees its utilisation as an average over the last {over} (`window`).",
        pool.name
    ))
}

fn activation(pool: &Pool) -> Option<String> {
    let autoscale = pool.capacity.autoscale.as_ref()?;
    let ScaleRule::Keda(keda) = &autoscale.rule else { return None };
    let (polling, interval) = (lasting(keda.polling), lasting(autoscale.interval));
    Some(format!(
        "KEDA looks every {polling} whether `{}` goes from or to zero workers; in between its HPA decides every {interval}.",
        pool.name
    ))
}

fn lasting(duration: SimDuration) -> String {
    human_seconds(duration.as_secs_f64(), Human::Prose)
}
