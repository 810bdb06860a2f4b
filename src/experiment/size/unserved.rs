//! Candidates that are missed before anything is simulated: a queue that no worker ever serves.

use crate::model::{Change, Effect, Model, PoolId};

/// The name of the first queue with jobs that no worker serves at any time; `None`: each is served.
#[must_use]
pub fn unserved(model: &Model) -> Option<&str> {
    let staffed: Vec<bool> = (0..model.pools().len()).map(|pool| is_ever_staffed(model, pool)).collect();
    let serves = |queue| model.serving(queue).iter().any(|pool| staffed[pool.index()]);
    let alone = model.classes().iter().map(|class| class.queue).find(|&queue| !serves(queue))?;
    Some(&model.queues()[alone.index()].name)
}

/// Whether a pool has a worker at some time.
fn is_ever_staffed(model: &Model, pool: usize) -> bool {
    let capacity = &model.pools()[pool].capacity;
    let calendar = capacity.calendar.as_ref().map(|calendar| calendar.steps.iter().any(|(_, size)| *size > 0));
    let at_times = calendar.unwrap_or(model.pools()[pool].size > 0);
    let sets =
        |effect: &Effect| matches!(effect, Effect::SetSize(PoolId(id), size) if usize::from(*id) == pool && *size > 0);
    let adds = |change: &Change| change.effects.iter().any(sets);
    let responses = || model.responses().iter().any(|response| adds(&response.change));
    at_times || capacity.autoscale.is_some() || model.changes().iter().any(adds) || responses()
}
