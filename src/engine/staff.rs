//! The workers of a pool whose number follows more than timed changes: who is wanted, who boots, who is up.

use std::collections::VecDeque;

use super::Absent;
use super::autoscale::{Controller, Reading};
use crate::model::{Capacity, Pool, ScaleMetric};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{SimDuration, SimTime};

/// What a timer of a pool is for, in the order in which those of one instant are served.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum StaffTimer {
    /// The worker with this number has booted.
    Booted(u64),
    /// The metric is read that a later decision sees.
    Measure,
    /// The autoscaler decides.
    Decide,
}

#[derive(Clone, Debug)]
pub(super) struct Staff<'m> {
    pub(super) spec: &'m Capacity,
    /// Workers that the pool should have and pays for.
    pub(super) wanted: u32,
    /// Numbers of the workers that boot, the last one requested last.
    booting: Vec<u64>,
    requested: u64,
    boot_stream: Stream,
    controller: Option<Controller>,
    /// Readings on their way to the autoscaler.
    readings: VecDeque<f64>,
    /// What was reported last of those that are paid for and not at work.
    pub(super) reported: Absent,
}

impl<'m> Staff<'m> {
    /// `None` for a pool whose number of workers follows timed changes alone.
    pub(super) fn new(pool: &'m Pool, seed: ReplicationSeed) -> Option<Box<Self>> {
        if pool.capacity == Capacity::default() {
            return None;
        }
        Some(Box::new(Self {
            spec: &pool.capacity,
            wanted: pool.size,
            booting: Vec::new(),
            requested: 0,
            boot_stream: seed.stream(&format!("pools.{}.boot", pool.name)),
            controller: pool.capacity.autoscale.as_ref().map(Controller::new),
            readings: VecDeque::new(),
            reported: Absent::default(),
        }))
    }

    /// Workers that are up and not told to leave.
    pub(super) fn up(&self) -> u32 {
        self.wanted - self.booting()
    }

    /// Workers that are paid for and boot.
    pub(super) fn booting(&self) -> u32 {
        self.booting.len() as u32
    }

    /// From now on the pool should have this many workers: those that boot go first, the last one requested before all.
    /// Returns the new ones with the time that each takes to boot.
    pub(super) fn want(&mut self, wanted: u32) -> Vec<(u64, SimDuration)> {
        let fewer = self.wanted.saturating_sub(wanted) as usize;
        self.booting.truncate(self.booting.len().saturating_sub(fewer));
        let more = wanted.saturating_sub(self.wanted);
        self.wanted = wanted;
        (0..more).filter_map(|_| self.request()).collect()
    }

    fn request(&mut self) -> Option<(u64, SimDuration)> {
        let boot = self.spec.autoscale.as_ref()?.boot.as_ref()?;
        let number = self.requested;
        self.requested += 1;
        self.booting.push(number);
        Some((number, SimDuration::from_secs_f64(boot.sample(&mut self.boot_stream))))
    }

    /// A worker has booted; `false` when it is not wanted any more.
    pub(super) fn finish_boot(&mut self, number: u64) -> bool {
        let place = self.booting.iter().position(|&booting| booting == number);
        place.map(|place| self.booting.remove(place)).is_some()
    }

    pub(super) fn metric(&self) -> Option<ScaleMetric> {
        self.spec.autoscale.as_ref().map(|autoscale| autoscale.metric)
    }

    /// Whether decisions see readings of earlier times.
    pub(super) fn lags(&self) -> bool {
        self.spec.autoscale.as_ref().is_some_and(|autoscale| !autoscale.lag.is_zero())
    }

    pub(super) fn note_reading(&mut self, metric: f64) {
        self.readings.push_back(metric);
    }

    /// The size that the autoscaler wants; `None` when it has no reading yet. Readings arrive in time: each is `lag` old.
    pub(super) fn decide(&mut self, now: SimTime, metric: Option<f64>) -> Option<u32> {
        let lag = self.spec.autoscale.as_ref()?.lag;
        let metric = match metric {
            Some(metric) => metric,
            None if now.as_nanos() < lag.as_nanos() => return None,
            None => self.readings.pop_front()?,
        };
        let reading = Reading { now, metric, current: self.wanted, ready: self.up() };
        Some(self.controller.as_mut()?.decide(&reading))
    }

    /// When it decides first, and when the reading is taken that the first decision with a reading sees.
    pub(super) fn first_times(&self) -> Option<(SimTime, Option<SimTime>)> {
        let autoscale = self.spec.autoscale.as_ref()?;
        let (interval, lag) = (autoscale.interval.as_nanos(), autoscale.lag.as_nanos());
        let measured = self.lags().then(|| SimTime::from_nanos(lag.div_ceil(interval).max(1) * interval - lag));
        Some((SimTime::from_nanos(interval), measured))
    }

    pub(super) fn interval(&self) -> SimDuration {
        self.spec.autoscale.as_ref().map_or(SimDuration::ZERO, |autoscale| autoscale.interval)
    }
}
