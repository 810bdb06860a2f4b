//! What one job asks for with all its attempts, on average over the jobs of a class.
//!
//! Attempt k + 1 is made with the probability that the first k failed, as often as the class may retry. A job serves the same demand in
//! each of its attempts, so one that exceeds its timeout does so every time. Attempts that would come after the end of the run by the
//! mean delays before them are left out.

use crate::distribution::Distribution;
use crate::model::{Backoff, Fate, FollowUp, JobClass, JoinWhen, Model, QueueId, Retry};
use crate::units::SimDuration;

/// Attempts of one job that are added up at most.
const MOST_ATTEMPTS: u32 = 100_000;
/// Steps in which a distribution is integrated.
const STEPS: u32 = 4_000;

/// Means over the jobs of a class.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct PerJob {
    pub(super) attempts: f64,
    /// Service demand in seconds.
    pub(super) demand_s: f64,
    /// What all attempts take of workers, in worker-seconds.
    pub(super) work_s: f64,
    /// The share of jobs that are finished.
    pub(super) finished: f64,
}

impl PerJob {
    fn add(&mut self, share: f64, other: Self) {
        self.attempts += share * other.attempts;
        self.demand_s += share * other.demand_s;
        self.work_s += share * other.work_s;
        self.finished += share * other.finished;
    }
}

/// How the attempts of a class end and how long a run has for them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempts<'m> {
    class: &'m JobClass,
    /// The longest attempt, as work: the timeout at the speed of its workers.
    longest_s: Option<f64>,
    horizon_s: f64,
}

/// How long jobs take.
#[derive(Clone, Copy, Debug)]
enum Demand<'m> {
    /// The drawn seconds times a factor.
    Drawn(&'m Distribution, f64),
    Recorded(f64),
}

impl Demand<'_> {
    fn mean(self) -> f64 {
        match self {
            Self::Drawn(law, factor) => law.mean() * factor,
            Self::Recorded(seconds) => seconds,
        }
    }

    /// The share of demands above a bound.
    fn beyond(self, bound: f64) -> f64 {
        match self {
            Self::Drawn(law, factor) => 1.0 - law.cdf(bound / factor),
            Self::Recorded(seconds) => f64::from(u8::from(seconds > bound)),
        }
    }

    /// The mean of the demands when those above a bound are cut to it.
    fn mean_cut_to(self, bound: f64) -> f64 {
        match self {
            Self::Recorded(seconds) => seconds.min(bound),
            Self::Drawn(law, _) if law.cv() == 0.0 => self.mean().min(bound),
            Self::Drawn(..) if self.beyond(bound) <= 0.0 => self.mean(),
            Self::Drawn(..) => {
                let step = bound / f64::from(STEPS);
                (0..STEPS).map(|i| self.beyond((f64::from(i) + 0.5) * step) * step).sum()
            }
        }
    }
}

impl<'m> Attempts<'m> {
    pub(super) fn of(model: &Model, class: &'m JobClass) -> Self {
        let speed = speed_of(model, class.queue);
        let longest_s = class.fate.timeout.map(|timeout| timeout.as_secs_f64() * speed);
        Self { class, longest_s, horizon_s: model.horizon().as_secs_f64() }
    }

    /// Of a job whose service is drawn; its service times are `scale` times as long as stated.
    pub(super) fn drawn(self, scale: f64) -> PerJob {
        self.over_variants(scale, Demand::Drawn)
    }

    /// Of a job whose service time is recorded.
    pub(super) fn recorded(self, service: SimDuration, scale: f64) -> PerJob {
        self.over_variants(scale, |_, factor| Demand::Recorded(service.as_secs_f64() * factor))
    }

