//! The second wall for what can become of jobs.

use super::validate::ModelError;
use super::{Backoff, CallRate, ClassId, Fate, JobClass, ModelParts, Provider, Queue, Room, WhenFull};

type Checked = Result<(), ModelError>;

/// Checks the fate of a class.
pub(super) fn check_fate(fate: &Fate, parts: &ModelParts) -> Checked {
    let positive =
        [fate.timeout, fate.expire, fate.visibility_timeout].into_iter().flatten().all(|time| !time.is_zero());
    require(positive, "a timeout or an expiry is zero")?;
    let shares = [fate.failure.map(|failure| failure.probability), fate.balk.map(|balk| balk.probability)];
    let shares = shares.into_iter().flatten().chain(fate.then.iter().map(|follow_up| follow_up.probability));
    require(shares.map(crate::units::Share::as_f64).all(|share| share > 0.0), "a probability is zero")?;
    require(fate.retry.is_none_or(|retry| valid(retry.backoff)), "its back-off is not possible")?;
    let exists = fate.provider.is_none_or(|provider| provider.index() < parts.providers.len());
    require(exists, "its provider does not exist")?;
    let exists = fate.successors().all(|class| class.index() < parts.classes.len());
    require(exists, "a class that follows does not exist")?;
    require(fate.then.iter().all(|follow_up| follow_up.jobs >= 1), "a follow-up of no jobs")?;
    require(fate.join.is_none() || !fate.then.is_empty(), "it joins what it does not create")
}

fn valid(backoff: Backoff) -> bool {
    match backoff {
        Backoff::Celery { factor, .. } => factor.is_finite() && factor > 0.0,
        Backoff::Exponential { factor, .. } => factor.is_finite() && factor >= 1.0,
        _ => true,
    }
}

/// Checks a provider.
pub(super) fn check_provider(provider: &Provider) -> Checked {
    let Provider { concurrent, rate, slowdown, windows, .. } = provider;
    require(*concurrent != Some(0), "a provider that lets no call in")?;
    let possible = match rate {
        Some(CallRate::FixedWindow { calls, per }) => *calls > 0 && !per.is_zero(),
        Some(CallRate::TokenBucket { every, burst }) => *burst > 0 && !every.is_zero(),
        None => true,
    };
    require(possible, "a provider's rate is zero")?;
    let factor = |factor: f64| factor.is_finite() && factor > 0.0;
    require(slowdown.is_none_or(|slowdown| factor(slowdown.per_call)), "a provider's slowdown is wrong")?;
    require(
        windows.iter().all(|window| window.from < window.to && factor(window.slow)),
        "a provider's window is wrong",
    )?;
    require(windows.windows(2).all(|pair| pair[0].to <= pair[1].from), "a provider's windows overlap")
}

/// Checks the room of a queue.
pub(super) fn check_capacity(queue: &Queue) -> Checked {
    let impossible = queue.capacity == Some(Room { jobs: 0, when_full: WhenFull::DropOldest });
    require(!impossible, "a queue without room has no oldest job to drop")
}

/// No class follows itself, at any distance: the jobs that follow a job are finitely many.
pub(super) fn check_cycles(classes: &[JobClass]) -> Checked {
    match find_cycle(classes) {
        Some(class) => Err(ModelError(format!("job class `{}` follows itself", classes[class.index()].name))),
        None => Ok(()),
    }
}

/// The first class that follows itself, at any distance, found in a time in proportion to the numbers of classes and of follow-ups
/// (strongly connected components by two walks: Sharir, 1981).
#[must_use]
pub fn find_cycle(classes: &[JobClass]) -> Option<ClassId> {
    let forward: Vec<Vec<usize>> =
        classes.iter().map(|class| class.fate.successors().map(ClassId::index).collect()).collect();
    let mut backward = vec![Vec::new(); classes.len()];
    for (class, next) in forward.iter().enumerate() {
        next.iter().for_each(|&next| backward[next].push(class));
    }
    let group = groups(&backward, in_order_left(&forward));
    let mut members = vec![0_usize; classes.len()];
    group.iter().for_each(|&group| members[group] += 1);
    let follows_itself = |&class: &usize| members[group[class]] > 1 || forward[class].contains(&class);
    (0..classes.len()).find(follows_itself).map(|class| ClassId(class as u16))
}

