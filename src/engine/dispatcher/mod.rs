//! A dispatcher at run time: its staging place, what holds it down, and how it moves jobs.

pub(crate) mod staging;

use rand::RngExt;

use crate::engine::dispatcher::staging::Staging;
use crate::engine::job::Job;
use crate::model::{self, OnReturn, OutageKind};
use crate::random::{ReplicationSeed, Stream};
use crate::units::{Rate, SimDuration, SimTime, written_key};

#[derive(Clone, Debug)]
pub(crate) struct Dispatcher<'m> {
    pub(crate) spec: &'m model::Dispatcher,
    pub(crate) staged: Staging,
    holds: [Hold; 3],
    /// How the outage that holds looks from outside.
    outage: OutageKind,
    /// How many times less often it wakes or drips.
    slowness: f64,
    /// Whether two replicas are active, so that each job is moved twice.
    pub(crate) doubled: bool,
    replicas: Replicas,
    on_return: OnReturn,
    pace: Option<Pace>,
    /// Counts the times of pacing.
    paced: u32,
    wakes: Wakes,
    streams: Streams,
}

/// Who does its work.
#[derive(Clone, Debug)]
struct Replicas {
    /// Those under repair.
    broken: u32,
    /// Whether the active one has failed and no standby takes over, so that the first one repaired does.
    orphaned: bool,
    /// Whether the one that was restarted last hangs.
    hung: bool,
    /// Counts the restarts.
    restarts: u32,
    /// When the next restart is planned, before its jitter.
    restart_at: SimTime,
}

/// When it wakes up to move jobs.
#[derive(Clone, Debug)]
struct Wakes {
    /// Moves so many jobs in a second, where it has a rate.
    rate: Option<Rate>,
    /// The wake-up that is planned; those planned earlier are void.
    planned: Option<SimTime>,
    /// When it moved a job last, if it has a rate.
    moved_at: Option<SimTime>,
    /// Before this it has no right to move a job, if it has a rate.
    free_at: SimTime,
}

/// What is random about a dispatcher.
#[derive(Clone, Debug)]
struct Streams {
    jitter: Stream,
    restart_jitter: Stream,
    restart: Stream,
    hangs: Stream,
    failures: Stream,
    repairs: Stream,
}

/// What holds a dispatcher down. Those of a kind end in the order in which they begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    Outage,
    Restart,
    Failure,
}

/// One cause of being down.
#[derive(Clone, Copy, Debug, Default)]
struct Hold {
    /// How many of it hold.
    count: u32,
    /// How many of it somebody ended before their time, so that their end changes nothing.
    overtaken: u32,
    since: SimTime,
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
pub(crate) enum Recovery {
    /// It is still down for another reason, or has nothing to move.
    None,
    /// It moves all jobs at once.
    Move { newest_first: bool },
    /// It releases the first job now; the number names this time of pacing.
    Pace(u32),
    /// It goes on at its rate.
    Drip,
    /// It drops the jobs that are older than this, and moves the others.
    Expire(SimDuration),
}

impl<'m> Dispatcher<'m> {
    pub(crate) fn new(spec: &'m model::Dispatcher, staged: Staging, seed: ReplicationSeed) -> Self {
        let stream = |purpose: &str| seed.stream(&format!("dispatchers.{}.{purpose}", written_key(&spec.name)));
        Self {
            spec,
            staged,
            holds: [Hold::default(); 3],
            outage: OutageKind::Down,
            slowness: 1.0,
            doubled: false,
            replicas: Replicas {
                broken: 0,
                orphaned: false,
                hung: false,
                restarts: 0,
                restart_at: spec.restart.as_ref().map_or(SimTime::NEVER, |restart| restart.times.first()),
            },
            on_return: spec.on_return,
            pace: None,
            paced: 0,
            wakes: Wakes { rate: spec.rate, planned: None, moved_at: None, free_at: SimTime::ZERO },
            streams: Streams {
                jitter: stream("jitter"),
                restart_jitter: stream("restart.jitter"),
                restart: stream("restart"),
                hangs: stream("restart.hangs"),
                failures: stream("failures"),
                repairs: stream("repair"),
            },
        }
    }

