//! The waits of the jobs of a class by the step in which they were created.
//!
//! Most jobs are started in the step in which they were created or in the one after it: those two steps have a sketch that every step
//! uses anew, so that it stays in the cache. Earlier ones are folded, and unfolded again for a job that has waited that long.

use crate::experiment::unit::{PackedStep, StepProfile};
use crate::stats::{Archive, Sketch};

/// The sketch of a step: quantiles within 1.6 % of their value, an eighth of the memory.
pub(super) type StepTimes = Sketch<5>;

#[derive(Clone, Debug, Default)]
pub(in crate::experiment) struct StepWaits {
    current: StepTimes,
    /// The number of the current step.
    step: usize,
    /// Of the step before it.
    last: StepTimes,
    /// Of the steps before that, but for those that are open.
    past: Archive<5>,
    /// Those of the past that jobs were added to again, by step.
    open: Vec<Option<Box<StepTimes>>>,
}

impl StepWaits {
    /// The waits of a step, to add to.
    #[inline(always)]
    pub(in crate::experiment) fn of(&mut self, step: usize) -> &mut StepTimes {
        if step == self.step { &mut self.current } else { self.of_earlier(step) }
    }

    #[inline(never)]
    fn of_earlier(&mut self, step: usize) -> &mut StepTimes {
        let Some(folded) = self.past.get(step) else { return &mut self.last };
        let open = &mut self.open;
        open.resize(open.len().max(step + 1), None);
        open[step].get_or_insert_with(|| {
            let mut times = Box::default();
            folded.add_to(&mut times);
            times
        })
    }

    /// The current step has ended.
    pub(super) fn end_step(&mut self) {
        if self.step > 0 {
            // Waits that are not known, of jobs that are lost or left when the run is over, are not put away.
            if self.last.censored() > 0 || self.last.never() > 0 {
                self.open.resize(self.step - 1, None);
                self.open.push(Some(Box::new(std::mem::take(&mut self.last))));
            }
            self.past.put(&mut self.last);
        }
        std::mem::swap(&mut self.current, &mut self.last);
        self.step += 1;
    }

    fn open(&self, step: usize) -> Option<&StepTimes> {
        self.open.get(step)?.as_deref()
    }

    /// The waits of a step.
    fn profile(&self, step: usize) -> StepProfile {
        match (self.open(step), self.past.get(step)) {
            (Some(open), _) => StepProfile::of(open),
            (None, Some(folded)) => StepProfile::of_folded(&folded),
            (None, None) if step == self.step => StepProfile::of(&self.current),
            (None, None) if step + 1 == self.step => StepProfile::of(&self.last),
            (None, None) => StepProfile::default(),
        }
    }

    /// The waits of each of so many steps.
    pub(in crate::experiment) fn profiles(&self, steps: usize) -> Vec<PackedStep> {
        (0..steps).map(|step| self.profile(step).into()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_kept_by_step_however_late_they_come() {
        let mut waits = StepWaits::default();
        for step in 0..10 {
            for earlier in 0..=step {
                waits.of(earlier).record(1_000_000 * earlier as u64 + 1);
            }
            waits.end_step();
        }
        waits.of(10).record(7);
        for step in 0..10 {
            assert_eq!(waits.profile(step).count(), 10 - step as u64, "step {step}");
            assert!((waits.profile(step).sum() - 1e-9 * ((10 - step) * (1_000_000 * step + 1)) as f64).abs() < 1e-9);
        }
        assert_eq!((waits.profile(10).count(), waits.profile(11).count()), (1, 0));
    }
}
