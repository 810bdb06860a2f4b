//! Whether anything in a model is left to chance. Every field is named, so that a new one cannot be forgotten.

use super::{
    Arrivals, Autoscale, Backoff, Balk, BatchSize, BatchTimes, Capacity, Choose, ClassId, Dispatcher, Fate, FollowUp,
    JobClass, Model, ModelParts, Pool, Provider, Queue, QueueOrder, Response, Restart, Retry, RollingRestart, Service,
    Spacing, Take,
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
    }

    /// Whether some draw can make what becomes of the jobs of a class differ between two replications: one of its own, or of what it shares
    /// a queue, workers, a dispatcher or a provider with, or follows.
    #[must_use]
    pub fn is_random_for(&self, class: ClassId) -> bool {
        // Alerts can watch anything, and a limit without a class or queue holds for all.
        let all_belong = !self.parts().responses.is_empty()
            || self.parts().limits.iter().any(|limit| limit.class.is_none() && limit.queue.is_none());
        if all_belong {
            return self.is_random();
        }
        let mut own = vec![class.index()];
        let mut next = 0;
        while let Some(&place) = own.get(next) {
            next += 1;
            let new = |other: &usize| !own.contains(other) && self.touch(place, *other);
            let found: Vec<usize> = (0..self.classes().len()).filter(new).collect();
            own.extend(found);
        }
        own.iter().any(|&place| self.draws_for(&self.classes()[place]))
    }

    /// Whether jobs of two classes meet, or bring about each other.
    fn touch(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.classes()[one], &self.classes()[other]);
        let leads = |from: &JobClass, to: usize| {
            let joins = from.fate.join.iter().map(|join| join.class);
            from.fate.then.iter().map(|then| then.class).chain(joins).any(|class| class.index() == to)
        };
        let meet = |pool: &Pool| {
            let queues = pool.take.queues();
            queues.contains(&a.queue) && queues.contains(&b.queue)
        };
        a.queue == b.queue
            || (a.via.is_some() && a.via == b.via)
            || (a.fate.provider.is_some() && a.fate.provider == b.fate.provider)
            || leads(a, other)
            || leads(b, one)
            || self.pools().iter().any(meet)
    }

    /// Whether a class or something that it goes through draws.
    fn draws_for(&self, it: &JobClass) -> bool {
        let pools = self.pools().iter().filter(|pool| pool.take.queues().contains(&it.queue));
        class(it)
            || self.queues()[it.queue.index()].order == QueueOrder::Random
            || it.via.is_some_and(|via| dispatcher(&self.dispatchers()[via.index()]))
            || it.fate.provider.is_some_and(|id| provider(&self.providers()[id.index()]))
            || pools.into_iter().any(pool)
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