    /// Whether a job that would be created now would go on at once.
    pub(crate) fn would_pass(&self, now: SimTime) -> bool {
        let passes = !self.is_down() && self.spec.interval.is_zero() && self.staged.is_empty() && self.pace.is_none();
        passes && (self.gap().is_none() || self.wakes.free_at <= now)
    }

    /// Whether a job that is created now goes on at once.
    pub(crate) fn passes(&mut self, now: SimTime) -> bool {
        let passes = !self.is_down() && self.spec.interval.is_zero() && self.staged.is_empty() && self.pace.is_none();
        match self.gap() {
            Some(gap) if passes => {
                let free = self.wakes.free_at <= now;
                if free {
                    (self.wakes.moved_at, self.wakes.free_at) = (Some(now), now.after(gap));
                }
                free
            }
            _ => passes,
        }
    }

    pub(crate) fn is_down(&self) -> bool {
        self.holds.iter().any(|hold| hold.count > 0)
    }

    pub(crate) fn fail(&mut self, now: SimTime, cause: Cause) {
        let hold = &mut self.holds[cause as usize];
        if hold.count == 0 {
            hold.since = now;
        }
        hold.count += 1;
        self.pace = None;
    }

    /// A planned outage begins.
    pub(crate) fn start_outage(&mut self, now: SimTime, kind: OutageKind) {
        match kind {
            OutageKind::Slow(factor) => self.slowness = factor,
            OutageKind::TwoActive => self.doubled = true,
            _ => {
                self.outage = kind;
                self.fail(now, Cause::Outage);
            }
        }
    }

    /// A planned outage ends.
    pub(crate) fn end_outage(&mut self, now: SimTime, kind: OutageKind) -> Recovery {
        match kind {
            OutageKind::Slow(_) => {
                self.slowness = 1.0;
                Recovery::None
            }
            OutageKind::TwoActive => {
                self.doubled = false;
                Recovery::None
            }
            _ => self.recover(now, Cause::Outage),
        }
    }

    /// When the next restart begins.
    pub(crate) fn plan_restart(&mut self) -> Option<SimTime> {
        let restart = self.spec.restart.as_ref()?;
        let begins = self.replicas.restart_at.after(draw_up_to(restart.jitter, &mut self.streams.restart_jitter));
        self.replicas.restart_at = restart.times.after(self.replicas.restart_at);
        Some(begins)
    }

    /// A regular restart begins: how long until it ends, unless it hangs. One that is still going on is begun anew.
    pub(crate) fn start_restart(&mut self, now: SimTime) -> Option<SimDuration> {
        let restart = self.spec.restart.as_ref()?;
        self.replicas.restarts += 1;
        if self.holds[Cause::Restart as usize].count == 0 {
            self.fail(now, Cause::Restart);
        }
        let takes = SimDuration::from_secs_f64(restart.takes.sample(&mut self.streams.restart));
        self.replicas.hung = false;
        let gap = self.failover();
        self.replicas.hung = self.streams.hangs.random::<f64>() < restart.hangs.as_f64();
        if self.replicas.hung { gap } else { Some(gap.map_or(takes, |gap| takes.min(gap))) }
    }

    /// Whether the replica that was restarted last hangs.
    pub(crate) fn is_hung(&self) -> bool {
        self.replicas.hung
    }

    /// Which restart it is, so that one that was begun anew does not end at its old time.
    pub(crate) fn restarts(&self) -> u32 {
        self.replicas.restarts
    }

    /// The end of a restart; nothing if it was begun anew since.
    pub(crate) fn end_restart(&mut self, now: SimTime, restart: u32) -> Recovery {
        let hold = &self.holds[Cause::Restart as usize];
        if restart != self.replicas.restarts || hold.count == 0 {
            return Recovery::None;
        }
        self.recover(now, Cause::Restart)
    }

