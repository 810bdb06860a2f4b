//! The workers of a pool whose number follows more than timed changes: who is wanted, who boots, who is up.

use crate::engine::calendar::timers::{Beat, StaffTimer};
use crate::engine::observer::UnavailableWorkers;
use crate::engine::pool::autoscale::Controller;
use crate::engine::pool::autoscale::pulse::{Load, Pulse};
use crate::engine::pool::autoscale::reading::Reading;
use crate::engine::pool::polls::Polls;
use crate::engine::pool::rolling::Rolling;
use crate::engine::pool::roster::Roster;
use crate::model::{Autoscale, Capacity, Choose, Failures, Pool, ScaleIn, ScaleMetric, ScaleRule, Take};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{SimDuration, SimTime, written_key};

#[derive(Clone, Debug)]
pub(crate) struct Staff<'m> {
    pub(crate) spec: &'m Capacity,
    pub(crate) take: &'m Take,
    /// Workers that the pool should have and pays for.
    pub(crate) wanted: u32,
    boots: Boots,
    controller: Option<Controller>,
    /// When the autoscaler looks.
    pulses: Vec<(Beat, Pulse)>,
    /// What its workers have done; `None`: nobody asks.
    pub(crate) load: Option<Load>,
    breakdowns: Breakdowns,
    /// Workers that were told to leave: until when they may finish their job, and how many they are.
    leaving: Vec<(SimTime, u32)>,
    pub(crate) polls: Option<Polls>,
    /// Its workers; `None`: idle ones leave first.
    pub(crate) roster: Option<Roster>,
    pub(crate) rolling: Option<Rolling<'m>>,
    /// What was reported last of those that are paid for and not at work.
    pub(crate) reported: UnavailableWorkers,
}

/// Workers that boot.
#[derive(Clone, Debug)]
struct Boots {
    /// Their numbers, the last one requested last.
    booting: Vec<u64>,
    requested: u64,
    stream: Stream,
}

/// What is down.
#[derive(Clone, Debug)]
struct Breakdowns {
    /// How many outages and breakdowns of the whole pool hold.
    out: u32,
    /// Workers that are broken.
    broken: u32,
    pool: Clock,
    workers: Vec<Clock>,
}

impl<'m> Staff<'m> {
    /// `None` for a pool whose number of workers follows timed changes alone.
    pub(crate) fn new(pool: &'m Pool, seed: ReplicationSeed) -> Option<Box<Self>> {
        if pool.capacity == Capacity::default() {
            return None;
        }
        Some(Box::new(Self {
            spec: &pool.capacity,
            wanted: pool.size,
            boots: Boots {
                booting: Vec::new(),
                requested: 0,
                stream: seed.stream(&format!("pools.{}.boot", written_key(&pool.name))),
            },
            controller: pool.capacity.autoscale.as_ref().map(Controller::new),
            pulses: pool.capacity.autoscale.as_ref().map(pulses).unwrap_or_default(),
            load: pool.capacity.measures_load().then(Load::default),
            take: &pool.take,
            breakdowns: Breakdowns {
                out: 0,
                broken: 0,
                pool: Clock::new(&written_key(&pool.name), seed),
                workers: worker_clocks(pool, seed),
            },
            leaving: Vec::new(),
            polls: pool
                .capacity
                .poll
                .map(|every| Polls::new(every, seed.stream(&format!("pools.{}.poll", written_key(&pool.name))))),
            roster: roster(pool, seed),
            rolling: rolling(pool, seed),
            reported: UnavailableWorkers::default(),
        }))
    }

    /// Workers that are up and not told to leave.
    pub(crate) fn up(&self) -> u32 {
        if self.breakdowns.out > 0 {
            0
        } else {
            self.wanted.saturating_sub(self.booting() + self.breakdowns.broken + self.away())
        }
    }

    /// Workers that are paid for and not there.
    pub(crate) fn absent(&self) -> UnavailableWorkers {
        let booting = self.booting();
        let there = self.wanted - booting;
        UnavailableWorkers {
            booting,
            down: if self.breakdowns.out > 0 { there } else { there.min(self.breakdowns.broken + self.away()) },
        }
    }

    /// Workers that are down to be restarted.
    fn away(&self) -> u32 {
        self.rolling.as_ref().map_or(0, |rolling| rolling.away)
    }