/// All in the order in which a walk in depth has seen all that they lead to.
fn in_order_left(forward: &[Vec<usize>]) -> Vec<usize> {
    let (mut seen, mut left, mut path) = (vec![false; forward.len()], Vec::new(), Vec::new());
    for start in 0..forward.len() {
        if !std::mem::replace(&mut seen[start], true) {
            path.push((start, forward[start].iter()));
        }
        while let Some((class, next)) = path.last_mut() {
            match next.next() {
                Some(&next) if !std::mem::replace(&mut seen[next], true) => path.push((next, forward[next].iter())),
                Some(_) => {}
                None => {
                    left.push(*class);
                    path.pop();
                }
            }
        }
    }
    left
}

/// The group of each: those that lead to each other are in one, named by one of them.
fn groups(backward: &[Vec<usize>], left: Vec<usize>) -> Vec<usize> {
    let mut group = vec![None; backward.len()];
    for start in left.into_iter().rev() {
        let mut open = vec![start];
        while let Some(class) = open.pop() {
            if group[class].is_none() {
                group[class] = Some(start);
                open.extend(&backward[class]);
            }
        }
    }
    group.into_iter().enumerate().map(|(class, group)| group.unwrap_or(class)).collect()
}

fn require(holds: bool, problem: &str) -> Checked {
    if holds { Ok(()) } else { Err(ModelError(problem.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Distribution;
    use crate::model::{Arrivals, FollowUp, Join, JoinWhen, QueueId, QueueOrder, Retry, Service};
    use crate::units::{Share, SimDuration};

    fn class(followers: &[u16]) -> JobClass {
        let follow_up =
            |&class: &u16| FollowUp { class: ClassId(class), jobs: 1, probability: Share::new(1.0).unwrap() };
        JobClass {
            name: format!("before {followers:?}"),
            queue: QueueId(0),
            via: None,
            priority: 0,
            tenants: 1,
            initial_backlog: 0,
            arrivals: Arrivals::None,
            service: Service::plain(Distribution::constant(1.0).unwrap()),
            deadline: None,
            fate: Fate { then: followers.iter().map(follow_up).collect(), ..Fate::default() },
        }
    }

    #[test]
    fn a_class_that_follows_itself_is_found_at_any_distance() {
        let cycle =
            |classes: &[&[u16]]| find_cycle(&classes.iter().map(|followers| class(followers)).collect::<Vec<_>>());
        assert_eq!(cycle(&[&[1, 2], &[2], &[]]), None);
        assert_eq!(cycle(&[&[0]]), Some(ClassId(0)));
        assert_eq!(cycle(&[&[1], &[2], &[3], &[1]]), Some(ClassId(1)));
        assert_eq!(cycle(&[&[1], &[2], &[3, 4], &[4], &[5], &[4]]), Some(ClassId(4)), "what only leads to a cycle");
        assert_eq!(cycle(&[&[4], &[0, 3], &[0], &[2, 3], &[]]), Some(ClassId(3)));
    }

    #[test]
    fn fates_that_cannot_be_are_refused() {
        let parts = ModelParts { classes: vec![class(&[])], ..ModelParts::default() };
        let problem = |fate: Fate| check_fate(&fate, &parts).unwrap_err().0;
        assert!(check_fate(&Fate::default(), &parts).is_ok());
        assert!(problem(Fate { timeout: Some(SimDuration::ZERO), ..Fate::default() }).contains("zero"));
        assert!(problem(class(&[1]).fate).contains("does not exist"));
        assert!(
            problem(Fate { join: Some(Join { class: ClassId(0), when: JoinWhen::Finished }), ..Fate::default() })
                .contains("joins")
        );
        let (first, jitter) = (SimDuration::ZERO, Share::default());
        let backoff = Backoff::Exponential { first, factor: 0.5, most: None, jitter };
        assert!(problem(Fate { retry: Some(Retry { backoff, most: 1 }), ..Fate::default() }).contains("back-off"));
        let capacity = Some(Room { jobs: 0, when_full: WhenFull::DropOldest });
        assert!(check_capacity(&Queue { name: "q".to_owned(), order: QueueOrder::Fifo, capacity }).is_err());
    }
}
