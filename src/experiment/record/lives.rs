//! Jobs of which all is known when they are created, many at once: what they have in common stays in registers.

use super::level::{Flow, Steps};
use super::records::{ClassRecord, mix, of_times};
use crate::engine::JobTimes;
use crate::stats::Totals;
use crate::units::{SimDuration, SimTime};

/// Jobs whose times are collected before they are counted.
const BLOCK: usize = 64;

/// Times of up to [`BLOCK`] jobs.
struct Times {
    nanos: [u64; BLOCK],
    count: usize,
}

impl Times {
    const NONE: Self = Self { nanos: [0; BLOCK], count: 0 };

    fn add(&mut self, time: SimDuration) {
        self.nanos[self.count] = time.as_nanos();
        self.count += 1;
    }

    fn all(&self) -> &[u64] {
        &self.nanos[..self.count]
    }
}

impl ClassRecord {
    /// Enters jobs that were created in the current step, the first of them first; the first `uncounted` ones in the warm-up.
    pub(super) fn enter_lives(&mut self, jobs: &[JobTimes], uncounted: usize, steps: &Steps) {
        let (warming_up, counted) = jobs.split_at(uncounted);
        warming_up.chunks(BLOCK).for_each(|jobs| self.enter_block(jobs, false, steps));
        counted.chunks(BLOCK).for_each(|jobs| self.enter_block(jobs, true, steps));
    }

    fn enter_block(&mut self, jobs: &[JobTimes], counts: bool, steps: &Steps) {
        let latest = jobs.iter().map(|job| job.finish).max().unwrap_or_default();
        let (mut waits, mut sojourns) = (Times::NONE, Times::NONE);
        let before = self.step.at_once.number();
        if steps.is_later(latest) {
            self.enter_one_by_one(jobs, steps, (&mut waits, &mut sojourns));
        } else {
            self.enter_together(jobs, steps, (&mut waits, &mut sojourns));
        }
        let totals = Totals::of(waits.all());
        self.waits.of(steps.current()).record_all(waits.all(), &totals);
        if counts {
            self.step.at_once_counted += self.step.at_once.number() - before;
            self.wait.record_all(waits.all(), &totals);
            self.sojourn.record_all(sojourns.all(), &Totals::of(sojourns.all()));
        } else {
            self.early.started += waits.all().len() as u64;
            self.early.finished += sojourns.all().len() as u64;
        }
    }

    /// Jobs that are finished in the current step.
    fn enter_together(&mut self, jobs: &[JobTimes], steps: &Steps, (waits, sojourns): (&mut Times, &mut Times)) {
        let [mut at_once, mut created, mut started, mut finished] = [0_u128; 4];
        let (mut fingerprint, mut ends, mut waited) = (self.fingerprint, self.ends, 0);
        for (job, sojourn) in jobs.iter().zip(&mut sojourns.nanos) {
            let (from, start, until) = (job.created.as_nanos(), job.start.as_nanos(), job.finish.as_nanos());
            fingerprint = mix(mix(fingerprint, from), start);
            ends = ends.wrapping_add(of_times(from, until));
            (waits.nanos[waited % BLOCK], *sojourn) = (start - from, until - from);
            waited += usize::from(start > from);
            let rest = steps.rest(job.created);
            at_once += u128::from(if start > from { 0 } else { rest });
            created += u128::from(rest);
            started += u128::from(steps.rest(job.start));
            finished += u128::from(steps.rest(job.finish));
        }
        (self.fingerprint, self.ends, waits.count, sojourns.count) = (fingerprint, ends, waited, jobs.len());
        // A job that starts at once starts when it is created.
        let (all, waited) = (jobs.len() as u64, waited as u64);
        self.step.at_once.add_many(all - waited, at_once);
        self.step.queued.add_many(waited, created - at_once);
        self.step.started.add_many(waited, started - at_once);
        self.step.finished.add_many(all, finished);
    }

    /// Jobs of which some are started or finished in later steps, or after the horizon.
    fn enter_one_by_one(&mut self, jobs: &[JobTimes], steps: &Steps, (waits, sojourns): (&mut Times, &mut Times)) {
        let horizon = steps.horizon();
        for &JobTimes { created, start, finish } in jobs {
            let (waited, rest) = (start > created, steps.rest(created));
            if waited {
                self.step.queued.add(rest);
            } else {
                self.step.at_once.add(rest);
            }
            if start < horizon {
                self.mix_fingerprint(created, start);
            }
            if waited && start < horizon {
                add_at(start, steps, (&mut self.step.started, &mut self.later.started));
                waits.add(start.since(created));
            }
            if finish < horizon {
                self.mix_finish(created, finish);
                add_at(finish, steps, (&mut self.step.finished, &mut self.later.finished));
                sojourns.add(finish.since(created));
            }
        }
    }
}

/// Counts what happens at `time` in its step: the current one, or a later one.
fn add_at(time: SimTime, steps: &Steps, (current, later): (&mut Flow, &mut Vec<Flow>)) {
    if !steps.is_later(time) {
        return current.add(steps.rest(time));
    }
    let (step, rest) = steps.locate(time);
    if later.len() <= step {
        later.resize_with(steps.parts(), Flow::default);
    }
    later[step].add(rest);
}
