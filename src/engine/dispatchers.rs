//! A dispatcher at run time: its staging place, whether it is up, and how it moves jobs after an outage.

use std::collections::VecDeque;

use super::job::Job;
use crate::model::{self, OnReturn};
use crate::units::{Rate, SimDuration, SimTime};

#[derive(Clone, Debug)]
pub(super) struct Dispatcher<'m> {
    pub(super) spec: &'m model::Dispatcher,
    staged: VecDeque<Job>,
    /// How many outages and how many regular restarts hold.
    down: [u32; 2],
    /// How many of them somebody ended before their time, so that their end changes nothing.
    overtaken: [u32; 2],
    /// Since when it is down; of no meaning while it is up.
    down_since: SimTime,
    on_return: OnReturn,
    pace: Option<Pace>,
    /// Counts the times of pacing.
    paced: u32,
    wake_planned: bool,
}

/// What holds a dispatcher down. Those of a kind end in the order in which they begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cause {
    Outage,
    Restart,
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
        Self {
            spec,
            staged: VecDeque::new(),
            down: [0; 2],
            overtaken: [0; 2],
            down_since: SimTime::ZERO,
            on_return: spec.on_return,
            pace: None,
            paced: 0,
            wake_planned: false,
        }
    }

    /// Whether a job that is created now goes on at once.
    pub(super) fn passes(&self) -> bool {
        !self.is_down() && self.spec.interval.is_zero() && self.staged.is_empty()
    }

    pub(super) fn stage(&mut self, job: Job) {
        self.staged.push_back(job);
    }

    /// Takes the job that was staged first.
    pub(super) fn unstage(&mut self) -> Option<Job> {
        self.staged.pop_front()
    }

    fn is_down(&self) -> bool {
        self.down != [0; 2]
    }

    pub(super) fn fail(&mut self, now: SimTime, cause: Cause) {
        if !self.is_down() {
            self.down_since = now;
        }
        self.down[cause as usize] += 1;
        self.pace = None;
    }

    /// An outage or restart is over.
    pub(super) fn recover(&mut self, now: SimTime, cause: Cause) -> Recovery {
        let overtaken = &mut self.overtaken[cause as usize];
        if *overtaken > 0 {
            *overtaken -= 1;
            return Recovery::None;
        }
        self.down[cause as usize] -= 1;
        self.resume(now)
    }

    /// Somebody restarts it: whatever holds it down is over.
    pub(super) fn restart(&mut self, now: SimTime) -> Recovery {
        if !self.is_down() {
            return Recovery::None;
        }
        self.overtaken.iter_mut().zip(self.down).for_each(|(overtaken, down)| *overtaken += down);
        self.down = [0; 2];
        self.resume(now)
    }

    /// From its next return on it releases what is staged at this rate.
    pub(super) fn release_at(&mut self, rate: Rate) {
        self.on_return = OnReturn::Paced(rate);
    }

    /// Since when it shows no sign of life; `None` while it does.
    pub(super) fn silent_since(&self) -> Option<SimTime> {
        self.is_down().then_some(self.down_since)
    }

    fn resume(&mut self, now: SimTime) -> Recovery {
        if self.is_down() || self.staged.is_empty() {
            return Recovery::None;
        }
        match self.on_return {
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
        if interval == 0 || self.wake_planned || self.is_down() || self.pace.is_some() || self.staged.is_empty() {
            return None;
        }
        self.wake_planned = true;
        Some(SimTime::from_nanos((now.as_nanos() / interval).saturating_add(1).saturating_mul(interval)))
    }

    /// How many jobs a wake-up moves.
    pub(super) fn wake(&mut self) -> u64 {
        self.wake_planned = false;
        if self.is_down() || self.pace.is_some() {
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
