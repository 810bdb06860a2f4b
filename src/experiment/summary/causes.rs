//! Reasons that the file states for jobs to be late together, and how much of them the replications can have missed.
//!
//! Jobs that are late for one reason come together: those that wait for one long repair, or behind one long job. Where no job is late, their
//! number says nothing of a reason that the replications had little chance to show. So of each reason it is asked how often they had that
//! chance, and what share of the jobs it could concern. Likewise a mean contains little of what is long and rare: what a
//! sample of that size is expected to lack, beyond what it would of an exponential distribution, is added to its upper end.

use std::borrow::Cow;

use super::unseen::{AFTERMATH, concerned, unseen_share};
use crate::distribution::Distribution;
use crate::engine::rarest_state;
use crate::model::{
    Arrivals, BatchTimes, ClassId, Failures, JobClass, Measure, Model, Objective, Pool, Quantity, Scope, Statistic,
};
use crate::units::SimTime;

/// Reasons that are shorter than this share of a bound make no job wait longer than the bound.
const SHORT: f64 = 0.25;
/// Lengths are looked at from the least that matters on, each four times the one before.
const SCALES: usize = 12;
/// What happens more often in a replication is no rare thing.
const OFTEN: f64 = 50.0;
/// Something is seen that happens so often on average: not at all in one of 150 samples.
const SEEN: f64 = 5.0;

/// How long something lasts: distributions with their shares, each stretched by a factor.
#[derive(Clone, Debug)]
struct Lengths<'m>(Vec<(f64, Cow<'m, Distribution>, f64)>);

impl<'m> Lengths<'m> {
    fn of(distribution: &'m Distribution) -> Self {
        Self(vec![(1.0, Cow::Borrowed(distribution), 1.0)])
    }

    /// The service times of a class.
    fn of_service(class: &'m JobClass) -> Self {
        let service = &class.service;
        let varied: f64 = service.variants.iter().map(|variant| variant.share.as_f64()).sum();
        let plain = ((1.0 - varied).max(0.0), Cow::Borrowed(&service.time), service.slowdown);
        let variants = service.variants.iter().map(|variant| {
            let time = variant.time.as_ref().unwrap_or(&service.time);
            (variant.share.as_f64(), Cow::Borrowed(time), service.slowdown * variant.slowdown)
        });
        Self(std::iter::once(plain).chain(variants).filter(|(share, ..)| *share > 0.0).collect())
    }

    fn sum(&self, of: impl Fn(&Distribution, f64) -> f64) -> f64 {
        self.0.iter().map(|(share, distribution, factor)| share * of(distribution, *factor)).sum()
    }

    fn mean(&self) -> f64 {
        self.sum(|distribution, factor| factor * distribution.mean())
    }

    /// The mean where each length counts by itself: what somebody meets who comes at any time.
    fn mean_met(&self) -> f64 {
        let square = |x: f64| x * x;
        let second = self.sum(|it, factor| square(factor * it.mean()) * (1.0 + square(it.cv())));
        if second > 0.0 { second / self.mean() } else { 0.0 }
    }

    /// Whether long ones are rarer, and longer, than those of an exponential distribution.
    fn is_heavy(&self) -> bool {
        self.mean_met() > 2.0 * self.mean() * (1.0 + 1e-9)
    }

    /// The probability that one is longer than this.
    fn exceed(&self, length: f64) -> f64 {
        self.sum(|distribution, factor| 1.0 - distribution.cdf(length / factor))
    }

    /// The mean of those longer than this, times their probability.
    fn beyond(&self, length: f64) -> f64 {
        self.sum(|distribution, factor| factor * distribution.mean_beyond(length / factor))
    }

    /// What the mean of so many is expected to lack in most samples, beyond what it would of an exponential distribution.
    fn lacking(&self, number: f64) -> f64 {
        let (share, mean) = (SEEN / number, self.mean());
        if share >= 1.0 {
            return mean;
        }
        if !self.is_heavy() {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, mean);
        while self.exceed(high) > share && high < 1e15 {
            high *= 2.0;
        }
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.exceed(middle) > share { low = middle } else { high = middle }
        }
        let exponential = mean * share * (1.0 - libm::log(share));
        (self.beyond(high) - exponential).max(0.0)
    }
}

