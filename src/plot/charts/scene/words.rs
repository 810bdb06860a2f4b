//! What is said in the boxes: rates, sizes, policies.

use jiff::Zoned;

use crate::model::{
    Arrivals, Autoscale, BatchTimes, Billing, Calendar, CallRate, Crowding, Dispatcher, FairBy, Fate, JobClass, Limit,
    Model, OnReturn, Outage, OutageKind, Pool, Provider, Queue, QueueOrder, ScaleRule, StagedOrder, Take, Ticks,
    Trouble, WhenFull,
};
use crate::plot::scale::clock::name_time;
use crate::plot::scale::ticks::{percent, prose};
use crate::units::{SimDuration, SimTime, human_count};

/// What there is, in a line.
pub(super) fn sizes(model: &Model) -> String {
    let workers: u32 = model.pools().iter().map(|pool| pool.size).sum();
    let parts = [
        counted(model.classes().len() as f64, "job class", "job classes"),
        counted(model.queues().len() as f64, "queue", "queues"),
        counted(f64::from(workers), "worker", "workers"),
    ];
    parts.join(", ")
}

/// What changes in the course of the run, with a space behind it.
pub(super) fn changes(model: &Model, start: Option<&Zoned>) -> String {
    let words = Words { model, start };
    let changes = model.changes().iter().map(|change| format!("{} {}", change.name, words.time(change.at)));
    let changes: Vec<String> = changes.collect();
    if changes.is_empty() { String::new() } else { format!("Later: {}. ", changes.join(", ")) }
}

fn counted(count: f64, one: &str, many: &str) -> String {
    format!("{} {}", human_count(count), if count == 1.0 { one } else { many })
}

fn span(time: SimDuration) -> String {
    prose(time.as_secs_f64())
}

/// A rate in the largest unit of time that keeps the number at 1 or above: `4.5/min`.
fn per_time(per_second: f64) -> String {
    let units = [(1.0, "s"), (60.0, "min"), (3600.0, "h"), (86400.0, "d")];
    let (seconds, unit) = units.into_iter().find(|(seconds, _)| per_second * seconds >= 0.9995).unwrap_or(units[3]);
    format!("{}/{unit}", human_count(per_second * seconds))
}

/// Keeps what is said, in its order.
fn notes<const N: usize>(notes: [Option<String>; N]) -> Vec<String> {
    notes.into_iter().flatten().collect()
}

/// How things of a model are described.
pub(super) struct Words<'a> {
    pub(super) model: &'a Model,
    pub(super) start: Option<&'a Zoned>,
}