    fn over_variants(self, scale: f64, demand: impl Fn(&'m Distribution, f64) -> Demand<'m>) -> PerJob {
        let service = &self.class.service;
        let scale = scale * service.slowdown;
        let (mut sum, mut plain) = (PerJob::default(), 1.0);
        for variant in &service.variants {
            let share = variant.share.as_f64();
            let time = variant.time.as_ref().unwrap_or(&service.time);
            sum.add(share, self.per_job(demand(time, scale * variant.slowdown)));
            plain -= share;
        }
        // What shares that add up to one leave is no share.
        if plain > 1e-12 {
            sum.add(plain, self.per_job(demand(&service.time, scale)));
        }
        sum
    }

    fn per_job(self, demand: Demand<'_>) -> PerJob {
        let fate = &self.class.fate;
        let (fails, after) =
            fate.failure.map_or((0.0, 1.0), |failure| (failure.probability.as_f64(), failure.after.as_f64()));
        let mean = demand.mean();
        let (beyond, within_s, early_s) = match self.longest_s {
            None => (0.0, mean, 0.0),
            Some(longest) => {
                let (beyond, cut) = (demand.beyond(longest), demand.mean_cut_to(longest));
                let within = (cut - longest * beyond).max(0.0);
                (beyond, within, early(demand, (longest, after), within))
            }
        };
        let one_s = (1.0 - fails) * within_s + fails * after * within_s;
        let tries = self.tries(fails, if beyond < 1.0 { one_s / (1.0 - beyond) } else { 0.0 });
        let longest = self.longest_s.unwrap_or_default();
        let killed = if beyond > 0.0 { self.tries(1.0, longest) } else { 0.0 };
        PerJob {
            attempts: (1.0 - beyond) * tries + beyond * killed,
            demand_s: mean,
            work_s: tries * one_s + killed * ((1.0 - fails) * longest * beyond + fails * early_s),
            finished: (1.0 - beyond) * tries * (1.0 - fails),
        }
    }

    /// The mean number of attempts of a job each of whose attempts fails with this probability and takes this long.
    fn tries(self, fails: f64, takes_s: f64) -> f64 {
        let Some(retry) = self.class.fate.retry.filter(|_| fails > 0.0) else { return 1.0 };
        let (mut sum, mut share, mut at_s) = (1.0, 1.0, 0.0);
        for n in 1..=retry.most.min(MOST_ATTEMPTS) {
            share *= fails;
            at_s += delay_s(&retry, n, takes_s);
            if share < 1e-12 || at_s >= self.horizon_s {
                break;
            }
            sum += share;
        }
        sum
    }
}

/// What failing attempts take of the demands above the longest one: they fail after a share of it, unless they are killed before.
fn early(demand: Demand<'_>, (longest, after): (f64, f64), within_s: f64) -> f64 {
    if after <= 0.0 { 0.0 } else { (after * (demand.mean_cut_to(longest / after) - within_s)).max(0.0) }
}

/// The speed of the workers that serve a queue, by their number where it differs.
fn speed_of(model: &Model, queue: QueueId) -> f64 {
    let serving = || model.serving(queue).iter().map(|id| &model.pools()[id.index()]);
    let weight = |size: u32| f64::from(size.max(1));
    let workers: f64 = serving().map(|pool| weight(pool.size)).sum();
    let speeds: f64 = serving().map(|pool| weight(pool.size) * pool.capacity.speed).sum();
    if workers > 0.0 { speeds / workers } else { 1.0 }
}

/// From the start of an attempt that fails to its retry `n`, in the mean.
fn delay_s(retry: &Retry, n: u32, takes_s: f64) -> f64 {
    match retry.backoff {
        Backoff::Sqs(visibility) => visibility.as_secs_f64().max(takes_s),
        backoff => takes_s + mean_delay_s(backoff, n),
    }
}

fn mean_delay_s(backoff: Backoff, n: u32) -> f64 {
    let fourth = |n: u32| libm::pow(f64::from(n), 4.0);
    let doubled = libm::ldexp(1.0, (n - 1).min(1_000) as i32);
    let number = f64::from(n);
    match backoff {
        Backoff::Sidekiq => fourth(n - 1) + 15.0 + (10.0 * number - 1.0) / 2.0,
        Backoff::Sidekiq6 => fourth(n - 1) + 15.0 + number * 14.5,
        Backoff::Celery { factor, most } => (factor * doubled).min(most.as_secs_f64()).floor() / 2.0,
        Backoff::BullMq { delay, jitter } => delay.as_secs_f64() * doubled * (1.0 - jitter.as_f64() / 2.0),
        Backoff::Oban => (15.0 + 2.0 * doubled) * 1.05,
        Backoff::River => fourth(n),
        Backoff::ActiveJob => fourth(n) * 1.075 + 2.0,
        Backoff::DelayedJob => fourth(n) + 5.0,
        Backoff::Kubernetes => (10.0 * doubled).min(360.0),
        Backoff::Sqs(delay) | Backoff::Constant(delay) => delay.as_secs_f64(),
        Backoff::Exponential { first, factor, most, .. } => {
            let grown = first.as_secs_f64() * libm::pow(factor, number - 1.0);
            most.map_or(grown, |most| grown.min(most.as_secs_f64()))
        }
    }
}

/// The jobs that follow a finished one of a class, by the share of jobs of each class that are finished: classes and mean numbers.
pub(super) fn followers(fate: &Fate, finished: &[f64]) -> Vec<(usize, f64)> {
    let then = fate.then.iter().map(|next| (next.class.index(), next.probability.as_f64() * f64::from(next.jobs)));
    let mut all: Vec<(usize, f64)> = then.collect();
    all.extend(fate.join.map(|join| (join.class.index(), join_share(fate, join.when, finished))));
    all
}

/// The probability that a job that joins others is created.
fn join_share(fate: &Fate, when: JoinWhen, finished: &[f64]) -> f64 {
    if when == JoinWhen::Ended {
        return 1.0;
    }
    let all_finish = |next: &FollowUp| {
        let (share, finished) = (next.probability.as_f64(), finished[next.class.index()]);
        1.0 - share + share * libm::pow(finished, f64::from(next.jobs))
    };
    fate.then.iter().map(all_finish).product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Arrivals, Failure, Service};
    use crate::units::Share;

