//! What of a scenario moves the load of a pool and cannot be known before it is simulated, in words.

use std::collections::HashSet;

use super::idle_keys::is_slack;
use crate::model::{Capacity, Fate, JobClass, LimitId, Model, Over, Pool, Provider, QueueId, WhenFull};

/// What the offered load of a pool leaves out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::report) struct Unforeseen {
    /// What adds work or takes workers away.
    worse: Vec<String>,
    /// What takes work away or adds workers.
    better: Vec<String>,
}

impl Unforeseen {
    /// Of each pool.
    pub(super) fn of_all(model: &Model) -> Vec<Self> {
        let mut classes = vec![Vec::new(); model.queues().len()];
        model.classes().iter().enumerate().for_each(|(place, class)| classes[class.queue.index()].push(place));
        model.pools().iter().map(|pool| Self::of(model, pool, &classes)).collect()
    }

    /// Of a pool; these are the classes of each queue.
    fn of(model: &Model, pool: &Pool, classes: &[Vec<usize>]) -> Self {
        let queues: HashSet<QueueId> = pool.take.queues().into_iter().collect();
        let mut served: Vec<usize> = queues.iter().flat_map(|queue| &classes[queue.index()]).copied().collect();
        served.sort_unstable();
        let mut found = Self::default();
        found.add_capacity(&pool.capacity);
        served.iter().for_each(|&class| found.add_class(model, &model.classes()[class]));
        found.add_limits(model, (pool, &queues));
        found
    }

    /// `: stable.`, unless something that is not counted could change that.
    pub(in crate::report) fn stable(&self, nearly_full: bool) -> String {
        let stable = if self.worse.is_empty() { "stable" } else { "less than it can do, as far as the file tells" };
        let nearly_full = if nearly_full { ", but nearly full, so waits are long and vary much" } else { "" };
        let not_counted = self.worse.join("; ");
        let not_counted = if not_counted.is_empty() { String::new() } else { format!(" Not counted: {not_counted}.") };
        format!(": {stable}{nearly_full}.{not_counted}")
    }

    /// What can keep a backlog from growing for ever.
    pub(in crate::report) fn relief(&self) -> String {
        if self.better.is_empty() {
            return String::new();
        }
        format!(" Not counted: {}.", self.better.join("; "))
    }

    fn add_capacity(&mut self, capacity: &Capacity) {
        let random = capacity.failures.is_some() || capacity.pool_failures.is_some();
        let worse = [
            (random, "workers that fail and the jobs that they run again"),
            (capacity.restart.is_some(), "workers that are restarted"),
            (!capacity.outages.is_empty(), "jobs that an outage interrupts and that run again"),
            (capacity.preempt.is_some(), "jobs that give way to more urgent ones and run again"),
            (capacity.autoscale.is_some(), "workers that its autoscaler takes away"),
        ];
        self.worse.extend(worse.into_iter().filter(|(there, _)| *there).map(|(_, words)| words.to_owned()));
        self.better.extend(capacity.autoscale.is_some().then(|| "workers that its autoscaler adds".to_owned()));
    }

    fn add_class(&mut self, model: &Model, class: &JobClass) {
        let Fate { provider, visibility_timeout, expire, patience, balk, .. } = &class.fate;
        let name = &class.name;
        let delays = |provider: &Provider| {
            let Provider { concurrent, rate, slowdown, windows, .. } = provider;
            concurrent.is_some() || rate.is_some() || slowdown.is_some() || !windows.is_empty()
        };
        let provider = provider.map(|id| &model.providers()[id.index()]).filter(|provider| delays(provider));
        self.worse.extend(provider.map(|provider| {
            format!("the time that jobs of `{name}` hold their worker because of `{}`", provider.name)
        }));
        let longer = visibility_timeout.is_some_and(|visible| exceeds(class, visible.as_secs_f64()));
        self.worse.extend(longer.then(|| format!("second copies of `{name}` after its visibility timeout")));
        let full = match model.queues()[class.queue.index()].capacity.map(|room| room.when_full) {
            Some(WhenFull::Reject) => Some("rejected"),
            Some(WhenFull::DropOldest) => Some("dropped"),
            None => None,
        };
        self.better.extend(full.map(|what| format!("jobs of `{name}` that are {what} when their queue is full")));
        let leaves = [
            (expire.is_some(), "expire"),
            (patience.is_some(), "are abandoned"),
            (balk.is_some(), "turn away at sight of the queue"),
        ];
        let leaves = leaves.into_iter().filter(|(there, _)| *there);
        self.better.extend(leaves.map(|(_, how)| format!("jobs of `{name}` that {how}")));
    }

    fn add_limits(&mut self, model: &Model, (pool, queues): (&Pool, &HashSet<QueueId>)) {
        let id = model.pools().iter().position(|other| other.name == pool.name);
        let concerns = |&(limit_id, limit): &(u16, &crate::model::Limit)| {
            let here = limit.pool.is_none_or(|only| Some(only.index()) == id);
            let serves = limit.queue.is_none_or(|queue| queues.contains(&queue));
            here && serves && !is_slack(model, (LimitId(limit_id), limit))
        };
        let limits = (0..).zip(model.limits()).filter(concerns);
        self.worse.extend(limits.map(|(_, limit)| match limit.over {
            Over::Hold => format!("the time that jobs hold a worker for a slot of `{}`", limit.name),
            Over::Aside | Over::Requeue(_) => format!("workers that `{}` keeps idle", limit.name),
        }));
    }
}

/// Whether a job of the class can take longer than this.
fn exceeds(class: &JobClass, seconds: f64) -> bool {
    let service = &class.service;
    let recorded = match &class.arrivals {
        crate::model::Arrivals::Trace(trace) => {
            trace.rows.iter().any(|row| row.service.is_some_and(|time| time.as_secs_f64() * service.slowdown > seconds))
        }
        _ => false,
    };
    let beyond = |time: &crate::distribution::Distribution, by: f64| time.cdf(seconds / (by * service.slowdown)) < 1.0;
    let varied = service.variants.iter().any(|it| beyond(it.time.as_ref().unwrap_or(&service.time), it.slowdown));
    recorded || varied || beyond(&service.time, 1.0)
}
