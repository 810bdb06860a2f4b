//! Whether anything in a model is left to chance. Every field is named, so that a new one cannot be forgotten.

use super::{
    Arrivals, Autoscale, Backoff, Balk, BatchSize, BatchTimes, Capacity, Choose, Dispatcher, Effect, Fate, FollowUp,
    JobClass, Model, ModelParts, Pool, PoolId, Provider, Queue, QueueId, QueueOrder, Response, Restart, Retry,
    RollingRestart, Service, Spacing, Take, Until,
};
use crate::distribution::Distribution;
use crate::units::Share;

fn varies(distribution: &Distribution) -> bool {
    distribution.cv() > 0.0
}

/// Neither never nor always.
fn is_open(probability: Share) -> bool {
    probability.as_f64() > 0.0 && probability.as_f64() < 1.0
}

impl Model {
    /// Whether some draw can make two replications differ.
    #[must_use]
    pub fn is_random(&self) -> bool {
        let ModelParts {
            horizon: _,
            classes,
            queues,
            pools,
            dispatchers,
            changes: _,
            alerts: _,
            responses,
            backlog_limit: _,
            event_limit: _,
            limits: _,
            providers,
        } = self.parts();
        classes.iter().any(class)
            || queues.iter().any(|Queue { order, .. }| *order == QueueOrder::Random)
            || pools.iter().any(pool)
            || dispatchers.iter().any(dispatcher)
            || responses.iter().any(|Response { after, .. }| varies(after))
            || providers.iter().any(provider)
            || self.effects().any(|(_, effect)| matches!(effect, Effect::SetTake(_, Take::Weighted(_))))
    }

    /// For each class whether some draw can make what becomes of its jobs differ between two replications: one of its own, or of what it
    /// shares a queue, workers, a dispatcher or a provider with, or follows.
    #[must_use]
    pub fn random_classes(&self) -> Vec<bool> {
        let ModelParts { classes, queues, pools, dispatchers, changes, responses, limits, providers, .. } =
            self.parts();
        // Alerts can watch anything, whether all is drained depends on all, and a limit without a class or queue holds for all.
        let on_all = changes.iter().any(|change| change.until == Until::Drained);
        if on_all || !responses.is_empty() || limits.iter().any(|limit| limit.class.is_none() && limit.queue.is_none())
        {
            return vec![self.is_random(); classes.len()];
        }
        let queue = |id: QueueId| classes.len() + id.index();
        let first_dispatcher = classes.len() + queues.len();
        let first_provider = first_dispatcher + dispatchers.len();
        let mut groups = Groups::new(first_provider + providers.len());
        for (place, it) in classes.iter().enumerate() {
            groups.join(place, queue(it.queue));
            it.via.iter().for_each(|via| groups.join(place, first_dispatcher + via.index()));
            it.fate.provider.iter().for_each(|provider| groups.join(place, first_provider + provider.index()));
            let leads_to = it.fate.then.iter().map(|then| then.class).chain(it.fate.join.iter().map(|join| join.class));
            leads_to.for_each(|other| groups.join(place, other.index()));
        }
        let mut draws: Vec<usize> = Vec::new();
        for (it, id) in pools.iter().zip(0..) {
            let served: Vec<QueueId> = self.takes(PoolId(id)).flat_map(|(_, take)| take.queues()).collect();
            served.windows(2).for_each(|pair| groups.join(queue(pair[0]), queue(pair[1])));
            let is_random = pool(it) || self.takes(PoolId(id)).any(|(_, take)| matches!(take, Take::Weighted(_)));
            draws.extend(served.first().filter(|_| is_random).map(|&first| queue(first)));
        }
        draws.extend((0..classes.len()).filter(|&place| class(&classes[place])));
        let in_order = |place: &usize| queues[*place].order == QueueOrder::Random;
        draws.extend((0..queues.len()).filter(in_order).map(|place| classes.len() + place));
        draws.extend((0..dispatchers.len()).filter(|&i| dispatcher(&dispatchers[i])).map(|i| first_dispatcher + i));
        draws.extend((0..providers.len()).filter(|&i| provider(&providers[i])).map(|i| first_provider + i));
        let mut random = vec![false; first_provider + providers.len()];
        draws.into_iter().for_each(|place| random[groups.of(place)] = true);
        (0..classes.len()).map(|place| random[groups.of(place)]).collect()
    }

    /// Whether it replays recorded jobs.
    #[must_use]
    pub fn replays_a_trace(&self) -> bool {
        self.classes().iter().any(|class| matches!(class.arrivals, Arrivals::Trace(_)))
    }

    /// Whether the number of workers of every pool follows from the file alone.
    #[must_use]
    pub fn has_fixed_workers(&self) -> bool {
        self.parts().responses.is_empty()
            && self.pools().iter().all(|Pool { capacity, .. }| {
                capacity.autoscale.is_none() && capacity.failures.is_none() && capacity.pool_failures.is_none()
            })
    }
}

