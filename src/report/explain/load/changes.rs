//! Sizes, rates and service times as timed changes leave them at an instant.
//!
//! A change that lasts until everything is drained is taken to last to the horizon: when it ends is not known before the simulation.

use super::attempts::{self, Attempts, PerJob};
use super::{Load, Window, arrivals, follows_rate};
use crate::model::{Arrivals, Change, Effect, JobClass, Model, Pool, PoolId, Trace, Until};
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
    /// What one job of a class asks for whose service times are multiplied by this.
    fn of(&mut self, model: &Model, class: usize, scale: f64) -> PerJob {
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

/// What these classes ask for in a window without changes, with the jobs that follow others; their initial backlog counts at time zero.
/// Each stands after those whose jobs create its own, and all of those are among them. Of all others nothing is said.
///
/// Retries and jobs that follow count when the job is created that causes them.
pub(super) fn loads_of(model: &Model, means: &mut JobMeans, (window, order): (Window, &[usize])) -> Vec<Load> {
    let classes = model.classes();
    let factors = factors(model, window.from);
    let mut jobs = vec![PerJob::default(); classes.len()];
    let mut loads = vec![Load::default(); classes.len()];
    for &i in order {
        jobs[i] = means.of(model, i, factors[i].1);
        loads[i] = created(model, (i, factors[i]), (window, jobs[i]));
        // A job that joins others is created by how many of them are finished.
        for next in classes[i].fate.successors().filter(|_| classes[i].fate.join.is_some()) {
            jobs[next.index()] = means.of(model, next.index(), factors[next.index()].1);
        }
    }
    let finished: Vec<f64> = jobs.iter().map(|job| job.finished).collect();
    for &class in order {
        let done = loads[class].finished;
        for (follower, number) in attempts::followers(&classes[class].fate, &finished) {
            loads[follower].add(Load::of(done * number, jobs[follower]));
        }
    }
    loads
}

/// Whose jobs create those of which classes.
#[derive(Clone, Debug)]
pub(super) struct Lineage {
    order: Vec<usize>,
    causes: Vec<Vec<usize>>,
}

impl Lineage {
    pub(super) fn of(classes: &[JobClass]) -> Self {
        let mut causes = vec![Vec::new(); classes.len()];
        for (class, spec) in classes.iter().enumerate() {
            spec.fate.successors().for_each(|next| causes[next.index()].push(class));
        }
        Self { order: causes_first(classes), causes }
    }

    /// These classes, those whose jobs create theirs, and all further back; each after those before it.
    pub(super) fn causes_of(&self, classes: &[usize]) -> Vec<usize> {
        let (mut is_needed, mut open) = (vec![false; self.causes.len()], classes.to_vec());
        while let Some(class) = open.pop() {
            if !std::mem::replace(&mut is_needed[class], true) {
                open.extend(&self.causes[class]);
            }
        }
        self.order.iter().copied().filter(|&class| is_needed[class]).collect()
    }
}

/// What the rate and the service times of each class are multiplied by at a time.
fn factors(model: &Model, time: SimTime) -> Vec<(f64, f64)> {
    let mut factors = vec![(1.0, 1.0); model.classes().len()];
    for effect in effects_at(model, time) {
        match *effect {
            Effect::ScaleRate(class, by) if follows_rate(&model.classes()[class.index()].arrivals) => {
                factors[class.index()].0 *= by;
            }
            Effect::ScaleService(class, by) => factors[class.index()].1 *= by,
            _ => {}
        }
    }
    factors
}

/// What the jobs of a class ask for that no other job creates.
fn created(model: &Model, (i, (rate, service)): (usize, (f64, f64)), (window, job): (Window, PerJob)) -> Load {
    let class = &model.classes()[i];
    let initial = if window.from == SimTime::ZERO { class.initial_backlog as f64 } else { 0.0 };
    let mut load = Load::of(initial, job);
    match &class.arrivals {
        Arrivals::Trace(trace) => {
            let attempts = Attempts::of(model, class);
            load.add(recorded(trace, window, |time| time.map_or(job, |time| attempts.recorded(time, service))));
        }
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
pub(super) fn causes_first(classes: &[JobClass]) -> Vec<usize> {
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
