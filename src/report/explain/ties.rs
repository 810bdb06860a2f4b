//! Where the order of tables in the file decides: who takes a job of two idle pools, and who comes first at one instant.

use crate::model::{Arrivals, BatchTimes, Model, QueueId, Spacing};

/// What the order of the file decides in a model; empty where it decides nothing.
pub(in crate::report) fn sentences(model: &Model) -> Vec<String> {
    let queues = model.queues().iter().enumerate();
    let mut sentences: Vec<String> =
        queues.filter_map(|(place, queue)| shared(model, QueueId(place as u16), &queue.name)).collect();
    sentences.extend(simultaneous(model));
    sentences
}

/// Several pools serve a queue.
fn shared(model: &Model, queue: QueueId, name: &str) -> Option<String> {
    let pools = model.serving(queue).iter().map(|id| &model.pools()[id.index()]);
    let names: Vec<String> = pools.map(|pool| format!("`{}`", pool.name)).collect();
    let [first, .., _] = names.as_slice() else { return None };
    Some(format!(
        "{} serve the queue `{name}`. Where several of them are idle, the one that stands first in the file takes the job: {first}.",
        names.join(", ")
    ))
}

/// Several classes have arrivals at stated times, which can be equal.
fn simultaneous(model: &Model) -> Option<String> {
    let is_timed = |arrivals: &Arrivals| match arrivals {
        Arrivals::Periodic { .. } => true,
        Arrivals::Burst { spacing, over, .. } => *spacing == Spacing::Even || over.is_zero(),
        Arrivals::Batches { times, .. } => !matches!(times, BatchTimes::Poisson { .. }),
        _ => false,
    };
    let classes = model.classes().iter().filter(|class| is_timed(&class.arrivals));
    let names: Vec<String> = classes.map(|class| format!("`{}`", class.name)).collect();
    (names.len() > 1).then(|| {
        format!("Jobs of {} that come at one instant come in the order of their classes in the file.", names.join(", "))
    })
}