    /// The whole pool goes down for some reason.
    pub(crate) fn go_down(&mut self) {
        self.breakdowns.out += 1;
        self.rolling.iter_mut().for_each(Rolling::abandon);
    }

    /// A reason for which the whole pool was down is over.
    pub(crate) fn come_up(&mut self) {
        self.breakdowns.out -= 1;
    }

    pub(crate) fn is_out(&self) -> bool {
        self.breakdowns.out > 0
    }

    /// Whether it is the only one that is broken.
    pub(crate) fn break_worker(&mut self) -> bool {
        self.breakdowns.broken += 1;
        self.breakdowns.broken == 1
    }

    /// Whether none is broken any more.
    pub(crate) fn repair_worker(&mut self) -> bool {
        self.breakdowns.broken -= 1;
        self.breakdowns.broken == 0
    }

    /// Workers beyond the size were `before` and are `surplus` now. Returns when those that are new among them are killed.
    pub(crate) fn tell_to_leave(&mut self, now: SimTime, before: u32, surplus: u32) -> Option<SimTime> {
        let ScaleIn::KillAfter(grace) = self.spec.scale_in else { return None };
        let told: u32 = self.leaving.iter().map(|&(_, workers)| workers).sum();
        let new = surplus.saturating_sub(told.min(before));
        if new == 0 {
            return None;
        }
        let deadline = now.after(grace);
        self.leaving.push((deadline, new));
        Some(deadline)
    }

    /// How many of the workers beyond the size are killed now: all but those that have more time.
    pub(crate) fn overdue(&mut self, now: SimTime, surplus: u32) -> u32 {
        self.leaving.retain(|(deadline, _)| *deadline > now);
        let later: u32 = self.leaving.iter().map(|&(_, workers)| workers).sum();
        surplus.saturating_sub(later)
    }

    /// When the whole pool, or a worker, breaks down next.
    pub(crate) fn next_failure(&mut self, worker: Option<u32>) -> Option<SimDuration> {
        let failures = self.failures_of(worker)?;
        Some(SimDuration::from_secs_f64(failures.after.sample(&mut self.clock(worker).failure)))
    }

    /// How long it is down then.
    pub(crate) fn next_repair(&mut self, worker: Option<u32>) -> Option<SimDuration> {
        let failures = self.failures_of(worker)?;
        Some(SimDuration::from_secs_f64(failures.repair.sample(&mut self.clock(worker).repair)))
    }

