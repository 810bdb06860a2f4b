//! What is asked of the workers before anything is simulated: expected jobs, offered load and utilisation over time.
//!
//! Offered load in erlangs is the expected work that is created in a time over that time (work: what all attempts of the jobs and of those
//! that follow them take). Utilisation here is offered load over workers, so it exceeds 1 where the workers cannot keep up. Work counts
//! when it, or the job that causes it, is created: what a dispatcher holds back during an outage, retries and jobs that follow others
//! reach the workers later than shown.

mod arrivals;
mod attempts;
mod changes;
mod hours;

use std::collections::BTreeSet;

pub(in crate::report) use hours::{Asked, Stretch};

use crate::model::{Arrivals, BatchTimes, Effect, JobClass, Model, Pool, Ticks, Until};
use crate::units::{SimDuration, SimTime};

/// Steps that people read time in, in seconds, from an hour on.
const READABLE_STEPS: [u64; 6] = [3_600, 7_200, 10_800, 21_600, 43_200, 86_400];
/// The same for runs of less than two hours.
const SHORT_STEPS: [u64; 5] = [1, 10, 60, 300, 900];
/// A table longer than this is not read.
const MOST_STEPS: u64 = 26;

/// What is asked of the workers in a model.
#[derive(Clone, PartialEq, Debug)]
pub struct OfferedLoad {
    /// Each job class, in the order of the model.
    pub classes: Vec<ClassLoad>,
    /// Each pool, in the order of the model.
    pub pools: Vec<PoolLoad>,
    /// The run in steps.
    pub steps: Vec<LoadStep>,
    /// The same by the hour, cut where rates and workers change.
    hours: Vec<LoadStep>,
    /// The most that the jobs of each provider ask for in an hour: attempts a second, and erlangs.
    provider_peaks: Vec<(f64, f64)>,
}

/// What a job class asks for over the whole run.
#[derive(Clone, PartialEq, Debug)]
pub struct ClassLoad {
    /// Its name.
    pub name: String,
    /// Expected jobs, the initial backlog and those that follow others included.
    pub jobs: f64,
    /// Expected attempts of these jobs.
    pub attempts: f64,
    /// Their mean service time in seconds.
    pub mean_service_s: Option<f64>,
    /// Expected work in worker-seconds.
    pub work_s: f64,
    /// The work over the length of the run.
    pub erlangs: f64,
}

/// What is asked of a pool over the whole run.
#[derive(Clone, PartialEq, Debug)]
pub struct PoolLoad {
    /// Its name.
    pub name: String,
    /// Workers at time zero.
    pub size: u32,
    /// Expected work in worker-seconds. A queue that several pools serve is shared out in proportion to their sizes.
    pub work_s: f64,
    /// Worker-seconds available.
    pub available_s: f64,
}

impl PoolLoad {
    /// Work over available worker-time; `None` without workers.
    #[must_use]
    pub fn utilisation(&self) -> Option<f64> {
        (self.available_s > 0.0).then(|| self.work_s / self.available_s)
    }
}

/// What is asked in a step of time.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadStep {
    /// Its start.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// Expected jobs of all classes.
    pub jobs: f64,
    /// Expected work of all classes over the length of the step.
    pub erlangs: f64,
    /// Utilisation of each pool; `None` without workers.
    pub pools: Vec<Option<f64>>,
    /// Whether work comes that only pools without workers serve, of each pool that would have to.
    stranded: Vec<bool>,
}

/// Expected jobs, those of them that are finished, their attempts, and worker-seconds: demanded once, and taken by all attempts.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Load {
    jobs: f64,
    finished: f64,
    attempts: f64,
    demand_s: f64,
    work_s: f64,
}

impl Load {
    /// What so many jobs ask for.
    fn of(jobs: f64, job: attempts::PerJob) -> Self {
        let attempts::PerJob { attempts, demand_s, work_s, finished } = job;
        Self {
            jobs,
            finished: jobs * finished,
            attempts: jobs * attempts,
            demand_s: jobs * demand_s,
            work_s: jobs * work_s,
        }
    }

