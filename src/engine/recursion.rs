//! A plain pool without its events. Where one pool serves one queue first in, first out, and nothing can interrupt it, all that
//! becomes of a job is known when it is created: it starts when the first worker is free. That is the recursion of Lindley for one
//! worker and of Kiefer and Wolfowitz for more ("On the theory of queues with many servers", 1955), and it gives what the events
//! give to the nanosecond.

use super::budget::CHUNK;
use super::free_times::FreeTimes;
use super::job::{Job, Sequence};
use super::replication::{Class, Replication};
use super::timers::Timer;
use super::upkeep::class_with_most;
use super::{Halt, Life, Observer, Place, Reason, Unfinished, World};
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

    /// Jobs come, and each of them waits, or not. After how many of them are more waiting than ever before? `None`: after none, and
    /// all have come. Whether it is one more is seen from the one waiting job that came as many before, and whether a job waits needs no
    /// branch: who counts those that have started meanwhile, or asks, cannot predict it.
    fn push(&mut self, lives: &[Life]) -> Option<usize> {
        let (mask, longest, mut count) = (self.jobs.len() - 1, self.longest, self.count);
        for (place, &Life { created, start, .. }) in lives.iter().enumerate() {
            self.jobs[count & mask] = (created, start);
            count += usize::from(start > created);
            let (_, before) = self.jobs[count.wrapping_sub(longest + 1) & mask];
            if before > created {
                self.count = count;
                self.lengthen();
                return Some(place + 1);
            }
        }
        self.count = count;
        None
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

    /// The longest line so far is that of those who wait after this instant; says how many they are.
    fn begin_anew(&mut self, now: SimTime) -> u64 {
        self.longest = self.waiting_at(now.after(SimDuration::from_nanos(1)));
        self.longest as u64
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

/// Jobs that are simulated, and then told, at once.
const BLOCK: usize = 128;

/// What the recursion remembers.
struct Memory {
    free: FreeTimes,
    line: Line,
    /// The jobs of a block, and what becomes of them.
    jobs: [Job; BLOCK],
    lives: [Life; BLOCK],
    /// Those of each class, where there are several.
    classes: Vec<OfClass>,
    /// Jobs that are not finished at the horizon.
    unfinished: Vec<(Job, Life)>,
}

/// Jobs of a class.
#[derive(Clone)]
struct OfClass {
    line: Line,
    /// What becomes of those of a block.
    lives: Vec<Life>,
}

impl Memory {
    fn new(workers: u32, classes: usize) -> Self {
        let (created, service, sequence) = (SimTime::ZERO, SimDuration::ZERO, Sequence::default());
        let of_class = OfClass { line: Line::new(), lives: Vec::new() };
        Self {
            free: FreeTimes::of(workers as usize),
            line: Line::new(),
            jobs: [Job { created, service, class: ClassId(0), tenant: 0, sequence }; BLOCK],
            lives: [Life { created, start: created, finish: created }; BLOCK],
            classes: vec![of_class; if classes > 1 { classes } else { 0 }],
            unfinished: Vec::new(),
        }
    }

    /// Puts the first jobs of a block to those of their class.
    fn sort(&mut self, count: usize) {
        self.classes.iter_mut().for_each(|class| class.lives.clear());
        if !self.classes.is_empty() {
            let jobs = self.jobs[..count].iter().zip(&self.lives);
            jobs.for_each(|(job, &life)| self.classes[job.class.index()].lives.push(life));
        }
    }
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
            && self.timers.are_all(|timer| matches!(timer, Timer::Sample | Timer::WarmedUp | Timer::End))
            && self.classes.iter().all(|class| class.via.is_none())
    }

    /// Simulates job by job, in blocks between the timers: what is done with all jobs of a block needs few registers.
    pub(super) fn recurse(mut self) -> Result<(), Halt> {
        self.begin();
        let mut memory = Memory::new(self.pools[POOL.index()].size, self.classes.len());
        let mut events = 0;
        loop {
            let timer = self.timers.first_time();
            if self.arrivals.first() < timer {
                let count = self.draw(timer, &mut memory.jobs);
                memory.free.serve(&memory.jobs[..count], &mut memory.lives);
                self.line_up(count, &mut memory)?;
                self.tell(count, &mut memory);
                self.starts += count as u64;
                events += 2 * count as u64 + std::mem::take(&mut self.budget.without_job);
                if events >= u64::from(self.chunk()) {
                    self.spend(std::mem::take(&mut events))?;
                }
            } else {
                self.now = timer;
                if self.pass_timer(&mut memory) == Timer::End {
                    break;
                }
            }
        }
        memory.unfinished.iter().for_each(|(job, life)| self.report(job, *life));
        if self.observer.passes_horizon() {
            let jobs: Vec<(ClassId, Life)> = memory.unfinished.iter().map(|(job, life)| (job.class, *life)).collect();
            self.observer.followed(self.horizon.twice(), &jobs);
        }
        Ok(())
    }

    fn pass_timer(&mut self, memory: &mut Memory) -> Timer {
        let timer = self.timers.first().map_or(Timer::End, |(_, timer)| timer);
        self.timers.remove_first();
        match timer {
            Timer::Sample => {
                self.observer.sample(self.now, &Seen::at(self.now, &memory.line));
                self.plan_sample();
            }
            Timer::WarmedUp => self.end_warmup(memory),
            _ => {}
        }
        timer
    }

    /// From now on lines are compared with those that are now.
    fn end_warmup(&mut self, memory: &mut Memory) {
        self.observer.warmed_up(self.now);
        let waiting = memory.line.begin_anew(self.now);
        self.observer.queue_peaked(self.now, QUEUE, waiting);
        if memory.classes.is_empty() {
            self.observer.class_peaked(self.now, ClassId(0), waiting);
        }
        for (class, OfClass { line, .. }) in (0..).map(ClassId).zip(&mut memory.classes) {
            let waiting = line.begin_anew(self.now);
            self.observer.class_peaked(self.now, class, waiting);
        }
    }

    /// Draws the jobs that come before `until`, as many as there is room for; says how many.
    fn draw(&mut self, until: SimTime, jobs: &mut [Job]) -> usize {
        let count = match &mut self.classes[..] {
            [Class { source, demand, .. }] if source.brings_jobs_only() && demand.is_service_only() => {
                let (mut count, mut next) = (0, self.arrivals.first());
                while count < jobs.len() && next < until {
                    (jobs[count].created, jobs[count].service) = (next, demand.draw_service(None));
                    next = source.next(next);
                    count += 1;
                }
                self.arrivals.replace_first(next);
                count
            }
            _ => self.draw_mixed(until, jobs),
        };
        if self.stretches {
            jobs[..count].iter_mut().for_each(|job| job.service = self.service_time(job.class, job.service, POOL));
        }
        count
    }

    fn draw_mixed(&mut self, until: SimTime, jobs: &mut [Job]) -> usize {
        let mut count = 0;
        let most = u64::from(CHUNK);
        while count < jobs.len() && self.arrivals.first() < until && self.budget.without_job < most {
            self.now = self.arrivals.first();
            if let Some((class, recorded)) = self.next_arrival() {
                (jobs[count], _) = self.draw_job(class, recorded);
                count += 1;
            } else {
                self.budget.without_job += 1;
            }
        }
        count
    }

    fn line_up(&mut self, count: usize, memory: &mut Memory) -> Result<(), Halt> {
        let mut from = 0;
        while let Some(more) = memory.line.push(&memory.lives[from..count]) {
            from += more;
            let (Life { created, start, .. }, longest) = (memory.lives[from - 1], memory.line.longest as u64);
            self.observer.queue_peaked(created, QUEUE, longest);
            if memory.classes.is_empty() {
                self.observer.class_peaked(created, ClassId(0), longest);
            }
            if longest > self.backlog_limit && start > created {
                return Err(halt_at(created, from, memory));
            }
        }
        Ok(())
    }

    fn tell(&mut self, count: usize, memory: &mut Memory) {
        memory.sort(count);
        let Memory { jobs, lives, classes, unfinished, .. } = memory;
        let late = jobs.iter().zip(&lives[..count]).filter(|(_, life)| life.finish >= self.horizon);
        unfinished.extend(late.map(|(&job, &life)| (job, life)));
        if classes.is_empty() {
            self.observer.lived(ClassId(0), &lives[..count]);
        }
        for (class, OfClass { line, lives }) in (0..).map(ClassId).zip(classes) {
            let mut from = 0;
            while let Some(more) = line.push(&lives[from..]) {
                from += more;
                self.observer.class_peaked(lives[from - 1].created, class, line.longest as u64);
            }
            self.observer.lived(class, lives);
        }
    }

    fn report(&mut self, &Job { class, tenant, .. }: &Job, Life { created, start, .. }: Life) {
        let waits = Place::Ready { queue: QUEUE, ready: created };
        let place = if start < self.horizon { Place::Running(POOL) } else { waits };
        self.observer.unfinished(self.horizon, Unfinished { class, tenant, place, created });
    }
}

/// The backlog is too long when these jobs of the block have come.
#[cold]
fn halt_at(at: SimTime, count: usize, memory: &mut Memory) -> Halt {
    memory.sort(count);
    // Who starts at this instant no longer waits.
    let after = at.after(SimDuration::from_nanos(1));
    let waiting_of = |OfClass { line, lives }: &mut OfClass| {
        lives.iter().for_each(|life| _ = line.push(&[*life]));
        line.waiting_at(after) as u64
    };
    let waiting: Vec<u64> = memory.classes.iter_mut().map(waiting_of).collect();
    Halt {
        reason: Reason::Backlog,
        class: class_with_most(&waiting),
        at,
        backlog: memory.line.waiting_at(after) as u64,
    }
}