    fn share(share: f64) -> Share {
        Share::new(share).unwrap()
    }

    fn class(law: Distribution, fate: Fate) -> JobClass {
        JobClass {
            name: "a".into(),
            queue: QueueId(0),
            via: None,
            priority: 0,
            tenants: 1,
            deadline: None,
            initial_backlog: 0,
            arrivals: Arrivals::None,
            service: Service::plain(law),
            fate,
        }
    }

    fn per_job(law: Distribution, fate: Fate, horizon_s: f64) -> PerJob {
        let longest_s = fate.timeout.map(SimDuration::as_secs_f64);
        Attempts { class: &class(law, fate), longest_s, horizon_s }.drawn(1.0)
    }

    fn retry(delay_s: u64, most: u32) -> Option<Retry> {
        Some(Retry { backoff: Backoff::Constant(SimDuration::from_secs(delay_s)), most })
    }

    fn assert_close(got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-3 * want.abs(), "got {got}, want {want}");
    }

    #[test]
    fn attempts_that_fail_take_their_part_of_the_time() {
        let failure = Some(Failure { probability: share(0.5), after: share(0.2) });
        let fate = Fate { failure, retry: retry(1, 2), ..Fate::default() };
        let job = per_job(Distribution::constant(10.0).unwrap(), fate, 1e6);
        assert_close(job.attempts, 1.75);
        assert_close(job.finished, 0.875);
        assert_close(job.work_s, 1.75 * (0.5 * 10.0 + 0.5 * 2.0));
    }

    #[test]
    fn a_job_that_times_out_does_so_in_each_attempt() {
        let fate = Fate { timeout: Some(SimDuration::from_secs(2)), retry: retry(1, 3), ..Fate::default() };
        let job = per_job(Distribution::exponential(1.0).unwrap(), fate, 1e6);
        let beyond = libm::exp(-2.0);
        assert_close(job.attempts, 1.0 + 3.0 * beyond);
        assert_close(job.finished, 1.0 - beyond);
        assert_close(job.work_s, 1.0 - 3.0 * beyond + 4.0 * 2.0 * beyond);
    }

    #[test]
    fn attempts_after_the_end_of_the_run_are_left_out() {
        let fate = Fate { timeout: Some(SimDuration::from_secs(2)), retry: retry(100, 25), ..Fate::default() };
        let job = per_job(Distribution::constant(5.0).unwrap(), fate, 250.0);
        assert_close(job.attempts, 3.0);
        assert_close(job.work_s, 6.0);
    }
}