    fn add(&mut self, other: Self) {
        self.jobs += other.jobs;
        self.finished += other.finished;
        self.attempts += other.attempts;
        self.demand_s += other.demand_s;
        self.work_s += other.work_s;
    }

    fn less(self, other: Self) -> Self {
        Self {
            jobs: self.jobs - other.jobs,
            finished: self.finished - other.finished,
            attempts: self.attempts - other.attempts,
            demand_s: self.demand_s - other.demand_s,
            work_s: self.work_s - other.work_s,
        }
    }
}

/// A window of time in which nothing changes but arrival rates.
#[derive(Clone, Copy, Debug)]
struct Window {
    from: SimTime,
    to: SimTime,
}

impl Window {
    fn seconds(self) -> f64 {
        self.to.since(self.from).as_secs_f64()
    }
}

impl OfferedLoad {
    /// Works out what is asked of the workers in a model.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let mut sums = Sums::new(model);
        let windows = steps(model);
        let steps: Vec<LoadStep> = windows.iter().map(|step| sums.step(model, *step)).collect();
        let means = std::mem::take(&mut sums.means);
        let (hours, provider_peaks) = hours::by_the_hour(model, &windows, means);
        let horizon = model.horizon().as_secs_f64();
        let class = |(class, load): (&JobClass, &Load)| ClassLoad {
            name: class.name.clone(),
            jobs: load.jobs,
            attempts: load.attempts,
            mean_service_s: (load.jobs > 0.0).then(|| load.demand_s / load.jobs),
            work_s: load.work_s,
            erlangs: load.work_s / horizon,
        };
        let classes = model.classes().iter().zip(&sums.classes).map(class).collect();
        Self { classes, pools: sums.pools, steps, hours, provider_peaks }
    }

    /// Expected jobs of all classes in a replication of a model.
    #[must_use]
    pub fn jobs_of(model: &Model) -> f64 {
        let mut sums = Sums::new(model);
        steps(model).into_iter().for_each(|step| _ = sums.step(model, step));
        model.classes_by_name().iter().map(|&class| sums.classes[class].jobs).sum()
    }

    /// Expected jobs of all classes in a replication.
    #[must_use]
    pub fn jobs(&self) -> f64 {
        self.sum(|class| class.jobs)
    }

    /// Over all classes, in the order of their names.
    pub(in crate::report) fn sum(&self, of: impl Fn(&ClassLoad) -> f64) -> f64 {
        let mut classes: Vec<&ClassLoad> = self.classes.iter().collect();
        classes.sort_by(|a, b| a.name.cmp(&b.name));
        classes.into_iter().map(of).sum()
    }

    /// The step in which a pool is asked for most, and its utilisation there.
    #[must_use]
    pub fn busiest(&self, pool: usize) -> Option<(&LoadStep, f64)> {
        let asked = self.steps.iter().filter_map(|step| Some((step, (*step.pools.get(pool)?)?)));
        asked.reduce(|most, next| if next.1 > most.1 { next } else { most })
    }
}

/// The work of each class that is created in a step, over the length of the step, for each step of the run.
#[must_use]
pub(in crate::report) fn offered_by_class(model: &Model, step: SimDuration) -> Vec<Vec<f64>> {
    let end = SimTime::ZERO.after(model.horizon());
    let starts =
        std::iter::successors(Some(SimTime::ZERO), |from| Some(from.after(step))).take_while(|from| *from < end);
    let windows: Vec<Window> = starts.map(|from| Window { from, to: from.after(step).min(end) }).collect();
    let (mut means, order) = (changes::JobMeans::default(), changes::causes_first(model.classes()));
    let mut offered = |window: Window| -> Vec<f64> {
        let mut work = vec![0.0; model.classes().len()];
        for piece in split_at_changes(model, window) {
            let loads = changes::loads_of(model, &mut means, (piece, &order));
            work.iter_mut().zip(loads).for_each(|(sum, load)| *sum += load.work_s);
        }
        work.into_iter().map(|work_s| work_s / window.seconds()).collect()
    };
    let steps: Vec<Vec<f64>> = windows.into_iter().map(&mut offered).collect();
    (0..model.classes().len()).map(|class| steps.iter().map(|step| step[class]).collect()).collect()
}

