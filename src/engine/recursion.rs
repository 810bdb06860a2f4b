//! A plain pool without its events. Where one pool serves one queue first in, first out, and nothing can interrupt it, all that
//! becomes of a job is known when it is created: it starts when the first worker is free. That is the recursion of Lindley for one
//! worker and of Kiefer and Wolfowitz for more ("On the theory of queues with many servers", 1955), and it gives what the events
//! give to the nanosecond.

use super::arrivals::Recorded;
use super::heap::{Entry, Heap};
use super::replication::Replication;
use super::timers::Timer;
use super::upkeep::class_with_most;
use super::{Halt, Life, Observer, Place, Unfinished, World};
use crate::model::{ClassId, DispatcherId, PoolId, QueueId};
use crate::units::{SimDuration, SimTime};

const POOL: PoolId = PoolId(0);
const QUEUE: QueueId = QueueId(0);

/// The last jobs that had to wait, as many as ever waited together. They start in the order in which they were created.
#[derive(Clone)]
struct Line {
    /// A ring of a power of two of places: when a job was created, and when it starts.
    jobs: Vec<(SimTime, SimTime)>,
    /// Jobs that had to wait so far; the last of them is at the place before this, modulo the places.
    count: usize,
    /// Most jobs that ever waited together.
    longest: usize,
}

impl Line {
    fn new() -> Self {
        Self { jobs: vec![(SimTime::ZERO, SimTime::ZERO); 2], count: 0, longest: 0 }
    }

    /// The job with so many behind it.
    #[inline(always)]
    fn with_behind(&self, behind: usize) -> (SimTime, SimTime) {
        self.jobs[self.count.wrapping_sub(behind + 1) & (self.jobs.len() - 1)]
    }

    /// A job comes, to wait from one time to another; how many wait then, if more than ever before. Whether that is one more is
    /// seen from the one job that came as many before it: who counts those that have started meanwhile cannot predict how many.
    #[inline(always)]
    fn push(&mut self, created: SimTime, start: SimTime) -> Option<u64> {
        if start > created {
            let place = self.count & (self.jobs.len() - 1);
            self.jobs[place] = (created, start);
            self.count += 1;
            if self.with_behind(self.longest).1 <= created {
                return None;
            }
        } else if self.longest > 0 {
            return None;
        }
        self.lengthen();
        Some(self.longest as u64)
    }

    #[cold]
    fn lengthen(&mut self) {
        self.longest += 1;
        if self.longest == self.jobs.len() {
            let mut jobs = vec![(SimTime::ZERO, SimTime::ZERO); 2 * self.jobs.len()];
            for behind in 0..self.longest.min(self.count) {
                let place = (self.count - behind - 1) & (jobs.len() - 1);
                jobs[place] = self.with_behind(behind);
            }
            self.jobs = jobs;
        }
    }

    /// How many do not start before this time.
    fn waiting_at(&self, time: SimTime) -> usize {
        let (mut waiting, mut others) = (0, self.longest.min(self.count));
        while waiting < others {
            let middle = waiting.midpoint(others);
            if self.with_behind(middle).1 >= time {
                waiting = middle + 1;
            } else {
                others = middle;
            }
        }
        waiting
    }
}

/// The line at an instant.
struct Seen {
    waiting: usize,
    /// When the first job was created.
    oldest: Option<SimTime>,
}

impl Seen {
    fn at(time: SimTime, line: &Line) -> Self {
        let waiting = line.waiting_at(time);
        Self { waiting, oldest: (waiting > 0).then(|| line.with_behind(waiting - 1).0) }
    }
}

impl World for Seen {
    fn depth(&self, _: QueueId) -> u64 {
        self.waiting as u64
    }

    fn oldest_ready(&self, _: QueueId) -> Option<SimTime> {
        self.oldest
    }

    fn staged_depth(&self, _: DispatcherId) -> u64 {
        0
    }

    fn oldest_staged(&self, _: DispatcherId) -> Option<SimTime> {
        None
    }
}