/// Something at random that makes jobs wait.
#[derive(Clone, Debug)]
struct Cause<'m> {
    name: String,
    /// How often it happens in a replication, on average.
    each: f64,
    lengths: Lengths<'m>,
    /// Among so many workers it stops one.
    among: f64,
    /// The class whose jobs themselves last so long.
    class: Option<ClassId>,
}

/// What the replications of a design point can have missed.
#[derive(Clone, Debug)]
pub(super) struct Causes<'m> {
    model: &'m Model,
    serving: Serving,
    causes: Vec<Cause<'m>>,
    replications: f64,
    confidence: f64,
}

/// What can have stayed unseen of a share.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Unseen {
    /// The share of jobs that could be beyond the bound all the same.
    pub(in crate::experiment) share: f64,
    /// Its main reason.
    pub(in crate::experiment) reason: Option<String>,
    /// For how much of a replication, in seconds, jobs are counted.
    pub(in crate::experiment) window: f64,
}

impl<'m> Causes<'m> {
    /// Of so many replications; `created` is how many jobs of each class come in one, on average. `told_apart` are the names of the
    /// events by which replications are told apart: those are judged there.
    pub(in crate::experiment) fn of(
        model: &'m Model,
        created: &[f64],
        (replications, confidence): (usize, f64),
        told_apart: &[&str],
    ) -> Self {
        let serving = Serving::of(model);
        let mut causes = faults(model);
        causes.extend(states(model));
        causes.retain(|cause| !told_apart.contains(&cause.name.as_str()));
        causes.extend(services((model, &serving), created));
        causes.extend(bursts((model, &serving)));
        causes.extend(follow_ups((model, &serving), created));
        causes.retain(|cause| cause.each > 0.0);
        Self { model, serving, causes, replications: replications as f64, confidence }
    }

    /// What can have stayed unseen of the share of jobs beyond the bound of an objective.
    pub(super) fn unseen(&self, objective: &Objective, bound: Option<f64>) -> Unseen {
        let horizon = self.model.horizon().as_secs_f64();
        let window = objective.among.hours.as_ref().map_or(horizon, |hours| {
            let windows = hours.windows(SimTime::ZERO.after(self.model.horizon()));
            windows.iter().map(|window| window.to.since(window.from).as_secs_f64()).sum()
        });
        let shares = self.of_scope(objective.scope).map(|cause| {
            let over = bound.map_or(0.0, |bound| SHORT * bound);
            (self.share_of(cause, over, (window / horizon, window)), &cause.name)
        });
        let mut unseen = Unseen { window, ..Unseen::default() };
        let mut largest = 0.0;
        for (share, name) in shares {
            unseen.share += share;
            if share > largest {
                (largest, unseen.reason) = (share, Some(name.clone()));
            }
        }
        Unseen { share: unseen.share.min(1.0), ..unseen }
    }

    /// The causes that can concern the jobs of a scope.
    fn of_scope(&self, scope: Scope) -> impl Iterator<Item = &Cause<'m>> {
        self.causes.iter().filter(move |cause| match (cause.class, scope) {
            (Some(other), Scope::Class(own)) => own == other || self.serving.share(self.model, own, other),
            _ => true,
        })
    }

    /// Of the lengths from which on jobs are late, the one at which most can have stayed unseen: short ones are seen more often.
    fn share_of(&self, cause: &Cause<'_>, over: f64, (part, window): (f64, f64)) -> f64 {
        let mut over = over.max(cause.lengths.mean() / 16.0);
        let mut most = 0.0_f64;
        for _ in 0..SCALES {
            let share = cause.lengths.exceed(over);
            let each = cause.each * part * share;
            if each < 1e-9 {
                break;
            }
            let chance = unseen_share(self.replications.max(self.replications * each), self.confidence);
            let happens = 1.0 - libm::exp(-each);
            let part = (AFTERMATH / cause.among).min(1.0);
            most = most.max(chance.min(happens) * part * concerned(cause.lengths.beyond(over) / share, window));
            over *= 4.0;
        }
        most
    }

    /// What the mean of a time, or the mean of its maxima, is expected to lack, in seconds.
    pub(super) fn lacking(&self, objective: &Objective) -> f64 {
        let Measure::OfTime(statistic, quantity) = objective.measure else { return 0.0 };
        let horizon = self.model.horizon().as_secs_f64();
        let of = |cause: &Cause<'_>| {
            let lacking = cause.lengths.lacking(self.replications * cause.each);
            let is_own = quantity == Quantity::Sojourn
                && cause.class.is_some_and(|class| matches!(objective.scope, Scope::Class(own) if own == class));
            match statistic {
                _ if lacking == 0.0 => 0.0,
                Statistic::Max => cause.each * lacking / if is_own { 1.0 } else { cause.among },
                _ if is_own => lacking,
                // While it lasts jobs wait, and for about as long.
                _ => cause.each * lacking * (cause.lengths.mean_met() / horizon).min(1.0) / cause.among,
            }
        };
        self.of_scope(objective.scope).map(of).sum()
    }
}