    /// How long until the next failure.
    pub(crate) fn draw_failure(&mut self) -> Option<SimDuration> {
        let failures = self.spec.failures.as_ref()?;
        Some(SimDuration::from_secs_f64(failures.after.sample(&mut self.streams.failures)))
    }

    /// The active replica fails: when it is repaired, and when a standby takes over, if one is there. Without one it is down until
    /// the first replica is repaired.
    pub(crate) fn break_down(&mut self, now: SimTime) -> Option<(SimTime, Option<SimTime>)> {
        let gap = self.failover();
        self.fail(now, Cause::Failure);
        self.replicas.broken += 1;
        self.replicas.orphaned = gap.is_none();
        let failures = self.spec.failures.as_ref()?;
        let repair = SimDuration::from_secs_f64(failures.repair.sample(&mut self.streams.repairs));
        Some((now.after(repair), gap.map(|gap| now.after(gap.min(repair)))))
    }

    /// A replica is repaired: whether it takes over.
    pub(crate) fn mend(&mut self) -> bool {
        self.replicas.broken -= 1;
        std::mem::take(&mut self.replicas.orphaned)
    }

    /// How long it takes until a standby takes over from the active replica; `None`: none is there.
    fn failover(&self) -> Option<SimDuration> {
        match self.spec.replicas {
            None => self.spec.failover,
            Some(replicas) if self.replicas.broken + u32::from(self.replicas.hung) + 1 < replicas => {
                Some(self.spec.failover.unwrap_or(SimDuration::ZERO))
            }
            Some(_) => None,
        }
    }

    /// What held it down is over.
    pub(crate) fn recover(&mut self, now: SimTime, cause: Cause) -> Recovery {
        let hold = &mut self.holds[cause as usize];
        if hold.overtaken > 0 {
            hold.overtaken -= 1;
            return Recovery::None;
        }
        hold.count -= 1;
        self.resume(now)
    }

    /// Somebody restarts it: whatever holds it down is over.
    pub(crate) fn restart(&mut self, now: SimTime) -> Recovery {
        if !self.is_down() {
            return Recovery::None;
        }
        for hold in &mut self.holds {
            hold.overtaken += hold.count;
            hold.count = 0;
        }
        self.replicas.hung = false;
        // A regular restart ends by its number, which no longer holds.
        self.holds[Cause::Restart as usize].overtaken = 0;
        self.resume(now)
    }

    /// From its next return on it releases what is staged at this rate.
    pub(crate) fn release_at(&mut self, rate: Rate) {
        self.on_return = OnReturn::Paced(rate);
    }

    /// Since when it shows no sign of life; `None` while it does.
    pub(crate) fn silent_since(&self, now: SimTime) -> Option<SimTime> {
        let [outage, others @ ..] = &self.holds;
        let silent = others.iter().filter(|hold| hold.count > 0).map(|hold| hold.since).min();
        let in_outage = (outage.count > 0).then(|| self.silent_in_outage(outage.since, now)).flatten();
        silent.into_iter().chain(in_outage).min()
    }

    fn silent_in_outage(&self, since: SimTime, now: SimTime) -> Option<SimTime> {
        match self.outage {
            OutageKind::Down => Some(since),
            OutageKind::CrashLoop { up, down } => {
                let cycle = up.as_nanos() + down.as_nanos();
                let within = now.since(since).as_nanos() % cycle;
                (within >= up.as_nanos()).then(|| SimTime::from_nanos(now.as_nanos() - within + up.as_nanos()))
            }
            OutageKind::Idle | OutageKind::Slow(_) | OutageKind::TwoActive => None,
        }
    }

    fn resume(&mut self, now: SimTime) -> Recovery {
        if self.is_down() || self.staged.is_empty() {
            return Recovery::None;
        }
        match self.on_return {
            OnReturn::Flood if self.spec.rate.is_some() => Recovery::Drip,
            OnReturn::Flood => Recovery::Move { newest_first: false },
            OnReturn::Expire(age) => Recovery::Expire(age),
            OnReturn::NewestFirst => Recovery::Move { newest_first: true },
            OnReturn::Paced(rate) => {
                self.paced += 1;
                self.pace = Some(Pace { since: now, rate, released: 0 });
                Recovery::Pace(self.paced)
            }
        }
    }