/// Things that belong together (disjoint sets, joined by their first members).
struct Groups(Vec<usize>);

impl Groups {
    fn new(number: usize) -> Self {
        Self((0..number).collect())
    }

    /// The group of a thing, which gets a shorter way to it.
    fn of(&mut self, mut place: usize) -> usize {
        while self.0[place] != place {
            self.0[place] = self.0[self.0[place]];
            place = self.0[place];
        }
        place
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other)] = one.min(other);
    }
}

fn provider(Provider { windows, .. }: &Provider) -> bool {
    windows.iter().any(|window| is_open(window.fails))
}

fn class(class: &JobClass) -> bool {
    let JobClass {
        name: _,
        queue: _,
        via: _,
        priority: _,
        deadline: _,
        tenants,
        initial_backlog: _,
        arrivals,
        service,
        fate,
    } = class;
    let traced = matches!(arrivals, Arrivals::Trace(trace) if trace.rows.iter().all(|row| row.service.is_some()));
    *tenants > 1 || comes(arrivals) || (!traced && serves(service)) || becomes(fate)
}

fn comes(arrivals: &Arrivals) -> bool {
    match arrivals {
        Arrivals::None => false,
        // Another load than was recorded draws which jobs come.
        Arrivals::Trace(trace) => trace.load.is_some_and(|load| load != 1.0),
        Arrivals::Poisson { rate, .. } => rate.as_per_second() > 0.0,
        Arrivals::Renewal { interarrival } => varies(interarrival),
        Arrivals::Periodic { jitter, .. } => !jitter.is_zero(),
        Arrivals::Burst { over, spacing, .. } => *spacing == Spacing::Random && !over.is_zero(),
        Arrivals::Batches { size, times } => {
            !matches!(size, BatchSize::Constant(_)) || matches!(times, BatchTimes::Poisson { .. })
        }
        Arrivals::Mmpp { .. } => true,
    }
}

fn serves(Service { time, slowdown: _, variants }: &Service) -> bool {
    varies(time) || !variants.is_empty()
}

fn becomes(fate: &Fate) -> bool {
    let Fate {
        provider: _,
        timeout: _,
        failure,
        retry,
        expire: _,
        patience,
        balk,
        then,
        join: _,
        visibility_timeout: _,
    } = fate;
    failure.as_ref().is_some_and(|failure| is_open(failure.probability))
        || retry.as_ref().is_some_and(|Retry { backoff, most: _ }| jitters(backoff))
        || patience.as_ref().is_some_and(varies)
        || balk.as_ref().is_some_and(|Balk { above: _, probability }| is_open(*probability))
        || then.iter().any(|FollowUp { probability, .. }| is_open(*probability))
}

fn jitters(backoff: &Backoff) -> bool {
    match backoff {
        Backoff::Constant(_) | Backoff::Sqs(_) | Backoff::Kubernetes | Backoff::DelayedJob => false,
        Backoff::BullMq { jitter, .. } | Backoff::Exponential { jitter, .. } => jitter.as_f64() > 0.0,
        Backoff::Sidekiq
        | Backoff::Sidekiq6
        | Backoff::Celery { .. }
        | Backoff::Oban
        | Backoff::River
        | Backoff::ActiveJob => true,
    }
}

fn pool(Pool { name: _, size: _, cost_per_hour: _, take, reserve: _, capacity }: &Pool) -> bool {
    let Capacity {
        autoscale,
        calendar: _,
        scale_in: _,
        choose,
        outages: _,
        failures,
        restart,
        pool_failures,
        interrupted: _,
        preempt: _,
        speed: _,
        poll,
        prefetch: _,
    } = capacity;
    matches!(take, Take::Weighted(_))
        || failures.is_some()
        || pool_failures.is_some()
        || poll.is_some()
        // All but those that take idle workers first draw among equal ones.
        || *choose != Choose::IdleFirst
        || restart.as_ref().is_some_and(|RollingRestart { takes, .. }| varies(takes))
        || autoscale.as_ref().is_some_and(|Autoscale { boot, .. }| boot.as_ref().is_some_and(varies))
}

fn dispatcher(dispatcher: &Dispatcher) -> bool {
    let Dispatcher {
        name: _,
        interval: _,
        jitter,
        batch: _,
        until_empty: _,
        order: _,
        rate: _,
        outages: _,
        restart,
        failures,
        replicas: _,
        failover: _,
        on_return: _,
    } = dispatcher;
    let restarts =
        |Restart { times: _, takes, jitter, hangs }: &Restart| varies(takes) || !jitter.is_zero() || is_open(*hangs);
    !jitter.is_zero() || failures.is_some() || restart.as_ref().is_some_and(restarts)
}