fn failing<'m>(name: String, failures: &'m Failures, (model, among): (&Model, f64)) -> Cause<'m> {
    let cycle = failures.after.mean() + failures.repair.mean();
    let each = among * model.horizon().as_secs_f64() / cycle.max(1e-9);
    Cause { name, each, lengths: Lengths::of(&failures.repair), among, class: None }
}

/// What breaks down or is restarted.
fn faults(model: &Model) -> Vec<Cause<'_>> {
    let mut causes = Vec::new();
    for dispatcher in model.dispatchers() {
        let name = &dispatcher.name;
        causes.extend(dispatcher.failures.iter().map(|it| failing(format!("`{name}` fails"), it, (model, 1.0))));
        causes.extend(dispatcher.restart.iter().filter(|restart| restart.takes.cv() > 0.0).map(|restart| Cause {
            name: format!("a restart of `{name}` takes long"),
            each: restart.times.count(SimTime::ZERO, SimTime::ZERO.after(model.horizon())) as f64,
            lengths: Lengths::of(&restart.takes),
            among: 1.0,
            class: None,
        }));
    }
    for pool in model.pools() {
        let Pool { name, capacity, .. } = pool;
        causes
            .extend(capacity.pool_failures.iter().map(|it| failing(format!("pool `{name}` fails"), it, (model, 1.0))));
        let of_workers = |it| failing(format!("a worker of `{name}` fails"), it, (model, workers(pool)));
        causes.extend(capacity.failures.iter().map(of_workers));
        let varying = capacity.restart.iter().filter(|restart| restart.takes.cv() > 0.0);
        causes.extend(varying.filter_map(|restart| {
            let times = restart.times.as_ref()?.count(SimTime::ZERO, SimTime::ZERO.after(model.horizon()));
            Some(Cause {
                name: format!("a restart of a worker of `{name}` takes long"),
                each: times as f64 * workers(pool),
                lengths: Lengths::of(&restart.takes),
                among: workers(pool),
                class: None,
            })
        }));
    }
    causes
}

/// The pools that serve each queue, and how many workers they have.
#[derive(Clone, Debug)]
struct Serving(Vec<(Vec<usize>, f64)>);

impl Serving {
    fn of(model: &Model) -> Self {
        let mut queues = vec![(Vec::new(), 0.0); model.queues().len()];
        for (place, pool) in model.pools().iter().enumerate() {
            for queue in pool.take.queues() {
                let (pools, number) = &mut queues[queue.index()];
                pools.push(place);
                *number += workers(pool);
            }
        }
        Self(queues)
    }

    fn workers(&self, class: &JobClass) -> f64 {
        self.0[class.queue.index()].1.max(1.0)
    }

    /// Whether some pool serves the jobs of both classes.
    fn share(&self, model: &Model, one: ClassId, other: ClassId) -> bool {
        let pools = |class: ClassId| &self.0[model.classes()[class.index()].queue.index()].0;
        pools(one).iter().any(|pool| pools(other).contains(pool))
    }
}

/// How long the workers of a class have to do with so many of its jobs.
fn busy_with<'m>(serving: &Serving, class: &JobClass, jobs: f64) -> Option<Lengths<'m>> {
    let length = jobs * class.service.mean() / serving.workers(class);
    Some(Lengths(vec![(1.0, Cow::Owned(Distribution::constant(length).ok()?), 1.0)]))
}