    fn failures_of(&self, worker: Option<u32>) -> Option<&'m Failures> {
        if worker.is_some() { self.spec.failures.as_ref() } else { self.spec.pool_failures.as_ref() }
    }

    fn clock(&mut self, worker: Option<u32>) -> &mut Clock {
        match worker {
            Some(worker) => &mut self.breakdowns.workers[worker as usize],
            None => &mut self.breakdowns.pool,
        }
    }

    /// Workers that are paid for and boot.
    pub(crate) fn booting(&self) -> u32 {
        self.boots.booting.len() as u32
    }

    /// From now on the pool should have this many workers: those that boot go first, the last one requested before all.
    /// Returns the new ones with the time that each takes to boot.
    pub(crate) fn want(&mut self, wanted: u32) -> Vec<(u64, SimDuration)> {
        let fewer = self.wanted.saturating_sub(wanted) as usize;
        self.boots.booting.truncate(self.boots.booting.len().saturating_sub(fewer));
        let more = wanted.saturating_sub(self.wanted);
        self.wanted = wanted;
        (0..more).filter_map(|_| self.request()).collect()
    }

    fn request(&mut self) -> Option<(u64, SimDuration)> {
        let boot = self.spec.autoscale.as_ref()?.boot.as_ref()?;
        let number = self.boots.requested;
        self.boots.requested += 1;
        self.boots.booting.push(number);
        Some((number, SimDuration::from_secs_f64(boot.sample(&mut self.boots.stream))))
    }

    /// A worker has booted; `false` when it is not wanted any more.
    pub(crate) fn finish_boot(&mut self, number: u64) -> bool {
        let place = self.boots.booting.iter().position(|&booting| booting == number);
        place.map(|place| self.boots.booting.remove(place)).is_some()
    }

    pub(crate) fn metric(&self) -> Option<ScaleMetric> {
        self.spec.autoscale.as_ref().map(|autoscale| autoscale.metric)
    }

    /// When its autoscaler looks.
    pub(crate) fn pulse(&mut self, beat: Beat) -> Option<&mut Pulse> {
        self.pulses.iter_mut().find(|(of, _)| *of == beat).map(|(_, pulse)| pulse)
    }

    /// The size that the autoscaler wants when it sees this; `None` when it sees nothing yet.
    pub(crate) fn decide(&mut self, beat: Beat, (now, metric): (SimTime, Option<f64>)) -> Option<u32> {
        let pulse = self.pulse(beat)?;
        let metric = if pulse.lags() { pulse.seen(now)? } else { metric? };
        let reading = Reading { now, metric, current: self.wanted, ready: self.up() };
        let controller = self.controller.as_mut()?;
        Some(if beat == Beat::Activation { controller.activate(&reading) } else { controller.decide(&reading) })
    }

    /// All timers that are known at the start.
    pub(crate) fn first_timers(&mut self) -> Vec<(SimTime, StaffTimer)> {
        let mut timers: Vec<_> = self.pulses.iter().flat_map(|(_, pulse)| pulse.first_timers()).collect();
        for outage in &self.spec.outages {
            timers.extend([(outage.from, StaffTimer::OutageStarts), (outage.to, StaffTimer::OutageEnds)]);
        }
        let restart = self.rolling.as_ref().and_then(Rolling::times);
        timers.extend(restart.map(|times| (times.first(), StaffTimer::RestartBegins)));
        timers.extend(self.spec.calendar.as_ref().map(|it| (it.next_change(SimTime::ZERO), StaffTimer::Calendar)));
        timers.extend(self.next_failure(None).map(|time| (SimTime::ZERO.after(time), StaffTimer::PoolFails)));
        for worker in 0..self.breakdowns.workers.len() as u32 {
            let failure = self.next_failure(Some(worker));
            timers.extend(failure.map(|time| (SimTime::ZERO.after(time), StaffTimer::WorkerFails(worker))));
        }
        timers
    }
}

/// The draws of the breakdowns of a worker or of a pool.
#[derive(Clone, Debug)]
struct Clock {
    failure: Stream,
    repair: Stream,
}

impl Clock {
    /// `of`: the pool as in a path, with what is meant of it.
    fn new(of: &str, seed: ReplicationSeed) -> Self {
        let stream = |purpose| seed.stream(&format!("pools.{of}.{purpose}"));
        Self { failure: stream("failure"), repair: stream("repair") }
    }
}

/// KEDA looks for itself whether there is anything to do.
fn pulses(autoscale: &Autoscale) -> Vec<(Beat, Pulse)> {
    let window = if let ScaleMetric::Utilisation(window) = autoscale.metric { Some(window) } else { None };
    let pulse = |beat, every| (beat, Pulse::new(beat, (every, autoscale.lag), window));
    let activation = if let ScaleRule::Keda(keda) = &autoscale.rule { Some(keda.polling) } else { None };
    let activation = activation.map(|every| pulse(Beat::Activation, every));
    activation.into_iter().chain([pulse(Beat::Decision, autoscale.interval)]).collect()
}

fn roster(pool: &Pool, seed: ReplicationSeed) -> Option<Roster> {
    let choose = pool.capacity.choose;
    let stream = seed.stream(&format!("pools.{}.scale_in", written_key(&pool.name)));
    (choose != Choose::IdleFirst).then(|| Roster::new(choose, stream, pool.size))
}

fn rolling(pool: &Pool, seed: ReplicationSeed) -> Option<Rolling<'_>> {
    let takes = seed.stream(&format!("pools.{}.restart", written_key(&pool.name)));
    pool.capacity.restart.as_ref().map(|spec| Rolling::new(spec, takes))
}

fn worker_clocks(pool: &Pool, seed: ReplicationSeed) -> Vec<Clock> {
    let workers = if pool.capacity.failures.is_some() { pool.size } else { 0 };
    let pool = written_key(&pool.name);
    (0..workers).map(|worker| Clock::new(&format!("{pool}.worker.{worker}"), seed)).collect()
}
