//! Makes a world that fails smaller: what it fails without is left out.

use tailback::model::{Capacity, Fate, Model, ModelParts};

/// Worlds with one thing less each.
fn smaller(parts: &ModelParts) -> Vec<ModelParts> {
    let mut worlds = Vec::new();
    let mut add = |change: &dyn Fn(&mut ModelParts)| {
        let mut world = parts.clone();
        change(&mut world);
        if world != *parts && Model::new(world.clone()).is_ok() {
            worlds.push(world);
        }
    };
    add(&|world| world.horizon = tailback::units::SimDuration::from_nanos(world.horizon.as_nanos() / 2));
    (0..parts.changes.len()).for_each(|i| add(&|world| drop(world.changes.remove(i))));
    (0..parts.limits.len()).for_each(|i| add(&|world| drop(world.limits.remove(i))));
    (0..parts.responses.len()).for_each(|i| add(&|world| drop(world.responses.remove(i))));
    (0..parts.classes.len()).for_each(|i| fates(i, &mut add));
    (0..parts.pools.len()).for_each(|i| pools(i, &mut add));
    (0..parts.dispatchers.len()).for_each(|i| {
        add(&|world| world.dispatchers[i].restart = None);
        add(&|world| world.dispatchers[i].failures = None);
        add(&|world| world.dispatchers[i].outages.clear());
    });
    worlds
}

/// Adds a world that differs by a change.
type Add<'a> = dyn FnMut(&dyn Fn(&mut ModelParts)) + 'a;

fn fates(i: usize, add: &mut Add<'_>) {
    add(&|world| world.classes[i].fate = Fate::default());
    let mut without = |change: &dyn Fn(&mut Fate)| add(&|world| change(&mut world.classes[i].fate));
    without(&|fate| fate.provider = None);
    without(&|fate| fate.timeout = None);
    without(&|fate| fate.failure = None);
    without(&|fate| fate.retry = None);
    without(&|fate| fate.expire = None);
    without(&|fate| fate.patience = None);
    without(&|fate| fate.balk = None);
    without(&|fate| fate.visibility_timeout = None);
    without(&|fate| {
        fate.then.clear();
        fate.join = None;
    });
}

fn pools(i: usize, add: &mut Add<'_>) {
    add(&|world| world.pools[i].capacity = Capacity::default());
    add(&|world| world.pools[i].reserve = None);
    add(&|world| world.pools[i].size = (world.pools[i].size / 2).max(1));
    let mut without = |change: &dyn Fn(&mut Capacity)| add(&|world| change(&mut world.pools[i].capacity));
    without(&|capacity| capacity.autoscale = None);
    without(&|capacity| capacity.calendar = None);
    without(&|capacity| capacity.outages.clear());
    without(&|capacity| capacity.failures = None);
    without(&|capacity| capacity.restart = None);
    without(&|capacity| capacity.pool_failures = None);
    without(&|capacity| capacity.preempt = None);
    without(&|capacity| capacity.poll = None);
    without(&|capacity| capacity.prefetch = None);
}

/// The smallest world that is found to fail still.
pub fn shrunk(mut parts: ModelParts, fails: impl Fn(&ModelParts) -> bool) -> ModelParts {
    while let Some(world) = smaller(&parts).into_iter().find(|world| fails(world)) {
        parts = world;
    }
    parts
}

#[test]
fn a_world_is_shrunk_to_what_makes_it_fail() {
    let is_found = |world: &ModelParts| world.classes.iter().any(|class| class.fate.retry.is_some());
    let (parts, _) = (0..).map(crate::generate::random).find(|(parts, _)| is_found(parts)).expect("one has a retry");
    let small = shrunk(parts, is_found);
    assert!(is_found(&small) && small.changes.is_empty() && small.limits.is_empty());
    assert_eq!(small.classes.iter().filter(|class| class.fate != Fate::default()).count(), 1);
}
