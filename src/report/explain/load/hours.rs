//! What is asked of each pool by the hour, and the stretches of time in which that is more than it can do.
//!
//! An average over a day or a week hides the one hour in which a backlog builds up. So load is also taken in windows of at most an hour
//! that begin where a profile, a calendar, a burst, an outage or a change begins or ends.

use std::collections::BTreeSet;

use super::{Load, LoadStep, OfferedLoad, Sums, Window, changes};
use crate::model::{Arrivals, BatchTimes, JobClass, Model, Profile, Until};
use crate::units::{SimDuration, SimTime};

/// A window is no shorter than this, unless the run is short: what lasts less is part of what comes before or after.
const SHORTEST: SimDuration = SimDuration::from_secs(600);
const HOUR: SimDuration = SimDuration::from_secs(3_600);
/// Windows of a run; longer runs have longer ones.
const MOST_WINDOWS: u64 = 100_000;

/// What is asked of a pool at some time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::report) enum Asked {
    /// Work over what its workers can do.
    Share(f64),
    /// Work, and it has no workers.
    WithoutWorkers,
}

impl Asked {
    /// Whether the pool cannot keep up.
    #[must_use]
    pub(in crate::report) fn is_too_much(self) -> bool {
        match self {
            Self::Share(share) => share >= 1.0,
            Self::WithoutWorkers => true,
        }
    }

    fn most(self, other: Self) -> Self {
        match (self, other) {
            (Self::Share(one), Self::Share(other)) => Self::Share(one.max(other)),
            _ => Self::WithoutWorkers,
        }
    }
}

/// A stretch of time and the most that is asked of a pool in it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::report) struct Stretch {
    /// Its start.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// The most that is asked in one of its hours.
    pub asked: Asked,
}

impl OfferedLoad {
    /// The hour in which most is asked of a pool that has workers, the first of equal ones.
    #[must_use]
    pub(in crate::report) fn busiest_hour(&self, pool: usize) -> Option<(&LoadStep, f64)> {
        let asked = self.hours.iter().filter_map(|hour| Some((hour, (*hour.pools.get(pool)?)?)));
        asked.reduce(|most, next| if next.1 > most.1 * (1.0 + 1e-9) { next } else { most })
    }

    /// The most that the jobs of a provider ask for in an hour: attempts a second, and erlangs.
    #[must_use]
    pub(in crate::report) fn peak_of(&self, provider: usize) -> (f64, f64) {
        self.provider_peaks[provider]
    }

    /// The most that is asked of a pool in an hour of a step.
    #[must_use]
    pub(in crate::report) fn peak_within(&self, pool: usize, step: &LoadStep) -> Option<Asked> {
        let inside = self.hours.iter().filter(|hour| step.from <= hour.from && hour.from < step.to);
        inside.filter_map(|hour| asked(hour, pool)).reduce(Asked::most)
    }

    /// The stretches of time in which a pool is asked for more than it can do, in their order.
    #[must_use]
    pub(in crate::report) fn overloads(&self, pool: usize) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = Vec::new();
        for hour in &self.hours {
            let Some(asked) = asked(hour, pool).filter(|asked| asked.is_too_much()) else { continue };
            match found.last_mut() {
                Some(last) if last.to == hour.from => {
                    *last = Stretch { to: hour.to, asked: last.asked.most(asked), ..*last }
                }
                _ => found.push(Stretch { from: hour.from, to: hour.to, asked }),
            }
        }
        found
    }
}

fn asked(hour: &LoadStep, pool: usize) -> Option<Asked> {
    match hour.pools.get(pool)? {
        Some(share) => Some(Asked::Share(*share)),
        None => hour.stranded.get(pool)?.then_some(Asked::WithoutWorkers),
    }
}

/// The load by the hour, or in the steps of a run that are shorter.
///
/// What each class asks for in each hour would be far more than all else: only the most that each provider is asked for is kept of it.
pub(super) fn by_the_hour(
    model: &Model,
    steps: &[Window],
    means: changes::JobMeans,
) -> (Vec<LoadStep>, Vec<(f64, f64)>) {
    let mut sums = Sums { means, ..Sums::new(model) };
    let mut peaks = Peaks::new(model);
    let mut hours = Vec::new();
    for window in windows(model, steps) {
        let before = peaks.of_interest(&sums.classes);
        hours.push(sums.step(model, window));
        let after = peaks.of_interest(&sums.classes);
        peaks.note(&before, &after, window.seconds());
    }
    (hours, peaks.most)
}

/// The most that the jobs of each provider ask for in an hour.
struct Peaks {
    /// The classes that call some provider, with its place.
    calling: Vec<(usize, usize)>,
    most: Vec<(f64, f64)>,
}