impl Words<'_> {
    fn time(&self, at: SimTime) -> String {
        name_time(self.start, at.as_secs_f64(), self.model.horizon().as_secs_f64())
    }

    pub(super) fn class(&self, class: &JobClass) -> Vec<String> {
        let at_start = class.initial_backlog > 0;
        let place = self.model.classes().iter().position(|other| other.name == class.name);
        let of_class = |limit: &&Limit| limit.class.is_some_and(|of| Some(of.index()) == place);
        let mut said = notes([
            self.arrivals(&class.arrivals),
            at_start.then(|| format!("{} at the start", human_count(class.initial_backlog as f64))),
            Some(format!("{} of work each", prose(class.service.mean()))),
            class.has_tenants().then(|| format!("{} tenants", human_count(f64::from(class.tenant_count())))),
            (class.priority != 0).then(|| format!("priority {}", class.priority)),
        ]);
        said.extend(self.fate(&class.fate));
        said.extend(self.model.limits().iter().filter(|limit| limit.pool.is_none()).filter(of_class).map(limit));
        said
    }

    fn arrivals(&self, arrivals: &Arrivals) -> Option<String> {
        Some(match arrivals {
            Arrivals::None => return None,
            Arrivals::Poisson { rate, profile: None } => per_time(rate.as_per_second()),
            Arrivals::Poisson { rate, profile: Some(profile) } => {
                format!("{} times {}", per_time(rate.as_per_second()), profile.name)
            }
            Arrivals::Renewal { interarrival } => per_time(1.0 / interarrival.mean()),
            Arrivals::Periodic { times, .. } => format!("one {}", again(times)),
            Arrivals::Burst { jobs, from, over, .. } => {
                let length = if over.is_zero() { "at once".to_owned() } else { format!("in {}", span(*over)) };
                format!("{} {length}, {}", human_count(*jobs as f64), self.time(*from))
            }
            Arrivals::Batches { size, times } => {
                let when = match times {
                    BatchTimes::At(times) => counted(times.len() as f64, "time", "times"),
                    BatchTimes::Regular(times) => again(times),
                    BatchTimes::Poisson { rate, .. } => per_time(rate.as_per_second()),
                };
                format!("batches of {}, {when}", human_count(size.mean()))
            }
            Arrivals::Mmpp { states } => {
                let rates = states.iter().map(|state| state.rate.as_per_second());
                let (low, high) = rates.fold((f64::MAX, 0.0), |(low, high): (f64, f64), r| (low.min(r), high.max(r)));
                let low = if low > 0.0 { per_time(low) } else { "0".to_owned() };
                format!("{low} to {}, by {} states", per_time(high), states.len())
            }
            Arrivals::Trace(trace) => format!("{} recorded jobs", human_count(trace.rows.len() as f64)),
        })
    }

    fn fate(&self, fate: &Fate) -> Vec<String> {
        let classes = self.model.classes();
        let failure = fate.failure.filter(|failure| failure.probability.as_f64() > 0.0);
        let mut said = notes([
            fate.timeout.map(|time| format!("timeout {}", span(time))),
            failure.map(|failure| format!("{} of attempts fail", percent(failure.probability.as_f64()))),
            fate.retry
                .filter(|_| fate.can_retry())
                .map(|retry| format!("up to {}", counted(f64::from(retry.most), "retry", "retries"))),
            fate.expire.map(|age| format!("expires after {}", span(age))),
            fate.patience.as_ref().map(|patience| format!("users wait {}", prose(patience.mean()))),
        ]);
        said.extend(fate.then.iter().map(|next| {
            let jobs = if next.jobs > 1 { format!("{} x ", next.jobs) } else { String::new() };
            format!("then {jobs}{}", classes[next.class.index()].name)
        }));
        said
    }

    pub(super) fn dispatcher(&self, dispatcher: &Dispatcher) -> Vec<String> {
        let pace = match (dispatcher.interval.is_zero(), dispatcher.rate) {
            (true, None) => "moves jobs at once".to_owned(),
            (true, Some(rate)) => format!("at most {}", per_time(rate.as_per_second())),
            (false, _) => format!("every {}", span(dispatcher.interval)),
        };
        let order = match dispatcher.order {
            StagedOrder::Oldest => None,
            StagedOrder::Newest => Some("newest first".to_owned()),
            StagedOrder::Priority => Some("by priority".to_owned()),
        };
        let fails = !dispatcher.outages.is_empty() || dispatcher.restart.is_some() || dispatcher.failures.is_some();
        let restart = dispatcher.restart.as_ref().map(|restart| format!("restarts {}", again(&restart.times)));
        notes([
            Some(pace),
            dispatcher.batch.map(|batch| format!("{} at a time", human_count(batch as f64))),
            order,
            dispatcher.replicas.filter(|&replicas| replicas > 1).map(|replicas| format!("{replicas} replicas")),
            self.outages(&dispatcher.outages),
            restart,
            dispatcher.failures.as_ref().map(|_| "fails at random".to_owned()),
            fails.then(|| on_return(dispatcher.on_return)),
        ])
    }

    fn outages(&self, outages: &[Outage]) -> Option<String> {
        let first = outages.first()?;
        let what = match first.kind {
            OutageKind::Down => "down",
            OutageKind::CrashLoop { .. } => "crash-loops",
            OutageKind::Idle => "hangs",
            OutageKind::Slow(_) => "slow",
            OutageKind::TwoActive => "two active",
        };
        let more = if outages.len() > 1 { format!(", and {} more", outages.len() - 1) } else { String::new() };
        Some(format!("{what} for {} {}{more}", span(first.to.since(first.from)), self.time(first.from)))
    }

    pub(super) fn queue(&self, queue: &Queue) -> Vec<String> {
        let order = match queue.order {
            QueueOrder::Fifo => "first in, first out",
            QueueOrder::Lifo => "last in, first out",
            QueueOrder::Priority => "by priority",
            QueueOrder::Random => "in random order",
            QueueOrder::Deadline => "earliest deadline first",
            QueueOrder::Size => "shortest job first",
            QueueOrder::Ageing(_) => "by priority, ageing",
        };
        let room = queue.capacity.map(|room| {
            let then = if room.when_full == WhenFull::Reject { "rejects" } else { "drops the oldest" };
            format!("room for {}, then {then}", human_count(room.jobs as f64))
        });
        let place = self.model.queues().iter().position(|other| other.name == queue.name);
        let of_queue =
            |limit: &&Limit| limit.class.is_none() && limit.queue.is_some_and(|of| Some(of.index()) == place);
        let limits = self.model.limits().iter().filter(|limit| limit.pool.is_none()).filter(of_queue).map(limit);
        notes([Some(order.to_owned()), room]).into_iter().chain(limits).collect()
    }

    pub(super) fn pool(&self, pool: &Pool) -> Vec<String> {
        let capacity = &pool.capacity;
        let outage = capacity.outages.first();
        let fails = capacity.failures.is_some() || capacity.pool_failures.is_some();
        let place = self.model.pools().iter().position(|other| other.name == pool.name);
        let of_pool = |limit: &&Limit| limit.pool.is_some_and(|of| Some(of.index()) == place);
        let mut said = notes([
            Some(workers(pool)),
            (pool.take.queues().len() > 1 || pool.take.by_tenant()).then(|| take(&pool.take)),
            pool.reserve.as_ref().map(|reserve| format!("{} slots reserved", reserve.slots)),
            (capacity.speed != 1.0).then(|| format!("speed x {}", human_count(capacity.speed))),
            outage.map(|window| format!("down for {} {}", span(window.to.since(window.from)), self.time(window.from))),
            fails.then(|| "fails at random".to_owned()),
            capacity.preempt.map(|_| "urgent jobs preempt".to_owned()),
            pool.cost_per_hour.map(|cost| {
                let billing = match cost.billing {
                    Billing::Exact => "",
                    Billing::StartedHour => " started",
                    Billing::StartedMinute => ", by started minutes",
                };
                format!("cost {} a worker-hour{billing}", human_count(cost.amount))
            }),
        ]);
        said.extend(self.model.limits().iter().filter(of_pool).map(limit));
        said
    }

    pub(super) fn provider(&self, provider: &Provider) -> Vec<String> {
        let rate = provider.rate.map(|rate| match rate {
            CallRate::FixedWindow { calls, per } => format!("{calls} calls in {}", span(per)),
            CallRate::TokenBucket { every, .. } => format!("at most {}", per_time(1.0 / every.as_secs_f64())),
        });
        let crowding = |crowding: Crowding| format!("slower above {} calls", crowding.above);
        let mut said = notes([
            provider.concurrent.map(|calls| format!("at most {calls} calls at once")),
            rate,
            provider.slowdown.map(crowding),
        ]);
        said.extend(provider.windows.first().map(|window| self.trouble(window)));
        said
    }

    fn trouble(&self, window: &Trouble) -> String {
        let what = match window {
            Trouble { hangs: true, .. } => "hangs".to_owned(),
            Trouble { slow, .. } if *slow != 1.0 => format!("{} times slower", human_count(*slow)),
            Trouble { fails, .. } => format!("{} of calls fail", percent(fails.as_f64())),
        };
        format!("{what} for {} {}", span(window.to.since(window.from)), self.time(window.from))
    }
}

