//! When an autoscaler looks, and what it sees then: its metric as it was a lag before, and of utilisation the average over a window.

use std::collections::VecDeque;

use crate::engine::calendar::timers::{Beat, StaffTimer};
use crate::units::{SimDuration, SimTime};

/// Regular looks, the first one interval after the start.
#[derive(Clone, Debug)]
pub(crate) struct Pulse {
    beat: Beat,
    every: SimDuration,
    lag: SimDuration,
    /// What utilisation is averaged over.
    window: Option<SimDuration>,
    /// Readings that are not seen yet.
    readings: VecDeque<f64>,
    /// The loads at the beginnings of the windows that are open.
    opened: VecDeque<Load>,
}

/// What the workers of a pool have done since the start, in worker-nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Load {
    busy: u128,
    there: u128,
}

impl Load {
    /// So many of the workers were busy for some time.
    #[inline]
    pub(crate) fn add(&mut self, time: SimDuration, busy: u32, there: u32) {
        self.busy += u128::from(time.as_nanos()) * u128::from(busy);
        self.there += u128::from(time.as_nanos()) * u128::from(there);
    }

    /// Busy worker time as a share of all since another one; zero without workers.
    fn share_since(&self, earlier: Self) -> f64 {
        let there = self.there - earlier.there;
        if there == 0 { 0.0 } else { (self.busy - earlier.busy) as f64 / there as f64 }
    }
}

impl Pulse {
    pub(crate) fn new(beat: Beat, (every, lag): (SimDuration, SimDuration), window: Option<SimDuration>) -> Self {
        Self { beat, every, lag, window, readings: VecDeque::new(), opened: VecDeque::new() }
    }

    pub(crate) fn every(&self) -> SimDuration {
        self.every
    }

    /// Whether it sees readings of earlier times.
    pub(crate) fn lags(&self) -> bool {
        !self.lag.is_zero()
    }

    /// Its timers that are known at the start.
    pub(crate) fn first_timers(&self) -> Vec<(SimTime, StaffTimer)> {
        let look = match self.beat {
            Beat::Activation => StaffTimer::Activate,
            Beat::Decision => StaffTimer::Decide,
        };
        let mut timers = vec![(SimTime::ZERO.after(self.every), look)];
        if self.lags() {
            timers.push((self.first_reading(), StaffTimer::Measure(self.beat)));
        }
        timers.extend(self.first_opening().map(|time| (time, StaffTimer::WindowOpens(self.beat))));
        timers
    }

    fn first_reading(&self) -> SimTime {
        let (every, lag) = (self.every.as_nanos(), self.lag.as_nanos());
        SimTime::from_nanos(lag.div_ceil(every).max(1) * every - lag)
    }

    /// When the first window opens that does not begin at the start.
    fn first_opening(&self) -> Option<SimTime> {
        let (window, first, every) = (self.window?.as_nanos(), self.first_reading().as_nanos(), self.every.as_nanos());
        let before = if first > window { 0 } else { (window - first) / every + 1 };
        Some(SimTime::from_nanos(first + before * every - window))
    }

    pub(crate) fn open_window(&mut self, load: Load) {
        self.opened.push_back(load);
    }

    /// Utilisation over the window that ends now.
    pub(crate) fn close_window(&mut self, now: SimTime, load: Load) -> f64 {
        let is_first = self.window.is_none_or(|window| now.as_nanos() <= window.as_nanos());
        let opened = if is_first { None } else { self.opened.pop_front() };
        load.share_since(opened.unwrap_or_default())
    }

    pub(crate) fn note_reading(&mut self, metric: f64) {
        self.readings.push_back(metric);
    }

    /// The reading that is seen now; `None`: there is none yet. Readings arrive in time: each is `lag` old.
    pub(crate) fn seen(&mut self, now: SimTime) -> Option<f64> {
        if now.as_nanos() < self.lag.as_nanos() { None } else { self.readings.pop_front() }
    }
}
