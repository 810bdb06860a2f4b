//! An account of every job and every place, kept from the reports of a run, in which nothing may get lost.

use std::collections::BTreeMap;

use tailback::engine::{
    Completion, Created, Disposition, Failed, Fetched, Interruption, Leaving, Left, Observer, Place, Ready, Start,
    SystemView, Unfinished,
};
use tailback::model::{ClassId, DispatcherId, Effect, Interrupted, ModelParts, Over, PoolId, QueueId, Reserve, Until};
use tailback::units::{SimDuration, SimTime};

use crate::support::lasting;

/// What tells jobs apart, but for those of one instant.
type Name = (ClassId, u16, SimTime);

#[derive(Clone, PartialEq, Debug)]
pub struct Ledger<'m> {
    parts: &'m ModelParts,
    now: SimTime,
    /// Jobs that were created and have not ended.
    here: BTreeMap<Name, u32>,
    pub created: u64,
    pub turned_away: u64,
    pub finished: u64,
    pub dead: u64,
    pub lost: u64,
    pub left: u64,
    pub unfinished: u64,
    pub duplicated: u64,
    pub given_back: u64,
    pub requeued: u64,
    /// Where copies of jobs are, with the class.
    staged: BTreeMap<(DispatcherId, ClassId), u64>,
    ready: BTreeMap<(QueueId, ClassId), u64>,
    running: BTreeMap<(PoolId, ClassId), u64>,
    fetched: BTreeMap<(PoolId, ClassId), u64>,
    retrying: BTreeMap<ClassId, u64>,
    available: Vec<u32>,
    /// For each class: jobs in the system times nanoseconds, and the sum of their sojourns.
    areas: Vec<u128>,
    sojourns: Vec<u128>,
    reports: u32,
    /// A fingerprint of all reports.
    pub trail: u64,
}

impl<'m> Ledger<'m> {
    pub fn new(parts: &'m ModelParts) -> Self {
        Self {
            parts,
            now: SimTime::ZERO,
            here: BTreeMap::new(),
            created: 0,
            turned_away: 0,
            finished: 0,
            dead: 0,
            lost: 0,
            left: 0,
            unfinished: 0,
            duplicated: 0,
            given_back: 0,
            requeued: 0,
            staged: BTreeMap::new(),
            ready: BTreeMap::new(),
            running: BTreeMap::new(),
            fetched: BTreeMap::new(),
            retrying: BTreeMap::new(),
            available: vec![0; parts.pools.len()],
            areas: vec![0; parts.classes.len()],
            sojourns: vec![0; parts.classes.len()],
            reports: 0,
            trail: 0,
        }
    }

    /// Every job has ended or was reported unfinished, and Little's law holds to the nanosecond.
    pub fn close(&self) {
        assert!(self.here.is_empty(), "neither ended nor unfinished: {:?}", self.here);
        assert_eq!(self.created, self.finished + self.dead + self.lost + self.left + self.unfinished);
        assert_eq!(self.areas, self.sojourns, "Little's law");
    }

    /// Passes the time and notes a report.
    fn note(&mut self, now: SimTime, report: u64) {
        assert!(now >= self.now, "a report of the past");
        self.reports += 1;
        assert!(self.reports < 1_000_000, "no end of reports at {now:?}");
        let passed = u128::from(now.since(self.now).as_nanos());
        if passed > 0 {
            self.here.iter().for_each(|(name, &jobs)| self.areas[name.0.index()] += passed * u128::from(jobs));
        }
        self.now = now;
        self.trail = (self.trail ^ report ^ now.as_nanos()).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }

    fn end(&mut self, name: Name) {
        add(&mut self.here, name, -1);
        self.sojourns[name.0.index()] += u128::from(self.now.since(name.2).as_nanos());
    }

    fn begin(&mut self, now: SimTime, job: &Start) {
        self.note(now, 3 + u64::from(job.class.0) * 64 + u64::from(job.pool.0) * 32);
        assert!(job.created <= job.ready && job.ready <= now && now <= job.finish, "{job:?} at {now:?}");
        let first = self.parts.changes.iter().any(|change| change.at == now);
        // A pause does not concern what was taken in advance.
        let fetches = self.parts.pools[job.pool.index()].capacity.prefetch.is_some();
        assert!(first || fetches || self.pauses(job.class) != Some(true), "{job:?} is paused at {now:?}");
        add(&mut self.ready, (job.queue, job.class), -1);
        add(&mut self.running, (job.pool, job.class), 1);
    }

    fn depth(&self, queue: QueueId) -> u64 {
        self.ready.iter().filter(|((of, _), _)| *of == queue).map(|(_, jobs)| jobs).sum()
    }

    fn busy(&self, pool: PoolId, counts: impl Fn(ClassId) -> bool) -> u64 {
        self.running.iter().filter(|((of, class), _)| *of == pool && counts(*class)).map(|(_, jobs)| jobs).sum()
    }