/// What the recursion remembers.
struct Memory {
    /// When each worker is free.
    free: Heap,
    line: Line,
    /// Those of each class, where there are several.
    by_class: Vec<Line>,
}

impl<O: Observer, const SPECIAL: bool> Replication<'_, '_, O, SPECIAL> {
    /// Whether the recursion gives what the events would.
    pub(super) fn is_recursive(&self) -> bool {
        let ([pool], [queue]) = (&self.pools[..], &self.queues[..]) else { return false };
        let plain = !SPECIAL && pool.size > 0 && pool.has_idle() && queue.is_fifo();
        // The line is compared with the limit where it is longer than ever before, which from 1 on says whether it exceeds it.
        plain
            && self.backlog_limit > 0
            && self.observer.takes_lives()
            && self.timers.are_all(|timer| matches!(timer, Timer::Sample | Timer::End))
            && self.classes.iter().all(|class| class.via.is_none())
    }

    /// Simulates job by job.
    pub(super) fn recurse(mut self) -> Result<(), Halt> {
        self.begin();
        let classes = if self.classes.len() > 1 { self.classes.len() } else { 0 };
        let mut memory = Memory { free: Heap::default(), line: Line::new(), by_class: vec![Line::new(); classes] };
        (0..self.pools[POOL.index()].size).for_each(|_| memory.free.push(Entry { time: SimTime::ZERO, key: 0 }));
        let mut unfinished = Vec::new();
        loop {
            let (timer, arrival) = (self.timers.first_time(), self.arrivals.first());
            if timer <= arrival {
                self.now = timer;
                if self.pass_timer(&memory.line) == Timer::End {
                    break;
                }
                continue;
            }
            self.now = arrival;
            let Some(coming) = self.next_arrival() else { continue };
            let life = self.live(coming, &mut memory);
            if life.finish >= self.horizon {
                unfinished.push(life);
            }
            if life.most.is_some_and(|backlog| backlog > self.backlog_limit) && life.start > life.created {
                return Err(self.halt_at(&memory));
            }
        }
        unfinished.into_iter().for_each(|life| self.report(life));
        Ok(())
    }

    fn pass_timer(&mut self, line: &Line) -> Timer {
        let timer = self.timers.first().map_or(Timer::End, |(_, timer)| timer);
        self.timers.remove_first();
        if timer == Timer::Sample {
            self.observer.sample(self.now, &Seen::at(self.now, line));
            self.plan_sample();
        }
        timer
    }

    /// The job takes the worker that is free first.
    #[inline(always)]
    fn live(&mut self, (class, recorded): (ClassId, Option<Recorded>), memory: &mut Memory) -> Life {
        let (job, _) = self.draw_job(class, recorded);
        let created = self.now;
        let start = memory.free.top().time.max(created);
        let finish = start.after(self.service_time(class, job.service, POOL));
        memory.free.replace_top(Entry { time: finish, key: 0 });
        let most = memory.line.push(created, start);
        let of_class = memory.by_class.get_mut(class.index());
        let most_of_class = of_class.map_or(most, |line| line.push(created, start));
        let life =
            Life { class, tenant: job.tenant, queue: QUEUE, pool: POOL, created, start, finish, most, most_of_class };
        self.observer.lived(life);
        life
    }

    #[cold]
    fn halt_at(&self, Memory { line, by_class, .. }: &Memory) -> Halt {
        // Who starts at this instant no longer waits.
        let after = self.now.after(SimDuration::from_nanos(1));
        let waiting: Vec<u64> = by_class.iter().map(|line| line.waiting_at(after) as u64).collect();
        Halt { class: class_with_most(&waiting), at: self.now, backlog: line.waiting_at(after) as u64 }
    }

    fn report(&mut self, Life { class, tenant, created, start, .. }: Life) {
        let waits = Place::Ready { queue: QUEUE, ready: created };
        let place = if start < self.horizon { Place::Running(POOL) } else { waits };
        self.observer.unfinished(self.horizon, Unfinished { class, tenant, place, created });
    }
}