fn limit(limit: &Limit) -> String {
    let each = if limit.each_tenant { " a tenant" } else { "" };
    format!("at most {} at once{each}", counted(f64::from(limit.slots), "job", "jobs"))
}

fn on_return(on_return: OnReturn) -> String {
    match on_return {
        OnReturn::Flood => "then moves all at once".to_owned(),
        OnReturn::Paced(rate) => format!("then moves {}", per_time(rate.as_per_second())),
        OnReturn::NewestFirst => "then newest first".to_owned(),
        OnReturn::Expire(age) => format!("then drops those over {}", span(age)),
    }
}

/// `every 5 min`, or how often by the clock.
fn again(times: &Ticks) -> String {
    match (times, times.usual_gap()) {
        (Ticks::Every { every, .. }, _) => format!("every {}", span(*every)),
        (Ticks::At(_), Some(gap)) => format!("about every {} by the clock", span(gap)),
        (Ticks::At(times), None) => counted(times.len() as f64, "time", "times"),
    }
}

fn workers(pool: &Pool) -> String {
    if let Some(Autoscale { min, max, rule, .. }) = &pool.capacity.autoscale {
        let rule = match rule {
            ScaleRule::Hpa(_) => "HPA",
            ScaleRule::Keda(_) => "KEDA",
            ScaleRule::TargetTracking(_) => "target tracking",
            ScaleRule::LatencySteps(_) => "steps of age",
        };
        return format!("{min} to {max} workers by {rule}");
    }
    if let Some(Calendar { steps }) = &pool.capacity.calendar {
        let (low, high) = steps.iter().fold((u32::MAX, 0), |(low, high), (_, size)| (low.min(*size), high.max(*size)));
        return format!("{low} to {high} workers by calendar");
    }
    counted(f64::from(pool.size), "worker", "workers")
}

fn take(take: &Take) -> String {
    match take {
        Take::Strict(_) => "queues in strict order".to_owned(),
        Take::Weighted(weights) => {
            let weights: Vec<String> = weights.iter().map(|(_, weight)| human_count(*weight)).collect();
            format!("queues by weight {}", weights.join(":"))
        }
        Take::RoundRobin(_) => "queues in turn".to_owned(),
        Take::OldestFirst(_) => "oldest job first".to_owned(),
        Take::Priority(_) => "by priority".to_owned(),
        Take::Ageing(..) => "by priority, ageing".to_owned(),
        Take::Deadline(_) => "earliest deadline first".to_owned(),
        Take::Shortest(_) => "shortest job first".to_owned(),
        Take::Fair(fair) if fair.by == FairBy::Tenant => "fair between tenants".to_owned(),
        Take::Fair(_) => "fair between classes".to_owned(),
        Take::TenantRoundRobin(_) => "tenants in turn".to_owned(),
        Take::QuietFirst(_) => "quiet tenants first".to_owned(),
    }
}
