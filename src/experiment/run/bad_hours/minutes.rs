//! How far the waits of the jobs created in each minute are beyond what objectives allow.

use crate::engine::{Created, JobTimes, Leaving, Left, Observer, Place, Start, Unfinished};
use crate::model::{ClassId, Objective, Scope};
use crate::units::{SimDuration, SimTime};

/// The shortest time that is told apart.
pub(super) const MINUTE: SimDuration = SimDuration::from_secs(60);

/// The waits that an objective bounds.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// `None`: of all classes.
    class: Option<ClassId>,
    bound_s: f64,
    /// A wait as long as the bound is within it.
    reaches: bool,
    /// The share of jobs that may be beyond the bound; `None`: the mean is bounded.
    allowed: Option<f64>,
}

impl Watch {
    /// `None` where it is not about the jobs of a class or of all.
    pub(in crate::experiment) fn of(
        objective: &Objective,
        (bound_s, reaches): (f64, bool),
        allowed: Option<f64>,
    ) -> Option<Self> {
        let class = match objective.scope {
            Scope::All => None,
            Scope::Class(class) => Some(class),
            _ => return None,
        };
        Some(Self { class, bound_s, reaches, allowed })
    }

    /// How far a job is beyond what is allowed; positive on the wrong side. `None` as a wait: it never starts.
    fn score(&self, wait: Option<SimDuration>) -> f64 {
        let seconds = wait.map(SimDuration::as_secs_f64);
        match self.allowed {
            Some(allowed) => {
                let within = |wait: f64| wait < self.bound_s || (self.reaches && wait == self.bound_s);
                f64::from(u8::from(!seconds.is_some_and(within))) - allowed
            }
            // The mean is over those that start.
            None => seconds.map_or(0.0, |wait| wait - self.bound_s),
        }
    }
}

/// Adds up the scores of the jobs created in each minute, or longer time.
#[derive(Clone, Debug)]
pub(super) struct Minutes {
    watches: Vec<(Watch, Vec<f64>)>,
    width: SimDuration,
    horizon: SimTime,
}

impl Minutes {
    pub(in crate::experiment) fn new(watches: Vec<Watch>, width: SimDuration, horizon: SimDuration) -> Self {
        let bins = horizon.as_nanos().div_ceil(width.as_nanos()) as usize;
        let watches = watches.into_iter().map(|watch| (watch, vec![0.0; bins])).collect();
        Self { watches, width, horizon: SimTime::ZERO.after(horizon) }
    }

    /// The sums over the replications of the scores by one watch.
    pub(in crate::experiment) fn pool(all: &[Self], watch: usize) -> Vec<f64> {
        let bins = all.first().map_or(0, |minutes| minutes.watches[watch].1.len());
        (0..bins).map(|bin| all.iter().map(|minutes| minutes.watches[watch].1[bin]).sum()).collect()
    }

    fn count(&mut self, class: ClassId, created: SimTime, wait: Option<SimDuration>) {
        let bin = (created.as_nanos() / self.width.as_nanos()) as usize;
        for (watch, scores) in self.watches.iter_mut().filter(|(watch, _)| watch.class.is_none_or(|own| own == class)) {
            if let Some(score) = scores.get_mut(bin) {
                *score += watch.score(wait);
            }
        }
    }
}

impl Observer for Minutes {
    fn takes_batches(&self) -> bool {
        true
    }

    /// Those that start later are told of when the run is over.
    fn served_batch(&mut self, class: ClassId, jobs: &[JobTimes]) {
        let horizon = self.horizon;
        for job in jobs.iter().filter(|job| job.start < horizon) {
            self.count(class, job.created, Some(job.start.since(job.created)));
        }
    }

    fn started(&mut self, now: SimTime, job: Start) {
        self.count(job.class, job.created, Some(now.since(job.created)));
    }

    fn left(&mut self, _now: SimTime, job: Left) {
        if !job.attempted {
            self.count(job.class, job.created, None);
        }
    }

    fn turned_away(&mut self, now: SimTime, job: Created, reason: Leaving) {
        // A tick that a dispatcher missed made no job.
        if reason != Leaving::Missed {
            self.count(job.class, now, None);
        }
    }

    /// A job that still waits has waited for its age at least.
    fn unfinished(&mut self, now: SimTime, job: Unfinished) {
        if matches!(job.place, Place::Staged(_) | Place::Ready { .. }) {
            self.count(job.class, job.created, Some(now.since(job.created)));
        }
    }
}