    fn held(&self, pool: PoolId, counts: impl Fn(ClassId) -> bool) -> u64 {
        self.fetched.iter().filter(|((of, class), _)| *of == pool && counts(*class)).map(|(_, jobs)| jobs).sum()
    }

    /// Whether some change pauses a class now; `None` where it lasts until an end that is not known here.
    fn pauses(&self, class: ClassId) -> Option<bool> {
        let mut pausing = self.parts.changes.iter().filter(|change| change.effects.contains(&Effect::Pause(class)));
        pausing.try_fold(false, |pauses, change| match change.until {
            Until::Drained => (self.now < change.at).then_some(pauses),
            Until::Horizon => Some(pauses || change.at <= self.now),
            Until::Time(end) => Some(pauses || (change.at <= self.now && self.now < end)),
        })
    }

    /// Whether pauses, limits and reserves let an idle worker of a pool take a job of a class, for all that is known of tenants.
    fn allows(&self, id: PoolId, class: ClassId) -> bool {
        let queue_of = |class: ClassId| self.parts.classes[class.index()].queue;
        let pools = || (0..self.parts.pools.len() as u16).map(PoolId);
        let below = self.parts.limits.iter().all(|limit| {
            let covers = |class: ClassId| {
                limit.class.is_none_or(|of| of == class) && limit.queue.is_none_or(|of| of == queue_of(class))
            };
            if limit.over != Over::Aside || !covers(class) || limit.pool.is_some_and(|of| of != id) {
                return true;
            }
            let held: u64 = pools()
                .filter(|&pool| limit.pool.is_none_or(|of| of == pool))
                .map(|pool| self.busy(pool, covers) + self.held(pool, covers))
                .sum();
            // Some tenant holds them all, for all we know.
            held < u64::from(limit.slots)
        });
        let shared = |reserve: &Reserve| {
            // Of workers that take jobs in advance, all that are busy may be about to leave.
            let fetches = self.parts.pools[id.index()].capacity.prefetch.is_some();
            let leaving = if fetches { self.busy(id, |_| true) } else { 0 };
            let size = u64::from(self.available[id.index()]) - leaving;
            let is_other = |class: ClassId| !reserve.queues.contains(&queue_of(class));
            let others = self.busy(id, is_other) + self.held(id, is_other);
            reserve.queues.contains(&queue_of(class)) || others + u64::from(reserve.slots) < size
        };
        self.pauses(class) == Some(false) && below && self.parts.pools[id.index()].reserve.as_ref().is_none_or(shared)
    }

    /// No worker idles beside a job that it may take, and none is busy that is not there.
    fn check_workers(&self) {
        for (pool, id) in self.parts.pools.iter().zip((0..).map(PoolId)) {
            let (busy, available) = (self.busy(id, |_| true), u64::from(self.available[id.index()]));
            assert!(busy <= available, "{busy} of {available} workers of {id:?} are busy at {:?}", self.now);
            let room = pool.capacity.prefetch.map_or(0, |prefetch| u64::from(prefetch.per_slot) * available);
            let held = self.held(id, |_| true);
            assert!(held <= room, "{held} jobs in buffers of {room} at {:?}", self.now);
            let waiting = self.ready.keys().filter(|(queue, _)| pool.take.queues().contains(queue));
            for &(_, class) in waiting.filter(|_| busy < available && pool.capacity.poll.is_none()) {
                assert!(!self.allows(id, class), "a worker of {id:?} idles beside {class:?} at {:?}", self.now);
            }
        }
    }
}

/// Adds to a count that is never negative; counts of zero are not kept.
fn add<K: Ord + Copy + std::fmt::Debug, N: Copy + Default + PartialEq + Into<i128> + TryFrom<i128>>(
    counts: &mut BTreeMap<K, N>,
    key: K,
    change: i128,
) {
    let count = counts.get(&key).copied().unwrap_or_default().into() + change;
    let Ok(count) = N::try_from(count) else { panic!("{count} jobs in {key:?}") };
    if count == N::default() {
        counts.remove(&key)
    } else {
        counts.insert(key, count)
    };
}