/// What is created before dispatchers, with what is the same for all of them at hand.
pub(in crate::report) struct Staged<'m> {
    model: &'m Model,
    means: changes::JobMeans,
    lineage: changes::Lineage,
    /// The classes of each dispatcher, in the order of their names.
    classes: Vec<Vec<usize>>,
}

impl<'m> Staged<'m> {
    pub(in crate::report) fn new(model: &'m Model) -> Self {
        let mut classes = vec![Vec::new(); model.dispatchers().len()];
        for &class in model.classes_by_name() {
            model.classes()[class].via.iter().for_each(|via| classes[via.index()].push(class));
        }
        Self { model, means: changes::JobMeans::default(), lineage: changes::Lineage::of(model.classes()), classes }
    }

    /// Expected jobs that are created before a dispatcher during a window of time, such as an outage.
    #[must_use]
    pub(in crate::report) fn jobs(&mut self, dispatcher: usize, window: crate::model::Outage) -> f64 {
        let Self { model, means, lineage, classes } = self;
        let to = window.to.min(SimTime::ZERO.after(model.horizon()));
        let pieces = split_at_changes(model, Window { from: window.from.min(to), to });
        // What other classes ask for makes no difference but where their jobs create these.
        let needed = lineage.causes_of(&classes[dispatcher]);
        let jobs = |piece: Window| {
            let loads = changes::loads_of(model, means, (piece, &needed));
            classes[dispatcher].iter().map(|&class| loads[class].jobs).sum::<f64>()
        };
        pieces.into_iter().map(jobs).sum()
    }
}

/// Whether a pool has as many workers as stated, whatever happens.
#[must_use]
pub(in crate::report) fn sizes_are_fixed(model: &Model, pool: crate::model::PoolId) -> bool {
    let capacity = &model.pools()[pool.index()].capacity;
    let resizes = |effect: &Effect| matches!(effect, Effect::SetSize(p, _) | Effect::ScaleSize(p, _) if *p == pool);
    let resized = model.changes().iter().any(|change| change.effects.iter().any(resizes));
    !resized && capacity.autoscale.is_none() && capacity.calendar.is_none()
}

/// Running sums over the run.
struct Sums {
    classes: Vec<Load>,
    pools: Vec<PoolLoad>,
    /// The pools that serve each queue, in the order of their names.
    serving: Vec<Vec<usize>>,
    /// The classes, each after those whose jobs create its own.
    order: Vec<usize>,
    means: changes::JobMeans,
}

impl Sums {
    fn new(model: &Model) -> Self {
        let pool = |p: &Pool| PoolLoad { name: p.name.clone(), size: p.size, work_s: 0.0, available_s: 0.0 };
        Self {
            classes: vec![Load::default(); model.classes().len()],
            pools: model.pools().iter().map(pool).collect(),
            serving: serving_by_name(model),
            order: changes::causes_first(model.classes()),
            means: changes::JobMeans::default(),
        }
    }

    fn step(&mut self, model: &Model, step: Window) -> LoadStep {
        let before = self.pools.clone();
        let mut all = Load::default();
        for window in split_at_changes(model, step) {
            all.add(self.window(model, window));
        }
        let utilisation = |(now, before): (&PoolLoad, &PoolLoad)| {
            let available = now.available_s - before.available_s;
            (available > 0.0).then(|| (now.work_s - before.work_s) / available)
        };
        let pools = self.pools.iter().zip(&before).map(utilisation).collect();
        let is_stranded =
            |(now, before): (&PoolLoad, &PoolLoad)| now.available_s <= before.available_s && now.work_s > before.work_s;
        let stranded = self.pools.iter().zip(&before).map(is_stranded).collect();
        let erlangs = all.work_s / step.seconds();
        LoadStep { from: step.from, to: step.to, jobs: all.jobs, erlangs, pools, stranded }
    }