impl Peaks {
    fn new(model: &Model) -> Self {
        let provider = |(place, class): (usize, &JobClass)| Some((place, class.fate.provider?.index()));
        let calling = model.classes().iter().enumerate().filter_map(provider).collect();
        Self { calling, most: vec![(0.0, 0.0); model.providers().len()] }
    }

    fn of_interest(&self, classes: &[Load]) -> Vec<Load> {
        self.calling.iter().map(|&(class, _)| classes[class]).collect()
    }

    fn note(&mut self, before: &[Load], after: &[Load], seconds: f64) {
        let mut sums = vec![(0.0, 0.0); self.most.len()];
        for ((&(_, provider), before), after) in self.calling.iter().zip(before).zip(after) {
            let (load, sum) = (after.less(*before), &mut sums[provider]);
            *sum = (sum.0 + load.attempts, sum.1 + load.work_s);
        }
        for (most, (attempts, work_s)) in self.most.iter_mut().zip(sums) {
            *most = (most.0.max(attempts / seconds), most.1.max(work_s / seconds));
        }
    }
}

fn windows(model: &Model, steps: &[Window]) -> Vec<Window> {
    let short = steps.first().is_none_or(|step| step.to.since(step.from) < HOUR);
    if short {
        return steps.to_vec();
    }
    let end = SimTime::ZERO.after(model.horizon());
    let every = SimDuration::from_nanos(model.horizon().as_nanos().div_ceil(MOST_WINDOWS).max(HOUR.as_nanos()));
    let (mut windows, mut from) = (Vec::new(), SimTime::ZERO);
    for cut in cuts(model, end).into_iter().filter(|cut| end.since(*cut) >= SHORTEST).chain([end]) {
        // The first piece may be short: a run starts when it starts.
        if cut == end || from == SimTime::ZERO || cut.since(from) >= SHORTEST {
            let starts = multiples(every, from, cut);
            windows.extend(starts.map(|from| Window { from, to: from.after(every).min(cut) }));
            from = cut;
        }
    }
    windows
}

/// Where a rate or a number of workers changes.
fn cuts(model: &Model, end: SimTime) -> BTreeSet<SimTime> {
    let whole = Window { from: SimTime::ZERO, to: end };
    let mut cuts: BTreeSet<SimTime> = model.classes().iter().flat_map(|class| of_class(class, end)).collect();
    cuts.extend(model.pools().iter().flat_map(|pool| changes::capacity_cuts(pool, whole)));
    for change in model.changes() {
        cuts.insert(change.at);
        cuts.extend(match change.until {
            Until::Time(end) => Some(end),
            Until::Horizon | Until::Drained => None,
        });
    }
    cuts.retain(|cut| SimTime::ZERO < *cut && *cut < end);
    cuts
}

/// Where the rate of a class may change.
fn of_class(class: &JobClass, end: SimTime) -> Vec<SimTime> {
    match &class.arrivals {
        Arrivals::Poisson { profile: Some(profile), .. }
        | Arrivals::Batches { times: BatchTimes::Poisson { profile: Some(profile), .. }, .. } => pieces(profile, end),
        // What comes within minutes is asked of the hour after it.
        Arrivals::Burst { from, over, .. } if *over < SHORTEST => vec![*from],
        Arrivals::Burst { from, over, .. } => vec![*from, from.after(*over)],
        _ => Vec::new(),
    }
}

/// When the pieces of a profile begin.
fn pieces(profile: &Profile, end: SimTime) -> Vec<SimTime> {
    let of_stretch = |(stretch, until): (&crate::model::Stretch, SimTime)| {
        let (pattern, until) = (&stretch.pattern, until.min(end));
        let shown = (stretch.from.as_nanos() + stretch.phase.as_nanos()) % pattern.period.as_nanos();
        let first = move |start: SimDuration| {
            let ahead = (start.as_nanos() + pattern.period.as_nanos() - shown) % pattern.period.as_nanos();
            stretch.from.after(SimDuration::from_nanos(ahead))
        };
        let starts = pattern.pieces.iter().flat_map(move |piece| multiples(pattern.period, first(piece.start), until));
        starts.chain((stretch.from < end).then_some(stretch.from)).collect::<Vec<_>>()
    };
    profile.spans().flat_map(of_stretch).collect()
}

fn multiples(every: SimDuration, first: SimTime, end: SimTime) -> impl Iterator<Item = SimTime> {
    let next = move |time: &SimTime| Some(time.after(every)).filter(|next| *next < end);
    std::iter::successors(Some(first).filter(|first| *first < end), next)
}
