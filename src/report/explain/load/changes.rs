//! Sizes, rates and service times as timed changes leave them at an instant.
//!
//! A change that lasts until everything is drained is taken to last to the horizon: when it ends is not known before the simulation.

use super::attempts::{self, Attempts, PerJob};
use super::{Load, Window, arrivals, follows_rate};
use crate::model::{Arrivals, Change, ClassId, Effect, JobClass, Model, Pool, PoolId, Trace, Until};
use crate::units::{SimDuration, SimTime};

/// The effects in force at a time, in the order in which their changes began.
fn effects_at(model: &Model, time: SimTime) -> impl Iterator<Item = &Effect> + '_ {
    let lasts = move |change: &&Change| {
        let ended = matches!(change.until, Until::Time(end) if end <= time);
        change.at <= time && !ended
    };
    model.changes().iter().filter(lasts).flat_map(|change| &change.effects)
}

/// Workers of each pool at a time, each counted by its speed.
pub(super) fn sizes(model: &Model, time: SimTime) -> Vec<f64> {
    (0..model.pools().len()).map(|i| size(model, PoolId(i as u16), time)).collect()
}

fn size(model: &Model, pool: PoolId, time: SimTime) -> f64 {
    let spec = &model.pools()[pool.index()];
    if spec.capacity.outages.iter().any(|outage| outage.from <= time && time < outage.to) {
        return 0.0;
    }
    let mut size = f64::from(planned(spec, time));
    let mut factor = 1.0;
    for effect in effects_at(model, time) {
        match *effect {
            Effect::SetSize(p, workers) if p == pool => size = f64::from(workers),
            Effect::ScaleSize(p, by) if p == pool => factor *= by,
            _ => {}
        }
    }
    (size * factor).ceil() * spec.capacity.speed
}

/// The size that a pool is to have before timed changes.
fn planned(pool: &Pool, time: SimTime) -> u32 {
    pool.capacity.calendar.as_ref().map_or(pool.size, |calendar| calendar.size_at(time))
}

/// When calendars and outages change the workers of a pool, within a step.
pub(super) fn capacity_cuts(pool: &Pool, step: Window) -> Vec<SimTime> {
    let outages = pool.capacity.outages.iter().flat_map(|outage| [outage.from, outage.to]);
    let calendar = pool.capacity.calendar.as_ref();
    let next = |time: &SimTime| calendar.map(|calendar| calendar.next_change(*time)).filter(|next| *next < step.to);
    let steps = std::iter::successors(next(&step.from), next);
    outages.chain(steps).collect()
}

/// What a job asks for, worked out once for each class and factor of its service times.
#[derive(Clone, Debug, Default)]
pub(super) struct JobMeans {
    /// Of each class, by the factor.
    known: Vec<Vec<(u64, PerJob)>>,
}

impl JobMeans {
    /// What one job of a class asks for that is created at a time.
    fn of(&mut self, model: &Model, class: usize, time: SimTime) -> PerJob {
        let (_, scale) = factors(model, class, time);
        if self.known.len() <= class {
            self.known.resize(model.classes().len(), Vec::new());
        }
        let known = &mut self.known[class];
        if let Some((_, job)) = known.iter().find(|(bits, _)| *bits == scale.to_bits()) {
            return *job;
        }
        let job = Attempts::of(model, &model.classes()[class]).drawn(scale);
        known.push((scale.to_bits(), job));
        job
    }
}

/// What each class asks for in a window without changes, with the jobs that follow others; its initial backlog counts at time zero.
///
/// Retries and jobs that follow count when the job is created that causes them.
pub(super) fn class_loads(model: &Model, means: &mut JobMeans, window: Window) -> Vec<Load> {
    let classes = model.classes();
    let jobs: Vec<PerJob> = (0..classes.len()).map(|i| means.of(model, i, window.from)).collect();
    let finished: Vec<f64> = jobs.iter().map(|job| job.finished).collect();
    let mut loads: Vec<Load> = (0..classes.len()).map(|i| created(model, i, (window, jobs[i]))).collect();
    for class in causes_first(classes) {
        let done = loads[class].finished;
        for (follower, number) in attempts::followers(&classes[class].fate, &finished) {
            loads[follower].add(Load::of(done * number, jobs[follower]));
        }
    }
    loads
}

/// What the rate and the service times of a class are multiplied by at a time.
fn factors(model: &Model, class: usize, time: SimTime) -> (f64, f64) {
    let id = ClassId(class as u16);
    let follows = follows_rate(&model.classes()[class].arrivals);
    let (mut rate, mut service) = (1.0, 1.0);
    for effect in effects_at(model, time) {
        match *effect {
            Effect::ScaleRate(c, by) if c == id && follows => rate *= by,
            Effect::ScaleService(c, by) if c == id => service *= by,
            _ => {}
        }
    }
    (rate, service)
}

/// What the jobs of a class ask for that no other job creates.
fn created(model: &Model, i: usize, (window, job): (Window, PerJob)) -> Load {
    let class = &model.classes()[i];
    let (rate, service) = factors(model, i, window.from);
    let initial = if window.from == SimTime::ZERO { class.initial_backlog as f64 } else { 0.0 };
    let mut load = Load::of(initial, job);
    match &class.arrivals {
        Arrivals::Trace(trace) => load.add(recorded(trace, window, |time| match time {
            Some(time) => Attempts::of(model, class).recorded(time, service),
            None => job,
        })),
        arrivals => load.add(Load::of(rate * arrivals::mean_jobs(arrivals, window), job)),
    }
    load
}

/// What recorded jobs ask for.
fn recorded(trace: &Trace, window: Window, job: impl Fn(Option<SimDuration>) -> PerJob) -> Load {
    let mut load = Load::default();
    for row in arrivals::rows_inside(trace, window) {
        load.add(Load::of(trace.load.unwrap_or(1.0), job(row.service)));
    }
    load
}

/// The classes, each after those whose jobs create its own; no class follows itself.
fn causes_first(classes: &[JobClass]) -> Vec<usize> {
    let mut causes = vec![0_usize; classes.len()];
    classes.iter().flat_map(|class| class.fate.successors()).for_each(|next| causes[next.index()] += 1);
    let mut order: Vec<usize> = (0..classes.len()).filter(|&i| causes[i] == 0).collect();
    let mut done = 0;
    while let Some(&class) = order.get(done) {
        done += 1;
        for next in classes[class].fate.successors() {
            causes[next.index()] -= 1;
            if causes[next.index()] == 0 {
                order.push(next.index());
            }
        }
    }
    order
}