impl Observer for Ledger<'_> {
    fn sample_step(&self) -> Option<SimDuration> {
        Some(lasting(0.5))
    }

    fn created(&mut self, now: SimTime, job: Created) {
        self.note(now, 1 + job.service.as_nanos());
        self.created += 1;
        add(&mut self.here, (job.class, job.tenant, now), 1);
    }

    fn turned_away(&mut self, now: SimTime, _job: Created, _reason: Leaving) {
        self.note(now, 2);
        self.turned_away += 1;
    }

    fn staged(&mut self, now: SimTime, class: ClassId, dispatcher: DispatcherId) {
        self.note(now, 4);
        add(&mut self.staged, (dispatcher, class), 1);
    }

    fn ready(&mut self, now: SimTime, job: Ready) {
        self.note(now, 5 + u64::from(job.class.0) * 64);
        if let Some(dispatcher) = job.staged {
            add(&mut self.staged, (dispatcher, job.class), -1);
        }
        add(&mut self.ready, (job.queue, job.class), 1);
    }

    fn fetched(&mut self, now: SimTime, job: Fetched) {
        self.note(now, 16 + u64::from(job.class.0) * 64);
        add(&mut self.ready, (job.queue, job.class), -1);
        add(&mut self.fetched, (job.pool, job.class), 1);
    }

    fn unfetched(&mut self, now: SimTime, job: Fetched, goes_back: bool) {
        self.note(now, 17 + u64::from(goes_back));
        add(&mut self.fetched, (job.pool, job.class), -1);
        add(&mut self.ready, (job.queue, job.class), 1);
        self.given_back += u64::from(goes_back);
    }

    fn started(&mut self, now: SimTime, job: Start) {
        self.begin(now, &job);
    }

    fn restarted(&mut self, now: SimTime, job: Start) {
        self.begin(now, &job);
    }

    fn completed(&mut self, now: SimTime, job: Completion) {
        self.note(now, 6 + job.created.as_nanos());
        add(&mut self.running, (job.pool, job.class), -1);
        self.end((job.class, job.tenant, job.created));
        self.finished += 1;
    }

    fn repeated(&mut self, now: SimTime, job: Completion, _took: SimDuration) {
        self.note(now, 7 + job.created.as_nanos());
        add(&mut self.running, (job.pool, job.class), -1);
    }

    fn failed(&mut self, now: SimTime, job: Failed) {
        self.note(now, 8 + job.created.as_nanos());
        add(&mut self.running, (job.pool, job.class), -1);
        match job.then {
            Disposition::Retry => add(&mut self.retrying, job.class, 1),
            Disposition::Dead => {
                self.dead += 1;
                self.end((job.class, job.tenant, job.created));
            }
            // A copy that waits is counted where it waits already.
            Disposition::Other | Disposition::Waits(_) => {}
        }
    }

    fn requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.note(now, 19);
        add(&mut self.ready, (queue, class), -1);
        add(&mut self.retrying, class, 1);
        self.requeued += 1;
    }

    fn copy_requeued(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.requeued(now, class, queue);
    }

    fn retried(&mut self, now: SimTime, class: ClassId) {
        self.note(now, 9);
        add(&mut self.retrying, class, -1);
    }

    fn interrupted(&mut self, now: SimTime, job: Interruption) {
        self.note(now, 10 + job.wasted.as_nanos());
        add(&mut self.running, (job.pool, job.class), -1);
        if job.then == Disposition::Dead {
            let early = self.parts.pools[job.pool.index()].capacity.interrupted == Interrupted::Lost;
            assert!(early, "only early acknowledgement loses a job");
            self.lost += 1;
            self.end((job.class, job.tenant, job.created));
        }
    }

    fn duplicated(&mut self, now: SimTime, _class: ClassId) {
        self.note(now, 11);
        self.duplicated += 1;
    }

    fn withdrawn(&mut self, now: SimTime, class: ClassId, queue: QueueId) {
        self.note(now, 12);
        add(&mut self.ready, (queue, class), -1);
    }

    fn left(&mut self, now: SimTime, job: Left) {
        self.note(now, 13 + job.created.as_nanos());
        match job.place {
            Place::Staged(dispatcher) => add(&mut self.staged, (dispatcher, job.class), -1),
            Place::Ready { queue, .. } => add(&mut self.ready, (queue, job.class), -1),
            Place::Retrying => add(&mut self.retrying, job.class, -1),
            Place::Running(_) => panic!("a job left its worker"),
        }
        self.left += 1;
        self.end((job.class, job.tenant, job.created));
    }

    fn workers(&mut self, now: SimTime, pool: PoolId, available: u32) {
        self.note(now, 14 + u64::from(available));
        self.available[pool.index()] = available;
    }

    fn sample(&mut self, now: SimTime, world: &impl SystemView) {
        for queue in (0..self.parts.queues.len() as u16).map(QueueId) {
            assert_eq!(world.depth(queue), self.depth(queue), "jobs in {queue:?} at {now:?}");
            assert_eq!(world.oldest_ready(queue).is_some(), self.depth(queue) > 0);
        }
        for dispatcher in (0..self.parts.dispatchers.len() as u16).map(DispatcherId) {
            let staged: u64 = self.staged.iter().filter(|((of, _), _)| *of == dispatcher).map(|(_, jobs)| jobs).sum();
            assert_eq!(world.staged_depth(dispatcher), staged);
        }
        self.check_workers();
    }

    fn unfinished(&mut self, horizon: SimTime, job: Unfinished) {
        self.note(horizon, 15 + job.created.as_nanos());
        self.unfinished += 1;
        self.end((job.class, job.tenant, job.created));
    }
}