/// Classes of which jobs come rarely, one by one or many at once.
fn bursts<'m>((model, serving): (&'m Model, &Serving)) -> Vec<Cause<'m>> {
    let horizon = model.horizon().as_secs_f64();
    let of = |(class, id): (&JobClass, u16)| {
        let (each, jobs) = match &class.arrivals {
            Arrivals::Poisson { rate, .. } => (rate.as_per_second() * horizon, 1.0),
            Arrivals::Renewal { interarrival } => (horizon / interarrival.mean().max(1e-9), 1.0),
            Arrivals::Batches { size, times: BatchTimes::Poisson { rate, .. } } => {
                (rate.as_per_second() * horizon, size.mean())
            }
            _ => return None,
        };
        let lengths = busy_with(serving, class, jobs)?;
        let name = format!("jobs of {} come", class.name);
        (each < OFTEN).then_some(Cause { name, each, lengths, among: 1.0, class: Some(ClassId(id)) })
    };
    model.classes().iter().zip(0..).filter_map(of).collect()
}

/// Jobs that rarely follow from others.
fn follow_ups<'m>((model, serving): (&'m Model, &Serving), created: &[f64]) -> Vec<Cause<'m>> {
    let mut causes = Vec::new();
    for (class, jobs) in model.classes().iter().zip(created) {
        for then in &class.fate.then {
            let (each, follower) = (jobs * then.probability.as_f64(), &model.classes()[then.class.index()]);
            let lengths = busy_with(serving, follower, f64::from(then.jobs)).filter(|_| each < OFTEN);
            let name = format!("jobs of {} follow", follower.name);
            causes.extend(lengths.map(|lengths| Cause { name, each, lengths, among: 1.0, class: Some(then.class) }));
        }
    }
    causes
}

fn workers(pool: &Pool) -> f64 {
    f64::from(pool.size).max(1.0)
}

/// States of arrivals: each time that all of them have been gone through.
fn states(model: &Model) -> Vec<Cause<'_>> {
    let of = |class: &JobClass| {
        let Arrivals::Mmpp { states } = &class.arrivals else { return None };
        let (state, name) = rarest_state(&class.name, states)?;
        let cycle: f64 = states.iter().map(|state| state.stay.as_secs_f64()).sum();
        let stay = Distribution::exponential(states[state].stay.as_secs_f64()).ok()?;
        let each = model.horizon().as_secs_f64() / cycle;
        Some(Cause { name, each, lengths: Lengths(vec![(1.0, Cow::Owned(stay), 1.0)]), among: 1.0, class: None })
    };
    model.classes().iter().filter_map(of).collect()
}

/// Long jobs of classes that have jobs much longer than others.
fn services<'m>((model, serving): (&'m Model, &Serving), created: &[f64]) -> Vec<Cause<'m>> {
    let of = |((class, &each), id): ((&'m JobClass, &f64), u16)| {
        let lengths = Lengths::of_service(class);
        let among = serving.workers(class);
        let name = format!("a job of {} takes long", class.name);
        let traced =
            matches!(&class.arrivals, Arrivals::Trace(trace) if trace.rows.iter().all(|row| row.service.is_some()));
        (!traced && lengths.is_heavy()).then_some(Cause { name, each, lengths, among, class: Some(ClassId(id)) })
    };
    model.classes().iter().zip(created).zip(0..).filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_lacks_the_long_ones_that_it_is_too_small_for() {
        let constant = |value: f64| Distribution::constant(value).unwrap();
        let mixed = Distribution::mixture(vec![(0.998, constant(1.0)), (0.002, constant(3_600.0))]).unwrap();
        let lengths = Lengths::of(&mixed);
        assert!((lengths.mean() - 8.198).abs() < 1e-9);
        assert!((lengths.beyond(2.0) - 7.2).abs() < 0.2, "{}", lengths.beyond(2.0));
        // Of 480 one on average is long, of 3 000 six.
        assert!(lengths.lacking(480.0) > 6.0, "{}", lengths.lacking(480.0));
        assert_eq!(lengths.lacking(3_000.0), 0.0);
    }

    #[test]
    fn a_sample_lacks_nothing_of_times_that_are_not_heavy() {
        for law in [Distribution::constant(3.0).unwrap(), Distribution::exponential(3.0).unwrap()] {
            assert_eq!(Lengths::of(&law).lacking(10.0), 0.0);
        }
        assert!((Lengths::of(&Distribution::exponential(3.0).unwrap()).mean_met() - 6.0).abs() < 1e-9);
    }
}
