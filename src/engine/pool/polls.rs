//! Idle workers that look for jobs now and then instead of being told of them. Nothing here runs in other worlds.
//!
//! A worker that finishes a job looks for the next one at once. A look in vain is followed by another one `poll` later, and so on until
//! the worker takes a job: so do `Resque::Worker#work` (Resque 2.6), `Delayed::Worker#start` (delayed_job 4.1) and
//! `SolidQueue::Worker#poll` (Solid Queue 1.1) with one thread, whose poller is woken when that is idle. The workers that are there when the run starts look for the first
//! time at instants of their own, uniform over `poll`; one that comes later looks at once. As nothing depends on looks in vain, looks
//! are only timed while jobs wait.

use rand::RngExt;

use crate::random::Stream;
use crate::units::{SimDuration, SimTime};

/// When the idle workers of a pool look for jobs.
#[derive(Clone, Debug)]
pub(crate) struct Polls {
    every: SimDuration,
    stream: Stream,
    /// A look of each idle worker, the next one or one in vain some multiple of `every` before it.
    looks: Vec<SimTime>,
    /// The look that is timed.
    planned: Option<SimTime>,
}

impl Polls {
    pub(crate) fn new(every: SimDuration, stream: Stream) -> Self {
        Self { every, stream, looks: Vec::new(), planned: None }
    }

    /// The pool has so many idle workers: those that are new look now, or some time after the start of the run.
    pub(crate) fn settle(&mut self, now: SimTime, idle: u32) {
        self.looks.truncate(idle as usize);
        while self.looks.len() < idle as usize {
            let look = if now == SimTime::ZERO { self.draw_first() } else { now };
            self.looks.push(look);
        }
    }

    fn draw_first(&mut self) -> SimTime {
        SimTime::from_nanos((self.stream.random::<f64>() * self.every.as_nanos() as f64) as u64 + 1)
    }

    /// When one of the idle workers looks next, if that is to be timed.
    pub(crate) fn plan(&mut self, now: SimTime) -> Option<SimTime> {
        let every = self.every.as_nanos();
        for look in self.looks.iter_mut().filter(|look| **look < now) {
            let passed = now.since(*look).as_nanos().div_ceil(every);
            *look = SimTime::from_nanos(look.as_nanos() + passed * every);
        }
        let next = self.looks.iter().copied().min()?;
        let is_new = self.planned.is_none_or(|planned| planned < now || next < planned);
        is_new.then(|| *self.planned.insert(next))
    }

    /// Takes out the looks of now, if they were timed, and says how many they are.
    pub(crate) fn take_due(&mut self, now: SimTime) -> usize {
        if self.planned.take_if(|planned| *planned == now).is_none() {
            return 0;
        }
        let before = self.looks.len();
        self.looks.retain(|look| *look != now);
        before - self.looks.len()
    }

    /// So many workers looked in vain and look again.
    pub(crate) fn put_back(&mut self, now: SimTime, workers: usize) {
        self.looks.extend(std::iter::repeat_n(now.after(self.every), workers));
    }
}
