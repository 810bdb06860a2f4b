//! A dispatcher at run time: its staging place, whether it is up, and how it moves jobs after an outage.

use std::collections::VecDeque;

use super::job::{Job, Sequence};
use crate::model::{self, OnReturn};
use crate::units::{Rate, SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(super) struct Dispatcher<'m> {
    pub(super) spec: &'m model::Dispatcher,
    staged: VecDeque<Job>,
    /// How many outages and restarts hold.
    down: u32,
    pace: Option<Pace>,
    /// Counts the times of pacing.
    paced: u32,
    wake_planned: bool,
}

/// Releasing at a rate: job i (from 0) at `since + i / rate`.
#[derive(Clone, Copy, Debug)]
struct Pace {
    since: SimTime,
    rate: Rate,
    released: u64,
}

/// What a dispatcher does when it comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Recovery {
    /// It is still down for another reason, or has nothing to move.
    None,
    /// It moves all jobs at once.
    Move { newest_first: bool },
    /// It releases the first job now; the number names this time of pacing.
    Pace(u32),
}

impl<'m> Dispatcher<'m> {
    pub(super) fn new(spec: &'m model::Dispatcher) -> Self {
        Self { spec, staged: VecDeque::new(), down: 0, pace: None, paced: 0, wake_planned: false }
    }

    /// Whether a job that is created now goes on at once.
    pub(super) fn passes(&self) -> bool {
        self.down == 0 && self.spec.interval.is_zero() && self.staged.is_empty()
    }

    pub(super) fn stage(&mut self, job: Job) {
        self.staged.push_back(job);
    }

    /// Takes the job that was staged first.
    pub(super) fn unstage(&mut self) -> Option<Job> {
        self.staged.pop_front()
    }

    /// Takes out the job of this sequence, by which the staged jobs are ordered where jobs can be taken out.
    pub(super) fn remove(&mut self, sequence: Sequence) {
        let place = self.staged.binary_search_by(|job| job.sequence.compare(sequence));
        self.staged.remove(place.expect("a job that is staged is found"));
    }

    pub(super) fn fail(&mut self) {
        self.down += 1;
        self.pace = None;
    }

    pub(super) fn recover(&mut self, now: SimTime) -> Recovery {
        self.down -= 1;
        if self.down > 0 || self.staged.is_empty() {
            return Recovery::None;
        }
        match self.spec.on_return {
            OnReturn::Flood => Recovery::Move { newest_first: false },
            OnReturn::NewestFirst => Recovery::Move { newest_first: true },
            OnReturn::Paced(rate) => {
                self.paced += 1;
                self.pace = Some(Pace { since: now, rate, released: 0 });
                Recovery::Pace(self.paced)
            }
        }
    }

    /// The next wake-up, if one is needed that is not planned already: the next multiple of the interval after `now`.
    pub(super) fn plan_wake(&mut self, now: SimTime) -> Option<SimTime> {
        let interval = self.spec.interval.as_nanos();
        if interval == 0 || self.wake_planned || self.down > 0 || self.pace.is_some() || self.staged.is_empty() {
            return None;
        }
        self.wake_planned = true;
        Some(SimTime::from_nanos((now.as_nanos() / interval).saturating_add(1).saturating_mul(interval)))
    }

    /// How many jobs a wake-up moves.
    pub(super) fn wake(&mut self) -> u64 {
        self.wake_planned = false;
        if self.down > 0 || self.pace.is_some() {
            return 0;
        }
        self.spec.batch.unwrap_or(u64::MAX).min(self.staged.len() as u64)
    }

    /// Whether the release of this time of pacing is still wanted.
    pub(super) fn paces(&self, paced: u32) -> bool {
        self.pace.is_some() && self.paced == paced
    }

    /// When the next job is released after one was; `None`: none is staged, pacing is over.
    pub(super) fn plan_release(&mut self) -> Option<SimTime> {
        let pace = self.pace.as_mut()?;
        pace.released += 1;
        if self.staged.is_empty() {
            self.pace = None;
            return None;
        }
        Some(pace.since.after(SimDuration::from_secs_f64(pace.released as f64 / pace.rate.as_per_second())))
    }

    pub(super) fn depth(&self) -> u64 {
        self.staged.len() as u64
    }

    pub(super) fn oldest(&self) -> Option<SimTime> {
        self.staged.front().map(|job| job.created)
    }

    /// All staged jobs, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Job> + '_ {
        self.staged.iter().copied()
    }
}
