//! What the tests measure: as little as each needs.

use tailback::engine::{Completion, Created, Observer, Place, Ready, Start, SystemView, Unfinished};
use tailback::model::{Model, Profile, QueueId};
use tailback::units::{SimDuration, SimTime};

/// Sums of the waits of the jobs of each class that were created after a warm-up.
pub(crate) struct Waits {
    from: SimTime,
    sums: Vec<(u64, u128)>,
}

impl Waits {
    pub(crate) fn new(model: &Model, from: SimTime) -> Self {
        Self { from, sums: vec![(0, 0); model.classes().len()] }
    }

    pub(crate) fn mean(&self, class: usize) -> f64 {
        let (count, nanos) = self.sums[class];
        nanos as f64 / count as f64 / 1e9
    }
}

impl Observer for Waits {
    fn started(&mut self, now: SimTime, job: Start) {
        if job.created >= self.from {
            let (count, nanos) = &mut self.sums[job.class.index()];
            *count += 1;
            *nanos += u128::from(now.since(job.created).as_nanos());
        }
    }
}

/// The length of the first queue, sampled every second after a warm-up.
pub(crate) struct Depths {
    from: SimTime,
    samples: u64,
    sum: u64,
}

impl Depths {
    pub(crate) fn new(from: SimTime) -> Self {
        Self { from, samples: 0, sum: 0 }
    }

    pub(crate) fn mean(&self) -> f64 {
        self.sum as f64 / self.samples as f64
    }
}

impl Observer for Depths {
    fn sample_step(&self) -> Option<SimDuration> {
        Some(SimDuration::from_secs(1))
    }

    fn sample(&mut self, now: SimTime, world: &impl SystemView) {
        if now >= self.from {
            self.samples += 1;
            self.sum += world.depth(QueueId(0));
        }
    }
}

/// The area under the number of waiting jobs, and the sum of their waits, which must be equal.
#[derive(Default)]
pub(crate) struct LittlesLaw {
    waiting: u128,
    changed: SimTime,
    area: u128,
    waits: u128,
}

impl LittlesLaw {
    /// The area in job-nanoseconds.
    pub(crate) fn area(&self) -> u128 {
        assert_eq!(self.waiting, 0, "jobs that neither started nor were left at the end");
        self.area
    }

    /// The sum of the waits in nanoseconds.
    pub(crate) fn waits(&self) -> u128 {
        self.waits
    }

    fn advance(&mut self, now: SimTime) {
        self.area += self.waiting * u128::from(now.since(self.changed).as_nanos());
        self.changed = now;
    }

    fn leave(&mut self, now: SimTime, ready: SimTime) {
        self.advance(now);
        self.waiting -= 1;
        self.waits += u128::from(now.since(ready).as_nanos());
    }
}

impl Observer for LittlesLaw {
    fn ready(&mut self, now: SimTime, _job: Ready) {
        self.advance(now);
        self.waiting += 1;
    }

    fn started(&mut self, now: SimTime, job: Start) {
        self.leave(now, job.ready);
    }

    fn unfinished(&mut self, horizon: SimTime, job: Unfinished) {
        if let Place::Ready { ready, .. } = job.place {
            self.leave(horizon, ready);
        }
    }
}

/// Jobs created in each piece of a profile, and in the first half of each piece, over all days.
pub(crate) struct Counts {
    profile: Profile,
    pieces: Vec<(u64, u64)>,
}

impl Counts {
    pub(crate) fn new(profile: &Profile) -> Self {
        Self { profile: profile.clone(), pieces: vec![(0, 0); profile.stretches[0].pattern.pieces.len()] }
    }

    pub(crate) fn of_piece(&self, piece: usize) -> f64 {
        self.pieces[piece].0 as f64
    }

    pub(crate) fn of_first_half(&self, piece: usize) -> f64 {
        self.pieces[piece].1 as f64
    }
}

impl Observer for Counts {
    fn created(&mut self, now: SimTime, _job: Created) {
        let pattern = &self.profile.stretches[0].pattern;
        let into = now.as_nanos() % pattern.period.as_nanos();
        let piece = pattern.pieces.partition_point(|piece| piece.start.as_nanos() <= into) - 1;
        let (all, first_half) = &mut self.pieces[piece];
        let into_piece = into - pattern.pieces[piece].start.as_nanos();
        *all += 1;
        *first_half += u64::from(2 * into_piece < pattern.piece_length(piece).as_nanos());
    }
}

/// When the queue has been drained for the first time, and when the last job is finished.
#[derive(Default)]
pub(crate) struct Drain {
    waiting: u64,
    waiting_since: SimTime,
    emptied: Option<SimTime>,
    last: SimTime,
}

impl Drain {
    /// When no job waited for the first time after some did, in seconds.
    pub(crate) fn emptied(&self) -> f64 {
        self.emptied.expect("the horizon is long enough").as_secs_f64()
    }

    /// When the last job was finished, in seconds.
    pub(crate) fn finished(&self) -> f64 {
        self.last.as_secs_f64()
    }
}

impl Observer for Drain {
    fn ready(&mut self, now: SimTime, _job: Ready) {
        if self.waiting == 0 {
            self.waiting_since = now;
        }
        self.waiting += 1;
    }

    fn started(&mut self, now: SimTime, _job: Start) {
        self.waiting -= 1;
        // Jobs that idle workers take as they come have not waited.
        if self.waiting == 0 && now > self.waiting_since {
            self.emptied.get_or_insert(now);
        }
    }

    fn completed(&mut self, now: SimTime, _job: Completion) {
        self.last = now;
    }
}