    fn window(&mut self, model: &Model, window: Window) -> Load {
        let sizes = changes::sizes(model, window.from);
        for (pool, size) in self.pools.iter_mut().zip(&sizes) {
            pool.available_s += size * window.seconds();
        }
        let mut all = Load::default();
        let loads = changes::loads_of(model, &mut self.means, (window, &self.order));
        for &i in model.classes_by_name() {
            let load = loads[i];
            self.classes[i].add(load);
            all.add(load);
            let serving = &self.serving[model.classes()[i].queue.index()];
            share_out(&mut self.pools, &sizes, (serving, load.work_s));
        }
        all
    }
}

fn serving_by_name(model: &Model) -> Vec<Vec<usize>> {
    let mut serving = vec![Vec::new(); model.queues().len()];
    for &pool in model.pools_by_name() {
        model.pools()[pool].take.queues().into_iter().for_each(|queue| serving[queue.index()].push(pool));
    }
    serving
}

/// Gives the work of a class to the pools that serve its queue.
fn share_out(pools: &mut [PoolLoad], sizes: &[f64], (serving, work_s): (&[usize], f64)) {
    let workers: f64 = serving.iter().map(|&i| sizes[i]).sum();
    for &i in serving {
        let part = if workers > 0.0 { sizes[i] / workers } else { 1.0 / serving.len() as f64 };
        pools[i].work_s += work_s * part;
    }
}

/// The run in steps that people read: hours for a day, days for weeks.
fn steps(model: &Model) -> Vec<Window> {
    let horizon = model.horizon().as_nanos();
    let seconds = horizon / 1_000_000_000;
    let choices: &[u64] = if seconds < 7_200 { &SHORT_STEPS } else { &READABLE_STEPS };
    let weeks = 604_800 * seconds.div_ceil(604_800 * MOST_STEPS).max(1);
    let length = choices.iter().copied().find(|step| seconds.div_ceil(*step) <= MOST_STEPS).unwrap_or(weeks);
    let length = length * 1_000_000_000;
    let step =
        |from: u64| Window { from: SimTime::from_nanos(from), to: SimTime::from_nanos((from + length).min(horizon)) };
    (0..horizon.div_ceil(length)).map(|i| step(i * length)).collect()
}

/// A step cut where changes begin and end.
fn split_at_changes(model: &Model, step: Window) -> Vec<Window> {
    let begins = model.changes().iter().map(|change| change.at);
    let ends = model.changes().iter().filter_map(|change| match change.until {
        Until::Time(end) => Some(end),
        Until::Horizon | Until::Drained => None,
    });
    let capacity = model.pools().iter().flat_map(|pool| changes::capacity_cuts(pool, step));
    let inside = begins.chain(ends).chain(capacity).filter(|at| step.from < *at && *at < step.to);
    let cuts: BTreeSet<SimTime> = inside.chain([step.from, step.to]).collect();
    let cuts: Vec<SimTime> = cuts.into_iter().collect();
    cuts.windows(2).map(|pair| Window { from: pair[0], to: pair[1] }).collect()
}

/// Whether arrivals of this kind follow a change of their rate.
fn follows_rate(arrivals: &Arrivals) -> bool {
    match arrivals {
        Arrivals::Poisson { .. } | Arrivals::Renewal { .. } | Arrivals::Mmpp { .. } => true,
        Arrivals::Periodic { times, .. } => matches!(times, Ticks::Every { .. }),
        Arrivals::Batches { times, .. } => {
            matches!(times, BatchTimes::Poisson { .. } | BatchTimes::Regular(Ticks::Every { .. }))
        }
        Arrivals::None | Arrivals::Burst { .. } | Arrivals::Trace(_) => false,
    }
}

#[cfg(test)]
mod tests;