    /// The time between two jobs of a dispatcher with a rate.
    fn gap(&self) -> Option<SimDuration> {
        self.wakes.rate.map(|rate| SimDuration::from_secs_f64(self.slowness / rate.as_per_second()))
    }

    /// The next wake-up, if one is needed that is not planned already: the next multiple of the interval after `now`, or when
    /// a dispatcher with a rate may move a job.
    pub(crate) fn plan_wake(&mut self, now: SimTime) -> Option<SimTime> {
        let has_wakes = !self.spec.interval.is_zero() || self.spec.rate.is_some();
        if !has_wakes || self.wakes.planned.is_some() || self.is_down() || self.pace.is_some() || self.staged.is_empty()
        {
            return None;
        }
        self.wakes.planned =
            Some(if self.wakes.rate.is_some() { self.wakes.free_at.max(now) } else { self.next_multiple(now) });
        self.wakes.planned
    }

    /// From now on it moves at this rate, or at its own: whether a planned wake-up became void.
    pub(crate) fn set_pace(&mut self, rate: Option<Rate>) -> bool {
        let rate = rate.or(self.spec.rate);
        if self.wakes.rate == rate {
            return false;
        }
        self.wakes.rate = rate;
        if let Some((moved_at, gap)) = self.wakes.moved_at.zip(self.gap()) {
            self.wakes.free_at = moved_at.after(gap);
        }
        self.wakes.planned.take().is_some()
    }

    fn next_multiple(&mut self, now: SimTime) -> SimTime {
        let interval = (self.spec.interval.as_nanos() as f64 * self.slowness) as u64;
        let planned = SimTime::from_nanos((now.as_nanos() / interval).saturating_add(1).saturating_mul(interval));
        planned.after(draw_up_to(self.spec.jitter, &mut self.streams.jitter))
    }

    /// How many jobs a wake-up moves; none while it is down or releases at a pace.
    pub(crate) fn wake(&mut self, now: SimTime) -> u64 {
        if self.wakes.planned != Some(now) {
            return 0;
        }
        self.wakes.planned = None;
        if self.is_down() || self.pace.is_some() {
            return 0;
        }
        if let Some(gap) = self.gap() {
            (self.wakes.moved_at, self.wakes.free_at) = (Some(now), now.after(gap));
            return 1;
        }
        self.spec.batch.unwrap_or(u64::MAX).min(self.staged.len())
    }

    /// Whether a wake-up that has moved a batch goes on with another.
    pub(crate) fn goes_on(&self) -> bool {
        self.spec.until_empty && !self.staged.is_empty()
    }

    /// Whether the release of this time of pacing is still wanted.
    pub(crate) fn paces(&self, paced: u32) -> bool {
        self.pace.is_some() && self.paced == paced
    }

    /// When the next job is released after one was; `None`: none is staged, pacing is over.
    pub(crate) fn plan_release(&mut self) -> Option<SimTime> {
        let pace = self.pace.as_mut()?;
        pace.released += 1;
        if self.staged.is_empty() {
            self.pace = None;
            return None;
        }
        Some(pace.since.after(SimDuration::from_secs_f64(pace.released as f64 / pace.rate.as_per_second())))
    }

    pub(crate) fn depth(&self) -> u64 {
        self.staged.len()
    }

    pub(crate) fn oldest(&self) -> Option<SimTime> {
        self.staged.oldest()
    }

    /// All staged jobs.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Job> + '_ {
        self.staged.iter()
    }
}

/// Nothing is drawn where there is nothing to draw.
pub(crate) fn draw_up_to(most: SimDuration, stream: &mut Stream) -> SimDuration {
    if most.is_zero() {
        return most;
    }
    SimDuration::from_secs_f64(stream.random::<f64>() * most.as_secs_f64())
}
